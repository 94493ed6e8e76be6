"""The first sentences of a briefing: counts and what they stand beside, and nothing read into them."""

from __future__ import annotations

import pandas as pd

__all__ = ["TOO_FEW", "headline"]

#: With fewer offenses than this in 28 days there is nothing to compare.
TOO_FEW = 5


def headline(comparison: pd.DataFrame, total: pd.DataFrame, *, sentences: int = 6) -> list[str]:
    """Say the main counts in at most six plain sentences.

    The sentences state counts beside earlier counts. They do not call a difference a rise or a fall:
    whether it is one is a question for a test against the usual range, not for two numbers.

    Parameters
    ----------
    comparison : pandas.DataFrame
        From :func:`compare`, by ``offense_group`` alone.
    total : pandas.DataFrame
        From :func:`compare`, by nothing: the one row over all groups.
    sentences : int, default 6
        How many at most.

    Returns
    -------
    list of str
        Each number in them is in a row of ``comparison`` or ``total``. With fewer than
        :data:`TOO_FEW` offenses in 28 days they say that there are too few to compare. A period that the
        records do not cover is not spoken of.

    Examples
    --------
    >>> from pcanalytics.compstat import compare
    >>> none = pd.DataFrame({"offense": pd.Series(dtype="str"), "count": pd.Series(dtype="int64"),
    ...                      "occurred_from": pd.Series(dtype="datetime64[us]")})
    >>> as_of, groups = pd.Timestamp("2026-11-23"), {"Robbery": ["robbery"]}
    >>> headline(compare(none, as_of=as_of, by=["offense_group"], groups=groups),
    ...          compare(none, as_of=as_of, by=[], groups=groups))[0]
    'No offense is on record for the last 28 days: too few to compare.'
    """
    row = total.iloc[0]
    if pd.isna(row["last_28_days"]):
        return [
            f"{_offenses(row['week'])} on record for the week. The records do not go back 28 days: too early to compare."
        ]
    if row["last_28_days"] < TOO_FEW:
        return _too_few(row)[:sentences]
    before = (("week_prior", "in the week before"), ("week_last_year", "in the same week last year"))
    said = [_beside(f"{_offenses(row['week'])} on record for the week", row, before)]
    before = (
        ("last_28_days_prior", "in the 28 days before"),
        ("last_28_days_last_year", "in the same 28 days last year"),
    )
    said.append(_beside(f"The last 28 days hold {row['last_28_days']:,}", row, before))
    said += _year_to_date(row)
    ranked = comparison.sort_values(["last_28_days", "year_to_date"], ascending=False, kind="stable")
    largest = ranked[ranked["last_28_days"] > 0].head(2)
    for place, (_, group) in zip(("The largest group", "The next"), largest.iterrows(), strict=False):
        start = f"{place}, {group['offense_group']}, counts {group['last_28_days']:,} in 28 days"
        said.append(_beside(start, group, (("last_28_days_prior", "in the 28 days before"),)))
    silent = comparison.loc[comparison["last_28_days"] == 0, "offense_group"].tolist()
    if silent:
        said.append(f"No offense in 28 days falls under {_listed(silent)}.")
    return said[:sentences]


def _too_few(row: pd.Series) -> list[str]:
    number = int(row["last_28_days"])
    if number <= 0:
        first = "No offense is on record for the last 28 days: too few to compare."
    else:
        first = f"{_offenses(number)} on record for the last 28 days: too few to compare."
    return [first, *_year_to_date(row)]


def _year_to_date(row: pd.Series) -> list[str]:
    if pd.isna(row["year_to_date"]):
        return []
    start = f"The year to date stands at {row['year_to_date']:,}"
    return [_beside(start, row, (("year_to_date_last_year", "by the same date last year"),))]


def _beside(start: str, row: pd.Series, before: tuple[tuple[str, str], ...]) -> str:
    """End a sentence with the earlier counts that the records cover."""
    counts = [f"{row[column]:,} {words}" for column, words in before if not pd.isna(row[column])]
    return f"{start}, beside {' and '.join(counts)}." if counts else f"{start}."


def _offenses(number: int) -> str:
    return "One offense is" if number == 1 else f"{number:,} offenses are" if number else "No offenses are"


def _listed(labels: list[str]) -> str:
    shown = labels[:4] + ([f"{len(labels) - 4} other groups"] if len(labels) > 4 else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
