"""Where things lie in the reports folder, and the only names that lead there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pcanalytics.errors import UnknownName, UsageError

__all__ = [
    "AUDIENCES",
    "checked_audiences",
    "is_period",
    "is_report_name",
    "lock_of",
    "period_folder",
    "refuse_links",
    "run_folder",
]

#: Who reads a report: the agency's own command staff, or anybody.
AUDIENCES = ("internal", "public")

_PERIOD = re.compile(r"\d{4}-(?:W\d{2}|(?:0[1-9]|1[0-2])(?:-\d{2})?)")
_REPORT = re.compile(r"[a-z][a-z0-9_]{1,59}")

#: Names that Windows keeps for devices.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}


def is_period(label: str) -> bool:
    """Tell whether a label names a period: a week, a month or a day.

    Parameters
    ----------
    label : str
        Any text.

    Examples
    --------
    >>> is_period("2026-W47"), is_period("2026-11"), is_period("../x")
    (True, True, False)
    """
    return _PERIOD.fullmatch(label) is not None and label.isascii()


def is_report_name(name: str) -> bool:
    """Tell whether a name can be a report's: small letters, digits and underscores, as its folder is named.

    Parameters
    ----------
    name : str
        Any text.

    Examples
    --------
    >>> is_report_name("weekly_compstat"), is_report_name("../x"), is_report_name("con")
    (True, False, False)
    """
    return _REPORT.fullmatch(name) is not None and name not in _DEVICES


def period_folder(reports: Path, report: str, period: str) -> Path:
    """Give the folder of a period's pages.

    Parameters
    ----------
    reports : Path
        The reports folder.
    report : str
        The report's name.
    period : str
        The period's label.

    Raises
    ------
    UsageError
        When either is no such name, so that none leads out of the reports folder.

    Examples
    --------
    >>> period_folder(Path("reports"), "weekly_compstat", "2026-W47").as_posix()
    'reports/weekly_compstat/2026-W47'
    """
    if not is_report_name(report):
        raise UsageError("A report is named in small letters, digits and underscores, such as weekly_compstat.")
    if not is_period(period):
        raise UsageError("A period's folder is named as its week, month or day, such as 2026-W47 or 2026-11.")
    return reports / report / period


def run_folder(folder: Path) -> Path:
    """Give the folder in which the run of a period is recorded.

    Parameters
    ----------
    folder : Path
        From :func:`period_folder`.

    Examples
    --------
    >>> run_folder(Path("reports/weekly_compstat/2026-W47")).as_posix()
    'reports/weekly_compstat/runs/2026-W47'
    """
    return folder.parent / "runs" / folder.name


def refuse_links(folder: Path) -> None:
    """Refuse to replace, or clear out, a folder that lies elsewhere.

    Parameters
    ----------
    folder : Path
        From :func:`period_folder`. The report's own folder may be a link, as to another disk.

    Raises
    ------
    UsageError
        When the period's folder, or one in which its run is recorded, is a link.

    Examples
    --------
    >>> refuse_links(Path("reports/weekly_compstat/2026-W47"))
    """
    for path in (folder, run_folder(folder).parent, run_folder(folder)):
        if path.is_symlink():
            name = path.relative_to(folder.parent.parent).as_posix()
            raise UsageError(
                f"{name} in the reports folder is a link to another place. Remove the link; nothing was changed."
            )


def checked_audiences(audiences: Sequence[str]) -> tuple[Literal["internal", "public"], ...]:
    """Check who the readers are.

    Parameters
    ----------
    audiences : sequence of str
        ``internal``, alone or with ``public``.

    Raises
    ------
    UnknownName
        When there is no such audience.
    UsageError
        When the agency's own readers are left out: a public page is made from one run with theirs, never alone.

    Examples
    --------
    >>> checked_audiences(["internal"])
    ('internal',)
    """
    for name in audiences:
        if name not in AUDIENCES:
            raise UnknownName("audience", name, AUDIENCES)
    if AUDIENCES[0] not in audiences:
        raise UsageError(
            "A report has the agency's own pages first: audiences holds 'internal', and 'public' if wanted."
        )
    return ("internal", "public") if len(set(audiences)) > 1 else ("internal",)


def lock_of(folder: Path) -> Path:
    """Give the lock file of a period's folder.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.

    Examples
    --------
    >>> lock_of(Path("reports/weekly_compstat/2026-W47")).name
    '.2026-W47.lock'
    """
    return folder.parent / f".{folder.name}.lock"
