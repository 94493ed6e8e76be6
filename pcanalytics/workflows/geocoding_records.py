"""The records whose addresses are geocoded, with those that are never placed and those that are never listed marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pcanalytics.compstat import UNLISTED_OFFENSES, juvenile_incidents
from pcanalytics.compstat.addresses import never_listed
from pcanalytics.compstat.counted import is_among
from pcanalytics.errors import UnknownName
from pcanalytics.store import Store
from pcanalytics.workflows.protected import protected_addresses, stands_at

__all__ = ["GEOCODED", "PURPOSE", "Geocodable", "records_to_geocode"]

#: What the addresses are read for.
PURPOSE = "crime_analysis"

#: What stands in place of an address that is never placed: it is typed confidential like any such words.
_CONFIDENTIAL = "CONFIDENTIAL"


@dataclass(frozen=True)
class Geocodable:
    """A table whose addresses are geocoded.

    Parameters
    ----------
    table : str
        The declared table.
    into : str
        The declared table of what was found.
    key : tuple of str
        What tells its rows from each other, and is kept with what was found.
    when : str
        When a row happened.
    """

    table: str
    into: str
    key: tuple[str, ...]
    when: str

    @property
    def is_of_people(self) -> bool:
        """Whether its addresses are where people live."""
        return self.table == "residences"

    @property
    def columns(self) -> list[str]:
        """What is read of it."""
        if self.is_of_people:
            return [*self.key, "address", "confidential_address", self.when]
        own = ["agency", "address", "district", "beat", "confidential_address", self.when]
        return [*self.key, *own, *(["domestic"] if self.table == "incidents" else ["incident_id", "call_type"])]


#: Every table whose addresses are geocoded, by its name.
GEOCODED: Mapping[str, Geocodable] = {
    one.table: one
    for one in (
        Geocodable("incidents", "geocoded_incidents", ("incident_id",), "occurred_from"),
        Geocodable("calls", "geocoded_calls", ("call_id",), "received_at"),
        Geocodable("residences", "geocoded_residences", ("agency", "residence_id", "doc_id"), "start"),
    )
}


def records_to_geocode(store: Store, table: str, *, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Read the records of a table whose addresses are geocoded.

    Parameters
    ----------
    store : Store
        Open.
    table : str
        A key of :data:`GEOCODED`.
    as_of : pandas.Timestamp, optional
        For residences, which the agreement limits to people as they stood on a day. Other records are read as they stand.

    Returns
    -------
    DataFrame
        The columns of the table that are needed, and

        - ``written``: the address; ``CONFIDENTIAL`` in its place where the record, or the incident a call led to, says that it
          is protected, and for a residence where any police record says so of the same address
        - ``is_listed``: whether the address may stand on a list for a person to look at: protected by no record at all, and
          not of a domestic, sexual or juvenile matter; never for residences

    Raises
    ------
    UnknownName
        When the table's addresses are not geocoded.
    NotAllowed
        When the agreement does not let crime analysis read addresses of residences together with what protects them.

    Examples
    --------
    >>> incidents = records_to_geocode(store, "incidents")  # doctest: +SKIP
    """
    if table not in GEOCODED:
        raise UnknownName("table with addresses to geocode", table, GEOCODED)
    one = GEOCODED[table]
    records = store.read(table, purpose=PURPOSE, as_of=as_of if one.is_of_people else None, columns=one.columns)
    shared = stands_at(records["address"], protected_addresses(store, purpose=PURPOSE))
    hidden = records["confidential_address"].fillna(value=False).astype("bool")
    if one.is_of_people:
        hidden |= shared
        listed = pd.Series(False, index=records.index)
    else:
        if table == "calls":
            hidden |= is_among(records["incident_id"], _confidential_incidents(store))
        listed = ~hidden & ~shared & ~_unlisted(store, records)
    return records.assign(written=records["address"].mask(hidden, _CONFIDENTIAL), is_listed=listed)


def _confidential_incidents(store: Store) -> pd.Series:
    incidents = store.read("incidents", purpose=PURPOSE, columns=["incident_id", "confidential_address"])
    return incidents.loc[incidents["confidential_address"].fillna(value=False), "incident_id"]


def _unlisted(store: Store, records: pd.DataFrame) -> pd.Series:
    """Tell which incidents, and calls that led to one, are of a matter whose address is never listed."""
    incidents = store.read("incidents", purpose=PURPOSE, columns=["incident_id", "domestic"])
    domestic = incidents.loc[incidents["domestic"].fillna(value=False), "incident_id"]
    columns = ["incident_id", "role", "age_at_event", "juvenile"]
    people = store.read("incident_people", purpose=PURPOSE, columns=columns)
    offenses = store.read("incident_offenses", purpose=PURPOSE, columns=["incident_id", "offense"])
    sexual = offenses.loc[offenses["offense"].isin(UNLISTED_OFFENSES), "incident_id"]
    unlisted = pd.concat([domestic, sexual, juvenile_incidents(people)])
    return is_among(records["incident_id"], unlisted) | never_listed(records)
