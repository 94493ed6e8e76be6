"""The ground plan of Alder Falls: river, lake, zones, districts and beats.

The city is drawn in *plan* coordinates `(u, v)` in meters, where the main roads are straight, and then bent by `to_map` into
map coordinates (EPSG:26915). The map place is open water of Lake Superior, so that nobody can take the city for a real one.
"""

from __future__ import annotations

import numpy as np

CRS = "EPSG:26915"
WIDE, HIGH, BLOCK = 16, 12, 800
ORIGIN = (632_400.0, 5_199_600.0)
MERIDIAN, BASELINE = 8800.0, 4000.0
CENTER = (8700.0, 4150.0)

# fmt: off
SOUTH_EDGE = (2400, 1600, 1600, 800, 800, 0, 0, 0, 0, 0, 0, 0, 0, 800, 800, 800)
NORTH_EDGE = (7200, 8000, 8800, 8800, 9600, 9600, 9600, 9600, 9600, 8800, 8800, 8800, 8000, 8000, 8000, 8000)

DISTRICTS = ("Central", "Harbor", "Southgate", "Westmoor", "Heights", "Northside")
BEAT_DISTRICT = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5)
RENAMED_BEAT = ("017", "025", "2025-07-01")
# fmt: on


DOWNTOWN, INNER, SUBURB, INDUSTRY, PARK, OUTSIDE = range(6)
ZONES = ("downtown", "inner", "suburb", "industry", "park", "outside")
# fmt: off
PARKS = {
    "FOUNDERS PARK": (6400, 3200, 7000, 4000), "HERON PARK": (4000, 7200, 4800, 8000), "SOUTH MEADOW": (7400, 800, 8000, 1600),
    "QUARRY PARK": (1600, 3200, 2400, 4000), "COURTHOUSE GREEN": (8800, 3800, 9000, 4000),
    "LAKEVIEW CEMETERY": (10400, 7200, 10900, 7600), "NORTH FIELDS": (7200, 7200, 7600, 8000),
    "SANDPIPER PARK": (10400, 1900, 11000, 2400), "MILL GREEN": (5600, 2400, 6000, 2800),
}
INDUSTRIAL = {(6, 6), (5, 6), (7, 6), (13, 4), (13, 5), (12, 6), (13, 6), (4, 2), (12, 3), (8, 7)}
# fmt: on


