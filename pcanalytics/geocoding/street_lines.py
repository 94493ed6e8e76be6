"""Layers of streets brought together: each line once, the streets it belongs to, and its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pcanalytics.errors import Problem
from pcanalytics.geocoding.crossings import Nodes, nodes_at_ends, nodes_by_id
from pcanalytics.geocoding.house_ranges import read_ranges
from pcanalytics.geocoding.layers import Layer, in_system, joined_names, zones
from pcanalytics.geocoding.orientation import is_recorded, rising_ends

__all__ = ["StreetLines", "street_lines"]


@dataclass(frozen=True)
class StreetLines:
    """The lines of every layer of streets.

    Parameters
    ----------
    lines : array of shapely lines
        Each line once, in meters.
    zone : array of str
        Zone of each line; empty when unknown.
    names : DataFrame
        ``line``, ``written``: the names of each line, as the files write them.
    ranges : DataFrame
        ``line``, ``written`` (the name it is of), and the columns of
        :func:`~pcanalytics.geocoding.house_ranges.read_ranges`, with ``recorded``: whether the layer says
        which way numbers run.
    nodes : Nodes
        Where the lines meet.
    notes : tuple of Problem
        What was left out or assumed.
    """

    lines: np.ndarray
    zone: np.ndarray
    names: pd.DataFrame
    ranges: pd.DataFrame
    nodes: Nodes
    notes: tuple[Problem, ...]


def street_lines(layers: Sequence[Layer], crs: str) -> StreetLines:
    """Bring layers of streets together.

    Parameters
    ----------
    layers : sequence of Layer
        Of kind streets; others are passed over.
    crs : str
        The projected system to work in.

    Returns
    -------
    StreetLines
        A line drawn twice, as in files with one row a side or a name, is one line.

    Examples
    --------
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> roads = gpd.GeoDataFrame(
    ...     {"fullname": ["main st"], "from": [100], "to": [199]},
    ...     geometry=[shapely.LineString([(-93, 42), (-93, 42.001)])], crs="EPSG:4326",
    ... )
    >>> street_lines([make_layer(roads, kind="streets")], "EPSG:26915").names.values.tolist()
    [[0, 'main st']]
    """
    notes: list[Problem] = []
    read = [_read(layer, crs, notes) for layer in layers if layer.kind == "streets"]
    frames = [frame for frame, _ in read]
    offsets = np.concatenate([[0], np.cumsum([len(frame) for frame in frames])])[: len(frames)]
    rows = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=crs) if frames else _no_rows(crs)
    ranges = [one.assign(row=one["row"] + offset) for (_, one), offset in zip(read, offsets, strict=True)]
    shapes = rows.geometry.values
    first, line_of = np.unique(shapely.to_wkb(shapes), return_index=True, return_inverse=True)[1:]
    place = np.argsort(np.argsort(first, kind="stable"), kind="stable")  # lines in order of their first rows
    line_of, first = place[line_of.ravel()], np.sort(first)
    lines = np.asarray(shapes)[first]
    all_ranges = pd.concat(ranges, ignore_index=True) if ranges else _no_ranges()
    all_ranges["line"] = line_of[all_ranges["row"].to_numpy("int64")]
    names = _names(rows).assign(line=lambda one: line_of[one["row"].to_numpy("int64")])
    of_row = names.merge(all_ranges.drop(columns="line"), on="row")
    return StreetLines(
        lines=lines,
        zone=zones(rows).to_numpy()[first],
        names=names[["line", "written"]].drop_duplicates().reset_index(drop=True),
        ranges=of_row.drop(columns="row").drop_duplicates().reset_index(drop=True),
        nodes=_nodes(rows.iloc[first], lines, layers, notes),
        notes=tuple(notes),
    )


def _no_rows(crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": pd.Series([], dtype="str")}, geometry=gpd.GeoSeries([], crs=crs))


def _no_ranges() -> pd.DataFrame:
    return read_ranges(pd.DataFrame(index=[]), name="")[0].assign(recorded=True)


def _read(layer: Layer, crs: str, notes: list[Problem]) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Bring one layer into the system: named roads only, each one line."""
    frame, outside = in_system(layer, crs)
    notes += outside
    frame["written"] = joined_names(frame)
    frame.geometry = _one_line(frame.geometry.values)
    named = (frame["written"] != "").to_numpy()
    long = shapely.length(frame.geometry.values) > 0
    road = np.ones(len(frame), dtype=bool)
    if "line_class" in frame:  # railroads and creeks of TIGER's edges have names too
        road = (frame["line_class"].str.startswith("S") | (frame["line_class"] == "")).to_numpy()
    for kept, what, code in (
        (road, "lines that are no roads", "no_road"),
        (named | ~road, "lines without a name", "no_name"),
        (long | ~named | ~road, "lines without length", "no_length"),
    ):
        if not kept.all():
            notes.append(Problem(f"{layer.name}: {what} were left out", rows=int((~kept).sum()), code=code))
    frame = frame[named & long & road].reset_index(drop=True)
    ranges, found = read_ranges(frame, name=layer.name)
    notes += found
    return frame, ranges.assign(recorded=_recorded(layer.name, frame, ranges, notes))


