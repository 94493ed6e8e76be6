"""Files with bytes changed at random are read or refused; nothing else comes out, and no value is lost track of."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import random
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.intake import read_extract

from .reading import calls_mapping

WHEN = dt.datetime(2026, 1, 2, 3, 4)
TEXT = ("ID,RCVD\n" + "".join(f'{n},"2026-01-02 03:04"\n' for n in range(200))).encode()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("calls.csv", TEXT)
    return stream.getvalue()


def _workbook() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in [["ID", "RCVD"], *([str(n), WHEN] for n in range(30))]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def _parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"ID": [str(n) for n in range(50)], "RCVD": [WHEN] * 50}), stream)
    return stream.getvalue()


FILES = {
    "text": (TEXT, ""),
    "utf-16": (TEXT.decode().encode("utf-16"), 'encoding = "utf-16"'),
    "gzip": (gzip.compress(TEXT), ""),
    "bzip2": (bz2.compress(TEXT), ""),
    "zip": (_zip(), ""),
    "xlsx": (_workbook(), 'format = "xlsx"'),
    "parquet": (_parquet(), 'format = "parquet"'),
}


def _damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place, kind = chance.randrange(len(changed)), chance.random()
        if kind < 0.6:
            changed[place] = chance.randrange(256)
        elif kind < 0.8:
            del changed[place : place + chance.randrange(1, 50)]
        else:
            changed[place:place] = chance.randbytes(chance.randrange(1, 20))
        changed = changed or bytearray(b"x")
    return bytes(changed)


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_read_or_refused(name):
    data, dialect = FILES[name]
    chance = random.Random(f"damage {name}")
    refused = 0
    for _ in range(100):
        stream = io.BytesIO(_damaged(data, chance))
        extract = read_extract(stream, calls_mapping(dialect=dialect), file_name="calls")
        try:
            batches = list(extract)
        except InputRejected as error:
            refused += 1
            assert not {problem.code for problem in error.problems} & {"defect", None}
            assert extract.summary.loaded == 0
        else:
            assert extract.summary.read == sum(batch.read for batch in batches)
    assert refused
