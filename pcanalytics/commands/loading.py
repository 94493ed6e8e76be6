"""The commands that make a workspace and load extracts into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcanalytics.commands.shared import WorkspaceOption, chosen_workspace

__all__ = ["app"]

app = typer.Typer()


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

    opened = chosen_workspace(workspace)
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
