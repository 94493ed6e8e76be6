"""C-57, C-58: text that breaks pages is planted in every text that data or settings give, and none of it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcanalytics.briefing import AUDIENCES, index_page, page_slug
from pcanalytics.runs import to_page
from tests.briefing.hostile import FORMULAS, HOSTILE, assert_harmless
from tests.briefing.made_up import DISTRICTS, GROUPS
from tests.workflows.planted import Texts, agency

from .chromium import Page, opened
from .in_process import executed

pytestmark = pytest.mark.browser

#: Everything at once, for a text of which an agency has only one.
ALL = " ".join(HOSTILE)

#: How a page's own elements would be reached by a script that got in, by a pointer and by the keyboard.
TOUCH = """
for (const twin of document.querySelectorAll('details')) twin.open = true;
for (const box of document.querySelectorAll('.leaflet-control-layers-overlays input')) { box.click(); box.click(); }
for (const dot of document.querySelectorAll('.leaflet-pane path'))
  for (const kind of ['mouseover', 'mousemove']) dot.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: 300, clientY: 300}));
for (const at of document.querySelectorAll('*')) {
  for (const kind of ['focus', 'error', 'load', 'toggle', 'begin', 'animationstart']) at.dispatchEvent(new Event(kind));
  for (const kind of ['mouseover', 'click'])
    if (at.tagName !== 'A' || kind !== 'click') at.dispatchEvent(new MouseEvent(kind, {clientX: 300, clientY: 300}));
}
"""


def texts() -> Texts:
    """Plant the corpus: lists get a string each, single texts get all of them."""
    words = [words[0] for words in GROUPS.values()]
    one_line = [value.replace("\n", " ").replace("\x00", "") for value in HOSTILE]
    return Texts(
        agency=f"Agency {ALL}".replace("\x00", ""),
        districts=tuple(f"{name} {value}" for name, value in zip(DISTRICTS, one_line, strict=False)),
        beats={f"{n:03d}": f"{n:03d} {one_line[-n]}" for n in range(1, 7)},
        groups={f"{value[:70]} {n}": [words[n % len(words)]] for n, value in enumerate(one_line)},
        addresses=tuple(one_line),
        call_types=tuple(one_line),
        landmark=ALL.replace("\x00", ""),
        break_reason=ALL.replace("\x00", ""),
        figure=ALL.replace("\x00", ""),
        actions=tuple({"problem": value, "owner": value, "progress": value} for value in one_line),
        comment=ALL.replace("\x00", ""),
    )


@pytest.fixture(scope="module")
def hostile_pages(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("hostile")
    planted = texts()
    workspace = agency(folder / "agency", planted, offenses=4_000)
    made, facts = {}, {audience: [] for audience in AUDIENCES}
    for area in ("", planted.districts[0]):
        notebook = executed(workspace, area)
        for audience in AUDIENCES:
            page = to_page(notebook, audience=audience)
            made[f"{audience} {'district' if area else 'city'}"] = page.html
            facts[audience].append({**page.facts, "file": f"{page_slug(area)}.html" if area else "city.html"})
    for audience in AUDIENCES:
        made[f"{audience} index"] = index_page(facts[audience], audience=audience)
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def assert_nothing_ran(page: Page, file: Path) -> None:
    page.look()
    page.evaluate(TOUCH)
    page.look()
    assert page.evaluate("window.owned") is None
    assert page.dialogs == []
    assert page.console == []
    assert page.requests == [file.resolve().as_uri()]
    assert page.failures == []
    assert (
        page.evaluate("document.querySelectorAll('img, iframe, object, embed, base, link, form, video, audio').length")
        == 0
    )
    assert page.evaluate("document.querySelectorAll('script').length") in (0, 3)


def test_the_corpus_is_large_enough():
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60
    assert len(set(FORMULAS)) == len(FORMULAS) >= 20


@pytest.mark.parametrize(
    "kind", [f"{audience} {area}" for audience in AUDIENCES for area in ("city", "district", "index")]
)
def test_c57_c58_nothing_of_data_or_settings_runs(chromium_path, hostile_pages, tmp_path, kind):
    file = hostile_pages[kind]
    assert_harmless(file.read_text("utf-8"))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_nothing_ran(page, file)


def test_the_corpus_reaches_the_page_as_text(chromium_path, hostile_pages, tmp_path):
    """What proves the test above: the strings are there, letter by letter, where a reader reads them."""
    with opened(chromium_path, hostile_pages["internal district"], tmp_path / "profile") as page:
        page.evaluate("document.querySelectorAll('details').forEach(twin => { twin.open = true; })")
        read = page.evaluate("document.body.textContent")
        for value in (
            "{{7*7}}",
            "${window.owned=1}",
            "{% for x in y %}",
            "<img src=x onerror=window.owned=1>",
            "$x$ and $$y$$",
        ):
            assert value in read, value
        assert "window.owned=1" in page.evaluate("document.title + document.querySelector('h1').textContent")


def test_the_same_strings_would_run_on_a_page_that_does_not_escape(chromium_path, tmp_path):
    file = tmp_path / "bare.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><title>x</title><p>{'</p><p>'.join(HOSTILE)}</p>", encoding="utf-8"
    )
    with opened(chromium_path, file, tmp_path / "profile") as page:
        page.look()
        assert page.evaluate("window.owned") == 1


def test_tooltips_of_the_live_map_are_text(chromium_path, hostile_pages, tmp_path):
    with opened(chromium_path, hostile_pages["internal district"], tmp_path / "profile") as page:
        said = page.evaluate(
            "(() => { const said = []; for (const dot of document.querySelectorAll('.leaflet-interactive')) {"
            " for (const kind of ['mouseover', 'mousemove']) dot.dispatchEvent(new MouseEvent(kind, {bubbles: true, clientX: 300,"
            " clientY: 300})); for (const tip of document.querySelectorAll('.tip')) { said.push(tip.textContent);"
            " if (tip.querySelector(':not(div):not(p):not(b):not(span):not(br)')) said.push('MARKUP'); } } return said; })()"
        )
        assert len(said) > 50
        assert "MARKUP" not in said
        assert any("onerror" in text for text in said)
        assert page.evaluate("window.owned") is None
