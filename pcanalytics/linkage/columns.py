"""The columns of prepared records as whole numbers that stand for the values."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.linkage.likeness import Texts, encode_texts

__all__ = ["Columns", "NotUnderstood"]


class NotUnderstood(Exception):
    """A column is not of a kind that is worked out here."""


class Columns:
    """The columns of prepared records as numbers, each made when it is first asked for.

    Parameters
    ----------
    table : pa.Table
        Prepared records.
    """

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._codes: dict[str, np.ndarray] = {}
        self._distinct: dict[str, pa.Array] = {}
        self._texts: dict[str, Texts | None] = {}
        self._joint: dict[tuple[str, str], np.ndarray] = {}
        self._numbers: dict[str, np.ndarray] = {}
        self._lists: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def __len__(self) -> int:
        """Count the records."""
        return len(self._table)

    def is_text(self, name: str) -> bool:
        """Say whether a column is text."""
        kind = self._table[name].type
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))

    def codes(self, name: str) -> np.ndarray:
        """Give the number of each record's value, -1 where it is missing."""
        if name not in self._codes:
            encoded = self._table[name].combine_chunks().dictionary_encode()
            codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            self._codes[name], self._distinct[name] = codes.astype(np.int32, copy=False), encoded.dictionary
        return self._codes[name]

    def distinct(self, name: str) -> pa.Array:
        """List the distinct values, in the order of their numbers."""
        self.codes(name)
        return self._distinct[name]

    def texts(self, name: str) -> Texts:
        """Lay out a column's distinct texts."""
        if name not in self._texts:
            self._texts[name] = encode_texts(self.distinct(name))
        found = self._texts[name]
        if found is None:
            raise NotUnderstood
        return found

    def joint(self, one: str, other: str) -> np.ndarray:
        """Give one column the numbers of another: -2 where that has no such value, -1 where missing."""
        if one == other:
            return self.codes(other)
        if (one, other) not in self._joint:
            position = pc.index_in(self.distinct(one), self.distinct(other)).fill_null(-2)
            lookup = np.append(position.to_numpy(zero_copy_only=False), -1).astype(np.int32)
            self._joint[one, other] = lookup[self.codes(one)]
        return self._joint[one, other]

    def numbers(self, name: str) -> np.ndarray:
        """Give a column of numbers, NaN where missing."""
        column = self._table[name]
        if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
            raise NotUnderstood
        if name not in self._numbers:
            self._numbers[name] = column.cast(pa.float64()).fill_null(np.nan).to_numpy()
        return self._numbers[name]

    def lists(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Give lists as numbers, and where each record's begins."""
        if name not in self._lists:
            column = self._table[name].combine_chunks()
            if not pa.types.is_list(column.type):
                raise NotUnderstood
            values = column.flatten().dictionary_encode().indices.to_numpy(zero_copy_only=False)
            sizes = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)
            self._lists[name] = values.astype(np.int32), np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        return self._lists[name]
