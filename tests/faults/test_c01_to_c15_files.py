"""C-01 to C-15: files and text that are not what they should be."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import stat
import zipfile

import pytest

from pcanalytics.errors import DialectError
from pcanalytics.intake import Manifest, read_extract, read_mapping

from .conftest import GIVEN, HEADER, MAPPING, PERSON, SURNAME, people

MUNOZ = "D002,Muñoz,Ana,01/02/1990,,W,,01/05/2026 10:00:00"


def _row(number: int, *, gang: str = "") -> str:
    return f"D{number:06d},Able,Bo,01/02/1990,,W,{gang},01/05/2026 10:00:00"


# ------------------------------------------------------------------------------------ C-01 to C-05


def test_c01_cp1252_declared_utf8(intake):
    data = people(MUNOZ).encode("cp1252")
    place = data.index(b"\xf1")
    error = intake.refuse(data, match=f"byte {place:,} cannot be read as utf-8; the encoding is likely cp1252")
    assert error.problems[0].code == "undecodable"
    assert intake.read(data, 'encoding = "cp1252"').frame.loc[1, "surname"] == "Muñoz"


def test_c01_byte_is_exact_beyond_the_first_block(intake):
    data = people(*(_row(number) for number in range(40_000))).encode() + MUNOZ.encode("cp1252") + b"\n"
    place = data.index(b"\xf1")
    assert place > 1 << 20
    intake.refuse(data, match=f"byte {place:,} cannot be read")


def test_c02_utf8_read_as_latin1(intake):
    data = people(MUNOZ).encode()
    read = intake.read(data, 'encoding = "latin-1"')
    assert read.set_aside[["reason", "column", "source_row"]].values.tolist() == [["mojibake", "surname", 3]]
    assert read.frame["doc_id"].tolist() == ["D001"]


def test_c02_mojibake_that_the_vendor_wrote(intake):
    twice = MUNOZ.encode().decode("cp1252")
    assert "Ã±" in twice
    assert intake.read(people(twice)).set_aside["reason"].tolist() == ["mojibake"]


def test_c02_real_names_are_not_taken_for_mojibake(intake):
    names = ["Muñoz", "Ångström", "Nº 5", "D’Angelo", "Çelik", "Łukasz", "CAFÉ®", "Ðorđe", "Þór", "Señor Ã"]
    rows = [f"D{n:03d},{name},Ana,01/02/1990,,W,,01/05/2026 10:00:00" for n, name in enumerate(names, start=10)]
    read = intake.read(people(*rows))
    assert read.set_aside.empty
    assert read.frame["surname"].tolist()[1:] == names


def test_c03_utf16_with_and_without_mark(intake):
    text = people(MUNOZ)
    read = intake.read(text.encode("utf-16"), 'encoding = "utf-16"')
    assert read.frame["surname"].tolist() == [SURNAME, "Muñoz"]
    big = b"\xfe\xff" + text.encode("utf-16-be")
    assert intake.read(big, 'encoding = "utf-16"').frame["surname"].tolist() == [SURNAME, "Muñoz"]
    bare = text.encode("utf-16-le")
    intake.refuse(
        bare, 'encoding = "utf-16"', match="UTF-16 without a byte-order mark; its encoding is likely utf-16-le"
    )
    intake.refuse(bare, match="every other byte empty, as UTF-16 has; its encoding is likely utf-16-le")
    intake.refuse(text.encode("utf-16"), match="byte-order mark of another encoding; its encoding is likely utf-16")


def test_c03_utf8_with_mark(intake):
    assert intake.read(b"\xef\xbb\xbf" + people().encode()).frame["doc_id"].tolist() == ["D001"]
    intake.refuse(b"\xef\xbb\xbf" + people().encode(), 'encoding = "cp1252"', match="likely utf-8")


def test_c04_few_undecodable_bytes(intake):
    lines = [_row(number, gang="caf\xe9" if number % 1000 == 0 else "") for number in range(3000)]
    data = people(*lines).encode("latin-1")
    read = intake.read(data, "undecodable_max = 3")
    assert read.warnings["replaced_bytes"] == 3
    assert (read.frame["security_threat_group"] == "caf\N{REPLACEMENT CHARACTER}").sum() == 3
    assert len(read.frame) == 3001
    intake.refuse(data, "undecodable_max = 2", match="more than 2 places cannot be read as utf-8")


def test_c04_cut_in_the_middle_of_a_letter(intake):
    data = people(MUNOZ).encode()[:-1] + "ñ".encode()[:1]
    intake.refuse(data, match=f"byte {len(data) - 1:,} cannot be read as utf-8")
    assert intake.read(data, "undecodable_max = 1").set_aside["reason"].tolist() == ["bad_date"]


@pytest.mark.parametrize(
    ("separator", "terminator"), [("‡", "‡\n"), ("†", "†\n"), ("|", "@\n"), ("$", "†"), ("\t", "\r")]
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_c05_strange_separators_and_terminators(intake, separator, terminator, quote):
    lines = [line.replace(",", separator) for line in people(MUNOZ, _row(3)).splitlines()]
    data = terminator.join([*lines, ""]).encode()
    dialect = f"separator = {separator!r}\nterminator = {terminator!a}\nquote = '{quote}'".replace(
        "\\u2020", "†"
    ).replace("\\u2021", "‡")
    read = intake.read(data, dialect.replace("'", '"').replace('"""', "'\"'"))
    assert read.frame["surname"].tolist() == [SURNAME, "Muñoz", "Able"]
    assert read.frame["recorded_at"].notna().all()


