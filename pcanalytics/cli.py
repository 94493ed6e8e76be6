"""The command line: parse, call one workflow, turn errors into exit codes."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcanalytics.errors import PcanalyticsError

if TYPE_CHECKING:
    from pcanalytics.geocoding.reference import Reference
    from pcanalytics.store import Workspace

__all__ = ["app", "command_names", "main"]

app = typer.Typer(
    name="pcanalytics",
    help="Crime analysis for police-corrections partnerships. Without --workspace a command uses the made-up city.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
sample_app = typer.Typer(help="The made-up city.", no_args_is_help=True)
app.add_typer(sample_app, name="sample")
report_app = typer.Typer(help="Reports: run one, run what is due, see how they stand.", no_args_is_help=True)
app.add_typer(report_app, name="report")
geocode_app = typer.Typer(invoke_without_command=True)
app.add_typer(geocode_app, name="geocode")

#: The exit code of a command that Ctrl-C ended.
_STOPPED = 130

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="Folder with agency.toml. Without it, the made-up city.", show_default=False
    ),
]


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _workspace(path: Path | None) -> Workspace:
    from pcanalytics.store import open_workspace, sample_workspace

    if path is None:
        _say("No --workspace given: using the made-up sample city.")
        return open_workspace(sample_workspace())
    return open_workspace(path)


@app.command()
def briefing(
    workspace: WorkspaceOption = None,
    district: Annotated[str | None, typer.Option(help="One district; without it, all and the city.")] = None,
    week: Annotated[str | None, typer.Option(help="Such as 2026-W47; without it, the last complete week.")] = None,
    load_first: Annotated[bool, typer.Option("--load/--no-load", help="Load new extracts first.")] = True,
) -> None:
    """Load new extracts and issue the weekly CompStat briefing, one HTML file a district and an index."""
    from pcanalytics.runs import progress_to
    from pcanalytics.workflows import extracts_of, issue_weekly_compstat
    from pcanalytics.workflows import load as load_extracts

    opened = _workspace(workspace)
    if load_first:
        load_extracts(opened, extracts_of(opened), say=_say)
    index = issue_weekly_compstat(opened, district=district, week=week, tell=progress_to(sys.stderr))
    typer.echo(str(index))


@app.command()
def load(
    workspace: WorkspaceOption = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be given again.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file, for --file.")] = None,
    file: Annotated[list[Path] | None, typer.Option(help="An extract to load under --mapping.")] = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Count the rows set aside, by reason.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Put the store aside first and begin a new one.")] = False,
) -> None:
    """Load extracts into the store; print read = loaded + set aside + rejected for each."""
    from pcanalytics.store import open_store
    from pcanalytics.workflows import extract_at, extracts_of, set_aside_summary
    from pcanalytics.workflows import load as load_extracts

    opened = _workspace(workspace)
    if set_aside:
        typer.echo(set_aside_summary(opened))
        return
    if (mapping is None) != (not file):
        raise typer.BadParameter("--file and --mapping go together.")
    if mapping is not None and source:
        raise typer.BadParameter("--source names a source of agency.toml and does not go with --file.")
    if mapping is not None:
        chosen = [extract_at(path, mapping) for path in file or ()]
    else:
        chosen = extracts_of(opened, source or ())
    if rebuild:
        open_store(opened).rebuild()
    load_extracts(opened, chosen, say=typer.echo)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new workspace's folder; it must not hold an agency.toml.")],
    name: Annotated[str, typer.Option(help="The agency's name.")] = "My Police Department",
) -> None:
    """Make a workspace: agency.toml, an agreement to fill in, a mapping to start from."""
    from pcanalytics.workflows import start_workspace

    for path in start_workspace(folder, name=name):
        typer.echo(str(path))


@app.command()
def tables(
    table: Annotated[str | None, typer.Argument(help="One table; without it, all.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Print the data dictionary: every declared table, column, meaning and sensitivity class."""
    from pcanalytics.tables import data_dictionary

    text = data_dictionary(table)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text, encoding="utf-8", newline="\n")


