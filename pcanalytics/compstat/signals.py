"""Which counts are out of the ordinary: one answer that headline, table, chart and alert all read.

Method, limits and measured false alarms are in ``docs/methods/compstat_signals.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import ALL_GROUPS
from pcanalytics.compstat.judge import FEWEST_WINDOWS, Judged, judge_counts, level_of
from pcanalytics.compstat.rules import SeriesBreak, SignalRule
from pcanalytics.compstat.tails import CountRange
from pcanalytics.compstat.windows import WindowCounts, window_counts
from pcanalytics.errors import UsageError

__all__ = ["bands", "power_in_words", "signals"]

_RULE = SignalRule()

_RANGE = ("watch_low", "watch_high", "alert_low", "alert_high")

#: A usual count tells nothing where fewer offenses than this are in all windows, or fewer than one is expected.
_FEWEST_EVENTS = 10

#: From so many days of history on, season and trend can be told apart.
_TWO_YEARS = 728

_CHANCES = (
    (1 / 20, "1 time in 20"),
    (1 / 10, "1 time in 10"),
    (1 / 5, "1 time in 5"),
    (1 / 4, "1 time in 4"),
    (1 / 3, "1 time in 3"),
    (1 / 2, "1 time in 2"),
    (2 / 3, "2 times in 3"),
    (3 / 4, "3 times in 4"),
    (4 / 5, "4 times in 5"),
    (9 / 10, "9 times in 10"),
)


def bands(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: Sequence[str],
    groups: Mapping[str, Sequence[str]] | None = None,
    rule: SignalRule = _RULE,
    covered_from: pd.Timestamp | None = None,
    breaks: Sequence[SeriesBreak] = (),
    completeness: Mapping[str, float] | None = None,
    past_ranges: bool = True,
) -> pd.DataFrame:
    """Count offenses window by window, with the range that each count would usually lie in.

    Do not use it to tell why a count is out of the ordinary, nor for what does not happen one by one (victims of one
    mass shooting, grams seized): it comes in lumps that no such range foresees.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``: ``offense``, ``count``, ``occurred_from``, and ``entered_at`` where it is kept.
    as_of : pandas.Timestamp
        Local midnight after the current window's last day. Later rows, and rows entered later, do not change the
        answer.
    by : sequence of str
        Columns to count by, such as ``["offense_group"]``; empty for one row over all groups.
    groups : mapping of str to sequence of str, optional
        Label to offense words.
    rule : SignalRule
        Levels, length of the windows and years looked back.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover; without it the day of the earliest offense given.
    breaks : sequence of SeriesBreak, optional
        Windows that begin before a break are shown, but have no range and are not learned from.
    completeness : mapping of str to float, optional
        Share, by group and for :data:`~pcanalytics.compstat.ALL_GROUPS`, of the current window's offenses that should
        be on record by the as-of. What is expected of that window is multiplied by it; no count is altered.
    past_ranges : bool, default True
        Whether windows gone by get ranges too, as a chart needs them. That is most of the work.

    Returns
    -------
    pandas.DataFrame
        One row per combination of ``by`` and window, oldest first: the columns of ``by``, ``window_start``,
        ``window_end``, ``count``, ``expected``, ``watch_low``, ``watch_high``, ``alert_low``, ``alert_high`` (the first
        and last counts that are usual at each level; missing where there is no range) and ``is_current``. On current
        rows also ``p_value``, ``level``, ``direction``, ``seen_if_doubled``, ``windows`` (how many the range rests on),
        ``events`` (offenses in them) and ``basis`` in words; missing elsewhere. The ranges of windows gone by are of
        the fit to all of them, for drawing: they judge nothing.

    Raises
    ------
    UnknownName
        When ``by`` names a column that is not there.
    UsageError
        When the as-of is not a local midnight, groups are missing, or a share is not above 0 and at most 1.

    Examples
    --------
    >>> days = pd.date_range("2024-11-25", "2026-11-22")
    >>> rows = pd.DataFrame({"offense": "theft", "count": 1, "occurred_from": days})
    >>> found = bands(rows, as_of=pd.Timestamp("2026-11-23"), by=[])
    >>> found.loc[found["is_current"], ["count", "level", "windows"]].values.tolist()
    [[28, 'usual', 25]]
    """
    counted = window_counts(
        offenses, as_of=as_of, by=by, groups=groups, rule=rule, covered_from=covered_from, breaks=breaks
    )
    histories = [row[first:-1] for row, first in zip(counted.counts, counted.first, strict=True)]
    shares = _shares(counted.combinations, completeness or {})
    judged = judge_counts(histories, counted.counts[:, -1].tolist(), rule=rule, shares=shares)
    ranges = np.full((*counted.counts.shape, 1 + len(_RANGE)), np.nan)
    current = []
    for row, judgment in enumerate(judged.judgments):
        current.append(_current(counted, row, histories[row], judged))
        if judgment is None:
            continue
        ranges[row, -1] = _numbers(judgment.expected, judgment.watch, judgment.alert)
        for window in range(len(histories[row]) if past_ranges else 0):
            ranges[row, counted.first[row] + window] = _numbers(*judged.past(row, window))
    return _long(counted, ranges.reshape(-1, 1 + len(_RANGE)), current, rule)


def signals(bands: pd.DataFrame, rule: SignalRule = _RULE) -> pd.DataFrame:
    """Say of each row's current count whether it is out of the ordinary.

    Parameters
    ----------
    bands : pandas.DataFrame
        From :func:`bands`.
    rule : SignalRule
        The one the bands were made with.

    Returns
    -------
    pandas.DataFrame
        One row per combination: the columns counted by, ``window_start``, ``window_end``, ``count``, ``expected``, the
        four ends of the ranges, ``level``, ``direction``, ``p_value``, ``windows``, ``basis``, ``seen_if_doubled``,
        ``words`` and ``power_words``. Levels: ``alert`` and ``watch`` (outside their range), ``usual``, ``too_few``
        (inside, but so few offenses that it tells nothing) and ``no_history``. A row without range has its numbers
        missing and no ``power_words``. Counted by area, ``label`` names the row, as in ``"District North"``; counted by
        group and area it names both, as in ``"Robbery in North"`` or ``"Robbery in Beat 12"``.

    Raises
    ------
    UsageError
        When the bands were made with windows of another length than the rule's.

    Examples
    --------
    >>> days = pd.date_range("2024-11-25", "2026-11-22")
    >>> rows = pd.DataFrame({"offense": "theft", "count": 1, "occurred_from": days})
    >>> found = signals(bands(rows, as_of=pd.Timestamp("2026-11-23"), by=[]))
    >>> found["words"].tolist()
    ['within its usual range (13–45)']
    """
    now = bands[bands["is_current"]].reset_index(drop=True)
    if (now["window_end"] - now["window_start"]).ne(pd.Timedelta(days=rule.window_days)).any():
        raise UsageError(f"These bands were not made with the rule's windows of {rule.window_days} days.")
    now["words"] = pd.Series([_words(row) for row in now.to_dict("records")], dtype="str")
    chances = [None if pd.isna(chance) else chance for chance in now["seen_if_doubled"]]
    now["power_words"] = pd.Series(
        ["" if chance is None else f"a doubling here would be seen {power_in_words(chance)}" for chance in chances],
        dtype="str",
    )
    for area in ("district", "beat"):
        if area in now.columns:
            full = _full_names(area, now[area])
            now["label"] = pd.Series([_label(full, area, row) for row in now.to_dict("records")], dtype="str")
    return now.drop(columns=["is_current", "events"])


def _full_names(area: str, names: pd.Series) -> dict[str, str]:
    """Name areas so that none has a group's name or is a bare number: ``"District 7"``, unless it is called so already."""
    there = names.dropna().unique().tolist()
    full = {name: name if area in name.lower() else f"{area.capitalize()} {name}" for name in there}
    return full if len(set(full.values())) == len(full) else {name: f"{area.capitalize()} {name}" for name in there}


