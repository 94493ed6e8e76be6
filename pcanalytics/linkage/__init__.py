"""The same person in police and corrections records: pairs compared and scored, joined under guards, doubtful ones to a reviewer.

A wrong link is worse than none: what a guard doubts is joined by nobody but a person, and every link can be undone.

Naming a table of the suite must not import Splink, so names are fetched when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

__all__: list[str] = []

_MODULES: dict[str, tuple[str, ...]] = {}


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name, when it is first asked for."""
    for module, names in _MODULES.items():
        if name in names:
            value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
