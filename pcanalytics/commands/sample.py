"""The command that writes the made-up city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pcanalytics.commands.shared import say

__all__ = ["app"]

app = typer.Typer(help="The made-up city.", no_args_is_help=True)


@app.command("build")
def sample_build(
    people: Annotated[int | None, typer.Option(help="Residents; 180,000 without it.")] = None,
    incidents: Annotated[int | None, typer.Option(help="Incidents in four years; 60,000 without it.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; data/sample without it.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; the city's own without it.")] = None,
) -> None:
    """Write the made-up city, the same bytes for the same seed and numbers."""
    from pcanalytics.workflows import build_sample

    written = build_sample(out=out, people=people, incidents=incidents, seed=seed, say=say)
    typer.echo(f"{len(written):,} files in place; those that were the same already were not touched.")
