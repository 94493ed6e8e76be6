"""What is on record of one person in all agencies, in order of time, as known at an as-of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.linkage.as_known import CLOCK_CHANGE, adults, check_as_of, known_rows, moments, needed
from pcanalytics.linkage.involved import standing_incidents
from pcanalytics.linkage.lineage import corrections_persons, police_persons

__all__ = ["EVENT_TABLES", "events_of"]

#: The tables that events come from; what is not handed in gives none.
EVENT_TABLES = (
    "incidents",
    "incident_people",
    "incident_offenses",
    "arrests",
    "charges",
    "court_dispositions",
    "stops",
    "field_interviews",
    "supervision",
    "violations",
    "supervision_contacts",
    "custody_stays",
    "releases",
)

_COLUMNS = (
    "at",
    "kind",
    "what",
    "role",
    "table",
    "record_id",
    "agency",
    "person_record",
    "person_id",
    "link_probability",
)


@dataclass(frozen=True)
class _Event:
    """One kind of event: when a row of a table tells of it, in which words, and what must have begun before it."""

    kind: str
    table: str
    key: str
    when: str
    what: str = ""
    role: str = ""
    begun: str = ""


_POLICE = (
    _Event("arrest", "arrests", "arrest_id", "arrested_at", "offense", "arrestee"),
    _Event("stop", "stops", "stop_id", "stopped_at", "stop_type", "stopped"),
    _Event("field_interview", "field_interviews", "contact_id", "contacted_at", "", "spoken_to"),
)
_COURT = (
    _Event("charge", "charges", "charge_id", "filed_on", "offense"),
    _Event("court_disposition", "court_dispositions", "disposition_id", "disposed_on", "disposition"),
)
_CORRECTIONS = (
    _Event("supervision_began", "supervision", "supervision_id", "start", "supervision_type"),
    _Event("supervision_ended", "supervision", "supervision_id", "ended_on", "status", begun="start"),
    _Event("custody_began", "custody_stays", "stay_id", "booked_at", "stay_reason"),
    _Event("custody_ended", "custody_stays", "stay_id", "released_at", "release_reason", begun="booked_at"),
    _Event("release", "releases", "release_id", "released_on", "release_type"),
)
_OF_PERIODS = (
    _Event("violation", "violations", "violation_id", "occurred_on", "violation_type"),
    _Event("violation_decided", "violations", "violation_id", "decided_on", "outcome", begun="occurred_on"),
    _Event("supervision_contact", "supervision_contacts", "supervision_contact_id", "contacted_at", "contact_type"),
)
_ORDER = [one.kind for one in (*_POLICE, *_COURT, *_CORRECTIONS, *_OF_PERIODS)]


def events_of(
    person_id: str,
    *,
    person_links: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    as_of: pd.Timestamp,
    min_probability: float = 0.0,
) -> pd.DataFrame:
    """List what had happened and had been entered of one person before an as-of.

    Parameters
    ----------
    person_id : str
        The person, as in ``person_links``; one that no record is linked to has no events.
    person_links : pandas.DataFrame
        One row a record: ``agency``, ``side``, ``record_id``, ``person_id``, ``match_probability``.
    tables : mapping of str to pandas.DataFrame
        Rows of any of :data:`EVENT_TABLES`, by the table's name, in the columns that may be read. Incidents need ``incidents`` and
        ``incident_people``, charges need ``arrests``, violations and contacts need ``supervision``.
    as_of : pandas.Timestamp
        Local wall time.
    min_probability : float, default 0
        Events of records that are linked less surely are left out.

    Returns
    -------
    pandas.DataFrame
        One row an event, by time:

        - ``at``: when; midnight where only the day is on record
        - ``kind``: ``incident``, ``arrest``, ``charge``, ``court_disposition``, ``stop``, ``field_interview``, ``supervision_began``,
          ``supervision_ended``, ``custody_began``, ``custody_ended``, ``release``, ``violation``, ``violation_decided`` or
          ``supervision_contact``
        - ``what``: the offense, type, reason or outcome, in the declared words; never free text
        - ``role``: what the person was in it; for an incident as in ``incident_people``: victims and witnesses are in the list too
        - ``table``, ``record_id``: the row that tells of it
        - ``agency``, ``person_record``: the record of the person it hangs on (``person_record_id`` or ``doc_id``); the agency of a police
          record is the one that ``person_links`` names
        - ``person_id``, ``link_probability``: the person, and how sure it is that this record is of it

        What the person did or suffered as a juvenile is not listed, nor what followed from an arrest as one.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UnknownName
        When ``tables`` names one that gives no events.
    UsageError
        When columns are missing, ``as_of`` has a zone, or ``min_probability`` is no probability.

    Examples
    --------
    >>> links = pd.DataFrame(
    ...     {"agency": ["DOC"], "side": "corrections", "record_id": "7", "person_id": "P-1", "match_probability": 1.0}
    ... )
    >>> stays = pd.DataFrame(
    ...     {
    ...         "stay_id": ["S1"],
    ...         "agency": "DOC",
    ...         "doc_id": "7",
    ...         "booked_at": "2026-11-02 09:00",
    ...         "released_at": "2026-11-30",
    ...         "stay_reason": "violation",
    ...     }
    ... )
    >>> found = events_of("P-1", person_links=links, tables={"custody_stays": stays}, as_of=pd.Timestamp("2026-11-23"))
    >>> found[["kind", "what"]].values.tolist()
    [['custody_began', 'violation']]
    """
    check_as_of(as_of)
    if not isinstance(person_id, str) or not person_id:
        raise UsageError("person_id must be the text that person_links holds.")
    for name in tables:
        if name not in EVENT_TABLES:
            raise UnknownName("table of events", name, EVENT_TABLES)
    links = (
        person_links[person_links["person_id"].eq(person_id).fillna(value=False)] if len(person_links) else person_links
    )
    known = {name: known_rows(frame, as_of) for name, frame in tables.items() if len(frame.columns)}
    parts = [
        *_police_events(known, links, as_of, min_probability),
        *_agency_events(known, links, as_of, min_probability),
    ]
    events = pd.concat([part[[*_COLUMNS]] for part in parts], ignore_index=True) if parts else _none()
    rank = events["kind"].map({kind: place for place, kind in enumerate(["incident", *_ORDER])})
    order = ["at", "rank", "agency", "record_id", "role"]
    return events.assign(rank=rank).sort_values(order, kind="stable", ignore_index=True)[[*_COLUMNS]]


def _none() -> pd.DataFrame:
    kinds = {"at": "datetime64[us]", "link_probability": "float64"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in _COLUMNS})


def _police_events(
    known: Mapping[str, pd.DataFrame], links: pd.DataFrame, as_of: pd.Timestamp, least: float
) -> list[pd.DataFrame]:
    mine = {}
    for one in (*_POLICE, _Event("", "incident_people", "incident_person_id", "")):
        if one.table in known:
            rows = needed(known[one.table], [one.key, "person_record_id"], one.table)
            rows = rows[rows["person_record_id"].isin(links["record_id"])]
            mine[one.table] = _of_police_person(adults(rows), links, least)
    parts = [_told(mine[one.table], one, as_of) for one in _POLICE if one.table in mine]
    if "incident_people" in mine and "incidents" in known:
        parts.append(_incident_events(mine["incident_people"], known, as_of))
    for one, above, key in zip(_COURT, ("arrests", "charges"), ("arrest_id", "charge_id"), strict=True):
        if above in mine and one.table in known:
            mine[one.table] = _below(known[one.table], mine[above], [key], one.table)
            parts.append(_told(mine[one.table], one, as_of))
    return parts


def _agency_events(
    known: Mapping[str, pd.DataFrame], links: pd.DataFrame, as_of: pd.Timestamp, least: float
) -> list[pd.DataFrame]:
    mine = {}
    for one in _CORRECTIONS:
        if one.table in known and one.table not in mine:
            rows = needed(known[one.table], [one.key, "agency", "doc_id"], one.table)
            rows = rows[rows["doc_id"].isin(links["record_id"])]
            whose = corrections_persons(rows, links, min_probability=least)
            mine[one.table] = rows.assign(person_record=rows["doc_id"], **whose[["person_id", "link_probability"]])
            mine[one.table] = mine[one.table][whose["person_id"].notna()]
    parts = [_told(mine[one.table], one, as_of) for one in _CORRECTIONS if one.table in mine]
    for one in _OF_PERIODS:
        if "supervision" in mine and one.table in known:
            rows = _below(known[one.table], mine["supervision"], ["agency", "supervision_id"], one.table)
            parts.append(_told(rows, one, as_of))
    return parts


def _of_police_person(rows: pd.DataFrame, links: pd.DataFrame, least: float) -> pd.DataFrame:
    whose = police_persons(rows["person_record_id"], links, min_probability=least)
    mine = rows.assign(person_record=rows["person_record_id"], **whose)[whose["person_id"].notna()]
    held_by = links.loc[links["side"].eq("police"), ["record_id", "agency"]].set_index("record_id")["agency"]
    return mine.assign(agency=held_by.reindex(mine["person_record"]).set_axis(mine.index))


def _below(rows: pd.DataFrame, above: pd.DataFrame, key: Sequence[str], table: str) -> pd.DataFrame:
    """Give rows the person of the row they hang on: of an arrest its charges, of a period its violations."""
    carried = ["person_record", "person_id", "link_probability", "agency"]
    taken = above[[*dict.fromkeys([*key, *carried])]]
    rows = needed(rows, key, table)
    rows = rows[rows[list(key)].notna().all(axis=1)]
    return rows.drop(columns=[name for name in carried if name not in key], errors="ignore").merge(taken, on=list(key))


def _incident_events(people: pd.DataFrame, known: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> pd.DataFrame:
    times = standing_incidents(known["incidents"], as_of=as_of)
    rows = needed(people, ["incident_id", "role"], "incident_people").merge(times, on="incident_id")
    offenses = known.get("incident_offenses")
    if offenses is not None:
        named = needed(offenses, ["incident_id", "offense"], "incident_offenses")
        named = named[named["incident_id"].isin(rows["incident_id"])]
        words = named.groupby("incident_id")["offense"].agg(_in_words)
        rows["offense"] = words.reindex(rows["incident_id"]).to_numpy()
    one = _Event("incident", "incident_people", "incident_person_id", "at", "offense")
    return _told(rows, one, as_of)


def _in_words(offenses: pd.Series) -> str:
    return ", ".join(sorted(offenses.dropna().unique()))


def _told(rows: pd.DataFrame, one: _Event, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tell of the rows whose moment had come."""
    at = moments(rows, one.when, before=as_of)
    if one.begun:
        at = at.where(moments(rows, one.begun, before=as_of).le(at + CLOCK_CHANGE))
    missing = pd.Series(pd.NA, index=rows.index, dtype="str")
    told = rows.assign(
        at=at,
        kind=one.kind,
        what=rows[one.what] if one.what in rows.columns else missing,
        role=one.role or (rows["role"] if "role" in rows.columns else missing),
        table=one.table,
        record_id=rows[one.key],
    )
    return told[at.notna()]
