"""What the corrections agencies hold: their people, numbers, residences, jobs, conditions, contacts, assessments.

Three agencies each keep their own numbers: the county jail (SCJ), county community corrections (SCCC: probation, pretrial, interstate)
and the state Department of Corrections (DOC: prison, parole).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city.casework import list_assessments, list_conditions, list_contacts, list_violations
from pcanalytics.sample_city.chance import Stream, below, pick, stream
from pcanalytics.sample_city.events import DAY, DAYS
from pcanalytics.sample_city.lives import NONE, RUNNING, Lives
from pcanalytics.sample_city.offenses import HABITS, OFFENSE
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.residences import list_employment, list_residences
from pcanalytics.sample_city.traits import DAY_ZERO
from pcanalytics.sample_city.writing import Gazetteer, some

SCCC, DOC, SCJ = "SCCC", "DOC", "SCJ"
OWNER = np.array([SCCC, DOC, SCCC, DOC, SCCC], dtype=object)


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
    residences = list_residences(residents, book, lives, supervision, stays, stream(seed, "residences"))
    employment = list_employment(lives, supervision, stream(seed, "employment"))
    for frame in (residences, employment):
        frame["doc_id"] = _number_of(identities, frame["agency"], frame["person"], frame["from_day"])
    assessments = list_assessments(lives, supervision, stream(seed, "assessments"))
    return Files(
        identities,
        supervision,
        stays,
        residences,
        employment,
        list_conditions(lives, supervision, residents, stream(seed, "conditions")),
        list_violations(lives, supervision, stream(seed, "violations")),
        list_contacts(supervision, stream(seed, "supervision contacts")),
        assessments,
        officers,
    )


def _stays(lives: Lives, arrests: pd.DataFrame, residents: pd.DataFrame, rng: Stream) -> pd.DataFrame:
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


def _supervision(lives: Lives, arrests: pd.DataFrame, rng: Stream) -> pd.DataFrame:
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


def _identities(lives: Lives, supervision: pd.DataFrame, stays: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Give each person a number at each agency; about one in ninety has two numbers at one agency."""
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


def _officers(residents: pd.DataFrame, rng: Stream) -> pd.DataFrame:
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


def _give_officers(supervision: pd.DataFrame, officers: pd.DataFrame, rng: Stream) -> None:
    choice = np.empty(len(supervision), dtype=object)
    for agency in (SCCC, DOC):
        staff = officers.loc[officers["agency"] == agency, "officer_id"].to_numpy()
        mine = np.flatnonzero((supervision["agency"] == agency).to_numpy())
        choice[mine] = staff[below(rng, len(mine), len(staff))]
    supervision["officer_id"] = choice


def age_on(residents: pd.DataFrame, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return ages in whole years on a day of the city."""
    return np.floor((DAY_ZERO + day - residents["birth"].to_numpy()[person]) / 365.25).astype(int)
