"""Trend lines the height of a table row, drawn as SVG by hand: the same bytes for the same counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pcanalytics.briefing.drawing import line, short
from pcanalytics.briefing.escape import text
from pcanalytics.briefing.marks import level_mark

__all__ = ["sparkline"]


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