def _label(full: Mapping[str, str], area: str, row: Mapping[str, Any]) -> str | None:
    """Name a row of an area; missing where the area is."""
    name = row[area]
    if pd.isna(name):
        return None
    if "offense_group" not in row:
        return full[name]
    return f"{row['offense_group']} in {full[name] if name[:1].isdigit() else name}"


def power_in_words(chance: float) -> str:
    """Say how often something would be seen.

    Parameters
    ----------
    chance : float
        A probability.

    Returns
    -------
    str
        To the nearest of a few plain fractions.

    Examples
    --------
    >>> power_in_words(0.23)
    '1 time in 4'
    >>> power_in_words(0.999)
    'almost always'
    """
    if chance < 0.025:
        return "almost never"
    if chance > 0.95:
        return "almost always"
    return min(_CHANCES, key=lambda each: abs(each[0] - chance))[1]


def _shares(combinations: pd.DataFrame, completeness: Mapping[str, float]) -> list[float]:
    wrong = [label for label, share in completeness.items() if not 0 < share <= 1]
    if wrong:
        raise UsageError(f"completeness must be above 0 and at most 1, and is not for {', '.join(map(repr, wrong))}.")
    whole = completeness.get(ALL_GROUPS, 1.0)
    if "offense_group" not in combinations.columns:
        return [whole] * len(combinations)
    return [completeness.get(label, whole) for label in combinations["offense_group"]]


