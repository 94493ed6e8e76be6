"""A city's reference in another layout works by its settings alone: no code knows either layout.

The made-up city's streets are written again as a county might publish them: other column names, the whole name in lower
case in one column, the lowest and highest number of both sides together, no side, no zip code, no node ids, half of the
lines drawn backward, WKB in a plain Parquet file.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.geocoding.placing import geocode
from pcanalytics.store import open_workspace, sample_workspace
from pcanalytics.store.reference_file import read_reference_file, reference_of
from pcanalytics.workflows.geocoding_reference import open_reference

SETTINGS = """
name = "Second layout"
vintage = 2026
localities = "Alder Falls"

[[streets]]
path = "county_ranges.parquet"
columns = { street = "full_nm", from = "lo_hn", to = "hi_hn", geometry = "shp" }

[[places]]
path = "poi.csv"
columns = { place = "poi", kind = "what", lon = "e", lat = "n" }
"""


def _second_layout(folder, places):
    city = gpd.read_file(places.streets).to_crs("EPSG:4326")
    parts = city[["predirection", "street_name", "street_type"]].fillna("").agg(" ".join, axis=1)
    numbers = city[["left_from", "left_to", "right_from", "right_to"]].replace(0, np.nan)
    backward = np.random.default_rng(7).random(len(city)) < 0.5
    shapes = np.where(backward, shapely.reverse(city.geometry.values), city.geometry.values)
    frame = pd.DataFrame(
        {
            "objectid": range(len(city)),
            "full_nm": parts.str.split().str.join(" ").str.lower(),
            "lo_hn": numbers.min(axis=1),
            "hi_hn": numbers.max(axis=1),
            "shp": shapely.to_wkb(shapes),
        }
    )
    frame.sample(frac=1, random_state=3).to_parquet(folder / "county_ranges.parquet")
    marks = gpd.read_file(places.landmarks).to_crs("EPSG:4326")
    pd.DataFrame(
        {"poi": marks["name"].str.title(), "what": marks["kind"], "e": marks.geometry.x, "n": marks.geometry.y}
    ).to_csv(folder / "poi.csv", index=False)
    (folder / "county.toml").write_text(SETTINGS, encoding="utf-8")
    return folder / "county.toml"


@pytest.fixture(scope="module")
def workspace():
    return open_workspace(sample_workspace())


@pytest.fixture(scope="module")
def first(workspace, tmp_path_factory):
    return open_reference(reference_of(workspace), cache=tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def second(workspace, tmp_path_factory):
    folder = tmp_path_factory.mktemp("second")
    settings = _second_layout(folder, workspace.places)
    return open_reference(read_reference_file(settings), cache=folder / "cache")


def _crossings(reference):
    keys = reference.streets["street"].to_pylist()
    pairs = zip(reference.crossings["street_a"].to_pylist(), reference.crossings["street_b"].to_pylist(), strict=True)
    return {frozenset((keys[a], keys[b])) for a, b in pairs}


def test_same_streets_and_crossings(first, second):
    with_lines = set(first.segments["street_id"].to_pylist())
    keys = {key for number, key in enumerate(first.streets["street"].to_pylist()) if number in with_lines}
    assert set(second.streets["street"].to_pylist()) == keys
    assert len(_crossings(first) & _crossings(second)) / len(_crossings(first)) > 0.999
    assert len(_crossings(second) - _crossings(first)) / len(_crossings(first)) < 0.01


def test_works_in_the_zone_of_the_data_and_says_what_it_assumed(second):
    assert second.crs == "EPSG:32615"
    assert {note.code for note in second.notes} >= {"read", "chosen_crs", "assumed_crs", "both_sides", "direction_told"}
    assert second.localities == ("ALDER FALLS",)


def test_direction_of_numbers_comes_back(second):
    assert np.mean(second.ranges["is_oriented"].to_pylist()) > 0.95


def test_institutions_are_told_by_their_kind(first, second):
    def marked(reference):
        places = reference.places.to_pandas()
        return set(places.loc[places["is_institution"], "place"])

    assert marked(second) == marked(first)


def test_addresses_are_found_where_they_truly_are(workspace, second):
    points = pd.read_csv(workspace.places.address_points, dtype={"house_number": "str"}, keep_default_na=False)
    asked = points.sample(4000, random_state=11).reset_index(drop=True)
    written = asked[["house_number", "predirection", "street_name", "street_type"]].agg(" ".join, axis=1)
    written = written.str.split().str.join(" ")
    found = geocode(written, second)
    truth = gpd.GeoSeries(gpd.points_from_xy(asked["x"], asked["y"]), crs=workspace.crs).to_crs(second.crs)
    error = np.hypot(found["x"] - truth.x, found["y"] - truth.y)
    placed = found["status"] == "M"
    assert placed.mean() >= 0.97
    assert error[placed].median() < 40
    assert (error[placed] > 500).mean() < 0.01


def test_crossings_and_places_are_found(second):
    a, b = sorted(next(iter(sorted(map(tuple, map(sorted, _crossings(second)))))))
    crossing = " & ".join(" ".join(part for part in key.split("|") if part) for key in (a, b))
    found = geocode(pd.Series([crossing, "Sorrel County Jail", "HOMELESS"]), second)
    assert found["match_type"].tolist()[:2] == ["intersection", "place"]
    assert found["is_institution"].tolist()[1]
    assert found["status"].tolist()[2] == "U"
