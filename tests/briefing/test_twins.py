"""The workbook and the CSV files hold the page's numbers, as numbers, and no formula."""

import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.briefing.twins import LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS
from pcanalytics.errors import InputRejected, UsageError

from . import made_up
from .hostile import FORMULAS, HOSTILE


def table(rows, headings=("Group", "Count"), title="Counts"):
    return {"title": title, "columns": ["label", "count"], "headings": list(headings), "rows": rows}


def written(tables, **named):
    return briefing.workbook(tables, **{"title": "North", "as_of": made_up.AS_OF, **named})


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(content, sheet="Counts"):
    return [[(cell.value, cell.data_type) for cell in row] for row in opened(content)[sheet].iter_rows()]


def read(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_numbers_are_numbers_and_a_missing_one_is_empty():
    rows = [["Robbery", 3], ["Arson", -2], ["Ratio", 1.25], ["None", None], ["Never", float("nan")]]
    made = cells(written({"counts": table(rows)}))
    assert [row[1] for row in made] == [("Count", "s"), (3, "n"), (-2, "n"), (1.25, "n"), (None, "n"), (None, "n")]
    assert [row[1] for row in read(briefing.csv_text(table(rows)))] == ["Count", "3", "-2", "1.25", "", ""]


@pytest.mark.parametrize("value", FORMULAS)
def test_c59_no_text_is_a_formula(value):
    made = table([[value, 1]], headings=(value, "Count"))
    for row in cells(written({"counts": made})):
        assert row[0][1] == "s"
    sheet = opened(written({"counts": made}))["Counts"]
    assert sheet["A2"].quotePrefix
    for (cell, *_), raw in zip(read(briefing.csv_text(made)), (value, value), strict=True):
        assert cell == f"'{raw.replace(chr(13), chr(10))}"


@pytest.mark.parametrize(
    "value", ["Robbery", "12 OAK ST", "a=b", "Theft - other", "O'Neil", "(none)", "2026-11-20", "é", "007"]
)
def test_plain_text_is_left_as_it_is(value):
    made = table([[value, 1]])
    assert cells(written({"counts": made}))[1][0] == (value, "s")
    assert read(briefing.csv_text(made))[1][0] == value


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_c58_hostile_text_comes_back_whole(value):
    made = table([[value, 1]], title=value)
    there = cells(written({value: made, "counts": made}, title=value))[1][0]
    assert there[1] == "s"
    assert len(there[0]) == len(value.replace("\r\n", "\n"))
    assert read(briefing.csv_text(made))[1][0].lstrip("'")[-5:] == there[0].lstrip("'")[-5:]


def test_c60_a_long_text_is_cut_with_a_mark_and_the_sheet_says_so():
    rows = [["x" * 40_000, 1], ["\U0001f600" * 20_000, 2], ["y" * LONGEST_TEXT, 3]]
    made = cells(written({"counts": table(rows)}))
    assert made[1][0][0].endswith(" [cut: 40,000 characters]")
    assert made[2][0][0].endswith(" [cut: 40,000 characters]")
    for row in made[1:4]:
        assert len(row[0][0].encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert made[3][0][0] == "y" * LONGEST_TEXT
    assert made[5][0][0] == "Note: 2 text(s) were longer than a cell holds and are cut. The CSV file has them whole."
    assert [row[0] for row in read(briefing.csv_text(table(rows)))[1:]] == [row[0] for row in rows]


def test_c60_signs_that_xml_cannot_hold_are_shown_as_such():
    rows = [["vertical\x0btab", 1], ["nul\x00", 2], ["lone \ud800 half", 3]]
    assert [row[0][0] for row in cells(written({"counts": table(rows)}))[1:]] == [
        "vertical\ufffdtab",
        "nul\ufffd",
        "lone \ufffd half",
    ]
    briefing.csv_text(table(rows)).encode("utf-8")


def test_c60_more_rows_than_a_sheet_holds_are_refused_in_words():
    many = table([["x", 1]] * MOST_ROWS)
    with pytest.raises(InputRejected, match=r"the table counts has 1,048,579 rows .* a sheet holds 1,048,576"):
        written({"counts": many})
    wide = {"title": "x", "columns": [], "headings": ["h"] * (MOST_COLUMNS + 1), "rows": []}
    with pytest.raises(InputRejected, match="16,385 columns"):
        written({"wide": wide})


def test_whole_numbers_that_excel_would_round_are_text():
    assert cells(written({"counts": table([["x", 12345678901234567890]])}))[1][1] == ("12345678901234567890", "s")


def test_sheet_names_are_legal_and_no_two_alike():
    names = ["counts", "Counts", "a/b:c*d?[e]\\f", "history", "About", "'quoted'", "", "x" * 40, "x" * 41, "\x00"]
    sheets = opened(written({name: table([["x", 1]]) for name in names})).sheetnames
    assert len(sheets) == len(names) + 1
    assert len({name.lower() for name in sheets}) == len(sheets)
    for name in sheets:
        assert 1 <= len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.lower() != "history"


def test_the_heading_is_frozen_and_the_first_sheet_says_what_is_in_the_book():
    book = opened(written({"counts": table([["Robbery", 3]])}, title="North, week of 16 to 22 November 2026"))
    assert book["Counts"].freeze_panes == "A2"
    assert book["Counts"].column_dimensions["A"].width >= 7
    said = [cell.value for row in book["About"].iter_rows() for cell in row if cell.value]
    assert said[0] == "North, week of 16 to 22 November 2026"
    assert said[1] == "Counts what happened, and was entered, before 23 November 2026."
    assert said[-2:] == ["Counts", "Counts"]


def test_a_workbook_names_no_library_and_no_version_of_one():
    """Another version of a library gives the same bytes."""
    with zipfile.ZipFile(io.BytesIO(written({"counts": table([["Robbery", 3]])}))) as book:
        parts = b"".join(book.read(name) for name in book.namelist())
    assert b"<Application>pcanalytics</Application>" in parts
    assert openpyxl.__version__.encode() not in parts
    assert b"openpyxl" not in parts.lower()


def test_same_tables_give_the_same_bytes():
    made = {"counts": table([["Robbery", 3]])}
    one = written(made)
    assert one == written(made)
    with zipfile.ZipFile(io.BytesIO(one)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = book.read("docProps/core.xml").decode()
    assert core.count("2026-11-23T00:00:00Z") == 2
    assert "openpyxl" not in core


def test_nothing_in_a_workbook_runs_or_leads_outside():
    with zipfile.ZipFile(
        io.BytesIO(written({"counts": table([[value, 1] for value in (*HOSTILE, *FORMULAS)])}))
    ) as book:
        for name in book.namelist():
            part = book.read(name).decode("utf-8")
            assert "<f>" not in part
            assert "<f " not in part
            assert "externalLink" not in name
            assert "<hyperlink" not in part.lower()
            assert "vba" not in name.lower()


def test_no_table_is_no_workbook():
    with pytest.raises(UsageError, match="at least one table"):
        written({})


@pytest.mark.parametrize(
    ("slug", "name", "file"),
    [
        ("harbor", "counts", "harbor-counts.csv"),
        ("north-bank", "../Repeat_Addresses", "north-bank-repeat-addresses.csv"),
    ],
)
def test_c63_a_csv_file_has_a_plain_name(slug, name, file):
    assert briefing.csv_name(slug, name) == file
    with pytest.raises(UsageError, match="letter or digit"):
        briefing.csv_name(slug, "///")


def test_a_shown_table_goes_all_the_way():
    frame = pd.DataFrame(
        {"offense_group": ["Robbery", "=1+1"], "week": pd.array([3, None], dtype="Int64"), "surname": "left out"}
    )
    made = briefing.shown_table(frame, {"offense_group": "Offense group", "week": "This week"}, title="Counts")
    content = written({"counts": made})
    assert cells(content)[1:] == [[("Robbery", "s"), (3, "n")], [("=1+1", "s"), (None, "n")]]
    assert b"left out" not in content
    assert "left out" not in briefing.csv_text(made)
