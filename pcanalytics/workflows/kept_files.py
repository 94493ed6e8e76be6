"""Small files that a person keeps beside the settings, in a spreadsheet or a text editor, read as text.

Rows are named as a spreadsheet numbers them (the header is row 1); what a row says is never repeated.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pcanalytics.errors import DialectError, InputRejected, Problem
from pcanalytics.intake.workbook import sheet_rows

__all__ = ["kept_rows", "kept_text"]

#: A file that is kept by hand is no larger than this.
_LARGEST_BYTES = 1_000_000


def kept_text(path: Path) -> str:
    r"""Read a small text file that a person keeps.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8, with or without a byte-order mark.

    Returns
    -------
    str
        Its text with plain line ends.

    Raises
    ------
    InputRejected
        When it is open in a spreadsheet, cannot be opened, is larger than a megabyte or not written in UTF-8.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "2026-W47.md"
    ...     _ = path.write_bytes(b"Quiet week.\r\n")
    ...     kept_text(path)
    'Quiet week.\n'
    """
    return _decoded(_content(path), path.name)


def kept_rows(path: Path, *, most_bytes: int = _LARGEST_BYTES) -> list[tuple[int, list[str]]]:
    r"""Read the rows of a small table that a person keeps.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8 with commas, or an .xlsx workbook, of which the first sheet is read.
    most_bytes : int, default 1,000,000
        A larger file is refused: what a person keeps by hand is small, what a person fills in may be larger.

    Returns
    -------
    list of tuple of int and list of str
        Each row with its number, the header first; an empty cell is empty text.

    Raises
    ------
    InputRejected
        As :func:`kept_text`; or when a workbook is damaged, or a quote is not closed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "weights.csv"
    ...     _ = path.write_text("offense,days\nrobbery,365\n", encoding="utf-8")
    ...     kept_rows(path)
    [(1, ['offense', 'days']), (2, ['robbery', '365'])]
    """
    content = _content(path, most_bytes)
    if content.startswith(b"PK"):
        try:
            return sheet_rows(io.BytesIO(content))
        except DialectError as error:
            raise InputRejected(f"{path.name} cannot be read.", error.problems) from None
    reader = csv.reader(io.StringIO(_decoded(content, path.name), newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend(enumerate(reader, start=1))
    except csv.Error:
        opens = len(rows) + 1
        problem = Problem(
            "a quote that starts here is not closed as it should be", first_row=opens, code="unbalanced_quote"
        )
        raise InputRejected(f"{path.name} cannot be read.", [problem]) from None
    return rows


def _content(path: Path, most_bytes: int = _LARGEST_BYTES) -> bytes:
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / lock).exists():
            raise InputRejected(
                f"{path.name} is open in a spreadsheet, and what was typed may not be saved yet. Save and close it, then run "
                f"again. If it is open nowhere, delete {lock} beside it."
            )
    try:
        content = path.read_bytes()
    except OSError:
        raise InputRejected(
            f"{path.name} cannot be opened. Close it if another program has it open, and see that you may read it."
        ) from None
    if len(content) > most_bytes:
        size = f"{most_bytes // 1_000_000} MB"
        raise InputRejected(f"{path.name} is larger than {size}, which no file kept by hand is. Look at what it holds.")
    return content


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        todo = "In a spreadsheet save it as 'CSV UTF-8'; in a text editor choose UTF-8 as its encoding"
        what = "it is not written in UTF-8; the first letter that cannot be read is here"
        raise InputRejected(
            f"{name} cannot be read.", [Problem(what, first_row=line, todo=todo, code="not_utf8")]
        ) from None
    if "\0" in text:
        raise InputRejected(f"{name} cannot be read: it is no text in UTF-8. Save it as 'CSV UTF-8' or as .xlsx.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
