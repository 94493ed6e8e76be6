"""C-30 ... C-34: missing numbers, keys there twice, twins and generations, two numbers of one person, one giant group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.linkage.linking import LinkResult, link_people
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.resolving import ResolveSettings
from tests.linkage.toy_records import groups, held, parts, resolved

ROOM = ResolveSettings(queue_share=1.0)

GIVEN = "AARON BELLA CEDRIC DORA EDGAR FLORA GORDON HELEN IRVING JUNE KARL LYDIA MARCO NORA OSCAR PAULA QUENTIN RUTH SILAS THEA".split()
HEAD, TAIL = (
    "BAR COL DAN FEN GAR HOL KIN LAM MOR NEW".split(),
    "BROOK DALE FORD HURST LEY MONT STONE TON WELL WOOD".split(),
)
STREETS = "ASH BIRCH CEDAR DOGWOOD ELM FIR GUM HAZEL IVY JUNIPER".split()


def made_up(size: int = 700, seed: int = 30) -> pd.DataFrame:
    """Make people of whom each is on record twice on the left and once on the right, with a typing error here and there."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 18_000, size), unit="D")
    rows = []
    for person in range(size):
        given, surname = rng.choice(GIVEN), rng.choice(HEAD) + rng.choice(TAIL)
        address = f"{rng.integers(100, 9900)} {rng.choice(STREETS)} ST"
        number = f"A{person:06}"
        for key, chance in (("L{}a", 0.5), ("L{}b", 0.5), ("R{}a", 0.9)):
            name = surname[:-1] if rng.random() < 0.05 else surname
            rows.append(
                {
                    "record_key": key.format(f"{person:04}"),
                    "given_name": given,
                    "surname": name,
                    "birth_date": str(days[person].date()) if rng.random() < 0.97 else None,
                    "sid": number if rng.random() < chance else None,
                    "address": address if rng.random() < 0.6 else f"{rng.integers(100, 9900)} {rng.choice(STREETS)} ST",
                }
            )
    frame = pd.DataFrame(rows)
    frame["side"] = np.where(frame["record_key"].str.startswith("R"), "right", "left")
    frame["source"] = np.where(frame["side"] == "left", "police", "DOC")
    return frame


