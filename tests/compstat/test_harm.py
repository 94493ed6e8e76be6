import pandas as pd
import pytest

from pcanalytics.compstat import ALL_GROUPS, SeriesBreak, compared_periods, harm_totals
from pcanalytics.errors import UnknownName, UsageError

from .frames import AS_OF, GROUPS, many, offenses

WEIGHTS = pd.DataFrame(
    {"offense": ["homicide", "robbery", "burglary", "larceny"], "days": [5475.0, 365.0, 20.0, 2.125]}
)


def test_harm_is_weighed_one_offense_at_a_time():
    frame = many(6000, seed=41)
    found = harm_totals(frame, WEIGHTS, as_of=AS_OF, groups=GROUPS).set_index("offense_group")
    periods = compared_periods(AS_OF)
    days = dict(zip(WEIGHTS["offense"], WEIGHTS["days"], strict=True))
    every = {word for words in GROUPS.values() for word in words}
    columns = {
        "harm_days": "last_28_days",
        "harm_prior": "last_28_days_prior",
        "harm_last_year": "last_28_days_last_year",
    }
    for label, words in [*GROUPS.items(), (ALL_GROUPS, every)]:
        for column, name in columns.items():
            by_hand = sum(
                row.number * days.get(row.offense, 0)
                for row in frame.rename(columns={"count": "number"}).itertuples()
                if row.offense in words
                and periods[name].start <= row.occurred_from < periods[name].end
                and not row.entered_at >= AS_OF
            )
            assert found.loc[label, column] == pytest.approx(by_hand)


def test_without_weights_there_is_no_total_of_zero():
    frame = offenses(("burglary", "2026-11-18", 1))
    none = harm_totals(frame, WEIGHTS.iloc[:0], as_of=AS_OF, groups=GROUPS)
    assert none.empty
    assert list(none) == list(harm_totals(frame, WEIGHTS, as_of=AS_OF, groups=GROUPS))


def test_an_offense_without_weight_is_counted_and_named():
    frame = offenses(
        ("theft_from_vehicle", "2026-11-18", 1), ("theft_from_vehicle", "2026-10-01", 1), ("burglary", "2026-11-18", 1)
    )
    found = harm_totals(frame, WEIGHTS, as_of=AS_OF, groups=GROUPS).set_index("offense_group")
    assert found.loc["Theft", ["harm_days", "unweighted", "unweighted_offenses"]].tolist() == [
        0.0,
        1,
        "theft_from_vehicle",
    ]
    assert found.loc["All property", ["harm_days", "unweighted"]].tolist() == [20.0, 1]
    assert found.loc[ALL_GROUPS, ["harm_days", "unweighted"]].tolist() == [20.0, 1]
    assert pd.isna(found.loc["Burglary", "unweighted_offenses"])


def test_harm_is_missing_where_counts_are():
    frame = many(2000, seed=42)
    changed = SeriesBreak(pd.Timestamp("2026-05-01"), "new records system", ("Robbery",))
    found = harm_totals(frame, WEIGHTS, as_of=AS_OF, groups=GROUPS, breaks=[changed]).set_index("offense_group")
    assert found["harm_last_year"].isna().to_dict() == {
        **dict.fromkeys(GROUPS, False),
        "Robbery": True,
        ALL_GROUPS: True,
    }
    covered = harm_totals(frame, WEIGHTS, as_of=AS_OF, groups=GROUPS, covered_from=pd.Timestamp("2026-10-26"))
    assert covered["harm_prior"].isna().all()
    assert covered["harm_days"].notna().all()


def test_wrong_weights_are_refused():
    frame = many(10, seed=43)
    known = {"as_of": AS_OF, "groups": GROUPS}
    with pytest.raises(UsageError, match="Look at: robbery"):
        harm_totals(frame, pd.DataFrame({"offense": ["robbery", "robbery"], "days": [1, 2]}), **known)
    with pytest.raises(UsageError, match="Look at: arson, rape"):
        harm_totals(frame, pd.DataFrame({"offense": ["arson", "rape", "drugs"], "days": [-1, None, 3]}), **known)
    with pytest.raises(UnknownName, match="days"):
        harm_totals(frame, pd.DataFrame({"offense": ["arson"]}), **known)
