"""What an analyst is told when extracts are loaded, and what a load does when files or mappings change."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcanalytics.cli import main
from pcanalytics.errors import InputRejected
from pcanalytics.store import open_store, open_workspace
from pcanalytics.workflows import extract_at, extracts_of, load, set_aside_summary

CANARY = "QUARTERMAINE"
SETTINGS = """
name = "Testville"
time_zone = "America/Chicago"
crs = "EPSG:26915"
[[sources]]
name = "offenses"
path = "extracts/*.csv"
mapping = "offenses.toml"
"""
MAPPING = """
[source]
table = "incident_offenses"
agency = "A"
[columns]
offense_id = "ID"
incident_id = "ID"
offense = "OFFENSE"
occurred_from = "WHEN"
address = "WHERE"
[formats]
occurred_from = "%Y-%m-%d"
[codes.offense]
BURG = "burglary"
"""


@pytest.fixture
def city(tmp_path):
    (tmp_path / "agency.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "offenses.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "extracts").mkdir()
    return open_workspace(tmp_path)


def write(city, name: str, numbers: range | list[int], *, when: str = "2026-01-05") -> Path:
    lines = [f"{number},BURG,{when},{CANARY} ST" for number in numbers]
    path = city.root / "extracts" / name
    path.write_text("\n".join(["ID,OFFENSE,WHEN,WHERE", *lines, ""]), encoding="utf-8")
    return path


def told(city) -> list[str]:
    lines: list[str] = []
    load(city, extracts_of(city), say=lines.append)
    return lines


def offenses(city) -> dict[str, int]:
    with open_store(city) as store:
        found = store.read("incident_offenses", purpose="compstat", columns=["offense_id", "offense"])
    return found["offense"].value_counts().to_dict()


def test_a_load_says_why_rows_were_set_aside(city):
    write(city, "a.csv", [1, 2, 3, 3], when="1873-01-05")
    with (city.root / "extracts" / "a.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"7,BURG,2026-01-05,{CANARY} ST\n7,BURG,2026-01-06,{CANARY} ST\n")
    said = told(city)
    assert "    set aside: occurred_from: holds a date before 1900 or after 2099 (4 rows, first at row 2)." in said
    assert "    set aside: repeats the key of another row (2 rows)." in said
    assert told(city) == ["offenses: already loaded into incident_offenses (0 rows, 6 set aside), nothing changed"]
    assert not any(CANARY in line for line in said)


def test_a_mapping_changed_back_takes_effect(city):
    write(city, "a.csv", range(3))
    mapping = city.root / "offenses.toml"
    told(city)
    mapping.write_text(MAPPING.replace('"burglary"', '"arson"'), encoding="utf-8")
    told(city)
    assert offenses(city) == {"arson": 3}
    mapping.write_text(MAPPING, encoding="utf-8")
    told(city)
    assert offenses(city) == {"burglary": 3}


def test_a_wrong_file_taken_away_leaves_nothing_behind(city):
    write(city, "a.csv", range(10))
    told(city)
    wrong = write(city, "b.csv", range(100, 110))
    assert any("many" in line or 'extract = "delta"' in line for line in told(city))
    wrong.unlink()
    told(city)
    with open_store(city) as store:
        found = store.read("incident_offenses", purpose="compstat", columns=["offense_id"])
    assert sorted(found["offense_id"]) == [str(number) for number in range(10)]


def test_two_good_files_stay_loaded_once(city):
    write(city, "a.csv", range(10))
    write(city, "b.csv", range(11))
    told(city)
    assert [line.count("already loaded") for line in told(city)] == [1, 1]


def test_the_last_error_lists_every_problem_of_every_file(city):
    write(city, "a.csv", []).write_text("ID,OFFENSE\n1,BURG\n", encoding="utf-8")
    write(city, "b.csv", []).write_text("ID,WHEN\n1,2026-01-05\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="2 extracts were not loaded") as caught:
        told(city)
    message = str(caught.value)
    assert "a.csv" in message and "b.csv" in message
    assert len(caught.value.problems) >= 4


def test_a_file_the_system_does_not_give_is_named(city, monkeypatch):
    write(city, "a.csv", range(3))
    extracts = extracts_of(city)
    opening = Path.open

    def refuse(path: Path, *words, **more):
        if path.suffix == ".csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *words, **more)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputRejected, match=r"a\.csv cannot be read: Permission denied") as caught:
        load(city, extracts)
    assert "Excel" in str(caught.value)


def test_a_whole_extract_set_aside_is_not_forgotten(city):
    write(city, "a.csv", range(100))
    told(city)
    write(city, "a.csv", range(40))
    assert main(["load", "--workspace", str(city.root)]) == 4
    assert set_aside_summary(city) == "offenses: its last extract was set aside whole, 40 rows."


def test_hidden_files_and_those_of_an_open_workbook_are_no_extracts(city):
    write(city, "a.csv", range(3))
    for name in (".a.csv", "~$a.csv", "._a.csv"):
        write(city, name, range(3))
    assert [extract.path.name for extract in extracts_of(city)] == ["a.csv"]


def test_a_file_named_outside_the_settings_is_loaded_whatever_its_name(city):
    extract = write(city, ".a.csv", range(3))
    assert load(city, [extract_at(extract, city.root / "offenses.toml")])[0].loaded == 3
