"""Persons made of earlier records are refused until they are made again."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from pcanalytics.errors import UsageError
from pcanalytics.store import open_store
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.joined_record import joined
from pcanalytics.workflows.link_deciding import linked_now
from pcanalytics.workflows.linking import compared, current_person_links, keep, link_workspace

from .linked_city import AS_OF, copy_of, kept_tables, made_city, now

pytestmark = pytest.mark.slow

OLD = re.escape("Records of people were loaded since they were linked. Run `pcanalytics link` first.")


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    return made_city(tmp_path_factory.mktemp("linked") / "city")


@pytest.fixture
def city(linked, tmp_path):
    return copy_of(linked, tmp_path / "city")


def change(city, name: str, leave_out: int) -> None:
    """Take a line out of an extract and load it."""
    path = next(city.root.glob(f"extracts/{name}*"))
    lines = pd.read_csv(path, header=None, sep="\x00", dtype=str, encoding="latin-1", keep_default_na=False)
    lines.drop(index=leave_out).to_csv(path, header=False, index=False, sep="\x00", encoding="latin-1", quoting=3)
    load(city, extracts_of(city))


@pytest.mark.parametrize("extract", ["rms_people", "doc_people", "doc_residences", "rms_aliases"])
def test_after_a_load_of_people_the_links_are_refused_until_made_again(city, extract):
    store = open_store(city, clock=now)
    assert len(current_person_links(store))
    load(city, extracts_of(city))  # the same files: nothing is new
    assert len(current_person_links(store))
    change(city, extract, 5)
    with pytest.raises(UsageError, match=OLD):
        current_person_links(store)
    with pytest.raises(UsageError, match=OLD):
        joined(store, as_of=AS_OF)
    link_workspace(city, clock=now)
    assert len(current_person_links(store))
    assert len(joined(store, as_of=AS_OF).under_supervision)


def test_other_tables_do_not_make_links_old(city):
    store = open_store(city, clock=now)
    change(city, "doc_violations", 5)
    assert len(current_person_links(store))


def test_a_load_between_reading_and_keeping_leaves_links_that_are_refused(city):
    store = open_store(city, clock=now)
    before = linked_now(store, compared(store, clock=now))[0]
    change(city, "rms_people", 5)
    keep(store, before)
    with pytest.raises(UsageError, match=OLD):
        current_person_links(store)
    link_workspace(city, clock=now)
    after = kept_tables(city)
    assert len(current_person_links(store))
    link_workspace(city, clock=now)
    assert kept_tables(city) == after
