"""The written parts of a briefing: masthead, headline, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import sentence, text
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import (
    ALL_GROUPS,
    first_row,
    level_of,
    level_tag,
    row_anchor,
    signal_facts,
    signal_rows,
)
from pcanalytics.briefing.sources import PRELIMINARY
from pcanalytics.errors import UsageError

__all__ = ["headline_block", "masthead", "note"]


def masthead(
    *,
    agency: str,
    area: str | None,
    week: str,
    as_of: pd.Timestamp,
    purpose: str = "",
    records_to: pd.Timestamp | None = None,
) -> Fragment:
    """Head a briefing with whose it is, of where and of when.

    Parameters
    ----------
    agency : str
        The agency's name.
    area : str or None
        The district; ``None`` for the whole city.
    week : str
        The week's label, such as ``"2026-W47"``.
    as_of : pandas.Timestamp
        The first moment after the week.
    purpose : str
        The purpose the data were read for.
    records_to : pandas.Timestamp, optional
        To when the agency's records reach. When that is before the last day of the week, the masthead says so.

    Returns
    -------
    Fragment
        Its facts carry agency, area, week and title for the page and the index.

    Examples
    --------
    >>> head = masthead(agency="Sample PD", area="North", week="2026-W47", as_of=pd.Timestamp("2026-11-23"))
    >>> head.facts["title"]
    'North, week of 16 to 22 November 2026'
    """
    first, last = as_of - pd.Timedelta(days=7), as_of - pd.Timedelta(days=1)
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    if first.year != last.year:
        start = f"{first.day} {first:%B} {first.year}"
    days = f"{start} to {last.day} {last:%B} {last.year}"
    place = area or "Whole city"
    title = f"{place}, week of {days}"
    short = _short(as_of, records_to)
    facts = {"agency": agency, "area": place, "is_city": area is None, "week": week, "days": days, "title": title}
    shown = {**facts, "ends_early": short}

    def head(stamps: str) -> str:
        return (
            f'<header class="mast"><p class="agency">{text(agency)} <span>Weekly CompStat</span></p>'
            f'<h1>{text(place)}</h1><p class="when">Week of {text(days)} <span>{text(week)}</span></p>'
            f'<p class="stamp">{stamps}</p>{ends_early(short)}</header>'
        )

    return Fragment(
        head(PRELIMINARY),
        facts={**shown, "purpose": purpose},
        public=Fragment(head(f"<b>Public copy</b> · {PRELIMINARY}"), facts=shown),
    )


def _short(as_of: pd.Timestamp, records_to: pd.Timestamp | None) -> str:
    if records_to is None or records_to >= as_of - pd.Timedelta(days=1):
        return ""
    return (
        f"The records reach to {records_to.day} {records_to:%B %Y}. No offense of the days after it is on record; "
        "they may not have been sent yet."
    )


def ends_early(said: str | None) -> str:
    """Give the masthead's warning that the records end before the week does, or nothing.

    Examples
    --------
    >>> ends_early("")
    ''
    """
    return f'<p class="short">{text(said)}</p>' if said else ""


def headline_block(
    points: pd.DataFrame,
    *,
    signals: pd.DataFrame | None = None,
    total_signal: pd.DataFrame | None = None,
    area_signals: pd.DataFrame | None = None,
    area: str = "district",
    crossed_signals: pd.DataFrame | None = None,
) -> Fragment:
    """Show the main points, at most six, each with a link to the row it can be traced to.

    Parameters
    ----------
    points : pandas.DataFrame
        ``text``, a plain sentence; ``row``, the label of the table row it speaks of (empty for none); ``level`` of that
        row (empty for a sentence that is no signal).
    signals, total_signal : pandas.DataFrame, optional
        What the rule says of each ``offense_group``, and of all together: for the facts of the page, and for the way
        that a marked point's shape points.
    area_signals : pandas.DataFrame, optional
        What it says of each value of ``area``, for points that speak of one by its ``label``.
    area : str
        The column of ``area_signals``.
    crossed_signals : pandas.DataFrame, optional
        What it says of each group in each area, by ``label``.

    Returns
    -------
    Fragment
        A list whose first point is set larger. Its facts carry ``headline`` and, where signals are given, ``signals``.

    Raises
    ------
    UsageError
        When a point's level is not the level of the row it speaks of.
    UnknownName
        When a level is none that a page knows.

    Examples
    --------
    >>> points = pd.DataFrame([{"text": "Two offenses are on record.", "row": "All groups", "level": "usual"}])
    >>> headline_block(points).html.count('href="#row-all-groups"')
    1
    """
    whole = first_row(total_signal)
    known = {
        **signal_rows(crossed_signals, "label"),
        **signal_rows(area_signals, "label" if area_signals is not None and "label" in area_signals.columns else area),
        **signal_rows(signals),
        **({} if whole is None else {ALL_GROUPS: whole}),
    }
    rows = points.head(6).to_dict("records")
    wrong = sum(1 for row in rows if _words(row["level"]) and _words(row["row"]) in known and _differs(row, known))
    if wrong:
        raise UsageError(f"{wrong} points of the headline have another level than the rows they speak of.")
    items = "".join(_point(row, known.get(_words(row["row"]))) for row in rows)
    facts: dict[str, Any] = {"headline": [str(row["text"]) for row in rows]}
    if signals is not None or whole is not None:
        facts["signals"] = signal_facts(known)
    return Fragment(f'<ul class="headline">{items}</ul>' if items else "", facts=facts, public="same")


def _words(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _differs(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> bool:
    return level_of(known[_words(row["row"])]) != _words(row["level"])


def _point(row: Mapping[str, Any], signal: Mapping[str, Any] | None) -> str:
    """Give one point: its mark, its sentence, and the way to its row."""
    level, label, said = _words(row["level"]), _words(row["row"]), sentence(row["text"])
    mark = ""
    if level in ("alert", "watch"):
        mark = level_tag({"level": level, "direction": (signal or row).get("direction", "")}) + " "
    link = ""
    if label:
        link = (
            f' <a class="to-row" href="#{row_anchor(label)}">{text(label)}<span class="hide"> in the table</span></a>'
        )
    return f"<li>{mark}{said}{link}</li>"


def note(sentence: str) -> Fragment:
    """Show one plain paragraph, the sentence escaped; of an empty sentence nothing.

    Examples
    --------
    >>> note("Counts < 5").html
    '<p class="note">Counts &#60; 5</p>'
    """
    return Fragment(f'<p class="note">{text(sentence)}</p>' if sentence else "", public="same")
