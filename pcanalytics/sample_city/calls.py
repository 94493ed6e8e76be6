"""Calls for service: those that led to incidents, and the many that did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, chance, counts, gammas, normals, pick, stream, waits
from pcanalytics.sample_city.events import DAY, DAYS, EXTRACTED
from pcanalytics.sample_city.offenses import HABITS, HOURS, WEEKDAYS

PER_INCIDENT = 2.45


@dataclass(frozen=True)
class CallHabit:
    """What is planted about one type of call; `kinds` is the pull of each kind of address."""

    words: str
    share: float
    priority: int
    hours: str
    weekdays: str
    officer: float
    kinds: tuple[float, ...]
    minutes: float


# fmt: off
_HOME = (1, 1.8, 4, 0.2, 0, 0.3, 0.2, 0.2, 0, 0.1, 4, 0.3)
_SHOP = (0.05, 0.1, 0.3, 4, 14, 4, 3, 3, 3, 1, 4, 6)
_STREET = (0.5, 0.8, 1.2, 2, 3, 5, 3, 0.8, 0.5, 5, 3, 5)
CALLS = (
    CallHabit("TRAFFIC STOP", 19, 4, "evening", "flat", 1.0, _STREET, 12),
    CallHabit("DISTURBANCE", 13, 2, "evening", "weekend", 0.02, _HOME, 28),
    CallHabit("SUSPICIOUS PERSON", 11, 3, "night", "flat", 0.12, _STREET, 17),
    CallHabit("ALARM-BURGLAR", 9, 3, "away", "work", 0, _SHOP, 14),
    CallHabit("WELFARE CHECK", 9, 2, "day", "flat", 0.02, _HOME, 24),
    CallHabit("MEDICAL ASSIST", 7, 1, "day", "flat", 0, _HOME, 26),
    CallHabit("TRAFFIC CRASH", 8, 2, "day", "work", 0.03, _STREET, 46),
    CallHabit("NOISE COMPLAINT", 4, 4, "night", "weekend", 0, _HOME, 13),
    CallHabit("PARKING COMPLAINT", 4, 5, "day", "work", 0.15, _STREET, 14),
    CallHabit("DIRECTED PATROL", 6, 5, "evening", "flat", 1.0, _STREET, 20),
    CallHabit("SHOTS HEARD", 1.6, 1, "night", "weekend", 0, _HOME, 22),
    CallHabit("911 HANG-UP", 3, 3, "day", "flat", 0, _HOME, 12),
    CallHabit("MENTAL HEALTH", 2.6, 2, "evening", "flat", 0.01, _HOME, 52),
    CallHabit("ANIMAL COMPLAINT", 1.8, 5, "day", "flat", 0, _HOME, 18),
    CallHabit("FOLLOW-UP", 2, 5, "day", "work", 0.9, _HOME, 25),
)
# fmt: on


OUTCOMES = ("REPORT TAKEN", "NO REPORT", "GONE ON ARRIVAL", "WARNING", "CITATION", "CANCELED", "ASSISTED")


def make_calls(incidents: pd.DataFrame, points: pd.DataFrame, landmarks: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Make the calls of four years.

    Parameters
    ----------
    incidents : pandas.DataFrame
        The incidents, in order of time.
    points : pandas.DataFrame
        Address points.
    landmarks : pandas.DataFrame
        Named places; hospitals, shelters and stations draw many calls.
    seed : int
        The city's seed.

    Returns
    -------
    pandas.DataFrame
        In order of time: ``received``, ``dispatched``, ``arrived``, ``cleared`` (minutes with fraction; -1 where there was none),
        ``call`` (position in `CALLS`, or -1 for an offense), ``offense``, ``priority``, ``officer``, ``point``, ``incident``
        (position or -1), ``outcome``.
    """
    rng = stream(seed, "calls")
    offense = incidents["offense"].to_numpy()
    phoned = np.flatnonzero(
        chance(
            rng,
            np.array([0.12 if habit.offense in ("drugs", "dui", "weapons", "fraud") else 0.66 for habit in HABITS])[
                offense
            ],
        )
    )
    first = pd.DataFrame(
        {
            "received": incidents["reported"].to_numpy()[phoned] - 1.5 - waits(rng, len(phoned), 1.0),
            "call": -1,
            "offense": offense[phoned],
            "point": incidents["point"].to_numpy()[phoned],
            "incident": phoned,
        }
    )
    first["priority"] = np.array([1 if habit.person and habit.report_hours < 2 else 3 for habit in HABITS])[
        offense[phoned]
    ]
    first["officer"] = False
    others = _others(rng, points, landmarks, max(0, int(len(incidents) * PER_INCIDENT) - len(first)))
    frame = pd.concat([first, others], ignore_index=True)
    frame = frame[(frame["received"] >= 0) & (frame["received"] < EXTRACTED)]
    frame = frame.sort_values(["received", "point"], kind="stable", ignore_index=True)
    _times(frame, rng)
    return frame


