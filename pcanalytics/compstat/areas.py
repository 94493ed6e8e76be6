"""Beats that were renamed or redrawn, carried to the beats of today, so that a series neither jumps nor vanishes.

A beat is known by its name and the time for which it was drawn. An offense carries the name that was in use when it was
recorded. To compare years, each is counted in the beat that covers its place now.
"""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd

from pcanalytics.errors import TableError, UnknownName
from pcanalytics.periods import in_force

__all__ = ["NO_LONGER_DRAWN", "beat_successors", "current_areas"]

#: Where an offense counts whose beat was given up and cannot be told apart among those that came after it.
NO_LONGER_DRAWN = "beat no longer drawn"

#: A beat drawn again under its name after so short a time is the same beat.
_GAP = np.timedelta64(31, "D")

_ALWAYS, _OPEN = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-01-01")


def current_areas(
    offenses: pd.DataFrame, beats: pd.DataFrame, *, as_of: pd.Timestamp, time: str = "occurred_from"
) -> pd.DataFrame:
    """Count each offense in the beat in force at an as-of.

    A beat in force stays as it is. One that was renamed becomes the beat that follows it, through as many names as there
    were. Where several beats follow it, or none, the coordinates decide when the beats bring their shapes; otherwise the
    offense counts under :data:`NO_LONGER_DRAWN`.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows with ``beat``, and where they are known ``district``, ``x``, ``y`` (meters, in the system of the shapes)
        and the time. Calls and arrests will do as well.
    beats : pandas.DataFrame or geopandas.GeoDataFrame
        Every version of every beat, not only those in force: ``beat``, ``valid_from``, ``valid_to`` and ``follows``,
        and ``district`` where beats lie in districts. ``follows`` may name several beats, parted by commas. A missing
        date sets no limit. With shapes, an offense of a beat that was split is placed by them.
    as_of : pandas.Timestamp
        Local midnight. Versions that begin later are not used.
    time : str, default "occurred_from"
        The column that says when, which tells two beats of one name apart; a row without it has the latest of that name.

    Returns
    -------
    pandas.DataFrame
        A copy with the same rows in the same order. ``beat`` is that of the as-of; ``district`` is that of the beat,
        where the recorded district was that of the beat it came from. A missing beat and one that the beats do not name
        stay as recorded.

    Raises
    ------
    TableError
        When two versions of one beat are in force on one day.
    UnknownName
        When a column is not there.

    Examples
    --------
    >>> beats = pd.DataFrame({
    ...     "beat": ["017", "025"], "follows": [None, "017"],
    ...     "valid_from": pd.to_datetime([None, "2025-07-01"]), "valid_to": pd.to_datetime(["2025-07-01", None]),
    ... })
    >>> rows = pd.DataFrame({"beat": ["017", "025"], "occurred_from": pd.to_datetime(["2025-06-01", "2025-08-01"])})
    >>> current_areas(rows, beats, as_of=pd.Timestamp("2026-11-23"))["beat"].tolist()
    ['025', '025']
    """
    for column in ("beat", time):
        if column not in offenses.columns:
            raise UnknownName("column", column, offenses.columns)
    versions = _versions(beats, as_of)
    placed = offenses.copy()
    placed["beat"] = offenses["beat"].astype("str")
    rows = np.flatnonzero(offenses["beat"].isin(_changed(versions)).to_numpy())
    if not len(rows):
        return placed
    asked = offenses.iloc[rows]
    ends = _ends(versions)
    version = _version_of(asked["beat"], asked[time], versions)
    # the version in force, -1 where there is not exactly one
    target = np.array([next(iter(end)) if len(end) == 1 else -1 for end in ends], dtype=int)[version]
    unsure = target < 0
    if unsure.any() and isinstance(beats, gpd.GeoDataFrame) and {"x", "y"} <= set(offenses.columns):
        target[unsure] = _located(asked[unsure], versions)
    names = versions["beat"].to_numpy(dtype=object)
    beat = np.where(target >= 0, names[target], NO_LONGER_DRAWN)
    placed.iloc[rows, placed.columns.get_loc("beat")] = pd.array(beat, dtype="str")
    if {"district"} <= set(offenses.columns) & set(versions.columns):
        district = _districts(asked["district"], versions["district"], version, target)
        placed["district"] = offenses["district"].astype("str")
        placed.iloc[rows, placed.columns.get_loc("district")] = district.array
    return placed


def _changed(versions: pd.DataFrame) -> list[str]:
    """Name the beats that are not simply in force under one drawing; all others stay as recorded."""
    several = versions["beat"].duplicated(keep=False)
    return versions.loc[several | ~versions["in_force"], "beat"].unique().tolist()


