"""The live map and its still twin, as a browser without any network shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pcanalytics import briefing
from tests.briefing import made_up

from .chromium import opened

pytestmark = pytest.mark.browser

DOTS = "document.querySelectorAll('.leaflet-pane path.leaflet-interactive').length"


def kept(folder: Path, made: str, name: str = "page.html") -> Path:
    path = folder / name
    path.write_text(made, encoding="utf-8")
    return path


def assert_quiet(page, file: Path) -> None:
    page.look()
    assert page.requests == [file.resolve().as_uri()]
    assert page.failures == []
    assert page.console == []


def drawn(district: str | None = "Harbor", **named) -> briefing.Fragment:
    brief = made_up.brief(district)
    asked = {"as_of": brief.as_of, "groups": brief.groups, "district": district, **named}
    return briefing.offense_map(brief.offenses, brief.places, **asked)


@pytest.mark.parametrize("audience", briefing.AUDIENCES)
def test_a_map_draws_its_dots_and_fits_every_width(chromium_path, tmp_path, audience):
    fragment = drawn()
    file = kept(tmp_path, briefing.page([fragment], title="Harbor", audience=audience))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_quiet(page, file)
        still = page.evaluate(
            "[...document.querySelectorAll('.spots path')].reduce((n, p) => n + p.getAttribute('d').split('M').length - 1, 0)"
        )
        assert page.evaluate(DOTS) == still
        if audience == "internal":
            assert still == fragment.facts["drawn"]
        assert page.evaluate("document.querySelectorAll('.leaflet-tooltip.place').length") == 2
        assert page.evaluate("getComputedStyle(document.querySelector('.static-map')).display") == "none"
        for width in (1280, 400):
            page.resize(width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            assert page.evaluate("document.querySelector('.folium-map').clientHeight") > 300
        assert page.console == []


def test_the_scale_of_the_live_map_is_true(chromium_path, tmp_path):
    """A district of 3 km: its outline must be as many pixels wide as the scale bar says."""
    file = kept(tmp_path, briefing.page([drawn()], title="Harbor"))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        bar, said, wide = page.evaluate(
            "(() => { const bar = document.querySelector('.leaflet-control-scale-line');"
            " const area = document.querySelector('.leaflet-pane path');"
            " return [bar.offsetWidth, bar.textContent, area.getBoundingClientRect().width]; })()"
        )
        meters = float(said.split()[0]) * (1000 if said.endswith("km") else 1)
        assert wide * meters / bar == pytest.approx(3_000, rel=0.03)


def test_groups_can_be_shown_and_hidden_on_the_map(chromium_path, tmp_path):
    file = kept(tmp_path, briefing.page([drawn()], title="Harbor"))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        before = page.evaluate(DOTS)
        toggle = "document.querySelector('.leaflet-control-layers-overlays input').click()"
        page.evaluate(toggle)
        assert page.evaluate(DOTS) < before
        page.evaluate(toggle)
        assert page.evaluate(DOTS) == before
        assert_quiet(page, file)


def test_a_tooltip_says_all_that_lies_on_one_spot(chromium_path, tmp_path):
    brief = made_up.brief("Harbor")
    rows = brief.offenses.head(3).assign(
        x=made_up.WEST + 700, y=made_up.SOUTH + 700, unlisted=False, occurred_from=brief.as_of, offense="robbery"
    )
    rows["occurred_from"] -= rows.index.to_series().rank().mul(3_600e9).astype("timedelta64[ns]")
    rows["address"] = ["1 OAK ST", "2 OAK ST", "3 OAK ST"]
    fragment = briefing.offense_map(rows, brief.places, as_of=brief.as_of, groups=brief.groups, district="Harbor")
    file = kept(tmp_path, briefing.page([fragment], title="Harbor"))
    with opened(chromium_path, file, tmp_path / "profile") as page:
        page.evaluate(
            "(() => { const dots = document.querySelectorAll('path.leaflet-interactive');"
            " const at = dots[dots.length - 1].getBoundingClientRect();"
            " for (const kind of ['mouseover', 'mousemove']) dots[dots.length - 1].dispatchEvent("
            "new MouseEvent(kind, {bubbles: true, clientX: at.x + 3, clientY: at.y + 3})); })()"
        )
        lines = page.evaluate("[...document.querySelectorAll('.tip p')].map(p => p.innerText)")
        assert sorted(line.split("\n")[2] for line in lines) == ["1 OAK ST", "2 OAK ST", "3 OAK ST"]
        assert lines[0].startswith("Robbery\nSun 22 Nov 2")


def test_without_scripts_the_still_map_is_shown(chromium_path, tmp_path):
    file = kept(tmp_path, briefing.page([drawn()], title="Harbor"))
    with opened(chromium_path, file, tmp_path / "profile", scripts=False) as page:
        page.picture(tmp_path / "still.png", whole=False)
        assert page.requests == [file.resolve().as_uri()]
        assert page.evaluate("getComputedStyle(document.querySelector('.static-map')).display") == "block"


def test_a_map_shows_itself_in_a_frame_as_jupyterlab_does(chromium_path, tmp_path):
    file = kept(tmp_path, f"<!doctype html><title>x</title>{drawn()._repr_mimebundle_()['text/html']}")
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert [url for url in page.requests if not url.startswith("about:")] == [file.resolve().as_uri()]
        inside = "document.querySelector('iframe').contentDocument"
        assert page.evaluate(f"{inside}.querySelectorAll('.leaflet-pane path').length") > 50


def test_twenty_maps_live_on_one_page(chromium_path, tmp_path):
    maps = [drawn(made_up.DISTRICTS[n % 3], days=21 + n) for n in range(20)]
    file = kept(tmp_path, briefing.page(maps, title="Twenty maps"))
    assert file.stat().st_size <= 1_500_000
    with opened(chromium_path, file, tmp_path / "profile") as page:
        assert_quiet(page, file)
        live = page.evaluate(
            "[...document.querySelectorAll('.folium-map')].map(e => e.querySelectorAll('.leaflet-pane path').length)"
        )
        assert len(live) == 20
        assert min(live) > 20
