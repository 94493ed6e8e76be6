"""Workflows: read under the agreement, call the subjects, write, stamp. One for each command and notebook.

A command that looks whether anything is due must not first import what a report needs, so names are fetched when they
are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcanalytics.workflows.brief import WeeklyCompstat
    from pcanalytics.workflows.geocoding_brief import GeocodingBrief, geocode_addresses
    from pcanalytics.workflows.issuing import issue_weekly_compstat
    from pcanalytics.workflows.link_brief import LinkBrief, link_records
    from pcanalytics.workflows.loading import ExtractFile, extract_at, extracts_of, load, set_aside_summary
    from pcanalytics.workflows.starting import build_sample, start_workspace
    from pcanalytics.workflows.weekly import weekly_compstat

__all__ = [
    "ExtractFile",
    "GeocodingBrief",
    "LinkBrief",
    "WeeklyCompstat",
    "build_sample",
    "extract_at",
    "extracts_of",
    "geocode_addresses",
    "issue_weekly_compstat",
    "link_records",
    "load",
    "set_aside_summary",
    "start_workspace",
    "weekly_compstat",
]

_MODULES = {
    "brief": ("WeeklyCompstat",),
    "geocoding_brief": ("GeocodingBrief", "geocode_addresses"),
    "issuing": ("issue_weekly_compstat",),
    "link_brief": ("LinkBrief", "link_records"),
    "loading": ("ExtractFile", "extract_at", "extracts_of", "load", "set_aside_summary"),
    "starting": ("build_sample", "start_workspace"),
    "weekly": ("weekly_compstat",),
}


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
