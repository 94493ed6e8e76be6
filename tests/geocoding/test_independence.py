"""A record's place depends on its own string alone: not on the order, the partition, the threads or the other rows."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.geocoding import answers, geocode
from pcanalytics.geocoding.reference import Reference
from tests.geocoding.conftest import make_toy_reference

STREETS = [
    "N MAIN ST",
    "S MAIN ST",
    "MAIN",
    "5TH AVE",
    "OAK ST",
    "OAK AV",
    "PARK ST",
    "BRODWAY",
    "GRAND BLVD",
    "NOWHERE RD",
]
TOY = make_toy_reference()


def made_strings(count: int, seed: int) -> list[str | None]:
    rng = np.random.default_rng(seed)
    kinds = ["{n} {a}", "{n} BLK {a}", "{a} / {b}", "{a}", "{n} {a} APT 4", "CITY HALL", "TRANSIENT", "{n} {a} 50001"]
    rows: list[str | None] = []
    for _ in range(count):
        a, b = rng.choice(STREETS, 2)
        rows.append(str(rng.choice(kinds)).format(n=rng.integers(0, 1300), a=a, b=b))
    rows[:: max(count // 7, 1)] = [None] * len(rows[:: max(count // 7, 1)])
    return rows


def digest(found: pd.DataFrame) -> str:
    """Hash every value of a result as text, in the order of its index."""
    plain = found.sort_index(kind="stable").astype({name: "object" for name in found.select_dtypes("category")})
    return hashlib.sha256(plain.to_csv().encode()).hexdigest()


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(answers, "_AT_ONCE", 37)


def test_order_partition_and_threads_do_not_matter(small_parts):
    rows = pd.Series(made_strings(1500, seed=5))
    whole = digest(geocode(rows, TOY, threads=1))
    shuffled = rows.sample(frac=1.0, random_state=3)
    assert digest(geocode(shuffled, TOY, threads=2)) == whole
    parts = [geocode(shuffled.iloc[start::7], TOY, threads=3) for start in range(7)]
    assert digest(pd.concat(parts)) == whole


def test_the_order_of_the_reference_s_rows_does_not_matter():
    rng = np.random.default_rng(11)
    tables = {name: table.take(pa.array(rng.permutation(table.num_rows))) for name, table in TOY.tables().items()}
    tables["streets"] = TOY.streets
    turned = Reference.from_tables(tables, name=TOY.name, vintage=TOY.vintage, crs=TOY.crs, localities=TOY.localities)
    rows = pd.Series(made_strings(600, seed=6))
    pd.testing.assert_frame_equal(geocode(rows, turned), geocode(rows, TOY))


def test_a_string_alone_is_answered_as_among_others():
    rows = pd.Series(made_strings(60, seed=7))
    together = geocode(rows, TOY)
    for row in (1, 8, 20, 33, 59):
        alone = geocode(rows.iloc[[row]], TOY)
        assert digest(alone) == digest(together.iloc[[row]])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=60), st.from_regex(r"[0-9NSEW /&@#.-]{0,40}", fullmatch=True)), max_size=8
    )
)
def test_no_string_breaks_it(rows):
    found = geocode(pd.Series(rows, dtype="str"), TOY)
    assert len(found) == len(rows)
    hit = found["status"] == "M"
    assert found.loc[hit, ["x", "y", "error_m"]].notna().all(axis=None)
    assert found.loc[~hit, ["x", "y", "lon", "lat"]].isna().all(axis=None)
    assert found.loc[found["status"] == "U", "reason"].notna().all()


def brute_force(number: int, street: int) -> list[tuple[float, float]]:
    """Look at every range and piece of a street, one by one."""
    ranges = {row["range_id"]: row for row in TOY.ranges.to_pylist()}
    places = []
    for piece in TOY.pieces.to_pylist():
        one = ranges[piece["range_id"]]
        fits = one["parity"] == 2 or number % 2 == one["parity"]
        if one["street_id"] == street and fits and piece["low"] <= number <= piece["high"]:
            share = (number - piece["low"]) / (piece["high"] - piece["low"]) if one["is_oriented"] else 0.5
            dx, dy = piece["x1"] - piece["x0"], piece["y1"] - piece["y0"]
            places.append((piece["x0"] + share * dx, piece["y0"] + share * dy))
    return places


def test_ranges_are_looked_up_as_by_brute_force():
    streets = {row["street"]: row["street_id"] for row in TOY.streets.to_pylist()}
    for key, written in (
        ("S|MAIN|ST|", "S MAIN ST"),
        ("|OAK|AVE|", "OAK AVE"),
        ("|ELM|ST|", "ELM ST"),
        ("E|BROADWAY||", "E BROADWAY"),
    ):
        numbers = range(1, 420)
        found = geocode(pd.Series([f"{number} {written}" for number in numbers]), TOY)
        for number, row in zip(numbers, found.itertuples(), strict=True):
            expected = brute_force(number, streets[key])
            if expected:
                assert (row.x, row.y) == pytest.approx(expected[0], abs=1e-6), number
