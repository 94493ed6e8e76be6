"""The truth that no agency knows: who each record is, where each thing was, and what was planted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.addresses import Network
from pcanalytics.sample_city.corrections import Files
from pcanalytics.sample_city.dirt import sid_text
from pcanalytics.sample_city.events import DAY, DAYS, DROP, EXTRACTED, HOTSPOTS, PLACE_PROGRAM, REPEAT, SURGE
from pcanalytics.sample_city.faults import Ledger
from pcanalytics.sample_city.files import decimals, delimited, flags, squeezed
from pcanalytics.sample_city.involvement import TYPING
from pcanalytics.sample_city.lives import NONE, PROGRAM, SHAPE, Lives
from pcanalytics.sample_city.names import GROUPS
from pcanalytics.sample_city.offenses import HABITS
from pcanalytics.sample_city.people import spell
from pcanalytics.sample_city.traits import LEVELS
from pcanalytics.sample_city.writing import FORMS, iso, moments


def person_text(person: Iterable[int]) -> list[str]:
    """Write the true person's number."""
    return [f"T{number:06d}" for number in person]


def _day_text(days: np.ndarray) -> np.ndarray:
    days = np.asarray(days)
    times = moments(days.clip(0) * DAY) + np.minimum(days, 0).astype("timedelta64[D]")
    return np.where(days == NONE, "", iso(times, "D"))


def place_files(incidents: pd.DataFrame, calls: pd.DataFrame, files: Files) -> dict[str, bytes]:
    """Write the true place of incidents, of calls not written as plain addresses, and of residences."""
    present = incidents[incidents["entered"] < EXTRACTED].sort_values("number", kind="stable")
    absent = incidents[incidents["entered"] >= EXTRACTED].sort_values("number", kind="stable")
    odd = calls[calls["form"] != FORMS.index("plain")]
    odd_incidents = present[present["form"] != FORMS.index("plain")]
    spans = present[~present["exact"]]
    homes = files.residences
    return {
        "answers/incident_places.csv.bz2": squeezed(
            delimited({"incident_id": odd_incidents["number"], "place_id": odd_incidents["place"]})
        ),
        "answers/incident_times.csv.bz2": squeezed(
            delimited(
                {
                    "incident_id": spans["number"],
                    "minutes_after_occurred_from": (spans["at"] - spans["from_"]).astype(str),
                }
            )
        ),
        "answers/incidents_not_entered.csv": delimited(
            {
                "incident_id": absent["number"],
                "offense": [HABITS[row].offense for row in absent["offense"]],
                "occurred_at": iso(moments(absent["at"].to_numpy())),
                "place_id": absent["place"],
            }
        ),
        "answers/call_places.csv.bz2": squeezed(delimited({"call_id": odd["number"], "place_id": odd["place"]})),
        "answers/residence_places.csv.bz2": squeezed(
            delimited({"residence_id": homes["residence_id"], "place_id": homes["place"]})
        ),
    }


def pattern_files(incidents: pd.DataFrame) -> dict[str, bytes]:
    """Write the planted patterns: hotspots, near repeats, the surge, the drop, the programs."""
    place = [plan.to_map(np.array(spot.u), np.array(spot.v)) for spot in HOTSPOTS]
    drawn = incidents[(incidents["hotspot"] >= 0) & (incidents["entered"] < EXTRACTED)]
    children = incidents[(incidents["parent"] >= 0) & (incidents["entered"] < EXTRACTED)]
    born = children[incidents["entered"].to_numpy()[children["parent"]] < EXTRACTED]
    changes = [("surge", SURGE), ("drop", DROP)]
    number = np.bincount(drawn["hotspot"], minlength=len(HOTSPOTS))
    return {
        "answers/hotspots.csv": delimited(
            {
                "hotspot": [spot.name for spot in HOTSPOTS],
                "x": decimals(np.array([float(x) for x, _ in place]), 1),
                "y": decimals(np.array([float(y) for _, y in place]), 1),
                "radius_m": [f"{spot.radius_m:.0f}" for spot in HOTSPOTS],
                "offenses": [" ".join(spot.offenses) for spot in HOTSPOTS],
                "ratio": [f"{spot.ratio:g}" for spot in HOTSPOTS],
                "from_date": _day_text(np.array([spot.from_day for spot in HOTSPOTS])),
                "to_date": _day_text(np.array([spot.to_day for spot in HOTSPOTS])),
                "incidents": number.astype(str),
            }
        ),
        "answers/hotspot_incidents.csv.bz2": squeezed(
            delimited({"incident_id": drawn["number"], "hotspot": [HOTSPOTS[row].name for row in drawn["hotspot"]]})
        ),
        "answers/near_repeats.csv.bz2": squeezed(
            delimited(
                {"incident_id": born["number"], "parent_incident_id": incidents["number"].to_numpy()[born["parent"]]}
            )
        ),
        "answers/changes.csv": delimited(
            {
                "change": [name for name, _ in changes] + ["near repeat"],
                "offense": [change.offense for _, change in changes] + [REPEAT.offense],
                "district": [plan.DISTRICTS[change.district] for _, change in changes] + [""],
                "ratio": [f"{change.ratio:g}" for _, change in changes] + [""],
                "from_date": list(_day_text(np.array([DAYS - change.days for _, change in changes]))) + [""],
                "to_date": list(_day_text(np.array([DAYS] * len(changes)))) + [""],
                "share_of_burglaries_led_to_by_another": [""] * len(changes) + [f"{REPEAT.share:g}"],
                "mean_days": [""] * len(changes) + [f"{REPEAT.mean_days:g}"],
                "mean_m": [""] * len(changes) + [f"{REPEAT.mean_m:g}"],
            }
        ),
        "answers/programs.csv": delimited(
            {
                "program": [PROGRAM.name, PLACE_PROGRAM.name],
                "kind": ["people", "places"],
                "who_or_where": [
                    "supervised at level " + " or ".join(PROGRAM.levels) + ", half of them by chance",
                    "beats " + " ".join(f"{beat + 1:03d}" for beat in PLACE_PROGRAM.beats),
                ],
                "outcome": ["re-arrest", " ".join(PLACE_PROGRAM.offenses)],
                "effect": ["hazard ratio", "rate ratio"],
                "true_value": [f"{PROGRAM.hazard_ratio:g}", f"{PLACE_PROGRAM.ratio:g}"],
                "from_date": _day_text(np.array([PROGRAM.first_day, PLACE_PROGRAM.from_day])),
            }
        ),
    }


