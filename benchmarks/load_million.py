"""Load a million incidents: this suite beside plain pandas with the same checks, in one run.

    python benchmarks/load_million.py [--rows 1000000] [--keep FOLDER]

Writes a CSV of 26 columns to a temporary folder, then loads it twice, each time in a process of its own:

- `pcanalytics`: mapping file, intake, and the workspace's store in one transaction, versions kept;
- `pandas`: `read_csv(dtype=str)`, the same date formats, codes, coordinate transform and checks written
  out by hand, and an insert into a DuckDB table of the same columns.

Prints seconds, peak memory and what each loaded and set aside. The bar: 60 s and 2 GiB on two cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyproj

ROWS = 1_000_000
DATE = "%m/%d/%Y %I:%M:%S %p"
CLEARANCES = {"O": "open", "A": "arrest", "EV": "exceptional_victim_refused", "UNF": "unfounded"}

MAPPING = f"""
[source]
table = "incidents"
agency = "BPD"
crs = "EPSG:4326"

[dialect]
encoding = "cp1252"
nulls = ["NULL"]
ignored_columns = ["ZIP", "OFFICER", "UNIT", "SHIFT", "WEATHER", "PREMISE_CODE", "NARRATIVE", "CASE_STATUS",
                   "SUPERVISOR", "REVIEWED"]

[columns]
incident_id = "INCIDENT_NO"
occurred_from = "OCC_FROM"
occurred_to = "OCC_TO"
reported_at = "REPORTED"
entered_at = "ENTERED"
address = ["HOUSE_NO", "STREET"]
location_type = "PREMISE"
district = "DISTRICT"
beat = "BEAT"
x = "LON"
y = "LAT"
clearance = "CLEARANCE"
cleared_on = "CLEARED"
domestic = "DV"
confidential_address = "ACP"

[formats]
occurred_from = "{DATE}"
occurred_to = "{DATE}"
reported_at = "{DATE}"
entered_at = "{DATE}"
cleared_on = "%m/%d/%Y"

[sentinels]
occurred_to = ["12/31/9999 12:00:00 AM"]

[codes.clearance]
O = "open"
A = "arrest"
EV = "exceptional_victim_refused"
UNF = "unfounded"

[booleans]
domestic = {{ true = ["Y"], false = ["N"] }}
confidential_address = {{ true = ["Y"], false = ["N"] }}
"""

AGENCY = """
name = "Benchmark Police Department"
time_zone = "America/Chicago"
crs = "EPSG:26915"

