"""How far out of the ordinary a count is, shown the same way in table, chart and headline: a word, a shape, a color."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number
from pcanalytics.errors import UnknownName

__all__ = [
    "ALL_GROUPS",
    "LEVELS",
    "in_words",
    "level_key",
    "level_of",
    "level_tag",
    "row_anchor",
    "signal_facts",
    "usual_range",
]

#: A level, and its word on a page. Only the first two are marked; the others are said in small gray letters.
LEVELS: dict[str, str] = {
    "alert": "ALERT",
    "watch": "WATCH",
    "usual": "usual",
    "too_few": "too few to tell",
    "no_history": "no history yet",
}

#: The label of the row over all groups.
ALL_GROUPS = "All groups"


def level_of(row: Mapping[str, Any] | None) -> str:
    """Give a row's level as one of :data:`LEVELS`; a row that is not there has none.

    Parameters
    ----------
    row : mapping or None
        ``level`` of one row of signals.

    Raises
    ------
    UnknownName
        When the level is none of :data:`LEVELS`.

    Examples
    --------
    >>> level_of({"level": "watch"}), level_of(None)
    ('watch', '')
    """
    if row is None or "level" not in row or pd.isna(row["level"]):
        return ""
    level = str(row["level"])
    if level not in LEVELS:
        raise UnknownName("level", level, LEVELS)
    return level


def direction_of(row: Mapping[str, Any] | None) -> str:
    value = "" if row is None else row.get("direction", "")
    return str(value) if value in ("above", "below") else ""


def level_tag(row: Mapping[str, Any] | None, *, brief: bool = False) -> str:
    """Give a signal as a tag: shape, color and word, and which way it points.

    Parameters
    ----------
    row : mapping or None
        ``level`` and ``direction`` of one row of signals; ``None`` gives nothing.
    brief : bool
        Whether the shape alone tells the direction to those who see it.

    Returns
    -------
    str
        Markup. A level below *watch* is a plain gray word.

    Raises
    ------
    UnknownName
        When the level is none of :data:`LEVELS`.

    Examples
    --------
    >>> level_tag({"level": "alert", "direction": "above"})
    '<span class="lv alert above"><b>ALERT</b> above</span>'
    >>> level_tag({"level": "too_few", "direction": ""})
    '<span class="lv none">too few to tell</span>'
    """
    level, direction = level_of(row), direction_of(row)
    if not level:
        return ""
    if level in ("alert", "watch"):
        way = f" {direction}" if direction else ""
        said = f'<span class="hide">{way}</span>' if brief and way else way
        return f'<span class="lv {level}{way}"><b>{LEVELS[level]}</b>{said}</span>'
    return f'<span class="lv none">{LEVELS[level]}</span>'


def usual_range(row: Mapping[str, Any] | None) -> str:
    """Give the range outside of which a count is at least *watch*, such as ``11–29``; empty where there is none.

    Parameters
    ----------
    row : mapping or None
        ``watch_low`` and ``watch_high``, the first and last usual count.

    Examples
    --------
    >>> usual_range({"watch_low": 11, "watch_high": 29})
    '11–29'
    """
    if row is None or "watch_low" not in row or pd.isna(row["watch_low"]) or pd.isna(row["watch_high"]):
        return ""
    return f"{number(row['watch_low'])}–{number(row['watch_high'])}"


def in_words(row: Mapping[str, Any]) -> str:
    """Give the level of a row and its words.

    Parameters
    ----------
    row : mapping
        ``level``, and ``words`` or else ``watch_low`` and ``watch_high``.

    Examples
    --------
    >>> in_words({"level": "alert", "words": "above its usual range (11–29)"})
    'ALERT, above its usual range (11–29)'
    """
    level, span = level_of(row), usual_range(row)
    words = row.get("words")
    if words is None or not isinstance(words, str) or not words:
        words = f"usual range {span}" if span else ""
    parts = [LEVELS[level] if level in ("alert", "watch") else "", words]
    if level in ("too_few", "no_history"):
        parts = [LEVELS[level]]
    return ", ".join(part for part in parts if part) or "no usual range"


def row_anchor(label: str) -> str:
    """Give the id of the table row of a group or an area, to which a sentence can link.

    Parameters
    ----------
    label : str
        As the table names it.

    Returns
    -------
    str
        ``row-`` and the label in lower-case letters, digits and hyphens. Where that loses something, such as an
        accent, a short digest keeps two labels apart.

    Examples
    --------
    >>> row_anchor("Theft from vehicle"), row_anchor("All groups")
    ('row-theft-from-vehicle', 'row-all-groups')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60]
    if re.fullmatch(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*", label) and len(label) <= 60:
        return f"row-{slug}"
    return f"row-{slug}-{hashlib.sha256(label.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def signal_rows(signals: pd.DataFrame | None, by: str = "offense_group") -> dict[str, dict[str, Any]]:
    """Give the signals by the label of their row."""
    if signals is None or signals.empty:
        return {}
    return {str(row[by]): row for row in signals.dropna(subset=[by]).to_dict("records")}


def window_days(frame: pd.DataFrame | None) -> int:
    """Give how many days a window of bands or signals has; 28 where they do not say."""
    if frame is None or frame.empty or not {"window_start", "window_end"} <= set(frame.columns):
        return 28
    row = frame.iloc[-1]
    return int((row["window_end"] - row["window_start"]).days)


def first_row(frame: pd.DataFrame | None) -> dict[str, Any] | None:
    """Give the one row of a frame over all groups, or nothing."""
    return None if frame is None or frame.empty else frame.to_dict("records")[0]


def signal_facts(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give the numbers of alerts and watches and their rows, as the index of pages takes them.

    Parameters
    ----------
    rows : mapping of str to mapping
        Signals by the label of their row, such as :func:`signal_rows` gives them.

    Returns
    -------
    dict
        ``alert``, ``watch``, ``judged`` (how many rows could be told to be usual or not) and ``rows``, the alerts first.

    Raises
    ------
    UnknownName
        When a level is none of :data:`LEVELS`.

    Examples
    --------
    >>> signal_facts({"Robbery": {"level": "alert", "words": "above its usual range (2–9)"}})["alert"]
    1
    """
    listed = [
        {"row": label, "level": level, "words": str(row.get("words", ""))}
        for wanted in ("alert", "watch")
        for label, row in rows.items()
        if (level := level_of(row)) == wanted
    ]
    judged = sum(level_of(row) in ("alert", "watch", "usual") for row in rows.values())
    numbers = {name: sum(entry["level"] == name for entry in listed) for name in ("alert", "watch")}
    return {**numbers, "judged": judged, "rows": listed}


def level_key(*, few: bool = False) -> str:
    """Give the legend of the marks, the same under every table and chart that has them.

    Parameters
    ----------
    few : bool
        Whether a dot for counts too small to tell is explained too.

    Examples
    --------
    >>> level_key().count("<b>ALERT</b>")
    1
    """
    parts = [
        '<span class="lv alert"><b>ALERT</b></span> far outside its usual range',
        '<span class="lv watch"><b>WATCH</b></span> outside it',
        "A mark points up above the range, down below it.",
    ]
    if few:
        parts.append("<b>·</b> too few to tell")
    return '<p class="key">' + "".join(f"<span>{part}</span>" for part in parts) + "</p>"
