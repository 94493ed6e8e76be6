"""The joined record by hand: one case of each edge, with the answer written beside it."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.errors import InputRejected, UnknownName, UsageError
from pcanalytics.linkage import STANDINGS, events_of, incidents_under_supervision, supervision_on, supervision_share
from tests.linkage.joined_frames import frame, link

AS_OF = pd.Timestamp("2026-11-23")
PERIOD = {"supervision_id": "V", "agency": "DOC", "doc_id": "7", "start": "2026-01-05", "status": "active"}
STAY = {"stay_id": "S", "agency": "JAIL", "doc_id": "31", "booked_at": "2026-11-20 22:10"}
LINKS = [
    link("corrections", "DOC", "7", "P-1"),
    link("corrections", "JAIL", "31", "P-1", 0.98),
    link("police", "PD", "N5", "P-1", 0.97),
]
INCIDENT = {"incident_id": "I", "occurred_from": "2026-11-21 10:00", "agency": "PD"}
PERSON = {"incident_person_id": "IP", "incident_id": "I", "person_record_id": "N5", "role": "suspect"}


def on(period=None, stays=(), links=LINKS, as_of=AS_OF, **how) -> pd.DataFrame:
    periods = [PERIOD] if period is None else period if isinstance(period, list) else [{**PERIOD, **period}]
    stays = [{**STAY, "stay_id": f"S{place}", **stay} for place, stay in enumerate(stays)]
    frames = frame("supervision", *periods), frame("custody_stays", *stays), frame("links", *links)
    return supervision_on(*frames, as_of=as_of, **how)


def then(incident=None, person=None, period=None, stays=(), links=LINKS, arrests=None, **how) -> pd.DataFrame:
    stays = [{**STAY, "stay_id": f"S{place}", **stay} for place, stay in enumerate(stays)]
    return incidents_under_supervision(
        frame("incidents", {**INCIDENT, **(incident or {})}),
        frame("incident_people", {**PERSON, **(person or {})}),
        frame("supervision", {**PERIOD, **(period or {})}),
        frame("custody_stays", *stays),
        frame("links", *links),
        as_of=AS_OF,
        arrests=None if arrests is None else frame("arrests", *arrests),
        **how,
    )


def standing(*given, **how) -> str | None:
    found = on(*given, **how)
    assert len(found) <= 1
    return found["standing"].iloc[0] if len(found) else None


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({}, "in_community"),
        ({"status": None}, "in_community"),
        ({"status": "absconded"}, "absconded"),
        ({"status": "suspended"}, "suspended"),
        ({"status": "unknown"}, "status_unknown"),
        ({"status": "discharged"}, None),  # it has ended, and does not say when
        ({"status": "revoked", "ended_on": "2026-11-22"}, None),
        ({"status": "discharged", "ended_on": "2026-11-23"}, "in_community"),  # to end: it still ran on the 22nd
        ({"start": "2026-11-22"}, "in_community"),
        ({"start": "2026-11-23"}, None),
        ({"end": "2026-11-21"}, None),
        ({"end": "2026-11-22"}, "in_community"),  # its last day is the day told of
        ({"end": "2026-10-01", "ended_on": "2026-11-25"}, None),
        ({"end": "2025-10-01", "ended_on": None}, None),
        ({"start": "2026-11-10", "ended_on": "2026-11-01", "status": "discharged"}, None),  # ends before it starts
        ({"start": "2026-11-10", "ended_on": "2026-11-10", "status": "discharged"}, None),
        ({"status": "deceased", "ended_on": "2026-11-20"}, None),
        ({"entered_at": "2026-11-23"}, None),  # entered late: not known then
        ({"entered_at": "2026-11-22 23:59"}, "in_community"),
    ],
)
def test_a_period_and_its_status(period, expected):
    assert standing(period) == expected


@pytest.mark.parametrize(
    ("stays", "expected", "liberty"),
    [
        ([{}], "in_custody", False),  # open
        ([{"released_at": "2026-11-22 09:00"}], "released_that_day", True),
        ([{"released_at": "2026-11-21 09:00"}], "in_community", True),
        ([{"released_at": "2026-11-23 00:00"}], "in_custody", False),  # at the as-of, so not before it
        ([{"released_at": "2026-11-25 09:00"}], "in_custody", False),  # the release had not come
        ([{"booked_at": "2026-11-23 00:00"}], "in_community", True),  # nor had the booking
        ([{"entered_at": "2026-11-23"}], "in_community", True),  # entered late
        # released and booked again on the day; then released once more
        (
            [{"released_at": "2026-11-22 09:00"}, {"booked_at": "2026-11-22 18:00"}],
            "in_custody",
            False,
        ),
        (
            [{"released_at": "2026-11-22 09:00"}, {"booked_at": "2026-11-22 18:00", "released_at": "2026-11-22 20:00"}],
            "released_that_day",
            True,
        ),
        # overlapping stays: the release from one opens no door of the other
        (
            [{"released_at": "2026-11-21 09:00"}, {"agency": "DOC", "doc_id": "7", "booked_at": "2026-11-01 08:00"}],
            "in_custody",
            False,
        ),
        # a day without its hour
        ([{"released_at": "2026-11-22 00:00"}], "custody_unclear", None),
        ([{"released_at": "2026-11-21 00:00"}], "in_community", True),
        ([{"booked_at": "2026-11-22 00:00"}], "custody_unclear", None),
        ([{"booked_at": "2026-11-21 00:00"}], "in_custody", False),
        # a release years before the booking is none; one within the hour is of the night the clocks went back
        ([{"released_at": "2001-11-21 09:00"}], "custody_unclear", None),
        ([{"booked_at": "2026-11-01 01:50", "released_at": "2026-11-01 01:10"}], "in_community", True),
        ([{"booked_at": "2026-11-22 01:50", "released_at": "2026-11-22 01:10"}], "released_that_day", True),
        # moved, and no booking there yet; booked there; and moved before this period began
        ([{"released_at": "2026-11-21 09:00", "release_reason": "transfer"}], "custody_unclear", None),
        (
            [
                {"released_at": "2026-11-21 09:00", "release_reason": "transfer"},
                {"agency": "DOC", "doc_id": "7", "booked_at": "2026-11-21 15:00", "released_at": "2026-11-21 19:00"},
            ],
            "in_community",
            True,
        ),
        (
            [{"booked_at": "2025-11-02 09:00", "released_at": "2025-11-21 09:00", "release_reason": "transfer"}],
            "in_community",
            True,
        ),
        ([{"released_at": "2026-11-21 09:00", "release_reason": "escape"}], "escaped", True),
        (
            [{"released_at": "2026-11-21 09:00", "release_reason": "escape"}, {"booked_at": "2026-11-22 08:00"}],
            "in_custody",
            False,
        ),
    ],
)
def test_custody_by_the_records_of_all_agencies(stays, expected, liberty):
    found = on(stays=stays).iloc[0]
    assert found["standing"] == expected
    assert found["in_community"] == (expected == "in_community")
    assert (None if found["at_liberty"] is pd.NA else found["at_liberty"]) == liberty
    assert found["in_custody"] == (expected == "in_custody")


def test_who_died_is_in_no_row_of_any_agency():
    other = {**PERIOD, "supervision_id": "W", "agency": "JAIL", "doc_id": "31"}
    assert len(on([PERIOD, other])) == 2
    assert on([PERIOD, {**other, "status": "deceased", "ended_on": "2026-11-20"}]).empty
    assert on([PERIOD, {**other, "status": "deceased"}]).empty
    assert on(stays=[{"released_at": "2026-11-21 09:00", "release_reason": "death"}]).empty
    assert len(on([PERIOD, {**other, "status": "deceased", "entered_at": "2026-11-25"}])) == 1


def test_two_agencies_and_two_numbers_of_one_person_are_rows_of_one_person():
    second = {**PERIOD, "supervision_id": "W", "doc_id": "8"}
    county = {**PERIOD, "supervision_id": "X", "agency": "SCCC", "doc_id": "8", "status": "absconded"}
    links = [*LINKS, link("corrections", "DOC", "8", "P-1"), link("corrections", "SCCC", "8", "P-1")]
    found = on([PERIOD, second, county], links=links)
    assert found["person_id"].tolist() == ["P-1"] * 3
    assert found["standing"].tolist() == ["in_community", "in_community", "absconded"]
    held = on([PERIOD, second, county], links=links, stays=[{}])
    assert held["standing"].tolist() == ["in_custody"] * 3


def test_c30_records_without_a_link_or_a_number_are_of_nobody_else():
    alone = [one for one in LINKS if one["agency"] != "JAIL"]
    assert standing(stays=[{}], links=alone) == "in_community"
    assert on(links=[])["person_id"].isna().all()
    assert standing(stays=[{"agency": "DOC", "doc_id": "7"}], links=[]) == "in_custody"
    nobody = [{**one, "person_id": None} for one in LINKS]
    assert on(stays=[{}], links=nobody)["standing"].tolist() == ["in_community"]
    assert then(links=nobody).empty
    assert then(person={"person_record_id": None}, links=[*LINKS, link("police", "PD", None, "P-1")]).empty


def test_c31_a_record_with_two_persons_is_refused_without_showing_it():
    twice = [*LINKS, link("police", "PD", "N5", "P-2")]
    with pytest.raises(InputRejected, match="a police record is there more than once .1 row, first at row 4") as caught:
        then(links=twice)
    assert "N5" not in str(caught.value)
    again = [*LINKS, link("corrections", "DOC", "7", "P-2")]
    with pytest.raises(InputRejected, match="a corrections record is there more than once"):
        on(links=again)
    repeated = frame("incidents", INCIDENT, INCIDENT)
    frames = frame("incident_people", PERSON), frame("supervision"), frame("custody_stays"), frame("links")
    with pytest.raises(InputRejected, match="an incident is there more than once"):
        incidents_under_supervision(repeated, *frames, as_of=AS_OF)


def test_lineage_names_both_records_and_the_weaker_link():
    found = then().iloc[0]
    assert found[["person_record_id", "agency", "doc_id", "source_table", "source_id"]].tolist() == [
        *("N5", "DOC", "7", "incident_people", "IP")
    ]
    assert found["link_probability"] == 0.97
    assert then(min_probability=0.97)["source_id"].tolist() == ["IP"]
    assert then(min_probability=0.98).empty
    unsaid = [{**one, "match_probability": None} for one in LINKS]
    assert then(links=unsaid)["link_probability"].isna().all()
    assert then(links=unsaid, min_probability=0.5).empty


def test_custody_by_a_weak_link_still_counts_when_surer_links_are_asked_for():
    found = on(stays=[{}], min_probability=0.99).iloc[0]
    assert found["standing"] == "in_custody" and found["person_id"] == "P-1"


@pytest.mark.parametrize("role", ["victim", "witness", "reporting_party", "suspect", "arrestee", "other", "unknown"])
def test_each_role_stays_what_it_is(role):
    assert then(person={"role": role})["role"].tolist() == [role]


@pytest.mark.parametrize(
    ("incident", "period", "certain"),
    [
        ({}, {}, True),
        ({"occurred_from": "2026-01-05 00:00"}, {}, True),
        ({"occurred_from": "2026-01-04 23:59"}, {}, None),
        ({"occurred_from": "2026-01-04 23:00", "occurred_to": "2026-01-05 08:00"}, {}, False),
        ({"occurred_to": "2026-11-21 09:00"}, {}, False),  # ends before it starts
        ({}, {"ended_on": "2026-11-21"}, None),  # not on the day of the discharge
        ({}, {"ended_on": "2026-11-22"}, True),
        ({}, {"end": "2026-11-21"}, True),
        ({}, {"end": "2026-11-20"}, None),
        ({}, {"ended_on": "2026-11-22", "end": "2026-11-20"}, True),
        ({}, {"status": "discharged"}, None),
        ({"occurred_from": None}, {}, None),
        ({"occurred_from": "2026-11-23 00:00"}, {}, None),
        ({"entered_at": "2026-11-23 08:00"}, {}, None),
        ({"clearance": "unfounded", "cleared_on": "2026-11-22"}, {}, None),
        ({"clearance": "unfounded", "cleared_on": "2026-11-24"}, {}, True),
    ],
)
def test_an_incident_and_the_period_of_its_time(incident, period, certain):
    found = then(incident, period=period)
    assert (found["certain"].tolist() or [None]) == [certain]


@pytest.mark.parametrize(
    ("stays", "incident", "expected", "liberty"),
    [
        ([], {}, "in_community", True),
        ([{}], {}, "in_custody", False),
        ([{"booked_at": "2026-11-21 10:01"}], {}, "in_community", True),  # booked after it
        ([{"released_at": "2026-11-21 10:00"}], {}, "in_community", True),
        ([{"booked_at": "2026-11-21 09:00"}], {}, "in_custody", False),
        ([{"booked_at": "2026-11-21 15:00"}], {"occurred_to": "2026-11-22 09:00"}, "custody_unclear", None),
        ([{"booked_at": "2026-11-21 00:00"}], {}, "custody_unclear", None),
    ],
)
def test_whether_at_liberty_when_it_happened(stays, incident, expected, liberty):
    found = then(incident, stays=stays).iloc[0]
    assert found["standing"] == expected
    assert (None if found["at_liberty"] is pd.NA else found["at_liberty"]) == liberty


def test_an_arrestee_booked_earlier_that_day_is_a_contradiction_of_hours_not_a_prisoner():
    stay = {"booked_at": "2026-11-21 09:00"}
    found = then(person={"role": "arrestee"}, stays=[stay]).iloc[0]
    assert found["standing"] == "custody_unclear" and found["at_liberty"] is pd.NA
    assert then(person={"role": "arrestee"}, stays=[{}])["standing"].tolist() == ["in_custody"]


def test_a_status_speaks_from_its_entry_on():
    status = {"status": "absconded", "entered_at": "2026-11-22 08:00"}
    assert then(period=status)["standing"].tolist() == ["in_community"]
    assert then(period={**status, "entered_at": "2026-11-21 10:00"})["standing"].tolist() == ["absconded"]
    assert then(period={"status": "absconded"})["standing"].tolist() == ["absconded"]


def test_juveniles_are_in_no_row():
    for young in ({"age_at_event": 17}, {"juvenile": True}, {"age_at_event": 40, "juvenile": True}):
        assert then(person=young).empty
    assert len(then(person={"age_at_event": 18, "juvenile": False})) == 1


def test_arrests_tell_of_those_whom_the_incident_does_not_name():
    arrest = {"arrest_id": "A", "incident_id": "I", "person_record_id": "N5", "arrested_at": "2026-11-22 10:00"}
    found = then(arrests=[arrest])
    assert found[["role", "source_id"]].values.tolist() == [["arrestee", "A"], ["suspect", "IP"]]
    assert found["at"].eq(pd.Timestamp("2026-11-21 10:00")).all()  # of the incident, not of the arrest
    named = then(person={"role": "arrestee"}, arrests=[arrest])
    assert named["source_id"].tolist() == ["IP"]
    alone = then(person={"person_record_id": None}, arrests=[{**arrest, "incident_id": None}])
    assert alone["at"].tolist() == [pd.Timestamp("2026-11-22 10:00")] and alone["incident_id"].isna().all()
    unfounded = {"clearance": "unfounded", "cleared_on": "2026-11-22"}
    assert then(unfounded, arrests=[arrest]).empty
    assert then(arrests=[{**arrest, "arrested_at": "2026-11-23 00:00"}])["source_id"].tolist() == ["IP"]


def test_inputs_are_left_as_they_were_and_indexes_do_not_matter():
    frames = [frame("supervision", PERIOD), frame("custody_stays", STAY), frame("links", *LINKS)]
    before = [each.copy() for each in frames]
    expected = supervision_on(*frames, as_of=AS_OF)
    for each, copy in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(each, copy)
    moved = [each.set_axis(range(5, 5 + len(each))) for each in frames]
    pd.testing.assert_frame_equal(supervision_on(*moved, as_of=AS_OF), expected)


def test_what_may_not_be_read_is_not_needed():
    bare = frame("supervision", PERIOD)[["supervision_id", "agency", "doc_id", "start"]]
    found = supervision_on(bare, pd.DataFrame(), frame("links", *LINKS), as_of=AS_OF)
    assert found["standing"].tolist() == ["in_community"] and found["status"].isna().all()
    nothing = supervision_on(pd.DataFrame(), pd.DataFrame(), frame("links"), as_of=AS_OF)
    assert nothing.empty and "in_community" in nothing.columns


def test_wrong_use_is_refused():
    frames = frame("supervision", PERIOD), frame("custody_stays"), frame("links", *LINKS)
    with pytest.raises(UsageError, match="without a zone"):
        supervision_on(*frames, as_of=pd.Timestamp("2026-11-23", tz="America/Chicago"))
    with pytest.raises(UsageError, match="without a zone"):
        supervision_on(*frames, as_of="2026-11-23")
    with pytest.raises(UsageError, match="between 0 and 1"):
        supervision_on(*frames, as_of=AS_OF, min_probability=95)
    with pytest.raises(UsageError, match="supervision needs the columns start"):
        supervision_on(frames[0].drop(columns="start"), *frames[1:], as_of=AS_OF)
    with pytest.raises(UsageError, match="need the columns agency, side"):
        supervision_on(*frames[:2], frames[2].drop(columns="side"), as_of=AS_OF)
    with pytest.raises(UnknownName, match="table of events 'suprevision'. Did you mean 'supervision'"):
        events_of("P-1", person_links=frames[2], tables={"suprevision": frames[0]}, as_of=AS_OF)
    with pytest.raises(UsageError, match="person_id must be the text"):
        events_of("", person_links=frames[2], tables={}, as_of=AS_OF)


def test_every_standing_has_its_meaning():
    seen = {"in_community", "in_custody", "custody_unclear", "escaped", "absconded", "suspended"}
    assert set(STANDINGS) == seen | {"status_unknown", "released_that_day"}


# ------------------------------------------------------------------------------------------------ events of a person


def test_events_of_a_person_in_order_with_their_lineage():
    arrest = {"arrest_id": "A", "incident_id": "I", "person_record_id": "N5", "arrested_at": "2026-11-21 12:00"}
    tables = {
        "incidents": frame("incidents", INCIDENT),
        "incident_people": frame(
            "incident_people", PERSON, {**PERSON, "incident_person_id": "IQ", "person_record_id": "N6"}
        ),
        "incident_offenses": pd.DataFrame({"incident_id": ["I", "I"], "offense": ["robbery", "arson"]}),
        "arrests": frame("arrests", {**arrest, "offense": "robbery"}),
        "charges": pd.DataFrame({"charge_id": ["C"], "arrest_id": "A", "filed_on": "2026-11-22", "offense": "arson"}),
        "court_dispositions": pd.DataFrame(
            {"disposition_id": ["D"], "charge_id": "C", "disposed_on": "2026-11-24", "disposition": "convicted"}
        ),
        "supervision": frame("supervision", {**PERIOD, "supervision_type": "parole"}),
        "violations": pd.DataFrame(
            {"violation_id": ["W"], "supervision_id": "V", "agency": "DOC", "occurred_on": "2026-11-21"}
            | {"violation_type": "technical", "decided_on": "2026-12-01", "outcome": "revoked"}
        ),
        "custody_stays": frame("custody_stays", {**STAY, "booked_at": "2026-11-21 15:00", "stay_reason": "violation"}),
    }
    found = events_of("P-1", person_links=frame("links", *LINKS), tables=tables, as_of=AS_OF)
    assert found[["kind", "what", "role", "table", "record_id", "agency", "person_record"]].fillna(
        ""
    ).values.tolist() == [
        ["supervision_began", "parole", "", "supervision", "V", "DOC", "7"],
        ["violation", "technical", "", "violations", "W", "DOC", "7"],
        ["incident", "arson, robbery", "suspect", "incident_people", "IP", "PD", "N5"],
        ["arrest", "robbery", "arrestee", "arrests", "A", "PD", "N5"],
        ["custody_began", "violation", "", "custody_stays", "S", "JAIL", "31"],
        ["charge", "arson", "", "charges", "C", "PD", "N5"],
    ]
    assert found["link_probability"].tolist() == [1.0, 1.0, 0.97, 0.97, 0.98, 0.97]
    assert set(found["person_id"]) == {"P-1"}
    sure = events_of("P-1", person_links=frame("links", *LINKS), tables=tables, as_of=AS_OF, min_probability=0.99)
    assert set(sure["person_record"]) == {"7"}
    assert events_of("P-9", person_links=frame("links", *LINKS), tables=tables, as_of=AS_OF).empty
    young = {**tables, "arrests": tables["arrests"].assign(age_at_event=17)}
    assert (
        not events_of("P-1", person_links=frame("links", *LINKS), tables=young, as_of=AS_OF)["kind"]
        .isin(["arrest", "charge"])
        .any()
    )


# --------------------------------------------------------------------------------------------------------- shares


def share_of(supervised: int, named: int = 100, role: str = "suspect", free: int | None = None, **how) -> pd.DataFrame:
    number = [str(place) for place in range(named)]
    incidents = frame("incidents", *({"incident_id": each, "occurred_from": "2026-11-18 21:00"} for each in number))
    people = frame(
        "incident_people",
        *({**PERSON, "incident_person_id": each, "incident_id": each, "role": role} for each in number),
    )
    involved = pd.DataFrame(
        {"incident_id": number[:supervised], "role": role, "certain": True, "at_liberty": True}
    ).assign(at_liberty=lambda rows: [place < (supervised if free is None else free) for place in range(len(rows))])
    how = {"since": pd.Timestamp("2026-10-01"), "as_of": AS_OF, **how}
    return supervision_share(involved, incidents, people, **how)


def test_share_counts_incidents_by_role():
    found = share_of(40, free=25).iloc[0]
    assert found[["role", "offense_group", "incidents", "named", "supervised", "at_liberty"]].tolist() == [
        *("suspect", "All offenses", 100, 100, 40, 25)
    ]
    assert found["share"] == found["share_of_named"] == 0.4 and found["shown"] == "40"
    assert share_of(40, role="victim")["role"].tolist() == ["victim"]


def test_a_person_named_twice_or_supervised_twice_counts_an_incident_once():
    number = [str(place) for place in range(60)]
    incidents = frame("incidents", *({"incident_id": each, "occurred_from": "2026-11-18 21:00"} for each in number))
    people = frame(
        "incident_people",
        *({**PERSON, "incident_person_id": f"{each}{part}", "incident_id": each} for each in number for part in "ab"),
    )
    involved = pd.DataFrame({"incident_id": number[:20] * 2, "role": "suspect", "certain": True, "at_liberty": True})
    found = supervision_share(involved, incidents, people, since=pd.Timestamp("2026-11-01"), as_of=AS_OF).iloc[0]
    assert found[["named", "supervised"]].tolist() == [60, 20]


@pytest.mark.parametrize(
    ("supervised", "shown"), [(0, "fewer than 10"), (9, "fewer than 10"), (10, "10"), (95, "not shown")]
)
def test_c71_small_counts_are_kept_back(supervised, shown):
    found = share_of(supervised).iloc[0]
    assert found["shown"] == shown
    hidden = shown != str(supervised)
    assert (found["supervised"] is pd.NA) == hidden == pd.isna(found["share"])
    assert found["at_liberty"] is pd.NA  # what it leaves, nobody, is too small


def test_c71_one_kept_back_group_does_not_follow_from_the_total():
    offenses = pd.DataFrame(
        {
            "incident_id": [str(place) for place in range(100)],
            "offense": ["arson"] * 30 + ["fraud"] * 40 + ["drugs"] * 30,
        }
    )
    # of the first 75 incidents: 30 arson, 40 fraud, 5 drugs
    found = share_of(75, named=100, offenses=offenses, minimum_cell=6).set_index("offense_group")
    assert found["shown"].to_dict() == {
        "arson": "not shown",  # every arson: none were not
        "drugs": "fewer than 6",
        "fraud": "not shown",
        "All offenses": "75",
    }
    groups = {"Property": ["arson", "fraud"], "Drugs": ["drugs"]}
    named = share_of(75, named=100, offenses=offenses, minimum_cell=3, groups=groups).set_index("offense_group")
    assert named.index.tolist() == ["Property", "Drugs", "All offenses"]
    assert named.loc["Drugs", "incidents"] == 30


def test_share_refuses_wrong_use():
    with pytest.raises(UsageError, match="at least 1"):
        share_of(40, minimum_cell=0)
    with pytest.raises(UsageError, match="since must come before as_of"):
        share_of(40, since=AS_OF)
