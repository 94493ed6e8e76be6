"""A small made-up city, in the shape of what the weekly workflow gives."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pcanalytics.compstat import FigureRule, SignalRule, measure_frames, measures, number_bridge, restatement
from pcanalytics.periods import last_28_days, week_of
from pcanalytics.workflows.brief import WeeklyCompstat
from pcanalytics.workflows.ledgers import as_issued
from pcanalytics.workflows.measured import Measured
from pcanalytics.workflows.register import Comment

CRS = "EPSG:26915"
AS_OF = pd.Timestamp("2026-11-23")
WEST, SOUTH, SIDE = 480_000.0, 4_620_000.0, 3_000.0
DISTRICTS = ("Harbor", "Mill Hill", "North Bank")
GROUPS = {
    "Homicide": ["homicide"],
    "Robbery": ["robbery"],
    "Aggravated assault": ["aggravated_assault"],
    "Burglary": ["burglary"],
    "Theft": ["larceny"],
    "Theft from vehicle": ["theft_from_vehicle"],
    "Vehicle theft": ["motor_vehicle_theft"],
    "Vandalism": ["vandalism"],
    "Arson": ["arson"],
}
SHARES = [0.001, 0.05, 0.09, 0.12, 0.34, 0.17, 0.09, 0.137, 0.002]


def city() -> dict[str, gpd.GeoDataFrame]:
    """Three districts side by side, two beats each, a grid of streets and a river."""
    boxes = [shapely.box(WEST + n * SIDE, SOUTH, WEST + (n + 1) * SIDE, SOUTH + SIDE) for n in range(len(DISTRICTS))]
    beats, owners, halves = [], [], []
    for number, (name, square) in enumerate(zip(DISTRICTS, boxes, strict=True)):
        west, south, east, north = square.bounds
        middle = (south + north) / 2
        for half, piece in enumerate((shapely.box(west, south, east, middle), shapely.box(west, middle, east, north))):
            beats.append(f"{2 * number + half + 1:03d}")
            owners.append(name)
            halves.append(piece)
    lines, classes = [], []
    for step in np.arange(0, SIDE + 1, 150):
        for number in range(len(DISTRICTS)):
            x = WEST + number * SIDE
            lines.append([(x, SOUTH + step), (x + SIDE, SOUTH + step)])
            lines.append([(x + step, SOUTH), (x + step, SOUTH + SIDE)])
            classes += ["arterial" if step % 1500 == 0 else "local"] * 2
    river = shapely.LineString([(WEST - 900, SOUTH + 500), (WEST + 4000, SOUTH + 1300), (WEST + 10_000, SOUTH + 300)])
    return {
        "districts": gpd.GeoDataFrame({"district": list(DISTRICTS)}, geometry=boxes, crs=CRS),
        "beats": gpd.GeoDataFrame({"beat": beats, "district": owners}, geometry=halves, crs=CRS),
        "streets": gpd.GeoDataFrame(
            {"road_class": classes}, geometry=[shapely.LineString(xy) for xy in lines], crs=CRS
        ),
        "water": gpd.GeoDataFrame(geometry=[river.buffer(90)], crs=CRS),
        "landmarks": gpd.GeoDataFrame(
            {"name": ["General Hospital"], "kind": ["hospital"], "institutional": [True]},
            geometry=[shapely.Point(WEST + 450, SOUTH + 450)],
            crs=CRS,
        ),
    }


def offenses(number: int = 9_000, seed: int = 11) -> pd.DataFrame:
    """Offenses of two years and a bit, thicker in three places and at night."""
    rng = np.random.default_rng(seed)
    span = 800 * 24 * 60
    start = AS_OF - pd.to_timedelta(rng.integers(1, span, number), unit="min")
    start = start.normalize() + pd.to_timedelta((rng.normal(20, 5, number) % 24 * 60).astype(int), unit="min")
    start = start.where(start < AS_OF, start - pd.Timedelta(days=7))
    near = rng.integers(0, 3, number)
    x = WEST + np.where(
        rng.random(number) < 0.4, 1500 + near * SIDE + rng.normal(0, 160, number), rng.random(number) * 3 * SIDE
    )
    y = SOUTH + np.where(rng.random(number) < 0.4, 1200 + rng.normal(0, 160, number), rng.random(number) * SIDE)
    column = np.clip(((x - WEST) // SIDE).astype(int), 0, 2)
    lost = rng.random(number) < 0.03
    frame = pd.DataFrame(
        {
            "offense_id": [f"O{n}" for n in range(number)],
            "incident_id": [f"I{n}" for n in range(number)],
            "offense": rng.choice([words[0] for words in GROUPS.values()], number, p=SHARES),
            "count": 1,
            "occurred_from": start,
            "occurred_to": start + pd.to_timedelta(rng.choice([0, 0, 20, 420], number), unit="min"),
            "entered_at": start + pd.to_timedelta(rng.integers(1, 30, number), unit="h"),
            "address": [f"{100 * n} OAK ST" for n in rng.integers(1, 60, number)],
            "district": np.array(DISTRICTS)[column],
            "beat": [f"{2 * c + (1 if dy < SIDE / 2 else 2):03d}" for c, dy in zip(column, y - SOUTH, strict=True)],
            "x": np.where(lost, np.nan, x),
            "y": np.where(lost, np.nan, y),
            "late": False,
            "located": ~lost,
            "unlisted": rng.random(number) < 0.04,
            "clearance": "open",
            "attempted": False,
        }
    )
    frame["entered_at"] = frame["entered_at"].where(frame["entered_at"] < AS_OF, AS_OF - pd.Timedelta(minutes=1))
    return frame.astype({"offense": "str", "count": "Int64"})


def calls(number: int = 4_000, seed: int = 12) -> pd.DataFrame:
    """Calls of a year; a few addresses call again and again."""
    rng = np.random.default_rng(seed)
    places = np.minimum(rng.zipf(1.4, number), 400)
    return pd.DataFrame(
        {
            "call_id": [f"C{n}" for n in range(number)],
            "received_at": AS_OF - pd.to_timedelta(rng.integers(1, 365 * 24 * 60, number), unit="min"),
            "call_type": rng.choice(["DISTURBANCE", "ALARM", "WELFARE CHECK", "THEFT", "DOMESTIC"], number),
            "officer_initiated": rng.random(number) < 0.2,
            "address": [f"{place} ELM AVE{' APT 2' if place % 3 == 0 else ''}" for place in places],
            "district": DISTRICTS[0],
            "beat": "001",
            "x": WEST + places * 7.0 + 450 - 7.0,
            "y": SOUTH + 450.0,
            "confidential_address": places == 2,
        }
    )


def brief(district: str | None = None, **changes: Any) -> WeeklyCompstat:
    """Give a whole brief, of one district or the city, with any field replaced."""
    rng = np.random.default_rng(13)
    rows = offenses()
    if district is not None:
        rows = rows[rows["district"] == district]
    counts = measures(measure_frames(calls=calls()), as_of=AS_OF)
    month, earlier = last_28_days(AS_OF), last_28_days(AS_OF - pd.Timedelta(days=7))
    known = rows[rows["entered_at"] < earlier.end]
    press = FigureRule("Press figure", unit="incident")
    kinds = rng.choice(["probation", "parole", "pretrial", "dual"], 400, p=[0.6, 0.28, 0.1, 0.02])
    fields: dict[str, Any] = {
        "agency": "Ashford Falls Police Department",
        "district": district,
        "week": "2026-W47",
        "period": week_of("2026-W47"),
        "as_of": AS_OF,
        "offenses": rows,
        "groups": GROUPS,
        "calls": calls(),
        "supervision": pd.DataFrame({"supervision_type": kinds, "start": pd.Timestamp("2026-01-05"), "end": pd.NaT}),
        "releases": pd.DataFrame(
            {
                "released_on": pd.to_datetime(["2026-11-03"] * 14 + [None] * 50),
                "projected_on": pd.to_datetime([None] * 14 + ["2026-12-05"] * 20 + ["2027-01-20"] * 30),
            }
        ),
        "places": city(),
        "provenance": [
            {
                "source": source,
                "digest": letter * 64,
                "read": read,
                "loaded": read - 6,
                "set_aside": 5,
                "rejected": 1,
                "loaded_as_of": pd.Timestamp("2026-11-23 04:10"),
            }
            for source, letter, read in (("rms", "a", 9006), ("cad", "b", 4012), ("corrections", "c", 812))
        ],
        "located": float(rows["located"].mean()) if len(rows) else float("nan"),
        "agreement": {"id": "AF-2026-01", "purpose": "compstat"},
        "minimum_cell": 10,
        "measured": Measured(counts, counts, ""),
        "restated": as_issued(restatement(known, rows, period=earlier, groups=GROUPS), {}),
        "reclassified": pd.DataFrame(columns=["offense_then", "offense_now", "direction", "count"]),
        "bridge": number_bridge(rows, period=month, groups=GROUPS, figure=press),
        "public_bridge": number_bridge(rows, period=month, groups=GROUPS, figure=press),
        "rule": SignalRule(),
        "breaks": (),
        "shifts": (7 * 60, 15 * 60, 23 * 60),
        "completeness": {},
        "actions": actions(),
        "comment": Comment("The lots by the river carry the week.", ""),
        "harm_weights": pd.DataFrame({"offense": [words[0] for words in GROUPS.values()], "days": 10.0}),
        "public_supervision": pd.DataFrame(),
        "public_releases": pd.DataFrame(),
        "district_names": DISTRICTS,
        "latest_entry": AS_OF - pd.Timedelta(minutes=9),
        "covered_from": pd.Timestamp("2024-09-15"),
        "records_to": AS_OF - pd.Timedelta(hours=1),
    }
    return WeeklyCompstat(**{**fields, **changes})


def actions() -> pd.DataFrame:
    """Two problems taken up, one past its day."""
    return pd.DataFrame(
        {
            "action_id": ["A-2", "A-1"],
            "district": ["Harbor", None],
            "problem": ["Thefts from lots by the river", "Repeat calls at the transit center"],
            "owner": ["Lt., Harbor", "Capt., Patrol"],
            "due": pd.to_datetime(["2026-11-16", "2026-12-01"]),
            "sara_stage": ["response", "analysis"],
            "opened_on": pd.to_datetime(["2026-10-01", "2026-11-02"]),
            "closed_on": pd.to_datetime([None, None]),
            "progress": ["Two lots lit", None],
            "status": ["overdue", "open"],
            "overdue": [True, False],
            "weeks_open": pd.array([7, 3], dtype="Int64"),
        }
    )


def weekly_compstat(workspace: str = "", *, district: str = "", week: str = "") -> WeeklyCompstat:
    """Stand in for the workflow of this name."""
    return brief(district or None)
