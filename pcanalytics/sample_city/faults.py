"""Faults planted on purpose, each written down, so that a load can be checked row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pcanalytics.sample_city.chance import Stream


@dataclass
class Ledger:
    """What was planted: file, declared table, key of the row, the fault, what a load should do with it."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def note(self, file: str, table: str, keys: Iterable[str], fault: str, expected: str) -> None:
        """Write down rows with one fault."""
        self.rows += [(file, table, str(key), fault, expected) for key in keys]


def choose(rng: Stream, size: int, number: int, avoid: set[int]) -> np.ndarray:
    """Choose `number` rows not yet used for another fault; they are added to `avoid`.

    Parameters
    ----------
    rng : numpy.random.Generator
        The stream.
    size : int
        How many rows there are.
    number : int
        How many to choose; fewer when there are not enough.
    avoid : set of int
        Rows that have a fault already; changed in place.

    Returns
    -------
    numpy.ndarray
        Positions in order.
    """
    order = np.argsort(rng.random(size), kind="stable")
    chosen = [int(spot) for spot in order[: number * 2 + len(avoid)] if int(spot) not in avoid][:number]
    avoid.update(chosen)
    return np.array(sorted(chosen), dtype=np.int64)
