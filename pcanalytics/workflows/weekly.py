"""The weekly CompStat briefing: read, under the agreement, what one page needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from pcanalytics.compstat import completeness, covered_from, current_areas, reclassifications
from pcanalytics.errors import InputRejected, NotAllowed, UnknownName
from pcanalytics.periods import Period, last_28_days, last_complete_week, prior, week_label, week_of
from pcanalytics.store import Store, Workspace, open_store, open_workspace, sample_workspace
from pcanalytics.tables.vocabulary import OFFENSES
from pcanalytics.workflows.brief import WeeklyCompstat
from pcanalytics.workflows.held_points import hold_wrong_points
from pcanalytics.workflows.ledgers import bridges, printed_counts, restated
from pcanalytics.workflows.measured import measured
from pcanalytics.workflows.places import beat_versions, district_names, places_of
from pcanalytics.workflows.records import PoliceRecords, counted_at, police_records
from pcanalytics.workflows.register import actions_at, comment_for, harm_weights

__all__ = ["offenses_before", "reporting_week", "weekly_compstat"]

_PURPOSE, _PUBLIC_PURPOSE = "compstat", "public_report"

#: The tables that a page is made from.
_POLICE = ("incidents", "incident_offenses", "calls", "arrests", "incident_people")
_CORRECTIONS = ("supervision", "releases")

#: So many times the usual time between two offenses does not pass without one, unless they stopped coming.
_RARE_GAP = 10

#: The smallest count of people shown where no agreement names one.
_SMALLEST = 10


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
    with open_store(opened) as store, store.snapshot():
        period = reporting_week(store, opened, week)
        beats = beat_versions(opened)
        city = police_records(store, period.end, purpose=_PURPOSE).in_beats_of(beats, period.end)
        _refuse_no_records(opened, period, city.counted, city.calls)
        places = places_of(opened, period.end)
        names = district_names(city.counted, places)
        if district and district not in names:
            raise UnknownName("district", district, names)
        return _read(store, opened, city, beats, places, names, district=district or None, period=period)


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
    """Read every offense that a week's pages count, as it was known at its end, in the beats of then.

    Parameters
    ----------
    store : Store
        Open.
    workspace : Workspace
        For its name and its beats.
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
    offenses = _counted_in_beats(store, beat_versions(workspace), period.end)
    offenses = offenses[offenses["clearance"].ne("unfounded").fillna(value=True)].reset_index(drop=True)
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


def _records_to(offenses: pd.DataFrame, calls: pd.DataFrame, as_of: pd.Timestamp) -> pd.Timestamp:
    """Tell to when the records reach: by the latest offense or call, but not by calls where the offenses stopped."""
    times = offenses["occurred_from"]
    year = times[times.lt(as_of) & times.ge(as_of - pd.Timedelta(days=364))].sort_values()
    gaps = year.diff().dropna()
    if len(gaps) and as_of - year.iloc[-1] > max(gaps.max(), _RARE_GAP * gaps.mean(), pd.Timedelta(days=1)):
        return year.iloc[-1]
    return _latest(offenses, calls, as_of)


def _read(
    store: Store,
    workspace: Workspace,
    city: PoliceRecords,
    beats: pd.DataFrame | None,
    places: Mapping[str, gpd.GeoDataFrame],
    names: tuple[str, ...],
    *,
    district: str | None,
    period: Period,
) -> WeeklyCompstat:
    as_of = period.end
    groups = workspace.offense_groups or _groups_of(city.counted)
    here = city.in_district(district)
    offenses = hold_wrong_points(here.counted, places, crs=workspace.crs)
    then = _counted_in_beats(store, beats, period.start)
    printed = printed_counts(workspace, prior(period), district)
    rule, counted = workspace.signals, city.counted
    entries, begins = counted["entered_at"].max(), covered_from(counted, as_of=as_of)
    lag = completeness(counted, as_of=as_of, groups=groups, window_days=rule.window_days).dropna()
    month, figures = last_28_days(as_of), workspace.figures
    bridge = bridges(here.offenses, here.people, period=month, groups=groups, figures=figures)
    agreement = store.agreement
    minimum_cell = _SMALLEST if agreement is None else agreement.minimum_cell
    seen = {name: _permitted(store, name, as_of, _PURPOSE) for name in _CORRECTIONS}
    shown = {name: _permitted(store, name, as_of, _PUBLIC_PURPOSE) for name in _CORRECTIONS}
    shared = [name for name, frame in seen.items() if len(frame)]
    return WeeklyCompstat(
        agency=workspace.name,
        district=district,
        week=week_label(period),
        period=period,
        as_of=as_of,
        offenses=offenses,
        calls=here.calls,
        measured=measured(
            city,
            district=district,
            as_of=as_of,
            groups=groups,
            breaks=workspace.series_breaks,
            baseline_years=rule.baseline_years,
            minimum_cell=minimum_cell,
            offenses_from=begins,
        ),
        restated=restated(
            then,
            city.offenses,
            period=last_28_days(period.start),
            groups=groups,
            district=district,
            printed=printed,
        ),
        last_issued=bool(printed),
        reclassified=reclassifications(then, city.offenses, district=district),
        bridge=bridge,
        public_bridge=bridge[bridge["figure"].isin([each.label for each in figures if each.unit != "victim"])],
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
        located=_located(offenses, groups, as_of),
        agreement={"id": agreement.id, "purpose": _PURPOSE} if agreement is not None and shared else None,
        minimum_cell=minimum_cell,
        district_names=names,
        covered_from=begins,
        records_to=_records_to(counted, city.calls, as_of),
        latest_entry=None if pd.isna(entries) else entries,
    )


def _counted_in_beats(store: Store, beats: pd.DataFrame | None, as_of: pd.Timestamp) -> pd.DataFrame:
    """Read the offenses as the issue of an as-of counts them, unfounded ones among them."""
    offenses = counted_at(store, as_of, purpose=_PURPOSE)[1]
    return offenses if beats is None else current_areas(offenses, beats, as_of=as_of)


def _located(offenses: pd.DataFrame, groups: Mapping[str, Sequence[str]], as_of: pd.Timestamp) -> float | None:
    """Give the share of the last 28 days' offenses of the groups that have coordinates."""
    recent = offenses[offenses["occurred_from"].ge(as_of - pd.Timedelta(days=28)) & offenses["occurred_from"].lt(as_of)]
    recent = recent[recent["offense"].isin([word for words in groups.values() for word in words])]
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
