"""Where to draw the line between a link, a pair for the reviewer and no link: from the scored pairs of this data set.

A threshold taken from another data set, or from another size of the same one, is wrong without a sign of it. What does carry over
is the share of false links that is borne, so that is what is set, and the threshold follows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Thresholds", "choose_thresholds", "probability_of", "weight_of"]


@dataclass(frozen=True)
class Thresholds:
    """The line, and what is expected above it.

    Parameters
    ----------
    link : float
        Least match weight (base 2 logarithm of the odds) of a join.
    review : float
        Least match weight that is worth a reviewer's look.
    expected_false_share : float
        Share of the links above ``link`` that the model expects to be false.
    links : int
        How many links that is a share of.
    """

    link: float
    review: float
    expected_false_share: float
    links: int


def probability_of(weight: np.ndarray) -> np.ndarray:
    """Turn match weights into match probabilities.

    Parameters
    ----------
    weight : ndarray of float
        Base 2 logarithm of the odds.

    Returns
    -------
    ndarray of float64
        Between 0 and 1.

    Examples
    --------
    >>> probability_of(np.array([0.0, 1.0])).round(3).tolist()
    [0.5, 0.667]
    """
    held = np.clip(np.asarray(weight, dtype=np.float64), -100.0, 100.0)
    return 1.0 / (1.0 + np.exp2(-held))


def weight_of(probability: float) -> float:
    """Turn a match probability into a match weight.

    Parameters
    ----------
    probability : float
        More than 0 and less than 1.

    Returns
    -------
    float
        Base 2 logarithm of the odds.

    Examples
    --------
    >>> weight_of(0.5)
    0.0
    """
    return float(np.log2(probability / (1.0 - probability)))


def choose_thresholds(
    height: np.ndarray, links: np.ndarray, *, false_share: float, worst_link: float = 0.5, review: float = 0.0
) -> Thresholds:
    """Choose the lowest threshold above which few enough links are expected to be false, and none is too doubtful itself.

    Parameters
    ----------
    height : ndarray of float
        Match weight of each join, after the guards: that of the weakest pair on which it stands.
    links : ndarray of int
        How many links each join makes.
    false_share : float
        The share of false links that is borne, for example 0.002.
    worst_link : float
        How probable it may be of a single link that it is false. Where nearly all links are sure, their share alone would let
        in many that are as likely false as true.
    review : float
        Match weight below which nothing is looked at.

    Returns
    -------
    Thresholds
        With no link at all, the threshold that one link of that probability would need.

    Notes
    -----
    A link is expected to be false with the probability that its weakest pair is no match. What the guards hold back is not
    in it, and so neither are the false links that no probability shows. With joins sorted from the highest, the share of
    expected false links among the first so many only rises, and the threshold is where it reaches ``false_share``.

    Examples
    --------
    >>> choose_thresholds(np.array([20.0, 10.0, 2.0]), np.array([50, 50, 1]), false_share=0.003).link
    2.0
    >>> choose_thresholds(np.array([20.0, 10.0, 2.0]), np.array([50, 50, 9]), false_share=0.003).link
    10.0
    >>> choose_thresholds(np.array([20.0, 10.0, 2.0]), np.array([50, 50, 1]), false_share=0.003, worst_link=0.1).link
    10.0
    """
    least = max(review, weight_of(1.0 - worst_link))
    counted = (links > 0) & (np.asarray(height, dtype=np.float64) >= least)
    order = np.argsort(-height[counted], kind="stable")
    weight, number = np.asarray(height, dtype=np.float64)[counted][order], links[counted][order].astype(np.int64)
    if not len(weight):
        return Thresholds(max(weight_of(1.0 - false_share), least), review, 0.0, 0)
    made = np.cumsum(number)
    share = np.cumsum(number * (1.0 - probability_of(weight))) / made
    last = np.append(weight[1:] != weight[:-1], True)  # joins of one weight stand or fall together
    fits = np.flatnonzero(last & (share <= false_share))
    if not len(fits):
        return Thresholds(max(weight_of(1.0 - false_share), least), review, 0.0, 0)
    at = int(fits[-1])
    return Thresholds(float(weight[at]), review, float(share[at]), int(made[at]))
