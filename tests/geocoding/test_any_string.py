"""Whatever is written, parsing gives one row a string, in order, quickly, and the same for the same string."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.geocoding.parsing import Known, parse
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.street_keys import street_key, street_keys

#: Pieces that the grammar knows, so that strings made of them reach deep into it.
PIECES = (
    "1200 12XX 0 X 1/2 ½ 1200-1299 30-41 N6789 W180 1201-124X BLK BLOCK OF UNIT N S NE NORTH MAIN ST STREET SAINT AVE 5TH "
    "FIFTH HWY US I-95 SR 99 FM CO RD CTY MM MILEPOST EXIT RAMP NB / // & AND @ AT \\ , ; : ( ) - # APT STE 4B PO BOX RR HC "
    "BETWEEN FT MI OF NW/C CORNER INTERSECTION UNK TRANSIENT CONFIDENTIAL JAIL PARK PIER OAKLAND CA 94601 BEAT GRID 37.7 "
    "-122.4 37° 46' 10\" 10S EG 51234 ' \" . * ? XX O'BRIEN MLK JR"
).split(" ")

strings = st.one_of(
    st.none(),
    st.text(max_size=80),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)

TOWN = Known(frozenset({"MAIN", "5TH", "PARK"}), frozenset({"PARK", "PIER 5"}), frozenset({"OAKLAND"}))


@settings(deadline=None, max_examples=200)
@given(st.lists(strings, max_size=30))
def test_one_row_a_string_and_closed_lists(written):
    for known in (None, TOWN):
        parsed = parse(pa.array(written, pa.string()), known=known)
        assert parsed.num_rows == len(written)
        assert set(parsed["form"].to_pylist()) <= set(FORMS)
        assert set(parsed["reason"].to_pylist()) <= {None, *REASONS}
        for row in parsed.to_pylist():
            low, high = row["number"], row["number_high"]
            assert low is None or low >= 0
            assert high is None or (low is not None and low <= high)
            assert all(key is None or key.count("|") == 3 for key in (row["street"], row["cross"], row["cross_2"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(strings, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_a_string_is_read_alike_in_any_company(written, random):
    together = parse(pa.array(written, pa.string()), known=TOWN).to_pylist()
    order = list(range(len(written)))
    random.shuffle(order)
    mixed = parse(pa.chunked_array([pa.array([written[n]], pa.string()) for n in order]), known=TOWN).to_pylist()
    assert mixed == [together[n] for n in order]
    alone = parse(pa.array([written[0]], pa.string()), known=TOWN).to_pylist()
    assert alone == together[:1]


@settings(deadline=None, max_examples=100)
@given(st.lists(strings, max_size=20))
def test_street_keys_settle(written):
    """A key written out and read again is the same key."""
    keys = street_keys(pa.array(written, pa.string())).to_pylist()
    assert len(keys) == len(written)
    for text, key in zip(written, keys, strict=True):
        assert key is None or key.count("|") == 3
        if text:
            assert (street_key(text) or None) == key


#: Strings that make a careless pattern try every way to split them.
HARD = {
    "digits": "1" * 40_000,
    "spaces": "1200 " + " " * 40_000 + "X",
    "slashes": "/" * 40_000,
    "words": "MAIN ST AND " * 4_000,
    "blocks": "12XX-" * 8_000,
    "brackets": "(" * 20_000 + ")" * 20_000,
    "hyphens": "1-" * 20_000,
    "directions": "N S E W " * 5_000,
    "degrees": "37° " * 10_000,
    "suffixes": "ST " * 13_000,
    "letters": "A" * 40_000 + "!",
    "marks": "\u0301" * 20_000,
}


@pytest.mark.parametrize("written", HARD.values(), ids=HARD)
def test_c67_time_grows_with_the_length_and_no_faster(written):
    parse(pa.array([written[:100]]))
    began = time.perf_counter()
    assert parse(pa.array([written])).num_rows == 1
    assert time.perf_counter() - began < 2, "40,000 characters are read in well under a second on any machine"
