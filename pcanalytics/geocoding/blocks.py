"""The middle of a block: half-way along its line, of both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pcanalytics.geocoding.candidates import Candidates, expand, gather
from pcanalytics.geocoding.numbers import Asked, NumberIndex
from pcanalytics.geocoding.tiers import MATCH_TYPES

__all__: list[str] = []

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_BLOCK = MATCH_TYPES.index("block")
_LINE_M = 15.0
_UNSURE = 0.1  # of the rest of a range of which the block is but a part
_LONGEST_M = 600.0  # points of one block farther apart than this are two places
_APART_M = 400.0  # ranges of the same numbers farther apart than this are two places


@dataclass(frozen=True)
class _Parts:
    """Straight parts of blocks, in order: the position asked, which of its places, the range, both ends."""

    at: Ints
    place: Ints
    one: Ints
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats

    def take(self, which: NDArray) -> _Parts:
        return _Parts(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def place_blocks(asked: Asked, last: Ints, index: NumberIndex) -> Candidates:
    """Place blocks, ``asked.number`` to ``last``, on their streets.

    The ranges that the block overlaps are put in the order of their numbers, each line once; the place is half-way
    along them and the error is half their length. Address points stand in where a street has no ranges.
    """
    parts = _parts(asked, last, index)
    has_ranges = np.zeros(len(asked), bool)
    has_ranges[parts.at] = True
    rest = np.flatnonzero(~has_ranges)
    return gather([_middles(asked, parts, index), _among_points(asked.take(rest), last[rest], index)])


def _middles(asked: Asked, parts: _Parts, index: NumberIndex) -> Candidates:
    """Give the middle of each block's line, one for each place where the block is."""
    first = np.flatnonzero(np.diff(parts.place, prepend=-1))
    place = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(parts.place))))
    length = np.maximum(np.hypot(parts.x1 - parts.x0, parts.y1 - parts.y0), 0.01)
    total = np.add.reduceat(length, first) if len(first) else length
    before = np.cumsum(length) - length
    before -= before[first][place] if len(first) else before
    half = total[place] / 2
    holds = np.flatnonzero((before <= half) & (half < before + length))
    holds = holds[np.unique(place[holds], return_index=True)[1]]
    share = (half[holds] - before[holds]) / length[holds]
    some = parts.take(holds)
    x, y = some.x0 + share * (some.x1 - some.x0), some.y0 + share * (some.y1 - some.y0)
    error = _LINE_M + half[holds] + _UNSURE * np.maximum(index.ranges.length_m[some.one] - total[place[holds]], 0.0)
    return index.found(asked, some.at, x, y, _BLOCK, error, "in range", index.anchors.of_ranges[some.one])


def _parts(asked: Asked, last: Ints, index: NumberIndex) -> _Parts:
    """Cut the lines of the ranges where each block begins and ends; of both sides of a line take the longer part."""
    ranges = index.ranges
    owner, one = ranges.holding(asked.street, asked.number, last)
    right = ranges.prefix[one] == asked.prefix[owner]
    owner, one = owner[right], one[right]
    low, high = np.maximum(ranges.low[one], asked.number[owner]), np.minimum(ranges.high[one], last[owner])
    place, kept, low = _one_after_another(index, owner, one, low, high)
    place, owner, one, low, high = place[kept], owner[kept], one[kept], low[kept], high[kept]
    at, piece = expand(ranges.first_piece[one], ranges.first_piece[one + 1])
    start, stop, x0, y0, x1, y1 = ranges.pieces[:, piece]
    place, owner, one, low, high = place[at], owner[at], one[at], low[at], high[at]
    whole = ~ranges.is_oriented[one] | ((low <= ranges.low[one]) & (high >= ranges.high[one]))
    wide = np.maximum(stop - start, 1e-9)
    begin = np.where(whole, 0.0, np.clip((low - 0.5 - start) / wide, 0.0, 1.0))
    end = np.where(whole, 1.0, np.clip((high + 0.5 - start) / wide, 0.0, 1.0))
    dx, dy = x1 - x0, y1 - y0
    cut = _Parts(owner, place, one, x0 + begin * dx, y0 + begin * dy, x0 + end * dx, y0 + end * dy)
    return cut.take(end > begin)


def _one_after_another(index: NumberIndex, owner: Ints, one: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints, Ints]:
    """Put the ranges of each block one after another by number: the other side, or roadway, of what is there is left out.

    Ranges of one block on different roads, or far from those that have the same numbers, are another place.

    Returns
    -------
    tuple
        The place of each range, the ranges kept in order, and where each now begins.
    """
    road, stride = index.anchors.road_of_ranges[one], index.ranges.stride
    x, y = index.ranges.position(one, (low + high) / 2)
    order = np.lexsort((one, low - high, low, road, owner))
    _, block = np.unique(np.stack([owner, road]), axis=1, return_inverse=True)
    block = block.reshape(-1)
    reach = np.maximum.accumulate(block[order] * stride + high[order])
    before = np.concatenate([np.zeros(min(len(order), 1), np.int64), reach[:-1]]) - block[order] * stride
    begin = np.empty_like(low)
    begin[order] = np.maximum(low[order], np.where(before >= 0, before + 1, 0))
    first = order[np.diff(block[order], prepend=-1) != 0]
    far = np.hypot(x - x[first][block], y - y[first][block]) > _APART_M + index.ranges.length_m[one]
    again = (begin > high) & far
    begin = np.where(again, low, begin)
    place = 2 * block + again
    kept = order[(begin <= high)[order]]
    return place, kept[np.argsort(place[kept], kind="stable")], begin


def _among_points(asked: Asked, last: Ints, index: NumberIndex) -> Candidates:
    """Give the middle of the address points of each block; when they lie far apart, the first and the last: a tie."""
    points, stride = index.points, index.ranges.stride
    base = asked.street * stride
    start = np.searchsorted(points.key, base + np.minimum(asked.number, stride - 1))
    stop = np.searchsorted(points.key, base + np.minimum(last, stride - 1), "right")
    owner, point = expand(start, stop)
    fits = points.fits(point, asked.prefix[owner])
    some, at = np.unique(owner[fits], return_inverse=True)
    at, point = at.reshape(-1), point[fits]
    first = np.flatnonzero(np.diff(at, prepend=-1))
    x, y = points.x[point], points.y[point]
    if not len(first):
        return index.found(asked, some, x, y, _BLOCK, x, "in range", some)
    west, east = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
    south, north = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    spread = np.hypot(east - west, north - south)
    far = np.flatnonzero(spread > _LONGEST_M)
    ends = np.concatenate([first[far], np.append(first[1:], len(x))[far] - 1])
    near = np.flatnonzero(spread <= _LONGEST_M)
    at = some[np.concatenate([near, at[ends]])]
    x = np.concatenate([(west + east)[near] / 2, x[ends]])
    y = np.concatenate([(south + north)[near] / 2, y[ends]])
    error = 2 * _LINE_M + np.concatenate([spread[near] / 2, np.zeros(len(ends))])
    return index.found(asked, at, x, y, _BLOCK, error, "in range", index.anchors.of_points[start[at]])
