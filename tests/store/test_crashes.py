"""Killed, crowded and starved processes: the store holds the old state or the new one, the audit its chain."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pcanalytics.errors import PcanalyticsError
from pcanalytics.exchange import verify_chain
from pcanalytics.store import Store
from tests.store.city import FixedClock, ids, incidents, load

ROOT = Path(__file__).resolve().parents[2]
ROWS = 12_000

Task = Callable[[str], str]


@pytest.fixture
def task(store: Store) -> Iterator[Task]:
    """Send tasks to a process that forks: ``task("load_version 0.2 a")`` gives exit codes."""
    if not hasattr(os, "fork"):
        pytest.skip("needs fork, which this system does not have")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.child", str(store.workspace.root)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None

    def send(line: str) -> str:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    yield send
    process.communicate(timeout=30)


def version(store: Store) -> str:
    """Give the version that the store holds, after looking that it holds one version whole."""
    frame = store.read("incidents", purpose="compstat", columns=["beat"])
    assert len(frame) == ROWS
    held = frame["beat"].unique().tolist()
    assert len(held) == 1
    history = store.load_history()
    assert history["digest"].tolist()[-1] == held[0]
    return str(held[0])


def killed_loads(store: Store, task: Task, rounds: int) -> list[str]:
    started = time.monotonic()
    assert task("load_version - v0") == "0"
    whole = time.monotonic() - started
    rng = random.Random(47)
    held = []
    for number in range(1, rounds + 1):
        before = version(store)
        end = task(f"load_version {rng.uniform(0.0, 1.2 * whole):.3f} v{number}")
        after = version(store)
        assert after in (before, f"v{number}")
        assert after == f"v{number}" or end == "-9"
        held.append("new" if after == f"v{number}" else "old")
    assert not list(store.workspace.state.glob("scratch-*")) or held[-1] == "old"
    load(store, incidents(["1"]), digest="last")
    assert not list(store.workspace.state.glob("scratch-*"))
    assert ids(store) == ["1"]
    return held


def test_c47_a_load_killed_at_any_moment_leaves_the_old_state_or_the_new(store: Store, task: Task) -> None:
    assert len(killed_loads(store, task, 3)) == 3


@pytest.mark.slow
def test_c47_many_killed_loads(store: Store, task: Task) -> None:
    held = killed_loads(store, task, 40)
    assert {"old", "new"} == set(held)


def killed_audits(store: Store, task: Task, rounds: int) -> None:
    rng = random.Random(48)
    for _ in range(rounds):
        task(f"write_audit {rng.uniform(0.0, 0.05):.4f} 1000")
        lines = store._log.file.read_bytes().split(b"\n") if store._log.file.exists() else [b""]
        check = verify_chain(line.decode("ascii") for line in lines[:-1])
        assert check.intact
    assert task("write_audit - 1") == "0"
    assert verify_chain(store.audit_lines()).intact


def test_u5_an_audit_killed_at_any_moment_verifies(store: Store, task: Task) -> None:
    killed_audits(store, task, 10)


@pytest.mark.slow
def test_u5_many_killed_audits(store: Store, task: Task) -> None:
    killed_audits(store, task, 200)


def test_u1_four_processes_write_one_audit(store: Store, task: Task) -> None:
    assert task("&".join(["write_audit - 50"] * 4)) == "0 0 0 0"
    check = verify_chain(store.audit_lines())
    assert check.intact and check.entries == 200


def test_c50_a_second_load_refuses_and_a_dead_one_leaves_no_lock(store: Store, task: Task) -> None:
    assert task("hold_load 2.0 -&load_while_held - second") == "-9 11"
    load(store, incidents(["1"]))
    assert ids(store) == ["1"]


def test_c50_a_second_load_in_another_store_of_the_same_workspace_refuses(store: Store) -> None:
    from pcanalytics.store import open_store

    other = open_store(store.workspace, clock=FixedClock())
    with store.loading(source="rms", table="incidents", digest="d") as loading:
        with pytest.raises(PcanalyticsError, match="Another load into this workspace is under way"):
            load(other, incidents(["2"]), digest="e")
        with pytest.raises(PcanalyticsError, match="open in this process for loading"):
            ids(other)
        loading.write(incidents(["1"]))
        loading.finish()
    assert ids(other) == ["1"]


def test_c56_a_full_disk_stops_reads_and_leaves_the_audit_whole(store: Store, task: Task) -> None:
    load(store, incidents(["1"]))
    ids(store)
    before = store.audit_lines()
    assert task(f"read_starved - {store._log.file.stat().st_size + 100}") == "11"
    assert store.audit_lines() == before
    assert verify_chain(store.audit_lines()).intact


def test_c48_a_full_disk_stops_a_load_and_leaves_the_old_state(store: Store, task: Task) -> None:
    load(store, incidents(["1"]))
    assert task(f"load_starved - {store.file.stat().st_size}") == "11"
    assert ids(store) == ["1"]
