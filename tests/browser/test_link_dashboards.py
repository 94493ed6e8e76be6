"""Splink's dashboards, as they are written for a reviewer: drawn without any network, and nothing in them to fetch."""

from __future__ import annotations

import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pcanalytics.workflows.link_dashboards import offline, write_dashboards
from tests.workflows.linked_city import made_city, now

from .chromium import opened

PAGES = ("comparison_viewer.html", "cluster_studio.html")


class Fetched(HTMLParser):
    """What a page's own elements and styles would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        names = ("src", "srcset", "data", "poster") if tag != "link" else ("href",)
        self.found += [str(value) for name, value in attrs if name in names and value and "//" in value]

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.found += re.findall(r"(?:@import[^;]*|url\([^)]*)//[^;)]*", data)
        if self.inside == "script":
            self.found += re.findall(r"^\s*import\b[^\n]*https?://[^\n]*", data, re.MULTILINE)


def fetched(html: str) -> list[str]:
    parser = Fetched()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize(
    "outside",
    [
        '<link href="https://fonts.example/a.css" rel="stylesheet">',
        "<LINK rel=preconnect href='//fonts.example' crossorigin>",
        '<script src="https://cdn.example/vega.js"></script>',
        "<style>@import url('https://fonts.example/a.css'); p {}</style>",
        '<style>@import "//fonts.example/a.css"; p {}</style>',
    ],
)
def test_what_a_page_would_fetch_is_taken_out(outside):
    page = f"<html><head>{outside}</head><body>kept</body></html>"
    assert fetched(page)
    made = offline(page)
    assert not fetched(made)
    assert "example" not in made
    assert "kept" in made
    assert "default-src 'none'" in made


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    city = made_city(tmp_path_factory.mktemp("dashboards") / "city")
    out = tmp_path_factory.mktemp("dashboards") / "for_review"
    said = write_dashboards(city, out, clock=now)
    assert [line.partition(": ")[0] for line in said[:2]] == [str(out / name) for name in PAGES]
    return out


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_dashboard_is_drawn_without_a_network(folder, name, chromium_path, tmp_path):
    path = folder / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fetched(path.read_text("utf-8")) == []
    with opened(chromium_path, path, tmp_path / "profile") as page:
        page.evaluate("new Promise(done => setTimeout(done, 2500))")
        page.look()
        assert [url for url in page.requests if url.startswith(("http:", "https:", "//"))] == []
        drawn = "[...document.querySelectorAll('svg, canvas')].map(one => one.getBoundingClientRect().width)"
        assert max(page.evaluate(drawn)) > 300
        assert page.evaluate("document.querySelectorAll('select').length") > 3
        assert "Splink" in page.evaluate("document.body.innerText")
