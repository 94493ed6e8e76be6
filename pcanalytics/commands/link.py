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


@app.command("review")
def link_review(
    workspace: WorkspaceOption = None,
    out: Annotated[Path | None, typer.Option(help="Write the pairs to decide to this CSV file, for you alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many pairs at most.")] = 500,
    decided: Annotated[Path | None, typer.Option(help="Read this filled-in file back.")] = None,
    by: Annotated[str | None, typer.Option(help="Who decided, with --decided.")] = None,
    dashboard: Annotated[
        Path | None, typer.Option(help="Write Splink's dashboards into this folder, for you alone.")
    ] = None,
) -> None:
    """List the pairs of records that a person must decide, and remember what was decided."""
    if sum(one is not None for one in (out, decided, dashboard)) != 1:
        raise typer.BadParameter("Give one of --out FILE, --decided FILE (with --by NAME) or --dashboard FOLDER.")
    if (decided is None) != (by is None):
        raise typer.BadParameter("--decided and --by go together: decisions are kept with who made them.")
    from pcanalytics.workflows import link_reviewing

    opened = chosen_workspace(workspace)
    if out is not None:
        lines = link_reviewing.write_link_queue(opened, out, limit=limit, tell=progress())
    elif decided is not None and by is not None:
        lines = link_reviewing.decide_from_file(opened, decided, by=by, tell=progress())
    else:
        from pcanalytics.workflows.link_dashboards import write_dashboards

        lines = write_dashboards(opened, Path(str(dashboard)), tell=progress())
    typer.echo("\n".join(lines))


@app.command("undo")
def link_undo(
    records: Annotated[list[str] | None, typer.Argument(help="Two records, such as 'police|N1' 'DOC|7'.")] = None,
    workspace: WorkspaceOption = None,
    person: Annotated[str | None, typer.Option(help="Part all records of this person_id.")] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Take a decision back: on two records, a person, or the last one.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="Who says so; your name on this machine without it.")] = None,
    why: Annotated[str, typer.Option(help="Why, kept with the decision.")] = "",
) -> None:
    """Part records that are linked, or take a decision back; the persons follow at once."""
    from pcanalytics.workflows import link_undoing

    given = tuple(records or ())
    if len(given) not in (0, 2):
        raise typer.BadParameter("Name two records, or none with --person or --take-back.")
    pair = (given[0], given[1]) if given else None
    change = link_undoing.take_back if take_back else link_undoing.undo_links
    who = by or link_undoing.system_name()
    typer.echo(
        "\n".join(change(chosen_workspace(workspace), by=who, pair=pair, person=person, why=why, tell=progress()))
    )


@app.command("quality")
def link_quality(
    workspace: WorkspaceOption = None,
    labels: Annotated[
        Path | None, typer.Option(help="Records with their true persons, or pairs of records; CSV or Parquet.")
    ] = None,
    sample: Annotated[Path | None, typer.Option(help="Write pairs to judge to this CSV file, for you alone.")] = None,
    size: Annotated[int, typer.Option(min=1, help="About how many, with --sample.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Another one draws other pairs.")] = 0,
    decided: Annotated[Path | None, typer.Option(help="Estimate from this filled-in sample.")] = None,
) -> None:
    """Say how right the links are: against labels, or by a sample that a person has judged."""
    if sum(one is not None for one in (labels, sample, decided)) != 1:
        raise typer.BadParameter("Give one of --labels FILE, --sample FILE or --decided FILE.")
    from pcanalytics.workflows import link_quality as module

    if decided is not None:
        lines = module.quality_from_sample(decided, seed=seed)
    elif sample is not None:
        lines = module.write_sample(chosen_workspace(workspace), sample, size=size, seed=seed, tell=progress())
    else:
        lines = module.quality_against_labels(chosen_workspace(workspace), Path(str(labels)), tell=progress())
    typer.echo("\n".join(lines))
