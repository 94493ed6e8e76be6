"""A run that is killed at any moment leaves the last good issue or the new one, whole, for all readers."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

KILLS, SECONDS = 200, 290


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for left-over processes in /proc")
def test_c47_killed_at_200_random_moments(tmp_path):
    with tempfile.TemporaryDirectory(prefix="pk", dir="/tmp") as short:
        words = [sys.executable, "-m", "tests.runs.kills", str(tmp_path), str(KILLS), str(SECONDS)]
        done = subprocess.run(
            words, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "TMPDIR": short}, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["torn"] == []
    assert len(found["failed"]) <= 1, done.stderr  # nobody killed these
    assert found["resumed_other"] == 0
    assert found["last"]
    assert found["left_over"] == 0
    assert found["beside"] == [".2026-W47.lock", "2026-W47", "runs"]
    assert found["resumed"] >= 1
    assert found["kills"] == KILLS or found["kills"] >= 40, "the machine is too slow for this test"
