"""The records system's extracts of people: who was what in an incident, arrests, charges, field interviews, stops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.chance import Stream, below, stream, waits
from pcanalytics.sample_city.events import DAY, EXTRACTED
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import delimited, flags, squeezed
from pcanalytics.sample_city.involvement import TYPING
from pcanalytics.sample_city.names import MONIKERS
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.rms import DISTRICT_CODES, beat_names
from pcanalytics.sample_city.traits import DAY_ZERO
from pcanalytics.sample_city.writing import Gazetteer, american, iso, moments, some, write_places

RACE_CODES = {"white": "W", "black": "B", "asian": "A", "american_indian": "NA", "other": "O"}
RACE_MEANINGS = {"W": "white", "B": "black", "A": "asian", "NA": "american_indian", "O": "other", "U": "unknown"}
STOP_TYPES = {"T": "traffic", "P": "pedestrian", "B": "bicycle", "O": "other"}
RESULTS = ("WARNING", "CITATION", "ARREST", "NONE")
REASONS = ("SUSPICIOUS ACTIVITY", "MATCHED DESCRIPTION", "KNOWN LOCATION", "CITIZEN COMPLAINT", "LOITERING")
STOP_REASONS = ("MOVING VIOLATION", "EQUIPMENT", "REGISTRATION", "REASONABLE SUSPICION", "PEDESTRIAN VIOLATION")


PEOPLE_FILE, INVOLVED_FILE = "extracts/rms_people.csv.bz2", "extracts/rms_incident_people.csv.bz2"
ARRESTS_FILE, CHARGES_FILE = "extracts/rms_arrests.csv.bz2", "extracts/rms_charges.csv.bz2"
INTERVIEWS_FILE, STOPS_FILE = "extracts/rms_field_interviews.csv.bz2", "extracts/rms_stops.csv.bz2"
ALIASES_FILE, COURT_FILE = "extracts/rms_aliases.csv.bz2", "extracts/court_dispositions.txt.bz2"


def people_file(records: pd.DataFrame, seed: int, ledger: Ledger) -> bytes:
    """Write the people extract."""
    rng = stream(seed, "rms people")
    frame = records[records["at"] < EXTRACTED - TYPING].reset_index(drop=True)
    size = len(frame)
    birth = american(frame["birth"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"), clock="")
    dead = some(rng, size, 0.002)
    birth = np.where(frame["birth_known"], birth, np.where(dead | some(rng, size, 0.3), "01/01/0001", "")).astype(
        object
    )
    hispanic = np.array([False, False, True, False, False, False])
    out = {
        "NAME_ID": frame["number"],
        "MNI": frame["local_id"],
        "LAST": frame["surname"],
        "FIRST": frame["given_name"],
        "MIDDLE": frame["middle_name"],
        "SUFFIX": frame["suffix"],
        "DOB": birth,
        "SEX": np.where(frame["male"], "M", "F"),
        "RACE": dirt.race_words(frame["race"].to_numpy(), RACE_CODES),
        "ETHN": np.where(hispanic[frame["race"]], "H", "N"),
        "SID": frame["sid"],
        "FBI": frame["fbi_number"],
        "HT_CM": frame["height_cm"].astype(str),
        "WT_KG": frame["weight_kg"].astype(str),
        "EYES": frame["eye_color"],
        "HAIR": frame["hair_color"],
        "HOME_ADDR": frame["address"],
        "GANG": frame["gang"],
        "RECORDED": american(moments(frame["at"].to_numpy())),
        "ACP": flags(some(rng, size, 0.001)),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    citizen = frame["citizen"].to_numpy()
    for name in ("HT_CM", "WT_KG", "EYES", "HAIR"):
        out[name][citizen] = ""
    unknown = some(rng, size, 0.02)
    out["RACE"][unknown], out["ETHN"][unknown | some(rng, size, 0.05)] = "U", "U"
    scale, used = min(1.0, size / 15_000), set(np.flatnonzero(out["DOB"] == "").tolist())
    days_old = DAY_ZERO + (frame["at"].to_numpy() / DAY) - frame["birth"].to_numpy()
    by_chance = np.flatnonzero(frame["birth_known"].to_numpy() & (days_old < 10 * 365.25))
    used.update(by_chance.tolist())
    ledger.note(
        PEOPLE_FILE,
        "police_people",
        out["NAME_ID"][by_chance],
        "birth date of a small child, by a typing error",
        "set aside: child_recorded",
    )
    for number, fault, expected, value in (
        (4, "birth date in the future", "set aside: impossible_age", "03/14/2031"),
        (3, "birth date in 1873", "set aside: impossible_date", "06/02/1873"),
        (5, "birth date of a small child", "set aside: child_recorded", None),
    ):
        spots = choose(rng, size, int(np.ceil(number * scale)), used)
        ledger.note(PEOPLE_FILE, "police_people", out["NAME_ID"][spots], fault, expected)
        for spot in spots:
            out["DOB"][spot] = value or "05/17/" + str(int(out["RECORDED"][spot][6:10]) - 5)
    spots = choose(rng, size, int(np.ceil(4 * scale)), used)
    ledger.note(
        PEOPLE_FILE,
        "police_people",
        out["NAME_ID"][spots],
        "zero-width and direction marks in the surname",
        "kept, marks removed",
    )
    out["LAST"][spots] = [f"{name[:2]}\u200b{name[2:]}\u202e" for name in out["LAST"][spots]]
    return squeezed(delimited(out))


def involved_file(involved: pd.DataFrame, incidents: pd.DataFrame, people_numbers: set[str]) -> bytes:
    """Write who was what in the incidents that are in the incidents extract."""
    present = incidents["entered"].to_numpy()[involved["incident"]] < EXTRACTED
    frame = involved[present].reset_index(drop=True)
    number = incidents["number"].to_numpy()[frame["incident"]]
    order = np.lexsort((frame.index.to_numpy(), number.astype(str)))
    frame, number = frame.iloc[order].reset_index(drop=True), number[order]
    serial = np.arange(len(frame)) - np.searchsorted(number.astype(str), number.astype(str)) + 1
    record = np.where(np.isin(frame["record"].to_numpy().astype(str), list(people_numbers)), frame["record"], "")
    age = frame["age"].to_numpy()
    out = {
        "INVOLVEMENT_ID": [f"{which}-P{count}" for which, count in zip(number, serial, strict=True)],
        "INCIDENT_NO": number,
        "NAME_ID": record,
        "ROLE": frame["role"],
        "AGE": np.where(age >= 0, age.astype(str), ""),
        "JUV": np.where(age < 0, "", np.where(age < 18, "Y", "N")),
        "INJURY": frame["injury"],
    }
    return squeezed(delimited({name: np.array(values, dtype=object) for name, values in out.items()}))


def _where(book: Gazetteer, point: np.ndarray, at: np.ndarray, rng: Stream) -> dict[str, np.ndarray]:
    text, _, x, y, _ = write_places(rng, book, point, (0.88, 0.02, 0.02, 0.01, 0.06, 0.1, 0, 0.005, 0.003, 0.002))
    return {
        "LOCATION": text,
        "DISTRICT": np.array(list(DISTRICT_CODES), dtype=object)[book.points["district"].to_numpy()[point]],
        "BEAT": beat_names(book.points["beat"].to_numpy()[point], at, some(rng, len(point), 0.04)),
    }


def arrests_files(
    arrests: pd.DataFrame,
    charges: pd.DataFrame,
    incidents: pd.DataFrame,
    book: Gazetteer,
    people_numbers: set[str],
    seed: int,
    ledger: Ledger,
) -> dict[str, bytes]:
    """Write arrests, charges and court dispositions; `arrests` gets its numbers."""
    rng = stream(seed, "rms arrests")
    typed = arrests["at"].to_numpy() + 20 + np.floor(waits(rng, len(arrests), 400.0)).astype(np.int64)
    number = np.array([f"A{place:06d}" for place in range(1, len(arrests) + 1)], dtype=object)
    arrests["number"], arrests["entered"] = number, typed
    present = typed < EXTRACTED
    spot = arrests["incident"].to_numpy()
    code = np.array([habit.code for habit in HABITS], dtype=object)[arrests["offense"]]
    age = arrests["age"].to_numpy()
    typed_in = (spot >= 0) & (incidents["entered"].to_numpy()[spot.clip(0)] < EXTRACTED)
    out = {
        "ARREST_NO": number,
        "INCIDENT_NO": np.where(typed_in, incidents["number"].to_numpy()[spot], ""),
        "NAME_ID": arrests["record"],
        "ARRESTED": iso(moments(arrests["at"].to_numpy())),
        "ENTERED": iso(moments(typed)),
        "UCR": code,
        "WARRANT": flags(arrests["warrant"]),
        **_where(book, arrests["point"].to_numpy(), arrests["at"].to_numpy(), rng),
        "AGE": age.astype(str),
        "JUV": flags(age < 18),
    }
    out = {name: np.array(values, dtype=object)[present] for name, values in out.items()}
    out["NAME_ID"][~np.isin(out["NAME_ID"].astype(str), list(people_numbers))] = ""
    used: set[int] = set()
    spots = np.array(
        [place for place in choose(rng, len(out["JUV"]), len(out["JUV"]), used) if out["JUV"][place] == "Y"][:3],
        dtype=np.int64,
    )
    ledger.note(
        ARRESTS_FILE,
        "arrests",
        out["ARREST_NO"][spots],
        "juvenile without the flag",
        "kept with a warning: juvenile_unflagged",
    )
    out["JUV"][spots] = "N"
    filed = present[charges["arrest"]] & (charges["filed"].to_numpy() * DAY < EXTRACTED - DAY)
    charge = charges[filed].reset_index(drop=True)
    charge_id = np.array(
        [f"{which}-{count}" for which, count in zip(number[charge["arrest"]], charge["serial"], strict=True)],
        dtype=object,
    )
    court = charge["disposition"].to_numpy() >= 0
    days = {name: moments(charge[name].to_numpy() * DAY) for name in ("filed", "disposed")}
    rows = {
        "CHARGE_ID": charge_id,
        "ARREST_NO": number[charge["arrest"]],
        "DOCKET": charge["docket"],
        "STATUTE": charge["statute"],
        "UCR": np.array([habit.code for habit in HABITS], dtype=object)[charge["offense"]],
        "GRADE": np.array(["F", "M", "I"], dtype=object)[charge["severity"]],
        "FILED": iso(days["filed"], "D"),
    }
    sentence = charge["sentence_days"].to_numpy()
    ruling = {
        "DISP_NO": [f"D{place:06d}" for place in range(1, int(court.sum()) + 1)],
        "CHARGE": charge_id[court],
        "DISP_DT": american(days["disposed"][court], clock=""),
        "DISP_CD": np.array(["GLTY", "DISM", "NG", "DIV", "DEF"], dtype=object)[charge["disposition"][court]],
        "SENT_DAYS": np.where(sentence[court] >= 0, sentence[court].astype(str), "NULL"),
    }
    return {
        ARRESTS_FILE: squeezed(delimited(out)),
        CHARGES_FILE: squeezed(delimited(rows)),
        COURT_FILE: squeezed(delimited(ruling, separator="\t", quote="", encoding="latin-1")),
    }


def contact_files(interviews: pd.DataFrame, stops: pd.DataFrame, book: Gazetteer, seed: int) -> dict[str, bytes]:
    """Write field interviews and stops."""
    rng = stream(seed, "rms contacts")
    files = {}
    for path, frame, key, letter in ((INTERVIEWS_FILE, interviews, "FI_NO", "F"), (STOPS_FILE, stops, "STOP_NO", "T")):
        age = frame["age"].to_numpy()
        out = {
            key: [f"{letter}{place:06d}" for place in range(1, len(frame) + 1)],
            "NAME_ID": frame["record"],
            "WHEN": american(moments(frame["at"].to_numpy())),
            **_where(book, frame["point"].to_numpy(), frame["at"].to_numpy(), rng),
            "AGE": age.astype(str),
            "JUV": flags(age < 18),
        }
        if letter == "F":
            out["REASON"] = np.array(REASONS, dtype=object)[below(rng, len(frame), len(REASONS))]
        else:
            out |= {
                "TYPE": np.array(list(STOP_TYPES), dtype=object)[frame["kind"]],
                "REASON": np.array(STOP_REASONS, dtype=object)[below(rng, len(frame), 5)],
                "SEARCH": flags(frame["searched"]),
                "RESULT": np.array(RESULTS, dtype=object)[frame["result"]],
            }
        out["ENTERED"] = american(moments(frame["at"].to_numpy() + 30 + np.floor(waits(rng, len(frame), 300.0))))
        files[path] = squeezed(delimited({name: np.array(values, dtype=object) for name, values in out.items()}))
    return files


def aliases_file(records: pd.DataFrame, residents: pd.DataFrame, seed: int) -> tuple[bytes, pd.DataFrame]:
    """Write other names of people: the true name where a false one was given, maiden names, street names.

    Returns
    -------
    tuple of bytes and pandas.DataFrame
        The file, and its rows with ``person``, for the answers.
    """
    rng = stream(seed, "aliases")
    frame = records[(records["at"] < EXTRACTED - TYPING) & ~records["citizen"]].reset_index(drop=True)
    chosen = np.flatnonzero((frame["false_name"] & some(rng, len(frame), 0.6)) | some(rng, len(frame), 0.035))
    picked = frame.iloc[chosen].reset_index(drop=True)
    true = residents.iloc[picked["person"]].reset_index(drop=True)
    street = some(rng, len(picked), 0.5) & ~picked["false_name"].to_numpy()
    other = true.assign(
        surname=np.where(
            picked["false_name"],
            true["surname"],
            residents["surname"].to_numpy()[below(rng, len(picked), len(residents))],
        )
    )
    text = spell(other)
    birth = american(true["birth"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"), clock="")
    out = {
        "ALIAS_ID": [f"AK{place:05d}" for place in range(1, len(picked) + 1)],
        "NAME_ID": picked["number"],
        "LAST": np.where(street, "", [dirt.strip_accents(name).upper() for name in text["surname"]]),
        "FIRST": np.where(street, "", [dirt.strip_accents(name).upper() for name in text["given_name"]]),
        "DOB": np.where(street | some(rng, len(picked), 0.4), "", birth),
        "MONIKER": np.where(street, np.array(MONIKERS, dtype=object)[below(rng, len(picked), len(MONIKERS))], ""),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    return squeezed(delimited(out)), pd.DataFrame(
        {"alias_id": out["ALIAS_ID"], "person_record_id": out["NAME_ID"], "person": picked["person"].to_numpy()}
    )
