"""The hours of the week, shaded, with the agency's shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pcanalytics.briefing.escape import number
from pcanalytics.briefing.figures import figure, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["hour_table"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hour_table(tempo: pd.DataFrame, *, days: int = 28, shifts: Sequence[int] = ()) -> Fragment:
    """Show the hours of the week, shaded, each with its number, and the sums of the shifts.

    Parameters
    ----------
    tempo : pandas.DataFrame
        ``weekday`` (0 is Monday), ``hour`` and ``count``; a row without weekday holds unknown hours.
    days : int
        The days counted, for the caption.
    shifts : sequence of int
        When shifts begin, in minutes after midnight, sorted. A line stands where a shift begins, at the hour it
        begins in; hours count to the shift that holds them, and those after midnight to the day the shift began on.

    Returns
    -------
    Fragment
        A table of 7 rows and 24 columns with sums, below it one of shifts by weekday. With no known hour it says so.

    Examples
    --------
    >>> week = pd.DataFrame({"weekday": [0, None], "hour": [3, None], "count": [2.0, 1.0]})
    >>> "1 offense whose hour is not known" in hour_table(week).html
    True
    """
    known = tempo[tempo["weekday"].notna()]
    unknown = float(tempo.loc[tempo["weekday"].isna(), "count"].sum())
    cells = {
        (int(day), int(hour)): max(float(count), 0.0) for day, hour, count in known[["weekday", "hour", "count"]].values
    }
    left_out = f"{number(round(unknown))} offense{'' if round(unknown) == 1 else 's'} whose hour is not known"
    shares = " A shift that runs past midnight counts to the day it began on." if shifts else ""
    three = {
        "shows": f"Offenses of the last {days} days by weekday and hour. Not shown: {left_out}.",
        "read": "An offense whose time is a span is shared over the hours it may have happened in, so cells are rounded "
        f"and a faint cell may stand for part of an offense. Darker is more.{shares}",
        "do": "Set directed patrol by blocks of hours, not by single cells.",
    }
    top = max(cells.values(), default=0.0)
    if sum(cells.values()) < 1:
        few = '<p class="few">Too few offenses with a known hour.</p>'
        return Fragment(figure("Hour and weekday", few, **three), public="same")
    begins = sorted({int(minute) // 60 % 24 for minute in shifts})
    head = "".join(f'<th scope="col"{_edge(hour, begins)}>{hour:02d}</th>' for hour in range(24))
    rows = [_hour_row(_DAYS[day], [cells.get((day, hour), 0.0) for hour in range(24)], top, begins) for day in range(7)]
    sums = [sum(cells.get((day, hour), 0.0) for day in range(7)) for hour in range(24)]
    foot = "".join(f'<td class="number{_edged(hour, begins)}">{_rounded(sums[hour])}</td>' for hour in range(24))
    table = (
        f'<table class="hours"><thead><tr><th scope="col">Hour</th>{head}<th scope="col">Day</th></tr></thead>'
        f'<tbody>{"".join(rows)}</tbody><tfoot><tr><th scope="row">Sum</th>{foot}'
        f'<td class="number">{_rounded(sum(sums))}</td></tr></tfoot></table>'
    )
    body = scroll("Offenses by hour and weekday", table) + (_shift_table(cells, shifts) if begins else "")
    shown = shown_table(
        known,
        {"weekday": "Weekday (0 is Monday)", "hour": "Hour", "count": "Count"},
        title=f"Offenses of {days} days by hour",
    )
    return Fragment(figure("Hour and weekday", body, kind="grid", **three), tables={"hours": shown}, public="same")


def _edge(hour: int, begins: Sequence[int]) -> str:
    return " class=begins" if hour in begins else ""


def _edged(hour: int, begins: Sequence[int]) -> str:
    return " begins" if hour in begins else ""


def _rounded(value: float) -> str:
    return number(round(value)) if round(value) else ""


def _hour_row(day: str, values: Sequence[float], top: float, begins: Sequence[int]) -> str:
    cells = "".join(
        f'<td class="number s{min(5, int(5.999 * value / top)) if value > 0 else 0}{_edged(hour, begins)}">{_rounded(value)}</td>'
        for hour, value in enumerate(values)
    )
    return f'<tr><th scope="row">{day}</th>{cells}<td class="number sum">{_rounded(sum(values))}</td></tr>'


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _shift_table(cells: Mapping[tuple[int, int], float], shifts: Sequence[int]) -> str:
    """Sum each shift by the weekday it begins on, each hour going to one shift."""
    minutes = list({int(minute) // 60 % 24: int(minute) % 1440 for minute in reversed(sorted(shifts))}.items())
    begins = sorted(minutes)
    sums = {(hour, day): 0.0 for hour, _ in begins for day in range(7)}
    for (day, hour), count in cells.items():
        started = [begin for begin, _ in begins if begin <= hour]
        if started:
            sums[started[-1], day] += count
        else:
            sums[begins[-1][0], (day - 1) % 7] += count
    top = max(sums.values()) or 1.0
    lines = []
    for place, (hour, minute) in enumerate(begins):
        until = begins[(place + 1) % len(begins)][1]
        values = [sums[hour, day] for day in range(7)]
        shades = "".join(
            f'<td class="number s{min(5, int(5.999 * value / top)) if value > 0 else 0}">{_rounded(value)}</td>'
            for value in values
        )
        lines.append(
            f'<tr><th scope="row">{_clock(minute)} to {_clock(until)}</th>{shades}<td class="number sum">{_rounded(sum(values))}</td></tr>'
        )
    head = "".join(f'<th scope="col">{day}</th>' for day in _DAYS)
    table = (
        f'<table class="hours shifts"><thead><tr><th scope="col">Shift</th>{head}<th scope="col">Sum</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
    return scroll("Offenses by shift and weekday", table)
