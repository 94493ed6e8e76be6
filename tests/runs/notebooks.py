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


#: A cell that shows a masthead and one table, to all readers alike.
SHOW = (
    "import pandas as pd\n"
    "from pcanalytics import briefing\n"
    "frame = pd.DataFrame({'offense_group': ['Robbery'], 'count': [days]})\n"
    "table = briefing.shown_table(frame, {'offense_group': 'Group', 'count': 'Count'}, title='Counts')\n"
    "briefing.masthead(agency='Sample PD', area=district or None, week=week, as_of=pd.Timestamp('2026-11-23'))"
)
SHOW_TABLE = "briefing.Fragment(f'<p>{days} robberies</p>', tables={'counts': table}, public='same')"

#: The files of one area made of those two cells.
AREA_FILES = ["csv/{0}-counts.csv", "{0}.html", "{0}.xlsx"]


def files_of_area(slug: str) -> list[str]:
    """Give the names of an area's files, for both kinds of readers."""
    own = [name.format(slug) for name in AREA_FILES]
    return sorted([*own, *(f"public/{name}" for name in own)])


def bytes_in(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder by its name in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
