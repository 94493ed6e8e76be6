"""Twenty district briefings: one run of this suite beside the plain Papermill API, same notebook, same parameters, one run.

    python benchmarks/twenty_districts.py [--districts 20] [--workers 2] [--keep FOLDER] [--without-serial]

Makes a workspace in a temporary folder whose districts are beats of the made-up city, loads it, and then makes the
same pages three times:

- `papermill`: `papermill.execute_notebook` with a fresh kernel for each district, one after another, and the page made of
  each executed notebook, for both kinds of readers, with workbooks and tables;
- `serial`: this suite, one notebook at a time, no forked kernels;
- `pcanalytics`: this suite as `pcanalytics briefing` runs it: kernels forked from one that has imported, two at a time.

Prints seconds and the ratio of the last to the first; the bar is 0.35. The files of all three must be the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import papermill

from pcanalytics import runs
from pcanalytics.periods import week_label
from pcanalytics.runs.areas import slugs_of
from pcanalytics.runs.kernel import kernel_settings
from pcanalytics.runs.notebooks import notebook_of
from pcanalytics.runs.rendering import period_end, render
from pcanalytics.store import open_store, open_workspace, sample_workspace
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.weekly import reporting_week

DISTRICT_COLUMNS = ('district = "DISTRICT"', 'district = "Dist"')
BAR = 0.35


def districts_from_beats(folder: Path, number: int) -> list[str]:
    """Copy the made-up city and make its beats its districts; give the first ones' names."""
    shutil.copytree(sample_workspace(), folder)
    for path in (folder / "mappings").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for written in DISTRICT_COLUMNS:
            beat = "Beat" if "Dist" in written else "BEAT"
            text = text.replace(written, f'district = "{beat}"')
        path.write_text(_without_section(text, "[codes.district]"), encoding="utf-8")
    beats = json.loads((folder / "places" / "beats.geojson").read_text(encoding="utf-8"))
    today = [beat for beat in beats["features"] if beat["properties"]["valid_to"] is None][:number]
    for beat in today:
        beat["properties"] = {"district": beat["properties"]["beat"]}
    (folder / "places" / "districts.geojson").write_text(json.dumps({**beats, "features": today}), encoding="utf-8")
    names = [beat["properties"]["district"] for beat in today]
    _move_actions(folder / "actions.csv", names)
    return names


def _move_actions(path: Path, names: list[str]) -> None:
    """Give the actions of the city's districts to the new ones."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows):
        row["district"] = names[number % len(names)] if row["district"] else ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _without_section(text: str, heading: str) -> str:
    before, found, after = text.partition(heading + "\n")
    if not found:
        return text
    return before + "[" + after.partition("\n[")[2] if "\n[" in after else before


def plainly(notebook: Path, names: list[str], parameters: dict[str, str], period: str, kept: Path) -> dict[str, bytes]:
    """Do it as the Papermill API does it: a fresh kernel each, one after another."""
    os.environ.update({name: value for name, value in kernel_settings().items() if name != "PYTHONHASHSEED"})
    files: dict[str, bytes] = {}
    for name, slug in slugs_of(names).items():
        out = kept / f"{slug}.ipynb"
        papermill.execute_notebook(
            str(notebook), str(out), {**parameters, "district": name}, kernel_name="python3", progress_bar=False
        )
        executed = json.loads(out.read_text(encoding="utf-8"))
        files |= render(executed, slug, audiences=("internal", "public"), as_of=period_end(period)).files
    return files


def bytes_in(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder by its name in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def main() -> int:
    """Run all three and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--districts", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder to keep the workspace and the pages in")
    parser.add_argument("--without-serial", action="store_true", help="leave out the middle way")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        names = districts_from_beats(folder / "city", asked.districts)
        workspace = open_workspace(folder / "city")
        load(workspace, extracts_of(workspace))
        with open_store(workspace) as store:
            period = week_label(reporting_week(store, workspace, None))
        notebook, parameters = notebook_of("weekly_compstat"), {"workspace": str(workspace.root), "week": period}

        def issued(where: str, limits: runs.Limits) -> tuple[dict[str, bytes], float]:
            begun = time.perf_counter()
            index = runs.issue(
                notebook, names, parameters=parameters, reports=folder / where, period=period, limits=limits
            )
            seconds = time.perf_counter() - begun
            return bytes_in(index.parent), seconds

        ours, seconds = issued("forked", runs.Limits(workers=asked.workers))
        begun = time.perf_counter()
        theirs = plainly(notebook, names, parameters, period, Path(temporary))
        plain = time.perf_counter() - begun
        others = {name for name, content in theirs.items() if ours[name] != content}
        print(
            f"{len(names)} districts, {len(ours)} files, week {period}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
        print(f"papermill    {plain:7.1f} s   {plain / len(names):5.2f} s a district")
        if not asked.without_serial:
            serial, took = issued("serial", runs.Limits(workers=1, is_warm=False))
            others |= {name for name in serial.keys() | ours.keys() if serial.get(name) != ours.get(name)}
            print(f"serial       {took:7.1f} s   {took / len(names):5.2f} s a district")
        print(f"pcanalytics  {seconds:7.1f} s   {seconds / len(names):5.2f} s a district, {asked.workers} at a time")
        print(f"ratio {seconds / plain:.3f} (bar {BAR}); files {'the same bytes' if not others else 'DIFFER'}")
        for name in sorted(others):
            print(f"  {name}")
        return 0 if not others and seconds / plain <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
