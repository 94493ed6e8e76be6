"""The rules of ``agency.toml``: when a count stands out, where records break, what other figures count, shifts.

Each function takes what the file says, appends what is wrong to one list, and gives the rule it can make.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.compstat.rules import FigureRule, SeriesBreak, SignalRule
from pcanalytics.errors import Problem, UsageError
from pcanalytics.exchange.settings import Keys, nearest
from pcanalytics.tables.vocabulary import OFFENSES

__all__ = ["check_labels", "check_offenses", "figure_rules", "series_breaks", "shift_starts", "signal_rule"]

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

#: The keys of ``[signals]`` that are judged together, and the kind of each.
_SIGNAL_KEYS: Sequence[Mapping[str, str]] = (
    {"watch": "number", "alert": "number"},
    {"window_days": "count"},
    {"baseline_years": "count"},
    {"false_discovery": "number"},
    {"minimum_count": "count"},
)

_PLACED_BY = ("occurred", "reported", "entered")
_UNITS = ("offense", "incident", "victim")


def signal_rule(values: Mapping[str, Any], problems: list[Problem]) -> SignalRule:
    """Read ``[signals]``.

    Parameters
    ----------
    values : mapping
        The table as parsed; a key that is not there keeps its default.
    problems : list of Problem
        What is wrong is appended, every key of it.

    Returns
    -------
    SignalRule
        The rule, with the default of each key that is wrong.

    Examples
    --------
    >>> problems = []
    >>> signal_rule({"watch": 0.05, "window_days": 30}, problems).watch
    0.05
    >>> print(problems[0])
    [signals]: window_days must be 7, 14, 21, 28 or another whole number of weeks.
    """
    keys = Keys(values, "[signals]", problems)
    kept: dict[str, Any] = {}
    for together in _SIGNAL_KEYS:
        taken = {key: keys.take(key, kind) for key, kind in together.items()}
        given = {key: value for key, value in taken.items() if value is not None}
        try:
            SignalRule(**given)
        except UsageError as error:
            keys.report(f"[signals]: {error.summary}", code="out_of_range")
        else:
            kept |= given
    keys.finish()
    return SignalRule(**kept)


def series_breaks(
    listed: Sequence[Mapping[str, Any]], groups: Mapping[str, Sequence[str]], problems: list[Problem]
) -> tuple[SeriesBreak, ...]:
    """Read ``[[series_breaks]]``.

    Parameters
    ----------
    listed : sequence of mapping
        The entries as parsed.
    groups : mapping of str to sequence of str
        The workspace's offense groups by label.
    problems : list of Problem
        What is wrong is appended.

    Returns
    -------
    tuple of SeriesBreak
        The entries with a day, the earliest first.

    Examples
    --------
    >>> import datetime as dt
    >>> entry = {"on": dt.date(2024, 1, 1), "reason": "new records system"}
    >>> series_breaks([entry], {}, [])[0].on
    Timestamp('2024-01-01 00:00:00')
    """
    breaks = []
    for number, values in enumerate(listed, start=1):
        keys = Keys(values, f"[[series_breaks]] number {number}", problems)
        on = keys.take("on", "day", required=True)
        reason = keys.take("reason", "text", required=True, default="")
        concerned = keys.take("offense_groups", "texts", default=())
        keys.finish()
        check_labels(keys, "offense_groups", concerned, groups)
        if on is not None:
            breaks.append(SeriesBreak(pd.Timestamp(on), reason, concerned))
    return tuple(sorted(breaks, key=lambda one: one.on))


def figure_rules(
    listed: Sequence[Mapping[str, Any]], groups: Mapping[str, Sequence[str]], problems: list[Problem]
) -> tuple[FigureRule, ...]:
    """Read ``[[figures]]``: how other figures of the same crime are counted.

    Parameters
    ----------
    listed : sequence of mapping
        The entries as parsed.
    groups : mapping of str to sequence of str
        The workspace's offense groups by label.
    problems : list of Problem
        What is wrong is appended.

    Returns
    -------
    tuple of FigureRule
        In the order of the file.

    Examples
    --------
    >>> problems = []
    >>> figure_rules([{"label": "Press figure", "unit": "incidents"}], {}, problems)[0].label
    'Press figure'
    >>> print(problems[0])
    [[figures]] number 1 unit is not known. Expected: did you mean 'incident'.
    """
    figures: list[FigureRule] = []
    for number, values in enumerate(listed, start=1):
        keys = Keys(values, f"[[figures]] number {number}", problems)
        label = keys.take("label", "text", required=True, default="")
        told = {
            "placed_by": _one_of(keys, "placed_by", _PLACED_BY),
            "unit": _one_of(keys, "unit", _UNITS),
            "attempted": keys.take("attempted", "flag"),
            "unfounded": keys.take("unfounded", "flag"),
            "offenses": _figure_offenses(keys, groups),
        }
        keys.finish()
        if label and label in {figure.label for figure in figures}:
            keys.report(f"{keys.name('label')} is used twice", code="duplicate_name")
        figures.append(FigureRule(label, **{key: value for key, value in told.items() if value is not None}))
    return tuple(figures)


def _one_of(keys: Keys, key: str, allowed: Sequence[str]) -> str | None:
    word: str | None = keys.take(key, "text")
    if word is None or word in allowed:
        return word
    keys.report(f"{keys.name(key)} is not known", code="unknown_name", expected=nearest(word, list(allowed)))
    return None


def _figure_offenses(keys: Keys, groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]] | None:
    values = keys.take("offenses", "table")
    if values is None:
        return None
    inner = Keys(values, keys.name("offenses"), keys.problems)
    counted = {label: inner.take(label, "texts", default=()) for label in values}
    check_labels(keys, "offenses", tuple(counted), groups)
    for label, words in counted.items():
        check_offenses(inner, label, words)
    return counted


def shift_starts(written: Sequence[str], keys: Keys) -> tuple[int, ...]:
    """Read when shifts start.

    Parameters
    ----------
    written : sequence of str
        Times of day such as ``"07:00"``, none twice.
    keys : Keys
        Where a time that cannot be read is reported.

    Returns
    -------
    tuple of int
        Minutes after midnight, in the order of the day; times that cannot be read are left out.

    Examples
    --------
    >>> shift_starts(["23:00", "07:00", "15:30"], Keys({}, "", []))
    (420, 930, 1380)
    """
    starts = []
    for number, time in enumerate(written, start=1):
        match = _TIME_OF_DAY.fullmatch(time)
        if match is None:
            keys.report(
                f"{keys.name('shifts')}: number {number} is no time of day",
                code="wrong_kind",
                expected='hours and minutes from "00:00" to "23:59", such as "07:00"',
            )
        else:
            starts.append(60 * int(match[1]) + int(match[2]))
    return tuple(sorted(starts))


def check_labels(keys: Keys, key: str, labels: Sequence[str], groups: Mapping[str, Sequence[str]]) -> None:
    """Report labels that are no offense group.

    Parameters
    ----------
    keys : Keys
        Where they are reported.
    key : str
        The key that names them.
    labels : sequence of str
        As written.
    groups : mapping of str to sequence of str
        The workspace's offense groups by label.

    Examples
    --------
    >>> problems = []
    >>> check_labels(Keys({}, "[offense_notes]", problems), "", ["Guns"], {"Gun crime": ["weapons"]})
    >>> print(problems[0])
    [offense_notes]: 'Guns' is no offense group. Expected: one of: Gun crime.
    """
    for label in labels:
        if label not in groups:
            expected = nearest(label, dict(groups)) if groups else "a label of [offense_groups]"
            keys.report(f"{keys.name(key)}: {label!r} is no offense group", code="unknown_name", expected=expected)


def check_offenses(keys: Keys, key: str, words: Sequence[str]) -> None:
    """Report words that are no declared offense.

    Parameters
    ----------
    keys : Keys
        Where they are reported.
    key : str
        The key that names them.
    words : sequence of str
        As written.

    Examples
    --------
    >>> problems = []
    >>> check_offenses(Keys({}, "[offense_groups]", problems), "Guns", ["weapon"])
    >>> print(problems[0])
    [offense_groups] 'Guns': 'weapon' is no declared offense. Expected: did you mean 'weapons'.
    """
    for word in words:
        if word not in OFFENSES:
            what = f"{keys.where} {key!r}: {word!r} is no declared offense"
            keys.report(what, code="unknown_name", expected=nearest(word, OFFENSES))
