"""Strings that seem to be at one place and are at another, or at none: the town is made to tempt."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pcanalytics.errors import InputRejected
from pcanalytics.geocoding import build_reference, geocode
from pcanalytics.geocoding.layers import make_layer
from pcanalytics.geocoding.named import highway_places
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.streets import likeness

CRS = "EPSG:26915"
EAST, NORTH = 500000.0, 4650000.0


def _at(places: list[tuple[float, float]]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(EAST + x, NORTH + y) for x, y in places], crs=CRS)


def _streets(rows: list[tuple[str, int | str, int | str, float, float, float, float]]) -> gpd.GeoDataFrame:
    """One row a line: name, numbers from and to, and both ends in meters."""
    lines = [shapely.LineString([(EAST + a, NORTH + b), (EAST + c, NORTH + d)]) for *_, a, b, c, d in rows]
    columns = pd.DataFrame([row[:3] for row in rows], columns=["fullname", "from", "to"])
    return gpd.GeoDataFrame(columns.assign(parity="B"), geometry=lines, crs=CRS)


def _points(rows: list[tuple[str, str, float, float]]) -> gpd.GeoDataFrame:
    numbers, streets, x, y = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"number": numbers, "street": streets}, geometry=_at(list(zip(x, y, strict=True))))


def _marks(what: str, rows: list[tuple[str, object, str, float, float]]) -> gpd.GeoDataFrame:
    routes, marks, directions, x, y = zip(*rows, strict=True)
    columns = {"route": routes, what: [str(mark) for mark in marks], "direction": directions}
    return gpd.GeoDataFrame(columns, geometry=_at(list(zip(x, y, strict=True))))


@pytest.fixture(scope="module")
def town() -> Reference:
    streets = _streets(
        [
            ("N MAIN ST", 100, 199, 0, 0, 0, 100),
            ("N MAIN ST", 1200, 1299, 0, 1100, 0, 1200),
            ("1ST ST", 100, 499, 5000, 0, 5400, 0),
            ("2ND ST", 100, 499, 5000, 80, 5400, 80),
            ("CROSS ST", 100, 199, 5100, -90, 5100, -8),
            ("W LAKE AVE", 100, 199, 8000, 0, 8100, 0),
            ("BROOK ST", 100, 199, 9000, 0, 9100, 0),
            ("ELM ST", 100, 199, 10000, 0, 10100, 0),
            ("E MAPLE ST", 100, 199, 0, 0, 100, 0),
            ("ELM PL", 700, 799, 13000, 0, 13100, 0),
            ("20TH ST", 100, 499, 14000, 0, 14400, 0),
            ("165TH ST", 100, 199, 17000, 0, 17100, 0),
            ("DELMONTE ST", 100, 199, 18000, 0, 18100, 0),
            ("32ND ST", "33-01", "33-99", 19000, 0, 19100, 0),
            ("E WEST FORK RD", 100, 199, 21000, 0, 21100, 0),
            ("S MAIN ST", 100, 199, 0, 0, 0, -100),
            ("FORE ST", 100, 199, 11000, 0, 11100, 0),
            ("EMBANKMENT DR", 100, 199, 22000, 0, 22100, 0),
        ]
    )
    points = [
        (f"{block}-{number:02d}", "31ST ST", (block - 30) * 150 + 2 * number, 20000.0)
        for block in range(30, 36)
        for number in range(1, 60, 2)
        if (block, number) != (33, 41)
    ]
    points += [(f"N{number}", "CTY RD W", 15000.0, number - 5100.0) for number in range(5100, 5300, 10)]
    points += [("141", "CTY RD W", 16000.0, 0.0), ("145", "CTY RD W", 16000.0, 4.0)]
    mileposts = [("SR 99", mile, "N", 0.0, (mile - 10) * 1609.0) for mile in (10, 11, 12)]
    mileposts += [("SR 99", mile, "N", 0.0, 60000 + (mile - 10) * 1609.0) for mile in (10, 11)]
    mileposts += [
        ("US-27", mile, way, at, (mile - 5) * 1609.0) for mile in (5, 6) for way, at in (("NB", 500.0), ("SB", 540.0))
    ]
    exits = [("I 95", "10A", "", 0.0, 0.0), ("I 95", "10B", "", 0.0, 300.0), ("I 95", "12", "", 0.0, 4000.0)]
    exits += [("I 95", "12", "", 0.0, 9000.0)]
    layers = [
        make_layer(streets, kind="streets"),
        make_layer(_points(points), kind="points"),
        make_layer(_marks("milepost", mileposts), kind="mileposts"),
        make_layer(_marks("exit", exits), kind="exits"),
        make_layer(
            gpd.GeoDataFrame({"place": ["Kings Plaza", "Pier 33", "Zoo"]}, geometry=_at([(700.0, 700.0)] * 3)),
            kind="places",
        ),
    ]
    return build_reference(
        layers, name="Tempting town", vintage="2026", crs=CRS, localities=["Tempting"], aliases=_aliases()
    )


def _aliases() -> pd.DataFrame:
    rows = [
        ("MAIN DRAG", "N MAIN ST", "", ""),
        ("TRANSIENT", "", "-93.0", "42.0"),
        ("UNKNOWN", "150 ELM ST", "", ""),
        ("SAFE HARBOR (CONFIDENTIAL)", "150 ELM ST", "", ""),
        ("SAFE HARBOR *", "150 ELM ST", "", ""),
        ("BLUE DOORS", "RED DOORS", "", ""),
        ("RED DOORS", "BLUE DOORS", "", ""),
    ]
    return pd.DataFrame(rows, columns=["written", "means", "lon", "lat"])


def find(written: str, town: Reference) -> pd.Series:
    one = geocode(pd.Series([written]), town).iloc[0]
    return pd.concat([one, pd.Series({"east": one["x"] - EAST, "north": one["y"] - NORTH})])


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1ST ST & 2ND ST", "no_crossing"),  # side by side, 80 m apart
        ("150 WESTBROOK ST", "no_street"),  # not BROOK ST
        ("150 EASTLAKE AVE", "no_street"),  # not W LAKE AVE
        ("150 BROOKWEST ST", "no_street"),  # not BROOK ST, as MIDWEST is not MID
        ("150 FOREST CT", "no_street"),  # not FORE ST
        ("12OO N MAIN ST", "no_number"),  # letters, not 12
        ("120O N MAIN ST", "no_number"),  # not 120
        ("150-1250 N MAIN ST", "no_number"),  # far apart: neither end
        ("S5110 CTY RD W", "no_number"),  # not N5110
        ("N141 CTY RD W", "no_number"),  # not 141
        ("36-41 31ST ST", "no_number"),  # no number of another block
        ("41 31ST ST", "no_number"),
        ("1/2 ELM ST", "no_number"),  # not 2
        ("0 BLOCK 32ND ST", "no_number"),  # not that of 33-01
        ("150 20TH AVE", "too_risky"),  # another suffix of a numbered name
        ("750 ELM ST", "too_risky"),  # ELM PL has it, elsewhere
        ("230 ELM AVE", "no_number"),  # a street guessed must have the number itself
        ("150 156TH ST", "no_street"),  # digits are not letters astray
        ("150 BELMONTE ST", "no_street"),  # nor is the first letter
        ("PIER 35", "no_place"),
        ("ZOE", "no_place"),
        ("0 ELM ST", "no_number"),  # not the first number
        ("5000 FT N OF E MAPLE ST ON N MAIN ST", "no_crossing"),  # the street does not go so far
        ("TEMPTING", "area_only"),
        ("TEMPTING, IA 50001", "area_only"),
        ("TRANSIENT", "transient"),  # whatever an alias says
        ("UNKNOWN", "unknown"),
        ("SAFE HARBOR (CONFIDENTIAL)", "confidential"),
        ("SAFE HARBOR 3 CONFIDENTIAL", "confidential"),
        ("MAIN DRAG", "street_only"),
        ("BLUE DOORS", "no_place"),  # a meaning is not looked up again
    ],
)
def test_what_only_seems_to_be_there_is_not_placed(town, written, reason):
    found = find(written, town)
    assert (found["status"], found["reason"]) == ("U", reason)
    assert found[["x", "y", "lon", "lat"]].isna().all()


@pytest.mark.parametrize(
    ("written", "east", "north", "within"),
    [
        ("33-40 31ST ST", 530, 20000, 10),  # between its neighbors of its own block
        ("33-41 31ST ST", 532, 20000, 10),
        ("33-39 31ST ST 4F", 528, 20000, 1),
        ("N5113 CTY RD W", 15000, 13, 5),
        ("5110 CTY RD W", 15000, 10, 5),  # the letter left out
        ("143 CTY RD W", 16000, 2, 5),
        ("1ST ST & CROSS ST", 5100, 0, 20),  # CROSS ST ends a few meters before it
        ("150 WESTLAKE AVE", 8050, 0, 5),
        ("1200-1299 N MAIN ST", 0, 1150, 5),
        ("1230-1250 N MAIN ST", 0, 1130, 40),
        ("200 FT N OF E MAPLE ST ON MAIN ST", 0, 61, 2),  # S MAIN ST does not go north
        ("33-00 BLOCK 32ND ST", 19050, 0, 10),
        ("150 DELMONTEE ST", 18050, 0, 10),
        ("150 ELM ST PLAZA", 10050, 0, 10),
        ("150 WEST FORK RD", 21050, 0, 10),  # E WEST FORK RD: the W belongs to the name
        ("KINGS PLAZA", 700, 700, 1),  # a street by its last word, a place by its name
        ("150 MAIN DRAG", 0, 51, 5),
        ("SAFE HARBOR 3", 10050, 0, 10),
    ],
)
def test_what_is_there_is_found_for_the_right_reason(town, written, east, north, within):
    found = find(written, town)
    assert found["status"] == "M"
    assert abs(found["east"] - east) + abs(found["north"] - north) <= within


def test_mileposts_that_begin_anew_in_each_county_are_a_tie(town):
    found = find("SR 99 MM 10.5", town)
    assert (found["status"], found["candidates"]) == ("T", 2)
    alone = find("SR 99 MM 11.5", town)  # only one county goes on so far
    assert alone["status"] == "M"
    assert alone["north"] == pytest.approx(1.5 * 1609, abs=2)


def test_the_direction_of_travel_chooses_the_roadway_and_a_us_route_has_mileposts(town):
    assert find("US 27 NB MM 5", town)["east"] == pytest.approx(500, abs=1)
    assert find("US 27 S MM 5.5", town)["east"] == pytest.approx(540, abs=1)
    assert find("HWY 27 MM 5", town)["east"] == pytest.approx(520, abs=1)  # another word for it, neither roadway


def test_two_exits_of_one_number_far_apart_are_a_tie_and_the_parts_of_one_are_not(town):
    assert find("I-95 EXIT 12", town)["status"] == "T"
    assert find("I-95 EXIT 10", town)["north"] == pytest.approx(150, abs=1)


def test_a_route_that_is_not_there_has_no_place(town):
    assert len(highway_places([0], ["I 5"], [None], [10.0], town.mileposts)) == 0


@pytest.mark.parametrize(("lon", "lat"), [("0", "0"), ("93.0", "42.0"), ("-42.0", "-42.0")])
def test_a_correction_far_from_everything_is_a_slip_and_refused(lon, lat):
    streets = make_layer(_streets([("ELM ST", 100, 199, 0, 0, 100, 0)]), kind="streets")
    rows = pd.DataFrame({"written": ["A", "B"], "means": ["1 ELM ST", ""], "lon": ["", lon], "lat": ["", lat]})
    with pytest.raises(InputRejected, match=r"over 100 km from the reference \(1 row, first at row 2\)"):
        build_reference([streets], name="Town", vintage="2026", crs=CRS, aliases=rows)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("BELMONT", "DELMONT"),
        ("156TH", "165TH"),
        ("HAYES", "HAWES"),
        ("PIKE", "PIKES"),
        ("ADAM", "ADEM"),
        ("BROWNLEE", "BRAWNLEY"),
    ],
)
def test_names_too_short_or_too_different_are_not_one_misspelled(name, other):
    assert likeness(name, other) is None
    assert likeness(other, name) is None


def test_an_area_that_holds_two_places_of_a_tie_settles_nothing(toy_reference):
    both = gpd.GeoDataFrame(geometry=[shapely.box(-1000, -1000, 1000, 1000)], index=["ALL"])
    both["geometry"] = both.geometry.translate(EAST, NORTH)
    found = geocode(pd.Series(["150 PARK ST"]), toy_reference, areas=pd.Series(["ALL"]), drawn=both.set_crs(CRS))
    assert found["status"].tolist() == ["T"]
    assert found[["x", "lon"]].isna().all(axis=None)


def test_a_direction_joined_to_the_end_of_a_long_name_is_read(town):
    found = geocode(pd.Series(["150 EMBANKMENTNORTH DR"]), town).iloc[0]
    assert (found["status"], found["matched_as"]) == ("M", "150 EMBANKMENT DR")
