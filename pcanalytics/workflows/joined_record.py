"""The joined record of police and corrections, read under the agreement: links, supervision, and incidents at that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pcanalytics.linkage.at_that_time import incidents_under_supervision
from pcanalytics.linkage.person_events import EVENT_TABLES, events_of
from pcanalytics.linkage.shares import supervision_share
from pcanalytics.linkage.supervised import supervision_on
from pcanalytics.store import Store
from pcanalytics.workflows.linking import current_person_links

__all__ = ["JoinedRecord", "joined"]

#: What is read of the police tables: enough to join and to count, and no address, name or narrative.
_COLUMNS: Mapping[str, list[str]] = {
    "incidents": ["incident_id", "agency", "occurred_from", "occurred_to", "entered_at", "clearance", "cleared_on"],
    "incident_people": ["incident_person_id", "incident_id", "person_record_id", "role"]
    + ["age_at_event", "juvenile", "entered_at"],
    "incident_offenses": ["offense_id", "incident_id", "offense", "entered_at"],
    "arrests": ["arrest_id", "incident_id", "person_record_id", "agency", "arrested_at", "entered_at", "offense"]
    + ["age_at_event", "juvenile"],
    "charges": ["charge_id", "arrest_id", "offense", "filed_on", "entered_at"],
    "stops": [
        "stop_id",
        "agency",
        "person_record_id",
        "stopped_at",
        "stop_type",
        "age_at_event",
        "juvenile",
        "entered_at",
    ],
    "field_interviews": [
        "contact_id",
        "agency",
        "person_record_id",
        "contacted_at",
        "age_at_event",
        "juvenile",
        "entered_at",
    ],
}

_CORRECTIONS = ("supervision", "custody_stays")
_SMALLEST = 10


@dataclass(frozen=True)
class JoinedRecord:
    """What both agencies' records say together, as known at an as-of. Nothing of it is stored: it is made from the links of now.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local wall time.
    since : pandas.Timestamp or None
        From when on the agreement gives everybody who was under supervision; before it people are missing. None: always.
    minimum_probability : float
        Links less sure are not used.
    minimum_cell : int
        The smallest count of people that may be shown.
    person_links : DataFrame
        One row a record.
    tables : mapping of str to DataFrame
        What was read, by table.
    """

    as_of: pd.Timestamp
    since: pd.Timestamp | None
    minimum_probability: float
    minimum_cell: int
    person_links: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]

    @cached_property
    def under_supervision(self) -> pd.DataFrame:
        """Periods that ran at the as-of: see :func:`pcanalytics.linkage.supervision_on`."""
        return supervision_on(
            self.tables["supervision"],
            self.tables["custody_stays"],
            self.person_links,
            as_of=self.as_of,
            min_probability=self.minimum_probability,
        )

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Involvements of people under supervision at that time: see :func:`pcanalytics.linkage.incidents_under_supervision`."""
        return incidents_under_supervision(
            self.tables["incidents"],
            self.tables["incident_people"],
            self.tables["supervision"],
            self.tables["custody_stays"],
            self.person_links,
            as_of=self.as_of,
            arrests=self.tables["arrests"],
            min_probability=self.minimum_probability,
        )

    def events_of(self, person_id: str) -> pd.DataFrame:
        """List the events of one person: see :func:`pcanalytics.linkage.events_of`.

        Parameters
        ----------
        person_id : str
            As in ``person_links``.
        """
        return events_of(
            person_id,
            person_links=self.person_links,
            tables={name: self.tables[name] for name in EVENT_TABLES if name in self.tables},
            as_of=self.as_of,
            min_probability=self.minimum_probability,
        )

    def share(self, groups: Mapping[str, tuple[str, ...]] | None = None, *, days: int = 364) -> pd.DataFrame:
        """Count the share of incidents by role and offense group: see :func:`pcanalytics.linkage.supervision_share`.

        Parameters
        ----------
        groups : mapping of str to tuple of str, optional
            Label to offense words.
        days : int, default 364
            How far back; never farther than ``since``.
        """
        start = self.as_of - pd.Timedelta(days=days)
        return supervision_share(
            self.incidents,
            self.tables["incidents"],
            self.tables["incident_people"],
            as_of=self.as_of,
            since=start if self.since is None else max(start, self.since),
            arrests=self.tables["arrests"],
            offenses=self.tables["incident_offenses"],
            groups=groups,
            minimum_cell=self.minimum_cell,
        )

    @cached_property
    def account(self) -> pd.DataFrame:
        """How many records the join stands on: ``step`` and ``rows``."""
        people = self.tables["incident_people"]["person_record_id"]
        known = set(self.person_links.loc[self.person_links["side"].eq("police"), "record_id"])
        both = self.person_links.groupby("person_id")["side"].nunique().gt(1).sum()
        now, then = self.under_supervision, self.incidents
        steps = {
            "records linked to a person": len(self.person_links),
            "persons known to police and corrections": int(both),
            "supervision periods that ran": len(now),
            "of these with a person_id": int(now["person_id"].notna().sum()),
            "of these in the community": int(now["in_community"].sum()),
            "involvements in incidents": len(people),
            "of these of somebody with a person record": int(people.notna().sum()),
            "of these of a record that is linked": int(people.isin(known).sum()),
            "involvements of people under supervision at that time": int(
                len(then[["source_table", "source_id"]].drop_duplicates())
            ),
        }
        return pd.DataFrame({"step": list(steps), "rows": list(steps.values())})