@sample_app.command("build")
def sample_build(
    people: Annotated[int | None, typer.Option(help="Residents; 180,000 without it.")] = None,
    incidents: Annotated[int | None, typer.Option(help="Incidents in four years; 60,000 without it.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; data/sample without it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; the city's own without it.")] = None,
) -> None:
    """Write the made-up city, the same bytes for the same seed and numbers."""
    from pcanalytics.workflows import build_sample

    written = build_sample(out=out, people=people, incidents=incidents, seed=seed, say=_say)
    typer.echo(f"{len(written):,} files in place; those that were the same already were not touched.")


@geocode_app.callback()
def geocode(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    addresses: Annotated[Path | None, typer.Option(help="A file of addresses: CSV, packed or not, or Parquet.")] = None,
    column: Annotated[str | None, typer.Option(help="Its column with the addresses.")] = None,
    reference: Annotated[Path | None, typer.Option(help="A TOML file that names streets; the workspace's.")] = None,
    out: Annotated[Path | None, typer.Option(help="The CSV file to write, whole or not at all.")] = None,
    district: Annotated[str | None, typer.Option(help="Its column with the district or beat recorded.")] = None,
    areas: Annotated[Path | None, typer.Option(help="Shapes of those districts or beats.")] = None,
    encoding: Annotated[str | None, typer.Option(help="How the file is written, such as cp1252.")] = None,
    separator: Annotated[str | None, typer.Option(help="What parts its fields, such as ';'.")] = None,
) -> None:
    """Find where addresses are: those of the workspace's records, or with --addresses those of any file."""
    if context.invoked_subcommand is not None:
        return
    if addresses is None:
        others = ("column", "reference", "out", "district", "areas", "encoding", "separator")
        given = [f"--{name}" for name in others if context.params[name] is not None]
        if given:
            raise typer.BadParameter(f"{', '.join(given)} without --addresses, the file to geocode.")
        _geocode_workspace(_workspace(workspace))
        return
    if column is None or out is None:
        raise typer.BadParameter("--addresses needs --column, which names its addresses, and --out, the file to write.")
    from pcanalytics.workflows.geocode_file import geocode_file

    lines = geocode_file(
        addresses, out, column=column, reference=lambda: _reference(workspace, reference), district=district, areas=areas,
        encoding=encoding, separator=separator, say=_say, progress=_tell(),
    )  # fmt: skip
    typer.echo("\n".join(lines))


def _geocode_workspace(opened: Workspace) -> None:
    from pcanalytics.workflows.geocoding import geocode_workspace, workspace_reference

    reference = workspace_reference(opened, say=_say, tell=_tell())
    geocode_workspace(opened, reference=reference, say=typer.echo, tell=_tell())


def _reference(workspace: Path | None, file: Path | None) -> Reference:
    from pcanalytics.store.reference_file import read_reference_file
    from pcanalytics.workflows.geocoding import workspace_reference
    from pcanalytics.workflows.geocoding_reference import open_reference

    if file is not None:
        return open_reference(read_reference_file(file), say=_say, progress=_tell())
    return workspace_reference(_workspace(workspace), say=_say, tell=_tell())


def _tell() -> Callable[[str], None] | None:
    """Give what tells a person at a terminal how far a command is; a log needs none of it."""
    from pcanalytics.runs.progress import progress_to

    return progress_to(sys.stderr) if sys.stderr.isatty() else None


@geocode_app.command("review")
def geocode_review(
    out: Annotated[Path, typer.Option(help="The CSV file to write, readable by you alone.")],
    workspace: WorkspaceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many locations at most.")] = 200,
) -> None:
    """List the locations of incidents and calls that were not found, those first that would place the most records."""
    from pcanalytics.workflows.geocoding import workspace_reference
    from pcanalytics.workflows.reviewing import write_review_queue

    opened = _workspace(workspace)
    reference = workspace_reference(opened, say=_say, tell=_tell())
    typer.echo("\n".join(write_review_queue(opened, out, reference=reference, limit=limit)))


