"""The reports folder: one folder a period, put in place whole, kept and marked when a later run fails.

::

    reports/weekly_compstat/2026-W47/   index.html harbor.html harbor.xlsx csv/harbor-counts.csv issue.json public/...
    reports/weekly_compstat/runs/2026-W47/   run.json, and what a failed run left for the analyst
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pcanalytics.briefing import STATUS_END, STATUS_MARK, page_slug
from pcanalytics.briefing.escape import text
from pcanalytics.errors import UsageError
from pcanalytics.runs.files import finish_replacing, locked, replace_folder, write_whole
from pcanalytics.runs.layout import is_period, lock_of, period_folder

__all__ = [
    "FACTS_FILE",
    "PUBLIC",
    "check_name",
    "is_stale",
    "issued_periods",
    "last_good",
    "mark_stale",
    "publish",
    "unmark",
    "with_notice",
]

#: Beside the pages: what the indexes say of each, so that one district can be run again alone.
FACTS_FILE = "issue.json"

#: The folder with what anybody may read.
PUBLIC = "public"

_NAME = re.compile(r"(?:public/)?(?:(?P<page>[a-z0-9-]{1,60})\.(?:html|xlsx)|csv/(?P<table>[a-z0-9-]{1,121})\.csv)")
_NOTICE = re.compile((re.escape(STATUS_MARK) + "(.*?)" + re.escape(STATUS_END)).encode(), re.DOTALL)


def publish(files: Mapping[str, bytes], folder: Path, *, is_locked: bool = False) -> None:
    """Put the files of one period in place, all at once, for all readers.

    Everything is written beside the folder, made to last, and then swapped with it in one step. A run that
    is cut off at any moment leaves the folder as it was.

    Parameters
    ----------
    files : mapping of str to bytes
        File name to content: ``index.html``, a district's page, its workbook, its tables under ``csv/``, the same under
        ``public/``, and ``issue.json``.
    folder : Path
        ``<reports>/<report>/<period>``.
    is_locked : bool
        Whether the caller holds the folder's lock already.

    Raises
    ------
    UsageError
        When the folder's name is no period or a file's name is none this suite gives.
    InUse
        When another run is writing the folder.
    OSError
        When the disk is full or may not be written; the folder is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     publish({"public/index.html": b"x"}, Path(reports) / "weekly_compstat" / "2026-W47")
    ...     (Path(reports) / "weekly_compstat" / "2026-W47" / "public" / "index.html").read_bytes()
    b'x'
    """
    period_folder(folder.parent.parent, folder.parent.name, folder.name)
    for name in files:
        check_name(name)
    if is_locked:
        replace_folder(folder, files)
        return
    with locked(lock_of(folder), what=f"{folder.parent.name}/{folder.name}"):
        replace_folder(folder, files)


def check_name(name: str) -> None:
    """Refuse a file name that this suite does not give.

    Parameters
    ----------
    name : str
        With the folders inside the period's that lead to it.

    Raises
    ------
    UsageError
        When it is another one, so that nothing is written or read elsewhere.

    Examples
    --------
    >>> check_name("public/csv/harbor-counts.csv")
    """
    if name == FACTS_FILE:
        return
    match = _NAME.fullmatch(name)
    plain = match and (match["page"] or match["table"])
    if not plain or (plain != "index" and page_slug(plain[:60].strip("-")) != plain[:60].strip("-")):
        raise UsageError(
            "A page's file name is its district's name in small letters, digits and hyphens, and .html or .xlsx; "
            "a table's is that and the table's name, and .csv, in the folder csv."
        )


def last_good(report: Path, period: str) -> Path | None:
    """Find the folder that readers still have when the run for a period fails.

    Parameters
    ----------
    report : Path
        ``<reports>/<report>``.
    period : str
        The period of the failed run.

    Returns
    -------
    Path or None
        The period's own folder, else the latest earlier one.

    Examples
    --------
    >>> last_good(Path("no-such-folder"), "2026-W47") is None
    True
    """
    finish_replacing(report / period)
    return max((folder for folder in issued_periods(report) if folder.name <= period), default=None)


def issued_periods(report: Path) -> list[Path]:
    """List the folders of issued periods, earliest first; whatever else lies there, and a link, is passed over.

    Parameters
    ----------
    report : Path
        ``<reports>/<report>``.

    Examples
    --------
    >>> issued_periods(Path("no-such-folder"))
    []
    """
    if not report.is_dir():
        return []
    periods = (folder for folder in report.iterdir() if is_period(folder.name))
    return sorted(folder for folder in periods if (folder / "index.html").exists() and not folder.is_symlink())


def mark_stale(folder: Path, notice: str) -> None:
    """Put a notice on every page of an issued folder, for all readers, and nothing else.

    Parameters
    ----------
    folder : Path
        An issued period.
    notice : str
        One sentence; escaped here. An earlier notice gives way to it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     week = Path(reports) / "weekly_compstat" / "2026-W47"
    ...     publish({"index.html": (STATUS_MARK + STATUS_END).encode()}, week)
    ...     mark_stale(week, "Stale.")
    ...     b"Stale." in (week / "index.html").read_bytes(), is_stale(week)
    (True, True)
    """
    for path in _pages(folder):
        _rewrite(path, with_notice(path.read_bytes(), notice))


def unmark(folder: Path) -> None:
    """Take the notice off an issued folder, once a later run has gone well.

    Parameters
    ----------
    folder : Path
        An issued period.

    Examples
    --------
    >>> unmark(Path("no-such-folder"))
    """
    if is_stale(folder):
        for path in reversed(list(_pages(folder))):
            _rewrite(path, with_notice(path.read_bytes(), ""))


def is_stale(folder: Path) -> bool:
    """Tell whether an issued period carries a notice.

    Parameters
    ----------
    folder : Path
        An issued period.

    Examples
    --------
    >>> is_stale(Path("no-such-folder"))
    False
    """
    index = folder / "index.html"  # marked before the others, and cleared after them
    found = _NOTICE.search(index.read_bytes()) if index.is_file() else None
    return bool(found and found[1])


def with_notice(page: bytes, notice: str) -> bytes:
    """Give a page with a notice; an earlier one gives way to it.

    Parameters
    ----------
    page : bytes
        A page.
    notice : str
        One sentence, escaped here; nothing takes the notice off.

    Examples
    --------
    >>> with_notice(b"<!--status-->Stale<!--/status-->", "") == (STATUS_MARK + STATUS_END).encode()
    True
    """
    said = f'<p class="status" role="status">{text(notice)}</p>' if notice else ""
    whole = f"{STATUS_MARK}{said}{STATUS_END}".encode()
    return _NOTICE.sub(lambda _: whole, page, count=1)


def _pages(folder: Path) -> Iterator[Path]:
    """Give the pages of both kinds of readers, the agency's own index first; what a person put beside them is left alone."""
    for inside in (folder, folder / PUBLIC):
        pages = (path for path in inside.glob("*.html") if not path.name.startswith("."))
        yield from sorted(pages, key=lambda path: (path.name != "index.html", path.name))


def _rewrite(path: Path, content: bytes) -> None:
    """Change a page whole, when there is anything to change; who may read it stays as it is."""
    if content != path.read_bytes():
        write_whole(path, content, mode=stat.S_IMODE(path.stat().st_mode))
