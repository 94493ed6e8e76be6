"""The pairs that can reach the floor at all, found before Splink compares them.

A pair's weight is a sum over comparisons. Each starts at the most it can be worth, which for a value that both records
share is known at once; then the comparisons are worked out one after the other, and a pair is dropped as soon as what is known
and the most that is still to come stay below the floor. Nothing that Splink would put above the floor is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pcanalytics.linkage.asking import Questions, Worth, within_reach
from pcanalytics.linkage.conditions import ASKS, Program, Tables, read_levels
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.weighing import kinds_of, log_frequency

__all__ = ["Screen", "make_screen"]

_SLACK = 1e-3


@dataclass(frozen=True)
class Screen:
    """A model made ready to look at many pairs of some records quickly.

    Parameters
    ----------
    questions : Questions
        The comparisons that are understood, the ones that tell most first.
    worth : Worth
        What their levels are worth.
    names : tuple of str
        Which comparisons they are.
    """

    questions: Questions
    worth: Worth
    names: tuple[str, ...]

    def keep(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Find the pairs that can reach the floor.

        Parameters
        ----------
        left, right : ndarray
            Record numbers.

        Returns
        -------
        ndarray
            Positions of the pairs to keep, in order.
        """
        return np.asarray(within_reach(self.questions, self.worth, left, right))


@dataclass(frozen=True)
class _Likeness:
    """A comparison: its program, what its levels are worth, best first, and the columns whose rarity counts."""

    name: str
    program: Program | None
    weight: list[float]
    column: list[str | None]


