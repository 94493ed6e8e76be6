import re

import pandas as pd
import pytest

from pcanalytics import briefing, compstat
from pcanalytics.briefing.charts import sparkline

from . import made_up
from . import made_up_signals as signaled
from .hostile import HOSTILE, assert_harmless


def weeks(counts, group="Robbery"):
    starts = pd.date_range("2026-11-16", periods=len(counts), freq="-7D")[::-1]
    return pd.DataFrame({"offense_group": group, "week_start": starts, "count": counts})


def test_c74_one_offense_makes_a_page_without_nan():
    one = made_up.offenses(1)
    for rows in (one, one.iloc[:0]):
        tempo = compstat.hour_by_weekday(rows, as_of=made_up.AS_OF)
        assert "nan" not in briefing.hour_table(tempo).html.lower()
        drawn = briefing.offense_map(rows, made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS)
        assert "nan" not in (drawn.html + "".join(drawn.scripts)).lower()


def test_every_chart_has_its_three_lines():
    fragments = [
        briefing.hour_table(compstat.hour_by_weekday(made_up.offenses(), as_of=made_up.AS_OF)),
        briefing.offense_map(made_up.offenses(), made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS),
    ]
    for fragment in fragments:
        for line in ("Shows", "How to read", "What to do"):
            assert f"<dt>{line}</dt>" in fragment.html


def cells(row):
    return re.findall(r'<td class="number \w+">(.*?)</td>', row)


def written(value):
    if pd.isna(value):
        return "–"
    return f"{value:,.1f}" if isinstance(value, float) and value < 100 else f"{round(value):,}"


def test_the_count_table_shows_the_counts_it_is_given():
    counts, total = signaled.comparison(), signaled.total()
    counts.loc[2, "week_last_year"] = pd.NA
    fragment = briefing.count_table(counts, total, weeks([1, 2, 3]))
    shown = [column for column in signaled.COUNTS if column not in ("week_baseline", "year_to_date_baseline")]
    rows = re.findall(r'<tr id="row-[\w-]+"[^>]*>(.*?)</tr>', fragment.html)
    for row, expected in zip(rows, pd.concat([counts, total])[shown].to_dict("records"), strict=True):
        assert cells(row) == [written(expected[column]) for column in shown]
    assert fragment.facts["total"] == total.iloc[0][list(fragment.facts["total"])].to_dict()
    assert "A dash stands where" in fragment.html
    assert "%" not in fragment.html
    twin = fragment.tables["counts"]
    assert {"week_baseline", "year_to_date_baseline"} <= set(twin["columns"])
    assert twin["rows"][-1][0] == "All groups"


def test_a_table_of_older_counts_has_only_their_columns():
    counts = signaled.comparison()[["offense_group", "week", "week_prior"]]
    html = briefing.count_table(counts, counts.iloc[:1], weeks([1, 2])).html
    assert "12 months" not in html
    assert len(cells(re.search(r'id="row-robbery">(.*?)</tr>', html)[1])) == 2


def test_columns_that_a_break_cuts_have_a_dagger_and_a_note():
    rows = [
        ("Robbery", "last_28_days_last_year", "missing", pd.NA, pd.Timestamp("2026-03-01"), "new robbery <code>"),
        ("Robbery", "year_to_date", "mixed", pd.NA, pd.Timestamp("2026-03-01"), "new robbery <code>"),
        ("Arson", "week_last_year", "missing", pd.NA, pd.Timestamp("2026-01-05"), "the records begin"),
        ("Arson", "last_28_days_baseline", "fewer years", 2, pd.NaT, "the records begin"),
    ]
    notes = pd.DataFrame(rows, columns=["offense_group", "column", "note", "years", "on", "reason"])
    html = briefing.count_table(signaled.comparison(), signaled.total(), weeks([1, 2]), notes=notes).html
    assert html.count("<sup>†</sup>") == 2
    robbery = cells(re.search(r'id="row-robbery">(.*?)</tr>', html)[1])
    assert [place for place, cell in enumerate(robbery) if "†" in cell] == [5, 7]
    assert html.count("New robbery &#60;code&#62; on 1 March 2026") == 1
    assert "An average rests on 2 years" in html


