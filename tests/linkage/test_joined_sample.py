"""The made-up city joined by its answers' own persons: counted again from the rows, and nobody held called at liberty."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from pcanalytics.compstat import supervision_counts
from pcanalytics.linkage import incidents_under_supervision, supervision_on
from pcanalytics.store import open_store, open_workspace, sample_workspace
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.joined_record import JoinedRecord, joined

AS_OF = pd.Timestamp("2026-11-23")
SOURCES = (
    "rms_incidents",
    "rms_people",
    "rms_incident_people",
    "rms_offenses",
    "rms_arrests",
    "rms_charges",
    "rms_stops",
)
MORE = ("rms_field_interviews", "doc_supervision", "sccc_supervision", "doc_custody", "scj_bookings")


@pytest.fixture(scope="module")
def true_links() -> pd.DataFrame:
    """The answers as links: every record with its true person."""
    answers = sample_workspace() / "answers"
    police = pd.read_csv(answers / "police_people.csv.bz2", dtype=str).rename(columns={"person_record_id": "record_id"})
    known = pd.read_csv(answers / "corrections_people.csv.bz2", dtype=str).rename(columns={"doc_id": "record_id"})
    both = [police.assign(side="police", agency="AFPD"), known.assign(side="corrections")]
    columns = ["agency", "side", "record_id", "person_id"]
    return pd.concat([each[columns] for each in both], ignore_index=True).assign(match_probability=1.0)


@pytest.fixture(scope="module")
def record(tmp_path_factory, true_links) -> JoinedRecord:
    folder = tmp_path_factory.mktemp("city") / "copy"
    shutil.copytree(sample_workspace(), folder)
    workspace = open_workspace(folder)
    load(workspace, extracts_of(workspace, [*SOURCES, *MORE]))
    with open_store(workspace) as store:
        return joined(store, as_of=AS_OF, person_links=true_links)


@pytest.mark.slow
def test_the_sample_is_joined_as_its_rows_say(record, true_links):
    periods, stays = record.tables["supervision"], record.tables["custody_stays"]
    found = record.under_supervision
    counts = supervision_counts(periods, pd.DataFrame(), as_of=AS_OF).set_index("label")["count"]
    assert found["supervision_type"].value_counts().to_dict() == counts.drop("All under supervision").to_dict()
    assert found["person_id"].notna().all()
    person = true_links[true_links["side"] == "corrections"].set_index(["agency", "record_id"])["person_id"]
    whose = person.reindex(pd.MultiIndex.from_frame(stays[["agency", "doc_id"]])).to_numpy()
    day = AS_OF - pd.Timedelta(days=1)
    held = set(whose[(stays["booked_at"].lt(AS_OF) & ~stays["released_at"].lt(day)).to_numpy()])
    free = found[found["in_community"]]
    assert not set(free["person_id"]) & held and len(free) > 2_000
    assert found.loc[found["standing"].isin(["in_custody", "released_that_day"]), "person_id"].isin(held).all()


@pytest.mark.slow
def test_incidents_of_the_sample_hold_against_a_count_from_the_rows(record, true_links):
    tables, found = record.tables, record.incidents
    person = true_links.set_index(["side", "record_id"])["person_id"]
    rows = tables["incident_people"].merge(tables["incidents"], on="incident_id")
    founded = rows["clearance"].ne("unfounded").fillna(value=True)
    young = rows["juvenile"].fillna(value=False) | rows["age_at_event"].lt(18).fillna(value=False)
    rows = rows[founded & ~young & rows["occurred_from"].lt(AS_OF) & rows["person_record_id"].notna()]
    rows["person"] = person["police"].reindex(rows["person_record_id"]).to_numpy()
    periods = tables["supervision"]
    periods = periods.assign(person=person["corrections"].reindex(periods["doc_id"]).to_numpy())
    last = periods["ended_on"].sub(pd.Timedelta(days=1)).fillna(periods["end"])
    both = rows.merge(periods.assign(last=last.fillna(AS_OF)), on="person")
    day = both["occurred_from"].dt.normalize()
    surely = both[both["start"].le(day) & both["last"].ge(day)]
    mine = found[(found["source_table"] == "incident_people") & found["certain"]]
    assert set(mine["source_id"]) <= set(surely["incident_person_id"])
    assert len(set(surely["incident_person_id"]) - set(mine["source_id"])) < 0.01 * len(mine)
    assert {"victim", "suspect", "arrestee", "witness"} <= set(found["role"])
    assert not found["source_id"].duplicated().all()


@pytest.mark.slow
def test_an_earlier_as_of_gives_what_was_known_then(record, true_links):
    """Counted on all rows or on those known by then, the answer is one."""
    then, tables = pd.Timestamp("2026-06-01"), record.tables
    names = ("incidents", "incident_people", "supervision", "custody_stays")
    known = {name: tables[name][~tables[name]["entered_at"].ge(then)] for name in names}
    whole = incidents_under_supervision(*(tables[name] for name in names), true_links, as_of=then)
    pd.testing.assert_frame_equal(
        whole, incidents_under_supervision(*(known[name] for name in names), true_links, as_of=then)
    )
    assert len(whole) > 1_000 and whole["at"].lt(then).all()
    on = [
        supervision_on(each["supervision"], each["custody_stays"], true_links, as_of=then) for each in (tables, known)
    ]
    pd.testing.assert_frame_equal(*on)


@pytest.mark.slow
def test_the_record_tells_its_counts_and_hides_its_small_ones(record):
    assert record.since == AS_OF - pd.Timedelta(days=365)
    account = record.account.set_index("step")["rows"]
    assert (
        account["supervision periods that ran"] == account["of these with a person_id"] == len(record.under_supervision)
    )
    share = record.share()
    shown = share.dropna(subset="supervised")
    assert (shown["supervised"] >= record.minimum_cell).all() and shown["share"].between(0, 1).all()
    assert (share.loc[share["role"] == "arrestee", "share_of_named"].max()) > 0.1
    whose = record.incidents["person_id"].value_counts().index[0]
    events = record.events_of(whose)
    assert events["at"].is_monotonic_increasing and set(events["person_id"]) == {whose}
    assert {"incident", "custody_began", "supervision_began"} <= set(events["kind"])
    assert not any("address" in column or "name" in column for column in events.columns)
