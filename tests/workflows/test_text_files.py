"""Files of any columns: their text comes out as it went in."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import DialectError, InputRejected, UnknownName, UsageError
from pcanalytics.workflows.csv_writing import guarded, write_csv
from pcanalytics.workflows.text_files import read_text_file

CANARY = "QUARTERMAINE"
ROWS = [
    ["ID", "ADDRESS", "NOTE"],
    ["007", "1200 MAIN ST", " as typed "],
    ["1e5", "", 'say "so"'],
    ["0012", "a\nb", "=1+1,2"],
]


def as_csv(rows: list[list[str]], **how: str) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **how).writerows(rows)
    return stream.getvalue()


def kept(folder: Path, content: bytes, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def rows_of(read) -> list[list[str]]:
    return [list(read.names), *map(list, zip(*(column.to_pylist() for column in read.columns), strict=True))]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_field_is_as_it_was(tmp_path, separator, line_end):
    path = kept(tmp_path, as_csv(ROWS, delimiter=separator, lineterminator=line_end).encode())
    assert rows_of(read_text_file(path, wanted=["ADDRESS"])) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_by_mark_and_by_trying(tmp_path, encoding):
    rows = [["ADDRESS", "N"], ["12 Peña Blvd", "1"]]
    read = read_text_file(kept(tmp_path, as_csv(rows).encode(encoding)), wanted=["ADDRESS"])
    assert rows_of(read) == rows
    assert read.is_marked == (encoding in ("utf-8-sig", "utf-16"))
    assert read.encoding == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def test_an_encoding_that_is_said_is_taken(tmp_path):
    path = kept(tmp_path, "ADDRESS,N\n12 Pe\u00f1a,1\n".encode("cp437"))
    assert read_text_file(path, encoding="cp437").column("ADDRESS").to_pylist() == ["12 Peña"]
    with pytest.raises(UsageError, match="There is no encoding 'utf-9'"):
        read_text_file(path, encoding="utf-9")
    with pytest.raises(InputRejected, match="not written in ascii"):
        read_text_file(path, encoding="ascii")
    with pytest.raises(InputRejected, match="--encoding: utf-16-le"):
        read_text_file(kept(tmp_path, "ADDRESS,N\n12 A,1\n".encode("utf-16-le")))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files_are_unpacked(tmp_path, pack):
    assert rows_of(read_text_file(kept(tmp_path, pack(as_csv(ROWS).encode()), "in.csv.gz"))) == ROWS


def test_a_zip_with_one_file_is_read_and_a_workbook_is_refused_with_what_to_do(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in.csv", as_csv(ROWS))
    assert rows_of(read_text_file(kept(tmp_path, packed.getvalue()))) == ROWS
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("more.csv", "x")
    with pytest.raises(DialectError, match="it holds 2 files"):
        read_text_file(kept(tmp_path, packed.getvalue()))


def test_parquet_keeps_text_and_writes_other_kinds_plainly(tmp_path):
    table = pa.table(
        {"ID": ["007", None], "N": [1, 2], "WHEN": pa.array([0, None], pa.timestamp("s")), "ADDRESS": ["a", "b"]}
    )
    pq.write_table(table, tmp_path / "in.parquet")
    read = read_text_file(tmp_path / "in.parquet")
    assert rows_of(read) == [
        ["ID", "N", "WHEN", "ADDRESS"],
        ["007", "1", "1970-01-01 00:00:00.000", "a"],
        ["", "2", "", "b"],
    ]
    pq.write_table(pa.table({"A": [[1]]}), tmp_path / "nested.parquet")
    with pytest.raises(InputRejected, match="column 'A' holds no plain values"):
        read_text_file(tmp_path / "nested.parquet")
    with pytest.raises(InputRejected, match="damaged"):
        read_text_file(kept(tmp_path, (tmp_path / "in.parquet").read_bytes()[:-9], "cut.parquet"))


def test_an_empty_line_is_a_row_of_one_column_and_none_of_several(tmp_path):
    assert read_text_file(kept(tmp_path, b"ADDRESS\n1 A ST\n\n2 A ST\n")).column("ADDRESS").to_pylist() == [
        "1 A ST",
        "",
        "2 A ST",
    ]
    assert read_text_file(kept(tmp_path, b"ADDRESS,N\n1 A ST,1\n\n2 A ST,2\n")).rows == 2


def test_no_rows_is_no_fault_and_no_header_is_one(tmp_path):
    assert read_text_file(kept(tmp_path, b"ADDRESS,N\n")).rows == 0
    for nothing in (b"", b"\xef\xbb\xbf", b"\n\n"):
        with pytest.raises(InputRejected, match="is empty"):
            read_text_file(kept(tmp_path, nothing))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_empty_lines_above_the_header_are_no_rows(tmp_path, line_end):
    read = read_text_file(kept(tmp_path, f"{line_end * 2}ID,ADDRESS{line_end}7,1 A{line_end}".encode()))
    assert rows_of(read) == [["ID", "ADDRESS"], ["7", "1 A"]]


@pytest.mark.parametrize("header", ["ADDRESS", "ID,ADDRESS"])
def test_a_header_whose_line_does_not_end_has_no_rows(tmp_path, header):
    read = read_text_file(kept(tmp_path, header.encode()))
    assert (read.names, read.rows) == (tuple(header.split(",")), 0)


def test_a_byte_of_zero_is_named_by_its_line(tmp_path):
    with pytest.raises(InputRejected, match="byte of zero, first on line 3"):
        read_text_file(kept(tmp_path, b"ID,ADDRESS\n1,A\n2,B\0B\n"))


def test_rows_that_do_not_fit_are_counted_and_not_quoted(tmp_path):
    path = kept(tmp_path, f"ID,ADDRESS\n1,a\n2,{CANARY},x\n3,b\n4,{CANARY},y\n".encode())
    with pytest.raises(InputRejected, match="2 rows, first at row 3") as caught:
        read_text_file(path)
    assert CANARY not in str(caught.value)


def test_a_quote_that_is_never_closed_is_named_by_its_row(tmp_path):
    path = kept(tmp_path, f'ID,ADDRESS\n1,a\n2,"{CANARY}\n3,b\n'.encode())
    with pytest.raises(InputRejected, match=r"never closed \(at row 3\)") as caught:
        read_text_file(path)
    assert CANARY not in str(caught.value)
    inches = read_text_file(kept(tmp_path, b'ID,ADDRESS\n1,PIPE 12" WIDE\n'))
    assert inches.column("ADDRESS").to_pylist() == ['PIPE 12" WIDE']


def test_a_column_is_found_by_its_name_or_the_nearest_is_offered(tmp_path):
    read = read_text_file(kept(tmp_path, b" ADDRESS ,N,N\nx,1,2\n"))
    assert read.column("ADDRESS").to_pylist() == ["x"]
    with pytest.raises(UnknownName, match="Did you mean 'ADDRESS'"):
        read.column("ADRESS")
    with pytest.raises(UsageError, match="2 times"):
        read.column("N")


def test_a_separator_is_one_character(tmp_path):
    with pytest.raises(UsageError, match="one character"):
        read_text_file(kept(tmp_path, b"A;;B\n"), separator=";;")


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=2, max_size=2),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_back_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "round.csv"
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in (0, 1)]
    with write_csv(path, ["A", "B"]) as writer:
        writer.write(columns)
    with path.open(newline="", encoding="utf-8") as stream:
        assert list(csv.reader(stream)) == [["A", "B"], *rows]


def test_an_error_leaves_the_old_file_and_no_other(tmp_path):
    path = kept(tmp_path, b"old", "out.csv")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), write_csv(path, ["A"]) as writer:
            writer.write([pa.array(["x"])])
            raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_gz_is_packed_and_the_same_bytes_each_time(tmp_path):
    made = []
    for name in ("a.csv.gz", "b.csv.gz"):
        with write_csv(tmp_path / name, ["A"], is_marked=True) as writer:
            writer.write([pa.array(["x"])])
        made.append((tmp_path / name).read_bytes())
    assert gzip.decompress(made[0]) == b"\xef\xbb\xbfA\nx\n"
    assert made[0] == made[1]


def test_only_formulas_are_guarded():
    texts = ["=1", " +1", "-x", "@A", "\t=1", "5TH ST", "", None, "MAIN - OAK"]
    assert guarded(pa.array(texts)).to_pylist() == [
        "'=1",
        "' +1",
        "'-x",
        "'@A",
        "'\t=1",
        "5TH ST",
        "",
        None,
        "MAIN - OAK",
    ]
