"""Who was what in which incident, as known before an as-of: involvements recorded, and arrests that tell of more."""

from __future__ import annotations

import pandas as pd

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.linkage.as_known import MOMENT, adults, check_as_of, known_rows, moments, needed

__all__ = ["involvements", "standing_incidents"]

_COLUMNS = ["incident_id", "at", "until", "vague", "role", "person_record_id", "source_table", "source_id"]


def standing_incidents(incidents: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the incidents known before an as-of that had not been found not to have happened, and when each can have happened.

    Parameters
    ----------
    incidents : pandas.DataFrame
        ``incident_id``, ``occurred_from``, and where they may be read ``occurred_to``, ``entered_at``, ``clearance``, ``cleared_on``.
    as_of : pandas.Timestamp
        Local wall time.

    Returns
    -------
    pandas.DataFrame
        ``incident_id``, ``at``, ``until`` (the same moment where the time is known) and ``vague``, True where the latest time comes
        before the earliest and is not believed.

    Raises
    ------
    InputRejected
        When an incident is there twice.
    UsageError
        When columns are missing or ``as_of`` has a zone.

    Examples
    --------
    >>> rows = pd.DataFrame({"incident_id": ["1", "2"], "occurred_from": ["2026-11-18", None]})
    >>> standing_incidents(rows, as_of=pd.Timestamp("2026-11-23"))["incident_id"].tolist()
    ['1']
    """
    check_as_of(as_of)
    rows = known_rows(needed(incidents, ["incident_id", "occurred_from"], "incidents"), as_of)
    rows = rows[moments(rows, "occurred_from").lt(as_of)]
    rows = rows[rows["incident_id"].notna() & ~rows["incident_id"].isin(_unfounded(rows, as_of))]
    _refuse_repeats(rows)
    at, until = moments(rows, "occurred_from"), moments(rows, "occurred_to")
    vague = until.lt(at)
    until = until.where(~vague).fillna(at).clip(upper=as_of - MOMENT)
    return pd.DataFrame({"incident_id": rows["incident_id"], "at": at, "until": until, "vague": vague}).reset_index(
        drop=True
    )


def involvements(
    incidents: pd.DataFrame, incident_people: pd.DataFrame, arrests: pd.DataFrame | None = None, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """List who with a record was what in which incident, as known before an as-of, juveniles left out.

    Parameters
    ----------
    incidents : pandas.DataFrame
        As :func:`standing_incidents` takes them.
    incident_people : pandas.DataFrame
        ``incident_person_id``, ``incident_id``, ``person_record_id``, ``role``, and where they may be read ``age_at_event``,
        ``juvenile`` and ``entered_at``.
    arrests : pandas.DataFrame, optional
        ``arrest_id``, ``incident_id``, ``person_record_id``, ``arrested_at``, and where they may be read the same others.
    as_of : pandas.Timestamp
        Local wall time.

    Returns
    -------
    pandas.DataFrame
        ``incident_id``, ``at``, ``until``, ``vague``, ``role``, ``person_record_id``, ``source_table`` and ``source_id``. An arrest has the
        time of its incident; its own where that is not on record, or where there is none. One whose incident was found not to have
        happened is not there.

    Raises
    ------
    InputRejected
        When an incident is there twice.
    UsageError
        When columns are missing or ``as_of`` has a zone.

    Examples
    --------
    >>> incidents = pd.DataFrame({"incident_id": ["1"], "occurred_from": ["2026-11-18 21:00"]})
    >>> people = pd.DataFrame(
    ...     {"incident_person_id": ["1-1", "1-2"], "incident_id": "1", "person_record_id": ["N5", None], "role": "suspect"}
    ... )
    >>> involvements(incidents, people, as_of=pd.Timestamp("2026-11-23"))["source_id"].tolist()
    ['1-1']
    """
    times = standing_incidents(incidents, as_of=as_of)
    columns = ["incident_person_id", "incident_id", "person_record_id", "role"]
    people = adults(known_rows(needed(incident_people, columns, "incident_people"), as_of))
    people = people.loc[people["person_record_id"].notna(), columns].rename(columns={"incident_person_id": "source_id"})
    listed = people.merge(times, on="incident_id").assign(source_table="incident_people")[_COLUMNS]
    if arrests is None:
        return listed
    return pd.concat([listed, _of_arrests(arrests, incidents, times, as_of)], ignore_index=True)


def _of_arrests(
    arrests: pd.DataFrame, incidents: pd.DataFrame, times: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    columns = ["arrest_id", "incident_id", "person_record_id", "arrested_at"]
    made = adults(known_rows(needed(arrests, columns, "arrests"), as_of))
    made = made.assign(arrested_at=moments(made, "arrested_at", before=as_of))
    made = made.loc[made["arrested_at"].notna() & made["person_record_id"].notna(), columns]
    happened = ~made["incident_id"].isin(_unfounded(incidents, as_of))
    rows = made[happened].merge(times, on="incident_id", how="left")
    own = rows["at"].isna()
    rows["at"] = rows["at"].fillna(rows["arrested_at"])
    rows["until"] = rows["until"].fillna(rows["arrested_at"])
    rows["vague"] = rows["vague"].mask(own, False).astype(bool)
    told = rows.rename(columns={"arrest_id": "source_id"}).assign(source_table="arrests", role="arrestee")
    return told[_COLUMNS]


def _unfounded(incidents: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """List the incidents that had been found by then not to have happened."""
    rows = known_rows(needed(incidents, ["incident_id"], "incidents"), as_of)
    if "clearance" not in rows.columns:
        return rows["incident_id"].iloc[:0]
    unfounded = rows["clearance"].eq("unfounded").fillna(value=False).astype(bool)
    return rows.loc[unfounded & ~moments(rows, "cleared_on").ge(as_of), "incident_id"]


def _refuse_repeats(incidents: pd.DataFrame) -> None:
    repeated = incidents["incident_id"].duplicated().to_numpy()
    if repeated.any():
        what = "an incident is there more than once"
        problem = Problem(what, rows=int(repeated.sum()), expected="one row an incident", code="duplicate_key")
        raise InputRejected("The incidents cannot be joined to people.", [problem])
