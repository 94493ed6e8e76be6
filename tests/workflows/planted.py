"""A small agency whose every table is full of canaries, and whose settings may be hostile, loaded as any other is."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from pcanalytics.schema import Column, Table
from pcanalytics.store import Workspace, open_workspace
from pcanalytics.tables import corrections, police
from pcanalytics.workflows import extracts_of, load
from tests.briefing import made_up

ROOT = Path(__file__).parents[2]

#: Stands in every text that no page may show, followed by its table and column.
CANARY = "QZX"

#: Stands in every address that the agency's own page may show and the public page may not.
INSIDE = "PLAINMARK"

#: A day that is nobody's but the planted people's, as it might be written.
BIRTH = pd.Timestamp("1913-05-07")
BIRTHS = ("1913-05-07", "05/07/1913", "5/7/1913", "7 May 1913", "May 7, 1913", "19130507")

_DATES = {
    "birth_date": f"{BIRTH:%Y-%m-%d}",
    "start": "2026-01-05",
    "projected_on": "2026-12-05",
    "released_on": "2026-11-03",
}
_EMPTY = ("end", "ended_on", "valid_to", "cleared_on", "counted_month", "decided_on", "ends_on")


@dataclass(frozen=True)
class Texts:
    """What stands in the texts that a page does show; each may be hostile."""

    agency: str = "Small Agency"
    districts: tuple[str, ...] = made_up.DISTRICTS
    beats: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, list[str]] = field(default_factory=lambda: dict(made_up.GROUPS))
    addresses: tuple[str, ...] = tuple(f"{100 * n} {INSIDE} ST" for n in range(1, 60))
    call_types: tuple[str, ...] = ("DISTURBANCE", "ALARM", "WELFARE CHECK")
    landmark: str = "General Hospital"
    break_reason: str = "new records system"
    figure: str = "Press figure"
    actions: tuple[Mapping[str, str], ...] = ()
    comment: str = "A plain comment."


def declared() -> list[Table]:
    """Every table of the two agencies."""
    return [getattr(module, name) for module in (police, corrections) for name in module.__all__]


def agency(folder: Path, texts: Texts = Texts(), *, offenses: int = 6_000) -> Workspace:
    """Write and load the workspace."""
    folder.mkdir(parents=True)
    frames = _frames(texts, offenses)
    lines = [
        f"name = {_toml(texts.agency)}",
        'time_zone = "America/Chicago"\ncrs = "EPSG:26915"\nweek_starts = "monday"\nagreement = "agreement.toml"',
        'shifts = ["07:00", "15:00", "23:00"]\nactions = "actions.csv"\ncomments = "comments"\nharm_weights = "harm.csv"',
        f'[[figures]]\nlabel = {_toml(texts.figure)}\nplaced_by = "reported"\nunit = "incident"\nattempted = false',
        f"[[series_breaks]]\non = 2025-03-01\nreason = {_toml(texts.break_reason)}",
        "[places]",
        *(f'{name} = "{name}.geojson"' for name in ("districts", "beats", "streets", "water", "landmarks")),
        "[offense_groups]",
        *(f"{_toml(label)} = {json.dumps(words)}" for label, words in texts.groups.items()),
    ]
    for table in declared():
        frame = frames.get(table.name, _filled(table, 60))
        frame.to_csv(folder / f"{table.name}.csv", index=False)
        (folder / f"{table.name}.toml").write_text(_mapping(table, list(frame.columns)), encoding="utf-8")
        lines.append(f'[[sources]]\nname = "{table.name}"\npath = "{table.name}.csv"\nmapping = "{table.name}.toml"')
    (folder / "agency.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _beside(folder, texts)
    opened = open_workspace(folder)
    load(opened, extracts_of(opened))
    return opened


def _toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=True)


def _beside(folder: Path, texts: Texts) -> None:
    """Write agreement, places, register, comments and weights."""
    sample = ROOT / "data" / "sample"
    (folder / "agreement.toml").write_text((sample / "agreement.toml").read_text("utf-8"), encoding="utf-8")
    names = dict(zip(made_up.DISTRICTS, texts.districts, strict=True))
    for name, shapes in made_up.city().items():
        shapes = shapes.assign(**{CANARY.lower(): f"{CANARY}{name}"})
        if "district" in shapes.columns:
            shapes = shapes.assign(district=shapes["district"].map(names))
        if "beat" in shapes.columns:
            shapes = shapes.assign(beat=shapes["beat"].replace(dict(texts.beats)))
        if name == "landmarks":
            shapes = shapes.assign(name=texts.landmark)
        _geojson(shapes, folder / f"{name}.geojson")
    columns = ["action_id", "district", "problem", "owner", "due", "sara_stage", "opened_on", "closed_on", "progress"]
    usual = {"due": "2026-11-02", "sara_stage": "analysis", "opened_on": "2026-10-01", "closed_on": ""}
    rows = [{**usual, "action_id": f"A-{n}", **row} for n, row in enumerate(texts.actions)]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "actions.csv", index=False, quoting=csv.QUOTE_ALL)
    (folder / "comments").mkdir()
    (folder / "comments" / "2026-W47.md").write_text(texts.comment, encoding="utf-8")
    weights = [("offense", "days", "why"), *((words[0], "100", "x") for words in made_up.GROUPS.values())]
    (folder / "harm.csv").write_text("\n".join(",".join(row) for row in weights) + "\n", encoding="utf-8")


def _geojson(shapes: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(shapes.to_crs("EPSG:4326").to_json(), encoding="utf-8")


def _frames(texts: Texts, number: int) -> dict[str, pd.DataFrame]:
    """Give the tables that pages are made from; what is not said here is a canary."""
    made = made_up.offenses(number)
    names = dict(zip(made_up.DISTRICTS, texts.districts, strict=True))
    minute = "%Y-%m-%d %H:%M"
    hidden = made["unlisted"].to_numpy()
    addresses = np.array(texts.addresses, dtype=object)[np.arange(number) % len(texts.addresses)]
    happened = {
        "address": np.where(hidden, f"12 {CANARY}CONFIDENTIAL ST", addresses),
        "district": made["district"].map(names),
        "beat": made["beat"].replace(dict(texts.beats)),
        "x": made["x"].round(1),
        "y": made["y"].round(1),
        "entered_at": made["entered_at"].dt.strftime(minute),
        "confidential_address": np.where(hidden, "Y", "N"),
    }
    incidents = _filled(police.INCIDENTS, number).assign(
        **happened,
        occurred_from=made["occurred_from"].dt.strftime(minute),
        occurred_to=made["occurred_to"].dt.strftime(minute),
        reported_at=made["entered_at"].dt.strftime(minute),
        clearance=np.where(np.arange(number) % 5 == 0, "arrest", "open"),
    )
    offenses = _filled(police.INCIDENT_OFFENSES, number).assign(
        offense=made["offense"], entered_at=happened["entered_at"], count="1", attempted="N"
    )
    drop = ["occurred_from", "occurred_to", "reported_at", "address", "district", "beat"]
    calls = made_up.calls()
    said = {
        "received_at": calls["received_at"].dt.strftime(minute),
        "call_type": np.array(texts.call_types, dtype=object)[np.arange(len(calls)) % len(texts.call_types)],
        "officer_initiated": np.where(calls["officer_initiated"], "Y", "N"),
        "address": np.array(texts.addresses, dtype=object)[np.arange(len(calls)) % 7 % len(texts.addresses)],
        "district": np.array(texts.districts, dtype=object)[np.arange(len(calls)) % 3],
        "beat": dict(texts.beats).get("001", "001"),
        "incident_id": "",
        **dict.fromkeys(("dispatched_at", "arrived_at", "cleared_at"), ""),
    }
    return {
        "incidents": incidents,
        "incident_offenses": offenses.drop(columns=drop),
        "calls": _filled(police.CALLS, len(calls)).assign(**said),
        "arrests": _filled(police.ARRESTS, 900).assign(district=texts.districts[0], beat=said["beat"]),
        "incident_people": _filled(police.INCIDENT_PEOPLE, 3_000),
        "supervision": _filled(corrections.SUPERVISION, 90),
    }


def _filled(table: Table, number: int) -> pd.DataFrame:
    """Fill every column of a table, each text with a canary of its own."""
    return pd.DataFrame(
        {
            column.name: _values(table, column, number)
            for column in table.columns
            if column.name not in ("agency", "x", "y")
        }
    )


def _values(table: Table, column: Column, number: int) -> list[Any]:
    rows = range(number)
    if column.kind in ("date", "timestamp"):
        if column.name in _EMPTY:
            return [""] * number
        if column.kind == "date":
            return [_DATES.get(column.name, "2026-06-01")] * number
        hours = pd.to_timedelta([1 + 7 * n % 8_000 for n in rows], unit="h")
        return list((made_up.AS_OF - hours).strftime("%Y-%m-%d %H:%M"))
    if column.kind == "category":
        choices = list(column.categories)
        return [choices[n % min(3, len(choices))] for n in rows]
    if column.kind == "boolean":
        return ["N"] * number
    if column.kind in ("integer", "real"):
        return [str(20 + n % 40) for n in rows]
    if column.name in table.key or column.name.endswith("_id"):
        return [f"{CANARY}{column.name.replace('_', '')}{n}" for n in rows]
    return [f"{CANARY}{table.name}{column.name}".replace("_", "")] * number


def _mapping(table: Table, columns: list[str]) -> str:
    kinds = {column.name: column.kind for column in table.columns}
    owner = "DOC" if table in [getattr(corrections, name) for name in corrections.__all__] else "PD"
    lines = ["[source]", f'table = "{table.name}"', f'agency = "{owner}"', 'extract = "full"']
    lines += ['crs = "EPSG:26915"'] if "x" in columns else []
    lines += ["[dialect]", 'format = "delimited"', "[columns]", *(f'{name} = "{name}"' for name in columns)]
    lines += ["[formats]"]
    lines += [f'{name} = "%Y-%m-%d %H:%M"' for name in columns if kinds[name] == "timestamp"]
    lines += [f'{name} = "%Y-%m-%d"' for name in columns if kinds[name] == "date"]
    lines += [
        "[booleans]",
        *(f'{name} = {{ true = ["Y"], false = ["N"] }}' for name in columns if kinds[name] == "boolean"),
    ]
    return "\n".join(lines) + "\n"
