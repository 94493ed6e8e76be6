"""Processes for tests to kill, crowd and starve. Run as a script: it imports once, then forks.

Each line of its input is a task, ``name seconds argument``. The task runs in a fork; when ``seconds`` is
not ``-`` the fork is killed that much later, as a power cut would. Its end is told as one line.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from pathlib import Path

import pandas as pd

from pcanalytics.errors import PcanalyticsError
from pcanalytics.store import Store
from tests.store.city import incidents, make_store

BATCHES = 12
BATCH_ROWS = 1_000


def load_version(store: Store, version: str) -> None:
    """Load every incident with the version in a column, in several batches."""
    with store.loading(source="rms", table="incidents", digest=version, usual_rows=0) as loading:
        for batch in range(BATCHES):
            numbers = [f"{batch}-{number}" for number in range(BATCH_ROWS)]
            loading.write(incidents(numbers, beat=version, entered_at=pd.Timestamp("2026-01-02")))
        loading.finish()


def hold_load(store: Store, _: str) -> None:
    """Begin a load and keep it open."""
    with store.loading(source="rms", table="incidents", digest="held", usual_rows=0):
        (store.workspace.root / "held").touch()
        time.sleep(60)


def load_while_held(store: Store, version: str) -> None:
    """Load once another process holds the store."""
    while not (store.workspace.root / "held").exists():
        time.sleep(0.01)
    load_version(store, version)


def write_audit(store: Store, count: str) -> None:
    """Write entries one after another."""
    for number in range(int(count)):
        with store._log.pen() as pen:
            pen.write("read", outcome="allowed", table="incidents", counts={"rows": number})


def read_starved(store: Store, size: str) -> None:
    """Read while no file may grow beyond a size, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    store.read("incidents", purpose="compstat", columns=["incident_id"])


def load_starved(store: Store, size: str) -> None:
    """Load while no file may grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    load_version(store, "starved")


TASKS = {
    task.__name__: task for task in (load_version, hold_load, load_while_held, write_audit, read_starved, load_starved)
}


def run(store: Store, task: str, argument: str) -> int:
    """Run a task in the fork and give its exit code."""
    try:
        TASKS[task](store, argument)
    except PcanalyticsError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 10 + error.exit_code
    return 0


def main() -> None:
    """Take tasks until the input ends; several tasks parted by ``&`` run at once."""
    store = make_store(Path(sys.argv[1]))
    for line in sys.stdin:
        children = []
        for part in line.strip().split("&"):
            task, seconds, argument = part.split()
            child = os.fork()
            if child == 0:
                os._exit(run(store, task, argument))
            children.append((child, seconds))
        ends = []
        for child, seconds in children:
            if seconds != "-":
                time.sleep(float(seconds))
                os.kill(child, signal.SIGKILL)
            ends.append(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
        sys.stdout.write(" ".join(ends) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
