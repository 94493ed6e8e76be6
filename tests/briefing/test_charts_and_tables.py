import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from pcanalytics import briefing, compstat
from pcanalytics.briefing.charts import sparkline
from pcanalytics.briefing.drawing import ticks as ticks_of

from . import made_up
from .hostile import HOSTILE, assert_harmless

COUNTED = list(compstat.COMPARED)


def weeks(counts, group="Robbery"):
    starts = pd.date_range("2026-11-16", periods=len(counts), freq="-7D")[::-1]
    return pd.DataFrame({"offense_group": group, "week_start": starts, "count": counts})


def drawings(html):
    found = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    return [ET.fromstring(svg) for svg in found]


def test_drawings_are_well_formed_and_named_for_a_screen_reader():
    series = compstat.weekly_series(made_up.offenses(), as_of=made_up.AS_OF, groups=made_up.GROUPS)
    for fragment in (briefing.group_charts(series), briefing.trend_chart(weeks(list(range(104))))):
        for drawing in drawings(fragment.html):
            assert drawing.get("role") == "img"
            assert drawing.get("aria-label")


def test_the_line_stays_inside_the_drawing():
    (drawing,) = drawings(briefing.trend_chart(weeks([3, -2, 500, 0] * 26)).html)
    width, height = (float(side) for side in drawing.get("viewBox").split()[2:])
    for path in drawing.iter("path"):
        pairs = re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d"))
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in pairs)


@pytest.mark.parametrize("top", [0, 1, 3, 4, 7, 40, 41, 99, 100, 101, 1234, 10_000])
def test_ticks_start_at_zero_reach_the_top_and_are_whole(top):
    ticks = ticks_of(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top
    assert len(ticks) <= 7
    assert len({later - earlier for earlier, later in zip(ticks, ticks[1:], strict=False)}) == 1


@pytest.mark.parametrize("counts", [[], [0], [5], [0, 0, 0]])
def test_c74_nothing_to_draw_is_said(counts):
    assert "Too few" in briefing.trend_chart(weeks(counts)).html
    html = briefing.group_charts(weeks(counts)).html
    assert "Too few" in html or "None in this time" in html
    assert "nan" not in html.lower()


def test_c74_one_offense_makes_a_page_without_nan():
    one = made_up.offenses(1)
    for rows in (one, one.iloc[:0]):
        tempo = compstat.hour_by_weekday(rows, as_of=made_up.AS_OF)
        assert "nan" not in briefing.hour_table(tempo).html.lower()
        drawn = briefing.offense_map(rows, made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS)
        assert "nan" not in (drawn.html + "".join(drawn.scripts)).lower()


def test_every_chart_has_its_three_lines():
    fragments = [
        briefing.trend_chart(weeks([1, 2, 3])),
        briefing.group_charts(weeks([1, 2, 3])),
        briefing.hour_table(compstat.hour_by_weekday(made_up.offenses(), as_of=made_up.AS_OF)),
        briefing.offense_map(made_up.offenses(), made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS),
    ]
    for fragment in fragments:
        for line in ("Shows", "How to read", "What to do"):
            assert f"<dt>{line}</dt>" in fragment.html


def test_the_count_table_shows_the_counts_it_is_given():
    rows = made_up.offenses()
    counts = compstat.compare(rows, as_of=made_up.AS_OF, by=["offense_group"], groups=made_up.GROUPS)
    total = compstat.compare(rows, as_of=made_up.AS_OF, by=[], groups=made_up.GROUPS)
    series = compstat.weekly_series(rows, as_of=made_up.AS_OF, groups=made_up.GROUPS)
    fragment = briefing.count_table(counts, total, series)
    shown = re.findall(r'<td class="number \w+">([\d,–-]+)</td>', fragment.html)
    expected = [f"{value:,}" for frame in (counts, total) for value in frame[COUNTED].to_numpy().ravel()]
    assert shown == expected
    assert fragment.facts["total"] == total.iloc[0][COUNTED].to_dict()


def test_hour_table_sums_are_the_frame_sums():
    tempo = compstat.hour_by_weekday(made_up.offenses(), as_of=made_up.AS_OF)
    html = briefing.hour_table(tempo).html
    known = tempo[tempo["weekday"].notna()]["count"].sum()
    assert f">{round(known):,}</td></tr></tfoot>" in html
    assert html.count("<tr>") == 9


def test_counts_below_the_minimum_never_reach_the_table():
    supervision = pd.DataFrame({"supervision_type": ["parole"] * 7, "start": pd.Timestamp("2026-01-01"), "end": pd.NaT})
    counts = compstat.supervision_counts(supervision, pd.DataFrame(), as_of=made_up.AS_OF)
    html = briefing.supervision_table(counts).html
    assert "fewer than 10" in html
    assert not re.search(r">7<", html)


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_c58_names_titles_and_labels_are_text(value):
    counts = pd.DataFrame([{"offense_group": value, "beat": value, **dict.fromkeys(COUNTED, 3)}])
    series = weeks([1, 2, 3], group=value)
    places = pd.DataFrame(
        {
            "address": [value], "beat": [value], "calls_recent": [3], "calls_12_months": [9],
            "most_usual_type": [value], "latest": [made_up.AS_OF], "institution": [value],
        }
    )  # fmt: skip
    supervised = pd.DataFrame({"topic": [value], "label": [value], "count": [12], "shown": [value]})
    fragments = [
        briefing.masthead(agency=value, area=value, week=value, as_of=made_up.AS_OF),
        briefing.headline_block([value]),
        briefing.note(value),
        briefing.count_table(counts, counts, series),
        briefing.area_table(counts, area="beat"),
        briefing.trend_chart(series, title=value),
        briefing.group_charts(series, title=value),
        briefing.address_table(places),
        briefing.supervision_table(supervised, agreement={"id": value}, scope=value),
        briefing.data_line(
            [{"source": value, "digest": value}],
            as_of=made_up.AS_OF,
            agreement={"id": value, "purpose": value},
            version=value,
        ),
    ]
    assert_harmless(briefing.page(fragments, title=value, lang="en"))
    for fragment in fragments:
        assert "<script" not in fragment.html


def test_sparkline_needs_two_counts():
    assert sparkline([3], label="x") == ""
    assert sparkline([0, 0], label="x").startswith("<svg")
