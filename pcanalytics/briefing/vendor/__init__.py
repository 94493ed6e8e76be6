"""Libraries that pages carry inside, each as its makers released it, with its license beside it.

============ ======= ============ ==========================================================
library      version license      file
============ ======= ============ ==========================================================
Leaflet      1.9.4   BSD-2-Clause ``leaflet-1.9.4/leaflet.js``, ``leaflet.css``
============ ======= ============ ==========================================================

The files are unchanged; ``tests/briefing/test_vendor.py`` knows their digests. What a page gets differs in
three places, so that nothing in it names an outside address: Leaflet's link to its home page, and
the pictures its style sheet would fetch, are taken out.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from pcanalytics.errors import UnknownName

__all__ = ["LIBRARIES", "library_script", "library_style"]

#: Library name to the folder it is kept in.
LIBRARIES = {"leaflet": "leaflet-1.9.4"}

_HOME_LINK = '<a href="https://leafletjs.com" title="A JavaScript library for interactive maps">'
_PICTURE = re.compile(r"(background-image:\s*url\(images/[^)]*\)|behavior:\s*url\([^)]*\));?")
_SOURCE_MAP = re.compile(r"\n//# sourceMappingURL=\S+\s*\Z")


def _read(library: str, name: str) -> str:
    if library not in LIBRARIES:
        raise UnknownName("vendored library", library, LIBRARIES)
    return (files(__package__) / LIBRARIES[library] / name).read_text(encoding="utf-8")


@cache
def library_script(library: str) -> str:
    """Give a library's script, ready to stand in a page.

    Parameters
    ----------
    library : str
        A name in :data:`LIBRARIES`.

    Raises
    ------
    UnknownName
        When no such library is vendored.

    Examples
    --------
    >>> "1.9.4" in library_script("leaflet")
    True
    """
    script = _SOURCE_MAP.sub("\n", _read(library, f"{library}.js"))
    return script.replace(_HOME_LINK, "<a>").replace("</script", "<\\/script")


@cache
def library_style(library: str) -> str:
    """Give a library's style sheet, without the pictures it would fetch.

    Parameters
    ----------
    library : str
        A name in :data:`LIBRARIES`.

    Raises
    ------
    UnknownName
        When no such library is vendored.

    Examples
    --------
    >>> "url(" in library_style("leaflet")
    False
    """
    return _PICTURE.sub("", _read(library, f"{library}.css"))
