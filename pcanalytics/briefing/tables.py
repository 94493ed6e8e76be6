"""Tables of a briefing: counts beside earlier counts, hours of the week, addresses, supervision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.charts import figure, sparkline
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.fragment import Fragment

__all__ = ["address_table", "area_table", "count_table", "hour_table", "supervision_table"]

_PERIODS = (
    ("Week", (("week", "This"), ("week_prior", "Before"), ("week_last_year", "Last year"))),
    ("28 days", (("last_28_days", "These"), ("last_28_days_prior", "Before"), ("last_28_days_last_year", "Last year"))),
    ("Year to date", (("year_to_date", "This year"), ("year_to_date_last_year", "Last year"))),
)

#: What a dash in place of a count says.
NOT_COVERED = "A dash stands where the records do not go back far enough."

_COUNTED = tuple(column for _, columns in _PERIODS for column, _ in columns)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _scroll(label: str, table: str, under: str = "") -> str:
    """Let a table scroll sideways where the screen is narrow, with its explanation standing still below."""
    said = f'<p class="under">{text(under)}</p>' if under else ""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{text(label)}, scrolls sideways">{table}</div>{said}'


def _count_cells(row: pd.Series) -> str:
    cells = []
    for _, columns in _PERIODS:
        for place, (column, _) in enumerate(columns):
            kind = "now" if place == 0 else "past"
            cells.append(f'<td class="number {kind}">{number(row[column])}</td>')
    return "".join(cells)


def _count_head(first: str, spark: bool) -> str:
    groups = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{name}</th>' for name, columns in _PERIODS)
    names = "".join(
        f'<th scope="col" class="{"now" if place == 0 else "past"}">{name}</th>'
        for _, columns in _PERIODS
        for place, (_, name) in enumerate(columns)
    )
    trend = '<th scope="col" rowspan="2" class="trend">52 weeks</th>' if spark else ""
    bands = "".join(f'<colgroup span="{len(columns)}" class="band"></colgroup>' for _, columns in _PERIODS)
    return (
        f'<colgroup span="{2 if spark else 1}"></colgroup>{bands}<thead><tr><th scope="col" rowspan="2">{text(first)}</th>'
        f"{trend}{groups}</tr><tr>{names}</tr></thead>"
    )


def count_table(comparison: pd.DataFrame, total: pd.DataFrame, series: pd.DataFrame) -> Fragment:
    """Show counts of the week, 28 days and year to date beside those before, by offense group.

    Parameters
    ----------
    comparison : pandas.DataFrame
        One row per ``offense_group`` with the eight counts of a comparison.
    total : pandas.DataFrame
        One row: all groups, each offense once.
    series : pandas.DataFrame
        ``offense_group``, ``week_start``, ``count`` for the small trend lines, oldest first.

    Returns
    -------
    Fragment
        A table; its facts carry the total for the index.

    Examples
    --------
    >>> counts = pd.DataFrame([{"offense_group": "Robbery", **dict.fromkeys(_COUNTED, 3)}])
    >>> "<caption>" in count_table(counts, counts, pd.DataFrame(columns=["offense_group", "count"])).html
    True
    """
    rows = []
    for row in comparison.to_dict("records"):
        label = str(row["offense_group"])
        line = series.loc[series["offense_group"] == label, "count"].tolist()[-52:]
        spark = sparkline([int(count) for count in line], label=f"{label} by week for a year")
        rows.append(
            f'<tr><th scope="row">{text(label)}</th><td class="trend">{spark}</td>{_count_cells(pd.Series(row))}</tr>'
        )
    whole = total.iloc[0]
    rows.append(f'<tr class="total"><th scope="row">All groups</th><td class="trend"></td>{_count_cells(whole)}</tr>')
    caption = "<caption>Offenses by group</caption>"
    under = (
        "A week and 28 days are compared with the same weekdays a year earlier, the year to date with the same dates. "
        "An offense in two groups counts once in the last row. Small counts differ by chance from week to week; "
        "a difference here is not by itself a change."
    )
    if whole[list(_COUNTED)].isna().any():
        under += " " + NOT_COVERED
    table = f'<table class="counts">{caption}{_count_head("Offense group", True)}<tbody>{"".join(rows)}</tbody></table>'
    return Fragment(
        _scroll("Counts by offense group", table, under),
        facts={"total": {column: None if pd.isna(whole[column]) else int(whole[column]) for column in _COUNTED}},
    )


def area_table(comparison: pd.DataFrame, *, area: str) -> Fragment:
    """Show the same counts by district or beat, all groups together.

    Parameters
    ----------
    comparison : pandas.DataFrame
        One row per value of the column ``area`` with the eight counts; a missing area is labeled so.
    area : str
        The column, such as ``"district"`` or ``"beat"``.

    Examples
    --------
    >>> counts = pd.DataFrame([{"beat": "007", **dict.fromkeys(_COUNTED, 3)}])
    >>> '<th scope="row">007</th>' in area_table(counts, area="beat").html
    True
    """
    rows = []
    for row in comparison.to_dict("records"):
        label = f"No {area} recorded" if pd.isna(row[area]) else str(row[area])
        rows.append(f'<tr><th scope="row">{text(label)}</th>{_count_cells(pd.Series(row))}</tr>')
    if not rows:
        return Fragment(f'<p class="few">No offense on record names a {text(area)}.</p>')
    caption = f"<caption>All groups together, by {text(area)}</caption>"
    table = (
        f'<table class="counts">{caption}{_count_head(area.capitalize(), False)}<tbody>{"".join(rows)}</tbody></table>'
    )
    return Fragment(_scroll(f"Counts by {area}", table))


def hour_table(tempo: pd.DataFrame, *, days: int = 28) -> Fragment:
    """Show the hours of the week, shaded, each with its number.

    Parameters
    ----------
    tempo : pandas.DataFrame
        ``weekday`` (0 is Monday), ``hour`` and ``count``; a row without weekday holds unknown hours.
    days : int
        The days counted, for the caption.

    Returns
    -------
    Fragment
        A table of 7 rows and 24 columns with sums. With no known hour it says so.

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
    three = {
        "shows": f"Offenses of the last {days} days by weekday and hour. Not shown: {left_out}.",
        "read": "An offense whose time is a span is shared over the hours it may have happened in, so cells are rounded "
        "and a faint cell may stand for part of an offense. Darker is more.",
        "do": "Set directed patrol by blocks of hours, not by single cells.",
    }
    top = max(cells.values(), default=0.0)
    if sum(cells.values()) < 1:
        return Fragment(figure("Hour and weekday", '<p class="few">Too few offenses with a known hour.</p>', **three))
    hours = "".join(f'<th scope="col">{hour:02d}</th>' for hour in range(24))
    rows = [_hour_row(_DAYS[day], [cells.get((day, hour), 0.0) for hour in range(24)], top) for day in range(7)]
    sums = [sum(cells.get((day, hour), 0.0) for day in range(7)) for hour in range(24)]
    foot = "".join(f'<td class="number">{_rounded(value)}</td>' for value in sums)
    table = (
        f'<table class="hours"><thead><tr><th scope="col">Hour</th>{hours}<th scope="col">Day</th></tr></thead>'
        f'<tbody>{"".join(rows)}</tbody><tfoot><tr><th scope="row">Sum</th>{foot}'
        f'<td class="number">{_rounded(sum(sums))}</td></tr></tfoot></table>'
    )
    return Fragment(figure("Hour and weekday", _scroll("Offenses by hour and weekday", table), kind="grid", **three))