def test_c05_terminator_split_between_blocks(intake):
    lines = [line.replace(",", "‡") for line in people(*(_row(n) for n in range(60_000))).splitlines()]
    data = "‡\n".join([*lines, ""]).encode()
    assert len(data) > 2 << 20
    read = intake.read(data, 'separator = "‡"\nterminator = "‡\\n"\nquote = ""')
    assert len(read.frame) == 60_001


# ------------------------------------------------------------------------------------ C-06 to C-10


def test_c06_unbalanced_quote(intake):
    rows = [_row(2), 'D3,"Able,Bo,01/02/1990,,W,,01/05/2026 10:00:00', _row(4), _row(5)]
    error = intake.refuse(people(*rows), match="a quote in the record that starts here is never closed")
    assert error.problems[0].first_row == 4
    assert intake.batches == []


def test_c06_quotes_that_swallow_rows_are_found_by_the_count(intake):
    rows = [_row(2), 'D3,"Able,Bo,01/02/1990,,W,,01/05/2026 10:00:00', _row(4)]
    rows.append('D5",Able,01/02/1990,,W,,01/05/2026 10:00:00')
    data = people(*rows)
    intake.refuse(data, manifest=Manifest(rows=5), match="expected|Expected: 5 rows, as its manifest says")
    assert intake.read(data).warnings["quoted_rows"] == 1


def test_c06_quote_in_plain_text(intake):
    row = 'D2,"Able" Bo,Bo,01/02/1990,,W,,01/05/2026 10:00:00'
    intake.refuse(people(row), match="does not end at a separator")
    assert intake.read(people(row), 'quote = ""').frame["surname"].tolist() == [SURNAME, '"Able" Bo']


def test_c07_file_cut_mid_row(intake):
    data = people(_row(2), _row(3))[:-24]
    error = intake.refuse(data, match="the last record has 5 of 8 fields")
    assert error.problems[0].code == "cut_mid_row"
    assert error.problems[0].first_row == 4


def test_c07_cut_in_the_last_field_is_known_by_trailer_manifest_or_warning(intake):
    data = people(_row(2), _row(3))
    cut = data.removesuffix(":00\n")
    digest = hashlib.sha256(data.encode()).hexdigest()
    intake.refuse(
        cut, manifest=Manifest(bytes=len(data)), match=f"it has {len(cut)} bytes. Expected: {len(data)} bytes"
    )
    intake.refuse(cut, manifest=Manifest(sha256=digest), match="its SHA-256 is not that of the manifest")
    trailer = 'trailer = "^TRAILER,([0-9]+)$"'
    intake.refuse(cut, trailer, match="the last line is not the trailer")
    intake.refuse(
        people(_row(2)) + "TRAILER,3\n", trailer, match="it has 2 rows. Expected: 3 rows, as its trailer says"
    )
    assert len(intake.read(data + "TRAILER,3\n", trailer).frame) == 3
    assert intake.read(data.removesuffix("\n")).warnings["unterminated"] == 1


def test_c07_whole_rows_missing_are_known_by_the_manifest(intake):
    intake.refuse(people(_row(2)), manifest=Manifest(rows=3), match="it has 2 rows. Expected: 3 rows, as its manifest")


