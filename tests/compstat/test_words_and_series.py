import re

import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import change_in_words, compare, headline, seasonal_series, weekly_series
from pcanalytics.errors import UsageError

from .frames import AS_OF, GROUPS, many, offenses


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (4, 0, "from 0 to 4"),
        (0, 4, "from 4 to 0"),
        (0, 0, "0, as before"),
        (12, 6, "from 6 to 12"),
        (29, 400, "from 400 to 29"),
        (150, 120, "from 120 to 150 (25% more)"),
        (90, 120, "from 120 to 90 (25% fewer)"),
        (1001, 1000, "from 1,000 to 1,001 (less than 1% more)"),
    ],
)
def test_a_percentage_is_given_only_for_large_counts(now, before, words):
    assert change_in_words(now, before) == words


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


def sentences(frame):
    counts = compare(frame, as_of=AS_OF, by=["offense_group"], groups=GROUPS)
    total = compare(frame, as_of=AS_OF, by=[], groups=GROUPS)
    return headline(counts, total), counts, total


def test_every_number_of_the_headline_is_in_a_row():
    said, counts, total = sentences(many(6000, seed=2))
    assert 3 <= len(said) <= 6
    known = set(np.concatenate([counts.select_dtypes("number").to_numpy().ravel(), total.to_numpy().ravel()]).tolist())
    for sentence in said:
        plain = re.sub(r"28 days", "", sentence)
        for number in re.findall(r"-?\d[\d,]*", plain):
            assert int(number.replace(",", "")) in known
        assert re.search(r"\b(is|are|hold|stands|counts|falls)\b", sentence)
        assert not re.search(r"\b(rose|fell|up|down|increase|decrease|surge|spike)", sentence)


def test_c74_too_few_offenses_are_called_too_few():
    said, *_ = sentences(offenses().iloc[:0])
    assert said[0] == "No offense is on record for the last 28 days: too few to compare."
    said, *_ = sentences(offenses(("robbery", "2026-11-18", 1)))
    assert said[0] == "One offense is on record for the last 28 days: too few to compare."
    assert len(said) == 2


def test_the_headline_is_silent_on_a_period_before_the_records():
    frame = many(6000, seed=2)
    for first, silent in (("2026-09-01", "year"), ("2026-11-02", "year")):
        known = {"as_of": AS_OF, "groups": GROUPS, "covered_from": pd.Timestamp(first)}
        said = headline(compare(frame, by=["offense_group"], **known), compare(frame, by=[], **known))
        assert not any(silent in sentence or "NA" in sentence for sentence in said)
    assert compare(frame, by=[], **known)["week"].tolist() == [1]
    ending = "on record for the week. The records do not go back 28 days: too early to compare."
    assert said == [f"One offense is {ending}"]
