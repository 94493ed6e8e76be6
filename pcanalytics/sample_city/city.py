"""The city as it truly is, before any agency writes anything down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city import cad, involvement, rms
from pcanalytics.sample_city.addresses import Network, address_text, name_streets, place_addresses
from pcanalytics.sample_city.arrests import make_arrests, make_charges, make_contacts
from pcanalytics.sample_city.calls import make_calls
from pcanalytics.sample_city.corrections import Files, open_files
from pcanalytics.sample_city.events import EXTRACTED, make_incidents
from pcanalytics.sample_city.landmarks import place_landmarks
from pcanalytics.sample_city.lives import Lives, live
from pcanalytics.sample_city.people import make_residents
from pcanalytics.sample_city.streets import lay_streets
from pcanalytics.sample_city.writing import Gazetteer, make_gazetteer


@dataclass(frozen=True)
class City:
    """Everything of the city that a file is made from."""

    seed: int
    network: Network
    points: pd.DataFrame
    landmarks: pd.DataFrame
    book: Gazetteer
    residents: pd.DataFrame
    incidents: pd.DataFrame
    offenses: pd.DataFrame
    lives: Lives
    arrests: pd.DataFrame
    charges: pd.DataFrame
    interviews: pd.DataFrame
    stops: pd.DataFrame
    involved: pd.DataFrame
    records: pd.DataFrame
    calls: pd.DataFrame
    files: Files

    @property
    def named(self) -> set[str]:
        """Numbers of the records of people that were there when the extracts were taken."""
        return set(self.records["number"][self.records["at"] < EXTRACTED - involvement.TYPING])

    @property
    def living(self) -> np.ndarray:
        """How many people live in each beat."""
        return np.bincount(self.points["beat"].to_numpy()[self.residents["point"]], minlength=24)


def imagine(*, seed: int, people: int, incidents: int) -> City:
    """Imagine the city: its plan, its people, and four years of what happens in it.

    Parameters
    ----------
    seed : int
        The same seed and sizes give the same city.
    people : int
        How many residents.
    incidents : int
        About how many incidents.

    Returns
    -------
    City
        The whole truth.
    """
    network = name_streets(lay_streets(seed), seed)
    points = place_addresses(network, seed)
    landmarks = place_landmarks(points, address_text(network, points))
    points.loc[landmarks["point"][landmarks["point"] >= 0], "units"] = 0
    book = make_gazetteer(network, points, landmarks)
    residents = make_residents(points, seed, people)
    events, _ = make_incidents(points, seed, incidents)
    rms.number_incidents(events, seed)
    rms.write_incident_places(events, book, seed)
    lives = live(residents, points, seed)
    arrests = make_arrests(residents, points, events, lives, seed)
    rms.decide_unarrested(events, seed)
    interviews, stops = make_contacts(residents, points, arrests, incidents, seed)
    involved = involvement.involve(residents, points, events, arrests, seed)
    members = np.zeros(len(residents), dtype=bool)
    members[lives.people["person"].to_numpy()[lives.people["gang"]]] = True
    records = involvement.name_records(residents, book, events, involved, arrests, interviews, stops, members, seed)
    calls = make_calls(events, points, landmarks, seed)
    cad.number_calls(calls)
    cad.write_call_places(calls, book, seed)
    return City(
        seed=seed,
        network=network,
        points=points,
        landmarks=landmarks,
        book=book,
        residents=residents,
        incidents=events,
        offenses=rms.make_offenses(events, seed),
        lives=lives,
        arrests=arrests,
        charges=make_charges(arrests, seed),
        interviews=interviews,
        stops=stops,
        involved=involved,
        records=records,
        calls=calls,
        files=open_files(residents, book, lives, arrests, seed),
    )
