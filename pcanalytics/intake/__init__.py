"""Intake: an extract as an agency sends it becomes a declared table.

``read_mapping`` reads a mapping file, ``read_extract`` reads a file through it. Neither opens files
nor writes anything: they are handed text and open streams, and give back frames.
"""

from __future__ import annotations

from pcanalytics.intake.mapping import Correction, Dialect, Mapping, read_mapping

__all__ = ["Correction", "Dialect", "Mapping", "read_mapping"]
