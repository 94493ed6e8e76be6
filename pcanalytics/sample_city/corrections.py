"""What the corrections agencies hold: their people, numbers, residences, jobs, conditions, contacts, assessments.

Three agencies each keep their own numbers: the county jail (SCJ), county community corrections (SCCC: probation, pretrial, interstate)
and the state Department of Corrections (DOC: prison, parole).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city.chance import below, chance, pick, stream, waits
from pcanalytics.sample_city.conditions import CONDITIONS, EMPLOYERS, HOURS, PLACES, SHIFTS
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.lives import ABSCONDED, DAY_ZERO, NONE, RUNNING, Lives
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.writing import Gazetteer, some, write_places

SCCC, DOC, SCJ = "SCCC", "DOC", "SCJ"
OWNER = np.array([SCCC, DOC, SCCC, DOC, SCCC], dtype=object)
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


@dataclass(frozen=True)
class Files:
    """The agencies' tables before they are written: ``agency``, ``doc_id`` and ``row`` (in ``lives.people``) in each; days and minutes."""

    identities: pd.DataFrame
    supervision: pd.DataFrame
    stays: pd.DataFrame
    residences: pd.DataFrame
    employment: pd.DataFrame
    conditions: pd.DataFrame
    violations: pd.DataFrame
    contacts: pd.DataFrame
    assessments: pd.DataFrame
    officers: pd.DataFrame


def open_files(residents: pd.DataFrame, book: Gazetteer, lives: Lives, arrests: pd.DataFrame, seed: int) -> Files:
    """Open the files of the three agencies.

    Parameters
    ----------
    residents : pandas.DataFrame
        The residents.
    book : Gazetteer
        Written addresses.
    lives : Lives
        What happened to the supervised.
    arrests : pandas.DataFrame
        All arrests; most adults among them are booked into the jail.
    seed : int
        The city's seed.

    Returns
    -------
    Files
        Every table.
    """
    stays = _stays(lives, arrests, residents, stream(seed, "stays"))
    supervision = _supervision(lives, arrests, stream(seed, "supervision"))
    identities = _identities(lives, supervision, stays, stream(seed, "identities"))
    officers = _officers(residents, stream(seed, "officers"))
    _give_officers(supervision, officers, stream(seed, "caseloads"))
    for frame in (supervision, stays):
        frame["doc_id"] = _number_of(identities, frame["agency"], frame["person"], frame["from_day"])
    residences = _residences(residents, book, lives, supervision, stays, stream(seed, "residences"))
    employment = _employment(lives, supervision, stream(seed, "employment"))
    for frame in (residences, employment):
        frame["doc_id"] = _number_of(identities, frame["agency"], frame["person"], frame["from_day"])
    assessments = _assessments(lives, supervision, stream(seed, "assessments"))
    return Files(
        identities,
        supervision,
        stays,
        residences,
        employment,
        _conditions(lives, supervision, residents, stream(seed, "conditions")),
        _violations(lives, supervision, stream(seed, "violations")),
        _contacts(supervision, stream(seed, "supervision contacts")),
        assessments,
        officers,
    )


def _stays(lives: Lives, arrests: pd.DataFrame, residents: pd.DataFrame, rng) -> pd.DataFrame:
    """List stays in jail and prison: those of the supervised, and short ones of most others arrested."""
    own = lives.stays[lives.stays["booked"] < DAYS].copy()
    own["person"] = lives.people["person"].to_numpy()[own["row"]]
    others = arrests[(arrests["row"] < 0) & (arrests["age"] >= 18)]
    others = others[some(rng, len(others), 0.72)]
    sort = pick(rng, len(others), (0.7, 0.22, 0.08))
    length = np.select(
        [sort == 0, sort == 1],
        [below(rng, len(others), 3), 3 + below(rng, len(others), 25)],
        30 + below(rng, len(others), 150),
    )
    reason = np.where(others["warrant"], 3, 0)
    other = pd.DataFrame(
        {
            "row": -1,
            "prison": 0,
            "booked": others["day"].to_numpy(),
            "released": others["day"].to_numpy() + length,
            "planned": NONE,
            "reason": reason,
            "after": 7,
            "person": others["person"].to_numpy(),
        }
    )
    frame = pd.concat([own, other], ignore_index=True).sort_values(
        ["booked", "person", "prison"], kind="stable", ignore_index=True
    )
    frame["agency"] = np.where(frame["prison"] == 1, DOC, SCJ)
    frame["from_day"] = frame["booked"]
    in_minutes = 480 + below(rng, len(frame), 900)
    frame["booked_at"] = frame["booked"] * DAY + in_minutes
    out = np.where(
        frame["released"] == frame["booked"],
        in_minutes + 20 + below(rng, len(frame), 60),
        420 + below(rng, len(frame), 900),
    )
    frame["released_at"] = frame["released"] * DAY + out
    frame["stay_id"] = [
        f"{'B' if jail else 'S'}{place:06d}" for place, jail in enumerate(frame["prison"] == 0, start=1)
    ]
    return frame


