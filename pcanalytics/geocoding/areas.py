"""The beat or district recorded with a record, held against where its address seems to be.

An officer's area is a second witness of the place: of two equally good places it may know the right one, and a place far from
it is a contradiction to be shown. It is a witness and no more: borders are drawn along streets whose both sides
belong to different areas, so whatever lies within a tolerance of the area agrees with it.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from pcanalytics.errors import UsageError
from pcanalytics.spatial import require_projected

__all__ = ["AGREES", "CONTRADICTS", "UNCHECKED", "agree", "settle_ties"]

#: What the area recorded says of a point.
AGREES, CONTRADICTS, UNCHECKED = 1, 0, -1


def agree(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    area: npt.ArrayLike,
    drawn: gpd.GeoDataFrame,
    *,
    tolerance_m: float = 50.0,
) -> npt.NDArray[np.int8]:
    """Tell of each point whether it lies in the area that was recorded for it.

    Parameters
    ----------
    x, y : ndarray of float
        The points, in the system of ``drawn``, meters; not a number where there is none.
    area : array of str
        The area recorded for each; missing where none was. White space around it and the case of letters do not matter.
    drawn : GeoDataFrame
        The areas as drawn, in a projected system in meters. Its index holds their names; an area may have several rows.
    tolerance_m : float
        A point this near its area agrees. 50 m is half the width of a wide street, with the error of a range's middle.

    Returns
    -------
    ndarray of int8
        ``AGREES`` (1), ``CONTRADICTS`` (0), or ``UNCHECKED`` (-1) where no area was recorded, none of that name is drawn,
        or there is no point.

    Raises
    ------
    UsageError
        When ``drawn`` is not in meters, or x, y and area are not as long as one another.

    Examples
    --------
    >>> beats = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["1A"], crs="EPSG:26915")
    >>> agree(np.array([50.0, 140.0, 900.0, 50.0]), np.array([50.0] * 4), ["1A", "1a ", "1A", "7"], beats).tolist()
    [1, 1, 0, -1]
    """
    require_projected(drawn.crs)
    names = _names(pd.Series(np.asarray(area, dtype=object)))
    if not len(x) == len(y) == len(names):
        raise UsageError(f"There are {len(x):,} x, {len(y):,} y and {len(names):,} areas; each point has one of each.")
    shapes = _shapes(drawn)
    answers = np.full(len(names), UNCHECKED, dtype=np.int8)
    there = np.isfinite(x) & np.isfinite(y) & names.isin(shapes.index).to_numpy(dtype=bool)
    for name, rows in names[there].groupby(names[there], sort=False).indices.items():
        at = np.flatnonzero(there)[rows]
        answers[at] = _near(shapes[name], x[at], y[at], tolerance_m)
    return answers


def settle_ties(
    string: npt.ArrayLike,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    area: npt.ArrayLike,
    drawn: gpd.GeoDataFrame,
    *,
    tolerance_m: float = 50.0,
) -> npt.NDArray[np.bool_]:
    """Tell which of several equally good places each record keeps, by the area recorded with it.

    Parameters
    ----------
    string : array
        Which record each candidate belongs to.
    x, y : ndarray of float
        The candidates, in the system of ``drawn``, meters.
    area : array of str
        The area recorded with each candidate's record; missing where none was.
    drawn : GeoDataFrame
        The areas as drawn; its index holds their names.
    tolerance_m : float
        A candidate this near its area agrees.

    Returns
    -------
    ndarray of bool
        The candidates kept. When exactly one of a record's candidates agrees, it alone; when several do, those, and they are a tie
        still; when none does or none can be checked, all, because an area recorded wrongly must not choose a place.

    Examples
    --------
    >>> beats = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], index=["1A"], crs="EPSG:26915")
    >>> settle_ties([7, 7], np.array([50.0, 5000.0]), np.array([50.0, 50.0]), ["1A", "1A"], beats).tolist()
    [True, False]
    """
    answers = pd.Series(agree(x, y, area, drawn, tolerance_m=tolerance_m) == AGREES)
    some = answers.groupby(np.asarray(string)).transform("any")
    return (answers | ~some).to_numpy(dtype=bool)


def _names(values: pd.Series | pd.Index) -> pd.Series:
    """Give names of areas as they are compared."""
    return pd.Series(values).astype("string").str.strip().str.upper()


def _shapes(drawn: gpd.GeoDataFrame) -> pd.Series:
    """Give one shape to each name, with whatever is drawn of it."""
    names = _names(pd.Series(drawn.index.astype("object")))
    shapes = pd.Series(shapely.make_valid(np.asarray(drawn.geometry.array)), index=range(len(drawn)))
    known = names.notna().to_numpy(dtype=bool)
    return shapes[known].groupby(names[known]).agg(lambda several: shapely.union_all(several.to_numpy()))


def _near(
    shape: shapely.Geometry, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], tolerance_m: float
) -> npt.NDArray[np.bool_]:
    """Tell which points lie in a shape or near it; the distance is measured only for those outside."""
    shapely.prepare(shape)
    near = shapely.intersects_xy(shape, x, y)
    outside = np.flatnonzero(~near)
    near[outside] = shapely.dwithin(shapely.points(x[outside], y[outside]), shape, tolerance_m)
    return near