def _numbers(expected: float, watch: CountRange, alert: CountRange) -> list[float]:
    return [expected, watch.low, watch.high, alert.low, alert.high]


def _current(counted: WindowCounts, row: int, history: np.ndarray, judged: Judged) -> dict[str, Any]:
    """Give what only the current window has."""
    count, events, windows = int(counted.counts[row, -1]), int(history.sum()), len(history)
    days = judged.rule.window_days
    judgment = judged.judgments[row]
    found: dict[str, Any] = {"events": events, "windows": windows, "basis": _basis(counted, row, windows, days)}
    if judgment is None:
        return {**found, "level": "no_history", "direction": "", "p_value": None, "seen_if_doubled": None}
    level, direction = level_of(count, judgment.watch, judgment.alert)
    if level == "usual" and (events + count < _FEWEST_EVENTS or judgment.expected < 1):
        level = "too_few"
    numbers = {"p_value": judgment.p_value, "seen_if_doubled": judgment.seen_if_doubled}
    return {**found, "level": level, "direction": direction, **numbers}


def _basis(counted: WindowCounts, row: int, windows: int, days: int) -> str:
    since = f" {counted.since[row]}" if counted.since[row] else ""
    if not windows:
        return f"nothing to compare with is on record{since}"
    begin = f"{windows:,} period{'' if windows == 1 else 's'} of {days} days on record{since}"
    if windows < FEWEST_WINDOWS:
        return begin
    hardly = ": season and trend can hardly be told yet, so the range is wider"
    return begin + (hardly if windows * days < _TWO_YEARS else ": season and trend allowed for")


def _long(
    counted: WindowCounts, ranges: np.ndarray, current: Sequence[Mapping[str, Any]], rule: SignalRule
) -> pd.DataFrame:
    rows, windows = counted.counts.shape
    frame = counted.combinations.loc[np.repeat(np.arange(rows), windows)].reset_index(drop=True)
    frame["window_start"] = pd.Series(counted.starts * rows, dtype="datetime64[us]")
    frame["window_end"] = frame["window_start"] + pd.Timedelta(days=rule.window_days)
    frame["count"] = pd.array(counted.counts.ravel(), dtype="Int64")
    frame["expected"] = pd.array(ranges[:, 0], dtype="Float64")
    for place, name in enumerate(_RANGE, start=1):
        frame[name] = pd.array(ranges[:, place], dtype="Float64").astype("Int64")
    frame["is_current"] = np.tile(np.arange(windows) == windows - 1, rows)
    kinds = {"p_value": "Float64", "level": "str", "direction": "str", "seen_if_doubled": "Float64"}
    for name, kind in {**kinds, "windows": "Int64", "events": "Int64", "basis": "str"}.items():
        values: list[Any] = [None] * (rows * windows)
        values[windows - 1 :: windows] = [each[name] for each in current]
        frame[name] = pd.Series(values, dtype=kind)
    return frame


def _words(row: Mapping[str, Any]) -> str:
    if row["level"] == "no_history":
        return f"too early to tell: {row['basis']}"
    if row["level"] == "too_few":
        return "too few to tell"
    place = {"above": "above", "below": "below", "": "within"}[row["direction"]]
    words = f"{place} its usual range ({row['watch_low']:,}–{row['watch_high']:,})"
    if row["events"] == 0 and row["count"] > 0:
        return f"{words}: from 0 in all {row['windows']:,} periods before to {row['count']:,}"
    return words
