"""The tables of a page once more, as an Excel workbook and as CSV files, safe to open."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pcanalytics.errors import InputRejected, Problem, UsageError

__all__ = ["LONGEST_TEXT", "MOST_COLUMNS", "MOST_ROWS", "csv_name", "csv_text", "workbook"]

#: What a sheet of Excel holds: rows with the heading, columns, and characters in one cell.
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767

#: Whole numbers above this lose digits in Excel, so they are written as text.
_LARGEST_EXACT = 10**15

#: A spreadsheet takes a text for a formula by its first sign, also behind spaces, quotes and unseen signs.
_BEFORE = " '\"`\u00a0\u2007\u202f\u3000\u200b\u200c\u200d\u200e\u200f\u2018\u2019\u201c\u201d\u2060\ufeff"
_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212"

#: What XML cannot hold, and what breaks a line of a CSV file in two.
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_MADE_BY = re.compile(rb"<Application>[^<]*</Application><AppVersion>[^<]*</AppVersion>")

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def csv_name(slug: str, name: str) -> str:
    """Give the file name of a table of a page.

    Parameters
    ----------
    slug : str
        The page's file name without its ending.
    name : str
        The table's short name, such as ``"counts"``.

    Returns
    -------
    str
        Letters, digits and hyphens, and ``.csv``.

    Raises
    ------
    UsageError
        When nothing is left of a name.

    Examples
    --------
    >>> csv_name("harbor", "repeat_addresses")
    'harbor-repeat-addresses.csv'
    """
    parts = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")[:60].strip("-") for part in (slug, name)]
    if not all(parts):
        raise UsageError("A page and a table need a letter or digit in their names to give a file name.")
    return f"{parts[0]}-{parts[1]}.csv"


def csv_text(table: Mapping[str, Any]) -> str:
    """Write a table as the text of a CSV file.

    Parameters
    ----------
    table : mapping
        From :func:`pcanalytics.briefing.shown_table`.

    Returns
    -------
    str
        Begins with the mark by which Excel knows UTF-8; lines end with CR LF; numbers stay numbers; a missing value is
        an empty cell. A text that a spreadsheet would take for a formula has an apostrophe before it. Write it as
        ``text.encode("utf-8")``.

    Examples
    --------
    >>> table = {"title": "x", "columns": ["label", "count"], "headings": ["Group", "Count"], "rows": [["=1+1", -3]]}
    >>> csv_text(table).splitlines()[1]
    "'=1+1,-3"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_guarded(_clean(str(heading))) for heading in table["headings"]])
    for row in table["rows"]:
        writer.writerow([_guarded(value) if isinstance(value, str) else value for value in map(_value, row)])
    return "\ufeff" + stream.getvalue()


def workbook(tables: Mapping[str, Mapping[str, Any]], *, title: str, as_of: pd.Timestamp) -> bytes:
    """Write tables as an Excel workbook.

    Parameters
    ----------
    tables : mapping of str to mapping
        Short name to a table from :func:`pcanalytics.briefing.shown_table`.
    title : str
        What the page is of.
    as_of : pandas.Timestamp
        The first moment not counted; it also stands for the file's date, so that the same tables give the same bytes.

    Returns
    -------
    bytes
        A sheet that says what the workbook holds, and one sheet a table, its heading frozen. Numbers are numbers; every
        text is of the type text and never a formula. A text too long for a cell is cut with a mark, and the sheet says so.

    Raises
    ------
    UsageError
        When there is no table.
    InputRejected
        When a table has more rows or columns than a sheet holds.

    Examples
    --------
    >>> table = {"title": "Counts", "columns": ["count"], "headings": ["Count"], "rows": [[3]]}
    >>> workbook({"counts": table}, title="North", as_of=pd.Timestamp("2026-11-23"))[:2]
    b'PK'
    """
    if not tables:
        raise UsageError("A workbook needs at least one table.")
    _check_sizes(tables)
    book = Workbook()
    about = book.active
    names = _sheet_names(tables)
    _fill_about(about, tables, names, title, as_of)
    for name, table in tables.items():
        _fill(book.create_sheet(names[name]), table)
    moment = as_of.tz_localize(None).to_pydatetime() if as_of.tzinfo else as_of.to_pydatetime()
    book.properties.title, book.properties.creator = _clean(title)[:255], "pcanalytics"
    book.properties.created = moment
    stream = io.BytesIO()
    book.save(stream)
    return _same_bytes(stream.getvalue(), f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode())


def _check_sizes(tables: Mapping[str, Mapping[str, Any]]) -> None:
    problems = []
    for name, table in tables.items():
        for many, most, what in (
            (len(table["rows"]) + 3, MOST_ROWS, "rows"),
            (len(table["headings"]), MOST_COLUMNS, "columns"),
        ):
            if many > most:
                problems.append(
                    Problem(f"the table {name} has {many:,} {what} with its heading and notes; a sheet holds {most:,}")
                )
    if problems:
        raise InputRejected("No workbook was written. Write these tables as CSV files, or show fewer rows.", problems)


def _clean(value: str) -> str:
    return _NOT_TEXT.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


