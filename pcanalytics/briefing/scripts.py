"""The scripts and style sheets that a page carries: vendored libraries, and the suite's own for maps."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pcanalytics.briefing.vendor import LIBRARIES, library_script, library_style

__all__ = ["MAP_SCRIPT", "needed_script", "needed_style"]

#: By this name a fragment asks for the suite's own map script; it comes after Leaflet's in the order of names.
MAP_SCRIPT = "map"


@cache
def needed_script(name: str) -> str:
    """Give a script that fragments ask for by name.

    Parameters
    ----------
    name : str
        :data:`MAP_SCRIPT` or a vendored library.

    Raises
    ------
    UnknownName
        When there is no such script.

    Examples
    --------
    >>> "briefingMap" in needed_script("map")
    True
    """
    if name == MAP_SCRIPT:
        return (files("pcanalytics.briefing") / "map.js").read_text(encoding="utf-8")
    return library_script(name)


def needed_style(name: str) -> str:
    """Give the style sheet of a vendored library; what is the suite's own is in the page's style sheet.

    Parameters
    ----------
    name : str
        As :func:`needed_script` takes it.

    Examples
    --------
    >>> needed_style("map")
    ''
    """
    return library_style(name) if name in LIBRARIES else ""
