"""Districts and beats as rings of plan points that follow streets, the river and the shore."""

from __future__ import annotations

import numpy as np

from pcanalytics.sample_city.geography import BLOCK, NORTH_EDGE, SOUTH_EDGE, mouth, river, shore

Path = list[tuple[float, float]]
Side = int | str


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


def _beat(start: float, stop: float, bottom: Side, top: Side) -> list[tuple[float, float]]:
    """Ring, counterclockwise, between two u lines; `bottom` and `top` are a v, "river" or "edge"."""

    def side(kind: Side, edge: tuple[int, ...], low: float, high: float) -> Path:
        if kind == "river":
            return _river(low, high)
        return _steps(edge, low, high) if kind == "edge" else [(low, float(kind)), (high, float(kind))]

    lower, upper = side(bottom, SOUTH_EDGE, start, stop), side(top, NORTH_EDGE, start, stop)[::-1]
    return _close(lower, upper, bottom == "river", top == "river")


def _close(lower: Path, upper: Path, lower_is_curve: bool, upper_is_curve: bool) -> Path:
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

    def lake(
        bottom: list[tuple[float, float]], top: list[tuple[float, float]], curves: tuple[bool, bool] = (False, False)
    ) -> Path:
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
