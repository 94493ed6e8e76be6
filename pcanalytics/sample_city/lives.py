"""Lives under supervision: who is supervised, when, and what then happens, week by week.

The truth planted here is kept in `answers/`: each person's hazard of re-arrest, its shape in time, and the effect of a program.
Days are counted from the first day of the data; the simulation starts before it, so that many are already supervised on day 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import below, chance, counts, normals, pick, stream
from pcanalytics.sample_city.events import DAYS, FIRST_DAY

SHARE_SUPERVISED = 1 / 30
EARLIEST = -602
DAY_ZERO = int((FIRST_DAY - np.datetime64("1970-01-01")).astype(np.int64))
TYPES = ("probation", "parole", "pretrial", "dual", "interstate")
LEVELS = ("intensive", "high", "medium", "low", "administrative")
#: Re-arrests a year at liberty of a man of 33 without any of what follows.
BASE_RATE = 0.135
EFFECTS = {
    "years_over_33": -0.035,
    "male": 0.30,
    "prior_arrests": 0.12,
    "gang": 0.35,
    "employed": -0.30,
    "unstable_housing": 0.35,
    "substance_need": 0.35,
    "unmeasured": 0.35,
}
#: Hazard relative to the first year's middle: first 90 days at liberty, up to a year, later.
SHAPE = ((90, 1.6), (365, 1.1), (10_000, 0.8))
PROGRAM = {"name": "STRIDE", "first_day": 770, "hazard_ratio": 0.7, "levels": ("intensive", "high"), "share": 0.5}


@dataclass
class Log:
    """Rows collected column by column while time goes on."""

    columns: tuple[str, ...]
    parts: list[np.ndarray] = field(default_factory=list)

    def add(self, *values) -> None:
        """Add rows; a single number stands for all of them."""
        size = max((np.size(value) for value in values if np.ndim(value)), default=1)
        self.parts.append(
            np.column_stack([np.broadcast_to(np.asarray(value, dtype=np.int64), (size,)) for value in values])
        )

    def frame(self) -> pd.DataFrame:
        """Give the rows."""
        stacked = np.concatenate(self.parts) if self.parts else np.empty((0, len(self.columns)), dtype=np.int64)
        return pd.DataFrame(stacked, columns=list(self.columns))


@dataclass(frozen=True)
class Lives:
    """The people ever supervised and what happened to them; days since the first day, -9999 for none.

    `people` has one row a person (``person``: position among residents, the traits of `EFFECTS`, ``hazard`` a year, ``level``,
    ``enrolled``: day of joining the program). `supervision`, `stays`, `arrests`, `violations` name people by their row here.
    """

    people: pd.DataFrame
    supervision: pd.DataFrame
    stays: pd.DataFrame
    arrests: pd.DataFrame
    violations: pd.DataFrame


NONE = -9999
RUNNING, DISCHARGED, REVOKED, ABSCONDED = range(4)
STAY_REASONS = ("pretrial", "sentenced", "violation", "warrant")
VIOLATIONS = ("new_offense", "technical", "absconsion")
OUTCOMES = ("pending", "dismissed", "sanction", "revoked")


def arrest_weights(residents: pd.DataFrame, points: pd.DataFrame, rng) -> np.ndarray:
    """Say how prone each resident is to arrest: age, sex, neighborhood and a personal part."""
    age = (DAY_ZERO + DAYS / 2 - residents["birth"].to_numpy()) / 365.25
    curve = np.where(age < 12, 0.0, np.where(age < 21, (age.clip(12) - 12) / 9, np.exp(-(age.clip(21) - 21) / 16)))
    place = np.array([1.2, 1.0, 1.25, 0.9, 0.75, 1.35])[points["district"].to_numpy()[residents["point"].to_numpy()]]
    return curve * np.where(residents["male"], 3.2, 1.0) * place * np.exp(0.9 * normals(rng, len(residents)))


def choose_supervised(residents: pd.DataFrame, weights: np.ndarray, rng, number: int) -> np.ndarray:
    """Choose people to be supervised, adults on the first day, in proportion to their weights and without repeats."""
    adult = (DAY_ZERO + EARLIEST - residents["birth"].to_numpy()) >= 18 * 365.25
    keys = np.where(adult & (weights > 0), np.log1p(-rng.random(len(weights))) / np.maximum(weights, 1e-9), -np.inf)
    return np.sort(np.argsort(-keys, kind="stable")[:number])


def _traits(residents: pd.DataFrame, chosen: np.ndarray, rng) -> pd.DataFrame:
    size = len(chosen)
    unmeasured = normals(rng, size)
    frame = pd.DataFrame({"person": chosen, "male": residents["male"].to_numpy()[chosen]})
    frame["start"] = EARLIEST + below(rng, size, DAYS - EARLIEST)
    frame["age"] = (DAY_ZERO + frame["start"] - residents["birth"].to_numpy()[chosen]) / 365.25
    frame["prior_arrests"] = counts(
        rng, np.exp(0.55 + 0.5 * unmeasured) * (frame["age"].to_numpy() / 33.0).clip(0.5, 1.6)
    ).clip(0, 15)
    frame["gang"] = chance(rng, np.where(frame["age"] < 40, 0.13, 0.04))
    frame["employed"] = chance(rng, 0.55 - 0.06 * unmeasured.clip(-2, 2))
    frame["unstable_housing"] = chance(rng, np.full(size, 0.17))
    frame["substance_need"] = chance(rng, np.full(size, 0.42))
    frame["unmeasured"] = np.round(unmeasured, 3)
    score = (
        EFFECTS["years_over_33"] * (frame["age"] - 33).clip(-15, 30)
        + EFFECTS["male"] * frame["male"]
        + sum(
            EFFECTS[name] * frame[name]
            for name in ("prior_arrests", "gang", "employed", "unstable_housing", "substance_need", "unmeasured")
        )
    )
    frame["hazard"] = np.round(BASE_RATE * np.exp(score.to_numpy(dtype=float)), 4)
    seen = score.to_numpy(dtype=float) - EFFECTS["unmeasured"] * unmeasured + 0.45 * normals(rng, size)
    rank = np.argsort(np.argsort(-seen, kind="stable"), kind="stable") / size
    frame["level"] = np.searchsorted((0.08, 0.30, 0.70, 0.92), rank, side="right")
    frame["assessed"] = np.round(seen, 3)
    return frame


def shape_of(days: np.ndarray) -> np.ndarray:
    """Return the hazard's factor after so many days at liberty."""
    result = np.full(np.shape(days), SHAPE[-1][1])
    for limit, factor in reversed(SHAPE):
        result = np.where(days < limit, factor, result)
    return result


