"""Which way numbers run is told from neighbors, and how often that is right is measured on a real city."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.geocoding.layers import make_layer
from pcanalytics.geocoding.orientation import is_recorded
from pcanalytics.geocoding.street_lines import directions, street_lines

CRS = "EPSG:32610"


def told(drawn, low, high, names=None):
    """Orient a layer that gives the lowest and highest number of each line and draws some lines backward."""
    names = ["a st"] * len(drawn) if names is None else names
    frame = gpd.GeoDataFrame(
        {"name": names, "from": low, "to": high}, geometry=[shapely.LineString(one) for one in drawn], crs=CRS
    )
    found = street_lines([make_layer(frame, kind="streets")], CRS)
    ascends, known = directions(found, found.ranges["written"].astype("category").cat.codes)
    order = found.ranges["line"].argsort(kind="stable")
    return np.where(known, np.where(ascends, 1, -1), 0)[order].tolist(), found


def test_numbers_rise_toward_the_neighbor_with_higher_ones():
    drawn = [[(0, 0), (90, 0)], [(200, 0), (90, 0)], [(200, 0), (300, 0)], [(400, 0), (300, 0)]]
    found, made = told(drawn, [101, 201, 301, 401], [199, 299, 399, 499])
    assert found == [1, -1, 1, -1]
    assert "direction_told" in {note.code for note in made.notes}


def test_street_with_a_gap_is_told_from_the_other_side_of_it():
    drawn = [[(0, 0), (100, 0)], [(400, 0), (300, 0)], [(0, 50), (100, 50)], [(200, 50), (100, 50)]]
    names = ["a st", "a st", "b st", "b st"]
    assert told(drawn, [101, 401, 101, 201], [199, 499, 199, 299], names)[0] == [1, -1, 1, -1]


def test_the_longer_the_lines_the_wider_the_gap_across_which_they_tell():
    mile = 1609
    drawn = [[(0, 0), (mile, 0)], [(3 * mile, 0), (2 * mile, 0)], [(9 * mile, 0), (9 * mile + 100, 0)]]
    assert told(drawn, [10000, 11000, 19000], [10498, 11498, 19098])[0] == [1, -1, 0]


def test_a_line_alone_is_not_told():
    drawn = [[(0, 0), (100, 0)], [(200, 0), (100, 0)], [(900, 900), (999, 900)]]
    found, made = told(drawn, [101, 201, 1], [199, 299, 99], ["a st", "a st", "b st"])
    assert found == [1, -1, 0]


def test_a_layer_with_falling_ranges_says_it_itself():
    drawn = [[(0, 0), (100, 0)], [(200, 0), (100, 0)]]
    found, made = told(drawn, [101, 299], [199, 201])
    assert found == [1, -1]
    assert "direction_told" not in {note.code for note in made.notes}


def test_a_layer_drawn_the_way_numbers_rise_is_believed():
    assert is_recorded(np.zeros(100, bool), np.array([1] * 95 + [-1] * 5))
    assert not is_recorded(np.zeros(100, bool), np.array([1] * 60 + [-1] * 40))
    assert is_recorded(np.zeros(0, bool), np.zeros(0, int))


@pytest.mark.parametrize("one_row_a_side", [False, True])
def test_real_city_that_lost_its_direction_gets_it_back(shared_data, one_row_a_side):
    city = gpd.read_parquet(shared_data("geocode") / "sf_streets_2014.parquet").to_crs(CRS)
    backward = np.random.default_rng(4).random(len(city)) < 0.5
    shapes = np.where(backward, shapely.reverse(city.geometry.values), city.geometry.values)
    names = (city["STREET"] + " " + city["ST_TYPE"].fillna("")).str.strip().str.lower()
    sides = [["LF_FADD", "LF_TOADD"], ["RT_FADD", "RT_TOADD"]]
    groups = sides if one_row_a_side else [sides[0] + sides[1]]
    numbers = [city[columns].replace(0, np.nan).agg(["min", "max"], axis=1) for columns in groups]
    frames = [
        gpd.GeoDataFrame({"name": names, "from": one["min"], "to": one["max"]}, geometry=shapes, crs=CRS)
        for one in numbers
    ]
    found = street_lines([make_layer(pd.concat(frames, ignore_index=True), kind="streets")], CRS)
    ascends, known = directions(found, found.ranges["written"].astype("category").cat.codes)
    start = {tuple(shapely.get_coordinates(one)[:2].ravel().round(2)) for one in shapes[~backward]}
    drawn = np.array([tuple(shapely.get_coordinates(one)[:2].ravel().round(2)) in start for one in found.lines])
    right = ascends == drawn[found.ranges["line"].to_numpy()]
    assert known.mean() > 0.93
    assert right[known].mean() > 0.99
