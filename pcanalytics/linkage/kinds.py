"""Four kinds of pairs: one person, two strangers, two of one household, two of one name a generation apart.

Members of a household share an address and mostly a surname, and a son may bear his father's whole name, so two of their
records look more alike than strangers' ever do: a model that knows only strangers takes them for one person where a birth
date is missing. They are kinds of their own here, and all kinds are fitted together (expectation and maximization), with no
label.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from pcanalytics.linkage.full_names import CLASSES
from pcanalytics.linkage.sums import add_by_level, count_by_level

__all__ = ["Kinds", "Other", "fit_kinds", "weigh_kinds"]

_STRENGTH = 200.0  # pairs that the starting shares of the other kinds count as
_START = 5.0
_ITERATIONS = 25

Shares = list[np.ndarray]


@dataclass(frozen=True)
class Other:
    """A kind of two people who are more alike than strangers.

    Parameters
    ----------
    shares : list of ndarray
        Per comparison, share of pairs at each level; level number is the position.
    prior : float
        Share of all pairs that are of this kind.
    fixed : tuple of int
        Comparisons whose shares are what makes the kind, so are not fitted.
    """

    shares: Shares
    prior: float
    fixed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Kinds:
    """What is fitted: shares of each level by kind, and how many pairs of each kind there are.

    Parameters
    ----------
    m, u : list of ndarray
        Per comparison, shares among one person's pairs and among strangers'.
    prior : float
        Share of all pairs that are one person's.
    together : ndarray
        2 x 2: how much more often than by their shares given name and surname are both (0) other or (1) not.
    others : dict of str to Other
        The other kinds by name.
    by_chance : ndarray
        By class of full name (`full_names`): how much more often two strangers have it than if given name and surname had nothing
        to do with each other.
    """

    m: Shares
    u: Shares
    prior: float
    together: np.ndarray = field(default_factory=lambda: np.ones((2, 2)))
    others: dict[str, Other] = field(default_factory=dict)
    by_chance: np.ndarray = field(default_factory=lambda: np.ones(CLASSES))


def weigh_kinds(
    levels: np.ndarray,
    rarity: np.ndarray,
    kinds: Kinds,
    names: tuple[int, int] | None,
    full_name: np.ndarray | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Weigh pairs as one person's and as each other kind, each against strangers.

    Parameters
    ----------
    levels : ndarray
        Pairs by comparisons: level numbers, -1 where missing.
    rarity : ndarray
        What rarer values add, in natural logarithms. It is the same for every kind, because only strangers agree by chance.
    kinds : Kinds
        The shares.
    names : tuple of int, optional
        Which comparisons are given name and surname.
    full_name : ndarray, optional
        Class of the full name that both have, -1 where they have not the same.

    Returns
    -------
    tuple of ndarray and dict of str to ndarray
        Natural logarithms of the odds.

    Examples
    --------
    >>> half, few = np.array([0.5, 0.5]), np.array([0.75, 0.25])
    >>> one, _ = weigh_kinds(np.array([[1], [-1]]), np.zeros(2), Kinds([half], [few], 0.5), None)
    >>> np.exp(one).round(2).tolist()
    [1.0, 0.5]
    """
    if full_name is not None:
        rarity = rarity - np.log(np.append(kinds.by_chance, 1.0))[full_name]
    one = _log_ratio(levels, kinds.m, kinds.u) + rarity + np.log(kinds.prior)
    states = _states(levels, names)
    if states is not None:
        one += np.log(np.pad(kinds.together, ((0, 1), (0, 1)), constant_values=1.0))[states]
    others = {
        name: _log_ratio(levels, other.shares, kinds.u) + rarity + np.log(other.prior)
        for name, other in kinds.others.items()
    }
    return one, others


def _log_ratio(levels: np.ndarray, shares: Shares, u: Shares) -> np.ndarray:
    worth = np.zeros((len(u), max(map(len, u), default=1)))
    for column, (share, other) in enumerate(zip(shares, u, strict=True)):
        worth[column, : len(other)] = np.log(share) - np.log(other)
    return np.asarray(add_by_level(levels, worth))


def _states(levels: np.ndarray, names: tuple[int, int] | None) -> tuple[np.ndarray, np.ndarray] | None:
    if names is None:
        return None
    one, other = (np.minimum(levels[:, name], 1).astype(np.int64) for name in names)
    return np.where(one < 0, 2, one), np.where(other < 0, 2, other)


