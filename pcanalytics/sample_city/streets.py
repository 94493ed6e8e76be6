"""The streets of Alder Falls: center lines in plan coordinates, with names and address ranges.

A street piece runs from one crossing to the next. The plan is a grid of arterials every 800 m; between them lie downtown blocks,
older rectangular blocks or bent suburban streets. River, lake, highway and parks then cut pieces away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city import words
from pcanalytics.sample_city.chance import Stream, stream

BRIDGES = (1600, 4000, 5600, 7200, 8000, 8800, 9600)
RIVER_ROAD, SHORE_ROAD = 70.0, 90.0

Point = tuple[float, float]
Curve = Callable[[float, float], float]


@dataclass(frozen=True)
class Piece:
    """One street piece: its plan points and which street it belongs to."""

    points: tuple[tuple[float, float], ...]
    line: tuple
    kind: str

    @property
    def length_m(self) -> float:
        """Length in plan meters."""
        steps = np.diff(np.array(self.points), axis=0)
        return float(np.sqrt((steps * steps).sum(axis=1)).sum())


def _grid_block(left: float, bottom: float, step_u: int, step_v: int) -> list[Piece]:
    inner_u = range(int(left), int(left) + plan.BLOCK + 1, step_u)
    inner_v = range(int(bottom), int(bottom) + plan.BLOCK + 1, step_v)
    pieces = []
    for u in list(inner_u)[1:-1]:
        pieces += [
            Piece(((float(u), float(a)), (float(u), float(b))), ("u", u), "local")
            for a, b in zip(inner_v, inner_v[1:], strict=False)
        ]
    for v in list(inner_v)[1:-1]:
        pieces += [
            Piece(((float(a), float(v)), (float(b), float(v))), ("v", v), "local")
            for a, b in zip(inner_u, inner_u[1:], strict=False)
        ]
    return pieces


def _suburb_block(left: float, bottom: float, rng: Stream, cell: tuple[int, int]) -> list[Piece]:
    """Bend a 4 x 4 grid between arterials and drop about a third of its pieces."""
    phase = rng.random(4) * 2 * np.pi
    size = 42.0 + 34.0 * rng.random(2)

    def bend(a: float, b: float) -> tuple[float, float]:
        room = np.sin(np.pi * a) * np.sin(np.pi * b)
        du = room * size[0] * (np.sin(2 * np.pi * b + phase[0]) + 0.6 * np.sin(2 * np.pi * a + phase[1]))
        dv = room * size[1] * (np.sin(2 * np.pi * a + phase[2]) + 0.6 * np.sin(2 * np.pi * b + phase[3]))
        return round(left + plan.BLOCK * a + float(du), 2), round(bottom + plan.BLOCK * b + float(dv), 2)

    pieces = []
    keep = rng.random((2, 5, 5))
    for across in (0, 1):
        for line in (1, 2, 3):
            for part in range(4):
                at_border = part in (0, 3)
                through = line == 2
                if keep[across, line, part] < (
                    0.0 if through and not at_border else 0.12 if through else 0.55 if at_border else 0.2
                ):
                    continue
                marks = [(part + share / 4) / 4 for share in range(5)]
                points = [bend(line / 4, mark) if across else bend(mark, line / 4) for mark in marks]
                pieces.append(Piece(tuple(points), ("s", *cell, across, line), "local"))
    return pieces


def _inner_pieces(seed: int) -> list[Piece]:
    rng = stream(seed, "streets")
    pieces: list[Piece] = []
    for column in range(plan.WIDE):
        for row in range(plan.HIGH):
            left, bottom = column * plan.BLOCK, row * plan.BLOCK
            middle = plan.zone_of(np.array([left + 401.0]), np.array([bottom + 401.0]))[0]
            if (column, row) in plan.INDUSTRIAL:
                zone = plan.INDUSTRY
            else:
                zone = (
                    plan.zone_of(np.array([left + 130.0]), np.array([bottom + 130.0]))[0]
                    if middle == plan.PARK
                    else middle
                )
            if zone == plan.OUTSIDE and plan.inside(np.array([left + 10.0]), np.array([bottom + 401.0]))[0]:
                zone = plan.INNER if 2 < row < 8 else plan.SUBURB
            if zone == plan.DOWNTOWN:
                pieces += _grid_block(left, bottom, 100, 100)
            elif zone == plan.INNER:
                pieces += _grid_block(left, bottom, 200, 100)
            elif zone == plan.INDUSTRY:
                pieces += _grid_block(left, bottom, 400, 400)
            else:
                pieces += _suburb_block(left, bottom, rng, (column, row))
    return pieces


def _arterials(pieces: list[Piece]) -> list[Piece]:
    """Lay the arterials through every crossing that the inner pieces made on them."""
    stops: dict[tuple, set[float]] = {}
    for column in range(plan.WIDE + 1):
        for row in range(plan.HIGH + 1):
            stops.setdefault(("u", column * plan.BLOCK), set()).add(float(row * plan.BLOCK))
            stops.setdefault(("v", row * plan.BLOCK), set()).add(float(column * plan.BLOCK))
    for piece in pieces:
        for u, v in (piece.points[0], piece.points[-1]):
            if u % plan.BLOCK == 0:
                stops[("u", int(u))].add(v)
            if v % plan.BLOCK == 0:
                stops[("v", int(v))].add(u)
    laid = []
    for line, marks in stops.items():
        for a, b in zip(sorted(marks), sorted(marks)[1:], strict=False):
            ends = (
                ((float(line[1]), a), (float(line[1]), b))
                if line[0] == "u"
                else ((a, float(line[1])), (b, float(line[1])))
            )
            laid.append(Piece(ends, line, "arterial"))
    return laid


def _cross(p: Point, q: Point, value: Curve) -> tuple[float, float]:
    """Find where the straight piece from `p` to `q` meets the line on which `value` is zero (bisection)."""
    low, high, sign = 0.0, 1.0, value(*p) > 0
    for _ in range(40):
        half = (low + high) / 2
        if (value(p[0] + half * (q[0] - p[0]), p[1] + half * (q[1] - p[1])) > 0) == sign:
            low = half
        else:
            high = half
    return round(p[0] + low * (q[0] - p[0]), 2), round(p[1] + low * (q[1] - p[1]), 2)


def _split(
    pieces: list[Piece], value: Curve, keep: Callable[[Piece], bool] | None = None
) -> tuple[list[Piece], list[tuple[float, float]]]:
    """Cut pieces where they cross the curve ``value(u, v) == 0``; with `keep`, throw away parts on its negative side."""
    done, crossings = [], []
    for piece in pieces:
        run: list[tuple[float, float]] = [piece.points[0]]
        sides = [value(*point) > 0 for point in piece.points]
        for place in range(1, len(piece.points)):
            if sides[place] != sides[place - 1]:
                crossing = _cross(piece.points[place - 1], piece.points[place], value)
                if keep is None or keep(piece):
                    crossings.append(crossing)
                if keep is None or sides[place - 1] or not keep(piece):
                    done.append(replace(piece, points=(*run, crossing)))
                run = [crossing]
            run.append(piece.points[place])
        if keep is None or sides[-1] or not keep(piece):
            done.append(replace(piece, points=tuple(run)))
    return [piece for piece in done if piece.length_m > 12.0], crossings


def _road_along(
    crossings: list[tuple[float, float]], by: int, curve: Callable[[float], float], line: tuple, kind: str
) -> list[Piece]:
    """Join crossings into a street that follows a curve of coordinate `by` (0: of u, 1: of v)."""
    marks = sorted({point[by]: point for point in crossings}.items())
    pieces = []
    for (a, first), (b, second) in zip(marks, marks[1:], strict=False):
        if b - a < 15.0:
            continue
        between = [mark for mark in np.arange(np.ceil(a / 60.0) * 60.0, b, 60.0) if a + 12 < mark < b - 12]
        points = [(round(float(mark), 2), round(float(curve(mark)), 2)) for mark in between]
        points = points if by == 0 else [(v, u) for u, v in points]
        pieces.append(Piece((first, *points, second), line, kind))
    return pieces


def _bank(side: int) -> Callable[[float], float]:
    def bank(u: float) -> float:
        at = np.array(u)
        return float(plan.river(at)) + side * (float(plan.river_width(at)) / 2 + RIVER_ROAD)

    return bank


def _drive(v: float) -> float:
    return float(plan.shore(np.array(v))) - SHORE_ROAD


def _landward(bank: Callable[[float], float], side: int, end: float) -> Curve:
    """Measure how far a point lies on the land side of a bank; east of `end` everything does."""

    def value(u: float, v: float) -> float:
        return (v - bank(u)) * side if u < end else 1.0

    return value


def _waterfront(pieces: list[Piece]) -> list[Piece]:
    """End streets at the river roads and the shore drive; bridges go on."""
    mouth = plan.mouth()[0]

    def is_bridge(piece: Piece) -> bool:
        return piece.line[0] == "u" and piece.line[1] in BRIDGES

    roads: list[Piece] = []
    for side, name in ((-1, words.RIVER_SOUTH), (1, words.RIVER_NORTH)):
        bank = _bank(side)
        pieces, crossings = _split(pieces, _landward(bank, side, mouth - 120))
        crossings = [point for point in crossings if point[0] < mouth - 130]
        roads += _road_along(crossings, 0, bank, (name,), "collector")

    def in_river(piece: Piece) -> bool:
        u, v = np.array(piece.points).mean(axis=0)
        return u < mouth and abs(v - float(plan.river(u))) < float(plan.river_width(u)) / 2 + RIVER_ROAD - 1

    pieces = [piece for piece in pieces if not in_river(piece) or is_bridge(piece)] + roads
    pieces, crossings = _split(pieces, lambda u, v: _drive(v) - u, keep=lambda piece: True)
    low, high = plan.mouth()[1] - 130, plan.mouth()[1] + 130
    crossings = [point for point in crossings if not low < point[1] < high]
    south = [point for point in crossings if 800 <= point[1] <= low]
    north = [point for point in crossings if high <= point[1] <= 8000]
    for part in (south, north):
        pieces += _road_along(part, 1, _drive, (words.SHORE_DRIVE,), "collector")
    return pieces


def _diagonal(pieces: list[Piece]) -> list[Piece]:
    """Lay the old mill road from the middle of downtown to the southwest and cut what it crosses."""
    start, stop = (8800.0, 4000.0), (3200.0, 800.0)
    slope = (start[1] - stop[1]) / (start[0] - stop[0])

    def value(u: float, v: float) -> float:
        return v - (stop[1] + (u - stop[0]) * slope) if stop[0] <= u <= start[0] else 1.0

    pieces, crossings = _split(pieces, value)
    crossings = [point for point in crossings if stop[0] < point[0] < start[0] and abs(value(*point)) < 1.0]
    marks, last = [stop], stop
    for point in sorted([*crossings, start]):
        if point[0] - last[0] > 15.0:
            marks.append(point)
            last = point
    return pieces + [Piece((a, b), (words.DIAGONAL,), "arterial") for a, b in zip(marks, marks[1:], strict=False)]


def _highway_at(v: float) -> float:
    return float(plan.highway(np.array(v)))


def _highway(pieces: list[Piece]) -> list[Piece]:
    """Cut local streets at the highway, lay both roadways and the ramps of its interchanges."""

    def value(u: float, v: float) -> float:
        return u - _highway_at(v)

    def near(piece: Piece) -> bool:
        sides = {value(*point) > 0 for point in piece.points}
        return len(sides) == 2 or min(abs(value(*point)) for point in piece.points) < 25.0

    pieces = [piece for piece in pieces if piece.kind != "local" or not near(piece)]
    exits = [1600, 3200, 5600, 7200, 8800]
    stops = sorted({0.0, 9600.0, *(float(v) + offset for v in exits for offset in (-260.0, 260.0))})
    for side, name in ((-14.0, "SB"), (14.0, "NB")):
        for a, b in zip(stops, stops[1:], strict=False):
            marks = [a, *np.arange(np.floor(a / 100) * 100 + 100, b, 100.0), b]
            points = tuple((round(_highway_at(v) + side, 2), round(float(v), 2)) for v in marks)
            pieces.append(Piece(points, ("highway", name), "highway"))
        for number, v in enumerate(exits, start=1):
            for end in (-260.0, 260.0):
                far = (_highway_at(v + end) + side, v + end)
                foot = (_highway_at(v) + side * 6, float(v))
                middle = (far[0] * 0.35 + foot[0] * 0.65 + side * 0.8, v + end * 0.4)
                word = "OFF" if (end < 0) == (name == "NB") else "ON"
                pieces.append(
                    Piece(
                        tuple((round(p, 2), round(q, 2)) for p, q in (far, middle, foot)),
                        ("ramp", name, word, number),
                        "ramp",
                    )
                )
    return pieces


def _in_city(pieces: list[Piece]) -> list[Piece]:
    """Drop what lies outside the city or inside a park."""
    middles = np.array([np.array(piece.points).mean(axis=0) for piece in pieces])
    inside = plan.inside(middles[:, 0], middles[:, 1])
    edge = plan.inside(middles[:, 0] + 1, middles[:, 1] + 1) | plan.inside(middles[:, 0] - 1, middles[:, 1] - 1)
    park = plan.zone_of(middles[:, 0], middles[:, 1]) == plan.PARK
    return [
        piece
        for piece, is_in, is_park in zip(pieces, inside | edge, park, strict=True)
        if is_in and (not is_park or piece.kind in {"arterial", "highway", "ramp"})
    ]


def lay_streets(seed: int) -> list[Piece]:
    """Lay every street piece of the city.

    Parameters
    ----------
    seed : int
        The city's seed; it bends the suburban streets.

    Returns
    -------
    list of Piece
        Pieces in a fixed order, in plan coordinates.

    Examples
    --------
    >>> len(lay_streets(1)) > 3000
    True
    """
    pieces = _inner_pieces(seed)
    pieces = pieces + _arterials(pieces)
    pieces = _in_city(pieces)
    pieces = _waterfront(pieces)
    pieces = _diagonal(pieces)
    pieces = _highway(pieces)
    return sorted(_in_city(pieces), key=lambda piece: (piece.line[0], str(piece.line[1:]), piece.points))
