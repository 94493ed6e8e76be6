"""What every test may use: data that is not in the repository, and the machine's browser.

Something missing skips a test with the reason on a person's machine. Under ``CI=true`` a skip is
a failure, because there everything is meant to be present.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"


def in_ci() -> bool:
    """Tell whether this is the build machine, where nothing may be skipped."""
    return os.environ.get("CI", "").lower() == "true"


def _no_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped, and nothing may be under CI=true. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skipped test into a failed one under CI=true."""
    report = yield
    _no_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Turn a skipped module into a failed one under CI=true."""
    report = yield
    _no_skip(report)
    return report


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find real data beside the repository: ``shared_data("hotspots")`` is a path, or skips the test."""

    def find(name: str) -> Path:
        path = SHARED_DATA / name
        if not path.exists():
            pytest.skip(f"needs the data folder ../shared/data/{name}, which is not beside this repository")
        return path

    return find


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the machine's Chromium; skips the test when there is none."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        pytest.skip("needs the Debian package chromium, as README says")
    return found
