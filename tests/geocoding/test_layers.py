"""A file becomes a layer: odd rows are counted and left out, never a crash."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.geocoding.layers import in_system, joined_names, make_layer, working_system, zones

LINE = shapely.LineString([(-93.0, 42.0), (-93.0, 42.001)])


def streets(shapes, **columns):
    columns = {"name": ["Main St"] * len(shapes), **columns}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def codes(layer):
    return {note.code: note.rows for note in layer.notes}


def test_odd_shapes_are_counted_and_left_out():
    endless = shapely.LineString([(-93, 42), (np.inf, 42)])
    shapes = [LINE, None, shapely.LineString(), shapely.Point(-93, 42), endless]
    layer = make_layer(streets(shapes), kind="streets")
    assert len(layer.frame) == 1
    assert codes(layer) == {"read": None, "no_shape": 2, "not_a_line": 1, "bad_coordinates": 1}


def test_heights_are_dropped():
    high = shapely.LineString([(-93, 42, 100), (-93, 42.001, 110)])
    assert not make_layer(streets([high]), kind="streets").frame.geometry.has_z.any()


def test_feet_come_out_in_meters():
    feet = gpd.GeoDataFrame(
        {"name": ["Main St"]}, geometry=[shapely.LineString([(900000, 700000), (900000, 701000)])], crs="ESRI:102696"
    )
    moved, _ = in_system(make_layer(feet, kind="streets"), "EPSG:26915")
    assert moved.length.iloc[0] == pytest.approx(304.8, rel=1e-3)


def test_shapes_outside_the_system_are_counted():
    frame = streets([LINE, shapely.LineString([(-93, 42), (-93, 95)])])
    moved, notes = in_system(make_layer(frame, kind="streets"), "EPSG:26915")
    assert len(moved) == 1
    assert notes[0].code == "outside_crs"


WRITINGS = {
    "wkb": shapely.to_wkb,
    "wkt": shapely.to_wkt,
    "hex": lambda one: shapely.to_wkb(one, hex=True),
    "ewkt": lambda one: f"SRID=4326;{one.wkt}",
    "geojson": shapely.to_geojson,
}


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS)
def test_shapes_in_a_plain_column(write):
    frame = pd.DataFrame({"name": ["Main St", "Oak St"], "geometry": [write(LINE), None]})
    layer = make_layer(frame, kind="streets")
    assert layer.frame.geometry.iloc[0].equals(LINE)
    assert layer.frame.crs.to_epsg() == 4326
    assert codes(layer)["assumed_crs"] is None


def test_unreadable_shape_text_is_no_shape():
    frame = pd.DataFrame({"name": ["Main St", "Oak St"], "wkt": [LINE.wkt, "LINESTRING (broken"]})
    assert codes(make_layer(frame, kind="streets"))["no_shape"] == 1


@pytest.mark.parametrize("empty", ["", None])
def test_a_column_without_any_shape(empty):
    layer = make_layer(pd.DataFrame({"name": ["Main St", "Oak St"], "wkt": [empty, empty]}), kind="streets")
    assert codes(layer)["no_shape"] == 2


def test_a_stray_shape_does_not_change_what_the_coordinates_are():
    frame = pd.DataFrame({"name": "Main St", "wkt": [LINE.wkt] * 200 + ["LINESTRING (0 0, 5000000 1)"]})
    assert make_layer(frame, kind="streets").frame.crs.to_epsg() == 4326


def test_points_by_longitude_and_latitude_as_text():
    frame = pd.DataFrame({"number": ["1", "2", "3"], "street": "Oak St", "lon": ["-93", "", "x"], "lat": "42"})
    layer = make_layer(frame, kind="points")
    assert len(layer.frame) == 1
    assert codes(layer)["no_shape"] == 2


def test_points_at_zero_are_no_points():
    frame = pd.DataFrame({"number": [1], "street": ["Oak St"], "lon": [0.0], "lat": [0.0]})
    assert codes(make_layer(frame, kind="points"))["no_shape"] == 1


def test_meters_without_a_system_are_refused_with_what_to_do():
    frame = pd.DataFrame({"number": [1], "street": ["Oak St"], "x": [500000.0], "y": [4650000.0]})
    with pytest.raises(InputRejected, match="does not name the system of its coordinates. Give its crs"):
        make_layer(frame, kind="points")
    assert make_layer(frame, kind="points", crs="EPSG:26915").frame.crs.to_epsg() == 26915


def test_no_position_at_all():
    with pytest.raises(InputRejected, match="Map lon and lat, x and y, or geometry"):
        make_layer(pd.DataFrame({"number": [1], "street": ["Oak St"]}), kind="points")


def test_areas_give_the_point_inside_them():
    ring = shapely.box(-93, 42, -92.9, 42.1).difference(shapely.box(-92.99, 42.01, -92.91, 42.09))
    frame = gpd.GeoDataFrame({"place": ["City Park"]}, geometry=[ring], crs="EPSG:4326")
    assert make_layer(frame, kind="places").frame.geometry.iloc[0].within(ring)


def test_system_of_the_data_when_none_is_given():
    layer = make_layer(streets([LINE]), kind="streets")
    assert working_system([layer], None)[0] == "EPSG:32615"
    for other in ("EPSG:4326", "EPSG:2263"):  # degrees, feet
        chosen, notes = working_system([layer], other)
        assert chosen == "EPSG:32615"
        assert f"{other} is not in meters" in notes[0].what
    assert working_system([layer], "EPSG:26915") == ("EPSG:26915", [])


def test_a_few_rows_at_zero_do_not_move_the_zone():
    layer = make_layer(streets([LINE, LINE, shapely.LineString([(0, 0), (0, 0.001)])]), kind="streets")
    assert working_system([layer], None)[0] == "EPSG:32615"


@pytest.mark.parametrize("east", [-75, -89])
def test_latitude_before_longitude_is_refused_with_what_to_do(east):
    layer = make_layer(streets([shapely.LineString([(42, east), (42.001, east)])]), kind="streets")
    with pytest.raises(InputRejected, match="Longitude comes first"):
        working_system([layer], None)


def test_unknown_system():
    with pytest.raises(UsageError, match="names no known coordinate reference system"):
        working_system([make_layer(streets([LINE]), kind="streets")], "EPSG:1")


def test_parts_of_a_name_are_joined_in_order_and_said_once():
    frame = pd.DataFrame(
        {
            "predirection": ["N", "", "", "N"],
            "pretype": ["", "US HWY", "", ""],
            "name": ["MAIN", "61", "CROWN CT", "N MAIN"],
            "suffix": ["ST", "", "CT", "ST"],
            "postdirection": ["", "N", "", ""],
        }
    )
    assert joined_names(frame).tolist() == ["N MAIN ST", "US HWY 61 N", "CROWN CT", "N MAIN ST"]


def test_zones_prefer_the_side_and_zip_codes():
    frame = pd.DataFrame({"left_zip": ["50001", ""], "zip": ["50009", "0"], "city": ["", "Oak  Park"]})
    assert zones(frame, side="left").tolist() == ["50001", "OAK PARK"]
    assert zones(frame, side="right").tolist() == ["50009", "OAK PARK"]
