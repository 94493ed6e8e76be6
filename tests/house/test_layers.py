"""Imports go down only: the contract in pyproject.toml holds, and a planted import breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


@pytest.fixture
def copy(tmp_path):
    """The package and its settings in another folder, where an import can be planted."""
    shutil.copytree(ROOT / "pcanalytics", tmp_path / "pcanalytics", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8"
    )


def test_layers_hold(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert "1 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("compstat", "pcanalytics.intake"),  # sideways
        ("tables", "pcanalytics.briefing"),  # up
        ("store", "pcanalytics.workflows"),  # up
    ],
)
def test_planted_import_is_found(copy, module, planted):
    path = copy / "pcanalytics" / module / "__init__.py"
    path.write_text(path.read_text(encoding="utf-8") + f"\nimport {planted}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert f"pcanalytics.{module} is not allowed to import {planted}" in done.stdout


def test_module_that_no_layer_names_is_found(copy):
    (copy / "pcanalytics" / "helpers.py").write_text('"""A module that nobody placed."""\n', encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert "helpers" in done.stdout
