"""Counts of a week, 28 days, the year to date and 12 months, beside the same periods before.

Source: the layout that weekly CompStat sheets have used since the New York City Police Department's of 1994: this
period, the one before, and the same period of last year. The mean of several years and the rolling 12 months answer
two complaints about it: that one odd year makes the next look odd, and that a year to date says little before autumn
(Ratcliffe, "Year-to-date comparisons and why we should stop doing them").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pcanalytics.compstat.counted import cells_of, known_by
from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UsageError
from pcanalytics.periods import Period, last_12_months, last_28_days, last_year, prior, year_to_date

__all__ = ["ALL_GROUPS", "BASELINES", "COMPARED", "compare", "compared_periods", "period_notes"]

#: The count columns of :func:`compare`, in their order.
COMPARED = (
    "week",
    "week_prior",
    "week_last_year",
    "last_28_days",
    "last_28_days_prior",
    "last_28_days_last_year",
    "year_to_date",
    "year_to_date_last_year",
    "last_12_months",
    "last_12_months_prior",
)

#: The columns of :func:`compare` that hold means of earlier years, and the period each is a mean of.
BASELINES: Mapping[str, str] = {
    "week_baseline": "week",
    "last_28_days_baseline": "last_28_days",
    "year_to_date_baseline": "year_to_date",
}

#: What the row over all groups is called.
ALL_GROUPS = "All groups"

#: The periods that end at the as-of; all others are there to compare with.
CURRENT = ("week", "last_28_days", "year_to_date", "last_12_months")

_KEEPS: Mapping[str, Literal["weekdays", "dates"]] = {
    "week": "weekdays",
    "last_28_days": "weekdays",
    "year_to_date": "dates",
}


def compared_periods(as_of: pd.Timestamp, *, baseline_years: int = 0) -> dict[str, Period]:
    """Give the periods that a comparison counts.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local wall time; the first moment after the week.
    baseline_years : int, default 0
        With 2 or more, the same week, 28 days and year to date of the years before last year too.

    Returns
    -------
    dict of str to Period
        By the names in :data:`COMPARED`, and ``week_2_years_before`` and so on. A week and 28 days go back a year by
        52 weeks, so that they hold the same weekdays. The year to date goes back by date; when it covers 29 February it
        has one day more than the year before, and nothing is left out to hide that. The 12 months are 52 weeks, 364
        days: two stretches of one length with the same weekdays, in which 29 February is a day like any other.

    Raises
    ------
    UsageError
        When the as-of carries a time zone or is not midnight, or ``baseline_years`` is below 0.

    Examples
    --------
    >>> print(compared_periods(pd.Timestamp("2026-11-23"))["week_last_year"])
    17 Nov 2025 to 23 Nov 2025
    >>> print(compared_periods(pd.Timestamp("2026-11-23"), baseline_years=3)["year_to_date_3_years_before"])
    1 Jan 2023 to 22 Nov 2023
    """
    if as_of.tzinfo is not None or as_of != as_of.normalize():
        raise UsageError("An as-of must be a midnight in local wall time, without a time zone.")
    if baseline_years < 0:
        raise UsageError("A baseline cannot rest on fewer than 0 years.")
    week = Period(as_of - pd.Timedelta(days=7), as_of)
    month, year, twelve = last_28_days(as_of), year_to_date(as_of), last_12_months(as_of)
    found = (
        *(week, prior(week), last_year(week, keep="weekdays")),
        *(month, prior(month), last_year(month, keep="weekdays")),
        *(year, last_year(year, keep="dates")),
        *(twelve, prior(twelve)),
    )
    periods = dict(zip(COMPARED, found, strict=True))
    for years in range(2, baseline_years + 1):
        for name in BASELINES.values():
            periods[f"{name}_{years}_years_before"] = last_year(periods[name], keep=_KEEPS[name], years=years)
    return periods


def compare(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: Sequence[str],
    groups: Mapping[str, Sequence[str]] | None = None,
    covered_from: pd.Timestamp | None = None,
    baseline_years: int = 3,
    breaks: Sequence[SeriesBreak] = (),
) -> pd.DataFrame:
    """Count offenses in this week, 28 days, year to date and 12 months, and in the periods before.

    The column ``count`` is summed, so a later correction of -1 takes back what it corrects, in the
    period of the offense. Offenses are placed by the start of their time span. Do not read a difference
    between two counts as a change: small counts differ by chance from week to week.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of the declared table ``counted_offenses``: ``offense``, ``count``, ``occurred_from``, and
        ``entered_at`` where the agency keeps it.
    as_of : pandas.Timestamp
        Local midnight after the last day of the week. Later rows, and rows entered later, do not
        change the answer.
    by : sequence of str
        Columns to count by, such as ``["district", "offense_group"]``. Empty for one total row.
    groups : mapping of str to sequence of str, optional
        Label to offense words, for ``offense_group``. An offense in two groups counts in both; in a
        comparison that is not by ``offense_group`` it counts once.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover, from :func:`covered_from`. A period that begins before it has no
        count: that nothing is on record does not mean that nothing happened. The week itself always has one.
    baseline_years : int, default 3
        How many earlier years a baseline is the mean of, at most; a year that the records do not cover is left out.
    breaks : sequence of SeriesBreak, optional
        Days from which counts are made otherwise. A period to compare with that begins before one has no count; a row
        over several groups breaks with each of them. The current periods keep their counts.

    Returns
    -------
    pandas.DataFrame
        One row per combination of ``by``, zero rows included: every group by every value seen. The columns of ``by``,
        then those of :data:`COMPARED` as whole numbers and, after each period's, its mean of earlier years
        (:data:`BASELINES`) as a number with a fraction. A count or mean is missing where nothing comparable is on
        record, which :func:`period_notes` explains. A missing key is a row of its own, last; a row without
        ``occurred_from`` is in no period. Groups keep the order given.

    Raises
    ------
    UnknownName
        When ``by`` names a column that is not there.
    UsageError
        When the as-of is not a local midnight, a group lists no words, or ``baseline_years`` is below 1.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "offense": ["robbery", "robbery", "robbery"],
    ...     "count": [1, 1, -1],
    ...     "occurred_from": pd.to_datetime(["2026-11-18", "2026-11-10", "2026-11-10"]),
    ... })
    >>> counts = compare(rows, as_of=pd.Timestamp("2026-11-23"), by=["offense"])
    >>> counts[["offense", "week", "week_prior", "year_to_date"]].to_dict("records")
    [{'offense': 'robbery', 'week': 1, 'week_prior': 0, 'year_to_date': 1}]
    """
    if baseline_years < 1:
        raise UsageError("A baseline needs at least 1 year.")
    periods = compared_periods(as_of, baseline_years=baseline_years)
    rows = known_by(offenses, as_of)
    cells = cells_of(rows, list(by), groups)
    moments = rows["occurred_from"].to_numpy("datetime64[us]")
    sums = {
        name: cells.sums((moments >= np.datetime64(period.start)) & (moments < np.datetime64(period.end)))
        for name, period in periods.items()
    }
    cuts = [_cuts(label, breaks, as_of, covered_from, groups) for label in _labels(cells.combinations)]
    counts = {}
    for name, period in periods.items():
        missing = np.array([_cut(name, period, each) is not None for each in cuts], dtype=bool)
        counts[name] = pd.arrays.IntegerArray(sums[name], missing)
    columns = {}
    for name in COMPARED:
        columns[name] = counts[name]
        for baseline, current in BASELINES.items():
            if name == f"{current}_last_year":
                columns[baseline] = _mean([counts[each] for each in _earlier(current, baseline_years)])
    return pd.concat([cells.combinations, pd.DataFrame(columns, index=cells.combinations.index)], axis=1)


def period_notes(
    as_of: pd.Timestamp,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    covered_from: pd.Timestamp | None = None,
    baseline_years: int = 3,
    breaks: Sequence[SeriesBreak] = (),
) -> pd.DataFrame:
    """Say which columns of a comparison are missing, mixed or rest on fewer years, and why.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local midnight after the last day of the week.
    groups : mapping of str to sequence of str, optional
        The groups of the comparison.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover.
    baseline_years : int, default 3
        How many earlier years a baseline should rest on.
    breaks : sequence of SeriesBreak, optional
        Days from which counts are made otherwise.

    Returns
    -------
    pandas.DataFrame
        ``offense_group`` (:data:`ALL_GROUPS` for a row over all of them), ``column``, ``note``: ``"missing"`` (no
        count), ``"mixed"`` (a current count that holds days of both sides of a break) or ``"fewer years"``; ``years``
        of a baseline (missing elsewhere), ``on`` and ``reason``, such as ``"new records system"`` or
        ``"the records begin"``. Columns without anything to say have no row.

    Raises
    ------
    UsageError
        When the as-of is not a local midnight.

    Examples
    --------
    >>> changed = SeriesBreak(pd.Timestamp("2026-11-01"), "new records system")
    >>> notes = period_notes(pd.Timestamp("2026-11-23"), breaks=[changed])
    >>> notes[["column", "note"]].values.tolist()[:3]
    [['week_last_year', 'missing'], ['week_baseline', 'missing'], ['last_28_days', 'mixed']]
    """
    periods = compared_periods(as_of, baseline_years=baseline_years)
    found: list[tuple[object, ...]] = []
    for label in [*([] if groups is None else groups), ALL_GROUPS]:
        cuts = _cuts(None if label == ALL_GROUPS else label, breaks, as_of, covered_from, groups)
        for name in COMPARED:
            cut = _cut(name, periods[name], cuts)
            if cut is not None:
                found.append((label, name, "missing", pd.NA, cut.on, cut.reason))
            elif name in CURRENT:
                inside = [each for each in cuts if not each.hides_current and each.on > periods[name].start]
                found += [(label, name, "mixed", pd.NA, each.on, each.reason) for each in inside]
            for baseline, current in BASELINES.items():
                if name == f"{current}_last_year":
                    found += _baseline_note(
                        label, baseline, [_cut(each, periods[each], cuts) for each in _earlier(current, baseline_years)]
                    )
    notes = pd.DataFrame(found, columns=["offense_group", "column", "note", "years", "on", "reason"])
    return notes.astype(
        {
            "offense_group": "str",
            "column": "str",
            "note": "str",
            "years": "Int64",
            "on": "datetime64[us]",
            "reason": "str",
        }
    )


@dataclass(frozen=True)
class _Cut:
    """A day before which counts are not there, or not made alike."""

    on: pd.Timestamp
    reason: str
    hides_current: bool


def _cuts(
    label: str | None,
    breaks: Sequence[SeriesBreak],
    as_of: pd.Timestamp,
    covered_from: pd.Timestamp | None,
    groups: Mapping[str, Sequence[str]] | None,
) -> tuple[_Cut, ...]:
    """Give what cuts a row's series; a row over several groups (label None) is cut by what concerns any of them."""
    found = [] if covered_from is None else [_Cut(covered_from, "the records begin", hides_current=True)]
    for each in breaks:
        if label is not None:
            concerned = each.concerns(label)
        else:
            concerned = groups is None or not each.offense_groups or bool(set(each.offense_groups) & set(groups))
        if concerned and each.on < as_of:
            found.append(_Cut(each.on, each.reason, hides_current=False))
    return tuple(sorted(found, key=lambda cut: (cut.on, cut.reason)))


