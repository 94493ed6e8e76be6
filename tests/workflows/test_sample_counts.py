"""The made-up city's counts, counted again from the raw extracts with nothing of the suite but its settings."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from pcanalytics import compstat
from pcanalytics.store import open_workspace
from pcanalytics.workflows import extracts_of, load, weekly_compstat

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
AS_OF = pd.Timestamp("2026-11-23")
DISTRICTS = {"Central": "D1", "Harbor": "D2", "Southgate": "D3", "Westmoor": "D4", "Heights": "D5", "Northside": "D6"}


def _raw(name: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "extracts" / name, dtype=str, keep_default_na=False).drop_duplicates()


def _moments(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, format="mixed", errors="coerce")


@pytest.fixture(scope="module")
def counted_again() -> pd.DataFrame:
    """Offenses as known at the end of the week, less those whose record the answers say is set aside."""
    faults = pd.read_csv(SAMPLE / "answers" / "planted_faults.csv", dtype=str, keep_default_na=False)
    aside = set(faults.loc[faults["expected"].str.startswith("set aside"), "key"])
    rows = _raw("rms_offenses.csv.bz2").merge(_raw("rms_incidents.csv.bz2"), on="INCIDENT_NO", suffixes=("", "_I"))
    rows = rows[~rows["OFFENSE_ID"].isin(aside) & ~rows["INCIDENT_NO"].isin(aside)]
    late = (_moments(rows["ENTERED"]) >= AS_OF) | (_moments(rows["ENTERED_I"]) >= AS_OF)
    unfounded = (rows["CLEARANCE"] == "U") & (_moments(rows["CLEARED_DATE"]) < AS_OF)
    codes = tomllib.loads((SAMPLE / "mappings" / "rms_offenses.toml").read_text(encoding="utf-8"))["codes"]["offense"]
    rows = rows[~late & ~unfounded]
    return rows.assign(
        word=rows["UCR"].map(codes),
        occurred=_moments(rows["OCC_FROM"]),
        number=rows["CNT"].replace("", "1").astype(int),
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "copy"
    shutil.copytree(SAMPLE, folder)
    workspace = open_workspace(folder)
    load(workspace, extracts_of(workspace, ["rms_incidents", "rms_offenses", "rms_offenses_review"]))
    return folder


@pytest.mark.parametrize("district", ["", *DISTRICTS])
def test_every_group_and_period_is_counted_as_in_the_raw_extracts(district, city, counted_again):
    brief = weekly_compstat(city, district=district, week="2026-W47")
    counts = compstat.compare(brief.offenses, as_of=AS_OF, by=["offense_group"], groups=brief.groups)
    periods = compstat.compared_periods(AS_OF)
    rows = counted_again if not district else counted_again[counted_again["DISTRICT"] == DISTRICTS[district]]
    for row in counts.to_dict("records"):
        mine = rows[rows["word"].isin(brief.groups[row["offense_group"]])]
        for name, period in periods.items():
            inside = (mine["occurred"] >= period.start) & (mine["occurred"] < period.end)
            assert row[name] == mine.loc[inside, "number"].sum(), (row["offense_group"], name)
