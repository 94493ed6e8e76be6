"""The town of conftest.py as a city would publish it: layers, from which the same reference must come again."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

CRS = "EPSG:26915"


def _written(reference):
    return dict(reference.streets.to_pandas()[["street_id", "written"]].itertuples(index=False, name=None))


def street_frame(reference) -> gpd.GeoDataFrame:
    """One row a line, with both sides' numbers from the line's start to its end."""
    names = _written(reference)
    lines = reference.lines.to_pandas().set_index("segment_id")
    starts = reference.pieces.to_pandas().set_index("range_id")[["x0", "y0"]]
    rows = {}
    for one in reference.segments.to_pylist():
        at = lines.loc[one["segment_id"]]
        row = rows.setdefault(
            one["segment_id"],
            {
                "names": [],
                "zip": one["zone"],
                "f_node": one["from_node"],
                "t_node": one["to_node"],
                "geometry": shapely.LineString([(at["x0"], at["y0"]), (at["x1"], at["y1"])]),
            },
        )
        row["names"].append(names[one["street_id"]])
    for one in reference.ranges.to_pylist():
        row, at = rows[one["segment_id"]], lines.loc[one["segment_id"]]
        first, last = one["low"], one["high"]
        if tuple(starts.loc[one["range_id"]]) != (at["x0"], at["y0"]):
            first, last = last, first
        side = {"L": "left", "R": "right", "": "left"}[one["side"]]
        row[f"{side}_from"], row[f"{side}_to"] = first, last
    frame = pd.DataFrame(list(rows.values()))
    frame["street"] = frame["names"].str[0]
    frame["also"] = frame["names"].map(lambda listed: ";".join(listed[1:]))
    return gpd.GeoDataFrame(frame.drop(columns="names"), geometry="geometry", crs=CRS)


def point_frame(reference) -> gpd.GeoDataFrame:
    """One row an address."""
    points = reference.points.to_pandas()
    points["street"] = points["street_id"].map(_written(reference))
    shapes = gpd.points_from_xy(points["x"], points["y"])
    return gpd.GeoDataFrame(
        {"number": points["number_text"], "street": points["street"], "zip": points["zone"]}, geometry=shapes, crs=CRS
    )


def place_frame(reference) -> gpd.GeoDataFrame:
    """One row a place known by name."""
    places = reference.places.to_pandas()
    shapes = gpd.points_from_xy(places["x"], places["y"])
    columns = {
        "name": places["written"],
        "kind": places["kind"],
        "institution": places["is_institution"],
        "zip": places["zone"],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def route_frame(reference, table: str) -> gpd.GeoDataFrame:
    """One row a milepost or an exit, the route written with a hyphen."""
    rows = getattr(reference, table).to_pandas()
    rows["route"] = rows["route"].str.replace(" ", "-")
    return gpd.GeoDataFrame(rows.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(rows["x"], rows["y"]), crs=CRS)
