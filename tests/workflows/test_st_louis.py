"""Real input: St. Louis 2016 to June 2018, through its mapping, to a page whose counts are counted again here."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics import compstat
from pcanalytics.store import open_workspace
from pcanalytics.workflows import extract_at, issue_weekly_compstat, load, start_workspace, weekly_compstat

MAPPING = Path(__file__).parents[2] / "docs" / "examples" / "st_louis.toml"
GROUPS = {
    "Homicide": "homicide",
    "Rape": "rape",
    "Robbery": "robbery",
    "Aggravated assault": "aggravated assault",
    "Other assault": "other assault",
    "Burglary": "burglary",
    "Larceny": "larceny",
    "Motor vehicle theft": "motor vehicle theft",
    "Arson": "arson",
    "Everything else": "other/part 2",
}
DECLARED = {"aggravated assault": "aggravated_assault", "other assault": "simple_assault", "other/part 2": "other"}


@pytest.fixture(scope="module")
def rows(shared_data):
    return pd.read_parquet(shared_data("hotspots/stl_crimes_2016_2018h1.parquet"))


@pytest.fixture(scope="module")
def city(shared_data, tmp_path_factory):
    extract = shared_data("hotspots/stl_crimes_2016_2018h1.parquet")
    folder = tmp_path_factory.mktemp("st_louis")
    start_workspace(folder, name="St. Louis")
    settings = (folder / "agency.toml").read_text(encoding="utf-8")
    groups = "".join(
        f'"{label}" = ["{DECLARED.get(word, word.replace(" ", "_"))}"]\n' for label, word in GROUPS.items()
    )
    settings = re.sub(r"\[offense_groups\]\n(.+\n)+", f"[offense_groups]\n{groups}", settings)
    settings = re.sub(r"\[\[sources\]\]\n(.+\n)+", "", settings)
    (folder / "agency.toml").write_text(settings, encoding="utf-8")
    workspace = open_workspace(folder)
    (report,) = load(workspace, [extract_at(extract, MAPPING)])
    return workspace, report


def _counted_again(rows: pd.DataFrame, start: str, end: str, word: str) -> int:
    """Count as the file says, with nothing of the suite."""
    inside = rows[(rows["date_occur"] >= start) & (rows["date_occur"] < end) & (rows["ucr_cat"] == word)]
    return int(inside["count"].sum())


def test_every_row_is_accounted_for(city, rows):
    _, report = city
    assert report.read == len(rows)
    assert report.read == report.loaded + report.set_aside + report.rejected
    assert report.loaded == len(rows)


def test_loading_again_changes_nothing(city, shared_data):
    workspace, first = city
    extract = shared_data("hotspots/stl_crimes_2016_2018h1.parquet")
    (again,) = load(workspace, [extract_at(extract, MAPPING)])
    assert again.status == "already_loaded"
    assert again.loaded == first.loaded


@pytest.mark.parametrize("week", ["2018-W23", "2018-W24", "2018-W25", "2016-W30"])
def test_counts_equal_an_independent_count_for_every_group(city, rows, week):
    workspace, _ = city
    brief = weekly_compstat(workspace.root, week=week)
    counts = compstat.compare(brief.offenses, as_of=brief.as_of, by=["offense_group"], groups=brief.groups)
    counts = counts.set_index("offense_group")
    end = brief.as_of
    for label, word in GROUPS.items():
        for column, days in (("week", 7), ("last_28_days", 28)):
            assert counts.loc[label, column] == _counted_again(rows, end - pd.Timedelta(days=days), end, word), label
        assert counts.loc[label, "year_to_date"] == _counted_again(rows, f"{end.year}-01-01", end, word), label


def test_late_reports_and_blank_coordinates_are_counted_not_dropped(city, rows):
    workspace, _ = city
    brief = weekly_compstat(workspace.root, week="2018-W25")
    before = rows[rows["date_occur"] < pd.to_datetime(rows["coded_month"])]
    assert int(brief.offenses["late"].sum()) == len(before) > 1000
    blank = (rows["x"].fillna(0) == 0) | (rows["y"].fillna(0) == 0)
    assert int((~brief.offenses["located"]).sum()) == int(blank.sum()) > 3000


def test_the_default_week_is_the_last_that_the_data_cover(city):
    workspace, _ = city
    assert weekly_compstat(workspace.root).week == "2018-W25"


@pytest.mark.slow
def test_the_page_says_what_was_counted(city, rows):
    workspace, _ = city
    index = issue_weekly_compstat(workspace, week="2018-W24")
    page = index.with_name("city.html").read_text(encoding="utf-8")
    for label, word in GROUPS.items():
        line = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page)[1]
        week, month, year, _ = (
            int(cell.replace(",", "")) for cell in re.findall(r'class="number now">([\d,]+)<', line)
        )
        assert week == _counted_again(rows, "2018-06-11", "2018-06-18", word), label
        assert month == _counted_again(rows, "2018-05-21", "2018-06-18", word), label
        assert year == _counted_again(rows, "2018-01-01", "2018-06-18", word), label
    assert {path.name for path in index.parent.glob("*.html")} == {
        f"{name}.html" for name in [*"123456", "city", "index"]
    }
