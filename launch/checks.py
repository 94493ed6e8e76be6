"""The checks and tests behind ``run.py test``, one after another, with one summary at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from launch import environment
from launch.environment import ROOT

NOTHING_COLLECTED = 5  # pytest's exit code


def run(words: Sequence[str]) -> int:
    """Run every check and the quick tests, or with ``--slow`` the slow tests.

    Parameters
    ----------
    words : sequence of str
        ``--slow``, and words for pytest. With words for pytest only pytest runs.

    Returns
    -------
    int
        0 when all passed, else 1.
    """
    slow = "--slow" in words
    chosen = [word for word in words if word != "--slow"]
    steps = _pytest(slow, chosen) if slow or chosen else {**_checks(), **_pytest(slow, chosen)}
    # Each worker is one process on one core; more threads than that only get in each other's way.
    env = {"OMP_NUM_THREADS": "1", **environment.for_commands()}
    rows = []
    for name, command in steps.items():
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        code = subprocess.call(command, cwd=ROOT, env=env)
        word = "passed" if code == 0 else "FAILED"
        if code == NOTHING_COLLECTED and slow and not chosen:
            word = "no test is marked slow yet"
        rows.append((name, word, time.monotonic() - began))
    print("\n== summary")
    for name, word, seconds in rows:
        print(f"{name:<16}{word:<8}{seconds:8.1f} s")
    return int(any(word == "FAILED" for _, word, _ in rows))


def _checks() -> dict[str, list[str]]:
    python = str(environment.python())
    return {
        "ruff check": [python, "-m", "ruff", "check", "--quiet", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "--quiet", "."],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [str(environment.script("lint-imports")), "--no-logo"],
    }


def _pytest(slow: bool, chosen: Sequence[str]) -> dict[str, list[str]]:
    """Quick tests share the cores; slow ones, which measure time and memory, run one by one."""
    command = [str(environment.python()), "-m", "pytest", "-m", "slow" if slow else "not slow"]
    workers = min(os.cpu_count() or 1, 4)
    if not slow and not chosen and workers > 1:
        command += ["-n", str(workers), "--dist", "loadfile"]
    if not sys.stdout.isatty():
        command += ["--color=no"]
    return {"slow tests" if slow else "tests": [*command, *chosen]}
