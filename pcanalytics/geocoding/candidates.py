"""Candidates: places at which a string may be, of which one is chosen, or none, or several tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pcanalytics.geocoding.tiers import totals

__all__ = ["Candidates", "Chosen", "choose", "expand"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Candidates of one rank this near each other are one place; numbers of one street, whose ranges overlap, this near.
SAME_PLACE_M, SAME_STREET_M = 50.0, 200.0


@dataclass(frozen=True)
class Candidates:
    """Places at which strings may be, as columns of equal length.

    ``row`` is the string, ``kind`` a position in ``MATCH_TYPES``, ``ways`` the set of ways it was found in;
    ``street``, ``cross`` and ``place`` are what was found (-1 none).
    """

    row: Ints
    x: Floats
    y: Floats
    error_m: Floats
    kind: NDArray[np.int8]
    ways: NDArray[np.uint32]
    street: Ints
    cross: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray) -> Candidates:
        """Give some of them."""
        return Candidates(*(getattr(self, one.name)[which] for one in fields(self)))


def make(
    row: NDArray, x: NDArray, y: NDArray, *, kind: int | NDArray, error_m: float | NDArray, **others: object
) -> Candidates:
    """Make candidates, of which columns may be single values."""
    columns = dict(row=row, x=x, y=y, kind=kind, error_m=error_m, ways=0, street=-1, cross=-1, place=-1) | others
    return Candidates(
        **{name: np.broadcast_to(np.asarray(columns[name], dtype=kind), len(row)) for name, kind in _DTYPES.items()}
    )


_DTYPES = {
    "row": np.int64,
    "x": np.float64,
    "y": np.float64,
    "error_m": np.float64,
    "kind": np.int8,
    "ways": np.uint32,
    "street": np.int64,
    "cross": np.int64,
    "place": np.int64,
}


def gather(parts: Sequence[Candidates]) -> Candidates:
    """Put several together."""
    if not parts:
        nothing = np.zeros(0)
        return make(nothing, nothing, nothing, kind=0, error_m=0.0)
    return Candidates(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Candidates)))


def expand(start: NDArray, stop: NDArray) -> tuple[Ints, Ints]:
    """Give for every span ``start`` to ``stop`` its own position, repeated, and the positions in the span.

    Examples
    --------
    >>> expand(np.array([0, 5, 7]), np.array([2, 5, 8]))
    (array([0, 0, 2]), array([0, 1, 7]))
    """
    counts = np.maximum(stop - start, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner] + start[owner]


@dataclass(frozen=True)
class Chosen:
    """What was chosen of the candidates: one position for each row that has any, and how many places tie there."""

    row: Ints
    best: Ints
    places: Ints
    spread_m: Floats  # how far apart the candidates are that were taken for one place
    tied: Ints  # positions of one candidate for each place of every tie


def choose(found: Candidates, rows: int) -> Chosen:
    """Choose for each row the candidate of the smallest rank, unless several places have it.

    Candidates of one rank within :data:`SAME_PLACE_M` of each other are one place, of which the most exact is taken.
    The choice does not depend on the order of the candidates.
    """
    rank = totals(found.ways)[0]
    least = np.full(rows, np.iinfo(np.int16).max, np.int16)
    np.minimum.at(least, found.row, rank)
    kept = np.flatnonzero(rank == least[found.row])
    many = np.bincount(found.row[kept], minlength=rows) > 1
    alone, several = kept[~many[found.row[kept]]], kept[many[found.row[kept]]]
    columns = (found.y, found.x, found.street, found.error_m, found.kind, found.row)
    several = several[np.lexsort([column[several] for column in columns])]
    one_street = (found.cross[several] < 0) & (found.street[several] >= 0)
    heads, places, spread, tied = _settle(
        found.row[several], np.where(one_street, found.street[several], -1), found.x[several], found.y[several]
    )
    row = np.concatenate([found.row[alone], found.row[several[heads]]])
    ones, zeros = np.ones(len(alone), np.int64), np.zeros(len(alone))
    best = np.concatenate([alone, several[heads]])
    return Chosen(row, best, np.concatenate([ones, places]), np.concatenate([zeros, spread]), several[tied])


def _settle(row: Ints, street: Ints, x: Floats, y: Floats) -> tuple[Ints, Ints, Floats, Ints]:
    """Of sorted candidates: the first of each row, how many places the row has, how wide they spread, one of each place."""
    if not len(row):
        return row, row, x, row
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    wide = np.maximum.reduceat(x, first) - np.minimum.reduceat(x, first)
    high = np.maximum.reduceat(y, first) - np.minimum.reduceat(y, first)
    spread, places = np.hypot(wide, high), np.ones(len(first), np.int64)
    ends, tied = np.r_[first[1:], len(row)], [np.zeros(0, np.int64)]
    alone = (np.maximum.reduceat(street, first) == np.minimum.reduceat(street, first)) & (street[first] >= 0)
    for far in np.flatnonzero(spread > np.where(alone, SAME_STREET_M, SAME_PLACE_M)):
        span = np.arange(first[far], ends[far])
        heads = _places(x[span], y[span])
        places[far] = len(heads)
        if len(heads) > 1:
            tied.append(span[heads])
    return first, places, spread, np.concatenate(tied)


def _places(x: Floats, y: Floats) -> list[int]:
    """Give the first point of each place: points within reach of one another are one place."""
    left, heads = list(range(len(x))), []
    while left:
        heads.append(left[0])
        reached, front = {left[0]}, [left[0]]
        while front:
            here = front.pop()
            near = [k for k in left if k not in reached and np.hypot(x[k] - x[here], y[k] - y[here]) <= SAME_PLACE_M]
            reached.update(near)
            front += near
        left = [k for k in left if k not in reached]
    return heads
