"""The numbers behind a map: what it draws by group and beat, and what it does not draw and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.points import MapPoints
from pcanalytics.briefing.shown import shown_table

__all__ = ["map_table", "map_twin"]

_ALL = "All, as the tables count them"


def map_table(points: MapPoints, groups: Sequence[str], *, days: int) -> dict[str, Any]:
    """Count what a map draws, by group and beat, and what it does not draw, so that both make up the tables' total.

    Parameters
    ----------
    points : MapPoints
        Of the map.
    groups : sequence of str
        In the order of the settings.
    days : int
        The days of the map.

    Returns
    -------
    dict
        A table of :func:`pcanalytics.briefing.shown.shown_table`.

    Examples
    --------
    >>> drawn = pd.DataFrame({"group": ["Robbery"], "beat": ["001"], "this_week": [True]})
    >>> map_table(MapPoints(drawn, 2, {"without coordinates": 1}, 1, {}), ["Robbery"], days=28)["rows"]
    [['Robbery', '001', 1, 1], ['Not drawn: without coordinates', None, 0, 1], ['All, as the tables count them', None, 1, 2]]
    """
    drawn = points.drawn.assign(place=points.drawn["group"].map({group: n for n, group in enumerate(groups)}))
    counted = drawn.groupby(["place", "group", "beat"], dropna=False, sort=True)["this_week"].agg(["sum", "size"])
    counted = counted.astype(int).reset_index()
    rows = pd.DataFrame(
        {
            "offense_group": counted["group"],
            "beat": counted["beat"],
            "week": counted["sum"],
            "last_28_days": counted["size"],
        }
    ).astype({"offense_group": object, "beat": object})
    others = [
        {
            "offense_group": f"Not drawn: {reason}",
            "beat": None,
            "week": points.not_drawn_week.get(reason, 0),
            "last_28_days": points.not_drawn.get(reason, 0),
        }
        for reason in dict.fromkeys([*points.not_drawn, *points.not_drawn_week])
    ]
    others.append({"offense_group": _ALL, "beat": None, "week": points.counted_week, "last_28_days": points.counted})
    whole = pd.concat([rows, pd.DataFrame(others, dtype=object)], ignore_index=True)
    headings = {"offense_group": "Offense group", "beat": "Beat", "week": "This week", "last_28_days": f"{days} days"}
    return shown_table(whole, headings, title="Offenses on the map, by group and beat")


def map_twin(table: dict[str, Any], *, days: int) -> str:
    """Show a map's numbers as a table that opens on a click: groups down, beats across.

    Parameters
    ----------
    table : dict
        From :func:`map_table`.
    days : int
        The days of the map.

    Examples
    --------
    >>> table = {"rows": [["Robbery", "001", 1, 3], [_ALL, None, 1, 3]]}
    >>> map_twin(table, days=28).count("<tr>")
    3
    """
    beats = sorted({str(row[1]) for row in table["rows"] if row[1] is not None})
    sums: dict[str, dict[str, int]] = {}
    for group, beat, week, total in table["rows"]:
        line = sums.setdefault(group, {})
        for column, many in (("week", week), ("all", total), (str(beat) if beat is not None else "", total)):
            line[column] = line.get(column, 0) + int(many)
    names = ["This week", f"{days} days", *beats]
    head = "".join(f'<th scope="col" class="number">{text(name)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{text(group)}</th>'
        + "".join(
            f'<td class="number">{number(line[column]) if column in line else ""}</td>'
            for column in ("week", "all", *beats)
        )
        + "</tr>"
        for group, line in sums.items()
    )
    caption = f'<caption class="hide">Offenses on the map by group; those of {days} days by beat</caption>'
    top = f'<thead><tr><th scope="col">Offense group</th>{head}</tr></thead>'
    inside = f'<table class="twin-table">{caption}{top}<tbody>{body}</tbody></table>'
    return (
        '<details class="twin"><summary>The numbers<span class="hide"> of the map</span></summary>'
        f"{scroll('Offenses on the map by group and beat', inside)}</details>"
    )
