"""Put the city together, file by file."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pcanalytics.errors import UsageError
from pcanalytics.sample_city import (
    answers,
    cad,
    corrections_files,
    custody_files,
    geojson,
    involvement,
    rms,
    rms_files,
    rms_people,
    rms_people_mappings,
    settings,
)
from pcanalytics.sample_city.addresses import Network, address_text, name_streets, place_addresses
from pcanalytics.sample_city.arrests import make_arrests, make_charges, make_contacts
from pcanalytics.sample_city.calls import make_calls
from pcanalytics.sample_city.corrections import Files, open_files
from pcanalytics.sample_city.corrections_mappings import corrections_mappings
from pcanalytics.sample_city.events import EXTRACTED, make_incidents
from pcanalytics.sample_city.faults import Ledger
from pcanalytics.sample_city.landmarks import place_landmarks
from pcanalytics.sample_city.lives import Lives, live
from pcanalytics.sample_city.people import make_residents
from pcanalytics.sample_city.streets import lay_streets
from pcanalytics.sample_city.styles import STYLES
from pcanalytics.sample_city.writing import make_gazetteer

SEED, PEOPLE, INCIDENTS = 20261122, 180_000, 60_000


def build(*, seed: int = SEED, people: int | None = None, incidents: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Build the made-up city.

    Parameters
    ----------
    seed : int
        The same seed and sizes give the same bytes, on any machine.
    people : int, optional
        How many residents; 180,000 without it.
    incidents : int, optional
        About how many incidents in four years; 60,000 without it. Calls follow, about two and a half for each.

    Yields
    ------
    tuple of str and bytes
        The path of a file in the workspace, with forward slashes, and its content.

    Raises
    ------
    UsageError
        If a size is less than 1,000 people or 500 incidents.

    Examples
    --------
    >>> path, content = next(build(people=1_000, incidents=500))
    >>> path
    'agency.toml'
    """
    people, incidents = PEOPLE if people is None else people, INCIDENTS if incidents is None else incidents
    if people < 1_000 or incidents < 500:
        raise UsageError(f"The city needs at least 1,000 people and 500 incidents, not {people:,} and {incidents:,}")
    ledger = Ledger()
    yield "agency.toml", settings.agency_file()
    network = name_streets(lay_streets(seed), seed)
    points = place_addresses(network, seed)
    landmarks = place_landmarks(points, address_text(network, points))
    points.loc[landmarks["point"][landmarks["point"] >= 0], "units"] = 0
    yield from _places(network, landmarks, people)
    yield "places/address_points.csv.bz2", answers.address_points_file(network, points)
    book = make_gazetteer(network, points, landmarks)
    residents = make_residents(points, seed, people)
    events, _ = make_incidents(points, seed, incidents)
    rms.number_incidents(events, seed)
    rms.write_incident_places(events, book, seed)
    lives = live(residents, points, seed)
    arrests = make_arrests(residents, points, events, lives, seed)
    rms.decide_unarrested(events, seed)
    offenses = rms.make_offenses(events, seed)
    yield rms_files.INCIDENTS_FILE, rms_files.incidents_file(events, book, seed, ledger)
    whole, review = rms_files.offenses_files(offenses, seed, ledger)
    yield rms_files.OFFENSES_FILE, whole
    yield rms_files.REVIEW_FILE, review
    yield from rms_files.rms_mappings().items()
    charges = make_charges(arrests, seed)
    interviews, stops = make_contacts(residents, points, arrests, incidents, seed)
    involved = involvement.involve(residents, points, events, arrests, seed)
    records = involvement.name_records(residents, book, events, involved, arrests, interviews, stops, seed)
    numbers = set(records["number"][records["at"] < EXTRACTED - 8 * 60])
    yield rms_people.PEOPLE_FILE, rms_people.people_file(records, seed, ledger)
    yield rms_people.INVOLVED_FILE, rms_people.involved_file(involved, events, numbers)
    yield from rms_people.arrests_files(arrests, charges, events, book, numbers, seed, ledger).items()
    yield from rms_people.contact_files(interviews, stops, book, seed).items()
    content, aliases = rms_people.aliases_file(records, residents, seed)
    yield rms_people.ALIASES_FILE, content
    yield from rms_people_mappings.people_mappings().items()
    calls = make_calls(events, points, landmarks, seed)
    cad.number_calls(calls)
    cad.write_call_places(calls, book, seed)
    yield from cad.cad_files(calls, events, book, seed, ledger).items()
    yield "mappings/cad_calls.toml", cad.cad_mapping()
    files = open_files(residents, book, lives, arrests, seed)
    yield from _corrections(residents, files, lives, seed, ledger)
    content, other_aliases = custody_files.aliases_file(residents, files, seed)
    yield "extracts/doc_aliases.txt", content
    yield from corrections_mappings().items()
    yield "answers/README.md", answers.readme(people, incidents, seed)
    yield from answers.place_files(events, calls, files).items()
    yield from answers.pattern_files(events).items()
    yield from answers.people_files(residents, records, files, aliases, other_aliases, points).items()
    yield "answers/hazards.csv.bz2", answers.hazard_file(lives)
    yield "answers/planted_faults.csv", answers.faults_file(ledger)


def _places(network: Network, landmarks: pd.DataFrame, people: int) -> Iterator[tuple[str, bytes]]:
    yield "places/boundary.geojson", geojson.boundary(people)
    yield "places/districts.geojson", geojson.districts()
    yield "places/beats.geojson", geojson.beats()
    yield "places/streets.geojson", geojson.streets(network)
    yield "places/water.geojson", geojson.water()
    yield "places/parks.geojson", geojson.parks()
    yield "places/landmarks.geojson", geojson.landmarks(landmarks)


def _corrections(
    residents: pd.DataFrame, files: Files, lives: Lives, seed: int, ledger: Ledger
) -> Iterator[tuple[str, bytes]]:
    for style in STYLES.values():
        yield style.path("people"), corrections_files.people_file(style, residents, files, lives, seed, ledger)
        yield style.path("supervision"), corrections_files.supervision_file(style, files, seed, ledger)
        yield style.path("residences"), corrections_files.residences_file(style, files, seed, ledger)
        yield from corrections_files.other_files(style, files).items()
    yield "extracts/doc_custody.txt.bz2", custody_files.custody_file(files, seed, ledger)
    yield from custody_files.releases_files(files, residents, seed, ledger).items()
    yield from custody_files.jail_files(residents, files, lives, seed, ledger).items()
    yield "extracts/officers.xlsx", custody_files.officers_file(files)
