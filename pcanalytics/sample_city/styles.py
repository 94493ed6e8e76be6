"""How each corrections agency writes: its dates, its codes, its words for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pcanalytics.sample_city.corrections import DOC, SCCC
from pcanalytics.sample_city.events import DAY
from pcanalytics.sample_city.files import delimited, squeezed
from pcanalytics.sample_city.lives import (
    NONE,
    STAY_REASONS,
)
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.traits import LEVELS, TYPES
from pcanalytics.sample_city.writing import american, iso, moments


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


def day_of(days: np.ndarray) -> np.ndarray:
    """Turn days since the first day into times; `NONE` is none."""
    days = np.asarray(days)
    return np.where(
        days == NONE,
        np.datetime64("NaT", "s"),
        moments((days.clip(0)) * DAY) + np.minimum(days, 0).astype("timedelta64[D]"),
    )


def minute_of(minutes: np.ndarray) -> np.ndarray:
    """Turn minutes since the first day, which may lie before it, into times."""
    minutes = np.asarray(minutes)
    return moments(minutes.clip(0)) + np.minimum(minutes, 0).astype("timedelta64[m]")


def send(style: Style, columns: Mapping[str, Any], small: bool = False) -> bytes:
    """Write a table in an agency's style, compressed unless it is small."""
    filled = {
        name: np.where(np.asarray(values, dtype=object) == "", style.null, values) for name, values in columns.items()
    }
    content = delimited(filled, separator="‡", terminator=style.terminator, quote="", encoding=style.encoding)
    return content if small else squeezed(content)
