"""How places and times are written down: the forms an address takes on a report, dates as each system prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.addresses import Network, address_text
from pcanalytics.sample_city.chance import Stream, below, chance, pick
from pcanalytics.sample_city.events import FIRST_DAY

LONG_TYPES = {
    "ST": "STREET",
    "AVE": "AVENUE",
    "BLVD": "BOULEVARD",
    "DR": "DRIVE",
    "LN": "LANE",
    "CT": "COURT",
    "RD": "ROAD",
    "PL": "PLACE",
}
FORMS = ("plain", "unit", "block", "xx_block", "intersection", "landmark", "long_type", "no_direction", "typo", "blank")


@dataclass(frozen=True)
class Gazetteer:
    """Everything needed to write a place: each address, its street, the nearest crossing, its name if it has one."""

    points: pd.DataFrame
    address: np.ndarray
    street: np.ndarray
    bare: np.ndarray
    long: np.ndarray
    cross: np.ndarray
    node: np.ndarray
    node_xy: dict[str, tuple[float, float]]
    named: dict[int, str]


def make_gazetteer(network: Network, points: pd.DataFrame, landmarks: pd.DataFrame) -> Gazetteer:
    """Prepare the written forms of every address point.

    Parameters
    ----------
    network : Network
        Named streets.
    points : pandas.DataFrame
        Address points.
    landmarks : pandas.DataFrame
        Named places.

    Returns
    -------
    Gazetteer
        Arrays with one entry per address point.
    """
    table = network.table
    parts = list(zip(table["predirection"], table["street_name"], table["street_type"], strict=True))
    street = np.array([" ".join(filter(None, part)) for part in parts], dtype=object)
    bare = np.array([" ".join(filter(None, part[1:])) for part in parts], dtype=object)
    long = np.array(
        [" ".join(filter(None, (part[0], part[1], LONG_TYPES.get(part[2], part[2])))) for part in parts], dtype=object
    )
    at_node: dict[str, list[int]] = {}
    for place, (first, last) in enumerate(zip(table["from_node"], table["to_node"], strict=True)):
        at_node.setdefault(first, []).append(place)
        at_node.setdefault(last, []).append(place)
    cross, node = np.full(len(table), "", dtype=object), np.full(len(table), "", dtype=object)
    for place, (first, last) in enumerate(zip(table["from_node"], table["to_node"], strict=True)):
        for end in (first, last):
            others = [street[other] for other in at_node[end] if bare[other] != bare[place]]
            if others and table["numbered"].iat[place]:
                cross[place], node[place] = others[0], end
                break
    ends = {
        **dict(zip(table["from_node"], table["start"], strict=True)),
        **dict(zip(table["to_node"], table["stop"], strict=True)),
    }
    names = sorted(ends)
    x, y = plan.to_map(np.array([ends[name][0] for name in names]), np.array([ends[name][1] for name in names]))
    owner = points["street"].to_numpy()
    named = {int(point): name for point, name in zip(landmarks["point"], landmarks["name"], strict=True) if point >= 0}
    return Gazetteer(
        points,
        address_text(network, points),
        street[owner],
        bare[owner],
        long[owner],
        cross[owner],
        node[owner],
        dict(zip(names, zip(x.tolist(), y.tolist(), strict=True), strict=True)),
        named,
    )


def misspell(rng: Stream, words: np.ndarray) -> np.ndarray:
    """Make one typing error in each text: a letter dropped, doubled, changed for its neighbor, or two swapped."""
    place, sort = rng.random(len(words)), below(rng, len(words), 4)
    other = below(rng, len(words), 26)
    result = []
    for word, share, kind, letter in zip(words, place, sort, other, strict=True):
        letters = [spot for spot, character in enumerate(word) if character.isalpha()]
        if len(letters) < 3:
            result.append(word)
            continue
        spot = letters[1 + int(share * (len(letters) - 2))]
        changed = chr(ord("A" if word[spot].isupper() else "a") + int(letter))
        swap = word[: spot - 1] + word[spot] + word[spot - 1] + word[spot + 1 :]
        result.append(
            (
                word[:spot] + word[spot + 1 :],
                word[:spot] + word[spot] + word[spot:],
                word[:spot] + changed + word[spot + 1 :],
                swap,
            )[kind]
        )
    return np.array(result, dtype=object)


def write_places(
    rng: Stream, book: Gazetteer, point: np.ndarray, weights: tuple[float, ...], units: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Write addresses in the forms people use.

    Parameters
    ----------
    rng : numpy.random.Generator
        The stream.
    book : Gazetteer
        The written forms.
    point : numpy.ndarray
        Position of each true address.
    weights : tuple of float
        How common each of `FORMS` is.
    units : numpy.ndarray, optional
        Unit number of each, 0 for none; drawn where it is not given.

    Returns
    -------
    tuple of numpy.ndarray
        The text, the true place's id (address point, or crossing where the text names one), its x and y, the form.
    """
    form = pick(rng, len(point), weights)
    room = book.points["units"].to_numpy()[point]
    drawn = 1 + below(rng, len(point), np.maximum(room, 1))
    unit = drawn if units is None else units
    form = np.where((form == 1) & ((room < 2) | (unit < 1)), 0, form)
    form = np.where((form == 4) & (book.cross[point] == ""), 0, form)
    is_named = np.array([int(one) in book.named for one in point])
    form = np.where((form == 5) & ~is_named, 0, form)
    number = book.points["number"].to_numpy()[point]
    hundred = number // 100
    style = below(rng, len(point), 3)
    text = book.address[point].copy()
    for spot in np.flatnonzero(form > 0):
        here = point[spot]
        street, house, block = book.street[here], number[spot], hundred[spot]
        kind = FORMS[form[spot]]
        if kind == "unit":
            text[spot] = (
                f"{house} {street} {('APT', 'UNIT', '#')[style[spot]]}{'' if style[spot] == 2 else ' '}{unit[spot]}"
            )
        elif kind == "block":
            text[spot] = f"{block * 100} {('BLOCK', 'BLK', 'BLOCK OF')[style[spot]]} {street}"
        elif kind == "xx_block":
            text[spot] = f"{block}XX {street}"
        elif kind == "intersection":
            text[spot] = f"{street} {('/', '&', 'AND')[style[spot]]} {book.cross[here]}"
        elif kind == "landmark":
            text[spot] = book.named[int(here)]
        elif kind == "long_type":
            text[spot] = f"{house} {book.long[here]}"
        elif kind == "no_direction":
            text[spot] = f"{house} {book.bare[here]}"
        elif kind == "blank":
            text[spot] = ""
    typos = np.flatnonzero(form == FORMS.index("typo"))
    text[typos] = misspell(rng, text[typos])
    crossing = form == FORMS.index("intersection")
    place = book.points["address_point_id"].to_numpy()[point].astype(object)
    x, y = book.points["x"].to_numpy()[point].copy(), book.points["y"].to_numpy()[point].copy()
    place[crossing] = book.node[point[crossing]]
    if crossing.any():
        spots = np.array([book.node_xy[one] for one in place[crossing]])
        x[crossing], y[crossing] = spots[:, 0], spots[:, 1]
    return text, place, x, y, form


