"""Each written place has the form and the parts it should: the analysts' own list, and a longer one of ours."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from pcanalytics.geocoding.parsing import PARSED, Known, parse
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.street_keys import key_parts

#: Forms that only a reference can tell; the string alone is an address.
ONLY_A_REFERENCE_TELLS = {"address-fuzzy", "address-suffix-alt", "address-out-of-range"}
REASON_WORDS = {"homeless": "transient"}
ELSEWHERE = Known(
    streets=frozenset({"MARKET", "MISSION", "3RD", "24TH", "VALENCIA"}),
    places=frozenset({"FERRY BUILDING"}),
    localities=frozenset({"SAN FRANCISCO"}),
)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def police_forms(shared_data):
    return _rows(shared_data("geocode/police_location_forms.csv"))


@pytest.mark.parametrize("known", [None, ELSEWHERE], ids=["nothing known", "another city known"])
def test_every_form_of_the_list_is_typed_right(police_forms, known):
    parsed = parse(pa.array([row["raw"] for row in police_forms]), known=known)
    wrong = [
        (row["raw"], form, row["type"])
        for row, form in zip(police_forms, parsed["form"].to_pylist(), strict=True)
        if form != row["type"] and not (form == "address" and row["type"] in ONLY_A_REFERENCE_TELLS)
    ]
    assert not wrong


def test_every_non_address_of_the_list_has_its_reason(police_forms):
    rows = [row for row in police_forms if row["type"] == "non-address"]
    parsed = parse(pa.array([row["raw"] for row in rows]))
    assert len(rows) == 20
    assert parsed["reason"].to_pylist() == [REASON_WORDS.get(row["expect"], row["expect"]) for row in rows]
    assert not any(parsed["street"].to_pylist() + parsed["place"].to_pylist())


def _written(key: str | None) -> str:
    """Write a key as the list writes a street: direction and name, suffix, direction."""
    if not key:
        return ""
    pre, name, suffix, post = key_parts(key)
    return " ".join(filter(None, [pre, name, suffix, post]))


def test_addresses_and_blocks_of_the_list_have_their_numbers_and_streets(police_forms):
    rows = [row for row in police_forms if row["type"].startswith(("address", "block")) and row["expect"][:1].isdigit()]
    for row, read in zip(rows, parse(pa.array([row["raw"] for row in rows])).to_pylist(), strict=True):
        stated = row["expect"].split(" unit=")[0].split(" cross=")[0].split(" or ")[0].removesuffix(" (in front of)")
        number, *street = stated.split("|")
        ends = f"{read['number']}-{read['number_high']}" if read["form"] == "block" else read["number_text"]
        assert ends == number, row["raw"]
        if row["type"] in ONLY_A_REFERENCE_TELLS:
            continue
        assert _written(read["street"]) == " ".join(filter(None, street)), row["raw"]
        if " unit=" in row["expect"]:
            assert read["unit"].split(" BLDG")[0] == row["expect"].split(" unit=")[1].split()[0], row["raw"]
        if " cross=" in row["expect"]:
            crosses = [_written(read[part]) for part in ("cross", "cross_2") if read[part]]
            assert crosses == row["expect"].split(" cross=")[1].split("/"), row["raw"]


def test_crossings_of_the_list_have_their_streets(police_forms):
    rows = [row for row in police_forms if row["type"] in ("intersection", "intersection-offset", "offset", "segment")]
    for row, read in zip(rows, parse(pa.array([row["raw"] for row in rows])).to_pylist(), strict=True):
        streets = row["expect"].split(" dir=")[0].split(" corner=")[0].removesuffix(" 200ft S").split("|")
        found = [_written(read[part]) for part in ("street", "cross", "cross_2") if read[part]]
        assert set(found) == set(streets), row["raw"]


def test_a_street_found_by_a_crossing_is_the_one_the_place_is_on():
    on_fifth, on_main = parse(pa.array(["200 FT S OF MAIN ST ON 5TH AVE", "MAIN ST N OF 5TH AVE"])).to_pylist()
    assert (on_fifth["street"], on_fifth["cross"]) == ("|5TH|AVE|", "|MAIN|ST|")
    assert (on_main["street"], on_main["cross"]) == ("|MAIN|ST|", "|5TH|AVE|")
    assert on_fifth["offset_m"] == pytest.approx(200 * 0.3048)
    assert on_main["offset_m"] is None


OURS = _rows(Path(__file__).parent / "read_places.csv")


@pytest.mark.parametrize("row", OURS, ids=[row["raw"] for row in OURS])
def test_our_list(row):
    read = parse(pa.array([row["raw"]])).to_pylist()[0]
    assert read["form"] == row["form"]
    for stated in filter(None, row["parts"].split("; ")):
        part, _, value = stated.partition("=")
        assert str("" if read[part] is None else read[part]) == value, part


def test_our_list_covers_every_form():
    shown = {row["form"] for row in OURS}
    assert set(FORMS) - shown <= {*ONLY_A_REFERENCE_TELLS, "empty"}


def test_what_is_known_decides_what_words_leave_open():
    strings = pa.array(["POLK & EDDY ST", "POLK", "1200 MAIN ST @ POLK", "FERRY BUILDING", "1200 MAIN ST SALEM"])
    nothing = parse(strings)["form"].to_pylist()
    assert nothing == ["street-not-intersection", "street-only", "address-with-cross", "place", "address-with-place"]
    strings = pa.array(["GROVER & EDDY ST", "GROVER", "1200 MAIN ST @ GROVER", "GROVER HALL", "1200 MAIN ST SALEM"])
    assert parse(strings)["form"].to_pylist() == [
        "street-not-intersection",
        "place",
        "address-with-place",
        "place",
        "address-with-place",
    ]
    known = Known(frozenset({"GROVER", "EDDY", "GROVER HALL"}), frozenset({"GROVER HALL"}), frozenset({"SALEM"}))
    assert parse(strings, known=known)["form"].to_pylist() == [
        "intersection",
        "street-only",
        "address-with-cross",
        "place",
        "address",
    ]


def test_a_city_is_outside_only_when_it_is_known_what_is_inside():
    strings = pa.array(["1200 MAIN ST SALEM OR 97301", "1200 MAIN ST, RENO NV", "1200 MAIN ST RENO", "1200 MAIN ST"])
    table = parse(strings)
    assert table["form"].to_pylist() == ["out-of-area", "out-of-area", "out-of-area", "address"]
    assert table["reason"].null_count == 4
    table = parse(strings, known=Known(localities=frozenset({"SALEM"})))
    assert table["form"].to_pylist() == ["address", "out-of-area", "out-of-area", "address"]
    assert table["reason"].to_pylist() == [None, "out_of_area", "out_of_area", None]
    assert table["street"].to_pylist() == ["|MAIN|ST|"] * 4


def test_the_table_is_as_declared():
    for strings in ([], [None], ["1200 MAIN ST", None, ""]):
        table = parse(pa.array(strings, pa.string()))
        assert table.schema == PARSED
        assert table.num_rows == len(strings)
    assert parse(pa.array([None, "", "   "]))["reason"].to_pylist() == ["empty"] * 3
    assert all(meaning.endswith(".") for meaning in (*FORMS.values(), *REASONS.values()))
