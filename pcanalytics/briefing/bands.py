"""Counts window by window over the band of their usual range: one chart for all groups, a small one for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import Box, Break, breaks_in_words, breaks_of, dots, line, ribbon, short, ticks
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import (
    ALL_GROUPS,
    first_row,
    in_words,
    level_key,
    level_tag,
    signal_rows,
    usual_range,
    window_days,
)
from pcanalytics.briefing.marks import level_mark, level_word
from pcanalytics.briefing.shown import shown_table

__all__ = ["band_chart", "band_charts"]

_RANGE = ("watch_low", "watch_high", "alert_low", "alert_high")

_HEADINGS = {
    "window_start": "First day",
    "window_end": "Day after the last",
    "count": "Count",
    "expected": "Expected",
    "watch_low": "Usual from",
    "watch_high": "Usual to",
    "alert_low": "Alert below",
    "alert_high": "Alert above",
}

#: How many windows the page's own table of numbers holds: a year of 28 days.
_TWIN_WINDOWS = 13


def _current(rows: pd.DataFrame, signal: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give what is said of the current window: by the signal where there is one, else by the band."""
    now = rows[rows["is_current"].astype(bool)]
    if now.empty:
        return dict(signal) if signal is not None else None
    return {**now.to_dict("records")[-1], **(signal or {})}


def _edges(rows: pd.DataFrame, now: Mapping[str, Any], box: Box, column: str) -> list[float | None]:
    """Give one edge of the band in units of the drawing; the last is that of the signal itself."""
    values = [None if pd.isna(value) else float(value) for value in rows[column]]
    if values and column in now and not pd.isna(now[column]):
        values[-1] = float(now[column])
    return [None if value is None else box.y(value) for value in values]


def _highest(rows: pd.DataFrame, now: Mapping[str, Any]) -> float:
    highs = [rows["count"].max(), rows["watch_high"].max(), now.get("watch_high")]
    return max([1.0, *(float(value) for value in highs if value is not None and not pd.isna(value))])


def _break_lines(rows: pd.DataFrame, breaks: Sequence[Break], box: Box, *, labels: bool) -> str:
    starts = rows["window_start"].tolist()
    drawn = []
    for found in breaks:
        later = [place for place, start in enumerate(starts) if start >= found.on]
        if not later or later[0] == 0:
            continue
        x = box.x(later[0] - 0.5)
        drawn.append(f'<path class="cut" d="M{short(x)} {short(box.top - 4)}V{short(box.bottom)}"/>')
        if labels:
            near_end = x > box.left + 0.6 * (box.right - box.left)
            side = f'x="{short(x - 6)}" text-anchor="end"' if near_end else f'x="{short(x + 6)}"'
            drawn.append(f'<text {side} y="{short(box.top + 4)}" class="gray">{text(found.reason)}</text>')
    return "".join(drawn)


def _years(rows: pd.DataFrame, box: Box) -> str:
    """Mark where a calendar year begins, with its number."""
    starts = rows["window_start"].tolist()
    drawn, year = [], starts[0].year
    for place, start in enumerate(starts):
        if start.year != year:
            year = start.year
            x = box.x(place - 0.5)
            drawn.append(f'<path class="axis" d="M{short(x)} {short(box.bottom)}v4"/>')
            if x < box.right - 24:
                drawn.append(f'<text x="{short(x + 2)}" y="{short(box.bottom + 14)}">{year}</text>')
    return "".join(drawn)


def _layers(rows: pd.DataFrame, now: Mapping[str, Any], box: Box) -> str:
    """Draw band, line, dots and the current window's mark."""
    xs = [box.x(place) for place in range(len(rows))]
    ys = [box.y(float(count)) for count in rows["count"]]
    low, high, far_low, far_high = (_edges(rows, now, box, column) for column in _RANGE)
    drawn = [f'<path class="far" d="{path}"/>' if (path := ribbon(xs, far_low, far_high)) else ""]
    drawn.append(f'<path class="near" d="{path}"/>' if (path := ribbon(xs, low, high)) else "")
    drawn.append(f'<path class="run" d="{line(xs, ys)}"/><path class="dots" d="{dots(xs[:-1], ys[:-1])}"/>')
    if low[-1] is not None and high[-1] is not None:
        x = xs[-1]
        drawn.append(f'<path class="span" d="M{short(x - 5)} {short(high[-1])}h10m-5 0V{short(low[-1])}m-5 0h10"/>')
    drawn.append(level_mark(xs[-1], ys[-1], now))
    return "".join(drawn)


