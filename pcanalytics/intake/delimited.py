"""Delimited text: fields between separators, with or without quoting, any character for either."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.decoding import LONGEST_RECORD, decoded, records
from pcanalytics.intake.reading import Cells, Chunk, Reading, joined, place_columns

__all__ = ["delimited_chunks"]

_PIECE_ROWS = 4096
_NOT_AS_SAID = "The file is not written the way its mapping says."

# Stand-ins for line breaks inside a record of a file whose records end otherwise; the csv module
# would take the break for the end of the record. Both are private-use characters.
_BREAKS = str.maketrans({"\n": "\ue00a", "\r": "\ue00d"})
_BACK = str.maketrans({"\ue00a": "\n", "\ue00d": "\r"})


def delimited_chunks(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    r"""Read delimited text.

    Parameters
    ----------
    stream : binary file
        Read to its end.
    reading : Reading
        Dialect, wanted columns and tally.

    Yields
    ------
    Chunk
        The wanted columns as text, an empty field as empty text. Row numbers are line numbers, or record
        numbers where the terminator is not a line feed.

    Raises
    ------
    DialectError
        When a row has more or fewer fields than the header, a quote is not closed, a wanted column is
        missing, or the text cannot be decoded.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake.mapping import Dialect
    >>> reading = Reading(Dialect(separator="|"), ["BEAT"])
    >>> [chunk] = delimited_chunks(io.BytesIO(b"ID|BEAT\n1|007\n"), reading)
    >>> chunk.columns["BEAT"].text.to_pylist(), chunk.numbers.tolist()
    (['007'], [2])
    """
    lines = records(decoded(stream, reading), reading)
    for _ in range(reading.dialect.skip_rows):
        next(lines, None)
    rows = _Quoted(lines, reading) if reading.dialect.quote else _Split(lines, reading)
    names = list(reading.dialect.header) or _header(rows)
    if names:
        places = place_columns(names, reading)
        yield from joined(_pieces(rows, len(names), places), reading.chunk_rows)


def _header(rows: _Split | _Quoted) -> list[str]:
    ended = False
    while not ended:
        taken, _, ended = rows.take(1)
        if taken:
            return [name.strip() for name in taken[0]]
    return []


def _pieces(rows: _Split | _Quoted, width: int, places: dict[str, int]) -> Iterator[Chunk]:
    """Give the rows a few thousand at a time: text that stays in the processor's cache is read faster."""
    ended = False
    while not ended:
        taken, numbers, ended = rows.take(_PIECE_ROWS)
        if taken:
            _check_field_counts(taken, numbers, width, ended)
            columns = list(zip(*taken, strict=True))
            yield Chunk(numbers, {name: Cells(pa.array(columns[at], pa.large_string())) for name, at in places.items()})


class _Split:
    """Rows of a file without quoting: a record is cut at every separator."""

    def __init__(self, lines: Iterator[str], reading: Reading) -> None:
        self._lines = lines
        self._separator = reading.dialect.separator
        self._end = "\r\n" if reading.dialect.terminator == "\n" else ""
        self._tally = reading.tally
        self._line = reading.dialect.skip_rows

    def take(self, most: int) -> tuple[list[list[str]], np.ndarray, bool]:
        taken = list(islice(self._lines, most))
        if self._end:
            taken = [line.rstrip(self._end) for line in taken]
        numbers = np.arange(self._line + 1, self._line + 1 + len(taken))
        self._line += len(taken)
        rows = [line.split(self._separator) for line in taken if line]
        if len(rows) < len(taken):
            numbers = numbers[[bool(line) for line in taken]]
            self._tally.count("blank_lines", len(taken) - len(rows))
        return rows, numbers, len(taken) < most


