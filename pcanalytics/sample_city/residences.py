"""Where supervised people live and work, as their agencies were told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import Stream, below, chance, waits
from pcanalytics.sample_city.conditions import EMPLOYERS, SHIFTS
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.lives import NONE, Lives
from pcanalytics.sample_city.writing import Gazetteer, some, write_places

RESIDENCE_TYPES = ("home", "with_family", "shelter", "halfway_house", "treatment", "facility", "homeless", "mail_only")


HOMELESS = ("HOMELESS", "NO FIXED ADDRESS", "TRANSIENT", "HOMELESS - DOWNTOWN", "HOMELESS/COUCH")


MAIL = ("GENERAL DELIVERY", "PO BOX {}", "P.O. BOX {}", "GEN DELIVERY")


ELSEWHERE = ("RR {} BOX {}", "{} MAIN ST, TAMBERLY", "SAME AS ABOVE", "N{} COUNTY RD {}")


LOCATIONS = {
    "shelter": ("LANTERN HOUSE SHELTER", "HARBOR LIGHT SHELTER"),
    "halfway_house": ("SECOND START REENTRY CENTER",),
    "treatment": ("WILLOW BEND TREATMENT CENTER",),
    "facility": ("SORREL COUNTY JAIL", "ALDER FALLS GENERAL HOSPITAL"),
}


def list_residences(
    residents: pd.DataFrame, book: Gazetteer, lives: Lives, supervision: pd.DataFrame, stays: pd.DataFrame, rng: Stream
) -> pd.DataFrame:
    """Give each supervised person a row of residences from the first supervision on."""
    size = len(lives.people)
    first = supervision.groupby("row")["start"].min().reindex(np.arange(size))
    starts = [pd.DataFrame({"row": first.index, "from_day": first.to_numpy(), "after_prison": False}).dropna()]
    out = stays[(stays["prison"] == 1) & (stays["row"] >= 0) & (stays["released"] < DAYS)]
    starts.append(
        pd.DataFrame({"row": out["row"].to_numpy(), "from_day": out["released"].to_numpy(), "after_prison": True})
    )
    rate = np.where(lives.people["unstable_housing"], 1.5, 0.55)
    for _ in range(6):
        last = starts[0] if len(starts) == 2 else starts[-1]
        who = last["row"].to_numpy()
        moved = last["from_day"].to_numpy() + 20 + np.floor(waits(rng, len(who), 365.0 / rate[who]))
        starts.append(pd.DataFrame({"row": who, "from_day": moved, "after_prison": False})[moved < DAYS])
    frame = pd.concat(starts, ignore_index=True).sort_values(["row", "from_day"], kind="stable", ignore_index=True)
    frame["from_day"] = frame["from_day"].astype(int)
    frame = frame.drop_duplicates(["row", "from_day"], keep="first", ignore_index=True)
    following = frame.groupby("row")["from_day"].shift(-1)
    frame["to_day"] = following.fillna(NONE).astype(int)
    frame["person"] = lives.people["person"].to_numpy()[frame["row"]]
    _settle(frame, residents, book, lives, rng)
    size = len(frame)
    frame["forgotten"] = (frame["to_day"] != NONE) & some(rng, size, 0.03)
    frame["verified"] = chance(rng, np.where(frame["kind"].isin(("home", "with_family", "halfway_house")), 0.72, 0.35))
    seen = frame["from_day"] + 3 + np.floor(waits(rng, size, 40.0)).astype(int)
    limit = np.where(frame["to_day"] == NONE, DAYS - 1, frame["to_day"])
    recheck = np.where((frame["to_day"] == NONE) & (rng.random(size) < 0.55), DAYS - 2 - below(rng, size, 120), seen)
    frame["verified_on"] = np.minimum(np.maximum(seen, recheck), limit)
    frame["agency"] = owner_at(frame, supervision)
    frame["residence_id"] = [f"R{place:06d}" for place in range(1, size + 1)]
    frame["entered_at"] = np.minimum(frame["from_day"] * DAY + 600 + below(rng, size, 9 * DAY), DAYS * DAY)
    return frame


def owner_at(frame: pd.DataFrame, supervision: pd.DataFrame) -> np.ndarray:
    """Find the agency of the last supervision that had begun on each row's first day."""
    begun = supervision[["row", "start", "agency"]].sort_values("start", kind="stable")
    asked = frame[["row", "from_day"]].reset_index().sort_values("from_day", kind="stable")
    found = pd.merge_asof(asked, begun, left_on="from_day", right_on="start", by="row").set_index("index")["agency"]
    first = supervision.drop_duplicates("row").set_index("row")["agency"].reindex(frame["row"]).to_numpy()
    return np.where(found.reindex(frame.index).isna(), first, found.reindex(frame.index))


