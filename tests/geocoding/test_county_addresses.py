"""Addresses of the country: numbered roads of townships, and a zip code that nothing parts from the street."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pcanalytics.geocoding.parsing import Known, parse


def read(text: str) -> tuple[object, ...]:
    (row,) = parse(pa.array([text])).to_pylist()
    return row["form"], row["number_text"], row["street"], row["unit"], row["zip"]


@pytest.mark.parametrize("road", ["TR", "T R", "TWP RD", "Twp. Rd.", "TOWNSHIP ROAD", "township rd"])
@pytest.mark.parametrize("number", ["48", "100C"])
def test_township_roads_in_their_many_writings(road, number):
    assert read(f"4039 {road} {number}")[:3] == ("address", "4039", f"|TWP RD {number}||")


def test_a_terrace_is_still_one():
    assert read("12 OAK TR")[2] == read("12 OAK TER")[2] == "|OAK|TER|"
    assert read("12 OAK TR APT 4")[2:4] == ("|OAK|TER|", "4")


@pytest.mark.parametrize(
    ("written", "street", "unit"),
    [
        ("15975 CO RD 18", "|CR 18||", None),
        ("7802 E TOWNSHIP RD 127", "E|TWP RD 127||", None),
        ("12704 CR 3C", "|CR 3C||", None),
        ("5479 STATE ROUTE 12 LOT 7", "|SR 12||", "LOT 7"),
        ("146 W WALNUT", "W|WALNUT||", None),
        ("18652 BLACKSTONE", "|BLACKSTONE||", None),
        ("100 BROADWAY APT 4", "|BROADWAY||", "4"),
    ],
)
@pytest.mark.parametrize("zip_code", [" 43436", " 43436-1200", ", 43436"])
def test_a_zip_code_comes_off_a_road_or_a_name_without_suffix(written, street, unit, zip_code):
    assert read(written + zip_code) == ("address", written.split()[0], street, unit, zip_code.strip(", "))


def test_a_number_of_five_digits_is_no_zip_code():
    assert read("12345 MAIN ST")[1] == "12345"
    assert read("43450 MAIN 43450")[1:] == ("43450", "|MAIN||", None, "43450")


@pytest.mark.parametrize("city", [", FAYETTE", " FAYETTE"])
def test_the_rear_of_a_house_stands_before_the_city(city):
    assert read(f"10069 OAK RD REAR{city}")[1:4] == ("10069", "|OAK|RD|", "REAR")


@pytest.mark.parametrize("unit", ["APT 23", "#23", "UNIT 23", "FL 23"])
@pytest.mark.parametrize("between", [", ", " "])
def test_a_unit_stands_before_a_city_of_two_words(unit, between):
    known = Known(localities=frozenset({"ARCADIA FALLS"}))
    (row,) = parse(pa.array([f"1119 S 13TH AVE {unit}{between}ARCADIA FALLS"]), known=known).to_pylist()
    assert (row["number_text"], row["street"], row["locality"]) == ("1119", "S|13TH|AVE|", "ARCADIA FALLS")
    assert row["unit"].endswith("23")
