"""Groups of records as persons: their names, and how surely each record belongs to its person."""

from __future__ import annotations

import numba
import numpy as np
import pandas as pd

__all__ = ["founders", "links_between", "person_ids", "sureness"]


def founders(person: np.ndarray, known_at: np.ndarray) -> np.ndarray:
    """Find the record that each person is named after: the earliest known, then the one of the smallest key.

    Parameters
    ----------
    person : ndarray of int
        Group number of each record, 0, 1, ...; records in the order of their keys.
    known_at : ndarray of datetime64
        When each was first known; missing is latest.

    Returns
    -------
    ndarray of int64
        A record number for each group.

    Examples
    --------
    >>> founders(np.array([0, 0, 1]), np.array(["NaT", "2026-01-01", "NaT"], dtype="datetime64[us]")).tolist()
    [1, 2]
    """
    when = known_at.astype("datetime64[us]").astype(np.int64)
    when = np.where(np.isnat(known_at), np.iinfo(np.int64).max, when)
    order = np.lexsort((np.arange(len(person)), when, person))
    first = np.append(True, np.diff(person[order]) != 0) if len(order) else np.zeros(0, dtype=bool)
    return order[first]


def person_ids(person: np.ndarray, keys: np.ndarray, known_at: np.ndarray) -> np.ndarray:
    """Name every record's person.

    Parameters
    ----------
    person : ndarray of int
        Group number of each record.
    keys : ndarray
        Record keys, sorted.
    known_at : ndarray of datetime64
        When each record was first known.

    Returns
    -------
    ndarray of object
        ``P-`` and the key of the founder. A record that comes later and joins never changes it; two groups that a later record joins
        go by the name of the one known earlier.

    Examples
    --------
    >>> never = np.full(2, "NaT", dtype="datetime64[us]")
    >>> person_ids(np.array([0, 0]), np.array(["left|1", "right|1"], dtype=object), never).tolist()
    ['P-left|1', 'P-left|1']
    """
    names = ("P-" + pd.Series(keys[founders(person, known_at)], dtype="str")).to_numpy(object)
    return names[person]


@numba.njit(cache=True)
def _root(parent: np.ndarray, record: int) -> int:
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record


@numba.njit(cache=True)
def _sureness(left: np.ndarray, right: np.ndarray, chance: np.ndarray, is_founder: np.ndarray) -> np.ndarray:
    size = len(is_founder)
    sure = np.ones(size, dtype=np.float64)
    parent = np.arange(size)
    founded = is_founder.copy()
    following = np.full(size, -1)
    tail = np.arange(size)
    for at in range(len(left)):
        a, b = _root(parent, left[at]), _root(parent, right[at])
        if founded[b]:
            a, b = b, a
        if founded[a]:
            record = b
            while record >= 0:
                sure[record] = chance[at]
                record = following[record]
        following[tail[a]] = b
        tail[a] = tail[b]
        parent[b] = a
    return sure


def sureness(left: np.ndarray, right: np.ndarray, chance: np.ndarray, is_founder: np.ndarray) -> np.ndarray:
    """Give each record the weakest link that it needs to be with its person's founder.

    Parameters
    ----------
    left, right : ndarray of int
        The pairs that joined, those of one group from the most probable down; they form a tree in each group.
    chance : ndarray of float
        Match probability of each.
    is_founder : ndarray of bool
        The founder of each group.

    Returns
    -------
    ndarray of float64
        1 for a founder.

    Examples
    --------
    >>> sureness(np.array([0, 1]), np.array([1, 2]), np.array([0.99, 0.9]), np.array([True, False, False])).tolist()
    [1.0, 0.99, 0.9]
    """
    return _sureness(
        left.astype(np.int64), right.astype(np.int64), chance.astype(np.float64), is_founder.astype(np.bool_)
    )


@numba.njit(cache=True)
def _walk(
    starts: np.ndarray,
    neighbors: np.ndarray,
    chances: np.ndarray,
    side: np.ndarray,
    within: bool,
    size: int,
    fill: bool,
    left: np.ndarray,
    right: np.ndarray,
    chance: np.ndarray,
    via: np.ndarray,
) -> int:
    found = 0
    seen = np.full(size, -1)
    weakest = np.ones(size)
    steps = np.zeros(size, dtype=np.int32)
    queue = np.empty(size, dtype=np.int64)
    for origin in range(size):
        if starts[origin] == starts[origin + 1] or (not within and side[origin] != 0):
            continue
        queue[0], head, tail = origin, 0, 1
        seen[origin], weakest[origin], steps[origin] = origin, 1.0, 0
        while head < tail:
            at = queue[head]
            head += 1
            for place in range(starts[at], starts[at + 1]):
                to = neighbors[place]
                if seen[to] == origin:
                    continue
                seen[to] = origin
                weakest[to] = min(weakest[at], chances[place])
                steps[to] = steps[at] + 1
                queue[tail] = to
                tail += 1
                if (within and to > origin) or (not within and side[to] == 1):
                    if fill:
                        left[found], right[found] = origin, to
                        chance[found], via[found] = weakest[to], steps[to]
                    found += 1
    return found


def links_between(
    left: np.ndarray, right: np.ndarray, chance: np.ndarray, side: np.ndarray, *, within: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """List the pairs of records that are of one person.

    Parameters
    ----------
    left, right, chance : ndarray
        The joins, as for `sureness`.
    side : ndarray of int
        0 left, 1 right.
    within : bool
        Every two records of a person; otherwise those of two sides.

    Returns
    -------
    tuple of ndarray
        left, right, the weakest match probability on the best path between the two, and the number of joins on that
        path; sorted by left, then right.

    Examples
    --------
    >>> joins = np.array([0, 1]), np.array([1, 2]), np.array([0.99, 0.9])
    >>> [part.tolist() for part in links_between(*joins, np.array([0, 0, 1]), within=False)]
    [[0, 1], [2, 2], [0.9, 0.9], [2, 1]]
    """
    size = len(side)
    source = np.concatenate([left, right]).astype(np.int64)
    target = np.concatenate([right, left]).astype(np.int64)
    order = np.lexsort((target, source))
    starts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=size), out=starts[1:])
    tree = (starts, target[order], np.concatenate([chance, chance]).astype(np.float64)[order], side.astype(np.int8))
    nothing = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0), np.empty(0, dtype=np.int32)
    number = _walk(*tree, within, size, False, *nothing)
    made = np.empty(number, np.int32), np.empty(number, np.int32), np.empty(number), np.empty(number, np.int32)
    _walk(*tree, within, size, True, *made)
    by = np.lexsort((made[1], made[0]))
    return made[0][by], made[1][by], made[2][by], made[3][by]
