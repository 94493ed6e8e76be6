"""Small notebooks for the runs to run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def notebook(*cells: str, parameters: str | None = 'district = ""\nweek = ""\ndays = 28') -> dict[str, Any]:
    """Make a notebook of code cells; a cell that starts with ``#`` and a space is written text."""
    made = [] if parameters is None else [_code(parameters, ["parameters"])]
    made += [_written(cell) if cell.startswith("# ") else _code(cell) for cell in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _code(source: str, tags: list[str] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": tags or []},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _written(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def saved(folder: Path, *cells: str, name: str = "a.ipynb", **named: Any) -> Path:
    """Keep such a notebook in a file."""
    path = folder / name
    path.write_text(json.dumps(notebook(*cells, **named)), encoding="utf-8")
    return path


def printed(executed: dict[str, Any]) -> str:
    """Give all that the cells printed or showed as text."""
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return "".join(part if isinstance(part, str) else "".join(part) for part in parts)
