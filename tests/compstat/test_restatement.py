import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.compstat import ALL_GROUPS, RESTATED, reclassifications, restatement
from pcanalytics.errors import TableError
from pcanalytics.periods import Period

WEEK = Period(pd.Timestamp("2026-11-09"), pd.Timestamp("2026-11-16"))
GROUPS = {"Robbery": ["robbery"], "Theft": ["larceny", "theft_from_vehicle"], "Property": ["larceny", "burglary"]}
IN, OUT = "2026-11-12", "2026-11-18"


def frame(*rows):
    """Rows of (offense_id, offense, when, count, district, clearance); the incident is what comes before the dash."""
    table = pd.DataFrame(rows, columns=["offense_id", "offense", "occurred_from", "count", "district", "clearance"])
    table["incident_id"] = table["offense_id"].str.split("-").str[0]
    table["occurred_from"] = pd.to_datetime(table["occurred_from"])
    return table.astype({"count": "Int64", "offense": "str", "district": "str", "clearance": "str"})


def parts(ledger, label):
    row = ledger.set_index("offense_group").loc[label]
    return {name: int(row[name]) for name in row.index if row[name] != 0}


THEN = frame(
    ("1-1", "robbery", IN, 1, "N", "open"),
    ("2-1", "larceny", IN, 1, "N", "open"),
    ("3-1", "larceny", IN, 1, "N", "open"),
    ("4-1", "burglary", IN, 1, "N", "open"),
    ("5-1", "robbery", IN, 1, "N", "unfounded"),
    ("6-1", "robbery", OUT, 1, "N", "open"),
    ("7-1", "robbery", IN, 1, "S", "open"),
    ("8-1", "robbery", IN, 1, "N", None),
    ("9-1", "burglary", IN, 1, "N", None),
)


def changed(*rows):
    ids = [row[0] for row in rows]
    return pd.concat([THEN[~THEN["offense_id"].isin(ids)], frame(*rows)], ignore_index=True)


@pytest.mark.parametrize(
    ("rows", "label", "reason", "change"),
    [
        ([("10-1", "robbery", IN, 1, "N", None)], "Robbery", "reported_late", 1),
        ([("1-1", "larceny", IN, 1, "N", "open")], "Robbery", "reclassified_out", -1),
        ([("1-1", "larceny", IN, 1, "N", "open")], "Theft", "reclassified_in", 1),
        ([("1-1", "robbery", IN, 1, "N", "unfounded")], "Robbery", "unfounded", -1),
        ([("5-1", "robbery", IN, 1, "N", "open")], "Robbery", "unfounded", 1),
        ([("1-2", "robbery", IN, -1, "N", None)], "Robbery", "taken_back", -1),
        ([("1-1", "robbery", OUT, 1, "N", "open")], "Robbery", "moved_date", -1),
        ([("6-1", "robbery", IN, 1, "N", "open")], "Robbery", "moved_date", 1),
        ([("1-1", "robbery", IN, 1, "S", "open")], "Robbery", "moved_area", -1),
        ([("7-1", "robbery", IN, 1, "N", "open")], "Robbery", "moved_area", 1),
        ([("9-2", "burglary", IN, -1, "N", None), ("9-3", "larceny", IN, 1, "N", None)], "Theft", "reclassified_in", 1),
        (
            [("8-2", "robbery", IN, -1, "N", None), ("8-3", "larceny", IN, 1, "N", None)],
            "Robbery",
            "reclassified_out",
            -1,
        ),
        ([("8-2", "robbery", IN, -1, "N", None), ("8-3", "robbery", OUT, 1, "N", None)], "Robbery", "moved_date", -1),
        ([("11-1", "robbery", IN, -1, "N", None), ("11-2", "larceny", IN, 1, "N", None)], "Robbery", "taken_back", -1),
    ],
)
def test_each_planted_change_has_its_reason(rows, label, reason, change):
    ledger = restatement(THEN, changed(*rows), period=WEEK, groups=GROUPS, district="N")
    before = {"Robbery": 2, "Theft": 2}[label]
    assert parts(ledger, label) == {"count_then": before, reason: change, "count_now": before + change}


