"""A small file that a person keeps, checked cell by cell as a declared table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.exchange.settings import nearest
from pcanalytics.intake.cleaning import clean_text
from pcanalytics.schema import Column, Table
from pcanalytics.workflows.kept_files import kept_rows

__all__ = ["kept_table", "row_problem"]

#: The longest text that a cell may hold.
_LONGEST = 600

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHOWN_ROWS = 20


def kept_table(path: Path, table: Table) -> pd.DataFrame:
    r"""Read a small file that a person keeps, as a declared table.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8 with commas, or an .xlsx workbook, of which the first sheet is read. Its header names columns of the table.
    table : Table
        What it must be.

    Returns
    -------
    DataFrame
        The table, checked; the index is the row in the file. An empty cell is missing.

    Raises
    ------
    InputRejected
        Listing everything that is wrong: the file is open in a spreadsheet or in another encoding, columns are missing,
        unknown or there twice, dates are not written as 2026-11-23, a word is not declared, a key repeats, a rule is broken.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pcanalytics.tables import table
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "weights.csv"
    ...     _ = path.write_text("offense,days\nrobbery,365\nburglry,20\n", encoding="utf-8")
    ...     kept_table(path, table("harm_weights"))
    Traceback (most recent call last):
    ...
    pcanalytics.errors.InputRejected: weights.csv cannot be used.
      - offense: a word that is not declared (at row 3). Expected: did you mean 'burglary'.
    """
    rows = kept_rows(path)
    if not rows:
        raise InputRejected(f"{path.name} is empty.", [_no_header(table)])
    names = [name.strip().lower() for name in rows[0][1]]
    while names and not names[-1]:
        names.pop()
    filled = [(number, cells) for number, cells in rows[1:] if any(cell.strip() for cell in cells)]
    problems = _check_header(names, table)
    wide = [number for number, cells in filled if any(cell.strip() for cell in cells[len(names) :])]
    if wide:
        todo = "Put text with a comma in it into double quotes"
        problems.append(row_problem("cells beside the header's columns", wide, todo=todo, code="extra_field"))
    if problems:
        raise InputRejected(f"{path.name} cannot be used.", problems)
    faults = _Faults([number for number, _ in filled])
    frame = pd.DataFrame(index=pd.Index(faults.rows, dtype="int64", name="row"))
    for at, name in enumerate(names):
        texts = [cells[at] if at < len(cells) else "" for _, cells in filled]
        frame[name] = _values(texts, table.column(name), faults)
    checked = table.conform(frame)
    _check_rows(checked, table, faults)
    if faults.problems:
        raise InputRejected(f"{path.name} cannot be used.", faults.problems)
    return checked


def row_problem(
    what: str, rows: Sequence[int], *, expected: str | None = None, todo: str | None = None, code: str | None = None
) -> Problem:
    """Put one kind of fault and its rows into words.

    Parameters
    ----------
    what : str
        What is wrong. Never a value.
    rows : sequence of int
        Where, at least one.
    expected, todo, code : str, optional
        As :class:`pcanalytics.errors.Problem` has them.

    Returns
    -------
    Problem
        Its text names up to twenty rows.

    Examples
    --------
    >>> print(row_problem("due: no date", [4, 7, 9], expected="2026-11-23"))
    due: no date, in rows 4, 7 and 9. Expected: 2026-11-23.
    """
    if len(rows) == 1:
        return Problem(what, first_row=rows[0], expected=expected, todo=todo, code=code)
    shown = [f"{row:,}" for row in rows[:_SHOWN_ROWS]]
    more = len(rows) - len(shown)
    last = f"{more:,} more" if more else shown.pop()
    return Problem(f"{what}, in rows {', '.join(shown)} and {last}", expected=expected, todo=todo, code=code)


def _no_header(table: Table) -> Problem:
    return Problem("it has no header", expected=f"a first row {','.join(table.names)}", code="no_header")


def _check_header(names: Sequence[str], table: Table) -> list[Problem]:
    known = [name for name in names if name in table.names]
    if not known:
        if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
            todo = "Save it as CSV with commas"
            return [Problem("its columns are not separated by commas", todo=todo, code="wrong_separator")]
        return [_no_header(table)]
    problems = [
        Problem(f"column {name!r} is there twice", code="repeated_column")
        for name in dict.fromkeys(known)
        if known.count(name) > 1
    ]
    for at, name in enumerate(names, start=1):
        if name not in table.names:
            what = f"column {at} of the header is not known"
            problems.append(Problem(what, expected=nearest(name, table.names), code="unknown_column"))
    problems += [
        Problem(f"column {column.name!r} is missing", code="missing_column")
        for column in table.columns
        if column.required and column.name not in names
    ]
    return problems


@dataclass
class _Faults:
    """What is wrong with the cells of a file, and which cells those are."""

    rows: list[int]
    problems: list[Problem] = field(default_factory=list)
    cells: set[tuple[str, int]] = field(default_factory=set)

    def note(
        self,
        column: str,
        what: str,
        places: Sequence[int],
        *,
        code: str,
        expected: str | None = None,
        todo: str | None = None,
    ) -> None:
        """Note a fault of some cells of a column, by their places from 0; none is no fault."""
        if places:
            rows = [self.rows[place] for place in places]
            self.problems.append(row_problem(f"{column}: {what}", rows, expected=expected, todo=todo, code=code))
            self.cells.update((column, place) for place in places)


def _values(texts: Sequence[str], column: Column, faults: _Faults) -> Iterable[object]:
    plain = _cleaned(texts, column.name, faults)
    if column.kind == "category":
        return _words(plain, column, faults)
    if column.kind == "date":
        days = [_day(text) for text in plain]
        expected = "written as 2026-11-23; Excel rewrites the dates of a CSV file, so keep it as .xlsx there"
        _unread(days, plain, column, "no date", expected, faults)
        return pd.array(days, dtype="datetime64[us]")
    if column.kind == "real":
        numbers = [float(text) if _NUMBER.fullmatch(text) else None for text in plain]
        _unread(numbers, plain, column, "no number", "digits with a point, such as 12.5", faults)
        return pd.array(numbers, dtype="float64")
    return [text or None for text in plain]


def _cleaned(texts: Sequence[str], column: str, faults: _Faults) -> list[str]:
    cleaned = clean_text(pa.array(texts, pa.large_string()))
    misread = [int(place) for place in cleaned.misread.nonzero()[0]]
    what = "letters that an earlier save got wrong, such as Ã± for ñ"
    faults.note(column, what, misread, todo="Type them again and save as UTF-8", code="misread")
    plain = [" ".join(text.split()) for text in cleaned.text.to_pylist()]
    long = [place for place, text in enumerate(plain) if len(text) > _LONGEST]
    faults.note(column, f"longer than {_LONGEST} characters", long, code="too_long")
    return plain


def _day(text: str) -> pd.Timestamp | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return pd.Timestamp(text)
    except ValueError:
        return None


def _unread(
    found: Sequence[object], texts: Sequence[str], column: Column, what: str, expected: str, faults: _Faults
) -> None:
    wrong = [place for place, text in enumerate(texts) if text and found[place] is None]
    faults.note(column.name, what, wrong, expected=expected, code="wrong_kind")


def _words(texts: Sequence[str], column: Column, faults: _Faults) -> list[str | None]:
    allowed = column.categories or {}
    words = [text.lower().replace(" ", "_") for text in texts]
    wrong: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        if word and word not in allowed:
            wrong.setdefault(nearest(word, allowed), []).append(place)
    for expected, places in wrong.items():
        faults.note(column.name, "a word that is not declared", places, expected=expected, code="not_allowed")
    return [word if word in allowed else None for word in words]


def _check_rows(frame: pd.DataFrame, table: Table, faults: _Faults) -> None:
    """Check keys, limits and rules; a cell that could not be read is not called missing as well."""
    for (column, reason), found in table.violations(frame).groupby(["column", "reason"], sort=False):
        name, code = str(column), str(reason)
        places = [place for place in map(int, found["position"]) if (name, place) not in faults.cells]
        faults.note(name, table.meaning_of(code), places, code=code)
