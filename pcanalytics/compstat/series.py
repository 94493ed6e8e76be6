"""Counts by week, and by 28 days of several years, as series without holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.compstat.counted import cells_of, known_by
from pcanalytics.errors import UsageError

__all__ = ["seasonal_series", "weekly_series"]

#: 52 weeks: a year of whole weeks, and of 13 windows of 28 days.
_YEAR_DAYS = 364


def weekly_series(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    weeks: int = 104,
    groups: Mapping[str, Sequence[str]] | None = None,
    covered_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Count offenses in each of the weeks before an as-of.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``.
    as_of : pandas.Timestamp
        Local midnight after the last week. Weeks are counted back from it, seven days each.
    weeks : int, default 104
        How many weeks; 104 shows each season twice.
    groups : mapping of str to sequence of str, optional
        Label to offense words; without it there is one series, labeled ``"All"``.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover; weeks that begin before it are left out, not zero.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, ``week_start`` and ``count``: one row per group and week, oldest first, weeks
        without an offense as 0. A row without ``occurred_from`` is in no week.

    Raises
    ------
    UsageError
        When ``weeks`` is less than 1, or a group lists no words.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": ["arson"], "count": [1], "occurred_from": [pd.Timestamp("2026-11-18")]})
    >>> weekly_series(rows, as_of=pd.Timestamp("2026-11-23"), weeks=2)["count"].tolist()
    [0, 1]
    """
    if weeks < 1:
        raise UsageError("A series needs at least one week.")
    series = _windows(offenses, as_of, weeks, 7, groups).rename(columns={"window_start": "week_start"})
    if covered_from is not None:
        series = series[series["week_start"].ge(covered_from)].reset_index(drop=True)
    return series[["offense_group", "week_start", "count"]]


def seasonal_series(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]] | None = None,
    window_days: int = 28,
    years: int = 4,
    covered_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Count offenses by windows of the year, year beside year, for a seasonal chart.

    The windows are counted back from the as-of. A year is as many whole windows as fit into 364 days, 13 of 28 days, so
    the same place in each year holds the same weekdays; against the calendar it moves by a day or two a year.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``.
    as_of : pandas.Timestamp
        Local midnight after the last window.
    groups : mapping of str to sequence of str, optional
        Label to offense words; without it there is one series, labeled ``"All"``.
    window_days : int, default 28
        Days of a window: 7, 14, 28 or another length of which a whole number makes 364 days.
    years : int, default 4
        How many years.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover, or the day of a break; windows that begin before it are left out, not zero.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, ``season_year`` (0 the latest, 1 the one before), ``window_of_year`` (1 the earliest of its
        year; the latest window of all is the last), ``window_start`` and ``count``, oldest first.

    Raises
    ------
    UsageError
        When the windows do not make 364 days, ``years`` is less than 1, or a group lists no words.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": ["arson"], "count": [1], "occurred_from": [pd.Timestamp("2026-11-18")]})
    >>> seasons = seasonal_series(rows, as_of=pd.Timestamp("2026-11-23"), years=2)
    >>> seasons[seasons["count"] > 0][["season_year", "window_of_year"]].values.tolist()
    [[0, 13]]
    """
    if years < 1 or window_days < 1 or _YEAR_DAYS % window_days:
        raise UsageError("A seasonal series needs at least one year, of windows that make 364 days, such as 28.")
    windows = _YEAR_DAYS // window_days
    series = _windows(offenses, as_of, years * windows, window_days, groups)
    series["season_year"] = years - 1 - series["number"] // windows
    series["window_of_year"] = series["number"] % windows + 1
    if covered_from is not None:
        series = series[series["window_start"].ge(covered_from)].reset_index(drop=True)
    return series[["offense_group", "season_year", "window_of_year", "window_start", "count"]]


def _windows(
    offenses: pd.DataFrame,
    as_of: pd.Timestamp,
    number: int,
    window_days: int,
    groups: Mapping[str, Sequence[str]] | None,
) -> pd.DataFrame:
    """Count by group and window, windows counted back from the as-of; the oldest has number 0."""
    rows = known_by(offenses, as_of)
    length = pd.Timedelta(days=window_days)
    first = as_of - number * length
    rows = rows[rows["occurred_from"].ge(first) & rows["occurred_from"].lt(as_of)]
    cells = cells_of(rows, ["offense_group"] if groups is not None else [], groups)
    labels = ["All"] if groups is None else cells.combinations["offense_group"].tolist()
    window = ((rows["occurred_from"] - first) // length).to_numpy(dtype="int64")
    flat = cells.places * number + window[cells.rows]
    counts = np.rint(np.bincount(flat, cells.counts, minlength=len(labels) * number)).astype("int64")
    numbers = np.tile(np.arange(number), len(labels))
    return pd.DataFrame(
        {
            "offense_group": pd.Series(np.repeat(np.array(labels, dtype=object), number), dtype="str"),
            "number": numbers,
            "window_start": first + pd.to_timedelta(window_days * numbers, unit="D"),
            "count": counts,
        }
    )
