"""A reference is plain tables, cast and hashed; the hand-made town hangs together."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.geocoding.reference import TABLE_SCHEMAS, Reference


def again(reference, **changes):
    tables = {**reference.tables(), **changes}
    return Reference.from_tables(tables, name="x", vintage="y", crs=reference.crs, localities=reference.localities)


def test_tables_round_trip(toy_reference):
    assert again(toy_reference).digest == toy_reference.digest
    assert list(toy_reference.tables()) == list(TABLE_SCHEMAS)


def test_digest_does_not_depend_on_chunks(toy_reference):
    half = toy_reference.ranges.num_rows // 2
    split = pa.concat_tables([toy_reference.ranges.slice(0, half), toy_reference.ranges.slice(half)])
    assert again(toy_reference, ranges=split).digest == toy_reference.digest


def test_digest_changes_with_one_number(toy_reference):
    low = toy_reference.ranges["low"].to_pylist()
    low[3] += 2
    changed = toy_reference.ranges.set_column(3, "low", pa.array(low, pa.int32()))
    assert again(toy_reference, ranges=changed).digest != toy_reference.digest


def test_wrong_tables_are_listed():
    tables = {"street": pa.table({"x": [1]}), "places": pa.table({"place": ["A"]})}
    with pytest.raises(InputRejected, match="no table 'street'(.|\n)*'places' lacks column 'written'"):
        Reference.from_tables(tables, name="x", vintage="y", crs="EPSG:26915")


def test_town_hangs_together(toy_reference):
    ids = set(toy_reference.streets["street_id"].to_pylist())
    for table in ("segments", "ranges", "pieces", "points"):
        assert set(getattr(toy_reference, table)["street_id"].to_pylist()) <= ids
    pairs = toy_reference.crossings.to_pylist()
    assert all(row["street_a"] < row["street_b"] for row in pairs)
    pieces = toy_reference.pieces.to_pylist()
    assert all(row["low"] <= row["high"] for row in pieces)
