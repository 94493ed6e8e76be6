"""The dispatch system's extracts: Windows-1252, pipes, degrees, one file a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city.calls import CALLS, OUTCOMES
from pcanalytics.sample_city.chance import Stream, stream
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import delimited, flags, squeezed
from pcanalytics.sample_city.geojson import to_degrees
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.rms import AGENCY, DISTRICT_CODES, beat_names
from pcanalytics.sample_city.writing import Gazetteer, iso, moments, some, write_places

ADDRESS_FORMS = (0.90, 0.03, 0.0, 0.0, 0.045, 0.6, 0.0, 0.008, 0.004, 0.002)
COORDINATES_SINCE = 2026
FILE = "extracts/cad_calls_{year}.txt.bz2"


def number_calls(calls: pd.DataFrame) -> None:
    """Give dispatch numbers: the year and a running number."""
    when = moments(calls["received"].to_numpy())
    year = when.astype("datetime64[Y]").astype(np.int64) + 1970
    serial = np.arange(len(calls)) - np.searchsorted(year, year) + 1
    calls["year"] = year
    calls["number"] = [f"{which}{count:07d}" for which, count in zip(year, serial, strict=True)]


def write_call_places(calls: pd.DataFrame, book: Gazetteer, seed: int) -> None:
    """Write where each call was, keeping the true place."""
    rng = stream(seed, "call places")
    calls["text"], calls["place"], calls["x"], calls["y"], calls["form"] = write_places(
        rng, book, calls["point"].to_numpy(), ADDRESS_FORMS
    )


def cad_files(
    calls: pd.DataFrame, incidents: pd.DataFrame, book: Gazetteer, seed: int, ledger: Ledger
) -> dict[str, bytes]:
    """Write one extract for each calendar year.

    Returns
    -------
    dict of str to bytes
        Path to content.
    """
    rng = stream(seed, "cad")
    size = len(calls)
    point = calls["point"].to_numpy()
    beat = beat_names(book.points["beat"].to_numpy()[point], calls["received"].to_numpy(), np.zeros(size, dtype=bool))
    longitude, latitude = to_degrees(calls["x"].to_numpy(), calls["y"].to_numpy())
    lon = np.array([f"{value:.5f}" for value in longitude.tolist()], dtype=object)
    lat = np.array([f"{value:.5f}" for value in latitude.tolist()], dtype=object)
    unplaced = (calls["text"] == "").to_numpy() | some(rng, size, 0.012)
    lon[unplaced], lat[unplaced] = "0.00000", "0.00000"
    old = calls["year"].to_numpy() < COORDINATES_SINCE
    lon[old], lat[old] = "", ""
    call, offense = calls["call"].to_numpy(), calls["offense"].to_numpy()
    words = np.where(
        call < 0,
        np.array([habit.words for habit in HABITS], dtype=object)[offense],
        np.array([one.words for one in CALLS], dtype=object)[call],
    )
    number = incidents["number"].to_numpy()
    linked = calls["incident"].to_numpy()
    out = {
        "CallNo": calls["number"].to_numpy(),
        "Received": iso(moments(calls["received"].to_numpy())),
        "Dispatched": iso(moments(np.where(calls["officer"], -1.0, calls["dispatched"]))),
        "OnScene": iso(moments(calls["arrived"].to_numpy())),
        "Cleared": iso(moments(calls["cleared"].to_numpy())),
        "Nature": words,
        "Pri": calls["priority"].astype(str).to_numpy(),
        "Source": flags(calls["officer"], "OFC", "911"),
        "Location": calls["text"].to_numpy(),
        "Dist": np.array(list(DISTRICT_CODES), dtype=object)[book.points["district"].to_numpy()[point]],
        "Beat": beat,
        "Long": lon,
        "Lat": lat,
        "Dispo": np.array(OUTCOMES, dtype=object)[calls["outcome"]],
        "IncidentNo": np.where(linked >= 0, number[linked], "").astype(object),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    _spoil(out, rng, ledger, calls["year"].to_numpy())
    year = calls["year"].to_numpy()
    return {
        FILE.format(year=which): squeezed(
            delimited(
                {name: values[year == which] for name, values in out.items()},
                separator="|",
                terminator="\r\n",
                quote="",
                encoding="cp1252",
            )
        )
        for which in sorted(set(year.tolist()))
    }


def _spoil(out: dict[str, np.ndarray], rng: Stream, ledger: Ledger, year: np.ndarray) -> None:
    size = len(year)
    scale = min(1.0, size / 50_000)
    used: set[int] = set()
    unplaced = set(np.flatnonzero((out["Lat"] == "0.00000") | (out["Lat"] == "")).tolist())

    def take(number: int, fault: str, expected: str, avoid: set[int] | None = None) -> np.ndarray:
        spots = choose(rng, size, int(np.ceil(number * scale)), used if avoid is None else avoid)
        used.update(spots.tolist())
        for spot in spots:
            ledger.note(FILE.format(year=year[spot]), "calls", [out["CallNo"][spot]], fault, expected)
        return spots

    for spot in take(
        6, "latitude and longitude swapped", "kept; coordinates read as missing (far_coordinates)", unplaced
    ):
        out["Long"][spot], out["Lat"][spot] = out["Lat"][spot], out["Long"][spot]
    for spot in take(5, "cleared before it came in", "set aside: end_before_start"):
        out["Cleared"][spot] = "2021" + out["Received"][spot][4:]
    for spot in take(3, "no time of receipt", "set aside: missing"):
        out["Received"][spot] = ""
    for spot in take(40, "place written with letters outside ASCII", "kept"):
        out["Location"][spot] = "CAFÉ PEÑA – " + out["Location"][spot]


def cad_mapping() -> bytes:
    """Write the mapping file of the dispatch extracts."""
    times = {name: "%Y-%m-%d %H:%M" for name in ("received_at", "dispatched_at", "arrived_at", "cleared_at")}
    return mapping(
        "Calls from the dispatch system, one file a calendar year; Windows-1252 with pipes, no quoting; coordinates since 2026.",
        source={"table": "calls", "agency": AGENCY, "extract": "delta", "crs": "EPSG:4326"},
        dialect={"format": "delimited", "encoding": "cp1252", "separator": "|", "terminator": "\r\n", "quote": ""},
        columns={
            "call_id": "CallNo",
            "received_at": "Received",
            "dispatched_at": "Dispatched",
            "arrived_at": "OnScene",
            "cleared_at": "Cleared",
            "call_type": "Nature",
            "priority": "Pri",
            "officer_initiated": "Source",
            "address": "Location",
            "district": "Dist",
            "beat": "Beat",
            "x": "Long",
            "y": "Lat",
            "outcome": "Dispo",
            "incident_id": "IncidentNo",
        },
        formats=times,
        nulls={"x": ["", "0.00000"], "y": ["", "0.00000"]},
        codes={"district": DISTRICT_CODES},
        booleans={"officer_initiated": {"true": ["OFC"], "false": ["911"]}},
    )
