"""Writing extracts as agencies send them: separators, terminators, quotes and encodings of their own."""

from __future__ import annotations

import bz2
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def delimited(
    columns: Mapping[str, Iterable[Any]],
    *,
    separator: str = ",",
    terminator: str = "\n",
    quote: str = '"',
    encoding: str = "utf-8",
    header: bool = True,
) -> bytes:
    r"""Write columns as delimited text.

    Parameters
    ----------
    columns : mapping
        Header to values, all of one length; values are written as they are.
    separator, terminator : str
        Between fields, after rows.
    quote : str
        Put around values that hold the separator, the quote or a line break; "" for never.
    encoding : str
        Of the bytes; what it cannot write is an error.
    header : bool
        Whether the first row names the columns.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    UnicodeEncodeError
        If the encoding has no such character.

    Examples
    --------
    >>> delimited({"A": ["1", "2"], "B": ["x,y", ""]})
    b'A,B\n1,"x,y"\n2,\n'
    """
    texts = []
    for values in columns.values():
        cells = [value if isinstance(value, str) else str(value) for value in values]
        if quote and any(separator in cell or quote in cell or "\n" in cell for cell in cells):
            cells = [
                quote + cell.replace(quote, quote * 2) + quote
                if separator in cell or quote in cell or "\n" in cell
                else cell
                for cell in cells
            ]
        texts.append(cells)
    rows = [separator.join(row) for row in zip(*texts, strict=True)]
    lines = [separator.join(columns), *rows] if header else rows
    return (terminator.join(lines) + terminator).encode(encoding)


def fixed(columns: Mapping[str, tuple[int, Iterable[Any]]], *, encoding: str = "ascii") -> bytes:
    r"""Write columns of fixed width, cut or padded with spaces.

    Examples
    --------
    >>> fixed({"A": (3, ["1", "22"]), "B": (2, ["x", "yz"])})
    b'1  x \n22 yz\n'
    """
    texts = [[str(value)[:width].ljust(width) for value in values] for width, values in columns.values()]
    return "".join("".join(row) + "\n" for row in zip(*texts, strict=True)).encode(encoding)


def squeezed(content: bytes) -> bytes:
    """Compress with bzip2, whose output is the same everywhere."""
    return bz2.compress(content, 9)


def flags(values: np.ndarray, true: str = "Y", false: str = "N") -> np.ndarray:
    """Write booleans as two words."""
    return np.where(np.asarray(values, dtype=bool), true, false).astype(object)


def decimals(values: np.ndarray, places: int) -> np.ndarray:
    """Write numbers with fixed decimals; missing ones are empty."""
    return np.array(
        ["" if value != value else f"{value:.{places}f}" for value in np.asarray(values, dtype=float).tolist()],
        dtype=object,
    )
