"""The DuckDB file's tables, made from the declarations.

Each declared table has its columns plus ``load_id`` (the load that brought this version of the row) and
``superseded_by`` (the load that replaced it; null while it is current). Three more tables keep the books:
``loads``, ``set_aside`` and ``meta``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import duckdb

from pcanalytics.errors import Problem, UsageError
from pcanalytics.schema import Table
from pcanalytics.store.connection import number, quoted
from pcanalytics.tables import TABLES

__all__ = ["declared_type", "prepare", "refuse_other_schema", "schema_digest"]

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
