"""Workbooks and Parquet files: cells that know their type, ids that stay text."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pcanalytics.errors import DialectError
from pcanalytics.intake import read_mapping

from .reading import calls_mapping, codes, read_all

WHEN = dt.datetime(2026, 1, 2, 3, 4)


def _book(*rows: list[object], sheet: str | None = None, formats: dict[str, str] | None = None) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    if sheet:
        book.create_sheet(sheet)
    page = book[sheet] if sheet else book.active
    for row in rows:
        page.append(row)
    for cell, form in (formats or {}).items():
        page[cell].number_format = form
    book.save(stream)
    return stream.getvalue()


XLSX = calls_mapping(dialect='format = "xlsx"', columns='beat = "BEAT"\npriority = "PRI"')


def test_workbook_cells_keep_what_they_say():
    data = _book(
        ["ID", "RCVD", "BEAT", "PRI"],
        ["007", WHEN, "1E5", 2],
        [12, "2026-01-02 03:04", 3.0, 1.0],
        [123456789012345, WHEN, None, None],
        [7, WHEN, 7, 3],
        formats={"C5": "000", "A5": "00000"},
    )
    frame, aside, _ = read_all(data, XLSX)
    assert aside.empty
    assert frame["call_id"].tolist() == ["007", "12", "123456789012345", "00007"]
    assert frame["beat"].tolist()[:2] == ["1E5", "3"]
    assert frame["beat"].tolist()[3] == "007"
    assert frame["received_at"].tolist() == [pd.Timestamp(WHEN)] * 4
    assert frame["priority"].tolist() == [2, 1, pd.NA, 3]


def test_workbook_numbers_of_more_digits_than_excel_keeps_are_no_ids():
    data = _book(["ID", "RCVD", "BEAT", "PRI"], [12345678901234567, WHEN, "1", 1], ["12345678901234567", WHEN, "1", 1])
    frame, aside, extract = read_all(data, XLSX)
    assert frame["call_id"].tolist() == ["12345678901234567"]
    assert aside[["source_row", "reason", "column"]].values.tolist() == [[2, "missing", "call_id"]]
    assert codes(extract) == {"rounded_numbers": 1}


def test_workbook_text_dates_need_the_declared_format():
    _, aside, _ = read_all(_book(["ID", "RCVD", "BEAT", "PRI"], ["1", "01/02/2026", "1", 1]), XLSX)
    assert aside[["source_row", "reason"]].values.tolist() == [[2, "bad_date"]]


def test_workbook_banner_rows_sheet_and_blank_rows():
    rows = [["Calls of week 47"], [], ["ID", "RCVD", "BEAT", "PRI"], ["1", WHEN, "001", 1], [], ["2", WHEN, "002", 1]]
    mapping = calls_mapping(
        dialect='format = "xlsx"\nskip_rows = 2\nsheet = "Calls"', columns='beat = "BEAT"\npriority = "PRI"'
    )
    frame, _, _ = read_all(_book(*rows, sheet="Calls"), mapping)
    assert frame["beat"].tolist() == ["001", "002"]
    with pytest.raises(DialectError, match="it has no sheet Calls; it has 1 sheets"):
        read_all(_book(*rows), mapping)


def test_workbook_values_beside_the_header_are_refused():
    with pytest.raises(DialectError, match=r"cells are filled beside the header's columns \(1 row, first at row 3\)"):
        read_all(_book(["ID", "RCVD", "BEAT", "PRI"], ["1", WHEN, "1", 1], ["2", WHEN, "1", 1, "x"]), XLSX)


def test_workbook_errors_are_missing_and_counted():
    frame, _, extract = read_all(_book(["ID", "RCVD", "BEAT", "PRI"], ["1", WHEN, "#N/A", 1]), XLSX)
    assert frame["beat"].isna().all()
    assert codes(extract) == {"spreadsheet_errors": 1}


def test_workbook_date_and_time_in_two_cells():
    text = """
    [source]
    table = "calls"
    [dialect]
    format = "xlsx"
    [columns]
    call_id = "ID"
    received_at = ["DAY", "TIME"]
    [formats]
    received_at = "%Y-%m-%d %H:%M:%S"
    """
    data = _book(
        ["ID", "DAY", "TIME"], ["1", dt.date(2026, 1, 2), dt.time(13, 5)], ["2", dt.date(2026, 1, 2), "13:06:00"]
    )
    frame, _, _ = read_all(data, read_mapping(text, name="m"))
    assert frame["received_at"].dt.strftime("%H:%M").tolist() == ["13:05", "13:06"]


@pytest.mark.parametrize("cut", [10, 100, 2000])
def test_damaged_workbook(cut):
    data = _book(["ID", "RCVD", "BEAT", "PRI"], *([str(n), WHEN, "1", 1] for n in range(500)))
    with pytest.raises(DialectError, match="damaged"):
        read_all(data[:-cut], XLSX)
    broken = bytearray(data)
    broken[len(data) // 2] ^= 0xFF
    broken[len(data) // 3] ^= 0xFF
    with pytest.raises(DialectError, match="damaged|columns of the file|written the way"):
        read_all(bytes(broken), XLSX)


def test_workbook_that_unpacks_too_far():
    import zipfile

    stream = io.BytesIO(_book(["ID", "RCVD", "BEAT", "PRI"]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b" " * 50_000_000)
    with pytest.raises(DialectError, match="it unpacks to more than 100 times its size"):
        read_all(stream.getvalue(), XLSX)


PARQUET = calls_mapping(
    dialect='format = "parquet"',
    columns='beat = "BEAT"\npriority = "PRI"\nx = "X"\ny = "Y"\nofficer_initiated = "OI"',
    source='crs = "EPSG:26915"',
)


def _parquet(**changes: pa.Array) -> bytes:
    columns = {
        "ID": pa.array(["007", "1E5", "12345678901234567"]),
        "RCVD": pa.array([WHEN] * 3, pa.timestamp("ns")),
        "BEAT": pa.array(["001", None, "NA"]).dictionary_encode(),
        "PRI": pa.array([1, None, 3], pa.int8()),
        "X": pa.array([500000.125, float("nan"), None]),
        "Y": pa.array([4600000.1, 0.0, 1.0]),
        "OI": pa.array([True, False, None]),
    }
    stream = io.BytesIO()
    pq.write_table(pa.table({**columns, **changes}), stream)
    return stream.getvalue()


def test_parquet_types_come_through_without_loss():
    frame, aside, extract = read_all(_parquet(), PARQUET)
    assert aside.empty
    assert frame["call_id"].tolist() == ["007", "1E5", "12345678901234567"]
    assert frame["beat"].tolist()[2] == "NA"
    assert frame["received_at"].tolist() == [pd.Timestamp(WHEN)] * 3
    assert frame["priority"].tolist() == [1, pd.NA, 3]
    assert (frame.loc[0, "x"], frame.loc[0, "y"]) == (500000.125, 4600000.1)
    assert frame["officer_initiated"].tolist() == [True, False, pd.NA]
    assert codes(extract) == {"blank_coordinates": 2}


@pytest.mark.parametrize(
    ("ids", "right"),
    [
        (pa.array([7, 2**62, 0], pa.int64()), ["7", str(2**62), "0"]),
        (pa.array([7.0, 1e5, 2.5]), ["7", "100000", "2.5"]),
        (pa.array([7.0, 1e5, 0.1], pa.float32()), ["7", "100000", "0.1"]),
        (pa.array([dt.date(2026, 1, 2)] * 3), ["2026-01-02"] * 3),
        (pa.array([WHEN] * 3), ["2026-01-02 03:04:00"] * 3),
    ],
)
def test_parquet_ids_of_any_type_become_their_digits(ids, right):
    frame, _, _ = read_all(_parquet(BEAT=ids), PARQUET)
    assert frame["beat"].tolist() == right


def test_parquet_that_cannot_be_read():
    with pytest.raises(DialectError, match="column RCVD holds times with a zone"):
        read_all(_parquet(RCVD=pa.array([WHEN] * 3, pa.timestamp("us", "UTC"))), PARQUET)
    with pytest.raises(DialectError, match="column BEAT is nested"):
        read_all(_parquet(BEAT=pa.array([[1], [2], [3]])), PARQUET)
    with pytest.raises(DialectError, match="it cannot be read to its end"):
        read_all(_parquet()[:-50], PARQUET)
    with pytest.raises(DialectError, match="it cannot be read to its end"):
        read_all(_parquet(BEAT=pa.array([b"\xff\xfe"] * 3)), PARQUET)


def test_the_same_rows_as_text_workbook_and_parquet_give_the_same_frame():
    rows = [["007", "2026-01-02 03:04", "1E5", 2], ["NA", "2026-01-03 03:04", "None", 1]]
    text = "ID,RCVD,BEAT,PRI\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(pd.DataFrame(rows, columns=["ID", "RCVD", "BEAT", "PRI"])), stream)
    columns = 'beat = "BEAT"\npriority = "PRI"'
    mapping = calls_mapping(dialect='format = ["delimited", "xlsx", "parquet"]', columns=columns)
    frames = [
        read_all(data, mapping)[0] for data in (text, _book(["ID", "RCVD", "BEAT", "PRI"], *rows), stream.getvalue())
    ]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert frames[0]["call_id"].tolist() == ["007", "NA"]
