"""Counts of equal windows going back from an as-of, and how far back each row's counts are made alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import cuts_of
from pcanalytics.compstat.counted import cells_of, known_by
from pcanalytics.compstat.rules import SeriesBreak, SignalRule
from pcanalytics.errors import UsageError

__all__ = ["WindowCounts", "window_counts"]

_YEAR = 365.25


@dataclass(frozen=True)
class WindowCounts:
    """Counts by row and window.

    Parameters
    ----------
    combinations : pandas.DataFrame
        The columns counted by, one line a row.
    starts : tuple of pandas.Timestamp
        First day of each window, oldest first; the last is the current window.
    counts : numpy.ndarray
        Whole numbers, by row and window.
    first : numpy.ndarray
        For each row, the first window that may be compared with the current one; the number of windows where not even
        the current one may be.
    since : tuple of str
        For each row, what cut its history short, such as ``"since 1 Mar 2026 (new records system)"``; empty for nothing.
    """

    combinations: pd.DataFrame
    starts: tuple[pd.Timestamp, ...]
    counts: np.ndarray
    first: np.ndarray
    since: tuple[str, ...]

    @property
    def past(self) -> int:
        """How many windows there are before the current one."""
        return len(self.starts) - 1


def window_counts(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: Sequence[str],
    groups: Mapping[str, Sequence[str]] | None,
    rule: SignalRule,
    covered_from: pd.Timestamp | None,
    breaks: Sequence[SeriesBreak],
) -> WindowCounts:
    """Count offenses in the current window and in those before it.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``.
    as_of : pandas.Timestamp
        Local midnight, the end of the current window. Later rows, and rows entered later, change nothing.
    by : sequence of str
        Columns to count by.
    groups : mapping of str to sequence of str, or None
        Label to offense words.
    rule : SignalRule
        How long windows are, and how many years of them are looked at.
    covered_from : pandas.Timestamp or None
        The first day that the records cover; without it the day of the earliest offense given. A window that begins
        before it is left out.
    breaks : sequence of SeriesBreak
        Days from which counts are made otherwise. Of a row that is not of one group, every break counts that concerns
        any group counted.

    Returns
    -------
    WindowCounts
        A row without ``occurred_from`` is in no window.

    Raises
    ------
    UnknownName
        When ``by`` names a column that is not there.
    UsageError
        When the as-of is not a local midnight, or groups are asked for and not given.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense": "arson", "count": 1, "occurred_from": pd.to_datetime(["2026-10-01", "2026-11-20"])})
    >>> counted = window_counts(rows, as_of=pd.Timestamp("2026-11-23"), by=[], groups=None, rule=SignalRule(),
    ...                         covered_from=pd.Timestamp("2026-08-31"), breaks=())
    >>> counted.counts.tolist()
    [[0, 1, 1]]
    """
    if as_of.tzinfo is not None or as_of != as_of.normalize():
        raise UsageError("An as-of must be a midnight in local wall time, without a time zone.")
    rows = known_by(offenses, as_of)
    rows = rows[~rows["occurred_from"].ge(as_of)]
    days = pd.Timedelta(days=rule.window_days)
    most = int(rule.baseline_years * _YEAR / rule.window_days)
    begins = covered_from if covered_from is not None else rows["occurred_from"].min()
    begins = as_of if pd.isna(begins) else begins.normalize()
    past = min(most, max(0, (as_of - days - begins) // days))
    starts = tuple(as_of - days * (past + 1 - place) for place in range(past + 1))
    cells = cells_of(rows, list(by), groups)
    numbers = ((rows["occurred_from"] - starts[0]) // days).fillna(-1).to_numpy(dtype=np.int64)
    counts = np.column_stack([cells.sums(numbers == place) for place in range(past + 1)])
    first, since = _comparable(cells.combinations, starts, breaks, groups, as_of)
    return WindowCounts(cells.combinations, starts, counts, first, since)


def _comparable(
    combinations: pd.DataFrame,
    starts: tuple[pd.Timestamp, ...],
    breaks: Sequence[SeriesBreak],
    groups: Mapping[str, Sequence[str]] | None,
    as_of: pd.Timestamp,
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Give, by row, the first window after the latest break that concerns it, and that break in words."""
    labels = combinations["offense_group"] if "offense_group" in combinations.columns else [None] * len(combinations)
    first, since = np.zeros(len(combinations), dtype=np.int64), []
    for row, label in enumerate(labels):
        cuts = [cut for cut in cuts_of(label, breaks, as_of, None, groups) if cut.on > starts[0]]
        if cuts:
            first[row] = sum(start < cuts[-1].on for start in starts)
        since.append(f"since {cuts[-1].on.day} {cuts[-1].on:%b %Y} ({cuts[-1].reason})" if cuts else "")
    return first, tuple(since)
