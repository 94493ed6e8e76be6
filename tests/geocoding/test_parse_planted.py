"""Places composed from known parts are taken apart into the same parts."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pcanalytics.geocoding.lexicon import SUFFIXES
from pcanalytics.geocoding.parsing import parse
from pcanalytics.geocoding.street_keys import street_key

NAMES = (
    "MAIN",
    "OAK RIDGE",
    "5TH",
    "ST CLAIR",
    "LA BREA",
    "MILL CREEK",
    "MARTIN LUTHER KING JR",
    "LAKE SHORE",
    "112TH",
)
SPELLINGS = sorted(word for word in SUFFIXES if word.isalpha() and word not in ("AL", "CT", "TO"))


@st.composite
def streets(draw):
    """Draw a street's writing: direction, name, suffix, direction."""
    pre = draw(st.sampled_from(["", "N ", "South ", "NW ", "e. "]))
    post = draw(st.sampled_from(["", " N", " southwest"])) if not pre else ""
    name = draw(st.sampled_from(NAMES))
    suffix = draw(st.sampled_from(SPELLINGS))
    return f"{pre}{name if draw(st.booleans()) else name.title()} {suffix}{post}"


NUMBERS = st.integers(1, 39_999)


@settings(deadline=None, max_examples=300)
@given(NUMBERS, streets(), st.sampled_from(["", " APT 4B", " #4B", ", UNIT 4B", " STE 4B", " apt. #4B"]))
def test_addresses(number, street, unit):
    read = parse(pa.array([f"{number} {street}{unit}"])).to_pylist()[0]
    assert (read["form"], read["number"], read["street"]) == ("address", number, street_key(street))
    assert read["unit"] == ("4B" if unit else None)


@settings(deadline=None, max_examples=300)
@given(
    st.integers(0, 399),
    streets(),
    st.sampled_from(["{}00 BLK {}", "{}00 Block of {}", "{}XX {}", "{}00-{}99 {}", "{}xx block {}"]),
)
def test_blocks(hundred, street, writing):
    high = 100 * hundred + 99
    text = writing.format(hundred, hundred, street) if writing.count("{}") == 3 else writing.format(hundred, street)
    assume(hundred > 0 or not writing.startswith("{}00-"))
    read = parse(pa.array([text])).to_pylist()[0]
    assert (read["form"], read["street"]) == ("block", street_key(street))
    assert (read["number"], read["number_high"]) == (max(100 * hundred, 1), high)


@settings(deadline=None, max_examples=300)
@given(streets(), streets(), st.sampled_from([" / ", "/", " & ", " AND ", " @ ", " at ", " // ", " \\ "]))
def test_intersections(street, cross, separator):
    assume(separator != "/" or len(street.split()[-1]) > 1)  # N/E is northeast
    read = parse(pa.array([f"{street}{separator}{cross}"])).to_pylist()[0]
    assert (read["form"], read["street"], read["cross"]) == ("intersection", street_key(street), street_key(cross))


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 999), st.sampled_from("NSEW"), streets(), streets())
def test_offsets(feet, direction, street, cross):
    read = parse(pa.array([f"{feet} FT {direction} OF {cross} ON {street}"])).to_pylist()[0]
    assert (read["form"], read["street"], read["cross"]) == ("offset", street_key(street), street_key(cross))
    assert (read["offset_direction"], round(read["offset_m"] / 0.3048)) == (direction, feet)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["I-{}", "I{}", "INTERSTATE {}", "US {}", "US HWY {}", "SR {}", "HWY {}"]),
    st.integers(1, 399),
    st.integers(0, 9999),
)
def test_mileposts(writing, road, tenths):
    read = parse(pa.array([f"{writing.format(road)} NB MM {tenths / 10}"])).to_pylist()[0]
    assert (read["form"], read["route_direction"], read["milepost"]) == ("milepost", "NB", tenths / 10)
    assert read["route"].split()[-1] == str(road)
