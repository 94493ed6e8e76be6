"""A reference's numbers made ready for looking up: ranges with their lines, points, and the neighbors along every road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pcanalytics.geocoding.candidates import expand
from pcanalytics.geocoding.house_numbers import number_prefix
from pcanalytics.geocoding.reference import Reference

__all__ = ["HUNDREDS", "Anchors", "Points", "Ranges"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: A street and a hundred-block, or a street and a road, are one number: street * HUNDREDS + the other.
HUNDREDS = 1 << 26

_LONG_HUNDREDS = 40  # a range over more hundreds than this is looked up by street alone
_JOINED_M = 250.0  # parts of a street this near each other are one road


@dataclass(frozen=True)
class Ranges:
    """Ranges by position, their straight pieces, and where those of a street's hundred-block are."""

    street: Ints
    low: Ints
    high: Ints
    parity: Ints
    prefix: Ints  # code of what stands before the numbers, -1 nothing
    zone: Ints  # code of the zip or locality, -1 unknown
    segment: Ints
    is_oriented: Bools
    is_sided: Bools
    length_m: Floats
    by_hundred: tuple[Ints, Ints]  # keys, sorted, and their ranges
    by_street: tuple[Ints, Ints]  # of ranges too long to be listed by hundred
    first_piece: Ints
    piece_key: Floats
    pieces: Floats  # low, high, x0, y0, x1, y1
    stride: int

    def holding(self, street: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Give the ranges of each street that overlap ``low`` to ``high``: position asked, range; by position asked."""
        keys, ranges = self.by_hundred
        first, last = street * HUNDREDS + low // 100, street * HUNDREDS + high // 100
        owner, entry = expand(np.searchsorted(keys, first), np.searchsorted(keys, last, "right"))
        one = ranges[entry]
        streets, long = self.by_street
        if len(long):
            more, entry = expand(np.searchsorted(streets, street), np.searchsorted(streets, street, "right"))
            owner, one = np.concatenate([owner, more]), np.concatenate([one, long[entry]])
        holds = (self.low[one] <= high[owner]) & (self.high[one] >= low[owner])
        owner, one = owner[holds], one[holds]
        if np.any(low // 100 != high // 100):
            owner, one = np.unique(np.stack([owner, one]), axis=1)
        return owner, one

    def position(self, one: Ints, number: Floats) -> tuple[Floats, Floats]:
        """Interpolate a number along the straight pieces of its range; the middle where the direction is not known."""
        number = np.where(self.is_oriented[one], number, (self.low[one] + self.high[one]) / 2)
        piece = np.searchsorted(self.piece_key, one * float(self.stride) + number, "right") - 1
        piece = np.clip(piece, self.first_piece[one], self.first_piece[one + 1] - 1)
        low, high, x0, y0, x1, y1 = self.pieces[:, piece]
        wide = high - low
        share = np.where(wide > 0, np.clip((number - low) / np.where(wide > 0, wide, 1.0), 0.0, 1.0), 0.5)
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


@dataclass(frozen=True)
class Points:
    """Address points by street and number."""

    key: Ints  # street * stride + number, sorted
    text: pa.Array  # the number as a text, with letters and fractions
    x: Floats
    y: Floats
    zone: Ints
    prefix: Ints  # code of what stands before the number, -1 nothing
    is_letter: Bools  # whether that is a single letter, which may be left out: 6789 for N6789

    def fits(self, point: Ints, prefix: Ints) -> Bools:
        """Say of points whether a number with that prefix may be theirs."""
        return (self.prefix[point] == prefix) | (self.is_letter[point] & (prefix == -1))


@dataclass(frozen=True)
class Anchors:
    """Numbers whose place is known, along every road: the ends of ranges, and points.

    A road is the joined parts of one series: the numbers of one street with one prefix. A shared road is the joined parts
    of all streets of one name, whatever their suffix and direction.
    """

    key: Ints  # road * stride + number, sorted
    x: Floats
    y: Floats
    shared: Ints
    series: Ints  # street * HUNDREDS + prefix + 1, sorted
    first_road: Ints  # of each series; its roads follow each other
    shared_key: Ints  # street * HUNDREDS + shared road, sorted: on which shared roads each street lies
    road_of_ranges: Ints
    of_ranges: Ints  # the shared road of each range
    of_points: Ints  # and of each point

    def roads(self, street: Ints, prefix: Ints) -> tuple[Ints, Ints]:
        """Give the roads of each street on which numbers have that prefix: position asked, road."""
        key = street * HUNDREDS + prefix + 1
        at = np.minimum(np.searchsorted(self.series, key), max(len(self.series) - 1, 0))
        there = np.flatnonzero((self.series[at] == key) & (prefix >= -1)) if len(self.series) else at[:0]
        owner, road = expand(self.first_road[at[there]], self.first_road[at[there] + 1])
        return there[owner], road


def index_ranges(reference: Reference, prefixes: dict[str, int], zones: dict[str, int], stride: int) -> Ranges:
    """Sort ranges and pieces; codes of prefixes and zones are added to the mappings."""
    table = reference.ranges.take(pc.sort_indices(reference.ranges["range_id"]))
    ids, street, low, high, parity, segment = (
        table[name].to_numpy().astype(np.int64)
        for name in ("range_id", "street_id", "low", "high", "parity", "segment_id")
    )
    hundreds = high // 100 - low // 100 + 1
    short, long = np.flatnonzero(hundreds <= _LONG_HUNDREDS), np.flatnonzero(hundreds > _LONG_HUNDREDS)
    owner, hundred = expand(low[short] // 100, high[short] // 100 + 1)
    keys = street[short[owner]] * HUNDREDS + hundred
    order, long = np.argsort(keys, kind="stable"), long[np.argsort(street[long], kind="stable")]
    one, pieces = _pieces(reference, ids)
    return Ranges(
        street=street,
        low=low,
        high=high,
        parity=parity,
        prefix=_coded(table["number_prefix"], prefixes),
        zone=_coded(table["zone"], zones),
        segment=segment,
        is_oriented=_bools(table["is_oriented"]),
        is_sided=_bools(pc.not_equal(table["side"], "")),
        length_m=np.bincount(one, np.hypot(pieces[4] - pieces[2], pieces[5] - pieces[3]), len(ids)).astype(np.float64),
        by_hundred=(keys[order], short[owner[order]]),
        by_street=(street[long], long),
        first_piece=np.searchsorted(one, np.arange(len(ids) + 1)),
        piece_key=one * float(stride) + pieces[0],
        pieces=pieces,
        stride=stride,
    )


def _pieces(reference: Reference, ids: Ints) -> tuple[Ints, Floats]:
    """Give the pieces sorted by range and number: the position of each one's range, and their columns."""
    table = reference.pieces
    one = np.searchsorted(ids, table["range_id"].to_numpy())
    columns = np.stack([table[name].to_numpy() for name in ("low", "high", "x0", "y0", "x1", "y1")])
    order = np.lexsort((columns[1], columns[0], one))
    return one[order].astype(np.int64), columns[:, order]


def index_points(reference: Reference, prefixes: dict[str, int], zones: dict[str, int], stride: int) -> Points:
    """Sort address points; codes of prefixes and zones are added to the mappings."""
    table = reference.points
    key = table["street_id"].to_numpy().astype(np.int64) * stride + table["number"].to_numpy()
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    order = np.lexsort((y, x, key))
    text = table["number_text"].take(pa.array(order)).combine_chunks()
    text = pa.concat_arrays(text.chunks) if isinstance(text, pa.ChunkedArray) else text
    words = pc.unique(text)
    before = [number_prefix(word) for word in words.to_pylist()]
    at = pc.index_in(text, value_set=words).to_numpy()
    prefix = np.array([prefixes.setdefault(one, len(prefixes)) if one else -1 for one in before], np.int64)[at]
    is_letter = np.array([len(one) == 1 and one.isalpha() for one in before], bool)[at]
    return Points(key[order], text, x[order], y[order], _coded(table["zone"], zones)[order], prefix, is_letter)


def index_anchors(ranges: Ranges, points: Points, name_of: Ints) -> Anchors:
    """Join the numbers of every street to roads; ``name_of`` numbers the names of the streets."""
    stride = ranges.stride
    point_street, point_number = np.divmod(points.key, stride)
    street = np.concatenate([ranges.street, ranges.street, point_street])
    prefix = np.concatenate([ranges.prefix, ranges.prefix, points.prefix])
    series, numbered = np.unique(street * HUNDREDS + prefix + 1, return_inverse=True)
    start, stop = ranges.first_piece[:-1], ranges.first_piece[1:] - 1
    x = np.concatenate([ranges.pieces[2, start], ranges.pieces[4, stop], points.x])
    y = np.concatenate([ranges.pieces[3, start], ranges.pieces[5, stop], points.y])
    count = len(ranges.street)
    road, road_series = _roads(numbered.reshape(-1).astype(np.int64), x, y, count)
    shared, _ = _roads(name_of[street], x, y, count)
    key = road * stride + np.concatenate([ranges.low, ranges.high, point_number])
    order = np.lexsort((y, x, key))
    return Anchors(
        key=key[order],
        x=x[order],
        y=y[order],
        shared=shared[order],
        series=series,
        first_road=np.searchsorted(road_series, np.arange(len(series) + 1)),
        shared_key=np.unique(street * HUNDREDS + shared),
        road_of_ranges=road[:count],
        of_ranges=shared[:count],
        of_points=shared[2 * count :],
    )


def _roads(street: Ints, x: Floats, y: Floats, ranges: int) -> tuple[Ints, Ints]:
    """Give each place the number of its road, and each road its street; both ends of a range are one road.

    The street is a third coordinate, so far apart that only places of one street are neighbors.
    """
    spots = np.column_stack([x, y, street * 1e7])
    pairs = cKDTree(spots).query_pairs(_JOINED_M, output_type="ndarray") if len(spots) else np.zeros((0, 2), int)
    ends = np.arange(ranges)
    first, second = np.concatenate([pairs[:, 0], ends]), np.concatenate([pairs[:, 1], ends + ranges])
    graph = coo_matrix((np.ones(len(first), bool), (first, second)), shape=(len(spots), len(spots)))
    part = connected_components(graph, directed=False)[1]
    known, road = np.unique(np.stack([street, part]), axis=1, return_inverse=True)
    return road.reshape(-1).astype(np.int64), known[0].astype(np.int64)


def _coded(column: pa.ChunkedArray, codes: dict[str, int]) -> Ints:
    """Give the code of each text; the empty text is -1."""
    words = pc.unique(column)
    by_word = np.array([codes.setdefault(word, len(codes)) if word else -1 for word in words.to_pylist()], np.int64)
    return by_word[pc.index_in(column, value_set=words).to_numpy()]


def _bools(column: pa.ChunkedArray) -> Bools:
    return column.to_numpy().astype(bool)
