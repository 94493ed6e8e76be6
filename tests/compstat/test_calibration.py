"""False alarms and power, measured small: every bound is three Monte Carlo errors wide and could be missed."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measured():
    """The benchmark, whose simulations these are."""
    spec = importlib.util.spec_from_file_location("false_alarms", ROOT / "benchmarks" / "false_alarms.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.slow
def test_reports_without_change_hold_half_an_alert_and_one_and_a_half_watches(measured):
    reports = [measured.one_report(10_000 + seed) for seed in range(120)]
    found = {name: measured.mean_and_error([each[name] for each in reports]) for name in measured.RULES}
    for name, limit, least in (("alert", 0.5, 0.15), ("watch", 1.5, 0.8)):
        mean, error = found[name][0][0], found[name][1][0]
        assert error < limit / 4
        assert mean - 3 * error < limit, f"{name}: {mean:.2f} +- {error:.2f}"
        assert mean + 3 * error > least, f"{name} is never raised: {mean:.2f} +- {error:.2f}"
    for name, least in (("percent", 80), ("z", 10), ("z / sqrt 2", 3)):
        mean, error = found[name][0][0], found[name][1][0]
        assert mean - 3 * error > least, "the rules in use are what this one replaces"


@pytest.mark.slow
def test_power_is_what_the_methods_page_says(measured):
    reports = [measured.one_report(20_000 + seed) for seed in range(100)]
    for name, stated in (("alert", (0.13, 0.52, 0.28, 0.19)), ("watch", (0.24, 0.68, 0.43, 0.32))):
        mean, error = measured.mean_and_error([each[name] for each in reports])
        for change, seen, its_error, written in zip(measured.CHANGES, mean[2:], error[2:], stated, strict=False):
            assert abs(seen - written) < 3 * its_error + 0.015, f"{name}, {change}: {seen:.2f}, not {written}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "world",
    [
        {"means": (0.3, 1, 2, 6)},
        {"means": (1000,)},
        {"season": 0.4},
        {"season": 0},
        {"windows": 26},
        {"windows": 12, "season": 0.4},
        {"k": 10},
        {"k": np.inf},
    ],
    ids=str,
)
def test_the_level_holds_under_other_conditions(measured, world):
    usual = {"means": measured.GROUP_MEANS, "windows": 39, "k": 25, "season": 0.15, "trend": 0.05}
    shares = [measured.one_condition((usual | world, 500 + seed)) for seed in range(25)]
    mean, error = measured.mean_and_error(shares)
    assert mean[0] - 3 * error[0] < 0.0027 and mean[1] - 3 * error[1] < 0.01, (mean, error)
    assert error[1] < 0.004


@pytest.mark.slow
@pytest.mark.parametrize("in_season", [False, True])
def test_st_louis_with_its_weeks_shuffled_holds_the_level(measured, shared_data, in_season):
    data = shared_data("hotspots/stl_crimes_2016_2018h1.parquet").parents[1]
    weekly = measured.weekly_counts(data)["St. Louis, 10 groups, city and districts"]
    assert weekly.shape == (70, 129)
    found = [measured.one_permutation((weekly, in_season, 900 + seed)) for seed in range(80)]
    mean, error = measured.mean_and_error(found)
    assert mean[0] - 2 * error[0] < 0.0027 and mean[1] - 2 * error[1] < 0.01, (mean, error)
    assert mean[1] + 3 * error[1] > 0.003
    assert 0.5 * 0.0027 < mean[2] <= 0.0027 and 0.5 * 0.01 < mean[3] <= 0.01, "what the ranges leave outside themselves"


@pytest.mark.parametrize("in_season", [False, True])
def test_a_shuffle_moves_whole_weeks_and_in_season_only_within_the_quarter(measured, in_season):
    days = pd.date_range("2016-01-04", periods=129, freq="7D")
    weekly = pd.DataFrame([np.where(days.quarter == 1, 1, 0), np.ones(129), 2 * np.ones(129)], columns=days, dtype=int)
    windows = measured.shuffled(weekly, np.random.default_rng(1), in_season)
    assert windows.shape == (3, 32)
    assert windows[1].tolist() == [4] * 32 and windows[2].tolist() == [8] * 32
    in_place = weekly.to_numpy()[0, 1:].reshape(-1, 4).sum(axis=1)
    assert (windows[0].tolist() == in_place.tolist()) == in_season
