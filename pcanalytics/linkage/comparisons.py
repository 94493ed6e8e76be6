"""What is compared, and what each level of likeness means in words.

A level holds the share of pairs expected at it, to begin with, of one person's records (m) and of records of two people
of one household (relatives); training replaces both by what the data at hand say. Levels are listed best first, and the
last is what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["COMPARISONS", "Comparison", "Level", "comparisons_for", "splink_comparison"]


@dataclass(frozen=True)
class Level:
    """One level of likeness.

    Parameters
    ----------
    words : str
        What the level means, without any value.
    sql : str
        The condition, on columns that end in _l and _r; "ELSE" for what is left.
    m : float
        Share of one person's pairs at this level, to begin training with.
    relatives : float
        Share of pairs of two members of one household at this level, to begin training with.
    frequency : str, optional
        The column whose rarer values say more.
    namesakes : float, optional
        Share of pairs of two people of one name a generation apart; that of relatives where none is given.
    twins : float, optional
        Share of pairs of twins; that of relatives where none is given.
    by_frequency : bool
        Whether chance is the value's own share of the records, and not that share beside how often two values are equal.
    """

    words: str
    sql: str
    m: float
    relatives: float
    frequency: str | None = None
    namesakes: float | None = None
    twins: float | None = None
    by_frequency: bool = False

    def share_of(self, kind: str) -> float:
        """Give the share to begin with of a kind of pairs: m, relatives, namesakes or twins."""
        share = getattr(self, kind)
        return self.relatives if share is None else float(share)


@dataclass(frozen=True)
class Comparison:
    """One thing compared.

    Parameters
    ----------
    name : str
        The comparison; also the column of level numbers.
    needs : tuple of str
        The columns that must hold something.
    missing : str
        SQL for pairs about which it says nothing.
    levels : tuple of Level
        Best first; the level number counts from the last (0).
    """

    name: str
    needs: tuple[str, ...]
    missing: str
    levels: tuple[Level, ...]


def _missing(*columns: str) -> str:
    return " OR ".join(f'"{column}_l" IS NULL OR "{column}_r" IS NULL' for column in columns)


def _equal(one: str, other: str | None = None) -> str:
    return f'"{one}_l" = "{other or one}_r"'


def _alike(column: str, least: float) -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}'


def _edits(column: str, most: int) -> str:
    return f'damerau_levenshtein("{column}_l", "{column}_r") <= {most}'


def _edits_where(column: str, guard: str, most: int) -> str:
    """At most so many edits apart, counted only where a cheaper condition holds: CASE keeps that order and AND does not."""
    return f"CASE WHEN {guard} THEN {_edits(column, most)} ELSE FALSE END"


def _near(column: str) -> str:
    return f"{_alike(column, 0.92)} OR {_edits_where(column, _alike(column, 0.6), 1)}"


def _differ(column: str, most: int) -> str:
    return f'hamming("{column}_l", "{column}_r") <= {most}'


_SWAPPED = f"({_equal('given_name', 'surname')} AND {_equal('surname', 'given_name')})"
_PARTS = " OR ".join(
    _equal(one, other) for one in ("surname_first", "surname_last") for other in ("surname_first", "surname_last")
)
_PARTS_ALIKE = (
    '("surname_first_l" <> "surname_last_l" OR "surname_first_r" <> "surname_last_r") AND '
    f"({_alike('surname_first', 0.92)} OR {_alike('surname_last', 0.92)})"
)
_INITIAL = 'least(length("{0}_l"), length("{0}_r")) = 1 AND substr("{0}_l", 1, 1) = substr("{0}_r", 1, 1)'
_PLACEHOLDER = (
    '"birth_year_l" = "birth_year_r" AND '
    "(substr(\"birth_date_l\", 6) = '01-01' OR substr(\"birth_date_r\", 6) = '01-01')"
)
_YEARS = 'abs("birth_year_l" - "birth_year_r")'


def _identifier(column: str, words: str, also: str = "") -> Comparison:
    return Comparison(
        column,
        (column,),
        _missing(column) + also,
        (
            Level(f"same {words}", _equal(column), 0.97, 0.001),
            Level(f"{words} one digit off", _edits_where(column, _alike(column, 0.7), 1), 0.015, 0.001),
            Level(f"another {words}", "ELSE", 0.015, 0.998),
        ),
    )


def _text(column: str, words: str) -> Comparison:
    return Comparison(
        column,
        (column,),
        _missing(column),
        (
            Level(f"same {words}", _equal(column), 0.75, 0.5, column),
            Level(f"{words} very alike", _alike(column, 0.92), 0.08, 0.02),
            Level(f"{words} alike", _alike(column, 0.82), 0.05, 0.03),
            Level(f"another {words}", "ELSE", 0.12, 0.45),
        ),
    )


def _category(column: str, words: str, m: float, relatives: float, frequency: bool = False) -> Comparison:
    same = Level(f"same {words}", _equal(column), m, relatives, column if frequency else None)
    return Comparison(
        column,
        (column,),
        _missing(column),
        (same, Level(f"another {words}", "ELSE", 1 - m, 1 - relatives)),
    )


def _measure(column: str, words: str, near: float, far: float) -> Comparison:
    apart = f'abs("{column}_l" - "{column}_r")'
    return Comparison(
        column,
        (column,),
        _missing(column),
        (
            Level(f"about the same {words}", f"{apart} <= {near}", 0.75, 0.35),
            Level(f"near in {words}", f"{apart} <= {far}", 0.18, 0.3),
            Level(f"far apart in {words}", "ELSE", 0.07, 0.35),
        ),
    )


COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "given_name",
        ("given_name",),
        _missing("given_name"),
        (
            Level(
                "same given name",
                _equal("given_name"),
                0.78,
                0.015,
                "given_name",
                twins=0.0005,
            ),
            Level(
                "given name and surname swapped",
                _SWAPPED,
                0.01,
                0.0005,
                twins=0.0005,
            ),
            Level(
                "one given name may be short for the other",
                'list_has_any("given_roots_l", "given_roots_r")',
                0.06,
                0.01,
                "given_root",
                twins=0.004,
                by_frequency=True,
            ),
            Level(
                "a given name and its initial",
                _INITIAL.format("given_name"),
                0.005,
                0.005,
                twins=0.005,
            ),
            Level(
                "given names very alike",
                _near("given_name"),
                0.06,
                0.005,
                "given_name",
                twins=0.002,
            ),
            Level(
                "given names alike",
                _alike("given_name", 0.8),
                0.03,
                0.02,
                twins=0.02,
            ),
            Level("other given name", "ELSE", 0.055, 0.9445, twins=0.968),
        ),
    ),
    Comparison(
        "surname",
        ("surname",),
        f"{_missing('surname')} OR {_SWAPPED}",
        (
            Level("same surname", _equal("surname"), 0.8, 0.7, "surname"),
            Level(
                "one part of the surnames is the same",
                _PARTS,
                0.04,
                0.05,
            ),
            Level(
                "surnames very alike",
                _near("surname"),
                0.08,
                0.05,
                "surname",
            ),
            Level(
                "one part of the surnames is alike",
                _PARTS_ALIKE,
                0.01,
                0.005,
            ),
            Level("surnames alike", _alike("surname", 0.82), 0.02, 0.02),
            Level("other surname", "ELSE", 0.05, 0.175),
        ),
    ),
    Comparison(
        "middle_name",
        ("middle_name",),
        _missing("middle_name"),
        (
            Level("same middle name", _equal("middle_name"), 0.5, 0.03, "middle_name"),
            Level(
                "a middle name and its initial",
                _INITIAL.format("middle_name"),
                0.35,
                0.03,
            ),
            Level("middle names alike", _alike("middle_name", 0.85), 0.07, 0.02),
            Level("other middle name", "ELSE", 0.08, 0.92),
        ),
    ),
    Comparison(
        "suffix",
        ("suffix",),
        _missing("suffix"),
        (
            Level("same suffix", _equal("suffix"), 0.97, 0.1),
            Level("other suffix", "ELSE", 0.03, 0.9),
        ),
    ),
    Comparison(
        "birth_date",
        ("birth_date",),
        _missing("birth_date"),
        (
            Level(
                "same birth date",
                _equal("birth_date"),
                0.85,
                0.015,
                "birth_date",
                namesakes=0.0005,
            ),
            Level(
                "birth month and day swapped",
                f"{_equal('birth_year')} AND {_equal('birth_month', 'birth_day')} AND "
                f"{_equal('birth_day', 'birth_month')}",
                0.01,
                0.0005,
                namesakes=0.0001,
            ),
            Level(
                "birth date one digit off",
                _edits_where("birth_date", _differ("birth_date", 2), 1),
                0.05,
                0.01,
                namesakes=0.01,
            ),
            Level(
                "same birth year, one on January first",
                _PLACEHOLDER,
                0.03,
                0.005,
                namesakes=0.0002,
            ),
            Level(
                "birth dates agree in year and month or day",
                f"{_equal('birth_year')} AND ({_equal('birth_month')} OR {_equal('birth_day')})",
                0.02,
                0.005,
                namesakes=0.0005,
            ),
            Level(
                "same birth month and day, another year",
                f"{_equal('birth_month')} AND {_equal('birth_day')} AND {_YEARS} <= 10",
                0.01,
                0.002,
                namesakes=0.0005,
            ),
            Level(
                "birth date two digits off",
                _differ("birth_date", 2),
                0.01,
                0.03,
                namesakes=0.01,
            ),
            Level("born within two years", f"{_YEARS} <= 2", 0.005, 0.15, namesakes=0.001),
            Level(
                "born a generation apart",
                f"{_YEARS} >= 15",
                0.005,
                0.45,
                namesakes=0.96,
            ),
            Level("other birth date", "ELSE", 0.01, 0.3335, namesakes=0.0172),
        ),
    ),
    _category("sex", "sex", 0.985, 0.5),
    _category("race", "race", 0.9, 0.9),
    _category("ethnicity", "ethnicity", 0.9, 0.9),
    _identifier("sid", "state identification number"),
    _identifier("fbi_number", "FBI number"),
    _identifier("driver_license", "driver license number"),
    _identifier("local_id", "person number of the agency", ' OR "source_l" <> "source_r"'),
    _measure("height_cm", "height", 3, 8),
    _measure("weight_kg", "weight", 5, 14),
    _category("eye_color", "eye color", 0.85, 0.5),
    _category("hair_color", "hair color", 0.8, 0.5),
    Comparison(
        "place",
        ("address", "zip"),
        f"({_missing('address')}) AND ({_missing('zip')})",
        (
            Level("same address", _equal("address"), 0.4, 0.9, "address", namesakes=0.45),
            Level(
                "addresses very alike",
                _edits_where("address", _alike("address", 0.95), 2),
                0.04,
                0.06,
                namesakes=0.03,
            ),
            Level(
                "addresses alike",
                _edits_where("address", _alike("address", 0.88), 5),
                0.01,
                0.01,
                namesakes=0.01,
            ),
            Level("same zip", _equal("zip"), 0.05, 0.01, "zip", namesakes=0.03),
            Level("another address", "ELSE", 0.5, 0.02, namesakes=0.48),
        ),
    ),
    _text("locality", "town"),
    _text("birth_place", "place of birth"),
    _category("occupation", "occupation", 0.8, 0.3, True),
)


def comparisons_for(columns: Iterable[str], details: tuple[str, ...] = ()) -> tuple[Comparison, ...]:
    """Choose the comparisons that have something to compare.

    Parameters
    ----------
    columns : iterable of str
        The columns that hold something.
    details : tuple of str
        Further columns compared as plain text.

    Returns
    -------
    tuple of Comparison
        In the order of `COMPARISONS`, details last.

    Examples
    --------
    >>> [comparison.name for comparison in comparisons_for({"sex", "team"}, ("team",))]
    ['sex', 'team']
    """
    known = set(columns)
    chosen = [comparison for comparison in COMPARISONS if known.intersection(comparison.needs)]
    return (*chosen, *(_text(name, name) for name in details if name in known))


def splink_comparison(comparison: Comparison) -> dict[str, Any]:
    """Put a comparison as Splink takes it.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    dict
        A Splink comparison.

    Examples
    --------
    >>> splink_comparison(COMPARISONS[0])["output_column_name"]
    'given_name'
    """
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.missing,
            "label_for_charts": "not known on both sides",
            "is_null_level": True,
        }
    ]
    for level in comparison.levels:
        entry: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.words,
            "m_probability": level.m,
        }
        if level.frequency:
            entry |= {
                "tf_adjustment_column": level.frequency,
                "tf_adjustment_weight": 1.0,
            }
            if level.by_frequency:
                entry["disable_tf_exact_match_detection"] = True
        levels.append(entry)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
