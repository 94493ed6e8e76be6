"""What became of a run: ``run.json``, beside the issued pages and never among them.

It says when, with what and how long, and never anything of a record. The pages hold no such thing, so that the same
inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pcanalytics
from pcanalytics.runs.files import is_locked, write_whole
from pcanalytics.runs.layout import lock_of, refuse_links, run_folder

__all__ = [
    "RECORD_FILE",
    "RunRecord",
    "begin",
    "kept_notebook",
    "read_record",
    "versions",
    "warnings_of",
    "write_record",
]

#: What became of a run.
RECORD_FILE = "run.json"

#: The libraries whose versions decide a figure or a drawing.
_LIBRARIES = ("duckdb", "geopandas", "ipykernel", "numpy", "pandas", "papermill", "scipy", "shapely", "statsmodels")

_WARNING = re.compile(r"\b([A-Z][A-Za-z]*Warning):")


@dataclass
class RunRecord:
    """One run of a report for a period.

    Parameters
    ----------
    report, period : str
        What was run.
    status : str
        ``running``, ``published``, ``failed``, ``aborted``, or ``waiting`` for data that cover the period.
    started, ended : str
        Local time with its offset from UTC.
    areas : list of str
        The areas run, by the file names of their pages.
    parameters : mapping
        As they reached the notebook, without the area.
    inputs : mapping of str to str
        Source to digest, as the caller gave them.
    versions : mapping of str to str
        The package, Python, the main libraries and the digest of the notebook.
    seconds : mapping of str to float
        How long each area took, and ``all``.
    warnings : list of str
        What a person may want to look at.
    error : mapping, optional
        Of a failed run: ``kind``, ``section``, ``exit_code`` and ``area``.
    files : int
        How many files were put in place.
    stale_until : list of str
        The areas that must be run again before the issue is whole and current.
    """

    report: str
    period: str
    status: str = "running"
    started: str = ""
    ended: str = ""
    areas: list[str] = field(default_factory=list)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: Mapping[str, Any] | None = None
    files: int = 0
    stale_until: list[str] = field(default_factory=list)


def begin(folder: Path, record: RunRecord) -> None:
    """Start the record of a run, and clear away what an earlier run left for the analyst.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.
    record : RunRecord
        The run.

    Raises
    ------
    OSError
        When the disk is full or may not be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     there = Path(reports) / "weekly_compstat" / "2026-W47"
    ...     begin(there, RunRecord("weekly_compstat", "2026-W47"))
    ...     read_record(there).status
    'aborted'
    """
    write_record(folder, record)
    for left in run_folder(folder).iterdir():  # what has another name is a person's
        if left.is_file() and (left.suffix == ".ipynb" or left.name.startswith(".")):
            left.unlink()


def kept_notebook(folder: Path, slug: str) -> Path:
    """Give where a failed area's executed notebook is kept for the analyst.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.
    slug : str
        The area's file name without its ending.

    Examples
    --------
    >>> kept_notebook(Path("reports/weekly_compstat/2026-W47"), "harbor").as_posix()
    'reports/weekly_compstat/runs/2026-W47/harbor.ipynb'
    """
    return run_folder(folder) / f"{slug}.ipynb"


def write_record(folder: Path, record: RunRecord) -> None:
    """Write a record, whole, in a folder that only this user can enter.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.
    record : RunRecord
        The run.

    Raises
    ------
    UsageError
        When a folder of the run is a link.
    OSError
        When the disk is full or may not be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     there = Path(reports) / "weekly_compstat" / "2026-W47"
    ...     write_record(there, RunRecord("weekly_compstat", "2026-W47", status="published"))
    ...     read_record(there).status
    'published'
    """
    there = run_folder(folder)
    refuse_links(folder)
    there.mkdir(parents=True, exist_ok=True)
    for private in (there.parent, there):
        os.chmod(private, 0o700)
    content = json.dumps(asdict(record), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    write_whole(there / RECORD_FILE, content.encode("utf-8"), mode=0o600)


def read_record(folder: Path) -> RunRecord:
    """Read what became of the last run; a run that says it is running and holds no lock was cut off.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.

    Returns
    -------
    RunRecord
        One with an empty status when there was no run, or its record cannot be read.

    Examples
    --------
    >>> read_record(Path("no-such-folder/weekly_compstat/2026-W47")).status
    ''
    """
    empty = RunRecord(folder.parent.name, folder.name, status="")
    try:
        said = json.loads((run_folder(folder) / RECORD_FILE).read_text(encoding="utf-8"))
        record = RunRecord(**said)
        for name, usual in asdict(empty).items():
            if not isinstance(getattr(record, name), dict | None if name == "error" else type(usual)):
                raise TypeError
    except (OSError, ValueError, TypeError, RecursionError):
        return empty
    if record.status == "running" and not is_locked(lock_of(folder)):
        record.status = "aborted"
    return record


def versions(notebook: Path) -> dict[str, str]:
    """Say what a run is made with.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    dict of str to str
        Versions, and the notebook's SHA-256.

    Examples
    --------
    >>> versions(Path("gone.ipynb"))["pcanalytics"] == pcanalytics.__version__
    True
    """
    found = {"pcanalytics": pcanalytics.__version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    if notebook.is_file():
        found[notebook.name] = hashlib.sha256(notebook.read_bytes()).hexdigest()
    return found


def warnings_of(notebook: Mapping[str, Any]) -> list[str]:
    """Name the kinds of warnings that cells gave, without their words, which may quote a record.

    Parameters
    ----------
    notebook : mapping
        An executed notebook.

    Returns
    -------
    list of str
        Such as ``"cell 3: a RuntimeWarning"``, each once.

    Examples
    --------
    >>> output = {"output_type": "stream", "name": "stderr", "text": "x.py:3: UserWarning: surname PLANTED"}
    >>> warnings_of({"cells": [{"cell_type": "code", "outputs": [output]}]})
    ['cell 1: a UserWarning']
    """
    return list(dict.fromkeys(_warnings(notebook)))


def _warnings(notebook: Mapping[str, Any]) -> Iterator[str]:
    for number, cell in enumerate(notebook["cells"], start=1):
        for output in cell.get("outputs", []):
            if output["output_type"] == "stream" and output.get("name") == "stderr":
                said = output["text"] if isinstance(output["text"], str) else "".join(output["text"])
                yield from (f"cell {number}: a {kind}" for kind in _WARNING.findall(said) or ["line on stderr"])
