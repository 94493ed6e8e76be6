"""Intake: an extract as an agency sends it becomes a declared table.

``read_mapping`` reads a mapping file, ``read_extract`` reads a file through it. Neither opens files
nor writes anything: they are handed text and open streams, and give back frames.
"""

from __future__ import annotations

from pcanalytics.intake.checks import STALE_AFTER_DAYS, address_age
from pcanalytics.intake.extract import REASONS, Batch, Extract, Summary, read_extract
from pcanalytics.intake.manifest import Manifest, read_manifest
from pcanalytics.intake.mapping import Correction, Dialect, Mapping, read_mapping

__all__ = [
    "REASONS",
    "STALE_AFTER_DAYS",
    "Batch",
    "Correction",
    "Dialect",
    "Extract",
    "Manifest",
    "Mapping",
    "Summary",
    "address_age",
    "read_extract",
    "read_manifest",
    "read_mapping",
]
