"""The residents of Alder Falls: households at addresses, with names, births and identification numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import names
from pcanalytics.sample_city.chance import Stream, below, chance, normals, pick, pick_by_group, stream

LAST_DAY = np.datetime64("2026-11-22")
GROUP_MIX = np.array(
    [  # by district: white, black, hispanic, asian, american_indian, other
        (0.46, 0.26, 0.10, 0.07, 0.05, 0.06),
        (0.62, 0.14, 0.10, 0.06, 0.04, 0.04),
        (0.44, 0.22, 0.22, 0.05, 0.04, 0.03),
        (0.68, 0.10, 0.09, 0.06, 0.03, 0.04),
        (0.72, 0.07, 0.06, 0.10, 0.02, 0.03),
        (0.40, 0.31, 0.11, 0.08, 0.06, 0.04),
    ]
)
RACES = ("white", "black", "white", "asian", "american_indian", "other")


def make_residents(points: pd.DataFrame, seed: int, people: int) -> pd.DataFrame:
    """Settle the city.

    Parameters
    ----------
    points : pandas.DataFrame
        Address points with ``units`` and ``district``.
    seed : int
        The city's seed.
    people : int
        How many residents.

    Returns
    -------
    pandas.DataFrame
        One row per person: ``household``, ``point`` (position of the address), ``unit`` (0 for a house), ``adult_place`` (0 head, 1
        second adult, 2 and more children and others), ``male``, ``group`` (position in `names.GROUPS`), ``surname``,
        ``given``, ``middle`` (positions in the group's lists), ``suffix``, ``birth`` (days since 1970), ``sid``, ``fbi``
        (numbers), ``height_cm``, ``weight_kg``, ``twin`` (position of the twin or -1).

    Examples
    --------
    >>> points = pd.DataFrame({"units": [1, 4], "district": [0, 1]})
    >>> len(make_residents(points, 1, 50))
    50
    """
    rng = stream(seed, "people")
    size = 1 + pick(rng, people, (0.30, 0.33, 0.16, 0.13, 0.05, 0.03))
    households = int(np.searchsorted(np.cumsum(size), people)) + 1
    home = np.repeat(np.arange(households), size[:households])[:people]
    place = np.arange(people) - np.searchsorted(home, home)
    point, unit = _homes(points, rng, households)
    group = pick_by_group(rng, points["district"].to_numpy()[point], GROUP_MIX)[home]
    frame = pd.DataFrame(
        {"household": home, "point": point[home], "unit": unit[home], "adult_place": place, "group": group}
    )
    frame["male"] = chance(rng, np.full(people, 0.5))
    frame["birth"] = _births(rng, home, place, households)
    return _named(frame, rng)


def _homes(points: pd.DataFrame, rng: Stream, households: int) -> tuple[np.ndarray, np.ndarray]:
    units = points["units"].to_numpy()
    owner = np.repeat(np.arange(len(points)), units)
    number = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    order = np.argsort(rng.random(len(owner)), kind="stable")
    chosen = order[np.arange(households) % len(order)]
    return owner[chosen], np.where(units[owner[chosen]] > 1, number[chosen], 0)


def _births(rng: Stream, home: np.ndarray, place: np.ndarray, households: int) -> np.ndarray:
    """Give birth days: a head of 19 to 92, a partner of about the same age, then mostly children."""
    head_age = 19 + 73 * rng.random(households) ** 1.35
    age = head_age[home]
    partner = (age + 3.0 * normals(rng, len(home))).clip(18.5)
    child = np.where(age > 27, np.minimum(22 * rng.random(len(home)), age - 17.5), 18 + 14 * rng.random(len(home)))
    years = np.select([place == 0, place == 1], [age, np.where(rng.random(len(home)) < 0.85, partner, child)], child)
    last = LAST_DAY.astype("datetime64[D]").astype(np.int64)
    return last - np.floor(years.clip(0.02, 99) * 365.25).astype(np.int64)


def _named(frame: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    size = len(frame)
    group, male = frame["group"].to_numpy(), frame["male"].to_numpy()
    female_names, male_names, surnames = (names.split(block) for block in (names.FEMALE, names.MALE, names.SURNAMES))
    given_room = np.where(
        male,
        np.array([len(block) for block in male_names])[group],
        np.array([len(block) for block in female_names])[group],
    )
    frame["given"] = np.floor(given_room * rng.random(size) ** 1.25).astype(int)
    frame["middle"] = np.floor(given_room * rng.random(size)).astype(int)
    room = np.array([len(block) for block in surnames])[group]
    own = np.floor(room * rng.random(size)).astype(int)
    first = np.searchsorted(frame["household"].to_numpy(), frame["household"].to_numpy())
    frame["surname"] = np.where(chance(rng, np.full(size, 0.82)), own[first], own)
    frame["suffix"] = ""
    _juniors(frame, rng)
    frame["twin"] = _twins(frame, rng)
    frame["sid"] = 100_000 + np.argsort(rng.random(size), kind="stable")
    frame["fbi"] = np.argsort(rng.random(size), kind="stable")
    frame["height_cm"] = np.rint(np.where(male, 176, 163) + 7.0 * normals(rng, size)).clip(140, 208).astype(int)
    frame["weight_kg"] = np.rint(np.where(male, 86, 73) * np.exp(0.17 * normals(rng, size))).clip(42, 170).astype(int)
    frame["eye"] = pick(rng, size, (5, 3, 1.2, 1))
    frame["hair"] = pick(rng, size, (4, 3, 1.5, 0.5))
    return frame


def _juniors(frame: pd.DataFrame, rng: Stream) -> None:
    """Name about one son in nine after his father, Jr and Sr."""
    place, male = frame["adult_place"].to_numpy(), frame["male"].to_numpy()
    head = np.searchsorted(frame["household"].to_numpy(), frame["household"].to_numpy())
    son = male & male[head] & (place >= 1) & (frame["birth"].to_numpy() - frame["birth"].to_numpy()[head] > 17 * 365)
    son &= chance(rng, np.full(len(frame), 0.11))
    _, first = np.unique(head[son], return_index=True)
    sons = np.flatnonzero(son)[first]
    fathers = head[sons]
    for column in ("given", "surname", "group"):
        frame.loc[sons, column] = frame[column].to_numpy()[fathers]
    frame.loc[sons, "suffix"] = "JR"
    frame.loc[fathers, "suffix"] = "SR"


def _twins(frame: pd.DataFrame, rng: Stream) -> np.ndarray:
    """Make about 1 in 90 pairs of children of one household twins: same birth, surname and sex, other given names."""
    home, place = frame["household"].to_numpy(), frame["adult_place"].to_numpy()
    second = np.flatnonzero((place[1:] >= 3) & (home[1:] == home[:-1])) + 1
    second = second[chance(rng, np.full(len(second), 0.05))]
    second = second[np.concatenate([[True], np.diff(second) > 1])] if len(second) else second
    twin = np.full(len(frame), -1)
    twin[second], twin[second - 1] = second - 1, second
    for column in ("birth", "surname", "male", "group"):
        frame.loc[second, column] = frame[column].to_numpy()[second - 1]
    shift = np.where(frame["given"].to_numpy()[second] == frame["given"].to_numpy()[second - 1], 1, 0)
    frame.loc[second, "given"] = (frame["given"].to_numpy()[second] + shift) % 39
    return twin


def spell(people: pd.DataFrame) -> pd.DataFrame:
    """Write out the true names of people.

    Parameters
    ----------
    people : pandas.DataFrame
        Any rows of the residents.

    Returns
    -------
    pandas.DataFrame
        ``surname``, ``given_name``, ``middle_name``, ``suffix`` as text, same index.

    Examples
    --------
    >>> people = pd.DataFrame({"group": [0], "male": [True], "surname": [0], "given": [0], "middle": [1], "suffix": ["JR"]})
    >>> spell(people).iloc[0].tolist()
    ['Abbott', 'Aaron', 'Adam', 'JR']
    """
    female_names, male_names, surnames = (names.split(block) for block in (names.FEMALE, names.MALE, names.SURNAMES))

    def given(position: str) -> list[str]:
        return [
            (male_names if male else female_names)[group][at % len((male_names if male else female_names)[group])]
            for group, male, at in zip(people["group"], people["male"], people[position], strict=True)
        ]

    family = [
        surnames[group][at % len(surnames[group])] for group, at in zip(people["group"], people["surname"], strict=True)
    ]
    return pd.DataFrame(
        {
            "surname": family,
            "given_name": given("given"),
            "middle_name": given("middle"),
            "suffix": people["suffix"].to_numpy(),
        },
        index=people.index,
    )


def adults(people: pd.DataFrame, day: int, youngest: float = 18.0) -> np.ndarray:
    """Return the positions of people at least `youngest` years old on a day (days since 1970)."""
    return np.flatnonzero(day - people["birth"].to_numpy() >= youngest * 365.25)


def scatter(rng: Stream, size: int, limit: int) -> np.ndarray:
    """Draw positions below `limit` that favor none."""
    return below(rng, size, limit)
