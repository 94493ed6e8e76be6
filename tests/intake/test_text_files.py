"""Delimited and fixed-width text, against the csv module and plain slicing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import DialectError
from pcanalytics.intake import decoding
from pcanalytics.intake.decoding import likely_encoding
from pcanalytics.intake.delimited import delimited_chunks
from pcanalytics.intake.fixed import fixed_chunks

from .reading import calls_mapping, codes, read_all, reading_of

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)
TABLE = st.integers(2, 5).flatmap(lambda width: st.lists(st.tuples(*[FIELD] * width), min_size=1, max_size=30))


def _read(data: bytes, reading) -> tuple[list[tuple[str, ...]], list[int]]:
    chunks = list(delimited_chunks(io.BytesIO(data), reading))
    columns = [[text for chunk in chunks for text in chunk.columns[name].text.to_pylist()] for name in reading.wanted]
    return list(zip(*columns, strict=True)), [int(number) for chunk in chunks for number in chunk.numbers]


@settings(deadline=None)
@given(rows=TABLE, block=st.integers(1, 64), chunk_rows=st.integers(1, 20), separator=st.sampled_from(",|\t‡"))
def test_whatever_is_written_is_read_in_any_blocks_and_chunks(rows, block, chunk_rows, separator):
    names = [f"c{n}" for n in range(len(rows[0]))]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "_BLOCK_BYTES", block)
        reading = reading_of(*names, chunk_rows=chunk_rows, separator=separator)
        read, numbers = _read(written.getvalue().encode(), reading)
    assert read == rows
    starts, line = [], 2
    for row in rows:
        starts.append(line)
        line += 1 + "".join(row).count("\n")
    assert numbers == starts


PLAIN = st.text(st.characters(codec="cp1252", exclude_characters="\r\n|"), min_size=1, max_size=12)


@settings(deadline=None)
@given(rows=st.lists(st.tuples(PLAIN, PLAIN), min_size=1, max_size=30), block=st.integers(1, 40))
def test_unquoted_text_is_cut_at_separators_only(rows, block):
    data = "\r\n".join(["a|b", *("|".join(row) for row in rows), ""]).encode("cp1252")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "_BLOCK_BYTES", block)
        read, numbers = _read(data, reading_of("a", "b", separator="|", quote="", encoding="cp1252"))
    assert read == rows
    assert numbers == list(range(2, len(rows) + 2))


def test_quoted_field_may_hold_the_declared_terminator():
    data = '"a"‡"b"†"1"‡"x†y\nz"†"2"‡"w"†'.encode()
    read, numbers = _read(data, reading_of("a", "b", separator="‡", terminator="†"))
    assert read == [("1", "x†y\nz"), ("2", "w")]
    assert numbers == [2, 3]


def test_unclosed_quote_with_another_terminator_is_refused():
    with pytest.raises(DialectError, match="never closed"):
        _read('a‡b†1‡"x†2‡y†'.encode(), reading_of("a", separator="‡", terminator="†"))


def test_banner_lines_and_a_header_of_the_mapping():
    banner = "Report of calls\n\nID,RCVD\n1,2026-01-02 03:04\n"
    frame, _, _ = read_all(banner, calls_mapping(dialect="skip_rows = 2"))
    assert frame["call_id"].tolist() == ["1"]
    bare = "1|2026-01-02 03:04|x\n"
    dialect = 'separator = "|"\nheader = ["ID", "RCVD", "NOTE"]\nignored_columns = ["NOTE"]'
    frame, _, extract = read_all(bare, calls_mapping(dialect=dialect))
    assert frame["call_id"].tolist() == ["1"]
    assert extract.summary.warnings == ()


def test_blank_lines_are_passed_over_and_counted():
    frame, _, extract = read_all("\n\nID,RCVD\n\n1,2026-01-02 03:04\n\n", calls_mapping())
    assert len(frame) == 1
    assert codes(extract) == {"blank_lines": 4}


def test_line_numbers_of_rows_set_aside_count_blank_lines():
    _, aside, _ = read_all("ID,RCVD\n\n1,2026-01-02 03:04\n\n2,never\n", calls_mapping())
    assert aside["source_row"].tolist() == [5]


def test_a_column_without_a_name_is_left_out():
    frame, _, extract = read_all("ID,RCVD,\n1,2026-01-02 03:04,\n", calls_mapping())
    assert len(frame) == 1
    assert codes(extract) == {"unnamed_column": None}


WIDTHS = 'format = "fixed"\n[dialect.widths]\nID = [0, 4]\nRCVD = [4, 20]\nNAME = [20, 24]'


def test_fixed_width():
    lines = ["00072026-01-02 03:04Ana ", "0008                Bö  "]
    mapping = calls_mapping(dialect=WIDTHS, columns='call_type = "NAME"')
    frame, aside, _ = read_all("\r\n".join([*lines, ""]), mapping)
    assert frame[["call_id", "call_type"]].values.tolist() == [["0007", "Ana"]]
    assert aside["reason"].tolist() == ["missing"]
    with pytest.raises(DialectError, match="the last line is cut"):
        read_all(lines[0] + "\n" + lines[1][:15], mapping)
    with pytest.raises(DialectError, match=r"lines are not all of one length \(1 row, first at row 1\)"):
        read_all(lines[0][:-2] + "\n" + lines[0] + "\n", mapping)


def test_fixed_width_with_blanks_left_out():
    mapping = calls_mapping(dialect=WIDTHS.replace('"fixed"', '"fixed"\ntrimmed = true'), columns='call_type = "NAME"')
    frame, _, _ = read_all("00072026-01-02 03:04\n00082026-01-02 03:04Ana\n", mapping)
    assert frame["call_type"].isna().tolist() == [True, False]


@settings(deadline=None)
@given(rows=st.lists(st.tuples(*[st.text("abcñ‡ 0", min_size=3, max_size=3)] * 3), min_size=1, max_size=20))
def test_fixed_width_fields_are_plain_slices(rows):
    rows = [row if "".join(row).strip() else ("a00", *row[1:]) for row in rows]
    data = "".join("".join(row) + "\n" for row in rows).encode()
    reading = reading_of("a", "c", formats=("fixed",), widths={"a": (0, 3), "b": (3, 6), "c": (6, 9)}, chunk_rows=7)
    chunks = list(fixed_chunks(io.BytesIO(data), reading))
    for name, at in (("a", 0), ("c", 2)):
        assert [text for chunk in chunks for text in chunk.columns[name].text.to_pylist()] == [row[at] for row in rows]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Muñoz", "utf-8"), ("Muñoz", "cp1252"), ("Muñoz, and more", "utf-16-le"), ("Muñoz, and more", "utf-16-be")],
)
def test_likely_encoding(text, encoding):
    assert likely_encoding(text.encode(encoding)) == encoding
    assert likely_encoding("x".encode("utf-16")) == "utf-16"
    assert likely_encoding(b"M\x81\x8d").startswith("latin-1")


def test_a_file_of_another_format_is_refused():
    with pytest.raises(DialectError, match="the file is a Parquet file. Expected: delimited"):
        read_all(b"PAR1....PAR1", calls_mapping())
    with pytest.raises(DialectError, match="the file is text. Expected: parquet"):
        read_all("ID,RCVD\n", calls_mapping(dialect='format = "parquet"'))


def test_results_do_not_depend_on_the_size_of_chunks():
    rows = "".join(f"{n % 90},2026-01-{n % 35:02d} 03:04,{n % 7}\n" for n in range(1, 400))
    mapping = calls_mapping(columns='priority = "P"', rest='[keys]\nincident_id = ["ID", "P"]')
    whole, aside, extract = read_all("ID,RCVD,P\n" + rows, mapping)
    for chunk_rows in (1, 13, 4096):
        again, aside_again, extract_again = read_all("ID,RCVD,P\n" + rows, mapping, chunk_rows=chunk_rows)
        assert again.equals(whole)
        assert aside_again.equals(aside)
        assert extract_again.summary == extract.summary