def live(residents: pd.DataFrame, points: pd.DataFrame, seed: int) -> Lives:
    """Choose the supervised and let their weeks pass.

    Parameters
    ----------
    residents : pandas.DataFrame
        The residents.
    points : pandas.DataFrame
        Address points.
    seed : int
        The city's seed.

    Returns
    -------
    Lives
        Who they are and what happened.
    """
    rng = stream(seed, "lives")
    weights = arrest_weights(residents, points, rng)
    chosen = choose_supervised(residents, weights, rng, round(len(residents) * SHARE_SUPERVISED))
    people = _traits(residents, chosen, rng)
    size = len(people)
    people["type"] = pick(rng, size, (0.62, 0.19, 0.15, 0.02, 0.02))
    people["enrolled"] = NONE
    people["in_program_group"] = chance(rng, np.full(size, PROGRAM["share"]))
    logs = {
        "supervision": Log(("row", "type", "start", "end", "ended", "status")),
        "stays": Log(("row", "prison", "booked", "released", "planned", "reason", "after")),
        "arrests": Log(("row", "day", "index")),
        "violations": Log(("row", "kind", "day", "outcome", "decided", "supervision_start")),
    }
    _before(people, logs, rng)
    _weeks(people, logs, rng)
    return Lives(people, *(logs[name].frame() for name in ("supervision", "stays", "arrests", "violations")))


