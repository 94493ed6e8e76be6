"""The commands that find which records are of one person, and what a reviewer decides on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcanalytics.commands.shared import WorkspaceOption, chosen_workspace, progress, say

__all__ = ["app"]

app = typer.Typer(invoke_without_command=True)


@app.callback()
def link(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    retrain: Annotated[bool, typer.Option("--retrain", help="Train a new model on the records as they are.")] = False,
    left: Annotated[Path | None, typer.Option(help="A file of person records: CSV, packed or not, or Parquet.")] = None,
    right: Annotated[
        Path | None, typer.Option(help="The other system's; without it, duplicates within --left.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="A TOML file that says which column is what.")] = None,
    out: Annotated[Path | None, typer.Option(help="The links to write: .csv, .csv.gz or .parquet.")] = None,
    people: Annotated[Path | None, typer.Option(help="Also write which record is of which person.")] = None,
    model: Annotated[Path | None, typer.Option(help="A model to use, or to keep when it is not there.")] = None,
) -> None:
    """Find which records are of one person: in the workspace's police and corrections records, or with --left in any files."""
    if context.invoked_subcommand is not None:
        return
    if left is None:
        given = [
            f"--{name}" for name in ("right", "mapping", "out", "people", "model") if context.params[name] is not None
        ]
        if given:
            raise typer.BadParameter(f"{', '.join(given)} without --left, the file to link.")
        _link_workspace(workspace, retrain=retrain)
        return
    if mapping is None or out is None:
        raise typer.BadParameter(
            "--left needs --mapping, which says what its columns are, and --out, the file to write."
        )
    from pcanalytics.workflows.link_files import link_files

    lines = link_files(
        left, right, mapping=mapping, out=out, people=people, model=model, retrain=retrain, say=say, progress=progress()
    )
    typer.echo("\n".join(lines))


def _link_workspace(workspace: Path | None, *, retrain: bool) -> None:
    from pcanalytics.workflows.linking import link_workspace

    typer.echo("\n".join(link_workspace(chosen_workspace(workspace), retrain=retrain, tell=progress())))
