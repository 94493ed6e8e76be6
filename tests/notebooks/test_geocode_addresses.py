"""The notebook on geocoding: thin, honest, and silent about people."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pcanalytics import runs
from pcanalytics.store import Workspace, open_workspace, sample_workspace
from pcanalytics.workflows import extracts_of, geocode_addresses, load
from tests.browser.in_process import cells_run
from tests.workflows.test_alias_loop import SETTINGS, write_streets
from tests.workflows.test_geocoding import (
    CALLS,
    CANARY,
    CONCERNED,
    HOMES,
    INCIDENTS,
    OFFENSES,
    PEOPLE,
    SUPERVISION,
    sample_agreement,
)

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "04_geocode_addresses.ipynb"


def cells() -> list[dict[str, Any]]:
    return json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def small_city(folder: Path, *, people: int = 1) -> Workspace:
    """A workspace with streets, and an agreement under which so many people's residences are open."""
    from tests.workflows import small_agency
    from tests.workflows.small_agency import rows

    folder.mkdir(parents=True)
    write_streets(folder / "lines.geojson")
    (folder / "aliases.csv").write_text("written,means,lon,lat,institution,note,by,on\n", encoding="utf-8")
    (folder / "agreement.toml").write_text(sample_agreement(), encoding="utf-8")
    ids = [str(100 + number) for number in range(people)]
    return small_agency.workspace(
        folder,
        'agreement = "agreement.toml"' + SETTINGS,
        incidents=rows(
            "incidents",
            *({**one, "x": "500100", "y": "4650100"} for one in INCIDENTS),
            {"incident_id": "20", "address": "150 MAIN ST", "x": "4650100", "y": "500100"},
        ),
        calls=rows("calls", *CALLS),
        police_people=rows("police_people", *PEOPLE),
        incident_offenses=rows("incident_offenses", *OFFENSES),
        incident_people=pd.DataFrame([CONCERNED]),
        residences=pd.concat(
            [HOMES.iloc[:1].assign(residence_id=one, doc_id=one, address=f"150 {CANARY} ST") for one in ids]
        ),
        supervision=pd.concat([SUPERVISION.assign(supervision_id=one, doc_id=one) for one in ids]),
    )


def page_of(workspace: Workspace) -> tuple[str, runs.BriefingPage]:
    made = cells_run(NOTEBOOK, workspace=str(workspace.root), seed=1)
    page = runs.to_page(made)
    return json.dumps([cell.get("outputs", []) for cell in made["cells"]]) + page.html, page


def test_the_notebook_is_thin():
    code = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code"]
    lines = [line for source in code for line in source.splitlines() if line.strip()]
    assert len(lines) <= 60
    assert not re.search(r"^\s*(def|class|for|while|lambda)\b", "\n".join(code), re.MULTILINE)
    declared = runs.declared_parameters({"cells": cells()})
    assert {name: one.default for name, one in declared.items()} == {"workspace": "", "seed": 1}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> tuple[str, runs.BriefingPage]:
    return page_of(small_city(tmp_path_factory.mktemp("geocoding") / "city"))


def test_the_page_has_both_rates_and_every_part(small):
    html = small[1].html
    for part in ("Hit rate, two ways", "Found, of all", "Location is an address", "Do misses cluster by beat?", "by offense",
                 "last 13 months", "By agency", "Locations to look at first", "What to do", "Internal, not for release"):  # fmt: skip
        assert part in html, part
    assert {"rates", "reasons", "forms", "beats", "offenses", "months", "agencies", "review"} <= set(small[1].tables)


def test_c27_the_share_of_coordinates_set_aside_is_shown(small):
    held = small[1].tables["held"]["rows"]
    assert [row[:2] for row in held] == [["swapped", 1]]
    assert "The two coordinates are in each other&#39;s place." in small[1].html


def test_nothing_of_a_person_a_home_or_a_protected_place_is_in_any_output(small):
    said = small[0]
    for words in (CANARY, "SECRET", "HIDDEN", "140 N MAIN", "DOMESTIC LN", "YOUNG", "C/O", "doc_id"):
        assert words not in said, words
    assert "LAKE HOUSE" in small[1].html


def test_residences_of_few_people_are_not_even_counted_and_of_many_only_counted(small, tmp_path):
    assert [row[0] for row in small[1].tables["rates"]["rows"]] == ["Calls", "Incidents"]
    said, page = page_of(small_city(tmp_path / "city", people=12))
    assert [row[:2] for row in page.tables["rates"]["rows"]] == [["Calls", 5], ["Incidents", 10], ["Residences", 12]]
    assert CANARY not in said


def test_there_is_no_public_page(tmp_path):
    made = cells_run(NOTEBOOK, workspace=str(small_city(tmp_path / "city").root))
    public = runs.to_page(made, audience="public", title="x")
    assert not public.tables
    assert "area" not in public.facts
    assert "MAIN" not in public.html


@pytest.mark.slow
def test_it_runs_for_the_sample_as_a_run_does_and_a_second_time_does_nothing_again(tmp_path):
    shutil.copytree(sample_workspace(), tmp_path / "city")
    workspace = open_workspace(tmp_path / "city")
    load(workspace, extracts_of(workspace))
    page = runs.to_page(runs.execute(NOTEBOOK, {"workspace": str(workspace.root)}))
    rates = {row[0]: row for row in page.tables["rates"]["rows"]}
    assert rates["Incidents"][4] > 0.99
    assert len(page.html) < 200_000
    before = (tmp_path / "city" / ".pcanalytics" / "store.duckdb").stat().st_mtime_ns
    brief = geocode_addresses(workspace.root)
    assert (tmp_path / "city" / ".pcanalytics" / "store.duckdb").stat().st_mtime_ns == before
    assert len(brief.incidents) == rates["Incidents"][1]
