"""Runs: a notebook executed strictly, its page made, and a week's pages put in place at once."""

from pcanalytics.runs.execute import RunFailed, execute, stop_kernels
from pcanalytics.runs.files import InUse
from pcanalytics.runs.issue import CITY, issue, progress_to
from pcanalytics.runs.pages import BriefingPage, to_page
from pcanalytics.runs.parameters import checked_parameters, declared_parameters
from pcanalytics.runs.publish import mark_stale, publish

__all__ = [
    "CITY",
    "BriefingPage",
    "InUse",
    "RunFailed",
    "checked_parameters",
    "declared_parameters",
    "execute",
    "issue",
    "mark_stale",
    "progress_to",
    "publish",
    "stop_kernels",
    "to_page",
]