def _value(value: Any) -> Any:
    """Give a value of a table as a cell holds it: a finite number, a text, or nothing."""
    if value is None or isinstance(value, str):
        return None if value is None else _clean(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST_EXACT:
        return str(value)
    return value if isinstance(value, int | float) else _clean(str(value))


def _is_risky(value: str) -> bool:
    """Tell whether a spreadsheet might take a text for a formula."""
    return value.lstrip(_BEFORE)[:1] in tuple(_FORMULA)


def _guarded(value: str) -> str:
    return f"'{value}" if value and _is_risky(value) else value


def _units(value: str) -> int:
    """Give a text's length as Excel counts it."""
    return len(value) + sum(sign > "\uffff" for sign in value)


def _cut(value: str) -> str:
    mark = f" [cut: {_units(value):,} characters]"
    room, kept = LONGEST_TEXT - len(mark), value[: LONGEST_TEXT - len(mark)]
    while _units(kept) > room:
        kept = kept[: len(kept) - (_units(kept) - room + 1) // 2]
    return kept + mark


def _put(cell: Cell, value: Any) -> bool:
    """Put a value in a cell with its own type; tell whether it had to be cut."""
    too_long = isinstance(value, str) and _units(value) > LONGEST_TEXT
    cell.value = _cut(value) if too_long else value
    if isinstance(value, str):
        cell.data_type = "s"
        is_risky, is_long = bool(value) and _is_risky(value), len(value) > 60
        _style(cell, ("text", is_risky, is_long), quotePrefix=is_risky, wraps=is_long)
    elif value is not None:
        whole = isinstance(value, int)
        _style(cell, ("number", whole), number_format="#,##0" if whole else "#,##0.00")
    return too_long


def _style(cell: Cell, key: tuple[object, ...], *, wraps: bool = False, **attributes: object) -> None:
    """Style a cell as the first one of its kind in the workbook: looking a style up takes longer than the rest."""
    kinds = cell.parent.parent.__dict__.setdefault("kinds_of_cells", {})
    if key in kinds:
        cell._style = copy(kinds[key])
        return
    for name, value in attributes.items():
        setattr(cell, name, value)
    cell.alignment = Alignment(vertical="top", wrap_text=wraps) if key[0] == "text" else Alignment(vertical="top")
    kinds[key] = copy(cell._style)


def _fill(sheet: Worksheet, table: Mapping[str, Any]) -> None:
    widths = _head(sheet, table["headings"])
    cut = 0
    for down, row in enumerate(table["rows"], start=2):
        for across, raw in enumerate(row, start=1):
            value = _value(raw)
            cut += _put(sheet.cell(down, across), value)
            shown = f"{value:,}" if isinstance(value, int) else str("" if value is None else value)
            widths[across - 1] = max(widths[across - 1], len(shown))
    for across, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(across)].width = min(60, width + 2)
    if cut:
        said = f"Note: {cut:,} text(s) were longer than a cell holds and are cut. The CSV file has them whole."
        _put(sheet.cell(len(table["rows"]) + 3, 1), said)


def _head(sheet: Worksheet, headings: Sequence[str]) -> list[int]:
    for across, heading in enumerate(headings, start=1):
        cell = sheet.cell(1, across)
        _put(cell, _clean(str(heading)))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="bottom", wrap_text=True)
    sheet.freeze_panes = "A2"
    return [min(24, len(str(heading))) for heading in headings]


def _fill_about(
    sheet: Worksheet, tables: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], title: str, as_of: pd.Timestamp
) -> None:
    sheet.title = "About"
    lines = [
        (_clean(title), ""),
        (f"Counts what happened, and was entered, before {as_of.day} {as_of:%B %Y}.", ""),
        ("Preliminary, subject to revision.", ""),
        ("Sheet", "What it holds"),
        *((names[name], _clean(str(table["title"]))) for name, table in tables.items()),
    ]
    for down, line in enumerate(lines, start=1):
        for across, value in enumerate(line, start=1):
            if value:
                _put(sheet.cell(down, across), value)
                sheet.cell(down, across).alignment = Alignment(vertical="top")
                sheet.cell(down, across).font = Font(bold=down in (1, 4))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 70


def _sheet_names(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give each table a sheet name that Excel takes, no two alike in any letter case."""
    given: dict[str, str] = {}
    taken = {"about", "history"}
    for name in tables:
        stem = _NOT_IN_SHEET_NAMES.sub(" ", _clean(name).replace("_", " ")).strip(" '") or "Table"
        stem, number = (stem[:1].upper() + stem[1:])[:31].strip(" '"), 2
        sheet = stem
        while sheet.lower() in taken:
            tail = f" ({number})"
            sheet, number = stem[: 31 - len(tail)] + tail, number + 1
        taken.add(sheet.lower())
        given[name] = sheet
    return given


def _same_bytes(content: bytes, moment: bytes) -> bytes:
    """Pack a workbook again with fixed times, so that nothing in it depends on when, where or with what it was written."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + moment + rb"\g<2>", part)
            elif name == "docProps/app.xml":  # it names the library and its version
                part = _MADE_BY.sub(b"<Application>pcanalytics</Application><AppVersion>1.0</AppVersion>", part)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, part)
    return stream.getvalue()
