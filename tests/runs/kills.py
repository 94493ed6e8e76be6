"""Run an issue again and again and kill it at random moments; print one line of JSON with what was found.

    python -m tests.runs.kills FOLDER KILLS SECONDS

It forks each run from itself, so that what takes long to import is imported once. Linux and macOS only.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

import pandas as pd
import papermill  # noqa: F401 - imported before the first fork

from pcanalytics import briefing
from pcanalytics.runs import issue
from pcanalytics.runs.files import is_locked
from pcanalytics.runs.layout import lock_of
from pcanalytics.runs.publishing import is_stale, with_notice
from pcanalytics.runs.record import read_record

from .notebooks import bytes_in, saved

#: In the environment of every process that a run starts.
MARK = "PCANALYTICS_KILL_TEST"

PERIOD = "2026-W47"


def light_notebook(folder: Path) -> Path:
    """Make a notebook that shows a masthead and a table without importing anything that takes long."""
    head = briefing.masthead(agency="Sample PD", area="AREA", week=PERIOD, as_of=pd.Timestamp("2026-11-23"))
    frame = pd.DataFrame({"offense_group": ["Robbery"], "count": [12345678]})
    table = briefing.shown_table(frame, {"offense_group": "Group", "count": "Count"}, title="Counts")
    shown = briefing.Fragment("<p>12345678 robberies</p>", tables={"counts": table}, public="same")
    show = "display(json.loads(shown.replace('AREA', district).replace('12345678', str(days))), raw=True)"
    cells = [
        f"import json\nfrom IPython.display import display\nshown = {json.dumps(fragment._repr_mimebundle_())!r}\n{show}"
        for fragment in (head, shown)
    ]
    return saved(folder, *cells)


def run(notebook: Path, reports: Path, version: int) -> None:
    """Issue one version of two areas."""
    issue(notebook, ["North", "South"], parameters={"days": version}, reports=reports, period=PERIOD)


def forked(notebook: Path, reports: Path, version: int) -> int:
    """Start such a run in a process of its own."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            run(notebook, reports, version)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stderr.flush()
            os._exit(code)
    return pid


def left_over() -> list[int]:
    """Find the processes of earlier runs that are still there."""
    mark = f"{MARK}={os.environ[MARK]}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark in (entry / "environ").read_bytes() and "Z" not in (entry / "stat").read_text().split()[2]:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def main(folder: Path, kills: int, seconds: float) -> None:
    """Kill and look, until the number or the time is reached."""
    os.environ[MARK] = str(os.getpid())
    rng = random.Random(20261123)
    notebook, reports = light_notebook(folder), folder / "reports"
    issued = reports / "weekly_compstat" / PERIOD
    whole = {}
    for version in (7, 8):
        begun = time.monotonic()
        _, code = os.waitpid(forked(notebook, reports, version), 0)
        assert code == 0
        whole[version] = bytes_in(issued)
        length = time.monotonic() - begun
    assert whole[7] != whole[8] and len(whole[7]) == 15, sorted(whole[7])
    stands, end = 8, time.monotonic() + seconds
    found = {
        "kills": 0,
        "new": 0,
        "old": 0,
        "finished": 0,
        "near_swap": 0,
        "torn": [],
        "failed": [],
        "resumed": 0,
        "resumed_other": 0,
    }
    while found["kills"] < kills and time.monotonic() < end:
        version = 15 - stands
        pid = forked(notebook, reports, version)
        ended = _wait(rng, pid, issued, length, found)
        if not ended:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            found["kills"] += 1
        now = bytes_in(issued)
        if ended and os.waitstatus_to_exitcode(ended[1]):  # not killed: the machine did not let it run
            found["failed"].append(read_record(issued).error)
            now = {name: with_notice(content, "") for name, content in now.items()}
        if now == whole[version]:
            found["finished" if ended else "new"] += 1
            stands = version
        elif now == whole[stands]:
            found["old"] += 1
        else:
            found["torn"].append(sorted(name for name in whole[stands] if now.get(name) != whole[stands][name]))
        let_go = time.monotonic() + 5  # a process that it was just starting holds the lock until it is another program
        while is_locked(lock_of(issued)):
            assert time.monotonic() < let_go, "a dead run holds the lock"
            time.sleep(0.01)
        if found["kills"] % 20 == 0 or is_stale(issued):
            _, code = os.waitpid(forked(notebook, reports, version), 0)
            same = code == 0 and bytes_in(issued) == whole[version]
            found["resumed" if same else "resumed_other"] += 1
            stands = version
    run(notebook, reports, 7)
    found["last"] = bytes_in(issued) == whole[7]
    found["beside"] = sorted(path.name for path in issued.parent.iterdir())
    gone = time.monotonic() + 15
    while left_over() and time.monotonic() < gone:
        time.sleep(0.2)
    found["left_over"] = len(left_over())
    sys.stdout.write(json.dumps({**found, "length": round(length, 2)}) + "\n")


def _wait(rng: random.Random, pid: int, issued: Path, length: float, found: dict) -> tuple[int, int] | None:
    """Wait for a random moment of the run, each fourth time one around the swap; tell how it ended if it did before."""
    if rng.random() < 0.25:
        until = time.monotonic() + 4 * length
        while time.monotonic() < until and not list(issued.parent.glob(f".{issued.name}.new-*")):
            if (ended := os.waitpid(pid, os.WNOHANG))[0]:
                return ended
        found["near_swap"] += 1
        time.sleep(rng.uniform(0, 0.15))
    else:
        time.sleep(rng.uniform(0, 1.05 * length))
    ended = os.waitpid(pid, os.WNOHANG)
    return ended if ended[0] else None


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
