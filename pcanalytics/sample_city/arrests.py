"""Arrests, tied to incidents; charges and what courts decide; field interviews and stops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, below, chance, pick, stream, waits
from pcanalytics.sample_city.events import DAY, DAYS, EXTRACTED
from pcanalytics.sample_city.lives import Lives
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.traits import DAY_ZERO, arrest_weights

PER_INCIDENT = 0.2
FELONIES = (
    "homicide",
    "negligent_manslaughter",
    "rape",
    "other_sex_offense",
    "kidnapping",
    "robbery",
    "aggravated_assault",
    "burglary",
    "motor_vehicle_theft",
    "arson",
    "weapons",
)
SEVERITIES = ("felony", "misdemeanor", "infraction")
DISPOSITIONS = ("convicted", "dismissed", "acquitted", "diverted", "deferred")


def make_arrests(
    residents: pd.DataFrame, points: pd.DataFrame, incidents: pd.DataFrame, lives: Lives, seed: int
) -> pd.DataFrame:
    """Make the arrests of four years, of supervised people and of others, and clear the incidents they belong to.

    Parameters
    ----------
    residents, points, incidents : pandas.DataFrame
        The city; `incidents` gets the columns ``clearance`` and ``cleared``.
    lives : Lives
        What happened to the supervised.
    seed : int
        The city's seed.

    Returns
    -------
    pandas.DataFrame
        In order of time: ``person`` (position among residents), ``row`` (position in ``lives.people`` or -1), ``index`` (the arrest
        that led to supervision), ``at`` (minute), ``incident`` (position or -1), ``offense``, ``warrant``, ``point``, ``age``.
    """
    rng = stream(seed, "arrests")
    known = lives.arrests[(lives.arrests["day"] >= 0) & (lives.arrests["day"] < DAYS)]
    others = _others(residents, points, lives, rng, max(0, round(len(incidents) * PER_INCIDENT) - len(known)))
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "person": lives.people["person"].to_numpy()[known["row"]],
                    "row": known["row"].to_numpy(),
                    "index": known["index"].to_numpy(),
                    "day": known["day"].to_numpy(),
                }
            ),
            others,
        ],
        ignore_index=True,
    )
    frame["incident"] = _find_incidents(frame, residents, points, incidents, rng)
    linked = frame["incident"].to_numpy() >= 0
    spot = frame["incident"].to_numpy().clip(0)
    happened = incidents["at"].to_numpy()[spot]
    same_day = happened // DAY == frame["day"].to_numpy()
    soon = happened + 12 + np.floor(waits(rng, len(frame), 75.0)).astype(np.int64)
    later = frame["day"].to_numpy() * DAY + 360 + below(rng, len(frame), 1000)
    frame["at"] = np.where(linked & same_day, soon, later)
    frame["offense"] = np.where(linked, incidents["offense"].to_numpy()[spot], OFFENSE["other"])
    frame["warrant"] = ~linked | (~same_day & chance(rng, np.full(len(frame), 0.3)))
    home = residents["point"].to_numpy()[frame["person"]]
    anywhere = below(rng, len(frame), len(points))
    frame["point"] = np.where(
        linked & same_day, incidents["point"].to_numpy()[spot], np.where(rng.random(len(frame)) < 0.5, home, anywhere)
    )
    frame["age"] = np.floor((DAY_ZERO + frame["day"] - residents["birth"].to_numpy()[frame["person"]]) / 365.25).astype(
        int
    )
    frame = frame.sort_values(["at", "person"], kind="stable", ignore_index=True)
    _clear(incidents, frame)
    return frame


def _others(residents: pd.DataFrame, points: pd.DataFrame, lives: Lives, rng: Stream, number: int) -> pd.DataFrame:
    weights = arrest_weights(residents, points, rng)
    weights[lives.people["person"].to_numpy()] = 0.0
    person = pick(rng, number * 2 + 10, weights)
    day = below(rng, len(person), DAYS)
    age = (DAY_ZERO + day - residents["birth"].to_numpy()[person]) / 365.25
    good = np.flatnonzero(age >= 12)[:number]
    return pd.DataFrame({"person": person[good], "row": -1, "index": 0, "day": day[good]})


def _find_incidents(
    frame: pd.DataFrame, residents: pd.DataFrame, points: pd.DataFrame, incidents: pd.DataFrame, rng: Stream
) -> np.ndarray:
    """Find for each arrest an incident of that day or a little earlier: one often cleared, near the person's home."""
    size = len(frame)
    day = incidents["at"].to_numpy() // DAY
    first = np.searchsorted(day, np.arange(DAYS + 1))
    lag = np.select(
        [rng.random(size) < 0.62, rng.random(size) < 0.5], [0, 1 + below(rng, size, 3)], 4 + below(rng, size, 26)
    )
    goal = (frame["day"].to_numpy() - lag).clip(0)
    number = first[goal + 1] - first[goal]
    home = residents["point"].to_numpy()[frame["person"]]
    cleared = np.array([habit.cleared for habit in HABITS])
    best, best_score = np.full(size, -1), np.full(size, -np.inf)
    x, y = points["x"].to_numpy(), points["y"].to_numpy()
    for _ in range(7):
        candidate = np.minimum(first[goal] + np.floor(rng.random(size) * number).astype(np.int64), len(incidents) - 1)
        spot = incidents["point"].to_numpy()[candidate]
        away = np.hypot(x[spot] - x[home], y[spot] - y[home])
        pull = cleared[incidents["offense"].to_numpy()[candidate]] * np.exp(-away / 2500.0)
        score = np.log1p(-rng.random(size)) / pull
        better = (score > best_score) & (number > 0)
        best, best_score = np.where(better, candidate, best), np.where(better, score, best_score)
    return np.where(chance(rng, np.full(size, 0.83)), best, -1)