def planted(*rows: dict[str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    frame["side"] = np.where(frame["record_key"].str.startswith("R"), "right", "left")
    frame["source"] = np.where(frame["side"] == "left", "police", "DOC")
    return frame


def linked(frame: pd.DataFrame, model: LinkModel | None = None) -> LinkResult:
    side = frame["side"] == "left"
    return link_people(frame[side], frame[~side], model=model, settings=ROOM)


@pytest.fixture(scope="module")
def town() -> tuple[pd.DataFrame, LinkResult]:
    frame = made_up()
    return frame, linked(frame)


def with_planted(town: tuple[pd.DataFrame, LinkResult], *rows: dict[str, str | None]) -> LinkResult:
    """Link the town again with a few records more, under the model that it had."""
    frame, before = town
    return linked(pd.concat([frame, planted(*rows)], ignore_index=True), before.model)


def person_of(result: LinkResult) -> dict[str, str]:
    return dict(zip(result.people["record_key"], result.people["person_id"], strict=True))


def test_the_town_is_linked_as_it_was_made(town):
    frame, result = town
    person = person_of(result)
    truth = frame.set_index("record_key").index.str[1:5]
    links = result.links[result.links["status"] == "link"]
    right = (links["left"].str[1:5] == links["right"].str[1:5]).mean()
    assert right > 0.998
    assert len(set(person.values())) == pytest.approx(len(set(truth)), rel=0.03)


def test_c30_a_missing_number_equals_no_missing_number(town):
    words = [None, "", "UNKNOWN", "NULL", "N/A", "0", "000-00-0000"]
    rows = []
    for n, word in enumerate(words):
        for side in "LR":
            rows.append(
                {
                    "record_key": f"{side}9{n:03}z",
                    "given_name": GIVEN[2 * n + (side == "R")],
                    "surname": f"{HEAD[n]}{TAIL[n + (side == 'R')]}",
                    "birth_date": f"19{50 + 2 * n + (side == 'R')}-0{n + 1}-1{n}",
                    "sid": word,
                    "address": None,
                }
            )
    result = with_planted(town, *rows)
    links = result.links
    left, right = links["left"].str.endswith("z"), links["right"].str.endswith("z")
    assert not (left & right).any()
    assert not (left | right)[links["status"] == "link"].any()


def test_c30_records_that_are_all_missing_are_linked_with_nothing(town):
    bare = dict.fromkeys(("given_name", "surname", "birth_date", "sid", "address"))
    result = with_planted(town, *({"record_key": key, **bare} for key in ("L9001z", "L9002z", "R9001z", "R9002z")))
    people = result.people[result.people["record_key"].str.endswith("z")]
    assert people["size"].tolist() == [1, 1, 1, 1]


def test_c31_a_key_that_is_there_twice_is_rejected_and_not_shown(town):
    frame, before = town
    again = pd.concat([frame, frame.iloc[[5]]], ignore_index=True)
    with pytest.raises(InputRejected, match=r"more than once \(2 rows, first at row") as caught:
        linked(again.sort_index(), before.model)
    for shown in (frame["record_key"][5], frame["surname"][5]):
        assert str(shown) not in str(caught.value)


JOHN = {"given_name": "SILAS", "surname": "QUILLWOOD", "birth_date": "1961-04-17", "address": "4410 IVY ST"}


@pytest.mark.parametrize(
    ("reason", "other"),
    [
        ("twins", {**JOHN, "given_name": "OSCAR"}),
        ("generation", {**JOHN, "birth_date": "1988-09-02"}),
    ],
)
def test_c32_twins_and_generations_of_one_house_are_never_joined(town, reason, other):
    rows = [{"record_key": key, "sid": None, **JOHN} for key in ("L9001z", "R9001z")]
    rows += [{"record_key": key, "sid": None, **other} for key in ("L9002z", "R9002z")]
    person = person_of(with_planted(town, *rows))
    assert person["L9001z"] == person["R9001z"] != person["L9002z"] == person["R9002z"]


def test_c32_a_record_without_birth_date_of_father_or_son_is_joined_with_neither(town):
    rows = [{"record_key": key, "sid": None, **JOHN} for key in ("L9001z", "R9001z")]
    rows += [{"record_key": key, "sid": None, **JOHN, "birth_date": "1988-09-02"} for key in ("L9002z", "R9002z")]
    rows += [{"record_key": "L9003z", "sid": None, **JOHN, "birth_date": None}]
    result = with_planted(town, *rows)
    person = person_of(result)
    assert len({person["L9001z"], person["L9002z"], person["L9003z"]}) == 3
    asked = result.queue[(result.queue["left"] == "L9003z") | (result.queue["right"] == "L9003z")]
    assert set(asked["reason"]) == {"ambiguous"}


def test_c32_two_people_who_share_a_number_but_nothing_else_stay_two(town):
    rows = [{"record_key": "L9001z", "sid": "B777777", **JOHN}, {"record_key": "R9001z", "sid": "B777777", **JOHN}]
    rows += [
        {
            "record_key": "R9002z",
            "sid": "B777777",
            "given_name": "RUTH",
            "surname": "FENMONT",
            "birth_date": "1990-12-30",
            "address": None,
        }
    ]
    person = person_of(with_planted(town, *rows))
    assert person["L9001z"] == person["R9001z"]
    assert person["R9002z"] != person["L9001z"]


def test_c33_two_numbers_of_one_register_go_to_review_and_can_be_linked_and_undone():
    rows = [{"key": "R1", "person_number": "700"}, {"key": "R2", "person_number": "701"}, {"key": "L1"}]
    weights = {("R1", "R2"): 25.0, ("L1", "R1"): 24.0}
    before = resolved(rows, weights, settings=ROOM)
    assert groups(rows, before) == parts("L1 R1", "R2")
    assert held(rows, before) == {("R1", "R2"): "two_numbers"}
    said = pd.DataFrame({"record_key_a": ["R1"], "record_key_b": ["R2"], "verdict": ["link"]})
    after = resolved(rows, weights, settings=ROOM, decisions=said)
    assert groups(rows, after) == parts("L1 R1 R2")
    undone = pd.concat([said, said.assign(verdict="undone")], ignore_index=True)
    again = resolved(rows, weights, settings=ROOM, decisions=undone)
    assert again.person.tolist() == before.person.tolist()
    assert again.queue.equals(before.queue)


def test_c33_a_number_given_to_another_person_joins_nobody(town):
    frame, _ = town
    holder = frame[frame["sid"].notna() & (frame["side"] == "right")].iloc[0]
    rows = [{"record_key": "L9001z", **JOHN, "sid": holder["sid"]}]
    person = person_of(with_planted(town, *rows))
    assert person["L9001z"] != person[holder["record_key"]]


def test_c34_a_group_larger_than_the_cap_is_held_and_not_silently_made():
    size = 12
    rows = [{"key": f"L{n:02}"} for n in range(size)]
    weights = {(f"L{a:02}", f"L{b:02}"): 20.0 for a in range(size) for b in range(a + 1, size)}
    resolution = resolved(rows, weights, settings=ResolveSettings(largest=8, queue_share=1.0))
    assert max(len(group) for group in groups(rows, resolution)) <= 8
    assert set(held(rows, resolution).values()) == {"cluster_too_large"}


@pytest.mark.parametrize("weight", [lambda n: 20.0, lambda n: 5.0 + n % 20], ids=["all alike", "some stronger"])
def test_c34_a_chain_through_thousands_of_records_is_cut_and_held(weight):
    size = 3000
    rows = [{"key": f"L{n:05}"} for n in range(size)]
    weights = {(f"L{n:05}", f"L{n + 1:05}"): weight(n) for n in range(size - 1)}
    resolution = resolved(rows, weights, settings=ResolveSettings(largest=100, queue_share=1.0))
    sizes = [len(group) for group in groups(rows, resolution)]
    assert max(sizes) <= 100
    assert resolution.counts["cluster_too_large"] > 0
