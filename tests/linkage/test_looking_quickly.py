"""Pairs found by numbers, texts likened by compiled code, levels worked out before Splink: each against a slow or another way."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.linkage.asking import levels_at
from pcanalytics.linkage.blocking import rules_of
from pcanalytics.linkage.candidates import affordable_rules, candidate_pairs, index_rules, pairs_found, ranges_of
from pcanalytics.linkage.columns import Columns
from pcanalytics.linkage.comparing import compare_pairs
from pcanalytics.linkage.conditions import Tables, read_levels
from pcanalytics.linkage.likeness import LONGEST, edits, encode_texts, jaro_winkler, one_edit
from pcanalytics.linkage.preparing import Prepared, prepare
from pcanalytics.linkage.resolving import resolve
from pcanalytics.linkage.scoring import score
from pcanalytics.linkage.screening import make_screen
from pcanalytics.linkage.training import train
from pcanalytics.linkage.weighing import weigh
from tests.linkage.test_pair_model import make_people

VALUES = st.lists(st.sampled_from(["x", "y", "z", None]), min_size=2, max_size=12)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_candidates_are_what_every_two_records_compared_one_by_one_give(data: st.DataObject) -> None:
    one = data.draw(VALUES)
    other, third = (
        data.draw(st.lists(st.sampled_from(["x", "y", None]), min_size=len(one), max_size=len(one))) for _ in range(2)
    )
    table = pa.table(
        {"a": pa.array(one, pa.string()), "b": pa.array(other, pa.string()), "c": pa.array(third, pa.string())}
    )
    rules = data.draw(st.lists(st.sampled_from([("a",), ("a", "b"), ("b", "c"), ("a=b",), ("c", "a=b")]), max_size=3))
    values = table.to_pylist()

    def brings(left: dict[str, str | None], right: dict[str, str | None], rule: tuple[str, ...]) -> bool:
        ends = [(term.split("=")[0], term.split("=")[-1]) for term in rule]
        return all(left[x] is not None and left[x] == right[y] for x, y in ends)

    expected = [
        (i, j)
        for i, j in combinations(range(len(values)), 2)
        if any(brings(values[i], values[j], rule) or brings(values[j], values[i], rule) for rule in rules)
    ]
    index = index_rules(Columns(table), rules)
    assert list(zip(*(part.tolist() for part in candidate_pairs(index)), strict=True)) == expected
    assert pairs_found(index) >= len(expected)
    parts = [candidate_pairs(index, first=first, last=last) for first, last in ranges_of(index, most=2)]
    assert [pair for part in parts for pair in zip(*(side.tolist() for side in part), strict=True)] == expected
    new = np.array([place % 3 == 0 for place in range(len(values))])
    touched = candidate_pairs(index, touching=new)
    assert list(zip(*(part.tolist() for part in touched), strict=True)) == [
        pair for pair in expected if new[list(pair)].any()
    ]


def test_a_share_of_the_pairs_is_the_same_share_every_time() -> None:
    index = index_rules(Columns(pa.table({"a": ["x"] * 600})), [("a",)])
    left, right = candidate_pairs(index, share=0.1, seed=4)
    again = candidate_pairs(index, share=0.1, seed=4)
    assert np.array_equal(left, again[0])
    assert np.array_equal(right, again[1])
    assert len(left) / (600 * 599 / 2) == pytest.approx(0.1, abs=0.01)
    assert not np.array_equal(left, candidate_pairs(index, share=0.1, seed=5)[0])


def test_a_rule_that_brings_too_many_together_is_left_out() -> None:
    columns = Columns(pa.table({"sex": ["F"] * 4000, "name": [str(place // 2) for place in range(4000)]}))
    assert affordable_rules(columns, [("sex",), ("name",), ("sex", "name")]) == (("name",), ("sex", "name"))


def letters(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def test_texts_are_likened_as_duckdb_does() -> None:
    rng = np.random.default_rng(5)
    made = ["".join(rng.choice(list("ABC 1"), rng.integers(1, 9))) for _ in range(900)]
    made += ["".join(rng.choice(list("ABCDEFGHIJ"), rng.integers(1, 30))) for _ in range(600)]
    one, other = made, rng.permutation(made).tolist()
    con = duckdb.connect()
    con.register("texts", pa.table({"a": one, "b": other}))
    rows = con.execute("SELECT jaro_winkler_similarity(a, b), damerau_levenshtein(a, b) FROM texts").fetchall()
    table, last = np.empty((LONGEST + 2, LONGEST + 2), dtype=np.int64), np.empty(256, dtype=np.int64)
    for a, b, (alike, apart) in zip(one, other, rows, strict=True):
        assert jaro_winkler(letters(a), letters(b)) == pytest.approx(alike, abs=1e-12)
        assert edits(letters(a), letters(b), table, last) == apart
        assert one_edit(letters(a), letters(b)) == (apart <= 1)


def test_texts_that_are_not_plain_letters_are_not_likened_here() -> None:
    assert encode_texts(pa.array(["PEÑA"])) is None
    assert encode_texts(pa.array(["A" * 65])) is None


@pytest.mark.parametrize(
    "condition",
    ['soundex("a_l") = "a_r"', 'jaro_winkler_similarity("a_l", "b_r") >= 0.9', "\"a_l\" = 'x'", 'NOT "a_l" = "a_r"'],
)
def test_a_condition_that_is_not_understood_rules_nothing_out(condition: str) -> None:
    tables = Tables(Columns(pa.table({"a": ["x", "y"], "b": ["x", "y"]})))
    assert read_levels([{"sql_condition": condition}, {"sql_condition": "ELSE"}], tables) is None


@pytest.fixture(scope="module")
def linked() -> tuple[pd.DataFrame, pd.DataFrame, Prepared]:
    people = make_people(2, persons=900).drop(columns="person")
    rng = np.random.default_rng(8)
    people["height_cm"] = np.where(rng.random(len(people)) < 0.5, np.nan, rng.normal(175, 9, len(people)))
    people["middle_name"] = rng.choice(["ANN", "A", "LEE", ""], len(people))
    keys = people["record_key"].to_numpy()
    aliases = pd.DataFrame(
        {"record_key": keys[::9], "given_name": "KIT", "surname": people["surname"].to_numpy()[1::9]}
    )
    return people, aliases, prepare(people, aliases=aliases)


def test_the_quick_look_finds_the_levels_that_splink_finds(linked) -> None:
    _, _, prepared = linked
    model = train(prepared)
    screen = make_screen(prepared, model)
    comparisons = [comparison["output_column_name"] for comparison in model.settings["comparisons"]]
    assert sorted(screen.names) == sorted(comparisons)
    rng = np.random.default_rng(1)
    some = rng.integers(0, len(prepared.keys), (2, 4000))
    left, right = candidate_pairs(index_rules(prepared.columns, rules_of(model.settings)))
    left, right = np.concatenate([left, some.min(axis=0)]), np.concatenate([right, some.max(axis=0)])
    pairs = compare_pairs(prepared, model.settings, left[left < right], right[left < right])
    quick = levels_at(screen.questions, pairs.left, pairs.right)
    for place, name in enumerate(screen.names):
        levels = model.settings["comparisons"][comparisons.index(name)]["comparison_levels"]
        count = sum(not level.get("is_null_level") for level in levels)
        expected = pairs.levels[:, comparisons.index(name)]
        assert np.array_equal(np.where(quick[:, place] < 0, -1, count - 1 - quick[:, place]), expected), name


def test_the_quick_look_drops_nothing_that_reaches_the_floor(linked) -> None:
    _, _, prepared = linked
    model = train(prepared)
    left, right = candidate_pairs(index_rules(prepared.columns, rules_of(model.settings)))
    pairs = compare_pairs(prepared, model.settings, left, right)
    likely = 1.0 / (1.0 + np.exp2(-weigh(prepared, model, pairs))) >= model.floor
    scored = score(prepared, model)
    assert scored["left"].to_pylist() == pairs.left[likely].tolist()
    assert scored["right"].to_pylist() == pairs.right[likely].tolist()
    kept = make_screen(prepared, model).keep(left, right)
    assert len(kept) < 0.6 * len(left)


def test_c35_one_digest_whatever_order_partitions_and_threads(linked) -> None:
    people, aliases, prepared = linked

    def digest(ready: Prepared, threads: int, chunks: int) -> str:
        model = train(ready)
        pairs = score(ready, model, threads=threads, chunks=chunks)
        found = resolve(ready, pairs, model)
        parts = [model.to_json().encode(), found.person.tobytes()]
        for table in (pairs, found.links, found.queue):
            parts.append(pd.util.hash_pandas_object(table.to_pandas(), index=False).to_numpy().tobytes())
        return hashlib.sha256(b"".join(parts)).hexdigest()

    expected = digest(prepared, 2, 1)
    shuffled = prepare(people.sample(frac=1.0, random_state=5), aliases=aliases.sample(frac=1.0, random_state=6))
    assert digest(shuffled, 1, 1) == expected
    assert digest(shuffled, 3, 7) == expected


def test_levels_are_the_same_under_any_number_of_threads(linked) -> None:
    _, _, prepared = linked
    model = train(prepared)
    left, right = candidate_pairs(index_rules(prepared.columns, rules_of(model.settings)))
    one, three = (compare_pairs(prepared, model.settings, left, right, threads=threads) for threads in (1, 3))
    assert np.array_equal(one.levels, three.levels)
    assert np.array_equal(one.right, three.right)


def test_progress_is_told_and_an_interruption_comes_through(linked) -> None:
    _, _, prepared = linked
    model = train(prepared)
    told: list[float] = []
    score(prepared, model, chunks=4, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 6

    def interrupt(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(prepared, model, chunks=4, progress=interrupt)
    assert len(score(prepared, model)) > 0


def test_naming_linkage_imports_no_splink() -> None:
    code = "import sys; from pcanalytics.linkage import linking, scoring, training; print({'splink', 'sqlglot'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
