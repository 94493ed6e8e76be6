"""One street has one key, however the reference or the officer writes it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pcanalytics.geocoding.cleaning import clean, plain
from pcanalytics.geocoding.lexicon import DIRECTIONS, FULL_WORDS, SUFFIXES
from pcanalytics.geocoding.street_keys import key_parts, place_key, same_routes, street_key, street_keys, street_name

#: Key -> writings of it, as references and as people write.
WRITINGS = {
    "N|MAIN|ST|": ["n main st", "North Main Street", "N. MAIN ST.", "NORTH MAIN STR", "N  Main   St"],
    "|MAIN|ST|N": ["MAIN ST N", "Main Street North"],
    "|3RD|ST|": ["3RD ST", "03RD ST", "Third Street", "3 ST", "3rd street", "3 RD ST"],
    "|21ST|AVE|": ["21ST AVE", "Twenty-First Avenue", "TWENTY FIRST AV", "021ST AVE", "21 AVE"],
    "|AVENUE OF THE STARS||": ["Ave of the Stars", "AVENUE OF THE STARS"],
    "|AVE D||": ["AVENUE D", "Ave D", "AV D"],
    "|PARK|AVE|W": ["PARK AVENUE WEST", "Park Ave W"],
    "|NORTH|ST|": ["NORTH ST", "North Street"],
    "|N|ST|NW": ["N ST NW", "N Street Northwest"],
    "|ST LOUIS|ST|": ["ST LOUIS ST", "Saint Louis Street", "St. Louis St"],
    "|ST MARYS|ST|": ["ST MARYS ST", "SAINT MARY'S STREET"],
    "|COURT|ST|": ["COURT ST", "Court Street", "CT ST"],
    "|10TH AVENUE|CT|E": ["10TH AVENUE CT E", "10th Ave Ct E"],
    "|EMBARCADERO||": ["THE EMBARCADERO", "Embarcadero"],
    "|LA SALLE||": ["LA SALLE", "La Salle"],
    "|BROADWAY||": ["BROADWAY", "broadway"],
    "|OFARRELL|ST|": ["O'FARRELL ST", "OFARRELL ST", "O' FARRELL ST", "O’Farrell Street"],
    "|MCALLISTER|ST|": ["MC ALLISTER ST", "McAllister St"],
    "|LAPU LAPU|ST|": ["LAPU-LAPU ST", "Lapu Lapu Street"],
    "|MT VERNON|AVE|": ["MOUNT VERNON AVE", "Mt. Vernon Av"],
    "|FT WORTH|DR|": ["FORT WORTH DR", "Ft Worth Drive"],
    "|COUNTY LINE|RD|": ["CO LINE RD", "County Line Road"],
    "|MARTIN LUTHER KING JR|BLVD|": [
        "MLK BLVD",
        "M L KING JR BL",
        "Dr Martin Luther King Jr Boulevard",
        "ML King Blvd",
    ],
    "|US HWY 61||": ["US 61", "US Hwy 61", "U.S. Highway 61", "US-61", "US ROUTE 61", "USHWY 61", "U S 61"],
    "|I 80||": ["I- 80", "I-80", "I80", "Interstate 80", "INTERSTATE80 HY", "IH 80", "I 80"],
    "|SR 9||": ["STATE HWY 9", "SR 9", "State Rte 9", "ST RT 9", "State Road 9", "SR-9", "SH 9"],
    "|CR 12||": ["CO RD 12", "County Road 12", "CR 12", "COUNTY HWY 12", "CTY RD 12"],
    "|CR W||": ["CTY RD W", "COUNTY ROAD W", "CTH W"],
    "|HWY 61||N": ["HWY 61 N", "Highway 61 North", "HWY61 N"],
    "|5TH|ST|N": ["5TH ST N", "5THSTNORTH", "5TH ST NORTH ST", "5THSTNORTH ST"],
    "NW|5TH|AVE|": ["NW 5TH AVE", "N W 5TH AVE", "Northwest Fifth Avenue"],
    "N|E|ST|": ["N E ST", "North E Street"],
    "N|WEST|ST|": ["N WEST ST", "North West St"],
    "S|AVE H||": ["S AVENUE H", "South Avenue H"],
    "|PORT ST LUCIE|BLVD|": ["PORT ST LUCIE BLVD", "Port St. Lucie Blvd"],
    "|MILL CREEK|RD|": ["MILL CREEK RD", "Mill Crk Road"],
    "|UNIT|ST|": ["UNIT ST", "Unit Street"],
    "|SAFE HARBOR|DR|": ["SAFE HARBOR DR"],
    "|HOME|AVE|": ["HOME AVE"],
    "|JACK LONDON|ALY|": ["JACK LONDON AL", "Jack London Alley"],
}


@pytest.mark.parametrize(("key", "writings"), WRITINGS.items(), ids=WRITINGS)
def test_writings_of_one_street(key, writings):
    assert street_keys(pa.array(writings)).to_pylist() == [key] * len(writings)


@pytest.mark.parametrize("key", WRITINGS)
def test_a_key_written_out_is_the_same_street(key):
    pre, name, suffix, post = key_parts(key)
    assert street_key(" ".join(filter(None, [pre, name, suffix, post]))) == key


def test_missing_and_empty_names_have_no_key():
    assert street_keys(pa.array(["MAIN ST", None, "", " , "])).to_pylist() == ["|MAIN|ST|", None, None, None]
    assert street_key("") == "" == place_key("")
    assert street_keys(pa.chunked_array([["MAIN ST"], ["Main Street"]])).to_pylist() == ["|MAIN|ST|"] * 2


def test_names_and_numbered_roads():
    assert street_name("N|MAIN|ST|") == "MAIN"
    assert "|SR 61||" in same_routes("|HWY 61||")
    assert same_routes("|MAIN|ST|") == ()


def test_lists_agree_with_each_other():
    assert set(FULL_WORDS) <= set(SUFFIXES.values())
    assert set(DIRECTIONS.values()) == {"N", "S", "E", "W", "NE", "NW", "SE", "SW"}
    for short in set(SUFFIXES.values()):
        assert street_key(f"BROOKMEAD {short}") == f"|BROOKMEAD|{short}|"


def test_plain_text():
    assert plain("Peña’s ½ – “X”\u200b") == 'PENA\'S  1/2 - "X"'
    assert clean(pa.array(["  Pier\t39 ; ", None, "Café"])).to_pylist() == ["PIER 39", None, "CAFE"]