def _cut(name: str, period: Period, cuts: Sequence[_Cut]) -> _Cut | None:
    """Give the last cut that leaves a period without a comparable count; the week itself always has its count."""
    hides = [
        cut for cut in cuts if period.start < cut.on and (name not in CURRENT or (cut.hides_current and name != "week"))
    ]
    return hides[-1] if hides else None


def _baseline_note(label: str, baseline: str, cuts: Sequence[_Cut | None]) -> list[tuple[object, ...]]:
    hit = [cut for cut in cuts if cut is not None]
    if not hit:
        return []
    note = "missing" if len(hit) == len(cuts) else "fewer years"
    return [(label, baseline, note, len(cuts) - len(hit), hit[-1].on, hit[-1].reason)]


def _labels(combinations: pd.DataFrame) -> Sequence[str | None]:
    """Give each row's offense group, None for a row over several."""
    if "offense_group" not in combinations.columns:
        return [None] * len(combinations)
    return combinations["offense_group"].tolist()


def _earlier(current: str, years: int) -> list[str]:
    return [f"{current}_last_year", *(f"{current}_{number}_years_before" for number in range(2, years + 1))]


def _mean(counts: Sequence[pd.arrays.IntegerArray]) -> pd.arrays.FloatingArray:
    """Give the mean of the counts that are not missing; missing where all are."""
    there = np.array([~count.isna() for count in counts])
    sums = np.array([count.to_numpy("int64", na_value=0) for count in counts]).sum(axis=0)
    years = there.sum(axis=0)
    return pd.arrays.FloatingArray(sums / np.maximum(years, 1), years == 0)
