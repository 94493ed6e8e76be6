"""The weekly CompStat briefing: read, under the agreement, what one page needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from pcanalytics.compstat import (
    SeriesBreak,
    SignalRule,
    completeness,
    covered_from,
    measure_frames,
    reclassifications,
)
from pcanalytics.errors import InputRejected, NotAllowed, UnknownName
from pcanalytics.periods import Period, last_28_days, last_complete_week, prior, week_label, week_of
from pcanalytics.store import Store, Workspace, open_store, open_workspace, sample_workspace
from pcanalytics.tables.vocabulary import OFFENSES
from pcanalytics.workflows.ledgers import bridges, printed_counts, restated
from pcanalytics.workflows.places import beat_versions, district_names, places_of
from pcanalytics.workflows.records import PoliceRecords, counted_at, in_district, police_records
from pcanalytics.workflows.register import Comment, actions_at, comment_for, harm_weights

__all__ = ["WeeklyCompstat", "offenses_before", "reporting_week", "weekly_compstat"]

_PURPOSE, _PUBLIC_PURPOSE = "compstat", "public_report"

#: The tables that a page is made from.
_POLICE = ("incidents", "incident_offenses", "calls", "arrests", "incident_people")
_CORRECTIONS = ("supervision", "releases")

#: The smallest count of people shown where no agreement names one.
_SMALLEST = 10


@dataclass(frozen=True)
class WeeklyCompstat:
    """What one weekly page is made from.

    Parameters
    ----------
    agency : str
        The agency's name.
    district : str or None
        The district; None for the whole city.
    week : str
        The week's label, such as ``"2026-W47"``.
    period : Period
        The week.
    as_of : pandas.Timestamp
        Its end: nothing later is counted.
    offenses : DataFrame
        The table ``counted_offenses`` of this area, in the beats of the as-of.
    calls : DataFrame
        The table ``calls`` of this area, with ``domestic`` and ``unlisted`` of the incident a call led to.
    measures : mapping of str to DataFrame
        Arrests, calls, clearances and victims of this area, each in the shape of counted offenses, as far as on record.
    measures_from : mapping of str to Timestamp or None
        The first day that the agency's records of each measure cover.
    restated : DataFrame
        The 28 days of the issue before this one, counted as issued and as known now, with the reasons between.
    reclassified : DataFrame
        Offenses that became another offense since that issue.
    bridge : DataFrame
        Steps from this issue's 28 days to the workspace's other figures.
    groups : mapping of str to sequence of str
        The offense groups to count, label to offenses.
    rule : SignalRule
        When a count is outside its usual range.
    breaks : sequence of SeriesBreak
        Where the records begin to be made otherwise.
    shifts : sequence of int
        When shifts begin, in minutes after midnight.
    completeness : mapping of str to float
        Share of each group's offenses of the last 28 days that is on record by now, as far as it can be told.
    actions : DataFrame
        The action register of this area, open ones first.
    comment : Comment
        The analyst's, for command staff and for the public.
    harm_weights : DataFrame
        ``offense`` and ``days``; empty when the workspace has none.
    supervision, releases : DataFrame
        What the agreement lets CompStat see of these tables; without columns where that is nothing.
    public_supervision, public_releases : DataFrame
        The same for a page that anybody may read.
    places : mapping of str to GeoDataFrame
        ``districts``, ``beats``, ``streets``, ``water``, ``landmarks`` in the workspace's system, as far
        as the workspace has them.
    provenance : list of dict
        One entry a file that the page rests on: source, digest, rows read, loaded, set aside, rejected.
    located : float or None
        Share of the last 28 days' offenses of the groups that have coordinates; None when there is none.
    agreement : dict or None
        ``id`` and ``purpose`` under which corrections data were read; None when none were.
    minimum_cell : int
        The smallest count of people that may be shown.
    district_names : tuple of str
        Every district, in the order of the index page.
    covered_from : pandas.Timestamp or None
        The first day that the agency's records cover.
    records_to : pandas.Timestamp
        The latest offense or call on record before ``as_of``, of the whole agency.
    latest_entry : pandas.Timestamp or None
        The latest entry that the page counts; None where the agency does not keep when rows were entered.
    """

    agency: str
    district: str | None
    week: str
    period: Period
    as_of: pd.Timestamp
    offenses: pd.DataFrame
    calls: pd.DataFrame
    measures: Mapping[str, pd.DataFrame]
    measures_from: Mapping[str, pd.Timestamp | None]
    restated: pd.DataFrame
    reclassified: pd.DataFrame
    bridge: pd.DataFrame
    groups: Mapping[str, Sequence[str]]
    rule: SignalRule
    breaks: Sequence[SeriesBreak]
    shifts: Sequence[int]
    completeness: Mapping[str, float]
    actions: pd.DataFrame
    comment: Comment
    harm_weights: pd.DataFrame
    supervision: pd.DataFrame
    releases: pd.DataFrame
    public_supervision: pd.DataFrame
    public_releases: pd.DataFrame
    places: Mapping[str, gpd.GeoDataFrame]
    provenance: list[dict[str, object]]
    located: float | None
    agreement: dict[str, str] | None
    minimum_cell: int
    district_names: tuple[str, ...]
    covered_from: pd.Timestamp | None
    records_to: pd.Timestamp
    latest_entry: pd.Timestamp | None

    @property
    def asked(self) -> dict[str, Any]:
        """What every count of offenses is asked with."""
        years, groups = self.rule.baseline_years, self.groups
        return {
            "as_of": self.as_of,
            "groups": groups,
            "covered_from": self.covered_from,
            "baseline_years": years,
            "breaks": self.breaks,
        }

    @property
    def judged(self) -> dict[str, Any]:
        """What every usual range is asked with."""
        return {
            "as_of": self.as_of,
            "groups": self.groups,
            "covered_from": self.covered_from,
            "breaks": self.breaks,
            "rule": self.rule,
            "completeness": self.completeness,
        }

    @property
    def last_issue(self) -> str:
        """The week before this one."""
        return week_label(prior(self.period))

    @property
    def area(self) -> str:
        """What this page is divided into: ``"beat"`` for a district, ``"district"`` for the city."""
        return "district" if self.district is None else "beat"


def weekly_compstat(workspace: str | Path = "", *, district: str = "", week: str = "") -> WeeklyCompstat:
    """Read what one weekly page needs, under the agreement.

    Parameters
    ----------
    workspace : str or pathlib.Path
        The folder with ``agency.toml``; empty for the made-up city.
    district : str
        One district; empty for the whole city.
    week : str
        Such as ``"2026-W47"``; empty for the last complete week in the data.

    Returns
    -------
    WeeklyCompstat
        Everything before the end of the week, and nothing after it.

    Raises
    ------
    UnknownName
        When there is no such district.
    InputRejected
        When the store holds no offense yet, or none before the end of the week; when the action register, a comment or
        the weights of harm cannot be used.
    NotAllowed
        When the agreement does not let CompStat read the police tables.

    Examples
    --------
    >>> brief = weekly_compstat(week="2026-W47", district="Harbor")  # doctest: +SKIP
    """
    opened = open_workspace(workspace or sample_workspace())
    with open_store(opened) as store:
        period = reporting_week(store, opened, week)
        records = police_records(store, period.end, purpose=_PURPOSE)
        _refuse_no_records(opened, period, records.counted, records.calls)
        places = places_of(opened, period.end)
        names = district_names(records.counted, places)
        if district and district not in names:
            raise UnknownName("district", district, names)
        return _read(store, opened, records, places, names, district=district or None, period=period)


def reporting_week(store: Store, workspace: Workspace, label: str | None) -> Period:
    """Give the week to brief: the one asked for, else the last that offenses and calls cover whole.

    The clock has no say. A few dates far after all others are typing errors and do not move it.

    Parameters
    ----------
    store : Store
        Open.
    workspace : Workspace
        For the day on which its week starts.
    label : str or None
        Such as ``"2026-W47"``; None or empty for the last complete week.

    Raises
    ------
    UsageError
        When the label is no week.
    InputRejected
        When no week was asked for and the store holds no offense with a date.

    Examples
    --------
    >>> week = reporting_week(store, workspace, None)  # doctest: +SKIP
    """
    if label:
        return week_of(label, starts=workspace.week_starts)
    offenses = counted_at(store, None, purpose=_PURPOSE)[1]["occurred_from"].dropna()
    if offenses.empty:
        raise InputRejected(
            f"{workspace.name}: the store holds no offense with a date. Load an extract first: pcanalytics load."
        )
    times = pd.concat([offenses, store.read("calls", purpose=_PURPOSE, columns=["received_at"])["received_at"]])
    plausible = times[times <= times.quantile(0.999) + pd.Timedelta(days=28)]
    return last_complete_week(plausible.max(), starts=workspace.week_starts)


def offenses_before(store: Store, workspace: Workspace, period: Period) -> pd.DataFrame:
    """Read every offense as it was known at the end of a week.

    Parameters
    ----------
    store : Store
        Open.
    workspace : Workspace
        For its name.
    period : Period
        The week.

    Returns
    -------
    DataFrame
        The table ``counted_offenses``.

    Raises
    ------
    InputRejected
        When none happened before the end of the week, or the records end four weeks before it begins.

    Examples
    --------
    >>> offenses = offenses_before(store, workspace, week)  # doctest: +SKIP
    """
    offenses = counted_at(store, period.end, purpose=_PURPOSE)[1]
    calls = store.read("calls", purpose=_PURPOSE, as_of=period.end, columns=["received_at"])
    _refuse_no_records(workspace, period, offenses, calls)
    return offenses


def _refuse_no_records(workspace: Workspace, period: Period, offenses: pd.DataFrame, calls: pd.DataFrame) -> None:
    happened = offenses.loc[offenses["occurred_from"] < period.end, "occurred_from"]
    if happened.empty:
        raise InputRejected(f"{workspace.name}: no offense before {period.end:%Y-%m-%d} is in the store.")
    latest = _latest(offenses, calls, period.end)
    if latest < period.start - pd.Timedelta(days=28):
        raise InputRejected(
            f"{workspace.name}: the latest record before {week_label(period)} is of {latest:%Y-%m-%d}. Load a newer "
            "extract, or ask for a week that the records cover."
        )


def _latest(offenses: pd.DataFrame, calls: pd.DataFrame, as_of: pd.Timestamp) -> pd.Timestamp:
    """Give the latest moment before an as-of of which anything is on record."""
    times = pd.concat([offenses["occurred_from"], calls["received_at"]])
    return times[times < as_of].max()


def _read(
    store: Store,
    workspace: Workspace,
    records: PoliceRecords,
    places: Mapping[str, gpd.GeoDataFrame],
    names: tuple[str, ...],
    *,
    district: str | None,
    period: Period,
) -> WeeklyCompstat:
    as_of = period.end
    groups = workspace.offense_groups or _groups_of(records.counted)
    city = records.in_beats_of(beat_versions(workspace), as_of)
    here = city.in_district(district)
    then = counted_at(store, period.start, purpose=_PURPOSE)[1]
    rule, counted = workspace.signals, city.counted
    entries = counted["entered_at"].max()
    lag = completeness(counted, as_of=as_of, groups=groups, window_days=rule.window_days).dropna()
    measured = _measured(city, groups)
    agreement = store.agreement
    seen = {name: _permitted(store, name, as_of, _PURPOSE) for name in _CORRECTIONS}
    shown = {name: _permitted(store, name, as_of, _PUBLIC_PURPOSE) for name in _CORRECTIONS}
    shared = [name for name, frame in seen.items() if len(frame)]
    return WeeklyCompstat(
        agency=workspace.name,
        district=district,
        week=week_label(period),
        period=period,
        as_of=as_of,
        offenses=here.counted,
        calls=here.calls,
        measures={name: in_district(frame, district) for name, frame in measured.items()},
        measures_from={name: covered_from(frame, as_of=as_of) for name, frame in measured.items()},
        restated=restated(
            then,
            city.offenses,
            period=last_28_days(period.start),
            groups=groups,
            district=district,
            printed=printed_counts(workspace, prior(period), district),
        ),
        reclassified=reclassifications(then, city.offenses, district=district),
        bridge=bridges(
            here.offenses, here.people, period=last_28_days(as_of), groups=groups, figures=workspace.figures
        ),
        groups=groups,
        rule=rule,
        breaks=workspace.series_breaks,
        shifts=workspace.shifts,
        completeness=dict(zip(lag["offense_group"], lag["complete"].astype(float), strict=True)),
        actions=actions_at(workspace, as_of, district, districts=names),
        comment=comment_for(workspace, week_label(period), district),
        harm_weights=harm_weights(workspace),
        supervision=seen["supervision"],
        releases=seen["releases"],
        public_supervision=shown["supervision"],
        public_releases=shown["releases"],
        places=places,
        provenance=_provenance(store, [*_POLICE, *shared]),
        located=_located(here.counted, groups, as_of),
        agreement={"id": agreement.id, "purpose": _PURPOSE} if agreement is not None and shared else None,
        minimum_cell=_SMALLEST if agreement is None else agreement.minimum_cell,
        district_names=names,
        covered_from=covered_from(counted, as_of=as_of),
        records_to=_latest(counted, city.calls, as_of),
        latest_entry=None if pd.isna(entries) else entries,
    )


def _measured(records: PoliceRecords, groups: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """Give what else is counted; a table without any row was not loaded."""
    tables = {
        "arrests": records.arrests,
        "calls": records.calls,
        "incidents": records.incidents,
        "people": records.people,
    }
    loaded = {name: frame for name, frame in tables.items() if len(frame)}
    return measure_frames(**loaded, offenses=records.counted, groups=groups)


def _located(offenses: pd.DataFrame, groups: Mapping[str, Sequence[str]], as_of: pd.Timestamp) -> float | None:
    """Give the share of the last 28 days' offenses of the groups that have coordinates."""
    recent = offenses[offenses["occurred_from"].ge(as_of - pd.Timedelta(days=28)) & offenses["occurred_from"].lt(as_of)]
    recent = recent[recent["offense"].isin({word for words in groups.values() for word in words})]
    return float(recent["located"].mean()) if len(recent) else None


