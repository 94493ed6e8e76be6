"""The projected-CRS guard, transforms and grids."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.spatial import as_points, grid, read_crs, require_projected, transform

UTM15 = "EPSG:26915"


@pytest.mark.parametrize(
    ("crs", "unit"), [("EPSG:4326", "degree"), ("EPSG:2913", "foot"), ("ESRI:102696", "US survey foot")]
)
def test_degrees_and_feet_are_refused(crs, unit):
    with pytest.raises(UsageError, match=unit):
        require_projected(crs)


def test_a_frame_without_a_system_is_refused():
    with pytest.raises(UsageError, match="no coordinate reference system"):
        require_projected(None)


def test_a_code_that_names_nothing_is_refused():
    with pytest.raises(UsageError, match="names no known"):
        read_crs("EPSG:1")


def test_us_survey_feet_come_out_in_meters():
    # One US survey foot is 1200/3937 m; the false easting of this system is 250,000 m = 820,208.333 ft.
    x, _ = transform(
        pd.Series([820208.3333333334, 820208.3333333334 + 3937.0]), pd.Series([0.0, 0.0]), "ESRI:102696", "EPSG:26996"
    )
    assert x[1] - x[0] == pytest.approx(1200.0, abs=1e-6)


@given(st.lists(st.tuples(st.floats(-96, -90), st.floats(36, 48)), min_size=1, max_size=20))
def test_there_and_back_again(points):
    lon, lat = (pd.Series(axis, index=range(5, 5 + len(points))) for axis in zip(*points, strict=True))
    x, y = transform(lon, lat, "EPSG:4326", UTM15)
    back_lon, back_lat = transform(x, y, UTM15, "EPSG:4326")
    assert list(x.index) == list(lon.index)
    np.testing.assert_allclose(back_lon, lon, atol=1e-8)
    np.testing.assert_allclose(back_lat, lat, atol=1e-8)


def test_missing_coordinates_stay_missing_and_are_no_points():
    x, y = transform(pd.Series([-93.0, np.nan]), pd.Series([42.0, 42.0]), "EPSG:4326", UTM15)
    assert x.isna().tolist() == [False, True]
    assert as_points(pd.DataFrame({"x": x, "y": y}), UTM15).index.tolist() == [0]


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from([50.0, 100.0, 250.0]))
def test_a_grid_tiles_a_rectangle_exactly(columns, rows, cell_m):
    area = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, columns * cell_m, rows * cell_m)], crs=UTM15)
    cells = grid(area, cell_m=cell_m)
    assert len(cells) == columns * rows
    assert cells["cell_id"].tolist() == list(range(columns * rows))
    assert cells.union_all().equals(area.union_all())


def test_a_cell_belongs_when_its_center_lies_inside():
    triangle = gpd.GeoDataFrame(geometry=[shapely.Polygon([(0, 0), (1000, 0), (0, 1000)])], crs=UTM15)
    cells = grid(triangle, cell_m=100)
    assert (cells["x"] + cells["y"] < 1000).all()
    assert len(cells) == 45


def test_a_stray_corner_does_not_make_a_grid_of_millions():
    stray = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10), shapely.box(5e6, 5e6, 5e6 + 1, 5e6 + 1)], crs=UTM15)
    with pytest.raises(InputRejected, match="stray corner"):
        grid(stray, cell_m=100)


def test_a_cell_needs_a_size():
    with pytest.raises(UsageError, match="above zero"):
        grid(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10)], crs=UTM15), cell_m=0)
