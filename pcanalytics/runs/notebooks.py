"""The notebooks that reports are made from, and a check of what they are asked before anything else is imported."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.runs.parameters import checked_parameters, read_notebook

__all__ = ["NOTEBOOKS", "checked_for", "notebook_of"]

#: Each kind of report, and its notebook in the project's folder ``notebooks``.
NOTEBOOKS: Mapping[str, str] = {"weekly_compstat": "09_weekly_compstat.ipynb"}

_FOLDER = Path(__file__).resolve().parents[2] / "notebooks"


def notebook_of(kind: str) -> Path:
    """Give the notebook of a kind of report.

    Parameters
    ----------
    kind : str
        A key of :data:`NOTEBOOKS`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnknownName
        When there is no such kind.
    UsageError
        When the notebooks are not beside the package.

    Examples
    --------
    >>> notebook_of("weekly_compstad")
    Traceback (most recent call last):
    pcanalytics.errors.UnknownName: There is no report 'weekly_compstad'. Did you mean 'weekly_compstat'? Known: weekly_compstat.
    """
    if kind not in NOTEBOOKS:
        raise UnknownName("report", kind, NOTEBOOKS)
    path = _FOLDER / NOTEBOOKS[kind]
    if not path.is_file():
        raise UsageError("The notebooks are not beside the package. Run the command from the project's folder.")
    return path


def checked_for(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check parameters against what the notebook of a kind of report declares. No kernel starts.

    Parameters
    ----------
    kind : str
        A key of :data:`NOTEBOOKS`.
    given : mapping of str to object
        Parameter to value.

    Returns
    -------
    dict of str to object
        Every declared parameter, with the value given, in the declared kind, or with its default.

    Raises
    ------
    UnknownName
        When there is no such kind or parameter, with the nearest that there is.
    UsageError
        When values do not fit, or the notebook is not there.
    InputRejected
        When the notebook declares its parameters wrongly.

    Examples
    --------
    >>> checked_for("weekly_compstat", {"distrct": "Harbor"})  # doctest: +SKIP
    Traceback (most recent call last):
    pcanalytics.errors.UnknownName: There is no parameter 'distrct'. Did you mean 'district'? Known: district, week, workspace.
    """
    path = notebook_of(kind)
    return checked_parameters(read_notebook(path), given, name=path.name)
