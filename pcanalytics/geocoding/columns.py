"""Parsed strings as columns of numbers and of codes into words."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pcanalytics.geocoding.house_numbers import number_prefix

__all__ = ["Parsed"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CROSSED = ("intersection", "intersection-offset", "offset", "ramp", "segment", "address-with-cross")


class Parsed:
    """What ``parse`` made of the strings, ready for matching."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._words: dict[str, tuple[Ints, pa.Array]] = {}
        self.rows = table.num_rows

    def words(self, name: str) -> tuple[Ints, pa.Array]:
        """Give codes (-1 null) and the words they stand for."""
        if name not in self._words:
            column = self._table[name].unify_dictionaries().combine_chunks()
            if isinstance(column, pa.ChunkedArray):
                column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
            codes = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
            self._words[name] = codes, column.dictionary
        return self._words[name]

    def texts(self, name: str, rows: Ints) -> list[str | None]:
        """Give the texts of some rows."""
        codes, words = self.words(name)
        listed = [*words.to_pylist(), None]
        return [listed[code] for code in codes[rows]]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Give a number of each row, NaN where null."""
        return self._table[name].cast(pa.float64()).to_numpy()

    def has(self, name: str) -> Bools:
        """Say of each row whether it has something in a column."""
        return pc.is_valid(self._table[name]).to_numpy()

    def is_form(self, *forms: str) -> Bools:
        """Say of each row whether its form is one of these."""
        codes, words = self.words("form")
        wanted = np.array([word in forms for word in words.to_pylist()] + [False])
        return wanted[codes]

    def has_reason(self, *reasons: str) -> Bools:
        """Say of each row whether it is never placed, for one of these reasons."""
        codes, words = self.words("reason")
        return np.array([word in reasons for word in words.to_pylist()] + [False])[codes]

    def prefixes(self, known: dict[str, int]) -> Ints:
        """Give the code of each number's prefix: -1 none, -2 one that the reference has not.

        The low end of 1200-1298 is no prefix, the 30 of 30-41 is one.
        """
        codes, words = self.words("number_text")
        prefix = [number_prefix(word) for word in words.to_pylist()]
        by_word = [known.get(one, -2) if one else -1 for one in prefix]
        low = [int(one[:-1]) if one[:-1].isdecimal() and one.endswith("-") else -1 for one in prefix]
        is_low = np.array([*low, -1], dtype=np.int64)[codes] == np.nan_to_num(self.numbers("number"), nan=-2.0)
        return np.where(is_low, -1, np.array([*by_word, -1], dtype=np.int64)[codes])

    def zones(self, known: dict[str, int]) -> Ints:
        """Give the code of each zip, else locality, that the reference has; -1 where it has none."""
        zone = np.full(self.rows, -1, dtype=np.int64)
        for name in ("locality", "zip"):
            codes, words = self.words(name)
            by_word = np.array(
                [known.get(word[:5] if name == "zip" else word, -1) for word in words.to_pylist()] + [-1],
                dtype=np.int64,
            )
            zone = np.where(by_word[codes] >= 0, by_word[codes], zone)
        return zone

    @cached_property
    def open(self) -> Bools:
        """Rows that may have a place."""
        return ~self.has("reason") & ~self.has("lon")

    @cached_property
    def blocks(self) -> Bools:
        """Rows that are blocks of a street."""
        return self.open & self.is_form("block") & self.has("street") & self.has("number") & self.has("number_high")

    @cached_property
    def numbered(self) -> Bools:
        """Rows that are numbers on a street."""
        return self.open & ~self.is_form("block") & self.has("street") & self.has("number")

    @cached_property
    def crossed(self) -> Bools:
        """Rows that name two streets."""
        return self.open & self.is_form(*_CROSSED) & self.has("street") & self.has("cross")

    @cached_property
    def named(self) -> Bools:
        """Rows that name a place."""
        return self.open & self.has("place")