def test_c08_truncated_gzip_and_zip(intake):
    text = people(*(_row(number, gang=f"{number * 7919 % 100_003}") for number in range(30_000))).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", text)
    for whole in (gzip.compress(text), bz2.compress(text), packed.getvalue()):
        assert len(intake.read(whole).frame) == 30_001
        intake.refuse(whole[: len(whole) // 2], match="cannot be unpacked to its end")
    damaged = bytearray(packed.getvalue())
    damaged[len(damaged) // 2] ^= 0xFF
    intake.refuse(bytes(damaged), match="cannot be unpacked to its end")


def test_c08_no_partial_rows_in_the_store(intake, tmp_path):
    from pcanalytics.store import open_store, open_workspace

    (tmp_path / "agency.toml").write_text('name = "A"\ntime_zone = "America/Chicago"\ncrs = "EPSG:26915"\n')
    text = people(*(_row(number, gang=f"{number * 7919 % 100_003}") for number in range(60_000))).encode()
    cut = gzip.compress(text)[:-2000]
    extract = read_extract(io.BytesIO(cut), read_mapping(MAPPING, name="m"), file_name="people.csv.gz", chunk_rows=5000)
    with open_store(open_workspace(tmp_path)) as store:
        with (
            pytest.raises(DialectError, match="cannot be unpacked to its end"),
            store.loading(source="people", table="corrections_people", digest="d", extract="full") as loading,
        ):
            for batch in extract:
                loading.write(batch.frame, set_aside=batch.set_aside, read=batch.read, rejected=batch.rejected)
        assert store.load_history().empty
    summary = extract.summary
    assert summary.loaded == 0
    assert summary.read == summary.rejected["file_rejected"] > 0
    intake.said.append(str(summary))


def test_c09_extra_trailing_field(intake):
    rows = [_row(2), _row(3) + ",", _row(4)]
    error = intake.refuse(people(*rows), match="a row has 9 fields where the header has 8 .*row 4")
    assert error.problems[0].code == "extra_field"
    assert intake.batches == []


def test_c09_line_number_counts_lines_inside_quotes(intake):
    rows = ['D2,"Able\nBaker\n",Bo,01/02/1990,,W,,01/05/2026 10:00:00', "D3,Able", _row(4)]
    error = intake.refuse(people(*rows), match="a row has 2 fields")
    assert error.problems[0].first_row == 6


def test_c10_duplicate_header(intake):
    header = HEADER.replace("GANG", "DOB")
    error = intake.refuse(people(header=header), match="column GANG of the mapping is not in the file")
    assert {problem.code for problem in error.problems} == {"missing_column", "repeated_column"}
    extra = people(header=HEADER + ",NOTE,NOTE").replace(PERSON, PERSON + ",,")
    intake.refuse(extra, match="1 column names stand more than once: NOTE")


def test_c10_renamed_header(intake):
    error = intake.refuse(people(header=HEADER.replace("DOB", "BIRTH_DT")), match="column DOB of the mapping is not in")
    assert "BIRTH_DT" not in str(error)


def test_c10_file_without_a_header_shows_nobody(intake):
    error = intake.refuse(PERSON + "\n", match="column DOC of the mapping is not in the file")
    assert len(error.problems) == 8


# ------------------------------------------------------------------------------------ C-11 to C-15


def test_c11_columns_reordered_added_removed(intake):
    order = "RECORDED,GANG,RACE,SSN,DOB,GIVEN,SURNAME,DOC"
    line = ",".join(reversed(PERSON.split(",")))
    assert intake.read(f"{order}\n{line}\n").frame.loc[0, "given_name"] == GIVEN

    added = intake.read(people(header=HEADER + ",EYES").replace(PERSON, PERSON + ",BRN"))
    assert added.warnings["new_columns"] is None  # of the header, not of rows
    assert any("EYES" in str(warning) for warning in added.extract.summary.warnings)
    assert not intake.read(
        people(header=HEADER + ",EYES").replace(PERSON, PERSON + ",BRN"), 'ignored_columns = ["EYES"]'
    ).warnings

    removed = people(header=HEADER.replace(",GANG", "")).replace(",W,,", ",W,")
    intake.refuse(removed, match="column GANG of the mapping is not in the file")
    optional = intake.read(removed, 'optional_columns = ["GANG"]')
    assert "absent_columns" in optional.warnings
    assert optional.frame["security_threat_group"].isna().all()


def test_c12_invisible_characters_in_names(intake):
    names = {
        "Ab\x00le": "Able",
        "\u202eAble": "Able",
        "A\u200bb\u200dle\ufeff": "Able",
        "Ab\x07le\x7f": "Able",
        "Mun\u0303oz": "Muñoz",
        "\u2066Able\u2069": "Able",
    }
    rows = [f"D{n:03d},{name},Bo,01/02/1990,,W,,01/05/2026 10:00:00" for n, name in enumerate(names, start=10)]
    read = intake.read(people(*rows))
    assert read.frame["surname"].tolist()[1:] == list(names.values())
    assert read.warnings == {"control_characters": 5, "composed": 1}


def test_c13_empty_file_and_header_only(intake):
    intake.refuse("", match="it has no rows")
    intake.refuse(HEADER + "\n", match="it has no rows.*send a manifest with rows 0")
    assert intake.read(HEADER + "\n", manifest=Manifest(rows=0)).extract.summary.read == 0
    intake.refuse(HEADER + "\n", manifest=Manifest(rows=7), match="it has 0 rows. Expected: 7 rows")


class _Endless(io.RawIOBase):
    """A file of one line without end; counts what was read of it."""

    def __init__(self, start: bytes) -> None:
        self.given = 0
        self._start = start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        assert self.given < 64 << 20, "the reader does not stop"
        data = (self._start + b"x" * len(buffer))[: len(buffer)] if not self.given else b"x" * len(buffer)
        buffer[:] = data
        self.given += len(data)
        return len(data)


def test_c14_ten_gigabyte_line(intake):
    from pcanalytics.intake.delimited import delimited_chunks
    from pcanalytics.intake.mapping import Dialect
    from pcanalytics.intake.reading import Reading

    endless = _Endless(people().encode())
    reading = Reading(Dialect(), ["DOC"])
    with pytest.raises(DialectError, match="a record is longer than 1,000,000 characters .*row 3") as caught:
        list(delimited_chunks(io.BufferedReader(endless), reading))
    intake.said.append(str(caught.value))
    assert endless.given < 8 << 20


def test_c14_five_megabyte_field(intake):
    row = f'D2,"{"x" * 5_000_000}",Bo,01/02/1990,,W,,01/05/2026 10:00:00'
    intake.refuse(people(row), match="a record is longer than 1,000,000 characters")
    broken = "\n".join("x" * 900 for _ in range(5_000))
    intake.refuse(
        people(f'D2,"{broken}",Bo,01/02/1990,,W,,'), match="a field of the record that starts here is too large"
    )
    intake.refuse(people(_row(2)).replace("\n", "\r") * 12_000, match=r"declare it as terminator")


def _zip(*members: tuple[str, bytes], link: bool = False) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if link:
                info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, data)
    return packed.getvalue()


def test_c15_bombs(intake):
    bomb = people().encode() + (_row(2) + "\n").encode() * 400_000
    assert len(bomb) > 200 * len(_zip(("people.csv", bomb)))
    for packed in (_zip(("people.csv", bomb)), gzip.compress(bomb), bz2.compress(bomb)):
        error = intake.refuse(packed, match="it unpacks to more than 100 times its size")
        assert error.problems[0].code == "archive_bomb"


def test_c15_zip_that_lies_about_its_size(intake):
    packed = bytearray(_zip(("people.csv", people().encode() + b" " * 20_000_000)))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = packed.index(sign) + at
        packed[place : place + 4] = (500_000).to_bytes(4, "little")
    intake.refuse(bytes(packed), match="100 times its size|cannot be unpacked|longer than|fields")


def test_c15_members_that_are_refused(intake):
    text = people().encode()
    intake.refuse(_zip(("a.csv", text), ("b.csv", text)), match="it holds 2 files. Expected: one file")
    intake.refuse(_zip(), match="it holds 0 files")
    for name in ("../people.csv", "a/../../people.csv", "/people.csv", "..\\people.csv", "C:/people.csv"):
        intake.refuse(_zip((name, text)), match="the name of its file leaves the folder")
    intake.refuse(_zip(("people.csv", b"/etc/passwd"), link=True), match="a link to another file")
    assert len(intake.read(_zip(("folder/people.csv", text))).frame) == 1


def test_c15_nested_archives(intake):
    inner = _zip(("people.csv", people().encode()))
    for nested in (
        _zip(("inner.zip", inner)),
        gzip.compress(inner),
        gzip.compress(gzip.compress(b"x")),
        bz2.compress(inner),
    ):
        intake.refuse(nested, match="there is an archive inside the archive")
