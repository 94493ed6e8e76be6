"""A file of a reference made plain: standard names, shapes in one system, text without surprises.

What cannot be used is left out, counted and said; a layer never fails because some of its rows are odd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.geocoding.layouts import choose_columns
from pcanalytics.spatial import read_crs

__all__ = ["Layer", "joined_names", "make_layer", "texts", "zones"]

_LINES, _POLYGONS = (1, 5), (3, 6)
_NAME_ORDER = (
    "premodifier",
    "predirection",
    "pretype",
    "preseparator",
    "name",
    "suffix",
    "postdirection",
    "postmodifier",
)


@dataclass(frozen=True)
class Layer:
    """One file of a reference in standard names.

    Parameters
    ----------
    kind : str
        ``"streets"``, ``"points"``, ``"intersections"``, ``"places"``, ``"mileposts"`` or ``"exits"``.
    name : str
        What to call it in messages, such as the file's name.
    frame : GeoDataFrame
        Its rows: the standard names as text columns (several columns of one name are numbered
        ``also_known_as``, ``also_known_as_2``, ...), lines for streets and points for all else.
    notes : tuple of Problem
        What was left out or assumed, with counts.
    """

    kind: str
    name: str
    frame: gpd.GeoDataFrame
    notes: tuple[Problem, ...] = field(default=())


def make_layer(
    frame: pd.DataFrame,
    *,
    kind: str,
    layout: str = "own",
    columns: Mapping[str, Sequence[str]] | None = None,
    crs: str | None = None,
    name: str = "layer",
) -> Layer:
    """Read a frame as a layer.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        As the file holds it.
    kind : str
        What it holds; see :class:`Layer`.
    layout : str, default "own"
        A key of :data:`~pcanalytics.geocoding.layouts.LAYOUTS`.
    columns : mapping of str to sequence of str, optional
        Standard name to the frame's columns, over what the layout says.
    crs : str, optional
        System of its coordinates, used where the frame does not say its own. Without either, coordinates that can be
        degrees are taken as longitude and latitude.
    name : str
        What to call it in messages.

    Returns
    -------
    Layer
        Rows without a usable shape left out and counted.

    Raises
    ------
    UnknownName, InputRejected
        As :func:`~pcanalytics.geocoding.layouts.choose_columns`; when there is no position at all; when the system of
        the coordinates cannot be told.

    Examples
    --------
    >>> shops = pd.DataFrame({"NUMBER": [12], "STREET": ["Oak St"], "LON": [-93.0], "LAT": [42.0]})
    >>> layer = make_layer(shops, kind="points", layout="openaddresses")
    >>> layer.frame["street"].tolist(), layer.frame.crs.to_epsg()
    (['Oak St'], 4326)
    """
    chosen = choose_columns(kind, layout, columns or {}, [str(column) for column in frame.columns], name=name)
    notes: list[Problem] = []
    shapes = _shapes(frame, chosen, crs, name, notes)
    said = {
        (key if number == 1 else f"{key}_{number}"): texts(frame[column])
        for key, several in chosen.items()
        if key not in ("geometry", "lon", "lat", "x", "y")
        for number, column in enumerate(several, start=1)
    }
    made = gpd.GeoDataFrame(pd.DataFrame(said, index=frame.index), geometry=shapes)
    usable = _usable(made.geometry, kind, name, notes)
    made = made[usable].reset_index(drop=True)
    made.geometry = shapely.force_2d(made.geometry.values)
    if kind != "streets":
        made.geometry = _as_points(made.geometry)
    taken = ", ".join(f"{key} = {' + '.join(several)}" for key, several in chosen.items())
    notes.insert(0, Problem(f"{name}: {len(frame):,} rows read as {kind}, {taken}", code="read"))
    return Layer(kind, name, made, tuple(notes))


def _shapes(
    frame: pd.DataFrame,
    chosen: Mapping[str, tuple[str, ...]],
    crs: str | None,
    name: str,
    notes: list[Problem],
) -> gpd.GeoSeries:
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
    west, south, east, north = shapes.total_bounds if len(shapes) else (0.0, 0.0, 0.0, 0.0)
    can_be_degrees = bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)
    stated = read_crs(crs) if crs is not None else None
    if stated is not None and (stated.is_geographic or not can_be_degrees):
        return stated
    if can_be_degrees or not len(shapes):
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
    """Read WKB (bytes or hex) or WKT; what cannot be read is no shape."""
    values = column.astype(object).where(column.notna(), None).to_numpy()
    first = next((value for value in values if value is not None), None)
    if isinstance(first, shapely.Geometry):
        return gpd.GeoSeries(values, index=column.index)
    if isinstance(first, (bytes, bytearray)):
        return gpd.GeoSeries(shapely.from_wkb(values, on_invalid="ignore"), index=column.index)
    if isinstance(first, str):
        texts_of = np.array([value if isinstance(value, str) else None for value in values], dtype=object)
        is_hex = first.strip()[:2] in ("00", "01")
        read = shapely.from_wkb if is_hex else shapely.from_wkt
        return gpd.GeoSeries(read(texts_of, on_invalid="ignore"), index=column.index)
    if first is None:
        return gpd.GeoSeries(np.full(len(values), None, dtype=object), index=column.index)
    raise InputRejected(f"{name}: the geometry column holds neither WKB nor WKT.")


def _usable(shapes: gpd.GeoSeries, kind: str, name: str, notes: list[Problem]) -> np.ndarray:
    values = shapes.values
    missing = np.asarray(shapely.is_missing(values) | shapely.is_empty(values))
    types = shapely.get_type_id(values)
    bounds = shapely.bounds(values)
    endless = ~missing & ~np.isfinite(bounds).all(axis=1)
    wrong = np.zeros(len(values), dtype=bool)
    if kind == "streets":
        wrong = ~missing & ~np.isin(types, (*_LINES, 7))
        notes += _left_out(wrong & ~endless, f"{name}: shapes that are no lines", "not_a_line")
    notes += _left_out(missing, f"{name}: rows without a shape", "no_shape")
    notes += _left_out(endless, f"{name}: shapes whose coordinates are no numbers", "bad_coordinates")
    return ~(missing | endless | wrong)


def _left_out(rows: np.ndarray, what: str, code: str) -> list[Problem]:
    if not rows.any():
        return []
    return [Problem(f"{what} were left out", rows=int(rows.sum()), first_row=int(rows.argmax()) + 1, code=code)]


def _as_points(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give areas and lines the point inside them."""
    values = np.asarray(shapes.values)
    others = shapely.get_type_id(values) != 0
    if others.any():
        values = values.copy()
        values[others] = shapely.point_on_surface(values[others])
    return gpd.GeoSeries(values, index=shapes.index, crs=shapes.crs)