def test_c78_late_reports_are_marked_and_said():
    html = briefing.count_table(
        signaled.comparison(),
        signaled.total(),
        weeks([1, 2]),
        completeness={"All groups": 0.96, "Burglary": 0.9, "Arson": 0.999},
    ).html
    assert html.count("<sup>*</sup>") == 1
    assert "About 4% of these 28 days is not on record yet (Burglary 10%)" in html
    none = briefing.count_table(
        signaled.comparison(), signaled.total(), weeks([1, 2]), completeness={"All groups": 0.999}
    ).html
    assert "<sup>" not in none


def test_measures_of_people_reach_the_public_only_in_their_public_words():
    measures = signaled.comparison(("Arrests", "Victims"), by="measure")
    assert briefing.measures_table(measures).for_audience("public") is None
    hidden = measures.astype({"week": object})
    hidden["week"] = "fewer than 10"
    public = briefing.measures_table(measures, public_measures=hidden).for_audience("public")
    assert public.html.count("fewer than 10") == 2
    assert public.tables["measures"]["rows"][0][1] == "fewer than 10"


def test_addresses_and_people_are_for_internal_readers():
    places = pd.DataFrame(
        {
            "address": ["1 OAK ST"], "beat": ["001"], "calls_recent": [3], "calls_12_months": [9],
            "most_usual_type": ["ALARM"], "latest": [made_up.AS_OF], "institution": [None],
        }
    )  # fmt: skip
    assert briefing.address_table(places).for_audience("public") is None
    counts = pd.DataFrame({"topic": ["supervision"], "label": ["parole"], "count": [64], "shown": ["64"]})
    assert briefing.supervision_table(counts, agreement={"id": "AF-1"}).for_audience("public") is None
    public = briefing.supervision_table(counts, agreement={"id": "AF-1"}, public_counts=counts).for_audience("public")
    assert "64" in public.html
    assert "AF-1" not in public.html


def test_the_public_masthead_says_what_it_is_and_not_what_for():
    head = briefing.masthead(agency="PD", area=None, week="2026-W47", as_of=made_up.AS_OF, purpose="compstat")
    public = head.for_audience("public")
    assert "purpose" not in public.facts
    assert public.facts["title"] == head.facts["title"]
    assert public.facts["is_city"] is True


def test_every_link_of_a_headline_leads_to_a_row():
    labels = ("Theft/auto", "Theft auto", "Théft auto", "Robbery", "x" * 80)
    windows = signaled.bands(labels, seed=2)
    found = signaled.signals(windows)
    areas = signaled.signals(signaled.bands(("Harbor", "007"), by="district", seed=3))
    points = pd.concat([signaled.points(found).head(3), signaled.points(areas, by="district")])
    fragments = [
        briefing.headline_block(points, signals=found, area_signals=areas),
        briefing.count_table(signaled.comparison(labels), signaled.total(), weeks([1, 2]), found),
        briefing.area_table(signaled.comparison(("Harbor", "007"), by="district"), areas, area="district"),
    ]
    html = briefing.page(fragments, title="x")
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r'class="to-row" href="#([^"]*)"', html)
    assert len(links) == 5
    assert set(links) <= set(ids)


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
    windows = signaled.bands((value,), seed=1)
    found = signaled.signals(windows).assign(level="alert", direction="above", words=value, power_words=value)
    counts = signaled.comparison((value,))
    by_beat = found.rename(columns={"offense_group": "beat"})
    notes = pd.DataFrame(
        [(value, "week", "mixed", pd.NA, made_up.AS_OF, value)],
        columns=["offense_group", "column", "note", "years", "on", "reason"],
    )
    breaks = [signaled.Break(windows["window_start"].iloc[9], value, (value,))]
    series = weeks([1, 2, 3], group=value)
    places = pd.DataFrame(
        {
            "address": [value], "beat": [value], "calls_recent": [3], "calls_12_months": [9],
            "most_usual_type": [value], "latest": [made_up.AS_OF], "institution": [value],
        }
    )  # fmt: skip
    supervised = pd.DataFrame({"topic": [value], "label": [value], "count": [12], "shown": [value]})
    points = pd.DataFrame({"text": [value], "row": [value], "level": ["alert"]})
    fragments = [
        briefing.masthead(agency=value, area=value, week=value, as_of=made_up.AS_OF),
        briefing.headline_block(points, signals=found),
        briefing.note(value),
        briefing.count_table(
            counts,
            signaled.total(),
            series,
            found,
            bands=windows,
            notes=notes,
            completeness={value: 0.5, "All groups": 0.9},
        ),
        briefing.area_table(counts.rename(columns={"offense_group": "beat"}), by_beat, area="beat"),
        briefing.measures_table(counts.rename(columns={"offense_group": "measure"}).assign(week=value)),
        briefing.band_chart(windows, found, label=value, breaks=breaks, title=value),
        briefing.band_charts(windows, found, breaks=breaks, title=value),
        briefing.funnel_chart(by_beat, area="beat", title=value),
        briefing.funnel_chart(by_beat.assign(watch_low=pd.NA), area="beat", title=value),
        briefing.signal_grid(found.assign(district=value), title=value),
        briefing.address_table(places),
        briefing.supervision_table(supervised, agreement={"id": value}, scope=value),
    ]
    assert_harmless(briefing.page(fragments, title=value, lang="en"))
    for fragment in fragments:
        assert "<script" not in fragment.html


