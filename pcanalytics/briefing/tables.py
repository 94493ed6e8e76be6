"""Tables of counts beside earlier counts: by offense group, by area, by what else is measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.charts import sparkline
from pcanalytics.briefing.columns import (
    COUNTED,
    NOT_COVERED,
    RANGE_DAYS,
    SIGNAL,
    count_cells,
    count_head,
    late_in_words,
    not_covered,
    note_marks,
    notes_in_words,
    twin_headings,
)
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import (
    ALL_GROUPS,
    first_row,
    level_key,
    level_tag,
    row_anchor,
    signal_rows,
    usual_range,
    window_days,
)
from pcanalytics.briefing.shown import shown_table

__all__ = ["NOT_COVERED", "area_table", "count_table", "measures_table"]

#: The small trend lines show so many days.
_TREND_DAYS = 728

_SIGNALED = ("expected", "watch_low", "watch_high", "level", "direction", "words", "power_words")


def count_table(
    comparison: pd.DataFrame,
    total: pd.DataFrame,
    series: pd.DataFrame,
    signals: pd.DataFrame | None = None,
    total_signal: pd.DataFrame | None = None,
    *,
    bands: pd.DataFrame | None = None,
    total_bands: pd.DataFrame | None = None,
    notes: pd.DataFrame | None = None,
    completeness: Mapping[str, float] | None = None,
) -> Fragment:
    """Show counts of the week, 28 days, year to date and 12 months beside those before, by offense group.

    Parameters
    ----------
    comparison : pandas.DataFrame
        One row per ``offense_group`` with the counts of a comparison; a column that is not there is left out.
    total : pandas.DataFrame
        One row: all groups, each offense once.
    series : pandas.DataFrame
        ``offense_group``, ``week_start``, ``count`` for the small trend lines where ``bands`` are not given.
    signals, total_signal : pandas.DataFrame, optional
        What the rule says of each group, and of all together in one row.
    bands, total_bands : pandas.DataFrame, optional
        The windows of each group, and of all together: the small trend lines then show those of two years, with the
        usual range behind the last.
    notes : pandas.DataFrame, optional
        ``offense_group``, ``column``, ``note``, ``years``, ``on``, ``reason``: which counts are missing or mixed, and why.
    completeness : mapping of str to float, optional
        Share of the judged days' offenses that is expected to be on record by now, by group.

    Returns
    -------
    Fragment
        A table whose rows have the ids of :func:`row_anchor`; its facts carry the total for the index, and each group's 28 days
        for the next issue's ledger.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> counts = pd.DataFrame([{"offense_group": "Robbery", **dict.fromkeys(COUNTED, 3)}])
    >>> "<caption>" in count_table(counts, counts, pd.DataFrame(columns=["offense_group", "count"])).html
    True
    """
    said, windows, weeks = signal_rows(signals), _by_group(bands), _by_group(series)
    days, whole, whole_signal = window_days(signals), total.to_dict("records")[0], first_row(total_signal)
    is_beside = signals is not None and days == RANGE_DAYS
    rows = []
    for row in comparison.to_dict("records"):
        label = str(row["offense_group"])
        lead = _lead(said.get(label), days) if signals is not None else ""
        lead += f'<td class="trend">{_spark(label, said.get(label), windows.get(label), weeks.get(label))}</td>'
        marks = note_marks(notes, label)
        cells = count_cells(row, comparison, with_range=is_beside, signal=said.get(label), marks=marks)
        rows.append(f'<tr id="{row_anchor(label)}"><th scope="row">{text(label)}</th>{lead}{cells}</tr>')
    lead = _lead(whole_signal, days) if signals is not None else ""
    lead += f'<td class="trend">{_spark(ALL_GROUPS, whole_signal, total_bands, None)}</td>'
    marks = note_marks(notes, ALL_GROUPS)
    cells = count_cells(whole, comparison, with_range=is_beside, signal=whole_signal, marks=marks)
    rows.append(f'<tr id="{row_anchor(ALL_GROUPS)}" class="total"><th scope="row">{ALL_GROUPS}</th>{lead}{cells}</tr>')
    is_late = bool(late_in_words(completeness, days=days))
    names = (*_lead_names(signals, days, late=is_late), "Two years" if bands is not None else "52 weeks")
    head = count_head(
        "Offense group", comparison, lead=names, with_range=is_beside, late=is_late and days == RANGE_DAYS
    )
    table = (
        f'<table class="counts main"><caption>Offenses by group</caption>{head}<tbody>{"".join(rows)}</tbody></table>'
    )
    counted = [column for column in COUNTED if column in total.columns]
    lacking = not_covered(notes, bool(pd.concat([comparison, total])[counted].isna().any(axis=None)))
    under = [
        "A week and 28 days are compared with the same weekdays a year earlier, the year to date with the same dates. "
        "An offense in two groups counts once in the last row.",
        NOT_COVERED if lacking else "",
        notes_in_words(notes, completeness, days=days),
    ]
    numbers = _numbers(comparison, total, signals, total_signal)
    html = (
        scroll("Counts by offense group", table)
        + (level_key() if signals is not None else "")
        + f'<p class="under">{text(" ".join(part for part in under if part))}</p>'
        + numbers_twin(numbers)
    )
    facts: dict[str, Any] = {
        "total": {column: None if pd.isna(whole[column]) else int(whole[column]) for column in counted},
        "counts": _counts_of_28_days(comparison, whole),
    }
    return Fragment(html, facts=facts, tables={"counts": numbers}, public="same")


def _counts_of_28_days(comparison: pd.DataFrame, whole: Mapping[str, Any]) -> dict[str, int]:
    """Keep what is printed for each group, so that the next issue can say what changed since."""
    if "last_28_days" not in comparison.columns:
        return {}
    if "last_28_days" not in comparison.columns:
        return {}
    printed = [
        *zip(comparison["offense_group"], comparison["last_28_days"], strict=True),
        (ALL_GROUPS, whole["last_28_days"]),
    ]
    return {str(label): int(count) for label, count in printed if not pd.isna(count)}


def _lead_names(signals: pd.DataFrame | None, days: int, *, late: bool = False) -> tuple[str, ...]:
    if signals is None:
        return ()
    return (SIGNAL,) if days == RANGE_DAYS else (SIGNAL, f"{days} days, usual{'*' if late else ''}")


def _lead(signal: Mapping[str, Any] | None, days: int) -> str:
    """Give the cells between label and counts: the mark, and the range where it is not of the 28 days beside it."""
    tag = f'<td class="signal">{level_tag(signal)}</td>'
    if days == RANGE_DAYS:
        return tag
    span = usual_range(signal)
    count = "" if signal is None else number(signal["count"])
    return tag + f'<td class="signal">{count}{f", {span}" if span else ""}</td>'


def _by_group(frame: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    if frame is None or frame.empty:
        return {}
    return {str(label): rows for label, rows in frame.groupby("offense_group", sort=False)}


def _spark(
    label: str, signal: Mapping[str, Any] | None, windows: pd.DataFrame | None, weeks: pd.DataFrame | None
) -> str:
    if windows is not None:
        days = window_days(windows)
        counts = [int(count) for count in windows["count"].tolist()[-max(2, _TREND_DAYS // days) :]]
        usual = None
        if signal is not None and not pd.isna(signal.get("watch_low")):
            usual = (float(signal["watch_low"]), float(signal["watch_high"]))
        return sparkline(counts, label=f"{label}, {days} days at a time for two years", usual=usual, signal=signal)
    if weeks is not None:
        return sparkline([int(count) for count in weeks["count"].tolist()[-52:]], label=f"{label} by week for a year")
    return ""


def _numbers(
    comparison: pd.DataFrame, total: pd.DataFrame, signals: pd.DataFrame | None, total_signal: pd.DataFrame | None
) -> dict[str, Any]:
    whole = total.assign(offense_group=ALL_GROUPS)
    days = window_days(signals)
    if signals is not None and len(signals):
        there = _there(signals, days)
        comparison = comparison.merge(signals[["offense_group", *there]], on="offense_group", how="left")
        first = first_row(total_signal) or {}
        whole = whole.assign(**{column: first.get(column) for column in there})
    names = {"offense_group": "Offense group", **twin_headings(list(comparison.columns), days=days)}
    records = [*comparison.to_dict("records"), *whole.to_dict("records")]
    frame = pd.DataFrame(records, columns=list(names), dtype=object)
    return shown_table(frame, names, title="Counts by offense group")


def _there(signals: pd.DataFrame, days: int) -> list[str]:
    """Name what the table of numbers takes from the signals: the count judged too, where it is none of the 28 days'."""
    wanted = _SIGNALED if days == RANGE_DAYS else ("count", *_SIGNALED)
    return [column for column in wanted if column in signals.columns]


