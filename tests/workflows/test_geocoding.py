"""A workspace's records are geocoded when something changed, protected ones never, residences as the agreement says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics.cli import main
from pcanalytics.errors import NotAllowed, UnknownName
from pcanalytics.geocoding.reference import Reference
from pcanalytics.store import Workspace, open_store, sample_workspace
from pcanalytics.workflows import extracts_of, geocoding, load
from pcanalytics.workflows.geocoding import geocode_workspace, geocoded
from pcanalytics.workflows.geocoding_records import records_to_geocode
from pcanalytics.workflows.reviewing import review_locations, write_review_queue
from tests.geocoding.conftest import make_toy_reference
from tests.workflows import small_agency
from tests.workflows.small_agency import rows

AS_OF = pd.Timestamp("2026-11-23")
CANARY = "QUARTERMAINE"

INCIDENTS = (
    {"incident_id": "1", "address": "120 N MAIN ST"},
    {"incident_id": "2", "address": "140 N MAIN ST", "confidential_address": "Y"},
    {"incident_id": "3", "address": "TRANSIENT"},
    {"incident_id": "4", "address": "120 N MAIIN ST"},
    {"incident_id": "5", "address": "120 N MAIIN ST"},
    {"incident_id": "6", "address": "777 SECRET LN", "domestic": "Y"},
    {"incident_id": "7", "address": "778 HIDDEN LN"},
    {"incident_id": "8", "address": f"9 FALSE RD C/O {CANARY}"},
    {"incident_id": "9", "address": "LAKE HOUSE"},
)
CALLS = (
    {"call_id": "1", "address": "MAIN ST / 5TH AVE"},
    {"call_id": "2", "address": "140 N MAIN ST", "incident_id": "2"},
    {"call_id": "3", "address": "120 N MAIIN ST"},
    {"call_id": "4", "address": "780 DOMESTIC LN", "call_type": "DV VERBAL"},
    {"call_id": "5", "address": "781 YOUNG LN", "incident_id": "1"},
)
PEOPLE = ({"person_record_id": "1", "address": "778 HIDDEN LN", "confidential_address": "Y"},)
OFFENSES = tuple({"offense_id": f"{one['incident_id']}-1", "incident_id": one["incident_id"]} for one in INCIDENTS)
CONCERNED = {
    "incident_person_id": "1",
    "incident_id": "1",
    "role": "victim",
    "age_at_event": "9",
    "entered_at": "2026-11-19 08:00",
}


def residences(*changes: dict[str, str]) -> pd.DataFrame:
    usual = {"residence_id": "1", "agency": "DOC", "doc_id": "7", "address": "120 N MAIN ST", "residence_type": "home",
             "start": "2026-01-05", "confidential_address": "N", "entered_at": "2026-01-05 08:00"}  # fmt: skip
    return pd.DataFrame([{**usual, **change} for change in changes])


SUPERVISION = pd.DataFrame(
    [{"supervision_id": "1", "agency": "DOC", "doc_id": "7", "supervision_type": "parole", "status": "active",
      "start": "2026-01-05", "entered_at": "2026-01-05 08:00"}]
)  # fmt: skip

HOMES = residences(
    {"residence_id": "1"},
    {"residence_id": "2", "address": f"120 N {CANARY} ST"},
    {"residence_id": "3", "address": "122 N MAIN ST", "confidential_address": "Y"},
    {"residence_id": "4", "address": "778 HIDDEN LN APT 2"},
    {"residence_id": "5", "doc_id": "8", "address": "124 N MAIN ST"},
)


def small_city(folder: Path, *, agreement: str | None = None, homes: pd.DataFrame = HOMES) -> Workspace:
    tables = {
        "incidents": rows("incidents", *INCIDENTS),
        "calls": rows("calls", *CALLS),
        "police_people": rows("police_people", *PEOPLE),
        "incident_offenses": rows("incident_offenses", *OFFENSES),
        "incident_people": pd.DataFrame([CONCERNED]),
    }
    settings = ""
    if agreement is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "agreement.toml").write_text(agreement, encoding="utf-8")
        settings = 'agreement = "agreement.toml"'
        tables |= {"residences": homes, "supervision": SUPERVISION}
    return small_agency.workspace(folder, settings, **tables)


def sample_agreement() -> str:
    return (sample_workspace() / "agreement.toml").read_text(encoding="utf-8")


def run(workspace: Workspace, reference: Reference | None = None, **named) -> list[str]:
    said: list[str] = []
    geocode_workspace(workspace, reference=reference or make_toy_reference(), as_of=AS_OF, say=said.append, **named)
    return said


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Workspace:
    workspace = small_city(tmp_path_factory.mktemp("geocoded") / "city", agreement=sample_agreement())
    run(workspace)
    return workspace


def test_each_record_has_its_place_under_its_key(city):
    with open_store(city) as store:
        incidents = geocoded(store, "incidents").set_index("incident_id")
        calls = geocoded(store, "calls").set_index("call_id")
    assert incidents.loc["1", ["status", "match_type"]].tolist() == ["M", "point"]
    assert incidents.loc["3", "reason"] == "transient"
    assert calls.loc["1", "match_type"] == "intersection"
    assert incidents["x"].notna().eq(incidents["status"].eq("M")).all()


def test_a_protected_record_is_never_looked_up_and_typed_so(city):
    with open_store(city) as store:
        incidents = geocoded(store, "incidents").set_index("incident_id")
        calls = geocoded(store, "calls").set_index("call_id")
        homes = geocoded(store, "residences", as_of=AS_OF).set_index("residence_id")
    for row in (incidents.loc["2"], calls.loc["2"], homes.loc["3"], homes.loc["4"]):
        assert (row["status"], row["reason"], row["written"]) == ("U", "confidential", "CONFIDENTIAL")
        assert pd.isna(row["x"])


def test_residences_are_those_of_the_people_the_agreement_opens(city):
    with open_store(city) as store:
        homes = geocoded(store, "residences", as_of=AS_OF)
        assert homes["residence_id"].tolist() == ["1", "2", "3", "4"], "doc_id 8 is under no supervision"
        kept = store.read("geocoded_residences", purpose="crime_analysis", as_of=AS_OF)
        assert kept["residence_id"].tolist() == ["1", "2", "3", "4"]
        assert kept.attrs["clause"] == "R-3"
        with pytest.raises(NotAllowed, match="geocoded_residences may not be read for 'compstat'"):
            store.read("geocoded_residences", purpose="compstat", as_of=AS_OF)


@pytest.mark.parametrize("left_out", ["R-1", "R-2", "R-3"])
def test_without_a_clause_nothing_of_residences_is_geocoded_and_the_rest_is(tmp_path, left_out):
    text = sample_agreement()
    start = text.index(f'[[clauses]]\nid = "{left_out}"')
    end = text.index("[[clauses]]", start + 1)
    said = run(small_city(tmp_path / "city", agreement=text[:start] + text[end:]))
    assert [line.split(":")[0] for line in said if not line.startswith(" ")] == ["incidents", "calls", "residences"]
    assert [line for line in said if line.startswith("residences")][0].startswith("residences: not geocoded. ")
    assert "[[clauses]]" in text


def test_without_an_agreement_police_records_are_geocoded(tmp_path):
    said = run(small_city(tmp_path / "city"))
    assert said[-1].startswith("residences: not geocoded. The agreement lets nothing")
    assert said[0].startswith("incidents: 9 records")


def test_the_account_gives_both_rates_and_shows_no_address(city):
    said = "\n".join(run(city))
    assert CANARY not in said
    for words in ("MAIN", "HIDDEN", "LAKE"):
        assert words not in said
    assert "11.11% of all records" in said
    assert "14.29% of these found" in said


def test_what_has_not_changed_is_not_geocoded_again(tmp_path, monkeypatch):
    workspace = small_city(tmp_path / "city", agreement=sample_agreement())
    asked: list[int] = []
    real = geocoding.geocode
    monkeypatch.setattr(
        geocoding,
        "geocode",
        lambda addresses, *rest, **named: asked.append(len(addresses)) or real(addresses, *rest, **named),
    )
    first = run(workspace)
    assert asked == [9, 5, 4]
    again = run(workspace)
    assert asked == [9, 5, 4]
    assert [line for line in again if "nothing has changed" not in line] == first
    town = make_toy_reference()
    run(workspace, dataclasses.replace(town, vintage="later"))
    assert asked == [9, 5, 4] * 2
    frame = rows("incidents", *INCIDENTS, {"incident_id": "10", "address": "160 N MAIN ST"})
    frame.to_csv(workspace.root / "incidents.csv", index=False)
    load(workspace, extracts_of(workspace))
    run(workspace, dataclasses.replace(town, vintage="later"))
    assert asked[6:] == [10, 5, 4], "incidents say which addresses are protected"
    with open_store(workspace) as store:
        assert len(geocoded(store, "incidents")) == 10


def test_a_table_without_addresses_is_refused_with_the_nearest(city):
    with open_store(city) as store, pytest.raises(UnknownName, match="Did you mean 'incidents'"):
        records_to_geocode(store, "incident")


# ------------------------------------------------------------------------------------- the review


def test_the_queue_lists_what_would_place_most_first_with_suggestions(city):
    with open_store(city) as store:
        queue = review_locations(store, make_toy_reference())
    assert queue["written"].tolist() == ["120 N MAIIN ST", "LAKE HOUSE"]
    assert queue["records"].tolist() == [3, 1]
    assert queue["suggestion"].iloc[0].split(" | ")[0] == "120 N MAIN ST"
    assert queue.attrs == {"kept_back": 1, "unlisted": 4}


def test_nothing_protected_unlisted_or_of_a_home_is_in_the_file(city, tmp_path):
    lines = write_review_queue(city, tmp_path / "queue.csv", reference=make_toy_reference())
    text = (tmp_path / "queue.csv").read_text(encoding="utf-8")
    for words in (CANARY, "SECRET", "HIDDEN", "140 N MAIN", "DOMESTIC", "YOUNG", "C/O"):
        assert words not in text
    assert (tmp_path / "queue.csv").stat().st_mode & 0o777 == 0o600
    assert lines[0].endswith("2 locations, which stand for 4 records")
    assert [line.split() for line in lines[1:]] == [
        ["never", "listed", "4", "records"],
        ["speak", "of", "a", "person", "1", "records"],
    ]


def test_review_before_geocoding_says_what_to_do(tmp_path, capsys):
    workspace = small_city(tmp_path / "city")
    assert main(["geocode", "review", "--workspace", str(workspace.root), "--out", str(tmp_path / "queue.csv")]) in (
        2,
        3,
    )
    assert "agency.toml names nothing to match addresses against" in capsys.readouterr().err
    assert not (tmp_path / "queue.csv").exists()
