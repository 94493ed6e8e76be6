"""The same person in police and corrections records: pairs compared and scored, joined under guards, doubtful ones to a reviewer.

A wrong link is worse than none: what a guard doubts is joined by nobody but a person, and every link can be undone.

Naming a table of the suite must not import Splink, so names are fetched when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcanalytics.linkage.at_that_time import incidents_under_supervision
    from pcanalytics.linkage.clerical import clerical_sample, estimate_from_clerical
    from pcanalytics.linkage.decisions import check_decisions
    from pcanalytics.linkage.frontiers import frontier
    from pcanalytics.linkage.guards import GUARDS, REASONS
    from pcanalytics.linkage.linking import LinkResult, link_people
    from pcanalytics.linkage.person_events import EVENT_TABLES, events_of
    from pcanalytics.linkage.quality import cluster_quality, pair_quality
    from pcanalytics.linkage.quality_groups import age_band, quality_by
    from pcanalytics.linkage.resolving import Resolution, ResolveSettings, resolve
    from pcanalytics.linkage.shares import FLOOR, supervision_share
    from pcanalytics.linkage.standing import STANDINGS
    from pcanalytics.linkage.supervised import supervision_on

__all__ = [
    "EVENT_TABLES",
    "FLOOR",
    "GUARDS",
    "REASONS",
    "STANDINGS",
    "LinkResult",
    "Resolution",
    "ResolveSettings",
    "age_band",
    "check_decisions",
    "clerical_sample",
    "cluster_quality",
    "estimate_from_clerical",
    "events_of",
    "frontier",
    "incidents_under_supervision",
    "link_people",
    "pair_quality",
    "quality_by",
    "resolve",
    "supervision_on",
    "supervision_share",
]

_MODULES: dict[str, tuple[str, ...]] = {
    "decisions": ("check_decisions",),
    "guards": ("GUARDS", "REASONS"),
    "linking": ("LinkResult", "link_people"),
    "resolving": ("Resolution", "ResolveSettings", "resolve"),
    "supervised": ("supervision_on",),
    "standing": ("STANDINGS",),
    "shares": (
        "FLOOR",
        "supervision_share",
    ),
    "person_events": (
        "EVENT_TABLES",
        "events_of",
    ),
    "at_that_time": ("incidents_under_supervision",),
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
