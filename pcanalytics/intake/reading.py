"""What the readers of every dialect share: the cells they give and the notes they keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.mapping import Dialect

__all__ = ["Cells", "Chunk", "Reading", "Tally", "joined", "place_columns"]


@dataclass(frozen=True, repr=False)
class Cells:
    """The cells of one vendor column: their text, and times where the file itself knows them as times.

    Parameters
    ----------
    text : pyarrow.LargeStringArray
        Missing where a cell is empty or is a time.
    times : pyarrow.TimestampArray, optional
        Missing where a cell is no time.
    """

    text: pa.Array
    times: pa.Array | None = None

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.text)


@dataclass(frozen=True, repr=False)
class Chunk:
    """Some rows of a file, one after the other.

    Parameters
    ----------
    numbers : ndarray of int64
        Where each row starts in the file, counted from 1: the line of a text file, the row of a sheet.
    columns : mapping of str to Cells
        Vendor columns by name. An optional column that the file lacks is not among them.
    """

    numbers: np.ndarray
    columns: Mapping[str, Cells]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.numbers)


def joined(pieces: Iterator[Chunk], chunk_rows: int) -> Iterator[Chunk]:
    """Join small chunks to chunks of at least ``chunk_rows`` rows; the last may be smaller.

    Parameters
    ----------
    pieces : iterator of Chunk
        All with the same columns.
    chunk_rows : int
        Rows in a chunk.

    Examples
    --------
    >>> one = Chunk(np.array([2]), {"BEAT": Cells(pa.array(["007"], pa.large_string()))})
    >>> [len(chunk) for chunk in joined(iter([one, one, one]), 2)]
    [2, 1]
    """
    waiting: list[Chunk] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= chunk_rows:
            yield _one(waiting)
            waiting = []
    if waiting:
        yield _one(waiting)


def _one(chunks: list[Chunk]) -> Chunk:
    columns = {}
    for name, cells in chunks[0].columns.items():
        text = pa.concat_arrays([chunk.columns[name].text for chunk in chunks])
        timed = cells.times is not None
        columns[name] = Cells(
            text, pa.concat_arrays([chunk.columns[name].times for chunk in chunks]) if timed else None
        )
    return Chunk(np.concatenate([chunk.numbers for chunk in chunks]), columns)


#: Warnings about the header; they count no rows.
_OF_THE_HEADER = ("new_columns", "absent_columns", "unnamed_column")

#: What a warning says and what to do about it, by code. ``{column}`` is a declared or vendor column.
_WARNINGS: Mapping[str, tuple[str, str]] = {
    "replaced_bytes": (
        "bytes that {column} does not know were replaced by a marker",
        "Ask the sender for a clean export.",
    ),
    "new_columns": (
        "columns that the mapping does not know were left out: {column}",
        "Map them, or list them in ignored_columns.",
    ),
    "absent_columns": ("optional columns are not in this file: {column}", ""),
    "unnamed_column": ("a column without a name was left out", ""),
    "blank_lines": ("blank lines were passed over", ""),
    "unterminated": (
        "the last record has no end; its last field may be cut",
        "Ask the sender for a count or a manifest.",
    ),
    "quoted_rows": (
        "a quoted field holds a line that looks like a whole row",
        "Look for an unbalanced quote; ask for a manifest.",
    ),
    "reader_warnings": ("the workbook reader warned of parts it does not read", ""),
    "rounded_numbers": (
        "numbers of more than 15 digits, which a workbook rounds, were read as missing",
        "If they are ids, ask for them as text.",
    ),
    "spreadsheet_errors": ("spreadsheet errors such as #N/A were read as missing", "Mend the workbook."),
    "control_characters": ("{column}: control, direction or zero-width characters were taken out", ""),
    "composed": ("{column}: letters were brought into one form (NFC)", ""),
    "sentinels": ("{column}: values that stand for no date or number were read as missing", ""),
    "unknown_code": (
        "{column}: codes that the mapping does not explain",
        "Ask the sender what they mean; add them to [codes.{column}].",
    ),
    "unknown_word": ("{column}: words that are neither true nor false were read as missing", "Add them to [booleans]."),
    "corrected": ("{column}: corrected as the mapping declares", ""),
    "blank_coordinates": ("rows have no coordinates; they are kept and counted", ""),
    "far_coordinates": (
        "rows have coordinates outside the system they are said to be in; read as missing",
        "Check crs, x and y.",
    ),
    "dst_gap": ("rows have a time in the hour that the clock skips in spring; kept as written", ""),
    "dst_fold": ("rows have a time in the hour that comes twice in autumn; kept as written", ""),
    "ended_address": ("residences ended before the as-of date", "They are history, not current addresses."),
    "stale_address": (
        "current residences not confirmed for {column} days or longer",
        "Confirm with the supervising agency.",
    ),
}


class Tally:
    """Counts what happened to a file, so that nothing happens silently.

    Parameters
    ----------
    words : mapping of str to (str, str), optional
        What to say, and what to do, of codes beyond intake's own.

    Examples
    --------
    >>> tally = Tally()
    >>> tally.count("unknown_code", 3, column="status", first_row=12)
    >>> tally.count("unknown_code", 2, column="status", first_row=90)
    >>> print(tally.problems()[0].rows, tally.problems()[0].first_row)
    5 12
    """

    def __init__(self, words: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._words = {**_WARNINGS, **(words or {})}
        self._counts: dict[tuple[str, str], tuple[int, int | None]] = {}

    def count(self, code: str, rows: int, *, column: str = "", first_row: int | None = None) -> None:
        """Add ``rows`` to what was counted under this code and column; 0 adds nothing."""
        if rows:
            before, first = self._counts.get((code, column), (0, first_row))
            self._counts[code, column] = (before + rows, first)

    def total(self, code: str) -> int:
        """Give the rows counted under a code, over all columns."""
        return sum(rows for (counted, _), (rows, _) in self._counts.items() if counted == code)

    def problems(self) -> list[Problem]:
        """Give every count as a warning in words, in the order in which each was first met."""
        told = []
        for (code, column), (rows, first) in self._counts.items():
            what, todo = self._words[code]
            number = None if code in _OF_THE_HEADER else rows
            told.append(
                Problem(what.format(column=column), number, first, todo=todo.format(column=column) or None, code=code)
            )
        return told


@dataclass
class Reading:
    """One file being read: how, what of it, and what was noticed.

    Parameters
    ----------
    dialect : Dialect
        How the file is written.
    wanted : sequence of str
        The vendor columns to give.
    chunk_rows : int
        Rows in a chunk, at most.
    tally : Tally
        Where warnings are counted.
    terminated : bool
        Set by the reader: whether the last record ended as a record should.
    trailer_rows : int, optional
        Set by the reader: the number of rows the trailer tells.
    """

    dialect: Dialect
    wanted: Sequence[str]
    chunk_rows: int = 100_000
    tally: Tally = field(default_factory=Tally)
    terminated: bool = True
    trailer_rows: int | None = None


def place_columns(names: Sequence[str], reading: Reading) -> dict[str, int]:
    """Find the wanted vendor columns among the columns a file has.

    Parameters
    ----------
    names : sequence of str
        The file's column names in order.
    reading : Reading
        What is wanted; columns left out are counted in its tally.

    Returns
    -------
    dict of str to int
        Vendor column to its place, without the optional columns that the file lacks.

    Raises
    ------
    DialectError
        When a wanted column is missing or a name stands twice.

    Examples
    --------
    >>> place_columns(["ID", "BEAT"], Reading(Dialect(), ["BEAT"]))
    {'BEAT': 1}
    """
    ignored, optional = set(reading.dialect.ignored_columns), set(reading.dialect.optional_columns)
    wanted = list(reading.wanted)
    twice = sorted({name for name in names if name and names.count(name) > 1} - ignored)
    lacking = [name for name in wanted if name not in names]
    missing = [name for name in lacking if name not in optional]
    extra = [name for name in names if name and name not in wanted and name not in ignored]
    problems = [
        Problem(
            f"column {name} of the mapping is not in the file",
            todo="Ask the sender whether it was renamed, then mend the mapping.",
            code="missing_column",
        )
        for name in missing
    ]
    if twice:
        # The names are shown only when the line is surely a header: a first row may hold a person.
        shown = f": {_shown(twice)}" if not missing else ""
        problems.append(Problem(f"{len(twice)} column names stand more than once{shown}", code="repeated_column"))
    if problems:
        raise DialectError("The columns of the file are not those of the mapping.", problems)
    reading.tally.count("new_columns", len(extra), column=_shown(extra))
    reading.tally.count("absent_columns", len(lacking), column=_shown(lacking))
    reading.tally.count("unnamed_column", sum(not name for name in names))
    return {name: names.index(name) for name in wanted if name in names}


def _shown(names: Sequence[str]) -> str:
    plain = ["".join(mark for mark in name if mark.isprintable())[:40] for name in names[:20]]
    return ", ".join(plain) + (", …" if len(names) > 20 else "")
