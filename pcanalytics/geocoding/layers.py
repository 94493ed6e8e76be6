"""A file of a reference made plain: standard names, shapes in one system, text without surprises.

What cannot be used is left out, counted and said; a layer never fails because some of its rows are odd.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.geocoding.layouts import choose_columns
from pcanalytics.geocoding.shapes import inner_points, left_out, shapes_of, usable
from pcanalytics.spatial import read_crs

__all__ = ["Layer", "joined_names", "make_layer", "texts", "zones"]

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

#: Latitudes between which there are streets and a UTM zone.
_SOUTHERNMOST, _NORTHERNMOST = -60.0, 84.0


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
    shapes = shapes_of(frame, chosen, crs, name, notes)
    said = {
        (key if number == 1 else f"{key}_{number}"): texts(frame[column])
        for key, several in chosen.items()
        if key not in ("geometry", "lon", "lat", "x", "y")
        for number, column in enumerate(several, start=1)
    }
    made = gpd.GeoDataFrame(pd.DataFrame(said, index=frame.index), geometry=shapes)
    made = made[usable(made.geometry, kind, name, notes)].reset_index(drop=True)
    made.geometry = shapely.force_2d(made.geometry.values)
    if kind != "streets":
        made.geometry = inner_points(made.geometry)
    taken = ", ".join(f"{key} = {' + '.join(several)}" for key, several in chosen.items())
    notes.insert(0, Problem(f"{name}: {len(frame):,} rows read as {kind}, {taken}", code="read"))
    return Layer(kind, name, made, tuple(notes))


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
    notes = left_out(~inside, f"{layer.name}: rows that lie outside {crs}", "outside_crs")
    return moved[inside].reset_index(drop=True), notes


def working_system(layers: Sequence[Layer], crs: str | None) -> tuple[str, list[Problem]]:
    """Choose the system to work in: the one given, or the UTM zone of the data."""
    if crs is not None:
        system = read_crs(crs)
        unit = system.axis_info[0].unit_name if system.axis_info else ""
        if system.is_projected and unit in ("metre", "meter"):
            return crs, []
    first = next((layer for layer in layers if len(layer.frame)), None)
    if first is None:
        raise UsageError("A reference needs at least one layer with rows.")
    chosen = _zone_of_middle(first)
    why = "no crs is given" if crs is None else f"{crs} is not in meters"
    return chosen, [Problem(f"worked in {chosen}, the UTM zone of the data, since {why}", code="chosen_crs")]


def _zone_of_middle(layer: Layer) -> str:
    """Give the UTM zone of the middle row, which a few rows at 0, 0 do not move."""
    bounds = shapely.bounds(layer.frame.geometry.values)
    middle = gpd.GeoSeries([shapely.Point(np.nanmedian(bounds[:, 0]), np.nanmedian(bounds[:, 1]))], crs=layer.frame.crs)
    degrees = middle.to_crs("EPSG:4326").iloc[0]
    if not (-180 <= degrees.x <= 180 and _SOUTHERNMOST <= degrees.y <= _NORTHERNMOST):
        raise InputRejected(
            f"{layer.name}: its coordinates lie where nobody lives. Longitude comes first and latitude second; when they "
            "are no degrees, give the crs of the entry."
        )
    return f"EPSG:{middle.estimate_utm_crs().to_epsg()}"
