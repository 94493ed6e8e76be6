"""Whether a mapping fits the declared table it names, and says nothing that contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pcanalytics.errors import Problem, UsageError
from pcanalytics.intake.date_formats import format_problem
from pcanalytics.intake.mapping_form import ENCODINGS, FORMATS, nearest
from pcanalytics.schema import Table
from pcanalytics.spatial import read_crs
from pcanalytics.tables import TABLES

__all__ = ["mapping_problems"]

#: Settings of the dialect that mean something only for some formats.
_ONLY_FOR = {
    "separator": ("delimited",),
    "quote": ("delimited",),
    "header": ("delimited",),
    "terminator": ("delimited", "fixed"),
    "encoding": ("delimited", "fixed"),
    "undecodable_max": ("delimited", "fixed"),
    "trailer": ("delimited", "fixed"),
    "skip_rows": ("delimited", "fixed", "xlsx"),
    "sheet": ("xlsx",),
    "widths": ("fixed",),
    "trimmed": ("fixed",),
}

#: Parts whose keys are declared columns.
_COLUMN_PARTS = (
    "columns",
    "formats",
    "two_digit_years",
    "nulls",
    "sentinels",
    "codes",
    "booleans",
    "constants",
    "keys",
)


def mapping_problems(form: Mapping[str, Any]) -> list[Problem]:
    """List everything in a mapping that does not fit its declared table or contradicts itself.

    Parameters
    ----------
    form : mapping
        A mapping file whose shape is right.

    Returns
    -------
    list of Problem
        Empty when the mapping can be used.

    Examples
    --------
    >>> form = {"source": {"table": "calsl"}, "columns": {"call_id": "ID"}}
    >>> [str(problem) for problem in mapping_problems(form)][0]
    'there is no table calsl. The nearest known name is calls.'
    """
    problems = _source_problems(form["source"]) + _dialect_problems(form.get("dialect", {}))
    if form["source"]["table"] not in TABLES:
        todo = nearest(form["source"]["table"], TABLES)
        return [Problem(f"there is no table {form['source']['table']}", todo=todo, code="unknown_table"), *problems]
    table = TABLES[form["source"]["table"]]
    problems += _undeclared_problems(form, table)
    form = _declared_only(form, table)
    problems += _filled_problems(form, table)
    problems += _time_problems(form, table)
    problems += _place_problems(form, table)
    problems += _category_problems(form, table)
    problems += _kind_problems(form, table)
    return problems + _width_problems(form)


def _formats_of(form: Mapping[str, Any]) -> tuple[str, ...]:
    given = form.get("dialect", {}).get("format", "delimited")
    return (given,) if isinstance(given, str) else tuple(given)


def _source_problems(source: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if source.get("extract", "full") not in ("full", "delta"):
        problems.append(Problem("[source] extract is unknown", expected="full or delta", code="wrong_value"))
    if "crs" in source:
        try:
            read_crs(source["crs"])
        except UsageError:
            problems.append(
                Problem(
                    "[source] crs names no known coordinate system",
                    expected="a code such as EPSG:4326",
                    code="wrong_value",
                )
            )
    return problems


def _dialect_problems(dialect: Mapping[str, Any]) -> list[Problem]:
    problems = []
    formats = _formats_of({"dialect": dialect})
    for unknown in (given for given in formats if given not in FORMATS):
        problems.append(
            Problem(f"[dialect] there is no format {unknown}", todo=nearest(unknown, FORMATS), code="wrong_value")
        )
    if dialect.get("encoding", "utf-8") not in ENCODINGS:
        problems.append(Problem("[dialect] encoding is unknown", expected=", ".join(ENCODINGS), code="wrong_value"))
    for key, meant in _ONLY_FOR.items():
        if key in dialect and not set(formats) & set(meant):
            problems.append(
                Problem(
                    f"[dialect] {key} means nothing for {' or '.join(formats)}",
                    expected=f"format {' or '.join(meant)}",
                    code="unused_key",
                )
            )
    if "fixed" in formats and not dialect.get("widths"):
        problems.append(
            Problem("[dialect] a fixed-width file needs widths", expected="[dialect.widths]", code="missing_key")
        )
    if {"fixed", "delimited"} <= set(formats):
        problems.append(Problem("[dialect] a text file is either delimited or fixed", code="wrong_value"))
    header = dialect.get("header", [])
    if len(set(header)) < len(header):
        problems.append(Problem("[dialect] header has a name twice", code="repeated_name"))
    separator, quote = dialect.get("separator", ","), dialect.get("quote", '"')
    if separator == quote or separator in dialect.get("terminator", "\n")[:1]:
        if not (separator == dialect.get("terminator", "\n")[:1] and len(dialect["terminator"]) > 1):
            problems.append(Problem("[dialect] separator, quote and terminator must differ", code="wrong_value"))
    if "trailer" in dialect:
        problems += _trailer_problems(dialect["trailer"])
    return problems


def _trailer_problems(pattern: str) -> list[Problem]:
    try:
        groups = re.compile(pattern).groups
    except re.error:
        groups = 0
    if groups != 1:
        return [Problem("[dialect] trailer must be a pattern with one group, the number of rows", code="wrong_value")]
    return []


def _undeclared_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    problems = []
    named = [(f"[{part}]", name) for part in _COLUMN_PARTS for name in form.get(part, {})]
    named += [("[[corrections]]", entry["column"]) for entry in form.get("corrections", [])]
    for where, name in named:
        if name not in table.names:
            problems.append(
                Problem(
                    f"{where} {name} is no column of the table {table.name}",
                    todo=nearest(name, table.names),
                    code="unknown_column",
                )
            )
    return problems


def _declared_only(form: Mapping[str, Any], table: Table) -> dict[str, Any]:
    kept = dict(form)
    for part in _COLUMN_PARTS:
        kept[part] = {name: value for name, value in form.get(part, {}).items() if name in table.names}
    kept["corrections"] = [entry for entry in form.get("corrections", []) if entry["column"] in table.names]
    return kept


def _filled_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    problems = []
    columns, constants, keys = (form.get(part, {}) for part in ("columns", "constants", "keys"))
    filled = [*columns, *constants, *keys]
    for name in sorted({name for name in filled if filled.count(name) > 1}):
        problems.append(
            Problem(f"{name} is filled twice", expected="one of [columns], [constants], [keys]", code="filled_twice")
        )
    if "agency" in form["source"]:
        filled.append("agency")
    needed = [column.name for column in table.columns if column.required or not column.nullable]
    for name in (name for name in needed if name not in filled):
        how = (
            "Name the agency in [source]."
            if name == "agency"
            else "Map it in [columns], or fill it in [constants] or [keys]."
        )
        problems.append(
            Problem(f"{name} is required by the table {table.name} and nothing fills it", todo=how, code="unmapped")
        )
    for part in ("formats", "two_digit_years", "nulls", "sentinels", "codes", "booleans"):
        for name in (name for name in form.get(part, {}) if name not in columns):
            problems.append(Problem(f"[{part}] {name} is not mapped in [columns]", code="unused_key"))
    for entry in form.get("corrections", []):
        if entry["column"] not in columns:
            problems.append(Problem(f"[[corrections]] {entry['column']} is not mapped in [columns]", code="unused_key"))
    for name in keys:
        if table.column(name).kind != "id":
            problems.append(Problem(f"[keys] {name} is not an id", code="wrong_kind"))
    both = set(form.get("dialect", {}).get("ignored_columns", [])) & set(_vendor_columns(form))
    if both:
        problems.append(
            Problem(f"[dialect] ignored_columns are mapped: {', '.join(sorted(both))}", code="filled_twice")
        )
    return problems


def _vendor_columns(form: Mapping[str, Any]) -> Iterable[str]:
    for given in [*form["columns"].values(), *form.get("keys", {}).values()]:
        yield from [given] if isinstance(given, str) else given
    yield from form.get("only", {})
    for entry in form.get("corrections", []):
        yield from entry.get("where", {})


def _time_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    problems = []
    formats, windows = form.get("formats", {}), form.get("two_digit_years", {})
    for name, text in formats.items():
        if not table.column(name).is_time:
            problems.append(Problem(f"[formats] {name} is no date or timestamp", code="wrong_kind"))
            continue
        reason = format_problem(text)
        if reason:
            problems.append(Problem(f"[formats] {name} cannot be used: {reason}", code="bad_format"))
        elif "%y" in text and name not in windows:
            problems.append(
                Problem(
                    f"[formats] {name} has two-digit years",
                    todo=f"Say the first year of their hundred, such as two_digit_years.{name} = 1930.",
                    code="two_digit_year",
                )
            )
    for name, first in windows.items():
        if "%y" not in formats.get(name, ""):
            problems.append(Problem(f"[two_digit_years] {name} has no %y in its format", code="unused_key"))
        if not 1900 <= first <= 2000:
            problems.append(
                Problem(f"[two_digit_years] {name} is out of reach", expected="1900 to 2000", code="wrong_value")
            )
    if not set(_formats_of(form)) & {"delimited", "fixed"}:
        return problems
    for name in (name for name in form["columns"] if table.column(name).is_time and name not in formats):
        problems.append(
            Problem(
                f"{name} is a {table.column(name).kind} and has no format",
                todo="Declare how the file writes it in [formats].",
                code="no_format",
            )
        )
    return problems


def _place_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    columns = form["columns"]
    mapped = [name for name in ("x", "y") if name in columns and name in table.names]
    if len(mapped) == 1:
        return [Problem("x and y must be mapped together", code="unmapped")]
    if mapped and "crs" not in form["source"]:
        todo = 'Say which system they are in, such as crs = "EPSG:4326" for longitude and latitude.'
        return [Problem("[source] has no crs for x and y", todo=todo, code="missing_key")]
    return []


def _category_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    problems = []
    told = [(f"[codes.{name}]", name, set(codes.values())) for name, codes in form.get("codes", {}).items()]
    told += [("[constants]", name, {str(value)}) for name, value in form.get("constants", {}).items()]
    for where, name, values in told:
        column = table.column(name)
        if where != "[constants]" and column.kind not in ("category", "text", "id"):
            problems.append(Problem(f"{where} {name} is a {column.kind} and takes no codes", code="wrong_kind"))
        if column.categories is None:
            continue
        for value in sorted(values - set(column.categories)):
            problems.append(
                Problem(
                    f"{where} {value} is no value of {name}",
                    todo=nearest(value, column.categories),
                    code="unknown_category",
                )
            )
    return problems


def _kind_problems(form: Mapping[str, Any], table: Table) -> list[Problem]:
    problems = []
    for name, given in form["columns"].items():
        kind = table.column(name).kind
        if isinstance(given, list) and len(given) > 1 and kind in ("integer", "real", "boolean", "category"):
            problems.append(Problem(f"{name} is a {kind} and comes from one vendor column", code="wrong_kind"))
    for name, words in form.get("booleans", {}).items():
        if table.column(name).kind != "boolean":
            problems.append(Problem(f"[booleans] {name} is a {table.column(name).kind}", code="wrong_kind"))
        if set(words.get("true", [])) & set(words.get("false", [])):
            problems.append(Problem(f"[booleans] {name} has a word for both true and false", code="wrong_value"))
    for name, value in form.get("constants", {}).items():
        kind = table.column(name).kind
        if kind in ("date", "timestamp", "real", "integer") and not _is_plain(value, kind):
            problems.append(Problem(f"[constants] {name} is no {kind}", code="wrong_kind"))
        if kind == "boolean" and not isinstance(value, bool):
            problems.append(Problem(f"[constants] {name} is no boolean", expected="true or false", code="wrong_kind"))
    return problems


def _is_plain(value: object, kind: str) -> bool:
    if kind in ("date", "timestamp"):
        return hasattr(value, "isoformat") or bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and (kind == "real" or float(str(value)).is_integer())


def _width_problems(form: Mapping[str, Any]) -> list[Problem]:
    widths = form.get("dialect", {}).get("widths")
    if widths is None:
        return []
    lacking = [name for name in dict.fromkeys(_vendor_columns(form)) if name not in widths]
    return [
        Problem(f"[dialect.widths] has no field {name}", todo=nearest(name, widths), code="unknown_column")
        for name in lacking
    ]
