"""Building a reference from its layers: keys once, then tables that matching only has to join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.geocoding.cleaning import clean
from pcanalytics.geocoding.crossings import cross_streets
from pcanalytics.geocoding.layers import Layer, working_system
from pcanalytics.geocoding.pieces import numbered_pieces, straight_pieces
from pcanalytics.geocoding.point_layers import address_points, aliases_table, intersections, places_table, route_places
from pcanalytics.geocoding.reference import TABLE_SCHEMAS, Reference
from pcanalytics.geocoding.street_keys import street_keys
from pcanalytics.geocoding.street_lines import StreetLines, directions, street_lines

__all__ = ["build_reference"]

#: Names of numbered highways, as the second part of a street key.
_ROUTE = r"^[^|]*\|(?:I|US|US HWY|US RTE|SR|ST RTE|STATE RTE|STATE RD|STATE HWY|HWY|RTE|CR|CO RD|FM|[A-Z]{2} HWY) \d+[A-Z]?\|"

#: A crossing that a layer of intersections gives is new when the nodes have none of the same streets this near.
_SAME_CROSSING_M = 30.0


def build_reference(
    layers: Sequence[Layer],
    *,
    name: str,
    vintage: str,
    crs: str | None = None,
    localities: Sequence[str] = (),
    aliases: pd.DataFrame | None = None,
) -> Reference:
    """Build a reference.

    Parameters
    ----------
    layers : sequence of Layer
        From :func:`~pcanalytics.geocoding.layers.make_layer`, in any order.
    name : str
        What results call it.
    vintage : str
        Of when it is.
    crs : str, optional
        The projected system in meters to work in; without one, the UTM zone of the data.
    localities : sequence of str
        Names of the places it covers, as addresses end with them.
    aliases : DataFrame, optional
        ``written``, ``means``, ``lon``, ``lat`` and ``institution``; rows that neither mean anything nor have
        a place are passed over.

    Returns
    -------
    Reference
        Its ``notes`` say what was left out or assumed. The same layers give the same digest.

    Raises
    ------
    InputRejected
        When no layer holds a street, a point or a place, or a correction cannot be used.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> roads = gpd.GeoDataFrame(
    ...     {"fullname": ["main st"], "from": [100], "to": [198]},
    ...     geometry=[shapely.LineString([(-93, 42), (-93, 42.001)])], crs="EPSG:4326",
    ... )
    >>> made = build_reference([make_layer(roads, kind="streets")], name="Town", vintage="2026")
    >>> made.crs, made.streets["street"].to_pylist(), made.ranges["low"].to_pylist()
    ('EPSG:32615', ['|MAIN|ST|'], [100])
    """
    if not any(len(layer.frame) for layer in layers):
        raise InputRejected(
            f"{name}: no layer has a row that can be used.", [note for one in layers for note in one.notes]
        )
    chosen, notes = working_system(layers, crs)
    found = street_lines(layers, chosen)
    points, more = address_points(layers, chosen)
    pairs, still_more = intersections(layers, chosen)
    written = pd.concat(
        [found.names["written"], points["written"], pairs["written_a"], pairs["written_b"]], ignore_index=True
    )
    streets, ids = _streets(written.astype("str"))
    tables = {
        "streets": streets,
        **_line_tables(found, ids),
        "points": _points(points, ids),
        "crossings": _crossings(found, pairs, ids),
        **places_table(layers, chosen),
        **route_places(layers, chosen),
    }
    tables |= aliases_table(aliases, chosen, extent=_extent(tables))
    said = [*notes, *(note for layer in layers for note in layer.notes), *found.notes, *more, *still_more]
    unknown = int((written.map(ids).isna()).sum())
    if unknown:
        said.append(Problem("names that are no street's were left out", rows=unknown, code="no_key"))
    return Reference.from_tables(
        {key: _arrow(key, table) for key, table in tables.items()},
        name=name,
        vintage=vintage,
        crs=chosen,
        localities=tuple(sorted({clean(pa.array([one]))[0].as_py() for one in localities})),
        notes=tuple(said),
    )


def _extent(tables: Mapping[str, pd.DataFrame]) -> tuple[float, float, float, float] | None:
    """Give the box around all streets, points, places and marks; None when there is nothing."""
    spots = [tables["segments"][["mid_x", "mid_y"]].to_numpy(dtype="float64")]
    spots += [
        tables[name][["x", "y"]].to_numpy(dtype="float64")
        for name in ("points", "places", "mileposts", "exits")
        if name in tables
    ]
    every = np.concatenate(spots)
    return (*every.min(axis=0).tolist(), *every.max(axis=0).tolist()) if len(every) else None


def _arrow(name: str, table: pd.DataFrame) -> pa.Table:
    schema = TABLE_SCHEMAS[name]
    return pa.Table.from_pandas(table[schema.names], schema=schema, preserve_index=False).replace_schema_metadata(None)


def _streets(written: pd.Series) -> tuple[pd.DataFrame, dict[str, int]]:
    """Count the distinct keys up in their order; give also the number of each name as written."""
    names = pd.DataFrame({"text": written.unique()})
    names = names[names["text"] != ""]
    names["street"] = street_keys(pa.array(names["text"].tolist(), pa.string())).to_pandas()
    names = names.dropna(subset=["street"])
    names["written"] = names["text"].str.upper().str.replace(r"\s+", " ", regex=True)
    streets = names.sort_values(["street", "written"]).drop_duplicates("street").reset_index(drop=True)
    streets["street_id"] = np.arange(len(streets))
    streets["is_route"] = streets["street"].str.contains(_ROUTE, regex=True).astype(bool)
    numbers = dict(zip(streets["street"], streets["street_id"], strict=True))
    return streets, {text: numbers[key] for text, key in zip(names["text"], names["street"], strict=True)}


def _line_tables(found: StreetLines, ids: Mapping[str, int]) -> dict[str, pd.DataFrame]:
    pieces = straight_pieces(found.lines)
    segments = _of_streets(found.names, ids)[["line", "street_id"]].drop_duplicates()
    segments = segments.sort_values(["line", "street_id"]).reset_index(drop=True)
    line = segments["line"].to_numpy()
    middles = shapely.get_coordinates(shapely.line_interpolate_point(_single(found.lines), 0.5, normalized=True))
    segments = segments.assign(
        segment_id=line,
        from_node=found.nodes.start[line],
        to_node=found.nodes.end[line],
        length_m=shapely.length(found.lines)[line],
        mid_x=middles[line, 0],
        mid_y=middles[line, 1],
        zone=found.zone[line],
    )
    ranges = _ranges(found, ids)
    return {
        "segments": segments,
        "ranges": ranges.assign(segment_id=ranges["line"]),
        "pieces": numbered_pieces(pieces, ranges[["range_id", "street_id", "line", "low", "high", "ascends"]]),
        "lines": pieces.rename(columns={"line": "segment_id"}),
    }


def _single(lines: np.ndarray) -> np.ndarray:
    """Give the longest part of lines of several parts."""
    parts, of = shapely.get_parts(lines, return_index=True)
    order = np.lexsort((-shapely.length(parts), of))
    return parts[order][np.unique(of[order], return_index=True)[1]]


def _of_streets(frame: pd.DataFrame, ids: Mapping[str, int], key: str = "written") -> pd.DataFrame:
    """Add the street of each row's name; rows without one go."""
    numbered = frame.assign(street_id=frame[key].map(ids))
    return numbered[numbered["street_id"].notna()].astype({"street_id": "int64"})


