"""Sums over the levels of many pairs, always in the order of the pairs, so that they are the same to the last bit every time."""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["add_by_level", "count_by_level"]


@numba.njit(cache=True, nogil=True)
def add_by_level(levels: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Add up what the levels of each pair are worth.

    Parameters
    ----------
    levels : ndarray of int8
        Pairs by comparisons, -1 where missing.
    worth : ndarray
        Comparisons by levels.

    Returns
    -------
    ndarray
        One number a pair; what is missing is worth nothing.

    Examples
    --------
    >>> add_by_level(np.array([[1, 0], [-1, 0]], dtype=np.int8), np.array([[1.0, 2.0], [4.0, 8.0]])).tolist()
    [6.0, 4.0]
    """
    total = np.zeros(len(levels))
    for pair in range(len(levels)):
        for comparison in range(levels.shape[1]):
            level = levels[pair, comparison]
            if level >= 0:
                total[pair] += worth[comparison, level]
    return total


@numba.njit(cache=True, nogil=True)
def count_by_level(levels: np.ndarray, weight: np.ndarray, most: int) -> np.ndarray:
    """Add up the weights of the pairs at each level.

    Parameters
    ----------
    levels : ndarray of int8
        Pairs by comparisons, -1 where missing.
    weight : ndarray
        One a pair.
    most : int
        The most levels that a comparison has.

    Returns
    -------
    ndarray
        Comparisons by levels.

    Examples
    --------
    >>> count_by_level(np.array([[1], [0], [-1]], dtype=np.int8), np.array([0.5, 0.25, 1.0]), 2).tolist()
    [[0.25, 0.5]]
    """
    counts = np.zeros((levels.shape[1], most))
    for pair in range(len(levels)):
        for comparison in range(levels.shape[1]):
            level = levels[pair, comparison]
            if level >= 0:
                counts[comparison, level] += weight[pair]
    return counts
