"""How alike two texts are, many pairs at once: Jaro-Winkler and Damerau-Levenshtein as DuckDB reckons them.

Texts are numbers into a list of distinct ones, so that nothing is copied a pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import pyarrow as pa

__all__ = ["Texts", "any_shared", "edits_within", "encode_texts", "jaro_winkler", "places_apart"]

_LONGEST = 64


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
    if not all(value.isascii() and len(value) <= _LONGEST for value in values):
        return None
    begin = np.concatenate([[0], np.cumsum([len(value) for value in values], dtype=np.int64)]).astype(np.int64)
    return Texts(np.frombuffer("".join(values).encode(), dtype=np.uint8), begin)


@numba.njit(cache=True, nogil=True)
def _jaro_winkler(one: np.ndarray, other: np.ndarray) -> float:
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
def jaro_winkler(letters: np.ndarray, begin: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give the Jaro-Winkler likeness of pairs of texts.

    Parameters
    ----------
    letters, begin : ndarray
        From `Texts`.
    one, other : ndarray
        Numbers of texts; below 0 is missing.

    Returns
    -------
    ndarray
        From 0 to 1; -1 where either is missing.

    Examples
    --------
    >>> texts = encode_texts(pa.array(["MARTHA", "MARHTA"]))
    >>> jaro_winkler(texts.letters, texts.begin, np.array([0]), np.array([1])).round(4).tolist()
    [0.9611]
    """
    found = np.full(len(one), -1.0)
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        if a >= 0 and b >= 0:
            found[pair] = (
                1.0 if a == b else _jaro_winkler(letters[begin[a] : begin[a + 1]], letters[begin[b] : begin[b + 1]])
            )
    return found


@numba.njit(cache=True, nogil=True)
def _edits(one: np.ndarray, other: np.ndarray, table: np.ndarray, last: np.ndarray) -> int:
    """Count insertions, deletions, changes and swaps of neighbors (Lowrance and Wagner 1975)."""
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
def _one_edit(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether one insertion, deletion, change or swap of neighbors at most lies between two texts."""
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


@numba.njit(cache=True, nogil=True)
def edits_within(letters: np.ndarray, begin: np.ndarray, one: np.ndarray, other: np.ndarray, most: int) -> np.ndarray:
    """Say of pairs of texts whether at most so many edits lie between them (Damerau-Levenshtein).

    Parameters
    ----------
    letters, begin : ndarray
        From `Texts`.
    one, other : ndarray
        Numbers of texts; below 0 is missing.
    most : int
        Edits: a letter put in, left out, changed, or swapped with its neighbor.

    Returns
    -------
    ndarray of bool
        False where either is missing.

    Examples
    --------
    >>> texts = encode_texts(pa.array(["MARTHA", "MARHTA", "MAR"]))
    >>> edits_within(texts.letters, texts.begin, np.array([0, 0]), np.array([1, 2]), 1).tolist()
    [True, False]
    """
    found = np.zeros(len(one), dtype=np.bool_)
    table = np.empty((_LONGEST + 2, _LONGEST + 2), dtype=np.int64)
    last = np.zeros(256, dtype=np.int64)
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        if a < 0 or b < 0:
            continue
        first, second = letters[begin[a] : begin[a + 1]], letters[begin[b] : begin[b + 1]]
        if a == b:
            found[pair] = True
        elif abs(len(first) - len(second)) > most:
            found[pair] = False
        elif most == 1:
            found[pair] = _one_edit(first, second)
        else:
            found[pair] = _edits(first, second, table, last) <= most
    return found


@numba.njit(cache=True, nogil=True)
def places_apart(letters: np.ndarray, begin: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count the places at which texts of one length differ (Hamming).

    Parameters
    ----------
    letters, begin : ndarray
        From `Texts`.
    one, other : ndarray
        Numbers of texts; below 0 is missing.

    Returns
    -------
    ndarray
        -1 where either is missing or the lengths differ.

    Examples
    --------
    >>> texts = encode_texts(pa.array(["MARTHA", "MARHTA", "MAR"]))
    >>> places_apart(texts.letters, texts.begin, np.array([0, 0]), np.array([1, 2])).tolist()
    [2, -1]
    """
    found = np.full(len(one), -1, dtype=np.int64)
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        if a < 0 or b < 0 or begin[a + 1] - begin[a] != begin[b + 1] - begin[b]:
            continue
        apart = 0
        for place in range(begin[a + 1] - begin[a]):
            if letters[begin[a] + place] != letters[begin[b] + place]:
                apart += 1
        found[pair] = apart
    return found


@numba.njit(cache=True, nogil=True)
def any_shared(values: np.ndarray, begin: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Say of pairs of lists whether they share an entry.

    Parameters
    ----------
    values, begin : ndarray
        Entries of all lists as numbers, one list after the other, and where each begins.
    one, other : ndarray
        Numbers of lists.

    Returns
    -------
    ndarray of bool
        False where either is empty or missing.

    Examples
    --------
    >>> any_shared(np.array([1, 2, 2]), np.array([0, 2, 3]), np.array([0]), np.array([1])).tolist()
    [True]
    """
    found = np.zeros(len(one), dtype=np.bool_)
    for pair in range(len(one)):
        for i in range(begin[one[pair]], begin[one[pair] + 1]):
            for j in range(begin[other[pair]], begin[other[pair] + 1]):
                if values[i] == values[j]:
                    found[pair] = True
    return found