@report_app.command("run")
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

    opened = _workspace(workspace)
    index = run_report(opened, name, given, load_first=load_first, say=_say, tell=progress_to(sys.stderr))
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


@report_app.command("due")
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

    opened = _workspace(workspace)
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


@report_app.command("status")
def report_status(workspace: WorkspaceOption = None) -> None:
    """Say what is issued, what is stale, what failed and when the next report is due."""
    from pcanalytics.workflows import report_status as module

    for line in module.report_status(_workspace(workspace)):
        typer.echo(line)


@report_app.command("schedule")
def report_schedule(
    scheduler: Annotated[str, typer.Argument(help="cron, systemd or windows.")],
    workspace: WorkspaceOption = None,
    out: Annotated[Path | None, typer.Option(help="Write into this folder; without it, print.")] = None,
    every: Annotated[int, typer.Option(help="Minutes between two looks; they divide an hour.")] = 15,
) -> None:
    """Write what cron, systemd or the Windows Task Scheduler needs to start `pcanalytics report due`."""
    from pcanalytics.runs.units import Command, schedule_units

    opened = _workspace(workspace)
    log = opened.state / "report_due.log"
    command = Command(Path(sys.executable), Path(__file__).resolve().parents[1], opened.root, log, every)
    for name, content in schedule_units(scheduler, command).items():
        if out is None:
            typer.echo(content.decode("utf-16" if name.endswith(".xml") else "utf-8"))
        else:
            out.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
            typer.echo(str(out / name))


def command_names() -> list[str]:
    """List every command as it is typed.

    Examples
    --------
    >>> "tables" in command_names()
    True
    """
    root = typer.main.get_command(app)
    names = []
    for name, command in sorted(getattr(root, "commands", {}).items()):
        below = sorted(getattr(command, "commands", {}))
        names += [name] if not below or getattr(command, "invoke_without_command", False) else []
        names += [f"{name} {sub}" for sub in below]
    return names


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``pcanalytics``; those of the process without it.

    Returns
    -------
    int
        0 done; 2 wrong use; 3 input rejected; 4 a whole load set aside; 5 not allowed; 130 stopped by
        Ctrl-C; 1 anything else.

    Examples
    --------
    >>> main(["tables", "nothing"])
    2
    """
    if arguments is None:  # the process is this command's: a schedule's time limit ends it as Ctrl-C does
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = app(args=arguments, prog_name="pcanalytics", standalone_mode=False)
    except PcanalyticsError as error:
        _say(str(error))
        return error.exit_code
    except typer.TyperException as error:
        said = error.format_message()
        _say(said if said.startswith("Usage:") else f"{said} `pcanalytics --help` lists commands and options.")
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = _STOPPED
    except OSError as error:
        return _refused_by_the_system(error)
    except Exception as error:  # noqa: BLE001 - the last door: nothing a record says may reach a log
        return _unexpected(error)
    if code == _STOPPED:
        _say("Stopped. What was finished is kept, nothing is half done.")
    return code if isinstance(code, int) else 0


def _refused_by_the_system(error: OSError) -> int:
    """Say which file the system did not give, and why: that quotes no record."""
    if error.filename is None or error.strerror is None:
        return _unexpected(error)
    _say(f"{os.fspath(error.filename)}: {error.strerror}. Mend the path, or who may read and write there.")
    return 1


def _unexpected(error: Exception) -> int:
    """Say where something unforeseen happened, without its message: that could quote a record."""
    if os.environ.get("PCANALYTICS_TRACEBACK"):
        traceback.print_exception(error)
        return 1
    last = traceback.extract_tb(error.__traceback__)[-1]
    _say(
        f"Something unforeseen happened ({type(error).__name__} in {Path(last.filename).name}, line {last.lineno}). "
        "Its message may quote a record and is not shown. Set PCANALYTICS_TRACEBACK=1 to see it on your own screen."
    )
    return 1
