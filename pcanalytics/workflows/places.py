"""The shapes of a workspace, and the districts they or the records name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from pcanalytics.errors import InputRejected
from pcanalytics.periods import in_force
from pcanalytics.store import Workspace

__all__ = ["SHAPES", "beat_versions", "district_names", "places_of"]

#: The shapes that a page draws.
SHAPES = ("districts", "beats", "streets", "water", "landmarks")

#: The shapes that must have names, and the property that holds them.
_NAMED = {"districts": "district", "beats": "beat"}


def district_names(offenses: pd.DataFrame, places: Mapping[str, gpd.GeoDataFrame]) -> tuple[str, ...]:
    """List the districts: those that the workspace draws, else those that the records name.

    Parameters
    ----------
    offenses : DataFrame
        With ``district``; a missing one is no district.
    places : mapping of str to GeoDataFrame
        With ``districts`` where the workspace draws them.

    Examples
    --------
    >>> district_names(pd.DataFrame({"district": ["2", "10", "2", None]}), {})
    ('2', '10')
    """
    if "districts" in places:
        return tuple(dict.fromkeys(places["districts"]["district"].dropna().astype("str")))
    recorded = offenses["district"].dropna().unique()
    return tuple(sorted(recorded, key=lambda name: (len(name), name) if name.isdigit() else (99, name)))


def places_of(workspace: Workspace, as_of: pd.Timestamp) -> dict[str, gpd.GeoDataFrame]:
    """Read the workspace's shapes as they were drawn on the last day before an as-of.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    as_of : pandas.Timestamp
        Local midnight.

    Returns
    -------
    dict of str to GeoDataFrame
        By the names of :data:`SHAPES`, in the workspace's system, as far as the workspace has them.

    Raises
    ------
    InputRejected
        When districts or beats come without their names.

    Examples
    --------
    >>> shapes = places_of(workspace, pd.Timestamp("2026-11-23"))  # doctest: +SKIP
    """
    files = {name: getattr(workspace.places, name) for name in SHAPES}
    drawn = {name: path for name, path in files.items() if path is not None and path.suffix.lower() != ".csv"}
    return {name: _read(name, path, workspace, as_of) for name, path in drawn.items()}


def beat_versions(workspace: Workspace) -> gpd.GeoDataFrame | None:
    """Read every version of every beat, those no longer in force among them.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.

    Returns
    -------
    GeoDataFrame or None
        ``beat`` and where they are kept ``district``, ``valid_from``, ``valid_to`` and ``follows``, with shapes in the
        workspace's system; None when the workspace draws no beats.

    Raises
    ------
    InputRejected
        When beats come without their names.

    Examples
    --------
    >>> beats = beat_versions(workspace)  # doctest: +SKIP
    """
    path = workspace.places.beats
    if path is None or path.suffix.lower() == ".csv":
        return None
    return _shapes("beats", path, workspace)


def _read(name: str, path: Path, workspace: Workspace, as_of: pd.Timestamp) -> gpd.GeoDataFrame:
    return in_force(_shapes(name, path, workspace), as_of=as_of).reset_index(drop=True)


def _shapes(name: str, path: Path, workspace: Workspace) -> gpd.GeoDataFrame:
    shapes = gpd.read_file(path).to_crs(workspace.crs)
    if name in _NAMED and _NAMED[name] not in shapes.columns:
        raise InputRejected(f"{path.name}: each shape needs its name in a property {_NAMED[name]!r}.")
    for column in _NAMED.values():
        if column in shapes.columns and pd.api.types.is_numeric_dtype(shapes[column]):
            whole = shapes[column].convert_dtypes()  # a number is a name here: 7, not 7.0
            shapes[column] = whole.astype("str").mask(whole.isna())
    return shapes
