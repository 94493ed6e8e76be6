"""A workspace of a few hand-written rows, loaded through its own mappings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pcanalytics.store import Workspace, open_workspace
from pcanalytics.workflows import extracts_of, load

COLUMNS = {
    "incidents": {
        "incident_id": "1",
        "occurred_from": "2026-11-18 21:00",
        "entered_at": "2026-11-19 08:00",
        "address": "12 OAK ST",
        "district": "North",
        "beat": "001",
        "x": "500100",
        "y": "5000100",
        "domestic": "N",
        "confidential_address": "N",
        "clearance": "open",
        "cleared_on": "",
    },
    "incident_offenses": {
        "offense_id": "1-1",
        "incident_id": "1",
        "offense": "burglary",
        "count": "1",
        "entered_at": "2026-11-19 08:00",
    },
    "calls": {
        "call_id": "1",
        "received_at": "2026-11-18 21:05",
        "call_type": "DISTURBANCE",
        "officer_initiated": "N",
        "address": "12 OAK ST",
        "district": "North",
        "beat": "001",
        "incident_id": "",
        "confidential_address": "N",
    },
    "police_people": {
        "person_record_id": "1",
        "agency": "PD",
        "surname": "A",
        "given_name": "B",
        "address": "1 FIR ST",
        "confidential_address": "N",
    },
}
_MOMENTS = ("occurred_from", "entered_at", "received_at")
_ANSWERS = ("domestic", "confidential_address", "officer_initiated")


def rows(table: str, *changes: dict[str, str]) -> pd.DataFrame:
    """One row for each change from the usual row of a table."""
    return pd.DataFrame([{**COLUMNS[table], **change} for change in changes]).astype("str")


def workspace(
    folder: Path, settings: str = "", places: dict[str, str] | None = None, **tables: pd.DataFrame
) -> Workspace:
    """Write and load a workspace; ``settings`` go above its sources."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['name = "Small Agency"', 'time_zone = "America/Chicago"', 'crs = "EPSG:26915"', settings]
    lines += ["[places]", *(f'{name} = "{name}.geojson"' for name in places or {})]
    for name, text in (places or {}).items():
        (folder / f"{name}.geojson").write_text(text, encoding="utf-8")
    for table, frame in tables.items():
        frame.to_csv(folder / f"{table}.csv", index=False)
        (folder / f"{table}.toml").write_text(_mapping(table, list(frame.columns)), encoding="utf-8")
        lines += ["[[sources]]", f'name = "{table}"', f'path = "{table}.csv"', f'mapping = "{table}.toml"']
    (folder / "agency.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened = open_workspace(folder)
    load(opened, extracts_of(opened))
    return opened


def _mapping(table: str, columns: list[str]) -> str:
    lines = ["[source]", f'table = "{table}"', 'agency = "PD"', 'extract = "full"']
    lines += ['crs = "EPSG:26915"'] if "x" in columns else []
    lines += ["[dialect]", 'format = "delimited"', "[columns]", *(f'{name} = "{name}"' for name in columns)]
    lines += ["[formats]", *(f'{name} = "%Y-%m-%d %H:%M"' for name in _MOMENTS if name in columns)]
    lines += [f'{name} = "%Y-%m-%d"' for name in ("cleared_on", "start") if name in columns]
    lines += ["[booleans]", *(f'{name} = {{ true = ["Y"], false = ["N"] }}' for name in _ANSWERS if name in columns)]
    return "\n".join(lines) + "\n"
