"""House numbers on streets: their point, the range that holds them, the gap between neighbors, or a little past the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pcanalytics.geocoding.candidates import Candidates, expand, gather, make
from pcanalytics.geocoding.number_tables import (
    HUNDREDS,
    Anchors,
    Points,
    Ranges,
    index_anchors,
    index_points,
    index_ranges,
)
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["Asked", "NumberIndex"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_POINT, _RANGE = MATCH_TYPES.index("point"), MATCH_TYPES.index("range")
_GAP_M = 800.0  # neighbors farther apart than this tell nothing of what lies between
_BEYOND, _WELL_BEYOND = 100, 200  # house numbers past the last one

# Errors that nine in ten true places keep, in meters: docs/methods/geocoding.md says how they were found.
_POINT_M, _LINE_M, _COARSE_M, _END_M = 10.0, 20.0, 40.0, 90.0
_KNOWN_SIDE, _NO_SIDE, _NO_DIRECTION, _GAP = 0.15, 0.45, 0.5, 0.6  # of the range's length, of the gap's width
_PAST_M = 1.5  # a house number past the end


@dataclass(frozen=True)
class Asked:
    """Numbers asked for: string ``row`` on ``street``, and how the street was found."""

    row: Ints
    street: Ints
    number: Ints
    text: Ints  # code of the number as a text, of the strings' own words
    prefix: Ints  # code of what stands before the number, -1 nothing, -2 what the reference has nowhere
    zone: Ints  # code of the zip or city written, -1 none that the reference has
    ways: NDArray[np.uint32]
    own: Ints  # the street that is written exactly so, when this is another; -1 none

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray) -> Asked:
        """Give some of them."""
        return Asked(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class NumberIndex:
    """The numbers of a reference, ready for looking up."""

    ranges: Ranges
    points: Points
    anchors: Anchors
    prefixes: dict[str, int]
    zones: dict[str, int]

    @property
    def largest(self) -> int:
        """The largest number of all."""
        numbers = self.points.key % self.ranges.stride
        return int(max(self.ranges.high.max(initial=0), numbers.max(initial=0)))

    def place(self, asked: Asked, texts: pa.Array) -> Candidates:
        """Give the points and ranges that hold the numbers asked for; ``texts`` are the words of ``asked.text``.

        A number that has a point on its street is there, and in no range of that street elsewhere.
        """
        owner, points = self._points(asked, texts)
        settled = np.zeros(len(asked), bool)
        settled[owner[points.ways & BIT["zip", "other"] == 0]] = True
        return gather([points, self._ranges(asked.take(np.flatnonzero(~settled)))])

    def _points(self, asked: Asked, texts: pa.Array) -> tuple[Ints, Candidates]:
        """Give the points of the numbers asked for, and the position asked of each."""
        points = self.points
        key = asked.street * self.ranges.stride + asked.number
        owner, point = expand(np.searchsorted(points.key, key), np.searchsorted(points.key, key, "right"))
        if not len(owner):
            return owner, self.found(asked, owner, points.x[point], points.y[point], _POINT, _POINT_M, "point", point)
        same = pc.equal(points.text.take(pa.array(point)), texts.take(pa.array(asked.text[owner])))
        good = same.to_numpy(zero_copy_only=False)
        kept = _if_any(owner, good, len(asked)) & (good | points.fits(point, asked.prefix[owner]))
        owner, point = owner[kept], point[kept]
        x, y, shared, zone = points.x[point], points.y[point], self.anchors.of_points[point], points.zone[point]
        return owner, self.found(asked, owner, x, y, _POINT, _POINT_M, "point", shared, zone)

    def _ranges(self, asked: Asked) -> Candidates:
        ranges = self.ranges
        owner, one = ranges.holding(asked.street, asked.number, asked.number)
        right = ranges.prefix[one] == asked.prefix[owner]
        owner, one = owner[right], one[right]
        number = asked.number[owner]
        on_side = (ranges.parity[one] == 2) | (ranges.parity[one] == number % 2)
        x, y = ranges.position(one, number.astype(np.float64))
        share = np.where(ranges.is_oriented[one], np.where(ranges.is_sided[one], _KNOWN_SIDE, _NO_SIDE), _NO_DIRECTION)
        error = np.where(ranges.is_sided[one], _LINE_M, _COARSE_M) + share * ranges.length_m[one]
        shared, zone = self.anchors.of_ranges[one], ranges.zone[one]
        found = [
            self.found(asked, owner[those], x[those], y[those], _RANGE, error[those], way, shared[those], zone[those])
            for way, those in (("in range", on_side), ("other side", ~on_side))
        ]
        return gather(found)

    def near(self, asked: Asked) -> Candidates:
        """Give places between the neighbors of a number, or a little past the end of its road."""
        anchors, stride = self.anchors, self.ranges.stride
        owner, road = anchors.roads(asked.street, asked.prefix)
        number, base = asked.number[owner], road * stride
        start, stop = np.searchsorted(anchors.key, base), np.searchsorted(anchors.key, base + stride)
        above = np.searchsorted(anchors.key, base + number)
        has_below, has_above = above > start, above < stop
        below, above = np.maximum(above - 1, 0), np.minimum(above, max(len(anchors.key) - 1, 0))
        past_low, past_high = number - (anchors.key[below] - base), (anchors.key[above] - base) - number
        dx, dy = anchors.x[above] - anchors.x[below], anchors.y[above] - anchors.y[below]
        wide = np.hypot(dx, dy)
        between = has_below & has_above & (wide <= _GAP_M)
        share = past_low / np.maximum(past_low + past_high, 1)
        x, y, error = anchors.x[below] + share * dx, anchors.y[below] + share * dy, _COARSE_M + _GAP * wide
        shared = anchors.shared[below[between]]
        found = [
            self.found(asked, owner[between], x[between], y[between], _RANGE, error[between], "between", shared),
        ]
        for has, last, past in ((has_below, below, past_low), (has_above, above, past_high)):
            for way, least, most in (("beyond", 0, _BEYOND), ("well beyond", _BEYOND + 1, _WELL_BEYOND)):
                those = has & ~between & (past >= least) & (past <= most)
                at, end, error = owner[those], last[those], _END_M + _PAST_M * past[those].astype(np.float64)
                found.append(
                    self.found(asked, at, anchors.x[end], anchors.y[end], _RANGE, error, way, anchors.shared[end])
                )
        return gather(found)

    def found(
        self,
        asked: Asked,
        at: Ints,
        x: Floats,
        y: Floats,
        kind: int,
        error_m: Floats | float,
        way: str,
        shared: Ints,
        zone: Ints | None = None,
    ) -> Candidates:
        """Make candidates of places found: add to the ways of the street that of the number, and what speaks against it.

        ``at`` are positions asked, ``shared`` the shared road and ``zone`` the zip or city of each place.
        """
        ways = asked.ways[at] | BIT["number", way]
        if zone is not None:
            elsewhere = (asked.zone[at] >= 0) & (zone >= 0) & (zone != asked.zone[at])
            ways |= np.where(elsewhere, BIT["zip", "other"], np.uint32(0))
        doubted = np.flatnonzero(asked.own[at] >= 0)
        goes_on = np.isin(asked.own[at[doubted]] * HUNDREDS + shared[doubted], self.anchors.shared_key)
        if way != "point":  # N MAIN ST and MAIN ST meet too, and are numbered each for itself
            goes_on &= ways[doubted] & BIT["direction", "added"] == 0
        ways[doubted] |= np.where(goes_on, BIT["name", "continued"], BIT["name", "elsewhere"])
        return make(asked.row[at], x, y, kind=kind, error_m=error_m, ways=ways, street=asked.street[at])


def _if_any(owner: Ints, good: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """Say which to keep: of each owner the good ones, or all when it has none."""
    has = np.zeros(count, bool)
    has[owner[good]] = True
    return good | ~has[owner]


def index_numbers(reference: Reference, name_of: Ints) -> NumberIndex:
    """Make a reference's numbers ready for looking up; ``name_of`` numbers the names of its streets."""
    prefixes: dict[str, int] = {}
    zones: dict[str, int] = {}
    numbers = [column.to_numpy() for column in (reference.ranges["high"], reference.points["number"])]
    stride = int(max(column.max(initial=0) for column in numbers)) + 1001
    ranges = index_ranges(reference, prefixes, zones, stride)
    points = index_points(reference, prefixes, zones, stride)
    return NumberIndex(ranges, points, index_anchors(ranges, points, name_of), prefixes, zones)
