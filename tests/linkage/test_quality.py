"""Precision, recall and the like: by hand, against a slow way that is obviously right, and what is refused."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.linkage.frontiers import frontier
from pcanalytics.linkage.known_truth import check_truth
from pcanalytics.linkage.quality import MEASURES, cluster_quality, pair_quality
from pcanalytics.linkage.quality_groups import CAUTION, NOT_RECORDED, age_band, quality_by


def frames(people: list[object], **columns: object) -> pd.DataFrame:
    keys = [f"r{place}" for place in range(len(people))]
    return pd.DataFrame({"record_key": keys, "true_person": people, **columns})


def linked(*pairs: tuple[int, int], **columns: object) -> pd.DataFrame:
    ends = [(f"r{a}", f"r{b}") for a, b in pairs]
    return pd.DataFrame(ends, columns=["left", "right"]).assign(**columns)


def values(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["measure"], frame["value"], strict=True))


def test_a_small_case_by_hand():
    # Person 1: police r0, r1, corrections r4, r5: four pairs between the sides. Person 2: r2 and r6: one. Person 3: only r3.
    truth = frames(
        [1, 1, 2, 3, 1, 1, 2], side=["left"] * 4 + ["right"] * 3, household=["h", "h", "h", "x", "h", "h", "h"]
    )
    links = linked((0, 4), (5, 0), (1, 4), (2, 5), (3, 6), (0, 1))
    found = values(pair_quality(links, truth))
    assert found["links"] == 5  # the one inside a side does not count
    assert found["right_links"] == 3
    assert found["precision"] == 3 / 5
    assert found["recall"] == 3 / 5
    assert found["f1"] == 2 * 3 / (5 + 5)
    assert found["missed_pairs"] == 2
    assert found["false_in_household"] == 1 / 2  # r2 with r5, not r3 with r6
    everything = values(pair_quality(links, truth, between=False))
    assert everything["true_pairs"] == 6 + 1
    assert everything["right_links"] == 4


def test_what_waits_for_a_reviewer_is_no_link_and_a_pair_counts_once():
    truth = frames([1, 1, 2])
    links = linked((0, 1), (1, 0), (0, 2), status=["link", "link", "review"])
    found = values(pair_quality(links, truth))
    assert (found["links"], found["precision"]) == (1, 1.0)


def test_records_of_unknown_truth_are_left_out_and_counted():
    truth = frames([1, 1, None, ""])
    found = values(pair_quality(linked((0, 1), (0, 2), (1, 3)), truth))
    assert (found["links"], found["not_judged"], found["true_pairs"]) == (1, 2, 1)
    clusters = values(cluster_quality(pd.DataFrame({"record_key": truth["record_key"], "person_id": "P"}), truth))
    assert clusters["records"] == 2
    assert clusters["exact_precision"] == 1.0


def test_no_links_at_all_have_no_precision_and_find_nothing():
    found = values(pair_quality(linked().astype(str), frames([1, 1])))
    assert np.isnan(found["precision"])
    assert found["recall"] == 0.0


def test_c30_c31_labels_that_contradict_themselves_are_refused():
    with pytest.raises(InputRejected, match=r"record_key is missing \(1 row, first at row 2\)"):
        check_truth(pd.DataFrame({"record_key": ["a", None], "true_person": [1, 2]}))
    with pytest.raises(InputRejected, match=r"record_key occurs twice \(1 row, first at row 3\)"):
        check_truth(pd.DataFrame({"record_key": ["a", "b", "a"], "true_person": [1, 2, 3]}))
    with pytest.raises(InputRejected, match="the column `true_person` is not there"):
        check_truth(pd.DataFrame({"record_key": ["a"]}))
    with pytest.raises(InputRejected, match="no record's true person is known"):
        check_truth(frames([None, None]))
    with pytest.raises(InputRejected, match="side is neither left nor right"):
        check_truth(frames([1, 1], side=["left", "middle"]), between=True)
    with pytest.raises(InputRejected, match="the column `side` is not there"):
        check_truth(frames([1, 1]), between=True)
    with pytest.raises(InputRejected, match=r"linked to itself \(1 row, first at row 2\)"):
        pair_quality(linked((0, 1), (1, 1)), frames([1, 1]))
    with pytest.raises(InputRejected, match="a link lacks a record key"):
        pair_quality(pd.DataFrame({"left": ["r0"], "right": [None]}), frames([1, 1]))
    with pytest.raises(InputRejected, match=r"a record is in two groups \(1 row, first at row 2\)"):
        cluster_quality(pd.DataFrame({"record_key": ["r0", "r0"], "person_id": [1, 2]}), frames([1]))


def test_messages_show_no_key():
    with pytest.raises(InputRejected) as refused:
        check_truth(pd.DataFrame({"record_key": ["police|SECRET", "police|SECRET"], "true_person": [1, 2]}))
    assert "SECRET" not in str(refused.value)


cases = st.integers(2, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
        st.lists(st.booleans(), min_size=size, max_size=size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda one: one[0] != one[1])),
    )
)


@given(cases)
def test_pairs_are_counted_as_the_slow_way_counts_them(case):
    people, _, right, ends = case
    truth = frames(people, side=np.where(right, "right", "left"))
    for between in (False, True):
        pairs = {(a, b) for a, b in combinations(range(len(people)), 2) if not between or right[a] != right[b]}
        true = {(a, b) for a, b in pairs if people[a] == people[b]}
        made = {(min(one), max(one)) for one in ends} & pairs
        found = values(pair_quality(linked(*ends).astype(str), truth, between=between))
        assert found["links"] == len(made)
        assert found["true_pairs"] == len(true)
        assert found["right_links"] == len(made & true)
        for measure, part, of in (("precision", made & true, made), ("recall", made & true, true)):
            assert found[measure] == pytest.approx(len(part) / len(of)) if of else np.isnan(found[measure])


@given(cases)
def test_groups_are_judged_as_the_slow_way_judges_them(case):
    people, groups, _, _ = case
    size = len(people)
    found = values(
        cluster_quality(
            pd.DataFrame({"record_key": [f"r{i}" for i in range(size)], "person_id": groups}), frames(people)
        )
    )
    together = {(a, b) for a, b in combinations(range(size), 2) if groups[a] == groups[b]}
    true = {(a, b) for a, b in combinations(range(size), 2) if people[a] == people[b]}
    assert (
        found["pair_f1"] == pytest.approx(2 * len(together & true) / (len(together) + len(true)))
        if together or true
        else True
    )
    sets = {one: {i for i in range(size) if groups[i] == one} for one in groups}
    of_people = {one: {i for i in range(size) if people[i] == one} for one in people}
    exact = [one for one in sets.values() if one in of_people.values()]
    assert found["exact_precision"] == pytest.approx(len(exact) / len(sets))
    assert found["exact_recall"] == pytest.approx(len(exact) / len(of_people))
    shared = [len(sets[groups[i]] & of_people[people[i]]) for i in range(size)]
    precision = np.mean([shared[i] / len(sets[groups[i]]) for i in range(size)])
    recall = np.mean([shared[i] / len(of_people[people[i]]) for i in range(size)])
    assert found["record_precision"] == pytest.approx(precision)
    assert found["record_recall"] == pytest.approx(recall)
    assert found["record_f1"] == pytest.approx(2 * precision * recall / (precision + recall))
    several = [one for one in of_people.values() if len(one) > 1]
    split = [one for one in several if len({groups[i] for i in one}) > 1]
    assert (
        found["split_people"] == pytest.approx(len(split) / len(several))
        if several
        else np.isnan(found["split_people"])
    )


def test_every_measure_has_its_sentence():
    truth = frames([1, 1, 2], household=["a", "a", "b"])
    people = pd.DataFrame({"record_key": truth["record_key"], "person_id": [1, 1, 2]})
    made = {*pair_quality(linked((0, 1)), truth)["measure"], *cluster_quality(people, truth)["measure"]}
    assert made == set(MEASURES)


def test_a_group_that_is_linked_worse_is_found_and_chance_is_not():
    rng = np.random.default_rng(5)
    people = np.repeat(np.arange(1500), 2)
    sex = np.where(people % 2 == 0, "F", "M")
    race = np.array(["A", "B", "C"])[people % 3]
    missed = np.where(np.arange(1500) % 2 == 0, 0.20, 0.05)
    pairs = [(2 * p, 2 * p + 1) for p in range(1500) if rng.random() > missed[p]]
    groups = pd.DataFrame({"record_key": [f"r{i}" for i in range(3000)], "sex": sex, "race": race})
    made = quality_by(linked(*pairs), frames(people.tolist()), groups).set_index("group")
    assert made["differs"].to_dict() == {"F": "more missed", "M": "fewer missed", "A": "", "B": "", "C": ""}
    assert made.loc["F", "recall_low"] <= 0.80 <= made.loc["F", "recall_high"]
    assert made.loc["M", "recall_low"] <= 0.95 <= made.loc["M", "recall_high"]
    assert made.loc[["F", "M"], "missed_pairs"].sum() == 1500 - len(pairs)


def test_errors_of_two_records_that_disagree_count_in_both_groups():
    truth = frames([1, 1, 2, 2])
    groups = pd.DataFrame({"record_key": truth["record_key"], "agency": ["PD", "DOC", "PD", None]})
    made = quality_by(linked((0, 1), (0, 2)), truth, groups, minimum=1).set_index("group")
    assert list(made.index) == ["DOC", "PD", NOT_RECORDED]
    assert made["true_pairs"].tolist() == [1, 2, 1]
    assert made["links"].tolist() == [1, 2, 0]
    assert made["false_links"].tolist() == [0, 1, 0]


def test_groups_of_few_people_are_named_and_kept_back():
    people = list(range(60)) * 2
    words = (["many"] * 40 + ["some"] * 15 + ["few"] * 5) * 2
    truth = frames(people)
    groups = pd.DataFrame({"record_key": truth["record_key"], "race": words})
    made = quality_by(linked(*[(p, p + 60) for p in range(60)]), truth, groups).set_index("group")
    # Five people are too few; with the total and "many" beside them "some" would give them away.
    assert made["small"].to_dict() == {"few": True, "many": False, "some": True}
    assert made.loc[["few", "some"], ["people", "links", "recall", "missed_pairs"]].isna().all(axis=None)
    assert made.loc["many", "recall"] == 1.0
    with pytest.raises(UsageError, match="minimum is less than 1"):
        quality_by(linked((0, 60)), truth, groups, minimum=0)
    with pytest.raises(InputRejected, match="record_key is not there, or occurs twice"):
        quality_by(linked((0, 60)), truth, groups.drop(columns="record_key"))


def test_age_bands_turn_on_the_birthday():
    born = pd.Series(["2008-11-23", "2008-11-24", "1961-11-23", "not a date", "2030-01-01", None])
    bands = age_band(born, pd.Timestamp("2026-11-23")).tolist()
    assert bands[:3] == ["18 to 24", "under 18", "65 and over"]
    assert pd.isna(bands[3:]).all()


def test_the_caution_speaks_of_both_kinds_of_error():
    assert "missed" in CAUTION
    assert "false" in CAUTION


def test_the_frontier_is_pair_quality_at_each_threshold():
    rng = np.random.default_rng(3)
    people = rng.integers(0, 40, 120).tolist()
    ends = [(a, b) for a, b in combinations(range(120), 2) if people[a] == people[b] or rng.random() < 0.02]
    probability = [rng.beta(8, 1) if people[a] == people[b] else rng.beta(1, 2) for a, b in ends]
    truth = frames(people, household=(np.array(people) // 3).tolist())
    pairs = linked(*ends, match_probability=probability)
    made = frontier(pairs, truth, thresholds=(0.9, 0.2, 0.5))
    assert made["threshold"].tolist() == [0.2, 0.5, 0.9]
    for row in made.to_dict("records"):
        there = pair_quality(pairs[pairs["match_probability"] >= row["threshold"]], truth).set_index("measure")
        for measure in ("precision", "recall"):
            assert row[measure] == there.loc[measure, "value"]
            assert row[f"{measure}_low"] == there.loc[measure, "low"]
        assert row["false_links"] == there.loc["false_links", "value"]
        expected = there.loc["false_in_household", "value"]
        assert row["false_in_household"] == expected or (np.isnan(expected) and np.isnan(row["false_in_household"]))
    assert made["recall"].is_monotonic_decreasing
    with pytest.raises(InputRejected, match="the column `match_weight` is not there"):
        frontier(pairs, truth, of="match_weight")


@given(st.permutations(range(8)))
def test_order_of_rows_changes_nothing(order):
    truth = frames([1, 1, 2, 2, 3, 3, 4, 4], side=["left", "right"] * 4)
    links = linked((0, 1), (2, 3), (4, 5), (0, 3), (6, 5), (2, 1), (6, 7), (4, 7))
    moved = pair_quality(links.iloc[list(order)], truth.iloc[list(order)])
    pd.testing.assert_frame_equal(moved, pair_quality(links, truth))