def _others(rng: Stream, points: pd.DataFrame, landmarks: pd.DataFrame, total: int) -> pd.DataFrame:
    share = np.array([habit.share for habit in CALLS])
    day = np.arange(DAYS)
    curve = 1.0 + 0.12 * np.cos(2 * np.pi * (day - 227.0) / 365.25)
    weekday = np.array([WEEKDAYS[habit.weekdays] for habit in CALLS])[:, day % 7]
    means = share[:, None] / share.sum() * curve * weekday * total / DAYS * gammas(rng, DAYS, 40)
    number = counts(rng, means)
    call, days = (part.repeat(number.ravel()) for part in (axis.ravel() for axis in np.indices(number.shape)))
    hours = np.cumsum(np.array([HOURS[habit.hours] for habit in CALLS], dtype=float), axis=1)
    hour = (rng.random(len(call))[:, None] * hours[call][:, -1:] >= hours[call]).sum(axis=1)
    own = np.exp(1.25 * normals(rng, len(points)))
    street = np.exp(0.9 * normals(rng, int(points["street"].max()) + 1))[points["street"].to_numpy()]
    pull = (own * street).clip(max=22.0)
    named = landmarks[landmarks["point"] >= 0]
    draws = {
        "hospital": 260.0,
        "shelter": 330.0,
        "station": 70.0,
        "jail": 90.0,
        "halfway_house": 120.0,
        "transit": 170.0,
        "mall": 150.0,
        "motel": 90.0,
        "school": 45.0,
        "college": 60.0,
        "bar": 60.0,
        "court": 30.0,
        "treatment": 60.0,
        "office": 12.0,
    }
    extra = np.zeros(len(points))
    extra[named["point"].to_numpy()] = [draws[kind] for kind in named["kind"]]
    point = np.empty(len(call), dtype=np.int64)
    for row, habit in enumerate(CALLS):
        mine = call == row
        weight = np.array(habit.kinds)[points["kind"].to_numpy()] * pull + (
            extra if habit.officer < 0.5 else 0.1 * extra
        )
        point[mine] = pick(rng, int(mine.sum()), weight)
    frame = pd.DataFrame(
        {
            "received": days * DAY + (hour + rng.random(len(call))) * 60.0,
            "call": call,
            "offense": -1,
            "point": point,
            "incident": -1,
            "priority": np.array([habit.priority for habit in CALLS])[call],
        }
    )
    frame["officer"] = chance(rng, np.array([habit.officer for habit in CALLS])[call])
    return frame


def _times(frame: pd.DataFrame, rng: Stream) -> None:
    """Give dispatch, arrival and clearing; an officer's own call starts with the officer there."""
    size = len(frame)
    officer, priority = frame["officer"].to_numpy(), frame["priority"].to_numpy()
    wait = waits(rng, size, np.array([0, 1.6, 5.0, 11.0, 18.0, 24.0])[priority]) + 0.4
    drive = 1.2 + np.exp(0.45 * normals(rng, size)) * np.array([0, 4.2, 5.4, 7.0, 8.0, 8.5])[priority]
    minutes = np.array([habit.minutes for habit in CALLS])[frame["call"].to_numpy()]
    minutes = np.where(frame["call"].to_numpy() < 0, 41.0, minutes)
    stay = 2.0 + np.exp(0.6 * normals(rng, size)) * minutes * 0.85
    canceled = ~officer & (frame["incident"].to_numpy() < 0) & chance(rng, np.full(size, 0.06))
    received = frame["received"].to_numpy()
    dispatched = np.where(officer, received, received + wait)
    arrived = np.where(officer, received, dispatched + drive)
    frame["dispatched"] = dispatched
    frame["arrived"] = np.where(canceled, -1.0, arrived)
    frame["cleared"] = np.where(canceled, dispatched + 3.0, arrived + stay)
    quiet = pick(rng, size, (0, 52, 14, 6, 0, 0, 28))
    stop = pick(rng, size, (0, 8, 0, 55, 37, 0, 0))
    outcome = np.where(frame["call"].to_numpy() == 0, stop, quiet)
    frame["outcome"] = np.select([canceled, frame["incident"].to_numpy() >= 0], [5, 0], outcome)
