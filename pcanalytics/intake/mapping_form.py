"""The shape of a mapping file: which keys it may have and what kind of value each takes."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pcanalytics.errors import Problem

__all__ = ["COLUMN_PARTS", "CORRECTION_KEYS", "ENCODINGS", "FORMATS", "MAPPING_KEYS", "form_problems", "nearest"]

FORMATS = ("delimited", "fixed", "xlsx", "parquet")
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "ascii",
    "cp437",
    "cp850",
    "iso-8859-15",
)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_span(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_count, value)) and value[0] < value[1]


def _is_table_of(entry: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(map(entry, value.values()))


def _is_words(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= {"true", "false"} and all(map(_is_texts, value.values()))


_Kind = tuple[Callable[[object], bool], str]
_TEXT: _Kind = (_is_text, "a text")
_COUNT: _Kind = (_is_count, "a whole number, 0 or more")
_FLAG: _Kind = (lambda value: isinstance(value, bool), "true or false")
_TEXTS: _Kind = (_is_texts, "a list of texts")
_TEXT_OR_TEXTS: _Kind = (
    lambda value: _is_text(value) or (_is_texts(value) and bool(value)),
    "a text or a list of texts",
)
_CHARACTER: _Kind = (lambda value: _is_text(value) and len(str(value)) == 1, "exactly one character")
_QUOTE: _Kind = (lambda value: _is_text(value) and len(str(value)) <= 1, 'one character, or "" for no quoting')
_TERMINATOR: _Kind = (lambda value: _is_text(value) and 1 <= len(str(value)) <= 8, "one to eight characters")
_WIDTHS: _Kind = (_is_table_of(_is_span), "field = [start, end], counted from 0, end not included")
_PLAIN: _Kind = (
    lambda value: isinstance(value, str | int | float | datetime.date),
    "a text, a number, a date or true/false",
)
_WHERE: _Kind = (_is_table_of(_is_text), 'vendor column = "text"')
_DAY: _Kind = (lambda value: isinstance(value, str | datetime.date), "a date")
_CODES: _Kind = (_is_table_of(_is_text), '"vendor code" = "declared value"')
_WORDS: _Kind = (_is_words, 'true = ["..."] and false = ["..."]')

#: Parts of a mapping with keys of their own.
MAPPING_KEYS: Mapping[str, Mapping[str, _Kind]] = {
    "source": {"table": _TEXT, "agency": _TEXT, "extract": _TEXT, "crs": _TEXT, "usual_rows": _COUNT, "note": _TEXT},
    "dialect": {
        "format": _TEXT_OR_TEXTS,
        "encoding": _TEXT,
        "separator": _CHARACTER,
        "terminator": _TERMINATOR,
        "quote": _QUOTE,
        "header": _TEXTS,
        "nulls": _TEXTS,
        "undecodable_max": _COUNT,
        "skip_rows": _COUNT,
        "sheet": _TEXT,
        "trailer": _TEXT,
        "widths": _WIDTHS,
        "trimmed": _FLAG,
        "optional_columns": _TEXTS,
        "ignored_columns": _TEXTS,
    },
}

#: Parts of a mapping whose keys are columns.
COLUMN_PARTS: Mapping[str, _Kind] = {
    "columns": _TEXT_OR_TEXTS,
    "formats": _TEXT,
    "two_digit_years": _COUNT,
    "nulls": _TEXTS,
    "sentinels": _TEXTS,
    "codes": _CODES,
    "booleans": _WORDS,
    "constants": _PLAIN,
    "keys": _TEXTS,
    "only": _TEXTS,
}

#: Keys of one entry of ``[[corrections]]``.
CORRECTION_KEYS: Mapping[str, _Kind] = {
    "column": _TEXT,
    "from": _TEXT,
    "to": _TEXT,
    "reason": _TEXT,
    "date": _DAY,
    "where": _WHERE,
}


def nearest(given: str, known: Iterable[str]) -> str:
    """Give a half sentence with the nearest known name, or nothing.

    Parameters
    ----------
    given : str
        A name from a mapping file.
    known : iterable of str
        The names that would have been right.

    Examples
    --------
    >>> nearest("beet", ["beat", "district"])
    'The nearest known name is beat'
    """
    names = sorted(known)
    near = difflib.get_close_matches(given, names, n=1)
    if near:
        return f"The nearest known name is {near[0]}"
    return f"Known: {', '.join(names)}" if len(names) <= 30 else ""


def form_problems(form: Mapping[str, Any]) -> list[Problem]:
    """List what is wrong with the shape of a mapping: unknown keys, values of the wrong kind.

    Parameters
    ----------
    form : mapping
        The mapping file as parsed.

    Returns
    -------
    list of Problem
        Empty when the shape is right. Whether it fits the declared table is another question.

    Examples
    --------
    >>> [str(problem) for problem in form_problems({"source": {"table": "calls"}, "colunms": {}})][0]
    'there is no part [colunms]. The nearest known name is columns.'
    """
    problems = []
    parts = [*MAPPING_KEYS, *COLUMN_PARTS, "corrections"]
    for part, value in form.items():
        if part not in parts:
            problems.append(Problem(f"there is no part [{part}]", todo=nearest(part, parts), code="unknown_key"))
        elif part == "corrections":
            problems += _correction_problems(value)
        elif not isinstance(value, dict):
            problems.append(Problem(f"{part} must be a part of its own", expected=f"[{part}]", code="wrong_kind"))
        elif part in MAPPING_KEYS:
            problems += _keyed_problems(f"[{part}]", value, MAPPING_KEYS[part])
        else:
            kind = COLUMN_PARTS[part]
            problems += [p for name, entry in value.items() for p in _kind_problems(f"[{part}] {name}", entry, kind)]
    problems += [
        Problem(f"there is no {words}", todo=todo, code="missing_key")
        for words, todo, lacks in (
            ("[source] table", "Name the declared table the file fills.", "table" not in _part(form, "source")),
            ("part [columns]", 'Write declared_name = "vendor column" for each column.', not _part(form, "columns")),
        )
        if lacks
    ]
    return problems


def _part(form: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = form.get(name)
    return value if isinstance(value, dict) else {}


def _keyed_problems(where: str, given: Mapping[str, object], known: Mapping[str, _Kind]) -> list[Problem]:
    problems = []
    for key, value in given.items():
        if key in known:
            problems += _kind_problems(f"{where} {key}", value, known[key])
        else:
            problems.append(Problem(f"{where} has no key {key}", todo=nearest(key, known), code="unknown_key"))
    return problems


def _kind_problems(where: str, value: object, kind: _Kind) -> list[Problem]:
    fits, words = kind
    return [] if fits(value) else [Problem(f"{where} has a value of the wrong kind", expected=words, code="wrong_kind")]


def _correction_problems(given: object) -> list[Problem]:
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        return [Problem("corrections must be a list of parts", expected="[[corrections]]", code="wrong_kind")]
    problems = []
    for number, entry in enumerate(given, start=1):
        where = f"[[corrections]] number {number}"
        problems += _keyed_problems(where, entry, CORRECTION_KEYS)
        lacking = [key for key in ("column", "to", "reason", "date") if key not in entry]
        if "from" not in entry and not entry.get("where"):
            lacking.append("from or where")
        if lacking:
            problems.append(Problem(f"{where} lacks {', '.join(lacking)}", code="missing_key"))
    return problems
