"""How far out a count is: probabilities of a mixture of negative binomials, and the counts that are usual.

A count's p-value is the probability of a count at least as far out, on either side. The sides are weighed four to one:
of all that a level allows to be called out of the ordinary by chance, four fifths lie above and one fifth below,
because the page is read for what is rising. How far out a count is, is the smaller of its two weighed tails, and its
p-value the probability of all counts as far out as it (Blaker 2000, Canadian Journal of Statistics 28). Counts are
whole numbers, so a level is kept to and mostly not used up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln

__all__ = ["ABOVE_SHARE", "CountRange", "Mixture", "Tails"]

#: Which share of a level lies above the usual range.
ABOVE_SHARE = 0.8

#: More counts than this are not written out one by one but in even steps.
_MOST_POINTS = 6000


@dataclass(frozen=True)
class Mixture:
    """A mixture of negative binomials: what a count is expected to be.

    Parameters
    ----------
    log_means, dispersions, weights : numpy.ndarray
        Of each component; the weights add up to 1.
    """

    log_means: np.ndarray
    dispersions: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, log_means: np.ndarray, dispersions: np.ndarray, weights: np.ndarray, *, least: float) -> Mixture:
        """Make a mixture without the components that weigh less than ``least``."""
        kept = weights > least
        return cls(log_means[kept], dispersions[kept], weights[kept] / weights[kept].sum())

    @property
    def mean(self) -> float:
        """The expected count."""
        return float(self.weights @ np.exp(self.log_means))

    def times(self, factor: float) -> Mixture:
        """Give the mixture with every mean multiplied."""
        return Mixture(self.log_means + np.log(factor), self.dispersions, self.weights)

    def above(self, count: float) -> float:
        """Give the probability of more than ``count``."""
        mean, size = np.exp(self.log_means), 1 / self.dispersions
        return float(self.weights @ betainc(np.floor(count) + 1, size, mean / (size + mean)))

    def tails(self) -> Tails:
        """Write out how far out every count is that could well happen."""
        mean = np.exp(self.log_means)
        variance = self.weights @ (mean + (1 + self.dispersions) * mean**2) - self.mean**2
        width = 12 * np.sqrt(variance) + 20
        lowest = max(0, int(self.mean - width))
        highest = int(self.mean + width)
        while self.above(highest) > 1e-6:
            highest *= 2
        step = 1 + (highest - lowest) // _MOST_POINTS
        counts = np.arange(lowest, highest + step, step)
        return Tails.of(counts, self._probabilities(counts) * step)

    def _probabilities(self, counts: np.ndarray) -> np.ndarray:
        sizes, which = np.unique(1 / self.dispersions, return_inverse=True)
        size = sizes[which]
        shared = gammaln(counts[:, None] + sizes) - gammaln(sizes) - gammaln(counts + 1)[:, None]
        ratio = np.log1p(np.exp(self.log_means) / size)
        logs = shared[:, which] + counts[:, None] * (self.log_means - np.log(size) - ratio) - size * ratio
        return np.exp(logs) @ self.weights


@dataclass(frozen=True)
class CountRange:
    """The first and the last count that are usual at a level; any other is outside.

    Parameters
    ----------
    low, high : int
        Both are inside.
    """

    low: int
    high: int

    def side(self, count: int) -> str:
        """Give ``"above"``, ``"below"`` or, inside, nothing; a count that corrections leave below zero is as 0."""
        return "above" if count > self.high else "below" if max(count, 0) < self.low else ""


@dataclass(frozen=True)
class Tails:
    """Counts in even steps and how far out each is.

    Parameters
    ----------
    counts : numpy.ndarray
        Whole numbers, ascending.
    p_values : numpy.ndarray
        The probability of a count as far out as each, rising to one side of the middle and falling on the other.
    middle : float
        Counts above it are high, others low.
    """

    counts: np.ndarray
    p_values: np.ndarray
    middle: float

    @classmethod
    def of(cls, counts: np.ndarray, probabilities: np.ndarray, *, above_share: float = ABOVE_SHARE) -> Tails:
        """Work out how far out each count is from the probabilities of all."""
        at_most = np.cumsum(probabilities)
        at_least = np.maximum(1 - at_most + probabilities, 0)
        high, low = at_least / above_share, at_most / (1 - above_share)
        is_high = high <= low
        # The other side's tail that is no less far out; a little is added so that equal tails count as equal.
        lows = np.searchsorted(low, high * (1 + 1e-9), side="right")
        beside_high = np.where(lows > 0, at_most[np.maximum(lows - 1, 0)], 0.0)
        highs = np.searchsorted(high[::-1], low * (1 + 1e-9), side="right")
        beside_low = np.where(highs > 0, at_least[::-1][np.maximum(highs - 1, 0)], 0.0)
        p_values = np.minimum(np.where(is_high, at_least + beside_high, at_most + beside_low), 1.0)
        return cls(counts, p_values, float(counts[np.argmax(is_high)]) - 0.5)

    def p_value(self, count: int, *, minimum_count: int = 1) -> float:
        """Give the probability of a count as far out as this one; 1 for a high count below ``minimum_count``."""
        if self.middle < count < minimum_count:
            return 1.0
        place = (
            np.searchsorted(self.counts, count, side="right") - 1
            if count > self.middle
            else np.searchsorted(self.counts, count, side="left")
        )
        return float(self.p_values[np.clip(place, 0, len(self.counts) - 1)])

    def usual(self, level: float, *, minimum_count: int = 1) -> CountRange:
        """Give the counts whose p-value is above a level; none below ``minimum_count`` is above the range."""
        inside = self.counts[self.p_values > level]
        return CountRange(int(inside[0]), max(int(inside[-1]), minimum_count - 1))
