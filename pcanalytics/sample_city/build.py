"""Write the city down, file by file."""

from __future__ import annotations

from collections.abc import Iterator

from pcanalytics.errors import UsageError
from pcanalytics.sample_city import (
    answers,
    cad,
    corrections_files,
    custody_files,
    geojson,
    rms_files,
    rms_people,
    settings,
)
from pcanalytics.sample_city.answers_page import readme
from pcanalytics.sample_city.city import City, imagine
from pcanalytics.sample_city.corrections_mappings import corrections_mappings
from pcanalytics.sample_city.faults import Ledger
from pcanalytics.sample_city.rms_people_mappings import people_mappings
from pcanalytics.sample_city.styles import STYLES
from pcanalytics.sample_city.written import written_files

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
        raise UsageError(f"The city needs at least 1,000 people and 500 incidents, not {people:,} and {incidents:,}.")
    yield "agency.toml", settings.agency_file()
    yield from written_files()
    city = imagine(seed=seed, people=people, incidents=incidents)
    ledger = Ledger()
    yield from _places(city)
    yield from _police(city, ledger)
    yield from _corrections(city, ledger)
    yield from _mappings()
    yield "answers/README.md", readme(people, incidents, seed)
    yield from answers.place_files(city.incidents, city.calls, city.files).items()
    yield from answers.pattern_files(city.incidents).items()
    yield from answers.people_files(city.residents, city.records, city.files, city.points).items()
    yield "answers/aliases.csv", _aliases(city)
    yield "answers/hazards.csv.bz2", answers.hazard_file(city.lives)
    yield "answers/planted_faults.csv", answers.faults_file(ledger)


def _places(city: City) -> Iterator[tuple[str, bytes]]:
    yield "places/boundary.geojson", geojson.boundary(len(city.residents))
    yield "places/districts.geojson", geojson.districts(city.living)
    yield "places/beats.geojson", geojson.beats(city.living)
    yield "places/streets.geojson", geojson.streets(city.network)
    yield "places/water.geojson", geojson.water()
    yield "places/parks.geojson", geojson.parks()
    yield "places/landmarks.geojson", geojson.landmarks(city.landmarks)
    yield "places/address_points.csv.bz2", answers.address_points_file(city.network, city.points)


def _police(city: City, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    seed, book, named = city.seed, city.book, city.named
    yield rms_files.INCIDENTS_FILE, rms_files.incidents_file(city.incidents, book, seed, ledger)
    whole, review = rms_files.offenses_files(city.offenses, seed, ledger)
    yield rms_files.OFFENSES_FILE, whole
    yield rms_files.REVIEW_FILE, review
    yield rms_people.PEOPLE_FILE, rms_people.people_file(city.records, seed, ledger)
    yield rms_people.INVOLVED_FILE, rms_people.involved_file(city.involved, city.incidents, named)
    yield from rms_people.arrests_files(city.arrests, city.charges, city.incidents, book, named, seed, ledger).items()
    yield from rms_people.contact_files(city.interviews, city.stops, book, seed).items()
    yield rms_people.ALIASES_FILE, rms_people.aliases_file(city.records, city.residents, seed)[0]
    yield from cad.cad_files(city.calls, city.incidents, book, seed, ledger).items()


def _corrections(city: City, ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    residents, files, lives, seed = city.residents, city.files, city.lives, city.seed
    for style in STYLES.values():
        yield style.path("people"), corrections_files.people_file(style, residents, files, lives, seed, ledger)
        yield style.path("supervision"), corrections_files.supervision_file(style, files, seed, ledger)
        yield style.path("residences"), corrections_files.residences_file(style, files, seed, ledger)
        yield from corrections_files.other_files(style, files).items()
    yield "extracts/doc_custody.txt.bz2", custody_files.custody_file(files, seed, ledger)
    yield from custody_files.releases_files(files, residents, seed, ledger).items()
    yield from custody_files.jail_files(residents, files, lives, seed, ledger).items()
    yield "extracts/officers.xlsx", custody_files.officers_file(files)
    yield "extracts/doc_aliases.txt", custody_files.aliases_file(residents, files, seed)[0]


def _mappings() -> Iterator[tuple[str, bytes]]:
    yield from rms_files.rms_mappings().items()
    yield from people_mappings().items()
    yield "mappings/cad_calls.toml", cad.cad_mapping()
    yield from corrections_mappings().items()


def _aliases(city: City) -> bytes:
    police = rms_people.aliases_file(city.records, city.residents, city.seed)[1]
    state = custody_files.aliases_file(city.residents, city.files, city.seed)[1]
    return answers.aliases_file(police, state)
