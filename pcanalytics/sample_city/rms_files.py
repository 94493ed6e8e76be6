"""The records system's extracts of incidents and their offenses, and their mapping files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.chance import Stream, stream
from pcanalytics.sample_city.events import DAY, EXTRACTED
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import decimals, delimited, flags, squeezed
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.rms import AGENCY, CLEARANCES, DISTRICT_CODES, LOCATION_TYPES, OFFENSE_CODES, beat_names
from pcanalytics.sample_city.writing import Gazetteer, american, moments, some

INCIDENTS_FILE, OFFENSES_FILE = "extracts/rms_incidents.csv.bz2", "extracts/rms_offenses.csv.bz2"


REVIEW_FILE = "extracts/rms_offenses_review_2026-11-23.csv"


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
    stop = np.where(frame["exact"], np.datetime64("NaT", "s"), stop)
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


def _spoil_incidents(out: dict[str, np.ndarray], rng: Stream, ledger: Ledger, frame: pd.DataFrame) -> None:
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
    for spot in take(4, "occurred in the year 2924", "set aside: impossible_date"):
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
    parts: dict[str, dict[str, Any]] = {
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
        "codes": {"offense": OFFENSE_CODES},
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
