"""The whole way on public and invented sets whose truth is known: from files to links."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pcanalytics.workflows.link_files import link_files

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def of_two_sides(path, left_truth, right_truth):
    links = pd.read_parquet(path)
    one = left_truth.reindex(links.iloc[:, 0]).to_numpy()
    other = right_truth.reindex(links.iloc[:, 1]).to_numpy()
    is_link = links["status"].to_numpy() == "link"
    same = one == other
    true_pairs = left_truth.value_counts().mul(right_truth.value_counts()).sum()
    found = {
        "precision": same[is_link].mean(),
        "recall": same[is_link].sum() / true_pairs,
        "queue": (~is_link).sum() / is_link.sum(),
    }
    return found, one[is_link & ~same], other[is_link & ~same]


@pytest.mark.slow
def test_police_and_corrections_records(shared_data, tmp_path):
    folder = shared_data("link/pc20k_seed1")
    out = tmp_path / "links.parquet"
    link_files(folder / "police.parquet", folder / "corrections.parquet", mapping=EXAMPLES / "pc20k.toml", out=out)
    truths = [
        pd.read_parquet(folder / f"{side}.parquet").set_index("record_id")["person_id"]
        for side in ("police", "corrections")
    ]
    found, one, other = of_two_sides(out, *truths)
    assert found["precision"] >= 0.998
    assert found["recall"] >= 0.95
    assert found["queue"] <= 0.03
    house = pd.read_parquet(folder / "persons_truth.parquet").set_index("person_id")["house"]
    in_house = (house.reindex(one).to_numpy() == house.reindex(other).to_numpy()) & (house.reindex(one).to_numpy() >= 0)
    assert in_house.sum() <= 8


@pytest.mark.slow
def test_historical_people_are_grouped_no_worse_than_plain_splink_does(shared_data, tmp_path):
    file = shared_data("link") / "historical_figures_with_errors_50k.parquet"
    people = tmp_path / "people.csv"
    link_files(file, None, mapping=EXAMPLES / "historical.toml", out=tmp_path / "pairs.parquet", people=people)
    found = pd.read_csv(people).set_index("unique_id")["person_id"]
    truth = pd.read_parquet(file).set_index("unique_id")["cluster"].reindex(found.index)

    def pairs(group):
        size = group.value_counts().to_numpy(np.int64)
        return (size * (size - 1) // 2).sum()

    both = pairs(found.astype(str) + " " + truth)
    f1 = 2 * both / (pairs(found) + pairs(truth))
    assert f1 >= 0.827  # plain Splink 5, clusters at 0.95: 0.828
