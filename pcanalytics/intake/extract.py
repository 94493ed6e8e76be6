"""One file through its mapping: batches of a declared table, and an account of every row."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from pcanalytics.errors import DialectError, InputRejected, Problem
from pcanalytics.intake.checks import note_clock_changes, note_old_addresses, placed, set_aside_unborn
from pcanalytics.intake.dialects import file_chunks
from pcanalytics.intake.manifest import Manifest, digest_of, manifest_problems
from pcanalytics.intake.mapping import Mapping
from pcanalytics.intake.reading import Chunk, Reading, Tally
from pcanalytics.intake.rows import cleaned, declared_frame, of_this_table, set_aside_frame
from pcanalytics.intake.values import Findings

__all__ = ["REASONS", "Batch", "Extract", "Summary", "read_extract"]

#: Why intake sets a row aside, beside the reasons of the declared tables.
REASONS = {
    "mojibake": "text that looks like UTF-8 read in a one-byte encoding",
    "not_a_number": "is not a number",
    "bad_date": "is no date in the declared format",
    "unknown_code": "holds a code that the mapping does not explain",
    "born_later": "comes after the as-of date",
}

# More rows than any file has: a table with rules over many rows is read whole.
_ALL_ROWS = 1 << 62


@dataclass(frozen=True)
class Summary:
    """The account of one file: ``read = loaded + set aside + rejected``.

    Parameters
    ----------
    read, loaded : int
        Rows in the file; rows given as the declared table.
    set_aside, rejected : mapping of str to int
        Rows by reason code: kept for a person to look at; not of this table, or all of a file refused.
    warnings : tuple of Problem
        What was noticed about rows that were loaded, and about the file.
    asides : tuple of Problem
        Why rows were set aside, in words.

    Examples
    --------
    >>> print(Summary(read=3, loaded=2, set_aside={"bad_date": 1}))
    read 3 = loaded 2 + set aside 1 + rejected 0
    """

    read: int = 0
    loaded: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    asides: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        """Give the account as one line."""
        aside, rejected = sum(self.set_aside.values()), sum(self.rejected.values())
        return f"read {self.read:,} = loaded {self.loaded:,} + set aside {aside:,} + rejected {rejected:,}"


@dataclass(frozen=True, repr=False)
class Batch:
    """Some rows of a file.

    Parameters
    ----------
    frame : DataFrame
        Rows that fit the declared table.
    set_aside : DataFrame
        ``source_row`` (line or row in the file), ``reason``, ``column``, ``record`` (JSON of the vendor's
        values, for the store's restricted table and nowhere else), and the table's key where it was read.
    read, rejected : int
        Rows these were made from; rows among them that are not of this table.
    """

    frame: pd.DataFrame
    set_aside: pd.DataFrame
    read: int
    rejected: int


def read_extract(
    stream: BinaryIO,
    mapping: Mapping,
    *,
    file_name: str,
    crs: str | None = None,
    manifest: Manifest | None = None,
    time_zone: str | None = None,
    as_of: pd.Timestamp | None = None,
    chunk_rows: int = 100_000,
) -> Extract:
    r"""Read a foreign file through its mapping.

    Parameters
    ----------
    stream : binary file
        Open for reading, one that can seek. It is not closed.
    mapping : Mapping
        What the file says, in the words of a declared table.
    file_name : str
        What to call the file in messages.
    crs : str, optional
        The workspace's coordinate system; without it coordinates stay in the mapping's.
    manifest : Manifest, optional
        What the sender says of the file: rows, bytes, digest.
    time_zone : str, optional
        The agency's; with it, local times in the hours that clocks skip or repeat are counted.
    as_of : Timestamp, optional
        The day the extract speaks of; with it, birth dates to come set a row aside and old addresses
        are counted.
    chunk_rows : int, default 100_000
        Rows held at a time. Tables with rules over many rows are held whole.

    Returns
    -------
    Extract
        Iterate over it once for its batches; its ``summary`` is complete afterwards.

    Raises
    ------
    InputRejected
        While iterating, when the file as a whole cannot be used. Whatever was loaded of it by then
        must be undone, as the store's transaction does.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake import read_mapping
    >>> mapping = read_mapping('''
    ... [source]
    ... table = "beats"
    ... [columns]
    ... beat = "BEAT"
    ... valid_from = "SINCE"
    ... [formats]
    ... valid_from = "%Y-%m-%d"
    ... ''', name="beats.toml")
    >>> sent = io.BytesIO(b"BEAT,SINCE\n007,2020-01-01\n")
    >>> extract = read_extract(sent, mapping, file_name="beats.csv")
    >>> [batch.frame.loc[0, "beat"] for batch in extract]
    ['007']
    >>> print(extract.summary)
    read 1 = loaded 1 + set aside 0 + rejected 0
    """
    return Extract(
        stream,
        mapping,
        file_name=file_name,
        crs=crs,
        manifest=manifest or Manifest(),
        time_zone=time_zone,
        as_of=as_of,
        chunk_rows=chunk_rows,
    )


class Extract:
    """One file being read through its mapping; made by :func:`read_extract`.

    Attributes
    ----------
    mapping : Mapping
        How it is read.
    file_name, sha256, size : str, str, int
        The file as sent.
    summary : Summary
        The account so far; complete once the iteration is over.
    """

    def __init__(
        self,
        stream: BinaryIO,
        mapping: Mapping,
        *,
        file_name: str,
        crs: str | None,
        manifest: Manifest,
        time_zone: str | None,
        as_of: pd.Timestamp | None,
        chunk_rows: int,
    ) -> None:
        self.mapping = mapping
        self.file_name = file_name
        self.sha256, self.size = digest_of(stream)
        self._stream, self._manifest = stream, manifest
        self._crs, self._time_zone, self._as_of = crs, time_zone, as_of
        rules = mapping.table.rules
        self._tally = Tally({rule.reason: (f"{rule.columns[0]}: {rule.meaning}", "") for rule in rules})
        rows = _ALL_ROWS if any(rule.whole_table for rule in rules) else chunk_rows
        self._reading = Reading(mapping.dialect, mapping.vendor_columns, rows, self._tally)
        self._made_keys: Counter[str] = Counter()
        self._read = self._loaded = 0
        self._aside: dict[tuple[str, str], tuple[int, int]] = {}
        self._rejected: Counter[str] = Counter()

    @property
    def summary(self) -> Summary:
        """The account so far."""
        aside: Counter[str] = Counter()
        for (_, reason), (rows, _) in self._aside.items():
            aside[reason] += rows
        asides = [
            Problem(f"{column}: {self._meaning(column, reason)}", rows, first, code=reason)
            for (column, reason), (rows, first) in self._aside.items()
        ]
        warnings = tuple(self._tally.problems())
        return Summary(self._read, self._loaded, dict(aside), dict(self._rejected), warnings, tuple(asides))

    def _meaning(self, column: str, reason: str) -> str:
        table = self.mapping.table
        # Several rules of a table may share a reason, such as an end before its start.
        rules = [rule.meaning for rule in table.rules if (rule.columns[0], rule.reason) == (column, reason)]
        return (rules or [REASONS.get(reason) or table.meaning_of(reason)])[0]

    def __iter__(self) -> Iterator[Batch]:
        """Give the batches; once only."""
        try:
            yield from self._batches()
        except InputRejected as error:
            self._reject_all()
            raise type(error)(f"{self.file_name}: {error.summary}", error.problems) from None
        except (ArithmeticError, LookupError, NotImplementedError, TypeError, ValueError) as error:
            # What a library says of a value it cannot take may show the value, so only the place is told.
            self._reject_all()
            place = traceback.extract_tb(error.__traceback__)[-1]
            problem = Problem(
                f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}",
                todo="This is a defect of the suite. Report it with this line.",
                code="defect",
            )
            raise InputRejected(f"{self.file_name}: it could not be read.", [problem]) from None

    def _reject_all(self) -> None:
        self._rejected = Counter({"file_rejected": self._read})
        self._loaded, self._aside = 0, {}

    def _batches(self) -> Iterator[Batch]:
        problems = manifest_problems(self._manifest, sha256=self.sha256, size=self.size)
        if problems:
            raise DialectError("The file is not the one its manifest describes.", problems)
        for chunk in file_chunks(self._stream, self.size, self._reading):
            self._read += len(chunk)
            yield self._batch(chunk)
        self._check_counts()

    def _check_counts(self) -> None:
        told = (("manifest", self._manifest.rows), ("trailer", self._reading.trailer_rows))
        problems = [
            Problem(
                f"it has {self._read:,} rows",
                expected=f"{rows:,} rows, as its {source} says",
                todo="Rows were lost or swallowed, by a cut file or an unbalanced quote. Ask the sender for it again.",
                code="row_count",
            )
            for source, rows in told
            if rows is not None and rows != self._read
        ]
        counted = any(rows is not None for _, rows in told)
        if not self._read and not counted:
            problems.append(
                Problem("it has no rows", todo="If that is right, send a manifest with rows 0.", code="no_rows")
            )
        if problems:
            raise DialectError("The rows of the file are not all there.", problems)
        if not self._reading.terminated and not counted:
            self._tally.count("unterminated", 1)

    def _batch(self, chunk: Chunk) -> Batch:
        read = len(chunk)
        chunk = of_this_table(chunk, self.mapping)
        self._rejected["not_of_this_table"] += read - len(chunk)
        findings = Findings(chunk.numbers, self._tally)
        frame = declared_frame(cleaned(chunk, self.mapping, findings), self.mapping, findings, self._made_keys)
        if "x" in self.mapping.columns:
            frame = placed(frame, findings, source=self.mapping.crs, target=self._crs)
        self._judge(frame, findings)
        aside = set_aside_frame(chunk, frame, self.mapping, findings)
        for (column, reason), rows in aside.groupby(["column", "reason"], sort=False):
            before, first = self._aside.get((column, reason), (0, int(rows["source_row"].iloc[0])))
            self._aside[column, reason] = (before + len(rows), first)
        frame = frame.drop(index=aside.index).reset_index(drop=True)
        note_clock_changes(frame, self.mapping.table, self._tally, self._time_zone)
        if self._as_of is not None and self.mapping.table.name == "residences":
            note_old_addresses(frame, self._tally, as_of=self._as_of)
        self._loaded += len(frame)
        return Batch(frame, aside.reset_index(drop=True), read, read - len(chunk))

    def _judge(self, frame: pd.DataFrame, findings: Findings) -> None:
        """Ask the declared table, and the as-of date, what rows cannot be right."""
        violations = self.mapping.table.violations(frame)
        # Keys that repeat are for the store to find: it sees the whole file, and what was there before.
        violations = violations[violations["reason"] != "duplicate_key"]
        aside = violations["action"] == "set_aside"
        violations = violations[~aside | ~violations["position"].where(aside).duplicated()]
        for (column, reason, action), rows in violations.groupby(["column", "reason", "action"], sort=False):
            broken = np.zeros(len(frame), dtype=bool)
            broken[rows["position"].to_numpy()] = True
            if action == "warn":
                findings.count(broken, column, reason)
            else:
                findings.set_aside(broken, column, reason)
        if self._as_of is not None:
            set_aside_unborn(frame, findings, as_of=self._as_of)
