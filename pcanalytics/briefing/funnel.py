"""Areas of unlike size compared: each against its own usual range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import short
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import in_words, level_key, level_of, usual_range, window_days
from pcanalytics.briefing.marks import level_mark, level_word
from pcanalytics.briefing.shown import shown_table

__all__ = ["funnel_chart"]

_LEFT, _TOP, _RIGHT, _BOTTOM = 64.0, 26.0, 1010.0, 256.0

#: Room between two bars below which their numbers have no place.
_GAP = 110.0


def _ranged(row: Mapping[str, Any]) -> bool:
    return not pd.isna(row["expected"]) and float(row["expected"]) > 0 and usual_range(row) != ""


def funnel_chart(
    signals: pd.DataFrame, *, area: str = "district", days: int | None = None, title: str | None = None
) -> Fragment:
    """Draw each area's count as a share of what was expected there, over its own usual range.

    After the funnel plot of Spiegelhalter (2005): small areas swing widely by chance, large ones little. Each bar
    is the area's own usual range, so that a mark stands outside it exactly when the rule says so.

    Parameters
    ----------
    signals : pandas.DataFrame
        One row per area: the column ``area``, ``count``, ``expected``, ``watch_low``, ``watch_high``, ``level``,
        ``direction``. An area without a range is named below the drawing, offenses without an area are not.
    area : str
        The column, ``"district"`` or ``"beat"``.
    days : int
        Days of the counts; read from the signals where it is not given.
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
    days = window_days(signals) if days is None else days
    heading = title or f"{area.capitalize()}s compared, each by its own usual range"
    three = {
        "shows": f"Each {area}'s count of {days} days as a multiple of what is expected there, all groups together.",
        "read": f"At 1× a {area} counts what is expected of it; its bar is its usual range. Small ones to the left swing "
        "more. Below: its count against the expected.",
        "do": f"Ask about a {area} outside its bar. Do not rank those inside: their order is chance.",
    }
    rows = signals.dropna(subset=[area]).to_dict("records")
    drawn_rows = sorted((row for row in rows if _ranged(row)), key=lambda row: (float(row["expected"]), str(row[area])))
    left_out = [f"{row[area]} ({number(row['count'])})" for row in rows if not _ranged(row)]
    few = f'<p class="under">Too few to tell: {text(", ".join(left_out))}.</p>' if left_out else ""
    if not drawn_rows:
        return Fragment(figure(heading, f'<p class="few">Too few offenses to draw.</p>{few}', **three), public="same")
    svg = _funnel(drawn_rows, area)
    marked = [f"{row[area]}: {in_words(row)}" for row in drawn_rows if level_of(row) in ("alert", "watch")]
    said = (
        f"Funnel chart of {len(drawn_rows)} {area}s. "
        + ("; ".join(marked) if marked else "All are in their usual range")
        + "."
    )
    body = (
        scroll(
            heading, f'<svg class="wide funnel" role="img" aria-label="{text(said)}" viewBox="0 0 1040 326">{svg}</svg>'
        )
        + few
        + level_key()
    )
    table = _area_numbers(signals, area, days)
    twin = numbers_twin(table)
    return Fragment(
        figure(heading, body, kind="chart half", twin=twin, **three), tables={f"{area}s_compared": table}, public="same"
    )


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
    top = max(*highs, *ratios, 1.6) * 1.14

    def y(ratio: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * min(max(ratio, 0), top) / top

    xs = _spread([math.log(float(row["expected"])) for row in rows])
    step = next(size for size in (0.25, 0.5, 1, 2, 5, 10, 50, 1e9) if top / size <= 7)
    parts = []
    for place in range(int(top / step) + 1):
        ratio = place * step
        kind = "one" if ratio == 1 else "base"
        parts.append(f'<path class="{kind}" d="M{short(_LEFT)} {short(y(ratio))}H{short(_RIGHT + 20)}"/>')
        parts.append(
            f'<text x="{short(_LEFT - 9)}" y="{short(y(ratio))}" dy=".33em" text-anchor="end">{ratio:g}×</text>'
        )
    for x, row, ratio, low, high in zip(xs, rows, ratios, lows, highs, strict=True):
        parts.append(f'<path class="bar" d="M{short(x)} {short(y(high))}V{short(y(low))}"/>')
        parts.append(level_mark(x, y(ratio), row, size=5))
        away = 19 if row.get("direction") == "below" else -11
        parts.append(level_word(x, y(ratio) + away, row, middle=True))
    parts += _labels(xs, rows, area)
    parts.append(f'<text x="6" y="{short(_TOP - 12)}" class="gray">times what is expected</text>')
    parts.append(f'<text x="{short(_LEFT)}" y="320" class="gray">smaller {area}s</text>')
    parts.append(f'<text x="{short(_RIGHT + 20)}" y="320" class="gray" text-anchor="end">larger {area}s</text>')
    return "".join(parts)


def _spread(values: list[float]) -> list[float]:
    """Place values along the axis, pushed apart where two would lie on each other."""
    left, right = _LEFT + 52, _RIGHT - 36
    span = values[-1] - values[0]
    xs = [left + (right - left) * ((value - values[0]) / span if span else 0.5) for value in values]
    gap = min(_GAP, (right - left) / max(len(values) - 1, 1))
    for place in range(1, len(xs)):
        xs[place] = max(xs[place], xs[place - 1] + gap)
    limit = right
    for place in range(len(xs) - 1, -1, -1):
        xs[place] = min(xs[place], limit)
        limit = xs[place] - gap
    return xs


def _labels(xs: list[float], rows: list[dict[str, Any]], area: str) -> list[str]:
    """Write below each bar its name and its two numbers; where bars are many, names alone on two levels."""
    roomy = all(later - earlier > _GAP - 1 for earlier, later in zip(xs, xs[1:], strict=False))
    drawn = []
    for place, (x, row) in enumerate(zip(xs, rows, strict=True)):
        down = "2.4em" if place % 2 and not roomy else "1.25em"
        kind = ' class="strong"' if level_of(row) in ("alert", "watch") else ""
        drawn.append(
            f'<text x="{short(x)}" y="{short(_BOTTOM + 2)}" dy="{down}" text-anchor="middle"{kind}>{text(row[area])}</text>'
        )
        if roomy:
            numbers = f"{number(row['count'])} against {number(round(float(row['expected'])))}"
            drawn.append(
                f'<text x="{short(x)}" y="{short(_BOTTOM + 2)}" dy="2.5em" text-anchor="middle" class="gray more">{numbers}</text>'
            )
    return drawn
