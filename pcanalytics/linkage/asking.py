"""Programs of questions run on many millions of pairs, compiled: which level a pair is at, and whether it can reach the floor."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from pcanalytics.linkage.likeness import LONGEST, edits, jaro_winkler, one_edit

__all__ = ["Questions", "Worth", "levels_at", "within_reach"]

_CLOSE = 1e-9


class Questions(NamedTuple):
    """What programs ask, and what they ask about.

    Parameters
    ----------
    entry : ndarray
        First question of each comparison.
    asks, than : ndarray
        Questions of all comparisons, as `conditions.Program` has them.
    codes, numbers : ndarray
        Records by columns.
    letters, begin : ndarray
        Texts of all columns end to end, and where each begins.
    text_base, text_code : ndarray
        By place of a column of texts: where its texts begin in `begin`, and the place of its numbers in `codes`.
    entries, list_begin, list_base : ndarray
        The same for columns of lists, by record.
    """

    entry: np.ndarray
    asks: np.ndarray
    than: np.ndarray
    codes: np.ndarray
    numbers: np.ndarray
    letters: np.ndarray
    begin: np.ndarray
    text_base: np.ndarray
    text_code: np.ndarray
    entries: np.ndarray
    list_begin: np.ndarray
    list_base: np.ndarray


class Worth(NamedTuple):
    """What the levels of each comparison are worth, best first, in natural logarithms.

    Parameters
    ----------
    weight : ndarray
        Comparisons by levels.
    column : ndarray
        Where in `common` a level's value is looked up, -1 where rarity does not count.
    common : ndarray
        Records by columns: logarithm of the share of records with this value.
    levels : ndarray
        How many levels each comparison has.
    first : ndarray
        The column of `codes` that the best level compares, -1 where it is another question.
    base, floor : float
        What every pair begins with, and the least that is kept.
    """

    weight: np.ndarray
    column: np.ndarray
    common: np.ndarray
    levels: np.ndarray
    first: np.ndarray
    base: float
    floor: float


@numba.njit(nogil=True, inline="always")
def _run(
    at: int,
    left: int,
    right: int,
    asks: np.ndarray,
    than: np.ndarray,
    codes: np.ndarray,
    numbers: np.ndarray,
    letters: np.ndarray,
    begin: np.ndarray,
    text_base: np.ndarray,
    text_code: np.ndarray,
    entries: np.ndarray,
    list_begin: np.ndarray,
    list_base: np.ndarray,
    table: np.ndarray,
    last: np.ndarray,
    known: np.ndarray,
) -> tuple[int, bool]:
    """Run a program; give how it ends, and whether a question was too close to call.

    `known` keeps the likeness of each column's texts, -1 until it is worked out.
    """
    close = False
    while at >= 0:
        what, one, other = asks[at, 0], asks[at, 1], asks[at, 3]
        first = right if asks[at, 2] else left
        second = right if asks[at, 4] else left
        yes = False
        if what == 0:
            yes = codes[first, one] == codes[second, other] and codes[first, one] >= 0
        elif what == 1:
            yes = codes[first, one] != codes[second, other] and codes[first, one] != -1 and codes[second, other] != -1
        elif what == 2:
            yes = codes[first, one] == -1
        elif what <= 5:
            a, b = codes[left, text_code[one]], codes[right, text_code[one]]
            if a >= 0 and a == b:
                yes = True
            elif a >= 0 and b >= 0:
                a, b = a + text_base[one], b + text_base[one]
                a, a_end, b, b_end = begin[a], begin[a + 1], begin[b], begin[b + 1]
                most = int(than[at])
                if what == 3:
                    if known[one] < 0:
                        known[one] = jaro_winkler(letters[a:a_end], letters[b:b_end])
                    close = close or abs(known[one] - than[at]) < _CLOSE
                    yes = known[one] >= than[at]
                elif what == 4 and abs(a_end - a - b_end + b) <= most:
                    if most == 1:
                        yes = one_edit(letters[a:a_end], letters[b:b_end])
                    else:
                        yes = edits(letters[a:a_end], letters[b:b_end], table, last) <= most
                elif what == 5 and a_end - a == b_end - b:
                    apart = 0
                    for letter in range(a_end - a):
                        apart += letters[a + letter] != letters[b + letter]
                    yes = apart <= most
        elif what == 6:
            yes = abs(numbers[left, one] - numbers[right, one]) <= than[at]
        elif what == 7:
            yes = numbers[first, one] <= numbers[second, other]
        elif what == 8:
            a, b = list_base[one] + left, list_base[one] + right
            for i in range(list_begin[a], list_begin[a + 1]):
                for j in range(list_begin[b], list_begin[b + 1]):
                    yes = yes or entries[i] == entries[j]
        else:
            a, b = codes[first, one], codes[second, other]
            yes = (max(a, b) if min(a, b) == -1 else min(a, b)) == than[at]
        at = asks[at, 5] if yes else asks[at, 6]
    return at, close


@numba.njit(nogil=True, inline="always")
def _most(
    comparison: int,
    left: int,
    right: int,
    codes: np.ndarray,
    weight: np.ndarray,
    column: np.ndarray,
    common: np.ndarray,
    levels: np.ndarray,
    first: np.ndarray,
) -> float:
    """Give the most that a comparison can be worth, from a first look."""
    compared = first[comparison]
    same = compared >= 0 and codes[left, compared] >= 0 and codes[left, compared] == codes[right, compared]
    most = 0.0
    for level in range(1 if compared >= 0 and not same else 0, 1 if same else levels[comparison]):
        value, looked_up = weight[comparison, level], column[comparison, level]
        if looked_up >= 0:
            value -= max(common[left, looked_up], common[right, looked_up])
        most = max(most, value)
    return most


@numba.njit(cache=True, nogil=True)
def within_reach(q: Questions, w: Worth, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Find the pairs that can reach the floor.

    Parameters
    ----------
    q : Questions
        What is compared.
    w : Worth
        What it is worth.
    left, right : ndarray
        Record numbers.

    Returns
    -------
    ndarray
        Positions of the pairs to keep, in order.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> from pcanalytics.linkage.screening import make_screen
    >>> from pcanalytics.linkage.training import train
    >>> people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "police", "surname": ["Roe", "Roe"]})
    >>> prepared = prepare(people)
    >>> screen = make_screen(prepared, train(prepared))
    >>> within_reach(screen.questions, screen.worth, np.array([0]), np.array([1])).tolist()
    [0]
    """
    entry, asks, than, codes, numbers, letters, begin, text_base, text_code, entries, list_begin, list_base = q
    weight, column, common, levels, first, base, floor = w
    kept = np.empty(len(left), dtype=np.int64)
    count = 0
    table, last = np.empty((LONGEST + 2, LONGEST + 2), dtype=np.int64), np.zeros(256, dtype=np.int64)
    most, known = np.zeros(len(entry)), np.empty(len(text_code))
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        known[:] = -1.0
        total = base
        for comparison in range(len(entry)):
            most[comparison] = _most(comparison, one, other, codes, weight, column, common, levels, first)
            total += most[comparison]
        for comparison in range(len(entry)):
            if total < floor:
                break
            end, close = _run(
                entry[comparison], one, other, asks, than, codes, numbers, letters, begin, text_base, text_code,
                entries, list_begin, list_base, table, last, known,
            )  # fmt: skip
            if close:
                continue
            total -= most[comparison]
            if end != -1:
                total += weight[comparison, -2 - end]
                looked_up = column[comparison, -2 - end]
                if looked_up >= 0:
                    total -= max(common[one, looked_up], common[other, looked_up])
        if total >= floor:
            kept[count] = pair
            count += 1
    return kept[:count].copy()


