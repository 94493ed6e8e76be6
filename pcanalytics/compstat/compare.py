"""Counts of a week, 28 days, the year to date and 12 months, beside the same periods before.

Source: the layout that weekly CompStat sheets have used since the New York City Police Department's of 1994: this
period, the one before, and the same period of last year. The mean of several years and the rolling 12 months answer
two complaints about it: that one odd year makes the next look odd, and that a year to date says little before autumn
(Ratcliffe, "Year-to-date comparisons and why we should stop doing them").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import BASELINES, COMPARED, compared_periods, cut_of, cuts_of, earlier_years
from pcanalytics.compstat.counted import cells_of, known_by
from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UsageError

__all__ = ["compare"]


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
    cuts = [cuts_of(label, breaks, as_of, covered_from, groups) for label in _labels(cells.combinations)]
    counts = {}
    for name, period in periods.items():
        missing = np.array([cut_of(name, period, each) is not None for each in cuts], dtype=bool)
        counts[name] = pd.arrays.IntegerArray(sums[name], missing)
    columns = {}
    for name in COMPARED:
        columns[name] = counts[name]
        for baseline, current in BASELINES.items():
            if name == f"{current}_last_year":
                columns[baseline] = _mean([counts[each] for each in earlier_years(current, baseline_years)])
    return pd.concat([cells.combinations, pd.DataFrame(columns, index=cells.combinations.index)], axis=1)


def _labels(combinations: pd.DataFrame) -> Sequence[str | None]:
    """Give each row's offense group, None for a row over several."""
    if "offense_group" not in combinations.columns:
        return [None] * len(combinations)
    return combinations["offense_group"].tolist()


def _mean(counts: Sequence[pd.arrays.IntegerArray]) -> pd.arrays.FloatingArray:
    """Give the mean of the counts that are not missing; missing where all are."""
    there = np.array([~count.isna() for count in counts])
    sums = np.array([count.to_numpy("int64", na_value=0) for count in counts]).sum(axis=0)
    years = there.sum(axis=0)
    return pd.arrays.FloatingArray(sums / np.maximum(years, 1), years == 0)
