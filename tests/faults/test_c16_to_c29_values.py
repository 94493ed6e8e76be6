"""C-16 to C-25 and C-29: values that are read wrongly, or cannot be right."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import MappingError
from pcanalytics.intake import address_age, read_extract, read_mapping, values
from pcanalytics.tables import table

from .conftest import BIRTH_DATE, GIVEN, MAPPING, PERSON, SURNAME, people

DATES = {'birth_date = "%m/%d/%Y"': 'birth_date = "{}"'}


def _person(number: int, **given: str) -> str:
    values = {
        "surname": "Able",
        "given": "Bo",
        "born": "01/02/1990",
        "race": "W",
        "gang": "",
        "recorded": "01/05/2026 10:00:00",
    } | given
    parts = (values[name] for name in ("surname", "given", "born"))
    return f"D{number:03d},{','.join(parts)},,{values['race']},{values['gang']},{values['recorded']}"


def test_c16_words_that_are_not_missing(intake):
    names = ["None", "Null", "NULL", "Nan", "NaN", "NA", "N/A", "True", "False", "nil", "-", "null"]
    rows = [_person(n, surname=name, gang=name) for n, name in enumerate(names, start=10)]
    read = intake.read(people(_person(2, race="NA"), *rows))
    assert read.frame["surname"].tolist()[2:] == names
    assert read.frame["security_threat_group"].tolist()[2:] == names
    assert read.frame.loc[1, "race"] == "american_indian"


def test_c16_null_words_hold_for_their_column_only(intake):
    changes = {"[codes.race]": '[nulls]\nsecurity_threat_group = ["None"]\n[codes.race]'}
    read = intake.read(people(_person(2, surname="None", gang="None")), changes=changes)
    assert read.frame.loc[1, "surname"] == "None"
    assert pd.isna(read.frame.loc[1, "security_threat_group"])
    everywhere = intake.read(people(_person(2, surname="NULL", gang="NULL")), 'nulls = ["NULL"]')
    assert everywhere.frame.loc[1, ["surname", "security_threat_group"]].isna().all()


def test_c17_24_hour_directive_with_am_pm(intake):
    for form in ("%m/%d/%Y %H:%M:%S %p", "%p %m/%d/%Y %H:%M", "%m/%d/%Y  %H:%M:%S  %p"):
        with pytest.raises(MappingError, match="24-hour %H together with %p, which reads 1 PM as 1 AM") as caught:
            read_mapping(MAPPING.replace("%m/%d/%Y %H:%M:%S", form), name="people.toml")
        assert caught.value.exit_code == 3
    changes = {"%m/%d/%Y %H:%M:%S": "%m/%d/%Y %I:%M:%S %p"}
    lines = people(_person(2, recorded="01/05/2026 01:00:00 PM"), _person(3, recorded="01/05/2026 12:00:00 AM"))
    read = intake.read(lines.replace("09:30:00", "09:30:00 AM"), changes=changes)
    assert read.frame["recorded_at"].dt.hour.tolist() == [9, 13, 0]


def test_c18_impossible_dates(intake):
    dates = ["01/01/0001", "11/28/1873", "10/01/2924", "01/01/1000", "12/31/9999", "01/31/6201"]
    rows = [_person(n, born=day) for n, day in enumerate(dates, start=10)]
    read = intake.read(people(*rows))
    assert read.set_aside["reason"].tolist() == ["impossible_date"] * 6
    assert read.set_aside["column"].unique().tolist() == ["birth_date"]
    assert len(read.frame) == 1


def test_c18_sentinels_are_missing_and_counted(intake):
    changes = {"[codes.race]": '[sentinels]\nbirth_date = ["9999-12-31", "01/01/0001"]\n[codes.race]'}
    rows = [_person(2, born="12/31/9999"), _person(3, born="01/01/0001"), _person(4, born="11/28/1873")]
    read = intake.read(people(*rows), changes=changes)
    assert read.warnings["sentinels"] == 2
    assert read.frame["birth_date"].isna().tolist() == [False, True, True]
    assert read.set_aside["reason"].tolist() == ["impossible_date"]


def test_c19_declared_format_only(intake):
    wrong = ["13/02/1990", "1990-01-02", "01/02/90", "now", "today", "02/30/1990", "01/02/1990 00:00", "1 2 1990", "0"]
    read = intake.read(people(*(_person(n, born=day) for n, day in enumerate(wrong, start=10))))
    assert read.set_aside["reason"].tolist() == ["bad_date"] * len(wrong)
    day_first = intake.read(
        people(_person(2, born="13/02/1990")).replace("03/14/1987", "14/03/1987"),
        changes={'birth_date = "%m/%d/%Y"': 'birth_date = "%d/%m/%Y"'},
    )
    assert day_first.frame.loc[1, "birth_date"] == pd.Timestamp("1990-02-13")


def test_c19_two_digit_years_need_their_hundred(intake):
    two_digits = MAPPING.replace('birth_date = "%m/%d/%Y"', 'birth_date = "%m/%d/%y"')
    with pytest.raises(MappingError, match="birth_date has two-digit years.*two_digit_years.birth_date = 1930"):
        read_mapping(two_digits, name="people.toml")
    changes = {
        'birth_date = "%m/%d/%Y"': 'birth_date = "%m/%d/%y"',
        "[codes.race]": "[two_digit_years]\nbirth_date = 1920\n[codes.race]",
    }
    rows = [_person(2, born="01/02/45"), _person(3, born="01/02/19"), _person(4, born="02/29/00")]
    read = intake.read(people(*rows).replace("03/14/1987", "03/14/87"), changes=changes)
    years = dict(zip(read.frame["doc_id"], read.frame["birth_date"].dt.year, strict=True))
    assert years["D001"] == 1987
    assert years["D002"] == 1945
    assert years["D004"] == 2000
    assert read.set_aside["reason"].tolist() == ["child_recorded"]


def test_c20_daylight_saving_gap_and_fold(intake):
    times = ["03/08/2026 02:30:00", "11/01/2026 01:30:00", "03/08/2026 01:59:59", "03/08/2026 03:00:00"]
    read = intake.read(
        people(*(_person(n, recorded=time) for n, time in enumerate(times, start=2))), time_zone="America/Chicago"
    )
    assert read.frame["recorded_at"].dt.strftime("%m/%d/%Y %H:%M:%S").tolist()[1:] == times
    assert read.set_aside.empty
    assert (read.warnings["dst_gap"], read.warnings["dst_fold"]) == (1, 1)
    assert not intake.read(people(*(_person(2, recorded=time) for time in times))).warnings


@settings(deadline=None)
@given(ids=st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=24), min_size=1))
def test_c21_ids_are_text_end_to_end(ids):
    text = "CODE\n" + "".join('"' + one.replace('"', '""') + '"\n' for one in ids)
    form = '[source]\ntable = "streets"\n[columns]\nstreet_id = "CODE"\nstreet_name = "CODE"\n'
    batches = list(
        read_extract(io.BytesIO(text.encode()), read_mapping(form, name="streets.toml"), file_name="streets.csv")
    )
    assert [one for batch in batches for one in batch.frame["street_id"]] == ids


def test_c21_the_ids_that_stock_tools_destroy(intake):
    ids = ["007", "1E5", "1E999", "06001", "12345678901234567", "1_000", "0x1F", "1.0", "NaN", "True", "-0", "+1", "١٢"]
    read = intake.read(people(*(_person(2).replace("D002", one, 1) for one in ids)))
    assert read.frame["doc_id"].tolist()[1:] == ids


def test_c22_end_before_start_and_release_before_booking(intake):
    intake.read(people())
    for name, mapping, lines in (
        ("custody_stays", ("booked_at", "released_at"), ["A,P,01/02/2026,01/01/2026", "B,P,01/02/2026,"]),
        ("residences", ("start", "end"), ["A,P,01/02/2026,01/01/2026", "B,P,01/02/2026,01/02/2026"]),
    ):
        frame, aside = _read_periods(name, mapping, lines)
        assert aside[["source_row", "reason"]].values.tolist() == [[2, "end_before_start"]]
        assert frame[table(name).key[-1]].tolist() == ["B"]


def test_c22_rules_that_share_a_reason_are_told_apart(intake):
    intake.read(people())
    text = """
    [source]
    table = "supervision"
    agency = "STATE-DOC"
    [columns]
    supervision_id = "ID"
    doc_id = "ID"
    start = "A"
    ended_on = "B"
    [formats]
    start = "%Y-%m-%d"
    ended_on = "%Y-%m-%d"
    [constants]
    supervision_type = "parole"
    """
    data = b"ID,A,B\n1,2026-01-02,2026-01-01\n"
    extract = read_extract(io.BytesIO(data), read_mapping(text, name="m"), file_name="s.csv")
    list(extract)
    assert [str(problem) for problem in extract.summary.asides] == [
        "ended_on: the real end comes before the start (1 row, first at row 2)."
    ]


def test_c22_overlapping_supervision_far_apart_in_the_file(intake):
    intake.read(people())
    lines = [f"S{n:05d},P{n},01/01/2026,12/31/2026" for n in range(300)]
    lines.append("S99999,P7,06/01/2026,06/01/2027")
    frame, aside = _read_periods("supervision", ("start", "end"), lines, chunk_rows=50)
    assert aside[["source_row", "reason"]].values.tolist() == [[302, "overlapping_supervision"]]
    assert len(frame) == 300


def _read_periods(
    name: str, columns: tuple[str, str], lines: list[str], **options: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    kind = 'supervision_type = "parole"' if name == "supervision" else ""
    mapping = read_mapping(
        f"""
        [source]
        table = "{name}"
        agency = "STATE-DOC"
        [columns]
        {table(name).key[-1]} = "ID"
        doc_id = "DOC"
        {columns[0]} = "START"
        {columns[1]} = "END"
        [formats]
        {columns[0]} = "%m/%d/%Y"
        {columns[1]} = "%m/%d/%Y"
        [constants]
        {kind}
        """,
        name="periods.toml",
    )
    data = "\n".join(["ID,DOC,START,END", *lines]).encode() + b"\n"
    batches = list(read_extract(io.BytesIO(data), mapping, file_name="periods.csv", **options))
    return pd.concat([b.frame for b in batches]), pd.concat([b.set_aside for b in batches])


def test_c23_impossible_ages(intake):
    born = ["01/02/2030", "01/02/2020", "01/02/1896", "01/02/2016", "01/06/2026"]
    read = intake.read(people(*(_person(n, born=day) for n, day in enumerate(born, start=2))))
    reasons = dict(zip(read.set_aside["doc_id"], read.set_aside["reason"], strict=True))
    assert reasons == {
        "D002": "impossible_age",
        "D003": "child_recorded",
        "D004": "impossible_date",
        "D006": "impossible_age",
    }
    assert read.frame["doc_id"].tolist() == ["D001", "D005"]


def test_c23_birth_date_to_come_without_a_date_of_record(intake):
    row = _person(2, born="01/02/2027", recorded="")
    assert intake.read(people(row), as_of=pd.Timestamp("2026-11-23")).set_aside["reason"].tolist() == ["born_later"]


def test_c24_unknown_codes_load_as_unknown_and_are_counted(intake):
    read = intake.read(people(_person(2, race="ZZ"), _person(3, race="w"), _person(4, race="")))
    assert read.frame["race"].tolist()[:3] == ["white", "unknown", "unknown"]
    assert pd.isna(read.frame.loc[3, "race"])
    assert read.warnings == {"unknown_code": 2}
    [warning] = read.extract.summary.warnings
    assert str(warning).startswith("race: codes that the mapping does not explain (2 rows, first at row 3)")
    assert "ZZ" not in str(warning)


def test_c24_unknown_code_in_a_table_without_that_category(intake):
    intake.read(people())
    text = """
    [source]
    table = "charges"
    [columns]
    charge_id = "ID"
    severity = "SEV"
    """
    mapping = read_mapping(text, name="charges.toml")
    [batch] = read_extract(io.BytesIO(b"ID,SEV\n1,felony\n2,CAPITAL\n"), mapping, file_name="charges.csv")
    assert batch.frame["severity"].tolist() == ["felony", "unknown"]


def test_a_row_set_aside_keeps_what_the_vendor_wrote_but_no_class_x(intake):
    again = PERSON.replace("D001", "D002").replace("01/05/2026 09:30:00", "never")
    read = intake.read(people(again))
    [record] = read.set_aside["record"]
    assert json.loads(record) == {
        "DOC": "D002",
        "SURNAME": SURNAME,
        "GIVEN": GIVEN,
        "DOB": BIRTH_DATE,
        "RACE": "W",
        "GANG": "",
        "RECORDED": "never",
    }


def test_what_a_library_says_of_a_value_is_never_shown(intake, monkeypatch):
    def fails(text, *rest):
        raise ValueError(f"could not convert {text.to_pylist()}")

    monkeypatch.setitem(values.KINDS, "date", fails)
    intake.refuse(people(), match="ValueError in test_c16_to_c29_values.py, line [0-9]+. This is a defect")


@pytest.mark.parametrize("weight", ["NaN", "nan", "inf", "-inf", "Infinity", "1E999", "-80", "1e400", "eighty", "80kg"])
def test_c25_numbers_that_are_none(intake, weight):
    changes = {'race = "RACE"': 'race = "RACE"\nweight_kg = "WEIGHT"'}
    lines = people(_person(2)).splitlines()
    data = "\n".join([lines[0] + ",WEIGHT", lines[1] + ",80", lines[2] + f",{weight}"]) + "\n"
    read = intake.read(data, changes=changes)
    assert read.frame["weight_kg"].tolist() == [80]
    assert read.set_aside["column"].tolist() == ["weight_kg"]
    assert read.set_aside["reason"].iloc[0] in ("not_a_number", "too_small")


@pytest.mark.parametrize("x", ["NaN", "inf", "-Infinity", "1E999"])
def test_c25_coordinates_that_are_no_numbers(intake, x):
    intake.read(people())
    text = """
    [source]
    table = "calls"
    crs = "EPSG:26915"
    [columns]
    call_id = "ID"
    received_at = "T"
    x = "X"
    y = "Y"
    [formats]
    received_at = "%Y-%m-%d"
    """
    mapping = read_mapping(text, name="calls.toml")
    data = f"ID,T,X,Y\n1,2026-01-01,500000,4600000\n2,2026-01-01,{x},4600000\n".encode()
    [batch] = read_extract(io.BytesIO(data), mapping, file_name="calls.csv", crs="EPSG:26915")
    assert batch.frame["x"].tolist() == [500000.0]
    assert batch.set_aside["reason"].iloc[0] in ("not_a_number", "not_finite")


RESIDENCES = """
[source]
table = "residences"
agency = "STATE-DOC"
[columns]
residence_id = "ID"
doc_id = "DOC"
address = "ADDR"
start = "FROM"
end = "TO"
verified = "OK"
verified_on = "OK_ON"
[formats]
start = "%Y-%m-%d"
end = "%Y-%m-%d"
verified_on = "%Y-%m-%d"
"""


def test_c29_stale_address(intake):
    intake.read(people())
    lines = {
        "ended": "2025-01-01,2026-01-01,Y,2025-06-01",
        "confirmed": "2020-01-01,,Y,2026-11-01",
        "unconfirmed": "2020-01-01,,N,",
        "confirmed long ago": "2020-01-01,,Y,2026-01-01",
        "new": "2026-11-01,,,",
        "no dates": ",,,",
        "to come": "2027-01-01,,,",
        "confirmation refused": "2020-01-01,,N,2026-11-01",
    }
    rows = [f"R{n},D{n},1 ELM ST,{rest}" for n, rest in enumerate(lines.values())]
    data = "\n".join(["ID,DOC,ADDR,FROM,TO,OK,OK_ON", *rows]).encode() + b"\n"
    as_of = pd.Timestamp("2026-11-23")
    extract = read_extract(io.BytesIO(data), read_mapping(RESIDENCES, name="r"), file_name="r.csv", as_of=as_of)
    [batch] = extract
    aged = address_age(batch.frame, as_of=as_of)
    assert aged["standing"].tolist() == ["ended", "current", "stale", "stale", "current", "stale", "future", "stale"]
    assert aged["age_days"].tolist()[:5] == [540, 22, 2518, 326, 22]
    assert {problem.code: problem.rows for problem in extract.summary.warnings} == {
        "ended_address": 1,
        "stale_address": 4,
    }
    assert address_age(batch.frame, as_of=as_of, stale_after_days=10)["standing"].tolist().count("current") == 0
