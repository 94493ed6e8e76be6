"""The SQL of a load: stage rows, find repeats and clashes, compare with what is there, apply.

Rows are staged in temporary tables inside the load's transaction. Sorting out and comparing are a few
statements over whole tables, so that a million rows cost seconds and no memory of Python's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa

from pcanalytics.errors import UsageError
from pcanalytics.schema import Table
from pcanalytics.store.connection import number, quoted
from pcanalytics.store.database import declared_type

__all__ = ["Applied", "Sorted", "apply", "create", "drop", "reasons", "sort_out", "stage", "stage_set_aside"]

_SET_ASIDE_COLUMNS = ("source_row", "reason", "column", "record")


@dataclass(frozen=True)
class Sorted:
    """What the staged rows came to.

    Parameters
    ----------
    loaded : int
        Rows fit to load.
    set_aside : int
        Rows set aside, by intake and here.
    repeats : int
        Rows that repeat an earlier row exactly.
    reasons : mapping of str to int
        Rows set aside, by reason code.
    """

    loaded: int
    set_aside: int
    repeats: int
    reasons: Mapping[str, int]


@dataclass(frozen=True)
class Applied:
    """What loading changed.

    Parameters
    ----------
    new, changed, unchanged : int
        Rows by what was there before.
    gone : int
        Keys no longer brought.
    taken_over : int
        Rows that replaced a row of another source.
    """

    new: int
    changed: int
    unchanged: int
    gone: int
    taken_over: int


def create(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make empty staging tables.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction.
    table : Table
        The declared table.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> number(connection, "SELECT count(*) FROM staged")
    0
    """
    columns = ", ".join(f"{quoted(column.name)} {declared_type(column.kind)}" for column in table.columns)
    key = ", ".join(f"{quoted(name)} {declared_type(table.column(name).kind)}" for name in table.key)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged ({columns}, staged_order BIGINT)")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE kept_keys ({key})")


def drop(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the staging tables.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> drop(connection)
    """
    connection.execute("DROP TABLE staged")
    connection.execute("DROP TABLE kept_keys")


def stage(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    """Add rows to the staging table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction.
    table : Table
        The declared table.
    frame : DataFrame
        Any of its columns.

    Raises
    ------
    TableError
        When the frame does not fit the table.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> stage(connection, beats, pd.DataFrame({"beat": ["007"], "valid_from": ["2026-01-01"]}))
    >>> number(connection, "SELECT count(*) FROM staged")
    1
    """
    if frame.empty:
        return
    start = number(connection, "SELECT count(*) FROM staged")
    columns = [f"{quoted(column.name)}::{declared_type(column.kind)}" for column in table.columns]
    order = f"{start} + row_number() OVER ()"
    _insert(connection, table.conform(frame), f"INSERT INTO staged SELECT {', '.join(columns)}, {order} FROM incoming")


def stage_set_aside(connection: duckdb.DuckDBPyConnection, table: Table, load_id: int, set_aside: pd.DataFrame) -> None:
    """Keep rows that intake set aside.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction.
    table : Table
        The declared table.
    load_id : int
        The load.
    set_aside : DataFrame
        ``source_row``, ``reason``, ``column``, ``record``, and the key where it could be read.

    Raises
    ------
    UsageError
        When it lacks a column.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> aside = pd.DataFrame({"source_row": [9], "reason": ["missing"], "column": ["beat"], "record": ["{}"]})
    >>> stage_set_aside(connection, beats, 1, aside)
    >>> reasons(connection, 1)
    {'missing': 1}
    """
    lacking = [name for name in _SET_ASIDE_COLUMNS if name not in set_aside]
    if lacking:
        raise UsageError(f"Rows set aside come with {', '.join(_SET_ASIDE_COLUMNS)}; {', '.join(lacking)} is missing.")
    rows = set_aside[list(_SET_ASIDE_COLUMNS)].astype({"source_row": "Int64"})
    rows = rows.astype(dict.fromkeys(_SET_ASIDE_COLUMNS[1:], "str"))
    _insert(
        connection,
        rows,
        f'INSERT INTO set_aside SELECT {int(load_id)}, source_row, reason, "column", record FROM incoming',
    )
    if all(name in set_aside for name in table.key):
        keys = set_aside[list(table.key)].astype({name: table.column(name).dtype for name in table.key})
        columns = [f"{quoted(name)}::{declared_type(table.column(name).kind)}" for name in table.key]
        _insert(connection, keys, f"INSERT INTO kept_keys SELECT {', '.join(columns)} FROM incoming")


def sort_out(connection: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> Sorted:
    """Take out of the staged rows what cannot be loaded, and count.

    Rows that repeat an earlier one exactly are dropped. Rows of one key that differ are all set aside,
    since nothing says which is right; so is a row without its whole key.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction.
    table : Table
        The declared table.
    load_id : int
        The load.

    Returns
    -------
    Sorted
        Counts of rows.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> stage(connection, beats, pd.DataFrame({"beat": ["7", "7"], "valid_from": "2026-01-01", "district": ["1", "2"]}))
    >>> sort_out(connection, beats, 1)
    Sorted(loaded=0, set_aside=2, repeats=0, reasons={'duplicate_key': 2})
    """
    key = ", ".join(map(quoted, table.key))
    every = ", ".join(map(quoted, table.names))
    no_key = " OR ".join(f"{quoted(name)} IS NULL" for name in table.key)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE doubtful AS
        WITH twice AS (SELECT {key} FROM staged WHERE NOT ({no_key}) GROUP BY {key} HAVING count(*) > 1),
        members AS (SELECT staged.* FROM staged SEMI JOIN twice USING ({key})),
        ranked AS (
            SELECT *, row_number() OVER (PARTITION BY {every} ORDER BY staged_order) AS repeat FROM members
        ),
        clashes AS (SELECT {key} FROM ranked WHERE repeat = 1 GROUP BY {key} HAVING count(*) > 1)
        SELECT staged_order, 'repeat' AS doubt FROM ranked ANTI JOIN clashes USING ({key}) WHERE repeat > 1
        UNION ALL SELECT staged_order, 'duplicate_key' FROM members SEMI JOIN clashes USING ({key})
        UNION ALL SELECT staged_order, 'missing' FROM staged WHERE {no_key}
        """
    )
    repeats = number(connection, "SELECT count(*) FROM doubtful WHERE doubt = 'repeat'")
    record = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in table.names)
    connection.execute(
        f"""
        INSERT INTO set_aside
        SELECT {int(load_id)}, staged_order, doubt, $column, to_json(struct_pack({record}))::VARCHAR
        FROM staged JOIN doubtful USING (staged_order) WHERE doubt <> 'repeat' ORDER BY staged_order
        """,
        {"column": table.key[0]},
    )
    connection.execute(
        f"""
        INSERT INTO kept_keys
        SELECT {key} FROM staged JOIN doubtful USING (staged_order) WHERE doubt = 'duplicate_key'
        """
    )
    connection.execute("DELETE FROM staged WHERE staged_order IN (SELECT staged_order FROM doubtful)")
    connection.execute("DROP TABLE doubtful")
    found = reasons(connection, load_id)
    return Sorted(number(connection, "SELECT count(*) FROM staged"), sum(found.values()), repeats, found)


