"""The door for any two files: what is written, what is refused, and what must never be shown."""

from __future__ import annotations

import gzip
import stat
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics.errors import InputRejected, MappingError, UnknownName, UsageError
from pcanalytics.workflows.link_files import link_files, read_people_file
from pcanalytics.workflows.link_mapping import read_link_mapping
from tests.faults.test_c30_to_c34_linkage import made_up

MAPPING = """
missing = ["TRANSIENT"]
[left]
id = "NO"
name = "police"
[right]
id = "DOC"
name = "corrections"
[columns]
given_name = "FIRST"
surname = "LAST"
birth_date = "DOB"
sid = "SID"
address = ["HOUSE", "STREET"]
[formats]
birth_date = "%m/%d/%Y"
"""
CANARY = "Quillfeather"


def as_files(folder: Path) -> tuple[Path, Path, Path]:
    frame = made_up(450, seed=5)
    dates = pd.to_datetime(frame["birth_date"]).dt.strftime("%m/%d/%Y")
    shaped = pd.DataFrame(
        {
            "NO": frame["record_key"],
            "FIRST": frame["given_name"],
            "LAST": frame["surname"],
            "DOB": dates,
            "SID": frame["sid"],
            "HOUSE": frame["address"].str.split(" ", n=1).str[0],
            "STREET": frame["address"].str.split(" ", n=1).str[1],
        }
    )
    left, right = shaped[frame["side"] == "left"], shaped[frame["side"] == "right"].rename(columns={"NO": "DOC"})
    paths = folder / "police.csv", folder / "corrections.parquet", folder / "m.toml"
    left.to_csv(paths[0], index=False)
    right.to_parquet(paths[1], index=False)
    paths[2].write_text(MAPPING, encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("files")
    left, right, mapping = as_files(folder)
    lines = link_files(
        left,
        right,
        mapping=mapping,
        out=folder / "links.parquet",
        people=folder / "people.csv",
        model=folder / "model.json",
    )
    return folder, lines


def test_links_have_both_ids_first_and_are_right(linked):
    folder, lines = linked
    links = pd.read_parquet(folder / "links.parquet")
    assert list(links) == ["NO", "DOC", "match_probability", "status", "reason"]
    assert set(links["status"]) <= {"link", "review"}
    made = links[links["status"] == "link"]
    assert (made["NO"].str[1:5] == made["DOC"].str[1:5]).mean() > 0.998
    assert len(made) > 0.95 * 900
    assert not links.duplicated(["NO", "DOC"]).any()
    assert lines[0].startswith("900 and 450 records")
    assert f"{len(made):,} links" in lines[1]


def test_people_say_every_record_s_person(linked):
    folder, _ = linked
    people = pd.read_csv(folder / "people.csv", dtype=str)
    assert list(people) == ["side", "record_id", "person_id", "size", "match_probability"]
    assert len(people) == 1350
    assert people["person_id"].str.startswith("P-").all()
    sizes = people.groupby("person_id")["record_id"].transform("size")
    assert (sizes == people["size"].astype(int)).all()


def test_results_and_model_are_for_their_owner_alone(linked):
    folder, _ = linked
    for name in ("links.parquet", "people.csv", "model.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_the_same_again_with_the_kept_model_gives_the_same_bytes(linked, tmp_path):
    folder, lines = linked
    left, right, mapping = folder / "police.csv", folder / "corrections.parquet", folder / "m.toml"
    again = link_files(left, right, mapping=mapping, out=tmp_path / "links.parquet", model=folder / "model.json")
    assert again == lines
    assert (tmp_path / "links.parquet").read_bytes() == (folder / "links.parquet").read_bytes()


def test_duplicates_inside_one_file_and_csv_that_is_packed(linked, tmp_path):
    folder, _ = linked
    out = tmp_path / "pairs.csv.gz"
    link_files(folder / "police.csv", None, mapping=folder / "m.toml", out=out, model=folder / "model.json")
    pairs = pd.read_csv(gzip.open(out), dtype=str)
    assert list(pairs) == ["NO_left", "NO_right", "match_probability", "status", "reason"]
    made = pairs[pairs["status"] == "link"]
    assert (made["NO_left"] < made["NO_right"]).all()
    assert (made["NO_left"].str[1:5] == made["NO_right"].str[1:5]).mean() > 0.998


def test_an_id_that_is_there_twice_is_refused_with_its_rows_and_nothing_is_written(linked, tmp_path):
    folder, _ = linked
    frame = pd.read_csv(folder / "police.csv", dtype=str)
    frame.loc[7, ["NO", "LAST"]] = [frame["NO"][3], CANARY]
    left, out = tmp_path / "police.csv", tmp_path / "links.csv"
    frame.to_csv(left, index=False)
    with pytest.raises(InputRejected, match=r"NO is there more than once \(2 rows, first at row 4\)") as caught:
        link_files(left, folder / "corrections.parquet", mapping=folder / "m.toml", out=out)
    assert CANARY not in str(caught.value)
    assert frame["NO"][3] not in str(caught.value)
    assert not out.exists()


def test_a_column_that_is_not_there_is_named_with_the_nearest(linked, tmp_path):
    folder, _ = linked
    mapping = tmp_path / "m.toml"
    mapping.write_text(MAPPING.replace('"LAST"', '"LASTNAME"'), encoding="utf-8")
    with pytest.raises(UnknownName, match="no column 'LASTNAME'.*'LAST'"):
        link_files(folder / "police.csv", None, mapping=mapping, out=tmp_path / "o.csv")


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (("police.csv", "police.csv", "o.csv"), "Leave out --right"),
        (("nothing.csv", None, "o.csv"), "There is no file"),
        (("police.csv", None, "police.csv"), "would replace an input"),
        (("police.csv", None, "o.xlsx"), r"\.parquet, \.csv or \.csv\.gz"),
    ],
)
def test_wrong_use_is_said_before_anything_is_read(linked, names, match):
    folder, _ = linked
    left, right, out = (None if name is None else folder / name for name in names)
    with pytest.raises(UsageError, match=match):
        link_files(left, right, mapping=folder / "m.toml", out=out)


