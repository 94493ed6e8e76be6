"""The city as a whole: its size, its sameness, its mappings, and what a load of it must give."""

from __future__ import annotations

import fnmatch
import io
import re
import tomllib
from collections import Counter

import pandas as pd
import pytest

from pcanalytics.errors import UsageError
from pcanalytics.intake import read_extract, read_mapping
from pcanalytics.sample_city import build
from pcanalytics.sample_city.corrections_files import CANARY_SSNS

from .conftest import table_of, text_of

MILLION = 1_000_000


def sources(city: dict[str, bytes]) -> list[tuple[str, str, str]]:
    """List source name, file and mapping of every extract of a city."""
    listed = tomllib.loads(city["agency.toml"].decode())["sources"]
    return [
        (source["name"], path, source["mapping"])
        for source in listed
        for path in sorted(city)
        if fnmatch.fnmatch(path, source["path"])
    ]


def read(city: dict[str, bytes], path: str, mapping_path: str):
    """Read one extract of a city through its mapping; return frame, rows set aside, rows read, rows rejected."""
    mapping = read_mapping(city[mapping_path].decode(), name=mapping_path)
    extract = read_extract(
        io.BytesIO(city[path]), mapping, file_name=path, crs="EPSG:26915", time_zone="America/Chicago"
    )
    batches = list(extract)
    frame = pd.concat([batch.frame for batch in batches])
    aside = pd.concat([batch.set_aside for batch in batches])
    return frame, aside, sum(batch.read for batch in batches), sum(batch.rejected for batch in batches)


def test_size_of_the_committed_city(committed):
    assert sum(map(len, committed.values())) <= 12 * MILLION
    assert {path for path, content in committed.items() if len(content) > 3 * MILLION} == set()


def test_committed_city_has_the_files_that_the_generator_writes(committed, small):
    assert set(committed) == set(small)


def test_committed_mappings_and_settings_are_those_of_the_generator(committed, small):
    same = [
        path
        for path in small
        if path in ("agency.toml", "actions.csv", "harm_weights.csv")
        or path.startswith(("comments/", "mappings/", "places/streets", "places/water"))
    ]
    assert len(same) > 30
    assert [path for path in same if committed[path] != small[path]] == []


@pytest.mark.slow
def test_committed_city_is_byte_for_byte_what_the_generator_writes(committed):
    again = dict(build())
    assert [path for path in again if again[path] != committed.get(path)] == []


@pytest.mark.slow
def test_same_seed_gives_same_bytes_and_another_seed_another_city():
    first, second, other = (dict(build(seed=seed, people=1_000, incidents=500)) for seed in (1, 1, 2))
    assert first == second
    path = "extracts/rms_incidents.csv.bz2"
    assert first[path] != other[path]


@pytest.mark.parametrize("size", [{"people": 999}, {"incidents": 499}])
def test_a_city_too_small_is_refused(size):
    with pytest.raises(UsageError, match="at least 1,000 people and 500 incidents"):
        next(build(**size))


def test_every_source_has_its_files_and_every_extract_its_source(small):
    listed = sources(small)
    assert {path for _, path, _ in listed} == {path for path in small if path.startswith("extracts/")}
    assert {mapping for _, _, mapping in listed} == {path for path in small if path.startswith("mappings/")}
    assert len({name for name, _, _ in listed}) == 35


def test_every_extract_loads_and_only_planted_rows_are_set_aside(small):
    faults = table_of(small["answers/planted_faults.csv"])
    planted = Counter(faults.loc[faults["expected"].str.startswith("set aside"), "file"])
    for _, path, mapping in sources(small):
        frame, aside, rows, rejected = read(small, path, mapping)
        assert len(frame) + aside["source_row"].nunique() + rejected == rows, path
        assert aside["source_row"].nunique() == planted[path], path
        assert rejected == 0, path


@pytest.mark.slow
def test_every_committed_extract_loads_and_only_planted_rows_are_set_aside(committed):
    test_every_extract_loads_and_only_planted_rows_are_set_aside(committed)


def test_set_aside_reasons_are_the_planted_ones(committed):
    faults = table_of(committed["answers/planted_faults.csv"])
    listed = faults[
        (faults["file"] == "extracts/rms_incidents.csv.bz2") & faults["expected"].str.startswith("set aside")
    ]
    expected = Counter(listed["expected"].str.removeprefix("set aside: "))
    _, aside, _, _ = read(committed, "extracts/rms_incidents.csv.bz2", "mappings/rms_incidents.toml")
    assert Counter(aside["reason"]) == expected


def test_words_that_software_trips_over_survive_as_text(committed):
    people, _, _, _ = read(committed, "extracts/rms_people.csv.bz2", "mappings/rms_people.toml")
    assert {"NULL", "NAN", "TRUE", "NONE"} <= set(people["surname"])
    assert (people["gang"] == "None").sum() > 100
    assert (people["race"] == "american_indian").sum() > 1_000
    charges, _, _, _ = read(committed, "extracts/rms_charges.csv.bz2", "mappings/rms_charges.toml")
    assert "1E5" in set(charges["docket"])
    incidents, _, _, _ = read(committed, "extracts/rms_incidents.csv.bz2", "mappings/rms_incidents.toml")
    assert {"001", "017", "025"} <= set(incidents["beat"])
    offenders, _, _, _ = read(committed, "extracts/doc_people.txt.bz2", "mappings/doc_people.toml")
    assert offenders["doc_id"].str.startswith("00").all()


def test_times_after_noon_are_read_as_such(committed):
    contacts, _, _, _ = read(committed, "extracts/sccc_contacts.txt.bz2", "mappings/sccc_contacts.toml")
    hours = contacts["contacted_at"].dt.hour
    assert hours.min() == 8
    assert hours.max() == 17


def test_no_number_looks_like_an_ssn_but_the_planted_ones(committed):
    found = Counter()
    for path, content in committed.items():
        text = text_of(content)
        found.update(
            number.decode() for number in re.findall(rb"(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])", text)
        )
        if path.endswith("doc_releases.txt.bz2"):
            assert text.startswith(b"\xff\xfe")
    assert found == Counter(CANARY_SSNS)
    people, _, _, _ = read(committed, "extracts/sccc_people.txt.bz2", "mappings/sccc_people.toml")
    assert people["ssn"].isna().all()


def test_each_agency_writes_in_its_own_way(committed):
    community = text_of(committed["extracts/sccc_supervision.txt.bz2"]).decode("cp1252")
    assert community.split("‡\n")[0].startswith("SUPV_ID‡OFFENDER_ID‡")
    assert "12/31/9999 12:00:00 AM" in community and "(null)" in community
    state = text_of(committed["extracts/doc_supervision.txt.bz2"]).decode("utf-8")
    assert "9999-12-31" in state and "NULL" in state
    calls = text_of(committed["extracts/cad_calls_2026.txt.bz2"])
    assert b"\x96" in calls and calls.count(b"|") > 100_000
    residences = text_of(committed["extracts/sccc_residences.txt.bz2"]).decode("cp1252")
    assert all(
        word in residences
        for word in ("HOMELESS", "GENERAL DELIVERY", "PO BOX", "LANTERN HOUSE SHELTER", "SAME AS ABOVE")
    )
