"""Joining against a slow way that is obviously right, and what must hold whatever the pairs are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import InputRejected
from pcanalytics.linkage.linking import known_times, link_result
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import prepare
from pcanalytics.linkage.resolving import ResolveSettings, resolve
from tests.linkage.toy_records import groups, held, parts, people, resolved, scored

BARE = [{"key": key} for key in ("L1", "L2", "L3", "R1", "R2", "R3")]
MODEL = LinkModel.__new__(LinkModel)


def decided(*rows):
    return pd.DataFrame(rows, columns=["record_key_a", "record_key_b", "verdict"])


def test_two_records_that_were_never_compared_are_one_person_through_a_third():
    weights = {("L1", "L2"): 20.0, ("L2", "R1"): 15.0}
    assert groups(BARE, resolved(BARE, weights)) == parts("L1 L2 R1", "L3", "R2", "R3")


def test_a_pair_below_even_odds_joins_nothing_and_is_not_in_the_queue():
    resolution = resolved(BARE, {("L1", "R1"): 20.0, ("L2", "R2"): -0.5})
    assert groups(BARE, resolution) == parts("L1 R1", "L2", "L3", "R2", "R3")
    assert resolution.queue.num_rows == 0


def test_the_unsure_are_queued_and_the_most_valuable_first():
    weights = {("L1", "R1"): 20.0, ("L1", "R2"): 3.0, ("L3", "R3"): 3.2}
    resolution = resolved(BARE, weights, settings=ResolveSettings(false_share=0.001, queue_share=3.0))
    assert held(BARE, resolution) == {("L1", "R2"): "unsure", ("L3", "R3"): "unsure"}
    values = resolution.queue["value"].to_pylist()
    assert values == sorted(values, reverse=True)


def test_no_single_link_is_too_doubtful_however_sure_the_others_are():
    rows = [{"key": f"{side}{n:03}"} for side in "LR" for n in range(200)]
    weights = {(f"L{n:03}", f"R{n:03}"): 25.0 if n < 199 else 2.0 for n in range(200)}
    borne = resolved(rows, weights, settings=ResolveSettings(worst_link=0.5))
    assert borne.links.num_rows == 200
    careful = resolved(rows, weights)
    assert careful.links.num_rows == 199
    assert held(rows, careful) == {("L199", "R199"): "unsure"}


def test_the_queue_is_no_longer_than_its_share_and_says_what_it_left_out():
    rows = [{"key": f"{side}{n:03}"} for side in "LR" for n in range(120)]
    weights = {(f"L{n:03}", f"R{n:03}"): 25.0 if n < 100 else 2.0 for n in range(120)}
    resolution = resolved(rows, weights, settings=ResolveSettings(queue_share=0.03, queue_least=0))
    assert resolution.queue.num_rows == 3
    assert resolution.counts["left_out_of_queue"] == 17


def test_where_there_are_few_links_or_none_there_is_still_something_to_look_at():
    rows = [{"key": f"{side}{n:03}"} for side in "LR" for n in range(30)]
    resolution = resolved(rows, {(f"L{n:03}", f"R{n:03}"): 4.0 for n in range(30)})
    assert resolution.links.num_rows == 0
    assert resolution.queue.num_rows == 20
    assert resolution.counts["left_out_of_queue"] == 10


def test_a_not_a_link_keeps_two_apart_whatever_joins_them():
    weights = {("L1", "L2"): 20.0, ("L2", "R1"): 15.0, ("L1", "R1"): 25.0}
    found = groups(BARE, resolved(BARE, weights, decisions=decided(("R1", "L2", "not_a_link"))))
    assert parts("L1 R1", "L2") <= found or parts("L1 L2", "R1") <= found or parts("L1", "L2", "R1") <= found
    assert not any({"L2", "R1"} <= group for group in found)


def test_a_link_joins_past_guards_and_without_any_score():
    rows = [{"key": "L1", "sid": "A1"}, {"key": "R1", "sid": "B2"}, {"key": "R2"}]
    resolution = resolved(rows, {("L1", "R2"): 20.0}, decisions=decided(("L1", "R1", "link")))
    assert groups(rows, resolution) == parts("L1 R1 R2")
    assert resolution.links["reason"].to_pylist() == ["decided", "pair"]


def test_undone_takes_a_verdict_back_and_the_state_is_as_before():
    weights = {("L1", "L2"): 20.0, ("L2", "R1"): 15.0}
    before = resolved(BARE, weights)
    for verdict in ("link", "not_a_link"):
        said = decided(("L1", "R1", verdict), ("R1", "L1", "undone"))
        after = resolved(BARE, weights, decisions=said)
        assert after.person.tolist() == before.person.tolist()
        assert after.links.equals(before.links)
        assert after.queue.equals(before.queue)


def test_decisions_that_contradict_each_other_are_listed_by_row_and_show_no_key():
    said = decided(("L1", "R1", "link"), ("R1", "L2", "link"), ("L1", "L2", "not_a_link"))
    with pytest.raises(InputRejected, match="row 3 of the decisions is contradicted") as caught:
        resolved(BARE, {("L1", "R1"): 20.0}, decisions=said)
    assert "L2" not in str(caught.value)


def test_wrong_decisions_are_rejected_with_rows_and_unknown_records_only_counted():
    with pytest.raises(InputRejected, match="a verdict is none of"):
        resolved(BARE, {}, decisions=decided(("L1", "R1", "maybe")))
    with pytest.raises(InputRejected, match="decided on with itself"):
        resolved(BARE, {}, decisions=decided(("L1", "L1", "link")))
    resolution = resolved(BARE, {("L1", "R1"): 20.0}, decisions=decided(("L1", "GONE", "link")))
    assert resolution.counts["decisions_unknown"] == 1


def test_nothing_at_all_is_no_trouble():
    prepared = prepare(people(BARE[:1]))
    assert resolve(prepared, scored(prepared, {})).person.tolist() == [0]


PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-3, 30).map(float),
    max_size=25,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "given_name": st.sampled_from([None, "JOHN", "PETER", "J"]),
            "birth_date": st.sampled_from([None, "1960-05-06", "1960-06-05", "1985-11-30"]),
            "sid": st.sampled_from([None, None, "A1", "B2"]),
        }
    ),
    min_size=9,
    max_size=9,
)


def as_records(rows):
    return [{"key": f"{'LR'[n % 2]}{n}", **row} for n, row in enumerate(rows)]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, pairs=PAIRS)
def test_without_facts_groups_are_the_components_of_the_pairs_that_join(rows, pairs):
    records = [{"key": row["key"]} for row in as_records(rows)]
    weights = {(records[a]["key"], records[b]["key"]): weight for (a, b), weight in pairs.items()}
    resolution = resolved(records, weights, settings=ResolveSettings(false_share=0.499, worst_link=0.5))
    least = resolution.thresholds.link
    group = {row["key"]: {row["key"]} for row in records}
    for (a, b), weight in weights.items():
        if weight >= least and group[a] is not group[b]:
            group[a] |= group[b]
            for key in group[b]:
                group[key] = group[a]
    assert groups(records, resolution) == {frozenset(found) for found in group.values()}


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, pairs=PAIRS)
def test_no_two_records_of_a_group_contradict_each_other_by_majority(rows, pairs):
    records = as_records(rows)
    weights = {(records[a]["key"], records[b]["key"]): weight for (a, b), weight in pairs.items()}
    resolution = resolved(records, weights)
    known = {row["key"]: row for row in records}
    for group in groups(records, resolution):
        ids = {known[key]["sid"] for key in group} - {None}
        assert len(ids) <= 1
        years = {(known[key]["birth_date"] or "")[:4] for key in group} - {""}
        assert len(years) <= 1


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, pairs=PAIRS, order=st.permutations(range(9)))
def test_the_order_of_records_and_pairs_changes_nothing(rows, pairs, order):
    records = as_records(rows)
    weights = {(records[a]["key"], records[b]["key"]): weight for (a, b), weight in pairs.items()}
    one = resolved(records, weights)
    other = resolved([records[n] for n in order], dict(reversed(weights.items())))
    assert one.person.tolist() == other.person.tolist()
    assert one.links.equals(other.links)
    assert one.queue.equals(other.queue)


def test_links_say_the_weakest_on_the_best_path_and_how_many_joins_it_has():
    prepared = prepare(people(BARE))
    pairs = scored(prepared, {("L1", "L2"): 20.0, ("L2", "R1"): 6.0, ("L1", "R1"): 5.0, ("L3", "R3"): 30.0})
    resolution = resolve(prepared, pairs, settings=ResolveSettings(false_share=0.02))
    result = link_result(prepared, pairs, resolution, MODEL, known_at=known_times(people(BARE), prepared))
    links = result.links.set_index(["left", "right"])
    assert links.loc[("L1", "R1"), "match_probability"] == pytest.approx(1 / (1 + 2**-6))
    assert links.loc[("L1", "R1"), "via"] == 2
    assert links.loc[("L1", "R1"), "reason"] == "through_others"
    assert links.loc[("L2", "R1"), "reason"] == "pair"
    assert set(result.links["status"]) == {"link"}
    assert "L1" not in repr(result)


def test_a_record_is_as_sure_as_its_weakest_link_to_the_founder():
    prepared = prepare(people(BARE))
    pairs = scored(prepared, {("L1", "L2"): 20.0, ("L2", "R1"): 6.0, ("R1", "R2"): 20.0, ("L3", "R3"): 30.0})
    resolution = resolve(prepared, pairs, settings=ResolveSettings(false_share=0.02))
    result = link_result(prepared, pairs, resolution, MODEL, known_at=known_times(people(BARE), prepared))
    sure = result.people.set_index("record_key")["match_probability"]
    weak = 1 / (1 + 2**-6)
    assert sure["L1"] == 1.0
    assert sure["L2"] == pytest.approx(1, abs=1e-5)
    assert sure[["R1", "R2"]].tolist() == pytest.approx([weak, weak])


def test_a_person_keeps_its_name_when_a_later_record_joins():
    early = people(BARE[:2]).assign(known_at=[pd.Timestamp("2024-01-01"), pd.Timestamp("2023-01-01")])
    late = people(BARE[3:4]).assign(known_at=[pd.Timestamp("2025-01-01")])
    names = []
    for frame in (early, pd.concat([early, late], ignore_index=True)):
        prepared = prepare(frame)
        weights = {pair: 20.0 for pair in [("L1", "L2"), ("L1", "R1")] if set(pair) <= set(frame["record_key"])}
        pairs = scored(prepared, weights)
        result = link_result(prepared, pairs, resolve(prepared, pairs), MODEL, known_at=known_times(frame, prepared))
        names.append(set(result.people["person_id"]))
    assert names[0] == names[1] == {"P-L2"}


def test_a_pair_of_one_side_stands_in_the_links_for_the_link_it_would_make():
    rows = [
        {"key": "L1", "sid": "A1"},
        {"key": "L2", "sid": "B2"},
        {"key": "R1", "sid": "B2"},
        {"key": "R5"},
        {"key": "L5"},
    ]
    prepared = prepare(people(rows))
    pairs = scored(prepared, {("L1", "L2"): 9.0, ("L2", "R1"): 20.0, ("L5", "R5"): 20.0})
    resolution = resolve(prepared, pairs, settings=ResolveSettings(queue_share=1.0))
    result = link_result(prepared, pairs, resolution, MODEL, known_at=known_times(people(rows), prepared))
    review = result.links[result.links["status"] == "review"]
    assert review[["left", "right", "reason"]].to_numpy().tolist() == [["L1", "R1", "conflicting_ids"]]
    assert result.queue[["left", "right"]].to_numpy().tolist() == [["L1", "L2"]]


def test_two_and_a_half_million_pairs_take_seconds():
    rng = np.random.default_rng(3)
    size = 300_000
    keys = np.array([f"{'LR'[n % 2]}{n:07}" for n in range(size)])
    frame = pd.DataFrame(
        {"record_key": keys, "source": "x", "side": np.where(np.arange(size) % 2 == 0, "left", "right")}
    )
    prepared = prepare(frame.assign(surname="DOE"))
    first = np.sort(rng.integers(0, size - 8, size))
    second = first + rng.integers(1, 8, size)
    weight = rng.uniform(-5, 30, size)
    pairs = pa.table({"left": first, "right": second, "match_weight": weight, "match_probability": weight})
    resolution = resolve(prepared, pairs)
    assert resolution.person.max() < size
