"""The map of a briefing: on the workspace's own ground, with nothing from outside, and one for the public."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from pcanalytics.briefing.basemap import Basemap, basemap
from pcanalytics.briefing.block_points import to_blocks
from pcanalytics.briefing.escape import number, seen, text
from pcanalytics.briefing.figures import figure
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.live_map import live_map
from pcanalytics.briefing.map_table import map_table, map_twin
from pcanalytics.briefing.points import MapPoints, map_points
from pcanalytics.briefing.static_map import dot_paths, ground_lines, sheet_of, static_map

__all__ = ["COLORS", "group_colors", "offense_map"]

#: Colors after Okabe and Ito (2008), which people with any color vision tell apart, in the order of the
#: groups. Dots can also be told by pointing at them, and groups can be shown one by one.
COLORS = ("#8c1d40", "#d55e00", "#e69f00", "#009e73", "#56b4e9", "#0072b2", "#cc79a7", "#5b3a8c", "#4d4d4d")

_OTHER, _OTHER_LABEL = "#9aa3ad", "Other groups"


def group_colors(groups: Sequence[str]) -> dict[str, str]:
    """Give each of the groups a color by its place in the settings, the same every week.

    Examples
    --------
    >>> group_colors(["Robbery"])
    {'Robbery': '#8c1d40'}
    """
    return {group: COLORS[place] if place < len(COLORS) else _OTHER for place, group in enumerate(groups)}


def offense_map(
    offenses: pd.DataFrame,
    places: Mapping[str, gpd.GeoDataFrame],
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    district: str | None = None,
    days: int = 28,
) -> Fragment:
    """Draw the offenses of the last days on a map that needs no network.

    Only group, time, address and beat of an offense reach the page; no other column does. The public page has a map
    of its own, on which nothing is finer than the block: see :func:`pcanalytics.briefing.block_points.to_blocks`.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses`` with ``x`` and ``y`` in the system of ``places``.
    places : mapping of str to geopandas.GeoDataFrame
        Any of ``districts``, ``beats``, ``streets``, ``water``, in one projected system in meters.
    as_of : pandas.Timestamp
        Local midnight after the last day.
    groups : mapping of str to sequence of str
        Label to offense words, in the order of the settings, which sets the colors.
    district : str, optional
        The district to draw; without it the whole city.
    days : int
        How many days.

    Returns
    -------
    Fragment
        Map, legend, how many offenses are not drawn and why, and the same as a table. Without any shape to stand on it
        says so.

    Raises
    ------
    UsageError
        When the shapes are in degrees or feet.

    Examples
    --------
    >>> none = offense_map(pd.DataFrame(), {}, as_of=pd.Timestamp("2026-11-23"), groups={})
    >>> "No map" in none.html
    True
    """
    ground = basemap(places, as_of=as_of, district=district)
    if ground is None:
        none = '<p class="few">No map: the workspace has no districts, beats or streets to draw.</p>'
        return Fragment(none, public="same")
    points = map_points(offenses, as_of=as_of, groups=groups, frame=ground.frame, days=days)
    colors = group_colors(list(groups))
    blocks = to_blocks(points.drawn, places.get("streets")).assign(this_week=lambda rows: rows["week"] > 0)
    drawing = (ground, ground_lines(ground), points)
    named: dict[str, Any] = {"colors": colors, "where": district or "the city", "days": days}
    return replace(
        _drawn(*drawing, points.drawn, _internal_words(points, as_of, days), **named),
        public=_drawn(*drawing, blocks, _public_words(days), **named),
    )


@dataclass(frozen=True)
class _Words:
    """What a map says of itself and of its dots."""

    kind: str
    read: str
    do: str
    more: Mapping[str, Any]
    say: Callable[[pd.DataFrame], list[int]]


def _internal_words(points: MapPoints, as_of: pd.Timestamp, days: int) -> _Words:
    """Say time and address of each offense."""
    first = as_of - pd.Timedelta(days=days)
    dates = [first + pd.Timedelta(days=n) for n in range(days)]
    addresses = sorted({address for address in points.drawn["address"] if isinstance(address, str)})
    number_of = {address: n for n, address in enumerate(addresses)}

    def say(rows: pd.DataFrame) -> list[int]:
        since = ((rows["occurred_from"] - first) // pd.Timedelta(minutes=1)).astype(int)
        where = [number_of.get(address, -1) if isinstance(address, str) else -1 for address in rows["address"]]
        return [value for minute, at in zip(since, where, strict=True) for value in (minute // 1440, minute % 1440, at)]

    return _Words(
        kind="",
        read="A full dot is from this week, a pale one from the weeks before. A ring around a dot is one more on the same spot. "
        "Point at a dot to read it; the Groups button shows and hides them.",
        do="Look for clusters of full dots and read the reports behind them before deciding where to be.",
        more={
            "days": [f"{date:%a} {date.day} {date:%b}" for date in dates],
            "places": [seen(address) for address in addresses],
        },
        say=say,
    )


def _public_words(days: int) -> _Words:
    """Say how many offenses a block had."""

    def say(rows: pd.DataFrame) -> list[int]:
        return [value for pair in zip(rows["count"], rows["week"], strict=True) for value in map(int, pair)]

    return _Words(
        kind="-public",
        read="A dot stands for a group on one block, in the middle of the block and not at an address. It is full when one of them "
        "is from this week. A ring around a dot is one more group. Point at a dot to read it.",
        do="Ask your district what it is doing about the blocks with most, and tell it what you have seen there.",
        more={"period": f"{days} days"},
        say=say,
    )


def _drawn(
    ground: Basemap,
    lines: str,
    points: MapPoints,
    dots: pd.DataFrame,
    words: _Words,
    *,
    colors: Mapping[str, str],
    where: str,
    days: int,
) -> Fragment:
    """Make one map of the dots: still, live, its legend and its numbers."""
    many = len(points.drawn)
    on_map = dots.groupby("group")["count"].sum() if "count" in dots.columns else dots.groupby("group").size()
    shown = [group for group in colors if group in on_map.index]
    looks = dot_paths(dots)
    paths = [[shown.index(path.group), path.radius, int(path.is_full), words.say(path.rows)] for path in looks]
    data = {
        "groups": [seen(group) for group in shown],
        "colors": [colors[group] for group in shown],
        "paths": paths,
        **words.more,
    }
    name = f"{zlib.crc32(repr((ground.frame, many, words.kind, paths)).encode()):08x}"
    label = f"Map of {where}: {many:,} offenses of the last {days} days. The table below it has the same numbers."
    live = live_map(ground, data, [int(on_map[group]) for group in shown], still=f"still-{name}", name=name)
    table = map_table(points, list(colors), days=days)
    body = (
        f'<div class="mapbox"><div class="live-map" role="region" aria-label="{text(label)}">{live.html}'
        '<span class="north" aria-hidden="true"><b>N</b></span></div>'
        f"{static_map(sheet_of(ground), lines, looks, colors, label=label, name=f'still-{name}')}</div>{_legend(on_map, colors)}"
    )
    html = figure(
        f"Where, in the last {days} days",
        body,
        shows=_shows(points, days),
        read=words.read,
        do=words.do,
        kind="map half",
        twin=map_twin(table, days=days),
    )
    facts = {"drawn": many, "counted": points.counted}
    return Fragment(html, live.scripts, live.needs, facts, height_px=860, tables={"map": table})


def _shows(points: MapPoints, days: int) -> str:
    left_out = "; ".join(f"{number(times)} {reason}" for reason, times in points.not_drawn.items())
    shows = f"{len(points.drawn):,} of the {points.counted:,} offenses counted in {days} days."
    return shows + (f" Not drawn: {left_out}." if left_out else " All are drawn.")


def _legend(on_map: pd.Series, colors: Mapping[str, str]) -> str:
    items, others = [], 0
    for group, color in colors.items():
        if color == _OTHER:
            others += int(on_map.get(group, 0))
        elif on_map.get(group, 0):
            items.append((group, color, int(on_map[group])))
    if others:
        items.append((_OTHER_LABEL, _OTHER, others))
    shown = "".join(
        f'<li><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5.5" fill="{color}"/></svg>'
        f"{text(group)} <b>{times:,}</b></li>"
        for group, color, times in items
    )
    return f'<ul class="legend">{shown}</ul>' if shown else '<p class="few">No offense to draw.</p>'
