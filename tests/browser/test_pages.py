"""The pages as a browser without any network shows them."""

from __future__ import annotations

import html
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics import briefing, compstat
from tests.briefing import made_up
from tests.briefing.hostile import HOSTILE

from .chromium import opened

pytestmark = pytest.mark.browser


def whole_page(**changes: object) -> str:
    """Make a page with every kind of fragment."""
    brief = made_up.brief(**changes)
    counts = compstat.compare(brief.offenses, as_of=brief.as_of, by=["offense_group"], groups=brief.groups)
    total = compstat.compare(brief.offenses, as_of=brief.as_of, by=[], groups=brief.groups)
    series = compstat.weekly_series(brief.offenses, as_of=brief.as_of, groups=brief.groups)
    one = compstat.weekly_series(brief.offenses, as_of=brief.as_of)
    named = {"as_of": brief.as_of, "groups": brief.groups, "district": brief.district}
    supervised = compstat.supervision_counts(brief.supervision, brief.releases, as_of=brief.as_of)
    head = briefing.masthead(agency=brief.agency, area=brief.district, week=brief.week, as_of=brief.as_of)
    fragments = [
        head,
        briefing.headline_block(compstat.headline(counts, total)),
        briefing.count_table(counts, total, series),
        briefing.trend_chart(one),
        briefing.group_charts(series),
        briefing.offense_map(brief.offenses, brief.places, **named),
        briefing.hour_table(compstat.hour_by_weekday(brief.offenses, as_of=brief.as_of)),
        briefing.address_table(compstat.repeat_addresses(brief.calls, as_of=brief.as_of)),
        briefing.supervision_table(supervised),
        briefing.data_line(brief.provenance, as_of=brief.as_of, located=0.97),
    ]
    return briefing.page(fragments, title=head.facts["title"])


def kept(folder: Path, made: str, name: str = "page.html") -> Path:
    path = folder / name
    path.write_text(made, encoding="utf-8")
    return path


def assert_quiet(page, file: Path) -> None:
    assert page.requests == [file.resolve().as_uri()]
    assert page.failures == []
    assert page.console == []


def test_a_district_page_makes_one_request_and_draws_its_map(chromium_path, tmp_path):
    made = whole_page(district="Harbor")
    file = kept(tmp_path, made)
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_quiet(page, file)
        drawn = page.evaluate("document.querySelectorAll('.leaflet-pane path').length")
        assert drawn > made_up_dots(made)
        assert page.evaluate("document.querySelectorAll('.leaflet-tooltip.place').length") == 2
        assert page.evaluate("getComputedStyle(document.querySelector('.static-map')).display") == "none"
        for width in (1280, 400):
            page.resize(width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            assert page.evaluate("document.querySelector('.folium-map').clientHeight") > 300
        assert page.console == []


def made_up_dots(made: str) -> int:
    return made.split('class="static-map"')[1].split("</svg>")[0].count("<circle")


def test_the_index_makes_one_request(chromium_path, tmp_path):
    facts = {
        "agency": "Sample PD",
        "area": "North",
        "week": "2026-W47",
        "days": "16 to 22 November 2026",
        "file": "north.html",
    }
    file = kept(tmp_path, briefing.index_page([facts]), "index.html")
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_quiet(page, file)
        page.resize(400)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.querySelector('main a').href").endswith("/north.html")


def test_groups_can_be_shown_and_hidden_on_the_map(chromium_path, tmp_path):
    file = kept(tmp_path, whole_page(district="Harbor"))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        count = "document.querySelectorAll('.leaflet-pane path').length"
        before = page.evaluate(count)
        page.evaluate("document.querySelector('.leaflet-control-layers-overlays input').click()")
        assert page.evaluate(count) < before


def test_without_scripts_the_still_map_is_shown(chromium_path, tmp_path):
    file = kept(tmp_path, whole_page())
    with opened(chromium_path, file, tmp_path / "profile", scripts=False) as page:
        page.picture(tmp_path / "still.png", whole=False)
        assert_quiet(page, file)
        assert page.evaluate("getComputedStyle(document.querySelector('.static-map')).display") == "block"


def test_a_page_prints(chromium_path, tmp_path):
    file = kept(tmp_path, whole_page())
    with opened(chromium_path, file, tmp_path / "profile") as page:
        page.printed(tmp_path / "page.pdf")
    printed = (tmp_path / "page.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert 2 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 8


def test_c57_c58_nothing_from_a_record_runs(chromium_path, tmp_path):
    rows = made_up.offenses(len(HOSTILE) * 40)
    rows["address"] = [HOSTILE[n % len(HOSTILE)] for n in range(len(rows))]
    rows["occurred_from"] = made_up.AS_OF - pd.Timedelta(days=2)
    groups = {
        f"{value[:60]} {n}": [words[0]]
        for n, (value, words) in enumerate(zip(HOSTILE, made_up.GROUPS.values(), strict=False))
    }
    made = whole_page(agency="".join(HOSTILE), offenses=rows, groups=groups)
    file = kept(tmp_path, made)
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_quiet(page, file)
        page.evaluate(
            "document.querySelectorAll('.leaflet-pane path').forEach(path =>"
            " path.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))"
        )
        page.evaluate(
            "document.querySelectorAll('*').forEach(e => { for (const kind of ['mouseover', 'focus', 'click', 'error'])"
            " e.dispatchEvent(new Event(kind)) })"
        )
        assert page.evaluate("window.owned") is None
        assert page.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0
        assert page.evaluate("document.querySelectorAll('script').length") == 3


def test_a_map_shows_itself_in_a_frame_as_jupyterlab_does(chromium_path, tmp_path):
    brief = made_up.brief("Harbor")
    drawn = briefing.offense_map(
        brief.offenses, brief.places, as_of=brief.as_of, groups=brief.groups, district="Harbor"
    )
    file = kept(tmp_path, f"<!doctype html><title>x</title>{drawn._repr_mimebundle_()['text/html']}")
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert [url for url in page.requests if not url.startswith("about:")] == [file.resolve().as_uri()]
        inside = "document.querySelector('iframe').contentDocument"
        assert page.evaluate(f"{inside}.querySelectorAll('.leaflet-pane path').length") > 50
    assert html.escape("<") == "&lt;"
