"""The extracts of prison and jail, releases, the staff list and other names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.sample_city import dirt
from pcanalytics.sample_city.chance import below, stream
from pcanalytics.sample_city.corrections import DOC, SCJ, Files
from pcanalytics.sample_city.corrections_files import recorded
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.faults import Ledger, choose
from pcanalytics.sample_city.files import delimited, fixed, squeezed
from pcanalytics.sample_city.lives import NONE, STAY_REASONS, Lives
from pcanalytics.sample_city.styles import STAY_CODES, STYLES, day_of, minute_of, send
from pcanalytics.sample_city.workbook import workbook
from pcanalytics.sample_city.writing import iso, some


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
    return np.where(gone, minute_of(frame["released_at"].to_numpy()), np.datetime64("NaT", "s"))


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
    frame, text = recorded(SCJ, residents, files, lives, seed)
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
    content = send(style, {name: np.array(values, dtype=object) for name, values in out.items()}, small=True)
    return content, pd.DataFrame({"alias_id": out["ALIAS_ID"], "doc_id": frame["doc_id"], "person": frame["person"]})
