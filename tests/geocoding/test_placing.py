"""Places found in the town written down by hand: every answer is known in meters from the corner of MAIN and BROADWAY."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from pcanalytics.errors import UsageError
from pcanalytics.geocoding import Reference, geocode, tier_table
from pcanalytics.geocoding.placing import RESULT_COLUMNS
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.tiers import MATCH_TYPES
from tests.geocoding.conftest import CRS, ORIGIN


def find(addresses, reference, **how):
    found = geocode(pd.Series(addresses), reference, **how)
    found.index = pd.Index(addresses)
    return found.assign(x=found["x"] - ORIGIN[0], y=found["y"] - ORIGIN[1])


@pytest.mark.parametrize(
    ("address", "match_type", "x", "y"),
    [
        ("120 N Main St", "point", 12, 22),
        ("37 5TH AVE", "point", -130, 110),
        ("37 1/2 5TH AVE", "point", -128, 112),
        ("150 N MAIN ST", "range", 0, 100 * 50 / 98),
        ("199 N MAIN ST", "range", 0, 100),
        ("101 OAK AVE", "range", 200, 200),  # the line is drawn against its numbers
        ("199 OAK AVE", "range", 200, 100),
        ("1 MLK BLVD", "range", 0, 300),  # between no numbers: a little before the first
        ("201 MARTIN LUTHER KING JR BLVD", "range", 100, 300),
        ("50 ELM ST", "range", 350, 600),  # which end has the low numbers is not known
        ("300 BLOCK OF N MAIN ST", "block", 0, 250),
        ("0 BLOCK 5TH AVE", "block", -100, 100),
        ("1XX GRAND BLVD", "block", 50, 510),
        ("N MAIN ST / 5TH AVE", "intersection", 0, 100),
        ("5TH AVE AND N MAIN ST", "intersection", 0, 100),
        ("GRAND BLVD & N MAIN ST", "intersection", 0, 510),  # two roadways
        ("N MAIN ST N OF 5TH AVE", "offset", 0, 150),
        ("N MAIN ST BETWEEN 5TH AVE AND OAK ST", "block", 0, 150),
        ("CITY HALL", "place", 30, 30),
        ("PIER 3", "place", 420, 120),
        ("I-35 NB MM 111", "milepost", 3010, 1609),
        ("I-35 NB MM 110.5", "milepost", 3010, 804.5),
        ("I-35 EXIT 111", "milepost", 3000, 1700),
    ],
)
def test_each_kind_of_place_lies_where_the_town_has_it(toy_reference, address, match_type, x, y):
    found = find([address], toy_reference).iloc[0]
    assert found["status"] == "M"
    assert found["match_type"] == match_type
    assert np.hypot(found["x"] - x, found["y"] - y) <= 12.0
    assert found["error_m"] >= np.hypot(found["x"] - x, found["y"] - y)
    assert pd.isna(found["reason"])


def test_a_distance_is_walked_from_the_crossing(toy_reference):
    found = find(["200 FT N OF 5TH AVE ON N MAIN ST", "200 FT S OF 5TH AVE ON N MAIN ST"], toy_reference)
    assert found["match_type"].eq("offset").all()
    assert found["y"].tolist() == pytest.approx([100 + 60.96, 100 - 60.96], abs=0.5)


def test_a_number_in_a_gap_lies_between_its_neighbors_and_one_past_the_end_near_it(toy_reference):
    found = find(["710 N MAIN ST", "850 N MAIN ST", "1200 N MAIN ST"], toy_reference)
    assert found["y"].tolist()[:2] == [600, 600]
    assert found["error_m"].is_monotonic_increasing or found["error_m"].iloc[1] > found["error_m"].iloc[0]
    assert found["match_score"].iloc[0] > found["match_score"].iloc[1] > 0
    assert found["reason"].iloc[2] == "no_number"
    assert found["match_type"].iloc[2] == "street"


def test_two_places_that_fit_equally_well_stay_a_tie(toy_reference):
    found = find(["150 PARK ST", "250 MAIN ST", "100 BLK PARK ST"], toy_reference)
    assert found["status"].eq("T").all()
    assert found["candidates"].eq(2).all()
    assert found["reason"].eq("ambiguous").all()
    assert found[["x", "y", "lon", "lat", "error_m"]].isna().all(axis=None)


def test_the_zip_written_tells_two_streets_of_one_name_apart(toy_reference):
    found = find(["150 PARK ST 50001", "150 PARK ST, TOY TOWN, IA 50002"], toy_reference)
    assert found["status"].eq("M").all()
    assert found["x"].tolist() == pytest.approx([-150, 350], abs=2)


@pytest.fixture
def beats() -> gpd.GeoDataFrame:
    west, east = shapely.box(-500, -500, 100, 700), shapely.box(100, -500, 4000, 4000)
    frame = gpd.GeoDataFrame(geometry=[west, east], index=["W", "E"])
    frame["geometry"] = frame.geometry.translate(*ORIGIN)
    return frame.set_crs(CRS)


def test_the_beat_recorded_settles_a_tie_and_contradicts_a_place(toy_reference, beats):
    addresses = ["150 PARK ST", "150 PARK ST", "150 PARK ST", "300 5TH AVE", "300 5TH AVE", "NOWHERE"]
    areas = pd.Series(["W", "E", None, "E", "W", "W"])
    found = find(addresses, toy_reference, areas=areas, drawn=beats)
    assert found["status"].tolist() == ["M", "M", "T", "M", "M", "U"]
    assert found["x"].iloc[:2].tolist() == pytest.approx([-150, 350], abs=2)
    assert found["area_agrees"].tolist() == [True, True, pd.NA, True, False, pd.NA]
    assert found["reason"].iloc[:2].isna().all()
    assert found["matched_as"].iloc[0] == "150 PARK ST"


def test_areas_need_their_drawing_and_as_many_rows(toy_reference, beats):
    with pytest.raises(UsageError, match="without the areas as drawn"):
        geocode(pd.Series(["MAIN ST"]), toy_reference, areas=pd.Series(["W"]))
    with pytest.raises(UsageError, match="2 areas and 1 addresses"):
        geocode(pd.Series(["MAIN ST"]), toy_reference, areas=pd.Series(["W", "E"]), drawn=beats)


def test_another_direction_is_refused_and_says_what_it_would_have_been(toy_reference):
    found = find(["150 W OAK ST", "550 S MAIN ST"], toy_reference)
    assert found["status"].tolist() == ["M", "U"]
    assert found["reason"].iloc[1] == "too_risky"
    assert found["matched_as"].iloc[1] == "550 N MAIN ST"
    assert found[["x", "lon"]].iloc[1].isna().all()
    raised = find(["550 S MAIN ST"], toy_reference, most_risk=1.0)
    assert raised["status"].iloc[0] == "M"


def test_likeness_and_another_suffix_have_forms_of_their_own_and_lower_scores(toy_reference):
    found = find(["110 OAK ST", "310 BRODWAY", "310 GRNAD BLVD", "310 GRAND AVE", "99999 OAK ST"], toy_reference)
    assert found["form"].tolist()[2:] == ["address-fuzzy", "address-suffix-alt", "address-out-of-range"]
    assert found["status"].tolist()[2:] == ["M", "M", "U"]
    assert found["match_score"].iloc[0] > found["match_score"].iloc[3] > 0
    assert found["matched_as"].iloc[3] == "310 GRAND BLVD"


def test_a_place_with_a_letter_wrong_is_found_and_a_short_one_is_not(toy_reference):
    found = find(["RIVERSDE PARK", "CITY HALE"], toy_reference)
    assert found["status"].iloc[0] == "M"
    assert found["match_score"].iloc[0] < 90


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (None, "empty"),
        ("", "empty"),
        ("TRANSIENT", "transient"),
        ("PO BOX 12", "po_box"),
        ("UNKNOWN", "unknown"),
        ("CONFIDENTIAL", "confidential"),
        ("IN CUSTODY", "institution"),
        ("RR 2 BOX 45", "rural_route"),
        ("120 N MAIN ST OAKLAND CA", "out_of_area"),
        ("999 NOWHERE ST", "no_street"),
        ("PARK ST / OAK ST", "no_crossing"),
        ("NO SUCH PLACE BUILDING", "no_place"),
        ("N MAIN ST", "street_only"),
        ("BEAT 12", "area_only"),
        ("I-35 MM 400", "no_milepost"),
        ("37.7793 -122.4193", "bad_coordinates"),
    ],
)
def test_what_has_no_place_gets_none_and_its_reason(toy_reference, address, reason):
    found = find([address], toy_reference).iloc[0]
    assert (found["status"], found["reason"]) == ("U", reason)
    assert found[["x", "y", "lon", "lat", "error_m"]].isna().all()
    assert found["match_score"] == 0
    assert found["match_type"] in ("none", "street", "zone")


def test_institutions_are_found_and_flagged(toy_reference):
    found = find(["COUNTY JAIL", "MEMORIAL HOSPITAL", "CITY HALL", "NORTH SHELTER"], toy_reference)
    assert found["status"].eq("M").all()
    assert found["is_institution"].tolist() == [True, True, False, True]


def test_an_alias_holds_with_whatever_unit_stands_behind_and_never_for_what_is_confidential(toy_reference):
    found = find(["THE MALL", "THE MALL STE 4", "PIER 3 (CONFIDENTIAL)"], toy_reference)
    assert found["matched_as"].iloc[0] == "210 OAK ST"
    assert found["status"].iloc[0] == "M"
    assert found["status"].iloc[2] == "U"


def test_the_result_has_the_columns_and_closed_lists_it_promises(toy_reference):
    index = pd.Index([7, 3, 7])
    found = geocode(pd.Series(["120 N MAIN ST", None, "BEAT 1"], index=index), toy_reference)
    assert tuple(found.columns) == RESULT_COLUMNS
    assert found.index.equals(index)
    assert found["form"].cat.categories.tolist() == list(FORMS)
    assert found["reason"].cat.categories.tolist() == list(REASONS)
    assert found["match_type"].cat.categories.tolist() == list(MATCH_TYPES)
    assert found["reference"].eq("Toy town").all()
    assert len(geocode(pd.Series([], dtype="str"), toy_reference)) == 0


def test_arrow_arrays_of_any_chunks_and_categories_give_the_same(toy_reference):
    words = ["120 N MAIN ST", None, "5TH AVE & N MAIN ST", "120 N MAIN ST"]
    whole = geocode(pd.Series(words), toy_reference)
    chunks = pa.chunked_array([pa.array(words[:1]), pa.array(words[1:], pa.string())])
    for other in (pa.array(words), chunks, chunks.dictionary_encode(), pd.Series(words, dtype="category")):
        pd.testing.assert_frame_equal(geocode(other, toy_reference), whole)


def test_every_way_is_told_once_with_its_risk():
    ways = tier_table()
    assert ways["risk"].between(0, 1).all()
    assert not ways.duplicated(["respect", "way"]).any()


def test_the_form_is_that_of_the_string_as_written_whatever_its_alias_means(toy_reference):
    tables = toy_reference.tables()
    row = dict.fromkeys(tables["aliases"].schema.names) | {"written": "HALL OF RECORDS", "means": "150 N MAIN ST"}
    row["is_institution"] = False
    tables["aliases"] = pa.Table.from_pylist([row], schema=tables["aliases"].schema)
    reference = Reference.from_tables(tables, name="Toy", vintage="2026", crs=toy_reference.crs)
    found = geocode(pd.Series(["HALL OF RECORDS"]), reference).iloc[0]
    assert (found["form"], found["status"]) == ("place", "M")


def test_a_list_is_refused_with_what_to_give(toy_reference):
    with pytest.raises(UsageError, match="a Series or an Arrow array"):
        geocode(["150 N MAIN ST"], toy_reference)
