"""The same person in police and corrections records: pairs compared and scored, joined under guards, doubtful ones to a reviewer.

A wrong link is worse than none: what a guard doubts is joined by nobody but a person, and every link can be undone.

Naming a table of the suite must not import Splink, so names are fetched when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcanalytics.linkage.clerical import clerical_sample, estimate_from_clerical
    from pcanalytics.linkage.frontiers import frontier
    from pcanalytics.linkage.quality import cluster_quality, pair_quality
    from pcanalytics.linkage.quality_groups import age_band, quality_by

__all__ = [
    "age_band",
    "clerical_sample",
    "cluster_quality",
    "estimate_from_clerical",
    "frontier",
    "pair_quality",
    "quality_by",
]

_MODULES: dict[str, tuple[str, ...]] = {
    "clerical": (
        "clerical_sample",
        "estimate_from_clerical",
    ),
    "frontiers": ("frontier",),
    "quality": (
        "cluster_quality",
        "pair_quality",
    ),
    "quality_groups": (
        "age_band",
        "quality_by",
    ),
}


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
