import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import (
    COMPARED,
    MEASURES,
    SeriesBreak,
    clearance_rates,
    compared_periods,
    gravest,
    measure_frames,
    measures,
)
from pcanalytics.errors import UnknownName
from pcanalytics.tables import TABLES
from pcanalytics.tables.vocabulary import OFFENSES

from .frames import AS_OF


def counted(*rows, **columns):
    """Rows of (incident, offense, occurred_from, count)."""
    frame = pd.DataFrame(rows, columns=["incident_id", "offense", "occurred_from", "count"])
    frame["offense_id"] = [f"{incident}-{place}" for place, incident in enumerate(frame["incident_id"])]
    defaults = {"located": False, "late": False, "unlisted": False}
    frame = frame.assign(occurred_from=pd.to_datetime(frame["occurred_from"]), **{**defaults, **columns})
    return TABLES["counted_offenses"].conform(frame)


def table(name, rows, **columns):
    return TABLES[name].conform(pd.DataFrame(rows).assign(**columns))


OFFENSES_OF_FOUR = counted(
    ("1", "larceny", "2026-11-18", 1),
    ("1", "robbery", "2026-11-18", 1),
    ("2", "burglary", "2026-11-10", 1),
    ("3", "aggravated_assault", "2026-11-19", 1),
    ("3", "aggravated_assault", "2026-11-19", -1),
    ("4", "simple_assault", "2026-11-20", 1),
    district="North",
)


def test_arrests_and_calls_are_counted_like_offenses():
    arrests = table(
        "arrests",
        {
            "arrest_id": ["1", "2", "3", "4"],
            "arrested_at": pd.to_datetime(
                ["2026-11-16 00:00", "2026-11-22 23:59", "2026-11-23 00:00", "2026-11-15 23:59"]
            ),
            "offense": ["robbery", "drugs", "drugs", None],
            "entered_at": pd.to_datetime([None, "2026-11-22", None, None]),
        },
    )
    calls = table(
        "calls",
        {
            "call_id": ["1", "2", "3", "4"],
            "received_at": pd.to_datetime(["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-23"]),
            "officer_initiated": [False, True, None, False],
            "call_type": ["ALARM", "TRAFFIC STOP", None, "ALARM"],
        },
    )
    found = measures(measure_frames(arrests=arrests, calls=calls), as_of=AS_OF).set_index("measure")
    assert found["week"].to_dict() == {"Arrests": 2, "Calls from the public": 2, "Calls started by officers": 1}
    assert found.loc["Arrests", "week_prior"] == 1
    robbery = measures(measure_frames(arrests=arrests, groups={"Robbery": ["robbery"]}), as_of=AS_OF)
    assert robbery[["measure", "week"]].values.tolist() == [["Arrests", 1]]


def test_a_clearance_is_counted_once_on_its_day():
    incidents = table(
        "incidents",
        {
            "incident_id": ["1", "2", "3", "4", "5"],
            "occurred_from": pd.NaT,
            "clearance": ["arrest", "exceptional_juvenile", "arrest", "unfounded", "arrest"],
            "cleared_on": pd.to_datetime(["2026-11-20", "2026-11-21", "2026-11-21", "2026-11-21", "2026-11-21"]),
        },
    )
    frames = measure_frames(incidents=incidents, offenses=OFFENSES_OF_FOUR)
    rows = frames["Incidents cleared"]
    assert rows[["incident_id", "offense"]].values.tolist() == [["1", "robbery"], ["2", "burglary"]]
    found = measures(frames, as_of=AS_OF, by=["district"])
    assert found[["measure", "district", "week"]].values.tolist() == [["Incidents cleared", "North", 2]]
    later = measures(frames, as_of=pd.Timestamp("2026-11-21"))
    assert later["week"].tolist() == [1], "what was cleared later stood open then"


def test_a_clearance_rate_says_its_denominator():
    incidents = table(
        "incidents",
        {
            "incident_id": ["1", "9"],
            "occurred_from": pd.NaT,
            "clearance": "arrest",
            "cleared_on": pd.to_datetime(["2026-11-20", "2026-11-20"]),
        },
    )
    many_more = counted(
        *[(f"n{place}", "arson", "2026-11-02", 1) for place in range(30)], ("9", "arson", "2019-01-01", 1)
    )
    offenses = pd.concat([OFFENSES_OF_FOUR, many_more])
    cleared = measure_frames(incidents=incidents, offenses=offenses)["Incidents cleared"]
    rates = clearance_rates(cleared, offenses, as_of=AS_OF).set_index("period")
    assert rates.loc["last_28_days", ["cleared", "happened"]].tolist() == [2, 33], (
        "1, 2, 4 and the 30; 3 was taken back"
    )
    assert rates.loc["last_28_days", "words"] == "2 incidents cleared, 33 happened (6 per 100)"
    short = clearance_rates(cleared, offenses, as_of=AS_OF, covered_from=pd.Timestamp("2026-01-02")).set_index("period")
    assert short.loc["last_28_days"].equals(rates.loc["last_28_days"])
    assert short["words"].tolist()[1:] == ["", ""], "what happened before the records is not known"
    assert short["happened"].isna().tolist() == [False, True, True]
    none = clearance_rates(cleared.iloc[:0], offenses.iloc[:0], as_of=AS_OF)
    assert none["clearance_rate"].isna().all()
    assert none["words"].iloc[0] == "0 incidents cleared, 0 happened"
    thefts = {"Theft": ["larceny"]}
    cleared = measure_frames(incidents=incidents, offenses=offenses, groups=thefts)["Incidents cleared"]
    assert clearance_rates(cleared, offenses, as_of=AS_OF, groups=thefts)["happened"].tolist() == [1, 1, 1]