def area_table(comparison: pd.DataFrame, signals: pd.DataFrame | None = None, *, area: str) -> Fragment:
    """Show the same counts by district or beat, all groups together.

    Parameters
    ----------
    comparison : pandas.DataFrame
        One row per value of the column ``area`` with the counts; a missing area is labeled so.
    signals : pandas.DataFrame, optional
        What the rule says of each value of ``area``; its ``label``, where it has one, is what a sentence leads to.
    area : str
        The column, such as ``"district"`` or ``"beat"``.

    Raises
    ------
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> counts = pd.DataFrame([{"beat": "007", **dict.fromkeys(COUNTED, 3)}])
    >>> '<th scope="row">007</th>' in area_table(counts, area="beat").html
    True
    """
    if comparison.empty:
        return Fragment(f'<p class="few">No offense on record names a {text(area)}.</p>', public="same")
    said, days = signal_rows(signals, area), window_days(signals)
    is_beside = signals is not None and days == RANGE_DAYS
    rows = []
    for row in comparison.to_dict("records"):
        label = f"No {area} recorded" if pd.isna(row[area]) else str(row[area])
        lead = _lead(said.get(label), days) if signals is not None else ""
        cells = count_cells(row, comparison, with_range=is_beside, signal=said.get(label))
        anchor = row_anchor(str(said.get(label, {}).get("label", label)))
        rows.append(f'<tr id="{anchor}"><th scope="row">{text(label)}</th>{lead}{cells}</tr>')
    head = count_head(area.capitalize(), comparison, lead=_lead_names(signals, days), with_range=is_beside)
    caption = f"<caption>All groups together, by {text(area)}</caption>"
    table = f'<table class="counts main">{caption}{head}<tbody>{"".join(rows)}</tbody></table>'
    frame = comparison
    if signals is not None and len(signals):
        there = _there(signals, days)
        frame = comparison.merge(signals[[area, *there]].dropna(subset=[area]), on=area, how="left")
    numbers = shown_table(
        frame, {area: area.capitalize(), **twin_headings(list(frame.columns), days=days)}, title=f"Counts by {area}"
    )
    return Fragment(scroll(f"Counts by {area}", table), tables={f"counts_by_{area}": numbers}, public="same")


