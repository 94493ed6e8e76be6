"""How often two strangers have the same full name.

Given names and surnames go together, with origin, age and family, so that a rare surname's bearers often have the few given
names that go with it. Full names are put into classes by how often they would be met if given name and surname had nothing to
do with each other; in each class training counts how often strangers really meet.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["CLASSES", "expected_in_class", "full_name_classes"]

CLASSES = 24
_BITS = 2.0  # a class holds full names from one rarity to one four times as rare


def _class_of(log_share: np.ndarray) -> np.ndarray:
    return np.clip(-log_share / np.log(2.0) / _BITS, 0, CLASSES - 1).astype(np.int64)


def full_name_classes(
    levels: np.ndarray, best: tuple[int, int], log_share: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Give the class of each pair that has the same full name.

    Parameters
    ----------
    levels : ndarray
        Level numbers of given name and surname, two columns.
    best : tuple of int
        The level numbers that mean the same.
    log_share : tuple of ndarray
        Natural logarithms of the shares of records with the pair's given name, and with its surname.

    Returns
    -------
    ndarray of int64
        -1 for pairs without the same full name.

    Examples
    --------
    >>> shares = np.log([0.25, 0.25]), np.log([0.5, 0.5])
    >>> full_name_classes(np.array([[3, 2], [3, 0]]), (3, 2), shares).tolist()
    [1, -1]
    """
    same = (levels[:, 0] == best[0]) & (levels[:, 1] == best[1])
    classes = np.full(len(levels), -1, dtype=np.int64)
    classes[same] = _class_of(log_share[0][same] + log_share[1][same])
    return classes


def expected_in_class(given_counts: Any, surname_counts: Any, pairs: float) -> np.ndarray:
    """Count the pairs with the same full name that there would be if given name and surname had nothing to do with each other.

    Parameters
    ----------
    given_counts, surname_counts : array_like
        How many records have each given name, and each surname.
    pairs : float
        All pairs of records with both names.

    Returns
    -------
    ndarray
        One number a class.

    Examples
    --------
    >>> expected_in_class([2, 2], [4], 6.0).round(2).tolist()[:2]
    [2.0, 0.0]
    """
    (given, given_met), (surname, surname_met) = (_by_rarity(counts) for counts in (given_counts, surname_counts))
    expected = np.zeros(CLASSES)
    for log_share, met in zip(given, given_met, strict=True):
        expected += np.bincount(_class_of(log_share + surname), weights=met * surname_met, minlength=CLASSES)
    return expected * pairs


def _by_rarity(counts: Any) -> tuple[np.ndarray, np.ndarray]:
    """Put names that are as common together: the logarithm of a name's share, and the share of pairs that such names make."""
    sizes, names = np.unique(np.asarray(counts, dtype=float), return_counts=True)
    total = (sizes * names).sum()
    return np.log(sizes / total), names * sizes * (sizes - 1) / (total * max(total - 1, 1.0))
