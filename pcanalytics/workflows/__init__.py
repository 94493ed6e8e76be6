"""Workflows: read under the agreement, call the subjects, write, stamp. One for each command and notebook."""

from pcanalytics.workflows.brief import WeeklyCompstat
from pcanalytics.workflows.issuing import issue_weekly_compstat
from pcanalytics.workflows.loading import ExtractFile, extract_at, extracts_of, load, set_aside_summary
from pcanalytics.workflows.starting import build_sample, start_workspace
from pcanalytics.workflows.weekly import weekly_compstat

__all__ = [
    "ExtractFile",
    "WeeklyCompstat",
    "build_sample",
    "extract_at",
    "extracts_of",
    "issue_weekly_compstat",
    "load",
    "set_aside_summary",
    "start_workspace",
    "weekly_compstat",
]
