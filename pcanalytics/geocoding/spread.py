"""One value of every row, kept as the distinct values and which of them each row has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Spread"]

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Truths = npt.NDArray[np.bool_]


class Spread:
    """A column that is filled part by part; whatever is asked of it is asked of each distinct value once.

    Parameters
    ----------
    rows : int
        How many rows it has. At first none has a value.
    """

    def __init__(self, rows: int) -> None:
        self.values: list[Any] = []
        self.codes: Codes = np.full(rows, -1, np.int32)

    def put(self, rows: Integers, values: Sequence[Any], which: Codes) -> None:
        """Give some rows the values at the positions ``which``."""
        self.codes[rows] = which + len(self.values)
        self.values.extend(values)

    def set(self, rows: Truths | Integers, value: object) -> None:
        """Give some rows one value."""
        self.codes[rows] = len(self.values)
        self.values.append(value)

    def clear(self, rows: Truths | Integers) -> None:
        """Take the value from some rows."""
        self.codes[rows] = -1

    def copy(self, rows: Truths, to: Spread, change: Callable[[Any], Any] = lambda value: value) -> None:
        """Give the values of some rows, changed, to a column."""
        codes, which = np.unique(self.codes[rows], return_inverse=True)
        to.put(np.flatnonzero(rows), [change(self.values[code]) for code in codes.tolist()], which.astype(np.int32))

    def move(self, rows: Truths, to: Spread, change: Callable[[Any], Any] = lambda value: value) -> None:
        """Give the values of some rows, changed, to another column, and take them from this one."""
        self.copy(rows, to, change)
        self.clear(rows)

    @property
    def there(self) -> Truths:
        """Where a row has a value."""
        return self.codes >= 0

    def is_in(self, wanted: Collection[str]) -> Truths:
        """Where a row has one of the values wanted."""
        return np.array([*(value in wanted for value in self.values), False])[self.codes]

    def holds(self, test: Callable[[Any], bool], rows: Truths) -> Truths:
        """Where, of some rows, the value passes a test."""
        passes = np.zeros(len(self.values) + 1, bool)
        for code in np.unique(self.codes[rows & self.there]).tolist():
            passes[code] = test(self.values[code])
        return passes[self.codes] & rows

    def whole_numbers(self, name: str) -> Integers:
        """Give an attribute of the values; -1 where there is none."""
        found = (getattr(value, name) for value in self.values)
        return np.array([*(-1 if number is None else number for number in found), -1], np.int64)[self.codes]

    def numbers(self) -> pa.Array:
        """Give the column as numbers."""
        return pc.take(pa.array(self.values, pa.float64()), pa.array(self.codes, mask=self.codes < 0))

    def texts(self, of: Callable[[Any], str] | None = None) -> pa.DictionaryArray:
        """Give the column as text; an empty one is missing."""
        given = self.values if of is None else [of(value) for value in self.values]
        distinct = dict.fromkeys(filter(None, given))
        place = {value: at for at, value in enumerate(distinct)}
        codes = np.array([*(place.get(value, -1) for value in given), -1], np.int32)[self.codes]
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(distinct), pa.string()))