def _supervision(lives: Lives, arrests: pd.DataFrame, rng) -> pd.DataFrame:
    frame = lives.supervision[lives.supervision["start"] < DAYS].copy()
    frame = frame.sort_values(["start", "row", "type"], kind="stable", ignore_index=True)
    size = len(frame)
    frame["person"] = lives.people["person"].to_numpy()[frame["row"]]
    frame["agency"] = OWNER[frame["type"]]
    frame["from_day"] = frame["start"]
    frame["supervision_id"] = [
        f"{'PR' if owner == SCCC else 'PA'}{place:06d}" for place, owner in enumerate(frame["agency"], start=1)
    ]
    held = lives.people["busy_until"].to_numpy()[frame["row"]] >= DAYS
    frame["suspended"] = (frame["status"] == RUNNING) & held
    drift = np.where(rng.random(size) < 0.75, 0, np.where(rng.random(size) < 0.5, 1, -1))
    frame["level"] = (lives.people["level"].to_numpy()[frame["row"]] + drift).clip(0, 4)
    enrolled = lives.people["enrolled"].to_numpy()[frame["row"]]
    stop = np.where(frame["ended"] == NONE, DAYS, frame["ended"])
    frame["program"] = np.where(
        (enrolled != NONE) & (enrolled >= frame["start"]) & (enrolled <= stop) & (frame["type"] != 2), "STRIDE", ""
    )
    known = (
        arrests[(arrests["row"] >= 0) & (arrests["index"] == 1) & ~arrests["warrant"]]
        .drop_duplicates("row")
        .set_index("row")["offense"]
    )
    mix = np.array([habit.yearly * habit.cleared for habit in HABITS])
    mix[OFFENSE["homicide"]] *= 3
    frame["offense"] = np.where(
        frame["row"].isin(known.index), known.reindex(frame["row"]).fillna(0).to_numpy(), pick(rng, size, mix)
    ).astype(int)
    changed = np.where(frame["ended"] == NONE, frame["start"], frame["ended"])
    frame["entered_at"] = np.minimum(changed * DAY + 500 + below(rng, size, 3 * DAY), DAYS * DAY + 60)
    return frame


def _identities(lives: Lives, supervision: pd.DataFrame, stays: pd.DataFrame, rng) -> pd.DataFrame:
    """Number each person at each agency; about one in ninety has two numbers at one agency."""
    pairs = pd.concat([supervision[["agency", "person", "from_day"]], stays[["agency", "person", "from_day"]]])
    frame = pairs.groupby(["agency", "person"], as_index=False)["from_day"].min()
    twice = frame[some(rng, len(frame), 0.011)].copy()
    twice["second"] = True
    frame["second"] = False
    frame = pd.concat([frame, twice], ignore_index=True)
    frame = frame.iloc[np.argsort(rng.random(len(frame)), kind="stable")].reset_index(drop=True)
    serial = frame.groupby("agency").cumcount() + 1
    forms = {SCCC: "P{:06d}", DOC: "{:07d}", SCJ: "J{:06d}"}
    frame["doc_id"] = [
        forms[agency].format(number * (7 if agency == DOC else 1))
        for agency, number in zip(frame["agency"], serial, strict=True)
    ]
    row_of = pd.Series(np.arange(len(lives.people)), index=lives.people["person"].to_numpy())
    frame["row"] = row_of.reindex(frame["person"]).fillna(-1).astype(int).to_numpy()
    return frame.sort_values(["agency", "doc_id"], kind="stable", ignore_index=True)


