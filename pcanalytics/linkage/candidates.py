"""The pairs that blocking rules bring together, each once, in order.

Records of one rule's block are found by whole numbers that stand for the values, so millions of records take seconds, and
any range of records can be asked for alone: parts put together are the whole, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numba
import numpy as np

from pcanalytics.linkage.columns import Columns

__all__ = ["RuleIndex", "affordable_rules", "candidate_pairs", "index_rules", "pairs_found", "ranges_of"]

Rule = tuple[str, ...]
# A rule brings at most so many pairs, or so many a record; all rules together at most so many.
_ONE_RULE, _ONE_RULE_PER_RECORD = 6_000_000, 2.5
_ALL_RULES, _ALL_RULES_PER_RECORD = 40_000_000, 20.0
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True)
class RuleIndex:
    """Blocks of records under each rule, ready to give their pairs.

    Parameters
    ----------
    order : ndarray
        One row a view: records by block, in order within it.
    low, high : ndarray
        One row a view: where in its row of `order` the later records of each record's block begin and end.
    """

    order: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def records(self) -> int:
        """Count the records."""
        return int(self.low.shape[1])


def index_rules(columns: Columns, rules: Iterable[Rule]) -> RuleIndex:
    """Sort records into the blocks of each rule.

    Parameters
    ----------
    columns : Columns
        Of the prepared records.
    rules : iterable of tuple of str
        Each rule's terms: a column that must agree, or ``one=other`` where one record's column must agree with another
        column of the other record.

    Returns
    -------
    RuleIndex
        A record with a missing value in a rule is in none of its blocks: null never equals null.

    Raises
    ------
    KeyError
        When a rule names a column that the table does not have.

    Examples
    --------
    >>> import pyarrow as pa
    >>> index = index_rules(Columns(pa.table({"zip": ["1", "2", "1", None, None]})), [("zip",)])
    >>> [part.tolist() for part in candidate_pairs(index)]
    [[0], [2]]
    """
    rules = tuple(rules)
    views = sum(1 if _is_even(rule) else 2 for rule in rules)
    index = RuleIndex(*(np.zeros((views, len(columns)), dtype=np.int32) for _ in range(3)))
    place = 0
    for rule in rules:
        for asks, holds, blocks in _views(columns, rule):
            index.order[place], start = _sorted_blocks(holds, blocks)
            _fill_ends(asks, index.order[place], start, index.low[place], index.high[place])
            place += 1
    return index


def _ends(rule: Rule) -> list[tuple[str, str]]:
    return [(term.split("=")[0], term.split("=")[-1]) for term in rule]


def _is_even(rule: Rule) -> bool:
    """Say whether a rule asks the same of both records."""
    return all(one == other for one, other in _ends(rule))


def _views(columns: Columns, rule: Rule) -> list[tuple[np.ndarray, np.ndarray, int]]:
    """Count through the blocks of one rule; a rule of unlike columns is looked at from both sides."""
    terms = _ends(rule)
    if _is_even(rule):
        block, blocks = _numbered([columns.codes(one) for one, _ in terms])
        return [(block, block, blocks)]
    block, blocks = _numbered(
        [np.concatenate([np.maximum(columns.joint(one, other), -1), columns.codes(other)]) for one, other in terms]
    )
    one, other = np.split(block, 2)
    return [(one, other, blocks), (other, one, blocks)]


def _numbered(columns: list[np.ndarray]) -> tuple[np.ndarray, int]:
    """Count through the distinct rows of some columns of numbers, -1 where any is missing."""
    block, blocks = columns[0], int(columns[0].max(initial=-1)) + 1
    for column in columns[1:]:
        block, blocks = _joined(block, blocks, column, int(column.max(initial=-1)) + 1)
    return block, blocks


@numba.njit(cache=True, nogil=True)
def _joined(one: np.ndarray, ones: int, other: np.ndarray, others: int) -> tuple[np.ndarray, int]:
    """Count through the distinct pairs of two numbers by sorting on one, then marking the other's values seen in its block."""
    order, start = _sorted_blocks(one, ones)
    number, last = np.full(others, -1, dtype=np.int32), np.full(others, -1, dtype=np.int32)
    joint = np.full(len(one), -1, dtype=np.int32)
    count = 0
    for block in range(ones):
        for place in range(start[block], start[block + 1]):
            record = order[place]
            value = other[record]
            if value < 0:
                continue
            if last[value] != block:
                last[value], number[value] = block, count
                count += 1
            joint[record] = number[value]
    return joint, count


