"""What supervising officers write down: conditions, violations, contacts, assessments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, below, chance, pick
from pcanalytics.sample_city.conditions import CONDITIONS, HOURS, PLACES
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.lives import ABSCONDED, NONE, Lives
from pcanalytics.sample_city.offenses import OFFENSE
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.writing import some


def list_conditions(lives: Lives, supervision: pd.DataFrame, residents: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Set conditions for supervision that runs, or ended within the last year."""
    recent = supervision[(supervision["ended"] == NONE) | (supervision["ended"] > DAYS - 365)]
    size = len(recent)
    need = lives.people["substance_need"].to_numpy()[recent["row"]]
    offense, kind, level = (recent[name].to_numpy() for name in ("offense", "type", "level"))
    violent = np.isin(
        offense,
        [
            OFFENSE[name]
            for name in (
                "robbery",
                "aggravated_assault",
                "simple_assault",
                "intimidation",
                "homicide",
                "kidnapping",
                "rape",
            )
        ],
    )
    sexual = np.isin(offense, [OFFENSE["rape"], OFFENSE["other_sex_offense"]])
    share = {
        "RPT": np.full(size, 0.93),
        "SRC": np.where(kind == 2, 0.05, 0.5),
        "CRF": np.where(level < 2, 0.5, 0.05),
        "SAP": np.where(violent, 0.2, 0.12),
        "NCV": np.where(violent, 0.5, 0.03),
        "ALC": np.where(need, 0.5, 0.1),
        "DRG": np.where(need, 0.75, 0.2),
        "GPS": np.where(level == 0, 0.5, 0.04),
        "NET": np.where(sexual, 0.7, 0.0),
        "WPN": np.where(kind == 2, 0.4, 0.6),
        "RES": np.full(size, 0.35),
        "EMP": np.where(kind == 2, 0.0, 0.35),
        "TRT": np.where(need, 0.4, 0.1),
        "FIN": np.where(kind == 0, 0.3, 0.05),
        "OTH": np.full(size, 0.15),
    }
    parts = []
    for number, one in enumerate(CONDITIONS):
        chosen = np.flatnonzero(chance(rng, share[one.code]))
        parts.append(
            pd.DataFrame(
                {
                    "spot": chosen,
                    "condition": number,
                    "text": below(rng, len(chosen), len(one.texts)),
                    "draw": below(rng, len(chosen), 1 << 20),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True).sort_values(["spot", "condition"], kind="stable", ignore_index=True)
    victims = spell(residents.iloc[below(rng, len(frame), len(residents))])
    names = (victims["given_name"] + " " + victims["surname"]).to_numpy()
    frame["verbatim"] = [
        _fill(CONDITIONS[number].texts[text], int(draw), name)
        for number, text, draw, name in zip(frame["condition"], frame["text"], frame["draw"], names, strict=True)
    ]
    for column in ("supervision_id", "agency", "start", "type", "row"):
        frame[column] = recent[column].to_numpy()[frame["spot"]]
    frame["issued"] = frame["start"] - below(rng, len(frame), 6)
    days = np.where(np.isin(frame["condition"], [2, 7]), 90 + 30 * below(rng, len(frame), 10), 0)
    frame["ends"] = np.where(days > 0, frame["start"] + days, NONE)
    frame["authority"] = below(rng, len(frame), 3)
    frame["condition_id"] = [f"C{place:06d}" for place in range(1, len(frame) + 1)]
    return frame


def _fill(text: str, draw: int, victim: str) -> str:
    from_hour, to_hour = HOURS[draw % len(HOURS)]
    return text.format(
        from_hour=from_hour,
        to_hour=to_hour,
        place=PLACES[draw % len(PLACES)],
        victim=victim,
        days=60 + 30 * (draw % 5),
        amount=150 + draw % 90 * 25,
    )


def list_violations(lives: Lives, supervision: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """List violations with the supervision they broke."""
    frame = lives.violations[lives.violations["day"] < DAYS]
    joined = frame.merge(
        supervision[["row", "start", "supervision_id", "agency"]],
        left_on=["row", "supervision_start"],
        right_on=["row", "start"],
        how="inner",
    )
    joined = joined.drop_duplicates(["row", "day", "kind"]).sort_values(
        ["day", "row"], kind="stable", ignore_index=True
    )
    joined["violation_id"] = [f"V{place:05d}" for place in range(1, len(joined) + 1)]
    joined["entered_at"] = np.minimum(joined["day"] * DAY + 700 + below(rng, len(joined), 6 * DAY), DAYS * DAY)
    return joined


def list_contacts(supervision: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """List contacts of the last 26 weeks."""
    live = supervision[
        ((supervision["ended"] == NONE) | (supervision["ended"] > DAYS - 182))
        & (supervision["status"] != ABSCONDED)
        & ~supervision["suspended"]
    ]
    monthly = np.array([3.2, 2.0, 1.0, 0.5, 0.2])[live["level"]]
    number = np.floor(monthly * 6 + rng.random(len(live))).astype(int)
    spot = np.repeat(np.arange(len(live)), number)
    day = DAYS - 182 + np.floor(rng.random(len(spot)) * 182).astype(int)
    stop = np.where(live["ended"] == NONE, DAYS, live["ended"])[spot]
    keep = (day >= live["start"].to_numpy()[spot]) & (day < stop)
    frame = pd.DataFrame(
        {
            "supervision_id": live["supervision_id"].to_numpy()[spot],
            "agency": live["agency"].to_numpy()[spot],
            "day": day,
            "at": day * DAY + 480 + 15 * below(rng, len(spot), 40),
            "kind": pick(rng, len(spot), (0.45, 0.2, 0.07, 0.22, 0.06)),
            "kept": some(rng, len(spot), 0.84),
        }
    )[keep]
    frame = frame.sort_values(["at", "supervision_id"], kind="stable", ignore_index=True)
    frame["contact_id"] = [f"K{place:06d}" for place in range(1, len(frame) + 1)]
    return frame


def list_assessments(lives: Lives, supervision: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Assess at the start of supervision, and again about a year on; the score sees the traits but not the unmeasured part."""
    base = supervision[supervision["type"] != 2]
    again = base[(np.where(base["ended"] == NONE, DAYS, base["ended"]) - base["start"]) > 400]
    parts = []
    for frame, later in ((base, 0), (again, 340)):
        day = frame["start"].to_numpy() + later + 5 + below(rng, len(frame), 25)
        parts.append(
            pd.DataFrame(
                {
                    "row": frame["row"].to_numpy(),
                    "agency": frame["agency"].to_numpy(),
                    "doc_id": frame["doc_id"].to_numpy(),
                    "day": day,
                }
            )[day < DAYS]
        )
    frame = pd.concat(parts, ignore_index=True).sort_values(["day", "row"], kind="stable", ignore_index=True)
    seen = lives.people["assessed"].to_numpy()[frame["row"]]
    frame["score"] = np.rint(18 + 8 * seen + 3 * (rng.random(len(frame)) - 0.5)).clip(0, 45).astype(int)
    frame["band"] = np.array(["LOW", "MODERATE", "HIGH", "VERY HIGH"], dtype=object)[
        np.searchsorted((15, 23, 31), frame["score"], side="right")
    ]
    frame["assessment_id"] = [f"X{place:06d}" for place in range(1, len(frame) + 1)]
    return frame
