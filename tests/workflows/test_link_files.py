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
        (("police.csv", None, "police.csv/o.csv"), "no folder that you may write in"),
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


def small(folder: Path, *, mapping: str, more: dict[str, list[str]] | None = None) -> tuple[Path, Path, Path]:
    """Forty people in both of two files, all that is known of them the same."""
    names = [f"{first}{last}" for first in ("AL", "BO", "CY", "DEE", "ED") for last in ("AN", "BERT", "CIA", "DRIC")]
    frame = pd.DataFrame(
        {
            "ID": [f"n{n}" for n in range(40)],
            "FIRST": names * 2,
            "LAST": [f"{name[::-1].title()}son" for name in names] + [f"{name.title()}berg" for name in names],
            "BORN": [f"19{50 + n}-0{1 + n % 9}-1{n % 10}" for n in range(40)],
            **(more or {}),
        }
    )
    paths = folder / "a.csv", folder / "b.csv", folder / "m.toml"
    frame.to_csv(paths[0], index=False)
    frame.to_csv(paths[1], index=False)
    paths[2].write_text(mapping, encoding="utf-8")
    return paths


SMALL = '[left]\nid = "ID"\n[columns]\ngiven_name = "FIRST"\nsurname = "LAST"\nbirth_date = "BORN"\n'


def test_a_model_never_replaces_an_input_or_a_result(tmp_path):
    left, right, mapping = small(tmp_path, mapping=SMALL)
    out = tmp_path / "o.csv"
    before = left.read_bytes()
    for model in (left, mapping, out):
        with pytest.raises(UsageError, match="of --model would replace"):
            link_files(left, right, mapping=mapping, out=out, model=model, retrain=True)
    assert left.read_bytes() == before
    assert not out.exists()


def test_no_result_is_there_when_one_of_them_cannot_be_written(tmp_path, monkeypatch):
    left, right, mapping = small(tmp_path, mapping=SMALL)
    out, people = tmp_path / "o.parquet", tmp_path / ("n" * 250 + ".csv")  # too long a name for its temporary file
    with pytest.raises(OSError, match="File name too long"):
        link_files(left, right, mapping=mapping, out=out, people=people)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "m.toml"]


def test_c64_details_of_any_name_are_compared_and_are_no_column_of_ours(tmp_path):
    names = ['he said "x"; DROP TABLE t --', "record_key", "side", "surname", "select", "Select"]
    more = {name: [f"w{n}" for n in range(40)] for name in names}
    listed = "details = [" + ", ".join("'" + name + "'" for name in names) + "]\n"
    left, right, mapping = small(tmp_path, mapping=listed + SMALL, more=more)
    out, model = tmp_path / "o.parquet", tmp_path / "model.json"
    link_files(left, right, mapping=mapping, out=out, model=model)
    links = pd.read_parquet(out)
    links = links[links["status"] == "link"]
    assert len(links) == 40
    assert (links["ID_left"] == links["ID_right"]).all()
    assert '"detail_he_said_x_drop_table_t"' in model.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["side", "person_id", "size", "match_probability"])
def test_an_id_called_like_a_column_of_the_result_is_not_lost(tmp_path, name):
    left, _, mapping = small(tmp_path, mapping=SMALL.replace('"ID"', f'"{name}"'))
    left.write_text(left.read_text().replace("ID,", f"{name},", 1))
    link_files(left, None, mapping=mapping, out=tmp_path / "o.csv", people=tmp_path / "p.csv")
    people = pd.read_csv(tmp_path / "p.csv", dtype=str)
    assert list(people) == ["record_id", "person_id", "size", "match_probability"]
    assert set(people["record_id"]) == {f"n{n}" for n in range(40)}


def test_birth_years_of_two_digits_are_of_the_century_that_has_passed(tmp_path):
    mapping = read_link_mapping(SMALL + '[formats]\nbirth_date = "%m/%d/%y"', name="m.toml")
    path = tmp_path / "a.csv"
    path.write_text("ID,FIRST,LAST,BORN\n1,A,B,02/29/48\n2,A,B,05/06/29\n3,A,B,05/06/30\n4,A,B,05/06/75\n")
    assert read_people_file(path, mapping, which="left")["birth_date"].tolist() == [
        "1948-02-29",
        "2029-05-06",
        "1930-05-06",
        "1975-05-06",
    ]


