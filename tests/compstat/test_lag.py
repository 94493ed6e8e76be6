import numpy as np
import pandas as pd
import pytest

from pcanalytics.compstat import ALL_GROUPS, completeness
from pcanalytics.compstat.lag import LEAST_COMPLETE
from pcanalytics.errors import UsageError

from .frames import AS_OF

GROUPS = {"Quick": ["robbery"], "Slow": ["fraud"]}


def reported(number, seed, *, mean_days, as_of=AS_OF, load_day=None):
    """Offenses of two years, each with its delay: quick ones of ``mean_days[0]``, slow ones of ``mean_days[1]``."""
    rng = np.random.default_rng(seed)
    frames = []
    for word, mean in zip(("robbery", "fraud"), mean_days, strict=True):
        when = as_of - pd.to_timedelta(rng.random(number) * 728, unit="D")
        entered = when + pd.to_timedelta(rng.exponential(mean, number), unit="D")
        frames.append(pd.DataFrame({"offense": word, "count": 1, "occurred_from": when, "entered_at": entered}))
    frame = pd.concat(frames, ignore_index=True)
    if load_day is not None:
        old = frame["occurred_from"].lt(load_day)
        frame["entered_at"] = frame["entered_at"].mask(old, load_day + pd.Timedelta(hours=3))
    return frame


def shares(found):
    return found.set_index("offense_group")["complete"].to_dict()


@pytest.mark.parametrize("window_days", [7, 28])
@pytest.mark.parametrize("mean_days", [(0.5, 6.0), (2.0, 12.0)])
def test_c78_the_planted_share_on_record_is_recovered(window_days, mean_days):
    """With delays of mean m, a share 1 - m (1 - exp(-W/m)) / W of a window of W days is on record at its end."""
    frame = reported(20_000, 31, mean_days=mean_days)
    known = frame[frame["entered_at"] < AS_OF]
    found = shares(completeness(known, as_of=AS_OF, groups=GROUPS, window_days=window_days))
    window = frame[frame["occurred_from"] >= AS_OF - pd.Timedelta(days=window_days)]
    for label, mean in zip(GROUPS, mean_days, strict=True):
        planted = 1 - mean * (1 - np.exp(-window_days / mean)) / window_days
        assert found[label] == pytest.approx(planted, abs=0.015)
        seen = window[window["offense"].isin(GROUPS[label])]
        really = (seen["entered_at"] < AS_OF).mean()
        assert found[label] == pytest.approx(really, abs=4 * np.sqrt(0.25 / len(seen)))
    assert min(found["Quick"], found["Slow"]) < found[ALL_GROUPS] < max(found["Quick"], found["Slow"])


def test_c78_nothing_entered_later_is_used_and_no_count_is_altered():
    frame = reported(3000, 32, mean_days=(1.0, 9.0))
    known = frame[frame["entered_at"] < AS_OF]
    copy = frame.copy()
    with_later = completeness(frame, as_of=AS_OF, groups=GROUPS)
    pd.testing.assert_frame_equal(with_later, completeness(known, as_of=AS_OF, groups=GROUPS))
    pd.testing.assert_frame_equal(frame, copy)
    shuffled = known.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(completeness(shuffled, as_of=AS_OF, groups=GROUPS), with_later)


def test_c78_offenses_of_the_weekend_that_are_entered_on_monday_are_missed():
    """The last Sunday of four is not on record on Monday morning, whatever an even spread would say."""
    sundays = pd.date_range("2025-01-05 20:00", "2026-11-22 20:00", freq="7D")
    frame = pd.DataFrame({"offense": "robbery", "count": 1, "occurred_from": sundays})
    frame["entered_at"] = frame["occurred_from"] + pd.Timedelta(hours=12)
    four = completeness(frame, as_of=AS_OF, groups={"Quick": ["robbery"]})
    assert four["complete"].tolist() == [0.75, 0.75]
    uneven = completeness(frame, as_of=AS_OF, groups={"Quick": ["robbery"]}, window_days=10)
    assert uneven["complete"].tolist() == pytest.approx([0.95, 0.95])


def test_the_time_of_entry_that_is_not_kept_gives_no_share():
    frame = reported(500, 33, mean_days=(1.0, 9.0))
    for without in (frame.drop(columns="entered_at"), frame.assign(entered_at=pd.NaT), frame.iloc[:0]):
        found = completeness(without, as_of=AS_OF, groups=GROUPS)
        assert found["offense_group"].tolist() == [*GROUPS, ALL_GROUPS]
        assert found["complete"].isna().all()
        assert found["settled"].tolist() == [0, 0, 0]


def test_a_share_has_a_floor_and_never_passes_one():
    frame = reported(2000, 34, mean_days=(1e-9, 70.0))
    found = shares(completeness(frame, as_of=AS_OF, groups=GROUPS, window_days=7))
    assert found["Slow"] == LEAST_COMPLETE
    assert found["Quick"] <= 1
    early = frame.assign(entered_at=frame["occurred_from"] - pd.Timedelta(hours=5))
    assert completeness(early, as_of=AS_OF, groups=GROUPS)["complete"].tolist() == [1.0, 1.0, 1.0]


def test_a_group_with_few_offenses_leans_on_all():
    frame = reported(3000, 35, mean_days=(1.0, 9.0))
    groups = {**GROUPS, "Rare": ["arson"]}
    found = completeness(frame, as_of=AS_OF, groups=groups).set_index("offense_group")
    assert found.loc["Rare", "settled"] == 0
    assert found.loc["Rare", "complete"] == pytest.approx(found.loc[ALL_GROUPS, "complete"])


def test_records_loaded_all_on_one_day_do_not_look_late():
    """A change of system enters years of offenses on one day: that is no delay of reporting."""
    plain = shares(completeness(reported(20_000, 36, mean_days=(1.0, 6.0)), as_of=AS_OF, groups=GROUPS))
    moved = reported(20_000, 36, mean_days=(1.0, 6.0), load_day=pd.Timestamp("2026-03-01"))
    loaded = shares(completeness(moved, as_of=AS_OF, groups=GROUPS))
    for label in (*GROUPS, ALL_GROUPS):
        assert loaded[label] == pytest.approx(plain[label], abs=0.02)


def test_wrong_use_is_refused():
    frame = reported(50, 38, mean_days=(1.0, 9.0))
    with pytest.raises(UsageError, match="at least one day"):
        completeness(frame, as_of=AS_OF, groups=GROUPS, window_days=0)