def _rounded(value: float) -> str:
    return number(round(value)) if round(value) else ""


def _hour_row(day: str, values: Sequence[float], top: float) -> str:
    cells = "".join(
        f'<td class="number s{min(5, int(5.999 * value / top)) if value > 0 else 0}">{_rounded(value)}</td>'
        for value in values
    )
    return f'<tr><th scope="row">{day}</th>{cells}<td class="number sum">{_rounded(sum(values))}</td></tr>'


def address_table(addresses: pd.DataFrame, *, days: int = 28) -> Fragment:
    """Show the addresses with most calls for service.

    Parameters
    ----------
    addresses : pandas.DataFrame
        ``address``, ``beat``, ``calls_recent``, ``calls_12_months``, ``most_usual_type``, ``latest``,
        ``institution``.
    days : int
        The days of ``calls_recent``, for the heading.

    Returns
    -------
    Fragment
        A table, or a sentence when no address repeats.

    Examples
    --------
    >>> "No address" in address_table(pd.DataFrame(columns=["address"])).html
    True
    """
    if addresses.empty:
        return Fragment(f'<p class="few">No address had two or more calls in the last {days} days.</p>')
    rows = []
    for row in addresses.to_dict("records"):
        mark = "" if pd.isna(row["institution"]) else f'<span class="tag">{text(row["institution"])}</span>'
        latest = "" if pd.isna(row["latest"]) else f"{row['latest'].day} {row['latest']:%b}"
        rows.append(
            f'<tr><th scope="row">{text(row["address"])} {mark}</th><td>{text(row["beat"])}</td>'
            f'<td class="number now">{number(row["calls_recent"])}</td>'
            f'<td class="number past">{number(row["calls_12_months"])}</td>'
            f"<td>{text(row['most_usual_type'])}</td><td>{latest}</td></tr>"
        )
    names = ("Address", "Beat", f"{days} days", "12 months", "Most usual call", "Latest")
    head = "".join(
        f'<th scope="col"{" class=number" if place in (2, 3) else ""}>{name}</th>' for place, name in enumerate(names)
    )
    under = (
        "Calls for service from the public; units of a building are counted together. Calls that officers started are left "
        "out. Addresses kept confidential, and calls about domestic or sexual violence, are never listed. A hospital, a "
        "station or a shelter is marked: calls there have reasons of their own."
    )
    caption = f"<caption>Addresses with most calls in {days} days</caption>"
    table = f'<table class="list">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return Fragment(_scroll("Repeat addresses", table, under))


