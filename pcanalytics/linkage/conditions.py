"""Splink's level conditions worked out on numbers that stand for values, many pairs at once.

Splink on DuckDB decides every level that is kept. This is the quick look before it: which of many millions of pairs cannot
reach the floor whatever Splink finds. A condition that is not understood here says so, and then nothing is ruled out by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pcanalytics.linkage.columns import Columns, NotUnderstood
from pcanalytics.linkage.likeness import any_shared, edits_within, jaro_winkler, places_apart

__all__ = ["Condition", "read_condition"]

_CLOSE = 1e-9

#: From the columns and the two records of each pair to (is so, too close to call), as arrays of bool.
Answer = tuple[np.ndarray, np.ndarray]
Condition = Callable[[np.ndarray, np.ndarray], Answer]


def read_condition(sql: str, columns: Columns) -> Condition | None:
    """Read the condition of a level.

    Parameters
    ----------
    sql : str
        On columns that end in _l and _r, without "ELSE".
    columns : Columns
        Of the records.

    Returns
    -------
    callable or None
        From the left and right record numbers of pairs to whether it holds (missing is no), and whether it is too close to call;
        None when the condition is not understood.

    Examples
    --------
    >>> import pyarrow as pa
    >>> columns = Columns(pa.table({"zip": ["1", "1", None]}))
    >>> read_condition('"zip_l" = "zip_r"', columns)(np.array([0, 0]), np.array([1, 2]))[0].tolist()
    [True, False]
    >>> read_condition('soundex("zip_l") = "zip_r"', columns) is None
    True
    """
    import sqlglot

    try:
        return _read(sqlglot.parse_one(sql, read="duckdb"), columns)
    except NotUnderstood:
        return None


def _read(node: Any, columns: Columns) -> Condition:
    from sqlglot import expressions as sql

    if isinstance(node, sql.Paren):
        return _read(node.this, columns)
    if isinstance(node, sql.Or | sql.And):
        return _both(_read(node.this, columns), _read(node.expression, columns), isinstance(node, sql.And))
    if isinstance(node, sql.Case):
        return _where(node, columns)
    if isinstance(node, sql.Is) and isinstance(node.expression, sql.Null):
        return _missing(node.this, columns)
    if isinstance(node, sql.ArrayOverlaps):
        return _shared(node, columns)
    if isinstance(node, sql.EQ | sql.NEQ | sql.GTE | sql.LTE):
        return _compared(node, columns)
    raise NotUnderstood


def _sure(holds: np.ndarray) -> Answer:
    return holds, np.zeros(len(holds), dtype=bool)


def _both(one: Condition, other: Condition, both: bool) -> Condition:
    """Join two conditions; the second is worked out only where the first leaves it open."""

    def joined(left: np.ndarray, right: np.ndarray) -> Answer:
        holds, close = one(left, right)
        holds, close = holds.copy(), close.copy()
        open_ = np.flatnonzero((holds if both else ~holds) | close)
        second, near = other(left[open_], right[open_])
        holds[open_] = holds[open_] & second if both else holds[open_] | second
        close[open_] |= near
        return holds, close

    return joined


def _where(node: Any, columns: Columns) -> Condition:
    """Read CASE WHEN one THEN other ELSE FALSE END, which is one AND other in that order."""
    from sqlglot import expressions as sql

    (only, *more), otherwise = node.args["ifs"], node.args.get("default")
    if more or node.this is not None or not isinstance(otherwise, sql.Boolean) or otherwise.this:
        raise NotUnderstood
    return _both(_read(only.this, columns), _read(only.args["true"], columns), True)


def _side(node: Any) -> tuple[str, bool]:
    """Read a column's name, and whether it is the left record's."""
    from sqlglot import expressions as sql

    if not isinstance(node, sql.Column) or node.name[-2:] not in ("_l", "_r"):
        raise NotUnderstood
    return node.name[:-2], node.name.endswith("_l")


def _missing(node: Any, columns: Columns) -> Condition:
    name, is_left = _side(node)
    codes = columns.codes(name) if columns.is_text(name) else columns.numbers(name)
    gone = np.isnan(codes) if codes.dtype.kind == "f" else codes < 0
    return lambda left, right: _sure(gone[left if is_left else right])


def _shared(node: Any, columns: Columns) -> Condition:
    (one, is_left), (other, other_left) = _side(node.this), _side(node.expression)
    if one != other or is_left == other_left:
        raise NotUnderstood
    values, begin = columns.lists(one)
    return lambda left, right: _sure(any_shared(values, begin, left, right))


def _compared(node: Any, columns: Columns) -> Condition:
    from sqlglot import expressions as sql

    one, other = node.this, node.expression
    if isinstance(one, sql.JarowinklerSimilarity) and isinstance(node, sql.GTE):
        return _alike(one, float(other.this), columns)
    if isinstance(one, sql.Anonymous) and one.name.lower() == "damerau_levenshtein" and isinstance(node, sql.LTE):
        return _edited(one, int(other.this), columns)
    if isinstance(one, sql.Anonymous) and one.name.lower() == "hamming" and isinstance(node, sql.LTE):
        return _few_apart(one, int(other.this), columns)
    if isinstance(one, sql.Column) and isinstance(other, sql.Column) and columns.is_text(_side(one)[0]):
        return _equal(one, other, columns, isinstance(node, sql.EQ), isinstance(node, sql.NEQ))
    first, second = _reckoned(one, columns), _reckoned(other, columns)
    compare = {sql.EQ: np.equal, sql.NEQ: np.not_equal, sql.GTE: np.greater_equal, sql.LTE: np.less_equal}[type(node)]
    negative = isinstance(node, sql.NEQ)

    def answer(left: np.ndarray, right: np.ndarray) -> Answer:
        a, b = first(left, right), second(left, right)
        holds = compare(a, b)
        return _sure(holds & ~_nothing(a) & ~_nothing(b) if negative else np.asarray(holds))

    return answer


def _nothing(values: Any) -> Any:
    return np.isnan(values) if np.asarray(values).dtype.kind == "f" else np.asarray(values) == ""


def _equal(one: Any, other: Any, columns: Columns, is_equal: bool, is_unequal: bool) -> Condition:
    (first, is_left), (second, second_left) = _side(one), _side(other)
    if not columns.is_text(second) or not (is_equal or is_unequal):
        raise NotUnderstood
    a, b = columns.joint(first, second), columns.codes(second)

    def answer(left: np.ndarray, right: np.ndarray) -> Answer:
        ones, others = a[left if is_left else right], b[left if second_left else right]
        if is_equal:
            return _sure((ones == others) & (ones != -1))
        return _sure((ones != others) & (ones != -1) & (others != -1))

    return answer


def _two(node: Any) -> str:
    """Read the one column that a function likens between the two records."""
    first, second = (node.this, node.expression) if node.args.get("expression") else node.expressions
    (one, is_left), (other, other_left) = _side(first), _side(second)
    if one != other or is_left == other_left:
        raise NotUnderstood
    return one


def _alike(node: Any, least: float, columns: Columns) -> Condition:
    name = _two(node)
    texts, codes = columns.texts(name), columns.codes(name)

    def answer(left: np.ndarray, right: np.ndarray) -> Answer:
        likeness = jaro_winkler(texts.letters, texts.begin, codes[left], codes[right])
        return likeness >= least, np.abs(likeness - least) < _CLOSE

    return answer


def _edited(node: Any, most: int, columns: Columns) -> Condition:
    name = _two(node)
    texts, codes = columns.texts(name), columns.codes(name)
    return lambda left, right: _sure(edits_within(texts.letters, texts.begin, codes[left], codes[right], most))


def _few_apart(node: Any, most: int, columns: Columns) -> Condition:
    name = _two(node)
    texts, codes = columns.texts(name), columns.codes(name)

    def answer(left: np.ndarray, right: np.ndarray) -> Answer:
        apart = places_apart(texts.letters, texts.begin, codes[left], codes[right])
        return _sure((apart >= 0) & (apart <= most))

    return answer


def _reckoned(node: Any, columns: Columns) -> Callable[[np.ndarray, np.ndarray], Any]:
    """Read something that has a value for each pair: a number (NaN where missing), or a short text ("" where missing)."""
    from sqlglot import expressions as sql

    if isinstance(node, sql.Literal):
        value = node.this if node.is_string else float(node.this)
        return lambda left, right: value
    if isinstance(node, sql.Abs) and isinstance(node.this, sql.Sub):
        one, other = _reckoned(node.this.this, columns), _reckoned(node.this.expression, columns)
        return lambda left, right: np.abs(one(left, right) - other(left, right))
    if isinstance(node, sql.Least) and len(node.expressions) == 1:
        one, other = _reckoned(node.this, columns), _reckoned(node.expressions[0], columns)
        return lambda left, right: np.fmin(one(left, right), other(left, right))
    if isinstance(node, sql.Length | sql.Substring):
        return _of_distinct(node, columns)
    name, is_left = _side(node)
    numbers = columns.numbers(name)
    return lambda left, right: numbers[left if is_left else right]


def _of_distinct(node: Any, columns: Columns) -> Callable[[np.ndarray, np.ndarray], Any]:
    """Read a length or a part of a text: worked out once a distinct value."""
    from sqlglot import expressions as sql

    name, is_left = _side(node.this)
    if not columns.is_text(name):
        raise NotUnderstood
    columns.texts(name)
    values = columns.distinct(name).to_pylist()
    if isinstance(node, sql.Length):
        made = np.array([*(float(len(value)) for value in values), np.nan])
    else:
        start = int(node.args["start"].this) - 1
        size = node.args.get("length")
        end = None if size is None else start + int(size.this)
        made = np.array([*(value[start:end] for value in values), ""])
    codes = columns.codes(name)
    return lambda left, right: made[codes[left if is_left else right]]
