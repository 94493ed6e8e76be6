"""The DuckDB file: its tables, made from the declarations, and how it is opened.

Each declared table has its columns plus ``load_id`` (the load that brought this version of the row) and
``superseded_by`` (the load that replaced it; null while it is current). Three more tables keep the books:
``loads``, ``set_aside`` and ``meta``.

Every connection is short: opened, used, closed. DuckDB lets many processes read a file at once or one
process write it, so a reader that stayed open would keep loads out.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pcanalytics.errors import PcanalyticsError, Problem, UsageError
from pcanalytics.schema import Table
from pcanalytics.tables import TABLES

__all__ = [
    "connect",
    "declared_type",
    "failed",
    "first_row",
    "number",
    "prepare",
    "quoted",
    "refuse_other_schema",
    "schema_digest",
]

#: DuckDB types of the kinds of column.
_TYPES: Mapping[str, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "category": "VARCHAR",
    "integer": "BIGINT",
    "real": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}

_BOOKS = (
    """
    CREATE TABLE IF NOT EXISTS loads (
        load_id BIGINT, source VARCHAR, "table" VARCHAR, digest VARCHAR, extract VARCHAR, status VARCHAR,
        started_at TIMESTAMP, rows_read BIGINT, rows_loaded BIGINT, rows_set_aside BIGINT, rows_rejected BIGINT,
        rows_new BIGINT, rows_changed BIGINT, rows_unchanged BIGINT, rows_gone BIGINT, warnings VARCHAR,
        table_digest VARCHAR
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS set_aside (
        load_id BIGINT, source_row BIGINT, reason VARCHAR, "column" VARCHAR, record VARCHAR
    )
    """,
    "CREATE TABLE IF NOT EXISTS meta (key VARCHAR, value VARCHAR)",
)

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


def declared_type(kind: str) -> str:
    """Give the DuckDB type of a kind of column.

    Parameters
    ----------
    kind : str
        A kind of :class:`pcanalytics.schema.Column`.

    Returns
    -------
    str
        The type.

    Examples
    --------
    >>> declared_type("category")
    'VARCHAR'
    """
    return _TYPES[kind]


def schema_digest(table: Table) -> str:
    """Give a digest of what the store holds of a table: its columns, their types and its key.

    Parameters
    ----------
    table : Table
        A declared table.

    Returns
    -------
    str
        SHA-256 in hexadecimal.

    Examples
    --------
    >>> len(schema_digest(TABLES["calls"]))
    64
    """
    columns = ",".join(f"{column.name}:{_TYPES[column.kind]}" for column in table.columns)
    return hashlib.sha256(f"{table.name}({','.join(table.key)})[{columns}]".encode()).hexdigest()


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
    ...         prepare(connection)
    ...         number(connection, "SELECT count(*) FROM calls")
    0
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
    row = connection.execute("SELECT current_setting('enable_progress_bar')").fetchone()
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


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every declared table that is not there, and add declared columns to tables that lack them.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open for writing, outside a transaction.

    Raises
    ------
    UsageError
        When a table that holds rows differs in more than columns to add.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> prepare(connection)
    >>> number(connection, "SELECT count(*) FROM incidents")
    0
    """
    connection.begin()
    try:
        for statement in _BOOKS:
            connection.execute(statement)
        stored = _stored(connection)
        for table in TABLES.values():
            if stored.get(table.name) != schema_digest(table):
                _bring_up_to_date(connection, table, known=table.name in stored)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _stored(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def _bring_up_to_date(connection: duckdb.DuckDBPyConnection, table: Table, *, known: bool) -> None:
    name = quoted(table.name)
    if known and _row_count(connection, table) == 0:
        connection.execute(f"DROP TABLE {name}")
        known = False
    if known:
        _add_columns(connection, table)
    else:
        columns = [f"{quoted(column.name)} {_TYPES[column.kind]}" for column in table.columns]
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns)}, load_id BIGINT, superseded_by BIGINT)")
    connection.execute(
        "DELETE FROM meta WHERE key IN ($table, $key)", {"table": table.name, "key": f"{table.name} key"}
    )
    rows = [[table.name, schema_digest(table)], [f"{table.name} key", ",".join(table.key)]]
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)


def _row_count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    return number(connection, f"SELECT count(*) FROM {quoted(table.name)}")


def _add_columns(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Add what is new; a load made before counts no longer as loaded, so that its file is read again."""
    described = connection.execute(f"DESCRIBE {quoted(table.name)}").fetchall()
    there = {row[0]: row[1] for row in described if row[0] not in ("load_id", "superseded_by")}
    declared = {column.name: _TYPES[column.kind] for column in table.columns}
    key = _stored(connection).get(f"{table.name} key")
    if key != ",".join(table.key) or any(declared.get(name) != kind for name, kind in there.items()):
        raise _other_schema([table.name])
    for name, kind in declared.items():
        if name not in there:
            connection.execute(f"ALTER TABLE {quoted(table.name)} ADD COLUMN {quoted(name)} {kind}")


def refuse_other_schema(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Refuse to read tables that were stored under another declaration.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open for reading.
    names : tuple of str
        The tables about to be read.

    Raises
    ------
    UsageError
        Naming each table and what to do.

    Examples
    --------
    >>> connection = duckdb.connect()
    >>> prepare(connection)
    >>> refuse_other_schema(connection, ("incidents", "calls"))
    """
    try:
        stored = _stored(connection)
    except duckdb.CatalogException:
        raise UsageError("The store's file was not made by this suite, or by an early version of it.") from None
    other = [name for name in names if stored.get(name) != schema_digest(TABLES[name])]
    if other:
        raise _other_schema(other)


def _other_schema(names: list[str]) -> UsageError:
    return UsageError(
        "The store was written under another version of the declared tables.",
        [
            Problem(
                f"table {name!r} is stored with other columns than are declared now",
                todo="Run `pcanalytics load`; if that says the same, `pcanalytics load --rebuild` loads all again",
                code="other_schema",
            )
            for name in names
        ],
    )
