"""Arrests, calls for service, clearances and victims, counted in the same periods and the same way as offenses.

Each table becomes a frame in the shape that :func:`compare` counts: a word, a count of 1, the time that places it, the
time it was entered, and the area. A table that was not given makes no row: nothing shared is not a count of 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pcanalytics.compstat.compare import compare
from pcanalytics.compstat.compared import compared_periods
from pcanalytics.compstat.counted import known_by
from pcanalytics.compstat.incidents import gravest, gravity_of, is_person
from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UnknownName

__all__ = ["CLEARED", "MEASURES", "clearance_rates", "measure_frames", "measures"]

#: The measures, in the order of the page, and what each row counts.
MEASURES: Mapping[str, str] = {
    "Arrests": "arrests, by the time of arrest and their gravest offense",
    "Calls from the public": "calls for service that no officer started, by the time they came in",
    "Calls started by officers": "calls that officers started, by the time they came in",
    "Incidents cleared": "incidents cleared by arrest or exceptionally, by the day they were cleared",
    "Victims": "people who were victims, by the time of their incident; a business or society is none",
}

#: How an incident stands that counts as cleared.
CLEARED = (
    "arrest",
    "exceptional_death",
    "exceptional_prosecution_declined",
    "exceptional_extradition_denied",
    "exceptional_victim_refused",
    "exceptional_juvenile",
)

#: Of fewer incidents than this a rate per 100 says more than they do.
_PERCENT_FROM = 30

#: The periods that a clearance rate is given for.
_RATED = ("last_28_days", "year_to_date", "last_12_months")

_PLACED = ("offense_id", "incident_id", "offense", "count", "occurred_from", "entered_at", "district", "beat")


def measure_frames(
    *,
    arrests: pd.DataFrame | None = None,
    calls: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
    people: pd.DataFrame | None = None,
    offenses: pd.DataFrame | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Turn tables into frames that can be counted like offenses.

    Parameters
    ----------
    arrests, calls, incidents, people : pandas.DataFrame, optional
        Rows of ``arrests``, ``calls``, ``incidents`` and ``incident_people`` of the whole agency, as far as they may be
        read. Of ``calls``, rows without ``officer_initiated`` count as from the public.
    offenses : pandas.DataFrame, optional
        ``counted_offenses``: clearances and victims need it, for their offense and area. An incident whose offenses were
        all taken back, or that was found not to have happened, has neither.
    groups : mapping of str to sequence of str, optional
        With it, arrests, clearances and victims are those of the groups' offenses; without it, of all.

    Returns
    -------
    dict of str to pandas.DataFrame
        By the names of :data:`MEASURES`, as far as their tables were given: ``offense`` (a call's type, for calls),
        ``count``, ``occurred_from``, ``entered_at``, ``district``, ``beat``, and ``incident_id`` for clearances and
        victims. A clearance or a victim has the incident's gravest offense, a victim of one offense that offense.
        A victim counts once in an incident. Where people have person records, a victim without record, age and injury is
        taken to be a business or society.

    Examples
    --------
    >>> arrests = pd.DataFrame({"arrested_at": pd.to_datetime(["2026-11-18"]), "offense": ["robbery"]})
    >>> frames = measure_frames(arrests=arrests)
    >>> frames["Arrests"][["offense", "count"]].values.tolist()
    [['robbery', 1]]
    """
    words = None if groups is None else {word for listed in groups.values() for word in listed}
    frames = {}
    if arrests is not None:
        frames["Arrests"] = _of(_counted(arrests, "arrested_at"), words)
    if calls is not None:
        own = _yes(calls, "officer_initiated")
        rows = calls.assign(offense=calls["call_type"] if "call_type" in calls.columns else "call")
        rows = _counted(rows.assign(entered_at=calls["received_at"]), "received_at")
        frames["Calls from the public"] = rows[~own]
        frames["Calls started by officers"] = rows[own]
    if offenses is not None:
        offenses = offenses[[column for column in _PLACED if column in offenses.columns]]
    if offenses is not None and incidents is not None:
        frames["Incidents cleared"] = _clearances(incidents, offenses, words)
    if offenses is not None and people is not None:
        frames["Victims"] = _victims(people, offenses, words)
    return {name: frames[name] for name in MEASURES if name in frames}


