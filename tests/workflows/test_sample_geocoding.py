"""The made-up city geocoded and held against its answers, form by form; its review queue holds what was planted."""

from __future__ import annotations

import bz2

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from pcanalytics.geocoding.placing import geocode
from pcanalytics.geocoding.rates import is_matched, match_rates
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.review import review_queue
from pcanalytics.store import open_workspace, sample_workspace
from pcanalytics.store.reference_file import reference_of
from pcanalytics.workflows.area_shapes import read_areas
from pcanalytics.workflows.geocoding_reference import open_reference

SAMPLE = sample_workspace()


def answers(name: str) -> pd.Series:
    frame = pd.read_csv(SAMPLE / "answers" / name, dtype=str, keep_default_na=False)
    return frame.set_index(frame.columns[0])["place_id"]


def extract(name: str, *, encoding: str = "utf-8", separator: str = ",") -> pd.DataFrame:
    return pd.read_csv(
        SAMPLE / "extracts" / name,
        dtype=str,
        keep_default_na=False,
        encoding=encoding,
        sep=separator,
        quoting=0 if separator == "," else 3,
    )


def residences(name: str, encoding: str) -> pd.DataFrame:
    """Read residences by hand: fields between daggers, no quoting."""
    lines = bz2.decompress((SAMPLE / "extracts" / name).read_bytes()).decode(encoding).splitlines()
    rows = [line.split("‡") for line in lines if line]
    return pd.DataFrame(rows[1:], columns=rows[0])


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Reference:
    return open_reference(reference_of(open_workspace(SAMPLE)), cache=tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    frame = pd.read_csv(SAMPLE / "places" / "address_points.csv.bz2", dtype=str, keep_default_na=False)
    parts = ["house_number", "predirection", "street_name", "street_type"]
    text = frame[parts].agg(" ".join, axis=1).str.split().str.join(" ")
    return frame.assign(text=text, x=frame["x"].astype(float), y=frame["y"].astype(float)).set_index("address_point_id")


@pytest.fixture(scope="module")
def spots(points) -> pd.DataFrame:
    """Where each place of the answers is."""
    streets = gpd.read_file(SAMPLE / "places" / "streets.geojson").to_crs("EPSG:26915")
    ends = {}
    for line in streets.itertuples():
        ends[line.from_node], ends[line.to_node] = line.geometry.coords[0], line.geometry.coords[-1]
    return pd.concat([points[["x", "y"]], pd.DataFrame.from_dict(ends, orient="index", columns=["x", "y"])])


def found(
    written: pd.Series, place: pd.Series, reference: Reference, spots: pd.DataFrame, beat: pd.Series | None = None
) -> pd.DataFrame:
    """Geocode, and give how far from its true place each record was put."""
    drawn = None if beat is None else read_areas(SAMPLE / "places" / "beats.geojson", crs=reference.crs, named="beat")
    areas = None if beat is None else beat.where(beat.isin(drawn.index))
    result = geocode(written, reference, areas=areas, drawn=drawn)
    true = spots.reindex(place)
    off = np.hypot(result["x"].to_numpy() - true["x"].to_numpy(), result["y"].to_numpy() - true["y"].to_numpy())
    return result.assign(off_m=off, written=written, place=place)


@pytest.fixture(scope="module")
def incidents(reference, spots, points) -> pd.DataFrame:
    frame = extract("rms_incidents.csv.bz2").drop_duplicates("INCIDENT_NO").reset_index(drop=True)
    by_text = points.reset_index().drop_duplicates("text", keep=False).set_index("text")["address_point_id"]
    place = frame["INCIDENT_NO"].map(answers("incident_places.csv.bz2")).fillna(frame["LOCATION"].map(by_text))
    assert place.notna().all()
    return found(frame["LOCATION"], place, reference, spots, frame["BEAT"])


#: Form: at least this share found, and of those found this share at most so many meters off. Blocks are put at their middle.
FLOORS = {
    "address": (0.990, 0.998, 1.0),
    "address-fuzzy": (0.990, 0.990, 1.0),
    "block": (0.995, 0.980, 105.0),
    "intersection": (0.990, 0.980, 5.0),
}


@pytest.mark.parametrize("form", FLOORS)
def test_each_form_is_found_and_near_its_true_place(incidents, form):
    share, near, meters = FLOORS[form]
    rows = incidents[incidents["form"] == form]
    hit = is_matched(rows)
    assert len(rows) > 200
    assert hit.mean() >= share
    assert (rows.loc[hit, "off_m"] <= meters).mean() >= near


def test_the_whole_is_found_and_no_place_is_far_off(incidents):
    row = match_rates(incidents).iloc[0]
    assert row["rate_of_addresses"] >= 0.992
    hit = is_matched(incidents)
    assert (incidents.loc[hit, "off_m"] > 500).mean() < 0.0005
    assert incidents.loc[incidents["written"] == "", "reason"].eq("empty").all()


def test_expected_errors_are_told_honestly(incidents):
    """Of each way of finding a place, at least nine in ten lie within twice the error it states."""
    hit = incidents[is_matched(incidents)]
    within = hit["off_m"] <= 2 * hit["error_m"]
    assert within.groupby(hit["match_type"].astype("str")).mean().min() > 0.9


def test_calls_are_found_as_incidents_are(reference, spots, points):
    name = "cad_calls_2025.txt.bz2"
    frame = extract(name, encoding="cp1252", separator="|").drop_duplicates("CallNo").reset_index(drop=True)
    by_text = points.reset_index().drop_duplicates("text", keep=False).set_index("text")["address_point_id"]
    place = frame["CallNo"].map(answers("call_places.csv.bz2")).fillna(frame["Location"].map(by_text))
    calls = found(frame["Location"], place, reference, spots, frame["Beat"])
    assert match_rates(calls).iloc[0]["rate_of_addresses"] >= 0.992
    assert (calls.loc[is_matched(calls), "off_m"] > 500).mean() < 0.0005


def test_c26_residences_that_are_no_address_are_never_placed(reference, spots):
    """Homeless, mail and out of town: the answers name no place for them."""
    frames = [residences("sccc_residences.txt.bz2", "cp1252"), residences("doc_residences.txt.bz2", "utf-8")]
    names = [("ADDR_ID", "ADDRESS")] * 2
    rows = pd.concat(
        [
            frame[[*keys]].set_axis(["residence_id", "address"], axis=1)
            for frame, keys in zip(frames, names, strict=True)
        ],
        ignore_index=True,
    )
    place = rows["residence_id"].map(answers("residence_places.csv.bz2"))
    homes = found(rows["address"], place, reference, spots)
    nowhere = homes[homes["place"].eq("")]
    assert len(nowhere) > 500
    assert not is_matched(nowhere).any()
    somewhere = homes[homes["place"].fillna("").ne("")]
    assert is_matched(somewhere).mean() >= 0.97
    assert (somewhere.loc[is_matched(somewhere), "off_m"] > 500).mean() < 0.01


def test_the_review_queue_holds_the_planted_misspellings_and_nothing_else(incidents, reference, points):
    queue = review_queue(incidents["written"], incidents, reference, limit=10_000)
    missed = incidents[~is_matched(incidents) & incidents["written"].ne("")]
    assert queue["records"].sum() == len(missed)
    assert set(queue["written"]) == set(missed["written"])
    assert queue["records"].is_monotonic_decreasing
    true = missed.assign(true=points["text"].reindex(missed["place"]).to_numpy()).drop_duplicates("written")
    planted = true[true["true"].notna() & true["reason"].isin(["no_street", "no_place", "too_risky"])]
    planted = planted.merge(queue[["written", "suggestion"]], on="written")
    assert len(planted) > 40
    suggested = [
        true in suggestion.split(" | ") for true, suggestion in zip(planted["true"], planted["suggestion"], strict=True)
    ]
    assert np.mean(suggested) >= 0.6


def test_what_a_person_would_fill_in_from_the_queue_is_found(incidents, reference):
    queue = review_queue(incidents["written"], incidents, reference, limit=10_000)
    ways = sorted({way for ways in queue["suggestion"] for way in ways.split(" | ") if way})
    assert is_matched(geocode(pd.Series(ways), reference)).all()
