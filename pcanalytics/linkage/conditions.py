"""Splink's level conditions as small programs that run on numbers, for many millions of pairs.

Splink on DuckDB decides every level that is kept. This is for the quick look before it: which pairs cannot reach the floor
whatever Splink finds. A condition that is not understood here says so, and then nothing is ruled out by it.

A program is a list of questions. Each names the next question if the answer is yes and the next if it is no; a number below zero
ends the program: -1 says that nothing can be compared, -2 - k that the pair is at the level in place k, best first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pcanalytics.linkage.columns import Columns, NotUnderstood

__all__ = ["ASKS", "NOTHING", "Program", "Tables", "read_levels"]

#: What a question asks of its two columns, by number.
ASKS = (
    "same",
    "not_same",
    "missing",
    "alike",
    "edits_within",
    "places_apart_within",
    "numbers_within",
    "number_at_most",
    "shared",
    "smaller_is",
)
_NUMBER_OF = {name: number for number, name in enumerate(ASKS)}
NOTHING = -1


@dataclass
class Tables:
    """The columns that programs ask about: each is put in once and named by its place.

    Parameters
    ----------
    columns : Columns
        Of the prepared records.
    """

    columns: Columns
    codes: list[np.ndarray] = field(default_factory=list)
    numbers: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    _places: dict[tuple[str, ...], int] = field(default_factory=dict)

    def code_place(self, name: str, of: str | None = None) -> int:
        """Give the place of a column's numbers, or of its numbers as another column has them."""
        return self._place(("code", name, of or name), self.codes, lambda: self.columns.joint(name, of or name))

    def number_place(self, name: str) -> int:
        """Give the place of a column of numbers that are worth what they say."""
        return self._place(("number", name), self.numbers, lambda: self.columns.numbers(name))

    def text_place(self, name: str) -> int:
        """Give the place of a column's letters."""
        self.columns.texts(name)
        return self._place(("text", name), self.texts, lambda: name)

    def list_place(self, name: str) -> int:
        """Give the place of a column of lists."""
        self.columns.lists(name)
        return self._place(("list", name), self.lists, lambda: name)

    def part_place(self, name: str, start: int, end: int | None) -> int:
        """Give the place of a part of a text, numbered."""
        return self._place(("part", name, f"{start}:{end}"), self.codes, lambda: self._parts(name, start, end)[0])

    def part_number(self, name: str, start: int, end: int | None, value: str) -> int:
        """Give the number of one value of a part of a text; -3 when no record has it."""
        return self._parts(name, start, end)[1].get(value, -3)

    def length_place(self, name: str) -> int:
        """Give the place of a text's length, -1 where missing."""
        return self._place(("length", name), self.codes, lambda: self._lengths(name))

    def _place(self, key: tuple[str, ...], into: list[Any], make: Any) -> int:
        if key not in self._places:
            into.append(make())
            self._places[key] = len(into) - 1
        return self._places[key]

    def _parts(self, name: str, start: int, end: int | None) -> tuple[np.ndarray, dict[str, int]]:
        self._must_be_letters(name)
        parts = [value[start:end] for value in self.columns.distinct(name).to_pylist()]
        numbers = {part: place for place, part in enumerate(dict.fromkeys(parts))}
        return np.array([*map(numbers.__getitem__, parts), -1], dtype=np.int32)[self.columns.codes(name)], numbers

    def _lengths(self, name: str) -> np.ndarray:
        self._must_be_letters(name)
        sizes = [len(value) for value in self.columns.distinct(name).to_pylist()]
        return np.array([*sizes, -1], dtype=np.int32)[self.columns.codes(name)]

    def _must_be_letters(self, name: str) -> None:
        if not self.columns.is_text(name):
            raise NotUnderstood
        self.columns.texts(name)


@dataclass(frozen=True)
class Program:
    """Questions, one a row.

    Parameters
    ----------
    asks : ndarray
        Number in `ASKS`, place of the first column, 1 if it is the right record's, place of the second, 1 if it is the right
        record's, next question if yes, next if no.
    than : ndarray
        The number that the question compares with.
    """

    asks: np.ndarray
    than: np.ndarray


@dataclass
class _Writer:
    tables: Tables
    asks: list[list[int]] = field(default_factory=list)
    than: list[float] = field(default_factory=list)

    def ask(self, what: str, one: tuple[int, int], other: tuple[int, int], yes: int, no: int, than: float = 0.0) -> int:
        self.asks.append([_NUMBER_OF[what], *one, *other, yes, no])
        self.than.append(than)
        return len(self.asks) - 1


