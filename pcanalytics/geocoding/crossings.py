"""Where lines meet, and which streets cross there.

Node ids of the file are used when they are there and hold; otherwise ends within a meter are one node, an end that
lies on another line meets it, and lines that cross without meeting, as on an overpass, count as crossing only when the
whole layer is drawn without nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pcanalytics.errors import Problem

__all__ = ["Nodes", "cross_streets", "nodes_at_ends", "nodes_by_id"]

#: Ends closer than this are one node.
NODE_M = 1.0

#: Ends of one node id may lie this far apart in a file that holds.
_ID_SPREAD_M = 30.0


@dataclass(frozen=True)
class Nodes:
    """Where lines start, end and meet.

    Parameters
    ----------
    start, end : array of int
        Node of each line's ends.
    meetings : DataFrame
        ``node``, ``line``: every line at every node, its ends and where others meet it.
    places : DataFrame
        ``node``, ``x``, ``y``.
    notes : tuple of Problem
        How they were found.
    """

    start: np.ndarray
    end: np.ndarray
    meetings: pd.DataFrame
    places: pd.DataFrame
    notes: tuple[Problem, ...] = ()


def _end_points(lines: np.ndarray) -> np.ndarray:
    """Give the first and then the last places of lines, those of several parts included."""
    places, line_of = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(line_of, np.arange(len(lines)), side="left")
    last = np.searchsorted(line_of, np.arange(len(lines)), side="right") - 1
    return np.vstack([places[first], places[last]]) if len(lines) else np.empty((0, 2))


def nodes_by_id(lines: np.ndarray, from_ids: pd.Series, to_ids: pd.Series, *, name: str) -> Nodes | None:
    """Take the node ids of a file.

    Parameters
    ----------
    lines : array of shapely lines
        In meters.
    from_ids, to_ids : Series of str
        Ids of each line's start and end.
    name : str
        What to call the layer in messages.

    Returns
    -------
    Nodes or None
        None when an id is missing, or when one id stands for places far apart.

    Examples
    --------
    >>> lines = np.array([shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(9, 0), (9, 9)])])
    >>> nodes_by_id(lines, pd.Series(["7", "8"]), pd.Series(["8", "9"]), name="roads").end.tolist()
    [8, 9]
    """
    ids = pd.concat([from_ids, to_ids], ignore_index=True)
    if len(ids) == 0 or bool((ids == "").any()):
        return None
    whole = ids.str.fullmatch(r"\d{1,18}").all()
    codes = ids.astype("int64").to_numpy() if whole else np.unique(ids.to_numpy(), return_inverse=True)[1]
    ends = pd.DataFrame(_end_points(lines), columns=["x", "y"]).assign(node=codes)
    of_node = ends.groupby("node")[["x", "y"]]
    spread = (of_node.max() - of_node.min()).max(axis=1)
    if float((spread > _ID_SPREAD_M).mean()) > 0.01:
        return None
    return _nodes(ends, len(lines), ends[["node"]].assign(line=np.tile(np.arange(len(lines)), 2)), ())


def nodes_at_ends(lines: np.ndarray, *, name: str) -> Nodes:
    """Find nodes from the shapes alone.

    Parameters
    ----------
    lines : array of shapely lines
        In meters.
    name : str
        What to call the layer in messages.

    Returns
    -------
    Nodes
        Ids count from 0, in order of the places.

    Examples
    --------
    >>> cross = np.array([shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(5, -5), (5, 5)])])
    >>> nodes = nodes_at_ends(cross, name="roads")  # drawn without nodes: one crossing inside both lines
    >>> nodes.meetings.groupby("node")["line"].nunique().tolist()
    [1, 1, 2, 1, 1]
    """
    if not len(lines):
        return _nodes(pd.DataFrame({"x": [], "y": [], "node": []}), 0, pd.DataFrame({"node": [], "line": []}), ())
    ends = _end_points(lines)
    number = np.tile(np.arange(len(lines)), 2)
    touched = _touching(lines, ends, number)
    inside = _crossing_inside(lines)
    meeting_ends = len(ends) - len(np.unique(ends.round(1), axis=0)) + len(touched)
    notes: tuple[Problem, ...] = ()
    if len(inside) > meeting_ends:
        what = f"{name} is drawn without nodes: streets cross where their lines do, overpasses among them"
        notes = (Problem(what, rows=len(inside), code="not_noded"),)
    else:
        inside = inside.iloc[:0]
    places = pd.concat([pd.DataFrame(ends, columns=["x", "y"]), inside[["x", "y"]]], ignore_index=True)
    places["node"] = _clusters(places[["x", "y"]].to_numpy())
    at_ends = places["node"].to_numpy()[: len(ends)]
    found = places["node"].to_numpy()[len(ends) :]
    meetings = pd.concat(
        [
            pd.DataFrame({"node": at_ends, "line": number}),
            pd.DataFrame({"node": at_ends[touched["end"]], "line": touched["line"]}),
            pd.DataFrame({"node": found, "line": inside["line_a"]}),
            pd.DataFrame({"node": found, "line": inside["line_b"]}),
        ],
        ignore_index=True,
    )
    return _nodes(places, len(lines), meetings, notes)


def _nodes(places: pd.DataFrame, count: int, meetings: pd.DataFrame, notes: tuple[Problem, ...]) -> Nodes:
    node = places["node"].to_numpy("int64")
    where = places.groupby("node", as_index=False)[["x", "y"]].mean()
    once = meetings.astype("int64").drop_duplicates().sort_values(["node", "line"]).reset_index(drop=True)
    return Nodes(node[:count], node[count : 2 * count], once, where.astype({"node": "int64"}), notes)


def _clusters(places: np.ndarray) -> np.ndarray:
    """Give places within a meter of each other, directly or through others, one number."""
    rounded, back = np.unique(places.round(2), axis=0, return_inverse=True)
    pairs = cKDTree(rounded).query_pairs(NODE_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(rounded), len(rounded)))
    labels = connected_components(links, directed=False)[1]
    first = np.unique(labels, return_index=True)[1]  # number clusters in order of their first place
    order = np.empty(len(first), dtype="int64")
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[labels][back.ravel()]


def _touching(lines: np.ndarray, ends: np.ndarray, number: np.ndarray) -> pd.DataFrame:
    """Find ends that lie on another line, away from its own ends."""
    tree = shapely.STRtree(lines)
    end, line = tree.query(shapely.points(ends), predicate="dwithin", distance=NODE_M / 2)
    half = len(ends) // 2
    apart = np.minimum(np.hypot(*(ends[end] - ends[line]).T), np.hypot(*(ends[end] - ends[half + line]).T))
    kept = (number[end] != line) & (apart > NODE_M)
    return pd.DataFrame({"end": end[kept], "line": line[kept]})


def _crossing_inside(lines: np.ndarray) -> pd.DataFrame:
    """Find where lines cross away from their ends."""
    a, b = shapely.STRtree(lines).query(lines, predicate="crosses")
    a, b = a[a < b], b[a < b]
    points, pair = shapely.get_parts(shapely.intersection(lines[a], lines[b]), return_index=True)
    is_point = shapely.get_type_id(points) == 0
    points, pair = points[is_point], pair[is_point]
    places = shapely.get_coordinates(points)
    ends = _end_points(lines)
    own = [ends[side + line[pair]] for line in (a, b) for side in (0, len(lines))]
    near = np.min([np.hypot(*(places - one).T) for one in own], axis=0) if len(pair) else np.zeros(0)
    kept = near > NODE_M
    return pd.DataFrame(
        {"line_a": a[pair[kept]], "line_b": b[pair[kept]], "x": places[kept, 0], "y": places[kept, 1]}
    ).reset_index(drop=True)


def cross_streets(nodes: Nodes, streets: pd.DataFrame) -> pd.DataFrame:
    """Pair the streets that meet at each node.

    Parameters
    ----------
    nodes : Nodes
        Where lines meet.
    streets : DataFrame
        ``line``, ``street_id``: a line with several names has several rows.

    Returns
    -------
    DataFrame
        ``street_a`` < ``street_b``, ``node``, ``x``, ``y``, sorted. Two names of the very same lines do not cross.

    Examples
    --------
    >>> lines = np.array([shapely.LineString([(0, 0), (9, 0)]), shapely.LineString([(9, 0), (9, 9)])])
    >>> streets = pd.DataFrame({"line": [0, 1, 1], "street_id": [4, 5, 6]})  # line 1 has two names
    >>> cross_streets(nodes_at_ends(lines, name="roads"), streets)[["street_a", "street_b"]].values.tolist()
    [[4, 5], [4, 6]]
    """
    met = nodes.meetings.merge(streets.drop_duplicates(), on="line")
    met["lines"] = _hashed(met["line"].to_numpy())
    one = met.groupby(["node", "street_id"], as_index=False)["lines"].sum()
    pairs = one.merge(one, on="node", suffixes=("_a", "_b"))
    pairs = pairs[(pairs["street_id_a"] < pairs["street_id_b"]) & (pairs["lines_a"] != pairs["lines_b"])]
    named = pairs.rename(columns={"street_id_a": "street_a", "street_id_b": "street_b"}).merge(nodes.places, on="node")
    order = ["street_a", "street_b", "node"]
    return named.sort_values(order)[[*order, "x", "y"]].reset_index(drop=True)


def _hashed(values: np.ndarray) -> np.ndarray:
    """Spread integers over 64 bits, so that equal sums mean equal sets."""
    mixed = (values.astype("uint64") + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(31)
    return mixed * np.uint64(0xBF58476D1CE4E5B9)
