"""Which offenses are counted, and under which labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pcanalytics.errors import UsageError

__all__ = ["in_groups", "known_by"]


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
    parts = []
    for label, words in groups.items():
        if isinstance(words, str) or not words:
            raise UsageError(f"The offense group {label!r} must list offense words.")
        part = offenses[offenses["offense"].isin(list(words))]
        parts.append(part.assign(offense_group=pd.Series(label, index=part.index, dtype="str")))
    if not parts:
        return offenses.iloc[:0].assign(offense_group=pd.Series(dtype="str"))
    return pd.concat(parts)
