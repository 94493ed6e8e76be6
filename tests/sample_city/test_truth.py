"""The answers agree with the extracts, and what was planted is there to be found."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from pcanalytics.sample_city.events import DROP, REPEAT, SURGE
from pcanalytics.sample_city.geography import DISTRICTS
from pcanalytics.sample_city.rms import OFFENSE_CODES
from pcanalytics.sample_city.traits import BASE_RATE, EFFECTS

from .conftest import table_of, text_of

LAST = pd.Timestamp("2026-11-23")


@pytest.fixture(scope="module")
def incidents(committed) -> pd.DataFrame:
    """The incidents as sent, each once, with their true place and when they began."""
    frame = table_of(committed["extracts/rms_incidents.csv.bz2"]).drop_duplicates()
    frame["began"] = pd.to_datetime(frame["OCC_FROM"], format="%m/%d/%Y %H:%M", errors="coerce")
    return frame.set_index("INCIDENT_NO")


@pytest.fixture(scope="module")
def true_places(committed, incidents) -> pd.DataFrame:
    """True x and y of the incidents at addresses."""
    points = table_of(committed["places/address_points.csv.bz2"])
    parts = points[["house_number", "predirection", "street_name", "street_type"]]
    points["text"] = parts.agg(lambda row: " ".join(filter(None, row)), axis=1)
    odd = table_of(committed["answers/incident_places.csv.bz2"]).set_index("incident_id")["place_id"]
    plain = incidents["LOCATION"].map(points.set_index("text")["address_point_id"])
    place = odd.reindex(incidents.index).where(lambda found: found.notna(), plain)
    found = points.set_index("address_point_id")[["x", "y"]].astype(float).reindex(place)
    return found.set_index(incidents.index)


def counted(committed, incidents: pd.DataFrame, offense: str, district: int) -> pd.Series:
    """Count an offense in a district by 28 days, the last first, from the extracts alone."""
    offenses = table_of(committed["extracts/rms_offenses.csv.bz2"])
    offenses = offenses[offenses["UCR"].map(OFFENSE_CODES) == offense]
    began = offenses["INCIDENT_NO"].map(incidents["began"])
    here = offenses["INCIDENT_NO"].map(incidents["DISTRICT"]) == f"D{district + 1}"
    age = (LAST - began[here]).dt.days // 28
    return offenses.loc[here, "CNT"].astype(int).groupby(age).sum()


def test_surge_is_in_the_extracts(committed, incidents):
    count = counted(committed, incidents, SURGE.offense, SURGE.district)
    assert count[0] > 1.6 * count[1:13].mean()
    assert count[0] > count[1:39].max()


def test_drop_is_in_the_extracts(committed, incidents):
    count = counted(committed, incidents, DROP.offense, DROP.district)
    assert count[0] < 0.6 * count[1:13].mean()


def test_other_districts_did_not_surge(committed, incidents):
    for district in range(len(DISTRICTS)):
        if district != SURGE.district:
            count = counted(committed, incidents, SURGE.offense, district)
            assert 0.5 < count[0] / count[1:13].mean() < 1.5


def test_true_places_are_near_the_recorded_ones(incidents, true_places):
    recorded = incidents[["X_COORD", "Y_COORD"]].replace({"": np.nan, "0.0": np.nan}).astype(float)
    away = np.hypot(recorded["X_COORD"] - true_places["x"], recorded["Y_COORD"] - true_places["y"]).dropna()
    assert true_places["x"].notna().mean() > 0.93
    assert (away < 0.1).mean() > 0.99
    assert (away > 1_000).sum() > 50  # put at headquarters for want of a better place


def test_near_repeats_are_near_and_soon(committed, incidents, true_places):
    pairs = table_of(committed["answers/near_repeats.csv.bz2"])
    child, parent = pairs["incident_id"], pairs["parent_incident_id"]
    assert set(child) | set(parent) <= set(incidents.index)
    away = np.hypot(
        *(true_places.loc[child, axis].to_numpy() - true_places.loc[parent, axis].to_numpy() for axis in "xy")
    )
    assert np.nanmax(away) < REPEAT.limit_m + 400  # moved to the nearest home
    assert (away[~np.isnan(away)] < REPEAT.limit_m).mean() > 0.95
    burglaries = table_of(committed["extracts/rms_offenses.csv.bz2"])["UCR"].map(OFFENSE_CODES).eq("burglary").sum()
    assert 0.12 < len(pairs) / burglaries < 0.25


def test_keys_of_the_answers_are_keys_of_the_extracts(committed, incidents):
    people = table_of(committed["answers/police_people.csv.bz2"])
    assert set(people["person_record_id"]) == set(table_of(committed["extracts/rms_people.csv.bz2"])["NAME_ID"])
    assert set(table_of(committed["answers/incident_times.csv.bz2"])["incident_id"]) <= set(incidents.index)
    missing = table_of(committed["answers/incidents_not_entered.csv"])
    assert not set(missing["incident_id"]) & set(incidents.index)
    assert 20 < len(missing) < 300
    known = table_of(committed["answers/corrections_people.csv.bz2"])
    community = text_of(committed["extracts/sccc_people.txt.bz2"]).decode("cp1252").split("‡\n")
    assert {row.split("‡")[0] for row in community[1:] if row} == set(known.loc[known["agency"] == "SCCC", "doc_id"])
    residences = text_of(committed["extracts/doc_residences.txt.bz2"]).decode().splitlines()
    assert {row.split("‡")[0] for row in residences[1:]} <= set(
        table_of(committed["answers/residence_places.csv.bz2"])["residence_id"]
    )
    aliases = table_of(committed["answers/aliases.csv"])
    assert Counter(aliases["table"]).keys() == {"police_aliases", "corrections_aliases"}


def test_planted_faults_name_rows_that_are_there(committed, incidents):
    faults = table_of(committed["answers/planted_faults.csv"])
    mine = faults[faults["file"] == "extracts/rms_incidents.csv.bz2"]
    assert len(mine) > 60
    assert set(mine["key"]) <= set(incidents.index)
    assert len(faults) < 600


def test_hazards_follow_from_the_traits(committed):
    frame = table_of(committed["answers/hazards.csv.bz2"])
    row = frame.iloc[17]
    flags = {name: row[name] == "Y" for name in ("male", "gang", "employed", "unstable_housing", "substance_need")}
    score = EFFECTS["years_over_33"] * min(max(float(row["age"]) - 33, -15), 30) + EFFECTS["prior_arrests"] * int(
        row["prior_arrests"]
    )
    score += sum(EFFECTS[name] * held for name, held in flags.items()) + EFFECTS["unmeasured"] * float(
        row["unmeasured"]
    )
    assert float(row["rearrests_a_year"]) == pytest.approx(BASE_RATE * math.exp(score), rel=2e-3)
    assert len(frame) == 6_000
    columns = [frame[f"probability_{days}_days"].astype(float) for days in (365, 730, 1095)]
    assert (columns[0] <= columns[1]).all() and (columns[1] <= columns[2]).all()
    assert 0.2 < columns[0].mean() < 0.4


def test_program_lowers_rearrest_about_as_planted(committed):
    """The planted hazard ratio is 0.7; this crude count of arrests per person must be on its side of 1."""
    frame = table_of(committed["answers/hazards.csv.bz2"])
    people = table_of(committed["answers/police_people.csv.bz2"]).set_index("person_record_id")["person_id"]
    arrests = table_of(committed["extracts/rms_arrests.csv.bz2"])
    late = arrests[arrests["ARRESTED"] >= "2025-09-01"]
    number = late["NAME_ID"].map(people).value_counts()
    eligible = frame[frame["level"].isin(["intensive", "high"]) & (frame["supervised_from"] < "2025-08-01")]
    joined = eligible[(eligible["enrolled"] != "") & (eligible["enrolled"] < "2025-09-01")]
    others = eligible[eligible["program_group"] == "N"]
    rate = [number.reindex(group["person_id"]).fillna(0).mean() for group in (joined, others)]
    assert min(len(joined), len(others)) > 200
    assert rate[0] < 0.9 * rate[1]


def test_records_of_one_person_are_dirty_but_alike(committed):
    records = table_of(committed["extracts/rms_people.csv.bz2"]).set_index("NAME_ID")
    truth = table_of(committed["answers/police_people.csv.bz2"]).set_index("person_record_id")
    records = records.join(truth)
    own = records[records["note"] != "false name"].groupby("person_id")["LAST"]
    spellings = own.nunique()[own.size() > 1]
    assert 0.02 < (spellings > 1).mean() < 0.25
    assert 0.005 < (records["note"] == "false name").mean() < 0.05
    assert records["SUFFIX"].isin(["JR", "SR"]).sum() > 100


def test_people_easily_mistaken_are_on_record(committed):
    people = table_of(committed["answers/people.csv.bz2"])
    twins = people[people["twin_id"].isin(people["person_id"])]
    assert len(twins) >= 60
    pairs = twins.merge(twins, left_on="twin_id", right_on="person_id")
    assert (pairs["birth_date_x"] == pairs["birth_date_y"]).all()
    assert (pairs["given_name_x"] != pairs["given_name_y"]).mean() > 0.95
    named = people[people["suffix"] != ""]
    assert named.duplicated(["household", "surname", "given_name"]).sum() >= 5


def test_renamed_beat_goes_by_its_new_name_from_its_day(incidents):
    late = incidents["began"] >= "2025-07-01"
    assert not (incidents.loc[~late & incidents["began"].notna(), "BEAT"] == "025").any()
    old, new = ((incidents.loc[late, "BEAT"] == name).sum() for name in ("017", "025"))
    assert 0 < old < 0.12 * new


def test_few_addresses_have_much_of_the_crime(incidents):
    count = incidents["LOCATION"].value_counts()
    assert 0.25 < count.head(len(count) // 20).sum() / count.sum() < 0.6