def moments(minutes: np.ndarray) -> np.ndarray:
    """Turn minutes since the first day (with fraction) into times, to the second; negative minutes are none."""
    seconds = np.floor(np.asarray(minutes, dtype=float) * 60.0).astype("timedelta64[s]")
    times = FIRST_DAY.astype("datetime64[s]") + seconds
    return np.where(np.asarray(minutes) < 0, np.datetime64("NaT", "s"), times)


def iso(times: np.ndarray, unit: Literal["D", "m", "s"] = "m", gap: str = " ") -> np.ndarray:
    """Write times as 2026-11-22 23:05, to the minute (`unit` "m") or second ("s"); none is an empty text."""
    if not len(times):
        return np.array([], dtype=object)
    text = np.datetime_as_string(times.astype("datetime64[s]"), unit=unit)
    return np.where(np.isnat(times), "", np.char.replace(text, "T", gap)).astype(object)


def american(times: np.ndarray, clock: str = "24", seconds: bool = False) -> np.ndarray:
    """Write times as 11/22/2026 23:05, or with `clock` "12" as 11/22/2026 11:05:00 PM, or with "" without the time of day."""
    if not len(times):
        return np.array([], dtype=object)
    text = np.datetime_as_string(times.astype("datetime64[s]"), unit="s")
    cut = text.astype("U19").view("U1").reshape(len(text), 19)

    def part(start: int, stop: int) -> np.ndarray:
        return np.ascontiguousarray(cut[:, start:stop]).view(f"U{stop - start}").ravel()

    day = _join(part(5, 7), "/", part(8, 10), "/", part(0, 4))
    if clock == "":
        result = day
    elif clock == "24":
        result = _join(day, " ", part(11, 19) if seconds else part(11, 16))
    else:
        hour = np.where(np.isnat(times), 0, times.astype("datetime64[h]").astype(np.int64) % 24)
        twelve = np.char.zfill(((hour + 11) % 12 + 1).astype(str), 2)
        result = _join(day, " ", twelve, ":", part(14, 19), np.where(hour < 12, " AM", " PM"))
    return np.where(np.isnat(times), "", result).astype(object)


def _join(*parts: Any) -> np.ndarray:
    total = parts[0]
    for more in parts[1:]:
        total = np.char.add(total, more)
    return total


def some(rng: Stream, size: int, share: float) -> np.ndarray:
    """Mark about `share` of `size` rows."""
    return chance(rng, np.full(size, share))
