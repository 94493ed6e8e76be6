"""At which end of a line are its low numbers? Told by its neighbors when the file does not say.

A layer that gives the lowest and the highest number of each line, and never a falling pair, has lost the way the
numbers run. Lines of one street that touch give it back: numbers rise toward the neighbor that has higher ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["is_recorded", "rising_ends"]

#: A layer with at least this share of falling ranges says which way its numbers run.
_FALLING_SHARE = 0.005

#: When lines and neighbors agree this often, the lines are drawn the way their numbers rise.
_AGREE_SHARE = 0.9

#: Lines of one street farther apart than this, and than twice their length, say nothing of each other.
_REACH_M = 1000.0


def is_recorded(descends: np.ndarray, told: np.ndarray) -> bool:
    """Tell whether a layer records which way its numbers run along each line.

    Parameters
    ----------
    descends : array of bool
        For each range, whether its first number is the higher.
    told : array of int
        For each line that its neighbors tell of, 1 when numbers rise along it and -1 when they fall.

    Returns
    -------
    bool
        True when some ranges fall, or when the lines are drawn the way their neighbors say that numbers rise. True
        also when there is nothing to judge by.

    Examples
    --------
    >>> is_recorded(np.zeros(400, bool), np.array([1, -1] * 30))
    False
    """
    if len(descends) and float(descends.mean()) >= _FALLING_SHARE:
        return True
    decided = told[told != 0]
    return not len(decided) or float((decided > 0).mean()) >= _AGREE_SHARE


def rising_ends(ranges: pd.DataFrame, start: np.ndarray, end: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Tell for each line whether house numbers rise along it, from the lines of the same street.

    Parameters
    ----------
    ranges : DataFrame
        ``line``, ``street_id``, ``low``, ``high``.
    start, end : array of int
        Node of each line's start and end.
    ends : array of float, one row a line
        x and y of its start, x and y of its end, meters.

    Returns
    -------
    array of int
        One a line: 1 when the low number is at the start, -1 when it is at the end, 0 when nothing tells.

    Examples
    --------
    >>> ranges = pd.DataFrame({"line": [0, 1], "street_id": 0, "low": [200, 100], "high": [298, 198]})
    >>> ends = np.array([[0.0, 0, 100, 0], [100, 0, 200, 0]])
    >>> rising_ends(ranges, np.array([1, 2]), np.array([2, 3]), ends).tolist()  # the second line is lower
    [-1, -1]
    """
    lines = ranges.groupby(["line", "street_id"], as_index=False).agg(low=("low", "min"), high=("high", "max"))
    lines["middle"] = (lines["low"] + lines["high"]) / 2
    told = np.sign(_votes(_touching(lines, start, end), len(start))).astype("int64")
    open_lines = lines[told[lines["line"].to_numpy()] == 0]
    if len(open_lines):
        near = np.sign(_votes(_apart(lines, ends), len(start))).astype("int64")
        told = np.where(told == 0, near, told)
    return told


def _votes(votes: pd.DataFrame, count: int) -> np.ndarray:
    total = np.zeros(count)
    np.add.at(total, votes["line"].to_numpy(), votes["vote"].to_numpy())
    return total


def _touching(lines: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """Let each line of a street that shares a node with another say where the higher numbers are."""
    at = [lines.assign(node=node[lines["line"].to_numpy()], is_end=is_end) for node, is_end in ((start, -1), (end, 1))]
    both = pd.concat(at, ignore_index=True)
    both = both[start[both["line"].to_numpy()] != end[both["line"].to_numpy()]]  # a loop has no two ends
    pairs = both.merge(both, on=["street_id", "node"], suffixes=("", "_other"))
    pairs = pairs[pairs["line"] != pairs["line_other"]]
    return pairs[["line"]].assign(vote=_vote(pairs) * pairs["is_end"])


def _vote(pairs: pd.DataFrame) -> pd.Series:
    """Weigh a neighbor: 1 when its numbers go on where these end, less the wider the gap or the overlap."""
    higher = np.sign(pairs["middle_other"] - pairs["middle"])
    gap = np.where(higher > 0, pairs["low_other"] - pairs["high"], pairs["low"] - pairs["high_other"])
    return higher / (1 + np.abs(gap) / 50)


def _apart(lines: pd.DataFrame, ends: np.ndarray) -> pd.DataFrame:
    """Compare each line with the next lower and next higher line of its street that it does not touch."""
    ordered = lines.sort_values(["street_id", "middle", "line"]).reset_index(drop=True)
    votes = []
    for step in (1, -1):
        other = ordered.groupby("street_id").shift(-step)
        pairs = ordered.join(other.add_suffix("_other")).dropna()
        pairs = pairs[pairs["middle"] != pairs["middle_other"]]
        here, there = ends[pairs["line"].to_numpy()], ends[pairs["line_other"].to_numpy("int64")]
        middle = (there[:, :2] + there[:, 2:]) / 2
        from_start, from_end = (np.hypot(*(here[:, side : side + 2] - middle).T) for side in (0, 2))
        length = np.hypot(*(here[:, 2:] - here[:, :2]).T)
        clear = np.abs(from_start - from_end) > length / 3
        near = np.minimum(from_start, from_end) < np.maximum(_REACH_M, 2 * length)
        nearer_end = np.where(clear & near, np.sign(from_start - from_end), 0)
        votes.append(pairs[["line"]].assign(vote=_vote(pairs) * nearer_end))
    return pd.concat(votes, ignore_index=True)
