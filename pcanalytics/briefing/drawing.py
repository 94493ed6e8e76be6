"""Small parts of the charts: axes, lines, bands, and the days from which counts are made otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from pcanalytics.briefing.escape import number

__all__ = [
    "Box",
    "Break",
    "breaks_in_words",
    "breaks_of",
    "day_in_words",
    "dots",
    "line",
    "month_marks",
    "ribbon",
    "short",
    "ticks",
]


@dataclass(frozen=True)
class Box:
    """The inside of a chart, in units of the drawing: windows from left to right, counts from zero up.

    Parameters
    ----------
    left, top, right, bottom : float
        Its edges.
    highest : float
        The count at its upper edge.
    places : int
        How many windows lie side by side; the first on the left edge, the last on the right.
    """

    left: float
    top: float
    right: float
    bottom: float
    highest: float
    places: int

    def x(self, place: float) -> float:
        """Give where a window is drawn; between two windows for a fraction."""
        return self.left + (self.right - self.left) * place / max(self.places - 1, 1)

    def y(self, count: float) -> float:
        """Give how high a count is drawn, never outside."""
        share = min(max(count, 0) / self.highest, 1)
        return self.bottom - (self.bottom - self.top) * share

    def grid(self, steps: Sequence[float], reach: float = 0) -> str:
        """Draw a line and its number for each step of the scale that is inside."""
        return "".join(
            f'<path class="base" d="M{short(self.left)} {short(self.y(step))}H{short(self.right + reach)}"/>'
            f'<text x="{short(self.left - 9)}" y="{short(self.y(step))}" dy=".33em" text-anchor="end">{number(step)}</text>'
            for step in steps
            if step <= self.highest
        )

    def months(self, starts: Sequence[pd.Timestamp], days: int, months: Sequence[int], *, years: bool = True) -> str:
        """Mark the first day of months below the scale, January by its year or by its name."""
        return "".join(
            f'<path class="axis" d="M{short(self.x(place))} {short(self.bottom)}v5"/>'
            f'<text x="{short(self.x(place))}" y="{short(self.bottom + 4)}" dy="1.15em" text-anchor="middle">{label}</text>'
            for place, label in month_marks(starts, days, months, years=years)
            if 0.35 <= place <= self.places - 1
        )


def month_marks(
    starts: Sequence[pd.Timestamp], days: int, months: Sequence[int], *, years: bool = True
) -> list[tuple[float, str]]:
    """Give where months begin along an axis of windows, and what stands there.

    Parameters
    ----------
    starts : sequence of pandas.Timestamp
        First day of each window, one after the other.
    days : int
        Days of a window.
    months : sequence of int
        The months to mark.
    years : bool
        Whether January is marked by its year.

    Returns
    -------
    list of tuple
        Place, as a fraction between two windows' middles, and label.

    Examples
    --------
    >>> month_marks([pd.Timestamp("2025-12-18"), pd.Timestamp("2026-01-15")], 28, (1, 2))
    [(0.0, '2026'), (1.1071428571428572, 'Feb')]
    """
    marks = []
    for place, start in enumerate(starts):
        first = (start - pd.Timedelta(days=1)).normalize() + pd.offsets.MonthBegin(1)
        passed = (first - start) / pd.Timedelta(days=1)
        if passed < days and first.month in months:
            marks.append(
                (place - 0.5 + passed / days, f"{first.year}" if years and first.month == 1 else f"{first:%b}")
            )
    return marks


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


def short(value: float) -> str:
    """Give a coordinate with at most one decimal.

    Parameters
    ----------
    value : float
        In units of the drawing.

    Examples
    --------
    >>> short(5.04), short(-0.01)
    ('5', '0')
    """
    written = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def line(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Give the path through points.

    Parameters
    ----------
    xs, ys : sequence of float
        Their places, in units of the drawing.

    Examples
    --------
    >>> line([0, 10], [5.25, 6])
    'M0 5.2L10 6'
    """
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in zip(xs, ys, strict=True))


def dots(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Give a path of points without length, which round line ends make dots.

    Parameters
    ----------
    xs, ys : sequence of float
        Their places, in units of the drawing.

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
