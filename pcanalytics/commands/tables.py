"""The command that prints what the tables are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer()


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
