"""Coordinates in every writing are read alike; what is none is left alone; grid references match an encoder of our own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.geocoding.coordinates import read_coordinates

#: The same place, 38° 54' 26" N 77° 2' 13" W, as agencies write it.
SAME_PLACE = [
    "38.907222 -77.036944",
    "38.907222,-77.036944",
    "(38.907222, -77.036944)",
    "38.907222 / -77.036944",
    "n 38.907222 / w 77.036944",
    "-77.036944, 38.907222",
    "38.907222N 77.036944W",
    "38.907222n77.036944w",
    "N 38.907222 W 77.036944",
    "W77.036944 N38.907222",
    "38.907222° N, 77.036944° W",
    "LAT 38.907222 LON -77.036944",
    "Latitude: 38.907222, Longitude: -77.036944",
    "LONG=-77.036944 LAT=38.907222",
    "X: -77.036944 Y: 38.907222",
    "lat/long: 38.907222,-77.036944",
    "GPS 38.907222 -77.036944",
    "38° 54' 26\" N, 77° 2' 13\" W",
    "38°54′26″N 77°02′13″W",
    "38 54 26 N 77 02 13 W",
    "38-54-26N 077-02-13W",
    "38 DEG 54 MIN 26 SEC N 77 DEG 2 MIN 13 SEC W",
    "N38 54.43333 W077 02.21667",
    "38°54.43333' -77°2.21667'",
    "LL(-77:02:13.0000,38:54:26.0000)",
    "385426N0770213W",
    "18S UJ 23348 08454",
    "18SUJ2334808454",
    "usng: 18s uj 2334 0845",
    "MGRS 18SUJ233084",
]

NO_COORDINATES = [
    "",
    "1200 N MAIN ST",
    "450 N 300 W",
    "450 S 300 E",
    "N64 W12450",
    "4 N FM 1960",
    "12 S CR 1204",
    "12 30 45 67 10 20",
    "12.5 BLK OF N",
    "38 54",
    "38.9072",
    "38.907277.0369",
    "300 E / 400 S",
    "1200-1299",
    "N38.9 N77.0",
    "E ST & N ST",
    "MM 12.5 / EXIT 13.5",
]

IMPOSSIBLE = [
    "95.2 -200.1",
    "38.9 -180.5",
    "0.0, 0.0",
    "0.000 0.000",
    "38°61'00\"N 77°02'13\"W",
    "18S AA 23480 06470",
    "61S UJ 234 064",
]


def _read(strings: list[str | None]) -> list[dict[str, object]]:
    return read_coordinates(pa.array(strings, pa.string())).to_pylist()


@pytest.mark.parametrize("written", SAME_PLACE)
def test_one_place_in_every_writing(written):
    [read] = _read([written])
    assert read["kind"] == (
        "usng" if "UJ" in written.upper() else "dms" if "." not in written or "54" in written else "decimal"
    )
    within = 0.0006 if read["kind"] == "usng" else 1e-5
    assert read["lat"] == pytest.approx(38.907222, abs=within)
    assert read["lon"] == pytest.approx(-77.036944, abs=within)


@pytest.mark.parametrize("written", NO_COORDINATES)
def test_other_strings_are_left_alone(written):
    assert _read([written]) == [{"lon": None, "lat": None, "kind": None}]


@pytest.mark.parametrize("written", IMPOSSIBLE)
def test_impossible_coordinates_keep_their_kind_and_get_no_place(written):
    [read] = _read([written])
    assert read["kind"] is not None
    assert (read["lon"], read["lat"]) == (None, None)


def test_rows_stay_in_order_beside_missing_ones():
    read = read_coordinates(
        pa.chunked_array([["38.5 -77.5", None], [], ["1 OAK ST", "18S UJ 23348 08454"]], pa.string())
    )
    assert read["kind"].to_pylist() == ["decimal", None, None, "usng"]
    assert read["lat"].null_count == 2
    assert read_coordinates(pa.array([], pa.string())).num_rows == 0


def test_standard_s_own_example():
    """FGDC-STD-011-2001 places the Washington Monument at 18S UJ 2348 0647."""
    [read] = _read(["18S UJ 2348 0647"])
    assert read["lat"] == pytest.approx(38.8895, abs=0.0002)
    assert read["lon"] == pytest.approx(-77.0353, abs=0.0002)


def _grid_reference(lon: float, lat: float) -> str:
    """Write a grid reference, straight from the standard's tables and pyproj's forward direction."""
    zone = int((lon + 180) // 6) + 1
    system = 32600 + zone if lat >= 0 else 32700 + zone
    x, y = pyproj.Transformer.from_crs("EPSG:4326", f"EPSG:{system}", always_xy=True).transform(lon, lat)
    band = "CDEFGHJKLMNPQRSTUVWXX"[int((lat + 80) // 8)]
    column = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")[zone % 3][int(x // 100_000) - 1]
    row = ("FGHJKLMNPQRSTUVABCDE", "ABCDEFGHJKLMNPQRSTUV")[zone % 2][int(y // 100_000) % 20]
    return f"{zone}{band} {column}{row} {int(x % 100_000):05d} {int(y % 100_000):05d}"


def test_grid_references_come_back_everywhere():
    rng = np.random.default_rng(20261124)
    places = np.column_stack([rng.uniform(-180, 180, 400), rng.uniform(-79.9, 83.9, 400)])
    places = np.vstack(
        [places, rng.uniform((-125, 25), (-66, 49), (400, 2)), rng.uniform((-170.9, -14.4), (-169.4, -14.1), (20, 2))]
    )
    read = _read([_grid_reference(lon, lat) for lon, lat in places])
    measure = pyproj.Geod(ellps="WGS84")
    lon, lat = np.array([one["lon"] for one in read], float), np.array([one["lat"] for one in read], float)
    _, _, off_m = measure.inv(lon, lat, places[:, 0], places[:, 1])
    assert off_m.max() < 1.0


@given(st.lists(st.one_of(st.text(), st.text("0123456789 .,-+:°'\"NSEWDLATONUJX", max_size=60))))
def test_no_string_crashes_it(strings):
    read = read_coordinates(pa.array(strings, pa.string()))
    assert read.num_rows == len(strings)
    placed = [row for row in read.to_pylist() if row["lon"] is not None]
    assert all(row["kind"] and abs(row["lon"]) <= 180 and abs(row["lat"]) <= 90 for row in placed)
