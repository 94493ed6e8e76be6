"""An address as a police officer wrote it: what kind of string it is, where it is, and how sure that is.

Nothing here leaves the machine. A string that is no address is typed and counted, never placed; two equally good places stay a tie.

Reading the settings of a workspace must not import what matching needs, so names are fetched when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcanalytics.geocoding.building import build_reference
    from pcanalytics.geocoding.institutions import flag_points, pile_ups
    from pcanalytics.geocoding.layers import Layer, make_layer
    from pcanalytics.geocoding.misses import MissTest, misses_cluster
    from pcanalytics.geocoding.parsing import Known, parse
    from pcanalytics.geocoding.placing import geocode
    from pcanalytics.geocoding.point_checks import check_points, count_reasons
    from pcanalytics.geocoding.rates import match_rates, reason_counts
    from pcanalytics.geocoding.reference import Reference
    from pcanalytics.geocoding.review import review_queue
    from pcanalytics.geocoding.tiers import tier_table

__all__ = [
    "Known",
    "Layer",
    "MissTest",
    "Reference",
    "build_reference",
    "check_points",
    "count_reasons",
    "flag_points",
    "geocode",
    "make_layer",
    "match_rates",
    "misses_cluster",
    "parse",
    "pile_ups",
    "reason_counts",
    "review_queue",
    "tier_table",
]

_MODULES = {
    "building": ("build_reference",),
    "institutions": ("flag_points", "pile_ups"),
    "layers": ("Layer", "make_layer"),
    "misses": ("MissTest", "misses_cluster"),
    "parsing": ("Known", "parse"),
    "placing": ("geocode",),
    "point_checks": ("check_points", "count_reasons"),
    "rates": ("match_rates", "reason_counts"),
    "reference": ("Reference",),
    "review": ("review_queue",),
    "tiers": ("tier_table",),
}


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
