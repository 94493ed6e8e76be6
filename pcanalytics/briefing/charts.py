"""Charts drawn as SVG by hand: small, the same bytes for the same counts, readable without color.

Each chart stands under its title with three lines: what it shows, how to read it, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import line, short, ticks
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.marks import level_mark
from pcanalytics.briefing.shown import shown_table

__all__ = ["group_charts", "sparkline", "trend_chart"]

_INK, _SOFT, _GRID = "#12304f", "#8a98a8", "#e3e8ee"


def sparkline(
    counts: Sequence[int],
    *,
    label: str,
    usual: tuple[float, float] | None = None,
    signal: Mapping[str, Any] | None = None,
    width: int = 96,
    height: int = 26,
) -> str:
    """Draw a series as a line the height of a table row.

    Parameters
    ----------
    counts : sequence of int
        Oldest first; the axis starts at zero.
    label : str
        What a screen reader says.
    usual : tuple of float, optional
        The usual range of the last count, drawn behind it.
    signal : mapping, optional
        ``level`` and ``direction`` of the last count.
    width, height : int
        Pixels.

    Returns
    -------
    str
        An inline SVG; with fewer than two counts an empty string.

    Examples
    --------
    >>> sparkline([1], label="x")
    ''
    """
    if len(counts) < 2:
        return ""
    top = max(*counts, 1, *(usual or ()))
    low, tall = height - 4, height - 9
    xs = [2 + (width - 9) * place / (len(counts) - 1) for place in range(len(counts))]
    ys = [low - tall * max(count, 0) / top for count in counts]
    bar = ""
    if usual is not None:
        bar = f'<path class="bar" d="M{short(xs[-1])} {short(low - tall * usual[1] / top)}V{short(low - tall * max(usual[0], 0) / top)}"/>'
    return (
        f'<svg class="spark" role="img" aria-label="{text(label)}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<path class="base" d="M2 {low}H{width - 7}"/>{bar}<path class="run" d="{line(xs, ys)}"/>'
        f"{level_mark(xs[-1], ys[-1], signal, size=2.6)}</svg>"
    )


def _year_lines(counts: list[int]) -> tuple[list[int], list[int]]:
    """Split into the last 52 weeks and the 52 before, as far as they are there."""
    return counts[-52:], counts[-104:-52]


def _axes(starts: list[pd.Timestamp], steps: list[int], box: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = box
    marks = []
    for tick in steps:
        y = bottom - (bottom - top) * tick / steps[-1]
        marks.append(f'<path d="M{left} {short(y)}H{right}" stroke="{_GRID}"/>')
        marks.append(f'<text x="{left - 8}" y="{short(y + 4)}" text-anchor="end">{number(tick)}</text>')
    for place, start in enumerate(starts):
        if start.day <= 7:
            x = left + (right - left) * place / max(len(starts) - 1, 1)
            if x < right - 20:
                year = f" {start.year}" if start.month == 1 else ""
                marks.append(f'<path d="M{short(x)} {bottom}v5" stroke="{_SOFT}"/>')
                marks.append(f'<text x="{short(x)}" y="{bottom + 18}" text-anchor="start">{start:%b}{year}</text>')
    return "".join(marks)


def trend_chart(series: pd.DataFrame, *, title: str = "Offenses by week") -> Fragment:
    """Draw counts by week: the last 52 weeks over the 52 before.

    Parameters
    ----------
    series : pandas.DataFrame
        ``week_start`` and ``count`` of one group, oldest first, weeks without holes.
    title : str
        The figure's title.

    Returns
    -------
    Fragment
        With fewer than two weeks, or no offense at all, it says that there are too few to draw.

    Examples
    --------
    >>> weeks = pd.DataFrame({"week_start": pd.date_range("2026-11-02", periods=3, freq="7D"), "count": [4, 2, 6]})
    >>> "<svg" in trend_chart(weeks).html
    True
    """
    counts = [int(count) for count in series["count"]]
    no_further = "" if len(counts) >= 104 else " The records go back no further."
    three = {
        "shows": f"Each week's count for a year (dark), over the same weeks a year earlier (gray).{no_further}",
        "read": "The dot is the week of this briefing. The scale starts at zero. Counts swing by chance from week to week.",
        "do": "Look for a stretch of weeks, not one week, and ask what changed in the place before calling it a trend.",
    }
    if len(counts) < 2 or sum(map(abs, counts)) == 0:
        return Fragment(figure(title, '<p class="few">Too few offenses to draw.</p>', **three), public="same")
    now, before = _year_lines(counts)
    starts = series["week_start"].tolist()[-52:]
    width, height, left, top, right, bottom = 1040, 300, 52, 14, 925, 262
    steps = ticks(max(now + before))

    def place(values: list[int]) -> tuple[list[float], list[float]]:
        first = len(now) - len(values)
        xs = [left + (right - left) * (first + n) / max(len(now) - 1, 1) for n in range(len(values))]
        return xs, [bottom - (bottom - top) * max(value, 0) / steps[-1] for value in values]

    xs, ys = place(now)
    drawn = [_axes(starts, steps, (left, top, right, bottom))]
    label_y = ys[-1]
    if before:
        old_xs, old_ys = place(before)
        drawn.append(f'<path d="{line(old_xs, old_ys)}" fill="none" stroke="{_SOFT}" stroke-width="1.6"/>')
        old_y = old_ys[-1]
        if abs(old_y - label_y) < 17:
            old_y = label_y + (17 if old_y >= label_y else -17)
        drawn.append(f'<text x="{right + 10}" y="{short(old_y + 4)}" class="gray">{before[-1]:,} a year ago</text>')
    drawn.append(f'<path d="{line(xs, ys)}" fill="none" stroke="{_INK}" stroke-width="2.4" stroke-linejoin="round"/>')
    drawn.append(f'<circle cx="{short(xs[-1])}" cy="{short(ys[-1])}" r="4.5" fill="{_INK}"/>')
    drawn.append(f'<text x="{right + 10}" y="{short(label_y + 4)}" class="strong">{now[-1]:,} this week</text>')
    last = f"{starts[-1]:%Y-%m-%d}"
    label = f"Line chart of weekly counts; {now[-1]:,} in the week from {last}, between {min(now):,} and {max(now):,} in a year."
    svg = (
        f'<div class="scroll latest" tabindex="0" role="region" aria-label="{text(title)}, scrolls sideways">'
        f'<svg class="wide" role="img" aria-label="{text(label)}" viewBox="0 0 {width} {height}">{"".join(drawn)}</svg></div>'
    )
    table = shown_table(series, {"week_start": "Week from", "count": "Count"}, title=title)
    return Fragment(
        figure(title, svg, twin=numbers_twin(table, last=26), **three), tables={"weeks": table}, public="same"
    )


def group_charts(series: pd.DataFrame, *, title: str = "Each group by week") -> Fragment:
    """Draw one small chart per offense group, each on its own scale.

    Parameters
    ----------
    series : pandas.DataFrame
        ``offense_group``, ``week_start`` and ``count``, oldest first, weeks without holes.
    title : str
        The figure's title.

    Returns
    -------
    Fragment
        A grid of charts; a group without any offense says so.

    Examples
    --------
    >>> weeks = pd.DataFrame({
    ...     "offense_group": "Robbery", "week_start": pd.date_range("2026-11-02", periods=3, freq="7D"),
    ...     "count": [0, 2, 1],
    ... })
    >>> group_charts(weeks).html.count("<svg")
    1
    """
    cards = [_card(str(label), rows) for label, rows in series.groupby("offense_group", sort=False)]
    body = f'<div class="cards">{"".join(cards)}</div>' if cards else '<p class="few">Too few offenses to draw.</p>'
    return Fragment(
        figure(
            title,
            body,
            shows="Each group's weekly count for a year (dark) over the year before (gray).",
            read="Each chart has its own scale, from zero to the number at its top left; the dot is this week.",
            do="Compare a group with its own past. Do not compare the heights of two charts.",
        ),
        public="same",
    )


def _card(label: str, rows: pd.DataFrame) -> str:
    counts = [int(count) for count in rows["count"]]
    if len(counts) < 2 or sum(map(abs, counts)) == 0:
        return f'<div class="card"><h4>{text(label)}</h4><p class="few">None in this time.</p></div>'
    now, before = _year_lines(counts)
    width, height, top = 300, 92, max(*now, *before, 1)
    parts = [f'<path d="M4 {height - 6}H{width - 8}" stroke="{_GRID}"/>']
    for values, color, weight in ((before, _SOFT, 1.2), (now, _INK, 1.8)):
        if len(values) > 1:
            first = len(now) - len(values)
            xs = [4 + (width - 14) * (first + n) / (len(now) - 1) for n in range(len(values))]
            ys = [height - 6 - (height - 26) * max(value, 0) / top for value in values]
            parts.append(f'<path d="{line(xs, ys)}" fill="none" stroke="{color}" stroke-width="{weight}"/>')
    parts.append(f'<circle cx="{short(xs[-1])}" cy="{short(ys[-1])}" r="3.4" fill="{_INK}"/>')
    parts.append(f'<text x="4" y="14">{top:,}</text>')
    said = f"{label}: {now[-1]:,} this week, between {min(now):,} and {max(now):,} in a year."
    return (
        f'<div class="card"><h4>{text(label)} <b>{now[-1]:,}</b></h4><svg role="img" aria-label="{text(said)}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg></div>'
    )
