"""The command line: parse, call one workflow, turn errors into exit codes."""

from __future__ import annotations

import os
import signal
import traceback
from pathlib import Path

import typer

from pcanalytics.commands import briefing, geocode, link, loading, report, sample, tables
from pcanalytics.commands.shared import say
from pcanalytics.errors import PcanalyticsError

__all__ = ["app", "command_names", "main"]

app = typer.Typer(
    name="pcanalytics",
    help="Crime analysis for police-corrections partnerships. Without --workspace a command uses the made-up city.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (briefing, loading, tables):
    app.add_typer(group.app)
app.add_typer(sample.app, name="sample")
app.add_typer(report.app, name="report")
app.add_typer(geocode.app, name="geocode")
app.add_typer(link.app, name="link")

#: The exit code of a command that Ctrl-C ended.
_STOPPED = 130


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
        say(str(error))
        return error.exit_code
    except typer.TyperException as error:
        said = error.format_message()
        say(said if said.startswith("Usage:") else f"{said} `pcanalytics --help` lists commands and options.")
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = _STOPPED
    except OSError as error:
        return _refused_by_the_system(error)
    except Exception as error:  # noqa: BLE001 - the last door: nothing a record says may reach a log
        return _unexpected(error)
    if code == _STOPPED:
        say("Stopped. What was finished is kept, nothing is half done.")
    return code if isinstance(code, int) else 0


def _refused_by_the_system(error: OSError) -> int:
    """Say which file the system did not give, and why: that quotes no record."""
    if error.filename is None or error.strerror is None:
        return _unexpected(error)
    say(f"{os.fspath(error.filename)}: {error.strerror}. Mend the path, or who may read and write there.")
    return 1


def _unexpected(error: Exception) -> int:
    """Say where something unforeseen happened, without its message: that could quote a record."""
    if os.environ.get("PCANALYTICS_TRACEBACK"):
        traceback.print_exception(error)
        return 1
    last = traceback.extract_tb(error.__traceback__)[-1]
    say(
        f"Something unforeseen happened ({type(error).__name__} in {Path(last.filename).name}, line {last.lineno}). "
        "Its message may quote a record and is not shown. Set PCANALYTICS_TRACEBACK=1 to see it on your own screen."
    )
    return 1
