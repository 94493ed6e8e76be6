"""Areas of unlike size compared: each against its own usual range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.bands import text_of
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import LEVELS, level_key, level_mark, level_of, level_tag, short, usual_range
from pcanalytics.briefing.shown import shown_table

__all__ = ["funnel_chart", "signal_grid"]

_LEFT, _TOP, _RIGHT, _BOTTOM = 64.0, 20.0, 1010.0, 262.0
_RATIOS = (0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8)


def _ranged(row: Mapping[str, Any]) -> bool:
    return not pd.isna(row["expected"]) and float(row["expected"]) > 0 and usual_range(row) != ""


def funnel_chart(
    signals: pd.DataFrame, *, area: str = "district", days: int = 28, title: str | None = None
) -> Fragment:
    """Draw each area's count as a share of what was expected there, over its own usual range.

    After the funnel plot of Spiegelhalter (2005): small areas swing widely by chance, large ones little. Each bar
    is the area's own usual range, so that a mark stands outside it exactly when the rule says so.

    Parameters
    ----------
    signals : pandas.DataFrame
        One row per area: the column ``area``, ``count``, ``expected``, ``watch_low``, ``watch_high``, ``level``,
        ``direction``. An area without a range is named below the drawing.
    area : str
        The column, ``"district"`` or ``"beat"``.
    days : int
        Days of the counts.
    title : str, optional
        The figure's title; made from ``area`` where it is not given.

    Returns
    -------
    Fragment
        With no area that has a usual range it says that there are too few to draw.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> "Too few" in funnel_chart(pd.DataFrame(columns=["district", "expected"])).html
    True
    """
    heading = title or f"{area.capitalize()}s compared, each by its own usual range"
    three = {
        "shows": f"Each {area}'s count of {days} days as a multiple of what is expected there, all groups together.",
        "read": f"The line at 1 is as expected; a bar is what is usual for a {area} of that size. Small ones to the left swing more.",
        "do": f"Ask about a {area} outside its bar. Do not rank those inside: their order is chance.",
    }
    rows = signals.to_dict("records")
    drawn_rows = sorted((row for row in rows if _ranged(row)), key=lambda row: (float(row["expected"]), str(row[area])))
    left_out = [f"{row[area]} ({number(row['count'])})" for row in rows if not _ranged(row) and not pd.isna(row[area])]
    few = f'<p class="under">Too few to tell: {text(", ".join(left_out))}.</p>' if left_out else ""
    if not drawn_rows:
        return Fragment(figure(heading, f'<p class="few">Too few offenses to draw.</p>{few}', **three), public="same")
    svg = _funnel(drawn_rows, area)
    marked = [f"{row[area]}: {text_of(row)}" for row in drawn_rows if level_of(row) in ("alert", "watch")]
    said = (
        f"Funnel chart of {len(drawn_rows)} {area}s. "
        + ("; ".join(marked) if marked else "All are in their usual range")
        + "."
    )
    body = (
        scroll(
            heading, f'<svg class="wide funnel" role="img" aria-label="{text(said)}" viewBox="0 0 1040 310">{svg}</svg>'
        )
        + few
        + level_key()
    )
    table = _area_numbers(signals, area, days)
    twin = numbers_twin(table)
    return Fragment(figure(heading, body, twin=twin, **three), tables={f"{area}s_compared": table}, public="same")


def _area_numbers(signals: pd.DataFrame, area: str, days: int) -> dict[str, Any]:
    names = {
        area: area.capitalize(),
        "count": "Count",
        "expected": "Expected",
        "watch_low": "Usual from",
        "watch_high": "Usual to",
        "level": "Level",
    }
    return shown_table(signals, names, title=f"Counts of {days} days by {area}")


def _funnel(rows: list[dict[str, Any]], area: str) -> str:
    ratios = [float(row["count"]) / float(row["expected"]) for row in rows]
    lows = [float(row["watch_low"]) / float(row["expected"]) for row in rows]
    highs = [float(row["watch_high"]) / float(row["expected"]) for row in rows]
    top = max(*highs, *ratios, 1.6) * 1.08

    def y(ratio: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * min(max(ratio, 0), top) / top

    xs = _spread([math.log(float(row["expected"])) for row in rows])
    step = next(size for size in (0.25, 0.5, 1, 2, 5, 10, 50, 1e9) if top / size <= 7)
    parts = []
    for place in range(int(top / step) + 1):
        ratio = place * step
        kind = "one" if ratio == 1 else "base"
        parts.append(f'<path class="{kind}" d="M{short(_LEFT)} {short(y(ratio))}H{short(_RIGHT + 20)}"/>')
        parts.append(f'<text x="{short(_LEFT - 9)}" y="{short(y(ratio) + 4)}" text-anchor="end">{ratio:g}×</text>')
    for x, row, ratio, low, high in zip(xs, rows, ratios, lows, highs, strict=True):
        parts.append(f'<path class="bar" d="M{short(x)} {short(y(high))}V{short(y(low))}"/>')
        parts.append(level_mark(x, y(ratio), row, size=5))
    parts += _labels(xs, rows, area)
    parts.append(
        f'<text x="{short(_LEFT)}" y="306">smaller</text><text x="{short(_RIGHT + 20)}" y="306" text-anchor="end">larger</text>'
    )
    return "".join(parts)


def _spread(values: list[float]) -> list[float]:
    """Place values along the axis, pushed apart where two would lie on each other."""
    left, right = _LEFT + 50, _RIGHT - 30
    span = values[-1] - values[0]
    xs = [left + (right - left) * ((value - values[0]) / span if span else 0.5) for value in values]
    gap = min(46.0, (right - left) / max(len(values) - 1, 1))
    for place in range(1, len(xs)):
        xs[place] = max(xs[place], xs[place - 1] + gap)
    over = xs[-1] - right
    for place in range(len(xs) - 1, -1, -1):
        limit = right if place == len(xs) - 1 else xs[place + 1] - gap
        xs[place] = min(xs[place], limit) if over > 0 else xs[place]
    return xs


def _labels(xs: list[float], rows: list[dict[str, Any]], area: str) -> list[str]:
    """Write each area's name and expected count below its bar, on two levels where they are close."""
    drawn, ends = [], [-1e9, -1e9]
    for x, row in zip(xs, rows, strict=True):
        name = str(row[area])
        half = 3.6 * len(name)
        level = 0 if x - half > ends[0] + 8 else 1
        ends[level] = x + half
        y = _BOTTOM + 17 + 15 * level
        kind = ' class="strong"' if level_of(row) in ("alert", "watch") else ""
        drawn.append(f'<text x="{short(x)}" y="{short(y)}" text-anchor="middle"{kind}>{text(name)}</text>')
    return drawn


