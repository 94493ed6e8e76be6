"""The police records that a page counts, read once as they were known at an as-of, protected addresses marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from pcanalytics.compstat import UNLISTED_OFFENSES, counted_offenses, current_areas, juvenile_incidents
from pcanalytics.compstat.counted import is_among
from pcanalytics.store import Store
from pcanalytics.workflows.protected import protected_addresses, stands_at

__all__ = ["PoliceRecords", "counted_at", "in_district", "police_records"]

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
    "juvenile",
    "injury",
]
_ARREST_COLUMNS = ["arrest_id", "incident_id", "arrested_at", "entered_at", "offense", "district", "beat"]


@dataclass(frozen=True)
class PoliceRecords:
    """What the police tables say, as known at an as-of.

    Parameters
    ----------
    incidents : DataFrame
        The table ``incidents``.
    offenses : DataFrame
        The table ``counted_offenses`` with those of incidents found not to have happened, its ``unlisted`` widened by
        every address that is protected today.
    calls : DataFrame
        Calls received before the as-of, with ``domestic``, ``juvenile`` and ``unlisted`` of the incident a call led to.
    arrests, people : DataFrame
        The tables ``arrests`` and ``incident_people``, with no more of a person than counting needs.
    """

    incidents: pd.DataFrame
    offenses: pd.DataFrame
    calls: pd.DataFrame
    arrests: pd.DataFrame
    people: pd.DataFrame

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The offenses without those found not to have happened."""
        founded = self.offenses["clearance"].ne("unfounded").fillna(value=True)
        return self.offenses[founded].reset_index(drop=True)

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
        times = {"offenses": "occurred_from", "calls": "received_at", "arrests": "arrested_at"}
        placed = {
            name: current_areas(getattr(self, name), beats, as_of=as_of, time=time) for name, time in times.items()
        }
        return replace(self, **placed)

    def in_district(self, district: str | None) -> PoliceRecords:
        """Keep what lies in one district.

        Parameters
        ----------
        district : str or None
            None for the whole city. People of an incident lie where its offenses do, an arrest where it was made.
        """
        if district is None:
            return self
        kept = {name: in_district(getattr(self, name), district) for name in ("offenses", "calls", "arrests")}
        inside = is_among(self.people["incident_id"], kept["offenses"]["incident_id"])
        return replace(self, **kept, people=self.people[inside].reset_index(drop=True))


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
    incidents, offenses = counted_at(store, as_of, purpose=purpose)
    protected = protected_addresses(store, purpose=purpose)
    calls = store.read("calls", purpose=purpose, as_of=as_of, columns=_CALL_COLUMNS)
    calls = _with_incident(calls[calls["received_at"] < as_of], incidents, offenses)
    people = store.read("incident_people", purpose=purpose, as_of=as_of, columns=_PERSON_COLUMNS)
    hidden = calls["confidential_address"] | stands_at(calls["address"], protected)
    of_juveniles = is_among(calls["incident_id"], juvenile_incidents(people))
    return PoliceRecords(
        incidents=incidents,
        offenses=offenses.assign(unlisted=offenses["unlisted"] | stands_at(offenses["address"], protected)),
        calls=calls.assign(confidential_address=hidden, juvenile=of_juveniles),
        arrests=store.read("arrests", purpose=purpose, as_of=as_of, columns=_ARREST_COLUMNS),
        people=people,
    )


def counted_at(store: Store, as_of: pd.Timestamp | None, *, purpose: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the incidents as they were known at an as-of, and the offenses to be counted.

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
        ``incidents``, and ``counted_offenses`` with those found not to have happened. An incident cleared at or after
        the as-of has no clearance: it stood open then.

    Examples
    --------
    >>> incidents, offenses = counted_at(store, as_of, purpose="compstat")  # doctest: +SKIP
    """
    offenses = store.read("incident_offenses", purpose=purpose, as_of=as_of)
    incidents = store.read("incidents", purpose=purpose, as_of=as_of)
    if as_of is not None:
        incidents["clearance"] = incidents["clearance"].mask(incidents["cleared_on"].ge(as_of))
    return incidents, counted_offenses(offenses, incidents, unfounded=True)


def _with_incident(calls: pd.DataFrame, incidents: pd.DataFrame, offenses: pd.DataFrame) -> pd.DataFrame:
    """Give each call what the incident it led to says of its address."""
    brought = incidents[["incident_id", "domestic", "confidential_address"]]
    joined = calls.merge(brought, on="incident_id", how="left", suffixes=("", "_incident"))
    own, incident = (
        joined[name].fillna(value=False) for name in ("confidential_address", "confidential_address_incident")
    )
    sexual = offenses.loc[offenses["offense"].isin(UNLISTED_OFFENSES), "incident_id"]
    joined = joined.assign(confidential_address=own | incident, unlisted=is_among(joined["incident_id"], sexual))
    return joined.drop(columns="confidential_address_incident")
