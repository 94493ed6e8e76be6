"""Which reader a file needs, by what the mapping declares and what the file's first bytes say."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from pcanalytics.errors import DialectError, Problem
from pcanalytics.intake.containers import check_workbook, kind_of, unpacked
from pcanalytics.intake.delimited import delimited_chunks
from pcanalytics.intake.fixed import fixed_chunks
from pcanalytics.intake.parquet import parquet_chunks
from pcanalytics.intake.reading import Chunk, Reading
from pcanalytics.intake.workbook import workbook_chunks

__all__ = ["READERS", "file_chunks"]

#: The reader of each format: an open stream and a reading go in, chunks of rows come out.
READERS: Mapping[str, Callable[[BinaryIO, Reading], Iterator[Chunk]]] = {
    "delimited": delimited_chunks,
    "fixed": fixed_chunks,
    "xlsx": workbook_chunks,
    "parquet": parquet_chunks,
}

_WORDS = {
    "text": "text",
    "parquet": "a Parquet file",
    "zip": "a zip archive or workbook",
    "gzip": "gzip",
    "bzip2": "bzip2",
}


def file_chunks(stream: BinaryIO, size: int, reading: Reading) -> Iterator[Chunk]:
    r"""Read a file by its dialect, unpacking it first when it is compressed.

    Parameters
    ----------
    stream : binary file
        One that can seek, at its start.
    size : int
        Its size in bytes.
    reading : Reading
        Dialect, wanted columns and tally.

    Yields
    ------
    Chunk
        The wanted columns, some rows at a time.

    Raises
    ------
    DialectError
        When the file is not of a declared format, or not written as its dialect says.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Dialect
    >>> data = b"BEAT\n007\n"
    >>> [chunk] = file_chunks(io.BytesIO(data), len(data), Reading(Dialect(), ["BEAT"]))
    >>> chunk.columns["BEAT"].text.to_pylist()
    ['007']
    """
    formats = reading.dialect.formats
    kind = kind_of(stream)
    if kind == "zip" and "xlsx" in formats:
        check_workbook(stream)
        yield from workbook_chunks(stream, reading)
        return
    plain = unpacked(stream, size)
    if plain is not stream:
        kind = "parquet" if plain.peek(4)[:4] == b"PAR1" else "text"  # type: ignore[attr-defined]
        if kind == "parquet":
            plain = io.BytesIO(plain.read())
    yield from READERS[_format_of(kind, formats)](plain, reading)


def _format_of(kind: str, formats: tuple[str, ...]) -> str:
    fitting = [name for name in formats if (name == "parquet") == (kind == "parquet") and name != "xlsx"]
    if not fitting:
        problem = Problem(
            f"the file is {_WORDS[kind]}",
            expected=" or ".join(formats),
            todo="Mend format in [dialect], or ask for the right file.",
            code="wrong_format",
        )
        raise DialectError("The file is not of the format its mapping declares.", [problem])
    return fitting[0]
