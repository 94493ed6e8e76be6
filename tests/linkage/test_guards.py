"""Each guard against a planted case it was made for, and against one that only looks like it."""

from __future__ import annotations

import pytest

from pcanalytics.errors import UnknownName
from pcanalytics.linkage.guards import GUARDS, REASONS, needed_guards, reason_names
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.resolving import ResolveSettings
from tests.linkage.toy_records import groups, held, parts, resolved

ROOM = ResolveSettings(queue_share=1.0)
# One link elsewhere, so that the queue has room.
PAD = [
    {"key": f"{side}9{n}", "given_name": "UMA", "surname": f"PAD{chr(65 + n)}", "birth_date": "1950-01-02"}
    for side in "LR"
    for n in range(9)
]
PAD_PAIRS = {(f"L9{n}", f"R9{n}"): 30.0 for n in range(9)}
PAD_PARTS = parts(*(f"L9{n} R9{n}" for n in range(9)))

JOHN = {"given_name": "JOHN", "surname": "DOE", "birth_date": "1960-05-06", "address": "12 MAIN ST"}


def case(rows, pairs, **options):
    rows = [*rows, *PAD]
    resolution = resolved(rows, {**PAD_PAIRS, **pairs}, settings=options.pop("settings", ROOM), **options)
    return groups(rows, resolution) - PAD_PARTS, held(rows, resolution)


def test_reasons_are_sentences_and_the_compiled_part_numbers_them_alike():
    assert all(sentence.endswith(".") for sentence in REASONS.values())
    assert reason_names()[: len(GUARDS)] == tuple(GUARDS)
    assert reason_names()[10:] == ("ambiguous", "unsure")


@pytest.mark.parametrize(
    ("reason", "other"),
    [
        ("conflicting_ids", {**JOHN, "sid": "B2"}),
        ("generation", {**JOHN, "birth_date": "1985-11-30"}),
        ("generation", {**JOHN, "birth_date": None, "suffix": "Sr"}),
        ("twins", {**JOHN, "given_name": "PETER"}),
        ("same_birth_other_first_name", {**JOHN, "given_name": "PETER", "address": "7 ELM ST"}),
        ("other_first_name", {**JOHN, "given_name": "PETER", "birth_date": None}),
    ],
)
def test_a_guard_holds_the_pair_and_says_why(reason, other):
    rows = [{"key": "L1", "sid": "A1", "suffix": "Jr", **JOHN}, {"key": "R1", **other}]
    assert case(rows, {("L1", "R1"): 25.0}) == (parts("L1", "R1"), {("L1", "R1"): reason})


@pytest.mark.parametrize(
    "other",
    [
        {**JOHN, "sid": "A1"},
        {**JOHN},
        {**JOHN, "given_name": None},
        {**JOHN, "given_name": "JON"},
        {**JOHN, "given_name": "JACK"},
        {**JOHN, "given_name": "DOE", "surname": "JOHN"},
        {**JOHN, "given_name": "PETER", "sid": "A1"},
        {**JOHN, "birth_date": None},
        {**JOHN, "birth_date": "1960-06-05"},
        {**JOHN, "birth_date": "1960-01-01"},
        {**JOHN, "birth_date": "1990-05-06"},
        {**JOHN, "suffix": "II"},
    ],
    ids=lambda other: " ".join(str(value) for value in other.values()),
)
def test_no_guard_holds_what_is_no_contradiction(other):
    rows = [{"key": "L1", "sid": "A1", "suffix": "Jr", **JOHN}, {"key": "R1", **other}]
    assert case(rows, {("L1", "R1"): 25.0}) == (parts("L1 R1"), {})


def test_two_numbers_of_one_register_are_a_question_and_of_two_registers_are_not():
    rows = [
        {"key": "R1", "person_number": "700", **JOHN},
        {"key": "R2", "person_number": "701", **JOHN},
        {"key": "L1", **JOHN},
    ]
    found, queue = case(rows, {("R1", "R2"): 25.0, ("L1", "R1"): 24.0, ("L1", "R2"): 23.0})
    assert found == parts("L1 R1", "R2")
    assert queue == {("R1", "R2"): "two_numbers"}


def test_a_record_of_either_of_two_generations_is_a_bridge_for_neither():
    father = [{"key": f"L{n}", **JOHN} for n in (1, 2)]
    son = [{"key": f"R{n}", **JOHN, "birth_date": "1985-11-30"} for n in (1, 2)]
    unknown = {"key": "L3", **JOHN, "birth_date": None}
    found, queue = case(
        [*father, *son, unknown],
        {("L1", "L2"): 30.0, ("R1", "R2"): 30.0, ("L1", "L3"): 20.0, ("L3", "R1"): 19.5, ("L2", "R1"): 3.0},
    )
    assert found == parts("L1 L2", "R1 R2", "L3")
    assert set(queue.values()) == {"ambiguous", "generation"}