def _before(people: pd.DataFrame, logs: dict[str, Log], rng) -> None:
    """Write what led to the first supervision: an arrest, then jail or prison."""
    size = len(people)
    start, kind = people["start"].to_numpy(), people["type"].to_numpy()
    prison = np.isin(kind, (1, 3))
    length = np.where(
        prison, 240 + below(rng, size, 1900), np.where(kind == 2, 1 + below(rng, size, 6), 1 + below(rng, size, 45))
    )
    lag = np.where(prison, length + 45 + below(rng, size, 200), np.where(kind == 2, length, 40 + below(rng, size, 220)))
    arrested = start - lag
    logs["arrests"].add(np.arange(size), arrested, 1)
    jail = ~prison & (kind != 4)
    logs["stays"].add(np.flatnonzero(jail), 0, arrested[jail], arrested[jail] + length[jail], NONE, 0, kind[jail])
    logs["stays"].add(
        np.flatnonzero(prison),
        1,
        start[prison] - length[prison],
        start[prison],
        start[prison] - 15 + below(rng, size, 30)[prison],
        1,
        kind[prison],
    )


def _length(kind: np.ndarray, rng) -> np.ndarray:
    size = len(kind)
    return np.select(
        [kind == 2, kind == 0],
        [50 + below(rng, size, 260), 330 + 60 * below(rng, size, 13)],
        365 + 90 * below(rng, size, 13),
    )


def _weeks(people: pd.DataFrame, logs: dict[str, Log], rng) -> None:
    """Let the weeks pass. At most one thing a week happens to a person."""
    size = len(people)
    kind = people["type"].to_numpy().copy()
    hazard, level = people["hazard"].to_numpy(), people["level"].to_numpy()
    begins = people["start"].to_numpy().copy()  # first day of the present or next period
    ends = begins + _length(kind, rng)
    running = np.zeros(size, dtype=bool)
    free_from = begins.copy()  # at liberty since
    busy_until = np.full(size, NONE)  # in custody until
    away = np.zeros(size, dtype=bool)  # absconded
    enrolled = np.full(size, NONE)
    in_group = people["in_program_group"].to_numpy() & np.isin(
        level, [LEVELS.index(name) for name in PROGRAM["levels"]]
    )

    def close(who: np.ndarray, day: np.ndarray, status: int) -> None:
        logs["supervision"].add(who, kind[who], begins[who], ends[who], day, status)
        running[who] = False
        away[who] = False

    for week in range(EARLIEST, DAYS, 7):
        starting = np.flatnonzero(~running & (begins >= week) & (begins < week + 7))
        running[starting] = True
        joining = np.flatnonzero(
            running
            & in_group
            & (enrolled == NONE)
            & (week >= PROGRAM["first_day"])
            & (kind != 2)
            & (busy_until < week)
            & (ends > week + 120)
        )
        joining = joining[chance(rng, np.full(len(joining), 0.12))]
        enrolled[joining] = week + 7
        done = np.flatnonzero(running & ~away & (ends < week + 7) & (busy_until < week))
        last = np.maximum(ends[done], busy_until[done])
        close(done, last, DISCHARGED)
        guilty = (kind[done] == 2) & chance(rng, np.full(len(done), 0.55))
        convicted = done[guilty]
        kind[convicted], begins[convicted] = 0, last[guilty] + 1
        ends[convicted] = begins[convicted] + _length(kind[convicted], rng)
        starting = convicted[begins[convicted] < week + 7]
        running[starting] = True
        free = (free_from <= week) & (busy_until < week)
        rate = (
            hazard
            * shape_of(week - free_from)
            * np.where((enrolled != NONE) & (week >= enrolled), PROGRAM["hazard_ratio"], 1.0)
        )
        draw = rng.random(size)
        caught = 1.0 - np.exp(-(rate + np.where(away, 0.6, 0.0)) * 7 / 365.25)
        technical = np.where(running & ~away, 0.34 * np.exp(0.18 * (2 - level)) * 7 / 365.25, 0.0)
        leaving = np.where(running & ~away, 0.075 * 7 / 365.25, 0.0)
        arrested = np.flatnonzero(free & (draw < caught))
        broke = np.flatnonzero(free & (draw >= caught) & (draw < caught + technical))
        left = np.flatnonzero(free & (draw >= caught + technical) & (draw < caught + technical + leaving))
        _arrested(arrested, week, rng, logs, kind, begins, ends, running, free_from, busy_until, close)
        _broke(broke, week, rng, logs, kind, begins, ends, free_from, busy_until, close)
        away[left] = True
        logs["violations"].add(left, 2, week + below(rng, len(left), 7), 0, NONE, begins[left])
    rest = np.flatnonzero(running)
    logs["supervision"].add(rest, kind[rest], begins[rest], ends[rest], NONE, np.where(away[rest], ABSCONDED, RUNNING))
    people["enrolled"] = enrolled
    people["busy_until"] = busy_until


