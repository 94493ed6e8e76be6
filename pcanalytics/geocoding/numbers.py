"""House numbers on streets: points, ranges, gaps between them, and a little past the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pcanalytics.geocoding.candidates import Candidates, expand, gather, make
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["Asked", "NumberIndex", "index_numbers"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_POINT, _RANGE = MATCH_TYPES.index("point"), MATCH_TYPES.index("range")
_LONG_HUNDREDS = 40  # a range over more hundreds than this is looked up by street alone
_JOINED_M = 250.0  # parts of a street this near each other are one road
GAP_M = 400.0  # neighbors farther apart than this tell nothing of what lies between
BEYOND = 100  # house numbers past the last one
_LINE_M = 20.0  # a house stands this far from the street's line


@dataclass(frozen=True)
class Asked:
    """Numbers asked for: string ``row`` on ``street``, with what finding the street cost."""

    row: Ints
    street: Ints
    number: Ints
    prefix: Ints  # code of the number's prefix
    zone: Ints  # code of the zip written, -1 none or unknown to the reference
    ways: NDArray[np.uint32]  # in which the street was found
    own: Ints  # the street that is written exactly so, when this is another; -1 none

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray) -> Asked:
        return Asked(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class NumberIndex:
    """Ranges, points and the neighbors of both, sorted for looking up."""

    street: Ints  # of ranges
    low: Ints
    high: Ints
    parity: Ints
    prefix: Ints
    zone: Ints
    segment: Ints
    oriented: NDArray[np.bool_]
    length_m: Floats
    road: Ints  # joined parts of one street; of ranges
    hundred_key: Ints
    hundred_range: Ints
    long_street: Ints
    long_range: Ints
    piece_start: Ints
    piece_key: Floats
    pieces: Floats  # low, high, x0, y0, x1, y1
    stride: float
    point_key: Ints
    point_x: Floats
    point_y: Floats
    point_zone: Ints
    anchor_key: Ints  # road * stride + number, sorted
    anchor_x: Floats
    anchor_y: Floats
    road_first: Ints  # of streets: first of its roads (roads are numbered by street)
    shared_key: Ints  # street * _HUNDREDS + shared road, sorted: of each street the roads of its name, whatever suffix and direction
    range_shared: Ints
    point_shared: Ints
    anchor_shared: Ints
    largest: int
    prefixes: dict[str, int]
    zones: dict[str, int]

    def place(self, asked: Asked) -> Candidates:
        """Give the points and ranges that hold the numbers asked for."""
        return gather([self._points(asked), self._ranges(asked)])

    def _points(self, asked: Asked) -> Candidates:
        key = asked.street * int(self.stride) + asked.number
        owner, point = expand(np.searchsorted(self.point_key, key), np.searchsorted(self.point_key, key, "right"))
        shared, zone = self.point_shared[point], self.point_zone[point]
        return self._found(asked, owner, self.point_x[point], self.point_y[point], _POINT, 5.0, "point", shared, zone)

    def _ranges(self, asked: Asked) -> Candidates:
        owner, one = self.holding(asked.street, asked.number, asked.number)
        right = self.prefix[one] == asked.prefix[owner]
        owner, one = owner[right], one[right]
        number = asked.number[owner]
        other_side = (self.parity[one] != 2) & (self.parity[one] != number % 2)
        x, y = self.position(one, number.astype(np.float64))
        error = _LINE_M + np.where(self.oriented[one], 0.15, 0.5) * self.length_m[one]
        found = []
        for way, those in (("in range", ~other_side), ("other side", other_side)):
            at, shared, zone = owner[those], self.range_shared[one[those]], self.zone[one[those]]
            found.append(self._found(asked, at, x[those], y[those], _RANGE, error[those], way, shared, zone))
        return gather(found)

    def holding(self, street: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Give the ranges of each street that overlap ``low`` to ``high``: position asked, range."""
        first, last = street * _HUNDREDS + low // 100, street * _HUNDREDS + high // 100
        owner, entry = expand(np.searchsorted(self.hundred_key, first), np.searchsorted(self.hundred_key, last, "right"))
        one = self.hundred_range[entry]
        if len(self.long_street):
            more, entry = expand(np.searchsorted(self.long_street, street), np.searchsorted(self.long_street, street, "right"))
            owner, one = np.concatenate([owner, more]), np.concatenate([one, self.long_range[entry]])
        holds = (self.low[one] <= high[owner]) & (self.high[one] >= low[owner])
        owner, one = owner[holds], one[holds]
        if np.any(low // 100 != high // 100):
            owner, one = np.unique(np.stack([owner, one]), axis=1)
        return owner, one

    def position(self, one: Ints, number: Floats) -> tuple[Floats, Floats]:
        """Interpolate a number along the straight pieces of a range."""
        number = np.where(self.oriented[one], number, (self.low[one] + self.high[one]) / 2)
        piece = np.searchsorted(self.piece_key, one * self.stride + number, "right") - 1
        piece = np.clip(piece, self.piece_start[one], self.piece_start[one + 1] - 1)
        low, high, x0, y0, x1, y1 = self.pieces[:, piece]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(high > low, np.clip((number - low) / (high - low), 0.0, 1.0), 0.5)
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    def near(self, asked: Asked) -> Candidates:
        """Give places between the neighbors of a number, or a little past the end of its road."""
        owner, road = expand(self.road_first[asked.street], self.road_first[asked.street + 1])
        stride = int(self.stride)
        number = asked.number[owner]
        base = road * stride
        start, stop = np.searchsorted(self.anchor_key, base), np.searchsorted(self.anchor_key, base + stride)
        above = np.searchsorted(self.anchor_key, base + number)
        below = above - 1
        has_below, has_above = below >= start, above < stop
        below, above = np.clip(below, 0, None), np.clip(above, 0, len(self.anchor_key) - 1)
        from_below = number - (self.anchor_key[below] - base)
        to_above = (self.anchor_key[above] - base) - number
        dx, dy = self.anchor_x[above] - self.anchor_x[below], self.anchor_y[above] - self.anchor_y[below]
        wide = np.hypot(dx, dy)
        between = has_below & has_above & (wide <= GAP_M)
        share = from_below / np.maximum(from_below + to_above, 1)
        x, y = self.anchor_x[below] + share * dx, self.anchor_y[below] + share * dy
        at, shared = owner[between], self.anchor_shared[below[between]]
        error = _LINE_M + 0.5 * wide[between]
        found = [self._found(asked, at, x[between], y[between], _RANGE, error, "between", shared, None)]
        for has, end, past in ((has_below, below, from_below), (has_above, above, to_above)):
            those = has & ~between & (past <= BEYOND)
            at, end, past = owner[those], end[those], past[those]
            shared, error = self.anchor_shared[end], 40.0 + 1.5 * past
            found.append(self._found(asked, at, self.anchor_x[end], self.anchor_y[end], _RANGE, error, "beyond", shared, None))
        return gather(found)

    def _found(
        self,
        asked: Asked,
        at: Ints,
        x: Floats,
        y: Floats,
        kind: int,
        error_m: Floats | float,
        way: str,
        shared: Ints,
        zone: Ints | None,
    ) -> Candidates:
        ways = asked.ways[at] | BIT["number", way]
        if zone is not None:
            elsewhere = (asked.zone[at] >= 0) & (zone >= 0) & (zone != asked.zone[at])
            ways |= np.where(elsewhere, BIT["zip", "other"], np.uint32(0))
        doubted = np.flatnonzero(asked.own[at] >= 0)
        if len(doubted):
            key = asked.own[at[doubted]] * _HUNDREDS + shared[doubted]
            where = np.clip(np.searchsorted(self.shared_key, key), 0, len(self.shared_key) - 1)
            goes_on = self.shared_key[where] == key
            ways[doubted] |= np.where(goes_on, BIT["name", "continued"], BIT["name", "elsewhere"])
        return make(asked.row[at], x, y, kind=kind, error_m=error_m, ways=ways, street=asked.street[at])


_HUNDREDS = 1 << 26


def _numpy(column: object) -> NDArray:
    return column.to_numpy()  # type: ignore[attr-defined]


def _coded(column: object, codes: dict[str, int]) -> Ints:
    """Give the code of each text; the empty text is -1."""
    encoded = column.combine_chunks().dictionary_encode()  # type: ignore[attr-defined]
    words = encoded.dictionary.to_pylist()
    by_word = np.array([codes.setdefault(word, len(codes)) if word else -1 for word in words] + [-1], dtype=np.int64)
    return by_word[pc.fill_null(encoded.indices, len(words)).to_numpy(zero_copy_only=False)]


def index_numbers(reference: Reference, name_of: Ints) -> NumberIndex:
    """Sort a reference's ranges and points for looking up; ``name_of`` numbers the names of its streets."""
    ranges, points = reference.ranges, reference.points
    prefixes: dict[str, int] = {}
    zones: dict[str, int] = {}
    order = np.argsort(_numpy(ranges["range_id"]), kind="stable")
    names = ("street_id", "low", "high", "parity", "segment_id")
    street, low, high, parity, segment = (_numpy(ranges[name]).astype(np.int64)[order] for name in names)
    range_zone, prefix = _coded(ranges["zone"], zones)[order], _coded(ranges["number_prefix"], prefixes)[order]
    point_street, point_number = (_numpy(points[name]).astype(np.int64) for name in ("street_id", "number"))
    largest = int(max(high.max(initial=0), point_number.max(initial=0)))
    stride = float(largest + 1001)
    start, table, key, length = _pieces(reference, _numpy(ranges["range_id"])[order], stride)
    by_point = np.lexsort((_numpy(points["y"]), _numpy(points["x"]), point_number, point_street))
    point_street, point_number = point_street[by_point], point_number[by_point]
    px, py = _numpy(points["x"])[by_point], _numpy(points["y"])[by_point]
    hundreds = high // 100 - low // 100 + 1
    short = np.flatnonzero(hundreds <= _LONG_HUNDREDS)
    owner, hundred = expand(low[short] // 100, high[short] // 100 + 1)
    hundred_key = street[short][owner] * _HUNDREDS + hundred
    by_hundred = np.argsort(hundred_key, kind="stable")
    long = np.flatnonzero(hundreds > _LONG_HUNDREDS)
    long = long[np.argsort(street[long], kind="stable")]
    ends = table[2:4, start[:-1]], table[4:6, start[1:] - 1]
    streets = reference.streets.num_rows
    of_anchor, spots = np.concatenate([street, street, point_street]), np.concatenate([ends[0], ends[1], [px, py]], axis=1)
    road, road_street = _roads(of_anchor, spots, len(street))
    shared, _ = _roads(name_of[of_anchor], spots, len(street))
    anchor = np.concatenate([low, high, point_number]) + road * int(stride)
    ax, ay = spots
    by_anchor = np.lexsort((ay, ax, anchor))
    return NumberIndex(
        street=street,
        low=low,
        high=high,
        parity=parity,
        prefix=prefix,
        zone=range_zone,
        segment=segment,
        oriented=_numpy(ranges["is_oriented"])[order],
        length_m=length,
        road=road[: len(street)],
        hundred_key=hundred_key[by_hundred],
        hundred_range=short[owner[by_hundred]],
        long_street=street[long],
        long_range=long,
        piece_start=start,
        piece_key=key,
        pieces=table,
        stride=stride,
        point_key=point_street * int(stride) + point_number,
        point_x=px,
        point_y=py,
        point_zone=_coded(points["zone"], zones)[by_point],
        anchor_key=anchor[by_anchor],
        anchor_x=ax[by_anchor],
        anchor_y=ay[by_anchor],
        road_first=np.searchsorted(road_street, np.arange(streets + 1)),
        shared_key=np.unique(of_anchor * _HUNDREDS + shared),
        range_shared=shared[: len(street)],
        point_shared=shared[2 * len(street) :],
        anchor_shared=shared[by_anchor],
        largest=largest,
        prefixes=prefixes,
        zones=zones,
    )


def _pieces(reference: Reference, range_id: NDArray, stride: float) -> tuple[Ints, Floats, Floats, Floats]:
    """Sort the pieces by range and number: where each range's begin, their columns, their keys, the ranges' lengths."""
    pieces = reference.pieces
    one = np.searchsorted(range_id, _numpy(pieces["range_id"]))
    low = _numpy(pieces["low"])
    order = np.lexsort((_numpy(pieces["high"]), low, one))
    table = np.stack([_numpy(pieces[name])[order] for name in ("low", "high", "x0", "y0", "x1", "y1")])
    one = one[order]
    start = np.searchsorted(one, np.arange(len(range_id) + 1))
    length = np.bincount(one, np.hypot(table[4] - table[2], table[5] - table[3]), len(range_id))
    return start, table, one * stride + table[0], length


def _roads(street: Ints, places: Floats, ranges: int) -> tuple[Ints, Ints]:
    """Number the joined parts of every street, by street: the road of each place, the street of each road."""
    spots = np.column_stack([places[0], places[1], street * 1e7])
    pairs = cKDTree(spots).query_pairs(_JOINED_M, output_type="ndarray") if len(spots) else np.zeros((0, 2), int)
    ends = np.arange(ranges)
    first, second = np.concatenate([pairs[:, 0], ends]), np.concatenate([pairs[:, 1], ends + ranges])
    graph = coo_matrix((np.ones(len(first), bool), (first, second)), shape=(len(spots), len(spots)))
    part = connected_components(graph, directed=False)[1]
    known, road = np.unique(np.stack([street, part]), axis=1, return_inverse=True)
    return road.reshape(-1).astype(np.int64), known[0].astype(np.int64)
