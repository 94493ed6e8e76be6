"""Random weeks through the real counts and the real page: headline, table, chart, grid, index and alerts say one thing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from pcanalytics import briefing, compstat
from tests.briefing.reading_back import WORDS, cards, expected_of, table_rows, tagged

AS_OF = pd.Timestamp("2026-11-23")
GROUPS = {"Robbery": ["robbery"], "Burglary": ["burglary"], "Theft & fraud": ["larceny", "fraud"], "Arson": ["arson"]}
DISTRICTS = ("North", "Harbor")
MEANS = {"robbery": 6.0, "burglary": 14.0, "larceny": 40.0, "fraud": 5.0, "arson": 0.4}


def random_week(seed: int) -> pd.DataFrame:
    """Offenses of up to three years, in which any district and offense may surge or fall silent in the last 28 days."""
    rng = np.random.default_rng(seed)
    windows = int(rng.integers(4, 40))
    parts = []
    for district in DISTRICTS:
        for offense, mean in MEANS.items():
            level = mean * rng.gamma(2.0, 0.5)
            counts = rng.poisson(level * rng.gamma(25.0, 1 / 25.0, windows))
            counts[0] = rng.poisson(level * rng.choice([0.0, 0.4, 1.0, 1.0, 2.0, 4.0]))
            back = np.repeat(np.arange(windows) * 28, counts) + rng.integers(0, 28, counts.sum())
            parts.append(pd.DataFrame({"offense": offense, "district": district, "back": back}))
    rows = pd.concat(parts, ignore_index=True)
    minutes = rows.pop("back") * 24 * 60 + rng.integers(1, 24 * 60, len(rows))
    return rows.assign(count=1, occurred_from=AS_OF - pd.to_timedelta(minutes, unit="min"))


def check(seed: int) -> int:
    """Make the parts of a page as the notebook makes them, and read their levels back; how many rows are marked."""
    rows = random_week(seed)
    rng = np.random.default_rng(seed + 1)
    rule = compstat.SignalRule(false_discovery=0.1 if rng.random() < 0.3 else None)
    asked = {"as_of": AS_OF, "groups": GROUPS}
    ranges, whole, areas, cells = (
        compstat.bands(rows, by=by, rule=rule, **asked)
        for by in (["offense_group"], [], ["district"], ["district", "offense_group"])
    )
    flags, flag, by_area, crossed = (compstat.signals(found, rule) for found in (ranges, whole, areas, cells))
    counts, total = (compstat.compare(rows, by=by, **asked) for by in (["offense_group"], []))
    judged = {"area": "district", "area_signals": by_area, "crossed_signals": crossed}
    points = compstat.headline(counts, total, flags, flag, as_of=AS_OF, **judged)
    head = briefing.headline_block(points, signals=flags, total_signal=flag, **judged)
    series = compstat.weekly_series(rows, **asked)
    table = briefing.count_table(counts, total, series, flags, flag, bands=ranges, total_bands=whole)
    truth = {row["offense_group"]: expected_of(row) for row in flags.to_dict("records")}
    truth["All groups"] = expected_of(flag.to_dict("records")[0])
    truth |= {row["label"]: expected_of(row) for row in by_area.to_dict("records")}
    truth |= {row["label"]: expected_of(row) for row in crossed.to_dict("records")}
    marked = {label: said for label, said in truth.items() if said[0] in WORDS}

    by_anchor = {briefing.row_anchor(label): said for label, said in truth.items()}
    area_rows = table_rows(
        briefing.area_table(compstat.compare(rows, by=["district"], **asked), by_area, area="district").html
    )
    for anchor, row in [*table_rows(table.html).items(), *area_rows.items()]:
        assert tagged(row) == by_anchor[anchor]
    for label, card in cards(briefing.band_charts(ranges, flags).html):
        assert tagged(card) == truth[label.replace("&#38;", "&")]
    grid = briefing.signal_grid(crossed).html
    hits = dict(re.findall(r'<td id="(row-[\w-]+)" class="number hit">(.*?)</td>', grid))
    assert {anchor: tagged(cell) for anchor, cell in hits.items()} == {
        briefing.row_anchor(label): truth[label] for label in crossed["label"] if truth[label][0] in WORDS
    }
    assert {row["row"]: row["level"] for row in head.facts["signals"]["rows"]} == {
        label: level for label, (level, _) in marked.items()
    }
    said = [row for row in points.to_dict("records") if row["level"] in WORDS]
    assert all(truth[row["row"]][0] == row["level"] for row in said)
    assert len(points) <= 6
    assert ("Nothing is outside" in points["text"].iloc[0]) <= (not marked)
    if marked:  # what is out of the ordinary comes first, alone or named with others
        assert said or "outside their usual range" in " ".join(points["text"])
    for row in [*flags.to_dict("records"), *crossed.to_dict("records")]:
        outside = not pd.isna(row["watch_low"]) and not row["watch_low"] <= max(row["count"], 0) <= row["watch_high"]
        assert outside == (row["level"] in WORDS)
    return len(marked)


@pytest.mark.parametrize("seed", range(20))
def test_a_random_week_says_one_thing(seed):
    check(seed)


@pytest.mark.slow
def test_a_thousand_random_weeks_say_one_thing():
    assert sum(check(seed) for seed in range(1000, 2000)) > 2000  # the weeks are eventful enough to tell
