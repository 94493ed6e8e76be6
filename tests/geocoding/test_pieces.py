"""Pieces agree with walking along the line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.geocoding.pieces import numbered_pieces, straight_pieces

places = st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000))


def place_of(made, number):
    """Where a number lies, by the pieces alone."""
    on = made[(made["low"] <= number + 1e-9) & (made["high"] >= number - 1e-9)].iloc[0]
    share = 0.5 if on["high"] == on["low"] else (number - on["low"]) / (on["high"] - on["low"])
    return np.array([on["x0"] + share * (on["x1"] - on["x0"]), on["y0"] + share * (on["y1"] - on["y0"])])


@given(st.lists(places, min_size=2, max_size=6, unique=True), st.booleans(), st.integers(0, 50))
def test_number_lies_where_walking_along_the_line_says(corners, ascends, step):
    line = shapely.LineString(corners)
    ranges = pd.DataFrame(
        {"range_id": [7], "street_id": [3], "line": [0], "low": [100], "high": [200], "ascends": [ascends]}
    )
    made = numbered_pieces(straight_pieces(np.array([line])), ranges)
    number = 100 + 2 * step
    share = (number - 100) / 100
    walked = line.interpolate(share if ascends else 1 - share, normalized=True)
    assert place_of(made, number) == pytest.approx([walked.x, walked.y], abs=1e-6)
    assert (made["low"] <= made["high"]).all()
    assert made["low"].min() == pytest.approx(100)
    assert made["high"].max() == pytest.approx(200)


def test_one_number_lies_in_the_middle():
    line = shapely.LineString([(0, 0), (30, 0), (40, 0), (100, 0)])
    ranges = pd.DataFrame({"range_id": [0], "street_id": 0, "line": 0, "low": 55, "high": 55, "ascends": True})
    made = numbered_pieces(straight_pieces(np.array([line])), ranges)
    assert made[["low", "high", "x0", "x1"]].values.tolist() == [[55, 55, 50, 50]]


def test_gaps_between_parts_do_not_count():
    parts = shapely.MultiLineString([[(0, 0), (10, 0)], [(1000, 0), (1010, 0)]])
    found = straight_pieces(np.array([parts]))
    assert found["at_m"].tolist() == [0, 10]
    assert found["line_m"].tolist() == [20, 20]


def test_repeated_corners_give_no_piece():
    assert len(straight_pieces(np.array([shapely.LineString([(0, 0), (0, 0), (5, 0)])]))) == 1