[[sources]]
name = "incidents"
path = "extracts/incidents.csv"
mapping = "mappings/incidents.toml"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--keep", type=Path, help="keep the workspace here")
    parser.add_argument("--one", choices=["pcanalytics", "intake", "pandas"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        run_one(given.one, given.keep)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        size = make_workspace(folder, given.rows)
        print(f"{given.rows:,} rows, 26 columns, {size / 1e6:,.0f} MB\n")
        results = [measured(name, folder) for name in ("pcanalytics", "intake", "pandas")]
    table = pd.DataFrame(results).set_index("run")
    for name in ("seconds", "peak_mib"):
        table[f"{name}_ratio"] = (table[name] / table.loc["pandas", name]).round(2)
    print(table.to_string())


def measured(name: str, folder: Path) -> dict[str, object]:
    command = [sys.executable, __file__, "--one", name, "--keep", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def run_one(name: str, folder: Path) -> None:
    start = time.perf_counter()
    loaded, aside = {"pcanalytics": load_ours, "intake": read_ours, "pandas": load_plain}[name](folder)
    seconds = round(time.perf_counter() - start, 1)
    told = {"run": name, "seconds": seconds, "peak_mib": peak_mib(), "loaded": loaded, "set_aside": aside}
    print(json.dumps(told))


def peak_mib() -> int:
    """Give this process's peak resident memory; Linux keeps it in kibibytes, macOS in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def load_ours(folder: Path) -> tuple[int, int]:
    from pcanalytics.store import open_workspace
    from pcanalytics.workflows.loading import extracts_of, load

    workspace = open_workspace(folder)
    report = load(workspace, extracts_of(workspace))[0]
    return report.loaded, report.set_aside


def read_ours(folder: Path) -> tuple[int, int]:
    """Run intake alone, throwing its batches away."""
    from pcanalytics.intake import read_extract, read_mapping

    mapping = read_mapping(MAPPING, name="incidents.toml")
    with (folder / "extracts" / "incidents.csv").open("rb") as stream:
        extract = read_extract(
            stream, mapping, file_name="incidents.csv", crs="EPSG:26915", time_zone="America/Chicago"
        )
        for _ in extract:
            pass
    return extract.summary.loaded, sum(extract.summary.set_aside.values())


def load_plain(folder: Path) -> tuple[int, int]:
    raw = pd.read_csv(folder / "extracts" / "incidents.csv", dtype=str, keep_default_na=False, encoding="cp1252")
    raw = raw.apply(lambda column: column.str.strip())
    raw = raw.mask(raw.isin(["", "NULL"]))
    broken = raw["INCIDENT_NO"].isna()
    times = {}
    named = {"occurred_from": "OCC_FROM", "occurred_to": "OCC_TO", "reported_at": "REPORTED", "entered_at": "ENTERED"}
    for name, vendor in named.items():
        text = raw[vendor].mask(raw[vendor] == "12/31/9999 12:00:00 AM")
        times[name] = pd.to_datetime(text, format=DATE, errors="coerce")
        broken |= times[name].isna() & text.notna()
        broken |= (times[name] < pd.Timestamp("1900-01-01")) | (times[name] >= pd.Timestamp("2100-01-01"))
    cleared = pd.to_datetime(raw["CLEARED"], format="%m/%d/%Y", errors="coerce")
    broken |= cleared.isna() & raw["CLEARED"].notna()
    broken |= times["occurred_to"] < times["occurred_from"]
    broken |= times["occurred_from"] > times["entered_at"]
    lon, lat = (pd.to_numeric(raw[name], errors="coerce") for name in ("LON", "LAT"))
    broken |= (lon.isna() & raw["LON"].notna()) | (lat.isna() & raw["LAT"].notna())
    blank = lon.isna() | lat.isna() | ((lon == 0) & (lat == 0))
    mover = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:26915", always_xy=True)
    x, y = mover.transform(lon.mask(blank).to_numpy(), lat.mask(blank).to_numpy())
    clearance = raw["CLEARANCE"].map(CLEARANCES)
    clearance = clearance.mask(clearance.isna() & raw["CLEARANCE"].notna(), "unknown")
    yes_no = {"Y": True, "N": False}
    frame = pd.DataFrame(
        {
            "incident_id": raw["INCIDENT_NO"],
            "agency": "BPD",
            **times,
            "address": raw["HOUSE_NO"].str.cat(raw["STREET"], sep=" "),
            "location_type": raw["PREMISE"],
            "district": raw["DISTRICT"],
            "beat": raw["BEAT"],
            "x": np.where(np.isfinite(x), x, np.nan),
            "y": np.where(np.isfinite(y), y, np.nan),
            "clearance": clearance,
            "cleared_on": cleared,
            "domestic": raw["DV"].map(yes_no).astype("boolean"),
            "confidential_address": raw["ACP"].map(yes_no).astype("boolean"),
        }
    )
    broken |= frame["incident_id"].duplicated(keep=False)
    kept = frame[~broken]
    with duckdb.connect(folder / "plain.duckdb") as connection:
        connection.execute("CREATE TABLE incidents AS SELECT * FROM kept")
    return len(kept), int(broken.sum())


def make_workspace(folder: Path, rows: int) -> int:
    """Write the workspace and give the size of its extract in bytes."""
    for part in ("extracts", "mappings"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "agency.toml").write_text(AGENCY, encoding="utf-8")
    (folder / "mappings" / "incidents.toml").write_text(MAPPING, encoding="utf-8")
    extract = folder / "extracts" / "incidents.csv"
    rng = np.random.default_rng(20261122)
    step = 100_000
    for start in range(0, rows, step):
        made_up(rng, start, min(step, rows - start)).to_csv(
            extract, mode="a" if start else "w", header=not start, index=False, encoding="cp1252"
        )
    return extract.stat().st_size


def made_up(rng: np.random.Generator, start: int, rows: int) -> pd.DataFrame:
    """Make some incidents as a records system would send them, a few in a hundred with a fault."""
    occurred = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 4 * 365 * 86_400, rows), unit="s")
    later = occurred + pd.to_timedelta(rng.integers(0, 86_400, rows), unit="s")
    reported = later + pd.to_timedelta(rng.integers(60, 86_400, rows), unit="s")
    entered = reported + pd.to_timedelta(rng.integers(60, 3 * 86_400, rows), unit="s")
    numbers = np.arange(start, start + rows)
    streets = np.array(
        [f"{name} {kind}" for name in ("ALDER", "BIRCH", "CEDAR", "ÉLM") for kind in ("ST", "AVE", "CT")]
    )
    occurred_to = np.where(rng.random(rows) < 0.3, "12/31/9999 12:00:00 AM", later.strftime(DATE))
    occurred_from = np.where(rng.random(rows) < 0.0005, "00/00/0000 12:00:00 AM", occurred.strftime(DATE))
    clearance = rng.choice(["O", "A", "EV", "UNF", "ZZ", "NULL"], rows, p=[0.6, 0.2, 0.05, 0.05, 0.01, 0.09])
    unplaced = rng.random(rows) < 0.02
    return pd.DataFrame(
        {
            "INCIDENT_NO": [f"{number:09d}" for number in numbers],
            "OCC_FROM": occurred_from,
            "OCC_TO": occurred_to,
            "REPORTED": reported.strftime(DATE),
            "ENTERED": entered.strftime(DATE),
            "HOUSE_NO": rng.integers(1, 9999, rows).astype(str),
            "STREET": rng.choice(streets, rows),
            "ZIP": rng.integers(50000, 50999, rows).astype(str),
            "PREMISE": rng.choice(["RESIDENCE", "STREET", "PARKING LOT", "STORE, RETAIL"], rows),
            "PREMISE_CODE": rng.integers(1, 99, rows).astype(str),
            "DISTRICT": rng.choice(list("123456"), rows),
            "BEAT": [f"{beat:03d}" for beat in rng.integers(1, 25, rows)],
            "LON": np.where(unplaced, "0", (-93.6 + rng.random(rows) * 0.2).round(6).astype(str)),
            "LAT": np.where(unplaced, "0", (41.5 + rng.random(rows) * 0.2).round(6).astype(str)),
            "CLEARANCE": clearance,
            "CLEARED": np.where(clearance == "A", entered.strftime("%m/%d/%Y"), ""),
            "DV": rng.choice(["Y", "N"], rows, p=[0.15, 0.85]),
            "ACP": rng.choice(["Y", "N"], rows, p=[0.001, 0.999]),
            "OFFICER": rng.integers(1000, 1400, rows).astype(str),
            "UNIT": rng.choice(["PATROL", "DETECTIVES", "TRAFFIC"], rows),
            "SHIFT": rng.choice(["1", "2", "3"], rows),
            "WEATHER": rng.choice(["CLEAR", "RAIN", "SNOW", "NULL"], rows),
            "NARRATIVE": rng.choice(['Caller said "come quick".', "See supplement, page 2.", ""], rows),
            "CASE_STATUS": rng.choice(["ACTIVE", "CLOSED"], rows),
            "SUPERVISOR": rng.integers(100, 140, rows).astype(str),
            "REVIEWED": rng.choice(["Y", "N"], rows),
        }
    )


if __name__ == "__main__":
    main()