def supervision_table(counts: pd.DataFrame, *, agreement: Mapping[str, Any] | None = None, scope: str = "") -> Fragment:
    """Show counts of people under supervision and of releases, with no person behind them.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``topic``, ``label``, ``count``, ``shown``; small counts come in words.
    agreement : mapping, optional
        ``id`` of the agreement under which corrections shared them.
    scope : str
        What the counts cover, such as ``"the whole city"``.

    Examples
    --------
    >>> "No supervision counts" in supervision_table(pd.DataFrame(columns=["topic"])).html
    True
    """
    if counts.empty:
        return Fragment(
            '<p class="few">No supervision counts: none are loaded, or the agreement does not share them for this purpose.</p>'
        )
    topics = {"supervision": "Under supervision", "releases": "Releases"}
    bodies = []
    for topic, rows in counts.groupby("topic", sort=False):
        lines = "".join(
            f'<tr><th scope="row">{text(str(row["label"]).replace("_", " ").capitalize())}</th>'
            f'<td class="number{" small" if pd.isna(row["count"]) else ""}">{text(row["shown"])}</td></tr>'
            for row in rows.to_dict("records")
        )
        title = text(topics.get(str(topic), str(topic)))
        bodies.append(f'<tbody><tr class="head"><th scope="rowgroup" colspan="2">{title}</th></tr>{lines}</tbody>')
    under = "Counts only; small ones are kept back, so parts need not add up."
    under += f" They cover {scope}." if scope else ""
    under += f" Shared under agreement {agreement.get('id', '')}." if agreement else ""
    table = (
        f'<table class="list short"><caption>People under supervision, and releases</caption>{"".join(bodies)}</table>'
    )
    return Fragment(_scroll("Supervision counts", table, under))
