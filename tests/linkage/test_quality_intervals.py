"""Intervals: published numbers, the plain case, and how often they hold the truth when pairs hang together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.linkage.intervals import difference_interval, ratio_interval
from pcanalytics.linkage.quality import pair_quality


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Write the textbook's formula once more, for trials that are independent."""
    z, share = 1.959963984540054, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - reach, middle + reach


def test_independent_trials_have_wilsons_interval():
    hits = np.zeros(20_000)
    hits[:6_160] = 1
    value, low, high = ratio_interval(hits, np.ones(20_000))
    assert value == 0.308
    assert (low, high) == pytest.approx(wilson(6_160, 20_000), abs=1e-5)


def test_the_difference_is_newcombes_published_one():
    # Newcombe (1998), table II: 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339.
    one, other = (56 / 70, *wilson(56, 70)), (48 / 80, *wilson(48, 80))
    assert difference_interval(one, other) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_members_that_are_right_together_count_as_one():
    alone = ratio_interval(np.repeat([1.0, 0.0], [90, 10]), np.ones(100))
    tenfold = ratio_interval(np.repeat([10.0, 0.0], [90, 10]), np.full(100, 10.0))
    assert tenfold == pytest.approx(alone, abs=1e-12)


def test_nothing_counted_is_missing_and_one_group_has_no_interval():
    assert np.isnan(ratio_interval(np.zeros(3), np.zeros(3))).all()
    value, low, high = ratio_interval(np.array([3.0, 0.0]), np.array([4.0, 0.0]))
    assert value == 0.75
    assert np.isnan([low, high]).all()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=40))
def test_the_interval_holds_the_value_and_stays_between_0_and_1(parts):
    hits, wrong = (np.array(one, dtype=float) for one in zip(*parts, strict=True))
    value, low, high = ratio_interval(hits, hits + wrong)
    if np.isnan(low):
        assert ((hits + wrong) > 0).sum() < 2
    else:
        assert 0 <= low <= value <= high <= 1
        assert high > low


def linked_city(rng: np.random.Generator, people: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records of two sides, links that are wrong by person: some records have nothing right, some neighbors are twins."""
    left, right = 1 + rng.poisson(1.5, people), 1 + (rng.random(people) < 0.3)
    side = np.repeat(["left", "right"], [left.sum(), right.sum()])
    person = np.concatenate([np.repeat(np.arange(people), left), np.repeat(np.arange(people), right)])
    key = np.arange(len(person))
    of_left, of_right = ({p: key[(person == p) & (side == s)] for p in range(people)} for s in ("left", "right"))
    links = []
    for p in range(people):
        chance = 0.3 if rng.random() < 0.08 else 0.985
        links += [(a, b) for a in of_left[p] for b in of_right[p] if rng.random() < chance]
        if rng.random() < 0.03:
            twin = (p + 1) % people
            links += [(a, b) for a in of_left[p] for b in of_right[twin] if rng.random() < 0.7]
    truth = pd.DataFrame({"record_key": key.astype(str), "true_person": person, "side": side})
    return pd.DataFrame(links, columns=["left", "right"]).astype(str), truth


@pytest.mark.slow
def test_intervals_hold_the_truth_nineteen_times_in_twenty_and_naive_ones_do_not():
    runs, measures = 300, ("precision", "recall", "f1")
    found = []
    for seed in range(runs):
        frame = pair_quality(*linked_city(np.random.default_rng(seed), 400)).set_index("measure")
        found.append(frame.loc[list(measures)])
    # What is estimated: the shares of the city that all these cities are samples of.
    totals = np.array([[one.loc[m, "value"] * one.loc[m, "n"] for m in measures] for one in found]).sum(axis=0)
    truth = totals / np.array([one["n"] for one in found]).sum(axis=0)
    held = np.mean([(one["low"] <= truth) & (truth <= one["high"]) for one in found], axis=0)
    naive = []
    for one in found:
        ends = np.array([wilson(one.loc[m, "value"] * one.loc[m, "n"], one.loc[m, "n"]) for m in measures])
        naive.append((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
    assert (held >= 0.915).all(), held
    assert (held <= 0.99).all(), held
    assert (np.mean(naive, axis=0) <= 0.85).all(), np.mean(naive, axis=0)
