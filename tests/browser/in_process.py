"""Notebooks run in this process, cell by cell: the same pages as a run's, sooner."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from pcanalytics.store import Workspace
from tests.workflows.planted import ROOT

NOTEBOOK = ROOT / "notebooks" / "09_weekly_compstat.ipynb"


def executed(workspace: Workspace, district: str, *, week: str = "2026-W47") -> dict[str, Any]:
    """Give the weekly notebook with its outputs, as a run leaves it."""
    return cells_run(NOTEBOOK, workspace=str(workspace.root), district=district, week=week)


def cells_run(path: Path, **given: Any) -> dict[str, Any]:
    """Give a notebook with its outputs, its parameters as given."""
    notebook = json.loads(path.read_text("utf-8"))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"]))
        last = body.body.pop() if isinstance(body.body[-1], ast.Expr) else None
        exec(compile(body, path.name, "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(given)
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), path.name, "eval"), names)
            if shown is not None:
                data = json.loads(json.dumps(shown._repr_mimebundle_()))
                cell["outputs"] = [{"output_type": "execute_result", "data": data}]
    return notebook
