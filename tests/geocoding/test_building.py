"""Layers of the hand-made town give the hand-made reference again; odd layers give notes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.errors import InputRejected
from pcanalytics.geocoding.building import build_reference
from pcanalytics.geocoding.layers import make_layer

from .toy_layers import CRS, place_frame, point_frame, route_frame, street_frame


def build(*layers, **settings):
    return build_reference(layers, **{"name": "Town", "vintage": "2026", "crs": CRS, **settings})


@pytest.fixture(scope="module")
def built(toy_reference):
    streets = make_layer(street_frame(toy_reference), kind="streets", columns={"also_known_as": ["also"]}, name="roads")
    return build(
        streets,
        make_layer(point_frame(toy_reference), kind="points"),
        make_layer(place_frame(toy_reference), kind="places"),
        make_layer(route_frame(toy_reference, "mileposts"), kind="mileposts"),
        make_layer(route_frame(toy_reference, "exits"), kind="exits"),
        localities=["Toy Town", "Toytown"],
    )


def with_streets(reference, name):
    """Give a table with street keys for ids, which two references may number otherwise."""
    keys = dict(reference.streets.to_pandas()[["street_id", "street"]].itertuples(index=False, name=None))
    table = getattr(reference, name).to_pandas()
    for column in ("street_id", "street_a", "street_b"):
        if column in table:
            table[column] = table[column].map(keys)
    if name == "pieces":
        table["range_id"] = table["range_id"].map(
            {row["range_id"]: (row["street_id"], row["low"], row["side"]) for row in with_streets(reference, "ranges")}
        )
    if name == "crossings":
        table[["street_a", "street_b"]] = np.sort(table[["street_a", "street_b"]].to_numpy(dtype=object), axis=1)
    return table.to_dict("records")


def comparable(reference, name, *without):
    rows = [{key: value for key, value in row.items() if key not in without} for row in with_streets(reference, name)]
    return sorted(tuple(round(v, 3) if isinstance(v, float) else v for v in row.values()) for row in rows)


@pytest.mark.parametrize(
    ("table", "without"),
    [
        ("streets", ["street_id"]),
        ("segments", ["segment_id"]),
        ("points", []),
        ("crossings", []),
        ("places", []),
        ("mileposts", []),
        ("exits", []),
    ],
)
def test_layers_give_the_table_written_down_by_hand(toy_reference, built, table, without):
    assert comparable(built, table, *without) == comparable(toy_reference, table, *without)


def test_ranges_and_pieces_are_those_written_down_by_hand(toy_reference, built):
    """But for the one street that the town cannot orient, which this layer gives a side and a direction."""

    def of(reference, table):
        rows = [
            {key: value for key, value in row.items() if key not in ("segment_id", "is_oriented")}
            for row in with_streets(reference, table)
            if row["street_id"] != "|ELM|ST|"
        ]
        if table == "ranges":
            rows = [{key: value for key, value in row.items() if key != "range_id"} for row in rows]
        return sorted(tuple(row.values()) for row in rows)

    assert of(built, "ranges") == of(toy_reference, "ranges")
    assert of(built, "pieces") == of(toy_reference, "pieces")
    assert all(built.ranges["is_oriented"].to_pylist())


def test_locality_names_are_tidied(toy_reference, built):
    assert built.localities == toy_reference.localities


def test_row_order_does_not_change_what_is_there(toy_reference, built):
    frame = street_frame(toy_reference).sample(frac=1, random_state=5)
    again = build(make_layer(frame, kind="streets", columns={"also_known_as": ["also"]}))
    for table in ("streets", "segments", "crossings"):
        kept = [row for row in comparable(built, table, "segment_id", "street_id")]
        assert comparable(again, table, "segment_id", "street_id") == kept


def test_nodes_from_shapes_give_the_same_crossings(toy_reference, built):
    columns = {"also_known_as": ["also"], "from_node": [], "to_node": []}
    again = build(make_layer(street_frame(toy_reference), kind="streets", columns=columns))
    assert comparable(again, "crossings", "node") == comparable(built, "crossings", "node")


def test_one_row_a_side_is_one_line(toy_reference, built):
    frame = street_frame(toy_reference)
    left = frame.assign(right_from=None, right_to=None)
    right = frame.assign(left_from=None, left_to=None)
    again = build(
        make_layer(pd.concat([left, right], ignore_index=True), kind="streets", columns={"also_known_as": ["also"]})
    )
    assert comparable(again, "segments", "segment_id") == comparable(built, "segments", "segment_id")
    assert again.ranges.num_rows == built.ranges.num_rows


def test_geographic_layer_comes_out_in_meters(toy_reference, built):
    degrees = street_frame(toy_reference).to_crs("EPSG:4326")
    again = build(make_layer(degrees, kind="streets", columns={"also_known_as": ["also"]}), crs=None)
    assert again.crs == "EPSG:32615"
    assert {note.code for note in again.notes} >= {"chosen_crs"}
    assert sorted(again.segments["length_m"].to_pylist()) == pytest.approx(
        sorted(built.segments["length_m"].to_pylist()), rel=1e-4
    )


def test_railroads_and_creeks_of_tiger_are_left_out():
    shapes = [shapely.LineString([(500000 + 100 * n, 4650000), (500090 + 100 * n, 4650000)]) for n in range(3)]
    frame = gpd.GeoDataFrame(
        {
            "FULLNAME": ["Main St", "Mill Crk", None],
            "MTFCC": ["S1400", "H3010", "S1400"],
            "LFROMADD": ["101", None, None],
            "LTOADD": ["199", None, None],
            "RFROMADD": None,
            "RTOADD": None,
            "ZIPL": ["50001", None, None],
            "ZIPR": None,
        },
        geometry=shapes,
        crs=CRS,
    )
    made = build(make_layer(frame, kind="streets", layout="tiger_edges", name="edges.shp"))
    assert made.streets["street"].to_pylist() == ["|MAIN|ST|"]
    counts = {note.code: note.rows for note in made.notes}
    assert (counts["no_road"], counts["no_name"]) == (1, 1)
    assert made.ranges["zone"].to_pylist() == ["50001"]


def test_line_listed_once_a_name_stands_under_each():
    line = shapely.LineString([(500000, 4650000), (500100, 4650000)])
    frame = gpd.GeoDataFrame(
        {"FULLNAME": ["US Hwy 61", "Main St"], "LFROMHN": ["101", "101"], "LTOHN": ["199", "199"]},
        geometry=[line, line],
        crs=CRS,
    )
    made = build(make_layer(frame, kind="streets", layout="tiger_addrfeat"))
    assert made.segments["segment_id"].to_pylist() == [0, 0]
    assert [row["street_id"] for row in with_streets(made, "ranges")] == ["|MAIN|ST|", "|US HWY 61||"]
    assert dict(zip(made.streets["street"].to_pylist(), made.streets["is_route"].to_pylist(), strict=True)) == {
        "|MAIN|ST|": False,
        "|US HWY 61||": True,
    }
    assert made.crossings.num_rows == 0


def test_parts_and_heights_of_a_line_are_one_street():
    parts = shapely.MultiLineString(
        [[(500050, 4650000, 7), (500100, 4650000, 8)], [(500000, 4650000, 9), (500050, 4650000, 7)]]
    )
    frame = gpd.GeoDataFrame({"name": ["Main St"], "from": [101], "to": [199]}, geometry=[parts], crs=CRS)
    made = build(make_layer(frame, kind="streets"))
    pieces = made.pieces.to_pylist()
    assert [(piece["low"], piece["x0"], piece["high"], piece["x1"]) for piece in pieces] == [
        (101, 500000, 150, 500050),
        (150, 500050, 199, 500100),
    ]


def test_national_address_database_points():
    frame = pd.DataFrame(
        {
            "Add_Number": ["6789", "120", "41", "", "8085"],
            "AddNum_Pre": ["N", "", "30-", "", "W180N"],
            "AddNum_Suf": ["", "1/2", "", "", ""],
            "St_PreDir": ["", "North", "", "", ""],
            "St_PreTyp": ["County Road", "", "", "", ""],
            "St_Name": ["W", "Main", "31st", "Oak", "Town Hall"],
            "St_PosTyp": ["", "Street", "Street", "Street", "Road"],
            "Zip_Code": ["53001", "53001-1234", "11102", "53001", ""],
            "Inc_Muni": ["Unincorporated", "", "", "", "Lisbon"],
            "Longitude": ["-93.0"] * 5,
            "Latitude": ["42.0"] * 5,
        }
    )
    made = build(make_layer(frame, kind="points", layout="nad", name="nad.csv"))
    rows = with_streets(made, "points")
    assert sorted((row["street_id"], row["number"], row["number_text"], row["zone"]) for row in rows) == [
        ("N|MAIN|ST|", 120, "120 1/2", "53001"),
        ("|31ST|ST|", 41, "30-41", "11102"),
        ("|CR W||", 6789, "N6789", "53001"),
        ("|TOWN HALL|RD|", 8085, "W180N8085", "LISBON"),
    ]
    assert [note.rows for note in made.notes if "house number" in note.what] == [1]


def test_units_of_a_building_are_one_point_and_far_ones_stay_apart():
    frame = pd.DataFrame(
        {
            "number": ["12", "12", "12", "14", "14"],
            "street": "Oak St",
            "x": [500000.0, 500010, 500020, 500000, 503000],
            "y": 4650000.0,
        }
    )
    made = build(make_layer(frame, kind="points", crs=CRS))
    assert made.points.select(["number", "x"]).to_pandas().values.tolist() == [
        [12, 500010],
        [14, 500000],
        [14, 503000],
    ]


def test_given_intersections_add_what_the_lines_do_not_have(toy_reference, built):
    crossing = built.crossings.to_pylist()[0]
    written = {row["street_id"]: row["written"] for row in built.streets.to_pylist()}
    near = (written[crossing["street_b"]], written[crossing["street_a"]], crossing["x"] + 5, crossing["y"])
    new = ("ELM ST", "PARK ST", 500000.0, 4651000.0)
    frame = pd.DataFrame([near, new], columns=["street_1", "street_2", "x", "y"])
    made = build(
        make_layer(street_frame(toy_reference), kind="streets", columns={"also_known_as": ["also"]}),
        make_layer(frame, kind="intersections", crs=CRS),
    )
    assert made.crossings.num_rows == built.crossings.num_rows + 1


def test_queue_rows_nobody_filled_in_are_passed_over(toy_reference):
    queue = pd.DataFrame(
        {
            "written": ["pier 3", "the mall", "somewhere", "written", "pier 3"],
            "means": ["", "210 Oak St", "", "means", ""],
            "lon": ["-93", "", "", "lon", "-93.1"],
            "lat": ["42", "", "", "lat", "42"],
            "records": ["9", "5", "4", "records", "1"],
        }
    )
    made = build(make_layer(place_frame(toy_reference), kind="places"), aliases=queue)
    rows = made.aliases.to_pylist()
    assert [(row["written"], row["means"]) for row in rows] == [("PIER 3", None), ("THE MALL", "210 OAK ST")]
    assert rows[0]["x"] == pytest.approx(491716, abs=50)  # the last row of a string holds
    assert rows[1]["x"] is None


def test_alias_off_the_earth_is_refused_by_row(toy_reference):
    queue = pd.DataFrame({"written": ["A", "B"], "lon": ["-93", "42"], "lat": ["42", "-193"]})
    with pytest.raises(InputRejected, match="lon and lat are no place on earth .1 row, first at row 2"):
        build(make_layer(place_frame(toy_reference), kind="places"), aliases=queue)


def test_alias_file_without_written():
    layer = make_layer(pd.DataFrame({"place": ["A"], "lon": [-93.0], "lat": [42.0]}), kind="places")
    with pytest.raises(InputRejected, match="no column 'written'"):
        build(layer, aliases=pd.DataFrame({"raw": ["A"]}))


def test_layers_without_a_usable_row_are_refused_with_why():
    frame = gpd.GeoDataFrame({"name": ["Main St"]}, geometry=[None], crs=CRS)
    with pytest.raises(InputRejected, match="(?s)no layer has a row that can be used.*rows without a shape"):
        build(make_layer(frame, kind="streets", name="roads"))


def test_messages_hold_no_value_of_a_row(toy_reference, built):
    said = " ".join(map(str, built.notes))
    assert "BROADWAY" not in said
    assert "HOSPITAL" not in said.upper()