def signal_grid(
    signals: pd.DataFrame,
    *,
    rows: str = "offense_group",
    columns: str = "district",
    days: int = 28,
    title: str | None = None,
) -> Fragment:
    """Show every group in every area: its count, and a mark where it is outside its usual range.

    Parameters
    ----------
    signals : pandas.DataFrame
        One row per combination of ``rows`` and ``columns``: ``count``, ``level``, ``direction``, ``words``,
        ``watch_low``, ``watch_high``.
    rows, columns : str
        The two columns that span the grid.
    days : int
        Days of the counts.
    title : str, optional
        The figure's title; made from ``columns`` where it is not given.

    Returns
    -------
    Fragment
        With no row at all it says that there is nothing to show.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> one = pd.DataFrame([{"offense_group": "Robbery", "district": "North", "count": 12, "level": "alert",
    ...                      "direction": "above", "watch_low": 1, "watch_high": 9}])
    >>> "<b>ALERT</b> above" in signal_grid(one).html
    True
    """
    heading = title or f"Every group in every {columns}"
    three = {
        "shows": f"Counts of {days} days. A mark stands where a count is outside what is usual for that group in that {columns}.",
        "read": "A gray number is in its usual range; a dot stands beside one that is too small to tell.",
        "do": "Start with the marked cells. Look along a row for a group that moves everywhere at once.",
    }
    known = signals.dropna(subset=[rows, columns]) if len(signals) else signals
    if known.empty:
        return Fragment(figure(heading, '<p class="few">Nothing to show.</p>', **three), public="same")
    names = list(dict.fromkeys(str(value) for value in known[columns]))
    cells = {(str(row[rows]), str(row[columns])): row for row in known.to_dict("records")}
    head = "".join(f'<th scope="col" class="number">{text(name)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{text(label)}</th>{"".join(_cell(cells.get((label, name))) for name in names)}</tr>'
        for label in dict.fromkeys(str(value) for value in known[rows])
    )
    table = f'<table class="counts signals"><thead><tr><th scope="col">Group</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    numbers = {
        rows: "Group",
        columns: columns.capitalize(),
        "count": "Count",
        "watch_low": "Usual from",
        "watch_high": "Usual to",
        "level": "Level",
    }
    return Fragment(
        figure(heading, scroll(heading, table) + level_key(few=True), kind="grid", **three),
        tables={
            f"groups_by_{columns}": shown_table(known, numbers, title=f"Counts of {days} days by group and {columns}")
        },
        public="same",
    )


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return '<td class="number">–</td>'
    level, count = level_of(row), number(row["count"])
    if level in ("alert", "watch"):
        return f'<td class="number hit">{level_tag(row)} <b>{count}</b></td>'
    if level in ("too_few", "no_history"):
        return f'<td class="number faint">{count}<span class="hide"> {LEVELS[level]}</span> <i aria-hidden="true">·</i></td>'
    return f'<td class="number past">{count}</td>'