def beat_successors(beats: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """List the beats that were renamed or given up, and what they are counted as now.

    Parameters
    ----------
    beats : pandas.DataFrame
        Every version of every beat, as :func:`current_areas` takes them.
    as_of : pandas.Timestamp
        Local midnight.

    Returns
    -------
    pandas.DataFrame
        ``beat`` (as it was), ``valid_to`` (the first day without it) and ``counted_in``: the beat it is counted in now;
        where there are several, or none, how the page says so. In the order of the day.

    Raises
    ------
    TableError
        When two versions of one beat are in force on one day.

    Examples
    --------
    >>> beats = pd.DataFrame({
    ...     "beat": ["017", "025"], "follows": [None, "017"],
    ...     "valid_from": pd.to_datetime([None, "2025-07-01"]), "valid_to": pd.to_datetime(["2025-07-01", None]),
    ... })
    >>> beat_successors(beats, as_of=pd.Timestamp("2026-11-23"))[["beat", "counted_in"]].values.tolist()
    [['017', '025']]
    """
    versions = _versions(beats, as_of)
    ends = _ends(versions)
    rows = []
    for place, row in enumerate(versions.itertuples()):
        names = sorted(versions["beat"].iloc[end] for end in ends[place])
        if place not in ends[place] and names != [row.beat]:
            rows.append((row.beat, row.valid_to, " or ".join(names) if names else NO_LONGER_DRAWN))
    gone = pd.DataFrame(rows, columns=["beat", "valid_to", "counted_in"]).astype({"beat": "str", "counted_in": "str"})
    return gone.sort_values(["valid_to", "beat"], kind="stable").reset_index(drop=True)


def _versions(beats: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the versions that had begun by the as-of, with open dates filled, by name and first day."""
    if "beat" not in beats.columns:
        raise UnknownName("column", "beat", beats.columns)
    none = pd.Series(None, index=beats.index, dtype="str")
    versions = beats.assign(
        beat=beats["beat"].astype("str"),
        valid_from=pd.to_datetime(beats.get("valid_from", none)).fillna(_ALWAYS),
        valid_to=pd.to_datetime(beats.get("valid_to", none)).fillna(_OPEN),
        follows=beats.get("follows", none).astype("str"),
    )
    versions = versions[versions["valid_from"] < as_of].sort_values(["beat", "valid_from"]).reset_index(drop=True)
    overlap = versions["beat"].eq(versions["beat"].shift(-1)) & versions["valid_to"].gt(
        versions["valid_from"].shift(-1)
    )
    if overlap.any():
        number, first = int(overlap.sum()), versions.loc[overlap, "beat"].iloc[0]
        raise TableError(
            f"{number:,} beats are drawn twice for one day, beat {first} the first; end one drawing first."
        )
    versions["in_force"] = versions.index.isin(in_force(versions, as_of=as_of).index)
    return versions


def _ends(versions: pd.DataFrame) -> list[frozenset[int]]:
    """Give for each version the versions in force that it leads to; a version in force leads to itself."""
    following: list[set[int]] = [set() for _ in range(len(versions))]
    by_name = versions.groupby("beat").indices
    starts, stops = versions["valid_from"].to_numpy(), versions["valid_to"].to_numpy()
    for place, row in enumerate(versions.itertuples()):
        for name in [] if pd.isna(row.follows) else re.split(r"\s*[,;]\s*", row.follows.strip()):
            before = [other for other in by_name.get(name, []) if starts[other] < starts[place]]
            if before:
                following[before[-1]].add(place)
    for places in by_name.values():  # a new drawing under the old name, where nothing else follows the old one
        for old, new in zip(places, places[1:], strict=False):
            if not following[old] and starts[new] - stops[old] <= _GAP:
                following[old].add(int(new))
            elif following[old] and pd.isna(versions["follows"].iloc[new]) and starts[new] == stops[old]:
                following[old].add(int(new))  # a piece was cut out of it, and the rest kept its name
    return [_walk(place, following, versions["in_force"].to_numpy()) for place in range(len(versions))]


def _walk(place: int, following: list[set[int]], is_open: np.ndarray) -> frozenset[int]:
    """Follow a version to those in force. What follows began later, so that no chain leads back to itself."""
    found, waiting = set(), {place}
    while waiting:
        at = waiting.pop()
        if is_open[at]:
            found.add(at)
        else:
            waiting |= following[at]
    return frozenset(found)


def _version_of(beats: pd.Series, times: pd.Series, versions: pd.DataFrame) -> np.ndarray:
    """Give the version that each row's beat name meant at its time, -1 where the name is unknown.

    The last version of the name that had begun by then; for an earlier row the first, for one without time the last.
    """
    found = np.full(len(beats), -1)
    names = beats.to_numpy(dtype=object)
    moments = times.to_numpy("datetime64[us]")
    codes, labels = pd.factorize(names)
    by_name = versions.groupby("beat").indices
    starts = versions["valid_from"].to_numpy("datetime64[us]")
    for code, label in enumerate(labels):
        places = by_name.get(label)
        if places is None:
            continue
        rows = np.flatnonzero(codes == code)
        begun = np.searchsorted(starts[places], moments[rows], side="right") - 1
        begun[np.isnat(moments[rows])] = len(places) - 1
        found[rows] = places[np.maximum(begun, 0)]
    return found


def _located(offenses: pd.DataFrame, versions: pd.DataFrame) -> np.ndarray:
    """Give the version in force whose shape holds each row's point, the first in order where shapes touch; -1 for none."""
    drawn = np.flatnonzero(versions["in_force"].to_numpy())
    shapes = gpd.GeoSeries(versions.geometry.iloc[drawn].to_numpy())
    points = gpd.points_from_xy(offenses["x"], offenses["y"])
    has_point = (offenses["x"].notna() & offenses["y"].notna()).to_numpy()
    found = np.full(len(offenses), -1)
    rows, hits = shapes.sindex.query(points[has_point], predicate="intersects")
    order = np.lexsort((-hits, rows))  # the first in order is written last
    found[np.flatnonzero(has_point)[rows[order]]] = drawn[hits[order]]
    return found


def _districts(recorded: pd.Series, of_version: pd.Series, version: np.ndarray, target: np.ndarray) -> pd.Series:
    """Move a row to the district of its beat now, where it was recorded in the district of its beat then."""
    moved = (version >= 0) & (target >= 0) & (version != target)
    names = of_version.to_numpy(dtype=object)
    districts = recorded.to_numpy(dtype=object, copy=True)
    rows = np.flatnonzero(moved)
    same = pd.Series(districts[rows]).eq(pd.Series(names[version[rows]])).to_numpy()
    new = names[target[rows]]
    districts[rows] = np.where(same & pd.notna(new), new, districts[rows])
    return pd.Series(districts, index=recorded.index, dtype="str")
