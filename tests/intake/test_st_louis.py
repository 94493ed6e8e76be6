"""St. Louis, 2016 to June 2018, through its mapping file, against counts made another way."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics.intake import read_extract, read_mapping

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "st_louis.toml"
OFFENSES = {
    "homicide": "homicide",
    "rape": "rape",
    "robbery": "robbery",
    "aggravated assault": "aggravated_assault",
    "other assault": "simple_assault",
    "burglary": "burglary",
    "larceny": "larceny",
    "motor vehicle theft": "motor_vehicle_theft",
    "arson": "arson",
    "other/part 2": "other",
}
#: Mondays.
WEEKS = ["2016-02-29", "2016-12-26", "2017-03-06", "2018-06-04", "2018-06-11", "2018-06-18"]


def _read(stream, **options):
    extract = read_extract(
        stream,
        read_mapping(EXAMPLE.read_text(encoding="utf-8"), name=EXAMPLE.name),
        file_name="stl",
        crs="EPSG:26915",
        time_zone="America/Chicago",
        **options,
    )
    batches = list(extract)
    frame = pd.concat([batch.frame for batch in batches], ignore_index=True)
    return frame, extract.summary


@pytest.fixture(scope="module")
def published(shared_data):
    """The published rows, as pandas reads them."""
    return pd.read_parquet(shared_data("hotspots") / "stl_crimes_2016_2018h1.parquet")


@pytest.fixture(scope="module")
def loaded(shared_data):
    """The rows as intake gives them, and the account."""
    with (shared_data("hotspots") / "stl_crimes_2016_2018h1.parquet").open("rb") as stream:
        return _read(stream)


def test_every_row_is_accounted_for(published, loaded):
    frame, summary = loaded
    assert summary.read == len(published)
    assert summary.read == summary.loaded + sum(summary.set_aside.values()) + sum(summary.rejected.values())
    assert summary.loaded == len(frame)
    assert frame["offense_id"].is_unique


def test_weekly_net_counts_equal_an_independent_count(published, loaded):
    frame, _ = loaded
    for monday in map(pd.Timestamp, WEEKS):
        sunday = monday + pd.Timedelta(days=7)
        ours = frame[(frame["occurred_from"] >= monday) & (frame["occurred_from"] < sunday)]
        theirs = published[published["date_occur"].between(monday, sunday, inclusive="left")]
        counted = ours.groupby("offense")["count"].sum()
        expected = theirs["count"].groupby(theirs["ucr_cat"].map(OFFENSES)).sum()
        assert counted.to_dict() == expected.to_dict()
        assert len(counted) >= 8


def test_net_counts_by_coded_month_and_district(published, loaded):
    frame, _ = loaded
    ours = frame.groupby([frame["counted_month"].dt.strftime("%Y-%m"), "offense"])["count"].sum()
    theirs = published["count"].groupby([published["coded_month"], published["ucr_cat"].map(OFFENSES)]).sum()
    assert ours.to_dict() == theirs.to_dict()
    district = published["district"].astype("str").replace("0", None)
    assert frame.groupby("district")["count"].sum().to_dict() == published["count"].groupby(district).sum().to_dict()


def test_corrections_blank_places_and_late_reports_are_kept(published, loaded):
    frame, summary = loaded
    assert (frame["count"] == -1).sum() == (published["count"] == -1).sum() > 1000
    blank = (published["x"] == 0) | published["x"].isna()
    assert frame["x"].isna().sum() == blank.sum() > 3000
    assert {warning.code: warning.rows for warning in summary.warnings}["blank_coordinates"] == blank.sum()
    late = published["date_occur"].dt.strftime("%Y-%m") < published["coded_month"]
    assert (frame["occurred_from"] < frame["counted_month"]).sum() == late.sum() > 10_000


def test_places_fall_where_the_publisher_says(published, loaded):
    from pcanalytics.spatial import transform

    frame, _ = loaded
    x, y = transform(published["lon"], published["lat"], "EPSG:4326", "EPSG:26915")
    apart = ((frame["x"] - x) ** 2 + (frame["y"] - y) ** 2) ** 0.5
    assert apart.median() < 5
    assert apart.quantile(0.999) < 20


def test_the_same_rows_as_csv_give_the_same_frame(published, loaded):
    columns = [name for name in published.columns if name != "beat"]
    text = published[[*columns, "beat"]].to_csv(index=False)
    frame, summary = _read(io.BytesIO(text.encode()))
    pd.testing.assert_frame_equal(frame, loaded[0])
    assert str(summary) == str(loaded[1])


def test_beat_may_be_absent(published):
    few = published.drop(columns="beat").head(1000)
    frame, summary = _read(io.BytesIO(few.to_csv(index=False).encode()), chunk_rows=300)
    assert frame["beat"].isna().all()
    assert [warning.code for warning in summary.warnings if warning.code == "absent_columns"] == ["absent_columns"]
