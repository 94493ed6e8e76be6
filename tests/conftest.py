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

CHROMIUM_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,1600",
)


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


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"needs {names[0]} (Debian package: see README, browser tests)")
    return found


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Path of the machine's Chromium; skips the test when there is none."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromedriver_path() -> str:
    """Path of the machine's ChromeDriver; skips the test when there is none. Never downloads one."""
    return _program("chromedriver")


@pytest.fixture
def browser(chromium_path: str, chromedriver_path: str, tmp_path: Path) -> Iterator[object]:
    """Selenium driver of a headless Chromium with an empty profile, its console and network recorded.

    ``browser.get_log("browser")`` gives the console, ``browser.get_log("performance")`` the requests.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium_path
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path / 'chromium'}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=webdriver.ChromeService(chromedriver_path), options=options)
    try:
        yield driver
    finally:
        driver.quit()
