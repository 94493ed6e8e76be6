"""Mapping files: what a foreign file says, in the words of a declared table.

A mapping is a TOML text. It names one declared table, how the file is written (its *dialect*), which
vendor column becomes which declared column, and every code, null word and date format the vendor
uses. The same form serves every door of the suite that takes a foreign file; ``docs/intake.md``
describes each key. Reading one is strict: whatever is not understood is refused, all of it at once.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pcanalytics.errors import MappingError, Problem
from pcanalytics.intake.mapping_checks import mapping_problems
from pcanalytics.intake.mapping_form import form_problems
from pcanalytics.schema import Table
from pcanalytics.tables import TABLES

__all__ = ["Correction", "Dialect", "Mapping", "read_mapping"]


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    Parameters
    ----------
    formats : tuple of str
        ``delimited``, ``fixed``, ``xlsx``, ``parquet``; several when a source comes in several forms
        (told apart by the first bytes of the file).
    encoding : str
        Of a text file. UTF-16 needs a byte-order mark.
    separator, terminator, quote : str
        One character between fields; the end of a record; the quoting character, "" for none.
    header : tuple of str
        Names of the fields of a file that has no header line; empty when the file has one.
    nulls : tuple of str
        Words that mean missing, anywhere in the file. An empty field is always missing.
    undecodable_max : int
        How many undecodable places may be replaced, counted and warned of.
    skip_rows : int
        Banner lines above the header.
    sheet : str, optional
        The sheet of a workbook; the first when not given.
    trailer : str, optional
        Pattern of a last line whose first group is the number of data rows.
    widths : mapping of str to (int, int)
        Fields of a fixed-width file: from (counted from 0), to (not included).
    trimmed : bool
        Whether lines of a fixed-width file may end early, their last fields blank.
    optional_columns, ignored_columns : tuple of str
        Vendor columns that some files lack; vendor columns left out on purpose.

    Examples
    --------
    >>> Dialect(separator="|", encoding="cp1252").separator
    '|'
    """

    formats: tuple[str, ...] = ("delimited",)
    encoding: str = "utf-8"
    separator: str = ","
    terminator: str = "\n"
    quote: str = '"'
    header: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()
    undecodable_max: int = 0
    skip_rows: int = 0
    sheet: str | None = None
    trailer: str | None = None
    widths: AbstractMapping[str, tuple[int, int]] = field(default_factory=dict)
    trimmed: bool = False
    optional_columns: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Correction:
    """A source's known error, declared with its reason instead of patched in code.

    Parameters
    ----------
    column : str
        The declared column that is corrected.
    given, right : str
        The vendor's text as it comes (of every row ``where`` selects, when empty) and the text it
        should have been, both before codes and formats are applied.
    reason, date : str
        Why, and when it was decided.
    where : mapping of str to str
        Vendor columns and the text they hold in the rows to correct; empty for all rows.

    Examples
    --------
    >>> Correction("beat", "7", "007", "CAD drops zeros", "2026-03-02").right
    '007'
    """

    column: str
    given: str | None
    right: str
    reason: str
    date: str
    where: AbstractMapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """One foreign file in the words of one declared table; see :func:`read_mapping`.

    Parameters
    ----------
    name : str
        What the mapping is called in messages, usually its file name.
    table : Table
        The declared table it fills.
    digest : str
        SHA-256 of its text.
    columns : mapping of str to tuple of str
        Declared column to vendor columns; several are joined with a space.
    """

    name: str
    table: Table
    digest: str
    columns: AbstractMapping[str, tuple[str, ...]]
    dialect: Dialect = field(default_factory=Dialect)
    agency: str | None = None
    extract: Literal["full", "delta"] = "full"
    crs: str | None = None
    usual_rows: int | None = None
    formats: AbstractMapping[str, str] = field(default_factory=dict)
    two_digit_years: AbstractMapping[str, int] = field(default_factory=dict)
    nulls: AbstractMapping[str, tuple[str, ...]] = field(default_factory=dict)
    sentinels: AbstractMapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: AbstractMapping[str, AbstractMapping[str, str]] = field(default_factory=dict)
    booleans: AbstractMapping[str, AbstractMapping[str, tuple[str, ...]]] = field(default_factory=dict)
    constants: AbstractMapping[str, str] = field(default_factory=dict)
    keys: AbstractMapping[str, tuple[str, ...]] = field(default_factory=dict)
    only: AbstractMapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()

    @property
    def vendor_columns(self) -> tuple[str, ...]:
        """Every vendor column the mapping reads, each once, in the order of first use."""
        used = [name for names in self.columns.values() for name in names]
        used += [name for names in self.keys.values() for name in names]
        used += list(self.only)
        used += [name for correction in self.corrections for name in correction.where]
        return tuple(dict.fromkeys(used))


