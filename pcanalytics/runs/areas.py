"""One notebook run for each area, some at a time, until all are done or one has failed."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pcanalytics.briefing import page_slug
from pcanalytics.errors import PcanalyticsError, UsageError
from pcanalytics.runs.executing import RunFailed, execute, stop_kernels
from pcanalytics.runs.kernel import kernel_settings
from pcanalytics.runs.limits import Limits
from pcanalytics.runs.parameters import read_notebook
from pcanalytics.runs.warm import WarmParent, imported_modules, is_possible

__all__ = ["CITY", "Progress", "run_areas", "slugs_of", "workers_here"]

#: The area that stands for the whole city.
CITY = ""

_CITY_SLUG = "city"

Made = TypeVar("Made")

#: More notebooks at a time than this only share the same memory and disk.
_MOST_WORKERS = 4


class _NotRun(RunFailed):
    """A notebook that was waiting when another failed."""


@dataclass
class Progress:
    """What is known of a run while it goes on.

    Parameters
    ----------
    tell : callable, optional
        Gets one line for each area as it is done.
    started : list
        The kernels, for :func:`pcanalytics.runs.stop_kernels`.
    seconds : dict
        Slug to how long the area took.
    failed : str, optional
        The slug of the area that failed first.
    """

    tell: Callable[[str], None] | None = None
    started: list[Any] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: str | None = None

    def say(self, line: str) -> None:
        """Tell a line to whoever listens."""
        if self.tell is not None:
            self.tell(line)


def slugs_of(areas: Sequence[str]) -> dict[str, str]:
    """Give each area the name of its files.

    Parameters
    ----------
    areas : sequence of str
        District names; ``""`` is the whole city.

    Returns
    -------
    dict of str to str
        Area to slug.

    Raises
    ------
    UsageError
        When there is no area, a name gives no file name, or two would share one.

    Examples
    --------
    >>> slugs_of(["", "North Bank", "City"])
    {'': 'city', 'North Bank': 'north-bank', 'City': 'district-city'}
    """
    if not areas:
        raise UsageError("A briefing needs at least one area.")
    slugs = {area: page_slug(area) if area != CITY else _CITY_SLUG for area in areas}
    for area, slug in slugs.items():
        if area != CITY and slug == _CITY_SLUG:
            slugs[area] = f"district-{_CITY_SLUG}"
    if len(set(slugs.values())) < len(slugs):
        raise UsageError("Two districts would share one file name. Rename one in the workspace.")
    return slugs


def workers_here() -> int:
    """Tell how many notebooks run at a time on this machine unless a caller says otherwise.

    Examples
    --------
    >>> workers_here() in (2, 3, 4)
    True
    """
    return max(2, min(_MOST_WORKERS, os.cpu_count() or 1))


def run_areas(
    notebook: Path,
    slugs: Mapping[str, str],
    parameters: Mapping[str, Any],
    make: Callable[[Mapping[str, Any], str], Made],
    *,
    limits: Limits,
    progress: Progress,
    kept: Callable[[str], Path],
    keep_all: bool = False,
) -> dict[str, Made]:
    """Run every area. The notebooks' work is in their kernels, so threads are enough to wait for them.

    Parameters
    ----------
    notebook : Path
        Takes the parameter ``district``.
    slugs : mapping of str to str
        Area to slug, from :func:`slugs_of`.
    parameters : mapping of str to object
        Given to every run beside ``district``.
    make : callable
        Makes of an executed notebook and its slug what is wanted of it.
    limits : Limits
        Times and numbers.
    progress : Progress
        Filled as areas are done.
    kept : callable
        Gives for a slug where an executed notebook that failed is kept.
    keep_all : bool
        Whether those that went well are kept too.

    Returns
    -------
    dict
        Slug to what ``make`` gave.

    Raises
    ------
    PcanalyticsError
        The first failure, once the notebooks that ran beside it have ended; those that were waiting are not begun.

    Examples
    --------
    >>> run_areas(Path("09.ipynb"), {}, {}, lambda done, slug: done, limits=Limits(), progress=Progress(), kept=Path)
    {}
    """
    stop = threading.Event()

    def one(area: str, warm: WarmParent | None) -> tuple[Made, float]:
        if stop.is_set():
            raise _NotRun(f"{notebook.name} was not run for {area or 'the city'}: an earlier run failed.")
        begun, slug = time.monotonic(), slugs[area]
        done = execute(
            notebook,
            {**parameters, "district": area},
            kept(slug) if keep_all else None,
            failed_path=kept(slug),
            timeout=limits.timeout,
            cell_timeout=limits.cell_timeout,
            started=progress.started,
            warm=warm,
        )
        return make(done, slug), time.monotonic() - begun

    made: dict[str, Made] = {}
    failed: list[PcanalyticsError] = []
    if not slugs:
        return made
    with (
        _warm(notebook, len(slugs), limits) as warm,
        ThreadPoolExecutor(max_workers=limits.workers or workers_here()) as pool,
    ):
        futures: dict[Future[tuple[Made, float]], str] = {pool.submit(one, area, warm): area for area in slugs}
        try:
            for number, future in enumerate(as_completed(futures), start=1):
                slug = slugs[futures[future]]
                try:
                    made[slug], seconds = future.result()
                except PcanalyticsError as error:
                    stop.set()
                    said = "not run" if isinstance(error, _NotRun) else "failed"
                    if not isinstance(error, _NotRun):
                        failed.append(error)
                        progress.failed = progress.failed or slug
                else:
                    progress.seconds[slug] = round(seconds, 2)
                    said = f"{seconds:.1f} s"
                progress.say(f"{number}/{len(slugs)}  {futures[future] or 'Whole city'}  {said}")
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            if warm is not None:
                warm.stop()
            while any(future.running() for future in futures):  # a kernel may be about to start
                stop_kernels(progress.started)
                time.sleep(0.1)
            raise
    if failed:
        raise failed[0]
    return {slug: made[slug] for slug in slugs.values()}


@contextlib.contextmanager
def _warm(notebook: Path, runs: int, limits: Limits) -> Iterator[WarmParent | None]:
    """Give what kernels fork from, when there are several and the system can."""
    if not is_possible() or limits.is_warm is False or (runs < 2 and not limits.is_warm):
        yield None
        return
    with WarmParent(imported_modules(read_notebook(notebook)), kernel_settings()) as parent:
        yield parent