def _prison(who, day, rng, logs, kind, begins, ends, free_from, busy_until, reason: int) -> None:
    """Send people to prison; most come back on parole."""
    length = 150 + below(rng, len(who), 560)
    out = day + length
    again = chance(rng, np.full(len(who), 0.7))
    logs["stays"].add(who, 1, day, out, out - 20 + below(rng, len(who), 40), reason, np.where(again, 1, 9))
    busy_until[who], free_from[who] = out, out
    back = who[again]
    kind[back], begins[back] = 1, out[again]
    ends[back] = begins[back] + _length(kind[back], rng)


def _arrested(who, week, rng, logs, kind, begins, ends, running, free_from, busy_until, close) -> None:
    size = len(who)
    day = week + below(rng, size, 7)
    logs["arrests"].add(who, day, 0)
    sort = pick(rng, size, (0.46, 0.34, 0.20))
    length = np.select(
        [sort == 0, sort == 1], [below(rng, size, 3), 3 + below(rng, size, 28)], 30 + below(rng, size, 210)
    )
    under = running[who]
    revoked = under & chance(rng, np.full(size, 0.24))
    decided = day + 12 + below(rng, size, 40)
    outcome = np.where(revoked, 3, 1 + pick(rng, size, (0.25, 0.75)))
    open_ = decided > DAYS
    logs["violations"].add(
        who[under],
        0,
        day[under],
        np.where(open_, 0, outcome)[under],
        np.where(open_, NONE, decided)[under],
        begins[who[under]],
    )
    sent = revoked & ~open_
    stay = np.where(sent, decided - day, length)
    logs["stays"].add(who, 0, day, day + stay, NONE, np.where(under, 2, 0), np.where(sent, 8, 7))
    busy_until[who] = day + stay
    close(who[sent], decided[sent], REVOKED)
    _prison(who[sent], decided[sent], rng, logs, kind, begins, ends, free_from, busy_until, 2)
    new = ~under & (begins[who] < week) & chance(rng, np.full(size, 0.42))
    fresh = who[new]
    kind[fresh], begins[fresh] = 0, day[new] + np.maximum(stay[new], 60 + below(rng, size, 150)[new])
    ends[fresh] = begins[fresh] + _length(kind[fresh], rng)


def _broke(who, week, rng, logs, kind, begins, ends, free_from, busy_until, close) -> None:
    size = len(who)
    day = week + below(rng, size, 7)
    decided = day + 5 + below(rng, size, 30)
    outcome = 1 + pick(rng, size, (0.22, 0.66, 0.12))
    open_ = decided > DAYS
    logs["violations"].add(who, 1, day, np.where(open_, 0, outcome), np.where(open_, NONE, decided), begins[who])
    jailed = ~open_ & (outcome == 2) & chance(rng, np.full(size, 0.3))
    length = 2 + below(rng, size, 19)
    logs["stays"].add(who[jailed], 0, decided[jailed], (decided + length)[jailed], NONE, 2, 6)
    busy_until[who[jailed]] = (decided + length)[jailed]
    sent = ~open_ & (outcome == 3)
    close(who[sent], decided[sent], REVOKED)
    _prison(who[sent], decided[sent], rng, logs, kind, begins, ends, free_from, busy_until, 2)
