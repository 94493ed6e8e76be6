"""Counts by week, as a series without holes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pcanalytics.compstat.counted import in_groups, known_by
from pcanalytics.errors import UsageError

__all__ = ["weekly_series"]


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
    rows = known_by(offenses, as_of)
    labels = ["All"] if groups is None else list(groups)
    rows = rows.assign(offense_group="All") if groups is None else in_groups(rows, groups)
    first = as_of - pd.Timedelta(weeks=weeks)
    rows = rows[rows["occurred_from"].ge(first) & rows["occurred_from"].lt(as_of)]
    week_number = (rows["occurred_from"] - first) // pd.Timedelta(weeks=1)
    sums = rows.groupby([rows["offense_group"], week_number])["count"].sum()
    every = pd.MultiIndex.from_product([labels, range(weeks)], names=["offense_group", "week_number"])
    sums.index.names = every.names
    series = sums.reindex(every, fill_value=0).astype("int64").rename("count").reset_index()
    series["week_start"] = first + pd.to_timedelta(7 * series["week_number"], unit="D")
    if covered_from is not None:
        series = series[series["week_start"].ge(covered_from)].reset_index(drop=True)
    return series[["offense_group", "week_start", "count"]].astype({"offense_group": "str"})
