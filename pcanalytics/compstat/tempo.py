"""When in the week offenses happen: hour by weekday, with uncertain times shared out.

An offense found in the morning happened some time in the night. Placing it at its start, middle or
end moves whole peaks; sharing it evenly over its span (aoristic analysis, Ratcliffe 2000, 2002) does
not. Ashby and Bowers (2013, Crime Science 2:1) compared the choices with thefts seen on camera.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.compstat.counted import known_by
from pcanalytics.errors import UsageError

__all__ = ["LONGEST_SPAN_HOURS", "WEEKDAYS", "hour_by_weekday"]

#: Weekday names by number, Monday first.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: A span longer than this says nothing about the hour of the week.
LONGEST_SPAN_HOURS = 24 * 7

_HOUR = pd.Timedelta(hours=1)


def hour_by_weekday(offenses: pd.DataFrame, *, as_of: pd.Timestamp, days: int = 28) -> pd.DataFrame:
    """Count the offenses of the last days by weekday and hour.

    A span of up to an hour, and a time without an end, counts in the hour of its start. A longer span
    is shared over the hours it touches, in proportion. A start of exactly midnight without a later end
    counts as an unknown hour, because records systems write midnight when no time was given.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``: ``count``, ``occurred_from`` and, where known, ``occurred_to``.
    as_of : pandas.Timestamp
        Local midnight after the last day.
    days : int, default 28
        How many days before ``as_of``; whole weeks give each weekday the same share.

    Returns
    -------
    pandas.DataFrame
        ``weekday`` (0 is Monday), ``hour`` (0 to 23) and ``count``, 168 rows in order, then one row
        with both missing for the offenses whose hour is not known. The counts add up to all offenses
        of the days, so shares of one offense appear as fractions.

    Raises
    ------
    UsageError
        When ``days`` is less than 1.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "count": [1], "occurred_from": [pd.Timestamp("2026-11-18 22:00")],
    ...     "occurred_to": [pd.Timestamp("2026-11-19 02:00")],
    ... })
    >>> tempo = hour_by_weekday(rows, as_of=pd.Timestamp("2026-11-23"))
    >>> tempo[tempo["count"] > 0].values.tolist()
    [[2, 22, 0.25], [2, 23, 0.25], [3, 0, 0.25], [3, 1, 0.25]]
    """
    if days < 1:
        raise UsageError("Counting by hour needs at least one day.")
    rows = known_by(offenses, as_of)
    rows = rows[rows["occurred_from"].ge(as_of - pd.Timedelta(days=days)) & rows["occurred_from"].lt(as_of)]
    start = rows["occurred_from"]
    end = rows["occurred_to"] if "occurred_to" in rows.columns else pd.Series(pd.NaT, index=rows.index)
    end = end.where(end.gt(start), start)
    hours = (end - start) / _HOUR
    unknown = ((start == start.dt.normalize()) & (hours == 0)) | (hours > LONGEST_SPAN_HOURS)
    cells = np.zeros(7 * 24)
    weights = rows["count"].to_numpy(dtype=float)
    is_short = (hours <= 1).to_numpy() & ~unknown.to_numpy()
    slots = (start.dt.day_of_week * 24 + start.dt.hour).to_numpy(dtype=int)
    np.add.at(cells, slots[is_short], weights[is_short])
    for position in np.flatnonzero(~is_short & ~unknown.to_numpy()):
        _share(cells, start.iloc[position], end.iloc[position], weights[position])
    return pd.DataFrame(
        {
            "weekday": pd.array([*np.repeat(np.arange(7), 24), None], dtype="Int64"),
            "hour": pd.array([*np.tile(np.arange(24), 7), None], dtype="Int64"),
            "count": [*cells, weights[unknown.to_numpy()].sum()],
        }
    )


def _share(cells: np.ndarray, start: pd.Timestamp, end: pd.Timestamp, weight: float) -> None:
    """Share one offense over the hours of the week its span touches."""
    monday = start.normalize() - pd.Timedelta(days=start.weekday())
    first, last = (start - monday) / _HOUR, (end - monday) / _HOUR
    touched = np.arange(int(first), int(np.ceil(last)))
    overlap = np.minimum(touched + 1, last) - np.maximum(touched, first)
    np.add.at(cells, touched % (7 * 24), weight * overlap / (last - first))
