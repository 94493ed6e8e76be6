"""Connections to the DuckDB file: short, bounded, and with no way to anything else.

DuckDB lets many processes read a file at once or one process write it, so a reader that stayed open would
keep loads out: every connection is opened, used and closed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pcanalytics.errors import PcanalyticsError, UsageError

__all__ = ["connect", "failed", "first_row", "number", "quoted"]

_RETRY_SECONDS = 0.1


def quoted(name: str) -> str:
    """Quote an identifier for SQL.

    Parameters
    ----------
    name : str
        A declared name.

    Returns
    -------
    str
        The name in double quotes, with those in it doubled.

    Examples
    --------
    >>> quoted('be"at')
    '"be""at"'
    """
    return '"' + name.replace('"', '""') + '"'


def first_row(connection: duckdb.DuckDBPyConnection, sql: str, values: object = None) -> tuple[Any, ...] | None:
    """Run a statement and give its first row, leaving no result open.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open.
    sql : str
        The statement.
    values : sequence or mapping, optional
        Its parameters.

    Returns
    -------
    tuple or None
        None when it gives no row.

    Examples
    --------
    >>> first_row(duckdb.connect(), "SELECT ? + 1, 'a'", [1])
    (2, 'a')
    """
    rows = connection.execute(sql, values if values is not None else []).fetchall()
    return rows[0] if rows else None


def number(connection: duckdb.DuckDBPyConnection, sql: str, values: object = None) -> int:
    """Run a statement that gives one number, such as a count.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open.
    sql : str
        The statement.
    values : sequence or mapping, optional
        Its parameters.

    Returns
    -------
    int
        0 when it gives no row or a missing value.

    Examples
    --------
    >>> number(duckdb.connect(), "SELECT 41 + 1")
    42
    """
    row = first_row(connection, sql, values)
    return 0 if row is None or row[0] is None else int(row[0])


def failed(doing: str, error: duckdb.Error) -> PcanalyticsError:
    """Put a DuckDB failure into words without its message, which may show a value.

    Parameters
    ----------
    doing : str
        What was being done.
    error : duckdb.Error
        The failure.

    Returns
    -------
    PcanalyticsError
        For the caller to raise.

    Examples
    --------
    >>> print(failed("loading", duckdb.OutOfMemoryException("...")))
    The store failed while loading (OutOfMemoryException): it needs more memory or disk than there is.
    """
    cause = type(error).__name__
    hints = {
        "OutOfMemoryException": "it needs more memory or disk than there is",
        "IOException": "the disk is full, or the file cannot be read or written",
        "InterruptException": "it was interrupted",
    }
    hint = hints.get(cause)
    return PcanalyticsError(f"The store failed while {doing} ({cause})" + (f": {hint}." if hint else "."))


@contextmanager
def connect(file: Path, *, scratch: Path, write: bool, wait_seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file for a moment.

    Parameters
    ----------
    file : Path
        The DuckDB file; for reading it must exist.
    scratch : Path
        Folder for what does not fit in memory.
    write : bool
        Whether to write. One process may write while none reads.
    wait_seconds : float
        How long to wait for other processes to let go of the file.

    Yields
    ------
    duckdb.DuckDBPyConnection
        Bounded in memory and threads, with no way to any other file and no way to change that.

    Raises
    ------
    UsageError
        When nothing was loaded yet.
    PcanalyticsError
        When the file stays busy, or is damaged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     file, scratch = Path(there) / "store.duckdb", Path(there)
    ...     with connect(file, scratch=scratch, write=True, wait_seconds=0) as connection:
    ...         number(connection, "SELECT 41 + 1")
    42
    """
    if not write and not file.exists():
        raise UsageError("Nothing has been loaded into this workspace yet. Run `pcanalytics load` first.")
    connection = _opened(file, write, wait_seconds)
    try:
        connection.execute("SET threads = 2")
        connection.execute("SET memory_limit = '1GB'")
        _no_progress_bar(connection)
        connection.execute(f"SET temp_directory = '{str(scratch).replace(chr(39), chr(39) * 2)}'")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _no_progress_bar(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep DuckDB's bar out of notebooks; where it cannot be shown, asking to hide it is an error."""
    row = first_row(connection, "SELECT current_setting('enable_progress_bar')")
    if row is not None and row[0]:
        connection.execute("SET enable_progress_bar = false")


def _opened(file: Path, write: bool, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    give_up = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(str(file), read_only=not write)
        except duckdb.ConnectionException:
            raise PcanalyticsError(
                "The store is open in this process for loading; end that before reading, or the other way round."
            ) from None
        except duckdb.Error as error:
            busy = isinstance(error, duckdb.IOException) and "lock" in str(error).lower()
            if not busy:
                raise PcanalyticsError(
                    f"The store's file {file.name} cannot be opened ({type(error).__name__}). It is damaged, not to be "
                    "read or written by you, or written by another version of DuckDB. `pcanalytics load --rebuild` "
                    "puts it aside and loads the extracts again."
                ) from None
            if time.monotonic() >= give_up:
                who = "read" if write else "loaded"
                raise PcanalyticsError(
                    f"The store is being {who} by another process. Wait for it, then try again."
                ) from None
        time.sleep(_RETRY_SECONDS)
