"""A page on Letter paper: three sheets a district, the map with it, and nothing torn in two."""

from __future__ import annotations

from pathlib import Path

import pytest

from .chromium import opened
from .paper import MARK, page_count, places

pytestmark = pytest.mark.browser

DISTRICTS = ("Central", "Harbor", "Heights", "Northside", "Southgate", "Westmoor")
LARGEST = 600_000


def printed(chromium: str, file: Path, folder: Path) -> tuple[bytes, int]:
    """Print a page with its marks; give the PDF and how many rows its tables have."""
    with opened(chromium, file, folder / "profile") as page:
        rows = page.evaluate(MARK)
        pdf = page.printed(folder / "page.pdf")
        assert page.requests == [file.resolve().as_uri()]
    return pdf, rows


def assert_nothing_is_torn(pdf: bytes, rows: int) -> None:
    found = places(pdf)
    torn = sorted(name for name, pages in found.items() if len(pages) > 1)
    assert torn == []
    lines = [name for name in found if "/" in name]
    assert rows * 0.9 <= len(lines) <= rows
    tables: dict[str, set[int]] = {}
    for name in lines:
        tables.setdefault(name.split("/")[0], set()).update(found[name])
    assert {name: pages for name, pages in tables.items() if len(pages) > 1} == {}


@pytest.mark.parametrize(
    "kind", ["internal Harbor", "public Harbor", "internal city", "public city", "stale", "internal index"]
)
def test_a_small_agencys_page_prints_whole(chromium_path, pages, tmp_path, kind):
    pdf, rows = printed(chromium_path, pages[kind], tmp_path)
    assert_nothing_is_torn(pdf, rows)
    assert page_count(pdf) <= (1 if "index" in kind else 4)


def test_the_map_is_on_paper(chromium_path, pages, tmp_path):
    with opened(chromium_path, pages["internal Harbor"], tmp_path / "profile") as page:
        page.send("Emulation.setEmulatedMedia", media="print")
        look = "getComputedStyle(document.querySelector('%s')).display"
        assert page.evaluate(look % ".static-map") == "block"
        assert page.evaluate(look % ".live-map") == "none"
        assert page.evaluate("document.querySelector('.static-map').getBoundingClientRect().height") > 150
        assert page.evaluate(look % "thead") == "table-header-group"


def test_a_torn_row_would_be_seen(chromium_path, tmp_path):
    """What proves the tests above: without the style sheet's rules the same reading finds rows on two pages."""
    row = "<tr><th>one</th><td>" + "word " * 900 + "</td></tr>"
    file = tmp_path / "torn.html"
    file.write_text(f"<!doctype html><title>x</title><table>{row * 7}</table>", encoding="utf-8")
    pdf, rows = printed(chromium_path, file, tmp_path)
    assert rows == 7
    with pytest.raises(AssertionError, match="r"):
        assert_nothing_is_torn(pdf, rows)


@pytest.mark.slow
@pytest.mark.parametrize("district", DISTRICTS)
def test_a_district_of_the_made_up_city_takes_three_sheets(chromium_path, sample_pages, tmp_path, district):
    for audience in ("internal", "public"):
        folder = tmp_path / audience
        folder.mkdir()
        pdf, rows = printed(chromium_path, sample_pages[f"{audience} {district}"], folder)
        assert_nothing_is_torn(pdf, rows)
        assert page_count(pdf) <= 3, audience


@pytest.mark.slow
def test_the_whole_made_up_city_prints_whole(chromium_path, sample_pages, tmp_path):
    for kind in ("internal city", "public city", "internal index", "public index"):
        folder = tmp_path / kind.replace(" ", "-")
        folder.mkdir()
        assert_nothing_is_torn(*printed(chromium_path, sample_pages[kind], folder))


@pytest.mark.slow
def test_no_page_of_the_made_up_city_is_larger_than_allowed(sample_pages):
    sizes = {kind: file.stat().st_size for kind, file in sample_pages.items()}
    assert {kind: size for kind, size in sizes.items() if size > LARGEST} == {}


def test_no_page_of_a_small_agency_is_larger_than_allowed(pages):
    sizes = {kind: file.stat().st_size for kind, file in pages.items()}
    assert {kind: size for kind, size in sizes.items() if size > LARGEST} == {}
