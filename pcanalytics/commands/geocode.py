"""The commands that find where addresses are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pcanalytics.commands.shared import WorkspaceOption, chosen_workspace, progress, say

if TYPE_CHECKING:
    from pcanalytics.geocoding.reference import Reference
    from pcanalytics.store import Workspace

__all__ = ["app"]

app = typer.Typer(invoke_without_command=True)


@app.callback()
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
        _geocode_workspace(chosen_workspace(workspace))
        return
    if column is None or out is None:
        raise typer.BadParameter("--addresses needs --column, which names its addresses, and --out, the file to write.")
    from pcanalytics.workflows.geocode_file import geocode_file

    lines = geocode_file(
        addresses, out, column=column, reference=lambda: _reference(workspace, reference), district=district, areas=areas,
        encoding=encoding, separator=separator, say=say, progress=progress(),
    )  # fmt: skip
    typer.echo("\n".join(lines))


def _geocode_workspace(opened: Workspace) -> None:
    from pcanalytics.workflows.geocoding import geocode_workspace, workspace_reference

    reference = workspace_reference(opened, say=say, tell=progress())
    geocode_workspace(opened, reference=reference, say=typer.echo, tell=progress())


def _reference(workspace: Path | None, file: Path | None) -> Reference:
    from pcanalytics.store.reference_file import read_reference_file
    from pcanalytics.workflows.geocoding import workspace_reference
    from pcanalytics.workflows.geocoding_reference import open_reference

    if file is not None:
        return open_reference(read_reference_file(file), say=say, progress=progress())
    return workspace_reference(chosen_workspace(workspace), say=say, tell=progress())


@app.command("review")
def geocode_review(
    out: Annotated[Path, typer.Option(help="The CSV file to write, readable by you alone.")],
    workspace: WorkspaceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="How many locations at most.")] = 200,
) -> None:
    """List the locations of incidents and calls that were not found, those first that would place the most records."""
    from pcanalytics.workflows.geocoding import workspace_reference
    from pcanalytics.workflows.reviewing import write_review_queue

    opened = chosen_workspace(workspace)
    reference = workspace_reference(opened, say=say, tell=progress())
    typer.echo("\n".join(write_review_queue(opened, out, reference=reference, limit=limit)))