def test_of_two_generations_the_one_that_fits_far_better_gets_the_record():
    father, son = {"key": "L1", **JOHN}, {"key": "R1", **JOHN, "birth_date": "1985-11-30"}
    unknown = {"key": "R3", **JOHN, "birth_date": None, "middle_name": "ZEBULON"}
    found, queue = case([father, son, unknown], {("L1", "R3"): 30.0, ("R1", "R3"): 14.0})
    assert found == parts("L1 R3", "R1")
    assert queue == {("R1", "R3"): "generation"}


def test_an_initial_is_no_bridge_between_twins():
    john, peter = {"key": "L1", **JOHN}, {"key": "R1", **JOHN, "given_name": "JAMES", "sex": "M"}
    initial = {"key": "L2", **JOHN, "given_name": "J"}
    found, _ = case([john, peter, initial], {("L1", "L2"): 20.0, ("L2", "R1"): 20.0})
    assert found == parts("L1", "R1", "L2")


def test_an_alias_that_shares_a_number_brings_its_records_with_it():
    rows = [
        {"key": "L1", **JOHN, "sid": "A1"},
        {"key": "L2", **JOHN, "given_name": "SAM", "surname": "ROE", "sid": "A1"},
        {"key": "R1", **JOHN},
        {"key": "R2", **JOHN, "given_name": "SAM", "surname": "ROE"},
    ]
    found, queue = case(rows, {("L1", "L2"): 22.0, ("L1", "R1"): 20.0, ("L2", "R2"): 20.0})
    assert found == parts("L1 L2 R1 R2")
    assert queue == {}


def test_a_wrong_number_does_not_draw_the_records_that_have_none():
    rows = [{"key": f"L{n}", **JOHN, "sid": "A1"} for n in (2, 3)]
    rows += [{"key": "L1", **JOHN, "sid": "WRONG"}, {"key": "R1", **JOHN}]
    weights = {("L1", "R1"): 25.0, ("L2", "R1"): 25.0, ("L2", "L3"): 33.0, ("L1", "L2"): 19.0, ("L3", "R1"): 25.0}
    found, queue = case(rows, weights)
    assert found == parts("L2 L3 R1", "L1")
    assert list(queue.values()) == ["conflicting_ids"]


def test_people_of_one_shelter_who_share_nothing_else_are_held():
    crowd = [
        {"key": f"L5{n:02}", "given_name": "ANN", "surname": f"NAM{chr(65 + n)}", "address": "1 SHELTER WAY"}
        for n in range(20)
    ]
    rows = [*crowd, {"key": "L1", **JOHN, "address": "1 SHELTER WAY"}]
    rows += [{"key": "R1", **JOHN, "address": "1 SHELTER WAY", "birth_date": None}]
    found, queue = case(rows, {("L1", "R1"): 12.0})
    assert {frozenset({"L1"}), frozenset({"R1"})} <= found
    assert queue == {("L1", "R1"): "shared_institution"}
    rows[-1]["birth_date"] = JOHN["birth_date"]
    assert parts("L1 R1") <= case(rows, {("L1", "R1"): 12.0})[0]


def test_a_guard_needs_its_columns_and_without_them_never_objects():
    rows = [{"key": "L1", "surname": "DOE"}, {"key": "R1", "surname": "ROE"}]
    assert groups(rows, resolved(rows, {("L1", "R1"): 20.0})) == parts("L1 R1")


def model_of(relatives: float | None, records: int) -> LinkModel:
    """Make a model that knows nothing but how many pairs of relatives there are."""
    others = {} if relatives is None else {"relatives": {"prior": relatives / (records * (records - 1) / 2)}}
    empty = LinkModel.__new__(LinkModel)
    for name, value in (("kinds", {"others": others}), ("counts", {"records": records})):
        object.__setattr__(empty, name, value)
    return empty


@pytest.mark.parametrize(
    ("relatives", "records", "all_asked"),
    [(None, 50_000, True), (300.0, 50_000, True), (1.0, 10_000, False), (1.0, 900, True), (30.0, 50_000, True)],
)
def test_guards_of_households_are_left_out_only_where_many_records_show_none(relatives, records, all_asked):
    asked = needed_guards(model_of(relatives, records))
    assert (asked == tuple(GUARDS)) is all_asked
    assert {"conflicting_ids", "decided_not", "cluster_too_large", "two_numbers"} <= set(asked)


def test_a_guard_that_is_not_asked_does_not_object_and_the_others_do():
    rows = [{"key": "L1", "sid": "A1", **JOHN}, {"key": "R1", **JOHN, "given_name": "PETER"}]
    few = ResolveSettings(queue_share=1.0, guards=("conflicting_ids",))
    assert case(rows, {("L1", "R1"): 25.0}, settings=few) == (parts("L1 R1"), {})
    rows[1]["sid"] = "B2"
    assert case(rows, {("L1", "R1"): 25.0}, settings=few)[1] == {("L1", "R1"): "conflicting_ids"}
    with pytest.raises(UnknownName, match="no guard 'twin'.* mean 'twins'"):
        ResolveSettings(guards=("twin",))
