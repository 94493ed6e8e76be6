"""From which day an agency's records are there: before it, no offense on record does not mean none happened."""

from __future__ import annotations

import pandas as pd

from pcanalytics.compstat.counted import known_by

__all__ = ["covered_from"]

_WINDOW = 28

#: With fewer offenses than this in a usual 28 days, a quiet month cannot be told from a missing one.
_TELLS = 20


def covered_from(offenses: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.Timestamp | None:
    """Find the first day that the records cover, going back from an as-of without a gap.

    A few records of long before, as late reports bring them, do not make a covered time. Going back, the
    records end where 28 days hold less than a quarter of a usual 28 days of the latest year.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses`` of the whole agency, not of one district.
    as_of : pandas.Timestamp
        Local midnight. Later rows, and rows entered later, do not change the answer.

    Returns
    -------
    pandas.Timestamp or None
        A midnight; the day of the first record where offenses are too few to tell; ``None`` when there is none.

    Examples
    --------
    >>> days = pd.date_range("2026-01-01", "2026-06-30")
    >>> rows = pd.DataFrame({"count": 1, "occurred_from": [pd.Timestamp("1999-01-01"), *days]})
    >>> covered_from(rows, as_of=pd.Timestamp("2026-07-06"))
    Timestamp('2026-01-01 00:00:00')
    """
    rows = known_by(offenses, as_of)
    times = rows.loc[rows["count"].gt(0), "occurred_from"].dropna()
    days = times[times < as_of].dt.normalize()
    if days.empty:
        return None
    daily = days.value_counts().sort_index()
    daily = daily.reindex(pd.date_range(daily.index[0], daily.index[-1]), fill_value=0)
    windows = daily[::-1].rolling(_WINDOW).sum()[::-1].dropna()
    latest = windows.tail(364)
    usual = latest[latest >= latest.max() / 4].median()  # a first month or two are judged by themselves
    if windows.empty or usual < _TELLS:
        return pd.Timestamp(daily.index[0])
    thin = windows.index[windows < usual / 4]
    first = thin[-1] if len(thin) else daily.index[0]
    later = daily[first:]
    return pd.Timestamp(later.index[later >= max(1, usual / _WINDOW / 4)][0])
