"""The extracts of the corrections agencies, each written in its own way.

Community corrections (SCCC) sends Windows-1252 with ``‡`` between fields and ``‡`` and a line feed after each row, 12-hour times, the
word ``(null)`` and 12/31/9999 for no end. The state department (DOC) sends UTF-8 with ``‡`` between fields, ISO dates, the word
``NULL`` and 9999-12-31. The jail (SCJ) sends fixed width. Staff come in a workbook, releases in UTF-16.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.chance import below, stream
from pcanalytics.sample_city.conditions import AUTHORITIES, CONDITIONS
from pcanalytics.sample_city.corrections import DOC, SCCC, SCJ, Files
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import delimited, fixed, squeezed
from pcanalytics.sample_city.lives import (
    ABSCONDED,
    DISCHARGED,
    LEVELS,
    NONE,
    OUTCOMES,
    REVOKED,
    STAY_REASONS,
    TYPES,
    VIOLATIONS,
    Lives,
)
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.rms_people import GANGS
from pcanalytics.sample_city.workbook import workbook
from pcanalytics.sample_city.writing import american, iso, moments, some


@dataclass(frozen=True)
class Style:
    """How one agency writes: where, with what between fields, its dates and its words for nothing."""

    agency: str
    folder: str
    terminator: str
    encoding: str
    null: str
    day: Callable[[np.ndarray], np.ndarray]
    stamp: Callable[[np.ndarray], np.ndarray]
    day_format: str
    stamp_format: str
    no_end: str

    def path(self, name: str, small: bool = False) -> str:
        """Name the file of one table."""
        return f"extracts/{self.folder}_{name}.txt{'' if small else '.bz2'}"


STYLES = {
    SCCC: Style(
        SCCC,
        "sccc",
        "‡\n",
        "cp1252",
        "(null)",
        lambda times: american(times, clock="12"),
        lambda times: american(times, clock="12"),
        "%m/%d/%Y %I:%M:%S %p",
        "%m/%d/%Y %I:%M:%S %p",
        "12/31/9999 12:00:00 AM",
    ),
    DOC: Style(
        DOC,
        "doc",
        "\n",
        "utf-8",
        "NULL",
        lambda times: iso(times, "D"),
        lambda times: iso(times, "s"),
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S",
        "9999-12-31",
    ),
}
SEX = {"M": "male", "F": "female"}
RACES = {"white": "CAU", "black": "AFR", "asian": "ASN", "american_indian": "NA", "other": "OTH"}
TYPE_CODES = dict(zip(TYPES, ("PROB", "PAR", "PRET", "DUAL", "ISC"), strict=True))
LEVEL_CODES = dict(zip(LEVELS, ("INT", "MAX", "MED", "MIN", "ADM"), strict=True))
STATUS_CODES = {"active": "ACT", "absconded": "ABS", "suspended": "SUS", "revoked": "REV", "discharged": "DIS"}
STAY_CODES = dict(zip(STAY_REASONS, ("PT", "SN", "VI", "WT"), strict=True))
RELEASE_CODES = {
    "bond": "BND",
    "served": "SRV",
    "parole": "PAR",
    "probation": "PRB",
    "transfer": "TRN",
    "dismissed": "DSM",
}
RESIDENCE_CODES = {
    "home": "HM",
    "with_family": "FM",
    "shelter": "SH",
    "halfway_house": "HH",
    "treatment": "TX",
    "facility": "FC",
    "homeless": "NFA",
    "mail_only": "ML",
}
CONTACT_CODES = ("office", "home", "field", "phone", "collateral")
RELEASE_TYPES = {"parole": "P", "unsupervised": "U", "probation": "B", "pretrial": "T"}
OFFENSE_CODES = {habit.code: habit.offense for habit in HABITS}
CANARY_SSNS = tuple(f"987-65-43{place}" for place in range(20, 30))


def day_of(days: np.ndarray) -> np.ndarray:
    """Turn days since the first day into times; `NONE` is none."""
    days = np.asarray(days)
    return np.where(
        days == NONE, np.datetime64("NaT"), moments((days.clip(0)) * DAY) + np.minimum(days, 0).astype("timedelta64[D]")
    )


def minute_of(minutes: np.ndarray) -> np.ndarray:
    """Turn minutes since the first day, which may lie before it, into times."""
    minutes = np.asarray(minutes)
    return moments(minutes.clip(0)) + np.minimum(minutes, 0).astype("timedelta64[m]")


def _send(style: Style, columns: dict[str, np.ndarray], small: bool = False) -> bytes:
    filled = {
        name: np.where(np.asarray(values, dtype=object) == "", style.null, values) for name, values in columns.items()
    }
    content = delimited(filled, separator="‡", terminator=style.terminator, quote="", encoding=style.encoding)
    return content if small else squeezed(content)


def supervision_file(style: Style, files: Files, seed: int, ledger: Ledger) -> bytes:
    """Write one agency's supervision periods."""
    rng = stream(seed, f"{style.folder} supervision")
    frame = files.supervision[files.supervision["agency"] == style.agency].reset_index(drop=True)
    status = np.select(
        [frame["status"] == DISCHARGED, frame["status"] == REVOKED, frame["status"] == ABSCONDED, frame["suspended"]],
        ["DIS", "REV", "ABS", "SUS"],
        "ACT",
    ).astype(object)
    ended = style.day(day_of(frame["ended"].to_numpy()))
    out = {
        "SUPV_ID": frame["supervision_id"],
        "OFFENDER_ID": frame["doc_id"],
        "SUPV_TYPE": np.array([TYPE_CODES[TYPES[kind]] for kind in frame["type"]], dtype=object),
        "SUPV_LEVEL": np.array([LEVEL_CODES[LEVELS[level]] for level in frame["level"]], dtype=object),
        "STATUS": status,
        "START_DT": style.day(day_of(frame["start"].to_numpy())),
        "EXPIRE_DT": style.day(day_of(frame["end"].to_numpy())),
        "CLOSE_DT": np.where(ended == "", style.no_end, ended),
        "AGENT": frame["officer_id"],
        "OFFENSE": np.array([habit.code for habit in HABITS], dtype=object)[frame["offense"]],
        "PROGRAM": frame["program"],
        "UPDATED": style.stamp(minute_of(frame["entered_at"].to_numpy())),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    path, used = style.path("supervision"), set(np.flatnonzero(frame["start"] < 30).tolist())
    closed = np.flatnonzero((frame["ended"] == NONE).to_numpy())
    used |= set(closed.tolist())
    scale = min(1.0, len(frame) / 1_000)

    def take(number: int, fault: str, expected: str) -> np.ndarray:
        spots = choose(rng, len(frame), int(np.ceil(number * scale)), used)
        ledger.note(path, "supervision", out["SUPV_ID"][spots], fault, expected)
        return spots

    spots = take(4, "closed before it starts", "set aside: end_before_start")
    out["CLOSE_DT"][spots] = style.day(day_of(frame["start"].to_numpy()[spots] - 40))
    spots = take(2, "starts in the year 1000", "set aside: impossible_date")
    out["START_DT"][spots] = [
        text.replace(text[6:10], "1000") if style.agency == SCCC else "1000" + text[4:]
        for text in out["START_DT"][spots]
    ]
    spots = take(3, "status code that no mapping explains", "kept; status unknown")
    out["STATUS"][spots] = "Q7"
    double = take(2, "second period over the same time", "set aside: overlapping_supervision (one of the two)")
    for name, values in out.items():
        extra = values[double].copy()
        if name == "SUPV_ID":
            extra = np.array([one + "X" for one in extra], dtype=object)
        out[name] = np.concatenate([values, extra])
    return _send(style, out)


def people_file(style: Style, residents: pd.DataFrame, files: Files, lives: Lives, seed: int, ledger: Ledger) -> bytes:
    """Write one agency's people."""
    frame, text = _recorded(style.agency, residents, files, lives, seed)
    rng = stream(seed, f"{style.folder} people")
    size = len(frame)
    birth = style.day(text["birth"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"))
    hispanic = text["race"].to_numpy() == 2
    gang = np.where(frame["row"] >= 0, lives.people["gang"].to_numpy()[frame["row"].clip(0)], False)
    out = {
        "OFFENDER_ID": frame["doc_id"],
        "LAST_NM": text["surname"],
        "FIRST_NM": text["given_name"],
        "MIDDLE_NM": text["middle_name"],
        "SUFFIX": text["suffix"],
        "DOB": np.where(text["birth_known"], birth, ""),
        "SEX": np.where(text["male"], "M", "F"),
        "RACE": dirt.race_words(text["race"].to_numpy(), RACES),
        "ETHNIC": np.where(hispanic, "HISP", "NON"),
        "SID": text["sid"],
        "FBI": text["fbi_number"],
        "HEIGHT_CM": text["height_cm"].astype(str),
        "WEIGHT_KG": text["weight_kg"].astype(str),
        "EYES": text["eye_color"],
        "HAIR": text["hair_color"],
        "STG": np.where(
            gang & some(rng, size, 0.7),
            np.array(GANGS, dtype=object)[below(rng, size, len(GANGS))],
            np.where(some(rng, size, 0.02), "None", ""),
        ),
        "SSN": np.full(size, "", dtype=object),
        "FIRST_SEEN": style.stamp(minute_of(frame["from_day"].to_numpy() * DAY + 600)),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    path, used, scale = style.path("people"), set(), min(1.0, size / 1_000)

    def take(number: int, fault: str, expected: str) -> np.ndarray:
        spots = choose(rng, size, int(np.ceil(number * scale)), used)
        ledger.note(path, "corrections_people", out["OFFENDER_ID"][spots], fault, expected)
        return spots

    for year, number in (("2924", 2), ("1111", 1)):
        spots = take(number, f"born in the year {year}", "set aside: impossible_date")
        out["DOB"][spots] = f"03/04/{year} 12:00:00 AM" if style.agency == SCCC else f"{year}-03-04"
    if style.agency == SCCC:
        spots = take(
            len(CANARY_SSNS),
            "an SSN of the range that is never issued, to be looked for where it must not be",
            "kept; the column is not loaded",
        )
        out["SSN"][spots] = CANARY_SSNS[: len(spots)]
    else:
        spots = take(4, "surname read in the wrong encoding before it was sent", "set aside: misread text")
        out["LAST_NM"][spots] = "MuÃ±oz"
    return _send(style, out)


def _recorded(
    agency: str, residents: pd.DataFrame, files: Files, lives: Lives, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Write down an agency's people; the county jail is sloppier than the others."""
    frame = files.identities[files.identities["agency"] == agency].reset_index(drop=True)
    habits = dirt.POLICE if agency == SCJ else dirt.CORRECTIONS
    rng = stream(seed, f"{agency} names")
    return frame, dirt.record(residents, frame["person"].to_numpy(), rng, habits, np.ones(len(frame), dtype=bool))


def residences_file(style: Style, files: Files, seed: int, ledger: Ledger) -> bytes:
    """Write one agency's residences."""
    rng = stream(seed, f"{style.folder} residences")
    frame = files.residences[files.residences["agency"] == style.agency].reset_index(drop=True)
    ends = style.day(day_of(np.where(frame["forgotten"], NONE, frame["to_day"])))
    out = {
        "ADDR_ID": frame["residence_id"],
        "OFFENDER_ID": frame["doc_id"],
        "ADDRESS": frame["address"],
        "ADDR_TYPE": np.array([RESIDENCE_CODES[kind] for kind in frame["kind"]], dtype=object),
        "FROM_DT": style.day(day_of(frame["from_day"].to_numpy())),
        "TO_DT": np.where(ends == "", style.no_end, ends),
        "VERIFIED": np.where(frame["verified"], "Y", "N"),
        "VERIFIED_DT": np.where(frame["verified"], style.day(day_of(frame["verified_on"].to_numpy())), ""),
        "ACP": np.where(some(rng, len(frame), 0.004), "Y", "N"),
        "UPDATED": style.stamp(minute_of(frame["entered_at"].to_numpy())),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    used = set(np.flatnonzero(out["TO_DT"] == style.no_end).tolist())
    spots = choose(rng, len(frame), int(np.ceil(3 * min(1.0, len(frame) / 1_000))), used)
    ledger.note(
        style.path("residences"),
        "residences",
        out["ADDR_ID"][spots],
        "ends before it starts",
        "set aside: end_before_start",
    )
    out["TO_DT"][spots] = style.day(day_of(frame["from_day"].to_numpy()[spots] - 3))
    return _send(style, out)


def other_files(style: Style, files: Files) -> dict[str, bytes]:
    """Write one agency's jobs, conditions, violations, contacts and assessments."""

    def mine(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["agency"] == style.agency].reset_index(drop=True)

    def days(values: pd.Series) -> np.ndarray:
        return style.day(day_of(values.to_numpy()))

    jobs, terms, broken, met, scored = (
        mine(frame)
        for frame in (files.employment, files.conditions, files.violations, files.contacts, files.assessments)
    )
    until = days(jobs["to_day"])
    authority = [
        AUTHORITIES[TYPES[kind]][which % len(AUTHORITIES[TYPES[kind]])]
        for kind, which in zip(terms["type"], terms["authority"], strict=True)
    ]
    return {
        style.path("employment"): _send(
            style,
            {
                "EMP_ID": jobs["employment_id"],
                "OFFENDER_ID": jobs["doc_id"],
                "EMPLOYER": jobs["employer"],
                "SHIFT": jobs["shift"],
                "FROM_DT": days(jobs["from_day"]),
                "TO_DT": np.where(until == "", style.no_end, until),
            },
        ),
        style.path("conditions"): _send(
            style,
            {
                "COND_ID": terms["condition_id"],
                "SUPV_ID": terms["supervision_id"],
                "COND_CD": [CONDITIONS[number].code for number in terms["condition"]],
                "COND_TEXT": terms["verbatim"],
                "ORDERED_BY": authority,
                "ORDERED_DT": days(terms["issued"]),
                "ENDS_DT": days(terms["ends"]),
            },
        ),
        style.path("violations"): _send(
            style,
            {
                "VIOL_ID": broken["violation_id"],
                "SUPV_ID": broken["supervision_id"],
                "VIOL_DT": days(broken["day"]),
                "VIOL_CD": [VIOLATIONS[kind].upper() for kind in broken["kind"]],
                "OUTCOME": [OUTCOMES[result].upper() for result in broken["outcome"]],
                "DECIDED_DT": days(broken["decided"]),
                "UPDATED": style.stamp(minute_of(broken["entered_at"].to_numpy())),
            },
        ),
        style.path("contacts"): _send(
            style,
            {
                "CONTACT_ID": met["contact_id"],
                "SUPV_ID": met["supervision_id"],
                "CONTACT_DT": style.stamp(minute_of(met["at"].to_numpy())),
                "CONTACT_CD": [CONTACT_CODES[kind].upper() for kind in met["kind"]],
                "MET": np.where(met["kept"], "Y", "N"),
            },
        ),
        style.path("assessments"): _send(
            style,
            {
                "ASMT_ID": scored["assessment_id"],
                "OFFENDER_ID": scored["doc_id"],
                "TOOL": np.full(len(scored), "ALDER-RNA"),
                "VERSION": np.where(scored["day"] < 600, "1.2", "2.0"),
                "ASMT_DT": days(scored["day"]),
                "SCORE": scored["score"].astype(str),
                "BAND": scored["band"],
            },
        ),
    }


def custody_file(files: Files, seed: int, ledger: Ledger) -> bytes:
    """Write the state's prison stays, with a last line that counts them."""
    style = STYLES[DOC]
    rng = stream(seed, "doc custody")
    frame = files.stays[files.stays["agency"] == DOC].reset_index(drop=True)
    out = {
        "STAY_ID": frame["stay_id"],
        "OFFENDER_ID": frame["doc_id"],
        "FACILITY": np.array(["NORTH PRISON", "PINE FLATS CI", "RIVER BLUFF CI"], dtype=object)[frame["booked"] % 3],
        "ADMIT_DT": style.stamp(minute_of(frame["booked_at"].to_numpy())),
        "RELEASE_DT": style.stamp(_out(frame)),
        "ADMIT_CD": np.array([STAY_CODES[STAY_REASONS[reason]] for reason in frame["reason"]], dtype=object),
        "RELEASE_CD": np.where(frame["released"] >= DAYS, "", np.where(frame["after"] == 9, "SRV", "PAR")),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    out["RELEASE_DT"][out["RELEASE_DT"] == ""] = style.no_end
    used = set(np.flatnonzero(out["RELEASE_DT"] == style.no_end).tolist())
    spots = choose(rng, len(frame), int(np.ceil(3 * min(1.0, len(frame) / 1_000))), used)
    ledger.note(
        style.path("custody"),
        "custody_stays",
        out["STAY_ID"][spots],
        "release before admission",
        "set aside: end_before_start",
    )
    out["RELEASE_DT"][spots] = ["1998" + text[4:] for text in out["ADMIT_DT"][spots]]
    filled = {name: np.where(values == "", style.null, values) for name, values in out.items()}
    content = delimited(filled, separator="‡", quote="", encoding="utf-8")
    return squeezed(content + f"TRAILER‡{len(frame)}\n".encode())


def _out(frame: pd.DataFrame) -> np.ndarray:
    gone = frame["released"].to_numpy() < DAYS
    return np.where(gone, minute_of(frame["released_at"].to_numpy()), np.datetime64("NaT"))


def releases_files(files: Files, residents: pd.DataFrame, seed: int, ledger: Ledger) -> dict[str, bytes]:
    """Write releases, done and planned: the state's in UTF-16, the jail's as a small CSV."""
    rng = stream(seed, "releases")
    prison = files.stays[(files.stays["agency"] == DOC) & (files.stays["released"] >= 0)].reset_index(drop=True)
    jail = files.stays[
        (files.stays["agency"] == SCJ) & (files.stays["released"] >= DAYS) & some(rng, len(files.stays), 0.8)
    ].reset_index(drop=True)
    contents = {}
    for path, frame, letter in (
        ("extracts/doc_releases.txt.bz2", prison, "Q"),
        ("extracts/scj_releases.csv", jail, "J"),
    ):
        size = len(frame)
        planned = np.where(frame["planned"] == NONE, frame["released"], frame["planned"])
        done = frame["released"].to_numpy() < DAYS
        planned = np.where(~done & (planned < DAYS), DAYS + 1 + below(rng, size, 9), planned)
        homes = files.residences.drop_duplicates("person", keep="last").set_index("person")["address"]
        address = homes.reindex(frame["person"]).fillna("").to_numpy()
        kind = (
            np.select([frame["after"].isin((1, 3)), frame["after"].isin((0, 6))], ["P", "B"], "U")
            if letter == "Q"
            else np.where(frame["reason"] == 0, "T", "U")
        )
        entered = np.where(
            done, frame["released"] * DAY + 700, np.minimum(frame["booked"] * DAY + 5 * DAY, DAYS * DAY - 300)
        )
        out = {
            "REL_ID": [f"{letter}{place:05d}" for place in range(1, size + 1)],
            "OFFENDER_ID": frame["doc_id"],
            "STAY_ID": frame["stay_id"],
            "FACILITY": np.array(["NORTH PRISON", "PINE FLATS CI", "RIVER BLUFF CI"], dtype=object)[frame["booked"] % 3]
            if letter == "Q"
            else np.full(size, "SORREL COUNTY JAIL"),
            "PROJ_DT": iso(day_of(planned), "D"),
            "ACT_DT": np.where(done, iso(day_of(np.where(done, frame["released"], 0)), "D"), "9999-12-31"),
            "REL_CD": kind,
            "REL_ADDR": np.where(some(rng, size, 0.2), "", address),
            "DETAINER": np.where(some(rng, size, 0.06), "Y", "N"),
            "UPDATED": iso(minute_of(entered), "s"),
        }
        out = {name: np.array(values, dtype=object) for name, values in out.items()}
        content = delimited(
            out,
            separator="|" if letter == "Q" else ",",
            quote="" if letter == "Q" else '"',
            encoding="utf-16-le" if letter == "Q" else "utf-8",
        )
        contents[path] = squeezed(b"\xff\xfe" + content) if letter == "Q" else content
    return contents


JAIL_PEOPLE_WIDTHS = {
    "PERSON_NO": 8,
    "LAST": 22,
    "FIRST": 18,
    "MIDDLE": 14,
    "SUF": 4,
    "DOB": 8,
    "SEX": 1,
    "RACE": 3,
    "SID": 12,
    "FBI": 12,
    "SEEN": 12,
}
JAIL_STAY_WIDTHS = {"BOOKING": 8, "PERSON_NO": 8, "BOOKED": 12, "RELEASED": 12, "REASON": 2, "OUT": 3}
JAIL_RACES = {"white": "W", "black": "B", "asian": "A", "american_indian": "NA", "other": "O"}


def jail_files(residents: pd.DataFrame, files: Files, lives: Lives, seed: int, ledger: Ledger) -> dict[str, bytes]:
    """Write the jail's people and bookings, fixed width, letters of ASCII only."""
    rng = stream(seed, "jail")
    frame, text = _recorded(SCJ, residents, files, lives, seed)
    people = {
        "PERSON_NO": frame["doc_id"],
        "LAST": [dirt.strip_accents(name) for name in text["surname"]],
        "FIRST": [dirt.strip_accents(name) for name in text["given_name"]],
        "MIDDLE": [dirt.strip_accents(name) for name in text["middle_name"]],
        "SUF": text["suffix"],
        "DOB": np.where(
            text["birth_known"], iso(text["birth"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"), "D"), ""
        ),
        "SEX": np.where(text["male"], "M", "F"),
        "RACE": dirt.race_words(text["race"].to_numpy(), JAIL_RACES),
        "SID": text["sid"],
        "FBI": text["fbi_number"],
        "SEEN": iso(minute_of(frame["from_day"].to_numpy() * DAY + 600)),
    }
    stays = files.stays[files.stays["agency"] == SCJ].reset_index(drop=True)
    released = iso(_out(stays))
    booked = iso(minute_of(stays["booked_at"].to_numpy())).astype(object)
    after = np.where(
        stays["released"] >= DAYS,
        "",
        np.where(
            stays["after"] == 6,
            "PRB",
            np.where(stays["after"] == 8, "TRN", np.where(stays["booked"] % 9 == 0, "DSM", "BND")),
        ),
    )
    bookings = {
        "BOOKING": stays["stay_id"],
        "PERSON_NO": stays["doc_id"],
        "BOOKED": booked,
        "RELEASED": released,
        "REASON": np.array([STAY_CODES[STAY_REASONS[reason]] for reason in stays["reason"]], dtype=object),
        "OUT": after,
    }
    bookings = {name: np.array(values, dtype=object) for name, values in bookings.items()}
    used = set(np.flatnonzero(released == "").tolist())
    spots = choose(rng, len(stays), int(np.ceil(4 * min(1.0, len(stays) / 1_000))), used)
    ledger.note(
        "extracts/scj_bookings.dat.bz2",
        "custody_stays",
        bookings["BOOKING"][spots],
        "release before booking",
        "set aside: end_before_start",
    )
    bookings["RELEASED"][spots] = ["2001" + text[4:] for text in bookings["BOOKED"][spots]]
    for column in ("BOOKED", "RELEASED"):
        bookings[column] = np.array(
            [text.replace("-", "").replace(":", "").replace(" ", "") for text in bookings[column]], dtype=object
        )
    people["DOB"] = [text.replace("-", "") for text in people["DOB"]]
    people["SEEN"] = [text.replace("-", "").replace(":", "").replace(" ", "") for text in people["SEEN"]]
    return {
        "extracts/scj_people.dat.bz2": squeezed(
            fixed({name: (width, people[name]) for name, width in JAIL_PEOPLE_WIDTHS.items()})
        ),
        "extracts/scj_bookings.dat.bz2": squeezed(
            fixed({name: (width, bookings[name]) for name, width in JAIL_STAY_WIDTHS.items()})
        ),
    }


def officers_file(files: Files) -> bytes:
    """Write the staff list as a workbook with banner rows."""
    columns = ["agency", "officer_id", "name", "unit", "phone", "after_hours", "email"]
    rows = [
        ["SORREL COUNTY SUPERVISION STAFF"],
        ["Printed for exchange partners. Confirm before calling after hours."],
        [],
        ["Agency", "Staff No", "Name", "Unit", "Phone", "After hours", "E-mail"],
        *files.officers[columns].to_numpy().tolist(),
    ]
    return workbook(rows, "Staff")


def aliases_file(residents: pd.DataFrame, files: Files, seed: int) -> tuple[bytes, pd.DataFrame]:
    """Write other names that the state knows, and who they are, for the answers."""
    style = STYLES[DOC]
    rng = stream(seed, "doc aliases")
    frame = files.identities[(files.identities["agency"] == DOC) & some(rng, len(files.identities), 0.12)].reset_index(
        drop=True
    )
    text = dirt.record(
        residents, below(rng, len(frame), len(residents)), rng, dirt.CORRECTIONS, np.zeros(len(frame), dtype=bool)
    )
    own = dirt.record(residents, frame["person"].to_numpy(), rng, dirt.CORRECTIONS, np.zeros(len(frame), dtype=bool))
    keep = below(rng, len(frame), 3)
    out = {
        "ALIAS_ID": [f"DA{place:05d}" for place in range(1, len(frame) + 1)],
        "OFFENDER_ID": frame["doc_id"],
        "LAST_NM": np.where(keep == 0, own["surname"], text["surname"]),
        "FIRST_NM": np.where(keep == 1, own["given_name"], text["given_name"]),
    }
    content = _send(style, {name: np.array(values, dtype=object) for name, values in out.items()}, small=True)
    return content, pd.DataFrame({"alias_id": out["ALIAS_ID"], "doc_id": frame["doc_id"], "person": frame["person"]})
