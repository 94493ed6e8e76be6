"""What is compared, and what each level of likeness means in words."""

from __future__ import annotations

from typing import Any

from pcanalytics.linkage.preparing import Prepared

__all__ = ["COMPARISONS", "comparison_settings"]


def _level(sql: str, label: str, **more: Any) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label, **more}


def _comparison(name: str, null: str, levels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_levels": [_level(null, "missing", is_null_level=True), *levels, _level("ELSE", "different")],
    }


def _either_missing(column: str) -> str:
    return f'"{column}_l" IS NULL OR "{column}_r" IS NULL'


def _same(column: str, label: str, frequencies: bool = False) -> dict[str, Any]:
    more = {"tf_adjustment_column": column, "tf_adjustment_weight": 1.0} if frequencies else {}
    return _level(f'"{column}_l" = "{column}_r"', label, **more)


def _alike(column: str, least: float, label: str) -> dict[str, Any]:
    return _level(f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}', label)


def _identifier(column: str, words: str) -> dict[str, Any]:
    near = _level(f'damerau_levenshtein("{column}_l", "{column}_r") <= 1', f"{words} one character off")
    return _comparison(column, _either_missing(column), [_same(column, f"same {words}"), near])


def _text(column: str, words: str, frequencies: bool = True) -> dict[str, Any]:
    levels = [_same(column, f"same {words}", frequencies), _alike(column, 0.88, f"{words} alike")]
    return _comparison(column, _either_missing(column), levels)


COMPARISONS: dict[str, dict[str, Any]] = {
    "given_name": _comparison(
        "given_name",
        _either_missing("given_name"),
        [
            _same("given_name", "same given name", True),
            _level('"given_name_l" = "surname_r" AND "given_name_r" = "surname_l"', "names swapped"),
            _alike("given_name", 0.92, "given names very alike"),
            _alike("given_name", 0.8, "given names alike"),
        ],
    ),
    "surname": _comparison(
        "surname",
        _either_missing("surname"),
        [
            _same("surname", "same surname", True),
            _level('"surname_last_l" = "surname_last_r" OR "surname_first_l" = "surname_first_r"', "one part the same"),
            _alike("surname", 0.92, "surnames very alike"),
            _alike("surname", 0.8, "surnames alike"),
        ],
    ),
    "middle_name": _comparison(
        "middle_name",
        _either_missing("middle_name"),
        [_same("middle_name", "same middle name"), _same("middle_initial", "same middle initial")],
    ),
    "birth_date": _comparison(
        "birth_date",
        _either_missing("birth_date"),
        [
            _same("birth_date", "same birth date"),
            _level('damerau_levenshtein("birth_date_l", "birth_date_r") <= 1', "birth dates one digit off"),
            _level('substr("birth_date_l", 1, 4) = substr("birth_date_r", 1, 4)', "same birth year"),
            _level('damerau_levenshtein("birth_date_l", "birth_date_r") <= 2', "birth dates two digits off"),
        ],
    ),
    "sex": _comparison("sex", _either_missing("sex"), [_same("sex", "same sex")]),
    "sid": _identifier("sid", "state identification number"),
    "fbi_number": _identifier("fbi_number", "FBI number"),
    "driver_license": _identifier("driver_license", "driver license number"),
    "address": _text("address", "address", False),
    "zip": _comparison("zip", _either_missing("zip"), [_same("zip", "same zip", True)]),
    "locality": _text("locality", "town"),
    "birth_place": _text("birth_place", "place of birth"),
    "occupation": _comparison(
        "occupation", _either_missing("occupation"), [_same("occupation", "same occupation", True)]
    ),
}


def comparison_settings(prepared: Prepared) -> list[dict[str, Any]]:
    """Choose the comparisons whose columns say something in these records.

    Parameters
    ----------
    prepared : Prepared
        The records.

    Returns
    -------
    list of dict
        Splink comparisons; a column with fewer than two known values is left out.

    Examples
    --------
    >>> len(COMPARISONS) > 5
    True
    """
    known = {name: len(prepared.table) - prepared.table[name].null_count for name in prepared.table.column_names}
    chosen = [comparison for name, comparison in COMPARISONS.items() if known.get(name, 0) > 1]
    return chosen + [_text(name, name) for name in prepared.details if known.get(name, 0) > 1]
