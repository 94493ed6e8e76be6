"""Windows of one year drawn over those of earlier years."""

from __future__ import annotations

import pandas as pd

from pcanalytics.briefing.drawing import Box, line, short, ticks
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["seasonal_chart"]

#: Room between the labels of two lines.
_LINE = 24.0

_NAMES = {"season_year": "Years ago", "window_of_year": "Window", "window_start": "First day", "count": "Count"}


def seasonal_chart(
    seasons: pd.DataFrame,
    *,
    days: int = 28,
    title: str = "The last 12 months over the years before",
    name: str = "seasons",
) -> Fragment:
    """Draw the windows of the last 12 months dark over those of earlier years.

    Parameters
    ----------
    seasons : pandas.DataFrame
        ``season_year`` (0 the last 12 months, 1 the year before them, and so on), ``window_of_year`` (1 is the first),
        ``window_start`` and ``count``, oldest first.
    days : int
        Days of a window.
    title : str
        The figure's title.
    name : str
        What its table of numbers is called.

    Returns
    -------
    Fragment
        With fewer than two windows, or no offense at all, it says that there are too few to draw.

    Examples
    --------
    >>> "Too few" in seasonal_chart(pd.DataFrame({"season_year": [], "count": []})).html
    True
    """
    three = {
        "shows": f"Counts of {days} days by time of year: the last 12 months dark, earlier years pale.",
        "read": "The dot is now. Where the dark line runs among the pale ones, the time of year explains it. Scale from zero.",
        "do": "Plan for the months ahead by the pale lines. Ask why where the dark line leaves them.",
    }
    counted = seasons.dropna(subset=["count"])
    if len(counted) < 2 or int(counted["count"].abs().sum()) == 0:
        return Fragment(figure(title, '<p class="few">Too few offenses to draw.</p>', **three), public="same")
    latest = counted[counted["season_year"] == counted["season_year"].min()]
    svg = _lines(counted, latest, days)
    last = latest.iloc[-1]
    said = (
        f"Line chart by time of year: {number(last['count'])} in the {days} days from {last['window_start']:%Y-%m-%d}, "
        "with the same windows of earlier years."
    )
    table = shown_table(counted, _NAMES, title=f"Counts of {days} days by time of year")
    body = (
        f'<div class="scroll latest" tabindex="0" role="region" aria-label="{text(title)}, scrolls sideways">'
        f'<svg class="wide season" role="img" aria-label="{text(said)}" viewBox="0 0 1040 256">{svg}</svg></div>'
    )
    twin = numbers_twin(table, last=len(latest))
    return Fragment(figure(title, body, kind="chart half", twin=twin, **three), tables={name: table}, public="same")


def _lines(counted: pd.DataFrame, latest: pd.DataFrame, days: int) -> str:
    places = max(2, int(counted["window_of_year"].max()))
    top = 1.06 * max(float(counted["count"].max()), 1)
    box = Box(left=52, top=14, right=880, bottom=222, highest=top, places=places)
    drawn = [box.grid(ticks(top), reach=10), _axis(latest, box, days)]
    labels: list[tuple[float, str]] = []
    for ago in sorted((int(year) for year in counted["season_year"].unique()), reverse=True):
        rows = counted[counted["season_year"] == ago]
        xs = [box.x(int(place) - 1) for place in rows["window_of_year"]]
        ys = [box.y(float(count)) for count in rows["count"]]
        if len(xs) > 1:
            drawn.append(f'<path class="y{min(ago, 3)}" d="{line(xs, ys)}"/>')
        if ago == int(latest["season_year"].iloc[0]):
            drawn.append(f'<circle class="mk" cx="{short(xs[-1])}" cy="{short(ys[-1])}" r="4.5"/>')
            labels.append((ys[-1], f'class="strong">{number(rows["count"].iloc[-1])} now'))
        else:
            year = rows["window_start"].iloc[-1].year
            labels.append((ys[-1], f'class="gray">{number(rows["count"].iloc[-1])} in {year}'))
    return "".join(drawn + _apart(labels, box))


def _axis(latest: pd.DataFrame, box: Box, days: int) -> str:
    """Name the months by the last 12, counted back from now, so that a short year names them all."""
    end = latest["window_start"].iloc[-1]
    place = int(latest["window_of_year"].iloc[-1])
    starts = [end - pd.Timedelta(days=days * (place - window)) for window in range(1, place + 1)]
    return box.months(starts, days, range(1, 13), years=False)


def _apart(labels: list[tuple[float, str]], box: Box) -> list[str]:
    """Write what each line is at its right end; labels that would touch move apart, both ways alike."""
    ordered = sorted(labels, key=lambda label: label[0])
    ys = [y for y, _ in ordered]
    for _ in range(40):
        for place in range(1, len(ys)):
            lack = _LINE - (ys[place] - ys[place - 1])
            if lack > 0:
                ys[place - 1], ys[place] = ys[place - 1] - lack / 2, ys[place] + lack / 2
    over = max(0.0, ys[-1] - box.bottom)
    return [
        f'<text x="{short(box.right + 12)}" y="{short(y - over)}" dy=".33em" {label}</text>'
        for y, (_, label) in zip(ys, ordered, strict=True)
    ]
