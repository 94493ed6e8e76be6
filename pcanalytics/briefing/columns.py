"""The columns of a comparison: a week, 28 days, the year to date and 12 months, each beside what came before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.levels import ALL_GROUPS, usual_range

__all__ = ["COUNTED", "NOT_COVERED", "count_cells", "count_head", "note_marks", "notes_in_words", "twin_headings"]

#: What a dash in place of a count says.
NOT_COVERED = "A dash stands where the records do not go back far enough."

#: The headings of the column of marks, and of those of small trend lines.
SIGNAL, TRENDS = "Signal", ("Two years", "52 weeks")

#: The column of the usual range: no count, but read from the signals.
RANGE = "usual_range"

_PERIODS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Week", (("week", "This"), ("week_prior", "Before"), ("week_last_year", "Last year"))),
    (
        "28 days",
        (
            ("last_28_days", "These"),
            (RANGE, "Usual range"),
            ("last_28_days_prior", "Before"),
            ("last_28_days_last_year", "Last year"),
            ("last_28_days_baseline", "Average"),
        ),
    ),
    ("Year to date", (("year_to_date", "This year"), ("year_to_date_last_year", "Last year"))),
    ("12 months", (("last_12_months", "These"), ("last_12_months_prior", "Before"))),
)

#: The columns of counts, in their order: neither the range nor a mean.
COUNTED = tuple(
    name for _, columns in _PERIODS for name, _ in columns if name != RANGE and not name.endswith("_baseline")
)

#: The days of a window whose usual range stands beside the count of 28 days.
RANGE_DAYS = 28

#: What the rule says of a count, whose days the heading names.
_JUDGED = {
    "count": "{days} days",
    "expected": "{days} days, expected",
    "watch_low": "{days} days, usual from",
    "watch_high": "{days} days, usual to",
}

_TWIN = {
    "week": "Week",
    "week_prior": "Week before",
    "week_last_year": "Same week last year",
    "week_baseline": "Week, average of earlier years",
    "last_28_days": "28 days",
    **_JUDGED,
    "level": "Level",
    "direction": "Direction",
    "words": "In words",
    "power_words": "What the rule can see",
    "last_28_days_prior": "28 days before",
    "last_28_days_last_year": "Same 28 days last year",
    "last_28_days_baseline": "28 days, average of earlier years",
    "year_to_date": "Year to date",
    "year_to_date_last_year": "Year to date last year",
    "year_to_date_baseline": "Year to date, average of earlier years",
    "last_12_months": "12 months",
    "last_12_months_prior": "12 months before",
}


def periods_of(frame: pd.DataFrame, with_range: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the periods and columns that a frame holds."""
    kept = []
    for period, columns in _PERIODS:
        there = [
            (name, heading) for name, heading in columns if name in frame.columns or (with_range and name == RANGE)
        ]
        if there:
            kept.append((period, there))
    return kept


def twin_headings(columns: Sequence[str], *, days: int = RANGE_DAYS) -> dict[str, str]:
    """Give the headings of the table of numbers, for those of its columns that are there.

    Parameters
    ----------
    columns : sequence of str
        The table's columns.
    days : int
        The days of the counts that the rule judges.

    Examples
    --------
    >>> twin_headings(["week", "surname"])
    {'week': 'Week'}
    """
    return {name: heading.format(days=days) for name, heading in _TWIN.items() if name in columns}


def count_head(first: str, frame: pd.DataFrame, *, lead: Sequence[str], with_range: bool, late: bool = False) -> str:
    """Give the two rows of headings above counts.

    Parameters
    ----------
    first : str
        What the first column holds; escaped here.
    frame : pandas.DataFrame
        The comparison.
    lead : sequence of str
        Headings between the first column and the counts.
    with_range : bool
        Whether the usual range is a column.
    late : bool
        Whether the 28 days carry the mark of late reports.

    Examples
    --------
    >>> count_head("Beat", pd.DataFrame({"week": [3]}), lead=(), with_range=False).count("<th ")
    3
    """
    periods = periods_of(frame, with_range)
    groups = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{name}</th>' for name, columns in periods)
    names = []
    for _, columns in periods:
        for place, (name, heading) in enumerate(columns):
            mark = "<sup>*</sup>" if late and name == "last_28_days" else ""
            names.append(f'<th scope="col" class="{"now" if place == 0 else "past"}">{heading}{mark}</th>')
    middle = "".join(
        f'<th scope="col" rowspan="2" class="lead{" trend" if name in TRENDS else ""}">{text(name)}</th>'
        for name in lead
    )
    bands = "".join(f'<colgroup span="{len(columns)}" class="band"></colgroup>' for _, columns in periods)
    return (
        f'<colgroup span="{1 + len(lead)}"></colgroup>{bands}<thead><tr><th scope="col" rowspan="2">{text(first)}</th>'
        f"{middle}{groups}</tr><tr>{''.join(names)}</tr></thead>"
    )


