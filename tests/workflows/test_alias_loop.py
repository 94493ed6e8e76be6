"""From the queue to the alias file and back: what a person fills in is applied from the next run on."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from pcanalytics.cli import main
from pcanalytics.geocoding.review import ALIAS_COLUMNS, QUEUE_COLUMNS
from pcanalytics.store import open_store, open_workspace
from pcanalytics.workflows.geocoding import geocoded
from tests.geocoding.conftest import CRS, ORIGIN
from tests.workflows import small_agency
from tests.workflows.small_agency import rows

SETTINGS = """
[geocoding]
name = "Town"
vintage = "2026"
aliases = "aliases.csv"
[[geocoding.streets]]
path = "lines.geojson"
"""

INCIDENTS = (
    *({"incident_id": f"M{place}", "address": "OLD MALL"} for place in range(5)),
    *({"incident_id": f"T{place}", "address": "150 Maiin St"} for place in range(3)),
    *({"incident_id": f"W{place}", "address": "@WALMART"} for place in range(2)),
    {"incident_id": "N", "address": "LAKE HOUSE"},
    {"incident_id": "P", "address": "150 MAIN ST"},
)


def write_streets(path: Path) -> None:
    x, y = ORIGIN
    blocks = [
        ("MAIN ST", [(0, 0), (0, 100)], 101, 199, 100, 198),
        ("MAIN ST", [(0, 100), (0, 200)], 201, 299, 200, 298),
        ("OAK ST", [(0, 100), (100, 100)], 101, 199, 100, 198),
    ]
    names = ["street", "left_from", "left_to", "right_from", "right_to"]
    frame = gpd.GeoDataFrame(
        [dict(zip(names, (block[0], *block[2:]), strict=True)) for block in blocks],
        geometry=[shapely.LineString([(x + u, y + v) for u, v in block[1]]) for block in blocks],
        crs=CRS,
    )
    frame.to_crs("EPSG:4326").to_file(path, driver="GeoJSON")


@pytest.fixture
def city(tmp_path) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    write_streets(folder / "lines.geojson")
    (folder / "aliases.csv").write_text(",".join(ALIAS_COLUMNS) + "\n", encoding="utf-8")
    tables = {
        "calls": rows("calls", {"call_id": "1", "address": "150 OAK ST"}),
        "incidents": rows("incidents", *INCIDENTS),
    }
    small_agency.workspace(folder, SETTINGS, **tables)
    return folder


def queue_of(city: Path) -> list[dict[str, str]]:
    out = city.parent / "queue.csv"
    assert main(["geocode", "-w", str(city)]) == 0
    assert main(["geocode", "review", "-w", str(city), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def matched(city: Path) -> set[str]:
    with open_store(open_workspace(city)) as store:
        found = geocoded(store, "incidents")
    return set(found.loc[found["status"] == "M", "incident_id"])


def test_the_whole_loop(city, capsys):
    queue = queue_of(city)
    assert list(queue[0]) == list(QUEUE_COLUMNS)
    assert [(row["written"].strip("'@"), row["records"]) for row in queue] == [
        ("OLD MALL", "5"), ("150 MAIIN ST", "3"), ("WALMART", "2"), ("LAKE HOUSE", "1"),
    ]  # fmt: skip
    assert queue[1]["suggestion"] == "150 MAIN ST"
    assert not any(value.startswith(("=", "+", "-", "@")) for row in queue for value in row.values())
    assert matched(city) == {"P"}
    queue[0] |= {
        "lon": "-93.0005",
        "lat": "42.0025",
        "institution": "no",
        "note": "closed 2019",
        "by": "KB",
        "on": "2026-11-24",
    }
    queue[1]["means"] = queue[1]["suggestion"]
    queue[2]["means"] = "MAIN ST / OAK ST"
    with (city / "aliases.csv").open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ALIAS_COLUMNS, extrasaction="ignore")
        writer.writerows(queue)  # the last one is not filled in
    assert [row["written"] for row in queue_of(city)] == ["LAKE HOUSE"]
    assert matched(city) == {one["incident_id"] for one in INCIDENTS} - {"N"}
    with open_store(open_workspace(city)) as store:
        found = geocoded(store, "incidents").set_index("incident_id")
    assert found.loc["T0", ["x", "y"]].tolist() == pytest.approx(found.loc["P", ["x", "y"]].tolist())
    spot = gpd.GeoSeries([shapely.Point(-93.0005, 42.0025)], crs="EPSG:4326").to_crs(CRS).iloc[0]
    assert found.loc["M0", ["x", "y"]].tolist() == pytest.approx([spot.x, spot.y], abs=0.01)
    assert "OLD MALL" not in "".join(capsys.readouterr())


def test_the_queue_file_itself_can_be_the_alias_file(city):
    queue = queue_of(city)
    queue[1]["means"] = queue[1]["suggestion"]
    with (city / "aliases.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, QUEUE_COLUMNS)
        writer.writeheader()
        writer.writerows(queue)
    assert len(queue_of(city)) == 3
    assert {"T0", "T1", "T2"} <= matched(city)


def test_the_file_door_uses_the_workspaces_reference_or_another(city, capsys):
    addresses = city.parent / "in.csv"
    addresses.write_text("ADDRESS\n150 MAIN ST\nOLD MALL\n", encoding="utf-8")
    words = ["geocode", "--addresses", str(addresses), "--column", "ADDRESS", "--out", str(city.parent / "out.csv")]
    assert main([*words, "--workspace", str(city)]) == 0
    assert "out.csv: 2 records; reference: Town, vintage: 2026" in capsys.readouterr().out
    toml = city / "other.toml"
    toml.write_text(f'name = "Other"\ncrs = "{CRS}"\n[[streets]]\npath = "lines.geojson"\n', encoding="utf-8")
    assert main([*words, "--reference", str(toml)]) == 0
    said = capsys.readouterr()
    assert "reference: Other" in said.out
    assert said.err.splitlines()[0].startswith("lines.geojson: 3 rows read as streets, street = street"), (
        "when it is built"
    )
    assert "OLD MALL" not in said.out + said.err
    assert main([*words, "--reference", str(toml)]) == 0
    assert capsys.readouterr().err == "", "quiet where nobody sits, when it is only opened"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--column", "ADDRESS"], 2, "--column without --addresses"),
        (["--addresses", "in.csv", "--column", "ADDRESS"], 2, "--out, the file to write"),
        (["--addresses", "in.csv", "--column", "ADRESS", "--out", "out.csv"], 2, "Did you mean 'ADDRESS'"),
        (["--addresses", "none.csv", "--column", "ADDRESS", "--out", "out.csv"], 2, "There is no file none.csv"),
        (["--addresses", "in.csv", "--colum", "ADDRESS", "--out", "out.csv"], 2, "--column"),
        (
            ["--addresses", "in.csv", "--column", "ADDRESS", "--out", "out.csv", "--reference", "no.toml"],
            2,
            "There is no file no.toml",
        ),
        (["--addresses", "bad.csv", "--column", "ADDRESS", "--out", "out.csv"], 3, "bad.csv cannot be read"),
        (["--addresses", "in.csv", "--column", "ADDRESS", "--out", "no/such/file/in.csv/out.csv"], 0, ""),
        (["reveiw"], 2, "reveiw"),
    ],
)
def test_exit_codes(tmp_path, monkeypatch, city, capsys, words, code, said):
    monkeypatch.chdir(tmp_path)
    Path("in.csv").write_text("ADDRESS,N\n150 MAIN ST,1\n", encoding="utf-8")
    Path("bad.csv").write_text("ADDRESS,N\n150 MAIN ST,1,2\n", encoding="utf-8")
    assert main(["geocode", *words, *([] if words == ["reveiw"] else ["--workspace", str(city)])]) == code
    told = "".join(capsys.readouterr())
    assert said in told
    assert "150 MAIN" not in told
