"""Few records: nobody is linked where nobody is in both files, and nearly all where all are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.linkage.linking import link_people
from pcanalytics.linkage.preparing import prepare
from pcanalytics.linkage.weighing import log_frequency

FIRST = "ADA BEN CARLA DAN EVE FINN GRETA HUGO IRIS JACK KIRA LEO MONA NED OLGA PETER RITA SAM TINA URS".split()
LAST = (
    "ABEL BOND CRUZ DAHL ECKE FROST GARZA HOLT IBSEN JUNG KING LUND MOSS NASH OTTO PRICE QUINN ROSSI STAHL TROY".split()
)


def persons(number: int, *, seed: int, side: str) -> pd.DataFrame:
    """Make up people of few surnames, as in a small town."""
    rng = np.random.default_rng(seed)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 20_000, number), unit="D")
    return pd.DataFrame(
        {
            "record_key": [f"{side}|{n:04}" for n in range(number)],
            "side": side,
            "source": side,
            "given_name": rng.choice(FIRST, number),
            "surname": rng.choice(LAST, number),
            "birth_date": born.strftime("%Y-%m-%d"),
        }
    )


def made(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    links = link_people(left, right).links
    links = links[links["status"] == "link"]
    return links.assign(right_one=links["left"].str[-4:] == links["right"].str[-4:])


@pytest.mark.parametrize("number", [10, 300])
def test_two_files_of_other_people_give_no_link(number):
    assert not len(made(persons(number, seed=1, side="left"), persons(number, seed=2, side="right")))


@pytest.mark.parametrize("number", [60, 300])
def test_two_files_of_the_same_people_are_linked_by_names_and_birth_dates(number):
    left = persons(number, seed=3, side="left")
    right = persons(number, seed=3, side="right")
    right.loc[::10, "given_name"] += "E"
    links = made(left, right)
    # Of 300 people with 400 full names between them a few are namesakes born in one month, which nothing here tells apart.
    assert links["right_one"].mean() > 0.98
    assert links["right_one"].sum() >= 0.95 * number


def test_a_tenth_of_two_small_files_is_found_and_nobody_else():
    left = persons(300, seed=4, side="left")
    right = persons(300, seed=5, side="right")
    names = ["given_name", "surname", "birth_date"]
    right.loc[:29, names] = left.loc[:29, names]
    links = made(left, right)
    assert links["right_one"].all()
    assert len(links) >= 24


def test_members_of_one_household_are_not_taken_for_each_other():
    left = persons(200, seed=6, side="left").assign(address=[f"{n} ELM ST" for n in range(200)])
    right = persons(200, seed=7, side="right").assign(address=left["address"], surname=left["surname"])
    right.loc[right["given_name"] == left["given_name"], "given_name"] = "ZELDA"
    assert not len(made(left, right))


def test_a_birth_date_is_as_rare_as_its_parts_where_it_is_there_twice_and_counted_where_it_is_common():
    few = pd.concat([persons(100, seed=8, side=side) for side in ("left", "right")], ignore_index=True)
    few.loc[few.index % 4 == 0, "birth_date"] = "1900-01-01"
    few.loc[3, "birth_date"] = None
    prepared = prepare(few)
    share = np.exp(log_frequency(prepared, "birth_date"))
    at = few.sort_values("record_key").reset_index(drop=True)["birth_date"]
    assert share[at.isna()].tolist() == [0.0]
    assert share[at == "1900-01-01"] == pytest.approx(50 / 199)
    twice = at.map(at.value_counts()) == 2
    assert twice.sum() > 100
    assert (share[twice] < 2 / 199 / 4).all()
    by_key = few.sort_values("record_key")["surname"]
    assert np.exp(log_frequency(prepared, "surname")) == pytest.approx(by_key.map(by_key.value_counts()) / 200)
