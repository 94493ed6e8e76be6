"""As-of dates and half-open periods: weeks, 28 days, year to date.

A period is ``[start, end)``: its end is the first moment that no longer belongs to it. An *as-of*
is such an end: what is known and counted is what came strictly before it. All times are local wall
time at the agency, without a zone.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pcanalytics.errors import UnknownName, UsageError

__all__ = [
    "WEEK_STARTS",
    "Period",
    "in_force",
    "last_12_months",
    "last_28_days",
    "last_complete_week",
    "last_year",
    "prior",
    "week_containing",
    "week_label",
    "week_of",
    "year_to_date",
]

WEEK_STARTS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WEEK_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """A half-open stretch of local time, ``[start, end)``.

    Parameters
    ----------
    start, end : pandas.Timestamp
        Local wall time. ``end`` is outside the period.

    Raises
    ------
    UsageError
        When the end is not after the start.

    Examples
    --------
    >>> week = Period(pd.Timestamp("2026-11-16"), pd.Timestamp("2026-11-23"))
    >>> week.days
    7
    >>> print(week)
    16 Nov 2026 to 22 Nov 2026
    """

    start: pd.Timestamp
    end: pd.Timestamp

    def __post_init__(self) -> None:
        """Refuse an empty or backward period."""
        if not self.start < self.end:
            raise UsageError(
                f"A period must end after it starts; {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d} does not."
            )

    @property
    def days(self) -> int:
        """Whole days the period covers."""
        return (self.end - self.start).days

    def contains(self, times: pd.Series) -> pd.Series:
        """Tell which times fall inside; a missing time falls in no period."""
        return times.ge(self.start) & times.lt(self.end)

    def __str__(self) -> str:
        """Give first and last day in words."""
        last = self.end - pd.Timedelta(1, "us")
        return f"{self.start.day} {self.start:%b %Y} to {last.day} {last:%b %Y}"


def _weekday(starts: str) -> int:
    try:
        return WEEK_STARTS.index(starts)
    except ValueError:
        raise UnknownName("weekday", starts, WEEK_STARTS) from None


def week_containing(moment: pd.Timestamp, *, starts: str = "monday") -> Period:
    """Give the week that holds a moment.

    Parameters
    ----------
    moment : pandas.Timestamp
        Local wall time.
    starts : str, default "monday"
        The weekday on which the agency's reporting week starts.

    Returns
    -------
    Period
        Seven days.

    Raises
    ------
    UnknownName
        When ``starts`` is no weekday.

    Examples
    --------
    >>> print(week_containing(pd.Timestamp("2026-11-18 23:59")))
    16 Nov 2026 to 22 Nov 2026
    """
    day = moment.normalize()
    start = day - _DAY * ((day.weekday() - _weekday(starts)) % 7)
    return Period(start, start + 7 * _DAY)


def week_of(label: str, *, starts: str = "monday") -> Period:
    """Read a week label.

    Weeks are numbered as ISO 8601 numbers them; a week that starts on another weekday takes the
    number of the ISO week that holds its fourth day, so that most of its days agree.

    Parameters
    ----------
    label : str
        Such as ``"2026-W47"``.
    starts : str, default "monday"
        The weekday on which the agency's reporting week starts.

    Returns
    -------
    Period
        Seven days.

    Raises
    ------
    UsageError
        When the label is not written that way or the year has no such week.

    Examples
    --------
    >>> print(week_of("2026-W47"))
    16 Nov 2026 to 22 Nov 2026
    >>> print(week_of("2026-W47", starts="sunday"))
    15 Nov 2026 to 21 Nov 2026
    """
    match = _WEEK_LABEL.fullmatch(label)
    try:
        if match is None:
            raise ValueError
        monday = pd.Timestamp.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise UsageError(f"{label!r} is no week. Write the year and the ISO week, such as 2026-W47.") from None
    return week_containing(pd.Timestamp(monday) + 3 * _DAY, starts=starts)


def week_label(week: Period) -> str:
    """Name a week, the inverse of :func:`week_of`.

    Parameters
    ----------
    week : Period
        Seven days.

    Examples
    --------
    >>> week_label(week_of("2026-W01"))
    '2026-W01'
    """
    year, number, _ = (week.start + 3 * _DAY).isocalendar()
    return f"{year}-W{number:02d}"


def last_complete_week(latest: pd.Timestamp, *, starts: str = "monday") -> Period:
    """Give the last week that the data cover whole.

    Parameters
    ----------
    latest : pandas.Timestamp
        The latest moment in the data. A day that has any record counts as covered.
    starts : str, default "monday"
        The weekday on which the agency's reporting week starts.

    Examples
    --------
    >>> print(last_complete_week(pd.Timestamp("2026-11-22 03:10")))
    16 Nov 2026 to 22 Nov 2026
    >>> print(last_complete_week(pd.Timestamp("2026-11-21 23:10")))
    9 Nov 2026 to 15 Nov 2026
    """
    covered_to = latest.normalize() + _DAY
    week = week_containing(covered_to, starts=starts)
    return Period(week.start - 7 * _DAY, week.start)


def last_28_days(as_of: pd.Timestamp) -> Period:
    """Give the 28 days before an as-of.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local midnight, the end of the period.

    Examples
    --------
    >>> print(last_28_days(pd.Timestamp("2026-11-23")))
    26 Oct 2026 to 22 Nov 2026
    """
    return Period(as_of - 28 * _DAY, as_of)


def last_12_months(as_of: pd.Timestamp) -> Period:
    """Give the 52 weeks, 364 days, before an as-of.

    A year of 365 or 366 days would hold one or two weekdays a 53rd time, and the year before it others; 52 weeks
    hold each weekday as often, whatever the year, and are 13 times 28 days.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local midnight, the end of the period.

    Examples
    --------
    >>> print(last_12_months(pd.Timestamp("2026-11-23")))
    24 Nov 2025 to 22 Nov 2026
    """
    return Period(as_of - 364 * _DAY, as_of)


def year_to_date(as_of: pd.Timestamp) -> Period:
    """Give the year so far; the year is that of the last day before the as-of.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local midnight, the end of the period.

    Examples
    --------
    >>> print(year_to_date(pd.Timestamp("2027-01-01")))
    1 Jan 2026 to 31 Dec 2026
    """
    last_day = as_of - pd.Timedelta(1, "us")
    return Period(pd.Timestamp(year=last_day.year, month=1, day=1), as_of)


def prior(period: Period) -> Period:
    """Give the period of the same length just before.

    Parameters
    ----------
    period : Period
        Any period.

    Examples
    --------
    >>> print(prior(last_28_days(pd.Timestamp("2026-11-23"))))
    28 Sep 2026 to 25 Oct 2026
    """
    return Period(period.start - (period.end - period.start), period.start)


def last_year(period: Period, *, keep: Literal["weekdays", "dates"], years: int = 1) -> Period:
    """Give the same period of an earlier year.

    Parameters
    ----------
    period : Period
        The period to look back from.
    keep : {"weekdays", "dates"}
        What makes it the same. ``weekdays``: it goes back by whole weeks, to those nearest to the same
        dates, as a week or 28 days should. ``dates``: it keeps its calendar dates, as a year to date should.
        29 February is no special day then: a period that covers it has one day more than the year before,
        and one that starts or ends on it starts or ends on 1 March in a year without one.
    years : int, default 1
        How many years to go back.

    Examples
    --------
    >>> print(last_year(week_of("2026-W47"), keep="weekdays"))
    17 Nov 2025 to 23 Nov 2025
    >>> print(last_year(Period(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-29")), keep="dates"))
    1 Jan 2023 to 28 Feb 2023
    """
    start, end = _years_before(period.start, years), _years_before(period.end, years)
    if keep == "dates":
        return Period(start, end)
    shift = round((period.start - start).days / 7) * 7 * _DAY
    return Period(period.start - shift, period.end - shift)


def _years_before(moment: pd.Timestamp, years: int) -> pd.Timestamp:
    year = moment.year - years
    if (moment.month, moment.day) == (2, 29) and not calendar.isleap(year):
        return moment.replace(year=year, month=3, day=1)
    return moment.replace(year=year)


def in_force(rows: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows that held on the last day before an as-of, by ``valid_from`` and ``valid_to``.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``valid_from`` is the first day that a row held, ``valid_to`` the first on which it no longer did. A missing
        date, or column, sets no limit.
    as_of : pandas.Timestamp
        Local midnight.

    Examples
    --------
    >>> beats = pd.DataFrame({"beat": ["7", "8"], "valid_to": pd.to_datetime(["2026-11-22", "2026-11-23"])})
    >>> in_force(beats, as_of=pd.Timestamp("2026-11-23"))["beat"].tolist()
    ['8']
    """
    day = as_of - _DAY
    kept = pd.Series(True, index=rows.index)
    if "valid_from" in rows.columns:
        kept &= ~pd.to_datetime(rows["valid_from"]).gt(day)
    if "valid_to" in rows.columns:
        kept &= ~pd.to_datetime(rows["valid_to"]).le(day)
    return rows[kept]