def measures(
    frames: Mapping[str, pd.DataFrame],
    *,
    as_of: pd.Timestamp,
    by: Sequence[str] = (),
    covered_from: Mapping[str, pd.Timestamp | None] | None = None,
    baseline_years: int = 3,
    breaks: Sequence[SeriesBreak] = (),
) -> pd.DataFrame:
    """Count each measure in the periods of a comparison.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        From :func:`measure_frames`, of one area or of all.
    as_of : pandas.Timestamp
        Local midnight after the last day of the week.
    by : sequence of str
        Further columns, such as ``["district"]``.
    covered_from : mapping of str to pandas.Timestamp, optional
        The first day that each measure's records cover, by measure: ``covered_from(frame, as_of=as_of)`` of the whole
        agency's frame.
    baseline_years : int, default 3
        As in :func:`compare`.
    breaks : sequence of SeriesBreak, optional
        Those of the agency's records. A break of single offense groups is taken to break arrests, clearances and victims.
        Calls come from another system; a break that is to hold for them must name no group.

    Returns
    -------
    pandas.DataFrame
        ``measure``, the columns of ``by``, and the count columns of :func:`compare`, in the order of :data:`MEASURES`.

    Raises
    ------
    UnknownName
        When a frame is under a name that is no measure, or ``by`` names a column that is not there.
    UsageError
        When the as-of is not a local midnight.

    Examples
    --------
    >>> arrests = pd.DataFrame({"arrested_at": pd.to_datetime(["2026-11-18"]), "offense": ["robbery"]})
    >>> rows = measures(measure_frames(arrests=arrests), as_of=pd.Timestamp("2026-11-23"))
    >>> rows[["measure", "week", "week_prior"]].values.tolist()
    [['Arrests', 1, 0]]
    """
    covered = covered_from or {}
    parts = []
    for name, frame in frames.items():
        if name not in MEASURES:
            raise UnknownName("measure", name, MEASURES)
        concerned = [each for each in breaks if not (name.startswith("Calls") and each.offense_groups)]
        counts = compare(
            frame,
            as_of=as_of,
            by=list(by),
            covered_from=covered.get(name),
            baseline_years=baseline_years,
            breaks=concerned,
        )
        counts.insert(0, "measure", pd.Series(name, index=counts.index, dtype="str"))
        parts.append(counts)
    if not parts:
        return pd.DataFrame({"measure": pd.Series(dtype="str")})
    order = {name: place for place, name in enumerate(MEASURES)}
    parts.sort(key=lambda part: order[part["measure"].iloc[0]] if len(part) else len(order))
    return pd.concat(parts, ignore_index=True)


