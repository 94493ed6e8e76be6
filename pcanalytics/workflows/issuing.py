"""Issue the weekly briefing: one notebook run a district, one for the city, an index over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pcanalytics import runs
from pcanalytics.errors import UnknownName
from pcanalytics.periods import week_label
from pcanalytics.runs.limits import Limits
from pcanalytics.runs.notebooks import checked_for, notebook_of
from pcanalytics.store import Clock, Store, Workspace, open_store, system_clock
from pcanalytics.workflows.places import district_names, places_of
from pcanalytics.workflows.register import stray_comments
from pcanalytics.workflows.weekly import offenses_before, reporting_week

__all__ = ["inputs_of", "issue_weekly_compstat"]

_KIND = "weekly_compstat"


def issue_weekly_compstat(
    workspace: Workspace,
    *,
    district: str | None = None,
    week: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    report: str = _KIND,
    audiences: Sequence[str] = ("internal", "public"),
    keep_notebooks: bool = False,
    warnings: Sequence[str] = (),
    limits: Limits = Limits(),  # noqa: B008 - frozen
    clock: Clock = system_clock,
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
    parameters : mapping of str to object, optional
        Further parameters that the notebook declares.
    report : str, default "weekly_compstat"
        The name of the report, which names its folder.
    audiences : sequence of str
        Who reads it: ``internal``, alone or with ``public``.
    keep_notebooks : bool, default False
        Whether the executed notebooks are kept, for this user's eyes alone.
    warnings : sequence of str
        What was noticed before, for the record of the run.
    limits : Limits
        Seconds for each notebook and each cell, and how many run at a time.
    clock : callable, optional
        Gives the present moment, for the record of the run and the audit. No page holds it.
    tell : callable, optional
        Told a line for each page as it is done.

    Returns
    -------
    pathlib.Path
        The ``index.html`` of the week, in the workspace's reports folder.

    Raises
    ------
    UnknownName
        When there is no such district, or the notebook declares no such parameter.
    UsageError
        When the week is written wrongly, a parameter does not fit, or the notebook is not there.
    InputRejected
        When the store holds no offense to count before the end of the week.

    Examples
    --------
    >>> index = issue_weekly_compstat(workspace, week="2026-W47")  # doctest: +SKIP
    """
    given = {**(parameters or {}), "workspace": str(workspace.root), "district": district or "", "week": week or ""}
    checked_for(_KIND, given)
    with open_store(workspace, clock=clock) as store, store.snapshot():
        period = reporting_week(store, workspace, week)
        names = district_names(offenses_before(store, workspace, period), places_of(workspace, period.end))
        inputs = inputs_of(store)
    if district and district not in names:
        raise UnknownName("district", district, names)
    label = week_label(period)
    strays = len(stray_comments(workspace, label, names))
    if strays:  # a file's name may hold anything, so it is not repeated
        said = (
            f"{strays} comment file(s) on {label} stand on no page: none of their names ends in a district's file name"
        )
        warnings = [*warnings, said]
        if tell is not None:
            tell(f"Note: {said}.")
    return runs.issue(
        notebook_of(_KIND),
        [district] if district else [runs.CITY, *names],
        parameters={name: value for name, value in {**given, "week": label}.items() if name != "district"},
        reports=workspace.reports,
        period=label,
        report=report,
        audiences=audiences,
        inputs=inputs,
        warnings=warnings,
        limits=limits,
        is_whole=not district,
        keep_notebooks=keep_notebooks,
        clock=lambda: _local(clock, workspace),
        tell=tell,
    )


def _local(clock: Clock, workspace: Workspace) -> dt.datetime:
    return clock().astimezone(ZoneInfo(workspace.time_zone))


def inputs_of(store: Store) -> dict[str, str]:
    """Give the digest of each source's extracts in the store: of full ones the last, of those of changes each.

    Parameters
    ----------
    store : Store
        Open.

    Returns
    -------
    dict of str to str
        Source to SHA-256, or to several parted by commas.

    Examples
    --------
    >>> digests = inputs_of(store)  # doctest: +SKIP
    """
    history = store.load_history()
    applied = history[history["status"] == "loaded"]
    replaced = applied.duplicated(["source", "table"], keep="last") & (applied["extract"] == "full")
    rows = applied[~replaced].groupby("source")["digest"]
    return {str(source): ", ".join(digest.split("-")[0] for digest in digests) for source, digests in rows}
