"""What of a frame may be shown: the columns of one list, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.errors import UsageError

__all__ = ["SHOWN_COLUMNS", "is_shown_table", "shown_table"]

#: Every column that may reach a page, a workbook or a CSV file. Nothing that names or describes a person is here.
SHOWN_COLUMNS = frozenset(
    (
        # what and where
        "offense_group", "district", "beat", "area", "measure", "topic", "label", "address", "block", "institution",
        "most_usual_type", "latest", "calls_recent", "calls_12_months",
        # counts, their periods and their ranges
        "count", "week", "week_prior", "week_last_year", "week_baseline", "last_28_days", "last_28_days_prior",
        "last_28_days_last_year", "last_28_days_baseline", "year_to_date", "year_to_date_last_year",
        "year_to_date_baseline", "last_12_months", "last_12_months_prior", "week_start", "window_start", "window_end",
        "expected", "watch_low", "watch_high", "alert_low", "alert_high", "level", "direction", "words", "power_words",
        "basis", "windows", "weekday", "hour", "shown", "ratio", "season_year", "window_of_year",
        # harm, restatement and the bridge between figures
        "harm_days", "harm_prior", "harm_last_year", "count_then", "count_now", "reason", "change", "figure", "step",
        "reported_late", "reclassified_in", "reclassified_out", "taken_back", "moved_date", "moved_area", "other",
        "unfounded", "offense_then", "offense_now", "unweighted", "unweighted_offenses", "complete", "offenses",
        "late", "period", "cleared", "happened", "clearance_rate", "valid_to", "counted_in", "column", "note", "years", "on",
        # the action register: what a person wrote for this page
        "problem", "owner", "due", "sara_stage", "opened_on", "closed_on", "overdue", "weeks_open", "progress",
        # how well addresses were found
        "table", "form", "offense", "month", "agency", "records", "addresses", "rate_of_all", "rate_of_addresses", "low", "high",
        "missed", "records_missed", "p_value", "share", "place", "suggestion",
        # how well people were linked
        "threshold", "precision", "recall", "links", "false_links", "true_pairs", "missed_pairs", "m", "u", "match_weight",
        "people", "linked", "role", "standing", "incidents", "supervised",
        # where the numbers come from
        "source", "digest", "read", "loaded", "set_aside", "rejected",
    )
)  # fmt: skip


def shown_table(frame: pd.DataFrame, headings: Mapping[str, str], *, title: str) -> dict[str, Any]:
    """Take the named columns of a frame as plain values, for a table, a sheet or a CSV file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any frame. Columns that are not named stay out.
    headings : mapping of str to str
        Column to what a reader sees above it, in order.
    title : str
        What the table holds.

    Returns
    -------
    dict
        ``title``, ``columns``, ``headings`` and ``rows`` as plain JSON values: a missing value is ``None``, a time is
        text as ISO 8601 writes it.

    Raises
    ------
    UsageError
        When a column is not among :data:`SHOWN_COLUMNS`, or the frame has no such column.

    Examples
    --------
    >>> frame = pd.DataFrame({"offense_group": ["Robbery"], "week": [3], "surname": ["left out"]})
    >>> shown_table(frame, {"offense_group": "Offense group", "week": "This week"}, title="Counts")["rows"]
    [['Robbery', 3]]
    """
    barred = [column for column in headings if column not in SHOWN_COLUMNS]
    if barred:
        raise UsageError(f"These columns may not be shown: {', '.join(barred)}. SHOWN_COLUMNS lists those that may.")
    absent = [column for column in headings if column not in frame.columns]
    if absent:
        raise UsageError(f"The frame has no column {', '.join(absent)}.")
    rows = [[_plain(value) for value in row] for row in frame[list(headings)].itertuples(index=False)]
    return {"title": title, "columns": list(headings), "headings": list(headings.values()), "rows": rows}


def is_shown_table(table: Mapping[str, Any]) -> bool:
    """Tell whether a table, such as one read from a notebook, could have come from :func:`shown_table`.

    Parameters
    ----------
    table : mapping
        Plain JSON values.

    Returns
    -------
    bool
        ``False`` for a column that is not among :data:`SHOWN_COLUMNS`, and for a row with more or fewer values.

    Examples
    --------
    >>> is_shown_table({"title": "x", "columns": ["surname"], "headings": ["Group"], "rows": []})
    False
    """
    try:
        title, columns, headings, rows = (table[name] for name in ("title", "columns", "headings", "rows"))
        return (
            len(table) == 4
            and all(isinstance(text, str) for text in (title, *headings))
            and SHOWN_COLUMNS.issuperset(columns)
            and len(columns) == len(headings)
            and all(isinstance(row, list) and len(row) == len(columns) for row in rows)
            and all(value is None or isinstance(value, str | int | float) for row in rows for value in row)
        )
    except (KeyError, TypeError):
        return False


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    return value.item() if hasattr(value, "item") else value
