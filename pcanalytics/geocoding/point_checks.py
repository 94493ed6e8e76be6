"""Points that cannot be right: swapped, zero, in another system, outside the jurisdiction.

A wrong point is worse than none, because a map shows it as a fact. Each is held with the reason that best
explains it, and counted; none is moved to where it probably belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from pcanalytics.errors import UsageError
from pcanalytics.spatial import read_crs

__all__ = ["POINT_REASONS", "check_points", "count_reasons"]

Floats = npt.NDArray[np.float64]

#: Why a point is held -> what that means, in the order in which the reasons are tried.
POINT_REASONS: Mapping[str, str] = {
    "no_coordinates": "One coordinate or both are missing.",
    "zero": "A coordinate is zero, which is what a device writes without a fix.",
    "swapped": "The two coordinates are in each other's place.",
    "lost_sign": "The minus of the longitude is missing.",
    "degrees": "They are degrees where meters belong.",
    "feet": "They are feet where meters belong.",
    "other_system": "They are in another coordinate system, such as a neighboring zone or that of web maps.",
    "outside": "They lie outside the jurisdiction, and no known mistake explains it.",
}

_FEET_M = (0.3048, 1200 / 3937)  # the international foot and that of the US survey
_METERS_PER_DEGREE = 111_320.0


def check_points(
    points: pd.DataFrame, *, crs: pyproj.CRS | str, extent: shapely.Geometry, margin_m: float = 2000.0
) -> pd.Series:
    """Tell which points cannot be right, and what explains it.

    Parameters
    ----------
    points : DataFrame
        With ``x`` and ``y``, said to be in ``crs``; for degrees, x is the longitude.
    crs : pyproj.CRS or str
        The system they are said to be in: projected in meters, or degrees.
    extent : shapely.Geometry
        The jurisdiction, in ``crs``: its districts in one shape, or a box around its streets.
    margin_m : float
        A point this near the jurisdiction stands, in meters: officers act a little outside, and borders are drawn
        roughly. In degrees the margin is taken at 111,320 m a degree, so it is narrower from west to east.

    Returns
    -------
    Series of category
        One of :data:`POINT_REASONS` for each point that is to be held, missing for those that stand. Index kept.
        The first mistake that would bring the point into the jurisdiction is its reason.

    Raises
    ------
    UsageError
        When ``crs`` is in feet or names no known system, or the extent is empty.

    Examples
    --------
    >>> town = shapely.box(490000, 4640000, 510000, 4660000)
    >>> there = pd.DataFrame({"x": [500000.0, 4650000, 0, -93, 1640420, 900000], "y": [4650000.0, 500000, 0, 42, 15255906, 9]})
    >>> check_points(there, crs="EPSG:26915", extent=town).tolist()
    [nan, 'swapped', 'zero', 'degrees', 'feet', 'outside']
    """
    system = _usable(read_crs(crs) if isinstance(crs, str) else crs)
    if extent.is_empty:
        raise UsageError("The extent has no area. Give the jurisdiction's shape, or a box around its streets.")
    x, y = (points[name].to_numpy(dtype="float64", na_value=np.nan) for name in ("x", "y"))
    margin = margin_m / _METERS_PER_DEGREE if system.is_geographic else margin_m
    reasons = np.full(len(points), None, dtype=object)
    lacking = ~(np.isfinite(x) & np.isfinite(y))
    zero = ~lacking & ((x == 0) | (y == 0))
    reasons[lacking], reasons[zero] = "no_coordinates", "zero"
    left = np.flatnonzero(~lacking & ~zero)
    left = left[~_inside(x[left], y[left], extent, margin)]
    reasons[left] = "outside"
    for reason, corrected in _mistakes(system):
        found = left[_inside(*corrected(x[left], y[left]), extent, margin)]
        reasons[found] = reason
        left = np.setdiff1d(left, found)
    return pd.Series(pd.Categorical(reasons, categories=list(POINT_REASONS)), index=points.index, name="reason")


def count_reasons(reasons: pd.Series) -> pd.DataFrame:
    """Count the points that are held, to be shown beside the map.

    Parameters
    ----------
    reasons : Series of category
        From :func:`check_points`.

    Returns
    -------
    DataFrame
        One row a reason that occurs, most frequent first: ``reason``, ``meaning``, ``rows``, and ``share`` of all points
        (0 to 1), those that stand among them.

    Examples
    --------
    >>> count_reasons(pd.Series(["zero", None, None, None]))[["reason", "rows", "share"]].values.tolist()
    [['zero', 1, 0.25]]
    """
    counted = reasons.astype("object").value_counts()
    order = sorted(counted.index, key=lambda reason: (-counted[reason], list(POINT_REASONS).index(reason)))
    return pd.DataFrame(
        {
            "reason": order,
            "meaning": [POINT_REASONS[reason] for reason in order],
            "rows": [int(counted[reason]) for reason in order],
            "share": [counted[reason] / len(reasons) for reason in order],
        }
    )


def _usable(system: pyproj.CRS) -> pyproj.CRS:
    unit = system.axis_info[0].unit_name if system.axis_info else "none"
    if not (system.is_geographic or (system.is_projected and unit in ("metre", "meter"))):
        raise UsageError(
            f"The coordinate reference system {system.name!r} is in {unit}. Give one in meters or degrees."
        )
    return system


def _inside(x: Floats, y: Floats, extent: shapely.Geometry, margin: float) -> npt.NDArray[np.bool_]:
    shapely.prepare(extent)
    west, south, east, north = extent.bounds
    near = (x >= west - margin) & (x <= east + margin) & (y >= south - margin) & (y <= north + margin)
    inside = np.zeros(len(x), dtype=bool)
    rows = np.flatnonzero(near)
    inside[rows] = shapely.dwithin(shapely.points(x[rows], y[rows]), extent, margin)
    return inside


def _mistakes(system: pyproj.CRS) -> Iterator[tuple[str, Callable[[Floats, Floats], tuple[Floats, Floats]]]]:
    """Give each known mistake with what would undo it, the likeliest first."""
    yield "swapped", _swapped
    if system.is_geographic:
        yield "lost_sign", partial(_scaled, -1.0, 1.0)
    else:
        degrees = pyproj.Transformer.from_crs("EPSG:4326", system, always_xy=True)
        for order in (1, -1):
            for sign in (1.0, -1.0):
                yield "degrees", partial(_moved, degrees, order, sign)
        for foot in _FEET_M:
            yield "feet", partial(_scaled, foot, foot)
    for code in ("EPSG:3857", *_neighbors(system)):
        yield "other_system", partial(_moved, pyproj.Transformer.from_crs(code, system, always_xy=True), 1, 1.0)


def _neighbors(system: pyproj.CRS) -> list[str]:
    """Give the UTM zones next to a system's own: a city at the edge of a zone gets extracts in both."""
    name = system.utm_zone
    if name is None:
        return []
    zone, first = int(name[:-1]), 32700 if name.endswith("S") else 32600
    return [f"EPSG:{first + one}" for one in (zone - 1, zone + 1) if 1 <= one <= 60]


def _swapped(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return y, x


def _scaled(x_factor: float, y_factor: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return x * x_factor, y * y_factor


def _moved(mover: pyproj.Transformer, order: int, sign: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Read two numbers as coordinates of another system, perhaps swapped and without a sign, and bring them into ours."""
    first, second = (x, y)[::order]
    moved_x, moved_y = mover.transform(first * sign, second)
    return np.asarray(moved_x), np.asarray(moved_y)
