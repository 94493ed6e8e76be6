"""Harm in place of counts: each offense weighs the days that a guideline would have its offender serve.

A hundred thefts from vehicles are not ten times ten robberies. The weights are the agency's own file; the Cambridge Crime
Harm Index takes the starting point of the sentencing guideline for a first offender.

Source: Sherman, Neyroud and Neyroud (2016), "The Cambridge Crime Harm Index: Measuring Total Harm from Crime Based on
Sentencing Guidelines", *Policing: A Journal of Policy and Practice* 10(3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.compstat.compare import compare
from pcanalytics.compstat.compared import ALL_GROUPS
from pcanalytics.compstat.counted import in_groups, known_by
from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.periods import last_28_days

__all__ = ["harm_totals"]

#: The columns of the totals and the periods they weigh.
_PERIODS: Mapping[str, str] = {
    "harm_days": "last_28_days",
    "harm_prior": "last_28_days_prior",
    "harm_last_year": "last_28_days_last_year",
}


def harm_totals(
    offenses: pd.DataFrame,
    weights: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    covered_from: pd.Timestamp | None = None,
    breaks: Sequence[SeriesBreak] = (),
) -> pd.DataFrame:
    """Add up the harm of these 28 days, the 28 before, and the same 28 days of last year.

    One homicide moves the total of a district by more than a month of thefts: read it beside the counts, and never as a
    trend of few days.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``. An attempt weighs as much as its offense, and a count of -1 takes its weight back.
    weights : pandas.DataFrame
        ``offense`` and ``days``: what one offense weighs, in days.
    as_of : pandas.Timestamp
        Local midnight after the last day.
    groups : mapping of str to sequence of str
        Label to offense words.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover; a period that begins before it has no total.
    breaks : sequence of SeriesBreak, optional
        Days from which counts are made otherwise, as :func:`compare` takes them.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, in the order given and last :data:`~pcanalytics.compstat.ALL_GROUPS`, which weighs an offense
        of two groups once; ``harm_days``, ``harm_prior`` and ``harm_last_year`` in days, missing where there is no
        count; ``unweighted``, the offenses of these 28 days that have no weight and are in no total, and
        ``unweighted_offenses``, their words, missing for none. No row where there are no weights: no total is not 0.

    Raises
    ------
    UnknownName
        When the weights lack a column.
    UsageError
        When a weight is missing, negative or given twice, the as-of is no local midnight, or a group lists no words.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": ["robbery", "arson"], "count": 1,
    ...                      "occurred_from": pd.to_datetime(["2026-11-18", "2026-11-19"])})
    >>> weights = pd.DataFrame({"offense": ["robbery"], "days": [365]})
    >>> totals = harm_totals(rows, weights, as_of=pd.Timestamp("2026-11-23"), groups={"All": ["robbery", "arson"]})
    >>> totals[["harm_days", "unweighted", "unweighted_offenses"]].values.tolist()[0]
    [365.0, 1, 'arson']
    """
    days = _days(weights)
    every = {ALL_GROUPS: list(dict.fromkeys(word for words in groups.values() for word in words))}
    rows = known_by(offenses, as_of)
    weight = rows["offense"].map(days).to_numpy("float64")
    weighed = rows.assign(count=rows["count"].to_numpy("float64") * np.nan_to_num(weight) * _EXACT)
    unweighted = rows[np.isnan(weight) & last_28_days(as_of).contains(rows["occurred_from"]).to_numpy()]
    known = {"as_of": as_of, "covered_from": covered_from, "breaks": breaks}
    totals = pd.concat(
        [
            compare(weighed, by=["offense_group"], groups=groups, **known),
            compare(weighed, by=[], groups=groups, **known).assign(offense_group=ALL_GROUPS),
        ],
        ignore_index=True,
    )
    if weights.empty:
        totals = totals.iloc[:0]
    found = pd.DataFrame({"offense_group": totals["offense_group"].astype("str")})
    for column, period in _PERIODS.items():
        found[column] = totals[period].astype("Float64") / _EXACT
    asked = [] if weights.empty else [*groups.items(), *every.items()]
    named = [in_groups(unweighted, {label: words}) for label, words in asked]
    found["unweighted"] = pd.array([int(part["count"].sum()) for part in named], dtype="Int64")
    found["unweighted_offenses"] = pd.Series(
        [", ".join(sorted(set(part["offense"]))) or None for part in named], dtype="str"
    )
    return found


#: Weights keep three places behind the point while they are summed as whole numbers.
_EXACT = 1000


def _days(weights: pd.DataFrame) -> pd.Series:
    for column in ("offense", "days"):
        if column not in weights.columns:
            raise UnknownName("column", column, weights.columns)
    twice, wrong = weights["offense"].duplicated(), ~pd.to_numeric(weights["days"]).ge(0)
    if twice.any() or wrong.any():
        words = ", ".join(sorted(set(weights.loc[twice | wrong, "offense"].astype("str"))))
        raise UsageError(f"Each offense needs one weight of 0 days or more. Look at: {words}.")
    return pd.to_numeric(weights.set_index("offense")["days"])
