"""Where two streets meet, or nearly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from pcanalytics.geocoding.candidates import SAME_PLACE_M, Candidates, expand, make
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["NEAR_M", "CrossingIndex", "Pairs", "StreetLines"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_INTERSECTION = MATCH_TYPES.index("intersection")
_PAIR = 1 << 31
_ERROR_M = 8.0  # half a wide street
NEAR_M = 100.0
_BESIDE_M = 10.0  # streets that are within so much more of their least distance elsewhere run side by side


@dataclass(frozen=True)
class Pairs:
    """Pairs of streets asked for, with what finding both streets cost."""

    row: Ints
    street: Ints
    cross: Ints
    ways: NDArray[np.uint32]  # in which the streets were found

    def take(self, which: NDArray) -> Pairs:
        """Give some of them."""
        return Pairs(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class CrossingIndex:
    """Crossings sorted by their pair of streets, and the lines of every street."""

    key: Ints
    x: Floats
    y: Floats
    error_m: Floats
    lines: StreetLines

    def meet(self, pairs: Pairs) -> Candidates:
        """Give every crossing of each pair."""
        key = np.minimum(pairs.street, pairs.cross) * _PAIR + np.maximum(pairs.street, pairs.cross)
        owner, one = expand(np.searchsorted(self.key, key), np.searchsorted(self.key, key, "right"))
        return _found(pairs, owner, self.x[one], self.y[one], self.error_m[one], "meet")

    def near(self, pairs: Pairs) -> Candidates:
        """Give for each pair the place where one street comes nearest to the other, when that is near."""
        found: list[tuple[int, float, float, float]] = []
        for position, (street, cross) in enumerate(zip(pairs.street.tolist(), pairs.cross.tolist(), strict=True)):
            place = self.lines.nearest(street, cross) if street != cross else None
            found += [(position, *place)] if place else []
        table = np.array(found, dtype=np.float64).reshape(-1, 4)
        return _found(pairs, table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3], "near")


def _found(pairs: Pairs, at: Ints, x: Floats, y: Floats, error_m: Floats | float, way: str) -> Candidates:
    ways = pairs.ways[at] | BIT["crossing", way]
    streets = pairs.street[at], pairs.cross[at]
    return make(
        pairs.row[at], x, y, kind=_INTERSECTION, error_m=error_m, ways=ways, street=streets[0], cross=streets[1]
    )


@dataclass(frozen=True)
class StreetLines:
    """The straight pieces of every street, by street."""

    first: Ints
    ends: Floats  # one row a piece: x0, y0, x1, y1

    def of(self, street: int) -> shapely.MultiLineString:
        """Give the lines of a street."""
        ends = self.ends[self.first[street] : self.first[street + 1]]
        return shapely.multilinestrings(shapely.linestrings(ends.reshape(-1, 2, 2)))

    def nearest(self, street: int, cross: int) -> tuple[float, float, float] | None:
        """Give the place where a street that ends comes nearest to one that goes on there, and the error.

        It lies on the one that goes on; half-way when both end there, or neither does. Streets side by side, which are as
        near each other elsewhere too, have no such place.
        """
        lines = self.of(street), self.of(cross)
        way = shapely.shortest_line(*lines)
        if way is None or way.length > NEAR_M:
            return None
        beside = shapely.intersection(lines[0], shapely.buffer(lines[1], way.length + _BESIDE_M))
        west, south, east, north = shapely.bounds(beside)
        if np.hypot(east - west, north - south) > 2 * (way.length + _BESIDE_M):
            return None
        tips = [shapely.boundary(shapely.line_merge(one)) for one in lines]
        ends = [
            not tip.is_empty and shapely.dwithin(tip, shapely.Point(way.coords[k]), 1.0) for k, tip in enumerate(tips)
        ]
        share = 0.5 if ends[0] == ends[1] else 1.0 if ends[0] else 0.0
        place = way.interpolate(share, normalized=True)
        return place.x, place.y, _ERROR_M + way.length


def index_crossings(reference: Reference) -> CrossingIndex:
    """Sort a reference's crossings and lines for looking up; crossings of one pair at one place become one."""
    crossings = reference.crossings
    a, b, node = (crossings[name].to_numpy().astype(np.int64) for name in ("street_a", "street_b", "node"))
    x, y = crossings["x"].to_numpy(), crossings["y"].to_numpy()
    key = a * _PAIR + b
    order = np.lexsort((y, x, key))
    key, x, y, meeting = key[order], x[order], y[order], _meeting(node)[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, np.int64)
    ends = np.r_[first[1:], len(key)]
    several = ends - first > 1
    rows = [(key[k], x[k], y[k], _ERROR_M) for k in first[~several]]
    for start, stop in zip(first[several], ends[several], strict=True):
        span = np.arange(start, stop)
        rows += [(key[start], *_junction(x[some], y[some], meeting[some])) for some in _together(span, x, y)]
    rows.sort()
    keys = np.array([row[0] for row in rows], dtype=np.int64)
    table = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 3)
    return CrossingIndex(keys, table[:, 0], table[:, 1], table[:, 2], _lines(reference))


def _meeting(node: Ints) -> Ints:
    """Give for each crossing at how many pairs of streets meet at its node."""
    _, where, counts = np.unique(node, return_inverse=True, return_counts=True)
    return counts[where.reshape(-1)]


def _together(span: Ints, x: Floats, y: Floats) -> list[Ints]:
    """Part crossings into places: those within reach of one another belong together."""
    near = np.hypot(x[span][:, None] - x[span], y[span][:, None] - y[span]) <= SAME_PLACE_M
    part = connected_components(near, directed=False)[1]
    return [span[part == one] for one in range(part.max() + 1)]


def _junction(x: Floats, y: Floats, meeting: Ints) -> tuple[float, float, float]:
    """Give one place for the crossings of a divided street: where most streets meet, else the middle."""
    most = meeting == meeting.max()
    spread = float(np.hypot(np.ptp(x), np.ptp(y)))
    return float(x[most].mean()), float(y[most].mean()), _ERROR_M + spread / 2


def _lines(reference: Reference) -> StreetLines:
    lines, segments = reference.lines, reference.segments
    of_line = lines["segment_id"].to_numpy().astype(np.int64)
    by_line = np.argsort(of_line, kind="stable")
    segment = segments["segment_id"].to_numpy().astype(np.int64)
    street = segments["street_id"].to_numpy().astype(np.int64)
    sorted_lines = of_line[by_line]
    owner, position = expand(np.searchsorted(sorted_lines, segment), np.searchsorted(sorted_lines, segment, "right"))
    ends = np.column_stack([lines[name].to_numpy() for name in ("x0", "y0", "x1", "y1")])[by_line[position]]
    order = np.argsort(street[owner], kind="stable")
    first = np.searchsorted(street[owner][order], np.arange(reference.streets.num_rows + 1))
    return StreetLines(first, ends[order])
