"""Small parts of the charts: axes, lines, bands, and the days from which counts are made otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from pcanalytics.briefing.levels import short

__all__ = ["Break", "breaks_in_words", "breaks_of", "day_in_words", "dots", "line", "ribbon", "ticks"]


class Break(Protocol):
    """A day from which counts are made otherwise, such as a change of records system."""

    @property
    def on(self) -> pd.Timestamp:
        """Midnight of the first day counted the new way."""

    @property
    def reason(self) -> str:
        """What changed."""

    @property
    def offense_groups(self) -> tuple[str, ...]:
        """The groups it concerns; empty for all."""


def breaks_of(breaks: Sequence[Break], group: str | None) -> list[Break]:
    """Give the breaks that concern a group, or with ``None`` those that concern every group.

    Examples
    --------
    >>> breaks_of([], "Robbery")
    []
    """
    return [
        found for found in breaks if not found.offense_groups or (group is not None and group in found.offense_groups)
    ]


def breaks_in_words(breaks: Sequence[Break]) -> str:
    """Say from which day counts are made otherwise, and why; empty without breaks.

    Examples
    --------
    >>> breaks_in_words([])
    ''
    """
    said = []
    for found in breaks:
        groups = f" ({', '.join(found.offense_groups)})" if found.offense_groups else ""
        said.append(f"{day_in_words(found.on)}: {found.reason}{groups}")
    return f"The dashed line marks a change in how records are made ({'; '.join(said)})." if said else ""


def day_in_words(day: pd.Timestamp) -> str:
    """Write a day as a page does.

    Examples
    --------
    >>> day_in_words(pd.Timestamp("2026-11-03"))
    '3 Nov 2026'
    """
    return f"{day.day} {day:%b} {day.year}"


def line(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Give the path through points.

    Examples
    --------
    >>> line([0, 10], [5.25, 6])
    'M0 5.2L10 6'
    """
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in zip(xs, ys, strict=True))


def dots(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Give a path of points without length, which round line ends make dots.

    Examples
    --------
    >>> dots([1, 2], [3, 4])
    'M1 3h0M2 4h0'
    """
    return "".join(f"M{short(x)} {short(y)}h0" for x, y in zip(xs, ys, strict=True))


def ribbon(xs: Sequence[float], lows: Sequence[float | None], highs: Sequence[float | None]) -> str:
    """Give the path of a band, in pieces where it is interrupted.

    Parameters
    ----------
    xs : sequence of float
        Places along the axis.
    lows, highs : sequence of float or None
        The edges, already in units of the drawing; ``None`` where there is no band.

    Examples
    --------
    >>> ribbon([0, 10, 20], [9, 9, None], [5, 5, None])
    'M0 5L10 5L10 9L0 9z'
    """
    pieces: list[list[tuple[float, float, float]]] = [[]]
    for x, low, high in zip(xs, lows, highs, strict=True):
        if low is None or high is None:
            pieces.append([])
        else:
            pieces[-1].append((x, low, high))
    drawn = []
    for piece in pieces:
        if len(piece) > 1:
            there = [(x, high) for x, _, high in piece]
            back = [(x, low) for x, low, _ in reversed(piece)]
            corners = there + back
            drawn.append(line([x for x, _ in corners], [y for _, y in corners]) + "z")
    return "".join(drawn)


def ticks(top: float) -> list[int]:
    """Give round whole steps from zero to at least the top, about four of them.

    Examples
    --------
    >>> ticks(41)
    [0, 20, 40, 60]
    """
    raw = max(top, 1) / 4
    size = 10 ** math.floor(math.log10(raw)) if raw >= 1 else 1
    step = max(1, next(int(size * factor) for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw))
    return list(range(0, int(math.ceil(max(top, 1) / step)) * step + 1, step))
