"""The page on geocoding is quiet and readable by everyone, as every page is."""

from __future__ import annotations

import pytest

from pcanalytics.runs import to_page
from tests.notebooks.test_geocode_addresses import NOTEBOOK, small_city

from .chromium import opened
from .in_process import cells_run
from .test_every_page import AXE, FOUND, RULES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("geocoding")
    made = cells_run(NOTEBOOK, workspace=str(small_city(folder / "city", people=12).root))
    path = folder / "geocoding.html"
    path.write_text(to_page(made).html, encoding="utf-8")
    return path


def test_the_page_has_no_fault_that_axe_finds_and_asks_for_nothing(chromium_path, page_file, tmp_path):
    with opened(chromium_path, page_file, tmp_path / "profile") as page:
        page.load((AXE / "axe.min.js").read_text("utf-8"))
        for width, opens in ((1280, "false"), (390, "true")):
            page.resize(width)
            page.evaluate(f"document.querySelectorAll('details').forEach(twin => {{ twin.open = {opens}; }})")
            assert page.evaluate(FOUND % RULES) == [], width
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.look()
        assert [request for request in page.requests if not request.startswith("file:")] == []
        assert page.failures == []
