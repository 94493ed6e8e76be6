"""Issue the weekly briefing: one notebook run a district, one for the city, an index over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pcanalytics import runs
from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.periods import week_label
from pcanalytics.store import Workspace, open_store
from pcanalytics.workflows.places import district_names, places_of
from pcanalytics.workflows.weekly import offenses_before, reporting_week

__all__ = ["issue_weekly_compstat"]

_NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "09_weekly_compstat.ipynb"


def issue_weekly_compstat(
    workspace: Workspace,
    *,
    district: str | None = None,
    week: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Run the weekly notebook for each district and the city, and put the pages in place together.

    Parameters
    ----------
    workspace : Workspace
        An open workspace with something in its store.
    district : str, optional
        One district; without it, every district and the whole city.
    week : str, optional
        Such as ``"2026-W47"``; without it, the last complete week in the data.
    tell : callable, optional
        Told a line for each page as it is done.

    Returns
    -------
    pathlib.Path
        The ``index.html`` of the week, in the workspace's reports folder.

    Raises
    ------
    UnknownName
        When there is no such district.
    UsageError
        When the week is written wrongly, or the notebook is not there.
    InputRejected
        When the store holds no offense to count before the end of the week.

    Examples
    --------
    >>> index = issue_weekly_compstat(workspace, week="2026-W47")  # doctest: +SKIP
    """
    if not _NOTEBOOK.is_file():
        raise UsageError("The notebooks are not beside the package. Run the command from the project's folder.")
    with open_store(workspace) as store:
        period = reporting_week(store, workspace, week)
        names = district_names(offenses_before(store, workspace, period), places_of(workspace, period.end))
    if district is not None and district not in names:
        raise UnknownName("district", district, names)
    return runs.issue(
        _NOTEBOOK,
        [district] if district is not None else [runs.CITY, *names],
        parameters={"workspace": str(workspace.root)},
        reports=workspace.reports,
        week=week_label(period),
        tell=tell,
    )
