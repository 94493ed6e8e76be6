"""The records system's extracts of people: who was what in an incident, arrests, charges, field interviews, stops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.arrests import DISPOSITIONS, SEVERITIES
from pcanalytics.sample_city.chance import below, chance, normals, pick, stream, waits
from pcanalytics.sample_city.events import DAY, EXTRACTED
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import delimited, flags, squeezed
from pcanalytics.sample_city.lives import DAY_ZERO
from pcanalytics.sample_city.mappings import mapping
from pcanalytics.sample_city.names import MONIKERS
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.rms import _CODES, AGENCY, DISTRICT_CODES, beat_names
from pcanalytics.sample_city.writing import Gazetteer, american, iso, moments, some, write_places

HOME_FORMS = (0.86, 0.08, 0.0, 0.0, 0.0, 0.0, 0.02, 0.02, 0.012, 0.008)
ROLES = {"V": "victim", "S": "suspect", "A": "arrestee", "W": "witness", "RP": "reporting_party", "O": "other"}
RACE_CODES = {"white": "W", "black": "B", "asian": "A", "american_indian": "NA", "other": "O"}
RACE_MEANINGS = {"W": "white", "B": "black", "A": "asian", "NA": "american_indian", "O": "other", "U": "unknown"}
GANGS = ("LANTERN ROW", "QUARRY BOYS", "12TH AVE", "ROPEWALK", "NORTH BANK")
INJURIES = ("NONE", "MINOR", "MINOR", "SERIOUS", "UNKNOWN")
STOP_TYPES = {"T": "traffic", "P": "pedestrian", "B": "bicycle", "O": "other"}
RESULTS = ("WARNING", "CITATION", "ARREST", "NONE")
REASONS = ("SUSPICIOUS ACTIVITY", "MATCHED DESCRIPTION", "KNOWN LOCATION", "CITIZEN COMPLAINT", "LOITERING")
STOP_REASONS = ("MOVING VIOLATION", "EQUIPMENT", "REGISTRATION", "REASONABLE SUSPICION", "PEDESTRIAN VIOLATION")


def involve(
    residents: pd.DataFrame, points: pd.DataFrame, incidents: pd.DataFrame, arrests: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Say who was what in each incident.

    Returns
    -------
    pandas.DataFrame
        ``incident``, ``person`` (position among residents, or -1 for a business or someone unnamed), ``role``, ``age``, ``injury``.
    """
    rng = stream(seed, "involvement")
    offense, point = incidents["offense"].to_numpy(), incidents["point"].to_numpy()
    person_crime = np.array([habit.person for habit in HABITS])[offense]
    society = np.isin(
        offense,
        [
            OFFENSE[name]
            for name in ("drugs", "weapons", "dui", "disorderly_conduct", "trespass", "other", "stolen_property")
        ],
    )
    number = np.where(society, 0, np.where(person_crime, 1 + pick(rng, len(offense), (0.86, 0.11, 0.03)), 1))
    which = np.repeat(np.arange(len(offense)), number)
    person = _near(residents, points, point[which], rng)
    business = (
        ~person_crime[which]
        & ~np.isin(points["kind"].to_numpy()[point[which]], (0, 1, 2))
        & (rng.random(len(which)) < 0.75)
    )
    unnamed = business | chance(rng, np.where(person_crime[which], 0.08, 0.62))
    parts = [pd.DataFrame({"incident": which, "person": np.where(unnamed, -1, person), "role": "V"})]
    linked = arrests[arrests["incident"] >= 0].drop_duplicates(["incident", "person"])
    parts.append(
        pd.DataFrame({"incident": linked["incident"].to_numpy(), "person": linked["person"].to_numpy(), "role": "A"})
    )
    chancy = np.bincount(arrests["person"], minlength=len(residents)).astype(float)
    for role, share, pool in (("S", 0.075, chancy + 0.02), ("W", 0.035, None), ("RP", 0.06, None)):
        chosen = np.flatnonzero(
            some(rng, len(offense), share) & ~((role == "S") & (incidents["clearance"].to_numpy() == "A"))
        )
        who = pick(rng, len(chosen), pool) if pool is not None else _near(residents, points, point[chosen], rng)
        parts.append(pd.DataFrame({"incident": chosen, "person": who, "role": role}))
    frame = pd.concat(parts, ignore_index=True)
    order = np.array([list(ROLES).index(role) for role in frame["role"]])
    frame = frame.iloc[np.lexsort((order, frame["incident"]))].reset_index(drop=True)
    day = incidents["at"].to_numpy()[frame["incident"]] // DAY
    age = np.floor((DAY_ZERO + day - residents["birth"].to_numpy()[frame["person"].clip(0)]) / 365.25).astype(int)
    young = (frame["person"].to_numpy() >= 0) & (age < 11)
    frame["person"] = np.where(young, -1, frame["person"])
    frame["age"] = np.where(frame["person"] >= 0, age, -1)
    hurt = (frame["role"] == "V").to_numpy() & np.array([habit.person for habit in HABITS])[offense[frame["incident"]]]
    frame["injury"] = np.where(hurt, np.array(INJURIES, dtype=object)[below(rng, len(frame), len(INJURIES))], "")
    return frame


