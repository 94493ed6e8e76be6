"""A file of any columns, read as text.

Nothing is taken for a number or a date, so that a leading zero stays; nothing that a field says is ever repeated in a message.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from pcanalytics.errors import InputRejected, Problem, UnknownName, UsageError
from pcanalytics.intake.containers import kind_of, unpacked
from pcanalytics.intake.decoding import likely_encoding

__all__ = ["SEPARATORS", "TextFile", "read_text_file"]

#: What may part the fields, where the caller does not say.
SEPARATORS = (",", "\t", ";", "|")

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEAD_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 24


@dataclass(frozen=True)
class TextFile:
    """A file as text.

    Parameters
    ----------
    names : tuple of str
        The header as written; a name may be there twice.
    columns : tuple of pyarrow.ChunkedArray
        The fields of each column as text; an empty field is empty text.
    encoding : str
        How it is written; ``"parquet"`` for such a file.
    is_marked : bool
        Whether it begins with a byte-order mark, by which a spreadsheet knows UTF-8.
    """

    names: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    encoding: str
    is_marked: bool = False

    @property
    def rows(self) -> int:
        """How many rows there are below the header."""
        return len(self.columns[0])

    def column(self, name: str) -> pa.ChunkedArray:
        """Give a column by its name, blanks around it aside.

        Raises
        ------
        UnknownName
            When there is none, with the nearest that there is.
        UsageError
            When the name is there twice.
        """
        at = [place for place, there in enumerate(self.names) if there.strip() == name.strip()]
        if not at:
            raise UnknownName("column", name, [there.strip() for there in self.names])
        if len(at) > 1:
            raise UsageError(f"The header has the column {name!r} {len(at)} times. Rename all but one.")
        return self.columns[at[0]]


def read_text_file(
    path: Path, *, wanted: Sequence[str] = (), encoding: str | None = None, separator: str | None = None
) -> TextFile:
    r"""Read a file of columns as text: delimited with a header, packed or not, or Parquet.

    Parameters
    ----------
    path : pathlib.Path
        The file. One packed with gzip, bzip2 or zip (with one member) is unpacked as it is read.
    wanted : sequence of str
        Columns that it should have: of the separators that are tried, the one that gives them is taken.
    encoding : str, optional
        Such as ``"cp1252"``. Without it: what a byte-order mark says, else UTF-8, else Windows-1252.
    separator : str, optional
        One character. Without it: a comma, tab, semicolon or bar, by the header.

    Returns
    -------
    TextFile
        Every row, in order. Lines with nothing on them are no rows, unless there is only one column.

    Raises
    ------
    InputRejected
        When it is empty, no text, damaged, or a row has more or fewer fields than the header, naming the row.
    UsageError
        When there is no such encoding, or the separator is no single character.
    OSError
        When it cannot be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_bytes(b"ID,ADDRESS\n007,1200 MAIN ST\n")
    ...     read_text_file(path).column("ID").to_pylist()
    ['007']
    """
    if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
        raise UsageError(
            r"--separator is one character, such as ';', and no quote or line end. A tab is $'\t' in a shell."
        )
    with path.open("rb") as stream:
        if kind_of(stream) == "parquet":
            return _parquet(stream, path.name)
        content = unpacked(stream, path.stat().st_size).read()
    if content.startswith(b"PAR1"):
        return _parquet(io.BytesIO(content), path.name)
    content, codec, is_marked = _as_utf8(content, encoding, path.name)
    content = content.lstrip(b"\r\n")
    if not content.strip():
        raise InputRejected(f"{path.name} is empty.")
    if b"\n" not in content and b"\r" not in content:  # a header alone whose line does not end
        content += b"\n"
    chosen, names = _header(content, separator, wanted, path.name)
    table = _parsed(content, chosen, len(names), path.name)
    return TextFile(tuple(names), tuple(table.columns), codec, is_marked)


def _as_utf8(content: bytes, encoding: str | None, name: str) -> tuple[bytes, str, bool]:
    """Give the text in UTF-8 without its mark, how it was written, and whether it had one."""
    mark, codec = next(((sign, said) for sign, said in _MARKS if content.startswith(sign)), (b"", ""))
    codec = codec or (encoding or "utf-8").lower()
    content = content[len(mark) :]
    try:
        if codec in ("utf-8", "utf8"):
            if b"\0" in content[:_HEAD_BYTES]:
                raise InputRejected(_no_text(content, name))
            if _is_utf8(content):
                return content, "utf-8", bool(mark)
            codec = "cp1252" if encoding is None and not mark else codec
        return content.decode(codec).encode("utf-8"), codec, bool(mark)
    except LookupError:
        raise UsageError(f"There is no encoding {codec!r}. Such as: utf-8, cp1252, latin-1, utf-16-le.") from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = Problem(
            "a letter that cannot be read is on this line",
            first_row=line,
            todo="Say how the file is written with --encoding",
            code="encoding",
        )
        raise InputRejected(f"{name} is not written in {codec}.", [problem]) from None


def _no_text(content: bytes, name: str) -> str:
    """Say what may be done with bytes of zero, which are in no text of UTF-8."""
    likely = likely_encoding(content[:4096])
    if likely.startswith("utf-16"):
        return f"{name} is no text in UTF-8. Say how it is written with --encoding: {likely}?"
    line = content.count(b"\n", 0, content.index(b"\0")) + 1
    return f"{name} is no text: it holds a byte of zero, first on line {line}. Write it out again without."


def _is_utf8(content: bytes) -> bool:
    try:
        pa.array([content], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _header(content: bytes, separator: str | None, wanted: Sequence[str], name: str) -> tuple[str, list[str]]:
    """Give the separator and the names: those with the wanted columns, else the most."""
    head = content[:_HEAD_BYTES].decode("utf-8", errors="ignore")
    found = []
    for sign in (separator,) if separator else SEPARATORS:
        try:
            names = next(csv.reader(io.StringIO(head, newline=""), delimiter=sign))
        except (csv.Error, StopIteration):
            continue
        there = sum(one.strip() in {name.strip() for name in names} for one in wanted)
        found.append((there, len(names), sign, names))
    if not found:
        raise InputRejected(f"{name} has no header that can be read. Its first line must name the columns.")
    best = max(found, key=lambda one: one[:2])
    return best[2], best[3]


def _parsed(content: bytes, separator: str, width: int, name: str) -> pa.Table:
    wrong: list[int | None] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        wrong.append(row.number)
        return "skip"

    def parsed(*, is_threaded: bool) -> pa.Table:
        wrong.clear()
        names = [f"c{place}" for place in range(width)]
        return arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(
                column_names=names, skip_rows_after_names=1, block_size=_BLOCK_BYTES, use_threads=is_threaded
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=b'"' in content,
                ignore_empty_lines=width > 1,
                invalid_row_handler=note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )

    try:
        table = parsed(is_threaded=True)
        if wrong:  # only one thread counts rows
            parsed(is_threaded=False)
    except pa.ArrowInvalid:  # its message quotes the row
        todo = "Look for a quote that is not closed. If the fields are parted otherwise, say so with --separator"
        raise InputRejected(
            f"{name} cannot be read as rows of {width} fields.", [Problem("a row does not end", todo=todo)]
        ) from None
    _refuse_open_quote(content, separator, name)
    if wrong:
        problem = Problem(
            f"rows with more or fewer fields than the header's {width}",
            rows=len(wrong),
            first_row=wrong[0],
            todo="Put text with the separator in it into double quotes",
            code="field_count",
        )
        raise InputRejected(f"{name} cannot be read.", [problem])
    return table


def _refuse_open_quote(content: bytes, separator: str, name: str) -> None:
    """Refuse a file whose last quote is never closed: it would swallow the rows below it."""
    if content.count(b'"') % 2 == 0:
        return
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=""), delimiter=separator, strict=True)
    rows = 0
    try:
        for _ in reader:
            rows += 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            todo = "Close it, or write the quote twice when it is part of the text"
            problem = Problem(
                "a quote in this row is never closed", first_row=rows + 1, todo=todo, code="unbalanced_quote"
            )
            raise InputRejected(f"{name} cannot be read.", [problem]) from None


def _parquet(stream: BinaryIO, name: str) -> TextFile:
    try:
        table = pq.read_table(stream)
    except (pa.ArrowInvalid, OSError) as failure:
        if isinstance(failure, OSError) and failure.errno is not None:  # the disk's fault, not the file's
            raise
        raise InputRejected(f"{name} is damaged: it is no Parquet file to its end.") from None
    if not table.num_columns:
        raise InputRejected(f"{name} has no columns.")
    columns, problems = [], []
    for field, column in zip(table.schema, table.columns, strict=True):
        try:
            columns.append(pc.fill_null(pc.cast(column, pa.string()), ""))
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            problems.append(Problem(f"column {field.name!r} holds no plain values", todo="Leave it out", code="nested"))
    if problems:
        raise InputRejected(f"{name} cannot be written as text.", problems)
    return TextFile(tuple(table.column_names), tuple(columns), "parquet")
