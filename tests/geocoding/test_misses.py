"""Misses that cluster are found, misses that do not are not called so more often than was agreed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.geocoding.misses import LEVEL, misses_cluster

BEATS = [f"{beat:03d}" for beat in range(1, 31)]


def city(seed: int, *, hole: str | None = None, strings: int = 1_500, missed_share: float = 0.04) -> pd.DataFrame:
    """Records of addresses, some with hundreds; rare spellings are missed three times as often, wherever they are."""
    rng = np.random.default_rng(seed)
    records = np.minimum((1 / rng.random(strings) ** 0.8).astype(int), 300)
    beat = np.array(BEATS)[np.minimum((rng.random(strings) ** 1.5 * len(BEATS)).astype(int), len(BEATS) - 1)]
    chance = np.where(records == 1, 3, 1) * missed_share / 2
    if hole is not None:
        chance = np.where(beat == hole, 0.35, chance)
    missed = rng.random(strings) < chance
    frame = pd.DataFrame({"written": np.arange(strings).astype(str), "beat": beat, "missed": missed})
    frame = frame.loc[np.repeat(frame.index, records)].reset_index(drop=True)
    return frame.assign(
        status=np.where(frame["missed"], "U", "M"),
        match_type=np.where(frame["missed"], "none", "range"),
        reason=np.where(frame["missed"], "no_street", None),
    )


def test_a_planted_hole_is_found_and_named():
    frame = city(1, hole="017")
    test = misses_cluster(frame, by="beat", written="written", rng=1)
    assert test.p_value == pytest.approx(1 / 1000)
    assert test.holes["beat"].tolist() == ["017"]
    there = frame[(frame["beat"] == "017") & frame["missed"]]
    row = test.holes.iloc[0]
    assert (row["missed"], row["records_missed"]) == (there["written"].nunique(), len(there))
    assert f"beat 017: {row['missed']} of " in test.words
    assert "fewer records there than there are" in test.words


def test_a_hole_that_holds_hardly_any_of_an_areas_records_is_weighed():
    frame = city(1, hole="017")
    found = frame[(frame["beat"] == "017") & ~frame["missed"]].iloc[[0]]
    test = misses_cluster(pd.concat([frame, *[found] * 20_000]), by="beat", written="written", rng=1)
    assert test.holes["beat"].tolist() == ["017"]
    assert (test.holes["records"] > 20_000).all()
    assert "At most 0." in test.words and "too few to change its map much" in test.words


def test_without_a_hole_none_is_named():
    test = misses_cluster(city(2), by="beat", written="written", rng=1)
    assert test.p_value > LEVEL
    assert test.holes.empty
    assert "as chance would spread them" in test.words


def test_one_much_reported_address_is_one_miss_and_no_hole():
    """Counted as records of their own, its 250 reports would make a hole of any beat."""
    frame = city(3)
    frame = frame[~frame["missed"] | (np.arange(len(frame)) % 3 == 0)]
    mall = pd.DataFrame({"written": "MALL", "beat": "005", "missed": True, "status": "U", "match_type": "none", "reason": "no_place"},
                        index=range(250))  # fmt: skip
    frame = pd.concat([frame, mall], ignore_index=True)
    assert misses_cluster(frame, by="beat", written="written", rng=1).holes.empty
    assert misses_cluster(frame, by="beat", rng=1).holes["beat"].tolist() == ["005"]


def test_what_is_no_address_and_what_has_no_beat_does_not_count():
    frame = city(4)
    homeless = frame.iloc[:400].assign(status="U", match_type="none", reason="transient", beat="009")
    nowhere = frame.iloc[:300].assign(status="U", match_type="none", reason="no_street", beat=None)
    first = misses_cluster(frame, by="beat", written="written", rng=1)
    more = misses_cluster(pd.concat([frame, homeless, nowhere], ignore_index=True), by="beat", written="written", rng=1)
    assert (more.p_value, more.words) == (first.p_value, first.words)


def test_expected_misses_add_up_to_the_missed_and_row_order_does_not_matter():
    frame = city(5, hole="003")
    test = misses_cluster(frame, by="beat", written="written", rng=7)
    assert test.areas["expected"].sum() == pytest.approx(test.areas["missed"].sum())
    again = misses_cluster(frame.iloc[::-1], by="beat", written="written", rng=7)
    pd.testing.assert_frame_equal(
        test.areas[["beat", "addresses", "missed"]], again.areas[["beat", "addresses", "missed"]]
    )
    assert again.p_value == test.p_value


def test_with_too_few_it_says_so():
    frame = city(6).query("not missed").head(200)
    test = misses_cluster(frame, by="beat", rng=1)
    assert test.p_value is None
    assert test.words.startswith("Too little to tell whether misses cluster: 0 addresses missed")
    assert misses_cluster(frame.iloc[:0], by="beat", rng=1).p_value is None


def test_wrong_use_is_refused():
    with pytest.raises(UnknownName, match="There is no column 'beet'"):
        misses_cluster(city(7), by="beet")
    with pytest.raises(UsageError, match="99 or more"):
        misses_cluster(city(7), by="beat", simulations=10)


@pytest.mark.slow
def test_a_thousand_cities_without_a_hole_are_called_uneven_in_five_of_a_hundred():
    """Binomial(1000, 0.05) lies within 0.032 and 0.070 in all but about 1 of 200 runs."""
    tests = [
        misses_cluster(city(seed), by="beat", written="written", simulations=199, rng=seed) for seed in range(1_000)
    ]
    called = np.mean([test.p_value <= LEVEL for test in tests])
    named = np.mean([len(test.holes) > 0 for test in tests])
    assert 0.032 < called < 0.070
    assert named < 0.05
    as_records = np.mean(
        [misses_cluster(city(seed), by="beat", simulations=199, rng=seed).p_value <= LEVEL for seed in range(100)]
    )
    assert as_records > 0.5, "the naive test would call most cities uneven: why addresses are shuffled"
