"""The pairs that can reach the floor at all, found before Splink compares them.

A pair's weight is a sum over comparisons. Each starts at the most it can be worth, which for a value that both records
share is known at once; then the comparisons are worked out one after the other, and a pair is dropped as soon as what is known
and the most that is still to come stay below the floor. Nothing that Splink would put above the floor is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pcanalytics.linkage.columns import Columns
from pcanalytics.linkage.conditions import Condition, read_condition
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.weighing import kinds_of, log_frequency

__all__ = ["Screen", "make_screen"]

_SLACK = 1e-6


@dataclass(frozen=True)
class _Level:
    """One level: its condition (None for what is left), its weight, and the logarithm of how common each record's value is."""

    condition: Condition | None
    weight: float
    common: np.ndarray | None


@dataclass(frozen=True)
class _Likeness:
    """One comparison: when it says nothing, its levels best first, the most that a level after the first can be worth."""

    missing: Condition
    levels: tuple[_Level, ...]
    reach: float


@dataclass(frozen=True)
class Screen:
    """A model made ready to look at many pairs quickly.

    Parameters
    ----------
    likenesses : tuple
        The comparisons that are understood, the ones that tell most first.
    base : float
        The prior, and the most that comparisons not understood can add.
    floor : float
        The least natural logarithm of the odds that is kept.
    """

    likenesses: tuple[_Likeness, ...]
    base: float
    floor: float

    def keep(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Say which pairs can reach the floor.

        Parameters
        ----------
        left, right : ndarray
            Record numbers.

        Returns
        -------
        ndarray
            Positions of the pairs to keep, in order.
        """
        kept = np.arange(len(left))
        most = [_most(likeness, left, right) for likeness in self.likenesses]
        total = self.base + np.sum(most, axis=0) if most else np.full(len(left), self.base)
        for place, likeness in enumerate(self.likenesses):
            above = total >= self.floor
            kept, total = kept[above], total[above]
            most[place:] = [part[above] for part in most[place:]]
            found = _worth(likeness, left[kept], right[kept], most[place])
            total = total - most[place] + found
        return kept[total >= self.floor]


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
        Understands whatever conditions `conditions.read_condition` does; the others rule nothing out.
    """
    kinds = kinds_of(model)
    columns = prepared.columns
    base = float(np.log(kinds.prior) + max(0.0, np.log(kinds.together).max()))
    common: dict[str, np.ndarray] = {}
    likenesses = []
    for comparison, m, u in zip(model.settings["comparisons"], kinds.m, kinds.u, strict=True):
        levels = _levels(prepared, columns, comparison["comparison_levels"], np.log(m), np.log(u), common)
        reach = max([0.0, *(_ceiling(level) for level in levels[1:])])
        null = next(
            (level["sql_condition"] for level in comparison["comparison_levels"] if level.get("is_null_level")), "1 = 0"
        )
        missing = read_condition(null, columns)
        if missing is None or any(level.condition is None for level in levels[:-1]):
            base += max(reach, _ceiling(levels[0]))
        else:
            likenesses.append(_Likeness(missing, tuple(levels), reach))
    spread = [part.reach - min(level.weight for level in part.levels) for part in likenesses]
    order = np.argsort(np.negative(spread), kind="stable")
    floor = float(np.log(model.floor) - np.log1p(-model.floor)) - _SLACK
    return Screen(tuple(likenesses[place] for place in order), base, floor)


def _levels(
    prepared: Prepared,
    columns: Columns,
    written: list[dict[str, Any]],
    m: np.ndarray,
    u: np.ndarray,
    common: dict[str, np.ndarray],
) -> list[_Level]:
    scored = [level for level in written if not level.get("is_null_level")]
    made = []
    for place, level in enumerate(scored):
        number = len(scored) - 1 - place
        weight, column = float(m[number] - u[number]), level.get("tf_adjustment_column")
        if column is not None:
            if column not in common:
                found = log_frequency(prepared, column)
                common[column] = np.where(np.isfinite(found), found, 0.0)
            exact = f'"{column}_l" = "{column}_r"'
            same = number
            if not level.get("disable_tf_exact_match_detection"):
                same = next(len(scored) - 1 - i for i, one in enumerate(scored) if one["sql_condition"] == exact)
            weight += float(u[same])
        sql = level["sql_condition"]
        condition = None if sql == "ELSE" else read_condition(sql, columns)
        made.append(_Level(condition, weight, common.get(column) if column is not None else None))
    return made


def _ceiling(level: _Level) -> float:
    """Give the most that a level can be worth, over all values."""
    if level.common is None:
        return level.weight
    return level.weight - float(level.common.min(initial=0.0))


def _value(level: _Level, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give what a level is worth for each pair."""
    if level.common is None:
        return np.full(len(left), level.weight)
    return np.asarray(level.weight - np.maximum(level.common[left], level.common[right]))


def _most(likeness: _Likeness, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give the most that a comparison can be worth, from a first look."""
    most = np.zeros(len(left))
    for level in likeness.levels[1:]:
        np.maximum(most, _value(level, left, right), out=most)
    first = likeness.levels[0]
    if first.condition is not None:
        same, close = first.condition(left, right)
        worth = _value(first, left[same], right[same])
        most[same] = np.where(close[same], np.maximum(most[same], worth), np.maximum(worth, 0.0))
        return most
    return np.maximum(most, _value(first, left, right))


def _worth(likeness: _Likeness, left: np.ndarray, right: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Work out what a comparison is worth; where it is too close to call, the most it can be."""
    worth = np.zeros(len(left))
    unclear = np.zeros(len(left), dtype=bool)
    gone, close = likeness.missing(left, right)
    unclear |= close
    open_ = np.flatnonzero(~gone)
    for level in likeness.levels:
        if level.condition is None:
            holds, close = np.ones(len(open_), dtype=bool), np.zeros(len(open_), dtype=bool)
        else:
            holds, close = level.condition(left[open_], right[open_])
        unclear[open_[close]] = True
        at = open_[holds]
        worth[at] = _value(level, left[at], right[at])
        open_ = open_[~holds]
    return np.where(unclear, most, worth)
