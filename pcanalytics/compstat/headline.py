"""The first sentences of a briefing: what is out of the ordinary, and if nothing is, that nothing is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.compstat.compared import ALL_GROUPS

__all__ = ["headline"]

#: From this month on a year to date says something of the year.
_YEAR_TELLS_FROM = 9

#: A usual count is said to hide something where a doubling would be seen less often than this.
_WEAK = 0.5

_Row = Mapping[str, Any]
_Point = tuple[str, str, str]


def headline(
    comparison: pd.DataFrame,
    total: pd.DataFrame,
    signals: pd.DataFrame,
    total_signal: pd.DataFrame,
    *,
    sentences: int = 6,
    area: str = "district",
    area_signals: pd.DataFrame | None = None,
    crossed_signals: pd.DataFrame | None = None,
    as_of: pd.Timestamp | None = None,
    records_to: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Say in at most six sentences what a reader with one minute must know.

    First what is on *alert*, the largest surprise first, then what is on *watch*, then all groups together, then what
    else to know. Whether a count is out of the ordinary is read from the signals and nowhere else; two counts are
    never called a rise or a fall, and no percentage is given.

    Parameters
    ----------
    comparison : pandas.DataFrame
        From :func:`compare`, by ``offense_group``.
    total : pandas.DataFrame
        From :func:`compare`, by nothing: the one row over all groups.
    signals : pandas.DataFrame
        From :func:`signals`, by ``offense_group``.
    total_signal : pandas.DataFrame
        From :func:`signals`, by nothing.
    sentences : int, default 6
        How many at most. What is out of the ordinary and finds no room is named in one sentence together.
    area : str, default "district"
        The column of ``area_signals``: ``"district"`` or ``"beat"``.
    area_signals : pandas.DataFrame, optional
        From :func:`signals`, by ``area``: areas out of the ordinary are said too. Offenses without an area are not.
    crossed_signals : pandas.DataFrame, optional
        From :func:`signals`, by ``area`` and ``offense_group``: what is out of the ordinary in one area alone.
    as_of : pandas.Timestamp, optional
        The end of the week. With it, the year to date is said from September on, and never before.
    records_to : pandas.Timestamp, optional
        To when the records reach. Where whole days of the week are after it, that is said before all else.

    Returns
    -------
    pandas.DataFrame
        ``text``; ``row``, the label of the table row that the sentence can be traced to: a group, an area as its signal's
        ``label`` has it, a group in an area, or :data:`~pcanalytics.compstat.ALL_GROUPS`; and ``level``, that row's, or
        empty for a sentence that is no signal.
        A period that the records do not cover is not spoken of.

    Examples
    --------
    >>> from pcanalytics.compstat import bands, compare
    >>> from pcanalytics.compstat import signals as signals_of
    >>> days = pd.date_range("2024-11-25", "2026-11-22").repeat(2)
    >>> rows = pd.DataFrame({"offense": "theft", "count": 1, "occurred_from": days})
    >>> asked = {"as_of": pd.Timestamp("2026-11-23"), "groups": {"Theft": ["theft"]}}
    >>> by_group, whole = {"by": ["offense_group"], **asked}, {"by": [], **asked}
    >>> points = headline(compare(rows, **by_group), compare(rows, **whole),
    ...                   signals_of(bands(rows, **by_group)), signals_of(bands(rows, **whole)))
    >>> points["text"][0]
    'Nothing is outside its usual range this week.'
    """
    whole = {**total.to_dict("records")[0], **total_signal.to_dict("records")[0], "label": ALL_GROUPS}
    groups = [{**row, "label": row["offense_group"]} for row in signals.to_dict("records")]
    areas = [] if area_signals is None else area_signals.dropna(subset=[area]).to_dict("records")
    cells = [] if crossed_signals is None else crossed_signals.dropna(subset=["label"]).to_dict("records")
    taken = {ALL_GROUPS, *(str(row["label"]) for row in groups)}
    every = [*cells, *groups, *({**row, **_named(row, area, taken)} for row in areas), whole]
    flagged = _flagged(every)
    short = _short(as_of, records_to)
    first = [*short, *_out_of_range(flagged, max(1, sentences - 1 - len(short)))]
    if not flagged and any(row["level"] == "usual" for row in every):
        first.append(
            (f"{'Otherwise nothing' if short else 'Nothing'} is outside its usual range this week.", ALL_GROUPS, "")
        )
    points = [*first, _of_whole(whole), *_to_know(groups), *_year_to_date(whole, as_of)]
    return pd.DataFrame(points[:sentences], columns=["text", "row", "level"], dtype="str")


def _named(row: _Row, area: str, taken: Collection[str]) -> dict[str, str]:
    """Give the short name of an area, where it is a name and no group's."""
    name = str(row[area])
    return {} if name[:1].isdigit() or name in taken else {"name": name}


