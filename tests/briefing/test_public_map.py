"""Nothing on the public map is finer than the block."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics import briefing
from pcanalytics.briefing.basemap import basemap
from pcanalytics.briefing.block_points import FARTHEST_M, SQUARE_M, to_blocks
from pcanalytics.briefing.points import map_points

from . import made_up
from .test_maps import FRAME, data_of, dots_of, draw

SIDE = 150  # of a block of the made-up city


def drawn(rows=None):
    rows = made_up.offenses() if rows is None else rows
    return map_points(rows, as_of=made_up.AS_OF, groups=made_up.GROUPS, frame=FRAME).drawn


def middle_by_hand(x, y):
    """The middle of the nearest side of the square block that a point lies in."""
    across, up = (x - made_up.WEST) % SIDE, (y - made_up.SOUTH) % SIDE
    left, low = x - across, y - up
    sides = {
        (left, low + SIDE / 2): across,
        (left + SIDE, low + SIDE / 2): SIDE - across,
        (left + SIDE / 2, low): up,
        (left + SIDE / 2, low + SIDE): SIDE - up,
    }
    return min(sides, key=sides.get)


def test_every_offense_is_moved_to_the_middle_of_its_block():
    points = drawn()
    blocks = to_blocks(points, made_up.city()["streets"])
    wanted = pd.DataFrame(
        [(*middle_by_hand(row.x, row.y), row.group, row.this_week) for row in points.itertuples()],
        columns=["x", "y", "group", "week"],
    )
    counted = wanted.groupby(["x", "y", "group"])["week"].agg(["size", "sum"]).reset_index()
    assert blocks[["x", "y", "group", "count", "week"]].to_numpy().tolist() == counted.to_numpy().tolist()
    assert blocks["count"].sum() == len(points)


def test_streets_may_come_whole_or_in_pieces():
    points, streets = drawn(), made_up.city()["streets"]
    pieces = gpd.GeoDataFrame(
        geometry=shapely.get_parts(shapely.union_all(streets.geometry.to_numpy())), crs=streets.crs
    )
    assert len(pieces) > 10 * len(streets)
    pd.testing.assert_frame_equal(to_blocks(points, streets), to_blocks(points, pieces))


@pytest.mark.parametrize("streets", [None, made_up.city()["streets"].iloc[:0]])
def test_without_streets_a_square_stands_for_the_block(streets):
    points = drawn()
    blocks = to_blocks(points, streets)
    assert set((blocks["x"] % SQUARE_M).unique()) == set((blocks["y"] % SQUARE_M).unique()) == {SQUARE_M / 2}
    assert blocks["count"].sum() == len(points)
    assert (
        np.hypot(
            *(points[["x", "y"]].to_numpy() - SQUARE_M * (points[["x", "y"]].to_numpy() // SQUARE_M + 0.5)).T
        ).max()
        < 142
    )


def test_far_from_any_street_a_square_stands_for_the_block():
    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1000, 0)])])
    points = pd.DataFrame(
        {"group": "Robbery", "x": [500.0, 500.0], "y": [FARTHEST_M - 1, FARTHEST_M + 1], "this_week": True}
    )
    assert to_blocks(points, street)[["x", "y"]].to_numpy().tolist() == [[500.0, 0.0], [500.0, 100.0]]


def test_c74_no_offense_gives_no_block():
    assert to_blocks(drawn().iloc[:0], made_up.city()["streets"]).empty
    none = draw(made_up.offenses().iloc[:0])
    assert "No offense to draw" in none.public.html
    assert none.public.facts == {"drawn": 0, "counted": 0}


def test_the_public_map_holds_no_address_hour_or_exact_place():
    rows = made_up.offenses()
    rows["address"] = "77 CANARY ST"
    fragment = draw(rows, district="Harbor")
    public = fragment.public
    held = public.html + "".join(public.scripts) + json.dumps(dict(public.tables))
    assert "CANARY" in "".join(fragment.scripts)
    assert "CANARY" not in held
    assert not re.search(r"\b\d\d:\d\d\b", held)
    assert set(data_of(public)) == {"groups", "colors", "paths", "period"}
    ground = basemap(made_up.city(), as_of=made_up.AS_OF, district="Harbor")
    for _, (x, y), _, (count, week) in dots_of(public):
        east, north = x + ground.frame[0] - made_up.WEST, y + ground.frame[1] - made_up.SOUTH
        offsets = sorted(min(edge % (SIDE / 2), SIDE / 2 - edge % (SIDE / 2)) for edge in (east, north))
        assert offsets[1] < 1.0
        assert count >= 1
        assert 0 <= week <= count


def test_an_unlisted_address_is_not_on_the_public_map():
    rows = made_up.offenses().assign(unlisted=True)
    public = draw(rows).public
    assert public.facts["drawn"] == 0
    assert "at an address that is never listed" in public.html


def test_public_and_internal_map_count_the_same():
    fragment = draw(made_up.offenses())
    assert fragment.tables == fragment.public.tables
    assert sum(count for *_, (count, _) in dots_of(fragment.public)) == fragment.facts["drawn"]
    assert sum(week for *_, (_, week) in dots_of(fragment.public)) == sum(
        is_full for _, _, is_full, _ in dots_of(fragment)
    )
    one_page = briefing.page([fragment], title="x", audience="public")
    assert "Public copy." in one_page
    assert "OAK ST" not in one_page


def test_the_maps_table_adds_up_to_what_the_tables_count():
    rows = made_up.offenses()
    table = draw(rows).tables["map"]
    *parts, total = table["rows"]
    assert [sum(row[column] for row in parts) for column in (2, 3)] == total[2:]
    recent = rows[rows["occurred_from"] >= made_up.AS_OF - pd.Timedelta(days=28)]
    assert total[3] == len(recent)
    assert total[2] == len(recent[recent["occurred_from"] >= made_up.AS_OF - pd.Timedelta(days=7)])
    drawn_rows = [row for row in parts if not row[0].startswith("Not drawn")]
    points = drawn(rows)
    assert {(row[0], row[1]): row[3] for row in drawn_rows} == points.groupby(["group", "beat"]).size().to_dict()
