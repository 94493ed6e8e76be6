import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pcanalytics.compstat import addresses as addresses_module
from pcanalytics.compstat import juvenile_incidents, normalize_address, repeat_addresses
from pcanalytics.errors import UsageError

from .frames import AS_OF


def calls(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["address", "received_at"])
    frame["received_at"] = pd.to_datetime(frame["received_at"], format="ISO8601").astype("datetime64[us]")
    defaults = {"officer_initiated": False, "call_type": "DISTURBANCE", "beat": "007"}
    return frame.assign(**{**defaults, **columns})


@pytest.mark.parametrize(
    "written",
    [
        "12 Oak St",
        "12  OAK ST.",
        "12 oak st apt 4B",
        "12 Oak St, Unit 3",
        "12 OAK ST #7",
        "12 Oak St Ste. 200",
        " 12 Oak St Rm 5 ",
    ],
)
def test_one_door_is_one_address(written):
    assert normalize_address(pd.Series([written])).tolist() == ["12 OAK ST"]


def test_streets_that_look_like_units_are_kept():
    kept = ["100 FLOOD AVE", "5 LOTUS LN", "9 UNITY ST", "200 BLOCK OF MAIN ST", "OAK ST / ELM AVE"]
    assert normalize_address(pd.Series(kept)).tolist() == kept
    assert normalize_address(pd.Series([None, "", "  "], dtype="str")).isna().all()


def test_calls_are_counted_by_address_over_28_days_and_12_months():
    frame = calls(
        ("12 Oak St Apt 1", "2026-11-20"),
        ("12 OAK ST", "2026-10-26"),
        ("12 Oak St", "2026-10-25 23:59"),
        ("12 Oak St", "2025-11-23"),
        ("12 Oak St", "2025-11-22 23:59"),
        ("12 Oak St", "2026-11-23"),
        ("9 Elm Ave", "2026-11-20"),
        (None, "2026-11-20"),
    )
    listed = repeat_addresses(frame, as_of=AS_OF)
    assert listed["address"].tolist() == ["12 OAK ST"]
    assert listed.iloc[0][["calls_recent", "calls_12_months"]].tolist() == [2, 4]
    assert listed["beat"].tolist() == ["007"]


def test_officers_own_calls_do_not_count():
    frame = calls(("1 A ST", "2026-11-20"), ("1 A ST", "2026-11-21"), officer_initiated=[True, None])
    assert repeat_addresses(frame, as_of=AS_OF).empty


@pytest.mark.parametrize(
    "mark",
    [
        {"confidential_address": [True, False, None]},
        {"domestic": True},
        {"unlisted": True},
        {"juvenile": True},
        {"juvenile": [True, None, True]},
        {"call_type": "DOMESTIC DISTURBANCE"},
        {"call_type": "DV - IN PROGRESS"},
        {"call_type": "SEX ASSAULT"},
        {"call_type": "VIOL. OF TRO"},
        {"call_type": "Sexual assault"},
        {"offense": "rape"},
        {"offense": "other_sex_offense"},
    ],
)
def test_victims_and_confidential_addresses_are_never_listed(mark):
    frame = calls(("1 A ST", "2026-11-20"), ("1 A St Apt 2", "2026-11-21"), ("1 A ST", "2026-11-19"), **mark)
    assert repeat_addresses(frame, as_of=AS_OF).empty


def test_the_list_has_a_fixed_order_and_length():
    rows = [(f"{number} B ST", day) for number in range(30) for day in ("2026-11-20", "2026-11-21")]
    frame = calls(*rows, ("7 B ST", "2026-11-22"))
    listed = repeat_addresses(frame, as_of=AS_OF, top=4)
    assert listed["address"].tolist() == ["7 B ST", "0 B ST", "1 B ST", "10 B ST"]
    again = repeat_addresses(frame.sample(frac=1, random_state=2), as_of=AS_OF, top=4)
    pd.testing.assert_frame_equal(listed, again)


def test_institutions_are_marked():
    frame = calls(
        ("1 H ST", "2026-11-20"), ("1 H ST", "2026-11-21"), ("2 H ST", "2026-11-20"), ("2 H ST", "2026-11-21")
    )
    frame = frame.assign(x=[100.0, 104.0, 900.0, None], y=[100.0, 100.0, 900.0, None])
    landmarks = gpd.GeoDataFrame(
        {"name": ["General Hospital", "Green Park"], "institutional": [True, False]},
        geometry=[shapely.Point(110, 110), shapely.Point(900, 900)],
        crs="EPSG:26915",
    )
    listed = repeat_addresses(frame, as_of=AS_OF, landmarks=landmarks)
    assert listed.set_index("address")["institution"].to_dict()["1 H ST"] == "General Hospital"
    assert listed["institution"].isna().sum() == 1


def test_hospitals_and_stations_are_marked_by_their_kind():
    frame = calls(*[(f"{place} H ST", day) for place in "123" for day in ("2026-11-20", "2026-11-21")])
    frame = frame.assign(x=[100.0, 100.0, 500.0, 500.0, 900.0, 900.0], y=0.0)
    landmarks = gpd.GeoDataFrame(
        {"name": ["General Hospital", "Headquarters", "Green Park"], "kind": ["hospital", "station", "park"]},
        geometry=[shapely.Point(100, 10), shapely.Point(500, 10), shapely.Point(900, 10)],
        crs="EPSG:26915",
    )
    listed = repeat_addresses(frame, as_of=AS_OF, landmarks=landmarks).set_index("address")["institution"]
    assert listed.dropna().to_dict() == {"1 H ST": "General Hospital", "2 H ST": "Headquarters"}


def test_incidents_of_juveniles_are_found():
    people = pd.DataFrame(
        {
            "incident_id": ["1", "2", "3", "4", "5", "1"],
            "role": ["victim", "witness", "suspect", "arrestee", "victim", "suspect"],
            "juvenile": pd.array([True, True, None, False, None, True], dtype="boolean"),
            "age_at_event": pd.array([None, 9, None, 17, 40, 12], dtype="Int64"),
        }
    )
    assert juvenile_incidents(people).tolist() == ["1", "4"]
    assert juvenile_incidents(people.drop(columns="age_at_event")).tolist() == ["1"]
    assert juvenile_incidents(people.drop(columns="juvenile")).tolist() == ["4", "1"]
    assert juvenile_incidents(people[["incident_id", "role"]]).empty


def test_no_calls_give_an_empty_list():
    listed = repeat_addresses(calls().iloc[:0], as_of=AS_OF)
    assert listed.empty
    assert listed.columns.tolist()[0] == "address"
    with pytest.raises(UsageError, match="at least one day"):
        repeat_addresses(calls(), as_of=AS_OF, top=0)


def test_looking_only_where_a_pattern_may_be_changes_no_answer():
    """The same four steps, each on every word."""
    rng = np.random.default_rng(7)
    parts = [
        "12",
        " ",
        "  ",
        "Oak",
        "st",
        "ST.",
        ".",
        ",",
        "apt",
        "#3",
        "Suite",
        "ste",
        "\t",
        "\u00a0",
        "Western",
        "é",
        "lot 4",
        "fl",
        "",
    ]
    words = pd.Series(["".join(rng.choice(parts, size=6)) for _ in range(3000)] + [None], dtype="str")
    upper = words.str.upper().str.replace(r"\.(?=\s|$|,)", "", regex=True)
    plain = upper.str.replace(r"\s+", " ", regex=True).str.strip()
    cut = plain.str.replace(addresses_module._UNIT, "", regex=True).str.strip(" ,")
    pd.testing.assert_series_equal(normalize_address(words), cut.mask(cut == ""))