@numba.njit(cache=True, nogil=True)
def _sorted_blocks(holds: np.ndarray, blocks: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort records by block (counting sort, so in order within a block)."""
    start = np.zeros(blocks + 2, dtype=np.int64)
    for code in holds:
        start[code + 2] += 1
    for block in range(1, blocks + 2):
        start[block] += start[block - 1]
    place = start.copy()
    order = np.empty(len(holds), dtype=np.int32)
    for record in range(len(holds)):
        code = holds[record] + 1
        order[place[code]] = record
        place[code] += 1
    return order, start[1:].copy()


@numba.njit(cache=True, nogil=True)
def _fill_ends(asks: np.ndarray, order: np.ndarray, start: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Find, for each record, the later records in the block that it looks into."""
    for record in range(len(asks)):
        code = asks[record]
        if code < 0:
            continue
        first, last = start[code], start[code + 1]
        high[record] = last
        while first < last:
            middle = (first + last) // 2
            if order[middle] <= record:
                first = middle + 1
            else:
                last = middle
        low[record] = first


@numba.njit(cache=True, nogil=True)
def _mixed(left: np.uint64, right: np.uint64, seed: np.uint64) -> np.uint64:
    """Mix a pair into 64 bits (the finalizer of SplitMix64)."""
    value = (left << np.uint64(32)) ^ right ^ (seed * np.uint64(0x9E3779B97F4A7C15))
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _gathered(
    order: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    first: int,
    last: int,
    room: int,
    touching: np.ndarray,
    below: np.uint64,
    seed: np.uint64,
) -> tuple[np.ndarray, np.ndarray]:
    left, right = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    filled = 0
    for record in range(first, last):
        begin = filled
        for view in range(order.shape[0]):
            for place in range(low[view, record], high[view, record]):
                right[filled] = order[view, place]
                filled += 1
        _sort(right, begin, filled)
        end, filled, before = filled, begin, -1
        for place in range(begin, end):
            other = right[place]
            if other == before:
                continue
            before = other
            if len(touching) > 0 and not (touching[record] or touching[other]):
                continue
            if _mixed(np.uint64(record), np.uint64(other), seed) > below:
                continue
            left[filled], right[filled] = record, other
            filled += 1
    return left[:filled].copy(), right[:filled].copy()


@numba.njit(cache=True, nogil=True)
def _sort(values: np.ndarray, begin: int, end: int) -> None:
    """Sort a part of an array in place; mostly a handful of values."""
    if end - begin > 40:
        values[begin:end].sort()
        return
    for place in range(begin + 1, end):
        value, back = values[place], place
        while back > begin and values[back - 1] > value:
            values[back] = values[back - 1]
            back -= 1
        values[back] = value


def candidate_pairs(
    index: RuleIndex,
    *,
    first: int = 0,
    last: int | None = None,
    touching: np.ndarray | None = None,
    share: float = 1.0,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Give every pair that some rule brings together, once.

    Parameters
    ----------
    index : RuleIndex
        From `index_rules`.
    first, last : int
        Only pairs whose smaller record number is in this half-open range; all without them.
    touching : ndarray of bool, optional
        Only pairs with one of these records.
    share : float
        About what share of the pairs to keep, chosen by a hash of the pair and `seed`; the same pairs every time.
    seed : int
        Another choice.

    Returns
    -------
    tuple of ndarray
        Smaller and larger record numbers, int32, in order.

    Examples
    --------
    >>> import pyarrow as pa
    >>> index = index_rules(Columns(pa.table({"a": ["x", "x", "y"], "b": ["q", "q", "q"]})), [("a",), ("b",)])
    >>> [part.tolist() for part in candidate_pairs(index, first=0, last=1)]
    [[0, 0], [1, 2]]
    """
    last = index.records if last is None else last
    mask = np.zeros(0, dtype=bool) if touching is None else np.asarray(touching, dtype=bool)
    below = _ALL if share >= 1 else np.uint64(share * 2.0**64)
    room = int(_room(index, first, last).sum())
    return _gathered(index.order, index.low, index.high, first, last, room, mask, below, np.uint64(seed))


def _room(index: RuleIndex, first: int, last: int) -> np.ndarray:
    """Count, for each record of a range, the later records in its blocks, those found twice counted twice."""
    room = np.zeros(last - first, dtype=np.int64)
    for low, high in zip(index.low, index.high, strict=True):
        room += high[first:last] - low[first:last]
    return room


def pairs_found(index: RuleIndex) -> int:
    """Count pairs, one for each rule that brings it.

    Parameters
    ----------
    index : RuleIndex
        From `index_rules`.

    Returns
    -------
    int
        Not less than `candidate_pairs` gives.

    Examples
    --------
    >>> import pyarrow as pa
    >>> pairs_found(index_rules(Columns(pa.table({"a": ["x", "x"], "b": ["q", "q"]})), [("a",), ("b",)]))
    2
    """
    return int(_room(index, 0, index.records).sum())


def ranges_of(index: RuleIndex, *, most: int, chunks: int = 1) -> Iterator[tuple[int, int]]:
    """Cut the records into ranges of about equally many pairs.

    Parameters
    ----------
    index : RuleIndex
        From `index_rules`.
    most : int
        About the most pairs, those found by several rules counted again, that a range should have.
    chunks : int
        At least so many ranges, where there are as many records with pairs.

    Yields
    ------
    tuple of int
        First and last, half-open.

    Examples
    --------
    >>> import pyarrow as pa
    >>> list(ranges_of(index_rules(Columns(pa.table({"a": ["x"] * 4})), [("a",)]), most=3))
    [(0, 1), (1, 4)]
    """
    total = np.cumsum(_room(index, 0, index.records))
    if len(total) == 0 or total[-1] == 0:
        return
    parts = max(chunks, int(np.ceil(total[-1] / most)))
    ends = np.searchsorted(total, total[-1] * np.arange(1, parts + 1) / parts, side="left") + 1
    edges = np.unique(np.concatenate([[0], np.minimum(ends, len(total))]))
    edges[-1] = len(total)
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)


def affordable_rules(columns: Columns, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Choose the rules that do not bring too many pairs together in these records.

    A rule over names alone is cheap in thousands of records; in millions it brings hundreds of millions of pairs together,
    nearly all of them strangers. A rule is kept when it brings no more than six million pairs, or 2.5 a record, and those
    kept before it leave room: forty million in all, or twenty a record, counting a pair once for each rule.

    Parameters
    ----------
    columns : Columns
        Of the prepared records.
    rules : iterable of tuple of str
        As `index_rules` takes them, the most useful first.

    Returns
    -------
    tuple of tuple of str
        The rules kept, in their order. A model holds them, so that later records do not change which pairs are compared.

    Examples
    --------
    >>> import pyarrow as pa
    >>> affordable_rules(Columns(pa.table({"zip": ["1", "1"]})), [("zip",)])
    (('zip',),)
    """
    one_rule = max(_ONE_RULE, _ONE_RULE_PER_RECORD * len(columns))
    all_rules = max(_ALL_RULES, _ALL_RULES_PER_RECORD * len(columns))
    kept, total = [], 0.0
    for rule in rules:
        pairs = _pairs_of(*_views(columns, rule)[0])
        if pairs <= one_rule and total + pairs <= all_rules:
            kept.append(rule)
            total += pairs
    return tuple(kept)


def _pairs_of(asks: np.ndarray, holds: np.ndarray, blocks: int) -> float:
    one, other = (np.bincount(codes[codes >= 0], minlength=blocks).astype(float) for codes in (asks, holds))
    return float((one * (other - 1)).sum() / 2 if asks is holds else (one * other).sum())
