"""Weeks, 28 days and years, with their edges."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.periods import (
    WEEK_STARTS,
    Period,
    last_28_days,
    last_complete_week,
    last_year,
    prior,
    week_containing,
    week_label,
    week_of,
    year_to_date,
)

MOMENTS = st.datetimes(min_value=pd.Timestamp("1990-01-01"), max_value=pd.Timestamp("2090-01-01")).map(pd.Timestamp)
STARTS = st.sampled_from(WEEK_STARTS)


@given(MOMENTS, STARTS)
def test_a_moment_is_in_its_week_and_the_label_leads_back(moment, starts):
    week = week_containing(moment, starts=starts)
    assert week.start <= moment < week.end
    assert week.days == 7
    assert week.start.day_name().lower() == starts
    assert week_of(week_label(week), starts=starts) == week


@given(MOMENTS, STARTS)
def test_the_last_complete_week_is_covered_whole(moment, starts):
    week = last_complete_week(moment, starts=starts)
    day_after = moment.normalize() + pd.Timedelta(days=1)
    assert week.end <= day_after < week.end + pd.Timedelta(days=7)


@given(MOMENTS)
def test_periods_before_touch_and_have_the_same_length(moment):
    period = last_28_days(moment)
    assert prior(period).end == period.start
    assert prior(period).days == period.days == 28


@given(MOMENTS, st.integers(1, 6))
def test_whole_weeks_of_earlier_years_hold_the_same_weekdays(moment, years):
    week = week_containing(moment)
    then = last_year(week, keep="weekdays", years=years)
    assert then.days == 7
    assert then.start.weekday() == week.start.weekday()
    target = week.start - pd.DateOffset(years=years)
    assert abs((then.start - target).days) <= 4


def test_year_to_date_covers_29_february_once():
    period = year_to_date(pd.Timestamp("2024-03-01"))
    assert period.days == 60
    assert last_year(period, keep="dates").days == 59
    assert last_year(period, keep="dates") == Period(pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-01"))


@pytest.mark.parametrize("as_of", ["2026-01-08", "2026-01-15", "2026-01-20", "2026-01-29", "2026-02-01"])
def test_a_year_to_date_of_whole_weeks_keeps_new_years_day(as_of):
    assert last_year(year_to_date(pd.Timestamp(as_of)), keep="dates") == year_to_date(
        pd.Timestamp(as_of.replace("2026", "2025"))
    )


def test_an_as_of_on_29_february_goes_back_to_1_march():
    period = year_to_date(pd.Timestamp("2024-02-29"))
    assert last_year(period, keep="dates") == Period(pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-01"))


def test_a_year_with_53_weeks():
    assert str(week_of("2026-W53")) == "28 Dec 2026 to 3 Jan 2027"
    with pytest.raises(UsageError, match="'2025-W53' is no week"):
        week_of("2025-W53")


@pytest.mark.parametrize("label", ["2026W47", "２０２６-W47", "2026-47", "W47", "", "2026-W00", "2026-W99", "2026-W4"])
def test_other_words_are_no_week(label):
    with pytest.raises(UsageError, match="is no week"):
        week_of(label)


def test_a_period_holds_its_start_and_not_its_end():
    week = week_of("2026-W47")
    times = pd.Series(
        pd.to_datetime(["2026-11-16", "2026-11-22 23:59:59.999999", "2026-11-23", None], format="ISO8601")
    )
    assert week.contains(times).tolist() == [True, True, False, False]


def test_backward_periods_and_unknown_weekdays_are_refused():
    with pytest.raises(UsageError, match="must end after it starts"):
        Period(pd.Timestamp("2026-01-02"), pd.Timestamp("2026-01-02"))
    with pytest.raises(UnknownName, match="Did you mean 'sunday'"):
        week_containing(pd.Timestamp("2026-01-02"), starts="sundy")