@numba.njit(cache=True, nogil=True)
def levels_at(q: Questions, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Find the level of every comparison.

    Parameters
    ----------
    q : Questions
        What is compared.
    left, right : ndarray
        Record numbers.

    Returns
    -------
    ndarray
        Pairs by comparisons: the place of the level, best first; -1 where nothing can be compared.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> from pcanalytics.linkage.screening import make_screen
    >>> from pcanalytics.linkage.training import train
    >>> people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "police", "surname": ["Roe", "Roe"]})
    >>> prepared = prepare(people)
    >>> screen = make_screen(prepared, train(prepared))
    >>> levels_at(screen.questions, np.array([0]), np.array([1])).tolist()
    [[0]]
    """
    entry, asks, than, codes, numbers, letters, begin, text_base, text_code, entries, list_begin, list_base = q
    found = np.empty((len(left), len(entry)), dtype=np.int8)
    table, last = np.empty((LONGEST + 2, LONGEST + 2), dtype=np.int64), np.zeros(256, dtype=np.int64)
    known = np.empty(len(text_code))
    for pair in range(len(left)):
        known[:] = -1.0
        for comparison in range(len(entry)):
            end, _ = _run(
                entry[comparison], left[pair], right[pair], asks, than, codes, numbers, letters, begin, text_base,
                text_code, entries, list_begin, list_base, table, last, known,
            )  # fmt: skip
            found[pair, comparison] = -1 if end == -1 else -2 - end
    return found
