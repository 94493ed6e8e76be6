"""What the guards look at, as numbers: one row a record, -1 where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from pcanalytics.linkage.nicknames import name_roots
from pcanalytics.linkage.preparing import Prepared

__all__ = ["OWN_IDENTIFIERS", "Facts", "first_names_alike", "read_facts"]

#: Numbers of which a person has one for life: two that differ speak for two people.
OWN_IDENTIFIERS = ("sid", "fbi_number")

#: First names as alike as this are taken for one name written in two ways.
ALIKE = 0.84

_GENERATIONS = {
    **dict.fromkeys(("SR", "SENIOR", "I", "1", "1ST"), 1),
    **dict.fromkeys(("JR", "JUNIOR", "II", "2", "2ND"), 2),
    **dict.fromkeys(("III", "3", "3RD"), 3),
    **dict.fromkeys(("IV", "4", "4TH"), 4),
    **dict.fromkeys(("V", "5", "5TH"), 5),
}


@dataclass(frozen=True)
class Facts:
    """What is known of each record, coded.

    Parameters
    ----------
    ids : ndarray of int32
        One column for each of `OWN_IDENTIFIERS`.
    generation : ndarray of int8
        1 Sr, 2 Jr or II, 3 III, ...
    birth : ndarray of int32
        Year, month and day.
    names : ndarray of int32
        Given name, its formal name, middle name, surname: words of ``words``.
    words : ndarray of object
        The words.
    number : ndarray of int32
        The register's own person number, and the register that gave it.
    side : ndarray of int8
        0 left, 1 right.
    shared : ndarray of int32
        The address, where people of many surnames have it.
    address : ndarray of int32
        The address.
    """

    ids: np.ndarray
    generation: np.ndarray
    birth: np.ndarray
    names: np.ndarray
    words: np.ndarray
    number: np.ndarray
    side: np.ndarray
    shared: np.ndarray
    address: np.ndarray

    def __repr__(self) -> str:
        """Show the size, never a value."""
        return f"Facts({len(self.side):,} records)"


def read_facts(prepared: Prepared, *, institution: int) -> Facts:
    """Read from prepared records what guards need.

    Parameters
    ----------
    prepared : Prepared
        The records. A column that is not there is a column in which nothing is known.
    institution : int
        An address with more surnames than this is taken for an institution.

    Returns
    -------
    Facts
        One row a record, in the same order.

    Examples
    --------
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1"], "side": ["left"], "source": ["police"], "suffix": ["Jr"]})
    >>> read_facts(prepare(people), institution=12).generation.tolist()
    [2]
    """
    table = prepared.table
    size = len(prepared.keys)
    names, words = _names(table, size)
    address, _ = _codes(_column(table, "address", size))
    number, _ = _codes(_column(table, "person_number", size))
    source, _ = _codes(_column(table, "source", size))
    return Facts(
        ids=np.column_stack([_codes(_column(table, name, size))[0] for name in OWN_IDENTIFIERS]),
        generation=_generation(table, size),
        birth=_birth(_column(table, "birth_date", size)),
        names=names,
        words=words,
        number=np.column_stack([number, source]),
        side=_sides(table, size),
        shared=_shared(address, names[:, 3], institution),
        address=address,
    )


def first_names_alike(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Say which first names may be one name written in two ways.

    Parameters
    ----------
    left, right : sequence of str
        Names in capitals, pair by pair.

    Returns
    -------
    ndarray of bool
        One letter dropped, added, changed or swapped; alike by Jaro and Winkler; or short forms of one name.

    Examples
    --------
    >>> first_names_alike(["JOHN", "JOHN", "BILL"], ["JON", "PETER", "WILLIAM"]).tolist()
    [True, False, True]
    """
    if not len(left):
        return np.zeros(0, dtype=bool)
    alike = process.cpdist(left, right, scorer=JaroWinkler.similarity, score_cutoff=ALIKE, dtype=np.float32) >= ALIKE
    distance = process.cpdist(left, right, scorer=OSA.distance, dtype=np.int32)
    shortest = np.array([min(len(a), len(b)) for a, b in zip(left, right, strict=True)])
    alike |= (distance <= 1) & (shortest >= 3)
    for at in np.flatnonzero(~alike).tolist():
        alike[at] = not set(name_roots(left[at])).isdisjoint(name_roots(right[at]))
    return alike


def _column(table: pa.Table, name: str, size: int) -> pa.ChunkedArray:
    if name not in table.column_names:
        return pa.chunked_array([pa.nulls(size, pa.string())])
    column = table[name]
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Give distinct values a number each; -1 is missing."""
    coded = pc.dictionary_encode(column.combine_chunks())
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, np.array(coded.dictionary.to_pylist(), dtype=object)


def _names(table: pa.Table, size: int) -> tuple[np.ndarray, np.ndarray]:
    columns = [_column(table, name, size) for name in ("given_name", "given_root", "middle_name", "surname")]
    codes, words = _codes(pa.chunked_array([chunk for column in columns for chunk in column.chunks]))
    return codes.reshape(4, size).T.copy(), words


def _generation(table: pa.Table, size: int) -> np.ndarray:
    name = "generation" if "generation" in table.column_names else "suffix"
    codes, words = _codes(_column(table, name, size))
    ranks = np.array([_GENERATIONS.get(str(word).upper().strip(". "), -1) for word in words] + [-1], dtype=np.int8)
    return ranks[codes]


def _birth(column: pa.ChunkedArray) -> np.ndarray:
    codes, words = _codes(column)
    parts = pd.Series(words, dtype="str").str.extract(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
    numbers = parts.apply(pd.to_numeric).fillna(-1).to_numpy(dtype=np.int32).reshape(-1, 3)
    return np.vstack([numbers, [[-1, -1, -1]]]).astype(np.int32)[codes]


def _sides(table: pa.Table, size: int) -> np.ndarray:
    side: Any = table["side"]
    return side.to_numpy().astype(np.int8) if "side" in table.column_names else np.zeros(size, dtype=np.int8)


def _shared(address: np.ndarray, surname: np.ndarray, most: int) -> np.ndarray:
    """Keep an address where more surnames than the most are on record."""
    known = (address >= 0) & (surname >= 0)
    pairs = pd.unique((address[known].astype(np.int64) << 32) | surname[known])
    surnames = np.bincount(pairs >> 32, minlength=int(address.max(initial=-1)) + 1)
    is_shared = np.append(surnames > most, False)
    return np.where(is_shared[address], address, -1).astype(np.int32)