def count_cells(
    row: Mapping[str, Any],
    frame: pd.DataFrame,
    *,
    with_range: bool,
    signal: Mapping[str, Any] | None = None,
    marks: Mapping[str, str] | None = None,
) -> str:
    """Give the cells of one row of counts.

    Parameters
    ----------
    row : mapping
        Counts by column; a word in place of a count is shown as it is.
    frame : pandas.DataFrame
        The comparison, for its columns.
    with_range : bool
        Whether the usual range is a column.
    signal : mapping, optional
        The row's signal, for the range.
    marks : mapping of str to str, optional
        Column to the sign that refers to a note.

    Examples
    --------
    >>> count_cells({"week": 3}, pd.DataFrame({"week": [3]}), with_range=False)
    '<td class="number now">3</td>'
    """
    cells = []
    for _, columns in periods_of(frame, with_range):
        for place, (name, _) in enumerate(columns):
            mark = f"<sup>{text(marks[name])}</sup>" if marks and name in marks else ""
            if name == RANGE:
                cells.append(f'<td class="number range">{usual_range(signal) or "–"}</td>')
            else:
                cells.append(f'<td class="number {"now" if place == 0 else "past"}">{_written(row[name])}{mark}</td>')
    return "".join(cells)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float) and not pd.isna(value):
        return f"{value:,.1f}" if value < 100 else number(round(value))
    return number(value)


def note_marks(notes: pd.DataFrame | None, label: str) -> dict[str, str]:
    """Give the sign of each column of a row that a change in how records are made cuts.

    Parameters
    ----------
    notes : pandas.DataFrame or None
        ``offense_group``, ``column``, ``note`` (``"missing"``, ``"mixed"`` or ``"fewer years"``), ``on``, ``reason``.
    label : str
        The row: a group, or :data:`ALL_GROUPS`.

    Examples
    --------
    >>> note_marks(None, "Robbery")
    {}
    """
    if notes is None or notes.empty:
        return {}
    own = notes[(notes["offense_group"] == label) & notes["note"].isin(["missing", "mixed"]) & _is_break(notes)]
    return dict.fromkeys(own["column"].astype(str), "†")


def not_covered(notes: pd.DataFrame | None, lacking: bool) -> bool:
    """Tell whether a dash stands for days before the records, and not for a change that has its own sign."""
    if notes is None or notes.empty:
        return lacking
    return bool((notes["note"].eq("missing") & ~_is_break(notes) & notes["column"].isin(COUNTED)).any())


def _is_break(notes: pd.DataFrame) -> pd.Series:
    return notes["reason"].ne("the records begin")


def notes_in_words(
    notes: pd.DataFrame | None, completeness: Mapping[str, float] | None = None, *, days: int = RANGE_DAYS
) -> str:
    """Say why columns are marked: changes in how records are made, years without records, late reports.

    Parameters
    ----------
    notes : pandas.DataFrame or None
        As :func:`note_marks` takes it.
    completeness : mapping of str to float, optional
        Share of these days' offenses that is expected to be on record by now, by group.
    days : int
        The days of the counts that the rule judges.

    Examples
    --------
    >>> notes_in_words(None, {"All groups": 0.96})
    '* About 4% of these 28 days is not on record yet; the usual range allows for it.'
    """
    said = []
    if notes is not None and len(notes):
        cut = notes[notes["note"].isin(["missing", "mixed"]) & _is_break(notes)].drop_duplicates(["on", "reason"])
        for row in cut.to_dict("records"):
            day = f"{row['on'].day} {row['on']:%B} {row['on'].year}"
            said.append(
                f"† {str(row['reason'])[:1].upper()}{str(row['reason'])[1:]} on {day}: counts from before are made otherwise and "
                "are not compared; a count that holds days of both sides is no measure of change."
            )
        fewer = notes[notes["note"].eq("fewer years")]
        if len(fewer):
            years = sorted({int(value) for value in fewer["years"].dropna()})
            some = " or ".join(f"{value}" for value in years)
            said.append(f"An average rests on {some} year{'' if years == [1] else 's'} where no more are on record.")
    late = late_in_words(completeness, days=days)
    return " ".join([*said, *([late] if late else [])])


def late_in_words(completeness: Mapping[str, float] | None, *, days: int = RANGE_DAYS) -> str:
    """Say how much of the days judged is not on record yet; nothing below one in a hundred."""
    missing = {label: round(100 * (1 - share)) for label, share in (completeness or {}).items()}
    whole = missing.pop(ALL_GROUPS, None)
    most = sorted(((share, label) for label, share in missing.items() if share >= 1), reverse=True)[:3]
    if not most and not whole:
        return ""
    groups = ", ".join(f"{label} {share}%" for share, label in most)
    if whole:
        share = f"About {whole}% of these {days} days is not on record yet" + (f" ({groups})" if groups else "")
    else:
        share = f"Some of these {days} days is not on record yet ({groups})"
    return f"* {share}; the usual range allows for it."
