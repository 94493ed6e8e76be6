"""Incidents that involved people under supervision at that time, in which role, and whether they were at liberty."""

from __future__ import annotations

import pandas as pd

from pcanalytics.linkage.as_known import check_as_of
from pcanalytics.linkage.custody import custody_spans, span_at
from pcanalytics.linkage.involved import involvements
from pcanalytics.linkage.lineage import police_persons, weakest
from pcanalytics.linkage.standing import deaths, running_periods, standing_at

__all__ = ["incidents_under_supervision"]

_COLUMNS = (
    "incident_id",
    "at",
    "until",
    "role",
    "person_id",
    "person_record_id",
    "agency",
    "doc_id",
    "supervision_id",
    "supervision_type",
    "standing",
    "at_liberty",
    "certain",
    "link_probability",
    "source_table",
    "source_id",
)


def incidents_under_supervision(
    incidents: pd.DataFrame,
    incident_people: pd.DataFrame,
    supervision: pd.DataFrame,
    custody_stays: pd.DataFrame,
    person_links: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    arrests: pd.DataFrame | None = None,
    min_probability: float = 0.0,
) -> pd.DataFrame:
    """Give every involvement of a person who was under supervision when the incident happened, as known at an as-of.

    A victim or a witness is in the answer as a victim or a witness: read ``role`` before anything else. Who has no link is in no row,
    so that whatever is counted of these is a floor.

    Parameters
    ----------
    incidents : pandas.DataFrame
        The table ``incidents``: ``incident_id``, ``occurred_from``, and where they may be read ``occurred_to``, ``entered_at``,
        ``clearance``, ``cleared_on``.
    incident_people : pandas.DataFrame
        The table ``incident_people``: ``incident_person_id``, ``incident_id``, ``person_record_id``, ``role``, and where they may be read
        ``age_at_event``, ``juvenile``, ``entered_at``.
    supervision, custody_stays : pandas.DataFrame
        As :func:`supervision_on` takes them.
    person_links : pandas.DataFrame
        One row a record: ``agency``, ``side``, ``record_id``, ``person_id``, ``match_probability``.
    as_of : pandas.Timestamp
        Local wall time: what had not happened or not been entered before it is not there.
    arrests : pandas.DataFrame, optional
        The table ``arrests``: ``arrest_id``, ``incident_id``, ``person_record_id``, ``arrested_at``. An arrest whose incident does not
        name the person as arrestee gives a row of that role, of the time of the incident; without an incident, of its own time.
    min_probability : float, default 0
        Rows whose weakest link is less sure are left out. No row changes otherwise: custody told of by weaker links still counts.

    Returns
    -------
    pandas.DataFrame
        One row an involvement and supervision period, by ``at``, ``incident_id``, ``source_id`` and period; a person under two
        agencies has a row for each, so count incidents or persons, not rows.

        - ``incident_id``, ``at``, ``until``: the incident, and the earliest and latest time it can have happened
        - ``role``: what the person was in it, as in ``incident_people``
        - ``person_id``; ``person_record_id`` (police), ``agency`` and ``doc_id`` (corrections): the two records joined
        - ``link_probability``: that of the weaker of their links
        - ``supervision_id``, ``supervision_type``: the period that ran at that time
        - ``standing``: a key of :data:`pcanalytics.linkage.STANDINGS`; what the supervising agency says counts from its entry on
        - ``at_liberty``: by the custody records; missing where they leave it open or tell of a part of the time only, and where they
          have an arrestee booked earlier on the very day of the incident: the hours then contradict each other
        - ``certain``: the period ran through the whole of the time in which the incident can have happened
        - ``source_table``, ``source_id``: the police record that tells of the role

        Juveniles are in no row, nor incidents found not to have happened, nor those without a time.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns are missing, ``as_of`` has a zone, or ``min_probability`` is no probability.

    Examples
    --------
    >>> incidents = pd.DataFrame({"incident_id": ["1"], "occurred_from": ["2026-11-18 21:00"]})
    >>> people = pd.DataFrame(
    ...     {"incident_person_id": ["1-1"], "incident_id": "1", "person_record_id": "N5", "role": "victim", "age_at_event": 30}
    ... )
    >>> periods = pd.DataFrame({"supervision_id": ["A"], "agency": "DOC", "doc_id": "7", "start": "2026-01-05"})
    >>> links = pd.DataFrame(
    ...     {
    ...         "agency": ["PD", "DOC"],
    ...         "side": ["police", "corrections"],
    ...         "record_id": ["N5", "7"],
    ...         "person_id": "P-1",
    ...         "match_probability": [1.0, 0.98],
    ...     }
    ... )
    >>> found = incidents_under_supervision(
    ...     incidents, people, periods, pd.DataFrame(), links, as_of=pd.Timestamp("2026-11-23")
    ... )
    >>> found[["role", "at_liberty", "link_probability"]].values.tolist()
    [['victim', True, 0.98]]
    """
    check_as_of(as_of)
    spans = custody_spans(custody_stays, person_links, as_of=as_of)
    periods = running_periods(supervision, person_links, as_of=as_of, min_probability=min_probability)
    died = deaths(supervision, spans, person_links, as_of=as_of)
    periods = periods[periods["person_id"].notna()].rename(columns={"link_probability": "period_probability"})
    involved = involvements(incidents, incident_people, arrests, as_of=as_of)
    whose = police_persons(involved["person_record_id"], person_links, min_probability=min_probability)
    involved = involved.assign(person_id=whose["person_id"], person_probability=whose["link_probability"])
    involved = involved[involved["person_id"].isin(periods["person_id"].unique())]
    rows = involved.merge(periods, on="person_id")
    rows = rows[rows["begin"].le(rows["until"]) & rows["finish"].gt(rows["at"])]
    rows = rows[~rows["until"].ge(died.reindex(rows["person"]).set_axis(rows.index))]
    rows = rows[~_named_already(rows)].reset_index(drop=True)
    stood = _doubting_the_hour(rows, standing_at(rows, spans), spans)
    told = rows.assign(
        standing=stood["standing"],
        at_liberty=stood["at_liberty"],
        certain=rows["begin"].le(rows["at"]) & rows["finish"].gt(rows["until"]) & ~rows["vague"],
        link_probability=weakest(rows["person_probability"], rows["period_probability"]),
    )
    order = ["at", "incident_id", "source_table", "source_id", "agency", "supervision_id"]
    return told.sort_values(order, kind="stable", ignore_index=True)[list(_COLUMNS)]


def _named_already(rows: pd.DataFrame) -> pd.Series:
    """Tell which arrests only repeat that the person, under whatever record, is an arrestee of the incident."""
    whose = ["incident_id", "person_id"]
    is_arrest = rows["source_table"].eq("arrests")
    named = rows.loc[~is_arrest & rows["role"].eq("arrestee"), whose].drop_duplicates()
    seen = pd.MultiIndex.from_frame(rows[whose]).isin(pd.MultiIndex.from_frame(named))
    return is_arrest & rows["incident_id"].notna() & seen


def _doubting_the_hour(rows: pd.DataFrame, stood: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Leave open whether an arrestee was held who was booked before the incident on its very day, as by that arrest."""
    booked = span_at(spans, "held", rows)["begin"]
    same_day = booked.dt.normalize().eq(rows["until"].dt.normalize())
    doubtful = stood["in_custody"] & same_day & rows["role"].eq("arrestee").fillna(value=False).astype(bool)
    standing = stood["standing"].mask(doubtful, "custody_unclear")
    return stood.assign(standing=standing, at_liberty=stood["at_liberty"].mask(doubtful))
