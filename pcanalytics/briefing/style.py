"""The style sheet of every page, kept as a style sheet."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

__all__ = ["page_style"]


@cache
def page_style() -> str:
    """Give the style sheet of every page; it names nothing outside the page.

    Examples
    --------
    >>> "url(" in page_style()
    False
    """
    folder = files("pcanalytics.briefing")
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("page.css", "figures.css", "print.css"))
