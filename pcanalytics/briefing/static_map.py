"""The same map as a still drawing, for print and for a browser that runs no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import shapely

from pcanalytics.briefing.basemap import Basemap
from pcanalytics.briefing.escape import text

__all__ = [
    "STYLES",
    "DotPath",
    "Sheet",
    "dot_paths",
    "dot_radius",
    "ground_lines",
    "scale_bar_m",
    "sheet_of",
    "static_map",
]

#: Stroke color and width of each kind of line, on the screen and on paper.
STYLES = {
    "streets": ("#d5dae1", 0.8),
    "major": ("#bcc4cf", 1.8),
    "highways": ("#a9b4c4", 3.4),
    "beats": ("#7b8a9c", 1.0),
    "districts": ("#12304f", 2.2),
}

#: The drawing fits a box so many pixels wide and, by its shape, so much less high; lines and dots keep their size in it.
_WIDTH, _SHAPE = 1000, 1.5

#: More than so many dots below another are not told apart.
_MOST_RINGS = 3


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


def _paths(shape: shapely.Geometry, sheet: Sheet) -> str:
    """Write lines or rings as one SVG path, in whole tenths of a pixel, each step from the last."""
    pieces = []
    for ring in _rings(shape):
        xy = shapely.get_coordinates(ring)
        tenths = ((xy - (sheet.west, sheet.north)) * (sheet.unit, -sheet.unit) * 10).round().astype(int)
        steps = tenths[1:] - tenths[:-1]
        moves = "".join(f"{dx:+d}{dy:+d}" for dx, dy in steps.tolist() if dx or dy)
        if moves:
            pieces.append(f"M{tenths[0, 0]} {tenths[0, 1]}l{_joined(moves)}")
    return "".join(pieces)


def _joined(moves: str) -> str:
    """Part numbers by a space, or by the minus sign that one begins with."""
    return moves.lstrip("+").replace("+", " ")


def _rings(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type == "LineString":
            yield part


@dataclass(frozen=True)
class DotPath:
    """The dots of a map that look the same.

    Parameters
    ----------
    group : str
        The offense group.
    is_full : bool
        Whether they are of this week.
    radius : float
        Pixels.
    rows : pandas.DataFrame
        Of the frame that is drawn, in order.
    """

    group: str
    is_full: bool
    radius: float
    rows: pd.DataFrame


def dot_paths(drawn: pd.DataFrame) -> list[DotPath]:
    """Sort dots by how they look, from the lowest to the topmost.

    Where several lie on one spot, those below are drawn larger, so that each shows as a ring.

    Parameters
    ----------
    drawn : pandas.DataFrame
        ``group``, ``x``, ``y``, ``this_week``.

    Examples
    --------
    >>> drawn = pd.DataFrame({"group": ["A", "B"], "x": 5.0, "y": 5.0, "this_week": True})
    >>> [(path.group, path.radius) for path in dot_paths(drawn)]
    [('A', 9.1), ('B', 6.5)]
    """
    if drawn.empty:
        return []
    spot = [drawn["this_week"], drawn["x"], drawn["y"]]
    above = drawn.groupby(spot).cumcount(ascending=False).clip(upper=_MOST_RINGS)
    paths = []
    for (is_full, ring, group), rows in drawn.groupby([drawn["this_week"], -above, drawn["group"]], sort=True):
        radius = dot_radius(len(drawn), bool(is_full)) * (1 - 0.4 * ring)
        paths.append(DotPath(str(group), bool(is_full), round(radius, 1), rows))
    return paths


@dataclass(frozen=True)
class Sheet:
    """The paper of a still drawing: where its corner lies and how large it is.

    Parameters
    ----------
    west, north : float
        The upper left corner, in the system of the ground.
    unit : float
        Pixels to the meter.
    width, height : float
        Pixels.
    """

    west: float
    north: float
    unit: float
    width: float
    height: float


def sheet_of(ground: Basemap) -> Sheet:
    """Give the paper for a ground: it fits a box, so that lines and dots keep their size on it.

    Parameters
    ----------
    ground : Basemap
        In meters.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> sheet_of(SimpleNamespace(frame=(0.0, 0.0, 3000.0, 1000.0))).height
    333.3333333333333
    """
    west, south, east, north = ground.frame
    unit = _WIDTH / max(east - west, _SHAPE * (north - south))
    return Sheet(west, north, unit, (east - west) * unit, (north - south) * unit)


def ground_lines(ground: Basemap) -> str:
    """Draw what a map stands on, with its names, as SVG.

    Parameters
    ----------
    ground : Basemap
        In meters.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from pcanalytics.briefing.basemap import basemap
    >>> city = {"districts": gpd.GeoDataFrame({"district": ["North"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:26915")}
    >>> ">North</text>" in ground_lines(basemap(city, as_of=pd.Timestamp("2026-11-23")))
    True
    """
    sheet = sheet_of(ground)

    def stroke(kind: str, extra: str = "") -> str:
        color, weight = STYLES[kind]
        path = _paths(getattr(ground, kind), sheet)
        return f'<path d="{path}" stroke="{color}" stroke-width="{weight * 10:.0f}"{extra}/>' if path else ""

    def fill(shape: shapely.Geometry, color: str) -> str:
        path = _paths(shape, sheet)
        return f'<path d="{path}" fill="{color}" fill-rule="evenodd"/>' if path else ""

    lines = "".join(stroke(kind) for kind in ("streets", "major", "highways"))
    lines += stroke("beats", ' stroke-dasharray="40 30"') + stroke("districts")
    parts = [f'<g class="ground" fill="none">{fill(ground.area, "#ffffff")}{fill(ground.water, "#cfe0ee")}{lines}</g>']
    for name, x, y in ground.labels:
        at = f'x="{(x - sheet.west) * sheet.unit * 10:.0f}" y="{(sheet.north - y) * sheet.unit * 10:.0f}"'
        parts.append(f'<text {at} class="place" text-anchor="middle">{text(name)}</text>')
    return "".join(parts)


def static_map(
    sheet: Sheet, lines: str, paths: Sequence[DotPath], colors: Mapping[str, str], *, label: str, name: str = "still"
) -> str:
    """Draw ground and offenses as an SVG, north up. The live map takes its lines and dots from it.

    Parameters
    ----------
    sheet : Sheet
        Of the ground.
    lines : str
        From :func:`ground_lines`.
    paths : sequence of DotPath
        From :func:`dot_paths`, in the system of the ground.
    colors : mapping of str to str
        Group to color.
    label : str
        What a screen reader says.
    name : str
        The drawing's id in the page: letters, digits and hyphens.

    Examples
    --------
    >>> static_map(Sheet(0, 9, 100, 900, 900), "", [], {}, label="Map")[:23]
    '<svg class="static-map"'
    """
    dots = "".join(_dots(path, f"{name}-{n}", colors, sheet) for n, path in enumerate(paths))
    bar = scale_bar_m(sheet.width / sheet.unit)
    low = sheet.height * 10 - 150
    return (
        f'<svg class="static-map" id="{text(name)}" role="img" aria-label="{text(label)}" data-m="{0.1 / sheet.unit:.6g}" '
        f'viewBox="0 0 {sheet.width * 10:.0f} {sheet.height * 10:.0f}">{lines}'
        f'<g class="spots" fill="none" stroke-linecap="round">{dots}</g>'
        f'<path d="M150 {low:.0f}h{bar * sheet.unit * 10:.0f}" stroke="#12304f" stroke-width="30"/>'
        f'<text x="150" y="{low - 60:.0f}" class="scale">{bar / 1000:g} km</text></svg>'
    )


def _dots(path: DotPath, name: str, colors: Mapping[str, str], sheet: Sheet) -> str:
    """Draw dots as a path of points without length, which round line ends make dots."""
    color = colors.get(path.group, "#6b7280")
    xy = path.rows[["x", "y"]].to_numpy(dtype=float)
    places = ((xy - (sheet.west, sheet.north)) * (sheet.unit, -sheet.unit) * 10).round().astype(int)
    points = "".join(f"M{x} {y}h0" for x, y in places.tolist())
    wide = round(path.radius * 17)
    if path.is_full:
        below, above = (
            f'stroke="#fff" stroke-width="{wide + 20}"',
            f'<use href="#{name}" stroke="{color}" stroke-width="{wide}"/>',
        )
    else:
        below = f'stroke="{color}" stroke-width="{wide}"'
        above = f'<use href="#{name}" stroke="#fff" stroke-width="{wide - 20}"/>'
        above += f'<use href="#{name}" stroke="{color}" stroke-opacity="0.3" stroke-width="{wide - 20}"/>'
    return f'<g {below}><path id="{name}" d="{points}"/></g>{above}'
