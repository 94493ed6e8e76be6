"""Aliases that end in a star speak of every place that begins with their words."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["find_beginnings"]

_AT_ONCE = 300  # beginnings in one pattern; RE2 refuses patterns without bound


def find_beginnings(cleaned: pa.Array, written: pa.Array) -> npt.NDArray[np.int64]:
    """Find the alias with a star whose words each place begins with.

    Parameters
    ----------
    cleaned : pyarrow.Array of str
        Places as written, cleaned; missing ones have no alias.
    written : pyarrow.Array of str
        The aliases' own text, cleaned. ``PIER 39 *`` speaks of ``PIER 39`` and ``PIER 39 SPACE K-1``, and not of
        ``PIER 390``. Those without a star, and a star alone, are passed over.

    Returns
    -------
    ndarray of int64
        Position in ``written``, of the longest beginning where several fit; -1 where none does.

    Examples
    --------
    >>> aliases = pa.array(["PIER 39 *", "THE MALL"])
    >>> find_beginnings(pa.array(["PIER 39, SPACE K-1", "PIER 390", "THE MALL"]), aliases).tolist()
    [0, -1, -1]
    """
    starts = {start: n for n, one in enumerate(written.to_pylist()) if (start := _beginning(one))}
    found = np.full(len(cleaned), -1, np.int64)
    maybe = np.zeros(len(cleaned), bool)
    names = sorted(starts)
    for first in range(0, len(names), _AT_ONCE):
        pattern = "^(?:" + "|".join(re.escape(name) for name in names[first : first + _AT_ONCE]) + r")(?:[^0-9A-Z]|$)"
        maybe |= pc.fill_null(pc.match_substring_regex(cleaned, pattern), False).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(maybe).tolist():
        found[row] = _longest(cleaned[row].as_py(), starts)
    return found


def _beginning(alias: str | None) -> str:
    """Give the words before the star of an alias that has one; nothing for the others and for a star alone."""
    return alias[:-1].rstrip() if alias and alias.endswith("*") else ""


def _longest(text: str, starts: dict[str, int]) -> int:
    """Give the alias of the longest beginning that ends where a word does."""
    for end in range(len(text), 0, -1):
        whole_word = end == len(text) or not text[end].isalnum()
        if whole_word and text[:end] in starts:
            return starts[text[:end]]
    return -1
