"""Millions of person records from the made-up city's own generator, for benchmarks of linkage.

The whole city with millions of records would take an hour and most of a machine; who is recorded is drawn here as often as
the city records people, and everything written about a person (names, births, numbers, looks, addresses, and every
kind of dirt in them) comes from the city's own functions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.addresses import address_text, name_streets, place_addresses
from pcanalytics.sample_city.chance import Stream, below, chance, stream, waits
from pcanalytics.sample_city.involvement import HOME_FORMS
from pcanalytics.sample_city.landmarks import place_landmarks
from pcanalytics.sample_city.people import RACES, make_residents, spell
from pcanalytics.sample_city.streets import lay_streets
from pcanalytics.sample_city.writing import Gazetteer, make_gazetteer, some, write_places

#: Of the city's records: the share that police wrote, of those the share that a citizen told, the agencies of the others.
POLICE, CITIZENS, AGENCIES = 0.78, 0.61, {"SCJ": 0.53, "SCCC": 0.33, "DOC": 0.14}

#: Days since 1970: those born later are not on record.
BORN_BEFORE = 15_700


def many_people(records: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write down people.

    Parameters
    ----------
    records : int
        How many person records.
    seed : int
        The same seed and size give the same records.

    Returns
    -------
    tuple of pandas.DataFrame
        Person records as linkage takes them, with ``true_person``; and the other names of some of them.
    """
    network = name_streets(lay_streets(seed), seed)
    points = place_addresses(network, seed)
    book = make_gazetteer(network, points, place_landmarks(points, address_text(network, points)))
    residents = make_residents(points, seed, records)
    rng = stream(seed, "many people")
    police = int(records * POLICE)
    citizens = int(police * CITIZENS)
    known = np.flatnonzero(residents["birth"].to_numpy() < BORN_BEFORE)
    often = np.cumsum(waits(rng, len(known), 1.0))
    who = known[np.searchsorted(often, rng.random(police) * often[-1]).clip(0, len(known) - 1)]
    parts = [
        _written(residents, book, who[:citizens], rng, dirt.CITIZEN, "police"),
        _written(residents, book, who[citizens:], rng, dirt.POLICE, "police"),
    ]
    supervised = _some_of(np.unique(who[citizens:]), records // 6, rng)
    for agency, share in AGENCIES.items():
        mine = _some_of(supervised, int((records - police) * share * 0.989), rng)
        again = _some_of(mine, int((records - police) * share) - len(mine), rng)
        habits = dirt.POLICE if agency == "SCJ" else dirt.CORRECTIONS
        parts.append(_written(residents, book, np.concatenate([mine, again]), rng, habits, agency))
    people = pd.concat(parts, ignore_index=True)
    people = people.iloc[rng.permutation(len(people))].reset_index(drop=True)
    number = (people.groupby("source").cumcount() + 1).astype(str).str.zfill(8)
    people.insert(0, "record_key", people["source"] + "|" + np.where(people["side"] == "left", "N", "") + number)
    people["person_number"] = np.where(people["side"] == "right", people["record_key"].str.split("|").str[1], None)
    return people, _other_names(people, residents, rng)


def _some_of(people: np.ndarray, size: int, rng: Stream) -> np.ndarray:
    return people[np.argsort(rng.random(len(people)), kind="stable")[:size]]


def _written(
    residents: pd.DataFrame, book: Gazetteer, who: np.ndarray, rng: Stream, habits: dirt.Habits, source: str
) -> pd.DataFrame:
    """Write records of one system."""
    size = len(who)
    text = dirt.record(residents, who, rng, habits, chance(rng, np.full(size, 0.75)))
    moved = some(rng, size, 0.16)
    point = np.where(moved, below(rng, size, len(book.points)), residents["point"].to_numpy()[who])
    unit = np.where(moved, 0, residents["unit"].to_numpy()[who])
    birth = text["birth"].to_numpy().astype("datetime64[D]").astype(str).astype(object)
    told = habits is dirt.CITIZEN
    local = np.char.add("M", np.where(some(rng, size, 0.07), len(residents) + np.arange(size), who).astype(str))
    days = np.datetime64("2022-11-28") + below(rng, size, 1450).astype("timedelta64[D]")
    out = pd.DataFrame(
        {
            "side": "left" if source == "police" else "right",
            "source": source,
            "known_at": days.astype("datetime64[s]"),
            **{name: text[name].to_numpy() for name in ("given_name", "middle_name", "surname", "suffix")},
            "birth_date": np.where(text["birth_known"], birth, None),
            "sex": np.where(text["male"], "M", "F"),
            "race": dirt.race_words(text["race"].to_numpy(), {race: race for race in RACES}),
            "ethnicity": np.where(text["race"].to_numpy() == 2, "hispanic", "not_hispanic"),
            "sid": text["sid"].to_numpy(),
            "fbi_number": text["fbi_number"].to_numpy(),
            "local_id": local.astype(object) if source == "police" else None,
            "height_cm": text["height_cm"].to_numpy().astype(float),
            "weight_kg": text["weight_kg"].to_numpy().astype(float),
            "eye_color": text["eye_color"].to_numpy(),
            "hair_color": text["hair_color"].to_numpy(),
            "address": write_places(rng, book, point, HOME_FORMS, unit)[0],
            "true_person": who,
        }
    )
    if told:
        out[["height_cm", "weight_kg"]], out[["eye_color", "hair_color"]] = np.nan, None
    return out


def _other_names(people: pd.DataFrame, residents: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Give one record in thirty another name, mostly a maiden name."""
    chosen = np.flatnonzero(some(rng, len(people), 0.033))
    true = residents.iloc[people["true_person"].to_numpy()[chosen]].reset_index(drop=True)
    maiden = residents["surname"].to_numpy()[below(rng, len(chosen), len(residents))]
    text = spell(true.assign(surname=np.where(rng.random(len(chosen)) < 0.3, true["surname"], maiden)))
    return pd.DataFrame(
        {
            "record_key": people["record_key"].to_numpy()[chosen],
            "given_name": text["given_name"].str.upper().to_numpy(),
            "surname": text["surname"].str.upper().to_numpy(),
            "birth_date": true["birth"].to_numpy().astype("datetime64[D]").astype(str).astype(object),
        }
    )
