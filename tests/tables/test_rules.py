"""The rules of the declared tables find what they should, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.errors import TableError, UnknownName
from pcanalytics.tables import TABLES, table


def _violations(name: str, **columns) -> list[tuple[int, str]]:
    one = TABLES[name]
    found = one.violations(one.conform(pd.DataFrame(columns)))
    return list(zip(found["position"], found["reason"], strict=True))


def test_tables_declare_their_key_and_hold_no_rows_when_empty():
    for one in TABLES.values():
        assert set(one.key) <= set(one.names)
        assert one.violations(one.empty()).empty


def test_a_key_is_never_missing():
    for one in TABLES.values():
        assert not [name for name in one.key if one.column(name).nullable], one.name


def test_a_category_that_a_mapping_may_not_explain_has_the_word_unknown():
    for one in TABLES.values():
        if one.owner not in ("police", "corrections"):
            continue
        for column in one.columns:
            if column.categories is not None:
                assert "unknown" in column.categories, (one.name, column.name)


def test_c22_overlapping_supervision_of_the_same_kind():
    found = _violations(
        "supervision",
        supervision_id=list("abcde"),
        agency="DOC",
        doc_id=["1", "1", "1", "1", "2"],
        supervision_type=["parole", "parole", "parole", "probation", "parole"],
        start=pd.to_datetime(["2020-06-01", "2020-01-01", "2021-01-01", "2020-06-01", "2020-06-01"]),
        ended_on=pd.to_datetime(["2020-12-01", "2020-07-01", None, None, None]),
    )
    assert found == [(0, "overlapping_supervision")]


def test_c22_periods_that_meet_do_not_overlap():
    assert not _violations(
        "supervision",
        supervision_id=["a", "b"],
        agency="DOC",
        doc_id="1",
        supervision_type="parole",
        start=pd.to_datetime(["2020-01-01", "2020-07-01"]),
        ended_on=pd.to_datetime(["2020-07-01", None]),
    )


def test_c22_a_long_period_overlaps_all_that_start_inside_it():
    found = _violations(
        "supervision",
        supervision_id=list("abc"),
        agency="DOC",
        doc_id="1",
        supervision_type="probation",
        start=pd.to_datetime(["2020-01-01", "2020-02-01", "2020-04-01"]),
        ended_on=pd.to_datetime(["2021-01-01", "2020-03-01", "2020-05-01"]),
    )
    assert found == [(1, "overlapping_supervision"), (2, "overlapping_supervision")]


@pytest.mark.parametrize(
    ("birth", "reason"),
    [("2031-01-01", "impossible_age"), ("1899-12-31", "impossible_date"), ("2015-01-01", "child_recorded")],
)
def test_c23_birth_dates(birth, reason):
    found = _violations(
        "police_people",
        person_record_id=["1"],
        recorded_at=pd.to_datetime(["2020-01-01"]),
        birth_date=pd.to_datetime([birth]),
    )
    assert (0, reason) in found


def test_c23_an_age_of_119_is_possible():
    assert not _violations(
        "police_people",
        person_record_id=["1"],
        recorded_at=pd.to_datetime(["2025-01-01"]),
        birth_date=pd.to_datetime(["1906-01-01"]),
    )


def test_a_juvenile_without_the_flag_is_marked_but_kept():
    people = TABLES["incident_people"]
    frame = people.conform(
        pd.DataFrame(
            {
                "incident_person_id": list("abc"),
                "incident_id": "1",
                "role": "suspect",
                "age_at_event": [15, 15, 30],
                "juvenile": [None, True, None],
            }
        )
    )
    found = people.violations(frame)
    assert found[["position", "reason", "action"]].values.tolist() == [[0, "juvenile_unflagged", "warn"]]


def test_check_lists_every_problem_at_once_and_no_value():
    frame = pd.DataFrame(
        {
            "call_id": ["1", "1", None],
            "received_at": pd.to_datetime(["2026-01-01", "1873-11-28", "2026-01-01"]),
            "priority": [1, 100, 2],
            "address": ["12 CANARY ST"] * 3,
        }
    )
    with pytest.raises(TableError, match="breaks the table calls") as caught:
        TABLES["calls"].check(frame)
    message = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "1873" not in message
    assert "CANARY" not in message
    assert "first at row 2" in message


def test_conform_refuses_a_column_that_is_not_declared():
    with pytest.raises(TableError, match="'crimes' is not declared"):
        TABLES["calls"].conform(pd.DataFrame({"crimes": [1]}))


def test_an_unknown_table_offers_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'incidents'"):
        table("incident")


@pytest.mark.parametrize(
    ("occurred_from", "occurred_to", "entered_at", "reasons"),
    [
        ("2026-11-04 21:30", None, "2026-11-04", []),  # entered on the day; the extract has no time for it
        ("2026-11-04 21:30", None, "2026-11-03", ["occurs_after_entry"]),
        ("2026-11-04 21:30", None, "2026-11-04 21:29", ["occurs_after_entry"]),
        ("2026-11-04 21:30", "2026-11-04", None, []),
        ("2026-11-04 21:30", "2026-11-03", None, ["end_before_start"]),
        ("2026-11-04 21:30", "2026-11-04 21:29", None, ["end_before_start"]),
    ],
)
def test_a_day_without_a_time_comes_before_no_time_of_that_day(occurred_from, occurred_to, entered_at, reasons):
    times = {"occurred_from": occurred_from, "occurred_to": occurred_to, "entered_at": entered_at}
    found = _violations("incidents", incident_id=["1"], **{name: pd.to_datetime([at]) for name, at in times.items()})
    assert [reason for _, reason in found] == reasons


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: pd.concat([frame, frame[["beat"]]], axis=1), "column 'beat' is there twice"),
        (lambda frame: frame.assign(occurred_from=[20260101]), "'occurred_from' cannot be read as timestamp"),
        (lambda frame: frame.assign(count=[10**30]), "'count' cannot be read as integer"),
        (lambda frame: frame.assign(count=[float("inf")]), "'count' cannot be read as integer"),
    ],
)
def test_a_frame_that_cannot_be_the_table_is_refused_in_words(change, words):
    frame = pd.DataFrame({"offense_id": ["1"], "incident_id": ["1"], "offense": ["arson"], "beat": ["007"]})
    with pytest.raises(TableError, match=words):
        TABLES["incident_offenses"].check(change(frame))


def test_violations_name_the_columns_that_are_not_there():
    with pytest.raises(TableError, match="column 'beat' is not there"):
        TABLES["calls"].violations(pd.DataFrame({"call_id": ["1"]}))


def test_of_rows_with_one_key_the_later_are_named():
    found = _violations("calls", call_id=["1", "2", "1", "1"], received_at=pd.to_datetime(["2026-01-01"] * 4))
    assert found == [(2, "duplicate_key"), (3, "duplicate_key")]
