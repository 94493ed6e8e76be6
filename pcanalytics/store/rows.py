"""The SQL of a read: which version of which rows, as of when, about whom.

Everything that comes from outside is a parameter; every name is declared and quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from pcanalytics.exchange import Population
from pcanalytics.schema import Table
from pcanalytics.store.connection import quoted
from pcanalytics.tables import TABLES

__all__ = ["Query", "known_since", "read_query", "tables_needed"]

#: The columns that say since when a row was known; the first that a table has counts.
_KNOWN_SINCE = ("entered_at", "received_at", "recorded_at")


@dataclass
class Query:
    """A query under construction.

    Parameters
    ----------
    sql : str
        Its text, with named parameters.
    values : dict
        Their values.
    """

    sql: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def value(self, value: object) -> str:
        """Add a parameter and give its place in the text."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def known_since(table: Table) -> str | None:
    """Give the column that says since when a row of a table was known.

    Parameters
    ----------
    table : Table
        A declared table.

    Returns
    -------
    str or None
        None when it has none.

    Examples
    --------
    >>> known_since(TABLES["calls"]), known_since(TABLES["beats"])
    ('received_at', None)
    """
    return next((name for name in _KNOWN_SINCE if name in table.names), None)


def tables_needed(table: Table, populations: Sequence[Population]) -> tuple[str, ...]:
    """Name the tables a read looks at: the table, and those that tell who belongs to its populations.

    Parameters
    ----------
    table : Table
        The table read.
    populations : sequence of Population
        What limits its rows.

    Returns
    -------
    tuple of str
        Names of declared tables.

    Examples
    --------
    >>> tables_needed(TABLES["calls"], [])
    ('calls',)
    """
    return (table.name, "supervision", "custody_stays") if populations else (table.name,)


def read_query(
    table: Table, columns: Sequence[str], *, as_of: pd.Timestamp | None, populations: Sequence[Population]
) -> Query:
    """Build the query of a read.

    Parameters
    ----------
    table : Table
        The declared table.
    columns : sequence of str
        Permitted columns.
    as_of : pandas.Timestamp or None
        Rows known before this moment, each in the version known then; None gives the current versions.
    populations : sequence of Population
        A row's person must belong to each; needs ``as_of``.

    Returns
    -------
    Query
        Rows ordered by the table's key.

    Examples
    --------
    >>> print(read_query(TABLES["calls"], ["call_id"], as_of=None, populations=[]).sql.split(" FROM ")[0])
    SELECT chosen."call_id" AS "call_id"
    """
    query = Query()
    source = _versions(query, table, as_of)
    limits = [_limit(query, table, population, as_of) for population in populations]
    where = f"WHERE {' AND '.join(limits)}" if limits else ""
    picked = ", ".join(_picked(table, name) for name in columns)
    order = ", ".join(f"chosen.{quoted(name)}" for name in table.key)
    query.sql = f"SELECT {picked} FROM ({source}) AS chosen {where} ORDER BY {order}"
    return query


def _picked(table: Table, name: str) -> str:
    """Give dates as timestamps: pandas has one type for both."""
    as_time = "::TIMESTAMP" if table.column(name).kind == "date" else ""
    return f"chosen.{quoted(name)}{as_time} AS {quoted(name)}"


def _versions(query: Query, table: Table, as_of: pd.Timestamp | None) -> str:
    """Select one version of each row.

    As of a moment, that is the current version when it was known by then. When it was not, because the row
    was changed and entered again since, it is the latest earlier version that was. A row that is gone
    altogether, as when it was sealed, does not come back.
    """
    name, since = quoted(table.name), known_since(table)
    if as_of is None or since is None:
        return f"SELECT * FROM {name} WHERE superseded_by IS NULL"
    key, moment = ", ".join(map(quoted, table.key)), query.value(as_of.to_pydatetime())
    known = f"({quoted(since)} IS NULL OR {quoted(since)} < {moment})"
    return f"""
        SELECT * FROM {name} WHERE superseded_by IS NULL AND {known}
        UNION ALL
        SELECT * FROM {name}
        SEMI JOIN (SELECT {key} FROM {name} WHERE superseded_by IS NULL AND {quoted(since)} >= {moment}) USING ({key})
        WHERE superseded_by IS NOT NULL AND {known}
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY load_id DESC) = 1
    """


def _limit(query: Query, table: Table, population: Population, as_of: pd.Timestamp | None) -> str:
    """Limit rows to the people of a population."""
    if as_of is None:
        raise ValueError("a population is counted from an as-of")
    people = _people(query, population, as_of)
    if "doc_id" in table.names:
        return f"(chosen.agency, chosen.doc_id) IN ({people})"
    periods = _versions(query, TABLES["supervision"], as_of)
    return f"""
        (chosen.agency, chosen.supervision_id) IN (
            SELECT (agency, supervision_id) FROM ({periods}) AS period WHERE (agency, doc_id) IN ({people})
        )
    """


def _people(query: Query, population: Population, as_of: pd.Timestamp) -> str:
    """Select the people of a population: agency and person number."""
    moment = query.value(as_of.to_pydatetime())
    since = query.value((as_of - pd.Timedelta(days=population.ended_within_days)).to_pydatetime())
    statuses = query.value(list(population.supervision_status))
    periods = _versions(query, TABLES["supervision"], as_of)
    people = []
    if population.supervision_status:
        people.append(f"""
            SELECT (agency, doc_id) FROM ({periods}) AS period
            WHERE start < {moment}
            AND (ended_on >= {since} OR (ended_on IS NULL AND list_contains({statuses}::VARCHAR[], status)))
        """)
    if population.in_custody:
        stays = _versions(query, TABLES["custody_stays"], as_of)
        people.append(f"""
            SELECT (agency, doc_id) FROM ({stays}) AS stay
            WHERE booked_at < {moment} AND (released_at IS NULL OR released_at >= {since})
        """)
    return " UNION ".join(people)
