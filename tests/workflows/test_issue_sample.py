"""The made-up city's briefing, made twice and two ways: the same bytes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pcanalytics import runs
from pcanalytics.runs import Limits
from pcanalytics.runs.notebooks import notebook_of
from pcanalytics.runs.record import read_record
from pcanalytics.store import open_workspace, sample_workspace
from pcanalytics.workflows import extracts_of, load
from tests.runs.notebooks import bytes_in

#: One district of the city, and the city itself.
AREAS, WEEK = ["", "Harbor"], "2026-W47"


@pytest.mark.slow
def test_c80_made_twice_one_at_a_time_and_forked_is_the_same_bytes(tmp_path):
    shutil.copytree(sample_workspace(), tmp_path / "city")
    workspace = open_workspace(tmp_path / "city")
    load(workspace, extracts_of(workspace))

    def issued(where: str, limits: Limits, areas: list[str] = AREAS) -> Path:
        parameters = {"workspace": str(workspace.root), "week": WEEK}
        notebook = notebook_of("weekly_compstat")
        return runs.issue(
            notebook, areas, parameters=parameters, reports=tmp_path / where, period=WEEK, limits=limits
        ).parent

    forked = issued("forked", Limits(workers=2, is_warm=True))
    first = bytes_in(forked)
    assert bytes_in(issued("serial", Limits(workers=1, is_warm=False))) == first
    assert bytes_in(issued("forked", Limits(workers=2, is_warm=True))) == first
    assert bytes_in(issued("forked", Limits(), ["Harbor"])) == first
    assert {name for name in first if name.endswith("index.html")} == {"index.html", "public/index.html"}
    assert {"harbor.xlsx", "public/harbor.html", "csv/harbor-counts.csv"} <= set(first)
    record = read_record(forked)
    assert record.warnings == []
    assert str(tmp_path) not in "".join(content.decode("utf-8", errors="replace") for content in first.values())
    assert json.loads(first["issue.json"])["harbor"]["facts"]["public"]["area"] == "Harbor"
