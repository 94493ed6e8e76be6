"""Counts of a week, 28 days and the year to date, beside the same periods before.

Source: the layout that weekly CompStat sheets have used since the New York City Police
Department's of 1994: this period, the one before, and the same period of last year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pcanalytics.compstat.counted import in_groups, known_by
from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.periods import Period, last_28_days, last_year, prior, year_to_date

__all__ = ["COMPARED", "compare", "compared_periods"]

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
)


def compared_periods(as_of: pd.Timestamp) -> dict[str, Period]:
    """Give the periods that a comparison counts.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local wall time; the first moment after the week.

    Returns
    -------
    dict of str to Period
        By the names in :data:`COMPARED`. A week and 28 days go back a year by 52 weeks, so that they
        hold the same weekdays. The year to date goes back by date; when it covers 29 February it has
        one day more than the year before, and nothing is left out to hide that.

    Raises
    ------
    UsageError
        When the as-of carries a time zone or is not midnight.

    Examples
    --------
    >>> print(compared_periods(pd.Timestamp("2026-11-23"))["week_last_year"])
    17 Nov 2025 to 23 Nov 2025
    """
    if as_of.tzinfo is not None or as_of != as_of.normalize():
        raise UsageError("An as-of must be a midnight in local wall time, without a time zone.")
    week = Period(as_of - pd.Timedelta(days=7), as_of)
    month, year = last_28_days(as_of), year_to_date(as_of)
    found = (
        *(week, prior(week), last_year(week, keep="weekdays")),
        *(month, prior(month), last_year(month, keep="weekdays")),
        *(year, last_year(year, keep="dates")),
    )
    return dict(zip(COMPARED, found, strict=True))


def compare(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: Sequence[str],
    groups: Mapping[str, Sequence[str]] | None = None,
    covered_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Count offenses in this week, 28 days and year to date, and in the periods before.

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

    Returns
    -------
    pandas.DataFrame
        One row per combination of ``by``, zero rows included: every group by every value seen. The
        columns of ``by``, then those of :data:`COMPARED`, as whole numbers, missing in a period that the
        records do not cover. A missing key is a row of
        its own, last; a row without ``occurred_from`` is in no period. Groups keep the order given.

    Raises
    ------
    UnknownName
        When ``by`` names a column that is not there.
    UsageError
        When the as-of is not a local midnight, or a group lists no words.

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
    periods = compared_periods(as_of)
    keys = list(by)
    rows = known_by(offenses, as_of)
    if "offense_group" in keys:
        if groups is None and "offense_group" not in rows.columns:
            raise UsageError("Counting by offense_group needs the groups.")
        rows = in_groups(rows, groups)
    elif groups is not None:
        rows = rows[rows["offense"].isin([word for words in groups.values() for word in words])]
    for key in keys:
        if key not in rows.columns:
            raise UnknownName("column", key, rows.columns)
    combinations = _combinations(rows, keys, groups)
    counts = pd.DataFrame({name: _sums(rows, period, keys, combinations) for name, period in periods.items()})
    if covered_from is not None:
        for name, period in periods.items():
            if name != "week" and period.start < covered_from:
                counts[name] = pd.array([pd.NA] * len(counts), dtype="Int64")
    return pd.concat([combinations.reset_index(drop=True), counts.reset_index(drop=True)], axis=1)


def _combinations(rows: pd.DataFrame, keys: list[str], groups: Mapping[str, Sequence[str]] | None) -> pd.DataFrame:
    """Every combination of the values seen; groups keep the order of the settings."""
    if not keys:
        return pd.DataFrame(index=[0])
    combined = pd.DataFrame({"_": [0]})
    for key in keys:
        if key == "offense_group" and groups is not None:
            values = pd.Series(list(groups), dtype="str", name=key)
        else:
            values = rows[key].drop_duplicates().sort_values(na_position="last").rename(key)
        combined = combined.merge(values.to_frame(), how="cross")
    return combined.drop(columns="_")


def _sums(rows: pd.DataFrame, period: Period, keys: list[str], combinations: pd.DataFrame) -> pd.Series:
    inside = rows[period.contains(rows["occurred_from"])]
    if not keys:
        return pd.Series([int(inside["count"].sum())], dtype="int64")
    sums = inside.groupby(keys, dropna=False, observed=True)["count"].sum().rename("sum").reset_index()
    joined = combinations.merge(sums, how="left", on=keys)
    return joined["sum"].fillna(0).astype("int64")
