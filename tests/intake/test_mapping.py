"""Mapping files are read strictly, and everything wrong is said at once."""

from __future__ import annotations

import dataclasses

import pytest

from pcanalytics.errors import MappingError
from pcanalytics.intake import read_mapping
from pcanalytics.intake.date_formats import DIRECTIVES, format_pattern, format_problem

GOOD = """
[source]
table = "incidents"
agency = "AFPD"
crs = "EPSG:4326"
usual_rows = 60000
[dialect]
separator = "|"
encoding = "cp1252"
nulls = ["NULL"]
[columns]
incident_id = "ID"
occurred_from = ["DAY", "TIME"]
district = "DIST"
clearance = "CLR"
domestic = "DV"
x = "LON"
y = "LAT"
[formats]
occurred_from = "%m/%d/%Y %I:%M %p"
[nulls]
district = ["0"]
[codes.clearance]
O = "open"
[booleans]
domestic = { true = ["Y"], false = ["N"] }
[constants]
location_type = "not recorded"
[only]
KIND = ["I"]
[[corrections]]
column = "district"
from = "7"
to = "6"
where = { YEAR = "2024" }
reason = "Renumbered in January 2025"
date = 2025-02-01
"""


def problems_of(text: str) -> dict[str, str]:
    """Give the problems of a bad mapping, by what they say, with their codes."""
    with pytest.raises(MappingError, match=r"The mapping bad\.toml") as caught:
        read_mapping(text, name="bad.toml")
    return {str(problem): problem.code for problem in caught.value.problems}


def test_a_good_mapping_is_read_whole():
    mapping = read_mapping(GOOD, name="good.toml")
    assert mapping.table.name == "incidents"
    assert mapping.columns["occurred_from"] == ("DAY", "TIME")
    assert mapping.constants == {"agency": "AFPD", "location_type": "not recorded"}
    assert mapping.dialect.separator == "|"
    assert mapping.vendor_columns == ("ID", "DAY", "TIME", "DIST", "CLR", "DV", "LON", "LAT", "KIND", "YEAR")
    [correction] = mapping.corrections
    assert (correction.given, correction.right, correction.date) == ("7", "6", "2025-02-01")
    assert len(mapping.digest) == 64


def test_a_mapping_is_frozen():
    mapping = read_mapping(GOOD, name="good.toml")
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        mapping.crs = None


def test_an_agency_of_the_source_fills_the_agency_column_only_where_nothing_else_does():
    other = GOOD.replace('location_type = "not', 'agency = "OTHER"\nlocation_type = "not')
    assert read_mapping(other, name="m").constants["agency"] == "OTHER"