def fit_kinds(
    levels: np.ndarray,
    rarity: np.ndarray,
    start: Kinds,
    *,
    pairs: float,
    names: tuple[int, int] | None,
    sample: float = 1.0,
    blocked_alone: tuple[int, ...] = (),
    full_name: np.ndarray | None = None,
    expected: np.ndarray | None = None,
) -> Kinds:
    """Fit the shares of the kinds to pairs that blocking rules brought together.

    Whether a pair was brought together depends only on what is seen of it, so the odds of its kind do not depend on it.

    Parameters
    ----------
    levels, rarity, names
        As for `weigh_kinds`.
    start : Kinds
        Where to begin.
    pairs : float
        All pairs there are, compared or not.
    sample : float
        The share of the pairs brought together that is here.
    blocked_alone : tuple of int
        Comparisons whose best level alone brings a pair together, so that all strangers at it are here.
    full_name : ndarray, optional
        As for `weigh_kinds`.
    expected : ndarray, optional
        By class of full name, how many pairs would have it if given name and surname had nothing to do with each other; None when
        not all pairs of one full name are brought together.

    Returns
    -------
    Kinds
        Fitted.

    Examples
    --------
    >>> start = Kinds([np.array([0.1, 0.9])] * 2, [np.array([0.9, 0.1])] * 2, 0.3)
    >>> levels = np.array([[1, 1]] * 50 + [[0, 0]] * 100)
    >>> bool(fit_kinds(levels, np.zeros(150), start, pairs=150, names=None).prior > 0.3)
    True
    """
    kinds = start
    states = _states(levels, names)
    scale = 1.0 / sample / pairs
    for _ in range(_ITERATIONS):
        is_one, is_other = _posterior(levels, rarity, kinds, names, full_name)
        strangers = 1.0 - is_one - sum(is_other.values(), np.zeros(len(is_one)))
        u = list(kinds.u)
        for column in blocked_alone:
            u[column] = _best_share(
                u[column],
                (strangers[levels[:, column] == len(u[column]) - 1].sum() + 1.0) * scale,
            )
        kinds = Kinds(
            m=_shares(levels, is_one, start.m, _START),
            u=u,
            prior=min(max(is_one.sum(), 1.0) * scale, 0.5),
            by_chance=_by_chance((strangers + is_other.get("namesakes", 0.0)) / sample, full_name, expected),
            together=kinds.together if states is None else _together(states, is_one),
            others={name: _fitted_other(levels, is_other[name], other, scale) for name, other in start.others.items()},
        )
    return kinds


def _by_chance(strangers: np.ndarray, full_name: np.ndarray | None, expected: np.ndarray | None) -> np.ndarray:
    if full_name is None or expected is None:
        return np.ones(CLASSES)
    seen = np.bincount(full_name[full_name >= 0], weights=strangers[full_name >= 0], minlength=CLASSES)
    return np.maximum((seen + _START) / (expected + _START), 1.0)


def _posterior(
    levels: np.ndarray, rarity: np.ndarray, kinds: Kinds, names: tuple[int, int] | None, full_name: np.ndarray | None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    one, others = weigh_kinds(levels, rarity, kinds, names, full_name)
    total = np.logaddexp(0.0, one)
    for weight in others.values():
        total = np.logaddexp(total, weight)
    return np.exp(one - total), {name: np.exp(weight - total) for name, weight in others.items()}


def _best_share(shares: np.ndarray, best: float) -> np.ndarray:
    best = min(best, 0.5)  # a few records make a few pairs
    kept = shares[:-1] / shares[:-1].sum() * (1.0 - best)
    return np.append(kept, best)


def _shares(levels: np.ndarray, weight: np.ndarray, start: Shares, strength: float) -> Shares:
    counts = count_by_level(levels, weight, max(map(len, start), default=1))
    return [
        (found[: len(share)] + strength * share) / (found.sum() + strength)
        for found, share in zip(counts, start, strict=True)
    ]


def _fitted_other(levels: np.ndarray, weight: np.ndarray, start: Other, scale: float) -> Other:
    fitted = _shares(levels, weight, start.shares, _STRENGTH)
    shares = [old if i in start.fixed else new for i, (old, new) in enumerate(zip(start.shares, fitted, strict=True))]
    return replace(start, shares=shares, prior=min(max(weight.sum(), 1.0) * scale, 0.5))


def _together(states: tuple[np.ndarray, np.ndarray], weight: np.ndarray) -> np.ndarray:
    both = (states[0] < 2) & (states[1] < 2)
    seen = np.bincount(2 * states[0][both] + states[1][both], weights=weight[both], minlength=4).reshape(2, 2) + 0.01
    expected = seen.sum(1, keepdims=True) * seen.sum(0, keepdims=True) / seen.sum()
    ratio: np.ndarray = (seen + 1.0) / (expected + 1.0)
    return ratio
