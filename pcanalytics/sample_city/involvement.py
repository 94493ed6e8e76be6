"""Who was what in an incident, and the record of a person written each time police took a name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.chance import Stream, below, chance, normals, pick, stream
from pcanalytics.sample_city.events import DAY
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.traits import DAY_ZERO
from pcanalytics.sample_city.writing import Gazetteer, some, write_places

HOME_FORMS = (0.86, 0.08, 0.0, 0.0, 0.0, 0.0, 0.02, 0.02, 0.012, 0.008)


ROLES = {"V": "victim", "S": "suspect", "A": "arrestee", "W": "witness", "RP": "reporting_party", "O": "other"}


GANGS = ("LANTERN ROW", "QUARRY BOYS", "12TH AVE", "ROPEWALK", "NORTH BANK")


#: Minutes from taking a name to having it in the records system.
TYPING = 8 * 60
INJURIES = ("NONE", "MINOR", "MINOR", "SERIOUS", "UNKNOWN")


def involve(
    residents: pd.DataFrame, points: pd.DataFrame, incidents: pd.DataFrame, arrests: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Say who was what in each incident.

    Returns
    -------
    pandas.DataFrame
        ``incident``, ``person`` (position among residents, or -1 for a business or someone unnamed), ``role``, ``age``, ``injury``.
    """
    rng = stream(seed, "involvement")
    offense, point = incidents["offense"].to_numpy(), incidents["point"].to_numpy()
    person_crime = np.array([habit.person for habit in HABITS])[offense]
    society = np.isin(
        offense,
        [
            OFFENSE[name]
            for name in ("drugs", "weapons", "dui", "disorderly_conduct", "trespass", "other", "stolen_property")
        ],
    )
    number = np.where(society, 0, np.where(person_crime, 1 + pick(rng, len(offense), (0.86, 0.11, 0.03)), 1))
    which = np.repeat(np.arange(len(offense)), number)
    person = _near(residents, points, point[which], rng)
    business = (
        ~person_crime[which]
        & ~np.isin(points["kind"].to_numpy()[point[which]], (0, 1, 2))
        & (rng.random(len(which)) < 0.75)
    )
    unnamed = business | chance(rng, np.where(person_crime[which], 0.08, 0.62))
    parts = [pd.DataFrame({"incident": which, "person": np.where(unnamed, -1, person), "role": "V"})]
    linked = arrests[arrests["incident"] >= 0].drop_duplicates(["incident", "person"])
    parts.append(
        pd.DataFrame({"incident": linked["incident"].to_numpy(), "person": linked["person"].to_numpy(), "role": "A"})
    )
    chancy = np.bincount(arrests["person"], minlength=len(residents)).astype(float)
    for role, share, pool in (("S", 0.075, chancy + 0.02), ("W", 0.035, None), ("RP", 0.06, None)):
        chosen = np.flatnonzero(
            some(rng, len(offense), share) & ~((role == "S") & (incidents["clearance"].to_numpy() == "A"))
        )
        who = pick(rng, len(chosen), pool) if pool is not None else _near(residents, points, point[chosen], rng)
        parts.append(pd.DataFrame({"incident": chosen, "person": who, "role": role}))
    frame = pd.concat(parts, ignore_index=True)
    order = np.array([list(ROLES).index(role) for role in frame["role"]])
    frame = frame.iloc[np.lexsort((order, frame["incident"]))].reset_index(drop=True)
    day = incidents["at"].to_numpy()[frame["incident"]] // DAY
    age = np.floor((DAY_ZERO + day - residents["birth"].to_numpy()[frame["person"].clip(0)]) / 365.25).astype(int)
    young = (frame["person"].to_numpy() >= 0) & (age < 11)
    frame["person"] = np.where(young, -1, frame["person"])
    frame["age"] = np.where(frame["person"] >= 0, age, -1)
    hurt = (frame["role"] == "V").to_numpy() & np.array([habit.person for habit in HABITS])[offense[frame["incident"]]]
    frame["injury"] = np.where(hurt, np.array(INJURIES, dtype=object)[below(rng, len(frame), len(INJURIES))], "")
    return frame


def _near(residents: pd.DataFrame, points: pd.DataFrame, point: np.ndarray, rng: Stream) -> np.ndarray:
    """Draw residents of the addresses, or of the nearest ones in the order of the streets."""
    order = np.argsort(residents["point"].to_numpy(), kind="stable")
    homes = residents["point"].to_numpy()[order]
    spread = np.where(rng.random(len(point)) < 0.55, 0, np.rint(400 * normals(rng, len(point)))).astype(np.int64)
    spot = np.searchsorted(homes, point) + spread + below(rng, len(point), 2)
    return order[spot.clip(0, len(order) - 1)]