def texts(column: pd.Series) -> pd.Series:
    """Give a column as trimmed text: whole numbers without a point, nothing for missing values.

    Parameters
    ----------
    column : Series
        Of any type.

    Returns
    -------
    Series of str
        Index kept; missing is the empty text.

    Examples
    --------
    >>> texts(pd.Series([94114.0, None])).tolist(), texts(pd.Series([" Oak St", None])).tolist()
    (['94114', ''], ['Oak St', ''])
    """
    if pd.api.types.is_bool_dtype(column):
        return column.astype("string").fillna("").astype("str")
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.astype("Float64")
        whole = numbers.round().eq(numbers).fillna(True).all()
        shown = numbers.astype("Int64").astype("string") if whole else numbers.astype("string")
        return shown.fillna("").astype("str")
    shown = column.astype("string").fillna("").str.strip()
    return shown.mask(shown.str.lower().isin(["nan", "none", "null", "<null>"]), "").astype("str")


def joined_names(frame: pd.DataFrame) -> pd.Series:
    """Join the parts of street names in order.

    Parameters
    ----------
    frame : DataFrame
        With standard names. ``street`` is taken whole; otherwise the parts are joined, and a suffix or direction that
        the name already ends or starts with is not said twice.

    Returns
    -------
    Series of str
        Index kept; empty where the row has no name.

    Examples
    --------
    >>> joined_names(pd.DataFrame({"predirection": ["N"], "name": ["Main St"], "suffix": ["ST"]})).tolist()
    ['N Main St']
    """
    base = "street" if "street" in frame and not {"name", "suffix"} <= set(frame.columns) else "name"
    names = frame[base].astype("str") if base in frame else pd.Series("", index=frame.index, dtype="str")
    lower = names.str.lower()
    parts = []
    for key in _NAME_ORDER:
        if key == "name":
            parts.append(names)
        elif key in frame and (base == "name" or key in ("suffix", "predirection", "postdirection")):
            part = frame[key].astype("str")
            same = part.str.lower()
            again = _says(lower, same, end=key in ("suffix", "postdirection"))
            parts.append(part.mask(again | (names == ""), ""))
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + " " + part
    return whole.str.replace(r"\s+", " ", regex=True).str.strip()