def read_levels(levels: list[dict[str, Any]], tables: Tables) -> Program | None:
    """Read the levels of a comparison as a program.

    Parameters
    ----------
    levels : list of dict
        Splink's levels, best first, with the one of missing values if there is one.
    tables : Tables
        Where columns are put that the program asks about.

    Returns
    -------
    Program or None
        It begins with its last question. None when some condition is not understood.

    Examples
    --------
    >>> import pyarrow as pa
    >>> tables = Tables(Columns(pa.table({"zip": ["1", "1", None]})))
    >>> len(read_levels([{"sql_condition": '"zip_l" = "zip_r"'}, {"sql_condition": "ELSE"}], tables).asks)
    1
    >>> read_levels([{"sql_condition": 'soundex("zip_l") = "zip_r"'}, {"sql_condition": "ELSE"}], tables) is None
    True
    """
    import sqlglot

    null = [level["sql_condition"] for level in levels if level.get("is_null_level")]
    scored = [level["sql_condition"] for level in levels if not level.get("is_null_level")]
    writer, following = _Writer(tables), -2 - (len(scored) - 1)
    try:
        for place in range(len(scored) - 2, -1, -1):
            following = _write(sqlglot.parse_one(scored[place], read="duckdb"), writer, -2 - place, following)
        for condition in null:
            following = _write(sqlglot.parse_one(condition, read="duckdb"), writer, NOTHING, following)
    except NotUnderstood:
        return None
    if following < 0 or scored[-1] != "ELSE":
        return None
    return Program(np.array(writer.asks, dtype=np.int64).reshape(-1, 7), np.array(writer.than))


def _write(node: Any, writer: _Writer, yes: int, no: int) -> int:
    """Write a condition, its last part first; give its first question. What is missing answers no."""
    from sqlglot import expressions as sql

    if isinstance(node, sql.Paren):
        return _write(node.this, writer, yes, no)
    if isinstance(node, sql.And):
        return _write(node.this, writer, _write(node.expression, writer, yes, no), no)
    if isinstance(node, sql.Or):
        return _write(node.this, writer, yes, _write(node.expression, writer, yes, no))
    if isinstance(node, sql.Case):
        return _write_case(node, writer, yes, no)
    if isinstance(node, sql.Is) and isinstance(node.expression, sql.Null):
        name, side = _side(node.this)
        return writer.ask("missing", (writer.tables.code_place(name), side), (0, 0), yes, no)
    if isinstance(node, sql.ArrayOverlaps):
        place = writer.tables.list_place(_likened(node.this, node.expression))
        return writer.ask("shared", (place, 0), (place, 1), yes, no)
    return _write_comparison(node, writer, yes, no)


def _write_case(node: Any, writer: _Writer, yes: int, no: int) -> int:
    """Write CASE WHEN one THEN other ELSE FALSE END, which is one AND other in that order."""
    from sqlglot import expressions as sql

    (only, *more), otherwise = node.args["ifs"], node.args.get("default")
    if more or node.this is not None or not isinstance(otherwise, sql.Boolean) or otherwise.this:
        raise NotUnderstood
    return _write(only.this, writer, _write(only.args["true"], writer, yes, no), no)


def _write_comparison(node: Any, writer: _Writer, yes: int, no: int) -> int:
    from sqlglot import expressions as sql

    one, other = node.args.get("this"), node.args.get("expression")
    if isinstance(node, sql.EQ | sql.NEQ):
        return _write_same(one, other, isinstance(node, sql.EQ), writer, yes, no)
    if isinstance(node, sql.GTE) and isinstance(one, sql.JarowinklerSimilarity):
        place = writer.tables.text_place(_likened(one.this, one.expression))
        return writer.ask("alike", (place, 0), (place, 1), yes, no, _number(other))
    if isinstance(node, sql.LTE | sql.GTE) and isinstance(one, sql.Abs) and isinstance(one.this, sql.Sub):
        place = writer.tables.number_place(_likened(one.this.this, one.this.expression))
        ends = (yes, no) if isinstance(node, sql.LTE) else (no, yes)
        return _write_span(place, ends, _number(other), isinstance(node, sql.LTE), writer, no)
    if isinstance(node, sql.LTE) and isinstance(one, sql.Anonymous) and len(one.expressions) == 2:
        asks = {"damerau_levenshtein": "edits_within", "hamming": "places_apart_within"}.get(one.name.lower())
        if asks is not None:
            place = writer.tables.text_place(_likened(*one.expressions))
            return writer.ask(asks, (place, 0), (place, 1), yes, no, _number(other))
    if isinstance(node, sql.LTE) and isinstance(one, sql.Column) and isinstance(other, sql.Column):
        (first, side), (second, second_side) = _side(one), _side(other)
        places = writer.tables.number_place(first), writer.tables.number_place(second)
        return writer.ask("number_at_most", (places[0], side), (places[1], second_side), yes, no)
    raise NotUnderstood


