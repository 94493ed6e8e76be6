"""The mark of a level in a chart: a shape, a color, a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pcanalytics.briefing.drawing import short
from pcanalytics.briefing.levels import LEVELS, direction_of, level_of

__all__ = ["level_mark", "level_word"]


def level_mark(x: float, y: float, row: Mapping[str, Any] | None, *, size: float = 4.5) -> str:
    """Draw the point of a count in a chart: a triangle when it is outside its usual range, else a dot.

    Parameters
    ----------
    x, y : float
        Its place in the drawing.
    row : mapping or None
        ``level`` and ``direction`` of one row of signals.
    size : float
        Half its width, in units of the drawing.

    Returns
    -------
    str
        Filled for *alert*, hollow for *watch*, pointing up above the range and down below it.

    Raises
    ------
    UnknownName
        When the level is none of :data:`LEVELS`.

    Examples
    --------
    >>> level_mark(10, 20, {"level": "watch", "direction": "below"})
    '<path class="mk watch below" d="M10 26.3l-5.9 -10.3h11.7z"/>'
    >>> level_mark(10, 20, None)
    '<circle class="mk" cx="10" cy="20" r="4.5"/>'
    """
    level, direction = level_of(row), direction_of(row)
    if level not in ("alert", "watch"):
        return f'<circle class="mk" cx="{short(x)}" cy="{short(y)}" r="{short(size)}"/>'
    sign = 1 if direction == "below" else -1
    way = f" {direction}" if direction else ""
    tip, half, tall = y + sign * 1.4 * size, 1.3 * size, -sign * 2.3 * size
    return (
        f'<path class="mk {level}{way}" d="M{short(x)} {short(tip)}l{short(-half)} {short(tall)}h{short(2 * half)}z"/>'
    )


def level_word(x: float, y: float, row: Mapping[str, Any] | None, *, middle: bool = False) -> str:
    """Write the word of an *alert* or *watch* into a chart; nothing for other levels.

    Parameters
    ----------
    x, y : float
        Its place in the drawing.
    row : mapping or None
        ``level`` and ``direction`` of one row of signals.
    middle : bool
        Whether the word is centered on its place, and does not begin there.

    Examples
    --------
    >>> level_word(10, 20, {"level": "watch", "direction": "below"})
    '<text class="word watch below" x="10" y="20">WATCH</text>'
    """
    level, direction = level_of(row), direction_of(row)
    if level not in ("alert", "watch"):
        return ""
    way = f" {direction}" if direction else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text class="word {level}{way}" x="{short(x)}" y="{short(y)}"{anchor}>{LEVELS[level]}</text>'
