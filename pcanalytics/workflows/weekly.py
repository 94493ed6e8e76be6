"""The weekly CompStat briefing: read what one district's page needs, and issue the pages of a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from pcanalytics.compstat import counted_offenses, covered_from
from pcanalytics.errors import InputRejected, NotAllowed, UnknownName
from pcanalytics.periods import Period, last_complete_week, week_label, week_of
from pcanalytics.store import Store, Workspace, open_store, open_workspace, sample_workspace
from pcanalytics.tables.vocabulary import OFFENSES
from pcanalytics.workflows.places import district_names, places_of
from pcanalytics.workflows.protected import protected_addresses, sexual_incidents, stands_at

__all__ = [
    "WeeklyCompstat",
    "offenses_before",
    "reporting_week",
    "weekly_compstat",
]

_PURPOSE = "compstat"

_CALL_COLUMNS = ["call_id", "received_at", "call_type", "officer_initiated", "incident_id"] + [
    "address",
    "district",
    "beat",
    "x",
    "y",
    "confidential_address",
]

#: The tables that a page is made from.
_POLICE, _CORRECTIONS = ("incidents", "incident_offenses", "calls"), ("supervision", "releases")

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
        The table ``counted_offenses`` of this area.
    groups : mapping of str to sequence of str
        The offense groups to count, label to offenses.
    calls : DataFrame
        The table ``calls`` of this area, with ``domestic`` and ``unlisted`` of the incident a call led to.
    supervision, releases : DataFrame
        What the agreement lets CompStat see of these tables; without columns where that is nothing.
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
    """

    agency: str
    district: str | None
    week: str
    period: Period
    as_of: pd.Timestamp
    offenses: pd.DataFrame
    groups: Mapping[str, Sequence[str]]
    calls: pd.DataFrame
    supervision: pd.DataFrame
    releases: pd.DataFrame
    places: Mapping[str, gpd.GeoDataFrame]
    provenance: list[dict[str, object]]
    located: float | None
    agreement: dict[str, str] | None
    minimum_cell: int
    district_names: tuple[str, ...]
    covered_from: pd.Timestamp | None
    records_to: pd.Timestamp


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
        When the store holds no offense yet, or none before the end of the week.
    NotAllowed
        When the agreement does not let CompStat read the police tables.

    Examples
    --------
    >>> brief = weekly_compstat(week="2026-W47", district="Harbor")  # doctest: +SKIP
    """
    opened = open_workspace(workspace or sample_workspace())
    with open_store(opened) as store:
        period = reporting_week(store, opened, week)
        offenses = offenses_before(store, opened, period)
        places = places_of(opened, period.end)
        names = district_names(offenses, places)
        if district and district not in names:
            raise UnknownName("district", district, names)
        return _read(store, opened, offenses, places, names, district=district or None, period=period)


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
    offenses = _counted(store, None)["occurred_from"].dropna()
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
    offenses = _counted(store, period.end)
    happened = offenses.loc[offenses["occurred_from"] < period.end, "occurred_from"]
    if happened.empty:
        raise InputRejected(f"{workspace.name}: no offense before {period.end:%Y-%m-%d} is in the store.")
    oldest = period.start - pd.Timedelta(days=28)
    if happened.max() < oldest:
        calls = store.read("calls", purpose=_PURPOSE, as_of=period.end, columns=["received_at"])["received_at"]
        latest = pd.concat([happened, calls]).max()
        if latest < oldest:
            raise InputRejected(
                f"{workspace.name}: the latest record before {week_label(period)} is of {latest:%Y-%m-%d}. Load a newer extract, "
                "or ask for a week that the records cover."
            )
    return offenses


def _read(
    store: Store,
    workspace: Workspace,
    offenses: pd.DataFrame,
    places: Mapping[str, gpd.GeoDataFrame],
    names: tuple[str, ...],
    *,
    district: str | None,
    period: Period,
) -> WeeklyCompstat:
    as_of = period.end
    groups = workspace.offense_groups or _groups_of(offenses)
    calls = _calls(store, as_of)
    protected = protected_addresses(store, purpose=_PURPOSE)
    offenses = offenses.assign(unlisted=offenses["unlisted"] | stands_at(offenses["address"], protected))
    calls = calls.assign(confidential_address=calls["confidential_address"] | stands_at(calls["address"], protected))
    happened = offenses["occurred_from"]
    records_to = pd.concat([happened[happened < as_of], calls["received_at"]]).max()
    covered = covered_from(offenses, as_of=as_of)
    if district is not None:
        offenses, calls = (frame[frame["district"] == district] for frame in (offenses, calls))
    words = {word for group in groups.values() for word in group}
    recent = offenses[offenses["occurred_from"].ge(as_of - pd.Timedelta(days=28)) & offenses["occurred_from"].lt(as_of)]
    recent = recent[recent["offense"].isin(words)]
    agreement = store.agreement
    supervision, releases = (_permitted(store, table, as_of) for table in _CORRECTIONS)
    shared = [table for table, frame in zip(_CORRECTIONS, (supervision, releases), strict=True) if len(frame)]
    return WeeklyCompstat(
        agency=workspace.name,
        district=district,
        week=week_label(period),
        period=period,
        as_of=as_of,
        offenses=offenses.reset_index(drop=True),
        groups=groups,
        calls=calls.reset_index(drop=True),
        supervision=supervision,
        releases=releases,
        places=places,
        provenance=_provenance(store, [*_POLICE, *shared]),
        located=float(recent["located"].mean()) if len(recent) else None,
        agreement={"id": agreement.id, "purpose": _PURPOSE} if agreement is not None and shared else None,
        minimum_cell=_SMALLEST if agreement is None else agreement.minimum_cell,
        district_names=names,
        covered_from=covered,
        records_to=records_to,
    )


def _counted(store: Store, as_of: pd.Timestamp | None) -> pd.DataFrame:
    offenses = store.read("incident_offenses", purpose=_PURPOSE, as_of=as_of)
    incidents = store.read("incidents", purpose=_PURPOSE, as_of=as_of)
    if as_of is not None:  # what was cleared later stood open then
        incidents["clearance"] = incidents["clearance"].mask(incidents["cleared_on"].ge(as_of))
    return counted_offenses(offenses, incidents)


def _calls(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    calls = store.read("calls", purpose=_PURPOSE, as_of=as_of, columns=_CALL_COLUMNS)
    calls = calls[calls["received_at"] < as_of]
    columns = ["incident_id", "domestic", "confidential_address"]
    incidents = store.read("incidents", purpose=_PURPOSE, as_of=as_of, columns=columns)
    joined = calls.merge(incidents, on="incident_id", how="left", suffixes=("", "_incident"))
    own, incident = (
        joined[name].fillna(value=False) for name in ("confidential_address", "confidential_address_incident")
    )
    sexual = sexual_incidents(store, as_of, purpose=_PURPOSE)
    joined = joined.assign(confidential_address=own | incident, unlisted=joined["incident_id"].isin(sexual))
    return joined.drop(columns="confidential_address_incident")


def _permitted(store: Store, name: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Read what the agreement allows of a corrections table; a frame without columns where that is nothing."""
    try:
        frame = store.read(name, purpose=_PURPOSE, as_of=as_of)
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
