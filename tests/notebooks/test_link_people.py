"""The notebook on linkage: thin, honest, and silent about people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pcanalytics import runs
from pcanalytics.store import Workspace, open_workspace
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.link_labels import made_up_answers
from pcanalytics.workflows.starting import build_sample
from tests.browser.in_process import cells_run
from tests.workflows.test_c68_linked_canaries import BORN, GIVEN, STREET, SURNAME, _plant

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "03_link_people.ipynb"


def cells() -> list[dict[str, Any]]:
    return json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def page_of(**given: str) -> tuple[str, runs.BriefingPage]:
    made = cells_run(NOTEBOOK, **given)
    page = runs.to_page(made)
    return json.dumps([cell.get("outputs", []) for cell in made["cells"]]) + page.html, page


def test_the_notebook_is_thin():
    code = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code"]
    lines = [line for source in code for line in source.splitlines() if line.strip()]
    assert len(lines) <= 60
    assert not re.search(r"^\s*(def|class|for|while|lambda)\b", "\n".join(code), re.MULTILINE)
    declared = runs.declared_parameters({"cells": cells()})
    assert {name: one.default for name, one in declared.items()} == {"workspace": "", "labels": ""}


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Workspace:
    """A made-up city in which every twentieth police record bears a planted name, street and birth date."""
    folder = tmp_path_factory.mktemp("notebook") / "city"
    build_sample(out=folder, people=6_000, incidents=3_000, seed=7)
    _plant(folder / "extracts" / "rms_people.csv.bz2")
    opened = open_workspace(folder)
    load(opened, extracts_of(opened))
    return opened


@pytest.fixture(scope="module")
def answered(city) -> tuple[str, runs.BriefingPage]:
    return page_of(workspace=str(city.root))


@pytest.mark.slow
def test_the_page_has_every_part(answered):
    html = answered[1].html
    for part in ("Records and people by agency", "Quality of the links", "Precision against recall", "Pairs waiting, by reason",
                 "Errors by group", "People under supervision", "What each comparison says", "What to do",
                 "the answers of this made-up city", "Internal, not for release"):  # fmt: skip
        assert part in html, part
    assert {"sources", "quality", "frontier", "queue", "groups", "weights"} <= set(answered[1].tables)
    assert html.count("How to read") >= 4


@pytest.mark.slow
def test_c68_no_name_birth_date_street_or_record_is_in_any_output(answered, city):
    said, _ = answered
    for words in (SURNAME, GIVEN, STREET, BORN, "05/07/1913", "police|", "DOC|", "P-police"):
        assert words.lower() not in said.lower(), words
    recorded = pd.read_csv(city.root / "extracts" / "rms_people.csv.bz2", dtype=str, keep_default_na=False)
    together = (recorded["FIRST"] + " " + recorded["LAST"]).str.lower().unique()
    assert not [place for place, name in enumerate(together) if name in said.lower()]


@pytest.mark.slow
def test_labels_of_a_file_take_the_place_of_the_answers(city, tmp_path):
    truth = made_up_answers(city)
    path = tmp_path / "labels.csv"
    truth[["record_key", "true_person"]].head(2_000).to_csv(path, index=False)
    _, page = page_of(workspace=str(city.root), labels=str(path))
    assert re.search(r"the [\d,]+ records that a file of labels knows", page.html)
    assert "False links inside one household" not in page.html  # the file says nothing of households


@pytest.mark.slow
def test_without_anything_known_the_page_says_so(city, tmp_path):
    (city.root / "answers").rename(tmp_path / "answers")
    try:
        _, page = page_of(workspace=str(city.root))
    finally:
        (tmp_path / "answers").rename(city.root / "answers")
    assert "nothing to hold the links against" in page.html
    assert "quality" not in page.tables
    assert "queue" in page.tables