def _number_of(identities: pd.DataFrame, agency: pd.Series, person: pd.Series, day: pd.Series) -> np.ndarray:
    """Look up each record's person number; someone with two has the second on records of odd days."""
    first = identities[~identities["second"]].set_index(["agency", "person"])["doc_id"]
    second = identities[identities["second"]].set_index(["agency", "person"])["doc_id"]
    pairs = pd.MultiIndex.from_arrays([agency, person])
    one, two = first.reindex(pairs).to_numpy(), second.reindex(pairs).to_numpy()
    return np.where(pd.notna(two) & (day.to_numpy() % 2 == 1), two, one)


def _officers(residents: pd.DataFrame, rng) -> pd.DataFrame:
    number = {SCCC: 46, DOC: 24}
    rows = []
    for agency, size in number.items():
        text = spell(residents.iloc[below(rng, size, len(residents))])
        for place, (given, surname) in enumerate(zip(text["given_name"], text["surname"], strict=True), start=1):
            unit = (
                ("Field Unit A", "Field Unit B", "Intake", "Enhanced Supervision", "Pretrial Services")[place % 5]
                if agency == SCCC
                else ("Parole Region 4", "Reentry", "Fugitive Liaison")[place % 3]
            )
            phone = f"555-{100 + place + (0 if agency == SCCC else 60):04d}"
            rows.append(
                (
                    agency,
                    f"{'PO' if agency == SCCC else 'AG'}{place:03d}",
                    f"{given} {surname}",
                    unit,
                    phone,
                    f"555-{9000 + place}",
                    f"{'po' if agency == SCCC else 'agent'}{place:03d}@{'sccc' if agency == SCCC else 'doc'}.example",
                )
            )
    return pd.DataFrame(rows, columns=["agency", "officer_id", "name", "unit", "phone", "after_hours", "email"])


def _give_officers(supervision: pd.DataFrame, officers: pd.DataFrame, rng) -> None:
    choice = np.empty(len(supervision), dtype=object)
    for agency in (SCCC, DOC):
        staff = officers.loc[officers["agency"] == agency, "officer_id"].to_numpy()
        mine = np.flatnonzero((supervision["agency"] == agency).to_numpy())
        choice[mine] = staff[below(rng, len(mine), len(staff))]
    supervision["officer_id"] = choice


def _residences(
    residents, book: Gazetteer, lives: Lives, supervision: pd.DataFrame, stays: pd.DataFrame, rng
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
    frame["agency"] = _owner_at(frame, supervision)
    frame["residence_id"] = [f"R{place:06d}" for place in range(1, size + 1)]
    frame["entered_at"] = np.minimum(frame["from_day"] * DAY + 600 + below(rng, size, 9 * DAY), DAYS * DAY)
    return frame


def _owner_at(frame: pd.DataFrame, supervision: pd.DataFrame) -> np.ndarray:
    """Find the agency of the last supervision that had begun on each row's first day."""
    begun = supervision[["row", "start", "agency"]].sort_values("start", kind="stable")
    asked = frame[["row", "from_day"]].reset_index().sort_values("from_day", kind="stable")
    found = pd.merge_asof(asked, begun, left_on="from_day", right_on="start", by="row").set_index("index")["agency"]
    first = supervision.drop_duplicates("row").set_index("row")["agency"].reindex(frame["row"]).to_numpy()
    return np.where(found.reindex(frame.index).isna(), first, found.reindex(frame.index))


def _settle(frame: pd.DataFrame, residents, book: Gazetteer, lives: Lives, rng) -> None:
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


def _employment(lives: Lives, supervision: pd.DataFrame, rng) -> pd.DataFrame:
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
    frame["agency"] = _owner_at(frame, supervision)
    frame["employment_id"] = [f"E{place:05d}" for place in range(1, len(frame) + 1)]
    return frame


def _conditions(lives: Lives, supervision: pd.DataFrame, residents: pd.DataFrame, rng) -> pd.DataFrame:
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


def _violations(lives: Lives, supervision: pd.DataFrame, rng) -> pd.DataFrame:
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


def _contacts(supervision: pd.DataFrame, rng) -> pd.DataFrame:
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


def _assessments(lives: Lives, supervision: pd.DataFrame, rng) -> pd.DataFrame:
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


def age_on(residents: pd.DataFrame, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return ages in whole years on a day of the city."""
    return np.floor((DAY_ZERO + day - residents["birth"].to_numpy()[person]) / 365.25).astype(int)
