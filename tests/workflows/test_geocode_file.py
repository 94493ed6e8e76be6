"""Any file of addresses comes out as it went in, with where each is beside it; or not at all."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pcanalytics.errors import InputRejected, UnknownName, UsageError
from pcanalytics.workflows import geocode_file as module
from pcanalytics.workflows.geocode_file import ADDED, geocode_file
from tests.geocoding.conftest import CRS, ORIGIN, make_toy_reference

CANARY = "QUARTERMAINE"
ROWS = [
    ["ID", "ADDRESS", "NOTE"],
    ["007", "120 N MAIN ST", "=cmd()"],
    ["1e5", "MAIN ST / 5TH AVE", 'he said "x"'],
    ["0012", "TRANSIENT", "two\nlines"],
    ["", f"99 {CANARY} RD", ""],
    ["5", "", "a, b"],
]


def kept(folder: Path, rows: list[list[str]], name: str = "in.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding=encoding) as stream:
        csv.writer(stream).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def geocode(path: Path, out: Path, column: str = "ADDRESS", **named) -> list[str]:
    return geocode_file(path, out, column=column, reference=make_toy_reference, **named)


def test_rows_and_columns_stay_and_the_result_stands_beside_them(tmp_path):
    lines = geocode(kept(tmp_path, ROWS), tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert list(rows[0]) == [*ROWS[0], *ADDED]
    assert [[row[name] for name in ROWS[0]] for row in rows] == ROWS[1:]
    assert [row["status"] for row in rows] == ["M", "M", "U", "U", "U"]
    assert [row["reason"] for row in rows] == ["", "", "transient", "no_street", "empty"]
    assert [row["form"] for row in rows[:3]] == ["address", "intersection", "non-address"]
    west, north = float(rows[1]["lon"]), float(rows[1]["lat"])
    spot = gpd.GeoSeries([shapely.Point(ORIGIN[0], ORIGIN[1] + 100)], crs=CRS).to_crs("EPSG:4326").iloc[0]
    assert (west, north) == pytest.approx((spot.x, spot.y), abs=1e-6)
    assert [row["lon"] for row in rows[2:]] == ["", "", ""]
    assert rows[0]["is_institution"] == "false"
    town = make_toy_reference()
    assert lines[0] == f"out.csv: 5 records; reference: {town.name}, vintage: {town.vintage}"
    assert "40.00% of all records" in lines[1]
    assert "66.67% of these found" in lines[2]
    assert {line.split()[0] for line in lines[3:]} == {"transient", "no_street", "empty"}
    assert CANARY not in "\n".join(lines)


def test_columns_of_the_results_names_are_kept_under_another_and_said(tmp_path):
    rows = [["lon", "ADDRESS", "input_lon", "status"], ["-1.50", "120 N MAIN ST", "x", "open"]]
    said: list[str] = []
    geocode(kept(tmp_path, rows), tmp_path / "out.csv", say=said.append)
    row = read(tmp_path / "out.csv")[0]
    assert row["status"] == "M"
    assert row["input_status"] == "open"
    assert row["input_lon"] == "x"
    assert row["input_input_lon"] == "-1.50"
    assert said == [
        "The input has columns of the result's names: lon is kept as input_input_lon, status is kept as input_status."
    ]


def test_a_guessed_encoding_is_said_and_a_mark_is_kept(tmp_path):
    said: list[str] = []
    rows = [["ADDRESS", "N"], ["120 N MAIN ST", "Peña"]]
    geocode(kept(tmp_path, rows, encoding="cp1252"), tmp_path / "out.csv", say=said.append)
    assert read(tmp_path / "out.csv")[0]["N"] == "Peña"
    assert "read as Windows-1252" in said[0]
    geocode(kept(tmp_path, rows, encoding="utf-8-sig"), tmp_path / "marked.csv")
    assert (tmp_path / "marked.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_packed_and_parquet_in_packed_out(tmp_path):
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0])
    frame.to_parquet(tmp_path / "in.parquet")
    geocode(tmp_path / "in.parquet", tmp_path / "out.csv.gz")
    geocode(kept(tmp_path, ROWS), tmp_path / "out.csv")
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == (tmp_path / "out.csv").read_bytes()


def test_a_misspelt_column_is_refused_before_the_reference_is_opened(tmp_path):
    def never() -> None:
        raise AssertionError

    with pytest.raises(UnknownName, match="Did you mean 'ADDRESS'"):
        geocode_file(kept(tmp_path, ROWS), tmp_path / "out.csv", column="ADRESS", reference=never)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"out": "out.xlsx"}, "written as CSV"),
        ({"out": "in.csv"}, "would replace"),
        ({"out": "."}, "a folder or a device"),
        ({"district": "NOTE"}, "go together"),
        ({"areas": Path("x.geojson")}, "go together"),
    ],
)
def test_wrong_use_is_refused(tmp_path, named, said):
    path = kept(tmp_path, ROWS)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=said):
        geocode(path, tmp_path / named.pop("out", "out.csv"), **named)
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match="There is no file"):
        geocode(tmp_path / "none.csv", tmp_path / "out.csv")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_run_that_is_stopped_leaves_nothing(tmp_path, monkeypatch, error):
    def stop(*_args, **_named):
        raise error

    path = kept(tmp_path, ROWS)
    monkeypatch.setattr(module, "geocode", stop)
    with pytest.raises(error):
        geocode(path, tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == [path]


def test_no_rows_give_a_header_and_say_so(tmp_path):
    lines = geocode(kept(tmp_path, ROWS[:1]), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == ",".join([*ROWS[0], *ADDED]) + "\n"
    assert lines == ["out.csv: no records to geocode."]


def boxes(folder: Path, names: tuple[str, ...] = ("EAST", "WEST"), column: str = "beat") -> Path:
    """Two areas: east and west of MAIN ST."""
    x, y = ORIGIN
    shapes = [shapely.box(x, y - 2000, x + 2000, y + 2000), shapely.box(x - 2000, y - 2000, x, y + 2000)]
    frame = gpd.GeoDataFrame({column: names}, geometry=shapes, crs=CRS).to_crs("EPSG:4326")
    frame.to_file(folder / "areas.geojson", driver="GeoJSON")
    return folder / "areas.geojson"


def test_areas_break_ties_and_show_contradictions(tmp_path):
    rows = [
        ["ADDRESS", "BEAT"],
        ["250 BROADWAY", "EAST"],
        ["250 BROADWAY", "WEST"],
        ["250 BROADWAY", "ELSEWHERE"],
        ["250 BROADWAY", ""],
    ]
    path = kept(tmp_path, rows)
    geocode(path, tmp_path / "plain.csv")
    said: list[str] = []
    geocode(path, tmp_path / "out.csv", district="BEAT", areas=boxes(tmp_path), say=said.append)
    plain, broken = read(tmp_path / "plain.csv"), read(tmp_path / "out.csv")
    assert [row["status"] for row in plain] == ["T"] * 4
    assert [row["status"] for row in broken] == ["M", "M", "T", "T"]
    assert [row["matched_as"] for row in broken[:2]] == ["250 E BROADWAY", "250 W BROADWAY"]
    assert [row["area_agrees"] for row in broken] == ["true", "true", "", ""]
    assert said == ["1 rows name an area that is not drawn: for them no area breaks a tie."]
    assert "area_agrees" in broken[0]
    assert "area_agrees" not in plain[0]


def test_areas_that_cannot_be_used_are_refused(tmp_path):
    path = kept(tmp_path, [["ADDRESS", "BEAT"], ["250 BROADWAY", "N"]])
    with pytest.raises(InputRejected, match="None of the areas recorded is drawn"):
        geocode(path, tmp_path / "out.csv", district="BEAT", areas=boxes(tmp_path))
    with pytest.raises(InputRejected, match="no property names its areas. It has zone"):
        geocode(path, tmp_path / "out.csv", district="BEAT", areas=boxes(tmp_path, column="zone"))
    with pytest.raises(InputRejected, match=r"in.csv cannot be read as a file of shapes"):
        geocode(path, tmp_path / "out.csv", district="BEAT", areas=path)
    assert not (tmp_path / "out.csv").exists()


def test_what_the_suite_writes_is_no_formula_and_what_the_input_says_is_kept(tmp_path):
    reference = make_toy_reference()
    odd = type(reference).from_tables(reference.tables(), name="=1+1", vintage="@2026", crs=reference.crs)
    geocode_file(kept(tmp_path, ROWS), tmp_path / "out.csv", column="ADDRESS", reference=lambda: odd)
    row = read(tmp_path / "out.csv")[0]
    assert (row["reference"], row["vintage"]) == ("'=1+1", "'@2026")
    assert row["NOTE"] == "=cmd()"
    assert float(row["lon"]) < 0
