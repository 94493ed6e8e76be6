"""What an agency settles once: when a count is out of the ordinary, where its records break, what other figures count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pcanalytics.errors import UsageError

__all__ = ["FigureRule", "SeriesBreak", "SignalRule"]


@dataclass(frozen=True)
class SignalRule:
    """When a count is outside its usual range: one rule for headline, table, chart and alert.

    Parameters
    ----------
    watch, alert : float
        How often, at most, a row without any change is called *watch* or *alert*: probability of a count this far out
        on either side.
    window_days : int
        Days of the counts that the rule judges, a multiple of 7. The windows before it have the same length.
    baseline_years : int
        How many years of windows the usual range rests on, at most.
    false_discovery : float, optional
        Share of flagged rows of one table that may be false, after Benjamini and Hochberg (1995). Where it is
        stricter than ``watch`` and ``alert``, the ranges widen with it.
    minimum_count : int
        A count below this is never above its usual range.

    Raises
    ------
    UsageError
        When a number is outside its bounds.

    Examples
    --------
    >>> SignalRule().alert
    0.0027
    """

    watch: float = 0.01
    alert: float = 0.0027
    window_days: int = 28
    baseline_years: int = 3
    false_discovery: float | None = None
    minimum_count: int = 3

    def __post_init__(self) -> None:
        """Refuse a rule that could not be meant."""
        if not 0 < self.alert <= self.watch < 0.5:
            raise UsageError("alert and watch must be above 0 and below 0.5, and alert not above watch.")
        if self.window_days < 7 or self.window_days % 7:
            raise UsageError("window_days must be 7, 14, 21, 28 or another whole number of weeks.")
        if not 1 <= self.baseline_years <= 10:
            raise UsageError("baseline_years must be from 1 to 10.")
        if self.false_discovery is not None and not 0 < self.false_discovery < 0.5:
            raise UsageError("false_discovery must be above 0 and below 0.5.")
        if self.minimum_count < 1:
            raise UsageError("minimum_count must be at least 1.")


@dataclass(frozen=True)
class SeriesBreak:
    """A day from which counts are made otherwise, so that earlier ones are no measure for them.

    Parameters
    ----------
    on : pandas.Timestamp
        Midnight of the first day counted the new way.
    reason : str
        What changed, as a page prints it, such as ``"new records system"``.
    offense_groups : tuple of str
        The groups it concerns; empty for all.

    Examples
    --------
    >>> SeriesBreak(pd.Timestamp("2024-01-01"), "new records system").offense_groups
    ()
    """

    on: pd.Timestamp
    reason: str
    offense_groups: tuple[str, ...] = ()

    def concerns(self, offense_group: str) -> bool:
        """Tell whether a group's counts break there."""
        return not self.offense_groups or offense_group in self.offense_groups


@dataclass(frozen=True)
class FigureRule:
    """How another figure of the same crime is counted, so that the difference can be explained step by step.

    Parameters
    ----------
    label : str
        What it is called, such as ``"NIBRS submission"`` or ``"Press figure"``.
    placed_by : {"occurred", "reported", "entered"}
        The date that puts an offense into a period.
    unit : {"offense", "incident", "victim"}
        What is counted: each offense; each incident once, under its gravest offense; or for offenses against a
        person each victim, and every other offense once (as NIBRS does).
    attempted : bool
        Whether attempts count.
    unfounded : bool
        Whether incidents found not to have happened count.
    offenses : mapping of str to tuple of str
        Group label to the offense words this figure counts there; a group that is not named counts as CompStat does.

    Examples
    --------
    >>> FigureRule("Press figure", unit="incident").placed_by
    'occurred'
    """

    label: str
    placed_by: Literal["occurred", "reported", "entered"] = "occurred"
    unit: Literal["offense", "incident", "victim"] = "offense"
    attempted: bool = True
    unfounded: bool = False
    offenses: Mapping[str, tuple[str, ...]] | None = None
