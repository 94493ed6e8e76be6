"""One rule, read by all: levels follow the ranges, ranges follow what is on record, and nothing later changes them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.compstat import ALL_GROUPS, SeriesBreak, SignalRule, bands, compare, power_in_words, signals
from pcanalytics.errors import UnknownName, UsageError

from .frames import AS_OF, GROUPS, many

WORDS = {label: words[0] for label, words in GROUPS.items() if label != "All property"}
ONLY = {label: [word] for label, word in WORDS.items()}
RANGE = ["watch_low", "watch_high", "alert_low", "alert_high"]


def of_windows(days=28, **counts):
    """Offenses so many a window, oldest first, the last list entry in the current one; spread over its days."""
    rows = []
    for label, series in counts.items():
        for back, count in enumerate(reversed(series)):
            start = AS_OF - pd.Timedelta(days=days * (back + 1))
            rows += [(WORDS[label], start + pd.Timedelta(days=place % days, hours=9)) for place in range(count)]
    frame = pd.DataFrame(rows, columns=["offense", "occurred_from"]).astype({"offense": "str"})
    frame["occurred_from"] = frame["occurred_from"].astype("datetime64[us]")
    return frame.assign(count=1, district="North", entered_at=frame["occurred_from"] + pd.Timedelta(hours=1))


def windows(rng, mean, number=39):
    return rng.poisson(mean, number).tolist()


FIRST = AS_OF - pd.Timedelta(days=28 * 40)


def found(frame, *, groups=ONLY, by=("offense_group",), rule=SignalRule(), **others):  # noqa: B008
    others = {"covered_from": FIRST, **others}
    return signals(bands(frame, as_of=AS_OF, by=list(by), groups=groups, rule=rule, **others), rule)


def one(frame, label="Robbery", **others):
    return found(frame, **others).set_index("offense_group").loc[label]


def planted(now, seed=1, mean=20, number=39):
    return of_windows(Robbery=[*windows(np.random.default_rng(seed), mean, number), now])


def test_a_planted_rise_is_above_and_a_planted_fall_below():
    usual, high, low = (one(planted(now)) for now in (20, 60, 1))
    assert (usual["level"], usual["direction"]) == ("usual", "")
    assert usual["words"] == f"within its usual range ({usual['watch_low']}–{usual['watch_high']})"
    assert (high["level"], high["direction"]) == ("alert", "above")
    assert high["words"] == f"above its usual range ({high['watch_low']}–{high['watch_high']})"
    assert (low["level"], low["direction"]) == ("alert", "below")
    assert low["words"].startswith("below its usual range (")
    for row in (usual, high, low):
        assert row[RANGE].tolist() == usual[RANGE].tolist()
        assert row["expected"] == pytest.approx(20, rel=0.15)


def test_the_level_turns_exactly_at_the_ends_of_the_range():
    ends = one(planted(20))
    for count, level, direction in (
        (ends["watch_high"], "usual", ""),
        (ends["watch_high"] + 1, "watch", "above"),
        (ends["alert_high"], "watch", "above"),
        (ends["alert_high"] + 1, "alert", "above"),
        (ends["watch_low"], "usual", ""),
        (ends["watch_low"] - 1, "watch", "below"),
        (ends["alert_low"] - 1, "alert", "below"),
    ):
        row = one(planted(int(count)))
        assert (row["level"], row["direction"]) == (level, direction), count
        assert (row["p_value"] <= 0.01) == (level != "usual") and (row["p_value"] <= 0.0027) == (level == "alert")


def test_counts_are_those_of_the_comparison():
    frame = many(6000, seed=5)
    frame = frame[frame["district"].notna()]
    by = ["district", "offense_group"]
    first = pd.Timestamp("2024-01-01")
    said = signals(bands(frame, as_of=AS_OF, by=by, groups=GROUPS, covered_from=first, past_ranges=False))
    beside = compare(frame, as_of=AS_OF, by=by, groups=GROUPS)
    joined = beside.merge(said, on=by, how="outer", validate="1:1")
    assert joined["count"].tolist() == joined["last_28_days"].tolist()


def test_c74_nothing_at_all_and_one_offense_are_too_few_to_tell():
    said = found(of_windows(Robbery=[0] * 39 + [1]))
    assert said["level"].tolist() == ["too_few"] * len(ONLY)
    assert set(said["words"]) == {"too few to tell"}
    empty = of_windows().iloc[:0]
    whole = found(empty, by=())
    assert whole["level"].tolist() == ["too_few"] and whole["count"].tolist() == [0]
    assert found(empty, by=(), covered_from=None)["level"].tolist() == ["no_history"]
    assert len(bands(empty, as_of=AS_OF, by=["district"], groups=ONLY)) == 0
    assert signals(bands(empty, as_of=AS_OF, by=["district"], groups=ONLY)).empty


def test_a_count_above_nothing_is_flagged_in_counts_and_not_in_percent():
    row = one(of_windows(Robbery=[0] * 39 + [4]))
    assert (row["level"], row["direction"]) == ("alert", "above")
    assert row["words"] == "above its usual range (0–2): from 0 in all 39 periods before to 4"
    assert one(of_windows(Robbery=[0] * 39 + [2]))["level"] == "too_few"
    assert one(of_windows(Robbery=[0] * 39 + [2]), rule=SignalRule(minimum_count=1))["level"] in ("alert", "watch")
    assert one(of_windows(Robbery=[0] * 39 + [9]), rule=SignalRule(minimum_count=10))["level"] == "too_few"


def test_few_offenses_inside_the_range_tell_nothing():
    assert one(of_windows(Robbery=[0, 0, 0, 1] * 9 + [0]))["level"] == "too_few"
    assert one(of_windows(Robbery=[1, 2, 1] * 13 + [1]))["level"] == "usual"


@pytest.mark.parametrize(("number", "level"), [(7, "no_history"), (8, "usual"), (25, "usual"), (39, "usual")])
def test_short_history_is_said_openly(number, level):
    row = one(planted(20, number=number), covered_from=AS_OF - pd.Timedelta(days=28 * (number + 1)))
    assert (row["level"], row["windows"]) == (level, number)
    if number < 8:
        assert row["words"] == "too early to tell: 7 periods of 28 days on record"
        assert pd.isna(row["watch_low"]) and pd.isna(row["expected"]) and row["power_words"] == ""
    hardly = "season and trend can hardly be told yet, so the range is wider"
    assert (hardly in row["basis"]) == (8 <= number < 26)


def test_windows_before_the_records_are_not_zero():
    cut = planted(20, number=12)
    row = one(cut, covered_from=AS_OF - pd.Timedelta(days=28 * 13))
    assert row["windows"] == 12 and row["expected"] == pytest.approx(20, rel=0.2)
    assert one(cut, covered_from=None)["windows"] == 12
    a_day_more = bands(cut, as_of=AS_OF, by=[], groups=ONLY, covered_from=AS_OF - pd.Timedelta(days=28 * 13 - 1))
    assert len(a_day_more) == 12


def test_a_break_leaves_earlier_windows_out_of_the_range_but_on_the_chart():
    series = [*windows(np.random.default_rng(3), 20, 20), *windows(np.random.default_rng(4), 60, 19), 60]
    frame = of_windows(Robbery=series, Burglary=series)
    on = AS_OF - pd.Timedelta(days=28 * 20)
    broken = [SeriesBreak(on, "new records system", ("Robbery",)), SeriesBreak(AS_OF, "later", ())]
    drawn = bands(frame, as_of=AS_OF, by=["offense_group"], groups=ONLY, covered_from=FIRST, breaks=broken)
    robbery = drawn[drawn["offense_group"] == "Robbery"]
    assert len(robbery) == 40
    assert robbery["watch_low"].notna().tolist() == [False] * 20 + [True] * 20
    said = signals(drawn).set_index("offense_group")
    assert said.loc["Robbery", "windows"] == 19 and said.loc["Burglary", "windows"] == 39
    assert f"since {on.day} {on:%b %Y} (new records system)" in said.loc["Robbery", "basis"]
    assert said.loc["Robbery", "expected"] == pytest.approx(60, rel=0.2)
    whole = found(frame, by=(), breaks=broken)
    assert whole["windows"].tolist() == [19], "a row over all groups breaks with each of them"
    other = found(frame, by=(), groups={"Burglary": ["burglary"]}, breaks=broken)
    assert other["windows"].tolist() == [39]
    now = one(frame, breaks=[SeriesBreak(AS_OF - pd.Timedelta(days=9), "new law")])
    assert now["level"] == "no_history"
    assert now["words"] == "too early to tell: nothing to compare with is on record since 14 Nov 2026 (new law)"


def test_what_is_not_on_record_yet_is_not_expected():
    low = int(one(planted(20))["watch_low"]) - 1
    frame = planted(low)
    short, whole = one(frame, completeness={"Robbery": 0.5}), one(frame)
    assert whole["level"] == "watch" and short["level"] == "usual"
    assert short["expected"] == pytest.approx(whole["expected"] / 2)
    assert short["count"] == whole["count"] == low
    drawn = bands(frame, as_of=AS_OF, by=[], groups=ONLY, covered_from=FIRST, completeness={ALL_GROUPS: 0.5})
    assert drawn["expected"].iloc[-1] < 0.7 * drawn["expected"].iloc[-2]
    for share in (0, 1.2):
        with pytest.raises(UsageError, match="above 0 and at most 1, and is not for 'Robbery'"):
            one(frame, completeness={"Robbery": share})


def test_corrections_may_leave_a_window_below_zero():
    frame = planted(20)
    taken = frame.assign(count=-1)[frame["occurred_from"] < FIRST + pd.Timedelta(days=28)]
    row = one(pd.concat([frame, taken, taken.head(1)]))
    assert row["level"] == "usual"
    rare = of_windows(Robbery=[1, 0] * 20)
    now = rare.assign(count=-3)[-1:]
    row = one(pd.concat([rare, now.assign(occurred_from=AS_OF - pd.Timedelta(days=1))]))
    assert (row["count"], row["watch_low"], row["level"]) == (-3, 0, "too_few"), "not below what it cannot be below"


def test_windows_of_other_lengths():
    rng = np.random.default_rng(2)
    frame = of_windows(days=7, Robbery=[*rng.poisson(12, 156).tolist(), 40])
    rule = SignalRule(window_days=7)
    row = one(frame, rule=rule, covered_from=AS_OF - pd.Timedelta(days=7 * 157))
    assert (row["level"], row["windows"], row["count"]) == ("alert", 156, 40)
    with pytest.raises(UsageError, match="not made with the rule's windows of 28 days"):
        signals(bands(frame, as_of=AS_OF, by=[], groups=ONLY, rule=rule))


def test_a_row_is_judged_the_same_alone_and_among_others():
    rng = np.random.default_rng(8)
    series = {
        label: [*windows(rng, mean), now]
        for label, mean, now in zip(ONLY, (0.1, 4, 20, 150), (0, 12, 33, 160), strict=True)
    }
    frame = of_windows(**series)
    together = bands(frame, as_of=AS_OF, by=["offense_group"], groups=ONLY, covered_from=FIRST)
    for label in ONLY:
        alone = bands(frame, as_of=AS_OF, by=["offense_group"], groups={label: ONLY[label]}, covered_from=FIRST)
        beside = together[together["offense_group"] == label].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, beside, check_exact=False, rtol=1e-9)


def test_a_false_discovery_rate_widens_ranges_and_keeps_them_in_step_with_the_flags():
    rng = np.random.default_rng(6)
    labels = {f"Group {number}": [f"offense {number}"] for number in range(40)}
    before = rng.poisson(15, (40, 39))

    def judged(now, rate):
        counts = np.column_stack([before, now])
        rows = [
            (f"offense {number}", FIRST + pd.Timedelta(days=28 * place, hours=hour))
            for (number, place), count in np.ndenumerate(counts)
            for hour in range(count)
        ]
        frame = pd.DataFrame(rows, columns=["offense", "occurred_from"]).assign(count=1)
        return found(frame, groups=labels, rule=SignalRule(false_discovery=rate))

    now = np.full(40, 15)
    now[:3] = judged(now, None)["watch_high"].iloc[:3] + 1
    now[3] = 70
    plain, strict = judged(now, None), judged(now, 0.02)
    outside = [(row["count"] > row["watch_high"]) | (row["count"] < row["watch_low"]) for _, row in strict.iterrows()]
    assert outside == strict["level"].isin(["alert", "watch"]).tolist()
    assert strict["level"].isin(["alert", "watch"]).sum() < plain["level"].isin(["alert", "watch"]).sum()
    assert strict.loc[3, "level"] == "alert"
    ranked = np.sort(strict["p_value"].to_numpy(float))
    passed = np.flatnonzero(ranked <= 0.02 * np.arange(1, 41) / 40)
    expected = min(0.01, 0.02 * (passed[-1] + 1) / 40)
    assert (strict["p_value"] <= expected).tolist() == outside
    assert (strict["watch_high"] >= plain["watch_high"]).all() and (strict["watch_low"] <= plain["watch_low"]).all()


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0, "almost never"), (0.06, "1 time in 20"), (0.26, "1 time in 4"), (0.52, "1 time in 2"), (0.88, "9 times in 10")]
    + [(0.97, "almost always")],
)
def test_power_in_words(chance, words):
    assert power_in_words(chance) == words


def test_power_is_the_chance_that_a_doubled_mean_leaves_the_range():
    rng = np.random.default_rng(9)
    row = one(planted(6, mean=6))
    doubled = rng.poisson(rng.gamma(40, row["expected"] * 2 / 40, 200_000))
    assert row["seen_if_doubled"] == pytest.approx((doubled > row["watch_high"]).mean(), abs=0.06)
    assert row["power_words"] == f"a doubling here would be seen {power_in_words(row['seen_if_doubled'])}"
    assert one(planted(150, mean=150))["power_words"] == "a doubling here would be seen almost always"


def test_ranges_of_windows_gone_by_follow_the_season():
    years = (np.arange(40) - 39) * 28 / 365.25
    series = np.rint(100 * (1 + 0.4 * np.sin(2 * np.pi * years))).astype(int).tolist()
    drawn = bands(of_windows(Robbery=series), as_of=AS_OF, by=[], groups=ONLY, covered_from=FIRST)
    assert drawn["is_current"].tolist() == [False] * 39 + [True]
    assert np.corrcoef(drawn["expected"].to_numpy(float), drawn["count"].to_numpy(float))[0, 1] > 0.98
    assert (drawn["watch_low"] <= drawn["count"]).all() and (drawn["count"] <= drawn["watch_high"]).all()
    assert (drawn["alert_low"] <= drawn["watch_low"]).all() and (drawn["watch_high"] <= drawn["alert_high"]).all()
    quick = bands(of_windows(Robbery=series), as_of=AS_OF, by=[], groups=ONLY, covered_from=FIRST, past_ranges=False)
    pd.testing.assert_frame_equal(signals(quick), signals(drawn))
    assert quick["watch_low"].isna().tolist() == [True] * 39 + [False]


def test_wrong_use_is_refused():
    frame = planted(20)
    with pytest.raises(UsageError, match="midnight in local wall time"):
        bands(frame, as_of=AS_OF + pd.Timedelta(hours=1), by=[])
    with pytest.raises(UsageError, match="needs the groups"):
        bands(frame, as_of=AS_OF, by=["offense_group"])
    with pytest.raises(UnknownName, match="beat"):
        bands(frame, as_of=AS_OF, by=["beat"])


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    days=st.integers(0, 400),
    entered=st.integers(0, 60),
    where=st.sampled_from(["North", "Nowhere yet", None]),
)
def test_c76_what_is_entered_or_happens_later_changes_nothing(seed, days, entered, where):
    frame = many(1500, seed=3)
    rng = np.random.default_rng(seed)
    happened_later = pd.DataFrame(
        {
            "offense": rng.choice(["robbery", "burglary"], 30),
            "count": rng.choice([1, -1], 30),
            "occurred_from": AS_OF + pd.to_timedelta(rng.integers(0, 24 * (days + 1), 30), unit="h"),
            "district": where,
            "entered_at": pd.NaT,
        }
    )
    entered_later = frame.sample(40, random_state=seed).assign(
        count=1, district=where, entered_at=AS_OF + pd.Timedelta(days=entered)
    )
    kinds = frame.dtypes.to_dict()
    more = pd.concat([frame, happened_later.astype(kinds), entered_later.astype(kinds)], ignore_index=True)
    for by in (["offense_group"], ["district"], []):
        asked = {"as_of": AS_OF, "by": by, "groups": GROUPS, "past_ranges": False}
        pd.testing.assert_frame_equal(bands(frame, **asked), bands(more, **asked))
