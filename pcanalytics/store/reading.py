"""Reading: decide, write the audit, and only then fetch.

This is the only door to the rows of the store. The audit's entry is on the disk before a row is looked
up, and a second entry says how many rows were handed over before they are.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zoneinfo
from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.errors import NotAllowed, Problem, UnknownName, UsageError
from pcanalytics.exchange import Agreement, Decision, Request, decide
from pcanalytics.schema import EARLIEST, LATEST, Table
from pcanalytics.store.audit_log import AuditLog
from pcanalytics.store.connection import failed
from pcanalytics.store.database import refuse_other_schema
from pcanalytics.store.rows import Query, read_query, tables_needed
from pcanalytics.tables import TABLES

__all__ = ["as_moment", "ask", "describe", "fetch"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?")
_MOMENTS = (dt.date, np.datetime64)  # a datetime and a Timestamp are dates too

_PANDAS_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
    pa.large_string(): pd.StringDtype(na_value=float("nan")),
}


def as_moment(as_of: object) -> pd.Timestamp | None:
    """Read an as-of.

    Parameters
    ----------
    as_of : str, date, Timestamp or None
        Local wall time without a zone. Text is written as ISO 8601, from the day on: words such as ``today``
        would ask the clock, and 3/4/2026 is two days.

    Returns
    -------
    pandas.Timestamp or None
        The moment.

    Raises
    ------
    UsageError
        When it is no date, or has a zone.

    Examples
    --------
    >>> as_moment("2026-11-23")
    Timestamp('2026-11-23 00:00:00')
    """
    if as_of is None:
        return None
    written = _ISO.fullmatch(as_of) is not None if isinstance(as_of, str) else isinstance(as_of, _MOMENTS)
    try:
        moment = pd.Timestamp(as_of).floor("us") if written else pd.NaT
    except (TypeError, ValueError, OverflowError):
        moment = pd.NaT
    if moment is pd.NaT or moment.tzinfo is not None or not EARLIEST <= moment <= LATEST:
        raise UsageError("as_of must be a date or a local time without a zone, such as 2026-11-23 or 2026-11-23 14:30.")
    return moment


def ask(
    request: Request,
    agreement: Agreement | None,
    log: AuditLog,
    *,
    time_zone: str,
    as_of: pd.Timestamp | None,
) -> Decision:
    """Decide a request and write the decision to the audit, allowed or not.

    Parameters
    ----------
    request : Request
        What is asked.
    agreement : Agreement or None
        The workspace's.
    log : AuditLog
        Where the decision is written before this returns.
    time_zone : str
        The agency's zone, which says what day it is.
    as_of : pandas.Timestamp or None
        The as-of of the rows.

    Returns
    -------
    Decision
        An allowing one.

    Raises
    ------
    NotAllowed
        When it is denied, with the reason and the clause.
    PcanalyticsError
        When the audit cannot be written.
    UnknownName
        When the table or a column is not declared.
    UsageError
        When the agreement limits rows to people as of a day, and no as-of is given.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from pcanalytics.store.clock import system_clock
    >>> request = Request("incidents", ("beat",), "compstat")
    >>> with tempfile.TemporaryDirectory() as there:
    ...     log = AuditLog(Path(there), clock=system_clock)
    ...     ask(request, None, log, time_zone="UTC", as_of=None).reason
    "the agency's own records"
    """
    with log.pen() as pen:
        today = _day(pen.moment(), time_zone)
        decision = decide(request, agreement, on=today)
        needs_as_of = decision.allowed and bool(decision.populations) and as_of is None
        pen.write(
            "read",
            outcome="allowed" if decision.allowed and not needs_as_of else "denied",
            clause=decision.clause or None,
            reason="no as_of was given" if needs_as_of else decision.reason,
            columns=decision.columns if decision.allowed else tuple(request.columns or ()),
            **describe(request, agreement, as_of),
        )
    if needs_as_of:
        raise UsageError(
            f"Reading {request.table} needs as_of: the agreement limits it to people as they stood on a day "
            f"({', '.join(population.name for population in decision.populations)})."
        )
    if not decision.allowed:
        raise _denied(request, decision)
    return decision


def describe(request: Request, agreement: Agreement | None, as_of: pd.Timestamp | None) -> dict[str, str | None]:
    """Give what the audit says of a request, whatever became of it.

    Parameters
    ----------
    request : Request
        What was asked.
    agreement : Agreement or None
        The workspace's.
    as_of : pandas.Timestamp or None
        The as-of of the rows.

    Returns
    -------
    dict of str to str
        Arguments of :func:`pcanalytics.exchange.audit_entry`.

    Examples
    --------
    >>> describe(Request("incidents", None, "compstat"), None, None)["purpose"]
    'compstat'
    """
    return {
        "table": request.table,
        "purpose": request.purpose,
        "recipient": request.recipient,
        "agreement": None if agreement is None else f"{agreement.id} v{agreement.version} {agreement.digest}",
        "as_of": None if as_of is None else as_of.isoformat(),
    }


def _day(moment: dt.datetime, time_zone: str) -> dt.date:
    return moment.astimezone(zoneinfo.ZoneInfo(time_zone)).date()


def _denied(request: Request, decision: Decision) -> NotAllowed | UnknownName:
    table = TABLES.get(request.table)
    if table is None:
        return UnknownName("table", request.table, TABLES)
    for name in request.columns or ():
        if name not in table.names:
            return UnknownName(f"column in the table {table.name}", name, table.names)
    problems = [
        Problem(f"{request.table}.{refusal.column}: {refusal.reason}", code="not_allowed")
        for refusal in decision.refused
    ]
    cited = f" (clause {decision.clause})" if decision.clause else ""
    return NotAllowed(
        f"{request.table} may not be read for {request.purpose!r}: {decision.reason}{cited}.",
        problems if request.columns is not None else (),
    )


def fetch(
    connection: duckdb.DuckDBPyConnection, request: Request, decision: Decision, *, as_of: pd.Timestamp | None
) -> pd.DataFrame:
    """Fetch the rows that a decision allows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Open for reading.
    request : Request
        What was asked.
    decision : Decision
        An allowing one.
    as_of : pandas.Timestamp or None
        The as-of of the rows.

    Returns
    -------
    DataFrame
        The permitted columns with their declared types, ordered by the table's key.

    Raises
    ------
    UsageError
        When the store was written under another declaration.
    PcanalyticsError
        When the store fails.

    Examples
    --------
    >>> from pcanalytics.store.database import prepare
    >>> connection = duckdb.connect()
    >>> prepare(connection)
    >>> decision = Decision(True, ("beat", "district"), "own records")
    >>> fetch(connection, Request("beats", None, "compstat"), decision, as_of=None).columns.tolist()
    ['beat', 'district']
    """
    table = TABLES[request.table]
    refuse_other_schema(connection, tables_needed(table, decision.populations))
    query = read_query(table, decision.columns, as_of=as_of, populations=decision.populations)
    return _shaped(_run(connection, query), table, decision.columns)


def _run(connection: duckdb.DuckDBPyConnection, query: Query) -> pa.Table:
    try:
        return connection.sql(query.sql, params=query.values).to_arrow_table()
    except duckdb.Error as error:
        raise failed("reading", error) from None


def _shaped(rows: pa.Table, table: Table, columns: Sequence[str]) -> pd.DataFrame:
    """Give rows the declared types of the permitted columns."""
    frame = rows.to_pandas(types_mapper=_PANDAS_TYPES.get)
    part = dataclasses.replace(table, columns=tuple(table.column(name) for name in columns), rules=())
    return part.conform(frame)