def people_files(
    residents: pd.DataFrame,
    records: pd.DataFrame,
    files: Files,
    points: pd.DataFrame,
) -> dict[str, bytes]:
    """Write the true person behind every record of a person, and who those are whom a corrections agency knows."""
    seen = records[records["at"] < EXTRACTED - TYPING]
    identity = files.identities
    known = np.unique(identity["person"].to_numpy())
    true = residents.iloc[known]
    text = spell(true)
    twin = true["twin"].to_numpy()
    return {
        "answers/police_people.csv.bz2": squeezed(
            delimited(
                {
                    "person_record_id": seen["number"],
                    "person_id": person_text(seen["person"]),
                    "note": np.where(
                        seen["false_name"], "false name", np.where(seen["sid_wrong"], "another's SID", "")
                    ).astype(object),
                }
            )
        ),
        "answers/corrections_people.csv.bz2": squeezed(
            delimited(
                {
                    "agency": identity["agency"],
                    "doc_id": identity["doc_id"],
                    "person_id": person_text(identity["person"]),
                    "second_number": flags(identity["second"]),
                }
            )
        ),
        "answers/people.csv.bz2": squeezed(
            delimited(
                {
                    "person_id": person_text(known),
                    "surname": text["surname"],
                    "given_name": text["given_name"],
                    "suffix": text["suffix"],
                    "birth_date": iso(true["birth"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"), "D"),
                    "male": flags(true["male"]),
                    "group": [GROUPS[row] for row in true["group"]],
                    "sid": [sid_text(value) for value in true["sid"]],
                    "household": true["household"].astype(str),
                    "place_id": points["address_point_id"].to_numpy()[true["point"]],
                    "twin_id": [f"T{one:06d}" if one >= 0 else "" for one in twin],
                }
            )
        ),
    }


def aliases_file(police: pd.DataFrame, state: pd.DataFrame) -> bytes:
    """Write the true person behind every alias."""
    return delimited(
        {
            "alias_id": [*police["alias_id"], *state["alias_id"]],
            "table": ["police_aliases"] * len(police) + ["corrections_aliases"] * len(state),
            "person_id": person_text([*police["person"], *state["person"]]),
        }
    )


def hazard_file(lives: Lives) -> bytes:
    """Write what was planted about each supervised person's re-arrest."""
    frame = lives.people
    rate = frame["hazard"].to_numpy()
    ends = (365, 730, 1095)

    def cumulative(days: int) -> float:
        total, last = 0.0, 0
        for limit, factor in SHAPE:
            total += factor * (min(limit, days) - last)
            last = min(limit, days)
        return total / 365.25

    out = {
        "person_id": person_text(frame["person"]),
        "supervised_from": _day_text(frame["start"].to_numpy()),
        "age": decimals(frame["age"].to_numpy(), 2),
        "male": flags(frame["male"]),
        "prior_arrests": frame["prior_arrests"].astype(str),
        **{name: flags(frame[name]) for name in ("gang", "employed", "unstable_housing", "substance_need")},
        "unmeasured": decimals(frame["unmeasured"].to_numpy(), 3),
        "level": [LEVELS[row] for row in frame["level"]],
        "rearrests_a_year": decimals(rate, 4),
        **{f"probability_{days}_days": decimals(1 - np.exp(-rate * cumulative(days)), 4) for days in ends},
        "program_group": flags(frame["in_program_group"]),
        "enrolled": _day_text(frame["enrolled"].to_numpy()),
    }
    return squeezed(delimited(out))


def faults_file(ledger: Ledger) -> bytes:
    """Write the list of planted faults."""
    columns = ("file", "table", "key", "fault", "expected")
    return delimited({name: [row[place] for row in ledger.rows] for place, name in enumerate(columns)})


def address_points_file(network: Network, points: pd.DataFrame) -> bytes:
    """Write the address points with their declared columns."""
    table = network.table.iloc[points["street"]]
    return squeezed(
        delimited(
            {
                "address_point_id": points["address_point_id"],
                "house_number": points["number"].astype(str),
                "predirection": table["predirection"],
                "street_name": table["street_name"],
                "street_type": table["street_type"],
                "zip_code": table["zip_code"],
                "x": decimals(points["x"].to_numpy(), 1),
                "y": decimals(points["y"].to_numpy(), 1),
            }
        )
    )