def _short(as_of: pd.Timestamp | None, records_to: pd.Timestamp | None) -> list[_Point]:
    """Say that the newest counts are short where the records end before the week does."""
    if as_of is None or records_to is None or records_to >= as_of - pd.Timedelta(days=1):
        return []
    day = f"{records_to.day} {records_to:%B}"
    return [(f"No offense is on record for the days after {day}: the newest counts are too low.", ALL_GROUPS, "")]


def _flagged(rows: Iterable[_Row]) -> list[_Row]:
    """Give the rows outside their range, alerts first, the largest surprise first."""
    found = [row for row in rows if row["level"] in ("alert", "watch")]
    return sorted(found, key=lambda row: (row["level"] != "alert", float(row["p_value"])))


def _out_of_range(flagged: Sequence[_Row], room: int) -> list[_Point]:
    """Say each flagged row, and in one sentence those that find no room."""
    if len(flagged) <= room:
        return [_flag(row) for row in flagged]
    more = [str(row["label"]) for row in flagged[room - 1 :]]
    named = f"{len(more):,} {'more are' if room > 1 else 'counts are'} outside their usual range: {_listed(more)}."
    return [*(_flag(row) for row in flagged[: room - 1]), (named, ALL_GROUPS, "")]


def _flag(row: _Row) -> _Point:
    label, days, count = str(row["label"]), _days(row), f"{row['count']:,}"
    if label == ALL_GROUPS:
        start = f"All groups together are {row['direction']} their usual range"
    else:
        name = row.get("name", label)
        start = f"{name} is {row['direction']} its usual range"
    if row["watch_low"] == 0 and "from 0 " in row["words"]:
        return (
            f"{start}: from 0 in all {row['windows']:,} periods before to {count} in {days} days.",
            label,
            row["level"],
        )
    return f"{start}: {count} in {days} days, usually {row['watch_low']:,}–{row['watch_high']:,}.", label, row["level"]


def _of_whole(row: _Row) -> _Point:
    week, days = f"{_offenses(row['week'])} on record for the week", _days(row)
    both = week if days == 7 else f"{week}{' and' if row['week'] else ','} {row['count']:,} for {days} days"
    if pd.isna(row["last_28_days"]):
        return f"{week}. The records do not go back 28 days: too early to tell.", ALL_GROUPS, row["level"]
    if row["level"] == "no_history":
        return f"{both}. Too early to tell: {row['basis']}.", ALL_GROUPS, row["level"]
    if row["level"] == "too_few":
        return (
            f"{_offenses(row['count'])} on record for the last {days} days: too few to tell.",
            ALL_GROUPS,
            row["level"],
        )
    if row["level"] == "usual":
        usual = f"within the usual range ({row['watch_low']:,}–{row['watch_high']:,})"
        return f"{both}, {usual}.", ALL_GROUPS, row["level"]
    return f"{week}.", ALL_GROUPS, ""


def _to_know(groups: Sequence[_Row]) -> list[_Point]:
    """Say the largest group, what a usual count may hide, and where counts are too few."""
    usual = sorted((row for row in groups if row["level"] == "usual"), key=lambda row: -row["count"])
    said: list[_Point] = []
    if usual and usual[0]["count"] == max(row["count"] for row in groups):
        said.append(
            (
                f"The largest group is {usual[0]['label']}: {usual[0]['count']:,} in {_days(usual[0])} days, "
                f"{usual[0]['words']}.",
                usual[0]["label"],
                "usual",
            )
        )
    weak = [row for row in usual if row["seen_if_doubled"] < _WEAK]
    if weak:
        words = f"{weak[0]['label']} is within its usual range, but {weak[0]['power_words']}."
        said.append((words, weak[0]["label"], "usual"))
    few = [str(row["label"]) for row in groups if row["level"] == "too_few"]
    if few and len(few) < len(groups):
        said.append((f"Counts are too few to tell for {_listed(few)}.", few[0], "too_few"))
    return said


def _year_to_date(row: _Row, as_of: pd.Timestamp | None) -> list[_Point]:
    """Say the year to date once enough of the year has passed for it to say something."""
    if as_of is None or pd.isna(row["year_to_date"]):
        return []
    if (as_of - pd.Timedelta(days=1)).month < _YEAR_TELLS_FROM:
        return []
    words = f"The year to date stands at {row['year_to_date']:,}"
    if not pd.isna(row["year_to_date_last_year"]):
        words += f", beside {row['year_to_date_last_year']:,} by the same date last year"
    return [(f"{words}.", ALL_GROUPS, "")]


def _days(row: _Row) -> int:
    return int((row["window_end"] - row["window_start"]).days)


def _offenses(number: int) -> str:
    return "One offense is" if number == 1 else f"{number:,} offenses are" if number else "No offense is"


def _listed(labels: Sequence[str]) -> str:
    shown = list(labels) if len(labels) <= 5 else [*labels[:4], f"{len(labels) - 4} others"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
