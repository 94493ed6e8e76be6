"""How far a share may be off by chance, when what is counted hangs together."""

from __future__ import annotations

import numpy as np
from scipy import stats

__all__ = ["difference_interval", "ratio_interval"]


def ratio_interval(hits: np.ndarray, of: np.ndarray, *, level: float = 0.95) -> tuple[float, float, float]:
    """Give a share and its interval, when its parts come in groups whose members are right or wrong together.

    All pairs of one person share that person's records: if one record has a wrong birth date, all its pairs are missed.
    Counted as if each pair were a trial of its own, an interval is too narrow. So whole groups are the units: the
    variance of the share is that between groups, it gives the number of independent trials that would vary as
    much, and Wilson's score interval is taken for that number. It stays between 0 and 1 and has a width even when
    no error was found.

    Parameters
    ----------
    hits, of : numpy.ndarray
        One number a group: how many were right, and of how many.
    level : float
        Confidence.

    Returns
    -------
    tuple of float
        Value, low, high. All missing when ``of`` sums to zero; low and high missing when a single group counts.
        A share of exactly 0 or 1 has no variance to measure: there, members of a group are taken to be right or wrong all
        at once, the widest that groups can make it.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive
    counts estimated from survey data. Survey Methodology 24, 193-201.
    Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial proportions in clustered surveys.
    Journal of Survey Statistics and Methodology 3, 484-503.

    Examples
    --------
    >>> ones = np.ones(100)
    >>> [round(part, 3) for part in ratio_interval(ones, ones)]
    [1.0, 0.962, 1.0]
    >>> tens = np.full(10, 10.0)
    >>> [round(part, 3) for part in ratio_interval(tens, tens)]
    [1.0, 0.661, 1.0]
    """
    total = float(of.sum())
    if total <= 0:
        return np.nan, np.nan, np.nan
    value = float(hits.sum()) / total
    return influence_interval(value, (hits - value * of) / total, of, level=level)


def influence_interval(
    value: float, influence: np.ndarray, of: np.ndarray, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Give the interval of a share from how much each group moves it."""
    counting = of > 0
    groups = int(counting.sum())
    if groups < 2:
        return value, np.nan, np.nan
    total = float(of.sum())
    variance = groups / (groups - 1) * float(np.square(influence).sum())
    if 0 < value < 1 and variance > 0:
        trials = min(value * (1 - value) / variance, total)
    else:
        trials = total**2 / float(np.square(of).sum())
    z = float(stats.norm.ppf(0.5 + level / 2))
    trials *= (z / float(stats.t.ppf(0.5 + level / 2, groups - 1))) ** 2
    under = 1 + z**2 / trials
    middle = value + z**2 / (2 * trials)
    reach = z * np.sqrt(max(value * (1 - value), 0.0) / trials + z**2 / (4 * trials**2))
    low, high = (middle - reach) / under, (middle + reach) / under
    return value, float(min(max(low, 0.0), value)), float(max(min(high, 1.0), value))


def difference_interval(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Give the difference of two shares and its interval, from the interval of each.

    Parameters
    ----------
    one, other : tuple of float
        Value, low and high of :func:`ratio_interval`, at one confidence.

    Returns
    -------
    tuple of float
        ``one`` less ``other``, low, high. Missing where a part is missing.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in Medicine
    17, 873-890; its method 10.

    Examples
    --------
    >>> parts = difference_interval((56 / 70, 0.6918, 0.8769), (48 / 80, 0.4905, 0.7002))
    >>> [round(part, 2) for part in parts]
    [0.2, 0.05, 0.33]
    """
    between = one[0] - other[0]
    low = between - float(np.hypot(one[0] - one[1], other[2] - other[0]))
    high = between + float(np.hypot(one[2] - one[0], other[0] - other[1]))
    return between, low, high
