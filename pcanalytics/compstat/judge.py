"""One rule for every count: the range it would usually lie in, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pcanalytics.compstat.expected import ExpectedCounts, fit_expected
from pcanalytics.compstat.rules import SignalRule
from pcanalytics.compstat.tails import CountRange, Tails

__all__ = ["FEWEST_WINDOWS", "Judged", "Judgment", "judge_counts", "level_of"]

#: With fewer windows than this behind it a count is not judged.
FEWEST_WINDOWS = 8


@dataclass(frozen=True)
class Judgment:
    """What the rule says of one count.

    Parameters
    ----------
    watch, alert : CountRange
        A count outside is at least *watch*, or *alert*.
    expected, p_value, seen_if_doubled : float
        The expected count; the probability of a count as far out; the probability of a flag if the mean doubled.
    """

    watch: CountRange
    alert: CountRange
    expected: float
    p_value: float
    seen_if_doubled: float


@dataclass(frozen=True)
class Judged:
    """What the rule says of the counts of one table.

    Parameters
    ----------
    judgments : tuple of Judgment or None
        By row; ``None`` where the history is too short.
    watch, alert : float
        The levels kept to: those of the rule, or stricter ones that the false-discovery rate asks for.
    """

    judgments: tuple[Judgment | None, ...]
    watch: float
    alert: float
    rule: SignalRule
    fits: tuple[tuple[ExpectedCounts, int] | None, ...]

    def past(self, row: int, window: int) -> tuple[float, CountRange, CountRange]:
        """Give the expected count, watch and alert range of a window gone by, as the fit to all of them draws it."""
        fitted = self.fits[row]
        assert fitted is not None, "a row with a judgment has a fit"
        fit, place = fitted
        mixture = fit.predict(place, window, rough=True)
        return (mixture.mean, *_ranges(mixture.tails(), self.rule, self.watch, self.alert))


def judge_counts(
    histories: Sequence[np.ndarray],
    counts: Sequence[int],
    *,
    rule: SignalRule,
    shares: Sequence[float] | None = None,
) -> Judged:
    """Judge each row's current count against the windows before it.

    Parameters
    ----------
    histories : sequence of numpy.ndarray
        For each row the counts of the windows before, oldest first and without gaps; of any length.
    counts : sequence of int
        The current count of each row.
    rule : SignalRule
        The levels, and whether a false-discovery rate holds over the rows.
    shares : sequence of float, optional
        What is expected of a row's current window is multiplied by this.

    Returns
    -------
    Judged
        A row is judged the same whatever other rows there are, unless the rule sets a false-discovery rate.

    Raises
    ------
    PcanalyticsError
        When a fit does not come to rest.

    Examples
    --------
    >>> judged = judge_counts([np.full(39, 20)], [60], rule=SignalRule())
    >>> judgment = judged.judgments[0]
    >>> level_of(60, judgment.watch, judgment.alert)
    ('alert', 'above')
    """
    fits = _fits(histories, rule.window_days)
    tails: list[Tails | None] = []
    p_values = []
    mixtures = []
    for row, fitted in enumerate(fits):
        mixture = None if fitted is None else fitted[0].predict(fitted[1], share=1.0 if shares is None else shares[row])
        mixtures.append(mixture)
        tails.append(None if mixture is None else mixture.tails())
        found = tails[-1]
        p_values.append(np.nan if found is None else found.p_value(counts[row], minimum_count=rule.minimum_count))
    watch, alert = _levels(rule, np.array(p_values))
    judgments: list[Judgment | None] = []
    for mixture, found, p_value in zip(mixtures, tails, p_values, strict=True):
        if mixture is None or found is None:
            judgments.append(None)
            continue
        usual, far = _ranges(found, rule, watch, alert)
        judgments.append(Judgment(usual, far, mixture.mean, p_value, mixture.times(2).above(usual.high)))
    return Judged(tuple(judgments), watch, alert, rule, tuple(fits))


def level_of(count: int, watch: CountRange, alert: CountRange) -> tuple[str, str]:
    """Give a count's level and side from its ranges alone, so that whoever reads the ranges finds the same.

    Parameters
    ----------
    count : int
        The count.
    watch, alert : CountRange
        The usual counts at each level.

    Returns
    -------
    tuple of str
        ``"alert"``, ``"watch"`` or ``"usual"``; and ``"above"``, ``"below"`` or nothing.

    Examples
    --------
    >>> level_of(31, CountRange(11, 29), CountRange(8, 33))
    ('watch', 'above')
    """
    side = alert.side(count)
    if side:
        return "alert", side
    side = watch.side(count)
    return ("watch", side) if side else ("usual", "")


def _fits(histories: Sequence[np.ndarray], window_days: int) -> list[tuple[ExpectedCounts, int] | None]:
    """Fit the rows that have equally long histories together; nothing passes from one to another."""
    found: list[tuple[ExpectedCounts, int] | None] = [None] * len(histories)
    lengths = np.array([len(history) for history in histories], dtype=int)
    for length in np.unique(lengths[lengths >= FEWEST_WINDOWS]):
        rows = np.flatnonzero(lengths == length).tolist()
        fit = fit_expected(np.stack([histories[row] for row in rows]), window_days=window_days)
        for place, row in enumerate(rows):
            found[row] = (fit, place)
    return found


def _levels(rule: SignalRule, p_values: np.ndarray) -> tuple[float, float]:
    """Give the levels to keep to: those of the rule, or the one that Benjamini and Hochberg's step-up arrives at."""
    judged = np.sort(p_values[~np.isnan(p_values)])
    if rule.false_discovery is None or not len(judged):
        return rule.watch, rule.alert
    steps = np.arange(1, len(judged) + 1) * rule.false_discovery / len(judged)
    rejected = np.flatnonzero(judged <= steps)
    level = float(steps[rejected[-1] if len(rejected) else 0])
    return min(rule.watch, level), min(rule.alert, level)


def _ranges(tails: Tails, rule: SignalRule, watch: float, alert: float) -> tuple[CountRange, CountRange]:
    return (
        tails.usual(watch, minimum_count=rule.minimum_count),
        tails.usual(alert, minimum_count=rule.minimum_count),
    )
