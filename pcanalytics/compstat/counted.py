"""Which offenses are counted, and under which labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.errors import UnknownName, UsageError

__all__ = ["Cells", "cells_of", "in_groups", "is_among", "known_by"]


def known_by(offenses: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows that the agency knew of before an as-of.

    A row counts as known when it had been entered before ``as_of``. Many records systems do not keep
    the time of entry; a row without one is taken as known. What an offense's own date says is left to
    the caller, who counts by period.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows with an ``entered_at`` column, or without one.
    as_of : pandas.Timestamp
        Local wall time; the first moment that is too late.

    Returns
    -------
    pandas.DataFrame
        The rows kept, in their order, with their index.

    Examples
    --------
    >>> rows = pd.DataFrame({"entered_at": pd.to_datetime(["2026-11-22", "2026-11-24", None])})
    >>> known_by(rows, pd.Timestamp("2026-11-23")).index.tolist()
    [0, 2]
    """
    if "entered_at" not in offenses.columns:
        return offenses
    return offenses[~offenses["entered_at"].ge(as_of)]


def is_among(values: pd.Series, wanted: pd.Series) -> pd.Series:
    """Tell which texts are among others; what ``Series.isin`` says, in a thirtieth of its time where the others are many.

    Parameters
    ----------
    values, wanted : pandas.Series
        Texts, such as incident numbers. A missing one is among none.

    Returns
    -------
    pandas.Series of bool
        With the index of ``values``.

    Examples
    --------
    >>> is_among(pd.Series(["1", "2", None]), pd.Series(["2", None])).tolist()
    [False, True, False]
    """
    kind = pa.large_string()
    there = pa.array(wanted.dropna().unique(), type=kind, from_pandas=True)
    found = pc.is_in(pa.array(values.astype("str"), type=kind, from_pandas=True), value_set=there, skip_nulls=True)
    return pd.Series(np.asarray(found), index=values.index, dtype=bool)


def in_groups(offenses: pd.DataFrame, groups: Mapping[str, Sequence[str]] | None) -> pd.DataFrame:
    """Label each offense with every group that names it.

    An offense that two groups name is labeled twice, so sums over groups may exceed the total. An
    offense that no group names is left out.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows with an ``offense`` column.
    groups : mapping of str to sequence of str, or None
        Label to offense words. ``None`` leaves the frame as it is.

    Returns
    -------
    pandas.DataFrame
        A copy with a text column ``offense_group``.

    Raises
    ------
    UsageError
        When a group names no offense at all.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": ["robbery", "arson"]})
    >>> in_groups(rows, {"Violent": ["robbery"], "Street": ["robbery"]})["offense_group"].tolist()
    ['Violent', 'Street']
    """
    if groups is None:
        return offenses
    _refuse_wordless(groups)
    parts = []
    for label, words in groups.items():
        part = offenses[offenses["offense"].isin(list(words))]
        parts.append(part.assign(offense_group=pd.Series(label, index=part.index, dtype="str")))
    if not parts:
        return offenses.iloc[:0].assign(offense_group=pd.Series(dtype="str"))
    return pd.concat(parts)


@dataclass(frozen=True)
class Cells:
    """Which row counts in which combination of keys, looked up once and summed for many periods.

    Parameters
    ----------
    combinations : pandas.DataFrame
        The keys' columns, one row a combination.
    rows : numpy.ndarray
        Positions of rows, one entry for each combination that a row counts in.
    places : numpy.ndarray
        The combination of each entry.
    counts : numpy.ndarray
        What each entry adds.
    """

    combinations: pd.DataFrame
    rows: np.ndarray
    places: np.ndarray
    counts: np.ndarray

    def sums(self, inside: np.ndarray) -> np.ndarray:
        """Add up the counts of the rows where ``inside`` is true, by combination."""
        chosen = inside[self.rows]
        totals = np.bincount(self.places[chosen], self.counts[chosen], minlength=len(self.combinations))
        return np.rint(totals).astype("int64")


def cells_of(rows: pd.DataFrame, keys: Sequence[str], groups: Mapping[str, Sequence[str]] | None) -> Cells:
    """Look up the combination of keys that each row counts in.

    Parameters
    ----------
    rows : pandas.DataFrame
        With ``count``, the keys' columns and, for groups, ``offense``.
    keys : sequence of str
        Columns to count by; ``offense_group`` is made from the groups.
    groups : mapping of str to sequence of str, or None
        Label to offense words. A row that no group names counts nowhere.

    Returns
    -------
    Cells
        Combinations of every value seen, in order, missing ones last; groups keep the order given.

    Raises
    ------
    UnknownName
        When a key is no column.
    UsageError
        When ``offense_group`` is asked for without groups, or a group lists no words.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": ["robbery", "arson", "robbery"], "count": 1})
    >>> cells = cells_of(rows, ["offense_group"], {"Fire": ["arson"], "Robbery": ["robbery"]})
    >>> cells.sums(np.array([True, True, True])).tolist()
    [1, 2]
    """
    by_group = "offense_group" in keys and groups is not None
    if "offense_group" in keys and groups is None and "offense_group" not in rows.columns:
        raise UsageError("Counting by offense_group needs the groups.")
    for key in keys:
        if key not in rows.columns and not (by_group and key == "offense_group"):
            raise UnknownName("column", key, rows.columns)
    positions, group_places = _grouped(rows, groups, by_group)
    combinations = pd.DataFrame(index=[0])
    places = np.zeros(len(positions), dtype=np.int64)
    for key in keys:
        if by_group and key == "offense_group":
            values, codes = pd.Series(list(groups or {}), dtype="str"), group_places
        else:
            taken = rows[key].iloc[positions]
            values = taken.drop_duplicates().sort_values(na_position="last")
            codes = pd.Index(values).get_indexer(pd.Index(taken)) if len(values) else np.zeros(0, dtype=np.int64)
        places = places * len(values) + codes
        combinations = combinations.merge(values.rename(key).to_frame(), how="cross")
    counts = rows["count"].to_numpy("float64")[positions]
    return Cells(combinations.reset_index(drop=True), positions, places, counts)


def _grouped(
    rows: pd.DataFrame, groups: Mapping[str, Sequence[str]] | None, by_group: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Give the positions that count, once per group that names them or once in all, and the group of each."""
    everywhere = np.arange(len(rows))
    if groups is None:
        return everywhere, everywhere
    _refuse_wordless(groups)
    codes, words = pd.factorize(rows["offense"])
    if not by_group:
        named = words.isin([word for listed in groups.values() for word in listed])
        kept = everywhere[np.append(named, False)[codes]]
        return kept, kept
    members = [everywhere[np.append(words.isin(list(listed)), False)[codes]] for listed in groups.values()]
    labels = [np.full(len(member), place, dtype=np.int64) for place, member in enumerate(members)]
    return np.concatenate([everywhere[:0], *members]), np.concatenate([everywhere[:0], *labels])


def _refuse_wordless(groups: Mapping[str, Sequence[str]]) -> None:
    for label, words in groups.items():
        if isinstance(words, str) or not words:
            raise UsageError(f"The offense group {label!r} must list offense words.")
