"""How right the links are: labels as records or pairs, and a sample that a person judges."""

from __future__ import annotations

import re
import stat

import pandas as pd
import pytest

from pcanalytics.cli import main
from pcanalytics.errors import InputRejected
from pcanalytics.workflows.link_quality import labels_of

from .linked_city import made_city

KEYS = ["police|1", "police|2", "DOC|1", "DOC|2"]


def read(**columns: list[str]) -> pd.DataFrame:
    return labels_of(pd.DataFrame(columns, dtype="str"), KEYS, name="labels.csv")


def test_labels_are_persons_of_records_or_pairs():
    persons = read(record_key=[*KEYS, "gone|1"], true_person=["x", "y", "x", "", "z"])
    assert persons["record_key"].tolist() == KEYS
    assert persons["true_person"].isna().tolist() == [False, False, False, True]
    pairs = read(a=["police|1", "police|2", "police|1"], b=["DOC|1", "DOC|2", "police|2"], is_same=["Y", "n", "?"])
    groups = pairs.groupby("true_person")["record_key"].agg(set).tolist()
    assert {"police|1", "DOC|1"} in groups
    assert pairs["true_person"].nunique() == 3
    assert read(left=["police|1"], right=["DOC|2"])["true_person"].nunique() == 1


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"key": ["x"]}, "record_key and true_person, or a and b"),
        ({"a": ["police|1"], "b": ["DOC|1"], "is_same": ["maybe"]}, "none of Y, N"),
        (
            {"a": ["police|1", "DOC|1"], "b": ["DOC|1", "police|1"], "is_same": ["Y", "N"]},
            r"other rows make one.*row 3",
        ),
        ({"record_key": ["QZX"], "true_person": ["1"]}, "no record of it is there"),
    ],
)
def test_labels_that_cannot_be_used_are_refused_without_a_value(columns, match):
    with pytest.raises(InputRejected, match=match) as refused:
        read(**columns)
    assert "QZX" not in str(refused.value) and "DOC|1" not in str(refused.value)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return made_city(tmp_path_factory.mktemp("quality") / "city")


@pytest.fixture(scope="module")
def truth(city) -> pd.DataFrame:
    """The true person of every record, from the answers."""
    answers = city.root / "answers"
    police = pd.read_csv(answers / "police_people.csv.bz2", dtype=str, keep_default_na=False)
    corrections = pd.read_csv(answers / "corrections_people.csv.bz2", dtype=str, keep_default_na=False)
    keys = ["police|" + police.iloc[:, 0], corrections["agency"] + "|" + corrections["doc_id"]]
    return pd.DataFrame(
        {"record_key": pd.concat(keys), "true_person": pd.concat([police["person_id"], corrections["person_id"]])}
    )


@pytest.mark.slow
def test_against_labels_it_says_precision_and_recall_and_no_name(city, truth, tmp_path, capsys):
    path = tmp_path / "labels.csv"
    truth.to_csv(path, index=False)
    assert main(["link", "quality", "--labels", str(path), "--workspace", str(city.root)]) == 0
    out = capsys.readouterr().out
    for measure, least in (("precision", 0.98), ("recall", 0.9)):
        assert float(re.search(rf"^  {measure} +([\d.]+)", out, re.MULTILINE).group(1)) > least
    assert re.search(r"^  sex +male +[\d,]+ people", out, re.MULTILINE)
    truth.to_parquet(tmp_path / "labels.parquet")
    assert main(["link", "quality", "--labels", str(tmp_path / "labels.parquet"), "--workspace", str(city.root)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == out.splitlines()[1:]


@pytest.mark.slow
def test_a_sample_judged_by_the_truth_estimates_what_the_truth_says(city, truth, tmp_path, capsys):
    path = tmp_path / "sample.csv"
    words = ["link", "quality", "--sample", str(path), "--size", "250", "--workspace", str(city.root)]
    assert main(words) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_bytes()
    assert main(words) == 0
    assert path.read_bytes() == first
    sample = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert {"surname_a", "birth_date_b", "comparison"} <= set(sample.columns)
    person = truth.set_index("record_key")["true_person"]
    same = person[sample["left"]].to_numpy() == person[sample["right"]].to_numpy()
    sample["is_same"] = ["Y" if one else "no" for one in same]
    sample.to_csv(path, index=False)
    capsys.readouterr()
    assert main(["link", "quality", "--decided", str(path)]) == 0
    out = capsys.readouterr().out
    low, high = re.search(r"^  precision .*\(([\d.]+) to ([\d.]+)\)", out, re.MULTILINE).groups()
    assert float(low) > 0.9 and float(high) > 0.98
    assert "so true recall is at most this" in out
    sample.loc[3, "is_same"], sample.loc[5, "sampled"] = "perhaps", "x"
    sample.to_csv(path, index=False)
    assert main(["link", "quality", "--decided", str(path)]) == 3
    err = capsys.readouterr().err
    assert re.search(r"is_same: none of Y.*row 5\b", err) and re.search(r"sampled: no number.*row 7\b", err)


def test_quality_wants_one_thing_to_do(capsys):
    assert main(["link", "quality"]) == 2
    assert "Give one of" in capsys.readouterr().err
