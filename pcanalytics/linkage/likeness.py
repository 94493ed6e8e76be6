"""How alike two texts are: Jaro-Winkler and Damerau-Levenshtein as DuckDB reckons them, compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import pyarrow as pa

__all__ = ["LONGEST", "Texts", "edits", "encode_texts", "jaro_winkler", "one_edit"]

LONGEST = 64


@dataclass(frozen=True)
class Texts:
    """Distinct texts of plain letters, end to end.

    Parameters
    ----------
    letters : ndarray of uint8
        All of them, one after the other.
    begin : ndarray of int64
        Where each begins, and where the last ends.
    """

    letters: np.ndarray
    begin: np.ndarray


def encode_texts(distinct: pa.Array) -> Texts | None:
    """Lay distinct texts end to end.

    Parameters
    ----------
    distinct : pa.Array
        Text without missing values.

    Returns
    -------
    Texts or None
        None when one is longer than 64 letters or not of plain letters: a byte would not be a letter.

    Examples
    --------
    >>> encode_texts(pa.array(["ROE", "DOE"])).begin.tolist()
    [0, 3, 6]
    >>> encode_texts(pa.array(["PEÑA"])) is None
    True
    """
    values = distinct.to_pylist()
    if not all(value.isascii() and len(value) <= LONGEST for value in values):
        return None
    begin = np.concatenate([[0], np.cumsum([len(value) for value in values], dtype=np.int64)]).astype(np.int64)
    return Texts(np.frombuffer("".join(values).encode(), dtype=np.uint8), begin)


@numba.njit(cache=True, nogil=True)
def jaro_winkler(one: np.ndarray, other: np.ndarray) -> float:
    """Give the Jaro-Winkler likeness of two texts of at most 64 letters.

    Parameters
    ----------
    one, other : ndarray of uint8
        Their letters.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> one, other = (np.frombuffer(text, dtype=np.uint8) for text in (b"MARTHA", b"MARHTA"))
    >>> round(jaro_winkler(one, other), 4)
    0.9611
    """
    size, others = len(one), len(other)
    if size == 0 or others == 0:
        return 1.0 if size == others else 0.0
    reach = max(size, others) // 2 - 1
    reach = max(reach, 0)
    taken, used = np.uint64(0), np.uint64(0)
    matches = 0
    for i in range(size):
        for j in range(max(0, i - reach), min(others, i + reach + 1)):
            bit = np.uint64(1) << np.uint64(j)
            if not taken & bit and one[i] == other[j]:
                taken |= bit
                used |= np.uint64(1) << np.uint64(i)
                matches += 1
                break
    if matches == 0:
        return 0.0
    moved, j = 0, 0
    for i in range(size):
        if used & (np.uint64(1) << np.uint64(i)):
            while not taken & (np.uint64(1) << np.uint64(j)):
                j += 1
            if one[i] != other[j]:
                moved += 1
            j += 1
    likeness = (matches / size + matches / others + (matches - moved // 2) / matches) / 3.0
    if likeness > 0.7:
        prefix = 0
        while prefix < min(4, size, others) and one[prefix] == other[prefix]:
            prefix += 1
        likeness += prefix * 0.1 * (1.0 - likeness)
    return likeness


@numba.njit(cache=True, nogil=True)
def edits(one: np.ndarray, other: np.ndarray, table: np.ndarray, last: np.ndarray) -> int:
    """Count the edits between two texts: a letter put in, left out, changed, or swapped with its neighbor.

    Parameters
    ----------
    one, other : ndarray of uint8
        Their letters.
    table : ndarray of int64
        Room to work in, two longer and wider than the texts.
    last : ndarray of int64
        Room to work in, 256 long.

    Returns
    -------
    int
        The Damerau-Levenshtein distance, without the restriction to edit a place once (Lowrance and Wagner 1975).

    Examples
    --------
    >>> one, other = (np.frombuffer(text, dtype=np.uint8) for text in (b"MARTHA", b"MARHTAS"))
    >>> edits(one, other, np.empty((9, 9), dtype=np.int64), np.empty(256, dtype=np.int64))
    2
    """
    size, others = len(one), len(other)
    far = size + others
    table[0, 0] = far
    for i in range(size + 1):
        table[i + 1, 0], table[i + 1, 1] = far, i
    for j in range(others + 1):
        table[0, j + 1], table[1, j + 1] = far, j
    last[:] = 0
    for i in range(1, size + 1):
        seen = 0
        for j in range(1, others + 1):
            row, column = last[other[j - 1]], seen
            same = one[i - 1] == other[j - 1]
            if same:
                seen = j
            table[i + 1, j + 1] = min(
                table[i, j] + (0 if same else 1),
                table[i + 1, j] + 1,
                table[i, j + 1] + 1,
                table[row, column] + (i - row - 1) + 1 + (j - column - 1),
            )
        last[one[i - 1]] = i
    return table[size + 1, others + 1]


@numba.njit(cache=True, nogil=True)
def one_edit(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether at most one edit lies between two texts.

    Parameters
    ----------
    one, other : ndarray of uint8
        Their letters.

    Returns
    -------
    bool
        The same as that `edits` gives 0 or 1.

    Examples
    --------
    >>> one, other = (np.frombuffer(text, dtype=np.uint8) for text in (b"MARTHA", b"MARHTA"))
    >>> one_edit(one, other)
    True
    """
    if len(one) > len(other):
        one, other = other, one
    size, others = len(one), len(other)
    first = 0
    while first < size and one[first] == other[first]:
        first += 1
    if first == size:
        return others - size <= 1
    if size == others:
        change = first + 1
        while change < size and one[change] == other[change]:
            change += 1
        if change == size:
            return True
        if change > first + 1 or one[first] != other[first + 1] or one[first + 1] != other[first]:
            return False
        rest = first + 2
        while rest < size and one[rest] == other[rest]:
            rest += 1
        return rest == size
    if others - size > 1:
        return False
    rest = first
    while rest < size and one[rest] == other[rest + 1]:
        rest += 1
    return rest == size