def reasons(connection: duckdb.DuckDBPyConnection, load_id: int) -> dict[str, int]:
    """Count a load's rows set aside by reason code, most first.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open.
    load_id : int
        The load.

    Returns
    -------
    dict of str to int
        Empty when none was set aside.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> connection = duckdb.connect()
    >>> prepare(connection)
    >>> reasons(connection, 1)
    {}
    """
    rows = connection.execute(
        "SELECT reason, count(*) FROM set_aside WHERE load_id = ? GROUP BY reason ORDER BY 2 DESC, 1", [load_id]
    ).fetchall()
    return dict(rows)


def apply(connection: duckdb.DuckDBPyConnection, table: Table, *, load_id: int, source: str, full: bool) -> Applied:
    """Bring the declared table up to date with the staged rows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        In the load's transaction, after :func:`sort_out`.
    table : Table
        The declared table.
    load_id : int
        The load.
    source : str
        Its source: only keys that this source brought can be gone from it.
    full : bool
        Whether the extract is everything there is.

    Returns
    -------
    Applied
        Counts of rows.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> from pcanalytics.tables import TABLES
    >>> connection, beats = duckdb.connect(), TABLES["beats"]
    >>> prepare(connection)
    >>> create(connection, beats)
    >>> stage(connection, beats, pd.DataFrame({"beat": ["7", "8"], "valid_from": "2026-01-01"}))
    >>> apply(connection, beats, load_id=1, source="gis", full=True)
    Applied(new=2, changed=0, unchanged=0, gone=0, taken_over=0)
    """
    name, key = quoted(table.name), ", ".join(map(quoted, table.key))
    columns = ", ".join(map(quoted, table.names))
    differs = " OR ".join(
        f"staged.{quoted(column)} IS DISTINCT FROM there.{quoted(column)}"
        for column in table.names
        if column not in table.key
    )
    same_key = " AND ".join(f"brought.{quoted(column)} = there.{quoted(column)}" for column in table.key)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT staged_order, there.load_id AS old_load, {differs or "false"} AS differs
        FROM staged JOIN (SELECT * FROM {name} WHERE superseded_by IS NULL) AS there USING ({key})
        """
    )
    staged = number(connection, "SELECT count(*) FROM staged")
    same = number(connection, "SELECT count(*) FROM compared WHERE NOT differs")
    changed = number(connection, "SELECT count(*) FROM compared WHERE differs")
    taken_over = number(
        connection,
        "SELECT count(*) FROM compared JOIN loads ON old_load = load_id WHERE differs AND source <> ?",
        [source],
    )
    gone = 0
    if full:
        gone = number(
            connection,
            f"""
            UPDATE {name} AS there SET superseded_by = $load_id
            WHERE superseded_by IS NULL
            AND load_id IN (SELECT load_id FROM loads WHERE source = $source)
            AND NOT EXISTS (SELECT 1 FROM staged AS brought WHERE {same_key})
            AND NOT EXISTS (SELECT 1 FROM kept_keys AS brought WHERE {same_key})
            """,
            {"load_id": load_id, "source": source},
        )
    if changed:
        connection.execute(
            f"""
            UPDATE {name} AS there SET superseded_by = $load_id
            WHERE superseded_by IS NULL
            AND EXISTS (
                SELECT 1 FROM staged AS brought JOIN compared USING (staged_order) WHERE differs AND {same_key}
            )
            """,
            {"load_id": load_id},
        )
    connection.execute(
        f"""
        INSERT INTO {name} ({columns}, load_id, superseded_by)
        SELECT {columns}, {int(load_id)}, NULL FROM staged
        WHERE staged_order NOT IN (SELECT staged_order FROM compared WHERE NOT differs)
        ORDER BY staged_order
        """
    )
    connection.execute("DROP TABLE compared")
    return Applied(staged - same - changed, changed, same, gone, taken_over)


def _insert(connection: duckdb.DuckDBPyConnection, frame: pd.DataFrame, sql: str) -> None:
    connection.register("incoming", pa.Table.from_pandas(frame, preserve_index=False))
    connection.execute(sql)
    connection.unregister("incoming")
