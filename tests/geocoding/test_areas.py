"""The area recorded with a record breaks ties and shows contradictions, and nothing more."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from pcanalytics.errors import UsageError
from pcanalytics.geocoding.areas import AGREES, CONTRADICTS, UNCHECKED, agree, settle_ties

CRS = "EPSG:26915"
#: Two beats side by side; 2 has an island far away.
BEATS = gpd.GeoDataFrame(
    geometry=[shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000), shapely.box(9000, 0, 9100, 100)],
    index=["1", "2", "2"],
    crs=CRS,
)


def _agree(points: list[tuple[float, float]], areas: list[object], **options: float) -> list[int]:
    x, y = np.array(points, dtype=float).T
    return agree(x, y, areas, BEATS, **options).tolist()


def test_a_point_agrees_in_its_area_and_near_it():
    assert _agree([(500, 500), (1049, 500), (1051, 500), (1000, 500)], ["1"] * 4) == [1, 1, 0, 1]
    assert _agree([(1049, 500)], ["1"], tolerance_m=10) == [CONTRADICTS]
    assert _agree([(1040, 1040)], ["1"]) == [CONTRADICTS], "the distance is measured straight, also round a corner"


def test_an_area_drawn_in_several_parts_is_one():
    assert _agree([(9050, 50), (1500, 500), (5000, 50)], ["2"] * 3) == [AGREES, AGREES, CONTRADICTS]


def test_what_cannot_be_checked_is_said_so():
    points = [(500.0, 500.0)] * 4 + [(np.nan, 1.0)]
    assert _agree(points, [None, np.nan, "", "77", "1"]) == [UNCHECKED] * 5
    assert agree(np.array([]), np.array([]), [], BEATS).tolist() == []


def test_names_are_compared_without_case_or_white_space():
    beats = BEATS.set_index(np.array(["north a", "South", "South"]))
    assert agree(np.array([5.0]), np.array([5.0]), [" NORTH A "], beats).tolist() == [AGREES]


def test_against_measuring_every_distance():
    rng = np.random.default_rng(4)
    x, y = rng.uniform(-200, 2200, 3000), rng.uniform(-200, 1200, 3000)
    area = rng.choice(["1", "2"], 3000)
    whole = {name: BEATS.loc[[name]].union_all() for name in ("1", "2")}
    slow = [whole[name].distance(shapely.Point(a, b)) <= 50 for a, b, name in zip(x, y, area, strict=True)]
    assert agree(x, y, area, BEATS).tolist() == [int(one) for one in slow]


def test_a_tie_is_settled_only_by_one_agreeing_candidate():
    x = np.array([500.0, 5000.0, 500.0, 600.0, 5000.0, 6000.0, 500.0, 1500.0])
    y = np.full(8, 500.0)
    record = [1, 1, 2, 2, 3, 3, 4, 4]
    area = ["1", "1", "1", "1", "1", "1", None, None]
    kept = settle_ties(record, x, y, area, BEATS).tolist()
    assert kept == [True, False, True, True, True, True, True, True]


def test_order_of_rows_does_not_matter():
    rng = np.random.default_rng(5)
    record, x, y = rng.integers(0, 200, 600), rng.uniform(0, 2000, 600), rng.uniform(0, 1000, 600)
    area = np.array(["1", "2"])[record % 2]
    kept = settle_ties(record, x, y, area, BEATS)
    order = rng.permutation(600)
    assert (settle_ties(record[order], x[order], y[order], area[order], BEATS) == kept[order]).all()


def test_wrong_use():
    with pytest.raises(UsageError, match="distances need one in meters"):
        agree(np.array([1.0]), np.array([1.0]), ["1"], BEATS.to_crs("EPSG:4326"))
    with pytest.raises(UsageError, match="There are 2 x, 2 y and 1 areas"):
        agree(np.array([1.0, 2.0]), np.array([1.0, 2.0]), ["1"], BEATS)
