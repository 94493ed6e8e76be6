"""Spots where implausibly many records lie: a shelter, a jail, a hospital, or a point that stands for *we do not know*.

Four hundred people at one shelter make the hottest spot of a city and say nothing about its streets. Such spots are flagged, so that an
analyst leaves them out or draws them apart, and says so; no record is dropped here.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pcanalytics.errors import UsageError

__all__ = ["SPOT_FLAGS", "flag_points", "pile_ups"]

#: Flag of a spot -> what it means.
SPOT_FLAGS = {
    "institution": "A known institution: people are recorded here for reasons of its own.",
    "default_point": "Many different addresses lie on this one spot: it stands for a place that was not found.",
    "pile_up": "Far more here than anywhere else, and no known institution: look at it before counting it.",
}

_FEWEST_ADDRESSES = 6  # a corner building has one on each street, and a mall a few more
_SPOT_M = 1.0  # coordinates of one address are equal; a meter takes up what rounding in the source changed


def pile_ups(
    points: pd.DataFrame,
    *,
    who: str | None = None,
    written: str | None = None,
    places: pd.DataFrame | None = None,
    within_m: float = 50.0,
    fewest: int = 20,
    times: float = 5.0,
) -> pd.DataFrame:
    """Find the spots that hold more than a place of its kind plausibly can.

    Parameters
    ----------
    points : DataFrame
        One row a record with ``x`` and ``y`` in meters; rows lacking either are left out.
    who : str, optional
        Column that tells people apart. With it different people are counted, without it records: one family that calls often is
        no pile-up of people.
    written : str, optional
        Column with the address without its unit, such as ``matched_as``. With it a spot of many different addresses is told
        from a building of many people.
    places : DataFrame, optional
        Known places: ``x``, ``y``, ``written`` (its name) and ``is_institution``, as a reference has them.
    within_m : float
        How far from its point an institution reaches, meters. 50 m takes in a large building.
    fewest : int
        A spot of fewer is never a pile-up; an apartment house has as many. A default point needs only six different
        addresses, and three times what 99 of 100 other spots have, because two addresses are seldom one spot.
    times : float
        A pile-up holds more than this many times what 99 of 100 other spots hold at most.

    Returns
    -------
    DataFrame
        One row a flagged spot, largest first: ``x``, ``y``; ``records``; ``people`` (missing without ``who``);
        ``addresses`` (missing without ``written``); ``usual_most``, what 99 of 100 other spots hold at most; ``place``, the name of the
        institution; ``flag``, one of :data:`SPOT_FLAGS`. Spots at an institution are flagged whatever they hold.

    Raises
    ------
    UsageError
        When a column named is not there.

    Examples
    --------
    >>> homes = pd.DataFrame({"x": np.arange(500.0) * 40, "y": 0.0, "doc_id": [f"A{n}" for n in range(500)]})
    >>> shelter = pd.DataFrame({"x": 70.0, "y": 90.0, "doc_id": [f"B{n}" for n in range(400)]})
    >>> pile_ups(pd.concat([homes, shelter]), who="doc_id")[["x", "y", "people", "usual_most", "flag"]].values.tolist()
    [[70.0, 90.0, 400, 1, 'pile_up']]
    """
    lacking = [name for name in ("x", "y", who, written) if name is not None and name not in points.columns]
    if lacking:
        raise UsageError(f"The points have no column {', '.join(map(repr, lacking))}.")
    spots = _spots(points, who, written)
    counted = spots["records"] if who is None else spots["people"]
    spots["usual_most"] = _usual_most(counted)
    spots["place"] = _institution_near(spots, places, within_m)
    # with a single spot there is nothing to compare with, and `fewest` decides alone
    many = (counted >= fewest) & ~(counted <= times * spots["usual_most"].astype("Float64").fillna(0))
    flag = pd.Series(pd.NA, index=spots.index, dtype="object").mask(many, "pile_up")
    if written is not None:
        usual = _usual_most(spots["addresses"])
        mixed = (spots["addresses"] >= _FEWEST_ADDRESSES) & ~(spots["addresses"] <= 3 * pd.Series(usual).fillna(0))
        flag = flag.mask(mixed, "default_point")
    spots["flag"] = pd.Categorical(flag.mask(spots["place"].notna(), "institution"), categories=list(SPOT_FLAGS))
    spots = spots.assign(size=counted)[spots["flag"].notna()]
    ordered = spots.sort_values(["size", "x", "y"], ascending=[False, True, True])
    return ordered.drop(columns="size").reset_index(drop=True)


def flag_points(points: pd.DataFrame, spots: pd.DataFrame) -> pd.Series:
    """Give each record the flag of the spot it lies on.

    Parameters
    ----------
    points : DataFrame
        With ``x`` and ``y``, meters.
    spots : DataFrame
        From :func:`pile_ups`, of these or of other points.

    Returns
    -------
    Series of category
        One of :data:`SPOT_FLAGS`, missing for records at ordinary spots and without coordinates. Index kept.

    Examples
    --------
    >>> spots = pd.DataFrame({"x": [70.0], "y": [90.0], "flag": ["pile_up"]})
    >>> flag_points(pd.DataFrame({"x": [70.0, 5.0, None], "y": [90.0, 5.0, 5.0]}), spots).isna().tolist()
    [False, True, True]
    """
    flags = dict(
        zip(zip(_snapped(spots["x"]), _snapped(spots["y"]), strict=True), spots["flag"].astype("object"), strict=True)
    )
    where = zip(_snapped(points["x"]), _snapped(points["y"]), strict=True)
    found = [flags.get(spot) for spot in where]
    return pd.Series(pd.Categorical(found, categories=list(SPOT_FLAGS)), index=points.index, name="flag")


def _snapped(values: pd.Series) -> list[float]:
    return (np.round(values.to_numpy(dtype="float64", na_value=np.nan) / _SPOT_M) * _SPOT_M).tolist()


def _spots(points: pd.DataFrame, who: str | None, written: str | None) -> pd.DataFrame:
    """Count what lies on each spot."""
    frame = pd.DataFrame({"x": _snapped(points["x"]), "y": _snapped(points["y"])})
    frame["who"] = points[who].to_numpy() if who else pd.NA
    frame["written"] = points[written].to_numpy() if written else pd.NA
    grouped = frame.dropna(subset=["x", "y"]).groupby(["x", "y"], sort=True)
    counted = grouped.agg(
        records=("x", "size"), people=("who", "nunique"), addresses=("written", "nunique")
    ).reset_index()
    counted[["records", "people", "addresses"]] = counted[["records", "people", "addresses"]].astype("Int64")
    if who is None:
        counted["people"] = pd.array([pd.NA] * len(counted), dtype="Int64")
    if written is None:
        counted["addresses"] = pd.array([pd.NA] * len(counted), dtype="Int64")
    return counted


def _usual_most(counted: pd.Series) -> pd.api.extensions.ExtensionArray:
    """Give what 99 of 100 other spots hold at most; missing when there is no other spot."""
    if len(counted) < 2:
        return pd.array([pd.NA] * len(counted), dtype="Int64")
    ordered = np.sort(counted.to_numpy(dtype="int64"))
    return pd.array([int(ordered[int(0.99 * (len(ordered) - 2))])] * len(counted), dtype="Int64")


def _institution_near(spots: pd.DataFrame, places: pd.DataFrame | None, within_m: float) -> pd.Series:
    """Give the name of the nearest institution within reach of each spot."""
    names = pd.Series(pd.NA, index=spots.index, dtype="object")
    known = None if places is None else places[places["is_institution"].astype(bool) & places["x"].notna()]
    if known is None or known.empty or spots.empty:
        return names
    tree = shapely.STRtree(gpd.points_from_xy(known["x"], known["y"]))
    spot, place = tree.query_nearest(
        gpd.points_from_xy(spots["x"], spots["y"]), max_distance=within_m, all_matches=False
    )
    names.iloc[spot] = known["written"].to_numpy()[place]
    return names
