"""C-27 on the map: coordinates that cannot be right are not drawn, and the map says how many and why."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pcanalytics.briefing.points import map_points
from pcanalytics.workflows.held_points import HELD_WORDS, hold_wrong_points

CRS = "EPSG:26915"
CITY = {"districts": gpd.GeoDataFrame(geometry=[shapely.box(490_000, 4_640_000, 510_000, 4_660_000)], crs=CRS)}
AS_OF = pd.Timestamp("2026-11-23")

#: What was recorded, and what the map says of it.
RECORDED = {
    (500_000.0, 4_650_000.0): "",
    (4_650_000.0, 500_000.0): "with x and y in each other's place",
    (-93.0, 42.0): "with coordinates of another system",
    (1_640_419.9, 15_255_905.5): "with coordinates of another system",
    (900_000.0, 4_650_000.0): "far outside the city",
    (511_000.0, 4_650_000.0): "",
    (None, None): "",
}


@pytest.fixture
def offenses() -> pd.DataFrame:
    frame = pd.DataFrame(list(RECORDED), columns=["x", "y"], dtype="Float64")
    return frame.assign(
        incident_id=[str(n) for n in range(len(frame))],
        offense="robbery",
        count=1,
        occurred_from=pd.Timestamp("2026-11-20"),
        address="1 OAK ST",
        located=frame["x"].notna(),
    )


def test_c27_held_with_words(offenses):
    held = hold_wrong_points(offenses, CITY, crs=CRS)
    assert held["held"].fillna("").tolist() == list(RECORDED.values())
    assert held["x"].isna().tolist() == [False, True, True, True, True, False, True]
    assert held["located"].tolist() == [True, False, False, False, False, True, False]
    assert len(held) == len(offenses)
    assert set(RECORDED.values()) - {""} == set(HELD_WORDS.values())


def test_c27_the_map_counts_what_it_does_not_draw(offenses):
    groups = {"Robbery": ["robbery"]}
    frame = (490_000.0, 4_640_000.0, 510_500.0, 4_660_000.0)
    points = map_points(hold_wrong_points(offenses, CITY, crs=CRS), as_of=AS_OF, groups=groups, frame=frame)
    assert len(points.drawn) == 1
    assert points.counted == len(offenses)
    assert dict(points.not_drawn) == {
        "without coordinates": 1,
        "outside the map": 1,
        "far outside the city": 1,
        "with coordinates of another system": 2,
        "with x and y in each other's place": 1,
    }
    assert points.counted == len(points.drawn) + sum(points.not_drawn.values())


def test_a_protected_address_is_counted_as_such_first(offenses):
    hidden = hold_wrong_points(offenses.assign(unlisted=True), CITY, crs=CRS)
    points = map_points(hidden, as_of=AS_OF, groups={"Robbery": ["robbery"]}, frame=(0, 0, 1, 1))
    assert dict(points.not_drawn) == {"at an address that is never listed": len(offenses)}


def test_where_the_city_is(offenses):
    assert hold_wrong_points(offenses, {}, crs=CRS)["held"].isna().all(), "not known: nothing is held"
    line = shapely.LineString([(490_000, 4_640_000), (510_000, 4_660_000)])
    streets = {"streets": gpd.GeoDataFrame(geometry=[line], crs=CRS)}
    by_streets = hold_wrong_points(offenses, streets, crs=CRS)["held"]
    assert by_streets.fillna("").tolist() == list(RECORDED.values())
    assert len(hold_wrong_points(offenses.iloc[:0], CITY, crs=CRS)) == 0
