"""Offenses moved to the middle of their block, for a map that anybody may see."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["FARTHEST_M", "SQUARE_M", "to_blocks"]

#: An offense farther than this from any street is not on a block; it is moved to the center of a square.
FARTHEST_M = 100.0

#: Side of the squares that stand for blocks where there is no street.
SQUARE_M = 200.0


def to_blocks(drawn: pd.DataFrame, streets: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Move each offense to the middle of the nearest piece of street between two crossings, and count them there.

    Without streets near it, an offense is moved to the center of a square of 200 m. Nothing of where exactly, at what
    hour or at which address it was is kept.

    Parameters
    ----------
    drawn : pandas.DataFrame
        ``group``, ``x``, ``y`` in meters, ``this_week``.
    streets : geopandas.GeoDataFrame or None
        Lines in the same system. They are cut where they cross.

    Returns
    -------
    pandas.DataFrame
        One row per block and group: ``group``, ``x``, ``y``, ``count`` of all days, ``week`` of the last seven.

    Examples
    --------
    >>> points = pd.DataFrame({"group": "Robbery", "x": [10.0, 40.0], "y": [3.0, 4.0], "this_week": [True, False]})
    >>> street = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> to_blocks(points, street).to_dict("records")
    [{'group': 'Robbery', 'x': 50.0, 'y': 0.0, 'count': 2, 'week': 1}]
    """
    columns = ["group", "x", "y", "count", "week"]
    if drawn.empty:
        return pd.DataFrame(columns=columns)
    xy = drawn[["x", "y"]].to_numpy(dtype=float)
    moved = (np.floor(xy / SQUARE_M) + 0.5) * SQUARE_M
    blocks = _blocks(streets, xy)
    if len(blocks):
        found, nearest = shapely.STRtree(blocks).query_nearest(
            shapely.points(xy), max_distance=FARTHEST_M, all_matches=False
        )
        middles = shapely.get_coordinates(shapely.line_interpolate_point(blocks, 0.5, normalized=True))
        moved[found] = middles[nearest]
    placed = drawn[["group"]].assign(
        x=moved[:, 0].round(1), y=moved[:, 1].round(1), week=drawn["this_week"].astype(int)
    )
    counted = placed.groupby(["x", "y", "group"], sort=True)["week"].agg(["size", "sum"]).reset_index()
    return counted.rename(columns={"size": "count", "sum": "week"})[columns]


def _blocks(streets: gpd.GeoDataFrame | None, xy: np.ndarray) -> np.ndarray:
    """Give the pieces of street between crossings, of the streets that the points may lie on."""
    if streets is None or streets.empty:
        return np.array([], dtype=object)
    lines = streets.geometry.to_numpy()
    near = shapely.STRtree(lines).query(shapely.buffer(shapely.points(xy), FARTHEST_M), predicate="intersects")[1]
    chosen = lines[np.unique(near)]
    crossing = np.unique(shapely.STRtree(lines).query(chosen, predicate="intersects")[1])
    pieces = shapely.get_parts(shapely.node(shapely.multilinestrings(_lines(lines[crossing]))))
    return pieces[
        np.unique(
            shapely.STRtree(pieces).query(shapely.buffer(shapely.points(xy), FARTHEST_M), predicate="intersects")[1]
        )
    ]


def _lines(shapes: np.ndarray) -> np.ndarray:
    parts = shapely.get_parts(shapes)
    return parts[shapely.get_type_id(parts) == 1]
