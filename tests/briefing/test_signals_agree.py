"""A level is the same word in headline, table, chart, grid and facts: read back from the markup of random frames."""

import re

import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.errors import UnknownName, UsageError

from . import made_up_signals as made_up
from .reading_back import WORDS, cards, expected_of, table_rows, tagged

NO_SERIES = pd.DataFrame(columns=["offense_group", "count"])


@pytest.mark.parametrize("seed", range(40))
def test_a_level_is_the_same_everywhere(seed):
    windows = made_up.bands(seed=seed)
    found = made_up.signals(windows)
    whole = made_up.bands(("all",), seed=seed + 1000).drop(columns="offense_group")
    whole_signal = made_up.signals(whole.assign(offense_group="All groups"))
    truth = {row["offense_group"]: expected_of(row) for row in found.to_dict("records")}
    truth["All groups"] = expected_of(whole_signal.iloc[0])

    table = briefing.count_table(
        made_up.comparison(seed=seed), made_up.total(), NO_SERIES, found, whole_signal, bands=windows, total_bands=whole
    )
    rows = table_rows(table.html)
    for label, said in truth.items():
        row = rows[briefing.row_anchor(label)]
        assert tagged(row) == said
        mark = re.search(r'class="mk( alert| watch)?( above| below)?"', row)
        assert ((mark[1] or "").strip() or "usual") == (said[0] if said[0] in WORDS else "usual")
        assert (mark[2] or "").strip() == said[1]

    drawn = briefing.band_charts(windows, found)
    for label, card in cards(drawn.html):
        assert tagged(card) == truth[label]
        word = WORDS.get(truth[label][0])
        spoken = re.search(r'aria-label="([^"]*)"', card)[1]
        assert (word in spoken) if word else not any(each in spoken for each in WORDS.values())
        marked = re.search(r'class="mk (alert|watch) (above|below)"', card)
        assert (marked.groups() if marked else None) == (truth[label] if word else None)

    head = briefing.headline_block(made_up.points(found), signals=found, total_signal=whole_signal)
    for label, item in zip(made_up.GROUPS, re.findall(r"<li>(.*?)</li>", head.html), strict=False):
        assert tagged(item) == (truth[label] if truth[label][0] in WORDS else None)
        assert f'href="#{briefing.row_anchor(label)}"' in item

    large = briefing.band_chart(whole, whole_signal)
    words = re.findall(r'class="word \w+ ?\w*"[^>]*>(\w+)<', large.html)
    assert words == ([WORDS[truth["All groups"][0]]] if truth["All groups"][0] in WORDS else [])

    listed = {row["row"]: row["level"] for row in head.facts["signals"]["rows"]}
    assert listed == {label: level for label, (level, _) in truth.items() if level in WORDS}
    assert head.facts["signals"]["alert"] == sum(level == "alert" for level in listed.values())
    shown = {row[0]: row[1:] for row in table.tables["counts"]["rows"]}
    place = table.tables["counts"]["columns"].index("level") - 1
    assert {label: row[place] for label, row in shown.items()} == {label: level for label, (level, _) in truth.items()}


@pytest.mark.parametrize("seed", range(12))
def test_areas_and_grid_agree_with_their_signals(seed):
    labels = ("Harbor", "Mill Hill", "North Bank", "Old Town")
    found = made_up.signals(made_up.bands(labels, by="district", seed=seed))
    truth = {row["district"]: expected_of(row) for row in found.to_dict("records")}
    table = briefing.area_table(made_up.comparison(labels, by="district"), found, area="district")
    assert {anchor: tagged(row) for anchor, row in table_rows(table.html).items()} == {
        briefing.row_anchor(label): said for label, said in truth.items()
    }
    chart = briefing.funnel_chart(found, area="district")
    ranged = {row["district"] for row in found.to_dict("records") if not pd.isna(row["watch_low"])}
    words = sorted(re.findall(r'class="word \w+ ?\w*"[^>]*>(\w+)<', chart.html))
    assert words == sorted(WORDS[level] for label, (level, _) in truth.items() if level in WORDS and label in ranged)
    for label in labels:
        assert (label in re.search(r"Too few to tell: (.*?)</p>", chart.html)[1]) if label not in ranged else True

    both = pd.concat(
        [made_up.signals(made_up.bands(seed=seed + n)).assign(district=name) for n, name in enumerate(labels)]
    )
    grid = briefing.signal_grid(both)
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', grid.html, re.DOTALL)
    cells = {
        (label, name): cell
        for label, line in lines
        for name, cell in zip(labels, re.findall(r"<td.*?</td>", line), strict=True)
    }
    for row in both.to_dict("records"):
        cell = cells[row["offense_group"], row["district"]]
        assert tagged(cell) == (expected_of(row) if row["level"] in WORDS else None)
        assert ("too few to tell" in cell) == (row["level"] == "too_few")


