"""A week's briefings: a notebook run for each area, two at a time, and all pages put in place at once."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pcanalytics.briefing import index_page, page_slug
from pcanalytics.errors import InputRejected, PcanalyticsError, UsageError
from pcanalytics.runs.execute import RunFailed, execute, read_notebook, stop_kernels
from pcanalytics.runs.files import NotWritten, locked
from pcanalytics.runs.kernel import kernel_settings
from pcanalytics.runs.pages import BriefingPage, to_page
from pcanalytics.runs.publish import (
    FACTS_FILE,
    issued_weeks,
    last_good,
    lock_of,
    mark_stale,
    publish,
    unmark,
    week_folder,
    write_status,
)
from pcanalytics.runs.warm import WarmParent, imported_modules, is_possible

__all__ = ["CITY", "issue", "progress_to"]

#: The area that stands for the whole city.
CITY = ""

_CITY_SLUG = "city"


class _NotRun(RunFailed):
    """A notebook that was waiting when another failed."""


def issue(
    notebook: Path | str,
    areas: Sequence[str],
    *,
    parameters: Mapping[str, Any],
    reports: Path | str,
    week: str,
    keep: Path | str | None = None,
    workers: int = 2,
    timeout: float = 600.0,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Run a notebook for each area and issue the pages of a week.

    All pages are put in place together, after the last notebook has run. When a run fails nothing is
    replaced: the last good issue stays where it is, marked stale. Pages of areas that are not run again stay.

    Parameters
    ----------
    notebook : path
        Takes the parameters ``district`` and ``week``.
    areas : sequence of str
        District names of the workspace; ``""`` (:data:`CITY`) is the whole city.
    parameters : mapping of str to object
        Given to every run beside ``district`` and ``week``.
    reports : path
        The reports folder; pages go to ``<reports>/<week>/``.
    week : str
        The week's label, such as ``"2026-W47"``.
    keep : path, optional
        A folder to keep the executed notebooks in.
    workers : int
        How many notebooks run at a time.
    timeout : float
        Seconds for each run.
    tell : callable, optional
        Gets one line for each area as it is done; see :func:`progress_to`.

    Returns
    -------
    Path
        The issue's ``index.html``.

    Raises
    ------
    InputRejected
        When what the week's folder says of itself is damaged.
    UsageError
        When an area or the week cannot be a file name, or two areas would share one, or there is no area.
    InUse
        When another run is issuing the same week.
    NotWritten
        When the reports folder is full or may not be written.
    RunFailed, PcanalyticsError
        The first failure.

    Examples
    --------
    >>> issue("09.ipynb", [], parameters={}, reports="reports", week="2026-W47")
    Traceback (most recent call last):
    pcanalytics.errors.UsageError: A briefing needs at least one area.
    """
    slugs = _slugs(areas)
    folder = week_folder(Path(reports), week)
    started: list[Any] = []
    with _disk_in_words(folder.parent), locked(lock_of(folder)):
        _not_anothers(slugs, _earlier(folder)[1])
        begun = _now()
        write_status(folder.parent, week, "running", begun=begun)
        try:
            made = _run_all(Path(notebook), slugs, parameters, week, keep, workers, timeout, tell, started)
            pages, facts = _earlier(folder)
            for slug, page in made.items():
                pages[f"{slug}.html"] = page.html.encode("utf-8")
                facts[slug] = {**page.facts, "file": f"{slug}.html"}
            pages["index.html"] = index_page([facts[slug] for slug in sorted(facts)]).encode("utf-8")
            pages[FACTS_FILE] = (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode("utf-8")
            publish(pages, folder, is_locked=True)
        except (KeyboardInterrupt, SystemExit):
            write_status(folder.parent, week, "aborted", begun=begun, ended=_now())
            raise
        except BaseException as error:
            with _added_to(error):
                write_status(folder.parent, week, "failed", begun=begun, ended=_now(), kind=type(error).__name__)
            with _added_to(error):
                _keep_last_good(folder, week)
            raise
        write_status(folder.parent, week, "published", begun=begun, ended=_now(), pages=sorted(pages))
        for other in issued_weeks(folder.parent):
            if other.name < week:
                unmark(other)
    return folder / "index.html"


@contextlib.contextmanager
def _added_to(first: BaseException) -> Iterator[None]:
    """Let a full or read-only disk that follows a failure be noted with it, and not take its place."""
    try:
        yield
    except OSError as error:
        first.add_note(f"The reports folder could not be marked: {error.strerror}.")


@contextlib.contextmanager
def _disk_in_words(reports: Path) -> Iterator[None]:
    """Say of a full or read-only disk what it is."""
    try:
        yield
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise NotWritten(f"The folder {reports.name} could not be written: {said}. What was issued stays.") from error


def _slugs(areas: Sequence[str]) -> dict[str, str]:
    if not areas:
        raise UsageError("A briefing needs at least one area.")
    slugs = {area: page_slug(area) if area != CITY else _CITY_SLUG for area in areas}
    for area, slug in slugs.items():
        if area != CITY and slug == _CITY_SLUG:
            slugs[area] = f"district-{_CITY_SLUG}"
    if len(set(slugs.values())) < len(slugs):
        raise UsageError("Two districts would share one file name. Rename one in the workspace.")
    return slugs


def _not_anothers(slugs: Mapping[str, str], facts: Mapping[str, Any]) -> None:
    """Refuse a page that would take the place of another district's, issued by a run of its own."""
    for area, slug in slugs.items():
        if area != CITY and slug in facts and facts[slug].get("area") != area:
            raise UsageError(f"Two districts would share the file name {slug}.html. Rename one in the workspace.")


def _run_all(
    notebook: Path,
    slugs: Mapping[str, str],
    parameters: Mapping[str, Any],
    week: str,
    keep: Path | str | None,
    workers: int,
    timeout: float,
    tell: Callable[[str], None] | None,
    started: list[Any],
) -> dict[str, BriefingPage]:
    """Run every area; the notebooks' work is in their kernels, so threads are enough to wait for them."""
    stop = threading.Event()

    def one(area: str, warm: WarmParent | None) -> tuple[BriefingPage, float]:
        if stop.is_set():
            raise _NotRun(f"{notebook.name} was not run for {area or 'the city'}: an earlier run failed.")
        begun = time.monotonic()
        kept = None if keep is None else Path(keep) / week / f"{slugs[area]}.ipynb"
        given = {**parameters, "district": area, "week": week}
        done = execute(notebook, given, kept, timeout=timeout, started=started, warm=warm)
        return to_page(done), time.monotonic() - begun

    made: dict[str, BriefingPage] = {}
    failed: dict[str, PcanalyticsError] = {}
    with _warm(notebook, len(slugs)) as warm, ThreadPoolExecutor(max_workers=workers) as pool:
        futures: dict[Future[tuple[BriefingPage, float]], str] = {pool.submit(one, area, warm): area for area in slugs}
        try:
            for number, future in enumerate(as_completed(futures), start=1):
                area = futures[future]
                try:
                    made[slugs[area]], seconds = future.result()
                except PcanalyticsError as error:
                    failed[area] = error
                    stop.set()
                    said = "not run" if isinstance(error, _NotRun) else "failed"
                else:
                    said = f"{seconds:.1f} s"
                if tell is not None:
                    tell(f"{number}/{len(slugs)}  {area or 'Whole city'}  {said}")
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            if warm is not None:
                warm.stop()
            while any(future.running() for future in futures):  # a kernel may be about to start
                stop_kernels(started)
                time.sleep(0.1)
            raise
    for failure in failed.values():
        if not isinstance(failure, _NotRun):
            raise failure
    return made


@contextlib.contextmanager
def _warm(notebook: Path, runs: int) -> Iterator[WarmParent | None]:
    """Give what kernels fork from, when there are several and the system can."""
    if runs < 2 or not is_possible():
        yield None
        return
    with WarmParent(imported_modules(read_notebook(notebook)), kernel_settings()) as parent:
        yield parent


def _earlier(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Give the pages and facts that a week's folder holds already."""
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        pages = {facts[slug]["file"]: folder / facts[slug]["file"] for slug in facts}
    except FileNotFoundError:
        return {}, {}
    except (ValueError, TypeError, KeyError):
        raise InputRejected(
            f"{folder.name}/{FACTS_FILE} is damaged. Remove that folder and issue the week again."
        ) from None
    return {name: page.read_bytes() for name, page in pages.items() if page.exists()}, {
        slug: kept for slug, kept in facts.items() if pages[kept["file"]].exists()
    }


def _keep_last_good(folder: Path, week: str) -> None:
    kept = last_good(folder.parent, week)
    if kept is not None:
        mark_stale(
            kept, f"Stale: the run for {week} failed on {_now()}. This is the last good briefing, of {kept.name}."
        )


def _now() -> str:
    return f"{datetime.now():%Y-%m-%d %H:%M}"


def progress_to(stream: TextIO) -> Callable[[str], None]:
    """Give what tells a person at a terminal of each area, and stays quiet in a log.

    Parameters
    ----------
    stream : text stream
        Usually standard error.

    Examples
    --------
    >>> import io
    >>> log = io.StringIO()
    >>> progress_to(log)("1/7  North  2.1 s")
    >>> log.getvalue()
    ''
    """

    def tell(line: str) -> None:
        if stream.isatty():
            stream.write(line + "\n")
            stream.flush()

    return tell
