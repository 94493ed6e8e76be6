import pandas as pd
import pytest

from pcanalytics.compstat import compare, seasonal_series, weekly_series
from pcanalytics.errors import UsageError

from .frames import AS_OF, GROUPS, many, offenses


def test_weekly_series_has_no_holes_and_adds_up():
    frame = many(4000, seed=3)
    series = weekly_series(frame, as_of=AS_OF, weeks=104, groups=GROUPS)
    assert len(series) == 104 * len(GROUPS)
    counts = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS).set_index("offense_group")
    last = series[series["week_start"] == AS_OF - pd.Timedelta(days=7)].set_index("offense_group")["count"]
    month = series[series["week_start"] >= AS_OF - pd.Timedelta(days=28)].groupby("offense_group")["count"].sum()
    for label in GROUPS:
        assert last[label] == counts.loc[label, "week"]
        assert month[label] == counts.loc[label, "last_28_days"]
    with pytest.raises(UsageError, match="at least one week"):
        weekly_series(frame, as_of=AS_OF, weeks=0)


def test_weekly_series_of_nothing_is_zero():
    series = weekly_series(offenses().iloc[:0], as_of=AS_OF, weeks=3)
    assert series["count"].tolist() == [0, 0, 0]
    assert series["offense_group"].tolist() == ["All"] * 3


def test_seasons_hold_the_same_counts_as_the_comparison():
    frame = many(9000, seed=4, years=6)
    seasons = seasonal_series(frame, as_of=AS_OF, groups=GROUPS, years=4)
    assert len(seasons) == 4 * 13 * len(GROUPS)
    counts = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS).set_index("offense_group")
    years = seasons.groupby(["season_year", "offense_group"])["count"].sum()
    last = seasons[seasons["window_of_year"] == 13].set_index(["season_year", "offense_group"])["count"]
    for label in GROUPS:
        assert years[0, label] == counts.loc[label, "last_12_months"]
        assert years[1, label] == counts.loc[label, "last_12_months_prior"]
        assert last[0, label] == counts.loc[label, "last_28_days"]
        assert last[1, label] == counts.loc[label, "last_28_days_last_year"]
    covered = seasonal_series(frame, as_of=AS_OF, covered_from=pd.Timestamp("2026-10-01"))
    assert covered["window_of_year"].tolist() == [13]
    assert covered["window_start"].tolist() == [AS_OF - pd.Timedelta(days=28)]
    with pytest.raises(UsageError, match="make 364 days"):
        seasonal_series(frame, as_of=AS_OF, window_days=30)