def _says(names: pd.Series, parts: pd.Series, *, end: bool) -> pd.Series:
    """Tell which names already end, or start, with a part and have more words than that."""
    pairs = zip(names, parts, strict=True)
    said = [part != "" and (name.endswith(f" {part}") if end else name.startswith(f"{part} ")) for name, part in pairs]
    return pd.Series(said, index=names.index, dtype=bool)


def zones(frame: pd.DataFrame, *, side: str = "") -> pd.Series:
    """Give the zip code of each row, or its city where it has none.

    Parameters
    ----------
    frame : DataFrame
        With standard names.
    side : {"", "left", "right"}
        Whose zone; a side without its own takes the row's.

    Returns
    -------
    Series of str
        Five digits or an upper-case name; empty when unknown.

    Examples
    --------
    >>> zones(pd.DataFrame({"zip": ["2138", "", "02139-1200"], "city": ["", "Oak Park", ""]})).tolist()
    ['02138', 'OAK PARK', '02139']
    """
    found = pd.Series("", index=frame.index, dtype="str")
    sides = [side] if side else ["left", "right"]
    for key in [*(f"{one}_zip" for one in sides), "zip", *(f"{one}_city" for one in sides), "city"]:
        if key in frame:
            found = found.mask(found == "", _tidy_zone(frame[key], key))
    return found


def _tidy_zone(column: pd.Series, key: str) -> pd.Series:
    said = column.astype("str").str.upper().str.replace(r"\s+", " ", regex=True).str.strip()
    if key.endswith("city"):
        return said.mask(said.isin(["UNINCORPORATED", "NOT STATED"]), "")
    digits = said.str.extract(r"^(\d{1,5})(?:\.0+)?(?:-?\d{4})?$")[0]
    return digits.str.zfill(5).mask(digits.isna() | digits.str.fullmatch("0+"), "").fillna("").astype("str")


def in_system(layer: Layer, crs: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Bring a layer into a system; rows that have no place in it are left out and counted."""
    moved = layer.frame.to_crs(crs)
    inside = np.isfinite(shapely.bounds(moved.geometry.values)).all(axis=1) if len(moved) else np.zeros(0, dtype=bool)
    notes = _left_out(~inside, f"{layer.name}: rows that lie outside {crs}", "outside_crs")
    return moved[inside].reset_index(drop=True), notes


def working_system(layers: Sequence[Layer], crs: str | None) -> tuple[str, list[Problem]]:
    """Choose the system to work in: the one given, or the UTM zone of the data."""
    if crs is not None:
        system = read_crs(crs)
        unit = system.axis_info[0].unit_name if system.axis_info else ""
        if system.is_projected and unit in ("metre", "meter"):
            return crs, []
    frames = [layer.frame for layer in layers if len(layer.frame)]
    if not frames:
        raise UsageError("A reference needs at least one layer with rows.")
    chosen = f"EPSG:{frames[0].estimate_utm_crs().to_epsg()}"
    why = "no crs is given" if crs is None else f"{crs} is not in meters"
    return chosen, [Problem(f"worked in {chosen}, the UTM zone of the data, since {why}", code="chosen_crs")]
