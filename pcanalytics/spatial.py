"""Coordinates in meters: the projected-CRS guard, transforms, grids of cells.

Distances, densities and grids are computed in a projected system whose unit is the meter. Anything
in degrees or feet is refused or transformed, never measured as it is.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from pcanalytics.errors import InputRejected, UsageError

__all__ = ["as_points", "grid", "read_crs", "require_projected", "transform"]


def read_crs(text: str) -> pyproj.CRS:
    """Read a coordinate reference system.

    Parameters
    ----------
    text : str
        Such as ``"EPSG:26915"`` or ``"ESRI:102696"``.

    Raises
    ------
    UsageError
        When it names no known system.

    Examples
    --------
    >>> read_crs("EPSG:26915").is_projected
    True
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise UsageError(
            f"{text!r} names no known coordinate reference system. Write a code such as EPSG:26915."
        ) from None


def require_projected(crs: pyproj.CRS | str | None) -> pyproj.CRS:
    """Refuse any system that is not projected in meters.

    Parameters
    ----------
    crs : pyproj.CRS or str or None
        A frame's ``.crs``, or a code.

    Returns
    -------
    pyproj.CRS
        The same system.

    Raises
    ------
    UsageError
        When there is none, or its unit is not the meter.

    Examples
    --------
    >>> require_projected("EPSG:26915").to_epsg()
    26915
    """
    if crs is None:
        raise UsageError("The frame has no coordinate reference system. Set the one its coordinates are in.")
    system = read_crs(crs) if isinstance(crs, str) else pyproj.CRS(crs)
    unit = system.axis_info[0].unit_name if system.axis_info else "none"
    if not system.is_projected or unit not in ("metre", "meter"):
        raise UsageError(
            f"The coordinate reference system {system.name!r} is in {unit}; distances need one in meters. "
            "Choose a projected system in meters, such as the UTM zone of the city."
        )
    return system


def transform(x: pd.Series, y: pd.Series, source: str, target: str) -> tuple[pd.Series, pd.Series]:
    """Move coordinates from one system to another.

    Parameters
    ----------
    x, y : Series of float
        Coordinates in ``source``; for degrees, x is the longitude. Missing values stay missing.
    source, target : str
        Codes of the two systems.

    Returns
    -------
    tuple of Series
        x and y in ``target``, index kept. A point outside where the transform is defined becomes missing.

    Raises
    ------
    UsageError
        When a code names no known system.

    Examples
    --------
    >>> x, y = transform(pd.Series([-93.0]), pd.Series([42.0]), "EPSG:4326", "EPSG:26915")
    >>> round(x[0]), round(y[0])
    (500000, 4649776)
    """
    mover = pyproj.Transformer.from_crs(read_crs(source), read_crs(target), always_xy=True)
    moved_x, moved_y = mover.transform(x.to_numpy(dtype="float64"), y.to_numpy(dtype="float64"))
    found = np.isfinite(moved_x) & np.isfinite(moved_y)
    return (
        pd.Series(np.where(found, moved_x, np.nan), index=x.index, name=x.name),
        pd.Series(np.where(found, moved_y, np.nan), index=y.index, name=y.name),
    )


def as_points(frame: pd.DataFrame, crs: pyproj.CRS | str) -> gpd.GeoDataFrame:
    """Give the rows that have coordinates as points.

    Parameters
    ----------
    frame : DataFrame
        With ``x`` and ``y`` in ``crs``; rows lacking either are left out.
    crs : pyproj.CRS or str
        A projected system in meters.

    Returns
    -------
    GeoDataFrame
        The located rows, index kept.

    Raises
    ------
    UsageError
        When the system is not projected in meters.

    Examples
    --------
    >>> len(as_points(pd.DataFrame({"x": [500000.0, None], "y": [4649776.0, 1.0]}), "EPSG:26915"))
    1
    """
    system = require_projected(crs)
    located = frame[frame["x"].notna() & frame["y"].notna()]
    return gpd.GeoDataFrame(located, geometry=gpd.points_from_xy(located["x"], located["y"]), crs=system)


def grid(boundary: gpd.GeoDataFrame, *, cell_m: float, cells_max: int = 2_000_000) -> gpd.GeoDataFrame:
    """Lay square cells over a boundary; a cell belongs when its center lies inside.

    Parameters
    ----------
    boundary : GeoDataFrame
        Polygons in a projected system in meters.
    cell_m : float
        Side of a cell, meters. Corners fall on multiples of it, so that grids of neighboring
        areas fit together.
    cells_max : int
        More cells than this are refused: one stray corner makes a grid of millions.

    Returns
    -------
    GeoDataFrame
        ``cell_id``, ``x`` and ``y`` of the center, and the square, from south-west, row by row.

    Raises
    ------
    UsageError
        When the system is not in meters or the cell has no size.
    InputRejected
        When the grid would be too large.

    Examples
    --------
    >>> area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 500)], crs="EPSG:26915")
    >>> len(grid(area, cell_m=250))
    8
    """
    system = require_projected(boundary.crs)
    if not cell_m > 0:
        raise UsageError("cell_m must be above zero meters.")
    west, south, east, north = (boundary.total_bounds / cell_m).round(9)
    columns = np.arange(np.floor(west), np.ceil(east))
    rows = np.arange(np.floor(south), np.ceil(north))
    if len(columns) * len(rows) > cells_max:
        raise InputRejected(
            f"The grid would have {len(columns) * len(rows):,} cells; the most is {cells_max:,}. "
            "Use larger cells, or look for a stray corner in the boundary."
        )
    x, y = (axis.ravel() for axis in np.meshgrid((columns + 0.5) * cell_m, (rows + 0.5) * cell_m))
    inside = shapely.contains_xy(boundary.union_all(), x, y)
    x, y = x[inside], y[inside]
    half = cell_m / 2
    return gpd.GeoDataFrame(
        {"cell_id": np.arange(len(x)), "x": x, "y": y},
        geometry=shapely.box(x - half, y - half, x + half, y + half),
        crs=system,
    )