def _near(residents: pd.DataFrame, points: pd.DataFrame, point: np.ndarray, rng) -> np.ndarray:
    """Draw residents of the addresses, or of the nearest ones in the order of the streets."""
    order = np.argsort(residents["point"].to_numpy(), kind="stable")
    homes = residents["point"].to_numpy()[order]
    spread = np.where(rng.random(len(point)) < 0.55, 0, np.rint(400 * normals(rng, len(point)))).astype(np.int64)
    spot = np.searchsorted(homes, point) + spread + below(rng, len(point), 2)
    return order[spot.clip(0, len(order) - 1)]


def name_records(
    residents, book: Gazetteer, incidents, involved, arrests, interviews, stops, seed: int
) -> pd.DataFrame:
    """Write one record of a person for each time police took a name; `involved`, `arrests` and so on get a ``record`` column.

    Returns
    -------
    pandas.DataFrame
        The records as written, with ``person`` (who it truly is), ``at`` (minute) and ``source``.
    """
    rng = stream(seed, "police people")
    sources = []
    for name, frame, when, habit in (
        ("arrest", arrests, "at", dirt.POLICE),
        ("interview", interviews, "at", dirt.POLICE),
        ("stop", stops, "at", dirt.POLICE),
        ("incident", involved, None, dirt.CITIZEN),
    ):
        at = frame[when].to_numpy() if when else incidents["reported"].to_numpy()[frame["incident"]]
        keep = frame["person"].to_numpy() >= 0
        if name == "incident":
            keep &= (frame["role"] != "A").to_numpy()
        if name == "stop":
            keep &= some(rng, len(frame), 0.6)
        rows = np.flatnonzero(keep)
        sources.append(
            pd.DataFrame(
                {
                    "source": name,
                    "row": rows,
                    "person": frame["person"].to_numpy()[rows],
                    "at": at[rows],
                    "citizen": habit is dirt.CITIZEN,
                }
            )
        )
    records = pd.concat(sources, ignore_index=True).sort_values(
        ["at", "source", "row"], kind="stable", ignore_index=True
    )
    first_arrest = np.full(len(residents), 1 << 40)
    np.minimum.at(first_arrest, arrests["person"].to_numpy(), arrests["at"].to_numpy())
    printed = first_arrest[records["person"]] <= records["at"].to_numpy()
    parts = []
    for citizen, habits in ((False, dirt.POLICE), (True, dirt.CITIZEN)):
        mine = np.flatnonzero(records["citizen"].to_numpy() == citizen)
        parts.append(
            dirt.record(residents, records["person"].to_numpy()[mine], rng, habits, printed[mine]).set_index(mine)
        )
    records = pd.concat([records, pd.concat(parts).sort_index()], axis=1)
    records["number"] = [f"N{place:07d}" for place in range(1, len(records) + 1)]
    records["local_id"] = _master_index(records["person"].to_numpy(), rng)
    moved = some(rng, len(records), 0.16)
    point = np.where(
        moved, below(rng, len(records), len(book.points)), residents["point"].to_numpy()[records["person"]]
    )
    records["address"], *_ = write_places(
        rng, book, point, HOME_FORMS, np.where(moved, 0, residents["unit"].to_numpy()[records["person"]])
    )
    gang = (records["source"] != "incident").to_numpy() & some(rng, len(records), 0.05)
    records["gang"] = np.where(
        gang,
        np.array(GANGS, dtype=object)[below(rng, len(records), len(GANGS))],
        np.where((records["source"] == "arrest").to_numpy() & some(rng, len(records), 0.06), "None", ""),
    )
    for name, frame in (("arrest", arrests), ("interview", interviews), ("stop", stops), ("incident", involved)):
        mine = records[records["source"] == name]
        frame["record"] = ""
        frame.loc[mine["row"].to_numpy(), "record"] = mine["number"].to_numpy()
    by_pair = {
        (incident, person): number
        for incident, person, number in zip(arrests["incident"], arrests["person"], arrests["record"], strict=True)
    }
    arrested = (involved["role"] == "A").to_numpy()
    involved.loc[arrested, "record"] = [
        by_pair[pair] for pair in zip(involved["incident"][arrested], involved["person"][arrested], strict=True)
    ]
    return records


