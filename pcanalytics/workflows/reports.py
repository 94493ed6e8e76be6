"""The reports of a workspace: run one now, and run whatever is due.

Most starts of ``report due`` find nothing to do, so what makes a report is imported by the functions that need it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pcanalytics.errors import PcanalyticsError, UnknownName, UsageError
from pcanalytics.periods import Period, week_label, week_of
from pcanalytics.runs.files import InUse, locked
from pcanalytics.runs.layout import period_folder
from pcanalytics.runs.notebooks import checked_for
from pcanalytics.runs.record import RunRecord, read_record, write_record
from pcanalytics.runs.schedule import SCHEDULE_FILE, Report, read_schedule
from pcanalytics.store import Clock, Workspace, open_store, system_clock

__all__ = ["HANDLERS", "run_due", "run_report"]

Say = Callable[[str], None]


def _weekly_compstat(workspace: Workspace, **named: Any) -> Path:
    from pcanalytics.workflows.issuing import issue_weekly_compstat

    return issue_weekly_compstat(workspace, **named)


#: What makes each kind of report. A kind has a notebook of the same key in :mod:`pcanalytics.runs.notebooks`.
HANDLERS: Mapping[str, Callable[..., Path]] = {"weekly_compstat": _weekly_compstat}


def _quiet(_: str) -> None:
    """Say nothing."""


def _load_new(workspace: Workspace, say: Say, clock: Clock) -> None:
    from pcanalytics.workflows.loading import extracts_of, load

    load(workspace, extracts_of(workspace), say=say, clock=clock)


def run_report(
    workspace: Workspace,
    name: str,
    given: Mapping[str, Any] | None = None,
    *,
    load_first: bool = False,
    clock: Clock = system_clock,
    say: Say = _quiet,
    tell: Say | None = None,
) -> Path:
    """Run one report now, whether it is due or not.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    name : str
        A report of its schedule, or a kind of report.
    given : mapping of str to object, optional
        Parameters, which go before those of the schedule. ``week`` chooses the week, ``district`` one district.
    load_first : bool, default False
        Whether new extracts are loaded first.
    clock : callable, optional
        Gives the present moment.
    say : callable, optional
        Told a few lines for each extract.
    tell : callable, optional
        Told a line for each page as it is done.

    Returns
    -------
    pathlib.Path
        The ``index.html`` of the period.

    Raises
    ------
    UnknownName
        When there is no such report, parameter or district.
    UsageError
        When a parameter does not fit.
    InputRejected
        When the schedule, an extract or the data cannot be used.
    InUse
        When another run is making the same report for the same period.
    RunFailed
        When the notebook does not run to its end.

    Examples
    --------
    >>> index = run_report(workspace, "weekly_compstat", {"district": "Harbor"})  # doctest: +SKIP
    """
    schedule = read_schedule(workspace.reports / SCHEDULE_FILE)
    if name not in schedule:
        raise UnknownName("report", name, schedule)
    report = schedule[name]
    wanted = {**report.parameters, **(given or {})}
    if "workspace" in wanted:
        raise UsageError("The workspace is chosen with --workspace and is no parameter here.")
    checked_for(report.kind, wanted)
    if wanted.get("week"):
        week_of(str(wanted["week"]), starts=workspace.week_starts)
    if load_first:
        _load_new(workspace, say, clock)
    return _made(workspace, replace(report, parameters=wanted), clock=clock, tell=tell)


def run_due(
    workspace: Workspace,
    *,
    load_first: bool = True,
    at: dt.datetime | None = None,
    clock: Clock = system_clock,
    say: Say = _quiet,
    tell: Say | None = None,
) -> int:
    """Run every report that is due and not yet issued. It may be called every minute, and twice at once.

    A report is due when the last complete week before its latest due time is not issued whole, and the data cover
    that week. One that failed, or was cut off, is tried again. Waiting for data is said and is no failure.

    Parameters
    ----------
    workspace : Workspace
        An open workspace with a schedule.
    load_first : bool, default True
        Whether new extracts are loaded first, when anything is due. An extract that cannot be loaded is said, and
        does not keep a report from being made of the data there are.
    at : datetime, optional
        What is due at this moment instead of now, to try a schedule out.
    clock : callable, optional
        Gives the present moment.
    say : callable, optional
        Told what is done and why not.
    tell : callable, optional
        Told a line for each page as it is done.

    Returns
    -------
    int
        The exit code: that of the first failure, else 0.

    Raises
    ------
    UsageError
        When nothing is scheduled.
    MappingError
        When the schedule cannot be used.

    Examples
    --------
    >>> code = run_due(workspace, say=print)  # doctest: +SKIP
    """
    zone, now = ZoneInfo(workspace.time_zone), at or clock()
    scheduled = [report for report in read_schedule(workspace.reports / SCHEDULE_FILE).values() if report.due]
    if not scheduled:
        raise UsageError(
            f"Nothing is scheduled: reports/{SCHEDULE_FILE} of this workspace declares no report with a due time. "
            "docs/schedule.md shows how."
        )
    due = [(report, week) for report in scheduled if (week := report.week_due(now, zone, workspace.week_starts))]
    due = [(report, week) for report, week in due if not _is_issued(workspace, report, week)]
    if not due:
        following = min(report.due.next(now, zone) for report in scheduled if report.due)
        say(f"Nothing is due. The next is due on {following:%A, %Y-%m-%d at %H:%M}.")
        return 0
    try:
        with locked(workspace.reports / ".due.lock", what="the reports that are due"):
            return _run_all(workspace, due, load_first=load_first, clock=clock, say=say, tell=tell)
    except InUse:
        say("Another run of what is due is at work; this one leaves it to that.")
        return 0


def _run_all(
    workspace: Workspace,
    due: Sequence[tuple[Report, Period]],
    *,
    load_first: bool,
    clock: Clock,
    say: Say,
    tell: Say | None,
) -> int:
    """Run reports one after another; a failure of one does not keep the next from being made."""
    code, warnings = 0, []
    if load_first:
        try:
            _load_new(workspace, say, clock)
        except PcanalyticsError as error:
            say(str(error))
            code, warnings = error.exit_code, [f"an extract was not loaded ({type(error).__name__})"]
    for report, week in due:
        label = week_label(week)
        try:
            if _is_issued(workspace, report, week):  # by a run that ended meanwhile
                continue
            if not _is_covered(workspace, report, week, clock):
                say(f"{report.name}: waiting for data. What is loaded does not cover {label} to its end.")
                continue
            chosen = replace(report, parameters={**report.parameters, "week": label})
            say(str(_made(workspace, chosen, clock=clock, tell=tell, warnings=warnings)))
        except InUse as error:
            say(f"{report.name}: {error}")
        except PcanalyticsError as error:
            _note(workspace, report, label, error, clock)
            say(f"{report.name}: {error}")
            code = code or error.exit_code
        except Exception as error:
            _note(workspace, report, label, error, clock)
            raise
    return code


def _made(
    workspace: Workspace, report: Report, *, clock: Clock, tell: Say | None, warnings: Sequence[str] = ()
) -> Path:
    given = dict(report.parameters)
    return HANDLERS[report.kind](
        workspace,
        district=given.pop("district", None) or None,
        week=given.pop("week", None) or None,
        parameters=given,
        report=report.name,
        audiences=report.audiences,
        keep_notebooks=report.keep_notebooks,
        warnings=warnings,
        limits=report.limits,
        clock=clock,
        tell=tell,
    )


def _folder(workspace: Workspace, report: Report, label: str) -> Path:
    return period_folder(workspace.reports, report.name, label)


def _is_issued(workspace: Workspace, report: Report, week: Period) -> bool:
    """Tell whether the report stands whole: its last run went well, and the page that all of it has is there."""
    folder = _folder(workspace, report, week_label(week))
    record = read_record(folder)
    try:
        areas = json.loads((folder / "issue.json").read_text(encoding="utf-8"))
        heads = [area["facts"]["internal"] for area in areas.values()]
        district = report.parameters.get("district")
        has_head = any(head["area"] == district if district else head["is_city"] for head in heads)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return has_head and record.status in ("published", "") and not record.stale_until


def _is_covered(workspace: Workspace, report: Report, week: Period, clock: Clock) -> bool:
    """Tell whether the data reach the end of a week. The same data are not read again to see that they do not."""
    from pcanalytics.workflows.issuing import inputs_of
    from pcanalytics.workflows.weekly import reporting_week

    folder = _folder(workspace, report, week_label(week))
    record = read_record(folder)
    with open_store(workspace, clock=clock) as store, store.snapshot():
        inputs = inputs_of(store)
        if record.status == "waiting" and record.inputs == inputs:
            return False
        is_covered = reporting_week(store, workspace, None).end >= week.end
    if not is_covered and record.status in ("", "waiting"):
        since = clock().astimezone(ZoneInfo(workspace.time_zone)).isoformat(sep=" ", timespec="seconds")
        write_record(folder, RunRecord(report.name, folder.name, status="waiting", started=since, inputs=inputs))
    return is_covered


def _note(workspace: Workspace, report: Report, label: str, error: Exception, clock: Clock) -> None:
    from pcanalytics.runs.issuing import note_failure

    zone = ZoneInfo(workspace.time_zone)
    note_failure(
        error, reports=workspace.reports, report=report.name, period=label, clock=lambda: clock().astimezone(zone)
    )
