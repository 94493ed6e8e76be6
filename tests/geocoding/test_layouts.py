"""Columns are found by layout, by mapping, by their usual names; what is wrong is taught."""

from __future__ import annotations

import pytest

from pcanalytics.errors import InputRejected, UnknownName
from pcanalytics.geocoding.layouts import LAYOUTS, choose_columns
from pcanalytics.geocoding.standard_names import STANDARD_NAMES


def choose(kind, layout, given, *present):
    return choose_columns(kind, layout, given, present, name="f")


def test_layouts_use_standard_names_only():
    for layout in LAYOUTS.values():
        for kind, columns in layout.items():
            assert set(columns) <= set(STANDARD_NAMES[kind])


def test_tiger_address_features():
    names = ("TLID", "FULLNAME", "LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "ZIPL", "ZIPR", "PARITYL", "MTFCC", "geometry")
    found = choose("streets", "tiger_addrfeat", {}, *names)
    assert found["left_from"] == ("LFROMHN",)
    assert found["right_zip"] == ("ZIPR",)
    assert found["street"] == ("FULLNAME",)
    assert found["geometry"] == ("geometry",)


def test_tiger_edges_in_lower_case():
    names = ("tlid", "fullname", "lfromadd", "ltoadd", "rfromadd", "rtoadd", "zipl", "tnidf", "tnidt", "roadflg")
    found = choose("streets", "tiger_edges", {}, *names)
    assert found["left_from"] == ("lfromadd",)
    assert found["from_node"] == ("tnidf",)


def test_national_address_database():
    found = choose(
        "points", "nad", {}, "AddNum_Pre", "Add_Number", "AddNum_Suf", "St_PreDir", "St_PreTyp", "St_Name",
        "St_PosTyp", "St_PosDir", "Inc_Muni", "Post_City", "Zip_Code", "Longitude", "Latitude",
    )  # fmt: skip
    assert found["number"] == ("Add_Number",)
    assert found["pretype"] == ("St_PreTyp",)
    assert found["city"] == ("Inc_Muni",)


def test_open_addresses_upper_and_lower():
    assert choose("points", "openaddresses", {}, "LON", "LAT", "NUMBER", "STREET", "POSTCODE")["zip"] == ("POSTCODE",)
    assert choose("points", "openaddresses", {}, "number", "street", "geometry")["street"] == ("street",)


def test_mapped_column_in_other_case_is_found():
    assert choose("streets", "own", {"street": ["fullname"]}, "FullName")["street"] == ("FullName",)


def test_mapped_street_shuts_out_parts_that_would_say_it_twice():
    found = choose("streets", "own", {"street": ["STREETNAME"]}, "STREETNAME", "NAME", "ST_TYPE", "PREDIR")
    assert set(found) == {"street"}


def test_nothing_mapped_finds_usual_names():
    found = choose("streets", "own", {}, "name", "from", "to", "geometry")
    assert found == {"name": ("name",), "from": ("from",), "to": ("to",), "geometry": ("geometry",)}


def test_empty_mapping_says_that_there_is_none():
    assert "zip" not in choose("streets", "own", {"zip": []}, "name", "zip")


def test_missing_column_names_the_nearest():
    with pytest.raises(InputRejected, match="street = 'FULNAME': the file has no such column.*did you mean 'FULLNAME'"):
        choose("streets", "own", {"street": ["FULNAME"]}, "FULLNAME", "LFROMADD")


def test_every_missing_column_is_listed_at_once():
    with pytest.raises(InputRejected, match="(?s)from = 'a'.*to = 'b'"):
        choose("streets", "own", {"street": ["n"], "from": ["a"], "to": ["b"]}, "n")


def test_unknown_standard_name_names_the_nearest():
    with pytest.raises(UnknownName, match="no standard name of streets 'steet'. Did you mean 'street'"):
        choose("streets", "own", {"steet": ["x"]}, "x")


def test_unknown_layout_names_the_nearest():
    with pytest.raises(UnknownName, match="no layout 'tiger_edge'. Did you mean 'tiger_edges'"):
        choose("streets", "tiger_edge", {}, "x")


def test_layout_of_another_kind():
    with pytest.raises(InputRejected, match="layout 'nad' is one of points, not of streets"):
        choose("streets", "nad", {}, "x")


def test_a_file_without_streets_says_what_is_needed():
    with pytest.raises(InputRejected, match="nothing says which column holds street or name.*the file has: id, geom"):
        choose("streets", "own", {}, "id", "geom")
