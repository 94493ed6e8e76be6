"""Parquet files: columns that know their type become text or times without loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.reading import Cells, Chunk, Reading, joined, place_columns

__all__ = ["parquet_chunks"]

_PIECE_ROWS = 65_536


def parquet_chunks(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    """Read a Parquet file.

    Parameters
    ----------
    stream : binary file
        One that can seek.
    reading : Reading
        Wanted columns and tally.

    Yields
    ------
    Chunk
        Whole numbers as their digits, other numbers as the shortest text that reads back the same, times
        as times, ``true`` and ``false``, missing values missing. Row numbers count from 1.

    Raises
    ------
    DialectError
        When the file is damaged, a column is nested, or holds times with a zone.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake.mapping import Dialect
    >>> stream = io.BytesIO()
    >>> pq.write_table(pa.table({"DOCKET": [1.0, None]}), stream)
    >>> [chunk] = parquet_chunks(stream, Reading(Dialect(), ["DOCKET"]))
    >>> chunk.columns["DOCKET"].text.to_pylist()
    ['1', None]
    """
    yield from joined(_pieces(stream, reading), reading.chunk_rows)


def _pieces(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    try:
        file = pq.ParquetFile(stream)
        names = file.schema_arrow.names
        places = place_columns(names, reading)
        _check_types(file.schema_arrow, list(places))
        number = 0
        for batch in file.iter_batches(batch_size=min(reading.chunk_rows, _PIECE_ROWS), columns=list(places)):
            if len(batch):
                numbers = np.arange(number + 1, number + 1 + len(batch))
                number += len(batch)
                yield Chunk(numbers, {name: _cells(batch.column(name)) for name in places})
    except (pa.ArrowException, EOFError, OSError, UnicodeDecodeError):
        problem = Problem("it cannot be read to its end", todo="Ask the sender for it again.", code="damaged")
        raise DialectError("The Parquet file is damaged.", [problem]) from None


def _check_types(schema: pa.Schema, names: list[str]) -> None:
    problems = []
    for name in names:
        kind = schema.field(name).type
        if pa.types.is_nested(kind):
            problems.append(Problem(f"column {name} is nested", expected="plain columns", code="wrong_type"))
        elif pa.types.is_timestamp(kind) and kind.tz is not None:
            todo = "Ask for local wall time without a zone."
            problems.append(Problem(f"column {name} holds times with a zone", todo=todo, code="zoned_time"))
    if problems:
        raise DialectError("The columns of the file are not those of the mapping.", problems)


def _cells(values: pa.Array) -> Cells:
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _cells(values.cast(kind.value_type))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return Cells(pa.nulls(len(values), pa.large_string()), values.cast(pa.timestamp("us"), safe=False))
    if pa.types.is_floating(kind):
        return Cells(_number_text(values))
    text = values.cast(pa.large_string())
    text.validate(full=True)  # a damaged file may hold bytes that are no text
    return Cells(text)


def _number_text(values: pa.Array) -> pa.Array:
    """Write numbers as text: a whole number without a point, as an id would be; NaN as missing."""
    values = pc.if_else(pc.is_nan(values), None, values)
    wide = values.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.round(wide), wide), pc.less(pc.abs(wide), 2.0**53))
    digits = pc.if_else(whole, wide, None).cast(pa.int64()).cast(pa.large_string())
    return pc.coalesce(digits, values.cast(pa.large_string()))
