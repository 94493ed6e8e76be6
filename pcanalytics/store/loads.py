"""One load: rows are staged while they come, sorted out at the end, and applied in one transaction.

Versions of a row are kept. A key that comes again with other content supersedes the version there; the
same content changes nothing; and in a full extract a key that no longer comes is superseded by nothing.
A process that dies at any moment leaves the store as it was before the load.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from pcanalytics.errors import LoadSetAside, PcanalyticsError, Problem, UsageError
from pcanalytics.schema import Table
from pcanalytics.store import staging
from pcanalytics.store.connection import first_row, number
from pcanalytics.store.database import schema_digest
from pcanalytics.store.staging import Applied, Sorted

__all__ = ["SHRUNK_BELOW", "LoadReport", "Loading"]

#: A full extract with a smaller share of its usual rows is set aside whole.
SHRUNK_BELOW = 0.8

#: How many earlier loads tell what is usual.
_LOADS_COMPARED = 5


@dataclass(frozen=True)
class LoadReport:
    """What a load did.

    Parameters
    ----------
    load_id : int
        Its number in the store; of the earlier load when this one was loaded already.
    source, table, digest : str
        What was loaded, and the digest of the file with its mapping.
    status : {"loaded", "already_loaded"}
        What became of it.
    read, loaded, set_aside, rejected : int
        Rows: ``read = loaded + set_aside + rejected``.
    new, changed, unchanged : int
        What the loaded rows were.
    gone : int
        Keys that a full extract no longer brought; their rows are superseded.
    reasons : mapping of str to int
        Rows set aside, by reason code.
    warnings : tuple of str
        What to tell the reader of a report. Never a value.
    """

    load_id: int
    source: str
    table: str
    digest: str
    status: str
    read: int
    loaded: int
    set_aside: int
    rejected: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give the load as one line."""
        if self.status == "already_loaded":
            aside = f", {self.set_aside:,} set aside" if self.set_aside else ""
            return f"{self.source}: already loaded into {self.table} ({self.loaded:,} rows{aside}), nothing changed"
        counts = (
            f"read {self.read:,} = loaded {self.loaded:,} + set aside {self.set_aside:,} + rejected {self.rejected:,}"
        )
        return (
            f"{self.source}: {counts}, into {self.table} "
            f"({self.new:,} new, {self.changed:,} changed, {self.unchanged:,} unchanged, {self.gone:,} gone)"
        )