def _said(label: str, now: Mapping[str, Any], days: int) -> str:
    """Say a chart in words, for those who do not see it."""
    words = in_words(now)
    return f"{label}: {number(now.get('count'))} in the last {days} days, {words}."


def band_charts(
    bands: pd.DataFrame,
    signals: pd.DataFrame | None = None,
    *,
    by: str = "offense_group",
    breaks: Sequence[Break] = (),
    title: str = "Each group against its usual range",
) -> Fragment:
    """Draw one small chart a group: its counts, window by window, over the band of its usual range.

    Parameters
    ----------
    bands : pandas.DataFrame
        The column ``by``, ``window_start``, ``window_end``, ``count``, ``watch_low``, ``watch_high``, ``alert_low``,
        ``alert_high``, ``is_current``; oldest first within a group. A missing range leaves a gap in the band.
    signals : pandas.DataFrame, optional
        One row per group with ``level``, ``direction``, ``words`` and the current range; what it says goes before
        what ``bands`` says of the current window.
    by : str
        The column that names the charts.
    breaks : sequence
        Days from which counts are made otherwise: ``on``, ``reason``, ``offense_groups``.
    title : str
        The figure's title.

    Returns
    -------
    Fragment
        A grid of charts with the table ``windows``; a group with too few offenses says so.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> band_charts(pd.DataFrame(columns=["offense_group"])).html.count("<svg")
    0
    """
    said = signal_rows(signals, by)
    cards, groups = [], list(bands.groupby(by, sort=False)) if len(bands) else []
    days = window_days(bands)
    for label, rows in groups:
        cards.append(_card(str(label), rows, said.get(str(label)), breaks_of(breaks, str(label)), days))
    if not cards:
        body = '<p class="few">Too few offenses to draw.</p>'
    else:
        body = f'<div class="cards bands">{"".join(cards)}</div>{level_key()}'
    dashed = " " + breaks_in_words(breaks) if breaks else ""
    table = (
        shown_table(bands, {by: "Group", **_HEADINGS}, title=f"Counts of {days} days and their usual ranges")
        if cards
        else None
    )
    return Fragment(
        figure(
            title,
            body,
            kind="band-cards",
            shows=f"Counts of {days} days, one dot each, over the band of counts that are usual for the group.",
            read="The last mark is now. Inside the band a count is usual, however it differs from last time. "
            f"Each chart has its own scale, from zero.{dashed}",
            do="Act on a marked group: read its reports. Leave a dot inside its band alone.",
            twin=_pivot(groups, days) if cards else "",
        ),
        tables={"windows": table} if table else {},
        public="same",
    )


def _card(label: str, rows: pd.DataFrame, signal: Mapping[str, Any] | None, breaks: Sequence[Break], days: int) -> str:
    now = _current(rows, signal)
    head = f"<h4>{text(label)}</h4>"
    if now is None or int(rows["count"].abs().sum()) == 0:
        return f'<div class="card">{head}<p class="few">None in this time: too few to tell.</p></div>'
    if len(rows) < 2:
        few = f"{number(now['count'])} in {days} days: too few days on record to draw."
        return f'<div class="card">{head}<p class="few">{few}</p></div>'
    span = usual_range(now)
    usual = f"usual {span}" if span else ""
    figures = f'<p class="figures"><b>{number(now["count"])}</b> {usual} {level_tag(now, brief=True)}</p>'
    box = Box(left=6, top=16, right=232, bottom=88, highest=_highest(rows, now), places=len(rows))
    parts = [
        f'<path class="base" d="M0 {short(box.top)}H240M0 {short(box.bottom)}H240"/>',
        _years(rows, box),
        _break_lines(rows, breaks, box, labels=False),
        _layers(rows, now, box),
        f'<text x="0" y="{short(box.top - 4)}">{number(round(box.highest))}</text>',
    ]
    return (
        f'<div class="card">{head}{figures}<svg role="img" aria-label="{text(_said(label, now, days))}" '
        f'viewBox="0 0 240 104">{"".join(parts)}</svg></div>'
    )


