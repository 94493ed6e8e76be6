"""The records system's extracts of incidents and their offenses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.chance import below, chance, pick, stream, waits
from pcanalytics.sample_city.events import DAY, EXTRACTED, FIRST_DAY
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import decimals, delimited, flags, squeezed
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.offenses import ALIASES, HABITS, OFFENSE, SECOND
from pcanalytics.sample_city.writing import Gazetteer, american, moments, some, write_places

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
INCIDENTS_FILE, OFFENSES_FILE = "extracts/rms_incidents.csv.bz2", "extracts/rms_offenses.csv.bz2"
REVIEW_FILE = "extracts/rms_offenses_review_2026-11-23.csv"
DISTRICT_CODES = {f"D{place}": name for place, name in enumerate(plan.DISTRICTS, start=1)}
_CODES = {code: habit.offense for habit in HABITS for code, _ in ((habit.code, ""), *ALIASES.get(habit.offense, ()))}


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


def _weapons(offense: np.ndarray, rng) -> np.ndarray:
    armed = np.isin(offense, [OFFENSE[name] for name in ("homicide", "robbery", "aggravated_assault", "weapons")])
    drawn = np.array(WEAPONS, dtype=object)[pick(rng, len(offense), (30, 6, 18, 12, 22, 6, 6))]
    return np.where(armed, drawn, "")


def _codes(offense: np.ndarray, rng) -> np.ndarray:
    choices = [(habit.code, *(code for code, _ in ALIASES.get(habit.offense, ()))) for habit in HABITS]
    which = below(rng, len(offense), np.array([len(choice) for choice in choices])[offense])
    return np.array([choices[kind][at] for kind, at in zip(offense, which, strict=True)], dtype=object)


def _taken_back(frame: pd.DataFrame, incidents: pd.DataFrame, rng) -> pd.DataFrame:
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


def incidents_file(incidents: pd.DataFrame, book: Gazetteer, seed: int, ledger: Ledger) -> bytes:
    """Write the incidents extract; what was not entered when it was taken is not in it."""
    rng = stream(seed, "rms incidents")
    frame = incidents[incidents["entered"] < EXTRACTED].sort_values("number", kind="stable").reset_index(drop=True)
    size = len(frame)
    points = book.points
    point = frame["point"].to_numpy()
    stubborn = some(rng, size, 0.04)
    beat = beat_names(points["beat"].to_numpy()[point], frame["from_"].to_numpy(), stubborn)
    district = np.array(list(DISTRICT_CODES), dtype=object)[points["district"].to_numpy()[point]]
    x, y = frame["x"].to_numpy().copy(), frame["y"].to_numpy().copy()
    unplaced = (frame["text"] == "").to_numpy() | some(rng, size, 0.021)
    default = some(rng, size, 0.003)
    headquarters = next(spot for spot, name in book.named.items() if name == "POLICE HEADQUARTERS")
    x[default], y[default] = points["x"].iat[headquarters], points["y"].iat[headquarters]
    x[unplaced], y[unplaced] = np.nan, np.nan
    nowhere = unplaced & some(rng, size, 0.03)
    beat[nowhere], district[nowhere] = "", ""
    start, stop, told, typed = (moments(frame[name].to_numpy()) for name in ("from_", "to", "reported", "entered"))
    stop = np.where(frame["exact"], np.datetime64("NaT"), stop)
    out_stop = american(stop)
    out_stop = np.where(np.isnat(stop) & some(rng, size, 0.25), "12/31/9999 00:00", out_stop)
    kind = points["kind"].to_numpy()[point]
    indoor = np.isin(
        frame["offense"],
        [OFFENSE[name] for name in ("burglary", "fraud", "rape", "intimidation", "other_sex_offense", "larceny")],
    )
    location = np.array(LOCATION_TYPES, dtype=object)[np.where(~indoor & some(rng, size, 0.55), 12, kind)]
    confidential = some(rng, size, 0.0015)
    out = {
        "INCIDENT_NO": frame["number"].to_numpy(),
        "OCC_FROM": american(start),
        "OCC_TO": out_stop,
        "REPORTED": american(told),
        "ENTERED": american(typed, seconds=True),
        "LOCATION": frame["text"].to_numpy(),
        "LOC_TYPE": location,
        "DISTRICT": district,
        "BEAT": beat,
        "X_COORD": decimals(x, 1),
        "Y_COORD": decimals(y, 1),
        "CLEARANCE": frame["clearance"].to_numpy().astype(object),
        "CLEARED_DATE": american(moments(frame["cleared"].to_numpy()), clock=""),
        "DV": flags(frame["domestic"]),
        "ACP": flags(confidential),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    _spoil_incidents(out, rng, ledger, frame)
    return squeezed(delimited(out))


def _spoil_incidents(out: dict[str, np.ndarray], rng, ledger: Ledger, frame: pd.DataFrame) -> None:
    size = len(frame)
    scale = min(1.0, size / 20_000)
    used: set[int] = set(np.flatnonzero(out["OCC_TO"] == "").tolist()) | set(
        np.flatnonzero(out["X_COORD"] == "").tolist()
    )
    table = "incidents"

    def take(number: int, fault: str, expected: str) -> np.ndarray:
        spots = choose(rng, size, int(np.ceil(number * scale)), used)
        ledger.note(INCIDENTS_FILE, table, out["INCIDENT_NO"][spots], fault, expected)
        return spots

    swapped = take(9, "occurred_to before occurred_from", "set aside: end_before_start")
    for spot in swapped:
        out["OCC_TO"][spot] = "01/01/2022" + out["OCC_FROM"][spot][10:]
    for spot in take(4, "occurred in the year 2924", "set aside: occurs_after_entry"):
        out["OCC_FROM"][spot] = out["OCC_FROM"][spot][:6] + "2924" + out["OCC_FROM"][spot][10:]
        out["OCC_TO"][spot] = ""
    for spot in take(3, "occurred in the year 1873", "set aside: impossible_date"):
        out["OCC_FROM"][spot] = out["OCC_FROM"][spot][:6] + "1873" + out["OCC_FROM"][spot][10:]
    for spot in take(3, "occurred after it was entered", "set aside: occurs_after_entry"):
        out["OCC_FROM"][spot] = out["OCC_FROM"][spot][:6] + "2062" + out["OCC_FROM"][spot][10:]
        out["OCC_TO"][spot] = ""
    for spot in take(2, "date that is none (02/30)", "set aside: bad_date"):
        out["OCC_FROM"][spot] = "02/30/" + out["OCC_FROM"][spot][6:]
    for spot in take(5, "x and y swapped", "kept; far outside the city"):
        out["X_COORD"][spot], out["Y_COORD"][spot] = out["Y_COORD"][spot], out["X_COORD"][spot]
    for spot in take(40, "x and y are 0", "kept without coordinates (0 is a null word of x and y)"):
        out["X_COORD"][spot], out["Y_COORD"][spot] = "0.0", "0.0"
    for spot in take(6, "clearance code that no mapping explains", "kept; clearance unknown"):
        out["CLEARANCE"][spot] = "Z9"
    again = take(3, "row sent twice", "loaded once")
    for name, values in out.items():
        out[name] = np.concatenate([values, values[again]])


def offenses_files(offenses: pd.DataFrame, seed: int, ledger: Ledger) -> tuple[bytes, bytes]:
    """Write the offenses extract and the later file of a records review, which sends rows again as they now stand."""
    rng = stream(seed, "rms offenses")
    frame = offenses[offenses["entered"] < EXTRACTED].sort_values("offense_id", kind="stable").reset_index(drop=True)
    out = {
        "OFFENSE_ID": frame["offense_id"].to_numpy(),
        "INCIDENT_NO": [one[:11] for one in frame["offense_id"]],
        "UCR": frame["code"].to_numpy().copy(),
        "NIBRS": np.array([habit.nibrs for habit in HABITS], dtype=object)[frame["offense"]],
        "ATT_COMP": np.where(frame["attempted"], "A", "C").astype(object),
        "CNT": frame["count"].astype(str).to_numpy().astype(object),
        "WEAPON": frame["weapon"].to_numpy(),
        "ENTERED": american(moments(frame["entered"].to_numpy()), seconds=True),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    used: set[int] = set()
    scale = min(1.0, len(frame) / 20_000)
    spots = choose(rng, len(frame), int(np.ceil(7 * scale)), used)
    ledger.note(
        OFFENSES_FILE,
        "incident_offenses",
        out["OFFENSE_ID"][spots],
        "offense code that no mapping explains",
        "kept; offense unknown",
    )
    out["UCR"][spots] = "9999"
    spots = choose(rng, len(frame), int(np.ceil(2 * scale)), used)
    ledger.note(OFFENSES_FILE, "incident_offenses", out["OFFENSE_ID"][spots], "count of 7", "set aside: too_large")
    out["CNT"][spots] = "7"
    recent = np.flatnonzero((frame["entered"].to_numpy() > EXTRACTED - 60 * DAY) & (frame["count"].to_numpy() > 0))
    review = np.array(sorted(set(recent[some(rng, len(recent), 0.03)].tolist()) - used), dtype=np.int64)
    again = {name: values[review].copy() for name, values in out.items()}
    again["ATT_COMP"] = np.where(again["ATT_COMP"] == "A", "C", "A").astype(object)
    again["ENTERED"] = np.full(len(review), "11/23/2026 05:05:00", dtype=object)
    ledger.note(
        REVIEW_FILE,
        "incident_offenses",
        again["OFFENSE_ID"],
        "row sent again after review, attempted changed",
        "replaces the earlier row",
    )
    return squeezed(delimited(out)), delimited(again)


def rms_mappings() -> dict[str, bytes]:
    """Write the mapping files of both extracts."""
    incident = mapping(
        "Incidents from the records system of the Alder Falls Police Department, every Monday at 05:12, the whole file each time.",
        source={"table": "incidents", "agency": AGENCY, "extract": "full", "crs": plan.CRS},
        dialect={"format": "delimited", "encoding": "utf-8", "separator": ",", "quote": '"'},
        columns={
            "incident_id": "INCIDENT_NO",
            "occurred_from": "OCC_FROM",
            "occurred_to": "OCC_TO",
            "reported_at": "REPORTED",
            "entered_at": "ENTERED",
            "address": "LOCATION",
            "location_type": "LOC_TYPE",
            "district": "DISTRICT",
            "beat": "BEAT",
            "x": "X_COORD",
            "y": "Y_COORD",
            "clearance": "CLEARANCE",
            "cleared_on": "CLEARED_DATE",
            "domestic": "DV",
            "confidential_address": "ACP",
        },
        formats={
            "occurred_from": "%m/%d/%Y %H:%M",
            "occurred_to": "%m/%d/%Y %H:%M",
            "reported_at": "%m/%d/%Y %H:%M",
            "entered_at": "%m/%d/%Y %H:%M:%S",
            "cleared_on": "%m/%d/%Y",
        },
        nulls={"x": ["", "0", "0.0"], "y": ["", "0", "0.0"]},
        sentinels={"occurred_to": ["12/31/9999 00:00"]},
        codes={"district": DISTRICT_CODES, "clearance": CLEARANCES},
        booleans={"domestic": {"true": ["Y"], "false": ["N"]}, "confidential_address": {"true": ["Y"], "false": ["N"]}},
    )
    parts = {
        "dialect": {"format": "delimited", "encoding": "utf-8", "separator": ",", "quote": '"'},
        "columns": {
            "offense_id": "OFFENSE_ID",
            "incident_id": "INCIDENT_NO",
            "offense": "UCR",
            "offense_code": "UCR",
            "nibrs_code": "NIBRS",
            "attempted": "ATT_COMP",
            "count": "CNT",
            "weapon": "WEAPON",
            "entered_at": "ENTERED",
        },
        "formats": {"entered_at": "%m/%d/%Y %H:%M:%S"},
        "codes": {"offense": _CODES},
        "booleans": {"attempted": {"true": ["A"], "false": ["C"]}},
    }
    whole = mapping(
        "Offenses of the incidents, one row a count; a row of -1 takes an earlier count back.",
        source={"table": "incident_offenses", "agency": AGENCY, "extract": "full"},
        **parts,
    )
    review = mapping(
        "Offenses sent again after the records unit reviewed them: only rows that changed.",
        source={"table": "incident_offenses", "agency": AGENCY, "extract": "delta"},
        **parts,
    )
    return {
        "mappings/rms_incidents.toml": incident,
        "mappings/rms_offenses.toml": whole,
        "mappings/rms_offenses_review.toml": review,
    }
