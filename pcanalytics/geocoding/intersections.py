"""Where two streets meet, or nearly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from pcanalytics.geocoding.candidates import Candidates, expand, gather, make
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import CODE, LOST, MATCH_TYPES, RANK, RISK

__all__ = ["CrossingIndex", "Pairs", "index_crossings"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_INTERSECTION = MATCH_TYPES.index("intersection")
_PAIR = 1 << 31
NEAR_M = 100.0


@dataclass(frozen=True)
class Pairs:
    """Pairs of streets asked for, with what finding both streets cost."""

    row: Ints
    street: Ints
    cross: Ints
    rank: NDArray[np.int16]
    lost: NDArray[np.int16]
    risk: Floats
    alike: NDArray[np.bool_]

    def take(self, which: NDArray) -> Pairs:
        return Pairs(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class CrossingIndex:
    """Crossings sorted by their pair of streets, and the lines of every street."""

    key: Ints
    x: Floats
    y: Floats
    lines: StreetLines

    def meet(self, pairs: Pairs) -> Candidates:
        """Give every crossing of each pair."""
        key = np.minimum(pairs.street, pairs.cross) * _PAIR + np.maximum(pairs.street, pairs.cross)
        owner, one = expand(np.searchsorted(self.key, key), np.searchsorted(self.key, key, "right"))
        return _found(pairs, owner, self.x[one], self.y[one], 8.0, "meet")

    def near(self, pairs: Pairs) -> Candidates:
        """Give for each pair the middle of the shortest way from one street to the other, when that is short."""
        found: list[tuple[int, float, float, float]] = []
        for position, (street, cross) in enumerate(zip(pairs.street, pairs.cross, strict=True)):
            if street == cross:
                continue
            way = shapely.shortest_line(self.lines.of(street), self.lines.of(cross))
            if way is not None and way.length <= NEAR_M:
                middle = way.interpolate(0.5, normalized=True)
                found.append((position, middle.x, middle.y, 15.0 + way.length))
        table = np.array(found, dtype=np.float64).reshape(-1, 4)
        return _found(pairs, table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3], "near")


def _found(pairs: Pairs, at: Ints, x: Floats, y: Floats, error_m: Floats | float, way: str) -> Candidates:
    code = CODE["crossing", way]
    return make(
        pairs.row[at],
        x,
        y,
        kind=_INTERSECTION,
        error_m=error_m,
        rank=pairs.rank[at] + RANK[code],
        lost=pairs.lost[at] + LOST[code],
        risk=pairs.risk[at] + RISK[code],
        street=pairs.street[at],
        cross=pairs.cross[at],
        alike=pairs.alike[at],
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


def index_crossings(reference: Reference) -> CrossingIndex:
    """Sort a reference's crossings and lines for looking up."""
    crossings = reference.crossings
    a, b = (crossings[name].to_numpy().astype(np.int64) for name in ("street_a", "street_b"))
    x, y = crossings["x"].to_numpy(), crossings["y"].to_numpy()
    key = a * _PAIR + b
    order = np.lexsort((y, x, key))
    return CrossingIndex(key[order], x[order], y[order], _lines(reference))


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
