"""Places told from a crossing: so many feet from it, a side of it, or the stretch between two of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from pcanalytics.geocoding.candidates import Candidates, gather
from pcanalytics.geocoding.columns import Parsed
from pcanalytics.geocoding.intersections import StreetLines
from pcanalytics.geocoding.tiers import MATCH_TYPES, totals

__all__: list[str] = []

#: Unit steps to the east and north of the compass words.
_STEPS = {
    "N": (0.0, 1.0),
    "S": (0.0, -1.0),
    "E": (1.0, 0.0),
    "W": (-1.0, 0.0),
    "NE": (0.7071, 0.7071),
    "NW": (-0.7071, 0.7071),
    "SE": (0.7071, -0.7071),
    "SW": (-0.7071, -0.7071),
}
FARTHEST_M = 200.0  # a crossing stands for what lies so near it when its street does not go there
USUAL_M = 50.0  # "N OF 5TH AVE" without a distance: half a usual block
_LEAST_COSINE = 0.5  # a street that bends farther from the word's direction is not meant by it
_OFFSET, _BLOCK = MATCH_TYPES.index("offset"), MATCH_TYPES.index("block")


def told_from_crossings(found: Candidates, beside: Candidates, parsed: Parsed, lines: StreetLines) -> Candidates:
    """Move the candidates of offsets and stretches from their crossings to the places meant.

    Parameters
    ----------
    found : Candidates
        Every candidate so far; those of other forms stay as they are.
    beside : Candidates
        Crossings of the second cross street, for stretches.
    parsed : Parsed
        What was written.
    lines : StreetLines
        The lines of the streets.
    """
    is_offset, is_stretch = parsed.is_form("offset"), parsed.is_form("segment")
    if not np.any(is_offset | is_stretch):
        return found
    moved = _walked(found.take(np.flatnonzero(is_offset[found.row])), parsed, lines)
    halved = _halved(found.take(np.flatnonzero(is_stretch[found.row])), beside, lines)
    return gather([found.take(np.flatnonzero(~(is_offset | is_stretch)[found.row])), moved, halved])


def _walked(found: Candidates, parsed: Parsed, lines: StreetLines) -> Candidates:
    distance = parsed.numbers("offset_m")[found.row]
    told = np.isfinite(distance)
    distance = np.where(told, distance, USUAL_M)
    directions = parsed.texts("offset_direction", found.row)
    x, y, error = found.x.copy(), found.y.copy(), found.error_m + np.where(told, 0.1 * distance, USUAL_M)
    reached = np.zeros(len(found), bool)
    for one, direction in enumerate(directions):
        if direction not in _STEPS:
            error[one] += distance[one]
            continue
        for street in (found.street[one], found.cross[one]):
            place = walk(lines, int(street), x[one], y[one], float(distance[one]), direction)
            if place is not None:
                x[one], y[one] = place
                reached[one] = True
                break
        else:
            error[one] += distance[one]
    moved = replace(found, x=x, y=y, error_m=error, kind=np.full(len(found), _OFFSET, np.int8))
    goes_there = np.isin(found.row, found.row[reached])
    return moved.take(reached | (~goes_there & (distance <= FARTHEST_M)))


def walk(
    lines: StreetLines, street: int, x: float, y: float, offset_m: float, direction: str
) -> tuple[float, float] | None:
    """Give the place on a street ``offset_m`` from a point, in the direction named; None when it does not go there."""
    ring = shapely.Point(x, y).buffer(max(offset_m, 0.1), quad_segs=32).exterior
    met = shapely.get_coordinates(lines.of(street).intersection(ring))
    if not len(met):
        return None
    away = met - (x, y)
    cosine = np.round(away @ np.array(_STEPS[direction]) / np.maximum(np.hypot(*away.T), 1e-9), 6)
    best = int(np.lexsort((met[:, 1], met[:, 0], -cosine))[0])
    return (float(met[best, 0]), float(met[best, 1])) if cosine[best] >= _LEAST_COSINE else None


def _halved(found: Candidates, beside: Candidates, lines: StreetLines) -> Candidates:
    """Pair the crossings at both ends of each stretch, the nearest with the nearest, and give the middle on the street."""
    kept: list[tuple[int, float, float, float]] = []
    rank = totals(found.ways)[0]
    for row in np.unique(found.row):
        first, second = np.flatnonzero(found.row == row), np.flatnonzero(beside.row == row)
        pairs = [
            (float(np.hypot(found.x[a] - beside.x[b], found.y[a] - beside.y[b])), int(rank[a]), int(a), int(b))
            for a in first
            for b in second
            if found.street[a] == beside.street[b]
        ]
        if not pairs:
            continue
        apart, _, a, b = min(pairs)
        middle = shapely.Point((found.x[a] + beside.x[b]) / 2, (found.y[a] + beside.y[b]) / 2)
        near = shapely.shortest_line(lines.of(int(found.street[a])), middle)
        x, y = near.coords[0] if near is not None else middle.coords[0]
        kept.append((a, x, y, 15.0 + apart / 2))
    table = np.array(kept, dtype=np.float64).reshape(-1, 4)
    chosen = found.take(table[:, 0].astype(np.int64))
    return replace(
        chosen, x=table[:, 1], y=table[:, 2], error_m=table[:, 3], kind=np.full(len(chosen), _BLOCK, np.int8)
    )