def _write_span(place: int, ends: tuple[int, int], than: float, within: bool, writer: _Writer, no: int) -> int:
    """Write that two numbers are at most so far apart, or at least; missing is no either way."""
    below = than if within else np.nextafter(than, -np.inf)
    asked = writer.ask("numbers_within", (place, 0), (place, 1), *ends, below)
    if within:
        return asked
    return writer.ask("numbers_within", (place, 0), (place, 1), asked, no, np.inf)


def _write_same(one: Any, other: Any, same: bool, writer: _Writer, yes: int, no: int) -> int:
    from sqlglot import expressions as sql

    tables, asks = writer.tables, "same" if same else "not_same"
    if isinstance(one, sql.Column) and isinstance(other, sql.Column):
        (first, side), (second, second_side) = _side(one), _side(other)
        if tables.columns.is_text(first) != tables.columns.is_text(second) or (
            first != second and not tables.columns.is_text(first)
        ):
            return _write_same_numbers(first, side, second, second_side, same, writer, yes, no)
        places = tables.code_place(first, second), tables.code_place(second)
        return writer.ask(asks, (places[0], side), (places[1], second_side), yes, no)
    if isinstance(one, sql.Least) and same and len(one.expressions) == 1:
        name = _likened(_inside(one.this, sql.Length), _inside(one.expressions[0], sql.Length))
        place = tables.length_place(name)
        return writer.ask("smaller_is", (place, 0), (place, 1), yes, no, _number(other))
    if isinstance(one, sql.Substring) and isinstance(other, sql.Substring):
        parts = _part(one), _part(other)
        if parts[0][0] == parts[1][0] and parts[0][2:] == parts[1][2:] and parts[0][1] != parts[1][1]:
            place = tables.part_place(parts[0][0], *parts[0][2:])
            return writer.ask(asks, (place, 0), (place, 1), yes, no)
    if isinstance(one, sql.Substring) and isinstance(other, sql.Literal) and other.is_string and same:
        name, side, start, end = _part(one)
        place = tables.part_place(name, start, end)
        value = tables.part_number(name, start, end, other.this)
        return writer.ask("smaller_is", (place, side), (place, side), yes, no, float(value))
    raise NotUnderstood


def _write_same_numbers(
    first: str, side: int, second: str, second_side: int, same: bool, writer: _Writer, yes: int, no: int
) -> int:
    if not same:
        raise NotUnderstood
    places = writer.tables.number_place(first), writer.tables.number_place(second)
    low = writer.ask("number_at_most", (places[1], second_side), (places[0], side), yes, no)
    return writer.ask("number_at_most", (places[0], side), (places[1], second_side), low, no)


def _side(node: Any) -> tuple[str, int]:
    """Read a column's name, and 0 for the left record or 1 for the right."""
    from sqlglot import expressions as sql

    if not isinstance(node, sql.Column) or node.name[-2:] not in ("_l", "_r"):
        raise NotUnderstood
    return node.name[:-2], int(node.name.endswith("_r"))


def _likened(one: Any, other: Any) -> str:
    """Read the one column that is likened between the two records."""
    (first, side), (second, second_side) = _side(one), _side(other)
    if first != second or side == second_side:
        raise NotUnderstood
    return first


def _inside(node: Any, kind: type) -> Any:
    if not isinstance(node, kind):
        raise NotUnderstood
    return node.this  # type: ignore[attr-defined]


def _number(node: Any) -> float:
    from sqlglot import expressions as sql

    if not isinstance(node, sql.Literal) or node.is_string:
        raise NotUnderstood
    return float(node.this)


def _part(node: Any) -> tuple[str, int, int, int | None]:
    """Read a part of a text: column, side, first place, last."""
    name, side = _side(node.this)
    start = int(_number(node.args["start"])) - 1
    size = node.args.get("length")
    return name, side, start, None if size is None else start + int(_number(size))
