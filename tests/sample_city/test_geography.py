"""The plan: areas that tile the city, streets with ranges, draws that are what they say."""

from __future__ import annotations

import io
import json

import geopandas as gpd
import numpy as np
import pytest

from pcanalytics.sample_city import areas
from pcanalytics.sample_city.chance import below, counts, gammas, normals, pick, pick_by_group, stream, waits
from pcanalytics.sample_city.workbook import workbook

from .conftest import table_of


def shapes(committed, name: str) -> gpd.GeoDataFrame:
    """Read one layer in meters."""
    return gpd.read_file(io.BytesIO(committed[f"places/{name}.geojson"])).to_crs("EPSG:26915")


def test_beats_tile_districts_and_districts_the_city(committed):
    beats, districts, city = (shapes(committed, name) for name in ("beats", "districts", "boundary"))
    now = beats[beats["valid_to"].isna()]
    assert sorted(now["beat"]) == [f"{number:03d}" for number in range(1, 26) if number != 17]
    for _, district in districts.iterrows():
        mine = now[now["district"] == district["district"]]
        assert mine.area.sum() == pytest.approx(district.geometry.area, rel=1e-6)
        assert mine["residents"].sum() == district["residents"]
    assert districts.area.sum() == pytest.approx(city.area.sum(), rel=1e-6)
    assert districts["residents"].sum() == 180_000


def test_renamed_beat_follows_the_old_one(committed):
    beats = shapes(committed, "beats").set_index("beat")
    assert beats.loc["025", "follows"] == "017"
    assert beats.loc["025", "valid_from"] == beats.loc["017", "valid_to"]
    assert beats.loc["025"].geometry.equals(beats.loc["017"].geometry)


def test_city_lies_on_open_water(committed):
    west, south, east, north = gpd.read_file(io.BytesIO(committed["places/boundary.geojson"])).total_bounds
    assert -91.3 < west < east < -91.0
    assert 46.9 < south < north < 47.05


def test_streets_have_ranges_with_parity_and_share_crossings(committed):
    features = json.loads(committed["places/streets.geojson"])["features"]
    rows = [feature["properties"] for feature in features]
    numbered = [row for row in rows if "right_from" in row]
    assert len(numbered) > 4_000
    assert all(row["right_from"] % 2 == 0 and row["left_from"] % 2 == 1 for row in numbered)
    assert all(row["right_from"] <= row["right_to"] for row in numbered)
    nodes = [row[end] for row in rows for end in ("from_node", "to_node")]
    assert len(nodes) / len(set(nodes)) > 2.5


def test_address_points_lie_beside_their_street_within_its_range(committed):
    points = table_of(committed["places/address_points.csv.bz2"]).sample(300, random_state=1)
    streets = shapes(committed, "streets")
    away = []
    for _, point in points.iterrows():
        named = streets[
            (streets["street_name"] == point["street_name"]) & (streets["street_type"] == point["street_type"])
        ]
        number = int(point["house_number"])
        fits = named[
            (named[["left_from", "right_from"]].min(axis=1) <= number)
            & (named[["left_to", "right_to"]].max(axis=1) >= number)
        ]
        assert len(fits)
        away.append(fits.distance(gpd.points_from_xy([point["x"]], [point["y"]])[0]).min())
    assert np.median(away) == pytest.approx(13, abs=2)
    assert max(away) < 40


def test_rings_are_simple_and_counterclockwise():
    for ring in areas.beat_rings():
        corners = np.array(ring)
        following = np.roll(corners, -1, axis=0)
        assert (corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum() > 0
        assert len({tuple(corner) for corner in ring}) == len(ring)


def test_rings_that_do_not_join_are_refused():
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    far = [(u + 5, v) for u, v in square]
    with pytest.raises(ValueError, match="do not join into one outline"):
        areas.merge_rings([square, far])


def test_draws_have_the_moments_they_promise():
    rng = stream(1, "test")
    size = 200_000
    assert counts(rng, np.full(size, 3.0)).mean() == pytest.approx(3.0, abs=0.02)
    assert counts(rng, np.full(size, 3.0)).var() == pytest.approx(3.0, abs=0.05)
    assert counts(rng, np.full(2_000, 900.0)).mean() == pytest.approx(900, rel=0.01)
    assert normals(rng, size).std() == pytest.approx(1.0, abs=0.01)
    assert gammas(rng, size, 4).var() == pytest.approx(0.25, abs=0.01)
    assert waits(rng, size, 5.0).mean() == pytest.approx(5.0, abs=0.05)
    assert (pick(rng, size, (1, 0, 3)) == 2).mean() == pytest.approx(0.75, abs=0.01)
    assert set(below(rng, size, 3)) == {0, 1, 2}
    grouped = pick_by_group(rng, np.array([0, 1] * 1_000), np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert grouped.tolist() == [0, 1] * 1_000


def test_streams_do_not_touch_each_other():
    assert stream(1, "a").random() != stream(1, "b").random()
    assert stream(1, "a").random() == stream(1, "a").random()


def test_workbook_opens_in_a_reader_of_workbooks():
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook([["BANNER"], [], ["A", "B"], ["007", "1E5"]], "Staff")))["Staff"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [["A", "B"], ["007", "1E5"]]
