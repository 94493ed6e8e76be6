"""The shapes of a layer's rows, in whatever way a file holds them; those that cannot be used are counted."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.spatial import read_crs

__all__ = ["inner_points", "left_out", "shapes_of", "usable"]

_LINES = (1, 5)


def shapes_of(
    frame: pd.DataFrame,
    chosen: Mapping[str, tuple[str, ...]],
    crs: str | None,
    name: str,
    notes: list[Problem],
) -> gpd.GeoSeries:
    """Take the shapes of a frame from wherever it holds them.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        As the file holds it.
    chosen : mapping of str to tuple of str
        Standard names to columns: ``geometry``, or ``lon`` and ``lat``, or ``x`` and ``y``. Shapes of the frame's own
        go before them.
    crs : str or None
        System of the coordinates where the frame does not say it.
    name : str
        What to call the file in messages.
    notes : list of Problem
        What was assumed is appended.

    Returns
    -------
    GeoSeries
        With a system; missing where a row has no shape. A point at 0, 0 is none.

    Raises
    ------
    InputRejected
        When nothing says where the rows are, or in which system.

    Examples
    --------
    >>> frame = pd.DataFrame({"e": ["-93", ""], "n": ["42", "42"]})
    >>> shapes_of(frame, {"lon": ("e",), "lat": ("n",)}, None, "points.csv", []).isna().tolist()
    [False, True]
    """
    own = frame.crs if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name else None
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name:
        shapes = frame.geometry
    elif "geometry" in chosen:
        shapes = _read_shapes(frame[chosen["geometry"][0]], name)
    elif "lon" in chosen and "lat" in chosen:
        shapes, own = _pairs(frame, chosen["lon"][0], chosen["lat"][0]), pyproj.CRS("EPSG:4326")
    elif "x" in chosen and "y" in chosen:
        shapes = _pairs(frame, chosen["x"][0], chosen["y"][0])
    else:
        raise InputRejected(
            f"{name}: nothing says where its rows are. Map lon and lat, x and y, or geometry (WKB or WKT) to columns."
        )
    if own is not None:
        return shapes.set_crs(own, allow_override=True)
    return shapes.set_crs(_system(shapes, crs, name, notes), allow_override=True)


def _system(shapes: gpd.GeoSeries, crs: str | None, name: str, notes: list[Problem]) -> pyproj.CRS:
    """Tell the system of coordinates whose file does not: degrees by their size, otherwise as the settings say."""
    bounds = shapely.bounds(shapes.values)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    as_degrees = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    can_be_degrees = not len(bounds) or float(as_degrees.mean()) > 0.99
    stated = read_crs(crs) if crs is not None else None
    if stated is not None and (stated.is_geographic or not can_be_degrees):
        return stated
    if can_be_degrees:
        notes.append(
            Problem(f"{name} does not name its crs; its coordinates were read as EPSG:4326", code="assumed_crs")
        )
        return pyproj.CRS("EPSG:4326")
    raise InputRejected(f"{name} does not name the system of its coordinates. Give its crs in the settings.")


def _pairs(frame: pd.DataFrame, x: str, y: str) -> gpd.GeoSeries:
    easting = pd.to_numeric(frame[x], errors="coerce").to_numpy("float64")
    northing = pd.to_numeric(frame[y], errors="coerce").to_numpy("float64")
    found = np.isfinite(easting) & np.isfinite(northing) & ~((easting == 0) & (northing == 0))
    points = np.full(len(frame), None, dtype=object)
    points[found] = shapely.points(easting[found], northing[found])
    return gpd.GeoSeries(points, index=frame.index)


def _read_shapes(column: pd.Series, name: str) -> gpd.GeoSeries:
    """Read WKB (bytes or hex), WKT or GeoJSON; what cannot be read is no shape."""
    values = column.astype(object).where(column.notna(), None).to_numpy()
    first = next((value for value in values if value is not None), None)
    if isinstance(first, shapely.Geometry):
        return gpd.GeoSeries(values, index=column.index)
    if isinstance(first, (bytes, bytearray)):
        return gpd.GeoSeries(shapely.from_wkb(values, on_invalid="ignore"), index=column.index)
    if isinstance(first, str):
        return gpd.GeoSeries(_read_shape_texts(values), index=column.index)
    if first is None:
        return gpd.GeoSeries(np.full(len(values), None, dtype=object), index=column.index)
    raise InputRejected(f"{name}: the geometry column holds neither WKB nor WKT nor GeoJSON.")


def _read_shape_texts(values: np.ndarray) -> np.ndarray:
    """Read WKT, GeoJSON or WKB as hexadecimal digits, as the first value is."""
    words = [value.strip() if isinstance(value, str) else "" for value in values]
    plain = [word.split(";", 1)[-1] if word.upper().startswith("SRID") else word for word in words]
    shown = np.array([word or None for word in plain], dtype=object)
    start = next((word for word in words if word), "")[:2]
    if start in ("00", "01"):
        return shapely.from_wkb(shown, on_invalid="ignore")
    return (shapely.from_geojson if start.startswith("{") else shapely.from_wkt)(shown, on_invalid="ignore")


def usable(shapes: gpd.GeoSeries, kind: str, name: str, notes: list[Problem]) -> np.ndarray:
    """Tell which rows have a shape that can be used.

    Parameters
    ----------
    shapes : GeoSeries
        Of one layer.
    kind : str
        What the layer holds; streets must be lines.
    name : str
        What to call the file in messages.
    notes : list of Problem
        What cannot be used is appended, counted.

    Returns
    -------
    array of bool
        One a row.

    Examples
    --------
    >>> usable(gpd.GeoSeries([shapely.Point(1, 2), None]), "points", "points.csv", []).tolist()
    [True, False]
    """
    values = shapes.values
    missing = np.asarray(shapely.is_missing(values) | shapely.is_empty(values))
    types = shapely.get_type_id(values)
    bounds = shapely.bounds(values)
    endless = ~missing & ~np.isfinite(bounds).all(axis=1)
    wrong = np.zeros(len(values), dtype=bool)
    if kind == "streets":
        wrong = ~missing & ~np.isin(types, (*_LINES, 7))
        notes += left_out(wrong & ~endless, f"{name}: shapes that are no lines", "not_a_line")
    notes += left_out(missing, f"{name}: rows without a shape", "no_shape")
    notes += left_out(endless, f"{name}: shapes whose coordinates are no numbers", "bad_coordinates")
    return ~(missing | endless | wrong)


def left_out(rows: np.ndarray, what: str, code: str) -> list[Problem]:
    """Say how many rows were left out, and the first.

    Parameters
    ----------
    rows : array of bool
        Which.
    what : str
        What they are, for the sentence.
    code : str
        A short code of the reason.

    Returns
    -------
    list of Problem
        One, or none when no row was.

    Examples
    --------
    >>> print(*left_out(np.array([False, True]), "roads.shp: rows without a shape", "no_shape"))
    roads.shp: rows without a shape were left out (1 row, first at row 2).
    """
    if not rows.any():
        return []
    return [Problem(f"{what} were left out", rows=int(rows.sum()), first_row=int(rows.argmax()) + 1, code=code)]


def inner_points(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give areas and lines the point inside them.

    Parameters
    ----------
    shapes : GeoSeries
        None of them missing.

    Returns
    -------
    GeoSeries of points
        Index and system kept.

    Examples
    --------
    >>> inner_points(gpd.GeoSeries([shapely.box(0, 0, 2, 2)])).iloc[0]
    <POINT (1 1)>
    """
    values = np.asarray(shapes.values)
    others = shapely.get_type_id(values) != 0
    if others.any():
        values = values.copy()
        values[others] = shapely.point_on_surface(values[others])
    return gpd.GeoSeries(values, index=shapes.index, crs=shapes.crs)