def test_sparkline_needs_two_counts():
    assert sparkline([3], label="x") == ""
    assert sparkline([0, 0], label="x").startswith("<svg")


def test_a_first_window_alone_is_a_count_and_not_none():
    windows = signaled.bands(("Robbery",), windows=1).assign(count=4)
    card = briefing.band_charts(windows, signaled.signals(windows)).html
    assert "4 in 28 days: too few days on record to draw." in card
    assert "None in this time" not in card


def test_a_dash_of_a_change_in_the_records_is_not_laid_to_their_beginning():
    counts, total = signaled.comparison(("Robbery",)), signaled.total()
    counts["week_last_year"] = pd.NA
    on = {"on": pd.Timestamp("2026-03-01"), "years": pd.NA}
    rows = [{"offense_group": "Robbery", "column": "week_last_year", "note": "missing", **on}]
    for reason, is_said in (("new records system", False), ("the records begin", True)):
        notes = pd.DataFrame(rows).assign(reason=reason)
        html = briefing.count_table(counts, total, pd.DataFrame(columns=["offense_group", "count"]), notes=notes).html
        assert ("A dash stands where the records do not go back far enough." in html) == is_said


def test_an_institution_that_is_its_own_address_is_named_once():
    columns = {
        "beat": "1",
        "calls_recent": 3,
        "calls_12_months": 9,
        "most_usual_type": "ALARM",
        "latest": made_up.AS_OF,
    }
    places = pd.DataFrame({"address": ["GENERAL HOSPITAL", "1 OAK ST"], "institution": "General Hospital"}).assign(
        **columns
    )
    html = briefing.address_table(places).html
    assert re.findall(r'scope="row">([^<]*)', html) == ["GENERAL HOSPITAL ", "1 OAK ST "]
    assert html.count('class="tag"') == 1


def test_a_grid_of_more_districts_than_a_screen_is_wide_has_them_down_the_side():
    found = signaled.signals(signaled.bands(("Robbery", "Arson"), seed=2))
    city = pd.concat([found.assign(district=f"District {n}", count=range(2 * n, 2 * n + 2)) for n in range(20)])
    for many, side in ((12, "Group"), (20, "District")):
        shown = city[city["count"] < 2 * many]
        grid = briefing.signal_grid(shown)
        head = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', grid.html)
        assert (head[0], len(head) - 1) == (side, 12 if side == "Group" else 2)
        for line in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", grid.html):
            label, *cells_of_row = re.split(r"</th><td", line)[0], *re.findall(r"<td.*?</td>", line)
            for name, cell in zip(head[1:], cells_of_row, strict=True):
                group, district = (label, name) if side == "Group" else (name, label)
                count = 2 * int(district.split()[1]) + ["Robbery", "Arson"].index(group)
                assert re.search(rf">\s*(<b>)?{count}\b", cell), (group, district)
        assert grid.tables["groups_by_district"]["headings"][:2] == ["Group", "District"]
        assert len(grid.tables["groups_by_district"]["rows"]) == 2 * many


def test_no_calls_on_record_is_not_no_repeat():
    none = pd.DataFrame(columns=["address"])
    assert "No calls for service are on record." in briefing.address_table(none, any_calls=False).html
    assert "No address had two or more calls" in briefing.address_table(none).html