@pytest.mark.parametrize(
    ("given", "wrong", "says"),
    [
        (
            'table = "incidents"',
            'table = "incident"',
            "there is no table incident. The nearest known name is incidents",
        ),
        ('crs = "EPSG:4326"', 'coords = "EPSG:4326"', "[source] has no key coords"),
        ("[dialect]", "[dialekt]", "there is no part [dialekt]. The nearest known name is dialect"),
        ('separator = "|"', 'seperator = "|"', "[dialect] has no key seperator. The nearest known name is separator"),
        ('separator = "|"', 'separator = "||"', "[dialect] separator has a value of the wrong kind"),
        ('separator = "|"', 'separator = "\\""', "separator, quote and terminator must differ"),
        ('encoding = "cp1252"', 'encoding = "windows"', "[dialect] encoding is unknown"),
        ('encoding = "cp1252"', 'format = "csv"', "there is no format csv"),
        ('encoding = "cp1252"', 'sheet = "A"', "[dialect] sheet means nothing for delimited"),
        ('encoding = "cp1252"', 'trailer = "^T"', "trailer must be a pattern with one group"),
        ('encoding = "cp1252"', 'trailer = "(("', "trailer must be a pattern with one group"),
        ('encoding = "cp1252"', 'header = ["A", "A"]', "header has a name twice"),
        ('encoding = "cp1252"', 'ignored_columns = ["CLR"]', "ignored_columns are mapped: CLR"),
        ('encoding = "cp1252"', 'format = "fixed"', "a fixed-width file needs widths"),
        ('district = "DIST"', 'distrct = "DIST"', "[columns] distrct is no column of the table incidents"),
        ('incident_id = "ID"\n', "", "incident_id is required by the table incidents and nothing fills it"),
        ('y = "LAT"\n', "", "x and y must be mapped together"),
        ('crs = "EPSG:4326"\n', "", "[source] has no crs for x and y"),
        ("EPSG:4326", "EPSG:1", "[source] crs names no known coordinate system"),
        ("%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M %p", "24-hour %H together with %p"),
        ("%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M", "12-hour %I without %p"),
        ("%m/%d/%Y %I:%M %p", "%x", "it has %x; known:"),
        ("%m/%d/%Y %I:%M %p", "%d/%Y", "it has no month"),
        ("%m/%d/%Y %I:%M %p", "%m/%d/%y", "occurred_from has two-digit years"),
        ('[formats]\noccurred_from = "%m/%d/%Y %I:%M %p"', "", "occurred_from is a timestamp and has no format"),
        ("[formats]", '[formats]\ndistrict = "%Y"', "[formats] district is no date or timestamp"),
        ("[nulls]", '[nulls]\nbeat = ["0"]', "[nulls] beat is not mapped in [columns]"),
        ("[nulls]", "[two_digit_years]\noccurred_from = 1930\n[nulls]", "occurred_from has no %y in its format"),
        (
            'O = "open"',
            'O = "opened"',
            "[codes.clearance] opened is no value of clearance. The nearest known name is open",
        ),
        ("[codes.clearance]", '[codes.domestic]\nY = "y"\n[codes.clearance]', "[codes.domestic] domestic is a boolean"),
        ('false = ["N"]', 'false = ["Y"]', "domestic has a word for both true and false"),
        ('false = ["N"]', 'flase = ["N"]', "[booleans] domestic has a value of the wrong kind"),
        ("[booleans]", '[booleans]\ndistrict = { true = ["Y"] }', "[booleans] district is a id"),
        ("[constants]", '[constants]\ncleared_on = "soon"', "[constants] cleared_on is no date"),
        ("[constants]", '[constants]\nclearance = "maybe"', "clearance is filled twice"),
        ("[only]", '[keys]\nclearance = ["ID"]\n[only]', "[keys] clearance is not an id"),
        (
            'clearance = "CLR"',
            'clearance = ["CLR", "CLR2"]',
            "clearance is a category and comes from one vendor column",
        ),
        ('reason = "Renumbered in January 2025"\n', "", "[[corrections]] number 1 lacks reason"),
        ('from = "7"\n', 'form = "7"\n', "[[corrections]] number 1 has no key form. The nearest known name is from"),
        ('column = "district"', 'column = "beat"', "[[corrections]] beat is not mapped"),
        ("usual_rows = 60000", "usual_rows = -1", "[source] usual_rows has a value of the wrong kind"),
        ('agency = "AFPD"', 'extract = "some"', "[source] extract is unknown"),
        ("[columns]", "[columns]\n[columns]", "it is not TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_the_nearest_that_is_right(given, wrong, says):
    assert given in GOOD
    found = problems_of(GOOD.replace(given, wrong))
    assert any(says in problem for problem in found), found
    assert all(found.values())


def test_everything_wrong_is_listed_at_once():
    text = (
        GOOD.replace("%I", "%H")
        .replace('"open"', '"opne"')
        .replace('y = "LAT"\n', "")
        .replace("district =", "distict =")
    )
    assert set(problems_of(text).values()) >= {"bad_format", "unknown_category", "unmapped", "unknown_column"}


def test_empty_and_half_mappings():
    assert len(problems_of("")) == 2
    assert "there is no part [columns]" in " ".join(problems_of('[source]\ntable = "calls"\n'))
    assert "source must be a part of its own" in " ".join(problems_of('source = "calls"\n'))


def test_fixed_width_needs_a_place_for_every_field():
    text = """
    [source]
    table = "beats"
    [dialect]
    format = "fixed"
    [dialect.widths]
    BEAT = [0, 3]
    SINCE = [3, 13]
    [columns]
    beat = "BEAT"
    valid_from = "SINCE"
    district = "DIST"
    [formats]
    valid_from = "%Y-%m-%d"
    """
    assert list(problems_of(text).values()) == ["unknown_column"]
    assert "widths has a value of the wrong kind" in " ".join(problems_of(text.replace("[0, 3]", "[3, 0]")))


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M", "%d-%b-%Y", "%Y-%j", "%m/%Y"])
def test_good_formats(form):
    assert format_problem(form) is None


def test_a_format_stands_for_its_own_texts_only():
    import re

    assert re.fullmatch(format_pattern("%m/%d/%Y"), "1/2/2026")
    assert not re.fullmatch(format_pattern("%m%d%Y"), "122026")
    assert not re.fullmatch(format_pattern("%Y-%m-%d"), "now")
    assert not re.fullmatch(format_pattern("%Y.%m"), "2026x01")
    assert set(DIRECTIVES) == set("YymdjbBHIMSfp")