def test_a_record_that_is_gone_is_said():
    ledger = restatement(THEN, THEN[THEN["offense_id"] != "1-1"], period=WEEK, groups=GROUPS)
    assert parts(ledger, "Robbery") == {"count_then": 3, "other": -1, "count_now": 2}


def test_nothing_new_changes_nothing():
    ledger = restatement(THEN, THEN, period=WEEK, groups=GROUPS)
    assert ledger["count_then"].tolist() == ledger["count_now"].tolist() == [3, 2, 4, 7]
    assert (ledger[list(RESTATED)] == 0).all(axis=None)
    empty = restatement(THEN.iloc[:0], THEN.iloc[:0], period=WEEK, groups=GROUPS)
    assert empty["count_now"].tolist() == [0, 0, 0, 0]


def test_between_two_groups_the_total_does_not_change():
    now = changed(("1-1", "larceny", IN, 1, "N", "open"))
    ledger = restatement(THEN, now, period=WEEK, groups=GROUPS)
    assert parts(ledger, ALL_GROUPS) == {"count_then": 7, "count_now": 7}


WORDS = ["robbery", "larceny", "burglary", "arson"]
_ROW = st.tuples(
    st.integers(0, 6),
    st.integers(1, 4),
    st.sampled_from(WORDS),
    st.sampled_from([IN, OUT, "2026-11-09", "2026-11-16", None]),
    st.sampled_from([1, 1, 1, -1]),
    st.sampled_from(["N", "S", None]),
    st.sampled_from(["open", "unfounded", None]),
)


def _drawn(rows):
    made = {f"{incident}-{place}": row for incident, place, *row in rows}
    return frame(*[(name, *row) for name, row in made.items()])


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, max_size=14), st.lists(_ROW, max_size=14), st.sampled_from(["N", None]))
def test_the_parts_add_up_and_both_ends_are_counted_by_hand(before, after, district):
    then, now = _drawn(before), _drawn(after)
    ledger = restatement(then, now, period=WEEK, groups=GROUPS, district=district)
    sums = ledger["count_then"] + ledger[list(RESTATED)].sum(axis=1)
    assert sums.tolist() == ledger["count_now"].tolist()
    for label, words in [*GROUPS.items(), (ALL_GROUPS, ["robbery", "larceny", "theft_from_vehicle", "burglary"])]:
        for column, table in (("count_then", then), ("count_now", now)):
            by_hand = sum(
                row.number
                for row in table.rename(columns={"count": "number"}).itertuples()
                if row.offense in words
                and WEEK.start <= row.occurred_from < WEEK.end
                and row.clearance != "unfounded"
                and (district is None or row.district == district)
            )
            assert ledger.set_index("offense_group").loc[label, column] == by_hand


def test_reclassifications_up_and_down_are_counted():
    rng = np.random.default_rng(3)
    ids = [f"{place}-1" for place in range(300)]
    then = frame(*[(name, "aggravated_assault", IN, 1, "N", None) for name in ids])
    now = then.copy()
    lesser = rng.choice(300, 40, replace=False)
    now.loc[lesser[:30], "offense"] = "simple_assault"
    now.loc[lesser[30:], "offense"] = "robbery"
    found = reclassifications(then, now)
    assert found.values.tolist() == [
        ["aggravated_assault", "simple_assault", "lesser", 30],
        ["aggravated_assault", "robbery", "graver", 10],
    ]
    days = pd.DataFrame({"offense": ["aggravated_assault", "robbery"], "days": [400, 365]})
    weighed = reclassifications(then, now, weights=days).set_index("offense_now")["direction"].to_dict()
    assert weighed == {"simple_assault": "lesser", "robbery": "lesser"}
    assert reclassifications(then, now, district="S").empty
    assert reclassifications(then, now, period=Period(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01"))).empty


def test_a_pair_of_counts_is_one_reclassification():
    now = changed(("9-2", "burglary", IN, -1, "N", None), ("9-3", "larceny", IN, 1, "N", None))
    assert reclassifications(THEN, now).values.tolist() == [["burglary", "larceny", "lesser", 1]]


def test_an_offense_number_that_stands_twice_is_refused():
    with pytest.raises(TableError, match="1 offense numbers stand more than once"):
        restatement(THEN, pd.concat([THEN, THEN.iloc[:1]]), period=WEEK, groups=GROUPS)