def test_dates_that_no_calendar_has_are_kept_and_others_are_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "NO,FIRST,LAST,DOB,SID,HOUSE,STREET\n1,A,B,2/31/1984,,,TRANSIENT\n2,C,D,1984,,1,ASH ST\n", encoding="utf-8"
    )
    said: list[str] = []
    people = read_people_file(path, read_link_mapping(MAPPING, name="m.toml"), which="left", say=said.append)
    assert people["birth_date"].tolist()[0] == "1984-02-31"
    assert people["birth_date"].isna().tolist() == [False, True]
    assert people["address"].isna().tolist() == [True, False]
    assert people["address"].tolist()[1] == "1 ASH ST"
    assert said == ["a.csv: birth_date cannot be read as a date in 1 rows, which count as unknown. Is [formats] right?"]


def test_an_empty_file_and_an_empty_id_are_refused(tmp_path):
    mapping = read_link_mapping(MAPPING, name="m.toml")
    path = tmp_path / "a.csv"
    path.write_text("NO,FIRST,LAST,DOB,SID,HOUSE,STREET\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="a header and no rows"):
        read_people_file(path, mapping, which="left")
    path.write_text("NO,FIRST,LAST,DOB,SID,HOUSE,STREET\n,A,B,,,,\n", encoding="utf-8")
    with pytest.raises(InputRejected, match=r"NO is empty \(1 row, first at row 1\)"):
        read_people_file(path, mapping, which="left")


def test_everything_wrong_with_a_mapping_is_said_at_once():
    text = """
    details = "x"
    [left]
    idd = "NO"
    [columns]
    surename = "LAST"
    given_name = []
    [formats]
    sid = "%Y"
    [links]
    false_share = 2
    largest = 0.5
    guards = ["twin"]
    """
    with pytest.raises(MappingError, match="details is no list") as caught:
        read_link_mapping(text, name="m.toml")
    with pytest.raises(MappingError, match="m.toml cannot be used") as caught:
        read_link_mapping(text.replace('details = "x"', ""), name="m.toml")
    said = str(caught.value)
    for part in (
        "'idd'",
        "does not say the column that numbers",
        "Did you mean 'surname'",
        "names no column",
        "no date",
    ):
        assert part in said
    for part in ("false_share does not fit", "largest does not fit", "Did you mean 'twins'"):
        assert part in said


@pytest.mark.parametrize("name", ["pc20k", "febrl4", "historical"])
def test_the_examples_can_be_read(name):
    path = Path(__file__).resolve().parents[2] / "docs" / "examples" / f"{name}.toml"
    mapping = read_link_mapping(path.read_text(encoding="utf-8"), name=path.name)
    assert mapping.left.id
    assert "surname" in mapping.left.columns
    assert "person_id" not in {column for names in mapping.left.columns.values() for column in names}
