"""Arrests, calls, clearances and victims of one area: for command staff, and as a public page may show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from pcanalytics.compstat import (
    ALL_DISTRICTS,
    SHOWN_PUBLICLY,
    SeriesBreak,
    clearance_rates,
    covered_from,
    measure_frames,
    measures,
    public_victims,
)
from pcanalytics.workflows.records import PoliceRecords, in_district

__all__ = ["Measured", "measured"]

_VICTIMS, _CLEARED = "Victims", "Incidents cleared"

#: The periods whose clearances are said beside what happened in them.
_CLEARED_IN = {"last_28_days": "In 28 days", "last_12_months": "In 12 months"}


class Measured(NamedTuple):
    """What else is counted.

    Parameters
    ----------
    internal : DataFrame
        From :func:`pcanalytics.compstat.measures`.
    public : DataFrame
        The same in the columns that the public page shows, victims in words wherever a small count could be worked out.
    clearances : str
        Incidents cleared in 28 days beside those that happened; empty where no incident is on record.
    """

    internal: pd.DataFrame
    public: pd.DataFrame
    clearances: str


def measured(
    city: PoliceRecords,
    *,
    district: str | None,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    breaks: Sequence[SeriesBreak],
    baseline_years: int,
    minimum_cell: int,
    offenses_from: pd.Timestamp | None = None,
) -> Measured:
    """Count what else the police tables hold of one area.

    Parameters
    ----------
    city : PoliceRecords
        Of the whole agency: what one district's page may show of victims depends on all others.
    district : str or None
        None for the whole city.
    as_of : pandas.Timestamp
        Local midnight after the week.
    groups : mapping of str to sequence of str
        Label to offense words.
    breaks : sequence of SeriesBreak
        The workspace's.
    baseline_years : int
        Years of the mean of earlier years.
    minimum_cell : int
        The smallest count of victims that the public page shows.
    offenses_from : pandas.Timestamp, optional
        The first day that the offenses on record cover.

    Returns
    -------
    Measured
        A table without any row was not loaded and makes no row.

    Examples
    --------
    >>> measured(city, district="Harbor", **settings).internal  # doctest: +SKIP
    """
    tables = {"arrests": city.arrests, "calls": city.calls, "incidents": city.incidents, "people": city.people}
    loaded = {name: frame for name, frame in tables.items() if len(frame)}
    frames = measure_frames(**loaded, offenses=city.counted, groups=groups)
    since = {name: covered_from(frame, as_of=as_of) for name, frame in frames.items()}
    here = {name: in_district(frame, district) for name, frame in frames.items()}
    counts = measures(here, as_of=as_of, covered_from=since, baseline_years=baseline_years, breaks=breaks)
    public = counts[["measure", *(name for name in counts.columns if name in SHOWN_PUBLICLY)]]
    if _VICTIMS in frames:
        asked = {"as_of": as_of, "by": ["district"], "breaks": breaks, "minimum_cell": minimum_cell}
        shown = public_victims(frames[_VICTIMS], covered_from=since[_VICTIMS], **asked)
        public = _in_words(public, shown[shown["district"] == (ALL_DISTRICTS if district is None else district)])
    return Measured(counts, public, _cleared(here, in_district(city.counted, district), as_of, groups, offenses_from))


def _cleared(
    here: Mapping[str, pd.DataFrame],
    offenses: pd.DataFrame,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    offenses_from: pd.Timestamp | None,
) -> str:
    if _CLEARED not in here:
        return ""
    asked = {"as_of": as_of, "groups": groups, "covered_from": offenses_from}
    words = clearance_rates(here[_CLEARED], offenses, **asked).set_index("period")["words"]
    said = [f"{start}: {words[name]}." for name, start in _CLEARED_IN.items() if words[name]]
    return " ".join(said)


def _in_words(public: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Put what may be shown of victims in the place of their counts; a district without any row keeps all back."""
    changed = public.astype({name: "object" for name in public.columns if name in SHOWN_PUBLICLY})
    for name in changed.columns.intersection(SHOWN_PUBLICLY):
        changed.loc[changed["measure"] == _VICTIMS, name] = shown[name].iloc[0] if len(shown) else None
    return changed
