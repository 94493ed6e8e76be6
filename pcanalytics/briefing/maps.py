"""The map of a briefing: folium's, on the workspace's own ground, with nothing from outside."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from pcanalytics.briefing.basemap import Basemap, basemap
from pcanalytics.briefing.charts import figure
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.points import MapPoints, map_points
from pcanalytics.briefing.static_map import STYLES, dot_radius, static_map

__all__ = ["COLORS", "group_colors", "offense_map"]

#: Colors after Okabe and Ito (2008), which people with any color vision tell apart, in the order of the
#: groups. Dots can also be told by pointing at them, and groups can be shown one by one.
COLORS = ("#8c1d40", "#d55e00", "#e69f00", "#009e73", "#56b4e9", "#0072b2", "#cc79a7", "#5b3a8c", "#4d4d4d")

_OTHER = "#9aa3ad"
#: The layer of this week's dots, above all others.
_FULL_PANE = "this_week"

_OTHER_LABEL = "Other groups"

_TOOLTIP = folium.JsCode(
    "function(feature, layer) { layer.bindTooltip(feature.properties.said, {sticky: true, className: 'tip'}); }"
)
_NAME = folium.JsCode(
    "function(feature, layer) { layer.bindTooltip(feature.properties.said, "
    "{permanent: true, direction: 'center', className: 'place', opacity: 1}); }"
)


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

    Only group, time and address of an offense reach the page; no other column does.

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
        Map, legend, and how many offenses are not drawn and why. Without any shape to stand on it says so.

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
    title = f"Where, in the last {days} days"
    if ground is None:
        return Fragment('<p class="few">No map: the workspace has no districts, beats or streets to draw.</p>')
    points = map_points(offenses, as_of=as_of, groups=groups, frame=ground.frame, days=days)
    colors = group_colors(list(groups))
    label = f"Map of {district or 'the city'}: {len(points.drawn):,} offenses of the last {days} days."
    live = _live_map(ground, points, colors)
    left_out = "; ".join(f"{number(times)} {reason}" for reason, times in points.not_drawn.items())
    shows = f"{len(points.drawn):,} of the {points.counted:,} offenses counted in {days} days."
    shows += f" Not drawn: {left_out}." if left_out else " All are drawn."
    body = (
        f'<div class="mapbox"><div class="live-map" role="region" aria-label="{text(label)}">{live.html}'
        '<span class="north" aria-hidden="true"><b>N</b></span></div>'
        f"{static_map(ground, points, colors, label=label)}</div>{_legend(points, colors)}"
    )
    html = figure(
        title,
        body,
        shows=shows,
        read="A full dot is from this week, a pale one from the weeks before. Several may lie on one spot. Point at a dot to "
        "read it; the Groups button shows and hides them.",
        do="Look for clusters of full dots and read the reports behind them before deciding where to be.",
        kind="map",
    )
    return Fragment(html, scripts=live.scripts, needs=("leaflet",), facts={"drawn": len(points.drawn)}, height_px=860)


def _legend(points: MapPoints, colors: Mapping[str, str]) -> str:
    counts = points.drawn.groupby("group").size().to_dict()
    items, others = [], 0
    for group, color in colors.items():
        if color == _OTHER:
            others += counts.get(group, 0)
        elif counts.get(group, 0):
            items.append((group, color, counts[group]))
    if others:
        items.append((_OTHER_LABEL, _OTHER, others))
    shown = "".join(
        f'<li><svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="5.5" fill="{color}"/></svg>'
        f"{text(group)} <b>{times:,}</b></li>"
        for group, color, times in items
    )
    return f'<ul class="legend">{shown}</ul>' if shown else '<p class="few">No offense to draw.</p>'


def _degrees(shape: shapely.Geometry, crs: pyproj.CRS) -> shapely.Geometry:
    """Give a shape in degrees to five decimals, about a meter."""
    mover = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return shapely.transform(shape, lambda xy: pd.DataFrame(mover.transform(xy[:, 0], xy[:, 1])).T.to_numpy().round(5))


def _feature(shape: shapely.Geometry, said: str | None = None) -> dict[str, object]:
    properties = {} if said is None else {"said": said}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}


def _live_map(ground: Basemap, points: MapPoints, colors: Mapping[str, str]) -> Fragment:
    west, south, east, north = _degrees(shapely.box(*ground.area.bounds), ground.crs).bounds
    drawn = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        maxZoom=18,
        minZoom=9,
        zoomSnap=0.25,
        zoomDelta=0.5,
        scrollWheelZoom=False,
        attributionControl=False,
        control_scale=True,
    )
    _add_shape(drawn, ground.area, ground.crs, {"stroke": False, "fillColor": "#ffffff", "fillOpacity": 1})
    if not ground.water.is_empty:
        _add_shape(drawn, ground.water, ground.crs, {"stroke": False, "fillColor": "#cfe0ee", "fillOpacity": 1})
    for name in ("streets", "major", "highways", "beats", "districts"):
        color, weight = STYLES[name]
        style = {"color": color, "weight": weight, "fill": False, "opacity": 1}
        if name == "beats":
            style["dashArray"] = "4 3"
        if not getattr(ground, name).is_empty:
            _add_shape(drawn, getattr(ground, name), ground.crs, style)
    _add_labels(drawn, ground)
    _add_offenses(drawn, ground, points, colors)
    folium.FitBounds([[south, west], [north, east]], padding=(12, 12)).add_to(drawn)
    _number_ids(drawn.get_root(), f"{zlib.crc32(repr((ground.frame, len(points.drawn))).encode()):08x}", count(1))
    root: Any = drawn.get_root()
    root.render()
    return Fragment(root.html.render(), scripts=(root.script.render(),))


def _add_shape(drawn: folium.Map, shape: shapely.Geometry, crs: pyproj.CRS, style: dict[str, object]) -> None:
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": [_feature(_degrees(shape, crs))]},
        style_function=lambda _feature: style,
        control=False,
        interactive=False,
        smooth_factor=1.0,
    )
    layer.add_to(drawn)


def _add_labels(drawn: folium.Map, ground: Basemap) -> None:
    if not ground.labels:
        return
    names = [_feature(_degrees(shapely.Point(x, y), ground.crs), text(name)) for name, x, y in ground.labels]
    folium.GeoJson(
        {"type": "FeatureCollection", "features": names},
        marker=folium.CircleMarker(radius=0, stroke=False, fill=False),
        on_each_feature=_NAME,
        control=False,
        interactive=False,
    ).add_to(drawn)


def _add_offenses(drawn: folium.Map, ground: Basemap, points: MapPoints, colors: Mapping[str, str]) -> None:
    """Add one layer per group, the pale dots below the full ones."""
    rows = points.drawn
    if rows.empty:
        return
    mover = pyproj.Transformer.from_crs(ground.crs, "EPSG:4326", always_xy=True)
    lon, lat = mover.transform(rows["x"].to_numpy(), rows["y"].to_numpy())
    rows = rows.assign(lon=lon.round(5), lat=lat.round(5))
    folium.map.CustomPane(_FULL_PANE, z_index=450).add_to(drawn)
    for group, color in colors.items():
        mine = rows[rows["group"] == group]
        if mine.empty:
            continue
        layer = folium.FeatureGroup(name=text(f"{group} ({len(mine):,})"))
        for this_week, part in mine.groupby("this_week"):
            style = _dot_style(color, bool(this_week))
            folium.GeoJson(
                {"type": "FeatureCollection", "features": [_dot(row) for row in part.itertuples()]},
                marker=folium.CircleMarker(radius=dot_radius(len(rows), bool(this_week))),
                style_function=lambda _feature, style=style: style,
                on_each_feature=_TOOLTIP,
            ).add_to(layer)
        layer.add_to(drawn)
    folium.LayerControl(collapsed=True).add_to(drawn)


def _dot_style(color: str, this_week: bool) -> dict[str, object]:
    """Give a full dot with a white rim, above the rest, or a pale one."""
    if this_week:
        return {
            "pane": _FULL_PANE,
            "color": "#ffffff",
            "weight": 1.2,
            "fill": True,
            "fillColor": color,
            "fillOpacity": 0.95,
        }
    return {"color": color, "weight": 1, "fill": True, "fillColor": color, "fillOpacity": 0.3}


def _dot(row: object) -> dict[str, object]:
    when = row.occurred_from  # type: ignore[attr-defined]
    where = f"\n{row.address}" if isinstance(row.address, str) else ""  # type: ignore[attr-defined]
    said = text(f"{row.group}\n{when:%a} {when.day} {when:%b %H:%M}{where}")  # type: ignore[attr-defined]
    return _feature(shapely.Point(row.lon, row.lat), said)  # type: ignore[attr-defined]


def _number_ids(element: folium.Element, map_name: str, numbers: Iterator[int]) -> None:
    """Give folium's elements numbers in the order they stand, in place of random names."""
    element._id = f"{map_name}_{next(numbers):04d}"
    for child in list(element._children.values()):
        _number_ids(child, map_name, numbers)
