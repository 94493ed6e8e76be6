"""The reports folder: one folder a week, put in place whole, kept when a later run fails."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from pcanalytics.briefing import STATUS_END, STATUS_MARK, page_slug
from pcanalytics.briefing.escape import text
from pcanalytics.errors import UsageError
from pcanalytics.runs.files import finish_replacing, locked, replace_folder, write_whole

__all__ = [
    "FACTS_FILE",
    "issued_weeks",
    "last_good",
    "lock_of",
    "mark_stale",
    "publish",
    "unmark",
    "week_folder",
    "write_status",
]

#: Beside the pages: what the index says of each, so that one district can be run again alone.
FACTS_FILE = "issue.json"

_LABEL = re.compile(r"\d{4}-W\d{2}")
_PAGE = re.compile(r"([a-z0-9][a-z0-9-]*)\.html")
_NOTICE = re.compile((re.escape(STATUS_MARK) + ".*?" + re.escape(STATUS_END)).encode(), re.DOTALL)


def week_folder(reports: Path, week: str) -> Path:
    """Give the folder of a week's pages.

    Parameters
    ----------
    reports : Path
        The reports folder.
    week : str
        The week's label.

    Raises
    ------
    UsageError
        When the label is no week, so that no label leads out of the reports folder.

    Examples
    --------
    >>> week_folder(Path("reports"), "2026-W47").name
    '2026-W47'
    """
    if not _LABEL.fullmatch(week):
        raise UsageError("A week's folder is named as its week, such as 2026-W47.")
    return reports / week


def lock_of(folder: Path) -> Path:
    """Give the lock file of a week's folder.

    Examples
    --------
    >>> lock_of(Path("reports/2026-W47")).name
    '.2026-W47.lock'
    """
    return folder.parent / f".{folder.name}.lock"


def publish(pages: Mapping[str, bytes], folder: Path, *, is_locked: bool = False) -> None:
    """Put the pages of one week in place, all at once.

    Everything is written beside the folder, made to last, and then swapped with it in one step. A run that
    is cut off at any moment leaves the folder as it was.

    Parameters
    ----------
    pages : mapping of str to bytes
        File name to content: ``index.html``, a district's page, ``issue.json``.
    folder : Path
        ``<reports>/<week label>``.
    is_locked : bool
        Whether the caller holds the folder's lock already.

    Raises
    ------
    UsageError
        When the folder's name is no week or a file's name is none this suite gives.
    InUse
        When another run is writing the folder.
    OSError
        When the disk is full or may not be written; the folder is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     publish({"index.html": b"x"}, Path(reports) / "2026-W47")
    ...     (Path(reports) / "2026-W47" / "index.html").read_bytes()
    b'x'
    """
    week_folder(folder.parent, folder.name)
    for name in pages:
        _check_name(name)
    if is_locked:
        replace_folder(folder, pages)
        return
    with locked(lock_of(folder)):
        replace_folder(folder, pages)


def _check_name(name: str) -> None:
    if name in ("index.html", FACTS_FILE):
        return
    match = _PAGE.fullmatch(name)
    if match is None or page_slug(match[1]) != match[1]:
        raise UsageError("A page's file name is its district's name in small letters, digits and hyphens, and .html.")


def last_good(reports: Path, label: str) -> Path | None:
    """Find the folder that readers still have when the run for a week fails.

    Parameters
    ----------
    reports : Path
        The reports folder.
    label : str
        The week of the failed run.

    Returns
    -------
    Path or None
        The week's own folder, else the latest earlier one.

    Examples
    --------
    >>> last_good(Path("no-such-folder"), "2026-W47") is None
    True
    """
    finish_replacing(reports / label)
    return max((folder for folder in issued_weeks(reports) if folder.name <= label), default=None)


def issued_weeks(reports: Path) -> list[Path]:
    """List the folders of issued weeks, earliest first; whatever else lies there is passed over.

    Parameters
    ----------
    reports : Path
        The reports folder.

    Examples
    --------
    >>> issued_weeks(Path("no-such-folder"))
    []
    """
    if not reports.is_dir():
        return []
    weeks = (folder for folder in reports.iterdir() if _LABEL.fullmatch(folder.name))
    return sorted(folder for folder in weeks if (folder / "index.html").exists())


def mark_stale(folder: Path, notice: str) -> None:
    """Put a notice on every page of an issued folder, and nothing else.

    Parameters
    ----------
    folder : Path
        An issued week.
    notice : str
        One sentence; escaped here. An earlier notice gives way to it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     week = Path(reports) / "2026-W47"
    ...     publish({"index.html": (STATUS_MARK + STATUS_END).encode()}, week)
    ...     mark_stale(week, "Stale.")
    ...     b"Stale." in (week / "index.html").read_bytes()
    True
    """
    _rewrite(folder, f'{STATUS_MARK}<p class="status" role="status">{text(notice)}</p>{STATUS_END}')


def unmark(folder: Path) -> None:
    """Take the notice off an issued folder, once a later run has gone well.

    Examples
    --------
    >>> unmark(Path("no-such-folder"))
    """
    _rewrite(folder, STATUS_MARK + STATUS_END)


def _rewrite(folder: Path, notice: str) -> None:
    """Change the notice page by page, each whole; what a person put beside the pages is left alone."""
    for path in sorted(folder.glob("*.html")):
        content = path.read_bytes()
        changed = _NOTICE.sub(lambda _: notice.encode(), content, count=1)
        if changed != content:
            write_whole(path, changed)


def write_status(reports: Path, label: str, state: str, **more: object) -> None:
    """Write what became of a week's run: running, published, failed or aborted.

    Parameters
    ----------
    reports : Path
        The reports folder.
    label : str
        The week.
    state : str
        The state.
    **more
        What else to note, as plain values; never anything of a record.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     write_status(Path(reports), "2026-W47", "published", pages=7)
    ...     json.loads((Path(reports) / "status" / "2026-W47.json").read_text())["state"]
    'published'
    """
    said = {"week": label, "state": state, **more}
    write_whole(reports / "status" / f"{label}.json", (json.dumps(said, indent=1) + "\n").encode("utf-8"))