def make_screen(prepared: Prepared, model: LinkModel) -> Screen:
    """Make a model ready to look at many pairs of these records quickly.

    Parameters
    ----------
    prepared : Prepared
        The records.
    model : LinkModel
        Trained.

    Returns
    -------
    Screen
        Understands the conditions that `conditions.read_levels` does; another comparison rules nothing out.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> from pcanalytics.linkage.training import train
    >>> people = pd.DataFrame({"record_key": ["a", "b", "c"], "side": "left", "source": "police",
    ...                        "surname": ["Roe", "Roe", "Doe"], "birth_date": ["1990-05-06", "1990-05-06", "1971-01-02"]})
    >>> prepared = prepare(people)
    >>> make_screen(prepared, train(prepared)).names
    ('birth_date', 'surname')
    """
    kinds = kinds_of(model)
    tables = Tables(prepared.columns)
    found = [
        _likeness(comparison, np.log(m), np.log(u), tables)
        for comparison, m, u in zip(model.settings["comparisons"], kinds.m, kinds.u, strict=True)
    ]
    names = sorted({column for likeness in found for column in likeness.column if column is not None})
    common = np.zeros((len(prepared.table), len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        logs = log_frequency(prepared, name)
        common[:, place] = np.where(np.isfinite(logs), logs, 0.0)
    rarest = dict(zip(names, common.min(axis=0, initial=0.0).astype(float).tolist(), strict=True))
    base = float(np.log(kinds.prior) + max(0.0, np.log(kinds.together).max()))
    base += sum(max([0.0, *_ceilings(likeness, rarest)]) for likeness in found if likeness.program is None)
    floor = float(np.log(model.floor) - np.log1p(-model.floor)) - _SLACK
    asked = sorted(
        (likeness for likeness in found if likeness.program is not None),
        key=lambda likeness: (
            (min(likeness.weight) - max([0.0, *_ceilings(likeness, rarest)[1:]])) / _effort(likeness, tables)
        ),
    )
    worth = _worth(asked, names, common, tables, base, floor)
    return Screen(_questions(asked, tables), worth, tuple(likeness.name for likeness in asked))


def _likeness(comparison: dict[str, Any], m: np.ndarray, u: np.ndarray, tables: Tables) -> _Likeness:
    levels = comparison["comparison_levels"]
    scored = [level for level in levels if not level.get("is_null_level")]
    weight, column = [], []
    for place, level in enumerate(scored):
        number, name = len(scored) - 1 - place, level.get("tf_adjustment_column")
        value = float(m[number] - u[number])
        if name is not None:
            exact = f'"{name}_l" = "{name}_r"'
            same = number
            if not level.get("disable_tf_exact_match_detection"):
                same = next(len(scored) - 1 - i for i, one in enumerate(scored) if one["sql_condition"] == exact)
            value += float(u[same])
        weight.append(value)
        column.append(name)
    return _Likeness(comparison["output_column_name"], read_levels(levels, tables), weight, column)


def _ceilings(likeness: _Likeness, rarest: dict[str, float]) -> list[float]:
    """Give the most that each level can be worth, over all values."""
    pairs = zip(likeness.weight, likeness.column, strict=True)
    return [weight if column is None else weight - rarest[column] for weight, column in pairs]


def _effort(likeness: _Likeness, tables: Tables) -> float:
    """Guess how long a comparison takes: texts are compared letter by letter."""
    effort = 5.0
    if likeness.program is not None:
        for what, place in likeness.program.asks[:, :2].tolist():
            if ASKS[what] in ("alike", "edits_within"):
                texts = tables.columns.texts(tables.texts[place])
                effort += (len(texts.letters) / max(len(texts.begin) - 1, 1)) ** 2 / 50.0
    return effort


def _worth(
    asked: list[_Likeness], names: list[str], common: np.ndarray, tables: Tables, base: float, floor: float
) -> Worth:
    most = max((len(likeness.weight) for likeness in asked), default=1)
    weight = np.full((len(asked), most), -np.inf)
    column = np.full((len(asked), most), -1, dtype=np.int64)
    first = np.full(len(asked), -1, dtype=np.int64)
    for place, likeness in enumerate(asked):
        weight[place, : len(likeness.weight)] = likeness.weight
        column[place, : len(likeness.column)] = [-1 if name is None else names.index(name) for name in likeness.column]
        if likeness.program is not None:
            first[place] = _first(likeness.program)
    levels = np.array([len(likeness.weight) for likeness in asked], dtype=np.int64)
    return Worth(weight, column, common, levels, first, base, floor)


def _first(program: Program) -> int:
    """Find the column that the best level asks to be the same in both records, -1 when it asks another thing."""
    best = np.flatnonzero((program.asks[:, 5] == -2) & (program.asks[:, 0] == 0))
    if len(best) != 1 or (program.asks[:, 5] == -2).sum() + (program.asks[:, 6] == -2).sum() != 1:
        return -1
    _, one, one_right, other, other_right, _, _ = program.asks[best[0]].tolist()
    return one if one == other and one_right != other_right else -1


def _questions(asked: list[_Likeness], tables: Tables) -> Questions:
    programs = [likeness.program for likeness in asked if likeness.program is not None]
    entry, asks, than, before = [], [np.zeros((0, 7), dtype=np.int64)], [np.zeros(0)], 0
    for program in programs:
        moved = program.asks.copy()
        moved[:, 5:] += np.where(moved[:, 5:] >= 0, before, 0)
        before += len(moved)
        asks.append(moved)
        than.append(program.than)
        entry.append(before - 1)
    text_code = [tables.code_place(name) for name in tables.texts]
    texts = [tables.columns.texts(name) for name in tables.texts]
    letters, begin, text_base = _end_to_end([(text.letters, text.begin) for text in texts])
    entries, list_begin, list_base = _end_to_end([tables.columns.lists(name) for name in tables.lists])
    records = len(tables.columns)
    return Questions(
        np.array(entry, dtype=np.int64),
        np.concatenate(asks),
        np.concatenate(than),
        np.stack(tables.codes, axis=1) if tables.codes else np.zeros((records, 0), dtype=np.int32),
        np.stack(tables.numbers, axis=1) if tables.numbers else np.zeros((records, 0)),
        letters.astype(np.uint8),
        begin,
        text_base,
        np.array(text_code, dtype=np.int64),
        entries.astype(np.int32),
        list_begin,
        list_base,
    )


def _end_to_end(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay values one after the other, with where each entry begins, and where each part's entries begin."""
    values, begins, base, before, entries = [np.zeros(0, dtype=np.uint8)], [np.zeros(0, dtype=np.int64)], [], 0, 0
    for value, begin in parts:
        values.append(value)
        begins.append(begin + before)
        base.append(entries)
        before += len(value)
        entries += len(begin)
    return np.concatenate(values), np.concatenate(begins), np.array(base, dtype=np.int64)