def _one_line(shapes: np.ndarray) -> np.ndarray:
    """Join parts that meet, keeping the way they are drawn; take the lines out of collections."""
    made = np.asarray(shapes).copy()
    collected = shapely.get_type_id(made) == 7
    if collected.any():
        parts, of = shapely.get_parts(made[collected], return_index=True)
        is_line = np.isin(shapely.get_type_id(parts), (1, 5))
        made[collected] = [shapely.union_all(parts[is_line & (of == number)]) for number in range(collected.sum())]
    several = shapely.get_type_id(made) == 5
    made[several] = shapely.line_merge(made[several], directed=True)
    return made


def _recorded(name: str, frame: gpd.GeoDataFrame, ranges: pd.DataFrame, notes: list[Problem]) -> bool:
    """Tell whether this layer says which way numbers run, and say so when it does not."""
    streets = np.unique(frame["written"].str.upper().to_numpy(dtype=object), return_inverse=True)[1]
    lines = np.asarray(frame.geometry.values)
    nodes = nodes_at_ends(lines, name=name)
    told = _told(ranges.assign(line=ranges["row"], street_id=streets[ranges["row"].to_numpy("int64")]), lines, nodes)
    recorded = is_recorded(ranges["descends"].to_numpy(bool), told)
    if not recorded:
        what = f"{name}: numbers never fall along a line, so their direction was told from neighboring lines"
        notes.append(Problem(what, rows=len(ranges), code="direction_told"))
    return recorded


def _told(ranges: pd.DataFrame, lines: np.ndarray, nodes: Nodes) -> np.ndarray:
    places, line_of = shapely.get_coordinates(lines, return_index=True)
    count = np.arange(len(lines))
    first, last = np.searchsorted(line_of, count, "left"), np.searchsorted(line_of, count, "right") - 1
    return rising_ends(ranges, nodes.start, nodes.end, np.hstack([places[first], places[last]]))


def directions(found: StreetLines, street_of: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Give for each range whether numbers rise along its line, and whether that is known."""
    ranges = found.ranges
    ascends = ~ranges["descends"].to_numpy(bool)
    known = ranges["recorded"].to_numpy(bool)
    if known.all():
        return ascends, known
    told = _told(ranges.assign(street_id=street_of.to_numpy()), found.lines, found.nodes)[ranges["line"].to_numpy()]
    return np.where(known, ascends, told >= 0), known | (told != 0)


def _names(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """List every name of every row, upper case and tidy."""
    columns = [key for key in rows.columns if key == "written" or str(key).startswith("also_known_as")]
    listed = [
        pd.DataFrame({"row": np.arange(len(rows)), "written": rows[key].fillna("").astype("str")}) for key in columns
    ]
    names = pd.concat(listed, ignore_index=True) if listed else pd.DataFrame({"row": [], "written": []})
    names = names.assign(written=names["written"].astype("str").str.split(r"[;|]", regex=True)).explode("written")
    names["written"] = names["written"].astype("str").str.strip()
    return names[names["written"] != ""].astype({"row": "int64"}).drop_duplicates().reset_index(drop=True)


def _nodes(rows: gpd.GeoDataFrame, lines: np.ndarray, layers: Sequence[Layer], notes: list[Problem]) -> Nodes:
    """Take the file's node ids when there is one file and they hold; find nodes from the shapes otherwise."""
    streets = [layer.name for layer in layers if layer.kind == "streets"]
    name = ", ".join(dict.fromkeys(streets)) or "no streets"
    nodes = None
    if len(streets) == 1 and {"from_node", "to_node"} <= set(rows.columns):
        nodes = nodes_by_id(lines, rows["from_node"], rows["to_node"], name=name)
        if nodes is None:
            what = f"{name}: ids of nodes are missing or stand for places far apart, so nodes were found from the lines"
            notes.append(Problem(what, code="node_ids"))
    if nodes is None:
        nodes = nodes_at_ends(lines, name=name)
    notes += nodes.notes
    return nodes
