"""Windows of one year drawn over those of earlier years."""

from __future__ import annotations

import pandas as pd

from pcanalytics.briefing.drawing import line, ticks
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import short
from pcanalytics.briefing.shown import shown_table

__all__ = ["seasonal_chart"]

_WINDOWS_A_YEAR = 13
_LEFT, _TOP, _RIGHT, _BOTTOM = 52.0, 14.0, 900.0, 236.0
_NAMES = {"season_year": "Year", "window_of_year": "Window", "window_start": "First day", "count": "Count"}


def seasonal_chart(
    seasons: pd.DataFrame, *, days: int = 28, title: str = "This year over the years before", name: str = "seasons"
) -> Fragment:
    """Draw this year's windows dark over those of earlier years.

    Parameters
    ----------
    seasons : pandas.DataFrame
        ``season_year``, ``window_of_year`` (1 is the first), ``window_start`` and ``count``, oldest first. The
        largest year is this year.
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
        "shows": f"Counts of {days} days by time of year: this year dark, earlier years pale.",
        "read": "Follow the dark line. Where it runs among the pale ones, the time of year explains it. Scale from zero.",
        "do": "Plan for the months ahead by the pale lines; ask why where the dark line leaves them.",
    }
    if len(seasons) < 2 or int(seasons["count"].abs().sum()) == 0:
        return Fragment(figure(title, '<p class="few">Too few offenses to draw.</p>', **three), public="same")
    seasons = seasons.dropna(subset=["count"])
    steps = ticks(float(seasons["count"].max()))
    places = max(_WINDOWS_A_YEAR, int(seasons["window_of_year"].max()))

    def x(window: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (window - 1) / max(places - 1, 1)

    def y(count: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * max(count, 0) / steps[-1]

    drawn = [
        f'<path class="base" d="M{short(_LEFT)} {short(y(step))}H{short(_RIGHT + 10)}"/>'
        f'<text x="{short(_LEFT - 9)}" y="{short(y(step) + 4)}" text-anchor="end">{number(step)}</text>'
        for step in steps
    ]
    years = sorted(int(year) for year in seasons["season_year"].unique())
    latest = seasons[seasons["season_year"] == years[-1]]
    for row in latest.to_dict("records") if len(latest) > 8 else _longest(seasons):
        start = row["window_start"]
        if int(row["window_of_year"]) % 2:
            place = short(x(row["window_of_year"]))
            drawn.append(
                f'<text x="{place}" y="{short(_BOTTOM + 19)}" text-anchor="middle">{start.day} {start:%b}</text>'
            )
    ends: list[tuple[float, float, str, str]] = []
    for age, year in enumerate(reversed(years)):
        rows = seasons[seasons["season_year"] == year]
        xs, ys = [x(place) for place in rows["window_of_year"]], [y(count) for count in rows["count"]]
        kind = "now" if age == 0 else f"past p{min(age, 3)}"
        if len(xs) > 1:
            drawn.insert(0 if age else len(drawn), f'<path class="{kind}" d="{line(xs, ys)}"/>')
        if age == 0:
            drawn.append(f'<circle class="mk" cx="{short(xs[-1])}" cy="{short(ys[-1])}" r="4.5"/>')
            drawn.append(
                f'<text x="{short(xs[-1] + 9)}" y="{short(ys[-1] - 9)}" class="strong big halo">'
                f"{number(rows['count'].iloc[-1])} in {year}</text>"
            )
        else:
            ends.append((ys[-1], xs[-1], str(year), f"p{min(age, 3)}"))
    drawn += _end_labels(ends)
    last = latest.iloc[-1]
    said = f"Line chart by time of year: {number(last['count'])} in the {days} days from {last['window_start']:%Y-%m-%d}, earlier years beside it."
    table = shown_table(seasons, _NAMES, title=f"Counts of {days} days by time of year")
    body = (
        f'<div class="scroll latest" tabindex="0" role="region" aria-label="{text(title)}, scrolls sideways">'
        f'<svg class="wide season" role="img" aria-label="{text(said)}" viewBox="0 0 1040 266">{"".join(drawn)}</svg></div>'
    )
    twin = numbers_twin(table, last=_WINDOWS_A_YEAR)
    return Fragment(figure(title, body, twin=twin, **three), tables={name: table}, public="same")


def _longest(seasons: pd.DataFrame) -> list[dict[str, object]]:
    """Give the rows of the year with most windows, the later of two alike, to name the axis by."""
    sizes = seasons.groupby("season_year").size()
    year = sizes[sizes == sizes.max()].index.max()
    return list(seasons[seasons["season_year"] == year].to_dict("records"))


def _end_labels(ends: list[tuple[float, float, str, str]]) -> list[str]:
    """Write each earlier year at the end of its line, pushed apart where two would touch."""
    drawn, taken = [], -100.0
    for y, x, year, kind in sorted(ends):
        place = max(y + 4, taken + 15)
        taken = place
        drawn.append(f'<text x="{short(x + 8)}" y="{short(place)}" class="{kind}">{text(year)}</text>')
    return drawn