def joined(
    store: Store,
    *,
    as_of: pd.Timestamp,
    purpose: str = "crime_analysis",
    min_probability: float = 0.0,
    person_links: pd.DataFrame | None = None,
) -> JoinedRecord:
    """Read what the joined record needs, under the agreement, each table as it was known at an as-of.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp
        Local wall time.
    purpose : str, default "crime_analysis"
        What for; a purpose of the agreement that gives supervision, custody and the links.
    min_probability : float, default 0
        Links less sure than this are not used.
    person_links : DataFrame, optional
        Links other than those of the store, as to see what a decision would change.

    Returns
    -------
    JoinedRecord
        Made anew from the links as they stand: rows that stood on a link that was undone are gone.

    Raises
    ------
    NotAllowed
        When the agreement does not give supervision, custody or the links for the purpose.
    UsageError
        When nothing was loaded or linked yet, or a reviewer has decided since: the links are made again first.

    Examples
    --------
    >>> record = joined(store, as_of=pd.Timestamp("2026-11-23"))  # doctest: +SKIP
    """
    with store.snapshot():
        links = current_person_links(store, purpose=purpose) if person_links is None else person_links
        tables = {
            name: store.read(name, purpose=purpose, as_of=as_of, columns=columns) for name, columns in _COLUMNS.items()
        }
        tables |= {name: store.read(name, purpose=purpose, as_of=as_of) for name in _CORRECTIONS}
        agreement = store.agreement
    return JoinedRecord(
        as_of=as_of,
        since=_complete_since(store, as_of, purpose),
        minimum_probability=min_probability,
        minimum_cell=_SMALLEST if agreement is None else agreement.minimum_cell,
        person_links=links,
        tables=tables,
    )


def _complete_since(store: Store, as_of: pd.Timestamp, purpose: str) -> pd.Timestamp | None:
    """Give from when on the agreement leaves nobody out, by how long it gives people whose supervision has ended."""
    agreement = store.agreement
    if agreement is None:
        return None
    limits = [
        agreement.populations[clause.population].ended_within_days
        for clause in agreement.clauses
        if clause.table in _CORRECTIONS
        and clause.effect == "allow"
        and purpose in clause.purposes
        and clause.population
    ]
    return as_of - pd.Timedelta(days=min(limits)) if limits else None