def measures_table(measures: pd.DataFrame, *, public_measures: pd.DataFrame | None = None) -> Fragment:
    """Show what else is measured beside the same periods before: arrests, calls, clearances, victims.

    Parameters
    ----------
    measures : pandas.DataFrame
        One row per ``measure`` with the counts of a comparison.
    public_measures : pandas.DataFrame, optional
        The same for the public page, with words such as ``"fewer than 10"`` in place of small counts of people.
        Without it the public page has no such table.

    Examples
    --------
    >>> counts = pd.DataFrame([{"measure": "Arrests", **dict.fromkeys(COUNTED, 3)}])
    >>> measures_table(counts).for_audience("public") is None
    True
    """
    public = None if public_measures is None else _measures(public_measures, public=None)
    return _measures(measures, public=public)


def _measures(measures: pd.DataFrame, *, public: Fragment | None) -> Fragment:
    if measures.empty:
        return Fragment('<p class="few">No arrests, calls, clearances or victims are loaded.</p>', public=public)
    rows = "".join(
        f'<tr><th scope="row">{text(row["measure"])}</th>{count_cells(row, measures, with_range=False)}</tr>'
        for row in measures.to_dict("records")
    )
    head = count_head("Measure", measures, lead=(), with_range=False)
    table = f'<table class="counts main"><caption>Arrests, calls, clearances and victims</caption>{head}<tbody>{rows}</tbody></table>'
    names = {"measure": "Measure", **twin_headings(list(measures.columns))}
    numbers = shown_table(measures, names, title="What else is counted")
    return Fragment(scroll("What else is counted", table), tables={"measures": numbers}, public=public)