def name_records(
    residents: pd.DataFrame,
    book: Gazetteer,
    incidents: pd.DataFrame,
    involved: pd.DataFrame,
    arrests: pd.DataFrame,
    interviews: pd.DataFrame,
    stops: pd.DataFrame,
    members: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """Write one record of a person for each time police took a name; `involved`, `arrests` and so on
    get a ``record`` column; `members` marks the residents who are in a gang.

    Returns
    -------
    pandas.DataFrame
        The records as written, with ``person`` (who it truly is), ``at`` (minute) and ``source``.
    """
    rng = stream(seed, "police people")
    sources = []
    for name, frame, when, habit in (
        ("arrest", arrests, "at", dirt.POLICE),
        ("interview", interviews, "at", dirt.POLICE),
        ("stop", stops, "at", dirt.POLICE),
        ("incident", involved, None, dirt.CITIZEN),
    ):
        at = frame[when].to_numpy() if when else incidents["reported"].to_numpy()[frame["incident"]]
        keep = frame["person"].to_numpy() >= 0
        if name == "incident":
            keep &= (frame["role"] != "A").to_numpy()
        if name == "stop":
            keep &= some(rng, len(frame), 0.6)
        rows = np.flatnonzero(keep)
        sources.append(
            pd.DataFrame(
                {
                    "source": name,
                    "row": rows,
                    "person": frame["person"].to_numpy()[rows],
                    "at": at[rows],
                    "citizen": habit is dirt.CITIZEN,
                }
            )
        )
    records = pd.concat(sources, ignore_index=True).sort_values(
        ["at", "source", "row"], kind="stable", ignore_index=True
    )
    first_arrest = np.full(len(residents), 1 << 40)
    np.minimum.at(first_arrest, arrests["person"].to_numpy(), arrests["at"].to_numpy())
    printed = first_arrest[records["person"]] <= records["at"].to_numpy()
    parts = []
    for citizen, habits in ((False, dirt.POLICE), (True, dirt.CITIZEN)):
        mine = np.flatnonzero(records["citizen"].to_numpy() == citizen)
        parts.append(
            dirt.record(residents, records["person"].to_numpy()[mine], rng, habits, printed[mine]).set_index(mine)
        )
    records = pd.concat([records, pd.concat(parts).sort_index()], axis=1)
    records["number"] = [f"N{place:07d}" for place in range(1, len(records) + 1)]
    records["local_id"] = _master_index(records["person"].to_numpy(), rng)
    moved = some(rng, len(records), 0.16)
    point = np.where(
        moved, below(rng, len(records), len(book.points)), residents["point"].to_numpy()[records["person"]]
    )
    records["address"], *_ = write_places(
        rng, book, point, HOME_FORMS, np.where(moved, 0, residents["unit"].to_numpy()[records["person"]])
    )
    gang = (records["source"] != "incident").to_numpy() & chance(rng, np.where(members[records["person"]], 0.55, 0.006))
    records["gang"] = np.where(
        gang,
        np.array(GANGS, dtype=object)[records["person"].to_numpy() % len(GANGS)],
        np.where((records["source"] == "arrest").to_numpy() & some(rng, len(records), 0.06), "None", ""),
    )
    for name, frame in (("arrest", arrests), ("interview", interviews), ("stop", stops), ("incident", involved)):
        mine = records[records["source"] == name]
        frame["record"] = ""
        frame.loc[mine["row"].to_numpy(), "record"] = mine["number"].to_numpy()
    by_pair = {
        (incident, person): number
        for incident, person, number in zip(arrests["incident"], arrests["person"], arrests["record"], strict=True)
    }
    arrested = (involved["role"] == "A").to_numpy()
    involved.loc[arrested, "record"] = [
        by_pair[pair] for pair in zip(involved["incident"][arrested], involved["person"][arrested], strict=True)
    ]
    return records


def _master_index(person: np.ndarray, rng: Stream) -> np.ndarray:
    """Give each person a number of the master name index; now and then the clerk does not find it and makes another."""
    size = len(person)
    again = some(rng, size, 0.07)
    order = np.argsort(person, kind="stable")
    start = np.concatenate([[True], np.diff(person[order]) > 0])
    fresh = start | again[order]
    serial = np.empty(size, dtype=np.int64)
    serial[order] = np.cumsum(fresh)
    return np.array([f"M{number:06d}" for number in serial], dtype=object)
