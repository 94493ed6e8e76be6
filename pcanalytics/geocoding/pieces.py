"""Cutting lines into straight pieces, each with the house numbers at its ends.

A number's place is then arithmetic on one piece: no geometry engine is needed to match an address.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

__all__ = ["numbered_pieces", "straight_pieces"]


def straight_pieces(lines: np.ndarray) -> pd.DataFrame:
    """Cut lines into straight pieces.

    Parameters
    ----------
    lines : array of shapely lines
        Single or of several parts, coordinates in meters. Parts count one after the other; gaps between them do not.

    Returns
    -------
    DataFrame
        ``line`` (position in ``lines``), ``x0``, ``y0``, ``x1``, ``y1``, ``at_m`` (meters from the line's start),
        ``piece_m`` (its length) and ``line_m`` (that of the whole line). Pieces without length are left out.

    Examples
    --------
    >>> straight_pieces(np.array([shapely.LineString([(0, 0), (3, 4), (3, 10)])]))[["at_m", "piece_m"]].values.tolist()
    [[0.0, 5.0], [5.0, 6.0]]
    """
    parts, line_of = shapely.get_parts(lines, return_index=True)
    places, part_of = shapely.get_coordinates(parts, return_index=True)
    same = part_of[1:] == part_of[:-1]
    start, end = places[:-1][same], places[1:][same]
    length = np.hypot(*(end - start).T)
    kept = length > 0
    pieces = pd.DataFrame(
        {
            "line": line_of[part_of[:-1][same]][kept],
            "x0": start[kept, 0],
            "y0": start[kept, 1],
            "x1": end[kept, 0],
            "y1": end[kept, 1],
            "piece_m": length[kept],
        }
    )
    by_line = pieces.groupby("line", sort=False)["piece_m"]
    pieces["line_m"] = by_line.transform("sum")
    pieces["at_m"] = by_line.cumsum() - pieces["piece_m"]
    return pieces


def numbered_pieces(pieces: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """Give every piece of every range the numbers at its ends.

    Parameters
    ----------
    pieces : DataFrame
        From :func:`straight_pieces`.
    ranges : DataFrame
        ``range_id``, ``street_id``, ``line``, ``low``, ``high`` and ``ascends``: whether the low number is at the
        line's start.

    Returns
    -------
    DataFrame
        ``range_id``, ``street_id``, ``low``, ``high`` and ``x0``, ``y0`` (where low is), ``x1``, ``y1``, in
        order of range and number. A range of one number is one piece without length, in the middle of its line.

    Examples
    --------
    >>> pieces = straight_pieces(np.array([shapely.LineString([(0, 0), (0, 50), (0, 100)])]))
    >>> ranges = pd.DataFrame({"range_id": [0], "street_id": 0, "line": 0, "low": 100, "high": 200, "ascends": False})
    >>> numbered_pieces(pieces, ranges)[["low", "y0", "high", "y1"]].values.tolist()
    [[100.0, 100.0, 150.0, 50.0], [150.0, 50.0, 200.0, 0.0]]
    """
    joined = ranges.merge(pieces, on="line", how="inner")
    start = joined["at_m"] / joined["line_m"]
    end = (joined["at_m"] + joined["piece_m"]) / joined["line_m"]
    up = joined["ascends"].to_numpy(bool)
    span = joined["high"] - joined["low"]
    made = joined[["range_id", "street_id"]].copy()
    made["low"] = joined["low"] + span * np.where(up, start, 1 - end)
    made["high"] = joined["low"] + span * np.where(up, end, 1 - start)
    for axis in "xy":
        made[f"{axis}0"] = np.where(up, joined[f"{axis}0"], joined[f"{axis}1"])
        made[f"{axis}1"] = np.where(up, joined[f"{axis}1"], joined[f"{axis}0"])
    single = (span == 0).to_numpy()
    at_middle = single & (start <= 0.5).to_numpy() & (end > 0.5).to_numpy()
    share = (0.5 - start[at_middle]) / (end - start)[at_middle]
    for axis in "xy":
        middle = joined[f"{axis}0"] + (joined[f"{axis}1"] - joined[f"{axis}0"]) * share
        made.loc[at_middle, [f"{axis}0", f"{axis}1"]] = np.column_stack([middle[at_middle]] * 2)
    made = made[~single | at_middle]
    return made.sort_values(["range_id", "low"], kind="stable").reset_index(drop=True)
