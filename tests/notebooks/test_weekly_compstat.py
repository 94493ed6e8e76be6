"""The weekly notebook, run as the command runs it, on a small made-up city."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pcanalytics import compstat, runs
from tests.briefing import made_up

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "09_weekly_compstat.ipynb"
WORKFLOW = "from pcanalytics.workflows import weekly_compstat"


def on_made_up_city(folder: Path) -> Path:
    """Give a copy of the notebook that reads the made-up city of these tests."""
    source = NOTEBOOK.read_text("utf-8")
    assert source.count(WORKFLOW) == 1
    path = folder / NOTEBOOK.name
    path.write_text(source.replace(WORKFLOW, "from tests.briefing.made_up import weekly_compstat"), "utf-8")
    return path


def cells() -> list[dict[str, object]]:
    return json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def test_the_notebook_is_thin():
    code = ["".join(cell["source"]) for cell in cells() if cell["cell_type"] == "code"]
    lines = [line for source in code for line in source.splitlines() if line.strip()]
    assert len(lines) <= 60
    assert not re.search(r"^\s*(def|class|for|while|lambda)\b", "\n".join(code), re.MULTILINE)
    assert all(not cell.get("outputs") for cell in cells())
    declared = runs.declared_parameters({"cells": cells()})
    assert {name: one.default for name, one in declared.items()} == {"workspace": "", "district": "", "week": ""}


@pytest.fixture(scope="module")
def issued(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("weekly")
    path = on_made_up_city(folder)
    index = runs.issue(path, ["", "Mill Hill"], parameters={}, reports=folder / "reports", period="2026-W47")
    return index.parent


def test_a_page_holds_every_part_of_a_briefing(issued):
    html = (issued / "mill-hill.html").read_text("utf-8")
    for part in (
        "<h1>Mill Hill</h1>",
        "Week of 16 to 22 November 2026",
        'class="headline"',
        "Offenses by group",
        "All offense groups against their usual range",
        'class="live-map"',
        'class="static-map"',
        "Hour and weekday",
        "Addresses with most calls",
        "People under supervision",
        "Preliminary, subject to revision",
        "a" * 64,
        "AF-2026-01",
    ):
        assert part in html, part
    assert "weekly_compstat(" not in html
    assert "import" not in re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL).replace("important", "")


def test_the_numbers_on_the_page_are_the_frames_numbers(issued):
    brief = made_up.brief("Mill Hill")
    counts = compstat.compare(brief.offenses, as_of=brief.as_of, by=["offense_group"], groups=brief.groups)
    html = (issued / "mill-hill.html").read_text("utf-8")
    for row in counts.to_dict("records"):
        line = re.search(rf'<th scope="row">{row["offense_group"]}</th>(.*?)</tr>', html)[1]
        shown = [int(number.replace(",", "")) for number in re.findall(r">(-?[\d,]+)</td>", line)]
        assert shown == [row[name] for name in compstat.COMPARED]


def test_the_index_leads_to_both_pages(issued):
    html = (issued / "index.html").read_text("utf-8")
    assert re.findall(r'href="([\w-]+\.html)"', html) == ["city.html", "mill-hill.html"]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [0, 1])
def test_c74_a_district_with_hardly_any_offense_still_has_a_page(tmp_path, rows):
    few = made_up.offenses(1).assign(district="Mill Hill")
    few = few.iloc[:rows]
    assert made_up.brief("Mill Hill", offenses=few).offenses.shape[0] == rows
    source = on_made_up_city(tmp_path).read_text("utf-8")
    changed = source.replace(
        "brief = weekly_compstat(workspace, district=district, week=week)",
        "from tests.briefing import made_up; "
        f"brief = made_up.brief('Mill Hill', offenses=made_up.offenses(1).iloc[:{rows}], calls=made_up.calls(1).iloc[:0], located=None)",
    )
    assert changed != source
    (tmp_path / "few.ipynb").write_text(changed, "utf-8")
    made = runs.to_page(runs.execute(tmp_path / "few.ipynb", {"district": "Mill Hill"}))
    assert "too few to tell" in made.html
    assert "Too few" in made.html
    words = re.sub(r"<(script|style)>.*?</\1>", "", made.html, flags=re.DOTALL)
    assert not re.search(r"\bnan\b|\bNaN\b|\binf\b|None</", words)
