import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.compstat import ALL_GROUPS, FigureRule, compare, number_bridge
from pcanalytics.errors import UsageError
from pcanalytics.periods import Period
from pcanalytics.tables.vocabulary import OFFENSES, PERSON_OFFENSES

WEEK = Period(pd.Timestamp("2026-11-16"), pd.Timestamp("2026-11-23"))
GROUPS = {"Assault": ["aggravated_assault", "simple_assault"], "Robbery": ["robbery"], "Violent": ["robbery", "rape"]}
DAYS = ["2026-11-18", "2026-11-10", None]


def offenses(rows):
    """Rows of (offense_id, offense, occurred, reported, count, attempted, clearance)."""
    names = ["offense_id", "offense", "occurred_from", "reported_at", "count", "attempted", "clearance"]
    frame = pd.DataFrame(rows, columns=names)
    for column in ("occurred_from", "reported_at"):
        frame[column] = pd.to_datetime(frame[column])
    frame["incident_id"] = frame["offense_id"].astype("str").str.split("-").str[0]
    kinds = {"offense": "str", "clearance": "str", "count": "Int64", "attempted": "boolean", "offense_id": "str"}
    return frame.astype(kinds).assign(entered_at=frame["reported_at"])


def victims(rows):
    """Rows of (incident_id, person_record_id, offense_id)."""
    frame = pd.DataFrame(rows, columns=["incident_id", "person_record_id", "offense_id"], dtype="str")
    return frame.assign(role="victim", age_at_event=30)


def by_hand(frame, people, figure, label, groups):
    """Count the figure one incident at a time."""
    time = {"occurred": "occurred_from", "reported": "reported_at", "entered": "entered_at"}[figure.placed_by]
    every = {**groups, **(figure.offenses or {})}
    words = every.get(label) or {word for listed in every.values() for word in listed}
    total = 0
    kept = [
        row
        for row in frame.rename(columns={"count": "number"}).to_dict("records")
        if not pd.isna(row[time])
        and WEEK.start <= row[time] < WEEK.end
        and (figure.attempted or pd.isna(row["attempted"]) or not row["attempted"])
        and (figure.unfounded or row["clearance"] != "unfounded")
    ]
    for incident in {row["incident_id"] for row in kept}:
        net = {}
        for row in kept:
            if row["incident_id"] == incident:
                net[row["offense"]] = net.get(row["offense"], 0) + row["number"]
        if figure.unit == "offense":
            total += sum(number for word, number in net.items() if word in words)
        elif figure.unit == "incident":
            standing = [word for word, number in net.items() if number > 0]
            total += bool(standing) and min(standing, key=list(OFFENSES).index) in words
        else:
            for word, number in net.items():
                if word not in words:
                    continue
                of_it = set()
                ids = {row["offense_id"]: row["offense"] for row in kept}
                for person in people.to_dict("records"):
                    about = ids.get(person["offense_id"])
                    if person["incident_id"] == incident and about in (None, word):
                        of_it.add(person["person_record_id"])
                total += len(of_it) if word in PERSON_OFFENSES and of_it and number > 0 else number
    return total


_ROW = st.tuples(
    st.integers(0, 4),
    st.integers(1, 4),
    st.sampled_from(["robbery", "rape", "aggravated_assault", "simple_assault", "larceny"]),
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from([1, 1, 1, -1]),
    st.sampled_from([True, False, None]),
    st.sampled_from(["open", "unfounded", None]),
)
_PERSON = st.tuples(st.integers(0, 4), st.integers(1, 3), st.sampled_from([None, 1, 2, 3, 4]))
_FIGURE = st.builds(
    FigureRule,
    st.just("Another figure"),
    placed_by=st.sampled_from(["occurred", "reported", "entered"]),
    unit=st.sampled_from(["offense", "incident", "victim"]),
    attempted=st.booleans(),
    unfounded=st.booleans(),
    offenses=st.sampled_from([None, {"Robbery": ("robbery", "larceny")}]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(_ROW, max_size=12), st.lists(_PERSON, max_size=8), _FIGURE)
def test_the_steps_lead_from_one_figure_to_the_other_without_a_remainder(rows, persons, figure):
    made = {f"{incident}-{place}": row for incident, place, *row in rows}
    frame = offenses([(name, *row) for name, row in made.items()])
    people = victims([(str(i), f"P{p}", None if o is None else f"{i}-{o}") for i, p, o in dict.fromkeys(persons)])
    bridge = number_bridge(frame, people, period=WEEK, groups=GROUPS, figure=figure)
    standing = frame[frame["clearance"].ne("unfounded").fillna(True)]
    own = compare(standing.drop(columns="entered_at"), as_of=WEEK.end, by=["offense_group"], groups=GROUPS)
    own = own.set_index("offense_group")["week"].to_dict()
    own[ALL_GROUPS] = compare(standing.drop(columns="entered_at"), as_of=WEEK.end, by=[], groups=GROUPS)["week"].iloc[0]
    for label, steps in bridge.groupby("offense_group"):
        assert steps["count"].iloc[0] == own[label]
        assert steps["count"].iloc[0] + steps["change"].fillna(0).sum() == steps["count"].iloc[-1]
        assert steps["count"].iloc[-1] == by_hand(frame, people, figure, label, GROUPS)
        assert steps["step"].tolist() == list(range(len(steps)))


def test_each_rule_that_differs_is_a_step():
    frame = offenses(
        [
            ("1-1", "robbery", DAYS[0], DAYS[0], 1, False, None),
            ("1-2", "aggravated_assault", DAYS[0], DAYS[0], 1, False, None),
            ("2-1", "robbery", DAYS[1], DAYS[0], 1, True, None),
            ("3-1", "robbery", DAYS[0], DAYS[0], 1, False, "unfounded"),
            ("4-1", "simple_assault", DAYS[0], DAYS[0], 1, None, None),
        ]
    )
    people = victims([("1", "P1", None), ("1", "P2", None), ("4", "P3", None)])
    nibrs = FigureRule("NIBRS submission", placed_by="reported", unit="victim", attempted=False, unfounded=True)
    bridge = number_bridge(frame, people, period=WEEK, groups=GROUPS, figure=nibrs)
    total = bridge[bridge["offense_group"] == ALL_GROUPS]
    assert total[["reason", "count"]].values.tolist() == [
        ["CompStat counts", 3],
        ["placed by the day they were reported", 4],
        ["attempts left out", 3],
        ["incidents found not to have happened counted too", 4],
        ["offenses against persons counted by victim", 5],
        ["NIBRS submission", 5],
    ]
    press = number_bridge(frame, period=WEEK, groups=GROUPS, figure=FigureRule("Press figure", unit="incident"))
    assert press.groupby("offense_group")["count"].last().to_dict() == {
        "Assault": 1,
        "Robbery": 1,
        "Violent": 1,
        ALL_GROUPS: 2,
    }
    same = number_bridge(frame, period=WEEK, groups=GROUPS, figure=FigureRule("The same"))
    assert same["change"].isna().all()


def test_wrong_use_is_refused():
    frame = offenses([("1-1", "robbery", DAYS[0], DAYS[0], 1, False, None)])
    with pytest.raises(UsageError, match="counts victims"):
        number_bridge(frame, period=WEEK, groups=GROUPS, figure=FigureRule("NIBRS", unit="victim"))
    strange = FigureRule("Press figure", offenses={"Robery": ("robbery",)})
    with pytest.raises(UsageError, match="not counted: Robery"):
        number_bridge(frame, period=WEEK, groups=GROUPS, figure=strange)