def read_mapping(text: str, *, name: str) -> Mapping:
    """Read a mapping file.

    Parameters
    ----------
    text : str
        The TOML text.
    name : str
        What to call it in messages, usually the file's name.

    Returns
    -------
    Mapping
        Frozen. Nothing of the foreign file has been looked at yet.

    Raises
    ------
    MappingError
        Listing every problem at once: text that is not TOML, keys that are not known (with the nearest
        that is), tables and columns that are not declared, formats on columns that hold no dates,
        ``%H`` together with ``%p``, required columns nobody fills.

    Notes
    -----
    Every key, with an example, is in ``docs/intake.md``.

    Examples
    --------
    >>> mapping = read_mapping('''
    ... [source]
    ... table = "calls"
    ... [columns]
    ... call_id = "EVENT"
    ... received_at = "RCVD"
    ... [formats]
    ... received_at = "%Y-%m-%d %H:%M"
    ... ''', name="calls.toml")
    >>> mapping.columns["call_id"]
    ('EVENT',)
    """
    try:
        form = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at [^()]*\)", str(error))
        where = f" {place.group(0)}" if place else ""
        problem = Problem(f"it is not TOML{where}", todo="Mend the line; a key may stand only once.", code="not_toml")
        raise MappingError(f"The mapping {name} cannot be read.", [problem]) from None
    problems = form_problems(form)
    if not problems:
        problems = mapping_problems(form)
    if problems:
        raise MappingError(f"The mapping {name} cannot be used.", problems)
    return _built(form, name=name, digest=hashlib.sha256(text.encode()).hexdigest())


def _built(form: dict[str, Any], *, name: str, digest: str) -> Mapping:
    source = form["source"]
    table = TABLES[source["table"]]
    constants = {column: _constant_text(value) for column, value in form.get("constants", {}).items()}
    fills_agency = "agency" in table.names and "agency" not in form["columns"] and "agency" not in constants
    if fills_agency and "agency" in source:
        constants["agency"] = source["agency"]
    return Mapping(
        name=name,
        table=table,
        digest=digest,
        columns={column: _texts(given) for column, given in form["columns"].items()},
        dialect=_dialect(form.get("dialect", {})),
        agency=source.get("agency"),
        extract=source.get("extract", "full"),
        crs=source.get("crs"),
        usual_rows=source.get("usual_rows"),
        formats=_frozen(form, "formats"),
        two_digit_years=_frozen(form, "two_digit_years"),
        nulls=_frozen_lists(form, "nulls"),
        sentinels=_frozen_lists(form, "sentinels"),
        codes={column: dict(codes) for column, codes in form.get("codes", {}).items()},
        booleans={
            column: {word: tuple(texts) for word, texts in words.items()}
            for column, words in form.get("booleans", {}).items()
        },
        constants=constants,
        keys=_frozen_lists(form, "keys"),
        only=_frozen_lists(form, "only"),
        corrections=tuple(_correction(entry) for entry in form.get("corrections", [])),
    )


def _dialect(given: dict[str, Any]) -> Dialect:
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    if "format" in settings:
        settings["formats"] = _texts(settings.pop("format"))
    if "widths" in settings:
        settings["widths"] = {name: tuple(span) for name, span in settings["widths"].items()}
    return Dialect(**settings)


def _correction(entry: dict[str, Any]) -> Correction:
    return Correction(
        column=entry["column"],
        given=entry.get("from"),
        right=entry["to"],
        reason=entry["reason"],
        date=str(entry["date"]),
        where=dict(entry.get("where", {})),
    )


def _constant_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(given: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _frozen(form: dict[str, Any], part: str) -> AbstractMapping[str, Any]:
    return dict(form.get(part, {}))


def _frozen_lists(form: dict[str, Any], part: str) -> AbstractMapping[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in form.get(part, {}).items()}
