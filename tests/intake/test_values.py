"""Cells become declared values: joins, null words, corrections, codes, coordinates, keys, the account."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import DialectError, InputRejected, UsageError
from pcanalytics.intake import Manifest, read_extract, read_manifest
from pcanalytics.intake.cleaning import clean_text, is_misread
from pcanalytics.intake.times import clock_changes, read_times
from pcanalytics.spatial import transform

from .reading import calls_mapping, codes, read_all

HEAD = "ID,RCVD,A,B\n"
ROW = "{},2026-01-02 03:04,{},{}\n"


def _file(*rows: tuple[str, str]) -> str:
    return HEAD + "".join(ROW.format(number, *row) for number, row in enumerate(rows, start=1))


def test_parts_are_joined_without_the_ones_that_are_missing():
    mapping = calls_mapping(columns='address = ["A", "B"]', rest='[nulls]\naddress = ["0", "UNKNOWN"]')
    rows = [("12", "ELM ST"), ("0", "ELM ST"), ("12", "UNKNOWN"), ("0", "UNKNOWN"), ("", ""), ("", "OAK"), ("120", "")]
    frame, _, _ = read_all(_file(*rows), mapping)
    expected = ["12 ELM ST", "ELM ST", "12", None, None, "OAK", "120"]
    assert [None if pd.isna(one) else one for one in frame["address"]] == expected


@settings(deadline=None)
@given(rows=st.lists(st.tuples(*[st.sampled_from(["", "0", "x", "y z"])] * 2), min_size=1, max_size=40))
def test_joins_equal_a_plain_join(rows):
    frame, _, _ = read_all(_file(*rows), calls_mapping(columns='address = ["A", "B"]'))
    plain = [" ".join(part for part in row if part) or None for row in rows]
    assert [None if pd.isna(one) else one for one in frame["address"]] == plain


def test_date_and_time_in_two_columns():
    mapping = calls_mapping(
        columns='cleared_at = ["A", "B"]', rest='cleared_at = "%m/%d/%Y %H%M"\n[nulls]\ncleared_at = ["NULL"]'
    )
    frame, aside, _ = read_all(_file(("01/02/2026", "1305"), ("NULL", "NULL"), ("01/02/2026", "NULL")), mapping)
    assert frame["cleared_at"].tolist() == [pd.Timestamp("2026-01-02 13:05"), pd.NaT]
    assert aside[["column", "reason"]].values.tolist() == [["cleared_at", "bad_date"]]


def test_null_words_of_a_column_stand_in_place_of_those_of_the_file():
    mapping = calls_mapping(
        dialect='nulls = ["NULL"]', columns='beat = "A"\ndistrict = "B"', rest='[nulls]\nbeat = ["(null)"]'
    )
    frame, _, _ = read_all(_file(("NULL", "NULL"), ("(null)", "(null)"), (" ", " ")), mapping)
    assert frame["beat"].isna().tolist() == [False, True, True]
    assert frame["district"].isna().tolist() == [True, False, True]


def test_corrections_come_before_codes_and_are_counted():
    rest = """
    [codes.district]
    6 = "North"
    [[corrections]]
    column = "district"
    from = "7"
    to = "6"
    where = { B = "2024" }
    reason = "Renumbered"
    date = "2025-02-01"
    """
    mapping = calls_mapping(columns='district = "A"', rest=rest)
    frame, _, extract = read_all(_file(("7", "2024"), ("7", "2025"), ("6", "2024")), mapping)
    assert frame["district"].tolist() == ["North", "7", "North"]
    assert codes(extract) == {"corrected": 1, "unknown_code": 1}


def test_booleans_by_the_mapping_or_by_plain_words():
    mapping = calls_mapping(
        columns='officer_initiated = "A"\nconfidential_address = "B"',
        rest='[booleans]\nofficer_initiated = { true = ["OI"], false = ["CS"] }',
    )
    frame, _, extract = read_all(_file(("OI", "Y"), ("CS", "0"), ("Y", "maybe"), ("", "")), mapping)
    assert frame["officer_initiated"].tolist() == [True, False, pd.NA, pd.NA]
    assert frame["confidential_address"].tolist() == [True, False, pd.NA, pd.NA]
    assert sum(rows for code, rows in codes(extract).items() if code == "unknown_word") >= 1


def test_numbers():
    mapping = calls_mapping(columns='priority = "A"')
    frame, aside, _ = read_all(
        _file(("1", ""), ("+2", ""), ("3.0", ""), ("", ""), ("4.5", ""), ('"1,000"', "")), mapping
    )
    assert frame["priority"].tolist() == [1, 2, 3, pd.NA]
    assert aside["reason"].tolist() == ["not_a_number", "not_a_number"]


XY = 'x = "A"\ny = "B"'


def test_coordinates_are_brought_into_the_workspaces_system():
    mapping = calls_mapping(columns=XY, source='crs = "EPSG:4326"')
    rows = [("-93.6", "41.6"), ("0", "0"), ("0.0", "0.000"), ("", ""), ("-93.6", ""), ("-93.6", "91")]
    frame, aside, extract = read_all(_file(*rows), mapping, crs="EPSG:26915")
    x, y = transform(pd.Series([-93.6]), pd.Series([41.6]), "EPSG:4326", "EPSG:26915")
    assert (frame.loc[0, "x"], frame.loc[0, "y"]) == (x[0], y[0])
    assert frame["x"].isna().tolist() == frame["y"].isna().tolist() == [False] + [True] * 5
    assert aside.empty
    assert codes(extract) == {"blank_coordinates": 4, "far_coordinates": 1}


def test_coordinates_stay_as_they_are_without_a_workspace():
    frame, _, _ = read_all(_file(("500000.5", "4600000.25")), calls_mapping(columns=XY, source='crs = "EPSG:26915"'))
    assert (frame.loc[0, "x"], frame.loc[0, "y"]) == (500000.5, 4600000.25)


def test_made_keys_number_the_rows_that_are_alike():
    mapping = calls_mapping(rest='[keys]\nincident_id = ["A", "B"]')
    frame, _, _ = read_all(_file(("x", "1"), ("x", "1"), ("x", "2"), ("x", "1"), ("", "1")), mapping, chunk_rows=2)
    assert frame["incident_id"].tolist() == ["x|1", "x|1#2", "x|2", "x|1#3", "|1"]


def test_rows_of_other_tables_are_rejected_and_counted():
    mapping = calls_mapping(rest='[only]\nA = ["CALL", "911"]')
    frame, _, extract = read_all(_file(("CALL ", ""), ("UNIT", ""), ("911", ""), ("", "")), mapping)
    assert frame["call_id"].tolist() == ["1", "3"]
    assert str(extract.summary) == "read 4 = loaded 2 + set aside 0 + rejected 2"
    assert extract.summary.rejected == {"not_of_this_table": 2}


def test_a_row_set_aside_keeps_its_key_and_its_first_reason():
    mapping = calls_mapping(columns='cleared_at = "A"\npriority = "B"', rest='cleared_at = "%Y-%m-%d"')
    _, aside, extract = read_all(_file(("2025-12-31", "x"), ("2026-01-03", "1")), mapping)
    assert aside.drop(columns="record").values.tolist() == [[2, "not_a_number", "priority", "1"]]
    assert aside["record"].tolist() == ['{"ID": "1", "RCVD": "2026-01-02 03:04", "A": "2025-12-31", "B": "x"}']
    assert [problem.first_row for problem in extract.summary.asides] == [2]
    assert "priority: is not a number (1 row, first at row 2)." in map(str, extract.summary.asides)


def test_a_rejected_file_counts_all_it_read_as_rejected():
    data = _file(*[("1", "2")] * 10) + "11,2026\n"
    extract = read_extract(io.BytesIO(data.encode()), calls_mapping(), file_name="c.csv", chunk_rows=4)
    with pytest.raises(InputRejected, match=r"c\.csv: The file is not written"):
        list(extract)
    assert extract.summary.loaded == 0
    assert extract.summary.read == sum(extract.summary.rejected.values())


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["2026-01-02", "never", "9999-12-31", ""]), st.sampled_from(["1", "x", "-1", "", "7"])
        ),
        max_size=40,
    ),
    chunk_rows=st.integers(1, 9),
)
def test_every_row_is_accounted_for(rows, chunk_rows):
    mapping = calls_mapping(columns='cleared_at = "A"\npriority = "B"', rest='cleared_at = "%Y-%m-%d"')
    extract = read_extract(
        io.BytesIO(_file(*rows).encode()),
        mapping,
        file_name="c",
        chunk_rows=chunk_rows,
        manifest=Manifest(rows=len(rows)),
    )
    loaded = aside = 0
    for batch in extract:
        assert batch.read == len(batch.frame) + len(batch.set_aside) + batch.rejected
        loaded, aside = loaded + len(batch.frame), aside + len(batch.set_aside)
    summary = extract.summary
    assert (summary.read, summary.loaded, sum(summary.set_aside.values())) == (len(rows), loaded, aside)


def test_manifest_is_read_strictly():
    digest = "a" * 64
    assert read_manifest(f'{{"rows": 1, "bytes": 2, "sha256": "{digest}"}}', name="m") == Manifest(1, 2, digest)
    for bad in (
        '{"rows": -1}',
        '{"rows": 1.5}',
        '{"rows": true}',
        '{"rows": 1, "rows": 2}',
        '{"row": 1}',
        "[]",
        "{",
        '{"sha256": "A"}',
    ):
        with pytest.raises(DialectError, match=r"The manifest m cannot be used"):
            read_manifest(bad, name="m")
    with pytest.raises(DialectError, match=r"The manifest m cannot be used"):
        read_manifest("[" * 100_000, name="m")


CLOCK = st.datetimes(min_value=pd.Timestamp("1900-01-01"), max_value=pd.Timestamp("2099-12-31"))


@settings(deadline=None)
@given(times=st.lists(CLOCK, min_size=1, max_size=30))
@pytest.mark.parametrize("form", ["%m/%d/%Y %I:%M:%S %p", "%Y%m%d %H%M%S", "%d-%b-%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
def test_times_are_read_as_strptime_reads_them(form, times):
    texts = [time.strftime(form) for time in times]
    values, wrong = read_times(pa.array([*texts, None], pa.large_string()), form)
    assert not wrong.any()
    assert [pd.Timestamp(value) for value in values[:-1]] == [
        pd.Timestamp(time.replace(microsecond=0)) for time in times
    ]
    assert np.isnat(values[-1])


def test_clock_changes_agree_with_the_zone_data():
    times = pd.Series(pd.date_range("2026-01-01", "2026-12-31", freq="15min"))
    gap, fold = clock_changes(times, "America/New_York")
    assert times[gap].dt.strftime("%m-%d %H").unique().tolist() == ["03-08 02"]
    assert times[fold].dt.strftime("%m-%d %H").unique().tolist() == ["11-01 01"]
    gap, fold = clock_changes(times, "America/Phoenix")
    assert not gap.any()
    assert not fold.any()
    with pytest.raises(UsageError, match="There is no time zone 'Mars'"):
        clock_changes(times, "Mars")


@settings(deadline=None)
@given(text=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=20))
def test_cleaned_text_stays_clean(text):
    once = clean_text(pa.array([text], pa.large_string())).text
    again = clean_text(once)
    assert again.text.equals(once)
    assert not again.stripped.any()
    assert not again.composed.any()


@settings(deadline=None)
@given(name=st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x17F, categories=["L"]), min_size=1, max_size=8))
def test_misread_names_are_found(name):
    assert is_misread(f"X{name}".encode().decode("latin-1"))
    assert not is_misread(f"X{name}") or name.encode().decode("latin-1") == name
