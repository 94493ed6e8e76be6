"""Who is supervised, and what makes a person more or less likely to be arrested again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, below, chance, counts, normals
from pcanalytics.sample_city.events import DAYS, FIRST_DAY

SHARE_SUPERVISED = 1 / 30


EARLIEST = -602
#: Twins and fathers with sons of one name are on record this many times as often, so that linkage meets them.
LOOKALIKES = 8.0


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


def arrest_weights(residents: pd.DataFrame, points: pd.DataFrame, rng: Stream) -> np.ndarray:
    """Say how prone each resident is to arrest: age, sex, neighborhood, a personal part, and being easily mistaken."""
    age = (DAY_ZERO + DAYS / 2 - residents["birth"].to_numpy()) / 365.25
    curve = np.where(age < 12, 0.0, np.where(age < 21, (age.clip(12) - 12) / 9, np.exp(-(age.clip(21) - 21) / 16)))
    place = np.array([1.2, 1.0, 1.25, 0.9, 0.75, 1.35])[points["district"].to_numpy()[residents["point"].to_numpy()]]
    own = np.exp(0.9 * normals(rng, len(residents)))
    alike = (residents["twin"].to_numpy() >= 0) | (residents["suffix"].to_numpy() != "")
    return curve * np.where(residents["male"], 3.2, 1.0) * place * own * np.where(alike, LOOKALIKES, 1.0)


def choose_supervised(residents: pd.DataFrame, weights: np.ndarray, rng: Stream, number: int) -> np.ndarray:
    """Choose people to be supervised, adults on the first day, in proportion to their weights and without repeats."""
    adult = (DAY_ZERO + EARLIEST - residents["birth"].to_numpy()) >= 18 * 365.25
    keys = np.where(adult & (weights > 0), np.log1p(-rng.random(len(weights))) / np.maximum(weights, 1e-9), -np.inf)
    return np.sort(np.argsort(-keys, kind="stable")[:number])


def draw_traits(residents: pd.DataFrame, chosen: np.ndarray, rng: Stream) -> pd.DataFrame:
    """Draw what is planted about each supervised person, and the rate of re-arrest that follows from it."""
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
