"""The middle of a block: half-way along its line, of both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pcanalytics.geocoding.candidates import Candidates, expand, make
from pcanalytics.geocoding.numbers import Asked, NumberIndex
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["place_blocks"]

Ints = NDArray[np.int64]

_BLOCK = MATCH_TYPES.index("block")
_APART_M = 200.0  # consecutive parts of one block that come no nearer to each other are two places


def place_blocks(asked: Asked, last: Ints, index: NumberIndex) -> Candidates:
    """Place blocks, ``asked.number`` to ``last``, on their streets.

    The ranges that the block overlaps are put in the order of their numbers, each line once; the place is half-way
    along them and the error is half their length. Address points stand in where a street has no ranges.
    """
    at, x0, y0, x1, y1, rise = _parts(asked, last, index)
    if not len(at):
        nothing = np.zeros(0)
        return make(nothing, nothing, nothing, kind=_BLOCK, error_m=nothing)
    order = np.lexsort((x0, rise, at))
    at, x0, y0, x1, y1 = (column[order] for column in (at, x0, y0, x1, y1))
    part = _separate(at, x0, y0, x1, y1)
    order = np.argsort(part, kind="stable")
    at, part, x0, y0, x1, y1 = (column[order] for column in (at, part, x0, y0, x1, y1))
    first = np.flatnonzero(np.r_[True, part[1:] != part[:-1]])
    length = np.maximum(np.hypot(x1 - x0, y1 - y0), 0.01)
    total = np.add.reduceat(length, first)
    group = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(at)]))
    done = np.cumsum(length)
    before = done - length - np.r_[0.0, done][first][group]
    half = total[group] / 2
    holds = np.flatnonzero((before <= half) & (half <= before + length))
    holds = holds[np.unique(group[holds], return_index=True)[1]]
    share = (half[holds] - before[holds]) / length[holds]
    x, y = x0[holds] + share * (x1[holds] - x0[holds]), y0[holds] + share * (y1[holds] - y0[holds])
    at = at[holds]
    ways = asked.ways[at] | BIT["number", "in range"]
    return make(asked.row[at], x, y, kind=_BLOCK, error_m=15.0 + total / 2, ways=ways, street=asked.street[at])


def _parts(asked: Asked, last: Ints, index: NumberIndex) -> tuple[NDArray, ...]:
    """Give the straight parts of each block: position asked, both ends, and their order along the block."""
    owner, one = index.holding(asked.street, asked.number, last)
    right = index.prefix[one] == asked.prefix[owner]
    owner, one = owner[right], one[right]
    low, high = np.maximum(index.low[one], asked.number[owner]), np.minimum(index.high[one], last[owner])
    order = np.lexsort((one, low - high, index.segment[one], owner))  # of both sides of a line, the longer part
    same = np.r_[False, (np.diff(owner[order]) == 0) & (np.diff(index.segment[one[order]]) == 0)] if len(order) else np.zeros(0, bool)
    kept = order[~same]
    owner, one, low, high = owner[kept], one[kept], low[kept], high[kept]
    # cut at the pieces' ends, so that the middle lies on the line
    at, piece = expand(index.piece_start[one], index.piece_start[one + 1])
    start, stop, x0, y0, x1, y1 = index.pieces[:, piece]
    whole = ~index.oriented[one[at]] | ((low[at] <= index.low[one[at]]) & (high[at] >= index.high[one[at]]))
    wide = np.maximum(stop - start, 1e-9)
    begin = np.where(whole, 0.0, np.clip((low[at] - 0.5 - start) / wide, 0.0, 1.0))
    end = np.where(whole, 1.0, np.clip((high[at] + 0.5 - start) / wide, 0.0, 1.0))
    kept = end > begin
    at, begin, end = at[kept], begin[kept], end[kept]
    x0, y0, x1, y1 = x0[kept], y0[kept], x1[kept], y1[kept]
    dx, dy = x1 - x0, y1 - y0
    rise = low[at] + 1e-3 * (one[at] % 997) + 1e-6 * (np.arange(len(at)))
    return owner[at], x0 + begin * dx, y0 + begin * dy, x0 + end * dx, y0 + end * dy, rise


def _separate(at: Ints, x0: NDArray, y0: NDArray, x1: NDArray, y1: NDArray) -> Ints:
    """Number the places of the blocks: a part far from the one before it begins another place."""
    ends = ((x0, y0), (x1, y1))
    gaps = [np.hypot(a[0][1:] - b[0][:-1], a[1][1:] - b[1][:-1]) for a in ends for b in ends]
    jump = np.r_[True, (at[1:] != at[:-1]) | (np.min(gaps, axis=0) > _APART_M)]
    return np.cumsum(jump) - 1
