"""Whether some groups of people are linked worse than others: what is wrong here biases everything that is counted after."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.linkage.intervals import difference_interval, ratio_interval
from pcanalytics.linkage.known_truth import PairCounts, count_pairs
from pcanalytics.linkage.quality import unit_counts

__all__ = ["CAUTION", "NOT_RECORDED", "age_band", "quality_by"]

#: To be printed beside every table of errors by group.
CAUTION = (
    "Links that are missed hide what a person did, links that are false give a person what another did. Where one group has "
    "more of either, its rates of re-arrest, its risk scores and its counts are off for that reason alone. Look at these rows "
    "before groups are compared in anything that stands on these links, and say them beside it. A group is as recorded, and a "
    "record can be wrong."
)

#: How a missing value is called; it is a group of its own.
NOT_RECORDED = "not recorded"

_AGES = (0, 18, 25, 35, 45, 55, 65)
_BANDS = ("under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over")

_FIGURES = (
    "links",
    "false_links",
    "precision",
    "precision_low",
    "precision_high",
    "true_pairs",
    "missed_pairs",
    "recall",
    "recall_low",
    "recall_high",
)


def age_band(birth_date: pd.Series, on: pd.Timestamp) -> pd.Series:
    """Give the age band of each person on a day.

    Parameters
    ----------
    birth_date : pandas.Series
        As ISO text or timestamps.
    on : pandas.Timestamp
        The day.

    Returns
    -------
    pandas.Series
        Words, on the same index; missing where the birth date is missing, cannot be read, or lies after the day.

    Examples
    --------
    >>> age_band(pd.Series(["2000-06-02", "2000-06-01", None]), pd.Timestamp("2018-06-01")).tolist()
    ['under 18', '18 to 24', nan]
    """
    born = pd.to_datetime(birth_date.astype("string"), format="ISO8601", errors="coerce")
    had = (born.dt.month * 100 + born.dt.day) <= on.month * 100 + on.day
    age = on.year - born.dt.year - (~had).astype("int64")
    band = pd.cut(age, [*_AGES, 200], right=False, labels=list(_BANDS))
    return band.astype("object")


def quality_by(
    links: pd.DataFrame,
    truth: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    between: bool | None = None,
    minimum: int = 10,
) -> pd.DataFrame:
    """Give precision and recall for each group of people: by sex, race, age, agency, or whatever is recorded.

    Parameters
    ----------
    links, truth : pandas.DataFrame
        As for :func:`pcanalytics.linkage.quality.pair_quality`.
    groups : pandas.DataFrame
        ``record_key`` and a column an attribute. Only what is recorded: nobody's origin is guessed from a name. A missing value
        makes the group "not recorded".
    between : bool, optional
        Whether only pairs between the two sides count.
    minimum : int, default 10
        Groups of fewer true people are named and not described. If they are fewer than that even together, the next
        smallest group of the attribute is kept back too, so that it cannot be had by subtracting.

    Returns
    -------
    pandas.DataFrame
        One row an attribute and group, in the order of the columns and of the words, "not recorded" last: ``attribute``, ``group``,
        ``people`` (missing when kept back), ``links``, ``false_links``, ``precision``, ``precision_low``, ``precision_high``,
        ``true_pairs``, ``missed_pairs``, ``recall``, ``recall_low``, ``recall_high``, ``small``, and ``differs``: "more false
        links", "fewer false links", "more missed", "fewer missed", joined by commas, where the group differs from all others together
        by more than chance (95%, for all groups of the attribute at once). A pair belongs to the group of each of its
        records, so that a pair whose records disagree counts in both.

    Raises
    ------
    InputRejected
        When labels, links or groups cannot be used.
    UsageError
        When ``minimum`` is less than 1.

    References
    ----------
    Bohensky, M. A. et al. (2010). Data linkage: a powerful research tool with potential problems. BMC Health Services Research 10, 346.

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": list("abcd"), "true_person": [1, 1, 2, 2]})
    >>> groups = pd.DataFrame({"record_key": list("abcd"), "sex": ["F", "F", "M", "M"]})
    >>> made = quality_by(pd.DataFrame({"left": ["a"], "right": ["b"]}), truth, groups, minimum=1)
    >>> made[["group", "recall"]].values.tolist()
    [['F', 1.0], ['M', 0.0]]
    """
    if minimum < 1:
        raise UsageError("minimum is less than 1: the smallest group that may be described has one person.")
    if "record_key" not in groups.columns or groups["record_key"].duplicated().any():
        todo = "Give each record one row with its record_key."
        raise InputRejected(
            "The groups cannot be used.", [Problem("record_key is not there, or occurs twice", todo=todo)]
        )
    counts = count_pairs(links, truth, between=between)
    recorded = groups.set_index("record_key")
    recorded.index = recorded.index.astype(str)
    recorded = recorded.reindex(counts.truth.keys)
    tables = [pd.DataFrame(_rows(counts, str(name), recorded[name])) for name in recorded.columns]
    made = pd.concat([_kept_back(table, minimum) for table in tables if len(table)], ignore_index=True)
    return made


def _rows(counts: PairCounts, attribute: str, values: pd.Series) -> Iterator[dict[str, object]]:
    words = values.astype("string").str.strip()
    words = words.where(words.ne("")).fillna(NOT_RECORDED)
    named = sorted(set(words) - {NOT_RECORDED}) + ([NOT_RECORDED] if words.eq(NOT_RECORDED).any() else [])
    whole = unit_counts(counts)
    level = 1 - 0.05 / max(len(named) * 2, 1)
    for word in named:
        member = words.eq(word).to_numpy(dtype=bool)
        touches = member[counts.left] | member[counts.right]
        right, made, there = unit_counts(counts, touches, ~member)
        precision, recall = ratio_interval(right, made), ratio_interval(right, there)
        others = [total - part for total, part in zip(whole, (right, made, there), strict=True)]
        yield {
            "attribute": attribute,
            "group": word,
            "people": len(np.unique(counts.truth.person[member])),
            "links": int(made.sum()),
            "false_links": int((made - right).sum()),
            **dict(zip(("precision", "precision_low", "precision_high"), precision, strict=True)),
            "true_pairs": int(there.sum()),
            "missed_pairs": int((there - right).sum()),
            **dict(zip(("recall", "recall_low", "recall_high"), recall, strict=True)),
            "differs": ", ".join(
                _differs(right, made, others[0], others[1], level, "false links")
                + _differs(right, there, others[0], others[2], level, "missed")
            ),
        }


def _differs(
    hits: np.ndarray, of: np.ndarray, other_hits: np.ndarray, other_of: np.ndarray, level: float, words: str
) -> list[str]:
    """Say whether a group has more or fewer errors than the others together."""
    _, low, high = difference_interval(
        ratio_interval(hits, of, level=level), ratio_interval(other_hits, other_of, level=level)
    )
    if high < 0:
        return [f"more {words}"]
    return [f"fewer {words}"] if low > 0 else []


def _kept_back(table: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Take the figures from groups of few people, and from one more where they could be had by subtracting."""
    small = table["people"] < minimum
    if small.any() and table.loc[small, "people"].sum() < minimum and not small.all():
        small[table.loc[~small, "people"].idxmin()] = True
    table = table.astype(dict.fromkeys(("people", *_FIGURES), "float64")).assign(small=small)
    table.loc[small, ["people", *_FIGURES]] = np.nan
    table.loc[small, "differs"] = ""
    return table
