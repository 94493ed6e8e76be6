"""The pages of one week, every kind that is issued, made from a small agency and from the made-up city."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pcanalytics.briefing import AUDIENCES, Audience, index_page, page_slug, workbook
from pcanalytics.periods import week_of
from pcanalytics.runs import mark_stale, to_page
from pcanalytics.store import Workspace, open_workspace
from pcanalytics.workflows import extracts_of, load
from tests.workflows.planted import ROOT, Texts, agency

from .in_process import executed

ACTIONS = (
    {
        "district": "Harbor",
        "problem": "Phone robberies at the station",
        "owner": "Lt., Harbor",
        "progress": "Two arrests.",
    },
    {"problem": "Thefts from lots", "owner": "Sgt., Traffic", "due": "2026-12-20", "sara_stage": "response"},
)


def week_of_pages(workspace: Workspace, areas: tuple[str, ...], folder: Path) -> dict[str, Path]:
    """Make every kind of page as a run does; give them by audience and area, such as ``public Harbor``."""
    made: dict[str, Path] = {}
    facts: dict[Audience, list[Mapping[str, Any]]] = {audience: [] for audience in AUDIENCES}
    for area in areas:
        notebook, slug = executed(workspace, area), page_slug(area) if area else "city"
        for audience in AUDIENCES:
            beside = folder / audience
            page = to_page(notebook, audience=audience, workbook=f"{slug}.xlsx", index="index.html")
            made[f"{audience} {area or 'city'}"] = _kept(beside / f"{slug}.html", page.html)
            book = workbook(page.tables, title=str(page.facts["title"]), as_of=week_of("2026-W47").end)
            (beside / f"{slug}.xlsx").write_bytes(book)
            facts[audience].append({**page.facts, "file": f"{slug}.html", "workbook": f"{slug}.xlsx"})
    for audience in AUDIENCES:
        index = index_page(facts[audience], audience=audience)
        made[f"{audience} index"] = _kept(folder / audience / "index.html", index)
    stale = folder / "stale" / "2026-W47"
    shutil.copytree(folder / "internal", stale)
    mark_stale(stale, "Stale: the run for 2026-W48 failed. This is the last good briefing, of 2026-W47.")
    made["stale"] = stale / made[f"internal {areas[-1]}"].name
    made["stale index"] = stale / "index.html"
    return made


def _kept(path: Path, html: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Every kind of page, of a small agency."""
    folder = tmp_path_factory.mktemp("pages")
    return week_of_pages(agency(folder / "agency", Texts(actions=ACTIONS)), ("", "Harbor"), folder / "week")


@pytest.fixture(scope="session")
def sample_pages(tmp_path_factory) -> dict[str, Path]:
    """Every page of a week of the made-up city."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(ROOT / "data" / "sample", folder / "city", ignore=shutil.ignore_patterns(".pcanalytics", "reports"))
    workspace = open_workspace(folder / "city")
    load(workspace, extracts_of(workspace))
    areas = ("", "Central", "Harbor", "Heights", "Northside", "Southgate", "Westmoor")
    return week_of_pages(workspace, areas, folder / "week")
