"""The records system's extracts of incidents and their offenses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.chance import Stream, below, chance, pick, stream, waits
from pcanalytics.sample_city.events import DAY, EXTRACTED, FIRST_DAY
from pcanalytics.sample_city.offenses import ALIASES, HABITS, OFFENSE, SECOND
from pcanalytics.sample_city.writing import Gazetteer, some, write_places

AGENCY = "AFPD"
ADDRESS_FORMS = (0.80, 0.045, 0.04, 0.01, 0.055, 0.5, 0.012, 0.012, 0.010, 0.004)
LOCATION_TYPES = (
    "RESIDENCE-SINGLE",
    "RESIDENCE-MULTI",
    "RESIDENCE-MULTI",
    "STORE",
    "GROCERY",
    "BAR",
    "RESTAURANT",
    "OFFICE",
    "INDUSTRIAL",
    "PARKING LOT",
    "HOTEL/MOTEL",
    "GAS STATION",
    "STREET",
)
CLEARANCES = {
    "O": "open",
    "A": "arrest",
    "ED": "exceptional_death",
    "EP": "exceptional_prosecution_declined",
    "EX": "exceptional_extradition_denied",
    "EV": "exceptional_victim_refused",
    "EJ": "exceptional_juvenile",
    "U": "unfounded",
}
WEAPONS = ("HANDGUN", "FIREARM", "KNIFE", "BLUNT OBJECT", "HANDS/FEET", "OTHER", "UNKNOWN")
DISTRICT_CODES = {f"D{place}": name for place, name in enumerate(plan.DISTRICTS, start=1)}
OFFENSE_CODES = {
    code: habit.offense for habit in HABITS for code, _ in ((habit.code, ""), *ALIASES.get(habit.offense, ()))
}


def beat_names(beat: np.ndarray, minute: np.ndarray, stubborn: np.ndarray) -> np.ndarray:
    """Name the beat as it was called at the time; some officers go on using the old name."""
    old, new, since = plan.RENAMED_BEAT
    names = np.array([f"{place:03d}" for place in range(1, 25)], dtype=object)[beat]
    later = minute >= (np.datetime64(since) - FIRST_DAY).astype(np.int64) * DAY
    return np.where((names == old) & later & ~stubborn, new, names)


def number_incidents(incidents: pd.DataFrame, seed: int) -> None:
    """Give incident numbers in the order of reporting, and the places as written (columns ``number``, ``text``, ``place``, ...)."""
    order = np.argsort(incidents["reported"].to_numpy(), kind="stable")
    year = (
        FIRST_DAY.astype("datetime64[m]") + incidents["reported"].to_numpy()[order].astype("timedelta64[m]")
    ).astype("datetime64[Y]")
    year = year.astype(np.int64) % 100 + 70
    first = np.searchsorted(year, year)
    serial = np.arange(len(order)) - first + 1
    number = np.empty(len(order), dtype=object)
    number[order] = [f"AF{which % 100:02d}-{count:06d}" for which, count in zip(year, serial, strict=True)]
    incidents["number"] = number


def write_incident_places(incidents: pd.DataFrame, book: Gazetteer, seed: int) -> None:
    """Write where each incident happened, keeping the true place."""
    rng = stream(seed, "incident places")
    text, place, x, y, form = write_places(rng, book, incidents["point"].to_numpy(), ADDRESS_FORMS)
    incidents["text"], incidents["place"], incidents["x"], incidents["y"], incidents["form"] = text, place, x, y, form


def decide_unarrested(incidents: pd.DataFrame, seed: int) -> None:
    """Clear a few incidents exceptionally or as unfounded; `cleared` is the minute, `clearance` the code."""
    rng = stream(seed, "clearance")
    size = len(incidents)
    if "clearance" not in incidents:
        incidents["clearance"], incidents["cleared"] = "O", -1
    open_ = incidents["clearance"].to_numpy() == "O"
    exceptional = open_ & chance(rng, 0.006 * np.array([habit.cleared for habit in HABITS])[incidents["offense"]])
    unfounded = open_ & ~exceptional & some(rng, size, 0.013)
    code = np.array(["ED", "EP", "EX", "EV", "EJ"], dtype=object)[pick(rng, size, (1, 6, 0.3, 10, 3))]
    when = incidents["entered"].to_numpy() + DAY + np.floor(waits(rng, size, 18.0 * DAY)).astype(np.int64)
    in_time = when < EXTRACTED
    for mask, value in ((exceptional & in_time, code), (unfounded & in_time, np.full(size, "U", dtype=object))):
        incidents["clearance"] = np.where(mask, value, incidents["clearance"])
        incidents["cleared"] = np.where(mask, when, incidents["cleared"])


def make_offenses(incidents: pd.DataFrame, seed: int) -> pd.DataFrame:
    """List the offenses of each incident, and the counts taken back later.

    Parameters
    ----------
    incidents : pandas.DataFrame
        Incidents with their numbers and clearance.
    seed : int
        The city's seed.

    Returns
    -------
    pandas.DataFrame
        One row per count: ``incident`` (position), ``serial``, ``offense``, ``code``, ``attempted``, ``count``, ``weapon``,
        ``entered`` (minute), ``offense_id``; reclassified offenses have a -1 row and a new +1 row.
    """
    rng = stream(seed, "offenses")
    primary = incidents["offense"].to_numpy()
    parts = [pd.DataFrame({"incident": np.arange(len(incidents)), "offense": primary, "serial": 1})]
    for name, companions in SECOND.items():
        mine = np.flatnonzero(primary == OFFENSE[name])
        for serial, (other, share) in enumerate(companions, start=2):
            chosen = mine[some(rng, len(mine), share)]
            parts.append(pd.DataFrame({"incident": chosen, "offense": OFFENSE[other], "serial": serial}))
    frame = pd.concat(parts, ignore_index=True).sort_values(["incident", "serial"], kind="stable", ignore_index=True)
    size = len(frame)
    frame["serial"] = np.arange(size) - np.searchsorted(frame["incident"].to_numpy(), frame["incident"].to_numpy()) + 1
    frame["attempted"] = chance(rng, np.array([habit.attempted for habit in HABITS])[frame["offense"]])
    frame["count"] = 1
    frame["entered"] = incidents["entered"].to_numpy()[frame["incident"]]
    frame["weapon"] = _weapons(frame["offense"].to_numpy(), rng)
    frame = _taken_back(frame, incidents, rng)
    frame["code"] = _codes(frame["offense"].to_numpy(), rng)
    back = frame["count"].to_numpy() < 0
    frame.loc[back, "code"] = frame["code"].to_numpy()[frame["of"].to_numpy()[back]]
    frame["offense_id"] = incidents["number"].to_numpy()[frame["incident"]] + [
        f"-{serial:02d}" for serial in frame["serial"]
    ]
    return frame


def _weapons(offense: np.ndarray, rng: Stream) -> np.ndarray:
    armed = np.isin(offense, [OFFENSE[name] for name in ("homicide", "robbery", "aggravated_assault", "weapons")])
    drawn = np.array(WEAPONS, dtype=object)[pick(rng, len(offense), (30, 6, 18, 12, 22, 6, 6))]
    return np.where(armed, drawn, "")


def _codes(offense: np.ndarray, rng: Stream) -> np.ndarray:
    choices = [(habit.code, *(code for code, _ in ALIASES.get(habit.offense, ()))) for habit in HABITS]
    which = below(rng, len(offense), np.array([len(choice) for choice in choices])[offense])
    return np.array([choices[kind][at] for kind, at in zip(offense, which, strict=True)], dtype=object)


def _taken_back(frame: pd.DataFrame, incidents: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Take back the counts of unfounded incidents and of reclassified offenses, and count the latter anew."""
    frame["of"] = -1
    unfounded = np.flatnonzero(incidents["clearance"].to_numpy()[frame["incident"]] == "U")
    gone = frame.iloc[unfounded].assign(
        count=-1, of=unfounded, entered=incidents["cleared"].to_numpy()[frame["incident"].iloc[unfounded]]
    )
    new_offense = {
        OFFENSE["burglary"]: OFFENSE["trespass"],
        OFFENSE["robbery"]: OFFENSE["larceny"],
        OFFENSE["larceny"]: OFFENSE["theft_from_vehicle"],
        OFFENSE["simple_assault"]: OFFENSE["aggravated_assault"],
        OFFENSE["aggravated_assault"]: OFFENSE["simple_assault"],
        OFFENSE["motor_vehicle_theft"]: OFFENSE["fraud"],
    }
    movable = np.isin(frame["offense"], list(new_offense)) & (
        incidents["clearance"].to_numpy()[frame["incident"]] != "U"
    )
    moved = np.flatnonzero(movable & some(rng, len(frame), 0.009))
    when = frame["entered"].to_numpy()[moved] + 300 + np.floor(waits(rng, len(moved), 12.0 * DAY)).astype(np.int64)
    moved, when = moved[when < EXTRACTED], when[when < EXTRACTED]
    back = frame.iloc[moved].assign(count=-1, of=moved, entered=when)
    anew = frame.iloc[moved].assign(entered=when, offense=frame["offense"].iloc[moved].map(new_offense).to_numpy())
    whole = pd.concat([frame, gone, back, anew], ignore_index=True)
    extra = whole.iloc[len(frame) :]
    used = frame.groupby("incident")["serial"].max()
    order = extra.groupby("incident").cumcount() + 1
    whole.loc[extra.index, "serial"] = used.reindex(extra["incident"]).to_numpy() + order.to_numpy()
    return whole