def _clear(incidents: pd.DataFrame, arrests: pd.DataFrame) -> None:
    linked = arrests[arrests["incident"] >= 0].drop_duplicates("incident", keep="first")
    clearance = np.full(len(incidents), "O", dtype=object)
    cleared = np.full(len(incidents), -1, dtype=np.int64)
    spot = linked["incident"].to_numpy()
    clearance[spot], cleared[spot] = "A", linked["at"].to_numpy()
    incidents["clearance"], incidents["cleared"] = clearance, cleared


def make_charges(arrests: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Charge the arrested: one to three charges, a docket number, and later a disposition for most.

    Returns
    -------
    pandas.DataFrame
        ``arrest`` (position), ``serial``, ``offense``, ``severity``, ``filed`` (day), ``docket``, ``statute``, ``disposition``
        (position in `DISPOSITIONS`, -1 while pending), ``disposed`` (day, -1), ``sentence_days`` (-1 for none).
    """
    rng = stream(seed, "charges")
    more = pick(rng, len(arrests), (0.66, 0.24, 0.10))
    arrest = np.repeat(np.arange(len(arrests)), more + 1)
    size = len(arrest)
    serial = np.arange(size) - np.searchsorted(arrest, arrest) + 1
    extra = np.array(
        [
            OFFENSE[name]
            for name in ("disorderly_conduct", "drugs", "trespass", "stolen_property", "vandalism", "weapons")
        ]
    )
    offense = np.where(serial == 1, arrests["offense"].to_numpy()[arrest], extra[below(rng, size, len(extra))])
    felony = np.isin(offense, [OFFENSE[name] for name in FELONIES]) & (rng.random(size) < 0.8)
    severity = np.where(
        felony | ((offense == OFFENSE["drugs"]) & (rng.random(size) < 0.35)), 0, np.where(rng.random(size) < 0.07, 2, 1)
    )
    filed = arrests["at"].to_numpy()[arrest] // DAY + 1 + below(rng, size, 6)
    serials = 40_000 + np.arange(len(arrests)) // 2
    letter = np.array(["C", "D", "E"], dtype=object)[below(rng, len(arrests), 3)]
    docket = np.array(
        [
            f"{number}{mark}{division}"
            for number, mark, division in zip(serials, letter, 1 + below(rng, len(arrests), 6), strict=True)
        ],
        dtype=object,
    )[arrest]
    short = np.flatnonzero(serial == 1)[:6]
    docket[short] = [f"{place}E{place + 4}" for place in range(1, len(short) + 1)]
    statute = np.array(
        [f"AFC {int(habit.code[:2])}-{100 + place * 7}" for place, habit in enumerate(HABITS)], dtype=object
    )[offense]
    wait = 18 + np.floor(waits(rng, size, 110.0)).astype(np.int64)
    decided = (filed + wait < DAYS - 1) & chance(rng, np.full(size, 0.93))
    result = pick(rng, size, (0.52, 0.31, 0.03, 0.06, 0.08))
    time = np.where(severity == 0, 30 + below(rng, size, 1100), below(rng, size, 90))
    served = decided & (result == 0) & (severity < 2) & (rng.random(size) < 0.6)
    return pd.DataFrame(
        {
            "arrest": arrest,
            "serial": serial,
            "offense": offense,
            "severity": severity,
            "filed": filed,
            "docket": docket,
            "statute": statute,
            "disposition": np.where(decided, result, -1),
            "disposed": np.where(decided, filed + wait, -1),
            "sentence_days": np.where(served, time, -1),
        }
    )


def make_contacts(
    residents: pd.DataFrame, points: pd.DataFrame, arrests: pd.DataFrame, incidents: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make field interviews and stops; people who are arrested are met more often than others.

    Returns
    -------
    tuple of pandas.DataFrame
        Interviews and stops, in order of time: ``person``, ``at``, ``point``, ``age``, and for stops ``kind``, ``searched``, ``result``.
    """
    rng = stream(seed, "contacts")
    weights = arrest_weights(residents, points, rng) ** 0.8
    weights = weights + np.bincount(arrests["person"], minlength=len(residents)) * 6.0
    driving = np.where((DAY_ZERO - residents["birth"].to_numpy()) > 14 * 365.25, 0.12, 0.0)
    frames = []
    for number, pull in ((round(incidents * 0.06), weights), (round(incidents * 0.13), weights + driving)):
        person = pick(rng, number * 2, pull)
        at = (
            np.floor(rng.random(len(person)) * DAYS).astype(np.int64) * DAY
            + (600 + np.floor(rng.random(len(person)) * 1080).astype(np.int64)) % DAY
        )
        age = np.floor((DAY_ZERO + at // DAY - residents["birth"].to_numpy()[person]) / 365.25).astype(int)
        good = np.flatnonzero((age >= 12) & (at < EXTRACTED - 2 * DAY))[:number]
        near = residents["point"].to_numpy()[person[good]]
        point = np.where(rng.random(len(good)) < 0.25, near, below(rng, len(good), len(points)))
        frame = pd.DataFrame({"person": person[good], "at": at[good], "point": point, "age": age[good]})
        frame["kind"] = pick(rng, len(frame), (0.82, 0.13, 0.03, 0.02))
        frame["searched"] = chance(rng, np.where(frame["kind"] == 0, 0.05, 0.24))
        frame["result"] = pick(rng, len(frame), (0.46, 0.38, 0.04, 0.12))
        frames.append(frame.sort_values(["at", "person"], kind="stable", ignore_index=True))
    return frames[0], frames[1]
