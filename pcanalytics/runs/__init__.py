"""Runs: a notebook executed strictly, its pages made, a period's pages put in place at once, and when that is due.

A command that ends at a misspelt word must not first import what notebooks need, so names are fetched when they
are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcanalytics.runs.executing import RunFailed, execute, stop_kernels
    from pcanalytics.runs.files import InUse
    from pcanalytics.runs.issuing import CITY, issue
    from pcanalytics.runs.limits import Limits
    from pcanalytics.runs.pages import BriefingPage, to_page
    from pcanalytics.runs.parameters import Parameter, checked_parameters, declared_parameters
    from pcanalytics.runs.progress import progress_to
    from pcanalytics.runs.publishing import mark_stale, publish
    from pcanalytics.runs.schedule import Report, read_schedule

__all__ = [
    "CITY",
    "BriefingPage",
    "InUse",
    "Limits",
    "Parameter",
    "Report",
    "RunFailed",
    "checked_parameters",
    "declared_parameters",
    "execute",
    "issue",
    "mark_stale",
    "progress_to",
    "publish",
    "read_schedule",
    "stop_kernels",
    "to_page",
]

_MODULES = {
    "executing": ("RunFailed", "execute", "stop_kernels"),
    "files": ("InUse",),
    "issuing": ("CITY", "issue"),
    "limits": ("Limits",),
    "pages": ("BriefingPage", "to_page"),
    "parameters": ("Parameter", "checked_parameters", "declared_parameters"),
    "progress": ("progress_to",),
    "publishing": ("mark_stale", "publish"),
    "schedule": ("Report", "read_schedule"),
}


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