class _Quoted:
    """Rows of a file with quoting, by the csv module in its strict mode."""

    def __init__(self, lines: Iterator[str], reading: Reading) -> None:
        dialect = reading.dialect
        self._plain = dialect.terminator == "\n"
        self._skipped = dialect.skip_rows
        self._reading = reading
        source = lines if self._plain else _whole_records(lines, dialect.quote, dialect.terminator)
        self._reader = csv.reader(source, delimiter=dialect.separator, quotechar=dialect.quote, strict=True)

    def take(self, most: int) -> tuple[list[list[str]], np.ndarray, bool]:
        rows: list[list[str]] = []
        before = self._reader.line_num
        try:
            rows.extend(islice(self._reader, most))
        except csv.Error as error:
            raise self._broken(str(error), rows, before) from None
        ended = len(rows) < most
        numbers = self._skipped + before + 1 + self._starts(rows, self._reader.line_num - before)
        if not self._plain:
            rows = [[field.translate(_BACK) for field in row] for row in rows]
        filled = [row for row in rows if row]
        if len(filled) < len(rows):
            numbers = numbers[[bool(row) for row in rows]]
            self._reading.tally.count("blank_lines", len(rows) - len(filled))
        return filled, numbers, ended

    def _starts(self, rows: list[list[str]], lines: int) -> np.ndarray:
        """Give the line each row starts on, from 0; a quoted field may run over several."""
        if lines == len(rows):
            return np.arange(len(rows))
        breaks = np.fromiter(("".join(row).count("\n") for row in rows), dtype="int64", count=len(rows))
        self._look_for_swallowed(rows, np.flatnonzero(breaks))
        return np.arange(len(rows)) + np.concatenate([[0], np.cumsum(breaks)[:-1]])

    def _look_for_swallowed(self, rows: list[list[str]], places: np.ndarray) -> None:
        separator = self._reading.dialect.separator
        for place in places:
            row = rows[place]
            longest = max(line.count(separator) for text in row if "\n" in text for line in text.split("\n")[1:])
            if len(row) > 2 and longest >= len(row) - 1:
                self._reading.tally.count("quoted_rows", 1)

    def _broken(self, said: str, rows: list[list[str]], before: int) -> DialectError:
        opens = self._skipped + before + 1 + sum(1 + "".join(row).count("\n") for row in rows)
        todo = 'Look for an unbalanced quote there. If quotes are plain text in this file, declare quote = "".'
        if "larger than field limit" in said:
            what, code = "a field of the record that starts here is too large", "field_too_large"
        elif "unexpected end of data" in said:
            what, code = "a quote in the record that starts here is never closed", "unbalanced_quote"
        else:
            what, code = "a quoted field in the record that starts here does not end at a separator", "unbalanced_quote"
        return DialectError(_NOT_AS_SAID, [Problem(what, first_row=opens, todo=todo, code=code)])


def _whole_records(pieces: Iterator[str], quote: str, terminator: str) -> Iterator[str]:
    """Join records again that were cut at a terminator inside a quoted field."""
    waiting: list[str] = []
    quotes = length = 0
    for number, piece in enumerate(pieces, start=1):
        waiting.append(piece)
        quotes += piece.count(quote)
        length += len(piece)
        if length > LONGEST_RECORD:
            todo = 'Look for an unbalanced quote. If quotes are plain text in this file, declare quote = "".'
            problem = Problem("a quote is not closed", first_row=number, todo=todo, code="unbalanced_quote")
            raise DialectError(_NOT_AS_SAID, [problem])
        if quotes % 2 == 0:
            yield terminator.join(waiting).translate(_BREAKS)
            waiting, quotes, length = [], 0, 0
    if waiting:
        yield terminator.join(waiting).translate(_BREAKS)


def _check_field_counts(rows: list[list[str]], numbers: np.ndarray, width: int, ended: bool) -> None:
    if set(map(len, rows)) == {width}:
        return
    wrong = [place for place, row in enumerate(rows) if len(row) != width]
    first = wrong[0]
    if ended and first == len(rows) - 1 and len(rows[first]) < width:
        what = f"the last record has {len(rows[first])} of {width} fields"
        todo, code = "The file was cut on its way. Ask the sender for it again.", "cut_mid_row"
    elif len(rows[first]) > width:
        what = f"a row has {len(rows[first])} fields where the header has {width}"
        todo, code = "Look for a separator inside an unquoted field, or one too many at the end.", "extra_field"
    else:
        what = f"a row has {len(rows[first])} fields where the header has {width}"
        todo, code = "Look for a line break inside an unquoted field.", "missing_field"
    problem = Problem(
        what, rows=len(wrong), first_row=int(numbers[first]), expected=f"{width} fields", todo=todo, code=code
    )
    raise DialectError(_NOT_AS_SAID, [problem])