def test_times_of_several_zones_are_put_in_one_order(tmp_path):
    mapping = read_link_mapping(SMALL + 'known_at = "AT"', name="m.toml")
    path = tmp_path / "a.csv"
    path.write_text(
        "ID,FIRST,LAST,BORN,AT\n1,A,B,,2026-01-01T10:00:00+02:00\n2,A,B,,2026-01-01 09:00\n3,A,B,,2026-01-02\n"
    )
    known = read_people_file(path, mapping, which="left")["known_at"]
    assert known.tolist() == [
        pd.Timestamp("2026-01-01 08:00"),
        pd.Timestamp("2026-01-01 09:00"),
        pd.Timestamp("2026-01-02"),
    ]


@pytest.mark.parametrize("form", ['"%Q"', '"hello ("', "5", '"%m/%d"'])
def test_a_way_to_write_dates_that_is_none_is_refused_before_anything_is_read(form):
    with pytest.raises(MappingError, match="birth_date says no year, or has a sign that is none"):
        read_link_mapping(SMALL + f"[formats]\nbirth_date = {form}", name="m.toml")


@pytest.mark.parametrize("rows", [["1,,,"], ["1,,,", "2,UNKNOWN,NULL,"], ["1,ANN,,", "2,,ROE,1950-01-02"]])
def test_records_of_which_nothing_can_be_compared_are_refused(tmp_path, rows):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["ID,FIRST,LAST,BORN", *rows]) + "\n")
    (tmp_path / "m.toml").write_text(SMALL)
    with pytest.raises(InputRejected, match="nothing to compare"):
        link_files(path, None, mapping=tmp_path / "m.toml", out=tmp_path / "o.csv")
    assert not (tmp_path / "o.csv").exists()


def test_a_damaged_parquet_file_is_said_to_be_so(tmp_path):
    left, _, mapping = small(tmp_path, mapping=SMALL)
    left.write_bytes(b"PAR1" + bytes(30) + b"PAR1")
    with pytest.raises(InputRejected, match="a.csv is damaged"):
        link_files(left, None, mapping=mapping, out=tmp_path / "o.csv")


def test_two_files_that_have_nobody_in_common_give_no_link(tmp_path):
    left, right, mapping = small(tmp_path, mapping=SMALL)
    frame = pd.read_csv(right, dtype=str)
    frame["FIRST"] = frame["FIRST"].str[::-1].str.title()
    frame["BORN"] = [f"19{89 - n}-1{n % 3}-2{n % 8}" for n in range(40)]
    frame.to_csv(right, index=False)
    lines = link_files(left, right, mapping=mapping, out=tmp_path / "o.csv")
    assert lines[:2] == ["40 and 40 records, 80 people.", "0 links."]


def test_an_id_that_a_spreadsheet_would_run_is_written_as_text(tmp_path):
    left, right, mapping = small(tmp_path, mapping=SMALL)
    left.write_text(left.read_text().replace("n0,", "=1+1,", 1))
    link_files(left, right, mapping=mapping, out=tmp_path / "o.csv", people=tmp_path / "p.csv")
    for name in ("o.csv", "p.csv"):
        text = (tmp_path / name).read_text()
        assert "'=1+1" in text
        assert "\n=1+1" not in text
        assert ",=1+1" not in text


def test_names_in_another_script_are_counted_and_those_in_latin_letters_are_read(tmp_path):
    left, right, mapping = small(tmp_path, mapping=SMALL)
    left.write_text(
        "ID,FIRST,LAST,BORN\n1,美玲,王,1950-01-02\n2,Łukasz,Šťastný,1951-02-03\n3,Søren,O’Brien,1952-03-04\n", "utf-8"
    )
    told: list[str] = []
    link_files(left, right, mapping=mapping, out=tmp_path / "o.csv", say=told.append)
    assert [line.split(" rows")[0] for line in told] == [
        "a.csv: given_name has no Latin letter in 1",
        "a.csv: surname has no Latin letter in 1",
    ]
    assert "玲" not in "".join(told)


def test_a_field_without_end_takes_no_memory_without_end(tmp_path):
    more = {"NOTE": ["x" * 300_000 + str(n) for n in range(40)]}
    left, _, mapping = small(tmp_path, mapping='details = ["NOTE"]\n' + SMALL, more=more)
    frame = read_people_file(left, read_link_mapping(mapping.read_text(), name="m.toml"), which="left")
    assert frame["detail_note"].str.len().max() == 200
