"""The shapes of districts or beats by which a recorded area breaks ties."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from pcanalytics.errors import InputRejected

__all__ = ["read_areas"]

#: Properties that name an area, where none is called like the column.
_AREA_NAMES = ("district", "beat", "area", "name")


def read_areas(path: Path, *, crs: str, named: str | None = None) -> gpd.GeoDataFrame:
    """Read the shapes of districts or beats.

    Parameters
    ----------
    path : pathlib.Path
        A file that names its coordinate system, such as GeoJSON, GeoPackage or a shapefile.
    crs : str
        The system they are given in.
    named : str, optional
        The property that names them, in any letter case; without it, or where there is none of that name, ``district``,
        ``beat``, ``area`` or ``name``.

    Returns
    -------
    GeoDataFrame
        One shape an area, by its name; an area of several shapes is all of them.

    Raises
    ------
    InputRejected
        When it cannot be read, or no property names its shapes.

    Examples
    --------
    >>> read_areas(Path("nothing.geojson"), crs="EPSG:26915")
    Traceback (most recent call last):
    pcanalytics.errors.InputRejected: nothing.geojson cannot be read as a file of shapes.
    """
    try:
        shapes = gpd.read_file(path)
    except (RuntimeError, OSError, ValueError):
        raise InputRejected(f"{path.name} cannot be read as a file of shapes.") from None
    if not isinstance(shapes, gpd.GeoDataFrame):
        raise InputRejected(f"{path.name} cannot be read as a file of shapes.")
    properties = {str(name).lower(): name for name in shapes.columns if name != shapes.geometry.name}
    found = next((properties[name] for name in (str(named).lower(), *_AREA_NAMES) if name in properties), None)
    if found is None:
        raise InputRejected(
            f"{path.name}: no property names its areas. It has {', '.join(map(str, properties.values())) or 'none'}; one must be "
            f"called like the column of --district, or {', '.join(_AREA_NAMES)}."
        )
    if shapes.crs is None:
        raise InputRejected(f"{path.name} does not say in which coordinate system its shapes are.")
    shapes = shapes[shapes[found].notna() & shapes.geometry.notna()].to_crs(crs)
    whole = shapes[found].convert_dtypes() if pd.api.types.is_numeric_dtype(shapes[found]) else shapes[found]
    return shapes.assign(area=whole.astype("str").str.strip())[["area", shapes.geometry.name]].dissolve("area")
