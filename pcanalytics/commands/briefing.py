"""The command that issues the weekly briefing."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pcanalytics.commands.shared import WorkspaceOption, chosen_workspace, say

__all__ = ["app"]

app = typer.Typer()


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

    opened = chosen_workspace(workspace)
    if load_first:
        load_extracts(opened, extracts_of(opened), say=say)
    index = issue_weekly_compstat(opened, district=district, week=week, tell=progress_to(sys.stderr))
    typer.echo(str(index))
