"""How a person gets written down: nicknames, typing errors, swapped dates, missing and wrong numbers, false names.

Each system has its own rates (`Habits`), so that linking people is tested against the dirt of both agencies.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, below, chance, normals, pick
from pcanalytics.sample_city.names import NICKNAMES
from pcanalytics.sample_city.people import RACES, spell
from pcanalytics.sample_city.writing import misspell

DAY_KINDS = ("right", "day and month swapped", "year wrong", "day wrong", "first of January", "missing")


@dataclass(frozen=True)
class Habits:
    """Rates at which one system spoils what it records."""

    nickname: float
    typo: float
    names_swapped: float
    middle: tuple[float, float, float]
    suffix_lost: float
    birth: tuple[float, float, float, float, float, float]
    sid: float
    sid_wrong: float
    fbi: float
    accents_lost: float
    upper: bool
    false_name: float
    race_wrong: float


POLICE = Habits(
    0.085,
    0.018,
    0.004,
    (0.42, 0.43, 0.15),
    0.45,
    (0.955, 0.009, 0.008, 0.009, 0.005, 0.014),
    0.86,
    0.005,
    0.34,
    0.8,
    True,
    0.022,
    0.03,
)
CITIZEN = Habits(
    0.06,
    0.022,
    0.003,
    (0.62, 0.26, 0.12),
    0.55,
    (0.945, 0.010, 0.006, 0.009, 0.006, 0.024),
    0.30,
    0.005,
    0.0,
    0.8,
    True,
    0.0,
    0.04,
)
CORRECTIONS = Habits(
    0.012,
    0.008,
    0.002,
    (0.18, 0.30, 0.52),
    0.25,
    (0.982, 0.005, 0.004, 0.004, 0.002, 0.003),
    0.955,
    0.004,
    0.62,
    0.35,
    False,
    0.004,
    0.02,
)


def strip_accents(text: str) -> str:
    """Write a name with the letters of an English keyboard.

    Examples
    --------
    >>> strip_accents("Muñoz")
    'Munoz'
    """
    plain = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def sid_text(number: int) -> str:
    """Write a state identification number with its check digit."""
    return f"SD{number:07d}{number * 7 % 10}"


def record(
    residents: pd.DataFrame, person: np.ndarray, rng: Stream, habits: Habits, fingerprinted: np.ndarray
) -> pd.DataFrame:
    """Write down people as one system records them.

    Parameters
    ----------
    residents : pandas.DataFrame
        The residents, as they truly are.
    person : numpy.ndarray
        Who is recorded, once for each record.
    rng : numpy.random.Generator
        The stream.
    habits : Habits
        The system's rates.
    fingerprinted : numpy.ndarray
        For each record, whether the person has a state number at all by then.

    Returns
    -------
    pandas.DataFrame
        The text columns of a person, ``birth`` as days since 1970 with a mask ``birth_known``, ``race`` (position in `people.RACES`'
        groups), ``false_name`` (whether the name is not the person's own).
    """
    size = len(person)
    true = residents.iloc[person].reset_index(drop=True)
    lying = chance(rng, np.full(size, habits.false_name))
    other = below(rng, size, len(residents))
    shown = true[["group", "male", "surname", "given", "middle", "suffix"]].copy()
    for column in ("surname", "given"):
        shown[column] = np.where(lying, residents[column].to_numpy()[other], shown[column])
    shown["suffix"] = np.where(lying, "", shown["suffix"])
    text = spell(shown)
    text["given_name"] = _nicknames(text["given_name"].to_numpy(), rng, habits.nickname)
    for column in ("surname", "given_name"):
        hit = np.flatnonzero(chance(rng, np.full(size, habits.typo)))
        text.loc[hit, column] = misspell(rng, text[column].to_numpy()[hit])
    how = pick(rng, size, habits.middle)
    middle = text["middle_name"].to_numpy()
    text["middle_name"] = np.select(
        [how == 0, how == 1], ["", np.array([name[:1] for name in middle], dtype=object)], middle
    )
    text["suffix"] = np.where(chance(rng, np.full(size, habits.suffix_lost)), "", text["suffix"])
    swapped = chance(rng, np.full(size, habits.names_swapped))
    surname, given = text["surname"].to_numpy().copy(), text["given_name"].to_numpy().copy()
    text["surname"], text["given_name"] = np.where(swapped, given, surname), np.where(swapped, surname, given)
    plain = chance(rng, np.full(size, habits.accents_lost))
    for column in ("surname", "given_name", "middle_name"):
        names = text[column].to_numpy().copy()
        names[plain] = [strip_accents(name) for name in names[plain]]
        text[column] = [name.upper() for name in names] if habits.upper else names
    text["birth"], text["birth_known"] = _births(true["birth"].to_numpy(), rng, habits, lying)
    _numbers(text, true, rng, habits, fingerprinted, lying)
    text["male"] = true["male"].to_numpy() ^ chance(rng, np.full(size, 0.003))
    wrong = chance(rng, np.full(size, habits.race_wrong))
    text["race"] = np.where(wrong, pick(rng, size, (4, 1, 1, 0.5, 0.5, 2)), true["group"].to_numpy())
    text["height_cm"] = np.rint(true["height_cm"] + 2.5 * normals(rng, size)).astype(int)
    text["weight_kg"] = np.rint(true["weight_kg"] * (1 + 0.05 * normals(rng, size))).astype(int)
    text["eye_color"] = np.array(["BRO", "BLU", "HAZ", "GRN"], dtype=object)[true["eye"]]
    text["hair_color"] = np.array(["BRO", "BLK", "BLN", "RED"], dtype=object)[true["hair"]]
    text["false_name"] = lying
    return text


def race_words(group: np.ndarray, words: dict[str, str]) -> np.ndarray:
    """Write each group's race in a system's codes."""
    return np.array([words[race] for race in RACES], dtype=object)[group]


def _nicknames(given: np.ndarray, rng: Stream, rate: float) -> np.ndarray:
    familiar = chance(rng, np.full(len(given), rate * 2.2))
    return np.array(
        [NICKNAMES.get(name, name) if use else name for name, use in zip(given, familiar, strict=True)], dtype=object
    )


def _births(true: np.ndarray, rng: Stream, habits: Habits, lying: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    size = len(true)
    kind = pick(rng, size, habits.birth)
    kind = np.where(lying & (kind == 0), 2, kind)
    days = true.astype("datetime64[D]")
    year, month = days.astype("datetime64[Y]"), days.astype("datetime64[M]")
    number = (days - month.astype("datetime64[D]")).astype(np.int64) + 1
    which = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    can_swap = (number <= 12) & (number != which)
    swapped_month = year.astype("datetime64[M]") + (number - 1).clip(0, 11).astype("timedelta64[M]")
    swapped = swapped_month.astype("datetime64[D]").astype(np.int64) + which - 1
    moved = true + 365 * np.where(rng.random(size) < 0.5, 1, -1) * (1 + below(rng, size, 3))
    shifted = true + np.where(rng.random(size) < 0.5, 1, -1) * (1 + below(rng, size, 10))
    result = np.select(
        [(kind == 1) & can_swap, kind == 2, kind == 3, kind == 4],
        [swapped, moved, shifted, year.astype("datetime64[D]").astype(np.int64)],
        true,
    )
    return result, kind != 5


def _numbers(
    text: pd.DataFrame, true: pd.DataFrame, rng: Stream, habits: Habits, fingerprinted: np.ndarray, lying: np.ndarray
) -> None:
    """Give state and FBI numbers to those who have them; a few are another's."""
    size = len(true)
    sid = true["sid"].to_numpy()
    wrong = chance(rng, np.full(size, habits.sid_wrong))
    shown = np.where(wrong, sid[below(rng, size, size)], sid)
    has = fingerprinted & chance(rng, np.full(size, habits.sid)) & ~(lying & (rng.random(size) < 0.5))
    text["sid"] = [sid_text(number) if known else "" for number, known in zip(shown, has, strict=True)]
    known = fingerprinted & chance(rng, np.full(size, habits.fbi))
    text["fbi_number"] = [
        f"{100000 + number}FA{number % 10}" if show else "" for number, show in zip(true["fbi"], known, strict=True)
    ]
    text["sid_wrong"] = wrong & has
