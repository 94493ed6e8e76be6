"""Excel workbooks (.xlsx): one sheet, perhaps with banner rows above the header."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.mapping import Dialect
from pcanalytics.intake.reading import Cells, Chunk, Reading, joined, place_columns

__all__ = ["sheet_rows", "workbook_chunks"]

_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
# What the reader of workbooks lets out when one is damaged, depending on where.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_ZEROS = re.compile(r"0+")
_PIECE_ROWS = 4096


def workbook_chunks(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    """Read one sheet of a workbook.

    Parameters
    ----------
    stream : binary file
        One that can seek.
    reading : Reading
        Its dialect says the sheet and the banner rows to skip.

    Yields
    ------
    Chunk
        Text as it is, whole numbers as their digits (with the leading zeros their cell shows), dates and
        times as times. Row numbers are those of the sheet.

    Raises
    ------
    DialectError
        When the workbook is damaged, lacks the sheet, or has values beside the header's columns.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake.mapping import Dialect
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> for row in (["Incidents, week 47"], ["ID", "BEAT"], [12, "007"]):
    ...     book.active.append(row)
    >>> book.save(stream)
    >>> [chunk] = workbook_chunks(stream, Reading(Dialect(skip_rows=1), ["ID", "BEAT"]))
    >>> chunk.columns["ID"].text.to_pylist(), chunk.columns["BEAT"].text.to_pylist()
    (['12'], ['007'])
    """
    yield from joined(_pieces(stream, reading), reading.chunk_rows)


def sheet_rows(stream: BinaryIO) -> list[tuple[int, list[str]]]:
    """Read the first sheet of a small workbook as text: one that a person keeps, not an extract.

    Parameters
    ----------
    stream : binary file
        One that can seek.

    Returns
    -------
    list of tuple of int and list of str
        Each row with its number in the sheet: an empty cell as empty text, a date as ``2026-11-23``. What the
        reader of workbooks does not understand (colors, lists to choose from) is passed over.

    Raises
    ------
    DialectError
        When the workbook is damaged.

    Examples
    --------
    >>> import io
    >>> book, stream = openpyxl.Workbook(), io.BytesIO()
    >>> book.active.append(["007", datetime.date(2026, 11, 23), None, 12.0])
    >>> book.save(stream)
    >>> sheet_rows(stream)
    [(1, ['007', '2026-11-23', '', '12'])]
    """
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        sheet = _sheet(stream, Reading(Dialect(), ()))
        return [(number, [_written(cell) for cell in cells]) for number, cells in enumerate(_rows(sheet), start=1)]


def _written(cell: Any) -> str:
    time = _time(cell)
    if time is None:
        return "" if cell.value is None else _text(cell)
    return time.date().isoformat() if time.time() == datetime.time() else time.isoformat(" ")


def _pieces(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        sheet = _sheet(stream, reading)
        rows = enumerate(_rows(sheet), start=1)
        names: list[str] = []
        for number, cells in rows:
            if number > reading.dialect.skip_rows and any(cell.value is not None for cell in cells):
                names = [_text(cell).strip() if cell.value is not None else "" for cell in cells]
                break
        while names and not names[-1]:
            names.pop()
        if not names:
            return
        places = place_columns(names, reading)
        reading.tally.count("reader_warnings", len(told))
    while True:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            taken = list(islice(rows, _PIECE_ROWS))
            reading.tally.count("reader_warnings", len(told))
        if not taken:
            return
        filled = [(number, cells) for number, cells in taken if any(cell.value is not None for cell in cells)]
        _check_width(filled, len(names))
        if filled:
            numbers = np.array([number for number, _ in filled], dtype="int64")
            yield Chunk(
                numbers, {name: _cells([_at(cells, at) for _, cells in filled], reading) for name, at in places.items()}
            )


def _sheet(stream: BinaryIO, reading: Reading) -> Any:
    wanted = reading.dialect.sheet
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except _DAMAGE:
        problem = Problem(
            "it cannot be opened", expected="an .xlsx workbook", todo="Ask the sender for it again.", code="damaged"
        )
        raise DialectError("The workbook is damaged.", [problem]) from None
    sheets = [sheet for sheet in book.worksheets if wanted in (None, sheet.title)]
    if not sheets:
        problem = Problem(f"it has no sheet {wanted or ''}; it has {len(book.worksheets)} sheets", code="no_sheet")
        raise DialectError("The workbook is not the one the mapping describes.", [problem])
    sheet = sheets[0]
    sheet.reset_dimensions()
    return sheet


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    try:
        yield from sheet.iter_rows()
    except _DAMAGE:
        problem = Problem("a sheet cannot be read to its end", todo="Ask the sender for it again.", code="damaged")
        raise DialectError("The workbook is damaged.", [problem]) from None


def _check_width(rows: list[tuple[int, tuple[Any, ...]]], width: int) -> None:
    wrong = [number for number, cells in rows if any(cell.value is not None for cell in cells[width:])]
    if wrong:
        problem = Problem(
            "cells are filled beside the header's columns",
            rows=len(wrong),
            first_row=wrong[0],
            expected=f"{width} columns",
            code="extra_field",
        )
        raise DialectError("The workbook is not written the way its mapping says.", [problem])


def _at(cells: tuple[Any, ...], place: int) -> Any:
    return cells[place] if place < len(cells) and cells[place].value is not None else None


def _cells(column: list[Any], reading: Reading) -> Cells:
    rounded = [cell is not None and _is_rounded(cell.value) for cell in column]
    broken = [cell is not None and isinstance(cell.value, str) and cell.value in _ERRORS for cell in column]
    reading.tally.count("rounded_numbers", sum(rounded))
    reading.tally.count("spreadsheet_errors", sum(broken))
    lost = [one or other for one, other in zip(rounded, broken, strict=True)]
    column = [None if gone else cell for cell, gone in zip(column, lost, strict=True)]
    times = [_time(cell) for cell in column]
    texts = [
        None if cell is None or time is not None else _text(cell) for cell, time in zip(column, times, strict=True)
    ]
    return Cells(pa.array(texts, pa.large_string()), pa.array(times, pa.timestamp("us")))


def _is_rounded(value: object) -> bool:
    """Tell whether a number has more digits than a workbook keeps, so that it is not what was typed."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**15


def _time(cell: Any) -> datetime.datetime | None:
    value = None if cell is None else cell.value
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return datetime.datetime.combine(value, datetime.time()) if isinstance(value, datetime.date) else None


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and value >= 0 and _ZEROS.fullmatch(str(cell.number_format)):
        return str(value).zfill(len(cell.number_format))
    return str(value)
