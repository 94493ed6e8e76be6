"""The store of one workspace: loads go in, decided reads come out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import duckdb
import pandas as pd

from pcanalytics.errors import InputRejected, PcanalyticsError, UnknownName, UsageError
from pcanalytics.exchange import OWN_PARTY, Agreement, Request, read_agreement
from pcanalytics.store import artifacts, reading
from pcanalytics.store.audit_log import AuditLog
from pcanalytics.store.clock import Clock, system_clock
from pcanalytics.store.connection import connect, failed
from pcanalytics.store.database import prepare
from pcanalytics.store.files import FileLock, private_folder
from pcanalytics.store.loads import Loading
from pcanalytics.store.workspace import Workspace
from pcanalytics.tables import TABLES

__all__ = ["EXTRACTS", "Store", "open_store"]

#: What an extract can be: everything there is, or what is new and changed.
EXTRACTS = ("full", "delta")

_WAIT_SECONDS = 60.0


def open_store(workspace: Workspace, *, clock: Clock = system_clock) -> Store:
    """Open the store of a workspace.

    Nothing is made or locked yet: the file is made by the first load, and each call holds it only while
    it works.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    clock : callable, optional
        Gives the present moment with its zone, for load times, the audit and an agreement's dates.

    Returns
    -------
    Store
        Also a context manager.

    Raises
    ------
    UsageError
        When the workspace names a server: only the file in the workspace is built yet.

    Examples
    --------
    >>> from pcanalytics.store import open_workspace
    >>> store = open_store(open_workspace("my_city"))  # doctest: +SKIP
    """
    if workspace.store is not None:
        raise UsageError("A shared server as store is not built yet. Take `store` out of agency.toml to use a file.")
    return Store(workspace, clock=clock)


class Store:
    """The store of one workspace, from :func:`open_store`.

    Parameters
    ----------
    workspace : Workspace
        Whose store it is.
    clock : callable
        Gives the present moment.
    """

    def __init__(self, workspace: Workspace, *, clock: Clock) -> None:
        self.workspace = workspace
        self.file = workspace.state / "store.duckdb"
        self._clock = clock
        self._log = AuditLog(workspace.state, clock=clock)
        self._held: duckdb.DuckDBPyConnection | None = None
        self._parsed: tuple[str, Agreement] | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Do nothing: no connection outlives the call that opened it."""

    @property
    def agreement(self) -> Agreement | None:
        """The workspace's agreement as its file says now; None when the workspace has none.

        Raises
        ------
        InputRejected
            When the file cannot be used.
        """
        file = self.workspace.agreement
        if file is None:
            return None
        try:
            text = file.read_text(encoding="utf-8")
            if self._parsed is None or self._parsed[0] != text:
                self._parsed = text, read_agreement(text, name=file.name)
            return self._parsed[1]
        except UnicodeDecodeError:
            raise InputRejected(f"The agreement {file.name} is not written in UTF-8. Save it again as UTF-8.") from None
        except OSError as error:
            raise InputRejected(f"The agreement {file.name} cannot be read: {error.strerror}.") from None

    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """Hold the file open for several reads: a load between them cannot mix two states, and none opens it anew.

        Every read inside is decided and audited as ever. A load waits until the block is left. It raises what
        :meth:`read` raises when nothing was loaded yet, a load holds the store, or it is damaged.

        Yields
        ------
        Store
            This store.
        """
        with self._reading() as connection:
            before, self._held = self._held, connection
            try:
                yield self
            finally:
                self._held = before

    def read(
        self,
        table: str,
        *,
        purpose: str,
        as_of: object = None,
        columns: Sequence[str] | None = None,
        recipient: str = OWN_PARTY,
    ) -> pd.DataFrame:
        """Read the rows and columns of a table that may be read for a purpose.

        Parameters
        ----------
        table : str
            A declared table.
        purpose : str
            What for; a purpose of the agreement.
        as_of : str, date or Timestamp, optional
            Only rows known before this moment, each as it was known then: loading later rows does not
            change the answer. Rows that do not say when they were entered are kept. Without it, the
            rows as they stand.
        columns : sequence of str, optional
            Columns by name, each of which must be permitted; without it, every permitted column.
        recipient : str, default "police"
            The party that receives the rows.

        Returns
        -------
        DataFrame
            Declared types, ordered by the table's key. ``.attrs`` holds ``table``, ``purpose``,
            ``agreement``, ``clause``, ``keep_days`` and ``as_of``.

        Raises
        ------
        NotAllowed
            When it is not permitted, naming the clause or the reason.
        UnknownName
            When the table or a column is not declared.
        UsageError
            When nothing was loaded yet, ``as_of`` is no date, something is not text, or the store was written
            under other tables.
        InputRejected
            When the agreement's file cannot be used.
        PcanalyticsError
            When the audit cannot be written, a load holds the store, or either is damaged.

        Examples
        --------
        >>> from pcanalytics.store import open_workspace, sample_workspace
        >>> store = open_store(open_workspace(sample_workspace()))  # doctest: +SKIP
        >>> beats = store.read("incidents", purpose="compstat", columns=["incident_id", "beat"])  # doctest: +SKIP
        """
        moment = reading.as_moment(as_of)
        listed = None if columns is None else tuple(columns)
        words = (table, purpose, recipient, *(listed or ()))
        if isinstance(columns, str) or not all(isinstance(word, str) for word in words):
            raise UsageError("Table, purpose and recipient are text, and columns is a list of text.")
        request = Request(table, listed, purpose, recipient)
        agreement = self.agreement
        decision = reading.ask(request, agreement, self._log, time_zone=self.workspace.time_zone, as_of=moment)
        with self._reading() as connection:
            frame = reading.fetch(connection, request, decision, as_of=moment)
        with self._log.pen() as pen:
            pen.write(
                "returned",
                outcome="allowed",
                clause=decision.clause or None,
                columns=decision.columns,
                counts={"rows": len(frame)},
                **reading.describe(request, agreement, moment),
            )
        frame.attrs = {
            "table": table,
            "purpose": purpose,
            "agreement": None if agreement is None else agreement.id,
            "clause": decision.clause,
            "keep_days": decision.keep_days,
            "as_of": None if moment is None else moment.isoformat(),
        }
        return frame

    @contextmanager
    def loading(
        self,
        *,
        source: str,
        table: str,
        digest: str,
        extract: str = "full",
        usual_rows: int | None = None,
        only_file: bool = False,
    ) -> Iterator[Loading]:
        """Begin a load; leaving the block without :meth:`Loading.finish` applies nothing.

        Parameters
        ----------
        source : str
            The source's name; a load is compared with earlier loads of the same name.
        table : str
            The declared table it fills.
        digest : str
            A digest of the file, then after a hyphen that of its mapping. The same again changes nothing, but
            for a file that was loaded under another mapping since.
        extract : {"full", "delta"}
            ``full``: keys of this source that do not come again are superseded. ``delta``: they stay.
        usual_rows : int, optional
            How many rows a full extract usually has; without it, the median of the last loads.
        only_file : bool, default False
            Whether the source has no other file. What a full extract says is then in force after the
            load, also when another file was loaded since, as when a wrong one was taken away again.

        Yields
        ------
        Loading
            To write batches to.

        Raises
        ------
        UsageError
            When ``extract`` is neither, or the store holds rows under other tables.
        UnknownName
            When the table is not declared.
        PcanalyticsError
            When another load is under way, readers do not let go, or the store fails.

        Examples
        --------
        >>> with store.loading(source="rms", table="incidents", digest=digest) as loading:  # doctest: +SKIP
        ...     loading.write(frame)
        ...     report = loading.finish()
        """
        if table not in TABLES:
            raise UnknownName("table", table, TABLES)
        if extract not in EXTRACTS:
            raise UsageError(f"An extract is one of {', '.join(EXTRACTS)}.")
        with self._writing() as connection:
            loading = Loading(
                connection,
                TABLES[table],
                source=source,
                digest=digest,
                extract=extract,
                usual_rows=usual_rows,
                only_file=only_file,
                started_at=self._clock(),
            )
            try:
                yield loading
            except duckdb.Error as error:
                raise failed("loading", error) from None
            finally:
                loading.abandon()

    def load_history(self) -> pd.DataFrame:
        """List every load, first to last.

        Returns
        -------
        DataFrame
            One row a load: ``load_id``, ``source``, ``table``, ``digest``, ``extract``, ``status``,
            ``started_at`` (UTC), counts of rows, and ``warnings`` as JSON. Empty when nothing was loaded.
        """
        return self._books("SELECT * EXCLUDE (table_digest) FROM loads ORDER BY load_id")

    def set_aside_counts(self) -> pd.DataFrame:
        """Count rows set aside, without showing any.

        Returns
        -------
        DataFrame
            ``load_id``, ``source``, ``table``, ``reason``, ``column``, ``rows``, ``first_row``.
        """
        return self._books(
            """
            SELECT load_id, source, "table", reason, "column", count(*) AS rows, min(source_row) AS first_row
            FROM set_aside JOIN loads USING (load_id) GROUP BY ALL ORDER BY load_id, reason, "column"
            """
        )

    def audit_lines(self) -> list[str]:
        """Give the audit's lines, for :func:`pcanalytics.exchange.verify_chain`."""
        return self._log.lines()

    def put_artifact(self, name: str, data: bytes, *, inputs: str) -> None:
        """Keep a derived file; see :func:`pcanalytics.store.artifacts.put_artifact`."""
        artifacts.put_artifact(self.workspace.state / "artifacts", name, data, inputs=inputs)

    def get_artifact(self, name: str, *, inputs: str) -> bytes | None:
        """Give a derived file back; see :func:`pcanalytics.store.artifacts.get_artifact`."""
        return artifacts.get_artifact(self.workspace.state / "artifacts", name, inputs=inputs)

    def rebuild(self) -> None:
        """Put the store's file aside as ``store.old.duckdb``, so that the next load begins a new one.

        The file put aside before is lost. Earlier versions of rows and the history of loads stay in the
        file put aside; caches and the audit stay where they are.

        Raises
        ------
        PcanalyticsError
            When a load is under way.
        """
        private_folder(self.workspace.state)
        with self._write_lock():
            for suffix in (".wal", ""):
                file = self.file.with_name(self.file.name + suffix)
                old = self.file.with_name("store.old.duckdb" + suffix)
                old.unlink(missing_ok=True)
                if file.exists():
                    file.replace(old)

    def _books(self, sql: str) -> pd.DataFrame:
        with self._reading() as connection:
            try:
                return connection.execute(sql).df()
            except duckdb.Error as error:
                raise failed("reading its books", error) from None

    def _write_lock(self) -> FileLock:
        busy = "Another load into this workspace is under way. Wait for it to end, then try again."
        return FileLock(self.workspace.state / "store.lock", wait_seconds=0, busy=busy)

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            private_folder(self.workspace.state)
            with self._write_lock(), self._scratch() as scratch:
                with connect(self.file, scratch=scratch, write=True, wait_seconds=_WAIT_SECONDS) as connection:
                    self._sweep(scratch)
                    prepare(connection)
                    yield connection
        except OSError as error:
            raise PcanalyticsError(f"The store cannot be written: {error.strerror}. Nothing was applied.") from None

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._held is not None:
            yield self._held
            return
        with (
            self._scratch() as scratch,
            connect(self.file, scratch=scratch, write=False, wait_seconds=_WAIT_SECONDS) as connection,
        ):
            yield connection

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Make a folder for what does not fit in memory, and remove it: it may hold records."""
        try:
            folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=private_folder(self.workspace.state)))
        except OSError as error:
            raise PcanalyticsError(
                f"The workspace's .pcanalytics folder cannot be written to: {error.strerror}. Mend who may write there."
            ) from None
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _sweep(self, current: Path) -> None:
        """Remove what dead processes left; while this one writes, no other has the file open."""
        for folder in self.workspace.state.glob("scratch-*"):
            if folder != current:
                shutil.rmtree(folder, ignore_errors=True)
