"""Alder Falls, the made-up city: its plan, its people, what happens in it, and the extracts its agencies send.

Nothing of it is real. It lies on open water of Lake Superior on the map, its names come from lists composed for it, and every fault in
its extracts is planted and written down. `answers/` keeps the truth that no agency would know.
"""

from __future__ import annotations

from pcanalytics.sample_city.build import INCIDENTS, PEOPLE, SEED, build

__all__ = ["INCIDENTS", "PEOPLE", "SEED", "build"]
