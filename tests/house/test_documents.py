"""What the documents say is what the code does."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from pcanalytics.store import Places, Source, Workspace
from pcanalytics.tables import TABLES, data_dictionary

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_data_dictionary_is_current():
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == data_dictionary(), "run: pcanalytics tables --out docs/tables.md"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_and_category_has_a_meaning(table):
    assert table.row
    for column in table.columns:
        assert column.meaning.endswith("."), f"{table.name}.{column.name}"
        for code, meaning in (column.categories or {}).items():
            assert meaning, f"{table.name}.{column.name}: {code}"


def test_every_command_is_documented():
    from pcanalytics.cli import command_names

    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [name for name in command_names() if f"`pcanalytics {name}`" not in written]
    assert not missing, f"docs/commands.md does not name {missing}"


def test_every_workspace_key_is_documented():
    written = (ROOT / "docs" / "workspace.md").read_text(encoding="utf-8")
    keys = {one.name for shape in (Workspace, Source, Places) for one in fields(shape)} - {"root", "home"}
    missing = [key for key in sorted(keys) if f"`{key}`" not in written]
    assert not missing, f"docs/workspace.md does not name {missing}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_stored_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code), "stored with outputs"
    tagged = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1, "one cell is tagged `parameters`"
    lines = [line for cell in code for line in "".join(cell["source"]).splitlines()]
    assert not [line for line in lines if line.lstrip().startswith(("def ", "class ", "async def "))], (
        "defines functions"
    )
    assert "lambda" not in "\n".join(lines), "defines functions"


def test_notebooks_are_there():
    assert NOTEBOOKS
