"""Three kinds of pairs: one person, two strangers, two of one household.

Members of a household share an address and mostly a surname, so two of their records look more alike than strangers' ever
do, and a model that knows only strangers takes them for one person where the birth date is missing. They are a kind of
their own here, and the three kinds are fitted together (expectation and maximization), with no label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Kinds", "fit_kinds", "weigh_kinds"]

_RELATIVES_START = 200.0  # pairs that the starting shares of relatives count as
_START = 5.0
_ITERATIONS = 25


@dataclass
class Kinds:
    """What is fitted: shares of each level by kind, and how many pairs of each kind there are.

    Parameters
    ----------
    m, relatives, u : list of ndarray
        Per comparison, share of pairs at each level; level number is the position.
    prior : float
        Share of all pairs that are one person's.
    relatives_prior : float
        Share of all pairs that are two of one household.
    together : ndarray
        2 x 2: how much more often than by their shares given name and surname are both (0) other or (1) not.
    """

    m: list[np.ndarray]
    relatives: list[np.ndarray]
    u: list[np.ndarray]
    prior: float
    relatives_prior: float
    together: np.ndarray


def _log_ratio(levels: np.ndarray, shares: list[np.ndarray], u: list[np.ndarray]) -> np.ndarray:
    total = np.zeros(len(levels))
    for column, (share, other) in enumerate(zip(shares, u, strict=True)):
        ratio = np.append(np.log(share) - np.log(other), 0.0)  # the last serves -1, missing
        total += ratio[levels[:, column]]
    return total


def _states(levels: np.ndarray, names: tuple[int, int] | None) -> tuple[np.ndarray, np.ndarray] | None:
    if names is None:
        return None
    one, other = levels[:, names[0]], levels[:, names[1]]
    return np.minimum(one, 1).astype(int), np.minimum(other, 1).astype(int)


def weigh_kinds(
    levels: np.ndarray, frequency: np.ndarray, kinds: Kinds, names: tuple[int, int] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh pairs as one person's and as two of one household's, each against strangers.

    Parameters
    ----------
    levels : ndarray
        Pairs by comparisons: level numbers, -1 where missing.
    frequency : ndarray
        Sum of the adjustments for rare values, in natural logarithms.
    kinds : Kinds
        The shares.
    names : tuple of int, optional
        Which comparisons are given name and surname.

    Returns
    -------
    tuple of ndarray
        Natural logarithms of the odds.
    """
    one = _log_ratio(levels, kinds.m, kinds.u) + frequency + np.log(kinds.prior)
    states = _states(levels, names)
    if states is not None:
        both = (states[0] >= 0) & (states[1] >= 0)
        one[both] += np.log(kinds.together)[states[0][both], states[1][both]]
    other = _log_ratio(levels, kinds.relatives, kinds.u) + frequency + np.log(kinds.relatives_prior)
    return one, other


def _shares(levels: np.ndarray, weight: np.ndarray, start: np.ndarray, strength: float) -> np.ndarray:
    known = levels >= 0
    counts = np.bincount(levels[known], weights=weight[known], minlength=len(start))
    return (counts + strength * start) / (counts.sum() + strength)


def fit_kinds(
    levels: np.ndarray,
    frequency: np.ndarray,
    start: Kinds,
    *,
    pairs: float,
    names: tuple[int, int] | None,
    sample: float = 1.0,
    household: bool = True,
    blocked_alone: tuple[int, ...] = (),
) -> Kinds:
    """Fit the shares of the kinds to pairs that blocking rules brought together.

    Whether a pair was brought together depends only on what is seen of it, so the odds of its kind do not depend on it.

    Parameters
    ----------
    levels, frequency, names
        As for `weigh_kinds`.
    start : Kinds
        Where to begin.
    pairs : float
        All pairs there are, compared or not.
    sample : float
        The share of the pairs brought together that is here.
    household : bool
        Whether to tell households apart at all.
    blocked_alone : tuple of int
        Comparisons whose best level alone brings a pair together, so that strangers at it are all here.

    Returns
    -------
    Kinds
        Fitted.
    """
    kinds = Kinds(
        [share.copy() for share in start.m],
        [share.copy() for share in start.relatives],
        [share.copy() for share in start.u],
        start.prior,
        start.relatives_prior,
        start.together.copy(),
    )
    states = _states(levels, names)
    for _ in range(_ITERATIONS):
        one, other = weigh_kinds(levels, frequency, kinds, names)
        if not household:
            other = np.full(len(one), -np.inf)
        top = np.maximum(np.maximum(one, other), 0.0)
        sizes = np.exp(-top) + np.exp(one - top) + np.exp(other - top)
        is_one, is_other = np.exp(one - top) / sizes, np.exp(other - top) / sizes
        if states is not None:
            kinds.together = _together(states, is_one)
        for column in range(levels.shape[1]):
            kinds.m[column] = _shares(levels[:, column], is_one, start.m[column], _START)
            if household:
                kinds.relatives[column] = _shares(
                    levels[:, column], is_other, start.relatives[column], _RELATIVES_START
                )
        for column in blocked_alone:
            best = len(kinds.u[column]) - 1
            strangers = (1.0 - is_one - is_other)[levels[:, column] == best].sum() / sample
            kinds.u[column][best] = (strangers + 1.0) / pairs
        kinds.prior = max(is_one.sum(), 1.0) / sample / pairs
        kinds.relatives_prior = max(is_other.sum(), 1.0) / sample / pairs
    return kinds


def _together(states: tuple[np.ndarray, np.ndarray], weight: np.ndarray) -> np.ndarray:
    both = (states[0] >= 0) & (states[1] >= 0)
    table = np.bincount(2 * states[0][both] + states[1][both], weights=weight[both], minlength=4).reshape(2, 2) + 0.01
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / table.sum()
    return (table + 1.0) / (expected + 1.0)
