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

_WHERE = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Fetch a public name from the module that has it."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