def test_a_mark_stands_outside_the_drawn_range_exactly_when_the_level_says_so():
    for seed in range(30):
        windows = made_up.bands(seed=seed)
        found = made_up.signals(windows)
        for label, card in cards(briefing.band_charts(windows, found).html):
            span = re.search(r'class="span" d="M[\d.]+ ([\d.]+)h10m-5 0V([\d.]+)m', card)
            if span is None:
                continue
            row = found[found["offense_group"] == label].iloc[0]
            at = float(re.findall(r"[ML][\d.]+ ([\d.]+)", re.search(r'class="run" d="([^"]*)"', card)[1])[-1])
            outside = not float(span[1]) - 0.06 <= at <= float(span[2]) + 0.06
            assert outside == (row["level"] in WORDS), (seed, label)


def test_a_headline_that_disagrees_with_its_row_is_refused():
    found = made_up.signals(made_up.bands(("Robbery",), seed=1)).assign(level="usual", direction="")
    points = made_up.points(found).assign(level="alert")
    with pytest.raises(UsageError, match="another level"):
        briefing.headline_block(points, signals=found)


def test_an_unknown_level_is_refused():
    found = made_up.signals(made_up.bands(("Robbery",), seed=1)).assign(level="serious")
    with pytest.raises(UnknownName, match="serious"):
        briefing.count_table(made_up.comparison(("Robbery",)), made_up.total(), NO_SERIES, found)


def test_the_signal_s_own_range_goes_before_the_band_s():
    windows = made_up.bands(("Burglary",), seed=4)
    found = made_up.signals(windows).assign(
        watch_low=1, watch_high=999, count=7, level="usual", direction="", words="within its usual range (1–999)"
    )
    html = briefing.band_charts(windows, found).html
    assert "usual 1–999" in html
    assert "within its usual range (1–999)" in html


def test_a_window_that_is_not_28_days_keeps_its_range_apart():
    windows = made_up.bands(("Burglary",), days=14, seed=2)
    found = made_up.signals(windows).assign(watch_low=3, watch_high=9, count=5, level="usual", direction="")
    html = briefing.count_table(made_up.comparison(("Burglary",)), made_up.total(), NO_SERIES, found).html
    assert "14 days, usual" in html
    assert "Usual range</th>" not in html
    assert '<td class="signal">5, 3–9</td>' in html


@pytest.mark.parametrize("days", [7, 28, 56])
def test_numbers_name_the_days_that_the_rule_judges(days):
    labels = ("Harbor", "Mill Hill")
    windows = made_up.bands(days=days, windows=3 * 364 // days)
    found = made_up.signals(windows)
    whole = made_up.bands(("all",), days=days).drop(columns="offense_group")
    share = {"All groups": 0.8}
    table = briefing.count_table(
        made_up.comparison(),
        made_up.total(),
        NO_SERIES,
        found,
        made_up.signals(whole),
        bands=windows,
        completeness=share,
    )
    twin = table.tables["counts"]
    headings = dict(zip(twin["columns"], twin["headings"], strict=True))
    assert headings["watch_low"] == f"{days} days, usual from"
    assert headings["expected"] == f"{days} days, expected"
    assert headings.get("count") == (None if days == 28 else f"{days} days")
    assert headings["last_28_days"] == "28 days"
    assert f"About 20% of these {days} days is not on record yet" in table.html
    assert ("<sup>*</sup>" in table.html) == (days == 28)
    assert (f"{days} days, usual*" in table.html) == (days != 28)
    assert f"{days} days at a time for two years" in table.html
    areas = made_up.signals(made_up.bands(labels, by="district", days=days))
    assert f"count of {days} days as a multiple" in briefing.funnel_chart(areas, area="district").html
    assert f"Counts of {days} days." in briefing.signal_grid(found.assign(district="Harbor")).html