def _permitted(store: Store, name: str, as_of: pd.Timestamp, purpose: str) -> pd.DataFrame:
    """Read what the agreement allows of a corrections table; a frame without columns where that is nothing."""
    try:
        frame = store.read(name, purpose=purpose, as_of=as_of)
    except NotAllowed:
        return pd.DataFrame()
    return frame if len(frame) else pd.DataFrame()


def _provenance(store: Store, tables: Sequence[str]) -> list[dict[str, object]]:
    """Give the loads behind a page: of a full extract the last, of an extract of changes each."""
    history = store.load_history()
    applied = history[(history["status"] == "loaded") & history["table"].isin(tables)]
    replaced = applied.duplicated(["source", "table"], keep="last") & (applied["extract"] == "full")
    return [
        {
            "source": row.source,
            "digest": row.digest.split("-")[0],
            "read": row.rows_read,
            "loaded": row.rows_loaded,
            "set_aside": row.rows_set_aside,
            "rejected": row.rows_rejected,
        }
        for row in applied[~replaced].itertuples()
    ]


def _groups_of(offenses: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Make one group of each offense on record, for a workspace that declares no groups."""
    recorded = set(offenses["offense"])
    return {word.replace("_", " ").capitalize(): (word,) for word in OFFENSES if word in recorded}
