"""A CSV file written with its text as it is, whole or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.store.files import written_whole

__all__ = ["CsvWriter", "guarded", "write_csv"]

_CHUNK_ROWS = 1 << 17

#: A field with one of these is written in quotes.
_QUOTED = '[",\r\n]'

#: A text that begins so is taken for a formula by spreadsheets; blanks before it do not keep them from it.
_FORMULA = "^[ \t\r\n]*[=+@\t\r-]"


def guarded(texts: pa.Array) -> pa.Array:
    """Put an apostrophe before texts that a spreadsheet would take for a formula.

    Parameters
    ----------
    texts : pyarrow.Array
        Of strings that this suite writes; a missing one stays missing.

    Examples
    --------
    >>> guarded(pa.array(["=1+1", "MAIN ST", None])).to_pylist()
    ["'=1+1", 'MAIN ST', None]
    """
    risky = pc.match_substring_regex(texts, _FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


@contextmanager
def write_csv(
    path: Path, names: Sequence[str], *, is_marked: bool = False, is_private: bool = False
) -> Iterator[CsvWriter]:
    r"""Write a CSV file in UTF-8, whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        Where; packed when its name ends in ``.gz``. A file already there stays until the new one is complete.
    names : sequence of str
        The header.
    is_marked : bool
        Whether it begins with the mark by which a spreadsheet knows UTF-8.
    is_private : bool
        Whether only its owner may read it.

    Yields
    ------
    CsvWriter
        Takes the columns. Leaving the block by an error writes nothing.

    Raises
    ------
    OSError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     with write_csv(path, ["ID", "NOTE"]) as writer:
    ...         writer.write([pa.array(["007"]), pa.array(["a, b"])])
    ...     path.read_bytes()
    b'ID,NOTE\n007,"a, b"\n'
    """
    with written_whole(path, private=is_private) as raw:
        stream: Any = raw
        if path.suffix == ".gz":
            stream = gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0)
        if is_marked:
            stream.write(b"\xef\xbb\xbf")
        writer = CsvWriter(stream)
        writer.write([pa.array([name], pa.string()) for name in names])
        yield writer
        if stream is not raw:
            stream.close()


class CsvWriter:
    """Takes columns of text and writes them as lines, from :func:`write_csv`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, columns: Sequence[pa.Array | pa.ChunkedArray]) -> None:
        """Write rows: one array of text a column, a missing value as an empty field."""
        for start in range(0, len(columns[0]), _CHUNK_ROWS):
            fields = [_fields(column.slice(start, _CHUNK_ROWS)) for column in columns]
            lines = pc.binary_join_element_wise(*fields, ",").to_pylist()
            lines.append("")
            self._stream.write("\n".join(lines).encode())


def _fields(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Put into quotes what needs them."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = pc.fill_null(array.cast(pa.string()), "")
    needs = pc.match_substring_regex(array, _QUOTED)
    if not pc.any(needs).as_py():
        return array
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(array, '"', '""'), '"', "")
    return pc.if_else(needs, quoted, array)
