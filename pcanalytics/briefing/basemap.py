"""The ground a map stands on, from the workspace's own streets, water and boundaries: no tiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from pcanalytics.periods import in_force
from pcanalytics.spatial import require_projected

__all__ = ["MARGIN_M", "Basemap", "basemap"]

#: How far around the area the ground is drawn, meters.
MARGIN_M = 500.0

#: Lines are simplified to within this part of the ground's width, two thirds of a pixel of a screen.
_TOLERANCE = 1 / 1500

_STREET_NAME = ("predirection", "street_name", "street_type", "postdirection")

_MAJOR = ("highway", "ramp", "arterial", "collector")


@dataclass(frozen=True)
class Basemap:
    """The ground of one map, in a projected system in meters.

    Parameters
    ----------
    crs : pyproj.CRS
        The system of every shape.
    area : shapely geometry
        What the map is of.
    frame : tuple of float
        West, south, east, north of what is drawn.
    water, highways, major, streets, districts, beats : shapely geometry
        Merged shapes, clipped to the frame; empty where the workspace has none.
    labels : sequence of (str, float, float)
        Names with the point each stands at.
    """

    crs: pyproj.CRS
    area: shapely.Geometry
    frame: tuple[float, float, float, float]
    water: shapely.Geometry
    highways: shapely.Geometry
    major: shapely.Geometry
    streets: shapely.Geometry
    districts: shapely.Geometry
    beats: shapely.Geometry
    labels: tuple[tuple[str, float, float], ...]


def basemap(
    places: Mapping[str, gpd.GeoDataFrame], *, as_of: pd.Timestamp, district: str | None = None
) -> Basemap | None:
    """Clip and merge the workspace's places to the ground of one map.

    Parameters
    ----------
    places : mapping of str to geopandas.GeoDataFrame
        Any of ``districts``, ``beats``, ``streets``, ``water``, in one projected system in meters.
    as_of : pandas.Timestamp
        Districts and beats are drawn as in force the day before.
    district : str, optional
        The district to draw; without it the whole city.

    Returns
    -------
    Basemap or None
        ``None`` when there is neither a district nor a beat nor a street to draw.

    Raises
    ------
    UsageError
        When the shapes are in degrees or feet.

    Examples
    --------
    >>> square = gpd.GeoDataFrame({"district": ["North"]}, geometry=[shapely.box(0, 0, 2000, 1000)], crs="EPSG:26915")
    >>> basemap({"districts": square}, as_of=pd.Timestamp("2026-11-23")).frame
    (-500.0, -500.0, 2500.0, 1500.0)
    """
    there = {name: shapes for name, shapes in places.items() if shapes is not None and not shapes.empty}
    for shapes in there.values():
        require_projected(shapes.crs)
    for name in {"districts", "beats"} & set(there):
        there[name] = in_force(there[name], as_of=as_of)
    districts, beats = there.get("districts"), there.get("beats")
    area = _area(districts, beats, there.get("streets"), district)
    if area is None:
        return None
    crs = next(iter(there.values())).crs
    west, south, east, north = (float(edge) for edge in area.bounds)
    frame = (west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    near = shapely.box(*frame) if district is None else area.buffer(MARGIN_M)
    shapely.prepare(near)
    streets = there.get("streets")
    kind = streets["road_class"].fillna("local") if streets is not None and "road_class" in streets.columns else None
    mine = (
        beats
        if district is None or beats is None or "district" not in beats.columns
        else beats[beats["district"] == district]
    )
    name, named = ("beat", mine) if mine is not None and not mine.empty else ("district", districts)
    return Basemap(
        crs,
        _simple(area, near),
        frame,
        water=_polygons(there.get("water"), near),
        highways=_lines(streets, near, None if kind is None else kind.isin(("highway", "ramp"))),
        major=_lines(streets, near, None if kind is None else kind.isin(_MAJOR[2:])),
        streets=_lines(streets, near, None if kind is None else ~kind.isin(_MAJOR), everything=True),
        districts=_outlines(districts, near),
        beats=_outlines(mine, near),
        labels=_labels(named, name),
    )


def _area(
    districts: gpd.GeoDataFrame | None,
    beats: gpd.GeoDataFrame | None,
    streets: gpd.GeoDataFrame | None,
    district: str | None,
) -> shapely.Geometry | None:
    for shapes in (districts, beats):
        if shapes is not None and "district" in shapes.columns and district is not None:
            chosen = shapes[shapes["district"] == district]
            if not chosen.empty:
                return shapely.union_all(chosen.geometry.to_numpy())
    for shapes in (districts, beats):
        if shapes is not None and not shapes.empty:
            return shapely.union_all(shapes.geometry.to_numpy())
    if streets is None:
        return None
    return shapely.box(*streets.total_bounds)


def _lines(
    streets: gpd.GeoDataFrame | None, near: shapely.Geometry, chosen: pd.Series | None, everything: bool = False
) -> shapely.Geometry:
    """Merge the chosen streets into as few lines as they make, each street through its crossings where it has a name."""
    if streets is None or (chosen is None and not everything):
        return shapely.MultiLineString()
    rows = streets if chosen is None else streets[chosen]
    rows = rows[shapely.intersects(rows.geometry.to_numpy(), near)]
    if rows.empty:
        return shapely.MultiLineString()
    lines = rows.geometry.to_numpy()
    cut = ~shapely.covers(near, lines)
    lines = lines.copy()
    lines[cut] = shapely.intersection(lines[cut], near)
    parts, which = shapely.get_parts(lines, return_index=True)
    names = _street_numbers(rows)[which]
    is_line = (shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)
    order = np.argsort(names[is_line], kind="stable")
    codes = np.unique(names[is_line][order], return_inverse=True)[1]
    merged = shapely.line_merge(shapely.multilinestrings(parts[is_line][order], indices=codes))
    return _simple(shapely.multilinestrings(shapely.get_parts(merged)), near)


def _street_numbers(streets: gpd.GeoDataFrame) -> np.ndarray:
    """Give the same number to the pieces of one street; one to all where streets have no names."""
    columns = [name for name in _STREET_NAME if name in streets.columns]
    if "street_name" not in columns:
        return np.zeros(len(streets), dtype=int)
    return streets.groupby(columns, dropna=False, sort=True).ngroup().to_numpy()


def _simple(shape: shapely.Geometry, near: shapely.Geometry) -> shapely.Geometry:
    west, _, east, _ = near.bounds
    return shapely.simplify(shape, (east - west) * _TOLERANCE)


def _polygons(shapes: gpd.GeoDataFrame | None, near: shapely.Geometry) -> shapely.Geometry:
    if shapes is None:
        return shapely.MultiPolygon()
    cut = shapely.intersection(shapely.union_all(shapes.geometry.to_numpy()), near)
    return _simple(cut, near)


def _outlines(shapes: gpd.GeoDataFrame | None, near: shapely.Geometry) -> shapely.Geometry:
    """Give the outlines as lines, a shared border once."""
    if shapes is None or shapes.empty:
        return shapely.MultiLineString()
    edges = shapely.union_all(shapely.boundary(shapes.geometry.to_numpy()))
    cut = shapely.intersection(edges, near)
    parts = [part for part in shapely.get_parts(cut) if part.geom_type == "LineString" and part.length > 0]
    return _simple(shapely.line_merge(shapely.multilinestrings(parts)), near)


def _labels(shapes: gpd.GeoDataFrame | None, name: str) -> tuple[tuple[str, float, float], ...]:
    if shapes is None or name not in shapes.columns:
        return ()
    inside = shapes.geometry.representative_point()
    return tuple((str(label), float(at.x), float(at.y)) for label, at in zip(shapes[name], inside, strict=True))