def _pivot(groups: list[tuple[Any, pd.DataFrame]], days: int) -> str:
    """Give the page's own table of numbers: a line a group, a column a window of the last year."""
    last = groups[0][1]["window_start"].tolist()[-_TWIN_WINDOWS:]
    head = "".join(f"<th scope=col class=number>{start.day} {start:%b}</th>" for start in last)
    lines = []
    for label, rows in groups:
        counts = "".join(f"<td class=number>{number(count)}</td>" for count in rows["count"].tolist()[-_TWIN_WINDOWS:])
        lines.append(f"<tr><th scope=row>{text(label)}</th>{counts}</tr>")
    table = (
        f"<table class=twin-table><thead><tr><th scope=col>{days} days from</th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
    title = "Counts of a year, group by group"
    return (
        f'<details class="twin"><summary>The numbers<span class="hide"> of: {title}</span></summary>{scroll(title, table)}'
        '<p class="under">All windows and their usual ranges are in the workbook.</p></details>'
    )


def band_chart(
    bands: pd.DataFrame,
    signal: pd.DataFrame | None = None,
    *,
    label: str = ALL_GROUPS,
    breaks: Sequence[Break] = (),
    title: str = "All offense groups against their usual range",
    name: str = "all_groups",
) -> Fragment:
    """Draw one large chart of counts over the band of their usual range, with its axis.

    Parameters
    ----------
    bands : pandas.DataFrame
        ``window_start``, ``window_end``, ``count``, ``watch_low``, ``watch_high``, ``alert_low``, ``alert_high``,
        ``is_current`` of one series, oldest first.
    signal : pandas.DataFrame, optional
        Its one row: ``level``, ``direction``, ``words`` and the current range.
    label : str
        What is counted, for a screen reader.
    breaks : sequence
        Days from which counts are made otherwise: ``on``, ``reason``, ``offense_groups``.
    title : str
        The figure's title.
    name : str
        What its table of numbers is called.

    Returns
    -------
    Fragment
        With fewer than two windows, or no offense at all, it says that there are too few to draw.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> band_chart(pd.DataFrame(columns=["count"])).tables
    {}
    """
    days, dashed = window_days(bands), " " + breaks_in_words(breaks) if breaks else ""
    three = {
        "shows": f"Counts of {days} days, one dot each, over the band of counts that are usual at that time of year.",
        "read": f"The last mark is now. Inside the band is usual; the paler edge is the limit of an alert. Scale from zero.{dashed}",
        "do": "Ask for a reason only when the mark lies outside. A swing inside the band is what chance looks like.",
    }
    now = None if bands.empty else _current(bands, first_row(signal))
    if now is None or len(bands) < 2 or int(bands["count"].abs().sum()) == 0:
        return Fragment(figure(title, '<p class="few">Too few offenses to draw.</p>', **three), public="same")
    box = Box(left=52, top=16, right=852, bottom=246, highest=1.06 * _highest(bands, now), places=len(bands))
    svg = "".join(
        (
            box.grid(ticks(box.highest), reach=10),
            box.months(bands["window_start"].tolist(), days, (1, 4, 7, 10)),
            _layers(bands, now, box),
            _break_lines(bands, breaks, box, labels=True),
            _ends(now, box, days),
        )
    )
    table = shown_table(bands, _HEADINGS, title=f"{label}: counts of {days} days and their usual range")
    drawn = (
        f'<div class="scroll latest" tabindex="0" role="region" aria-label="{text(title)}, scrolls sideways">'
        f'<svg class="wide band" role="img" aria-label="{text(_said(label, now, days))}" viewBox="0 0 1040 276">{svg}</svg></div>'
    )
    twin = numbers_twin(table, last=_TWIN_WINDOWS)
    return Fragment(figure(title, drawn, kind="chart half", twin=twin, **three), tables={name: table}, public="same")


def _ends(now: Mapping[str, Any], box: Box, days: int) -> str:
    """Label the current window and its range at the right end."""
    y = box.y(float(now["count"]))
    span = usual_range(now)
    x = short(box.right + 16)
    usual = f'<tspan x="{x}" dy="1.25em">usual {span}</tspan>' if span else ""
    return (
        f'<text x="{x}" y="{short(y + 1)}" class="strong big">{number(now["count"])}</text>'
        f'<text x="{x}" y="{short(y + 3)}"><tspan x="{x}" dy="1.1em">in {days} days</tspan>{usual}</text>'
        + level_word(box.right + 16, y - 19, now)
    )
