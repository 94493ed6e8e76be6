"""A judged sample gives the truth it was drawn from, says how sure it is, and claims nothing of pairs nobody compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.linkage.clerical import RECALL_NOTE, clerical_sample, estimate_from_clerical


def scored(rng: np.random.Generator, size: int = 20_000) -> pd.DataFrame:
    """Pairs of known truth: most certain either way, the model a little too sure of itself."""
    probability = np.concatenate(
        [rng.beta(40, 0.4, size // 2), rng.beta(0.3, 30, size // 2), rng.uniform(0.05, 0.95, size // 50)]
    )
    truth = rng.random(len(probability)) < np.clip(0.02 + 0.97 * probability - 0.02 * (probability > 0.9), 0, 1)
    status = np.select([probability >= 0.9, probability >= 0.4], ["link", "review"], "below")
    keys = np.arange(len(probability))
    return pd.DataFrame(
        {
            "left": [f"left|{one}" for one in keys],
            "right": [f"right|{one}" for one in keys],
            "match_probability": probability,
            "status": status,
            "truth": truth,
        }
    )


def judged(pairs: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    sample = clerical_sample(pairs, size=size, rng=seed)
    answer = pairs.set_index("left")["truth"].reindex(sample["left"]).to_numpy()
    return sample.assign(is_same=np.where(answer, "Y", "N"))


def true_measures(pairs: pd.DataFrame) -> dict[str, float]:
    link = pairs["status"].eq("link")
    right = (link & pairs["truth"]).sum()
    return {
        "precision": right / link.sum(),
        "recall_of_compared": right / pairs["truth"].sum(),
        "f1_of_compared": 2 * right / (link.sum() + pairs["truth"].sum()),
        "true_in_review": (pairs["status"].eq("review") & pairs["truth"]).sum(),
    }


def test_a_sample_of_everything_gives_the_truth_without_doubt():
    pairs = scored(np.random.default_rng(1), 400)
    sample = judged(pairs, len(pairs), 0)
    assert len(sample) == len(pairs)
    found = estimate_from_clerical(sample).set_index("measure")
    for measure, value in true_measures(pairs).items():
        row = found.loc[measure]
        assert row["value"] == row["low"] == row["high"] == pytest.approx(value)


def test_doubtful_pairs_are_drawn_more_often_and_every_stratum_is_seen():
    pairs = scored(np.random.default_rng(2))
    sample = clerical_sample(pairs, size=300)
    assert 290 <= len(sample) <= 340
    strata = sample.groupby("stratum").agg(
        of=("stratum_pairs", "first"), drawn=("sampled", "first"), rows=("left", "size")
    )
    assert (strata["drawn"] == strata["rows"]).all()
    assert (strata["rows"] >= np.minimum(strata["of"], 5)).all()
    assert strata["of"].sum() == len(pairs)
    rate = strata["rows"] / strata["of"]
    assert rate["review, 0.5 to 0.7"] > 5 * rate["link, 0.999 to 1"]
    assert set(sample["is_same"]) == {""}
    assert not sample["match_probability"].is_monotonic_increasing


def test_the_sample_does_not_depend_on_the_order_of_rows():
    pairs = scored(np.random.default_rng(3), 2_000)
    pd.testing.assert_frame_equal(clerical_sample(pairs, rng=7), clerical_sample(pairs.iloc[::-1], rng=7))
    assert not clerical_sample(pairs, rng=7).equals(clerical_sample(pairs, rng=8))


def test_no_error_found_is_no_certainty():
    pairs = scored(np.random.default_rng(4)).query("status == 'link'")
    sample = clerical_sample(pairs, size=100).assign(is_same="Y")
    found = estimate_from_clerical(sample).set_index("measure")
    assert found.loc["precision", "value"] == 1.0
    assert 0.9 < found.loc["precision", "low"] < 0.995
    assert np.isnan(found.loc["recall_of_compared", "value"])  # nobody looked below


def test_what_cannot_be_told_is_left_out_and_said():
    sample = judged(scored(np.random.default_rng(5), 2_000), 200, 1)
    sample.loc[sample.index[:40], "is_same"] = " ? "
    sample["is_same"] = sample["is_same"].str.lower()
    found = estimate_from_clerical(sample).set_index("measure")
    assert found.loc["cannot_tell", "value"] == pytest.approx(40 / len(sample))


def test_what_is_refused():
    pairs = scored(np.random.default_rng(6), 400)
    with pytest.raises(UsageError, match="size is less than 1"):
        clerical_sample(pairs, size=0)
    with pytest.raises(InputRejected, match="the column `right` is not there"):
        clerical_sample(pairs.drop(columns="right"))
    with pytest.raises(InputRejected, match=r"outside 0 to 1 \(1 row, first at row 3\)"):
        clerical_sample(pairs.assign(match_probability=pairs["match_probability"].where(pairs.index != 2)))
    with pytest.raises(InputRejected, match=r"a pair occurs twice \(408 rows"):
        clerical_sample(pd.concat([pairs, pairs]))
    with pytest.raises(InputRejected, match="status is none of link, review, below"):
        clerical_sample(pairs.assign(status="perhaps"))
    sample = clerical_sample(pairs, size=50)
    with pytest.raises(InputRejected, match="no pair of the stratum `link"):
        estimate_from_clerical(sample)
    with pytest.raises(InputRejected, match=r"is_same is none of Y, N, \?"):
        estimate_from_clerical(sample.assign(is_same="yes"))
    with pytest.raises(InputRejected, match="the column `sampled` is not there"):
        estimate_from_clerical(sample.drop(columns="sampled"))


def test_the_note_says_that_recall_is_at_most_this():
    assert "at most" in RECALL_NOTE
    assert "blocking" in RECALL_NOTE


@pytest.mark.slow
def test_intervals_hold_the_truth_nineteen_times_in_twenty():
    held = []
    for seed in range(300):
        pairs = scored(np.random.default_rng(seed), 8_000)
        found = estimate_from_clerical(judged(pairs, 300, seed), draws=1_000, rng=seed).set_index("measure")
        truth = true_measures(pairs)
        held.append([found.loc[name, "low"] <= value <= found.loc[name, "high"] for name, value in truth.items()])
    share = np.mean(held, axis=0)
    assert (share >= 0.91).all(), share
