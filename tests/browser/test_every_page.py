"""Every kind of page that is issued: quiet, readable by everyone, on every width."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from .chromium import opened

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe-core-4.14.1"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
KINDS = (
    "internal city",
    "internal Harbor",
    "internal index",
    "public city",
    "public Harbor",
    "public index",
    "stale",
    "stale index",
)

#: SHA-256 of the files as their makers released them: axe-core 4.14.1 on npm.
DIGESTS = {
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}

FOUND = """
axe.run(document, {runOnly: {type: 'tag', values: %s}, resultTypes: ['violations']}).then(done => done.violations.map(
  found => found.id + ': ' + found.nodes.slice(0, 3).map(node => node.target + ' ' + node.failureSummary).join(' | ')))
"""


def test_axe_is_as_released():
    assert {name: hashlib.sha256((AXE / name).read_bytes()).hexdigest() for name in DIGESTS} == DIGESTS


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_no_fault_that_axe_finds(chromium_path, pages, tmp_path, kind):
    with opened(chromium_path, pages[kind], tmp_path / "profile") as page:
        page.load((AXE / "axe.min.js").read_text("utf-8"))
        for width, opens in ((1280, "false"), (390, "true")):
            page.resize(width)
            page.evaluate(f"document.querySelectorAll('details').forEach(twin => {{ twin.open = {opens}; }})")
            assert page.evaluate(FOUND % RULES) == [], (kind, width)
        assert page.evaluate("axe.version") == "4.14.1"


@pytest.mark.parametrize("kind", KINDS)
def test_c55_a_page_asks_for_nothing_but_itself(chromium_path, pages, tmp_path, kind):
    with opened(chromium_path, pages[kind], tmp_path / "profile") as page:
        page.evaluate("document.querySelectorAll('details').forEach(twin => { twin.open = true; })")
        page.evaluate("document.querySelectorAll('.leaflet-control-zoom-in').forEach(button => button.click())")
        page.look()
        assert page.requests == [pages[kind].resolve().as_uri()]
        assert page.failures == []
        assert page.console == []
        assert page.dialogs == []


@pytest.mark.parametrize("kind", KINDS)
def test_at_400_percent_a_page_scrolls_one_way_only(chromium_path, pages, tmp_path, kind):
    """320 pixels across is a desk's 1280 at 400%."""
    with opened(chromium_path, pages[kind], tmp_path / "profile", width=320) as page:
        for opens in ("false", "true"):
            page.evaluate(f"document.querySelectorAll('details').forEach(twin => {{ twin.open = {opens}; }})")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            wider = page.evaluate(
                "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, .mapbox, .hide') &&"
                " e.getBoundingClientRect().right > 320.5).map(e => e.tagName + '.' + e.className).slice(0, 5)"
            )
            assert wider == []
        small = page.evaluate(
            "[...document.querySelectorAll('main p, main li, main td, main dd')].filter(e => e.offsetParent && e.innerText.trim() &&"
            " parseFloat(getComputedStyle(e).fontSize) < 11).map(e => e.className).slice(0, 5)"
        )
        assert small == []


def test_what_has_the_focus_is_seen(chromium_path, pages, tmp_path):
    with opened(chromium_path, pages["internal Harbor"], tmp_path / "profile") as page:
        stops = page.evaluate("document.querySelectorAll('a[href], [tabindex=\"0\"], summary').length")
        seen, unmarked = set(), []
        for _ in range(min(stops, 60)):
            for kind in ("keyDown", "keyUp"):
                page.send("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
            name, outline = page.evaluate(
                "(() => { const at = document.activeElement, look = getComputedStyle(at);"
                " return [at.tagName + '.' + at.className, look.outlineStyle + ' ' + look.outlineWidth]; })()"
            )
            seen.add(name)
            if outline.startswith("none") or outline.endswith(" 0px"):
                unmarked.append(name)
        assert unmarked == []
        assert {name.split(".")[0] for name in seen} >= {"A", "DIV", "SUMMARY"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["internal city", "public city", "internal Northside", "public Northside", "internal index"]
)
def test_a_page_of_the_made_up_city_has_no_fault_that_axe_finds(chromium_path, sample_pages, tmp_path, kind):
    with opened(chromium_path, sample_pages[kind], tmp_path / "profile") as page:
        page.load((AXE / "axe.min.js").read_text("utf-8"))
        page.evaluate("document.querySelectorAll('details').forEach(twin => { twin.open = true; })")
        assert page.evaluate(FOUND % RULES) == []
        page.look()
        assert page.requests == [sample_pages[kind].resolve().as_uri()]
        assert page.console == []
