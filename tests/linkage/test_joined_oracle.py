"""The joined record at random against the same rules applied slowly; what comes later changes nothing; no false community."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pcanalytics.linkage import events_of, incidents_under_supervision, supervision_on
from tests.linkage.joined_frames import (
    AS_OF,
    FIRST,
    Slow,
    arrest_rows,
    frame,
    incident_rows,
    links,
    people_rows,
    periods,
    stays,
    worlds,
)

MANY = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def liberty(value: object) -> object:
    return None if value is pd.NA else bool(value)


def told_on(period_rows, stay_rows, link_rows, as_of, **how) -> pd.DataFrame:
    frames = frame("supervision", *period_rows), frame("custody_stays", *stay_rows), frame("links", *link_rows)
    return supervision_on(*frames, as_of=as_of, **how)


def told_then(period_rows, stay_rows, link_rows, incident, people, arrests, as_of, **how) -> pd.DataFrame:
    return incidents_under_supervision(
        frame("incidents", *incident),
        frame("incident_people", *people),
        frame("supervision", *period_rows),
        frame("custody_stays", *stay_rows),
        frame("links", *link_rows),
        as_of=as_of,
        arrests=frame("arrests", *arrests),
        **how,
    )


@MANY
@given(periods(), stays(), links(), AS_OF)
def test_supervision_on_is_what_the_slow_way_says(period_rows, stay_rows, link_rows, as_of):
    found = told_on(period_rows, stay_rows, link_rows, as_of)
    rows = zip(found["supervision_id"], found["standing"], found["at_liberty"], strict=True)
    assert {name: (standing, liberty(free)) for name, standing, free in rows} == Slow(
        period_rows, stay_rows, link_rows, as_of
    ).supervision_on()
    assert found["in_community"].eq(found["standing"].eq("in_community")).all()


@MANY
@given(periods(), stays(), links(), incident_rows(), people_rows(), arrest_rows(), AS_OF)
def test_incidents_are_what_the_slow_way_says(period_rows, stay_rows, link_rows, incident, people, arrests, as_of):
    found = told_then(period_rows, stay_rows, link_rows, incident, people, arrests, as_of)
    columns = ["source_id", "supervision_id", "role", "standing", "at_liberty", "certain"]
    rows = [(*row[:4], liberty(row[4]), bool(row[5])) for row in found[columns].itertuples(index=False)]
    assert len(set(rows)) == len(rows)
    assert set(rows) == Slow(period_rows, stay_rows, link_rows, as_of).involved(incident, people, arrests)


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_small_worlds_are_what_the_slow_way_says(seed):
    rows = worlds(seed)
    as_of = FIRST + pd.Timedelta(days=6 + seed, minutes=(0, 0, 60, 700)[seed])
    given = rows["supervision"], rows["custody_stays"], rows["links"]
    asked = rows["incidents"], rows["incident_people"], rows["arrests"]
    found_on, found_then = told_on(*given, as_of), told_then(*given, *asked, as_of)
    slow_on, slow_then = {}, set()
    for world in range(250):
        mine = {table: [row for row in each if f"w{world}-" in _key(row)] for table, each in rows.items()}
        slow = Slow(mine["supervision"], mine["custody_stays"], mine["links"], as_of)
        slow_on |= slow.supervision_on()
        slow_then |= slow.involved(mine["incidents"], mine["incident_people"], mine["arrests"])
    told = zip(found_on["supervision_id"], found_on["standing"], found_on["at_liberty"], strict=True)
    assert {name: (standing, liberty(free)) for name, standing, free in told} == slow_on
    columns = ["source_id", "supervision_id", "role", "standing", "at_liberty", "certain"]
    assert {
        (*row[:4], liberty(row[4]), bool(row[5])) for row in found_then[columns].itertuples(index=False)
    } == slow_then
    assert len(found_then) == len(slow_then) > 15
    assert len(set(found_on["standing"])) >= 5


def _key(row: dict[str, object]) -> str:
    names = ("doc_id", "record_id", "incident_id")
    return next(str(row[name]) for name in names if name in row) + "-"


@MANY
@given(periods(), stays(), links(), AS_OF)
def test_nobody_in_custody_or_discharged_is_in_the_community_that_day(period_rows, stay_rows, link_rows, as_of):
    """Told from the rows themselves: no booking that covers any of the day, no end by then, no death, no unknown whereabouts."""
    slow = Slow(period_rows, stay_rows, link_rows, as_of)
    day = (as_of - pd.Timedelta(1, "us")).normalize()
    by_number = {row["supervision_id"]: row for row in period_rows}
    found = told_on(period_rows, stay_rows, link_rows, as_of)
    for row in found[found["in_community"]].itertuples():
        period = by_number[row.supervision_id]
        assert period["start"] < as_of
        assert period["ended_on"] is None or period["ended_on"] >= as_of
        assert period["status"] not in ("absconded", "suspended", "unknown")
        for stay in slow.of(slow.person(period)):
            out = stay["released_at"]
            assert out is not None and out < day or (out < stay["booked_at"] < day), "held on some of the day"
            assert stay["release_reason"] != "death" or out < stay["booked_at"]


LATER = st.timedeltas(min_value=pd.Timedelta(0), max_value=pd.Timedelta(days=3))


def put_off(rows, as_of, later, *columns):
    """The same rows with what had come from the as-of on taken back or moved."""
    return [
        {**row, **{name: None for name in columns if row[name] is not None and row[name] >= as_of and later}}
        for row in rows
    ]


def only_known(rows, as_of, *moments):
    """Drop what had not been entered, or had not happened, by the as-of."""
    known = [row for row in rows if row["entered_at"] is None or row["entered_at"] < as_of]
    return [row for row in known if all(row[name] is None or row[name] < as_of for name in moments)]


@MANY
@given(periods(), stays(), links(), AS_OF)
def test_later_rows_and_later_moments_do_not_change_supervision_on(period_rows, stay_rows, link_rows, as_of):
    whole = told_on(period_rows, stay_rows, link_rows, as_of)
    before = put_off(only_known(period_rows, as_of, "start"), as_of, True, "ended_on")
    ended_later = {
        row["supervision_id"] for row in period_rows if row["ended_on"] is not None and row["ended_on"] >= as_of
    }
    before = [
        {**row, "status": None if row["supervision_id"] in ended_later and row["status"] in ENDED else row["status"]}
        for row in before
    ]
    held = put_off(only_known(stay_rows, as_of, "booked_at"), as_of, True, "released_at")
    pd.testing.assert_frame_equal(whole, told_on(before, held, link_rows, as_of))


ENDED = ("revoked", "discharged", "transferred", "deceased")


@MANY
@given(periods(), stays(), links(), incident_rows(), people_rows(), arrest_rows(), AS_OF)
def test_later_rows_do_not_change_incidents(period_rows, stay_rows, link_rows, incident, people, arrests, as_of):
    given = period_rows, stay_rows, link_rows, incident, people, arrests
    known = (
        only_known(period_rows, as_of, "start"),
        put_off(only_known(stay_rows, as_of, "booked_at"), as_of, True, "released_at"),
        link_rows,
        [row for row in only_known(incident, as_of) if row["occurred_from"] is None or row["occurred_from"] < as_of],
        only_known(people, as_of),
        only_known(arrests, as_of, "arrested_at"),
    )
    # an arrest of a later incident is known without it, and has its own time either way
    pd.testing.assert_frame_equal(told_then(*given, as_of), told_then(*known, as_of))


@MANY
@given(periods(), stays(), links(), incident_rows(), people_rows(), arrest_rows(), AS_OF, st.data())
def test_later_rows_do_not_change_events(period_rows, stay_rows, link_rows, incident, people, arrests, as_of, data):
    def told(period_rows, stay_rows, incident, people, arrests):
        tables = {
            "supervision": frame("supervision", *period_rows),
            "custody_stays": frame("custody_stays", *stay_rows),
            "incidents": frame("incidents", *incident),
            "incident_people": frame("incident_people", *people),
            "arrests": frame("arrests", *arrests),
        }
        return events_of("P-1", person_links=frame("links", *link_rows), tables=tables, as_of=as_of)

    whole = told(period_rows, stay_rows, incident, people, arrests)
    assert whole["at"].lt(as_of).all()
    known = told(
        put_off(only_known(period_rows, as_of, "start"), as_of, True, "ended_on"),
        put_off(only_known(stay_rows, as_of, "booked_at"), as_of, True, "released_at"),
        only_known(incident, as_of),
        only_known(people, as_of),
        only_known(arrests, as_of, "arrested_at"),
    )
    pd.testing.assert_frame_equal(whole, known)
    shuffled = [data.draw(st.permutations(rows)) for rows in (period_rows, stay_rows, incident, people, arrests)]
    pd.testing.assert_frame_equal(whole, told(*shuffled))


@MANY
@given(periods(), stays(), links(), incident_rows(), people_rows(), arrest_rows(), AS_OF)
def test_surer_links_only_take_rows_away(period_rows, stay_rows, link_rows, incident, people, arrests, as_of):
    given = period_rows, stay_rows, link_rows
    keys = ["source_id", "supervision_id", "standing", "at_liberty"]
    every = told_then(*given, incident, people, arrests, as_of)
    sure = told_then(*given, incident, people, arrests, as_of, min_probability=0.95)
    kept = every[every["link_probability"].ge(0.95)]
    assert set(kept["source_id"]) <= set(sure["source_id"]) | set(
        every.loc[every["source_id"].str.startswith("A"), "source_id"]
    )
    stood = every.set_index(["source_id", "supervision_id"])["standing"]
    for row in sure[sure["source_table"] == "incident_people"][keys].itertuples():
        assert stood[(row.source_id, row.supervision_id)] == row.standing
    assert sure["link_probability"].ge(0.95).all()
    columns = ["supervision_id", "standing", "in_community"]
    pd.testing.assert_frame_equal(
        told_on(*given, as_of)[columns], told_on(*given, as_of, min_probability=0.95)[columns]
    )


@MANY
@given(periods(), stays(), links(), incident_rows(), people_rows(), arrest_rows(), AS_OF, st.data())
def test_order_of_rows_does_not_matter(period_rows, stay_rows, link_rows, incident, people, arrests, as_of, data):
    rows = period_rows, stay_rows, link_rows, incident, people, arrests
    shuffled = [data.draw(st.permutations(each)) for each in rows]
    pd.testing.assert_frame_equal(told_then(*rows, as_of), told_then(*shuffled, as_of))
    pd.testing.assert_frame_equal(told_on(*rows[:3], as_of), told_on(*shuffled[:3], as_of))


@pytest.mark.parametrize("undone", ["PD", "DOC"])
def test_rows_that_stand_on_an_undone_link_are_gone(undone):
    period = {"supervision_id": "V", "agency": "DOC", "doc_id": "1", "start": "2026-11-01", "status": "active"}
    incident = {"incident_id": "I", "occurred_from": "2026-11-05 10:00"}
    person = {"incident_person_id": "IP", "incident_id": "I", "person_record_id": "1", "role": "suspect"}
    both = [
        {"side": "police", "agency": "PD", "record_id": "1", "person_id": "P-1", "match_probability": 0.999},
        {"side": "corrections", "agency": "DOC", "record_id": "1", "person_id": "P-1", "match_probability": 0.99},
    ]
    as_of = pd.Timestamp("2026-11-10")
    rows = told_then([period], [], both, [incident], [person], [], as_of)
    assert rows[["person_id", "link_probability"]].values.tolist() == [["P-1", 0.99]]
    apart = [{**one, "person_id": "P-2"} if one["agency"] == undone else one for one in both]
    assert told_then([period], [], apart, [incident], [person], [], as_of).empty
    without = [one for one in both if one["agency"] != undone]
    assert told_then([period], [], without, [incident], [person], [], as_of).empty
    tables = {"supervision": frame("supervision", period)}
    assert len(events_of("P-1", person_links=frame("links", *both), tables=tables, as_of=as_of)) == 1
    left = events_of("P-1", person_links=frame("links", *without), tables=tables, as_of=as_of)
    assert len(left) == (1 if undone == "PD" else 0)
