"""The edges of joining: each test fails when one comparison or one step of it is changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.linkage.linking import known_times, link_result
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.persons import links_between
from pcanalytics.linkage.preparing import prepare
from pcanalytics.linkage.resolving import ResolveSettings, resolve
from pcanalytics.linkage.thresholds import choose_thresholds
from tests.linkage.toy_records import groups, held, parts, people, resolved, scored

JOHN = {"given_name": "JOHN", "surname": "DOE", "birth_date": "1960-05-06", "address": "12 MAIN ST"}


def test_as_many_records_as_the_largest_are_joined_and_one_more_is_held():
    rows = [{"key": key} for key in ("L1", "L2", "R1", "R2")]
    weights = {("L1", "L2"): 20.0, ("L2", "R1"): 19.0, ("R1", "R2"): 18.0}
    assert groups(rows, resolved(rows, weights, settings=ResolveSettings(largest=4))) == parts("L1 L2 R1 R2")
    few = resolved(rows, weights, settings=ResolveSettings(largest=3))
    assert groups(rows, few) == parts("L1 L2 R1", "R2")
    assert held(rows, few) == {("R1", "R2"): "cluster_too_large"}


def test_the_best_pair_of_two_groups_is_not_believed_where_the_others_speak_against_it():
    rows = [{"key": key} for key in ("L1", "L2", "R1")]
    weights = {("L1", "L2"): 20.0, ("L1", "R1"): 3.0, ("L2", "R1"): -9.0}
    bold = ResolveSettings(false_share=0.4, worst_link=0.5)
    assert groups(rows, resolved(rows, weights, settings=bold)) == parts("L1 L2", "R1")
    assert groups(rows, resolved(rows, {**weights, ("L2", "R1"): -2.0}, settings=bold)) == parts("L1 L2 R1")


def test_what_a_guard_stopped_is_asked_again_when_a_group_has_grown():
    rows = [
        {"key": "L1", "sid": "A1", **JOHN},
        {"key": "L2", **JOHN, "given_name": "PETER"},
        {"key": "R1", "sid": "A1", **JOHN, "given_name": "PETER"},
    ]
    weights = {("L1", "L2"): 25.0, ("L2", "R1"): 20.0, ("L1", "R1"): 15.0}
    assert groups(rows, resolved(rows, weights)) == parts("L1 L2 R1")


@pytest.mark.parametrize(("name", "joined"), [("J", True), ("J.", True), ("P", False)])
def test_an_initial_says_nothing_unless_it_is_another_letter(name, joined):
    rows = [{"key": "L1", **JOHN}, {"key": "R1", **JOHN, "given_name": name}]
    assert (groups(rows, resolved(rows, {("L1", "R1"): 20.0})) == parts("L1 R1")) == joined


@pytest.mark.parametrize(
    ("surnames", "facts", "joined"),
    [
        (12, {}, True),
        (13, {}, False),
        (13, {"sid": "A1"}, True),
        (13, {"birth_date": "1960-05-06"}, True),
    ],
)
def test_an_address_of_more_surnames_than_the_setting_is_an_institution(surnames, facts, joined):
    pair = {"given_name": "JOHN", "surname": "NAMEA", "address": "1 SHELTER RD", **facts}
    others = [
        {"key": f"L{n:02}", "given_name": "JOHN", "surname": f"NAME{chr(64 + n)}", "address": "1 SHELTER RD"}
        for n in range(2, surnames + 1)
    ]
    rows = [{"key": "L01", **pair}, {"key": "R01", **pair}, *others]
    found = resolved(rows, {("L01", "R01"): 20.0}, settings=ResolveSettings(institution=12))
    assert (frozenset({"L01", "R01"}) in groups(rows, found)) == joined
    assert held(rows, found) == ({} if joined else {("L01", "R01"): "shared_institution"})


def test_the_threshold_bears_the_share_it_was_given_and_no_more():
    even = 1.0 - 1.0 / (1.0 + 2.0**-9)  # expected false of a join of weight 9
    height, links = np.array([30.0, 9.0, 9.0]), np.array([98, 1, 1])
    assert choose_thresholds(height, links, false_share=2 * even / 100 * 1.001).link == 9.0
    assert (
        choose_thresholds(height, links, false_share=2 * even / 100 * 0.999).link == 30.0
    )  # one weight stands together
    assert choose_thresholds(height, links, false_share=even / 100).link == 30.0


@pytest.mark.parametrize("chances", [(0.9, 0.99), (0.99, 0.9)])
def test_a_path_is_as_good_as_its_weakest_pair_wherever_that_is(chances):
    left, right, chance, via = links_between(
        np.array([0, 1]), np.array([1, 2]), np.array(chances), np.array([0, 0, 1]), within=False
    )
    assert (left.tolist(), right.tolist(), via.tolist()) == ([0, 1], [2, 2], [2, 1])
    assert chance.tolist() == [0.9, chances[1]]


def test_a_link_that_a_reviewer_made_says_so_and_those_that_follow_from_it_do_not():
    rows = [{"key": key} for key in ("L1", "L2", "R1")]
    frame = people(rows)
    prepared = prepare(frame)
    pairs = scored(prepared, {("L1", "L2"): 20.0})
    said = pd.DataFrame({"record_key_a": ["R1"], "record_key_b": ["L2"], "verdict": ["link"]})
    resolution = resolve(prepared, pairs, decisions=said)
    model = LinkModel({}, {}, None, {}, (), 0.01, "")
    links = link_result(
        prepared, pairs, resolution, model, known_at=known_times(frame, prepared), decisions=said
    ).links.set_index(["left", "right"])["reason"]
    assert links.to_dict() == {("L1", "R1"): "through_others", ("L2", "R1"): "decided"}