def _master_index(person: np.ndarray, rng) -> np.ndarray:
    """Give each person a number of the master name index; now and then the clerk does not find it and makes another."""
    size = len(person)
    again = some(rng, size, 0.07)
    order = np.argsort(person, kind="stable")
    start = np.concatenate([[True], np.diff(person[order]) > 0])
    fresh = start | again[order]
    serial = np.empty(size, dtype=np.int64)
    serial[order] = np.cumsum(fresh)
    return np.array([f"M{number:06d}" for number in serial], dtype=object)


PEOPLE_FILE, INVOLVED_FILE = "extracts/rms_people.csv.bz2", "extracts/rms_incident_people.csv.bz2"
ARRESTS_FILE, CHARGES_FILE = "extracts/rms_arrests.csv.bz2", "extracts/rms_charges.csv.bz2"
INTERVIEWS_FILE, STOPS_FILE = "extracts/rms_field_interviews.csv.bz2", "extracts/rms_stops.csv.bz2"
ALIASES_FILE, COURT_FILE = "extracts/rms_aliases.csv.bz2", "extracts/court_dispositions.txt.bz2"


def people_file(records: pd.DataFrame, seed: int, ledger: Ledger) -> bytes:
    """Write the people extract."""
    rng = stream(seed, "rms people")
    frame = records[records["at"] < EXTRACTED - 8 * 60].reset_index(drop=True)
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


def _where(book: Gazetteer, point: np.ndarray, at: np.ndarray, rng) -> dict[str, np.ndarray]:
    text, _, x, y, _ = write_places(rng, book, point, (0.88, 0.02, 0.02, 0.01, 0.06, 0.1, 0, 0.005, 0.003, 0.002))
    return {
        "LOCATION": text,
        "DISTRICT": np.array(list(DISTRICT_CODES), dtype=object)[book.points["district"].to_numpy()[point]],
        "BEAT": beat_names(book.points["beat"].to_numpy()[point], at, some(rng, len(point), 0.04)),
    }


