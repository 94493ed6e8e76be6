"""The commands that make reports and say how they stand."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcanalytics.commands.shared import WorkspaceOption, chosen_workspace, say

if TYPE_CHECKING:
    from pcanalytics.store import Workspace

__all__ = ["app"]

app = typer.Typer(help="Reports: run one, run what is due, see how they stand.", no_args_is_help=True)


@app.command("run")
def report_run(
    name: Annotated[str, typer.Argument(help="A report of reports/schedule.toml, or weekly_compstat.")],
    workspace: WorkspaceOption = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="KEY=VALUE, as the notebook declares it; again for more."),
    ] = None,
    load_first: Annotated[bool, typer.Option("--load/--no-load", help="Load new extracts first.")] = True,
) -> None:
    """Run one report now, for each district and the city, and print the path of its index."""
    from pcanalytics.runs.notebooks import NOTEBOOKS, checked_for

    given = _pairs(parameter or [])
    if name in NOTEBOOKS:  # before anything that takes long to import
        checked_for(name, given)
    from pcanalytics.runs import progress_to
    from pcanalytics.workflows.reports import run_report

    opened = chosen_workspace(workspace)
    index = run_report(opened, name, given, load_first=load_first, say=say, tell=progress_to(sys.stderr))
    typer.echo(str(index))


def _pairs(words: list[str]) -> dict[str, str]:
    """Take KEY=VALUE apart; a value may hold further equals signs."""
    given: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign:
            raise typer.BadParameter("-p takes KEY=VALUE, such as -p district=Harbor.")
        if key in given:
            raise typer.BadParameter(f"-p gives {key} twice.")
        given[key] = value
    return given


@app.command("due")
def report_due(
    workspace: WorkspaceOption = None,
    load_first: Annotated[bool, typer.Option("--load/--no-load", help="Load new extracts first.")] = True,
    at: Annotated[
        str | None, typer.Option(help="As if it were this local time, such as 2026-11-30T06:05: to try a schedule out.")
    ] = None,
) -> None:
    """Run every report that is due and not yet issued. Safe to start every minute, and twice at once."""
    from pcanalytics.runs import progress_to
    from pcanalytics.workflows.reports import run_due

    opened = chosen_workspace(workspace)
    moment = None if at is None else _moment(at, opened)
    code = run_due(opened, load_first=load_first, at=moment, say=typer.echo, tell=progress_to(sys.stderr))
    if code:
        raise typer.Exit(code)


def _moment(written: str, workspace: Workspace) -> datetime:
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter("--at takes a date and a time, such as 2026-11-30T06:05.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(workspace.time_zone))


@app.command("status")
def report_status(workspace: WorkspaceOption = None) -> None:
    """Say what is issued, what is stale, what failed and when the next report is due."""
    from pcanalytics.workflows import report_status as module

    for line in module.report_status(chosen_workspace(workspace)):
        typer.echo(line)


@app.command("schedule")
def report_schedule(
    scheduler: Annotated[str, typer.Argument(help="cron, systemd or windows.")],
    workspace: WorkspaceOption = None,
    out: Annotated[Path | None, typer.Option(help="Write into this folder; without it, print.")] = None,
    every: Annotated[int, typer.Option(help="Minutes between two looks; they divide an hour.")] = 15,
) -> None:
    """Write what cron, systemd or the Windows Task Scheduler needs to start `pcanalytics report due`."""
    from pcanalytics.runs.units import Command, schedule_units

    opened = chosen_workspace(workspace)
    log = opened.state / "report_due.log"
    command = Command(Path(sys.executable), Path(__file__).resolve().parents[2], opened.root, log, every)
    for name, content in schedule_units(scheduler, command).items():
        if out is None:
            typer.echo(content.decode("utf-16" if name.endswith(".xml") else "utf-8"))
        else:
            out.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
            typer.echo(str(out / name))