def to_map(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bend plan coordinates into map coordinates.

    Parameters
    ----------
    u, v : numpy.ndarray
        Plan coordinates, meters east and north.

    Returns
    -------
    tuple of numpy.ndarray
        x and y in EPSG:26915, meters, rounded to a tenth.

    Examples
    --------
    >>> [float(value) for value in to_map(np.array(0.0), np.array(0.0))]
    [632400.0, 5199600.0]
    """
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    du, dv = u - CENTER[0], v - CENTER[1]
    angle = 0.30 * np.exp(-(du * du + dv * dv) / 2300.0**2)
    cosine, sine = np.cos(angle), np.sin(angle)
    x = CENTER[0] + du * cosine - dv * sine + 130.0 * np.sin(v / 2300.0)
    y = CENTER[1] + du * sine + dv * cosine + 110.0 * np.sin(u / 2600.0)
    return np.round(x + ORIGIN[0], 1), np.round(y + ORIGIN[1], 1)


def river(u: np.ndarray) -> np.ndarray:
    """Return the v of the middle of the Alder River at each u, meters."""
    u = np.asarray(u, dtype=float)
    return 6050.0 - 0.105 * u + 430.0 * np.sin(u / 1450.0 + 0.2) + 120.0 * np.sin(u / 560.0 + 1.9)


def river_width(u: np.ndarray) -> np.ndarray:
    """Return the width of the river at each u, meters: narrow above the falls, wide at the mouth."""
    u = np.asarray(u, dtype=float)
    return 80.0 + 110.0 / (1.0 + np.exp(-(u - 8600.0) / 900.0))


def shore(v: np.ndarray) -> np.ndarray:
    """Return the u of the lake shore at each v, meters, with the harbor as a bay around the river's mouth."""
    v = np.asarray(v, dtype=float)
    bay = 620.0 * np.exp(-(((v - 4550.0) / 520.0) ** 2))
    return 11_650.0 + 330.0 * np.sin(v / 1750.0 + 0.7) + 110.0 * np.sin(v / 610.0) - bay


def highway(v: np.ndarray) -> np.ndarray:
    """Return the u of State Route 88 at each v, meters."""
    v = np.asarray(v, dtype=float)
    return 6150.0 + 900.0 * np.sin((v - 700.0) / 2600.0) - 0.055 * (v - 4800.0)


def mouth() -> tuple[float, float]:
    """Return the plan point where the middle of the river meets the shore."""
    u = 11_000.0
    for _ in range(60):
        u = 0.5 * u + 0.5 * float(shore(river(np.array(u))))
    return u, float(river(np.array(u)))


def zone_of(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Say for each plan point which kind of neighborhood it lies in.

    Parameters
    ----------
    u, v : numpy.ndarray
        Plan coordinates, meters.

    Returns
    -------
    numpy.ndarray
        Position in `ZONES`.

    Examples
    --------
    >>> ZONES[int(zone_of(np.array([8900.0]), np.array([4100.0]))[0])]
    'downtown'
    """
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    column = np.clip(np.floor(u / BLOCK).astype(int), 0, WIDE - 1)
    row = np.clip(np.floor(v / BLOCK).astype(int), 0, HIGH - 1)
    near = np.hypot((column * BLOCK + 400 - 8500.0) / 1.25, row * BLOCK + 400 - 4300.0)
    zone = np.where(near < 2700.0, INNER, SUBURB)
    zone = np.where((column >= 10) & (column <= 11) & (row >= 4) & (row <= 5), DOWNTOWN, zone)
    for cell in INDUSTRIAL:
        zone = np.where((column == cell[0]) & (row == cell[1]), INDUSTRY, zone)
    for left, bottom, right, top in PARKS.values():
        zone = np.where((u > left) & (u < right) & (v > bottom) & (v < top), PARK, zone)
    return np.where(~inside(u, v), OUTSIDE, zone)


def inside(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Say for each plan point whether it lies in the city and on land or river (the lake is outside)."""
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    column = np.clip(np.floor(u / BLOCK).astype(int), 0, WIDE - 1)
    south, north = np.array(SOUTH_EDGE)[column], np.array(NORTH_EDGE)[column]
    return (u >= 0) & (v >= south) & (v <= north) & (u < shore(v))


def _steps(edge: tuple[int, ...], start: float, stop: float) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for column in range(int(start // BLOCK), int(np.ceil(stop / BLOCK))):
        points += [(max(start, column * BLOCK), edge[column]), (min(stop, (column + 1) * BLOCK), edge[column])]
    return points


def _line(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Put a vertex at every multiple of 100 m of a path along the plan's axes."""
    path = [points[0]]
    for (u0, v0), (u1, v1) in zip(points, points[1:], strict=False):
        low, high = sorted((u0, u1) if v0 == v1 else (v0, v1))
        marks = [float(mark) for mark in range(int(low // 100) * 100, int(high) + 100, 100) if low < mark < high]
        if (u1 if v0 == v1 else v1) < (u0 if v0 == v1 else v0):
            marks.reverse()
        path += [(mark, v0) if v0 == v1 else (u0, mark) for mark in marks] + [(u1, v1)]
    return [point for place, point in enumerate(path) if place == 0 or point != path[place - 1]]


def _river(start: float, stop: float) -> list[tuple[float, float]]:
    low, high = min(start, stop), max(start, stop)
    marks = sorted(
        {low, high, *(float(mark) for mark in range(int(low // 50) * 50, int(high) + 50, 50) if low < mark < high)}
    )
    points = [(mark, round(float(river(np.array(mark))), 3)) for mark in marks]
    return points if start < stop else points[::-1]


def _shore(start: float, stop: float) -> list[tuple[float, float]]:
    marks = sorted(
        {
            start,
            stop,
            *(float(mark) for mark in range(int(start // 50) * 50, int(stop) + 50, 50) if start < mark < stop),
        }
    )
    return [(round(float(shore(np.array(mark))), 3), mark) for mark in marks]


def _beat(start: float, stop: float, bottom, top) -> list[tuple[float, float]]:
    """Ring, counterclockwise, between two u lines; `bottom` and `top` are a v, "river" or "edge"."""

    def side(kind, edge, low, high):
        if kind == "river":
            return _river(low, high)
        return _steps(edge, low, high) if kind == "edge" else [(low, float(kind)), (high, float(kind))]

    lower, upper = side(bottom, SOUTH_EDGE, start, stop), side(top, NORTH_EDGE, start, stop)[::-1]
    return _close(lower, upper, bottom == "river", top == "river")


def _close(lower, upper, lower_is_curve, upper_is_curve):
    lower = lower if lower_is_curve else _line(lower)
    upper = upper if upper_is_curve else _line(upper)
    right, left = _line([lower[-1], upper[0]]), _line([upper[-1], lower[0]])
    ring = lower + right[1:-1] + upper + left[1:-1]
    return [point for place, point in enumerate(ring) if point != ring[place - 1]]


def beat_rings() -> list[list[tuple[float, float]]]:
    """Return the 24 beats as rings of plan points, counterclockwise, sharing vertices with their neighbors.

    Returns
    -------
    list of list of tuple
        One open ring per beat; beats "001" to "024" in order.

    Examples
    --------
    >>> len(beat_rings())
    24
    """
    mouth_u, mouth_v = (round(value, 3) for value in mouth())
    south = _river(9600.0, mouth_u)
    south[-1] = (mouth_u, mouth_v)

    def lake(bottom: list[tuple[float, float]], top: list[tuple[float, float]], curves=(False, False)):
        coast = _shore(bottom[-1][1] if not curves[0] else mouth_v, top[0][1] if not curves[1] else mouth_v)
        if curves[0]:
            coast[0] = (mouth_u, mouth_v)
        if curves[1]:
            coast[-1] = (mouth_u, mouth_v)
        low = bottom if curves[0] else _line([*bottom[:-1], (coast[0][0], bottom[-1][1])])
        high = top if curves[1] else _line([(coast[-1][0], top[0][1]), *top[1:]])
        left = _line([high[-1], low[0]])
        ring = low + coast[1:-1] + high + left[1:-1]
        return [point for place, point in enumerate(ring) if point != ring[place - 1]]

    def flat(v: float) -> list[tuple[float, float]]:
        return [(9600.0, v), (13_000.0, v)]

    return [
        _beat(7200.0, 8000.0, 2400, "river"),
        _beat(8000.0, 8800.0, 3200, "river"),
        _beat(8800.0, 9600.0, 3200, "river"),
        _beat(8000.0, 9600.0, 2400, 3200),
        lake(flat(3200.0), south[::-1], (False, True)),
        lake(flat(1600.0), flat(3200.0)[::-1]),
        lake([(9600.0, 0.0), (10_400.0, 0.0), (10_400.0, 800.0), (13_000.0, 800.0)], flat(1600.0)[::-1]),
        lake(south, flat(6400.0)[::-1], (True, False)),
        _beat(4800.0, 6400.0, "edge", 2400),
        _beat(6400.0, 8000.0, "edge", 1600),
        _beat(8000.0, 9600.0, "edge", 1600),
        _beat(6400.0, 9600.0, 1600, 2400),
        _beat(0.0, 2400.0, "edge", "river"),
        _beat(2400.0, 4800.0, "edge", 3200),
        _beat(2400.0, 4800.0, 3200, "river"),
        _beat(4800.0, 7200.0, 2400, "river"),
        _beat(0.0, 2400.0, "river", "edge"),
        _beat(2400.0, 4000.0, "river", 7200),
        _beat(4000.0, 5600.0, "river", 7200),
        _beat(2400.0, 5600.0, 7200, "edge"),
        _beat(5600.0, 7200.0, "river", 7200),
        _beat(7200.0, 9600.0, "river", 7200),
        _beat(5600.0, 9600.0, 7200, "edge"),
        lake(flat(6400.0), flat(8000.0)[::-1]),
    ]


def merge_rings(rings: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Join rings that share vertices into the one ring around them all (shared edges cancel).

    Parameters
    ----------
    rings : list of list of tuple
        Counterclockwise open rings whose union has no hole.

    Returns
    -------
    list of tuple
        The outline, open, counterclockwise.

    Raises
    ------
    ValueError
        If the rings do not join into one outline.

    Examples
    --------
    >>> merge_rings([[(0, 0), (1, 0), (1, 1), (0, 1)], [(1, 0), (2, 0), (2, 1), (1, 1)]])
    [(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1)]
    """
    open_edges: set[tuple] = set()
    for ring in rings:
        for first, second in zip(ring, ring[1:] + ring[:1], strict=True):
            if (second, first) in open_edges:
                open_edges.remove((second, first))
            else:
                open_edges.add((first, second))
    follow = dict(open_edges)
    start = here = min(follow)
    outline = [start]
    while (here := follow[here]) != start and len(outline) <= len(follow):
        outline.append(here)
    if len(outline) != len(open_edges):
        raise ValueError(f"the rings do not join into one outline: {len(open_edges)} edges, {len(outline)} in a row")
    return outline


def which_ring(rings: list[list[tuple[float, float]]], u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return for each plan point the position of the ring that holds it, -1 for none.

    Parameters
    ----------
    rings : list of list of tuple
        Open rings that do not overlap.
    u, v : numpy.ndarray
        Plan coordinates, meters.

    Returns
    -------
    numpy.ndarray
        Positions in `rings`.

    Examples
    --------
    >>> which_ring([[(0, 0), (1, 0), (1, 1), (0, 1)]], np.array([0.5, 2.0]), np.array([0.5, 0.5])).tolist()
    [0, -1]
    """
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    result = np.full(u.size, -1)
    for place, ring in enumerate(rings):
        corners = np.array(ring)
        near = np.flatnonzero(
            (u >= corners[:, 0].min())
            & (u <= corners[:, 0].max())
            & (v >= corners[:, 1].min())
            & (v <= corners[:, 1].max())
            & (result < 0)
        )
        odd = np.zeros(near.size, dtype=bool)
        for (u0, v0), (u1, v1) in zip(ring, ring[1:] + ring[:1], strict=True):
            if v0 != v1:
                spans = (v[near] < v0) != (v[near] < v1)
                odd ^= spans & (u[near] < u0 + (v[near] - v0) * (u1 - u0) / (v1 - v0))
        result[near[odd]] = place
    return result
