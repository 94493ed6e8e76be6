"""The periods that a comparison counts, and where a break or the beginning of the records cuts them off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UsageError
from pcanalytics.periods import Period, last_12_months, last_28_days, last_year, prior, year_to_date

__all__ = [
    "ALL_GROUPS",
    "BASELINES",
    "COMPARED",
    "compared_periods",
    "cut_of",
    "cuts_of",
    "earlier_years",
    "period_notes",
]

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
        cuts = cuts_of(None if label == ALL_GROUPS else label, breaks, as_of, covered_from, groups)
        for name in COMPARED:
            cut = cut_of(name, periods[name], cuts)
            if cut is not None:
                found.append((label, name, "missing", pd.NA, cut.on, cut.reason))
            elif name in CURRENT:
                inside = [each for each in cuts if not each.hides_current and each.on > periods[name].start]
                found += [(label, name, "mixed", pd.NA, each.on, each.reason) for each in inside]
            for baseline, current in BASELINES.items():
                if name == f"{current}_last_year":
                    found += _baseline_note(
                        label,
                        baseline,
                        [cut_of(each, periods[each], cuts) for each in earlier_years(current, baseline_years)],
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
class Cut:
    """A day before which counts are not there, or not made alike."""

    on: pd.Timestamp
    reason: str
    hides_current: bool


def cuts_of(
    label: str | None,
    breaks: Sequence[SeriesBreak],
    as_of: pd.Timestamp,
    covered_from: pd.Timestamp | None,
    groups: Mapping[str, Sequence[str]] | None,
) -> tuple[Cut, ...]:
    """Give the days before which a row's counts are not there, or not made alike.

    Parameters
    ----------
    label : str or None
        The row's offense group; None for a row over several, which what concerns any of them cuts.
    breaks : sequence of SeriesBreak
        Days from which counts are made otherwise.
    as_of : pandas.Timestamp
        Breaks from this day on do not matter yet.
    covered_from : pandas.Timestamp or None
        The first day that the records cover.
    groups : mapping of str to sequence of str, or None
        The groups of the comparison.

    Returns
    -------
    tuple of Cut
        By day.

    Examples
    --------
    >>> breaks = [SeriesBreak(pd.Timestamp("2026-01-01"), "new records system", ("Robbery",))]
    >>> len(cuts_of("Theft", breaks, pd.Timestamp("2026-11-23"), None, None))
    0
    """
    found = [] if covered_from is None else [Cut(covered_from, "the records begin", hides_current=True)]
    for each in breaks:
        if label is not None:
            concerned = each.concerns(label)
        else:
            concerned = groups is None or not each.offense_groups or bool(set(each.offense_groups) & set(groups))
        if concerned and each.on < as_of:
            found.append(Cut(each.on, each.reason, hides_current=False))
    return tuple(sorted(found, key=lambda cut: (cut.on, cut.reason)))


def cut_of(name: str, period: Period, cuts: Sequence[Cut]) -> Cut | None:
    """Give the last cut that leaves a period without a comparable count.

    Parameters
    ----------
    name : str
        The period's name in :func:`compared_periods`. The week itself always has its count.
    period : Period
        The period.
    cuts : sequence of Cut
        From :func:`cuts_of`.

    Returns
    -------
    Cut or None
        None when the period has a count.

    Examples
    --------
    >>> day, periods = pd.Timestamp("2026-11-23"), compared_periods(pd.Timestamp("2026-11-23"))
    >>> cuts = cuts_of(None, [], day, pd.Timestamp("2026-11-01"), None)
    >>> [name for name in periods if cut_of(name, periods[name], cuts) is None]
    ['week', 'week_prior']
    """
    hides = [
        cut for cut in cuts if period.start < cut.on and (name not in CURRENT or (cut.hides_current and name != "week"))
    ]
    return hides[-1] if hides else None


def _baseline_note(label: str, baseline: str, cuts: Sequence[Cut | None]) -> list[tuple[object, ...]]:
    hit = [cut for cut in cuts if cut is not None]
    if not hit:
        return []
    note = "missing" if len(hit) == len(cuts) else "fewer years"
    return [(label, baseline, note, len(cuts) - len(hit), hit[-1].on, hit[-1].reason)]


def earlier_years(current: str, years: int) -> list[str]:
    """Name the periods that a baseline is the mean of.

    Parameters
    ----------
    current : str
        The period of this year, such as ``"week"``.
    years : int
        How many years.

    Examples
    --------
    >>> earlier_years("week", 2)
    ['week_last_year', 'week_2_years_before']
    """
    return [f"{current}_last_year", *(f"{current}_{number}_years_before" for number in range(2, years + 1))]
