"""The live map: folium's, its lines and dots taken from the still drawing in the same page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import folium
import shapely
from folium.template import Template

from pcanalytics.briefing.basemap import Basemap
from pcanalytics.briefing.escape import text
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.scripts import MAP_SCRIPT

__all__ = ["live_map", "script_json"]

#: Signs that mean something in a script, in the markup around it, in a template string, or in folium's templates, which
#: are filled twice.
_SIGNS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'/`${}%#\u2028\u2029"}


def script_json(value: Any) -> str:
    r"""Write a value for a script so that no sign of it can end the script, a string or a template's brace.

    Parameters
    ----------
    value : object
        Plain JSON values.

    Returns
    -------
    str
        A script's string for a text, else ``JSON.parse`` of such a string.

    Examples
    --------
    >>> print(script_json("</script>{{7*7}}"))
    "\u003c\u002fscript\u003e\u007b\u007b7*7\u007d\u007d"
    """
    if isinstance(value, str):
        return json.dumps(value).translate(_SIGNS)
    return f"JSON.parse({script_json(json.dumps(value, separators=(',', ':')))})"


class _Ground(folium.MacroElement):
    """The lines, areas and names of the still drawing."""

    _template = Template(
        "{% macro script(this, kwargs) %}briefingMap.ground({{ this.map }}, {{ this.still }});{% endmacro %}"
    )

    def __init__(self, drawn: folium.Map, still: str) -> None:
        super().__init__()
        self._map, self.still = drawn, script_json(still)

    @property
    def map(self) -> str:
        """The map's name in the script, which is given last of all."""
        return str(self._map.get_name())


class _Dots(folium.MacroElement):
    """The dots of the still drawing, each in the layer of its group."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "briefingMap.dots({{ this.map }}, {{ this.still }}, [{{ this.layers }}], {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(
        self, drawn: folium.Map, still: str, layers: Sequence[folium.FeatureGroup], data: Mapping[str, Any]
    ) -> None:
        super().__init__()
        self._map, self._layers = drawn, layers
        self.still, self.data = script_json(still), script_json(data)

    @property
    def map(self) -> str:
        """The map's name in the script."""
        return str(self._map.get_name())

    @property
    def layers(self) -> str:
        """The layers' names in the script, in the order of the groups."""
        return ", ".join(layer.get_name() for layer in self._layers)


def live_map(ground: Basemap, data: Mapping[str, Any], sizes: Sequence[int], *, still: str, name: str) -> Fragment:
    """Make the map that can be moved and pointed at, in meters from the drawing's corner.

    Parameters
    ----------
    ground : Basemap
        What it stands on.
    data : mapping
        ``groups`` and ``colors`` in order; ``paths``, one entry for each path of dots of the still drawing: place of its group,
        radius, whether its dots are full, and what each dot says as whole numbers. With ``days`` and ``places`` these are day, minute
        and place of one offense; with ``period`` they are counts.
    sizes : sequence of int
        How many offenses each group has, for the layer control.
    still : str
        The id of the still drawing in the same page.
    name : str
        Letters and digits by which the elements of this map are told from those of another.

    Examples
    --------
    >>> import pandas as pd, geopandas as gpd
    >>> from pcanalytics.briefing.basemap import basemap
    >>> city = {"districts": gpd.GeoDataFrame({"district": ["North"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:26915")}
    >>> ground = basemap(city, as_of=pd.Timestamp("2026-11-23"))
    >>> live_map(ground, {"groups": [], "colors": [], "paths": []}, [], still="still", name="a").needs
    ('leaflet', 'map')
    """
    west, south, _, _ = ground.frame
    inner = [edge - corner for edge, corner in zip(shapely.bounds(ground.area), (west, south) * 2, strict=True)]
    bounds = [[round(inner[1]), round(inner[0])], [round(inner[3]), round(inner[2])]]
    drawn = folium.Map(
        location=[(bounds[0][axis] + bounds[1][axis]) / 2 for axis in (0, 1)],
        crs="Simple",
        tiles=None,
        zoom_start=-4,
        minZoom=-7,
        maxZoom=2,
        zoomSnap=0.25,
        zoomDelta=0.5,
        scrollWheelZoom=False,
        attributionControl=False,
        control_scale=True,
    )
    _Ground(drawn, still).add_to(drawn)
    if data["groups"]:
        layers = [
            folium.FeatureGroup(name=text(f"{group} ({size:,})"))
            for group, size in zip(data["groups"], sizes, strict=True)
        ]
        for layer in layers:
            layer.add_to(drawn)
        _Dots(drawn, still, layers, data).add_to(drawn)
        folium.LayerControl(collapsed=True).add_to(drawn)
    folium.FitBounds(bounds, padding=(12, 12)).add_to(drawn)
    _number_ids(drawn.get_root(), name, count(1))
    root: Any = drawn.get_root()
    root.render()
    return Fragment(root.html.render(), scripts=(root.script.render(),), needs=("leaflet", MAP_SCRIPT))


def _number_ids(element: folium.Element, map_name: str, numbers: Iterator[int]) -> None:
    """Give folium's elements numbers in the order they stand, in place of random names."""
    element._id = f"{map_name}_{next(numbers):04d}"
    for child in list(element._children.values()):
        _number_ids(child, map_name, numbers)