_PLACE_COLUMNS = {
    "address": "LOCATION",
    "district": "DISTRICT",
    "beat": "BEAT",
    "age_at_event": "AGE",
    "juvenile": "JUV",
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
    frame = records[(records["at"] < EXTRACTED - 8 * 60) & ~records["citizen"]].reset_index(drop=True)
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


def people_mappings() -> dict[str, bytes]:
    """Write the mapping files of these extracts."""
    csv = {"format": "delimited", "encoding": "utf-8", "separator": ",", "quote": '"'}
    yes = {"true": ["Y"], "false": ["N"]}
    source = {"agency": AGENCY, "extract": "full"}
    person = {
        "person_record_id": "NAME_ID",
        "local_id": "MNI",
        "surname": "LAST",
        "given_name": "FIRST",
        "middle_name": "MIDDLE",
        "suffix": "SUFFIX",
        "birth_date": "DOB",
        "sex": "SEX",
        "race": "RACE",
        "ethnicity": "ETHN",
        "sid": "SID",
        "fbi_number": "FBI",
        "height_cm": "HT_CM",
        "weight_kg": "WT_KG",
        "eye_color": "EYES",
        "hair_color": "HAIR",
        "address": "HOME_ADDR",
        "gang": "GANG",
        "recorded_at": "RECORDED",
        "confidential_address": "ACP",
    }
    stamp, minute = "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"
    files = {
        "rms_people": mapping(
            "People as police wrote them down, one row each time. NA is Native American; None in GANG is what an officer typed.",
            source={"table": "police_people", **source},
            dialect=csv,
            columns=person,
            formats={"birth_date": "%m/%d/%Y", "recorded_at": stamp},
            sentinels={"birth_date": ["01/01/0001"]},
            codes={
                "sex": {"M": "male", "F": "female", "U": "unknown"},
                "race": RACE_MEANINGS,
                "ethnicity": {"H": "hispanic", "N": "not_hispanic", "U": "unknown"},
            },
            booleans={"confidential_address": yes},
        ),
        "rms_incident_people": mapping(
            "Who was what in an incident; businesses and unnamed people have no name record.",
            source={"table": "incident_people", **source},
            dialect=csv,
            columns={
                "incident_person_id": "INVOLVEMENT_ID",
                "incident_id": "INCIDENT_NO",
                "person_record_id": "NAME_ID",
                "role": "ROLE",
                "age_at_event": "AGE",
                "juvenile": "JUV",
                "injury": "INJURY",
            },
            codes={"role": ROLES},
            booleans={"juvenile": yes},
        ),
        "rms_arrests": mapping(
            "Arrests.",
            source={"table": "arrests", **source},
            dialect=csv,
            columns={
                "arrest_id": "ARREST_NO",
                "incident_id": "INCIDENT_NO",
                "person_record_id": "NAME_ID",
                "arrested_at": "ARRESTED",
                "entered_at": "ENTERED",
                "offense": "UCR",
                "offense_code": "UCR",
                "on_warrant": "WARRANT",
                **_PLACE_COLUMNS,
            },
            formats={"arrested_at": minute, "entered_at": minute},
            codes={"offense": _CODES, "district": DISTRICT_CODES},
            booleans={"on_warrant": yes, "juvenile": yes},
        ),
        "rms_charges": mapping(
            "Charges; dockets such as 1E5 are text.",
            source={"table": "charges", "extract": "full"},
            dialect=csv,
            columns={
                "charge_id": "CHARGE_ID",
                "arrest_id": "ARREST_NO",
                "docket": "DOCKET",
                "statute": "STATUTE",
                "offense": "UCR",
                "severity": "GRADE",
                "filed_on": "FILED",
            },
            formats={"filed_on": "%Y-%m-%d"},
            codes={"offense": _CODES, "severity": dict(zip("FMI", SEVERITIES, strict=True))},
        ),
        "court_dispositions": mapping(
            "Dispositions from the clerk of court: Latin-1, tabs, the word NULL.",
            source={"table": "court_dispositions", "agency": "CLERK", "extract": "full"},
            dialect={
                "format": "delimited",
                "encoding": "latin-1",
                "separator": "\t",
                "quote": "",
                "nulls": ["", "NULL"],
            },
            columns={
                "disposition_id": "DISP_NO",
                "charge_id": "CHARGE",
                "disposed_on": "DISP_DT",
                "disposition": "DISP_CD",
                "sentence_days": "SENT_DAYS",
            },
            formats={"disposed_on": "%m/%d/%Y"},
            codes={"disposition": dict(zip(("GLTY", "DISM", "NG", "DIV", "DEF"), DISPOSITIONS, strict=True))},
        ),
        "rms_field_interviews": mapping(
            "Field interviews: nobody was stopped.",
            source={"table": "field_interviews", **source},
            dialect=csv,
            columns={
                "contact_id": "FI_NO",
                "person_record_id": "NAME_ID",
                "contacted_at": "WHEN",
                "reason": "REASON",
                "entered_at": "ENTERED",
                **_PLACE_COLUMNS,
            },
            formats={"contacted_at": stamp, "entered_at": stamp},
            codes={"district": DISTRICT_CODES},
            booleans={"juvenile": yes},
        ),
        "rms_stops": mapping(
            "Stops, one row a person stopped.",
            source={"table": "stops", **source},
            dialect=csv,
            columns={
                "stop_id": "STOP_NO",
                "person_record_id": "NAME_ID",
                "stopped_at": "WHEN",
                "stop_type": "TYPE",
                "reason": "REASON",
                "searched": "SEARCH",
                "result": "RESULT",
                "entered_at": "ENTERED",
                **_PLACE_COLUMNS,
            },
            formats={"stopped_at": stamp, "entered_at": stamp},
            codes={"district": DISTRICT_CODES, "stop_type": STOP_TYPES},
            booleans={"juvenile": yes, "searched": yes},
        ),
        "rms_aliases": mapping(
            "Other names of people.",
            source={"table": "police_aliases", **source},
            dialect=csv,
            columns={
                "alias_id": "ALIAS_ID",
                "person_record_id": "NAME_ID",
                "surname": "LAST",
                "given_name": "FIRST",
                "birth_date": "DOB",
                "moniker": "MONIKER",
            },
            formats={"birth_date": "%m/%d/%Y"},
        ),
    }
    return {f"mappings/{name}.toml": content for name, content in files.items()}
