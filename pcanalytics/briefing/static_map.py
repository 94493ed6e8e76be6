"""The same map as a still drawing, for print and for a browser that runs no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely

from pcanalytics.briefing.basemap import Basemap
from pcanalytics.briefing.escape import text
from pcanalytics.briefing.points import MapPoints

__all__ = ["STYLES", "dot_radius", "scale_bar_m", "static_map"]

#: Stroke color and width of each kind of line, on the screen and on paper.
STYLES = {
    "streets": ("#d5dae1", 0.8),
    "major": ("#bcc4cf", 1.8),
    "highways": ("#a9b4c4", 3.4),
    "beats": ("#7b8a9c", 1.0),
    "districts": ("#12304f", 2.2),
}

_WIDTH = 1000


def dot_radius(dots: int, this_week: bool) -> float:
    """Give the radius of a dot, smaller where there are many.

    Parameters
    ----------
    dots : int
        How many dots the map draws.
    this_week : bool
        Whether it is one of this week's, which are larger.

    Returns
    -------
    float
        Pixels.

    Examples
    --------
    >>> dot_radius(100, True), dot_radius(5000, True)
    (6.5, 4.0)
    """
    scale = 1.0 if dots <= 600 else max(0.615, (600 / dots) ** 0.3)
    return round((6.5 if this_week else 4.5) * scale, 1)


def scale_bar_m(width_m: float) -> int:
    """Give a round length, in meters, of about a fifth of the map's ``width_m``.

    Examples
    --------
    >>> scale_bar_m(9000)
    2000
    """
    wanted = width_m / 5
    steps = [factor * 10**power for power in range(1, 6) for factor in (1, 2, 5)]
    return max([step for step in steps if step <= wanted * 1.2], default=steps[0])


def _paths(shape: shapely.Geometry, west: float, north: float, unit: float) -> str:
    """Write lines or rings as one SVG path, in whole tenths of a pixel, each step from the last."""
    pieces = []
    for ring in _rings(shape):
        xy = shapely.get_coordinates(ring)
        tenths = ((xy - (west, north)) * (unit, -unit) * 10).round().astype(int)
        steps = tenths[1:] - tenths[:-1]
        moves = "".join(f"l{dx} {dy}" for dx, dy in steps.tolist() if dx or dy)
        pieces.append(f"M{tenths[0, 0]} {tenths[0, 1]}{moves}")
    return "".join(pieces)


def _rings(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type == "LineString":
            yield part


def static_map(ground: Basemap, points: MapPoints, colors: Mapping[str, str], *, label: str) -> str:
    """Draw ground and offenses as an SVG, north up.

    Parameters
    ----------
    ground : Basemap
        In meters.
    points : MapPoints
        In the same system.
    colors : mapping of str to str
        Group to color.
    label : str
        What a screen reader says.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from pcanalytics.briefing.basemap import basemap
    >>> city = {"districts": gpd.GeoDataFrame({"district": ["North"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:26915")}
    >>> nothing = MapPoints(pd.DataFrame({"this_week": [], "group": []}), 0, {})
    >>> static_map(basemap(city, as_of=pd.Timestamp("2026-11-23")), nothing, {}, label="Map")[:23]
    '<svg class="static-map"'
    """
    west, south, east, north = ground.frame
    unit = _WIDTH / (east - west)
    height = (north - south) * unit

    def stroke(name: str, shape: shapely.Geometry, extra: str = "") -> str:
        color, weight = STYLES[name]
        path = _paths(shape, west, north, unit)
        return (
            f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{weight * 10:.0f}"{extra}/>' if path else ""
        )

    parts = [
        f'<path d="{_paths(ground.area, west, north, unit)}" fill="#ffffff" fill-rule="evenodd"/>',
        f'<path d="{_paths(ground.water, west, north, unit)}" fill="#cfe0ee" fill-rule="evenodd"/>',
        *(stroke(name, getattr(ground, name)) for name in ("streets", "major", "highways")),
        stroke("beats", ground.beats, ' stroke-dasharray="40 30"'),
        stroke("districts", ground.districts),
    ]
    for name, x, y in ground.labels:
        at = f'x="{(x - west) * unit * 10:.0f}" y="{(north - y) * unit * 10:.0f}"'
        parts.append(f'<text {at} class="place" text-anchor="middle">{text(name)}</text>')
    for this_week in (False, True):
        radius = round(dot_radius(len(points.drawn), this_week) * 8.5)
        rim = ' stroke="#fff" stroke-width="12"' if this_week else ""
        for group, rows in points.drawn[points.drawn["this_week"] == this_week].groupby("group"):
            color = colors.get(str(group), "#6b7280")
            look = (
                f'fill="{color}" fill-opacity="0.95"{rim}'
                if this_week
                else (f'fill="{color}" fill-opacity="0.3" stroke="{color}" stroke-width="8"')
            )
            across = ((rows["x"] - west) * unit * 10).round().astype(int)
            down = ((north - rows["y"]) * unit * 10).round().astype(int)
            dots = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for x, y in zip(across, down, strict=True))
            parts.append(f"<g {look}>{dots}</g>")
    bar = scale_bar_m(east - west)
    y = height * 10 - 150
    parts.append(
        f'<path d="M150 {y:.0f}h{bar * unit * 10:.0f}" stroke="#12304f" stroke-width="30"/>'
        f'<text x="150" y="{y - 60:.0f}" class="scale">{bar / 1000:g} km</text>'
    )
    return (
        f'<svg class="static-map" role="img" aria-label="{text(label)}" '
        f'viewBox="0 0 {_WIDTH * 10} {height * 10:.0f}">{"".join(parts)}</svg>'
    )
