"""Points that cannot be right are taken off the map of a briefing, each with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from pcanalytics.geocoding import check_points

__all__ = ["HELD_WORDS", "hold_wrong_points"]

#: Why a point is held -> how the map says so. A record without coordinates is said to have none already.
HELD_WORDS: Mapping[str, str] = {
    "swapped": "with x and y in each other's place",
    "lost_sign": "with coordinates of another system",
    "degrees": "with coordinates of another system",
    "feet": "with coordinates of another system",
    "other_system": "with coordinates of another system",
    "outside": "far outside the city",
}

#: The shapes that say where the city is, the best first.
_EXTENTS = ("districts", "beats", "streets")


def hold_wrong_points(offenses: pd.DataFrame, places: Mapping[str, gpd.GeoDataFrame], *, crs: str) -> pd.DataFrame:
    """Take away the coordinates that cannot be right, and say why.

    Parameters
    ----------
    offenses : DataFrame
        With ``x`` and ``y`` in ``crs``, and ``located`` where it is kept.
    places : mapping of str to GeoDataFrame
        The workspace's shapes: districts, else beats, else a box around the streets, say where the city is. Without any of them
        nothing is held.
    crs : str
        The workspace's system.

    Returns
    -------
    DataFrame
        The same rows. Those held have no ``x`` and ``y``, are not ``located``, and ``held`` says what is wrong in the words of
        :data:`HELD_WORDS`; it is missing for the others.

    Examples
    --------
    >>> city = {"districts": gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9000, 9000)], crs="EPSG:26915")}
    >>> rows = pd.DataFrame({"x": [5000.0, 700000.0], "y": [5000.0, 4600000.0]})
    >>> hold_wrong_points(rows, city, crs="EPSG:26915")["held"].fillna("").tolist()
    ['', 'far outside the city']
    """
    extent = _extent(places)
    if extent is None:
        return offenses.assign(held=pd.Series(pd.NA, offenses.index, dtype="string"))
    held = check_points(offenses, crs=crs, extent=extent).astype("object").map(HELD_WORDS).astype("string")
    kept = {name: offenses[name].mask(held.notna()) for name in ("x", "y")}
    if "located" in offenses.columns:
        kept["located"] = offenses["located"] & held.isna()
    return offenses.assign(**kept, held=held)


def _extent(places: Mapping[str, gpd.GeoDataFrame]) -> shapely.Geometry | None:
    name = next((one for one in _EXTENTS if one in places and len(places[one])), None)
    if name is None:
        return None
    shapes = places[name]
    return shapely.box(*shapes.total_bounds) if name == "streets" else shapes.union_all()
