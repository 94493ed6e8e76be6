"""How each report stands: what is issued, what is stale, what failed and when the next is due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from pcanalytics.runs.layout import is_period, is_report_name
from pcanalytics.runs.publishing import is_stale, issued_periods
from pcanalytics.runs.record import RunRecord, read_record
from pcanalytics.runs.schedule import SCHEDULE_FILE, Report, read_schedule
from pcanalytics.store import Clock, Workspace, system_clock

__all__ = ["report_status"]


def report_status(workspace: Workspace, *, clock: Clock = system_clock) -> list[str]:
    r"""Say how each report of a workspace stands.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    clock : callable, optional
        Gives the present moment, from which the next due time follows.

    Returns
    -------
    list of str
        A few lines for each report of the schedule, and for others that were issued.

    Raises
    ------
    MappingError
        When the schedule cannot be used.

    Examples
    --------
    >>> print("\n".join(report_status(workspace)))  # doctest: +SKIP
    """
    schedule = read_schedule(workspace.reports / SCHEDULE_FILE)
    there = sorted(path.name for path in workspace.reports.glob("*") if path.is_dir() and is_report_name(path.name))
    lines = []
    for name in [*schedule, *(other for other in there if other not in schedule)]:
        lines.append(name)
        lines += [f"    {line}" for line in _lines(workspace.reports / name)]
        lines.append(f"    {_due(schedule.get(name), workspace, clock())}")
    return lines


def _lines(folder: Path) -> list[str]:
    issued = issued_periods(folder)
    said = (
        [f"issued: {issued[-1].name}{', marked stale' if is_stale(issued[-1]) else ''}"]
        if issued
        else ["issued: nothing"]
    )
    runs = folder / "runs"
    periods = sorted(path.name for path in runs.iterdir() if is_period(path.name)) if runs.is_dir() else []
    if periods:
        said.append(_last_run(read_record(folder / periods[-1])))
    return said


def _last_run(record: RunRecord) -> str:
    words = {"waiting": "waiting for data", "aborted": "cut off before its end", "": "no record of it"}
    said = f"last run: {record.period}, {words.get(record.status, record.status)}"
    if record.status == "failed" and record.error:
        said += f" ({record.error.get('kind')}"
        said += f" under {record.error['section']!r}" if record.error.get("section") else ""
        said += f", in {record.error['area']}" if record.error.get("area") else ""
        said += ")"
    when = record.ended or record.started
    said += f", {when[:16]}" if when else ""
    if record.status == "published" and "all" in record.seconds:
        said += f", {len(record.areas)} areas in {record.seconds['all']:.0f} s"
    if record.stale_until:
        said += f"; to be made again: {', '.join(record.stale_until)}"
    return said


def _due(report: Report | None, workspace: Workspace, now: dt.datetime) -> str:
    if report is None:
        return "not in the schedule"
    if report.due is None:
        return "made by hand: no due time in the schedule"
    following = report.due.next(now, ZoneInfo(workspace.time_zone))
    return f"due: {report.due}, next on {following:%Y-%m-%d}"
