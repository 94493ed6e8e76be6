"""The extracts of the corrections agencies, each written in its own way.

Community corrections (SCCC) sends Windows-1252 with ``‡`` between fields and ``‡`` and a line feed after each row, 12-hour times, the
word ``(null)`` and 12/31/9999 for no end. The state department (DOC) sends UTF-8 with ``‡`` between fields, ISO dates, the word
``NULL`` and 9999-12-31. The jail (SCJ) sends fixed width. Staff come in a workbook, releases in UTF-16.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.chance import stream
from pcanalytics.sample_city.conditions import AUTHORITIES, CONDITIONS
from pcanalytics.sample_city.corrections import SCCC, SCJ, Files
from pcanalytics.sample_city.events import DAY
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.involvement import GANGS
from pcanalytics.sample_city.lives import (
    ABSCONDED,
    DISCHARGED,
    NONE,
    OUTCOMES,
    REVOKED,
    VIOLATIONS,
    Lives,
)
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.styles import (
    CONTACT_CODES,
    LEVEL_CODES,
    RACES,
    RESIDENCE_CODES,
    TYPE_CODES,
    Style,
    day_of,
    minute_of,
    send,
)
from pcanalytics.sample_city.traits import LEVELS, TYPES
from pcanalytics.sample_city.writing import some

CANARY_SSNS = tuple(f"987-65-43{place}" for place in range(20, 30))


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
    return send(style, out)


def people_file(style: Style, residents: pd.DataFrame, files: Files, lives: Lives, seed: int, ledger: Ledger) -> bytes:
    """Write one agency's people."""
    frame, text = recorded(style.agency, residents, files, lives, seed)
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
            np.array(GANGS, dtype=object)[frame["person"].to_numpy() % len(GANGS)],
            np.where(some(rng, size, 0.02), "None", ""),
        ),
        "SSN": np.full(size, "", dtype=object),
        "FIRST_SEEN": style.stamp(minute_of(frame["from_day"].to_numpy() * DAY + 600)),
    }
    out = {name: np.array(values, dtype=object) for name, values in out.items()}
    used: set[int] = set()
    path, scale = style.path("people"), min(1.0, size / 1_000)

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
    return send(style, out)


def recorded(
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
    return send(style, out)


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
        style.path("employment"): send(
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
        style.path("conditions"): send(
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
        style.path("violations"): send(
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
        style.path("contacts"): send(
            style,
            {
                "CONTACT_ID": met["contact_id"],
                "SUPV_ID": met["supervision_id"],
                "CONTACT_DT": style.stamp(minute_of(met["at"].to_numpy())),
                "CONTACT_CD": [CONTACT_CODES[kind].upper() for kind in met["kind"]],
                "MET": np.where(met["kept"], "Y", "N"),
            },
        ),
        style.path("assessments"): send(
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