class Loading:
    """A load under way, from :meth:`pcanalytics.store.Store.loading`.

    Write the batches, then call :meth:`finish`. Leaving the ``with`` block without it applies nothing.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open for writing, outside a transaction.
    table : Table
        The declared table.
    source, digest, extract : str
        As given to ``loading``.
    usual_rows : int, optional
        As given to ``loading``.
    only_file : bool
        As given to ``loading``.
    started_at : datetime.datetime
        With its zone.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: Table,
        *,
        source: str,
        digest: str,
        extract: str,
        usual_rows: int | None,
        only_file: bool,
        started_at: dt.datetime,
    ) -> None:
        self._connection = connection
        self._table = table
        self._source = source
        self._digest = digest
        self._extract = extract
        self._usual_rows = usual_rows
        self._only_file = only_file
        self._started_at = started_at.astimezone(dt.UTC).replace(tzinfo=None)
        self._read = 0
        self._rejected = 0
        self._earlier = self._find_earlier()
        self._finished = False
        if self._earlier is None:
            connection.begin()
            self._load_id = number(connection, "SELECT coalesce(max(load_id), 0) + 1 FROM loads")
            staging.create(connection, table)

    @property
    def already_loaded(self) -> bool:
        """Whether what this load brings is in force: same file, same mapping and declaration, nothing else since."""
        return self._earlier is not None

    def write(
        self,
        frame: pd.DataFrame,
        *,
        set_aside: pd.DataFrame | None = None,
        read: int | None = None,
        rejected: int = 0,
    ) -> None:
        """Stage one batch of rows.

        Parameters
        ----------
        frame : DataFrame
            Rows to load: the declared columns, or any of them.
        set_aside : DataFrame, optional
            One row for each row set aside: ``source_row``, ``reason``, ``column``, ``record``. When it has
            the table's key columns too, a full extract does not take those keys for gone.
        read : int, optional
            Rows the batch was made from; by default the sum of the others.
        rejected : int, default 0
            Rows that were no rows of the table at all, and are not kept.

        Raises
        ------
        TableError
            When the frame does not fit the table.
        UsageError
            When the numbers do not add up, or the load is finished.
        """
        if self._finished:
            raise UsageError("This load is finished; open another.")
        aside = 0 if set_aside is None else len(set_aside)
        total = len(frame) + aside + rejected
        if read is not None and read != total:
            raise UsageError(
                f"A batch of {read:,} rows read gives {total:,}: loaded, set aside and rejected must add up."
            )
        if self.already_loaded:
            return
        staging.stage(self._connection, self._table, frame)
        if set_aside is not None and aside:
            staging.stage_set_aside(self._connection, self._table, self._load_id, set_aside)
        self._read += total
        self._rejected += rejected

    def finish(self, warnings: Iterable[object] = ()) -> LoadReport:
        """Sort out what was staged, apply it, and commit.

        Parameters
        ----------
        warnings : iterable
            What intake warns of; each is kept as text.

        Returns
        -------
        LoadReport
            With counts that add up.

        Raises
        ------
        LoadSetAside
            When a full extract shrank: nothing is applied, and the load is on record as set aside.
        """
        if self._finished:
            raise UsageError("This load is finished; open another.")
        self._finished = True
        if self._earlier is not None:
            return self._earlier
        said = [str(warning) for warning in warnings]
        found = staging.sort_out(self._connection, self._table, self._load_id)
        if found.repeats:
            said.append(f"rows that repeat an earlier row of the file exactly, loaded once: {found.repeats:,}")
        shrunk = self._shrunk(found)
        if shrunk:
            self._set_whole_aside(found, [*said, str(shrunk)])
            raise LoadSetAside(
                f"{self._source}: the whole extract was set aside, and nothing of it was applied.", [shrunk]
            )
        applied = staging.apply(
            self._connection, self._table, load_id=self._load_id, source=self._source, full=self._extract == "full"
        )
        if applied.taken_over:
            said.append(f"rows that replace a row another source brought: {applied.taken_over:,}")
        if applied.gone > (1 - SHRUNK_BELOW) * (applied.gone + applied.changed + applied.unchanged):
            said.append(str(_many_gone(applied)))
        report = LoadReport(
            load_id=self._load_id,
            source=self._source,
            table=self._table.name,
            digest=self._digest,
            status="loaded",
            read=self._read,
            loaded=found.loaded,
            set_aside=found.set_aside,
            rejected=self._rejected + found.repeats,
            new=applied.new,
            changed=applied.changed,
            unchanged=applied.unchanged,
            gone=applied.gone,
            reasons=found.reasons,
            warnings=tuple(said),
        )
        self._record(report)
        staging.drop(self._connection)
        self._connection.commit()
        return report

    def abandon(self) -> None:
        """Apply nothing; the store does this when the ``with`` block ends without :meth:`finish`."""
        if self._earlier is None and not self._finished:
            self._finished = True
            self._connection.rollback()

    def _find_earlier(self) -> LoadReport | None:
        """Find the load of the same file, unless it was loaded otherwise since: a mapping changed back loads again."""
        row = first_row(
            self._connection,
            """
            SELECT digest, table_digest, load_id, rows_read, rows_loaded, rows_set_aside, rows_rejected, warnings
            FROM loads WHERE source = $source AND "table" = $table AND status = 'loaded'
            AND ($any_file OR split_part(digest, '-', 1) = $file)
            ORDER BY load_id DESC LIMIT 1
            """,
            {
                "source": self._source,
                "table": self._table.name,
                "any_file": self._only_file and self._extract == "full",
                "file": self._digest.partition("-")[0],
            },
        )
        if row is None or row[:2] != (self._digest, schema_digest(self._table)):
            return None
        load_id, read, loaded, set_aside, rejected, warnings = row[2:]
        return LoadReport(
            load_id=load_id,
            source=self._source,
            table=self._table.name,
            digest=self._digest,
            status="already_loaded",
            read=read,
            loaded=loaded,
            set_aside=set_aside,
            rejected=rejected,
            unchanged=loaded,
            reasons=staging.reasons(self._connection, load_id),
            warnings=tuple(json.loads(warnings)),
        )

    def _shrunk(self, found: Sorted) -> Problem | None:
        """Say that a full extract is too small to be whole, if it is."""
        if self._extract != "full":
            return None
        usual, given, what = self._usual_rows, self._read, "were read"
        if usual is None:
            given, what = found.loaded, "could be loaded"
            row = first_row(
                self._connection,
                """
                SELECT median(rows_loaded) FROM (
                    SELECT rows_loaded FROM loads
                    WHERE source = ? AND "table" = ? AND status = 'loaded' AND extract = 'full'
                    ORDER BY load_id DESC LIMIT ?
                )
                """,
                [self._source, self._table.name, _LOADS_COMPARED],
            )
            usual = None if row is None or row[0] is None else int(row[0])
        if usual is None or given >= SHRUNK_BELOW * usual:
            return None
        return Problem(
            f"rows that {what}: {given:,}; usual: {usual:,}",
            expected=f"at least {SHRUNK_BELOW:.0%} of that in a full extract",
            todo="Ask the sender whether the file is whole. If it is, write the new size as usual_rows in its mapping",
            code="shrunk",
        )

    def _set_whole_aside(self, found: Sorted, warnings: list[str]) -> None:
        self._connection.rollback()
        self._connection.begin()
        report = LoadReport(
            load_id=self._load_id,
            source=self._source,
            table=self._table.name,
            digest=self._digest,
            status="set_aside",
            read=self._read,
            loaded=0,
            set_aside=self._read - self._rejected - found.repeats,
            rejected=self._rejected + found.repeats,
            warnings=tuple(warnings),
        )
        self._record(report)
        self._connection.commit()

    def _record(self, report: LoadReport) -> None:
        if report.read != report.loaded + report.set_aside + report.rejected:
            raise PcanalyticsError(f"The load does not add up: {report}. Nothing was applied.")
        values = [
            report.load_id,
            report.source,
            report.table,
            report.digest,
            self._extract,
            report.status,
            self._started_at,
            report.read,
            report.loaded,
            report.set_aside,
            report.rejected,
            report.new,
            report.changed,
            report.unchanged,
            report.gone,
            json.dumps(report.warnings),
            schema_digest(self._table),
        ]
        self._connection.execute(f"INSERT INTO loads VALUES ({', '.join('?' * len(values))})", values)


def _many_gone(applied: Applied) -> Problem:
    """Say that an extract of the usual size brought other rows, as one does that holds only what is new."""
    return Problem(
        f"rows that earlier extracts brought and this one does not: {applied.gone:,}",
        expected="few, since a full extract holds everything there is",
        todo='They are superseded now. If the file holds only what is new, write extract = "delta" in its mapping and load again',
        code="many_gone",
    )
