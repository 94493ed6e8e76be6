"""Fixed-width text: each field at its place in the line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.decoding import decoded, records
from pcanalytics.intake.reading import Cells, Chunk, Reading

__all__ = ["fixed_chunks"]


def fixed_chunks(stream: BinaryIO, reading: Reading) -> Iterator[Chunk]:
    r"""Read fixed-width text.

    Parameters
    ----------
    stream : binary file
        Read to its end.
    reading : Reading
        Its dialect says the widths. Unless it says ``trimmed``, every line must be as long as the first.

    Yields
    ------
    Chunk
        The wanted fields as text, padding kept. Row numbers are line numbers.

    Raises
    ------
    DialectError
        When a line is shorter or longer than the first, or ends before its last field.

    Examples
    --------
    >>> import io
    >>> from pcanalytics.intake.mapping import Dialect
    >>> reading = Reading(Dialect(widths={"ID": (0, 2), "BEAT": (2, 5)}), ["BEAT"])
    >>> [chunk] = fixed_chunks(io.BytesIO(b"01007\n"), reading)
    >>> chunk.columns["BEAT"].text.to_pylist()
    ['007']
    """
    dialect = reading.dialect
    end = max(stop for _, stop in dialect.widths.values())
    lines = records(decoded(stream, reading), reading)
    for _ in range(dialect.skip_rows):
        next(lines, None)
    number, length = dialect.skip_rows, 0
    while taken := [line.rstrip("\r\n") for line in islice(lines, reading.chunk_rows)]:
        numbers = np.arange(number + 1, number + 1 + len(taken))
        number += len(taken)
        filled = [line for line in taken if line.strip()]
        if len(filled) < len(taken):
            reading.tally.count("blank_lines", len(taken) - len(filled))
            numbers = numbers[[bool(line.strip()) for line in taken]]
        if not filled:
            continue
        length = length or len(filled[0])
        if not dialect.trimmed:
            _check_lengths(filled, numbers, length, end)
        yield Chunk(numbers, _fields(pa.array(filled, pa.large_string()), reading))


def _fields(lines: pa.Array, reading: Reading) -> dict[str, Cells]:
    spans = ((name, reading.dialect.widths[name]) for name in reading.wanted)
    return {name: Cells(pc.utf8_slice_codeunits(lines, start, stop)) for name, (start, stop) in spans}


def _check_lengths(lines: list[str], numbers: np.ndarray, length: int, end: int) -> None:
    if set(map(len, lines)) == {length} and length >= end:
        return
    expected = max(length, end)
    wrong = [place for place, line in enumerate(lines) if len(line) != expected]
    last = wrong[0] == len(lines) - 1 and len(lines[-1]) < expected
    problem = Problem(
        "the last line is cut" if last else "lines are not all of one length",
        rows=len(wrong),
        first_row=int(numbers[wrong[0]]),
        expected=f"{expected} characters, the length of the first line and the end of the last field",
        todo="If the sender leaves out blanks at the end, declare trimmed = true; else ask for the file again.",
        code="cut_mid_row" if last else "line_length",
    )
    raise DialectError("The file is not written the way its mapping says.", [problem])