def _ranges(found: StreetLines, ids: Mapping[str, int]) -> pd.DataFrame:
    street = found.ranges["written"].map(ids).fillna(-1).astype("int64")
    ascends, known = directions(found, street)
    ranges = found.ranges.assign(street_id=street, ascends=ascends, is_oriented=known)
    ranges = ranges[ranges["street_id"] >= 0]
    order = ["street_id", "number_prefix", "low", "high", "line", "side"]
    ranges = ranges.sort_values([*order, "zone", "is_oriented", "ascends"], ascending=[True] * 7 + [False] * 2)
    ranges = ranges.drop_duplicates([*order, "parity", "zone"]).reset_index(drop=True)
    return ranges.assign(range_id=np.arange(len(ranges)))


def _points(points: pd.DataFrame, ids: Mapping[str, int]) -> pd.DataFrame:
    """Keep each address once a zone: units of one building share its middle when they lie near each other."""
    numbered = _of_streets(points, ids)
    same = ["street_id", "number", "number_text", "zone"]
    grouped = numbered.groupby(same, sort=False)[["x", "y"]]
    spread = (grouped.transform("max") - grouped.transform("min")).max(axis=1)
    near = spread <= 100
    middle = numbered[near].groupby(same, as_index=False)[["x", "y"]].median()
    every = pd.concat([middle, numbered.loc[~near, [*same, "x", "y"]].drop_duplicates()], ignore_index=True)
    return every.sort_values([*same, "x", "y"]).reset_index(drop=True)


def _crossings(found: StreetLines, pairs: pd.DataFrame, ids: Mapping[str, int]) -> pd.DataFrame:
    met = cross_streets(found.nodes, _of_streets(found.names, ids)[["line", "street_id"]])
    given = _of_streets(_of_streets(pairs, ids, "written_a").rename(columns={"street_id": "a"}), ids, "written_b")
    given = given.rename(columns={"street_id": "b"})
    given = given[given["a"] != given["b"]]
    listed = pd.DataFrame(
        {"street_a": given[["a", "b"]].min(axis=1), "street_b": given[["a", "b"]].max(axis=1), "x": given["x"]}
    ).assign(y=given["y"])
    listed = listed.drop_duplicates().reset_index(drop=True)
    both = listed.reset_index().merge(met, on=["street_a", "street_b"], suffixes=("", "_met"))
    near = both[np.hypot(both["x"] - both["x_met"], both["y"] - both["y_met"]) <= _SAME_CROSSING_M]
    fresh = listed.drop(index=near["index"].unique())
    start = int(found.nodes.places["node"].max()) + 1 if len(found.nodes.places) else 0
    fresh = fresh.assign(node=start + np.arange(len(fresh)))
    every = pd.concat([met, fresh], ignore_index=True) if len(fresh) else met
    return every.sort_values(["street_a", "street_b", "node"]).reset_index(drop=True)
