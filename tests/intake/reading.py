"""Short ways to read a small file in a test."""

from __future__ import annotations

import io

import pandas as pd

from pcanalytics.intake import Extract, Mapping, read_extract, read_mapping
from pcanalytics.intake.mapping import Dialect
from pcanalytics.intake.reading import Reading

CALLS = """
[source]
table = "calls"
[dialect]
{dialect}
[columns]
call_id = "ID"
received_at = "RCVD"
{columns}
[formats]
received_at = "%Y-%m-%d %H:%M"
{rest}
"""


def calls_mapping(*, dialect: str = "", columns: str = "", rest: str = "", source: str = "") -> Mapping:
    """Make a mapping of calls, with more lines in its parts."""
    text = CALLS.format(dialect=dialect, columns=columns, rest=rest)
    return read_mapping(text.replace('table = "calls"', f'table = "calls"\n{source}'), name="calls.toml")


def read_all(data: bytes | str, mapping: Mapping, **options: object) -> tuple[pd.DataFrame, pd.DataFrame, Extract]:
    """Read a file to its end: rows loaded, rows set aside, and the extract."""
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    extract = read_extract(stream, mapping, file_name="calls.csv", **options)  # type: ignore[arg-type]
    batches = list(extract)
    frame = pd.concat([batch.frame for batch in batches], ignore_index=True)
    return frame, pd.concat([batch.set_aside for batch in batches], ignore_index=True), extract


def codes(extract: Extract) -> dict[str | None, int | None]:
    """Give the rows of each warning by its code."""
    return {problem.code: problem.rows for problem in extract.summary.warnings}


def reading_of(*wanted: str, chunk_rows: int = 100_000, **dialect: object) -> Reading:
    """Make a reading of some columns."""
    return Reading(Dialect(**dialect), list(wanted), chunk_rows)  # type: ignore[arg-type]