def test_victims_are_people_each_once_in_an_incident():
    people = table(
        "incident_people",
        {
            "incident_person_id": list("abcdefgh"),
            "incident_id": ["1", "1", "1", "2", "3", "4", "4", "4"],
            "person_record_id": ["P1", "P1", "P2", None, "P3", "P4", None, "P5"],
            "role": ["victim"] * 7 + ["witness"],
            "age_at_event": [30, 30, None, None, 40, 50, 8, 33],
        },
    )
    rows = measure_frames(people=people, offenses=OFFENSES_OF_FOUR)["Victims"]
    assert rows["incident_id"].tolist() == ["1", "1", "4", "4"], "a shop's burglary and what was taken back have none"
    assert rows["offense"].tolist() == ["robbery", "robbery", "simple_assault", "simple_assault"]
    assert measures({"Victims": rows}, as_of=AS_OF)["week"].tolist() == [4]
    untold = people.drop(columns="person_record_id").assign(person_record_id=pd.Series([None] * 8, dtype="str"))
    assert len(measure_frames(people=untold, offenses=OFFENSES_OF_FOUR)["Victims"]) == 6, "then all may be people"


def test_a_victim_of_one_offense_is_counted_under_it():
    people = table(
        "incident_people",
        {
            "incident_person_id": ["a", "b"],
            "incident_id": ["1", "1"],
            "person_record_id": ["P1", "P2"],
            "offense_id": [OFFENSES_OF_FOUR["offense_id"].iloc[0], None],
            "role": "victim",
        },
    )
    rows = measure_frames(people=people, offenses=OFFENSES_OF_FOUR)["Victims"]
    assert rows["offense"].tolist() == ["larceny", "robbery"]


def test_what_was_not_given_makes_no_row():
    assert measures({}, as_of=AS_OF).empty
    assert measure_frames(offenses=OFFENSES_OF_FOUR) == {}
    assert list(measure_frames(calls=table("calls", {"call_id": [], "received_at": pd.to_datetime([])}))) == [
        "Calls from the public",
        "Calls started by officers",
    ]
    with pytest.raises(UnknownName, match="Arrests"):
        measures({"Arests": OFFENSES_OF_FOUR}, as_of=AS_OF)


def test_each_measure_has_the_cover_of_its_own_records():
    calls = table("calls", {"call_id": ["1"], "received_at": pd.to_datetime(["2026-11-18"])})
    arrests = table("arrests", {"arrest_id": ["1"], "arrested_at": pd.to_datetime(["2026-11-18"])})
    frames = measure_frames(arrests=arrests, calls=calls)
    covered = {"Calls from the public": pd.Timestamp("2026-11-01"), "Calls started by officers": None}
    changed = SeriesBreak(pd.Timestamp("2026-11-10"), "new records system", ("Robbery",))
    found = measures(frames, as_of=AS_OF, covered_from=covered, breaks=[changed]).set_index("measure")
    assert pd.isna(found.loc["Calls from the public", "year_to_date"])
    assert found.loc["Calls started by officers", "week_last_year"] == 0
    assert pd.isna(found.loc["Arrests", "week_last_year"])
    assert found.loc["Arrests", "year_to_date"] == 1


def test_an_incident_is_counted_under_its_gravest_offense():
    """Checked one incident at a time."""
    rng = np.random.default_rng(5)
    number = 600
    frame = counted(
        *zip(
            rng.integers(0, 150, number).astype(str),
            rng.choice(list(OFFENSES), number),
            ["2026-11-18"] * number,
            rng.choice([1, 1, 1, -1], number),
            strict=True,
        )
    )
    found = gravest(frame).set_index("incident_id")["offense"].to_dict()
    order = list(OFFENSES)
    by_hand = {}
    for incident, rows in frame.groupby("incident_id"):
        standing = [word for word in set(rows["offense"]) if rows.loc[rows["offense"] == word, "count"].sum() > 0]
        if standing:
            by_hand[incident] = min(standing, key=order.index)
    assert found == by_hand


def test_measures_equal_a_count_by_hand():
    rng = np.random.default_rng(6)
    when = pd.Timestamp("2026-12-01") - pd.to_timedelta(rng.integers(0, 900 * 1440, 2000), unit="min")
    calls = table("calls", {"call_id": [str(n) for n in range(2000)], "received_at": when})
    row = measures(measure_frames(calls=calls), as_of=AS_OF).iloc[0]
    for name, period in compared_periods(AS_OF).items():
        assert row[name] == sum(period.start <= moment < period.end for moment in when), name
    assert set(MEASURES) >= {row["measure"]}
    assert set(COMPARED) <= set(row.index)