def clearance_rates(
    cleared: pd.DataFrame,
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]] | None = None,
    covered_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Set the incidents cleared in a period beside the incidents that happened in it.

    This is the rate that police publish (FBI, *Crime in the United States*): an incident cleared now may have happened
    long before, so that the rate of a short period may pass 1. It says how clearances keep up, not how likely one is.

    Parameters
    ----------
    cleared : pandas.DataFrame
        ``measure_frames(...)["Incidents cleared"]``, made with the same groups.
    offenses : pandas.DataFrame
        ``counted_offenses`` of the same area.
    as_of : pandas.Timestamp
        Local midnight after the last day.
    groups : mapping of str to sequence of str, optional
        With it, the incidents with an offense of the groups; without it, all.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover; a period that begins before it has neither numbers nor words.

    Returns
    -------
    pandas.DataFrame
        One row for ``last_28_days``, ``year_to_date`` and ``last_12_months``: ``period``, ``cleared``, ``happened``
        (the denominator: incidents, each once, with an offense that was not taken back), ``clearance_rate`` (missing
        when none happened) and ``words``.

    Raises
    ------
    UsageError
        When the as-of is not a local midnight.

    Examples
    --------
    >>> rows = pd.DataFrame({"incident_id": ["1", "2"], "offense": "robbery", "count": 1,
    ...                      "occurred_from": pd.to_datetime(["2026-11-18", "2026-11-19"])})
    >>> cleared = rows.iloc[:1].assign(occurred_from=pd.Timestamp("2026-11-20"))
    >>> clearance_rates(cleared, rows, as_of=pd.Timestamp("2026-11-23"))["words"].iloc[0]
    '1 incident cleared, 2 happened'
    """
    words = None if groups is None else {word for listed in groups.values() for word in listed}
    periods = compared_periods(as_of)
    first = min(periods[name].start for name in _RATED)
    incidents = gravest(known_by(offenses[offenses["occurred_from"].ge(first)], as_of), words)
    known = known_by(cleared, as_of)
    found: list[tuple[Any, ...]] = []
    for name in _RATED:
        period = periods[name]
        if covered_from is not None and period.start < covered_from:
            found.append((name, pd.NA, pd.NA, np.nan, ""))
            continue
        number = int(known.loc[period.contains(known["occurred_from"]), "count"].sum())
        happened = int(period.contains(incidents["occurred_from"]).sum())
        said = f"{number:,} {'incident' if number == 1 else 'incidents'} cleared, {happened:,} happened"
        rate = number / happened if happened else np.nan
        if happened >= _PERCENT_FROM:
            said += f" ({round(100 * rate)} per 100)"
        found.append((name, number, happened, rate, said))
    rates = pd.DataFrame(found, columns=["period", "cleared", "happened", "clearance_rate", "words"])
    return rates.astype({"period": "str", "cleared": "Int64", "happened": "Int64", "words": "str"}).assign(
        clearance_rate=pd.array(rates["clearance_rate"], dtype="Float64")
    )


def _counted(rows: pd.DataFrame, time: str) -> pd.DataFrame:
    there = {column: rows[column] for column in ("entered_at", "district", "beat", "incident_id") if column in rows}
    counted = pd.DataFrame({"offense": rows["offense"] if "offense" in rows else "unknown", **there}, index=rows.index)
    return counted.assign(occurred_from=pd.to_datetime(rows[time]), count=pd.array([1] * len(rows), dtype="Int64"))


def _of(rows: pd.DataFrame, words: set[str] | None) -> pd.DataFrame:
    return rows if words is None else rows[rows["offense"].isin(words)]


def _clearances(incidents: pd.DataFrame, offenses: pd.DataFrame, words: set[str] | None) -> pd.DataFrame:
    cleared = incidents[incidents["clearance"].isin(CLEARED) & incidents["cleared_on"].notna()]
    of_incident = gravest(offenses, words)
    return _counted(of_incident.merge(cleared[["incident_id", "cleared_on"]], on="incident_id"), "cleared_on")


def _victims(people: pd.DataFrame, offenses: pd.DataFrame, words: set[str] | None) -> pd.DataFrame:
    victims = people[people["role"].eq("victim") & is_person(people)]
    chosen = [column for column in ("incident_id", "offense_id", "person_record_id", "entered_at") if column in victims]
    incidents = gravest(offenses, words)
    joined = victims[chosen].merge(
        incidents.drop(columns="offense_id", errors="ignore"), on="incident_id", suffixes=("", "_incident")
    )
    if "entered_at_incident" in joined.columns:  # a victim is known when the person and the incident are
        joined["entered_at"] = joined[["entered_at", "entered_at_incident"]].max(axis=1)
    if "offense_id" in victims.columns and "offense_id" in offenses.columns:
        own = offenses.drop_duplicates("offense_id").set_index("offense_id")["offense"]
        named = joined["offense_id"].map(own)
        joined["offense"] = named.where(named.isin(words) if words is not None else named.notna(), joined["offense"])
    joined = joined.iloc[np.argsort(gravity_of(joined["offense"]), kind="stable")]
    if "person_record_id" in joined.columns:
        again = joined.duplicated(["incident_id", "person_record_id"]) & joined["person_record_id"].notna()
        joined = joined[~again]
    return _counted(joined.sort_index(), "occurred_from")


def _yes(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows.columns:
        return pd.Series(False, index=rows.index)
    return rows[column].astype("boolean").fillna(False).astype(bool)
