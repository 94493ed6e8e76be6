"""Candidates: places at which a string may be, of which one is chosen, or none, or several tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from pcanalytics.geocoding.tiers import BIT, totals

__all__ = ["SAME_PLACE_M", "SAME_STREET_M", "Candidates", "Chosen"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Candidates of one rank this near each other are one place; numbers of one street, whose ranges overlap, this near.
SAME_PLACE_M, SAME_STREET_M = 50.0, 400.0


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
    some = [part for part in parts if len(part)]
    if not some:
        nothing = np.zeros(0)
        return make(nothing, nothing, nothing, kind=0, error_m=0.0)
    if len(some) == 1:
        return some[0]
    return Candidates(*(np.concatenate([getattr(part, one.name) for part in some]) for one in fields(Candidates)))


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
    """What was chosen: one candidate for each row that has any, how many places tie there, and one of each place of a tie."""

    one: Candidates
    places: Ints
    tied: Candidates


def choose(found: Candidates, rows: int) -> Chosen:
    """Choose for each row the candidate of the smallest rank, unless several places have it.

    Candidates of one rank within :data:`SAME_PLACE_M` of each other are one place, of which the most exact is taken.
    Ranges of one street that overlap within :data:`SAME_STREET_M` give the middle of them, with the error that this is.
    The choice does not depend on the order of the candidates.
    """
    rank = totals(found.ways)[0]
    least = np.full(rows, np.iinfo(np.int16).max, np.int16)
    np.minimum.at(least, found.row, rank)
    kept = np.flatnonzero(rank == least[found.row])
    many = np.bincount(found.row[kept], minlength=rows) > 1
    alone, several = found.take(kept[~many[found.row[kept]]]), found.take(kept[many[found.row[kept]]])
    columns = (several.y, several.x, several.street, several.error_m, several.kind, several.row)
    one, places, tied = _settle(several.take(np.lexsort(columns)))
    return Chosen(gather([alone, one]), np.concatenate([np.ones(len(alone), np.int64), places]), tied)


def _settle(found: Candidates) -> tuple[Candidates, Ints, Candidates]:
    """Of candidates sorted by row: one for each row, how many places the row has, and one of each place of a tie."""
    if not len(found):
        return found, found.row, found
    first = np.flatnonzero(np.r_[True, found.row[1:] != found.row[:-1]])
    ends = np.r_[first[1:], len(found)]
    west, east = np.minimum.reduceat(found.x, first), np.maximum.reduceat(found.x, first)
    south, north = np.minimum.reduceat(found.y, first), np.maximum.reduceat(found.y, first)
    spread, places = np.hypot(east - west, north - south), np.ones(len(first), np.int64)
    is_street = (found.street >= 0) & (found.cross < 0)
    one_street = np.minimum.reduceat(found.street, first) == np.maximum.reduceat(found.street, first)
    middled = (spread > SAME_PLACE_M) & (spread <= SAME_STREET_M) & one_street & is_street[first]
    tied: list[Ints] = [np.zeros(0, np.int64)]
    for far in np.flatnonzero((spread > SAME_PLACE_M) & ~middled):
        span = np.arange(first[far], ends[far])
        heads = _places(found.x[span], found.y[span])
        places[far] = len(heads)
        tied += [span[heads]] if len(heads) > 1 else []
    one = found.take(first)
    one = replace(
        one,
        x=np.where(middled, (west + east) / 2, one.x),
        y=np.where(middled, (south + north) / 2, one.y),
        error_m=np.where(
            middled,
            np.maximum(one.error_m, 30.0 + spread / 2),
            np.maximum(one.error_m, np.minimum(spread, SAME_PLACE_M)),
        ),
        ways=one.ways | np.where(middled, BIT["number", "several"], np.uint32(0)),
    )
    return one, places, found.take(np.concatenate(tied))


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
