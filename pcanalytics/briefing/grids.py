"""Every group in every area, each against its own usual range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import LEVELS, level_key, level_of, level_tag, row_anchor, window_days
from pcanalytics.briefing.shown import shown_table

__all__ = ["signal_grid"]

#: More columns than this go down the side.
_MOST_ACROSS = 12


def signal_grid(
    signals: pd.DataFrame,
    *,
    rows: str = "offense_group",
    columns: str = "district",
    days: int | None = None,
    title: str | None = None,
) -> Fragment:
    """Show every group in every area: its count, and a mark where it is outside its usual range.

    Parameters
    ----------
    signals : pandas.DataFrame
        One row per combination of ``rows`` and ``columns``: ``count``, ``level``, ``direction``, ``words``,
        ``watch_low``, ``watch_high``, and ``label``, to which a sentence can lead.
    rows, columns : str
        The two columns that span the grid; they change sides where there would be too many columns to read.
    days : int
        Days of the counts; read from the signals where it is not given.
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
    >>> "<b>ALERT</b>" in signal_grid(one).html
    True
    """
    days = window_days(signals) if days is None else days
    heading = title or f"Every group in every {columns}"
    three = {
        "shows": f"Counts of {days} days. A mark stands where a count is outside what is usual for that group in that {columns}.",
        "read": "A gray number is in its usual range; a dot stands beside one that is too small to tell.",
        "do": "Start with the marked cells. Look along a row for a group that moves everywhere at once.",
    }
    rule = {
        rows: "Group",
        columns: columns.capitalize(),
        "count": "Count",
        "watch_low": "Usual from",
        "watch_high": "Usual to",
        "level": "Level",
    }
    known = signals.dropna(subset=[rows, columns]) if len(signals) else signals
    if known.empty:
        return Fragment(figure(heading, '<p class="few">Nothing to show.</p>', **three), public="same")
    numbers = shown_table(known, rule, title=f"Counts of {days} days by group and {columns}")
    stem, side = f"groups_by_{columns}", "Group"
    if known[columns].nunique() > _MOST_ACROSS:  # more than a screen or a sheet is wide: the areas go down
        rows, columns, side = columns, rows, columns.capitalize()
        three["do"] = "Start with the marked cells. Look down a column for a group that moves everywhere at once."
    names = list(dict.fromkeys(str(value) for value in known[columns]))
    cells = {(str(row[rows]), str(row[columns])): row for row in known.to_dict("records")}
    head = "".join(f'<th scope="col" class="number">{text(name)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{text(label)}</th>{"".join(_cell(cells.get((label, name))) for name in names)}</tr>'
        for label in dict.fromkeys(str(value) for value in known[rows])
    )
    table = f'<table class="counts signals"><thead><tr><th scope="col">{side}</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Fragment(
        figure(
            heading,
            scroll(heading, table) + level_key(few=True),
            kind="grid half" if len(names) <= 6 else "grid",
            **three,
        ),
        tables={stem: numbers},
        public="same",
    )


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return '<td class="number">–</td>'
    level, count = level_of(row), number(row["count"])
    if level in ("alert", "watch"):
        anchor = f' id="{row_anchor(str(row["label"]))}"' if "label" in row else ""
        return f'<td{anchor} class="number hit">{level_tag(row, brief=True)} <b>{count}</b></td>'
    if level in ("too_few", "no_history"):
        return f'<td class="number faint">{count}<span class="hide"> {LEVELS[level]}</span> <i aria-hidden="true">·</i></td>'
    return f'<td class="number past">{count}</td>'
