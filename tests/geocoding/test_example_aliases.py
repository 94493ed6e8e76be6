"""The alias file of the example city: small, explained row by row, and what it does for a real file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyproj
import pytest

from pcanalytics.geocoding.institutions import flag_points, pile_ups
from pcanalytics.geocoding.placing import geocode
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.review import ALIAS_COLUMNS
from pcanalytics.spatial import transform
from pcanalytics.store.reference_file import read_reference_file
from pcanalytics.workflows.geocoding_reference import open_reference

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
ALIASES = pd.read_csv(EXAMPLES / "san_francisco_aliases.csv", dtype=str, keep_default_na=False)


def test_it_is_small_and_each_row_says_what_it_is():
    assert tuple(ALIASES.columns) == ALIAS_COLUMNS
    assert 0 < len(ALIASES) <= 50
    assert ALIASES["written"].is_unique
    assert (ALIASES[["note", "by", "on"]] != "").all(axis=None)
    placed = (ALIASES["lon"] != "") & (ALIASES["lat"] != "")
    assert (placed ^ (ALIASES["means"] != "")).all(), "a row has a place or a meaning, not both"


def test_its_points_lie_in_the_city():
    placed = ALIASES[ALIASES["lon"] != ""]
    assert placed["lon"].astype(float).between(-122.52, -122.35).all()
    assert placed["lat"].astype(float).between(37.70, 37.84).all()


@pytest.fixture(scope="module")
def city(shared_data, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    shared_data("geocode")
    settings = read_reference_file(EXAMPLES / "san_francisco.toml")
    return open_reference(settings, cache=tmp_path_factory.mktemp("reference"))


def test_the_city_s_businesses(shared_data, city):
    """96% of all records are placed; under 2% of those with a point of their own are beyond 500 m of it.

    The city's file puts addresses it did not find at the middle of a zip code or of the city. Such points, seven or more addresses
    on one spot, are no truth to hold anything against, and are left out; some single points of the file are wrong too.
    """
    rows = pd.read_csv(shared_data("geocode") / "sf_business_addresses_dev.csv.gz", dtype=str)
    found = geocode(rows["address"], city)
    placed = found["status"].eq("M")
    assert placed.mean() >= 0.96
    lon, lat = rows["longitude"].astype(float), rows["latitude"].astype(float)
    x, y = transform(lon, lat, "EPSG:4326", city.crs)
    written = found["matched_as"].astype("object").where(placed, rows["address"])
    recorded = pd.DataFrame({"x": x, "y": y, "written": written})
    default = flag_points(recorded, pile_ups(recorded, written="written")).notna()
    checked = placed & lon.notna() & ~default
    *_, off_m = pyproj.Geod(ellps="WGS84").inv(found["lon"][checked], found["lat"][checked], lon[checked], lat[checked])
    assert pd.Series(off_m).median() < 15
    assert (off_m > 500).mean() < 0.02
