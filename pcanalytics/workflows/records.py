"""The police records that a page counts, read once as they were known at an as-of, protected addresses marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from pcanalytics.compstat import UNLISTED_OFFENSES, counted_offenses, current_areas
from pcanalytics.store import Store
from pcanalytics.tables import TABLES
from pcanalytics.workflows.protected import protected_addresses, stands_at

__all__ = ["PoliceRecords", "counted_at", "in_district", "police_records", "police_records_then"]

_CALL_COLUMNS = ["call_id", "received_at", "call_type", "officer_initiated", "incident_id"] + [
    "address",
    "district",
    "beat",
    "x",
    "y",
    "confidential_address",
]
_PERSON_COLUMNS = ["incident_person_id", "incident_id", "offense_id", "role"] + [
    "person_record_id",
    "age_at_event",
    "injury",
]
_ARREST_COLUMNS = ["arrest_id", "incident_id", "arrested_at", "entered_at", "offense", "district", "beat"]


@dataclass(frozen=True)
class PoliceRecords:
    """What the police tables say of the whole agency, as known at an as-of.

    Parameters
    ----------
    incidents, offenses : DataFrame
        The tables ``incidents`` and ``incident_offenses``, unfounded ones among them.
    counted : DataFrame
        The table ``counted_offenses``, its ``unlisted`` widened by every address that is protected today.
    calls : DataFrame
        Calls received before the as-of, with ``domestic`` and ``unlisted`` of the incident a call led to.
    arrests, people : DataFrame
        The tables ``arrests`` and ``incident_people``, with no more of a person than counting needs.
    """

    incidents: pd.DataFrame
    offenses: pd.DataFrame
    counted: pd.DataFrame
    calls: pd.DataFrame
    arrests: pd.DataFrame
    people: pd.DataFrame

    def in_beats_of(self, beats: pd.DataFrame | None, as_of: pd.Timestamp) -> PoliceRecords:
        """Count everything in the beats of an as-of.

        Parameters
        ----------
        beats : DataFrame or None
            Every version of every beat; None where the workspace draws none.
        as_of : pandas.Timestamp
            Local midnight.
        """
        if beats is None:
            return self
        times = {
            "counted": "occurred_from",
            "calls": "received_at",
            "arrests": "arrested_at",
            "incidents": "occurred_from",
        }
        placed = {
            name: current_areas(getattr(self, name), beats, as_of=as_of, time=time) for name, time in times.items()
        }
        return replace(self, **placed)

    def in_district(self, district: str | None) -> PoliceRecords:
        """Keep what lies in one district.

        Parameters
        ----------
        district : str or None
            None for the whole city. A person of an incident, and an offense without a place of its own, lie where
            the incident does; an arrest lies where it was made.
        """
        if district is None:
            return self
        kept = {
            name: in_district(getattr(self, name), district) for name in ("counted", "calls", "arrests", "incidents")
        }
        offenses, people = (
            frame["incident_id"].isin(kept["incidents"]["incident_id"]) for frame in (self.offenses, self.people)
        )
        offenses |= self.offenses["offense_id"].isin(kept["counted"]["offense_id"])
        return replace(
            self,
            **kept,
            offenses=self.offenses[offenses].reset_index(drop=True),
            people=self.people[people].reset_index(drop=True),
        )


def in_district(frame: pd.DataFrame, district: str | None) -> pd.DataFrame:
    """Keep the rows of one district.

    Parameters
    ----------
    frame : DataFrame
        With ``district``.
    district : str or None
        None keeps every row.

    Examples
    --------
    >>> len(in_district(pd.DataFrame({"district": ["North", "South", None]}), "North"))
    1
    """
    return frame if district is None else frame[frame["district"] == district].reset_index(drop=True)


def police_records(store: Store, as_of: pd.Timestamp, *, purpose: str) -> PoliceRecords:
    """Read the police records of the whole agency as they were known at an as-of.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp
        Local midnight.
    purpose : str
        The purpose of the page.

    Returns
    -------
    PoliceRecords
        Addresses are marked as protected by what any record says today, not as of then.

    Examples
    --------
    >>> records = police_records(store, as_of, purpose="compstat")  # doctest: +SKIP
    """
    incidents, offenses, counted = counted_at(store, as_of, purpose=purpose)
    protected = protected_addresses(store, purpose=purpose)
    counted = counted.assign(unlisted=counted["unlisted"] | stands_at(counted["address"], protected))
    calls = store.read("calls", purpose=purpose, as_of=as_of, columns=_CALL_COLUMNS)
    calls = _with_incident(calls[calls["received_at"] < as_of], incidents, offenses)
    calls = calls.assign(confidential_address=calls["confidential_address"] | stands_at(calls["address"], protected))
    return PoliceRecords(
        incidents=incidents,
        offenses=offenses,
        counted=counted,
        calls=calls,
        arrests=store.read("arrests", purpose=purpose, as_of=as_of, columns=_ARREST_COLUMNS),
        people=store.read("incident_people", purpose=purpose, as_of=as_of, columns=_PERSON_COLUMNS),
    )


def police_records_then(store: Store, as_of: pd.Timestamp, *, purpose: str) -> PoliceRecords:
    """Read incidents and offenses as an earlier issue knew them; what it did not count is empty.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp
        Local midnight, the end of the earlier issue's week.
    purpose : str
        The purpose of the page.

    Returns
    -------
    PoliceRecords
        Calls, arrests and people without rows.

    Examples
    --------
    >>> then = police_records_then(store, as_of, purpose="compstat")  # doctest: +SKIP
    """
    incidents, offenses, counted = counted_at(store, as_of, purpose=purpose)
    rest = {name: TABLES[name].empty() for name in ("calls", "arrests")}
    return PoliceRecords(incidents, offenses, counted, people=TABLES["incident_people"].empty(), **rest)


def counted_at(
    store: Store, as_of: pd.Timestamp | None, *, purpose: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read incidents and offenses as they were known at an as-of, and what of them is counted.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp or None
        Local midnight; None for the records as they stand.
    purpose : str
        The purpose of the page.

    Returns
    -------
    tuple of DataFrame
        ``incidents``, ``incident_offenses`` and ``counted_offenses``. An incident cleared at or after the as-of has
        no clearance: it stood open then.

    Examples
    --------
    >>> incidents, offenses, counted = counted_at(store, as_of, purpose="compstat")  # doctest: +SKIP
    """
    offenses = store.read("incident_offenses", purpose=purpose, as_of=as_of)
    incidents = store.read("incidents", purpose=purpose, as_of=as_of)
    if as_of is not None:
        incidents["clearance"] = incidents["clearance"].mask(incidents["cleared_on"].ge(as_of))
    return incidents, offenses, counted_offenses(offenses, incidents)


def _with_incident(calls: pd.DataFrame, incidents: pd.DataFrame, offenses: pd.DataFrame) -> pd.DataFrame:
    """Give each call what the incident it led to says of its address."""
    brought = incidents[["incident_id", "domestic", "confidential_address"]]
    joined = calls.merge(brought, on="incident_id", how="left", suffixes=("", "_incident"))
    own, incident = (
        joined[name].fillna(value=False) for name in ("confidential_address", "confidential_address_incident")
    )
    sexual = offenses.loc[offenses["offense"].isin(UNLISTED_OFFENSES), "incident_id"]
    joined = joined.assign(confidential_address=own | incident, unlisted=joined["incident_id"].isin(sexual))
    return joined.drop(columns="confidential_address_incident")
