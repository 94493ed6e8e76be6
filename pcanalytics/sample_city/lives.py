"""Lives under supervision: who is supervised, when, and what then happens, week by week.

The truth planted here is kept in `answers/`: each person's hazard of re-arrest, its shape in time, and the effect of a program.
Days are counted from the first day of the data; the simulation starts before it, so that many are already supervised on day 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pcanalytics.sample_city.chance import Stream, below, chance, pick, stream
from pcanalytics.sample_city.events import DAYS
from pcanalytics.sample_city.traits import (
    EARLIEST,
    LEVELS,
    SHARE_SUPERVISED,
    arrest_weights,
    choose_supervised,
    draw_traits,
)

#: Hazard relative to the first year's middle: first 90 days at liberty, up to a year, later.
SHAPE = ((90, 1.6), (365, 1.1), (10_000, 0.8))


@dataclass(frozen=True)
class Program:
    """A planted program for people: half of those at its levels, by chance, with a true hazard ratio."""

    name: str
    first_day: int
    hazard_ratio: float
    levels: tuple[str, ...]
    share: float


PROGRAM = Program("STRIDE", 770, 0.7, ("intensive", "high"), 0.5)

Close = Callable[[np.ndarray, np.ndarray, int], None]


@dataclass
class Log:
    """Rows collected column by column while time goes on."""

    columns: tuple[str, ...]
    parts: list[np.ndarray] = field(default_factory=list)

    def add(self, *values: ArrayLike) -> None:
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
    people = draw_traits(residents, chosen, rng)
    size = len(people)
    people["type"] = pick(rng, size, (0.62, 0.19, 0.15, 0.02, 0.02))
    people["enrolled"] = NONE
    people["in_program_group"] = chance(rng, np.full(size, PROGRAM.share))
    logs = {
        "supervision": Log(("row", "type", "start", "end", "ended", "status")),
        "stays": Log(("row", "prison", "booked", "released", "planned", "reason", "after")),
        "arrests": Log(("row", "day", "index")),
        "violations": Log(("row", "kind", "day", "outcome", "decided", "supervision_start")),
    }
    _before(people, logs, rng)
    _weeks(people, logs, rng)
    return Lives(people, *(logs[name].frame() for name in ("supervision", "stays", "arrests", "violations")))


def _before(people: pd.DataFrame, logs: dict[str, Log], rng: Stream) -> None:
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


def _length(kind: np.ndarray, rng: Stream) -> np.ndarray:
    size = len(kind)
    return np.select(
        [kind == 2, kind == 0],
        [50 + below(rng, size, 260), 330 + 60 * below(rng, size, 13)],
        365 + 90 * below(rng, size, 13),
    )


def _weeks(people: pd.DataFrame, logs: dict[str, Log], rng: Stream) -> None:
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
    in_group = people["in_program_group"].to_numpy() & np.isin(level, [LEVELS.index(name) for name in PROGRAM.levels])

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
            & (week >= PROGRAM.first_day)
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
            * np.where((enrolled != NONE) & (week >= enrolled), PROGRAM.hazard_ratio, 1.0)
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
        day = week + below(rng, len(left), 7)
        decided = day + 40 + below(rng, len(left), 260)
        outcome = 2 + pick(rng, len(left), (0.6, 0.4))
        open_ = decided > DAYS
        logs["violations"].add(left, 2, day, np.where(open_, 0, outcome), np.where(open_, NONE, decided), begins[left])
    rest = np.flatnonzero(running)
    logs["supervision"].add(rest, kind[rest], begins[rest], ends[rest], NONE, np.where(away[rest], ABSCONDED, RUNNING))
    people["enrolled"] = enrolled
    people["busy_until"] = busy_until


def _prison(
    who: np.ndarray,
    day: np.ndarray,
    rng: Stream,
    logs: dict[str, Log],
    kind: np.ndarray,
    begins: np.ndarray,
    ends: np.ndarray,
    free_from: np.ndarray,
    busy_until: np.ndarray,
    reason: int,
) -> None:
    """Send people to prison; most come back on parole."""
    length = 150 + below(rng, len(who), 560)
    out = day + length
    again = chance(rng, np.full(len(who), 0.7))
    logs["stays"].add(who, 1, day, out, out - 20 + below(rng, len(who), 40), reason, np.where(again, 1, 9))
    busy_until[who], free_from[who] = out, out
    back = who[again]
    kind[back], begins[back] = 1, out[again]
    ends[back] = begins[back] + _length(kind[back], rng)


def _arrested(
    who: np.ndarray,
    week: int,
    rng: Stream,
    logs: dict[str, Log],
    kind: np.ndarray,
    begins: np.ndarray,
    ends: np.ndarray,
    running: np.ndarray,
    free_from: np.ndarray,
    busy_until: np.ndarray,
    close: Close,
) -> None:
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


def _broke(
    who: np.ndarray,
    week: int,
    rng: Stream,
    logs: dict[str, Log],
    kind: np.ndarray,
    begins: np.ndarray,
    ends: np.ndarray,
    free_from: np.ndarray,
    busy_until: np.ndarray,
    close: Close,
) -> None:
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