def _settle(frame: pd.DataFrame, residents: pd.DataFrame, book: Gazetteer, lives: Lives, rng: Stream) -> None:
    size = len(frame)
    unstable = lives.people["unstable_housing"].to_numpy()[frame["row"]]
    kinds = np.array(
        [
            (0.55, 0.27, 0.030, 0.01, 0.02, 0.01, 0.055, 0.055),
            (0.24, 0.22, 0.17, 0.02, 0.05, 0.02, 0.20, 0.08),
            (0.28, 0.30, 0.06, 0.26, 0.04, 0.01, 0.02, 0.03),
        ]
    )
    which = np.where(frame["after_prison"], 2, unstable.astype(int))
    kind = (rng.random(size)[:, None] >= np.cumsum(kinds, axis=1)[which]).sum(axis=1).clip(0, 7)
    frame["kind"] = np.array(RESIDENCE_TYPES, dtype=object)[kind]
    homes = np.flatnonzero(book.points["units"].to_numpy() > 0)
    own = residents["point"].to_numpy()[frame["person"]]
    at_first = ~frame["row"].duplicated().to_numpy()
    point = np.where((at_first & (kind == 0)) | (rng.random(size) < 0.12), own, homes[below(rng, size, len(homes))])
    unit = np.where(point == own, residents["unit"].to_numpy()[frame["person"]], 1 + below(rng, size, 40))
    text, place, *_ = write_places(rng, book, point, (0.80, 0.14, 0, 0, 0, 0, 0.02, 0.02, 0.012, 0.008), unit)
    by_name = {name: spot for spot, name in book.named.items()}
    draw, style = below(rng, size, 1 << 20), rng.random(size)
    ids = book.points["address_point_id"].to_numpy()
    for spot in np.flatnonzero((kind >= 2) | (style > 0.985)):
        word = RESIDENCE_TYPES[kind[spot]]
        number = int(draw[spot])
        if word in LOCATIONS:
            name = LOCATIONS[word][number % len(LOCATIONS[word])]
            text[spot] = name if style[spot] < 0.5 else book.address[by_name[name]]
            place[spot] = ids[by_name[name]]
        elif word == "homeless":
            text[spot], place[spot] = HOMELESS[number % len(HOMELESS)], ""
        elif word == "mail_only":
            text[spot], place[spot] = MAIL[number % len(MAIL)].format(number % 2900 + 11), ""
        else:
            text[spot], place[spot] = ELSEWHERE[number % len(ELSEWHERE)].format(number % 7 + 1, number % 300 + 4), ""
    frame["address"], frame["place"] = text, place


def list_employment(lives: Lives, supervision: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """List the jobs that supervised people told their officers of."""
    first = supervision.drop_duplicates("row")
    works = lives.people["employed"].to_numpy()[first["row"]]
    start = first["start"].to_numpy() + np.where(works, -below(rng, len(first), 500), 40 + below(rng, len(first), 400))
    keep = (works | (rng.random(len(first)) < 0.35)) & (start < DAYS)
    base = pd.DataFrame({"row": first["row"].to_numpy(), "person": first["person"].to_numpy(), "from_day": start})[keep]
    again = base[some(rng, len(base), 0.42)].copy()
    base["to_day"] = np.where(rng.random(len(base)) < 0.45, base["from_day"] + 60 + below(rng, len(base), 500), NONE)
    again["from_day"] = again["from_day"] + 600 + below(rng, len(again), 200)
    again["to_day"] = NONE
    base.loc[base.index.isin(again.index) & (base["to_day"] == NONE), "to_day"] = base["from_day"] + 590
    frame = pd.concat([base, again[again["from_day"] < DAYS]]).sort_values(
        ["row", "from_day"], kind="stable", ignore_index=True
    )
    frame["to_day"] = np.where(frame["to_day"] < DAYS, frame["to_day"], NONE)
    frame["employer"] = np.array(EMPLOYERS, dtype=object)[below(rng, len(frame), len(EMPLOYERS))]
    frame["shift"] = np.array(SHIFTS, dtype=object)[below(rng, len(frame), len(SHIFTS))]
    frame["agency"] = owner_at(frame, supervision)
    frame["employment_id"] = [f"E{place:05d}" for place in range(1, len(frame) + 1)]
    return frame
