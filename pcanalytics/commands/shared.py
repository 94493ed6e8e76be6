"""What commands have in common: the option ``--workspace``, and how they speak."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pcanalytics.store import Workspace

__all__ = ["WorkspaceOption", "chosen_workspace", "progress", "say"]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="Folder with agency.toml. Without it, the made-up city.", show_default=False
    ),
]


def say(line: str) -> None:
    """Tell the person who typed the command something beside its result.

    Parameters
    ----------
    line : str
        Never a value of a record.

    Examples
    --------
    >>> say("Stopped.")
    """
    typer.echo(line, err=True)


def chosen_workspace(path: Path | None) -> Workspace:
    """Open the workspace of ``--workspace``, or the made-up city, which is said.

    Parameters
    ----------
    path : pathlib.Path, optional
        What was typed.

    Raises
    ------
    UsageError
        When it is no workspace or its settings cannot be used.

    Examples
    --------
    >>> chosen_workspace(Path("my_city"))  # doctest: +SKIP
    """
    from pcanalytics.store import open_workspace, sample_workspace

    if path is None:
        say("No --workspace given: using the made-up sample city.")
        return open_workspace(sample_workspace())
    return open_workspace(path)


def progress() -> Callable[[str], None] | None:
    """Give what tells a person at a terminal how far a command is; a log needs none of it.

    Examples
    --------
    >>> tell = progress()
    """
    from pcanalytics.runs.progress import progress_to

    return progress_to(sys.stderr) if sys.stderr.isatty() else None
