"""Put the city together, file by file."""

from __future__ import annotations

from collections.abc import Iterator

from pcanalytics.sample_city import cad, geojson, rms, settings
from pcanalytics.sample_city.addresses import address_text, name_streets, place_addresses
from pcanalytics.sample_city.calls import make_calls
from pcanalytics.sample_city.events import make_incidents
from pcanalytics.sample_city.faults import Ledger
from pcanalytics.sample_city.landmarks import place_landmarks
from pcanalytics.sample_city.people import make_residents
from pcanalytics.sample_city.streets import lay_streets
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
        About how many incidents in four years; 60,000 without it. Calls follow, two and a half for each.

    Yields
    ------
    tuple of str and bytes
        The path of a file in the workspace, with forward slashes, and its content.

    Raises
    ------
    ValueError
        If a size is less than 1,000 people or 500 incidents.

    Examples
    --------
    >>> path, content = next(build(people=1_000, incidents=500))
    >>> path
    'agency.toml'
    """
    people, incidents = PEOPLE if people is None else people, INCIDENTS if incidents is None else incidents
    if people < 1_000 or incidents < 500:
        raise ValueError(f"the city needs at least 1,000 people and 500 incidents, not {people:,} and {incidents:,}")
    ledger = Ledger()
    yield "agency.toml", settings.agency_file()
    network = name_streets(lay_streets(seed), seed)
    points = place_addresses(network, seed)
    landmarks = place_landmarks(points, address_text(network, points))
    points.loc[landmarks["point"][landmarks["point"] >= 0], "units"] = 0
    yield from _places(network, landmarks, people)
    book = make_gazetteer(network, points, landmarks)
    residents = make_residents(points, seed, people)
    events, _ = make_incidents(points, seed, incidents)
    rms.number_incidents(events, seed)
    rms.write_incident_places(events, book, seed)
    rms.decide_unarrested(events, seed)
    offenses = rms.make_offenses(events, seed)
    yield rms.INCIDENTS_FILE, rms.incidents_file(events, book, seed, ledger)
    whole, review = rms.offenses_files(offenses, seed, ledger)
    yield rms.OFFENSES_FILE, whole
    yield rms.REVIEW_FILE, review
    yield from rms.rms_mappings().items()
    calls = make_calls(events, points, landmarks, seed)
    cad.number_calls(calls)
    cad.write_call_places(calls, book, seed)
    yield from cad.cad_files(calls, events, book, seed, ledger).items()
    yield "mappings/cad_calls.toml", cad.cad_mapping()


def _places(network, landmarks, people: int) -> Iterator[tuple[str, bytes]]:
    yield "places/boundary.geojson", geojson.boundary(people)
    yield "places/districts.geojson", geojson.districts()
    yield "places/beats.geojson", geojson.beats()
    yield "places/streets.geojson", geojson.streets(network)
    yield "places/water.geojson", geojson.water()
    yield "places/parks.geojson", geojson.parks()
    yield "places/landmarks.geojson", geojson.landmarks(landmarks)
