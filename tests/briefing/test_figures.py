"""What every chart has, whatever it draws: words for those who do not see it, its numbers, its three lines."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.briefing.drawing import month_marks, ribbon
from pcanalytics.briefing.drawing import ticks as ticks_of
from pcanalytics.briefing.figures import numbers_twin

from . import made_up_signals as made_up
from .made_up import AS_OF

DISTRICTS = ("Harbor", "Mill Hill", "North Bank", "Old Town", "Airport")


def seasons(counts):
    starts = pd.date_range(end=AS_OF - pd.Timedelta(days=28), periods=len(counts), freq="28D")
    place = np.arange(len(counts)) + (-len(counts) % 13)
    years = max(1, -(-len(counts) // 13))
    return pd.DataFrame(
        {
            "season_year": years - 1 - place // 13,
            "window_of_year": place % 13 + 1,
            "window_start": starts,
            "count": counts,
        }
    )


def charts(seed=3):
    windows = made_up.bands(seed=seed)
    whole = made_up.bands(("all",), seed=seed).drop(columns="offense_group")
    areas = made_up.signals(made_up.bands(DISTRICTS, by="district", seed=seed))
    breaks = [made_up.Break(pd.Timestamp("2024-07-01"), "new records system")]
    return {
        "bands": briefing.band_charts(windows, made_up.signals(windows), breaks=breaks),
        "band": briefing.band_chart(whole, breaks=breaks),
        "seasons": briefing.seasonal_chart(seasons(whole["count"].tolist())),
        "funnel": briefing.funnel_chart(areas, area="district"),
    }


@pytest.mark.parametrize("seed", range(8))
def test_every_drawing_is_well_formed_named_and_inside_its_frame(seed):
    for name, fragment in charts(seed).items():
        drawings = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", fragment.html, re.DOTALL)]
        assert drawings, name
        for drawing in drawings:
            assert drawing.get("role") == "img"
            assert len(drawing.get("aria-label")) > 10
            width, height = (float(side) for side in drawing.get("viewBox").split()[2:])
            for path in drawing.iter("path"):
                for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d")):
                    assert 0 <= float(x) <= width, (name, path.get("d"))
                    assert -1 <= float(y) <= height, (name, path.get("d"))


def test_every_chart_has_its_three_lines_its_numbers_and_the_public_s_leave():
    for fragment in charts().values():
        for line in ("Shows", "How to read", "What to do"):
            assert f"<dt>{line}</dt>" in fragment.html
        assert '<details class="twin"><summary>The numbers' in fragment.html
        assert "<details open" not in fragment.html
        assert len(fragment.tables) == 1
        assert fragment.for_audience("public") is fragment


def test_charts_are_small_and_the_same_twice():
    first, second = charts(), charts()
    assert {name: fragment.html for name, fragment in first.items()} == {
        name: fragment.html for name, fragment in second.items()
    }
    html = "".join(fragment.html for fragment in first.values())
    assert len(html) < 75_000
    assert not re.search(r' d="[^"]*\d\.\d\d', html)
    assert "nan" not in html.lower()


def test_the_numbers_are_the_frame_s():
    windows = made_up.bands(("Robbery", "Arson"), seed=9)
    table = briefing.band_charts(windows).tables["windows"]
    assert table["columns"][:4] == ["offense_group", "window_start", "window_end", "count"]
    assert [row[3] for row in table["rows"]] == windows["count"].tolist()
    assert [row[5] for row in table["rows"]] == [None if pd.isna(low) else low for low in windows["watch_low"]]


def test_a_small_chart_without_history_says_so_and_draws_no_band():
    windows = made_up.bands(("Arson",), seed=1)
    windows[["expected", *made_up.RANGES]] = pd.NA
    windows.loc[windows["is_current"], ["level", "direction"]] = ["no_history", ""]
    html = briefing.band_charts(windows).html
    assert "no history yet" in html
    assert 'class="near"' not in html
    assert 'class="span"' not in html


@pytest.mark.parametrize("counts", [[], [4], [0] * 26])
def test_c74_nothing_to_draw_is_said_in_every_chart(counts):
    windows = made_up.bands(("Arson",), windows=max(len(counts), 1), seed=1).iloc[: len(counts)].assign(count=counts)
    empty = windows.iloc[:0]
    for html in (
        briefing.band_chart(windows).html,
        briefing.band_charts(windows).html,
        briefing.seasonal_chart(seasons(counts)).html,
        briefing.funnel_chart(empty.rename(columns={"offense_group": "district"})).html,
    ):
        assert "oo few" in html
        assert "nan" not in html.lower()


def test_a_break_is_a_dashed_line_between_its_windows_with_its_reason():
    windows = made_up.bands(("Robbery", "Arson"), seed=3)
    day = windows["window_start"].iloc[10] + pd.Timedelta(days=3)
    breaks = [made_up.Break(day, "new <code>", ("Robbery",))]
    html = briefing.band_charts(windows, breaks=breaks).html
    assert html.count('class="cut"') == 1
    assert f"{day.day} {day:%b} {day.year}: new &#60;code&#62; (Robbery)" in html
    whole = windows[windows["offense_group"] == "Robbery"].drop(columns="offense_group")
    everywhere = [made_up.Break(day, "new <code>")]
    drawn = briefing.band_chart(whole, breaks=everywhere).html
    x = float(re.search(r'class="cut" d="M([\d.]+) ', drawn)[1])
    places = [float(at) for at in re.findall(r"[ML]([\d.]+) ", re.search(r'class="run" d="([^"]*)"', drawn)[1])]
    assert places[10] < x < places[11]
    assert 'class="gray">new &#60;code&#62;</text>' in drawn


def test_a_break_before_the_first_window_is_not_drawn():
    windows = made_up.bands(("Robbery",), seed=3)
    assert (
        'class="cut"' not in briefing.band_charts(windows, breaks=[made_up.Break(pd.Timestamp("2010-01-01"), "x")]).html
    )


def test_the_seasonal_chart_names_each_year_by_its_last_window():
    drawn = briefing.seasonal_chart(seasons([5] * 13 + [7] * 13 + [9] * 13)).html
    assert "9 now</text>" in drawn
    assert "7 in 2025</text>" in drawn
    assert "5 in 2024</text>" in drawn
    heights = [float(y) for y in re.findall(r'<text x="892" y="([\d.]+)"', drawn)]
    assert all(later - earlier > 23.8 for earlier, later in zip(heights, heights[1:], strict=False))


def test_the_funnel_places_larger_areas_to_the_right_and_keeps_bars_apart():
    rng = np.random.default_rng(2)
    for number in (1, 2, 5, 20):
        labels = [f"{place:03d}" for place in range(number)]
        found = made_up.signals(made_up.bands(labels, by="beat", seed=number)).assign(
            expected=rng.lognormal(3, 1.2, number), watch_low=1, watch_high=80, level="usual", direction=""
        )
        html = briefing.funnel_chart(found, area="beat").html
        xs = [float(x) for x in re.findall(r'class="bar" d="M([\d.]+) ', html)]
        assert len(xs) == number
        assert all(later - earlier > 40 for earlier, later in zip(xs, xs[1:], strict=False))
        names = re.findall(r'text-anchor="middle">(\d{3})</text>', html)
        order = found.sort_values("expected")["beat"].tolist()
        assert names == order


def test_hours_of_a_shift_past_midnight_go_to_the_day_it_began_on():
    tempo = pd.DataFrame(
        {"weekday": [0, 0, 1, 6, None], "hour": [23, 12, 2, 3, None], "count": [4.0, 5.0, 8.0, 2.0, 1.0]}
    )
    html = briefing.hour_table(tempo, shifts=(420, 900, 1380)).html
    rows = dict(re.findall(r'<tr><th scope="row">([\d:]+ to [\d:]+)</th>(.*?)</tr>', html))
    assert list(rows) == ["07:00 to 15:00", "15:00 to 23:00", "23:00 to 07:00"]
    night = re.findall(r"<td[^>]*>([^<]*)</td>", rows["23:00 to 07:00"])
    assert night == ["12", "", "", "", "", "2", "", "14"]
    assert sum(int(re.findall(r">(\d*)</td>$", row)[0] or 0) for row in rows.values()) == 19
    heads = re.findall(r"<th scope=\"col\" class=begins>(\d\d)</th>", html)
    assert heads == ["07", "15", "23"]


def test_without_shifts_there_is_no_shift_table():
    tempo = pd.DataFrame({"weekday": [0], "hour": [23], "count": [4.0]})
    assert "shifts" not in briefing.hour_table(tempo).html


def test_a_twin_shows_the_latest_rows_and_says_how_many_more_there_are():
    table = {"title": "T", "columns": ["count"], "headings": ["Count"], "rows": [[place] for place in range(30)]}
    html = numbers_twin(table, last=13)
    assert re.findall(r"<td class=number>(\d+)</td>", html) == [str(place) for place in range(17, 30)]
    assert "17 earlier rows are in the workbook" in html


def test_a_ribbon_is_interrupted_where_there_is_no_range():
    assert ribbon([0, 1, 2, 3, 4], [9, 9, None, 9, 9], [1, 1, None, 1, 1]).count("z") == 2


def test_month_marks_stand_where_the_month_begins():
    starts = list(pd.date_range("2025-01-01", periods=14, freq="28D"))
    marks = dict((label, place) for place, label in month_marks(starts, 28, range(1, 13)))
    for label, place in marks.items():
        at = starts[0] + pd.Timedelta(days=28 * (place + 0.5))
        assert at.round("D").day == 1, label
    assert set(marks) >= {"2026", "Feb", "Dec"}


@pytest.mark.parametrize("top", [0, 1, 3, 4, 7, 40, 41, 99, 100, 101, 1234, 10_000])
def test_ticks_start_at_zero_reach_the_top_and_are_whole(top):
    steps = ticks_of(top)
    assert steps[0] == 0
    assert steps[-1] >= top
    assert len(steps) <= 7
    assert len({later - earlier for earlier, later in zip(steps, steps[1:], strict=False)}) == 1
