"""A period's briefings: a notebook run for each area, and all pages put in place at once."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.runs.areas import CITY, Progress, run_areas, slugs_of
from pcanalytics.runs.executing import where_failed
from pcanalytics.runs.files import InUse, NotWritten, locked, sweep
from pcanalytics.runs.issued import issued_files, refuse_anothers, together
from pcanalytics.runs.layout import checked_audiences, lock_of, period_folder, refuse_links
from pcanalytics.runs.limits import Limits
from pcanalytics.runs.pages import not_shown
from pcanalytics.runs.parameters import checked_parameters, read_notebook
from pcanalytics.runs.publishing import (
    is_stale,
    issued_periods,
    last_good,
    mark_stale,
    publish,
    unmark,
)
from pcanalytics.runs.record import RunRecord, begin, kept_notebook, read_record, versions, warnings_of, write_record
from pcanalytics.runs.rendering import Rendered, period_end, render

__all__ = ["CITY", "issue", "note_failure"]


def _here_and_now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def issue(
    notebook: Path | str,
    areas: Sequence[str],
    *,
    parameters: Mapping[str, Any],
    reports: Path | str,
    period: str,
    report: str = "weekly_compstat",
    audiences: Sequence[str] = ("internal", "public"),
    inputs: Mapping[str, str] | None = None,
    warnings: Sequence[str] = (),
    limits: Limits = Limits(),  # noqa: B008 - frozen
    is_whole: bool = False,
    keep_notebooks: bool = False,
    clock: Callable[[], dt.datetime] = _here_and_now,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Run a notebook for each area and issue the pages of a period, for all readers together.

    All files are put in place together, after the last notebook has run. When a run fails nothing is
    replaced: the last good issue stays where it is, marked stale, and what the analyst needs lies in
    ``<reports>/<report>/runs/<period>/``.

    Parameters
    ----------
    notebook : path
        Takes the parameter ``district``.
    areas : sequence of str
        District names of the workspace; ``""`` (:data:`CITY`) is the whole city.
    parameters : mapping of str to object
        Given to every run beside ``district``.
    reports : path
        The reports folder; pages go to ``<reports>/<report>/<period>/``.
    period : str
        The period's label, such as ``"2026-W47"``.
    report : str
        The report's name, which names its folder.
    audiences : sequence of str
        Who reads it: ``internal``, alone or with ``public``, whose pages go to ``public/`` beside them.
    inputs : mapping of str to str, optional
        Source to digest of what the figures rest on, for ``run.json``.
    warnings : sequence of str
        What the caller noticed, for ``run.json``.
    limits : Limits
        Seconds for each notebook and each cell, and how many run at a time.
    is_whole : bool
        Whether these are all areas there are. Without it, pages of others that were issued for the period stay.
    keep_notebooks : bool
        Whether executed notebooks that went well are kept beside ``run.json``, for this user's eyes alone.
    clock : callable, optional
        Gives the present moment with its zone, for ``run.json`` and the notice on a stale issue. No page holds it.
    tell : callable, optional
        Gets one line for each area as it is done; see :func:`pcanalytics.runs.progress_to`.

    Returns
    -------
    Path
        The issue's ``index.html``.

    Raises
    ------
    InputRejected
        When what the period's folder says of itself is damaged.
    UnknownName, UsageError
        When a parameter is not declared or does not fit, or an area, the report or the period cannot be a
        file name, or two areas would share one, or there is no area.
    InUse
        When another run is issuing the same period.
    NotWritten
        When the reports folder is full or may not be written.
    RunFailed, PcanalyticsError
        The first failure.

    Examples
    --------
    >>> issue("09.ipynb", [], parameters={}, reports="reports", period="2026-W47")
    Traceback (most recent call last):
    pcanalytics.errors.UsageError: A briefing needs at least one area.
    """
    path, slugs = Path(notebook), slugs_of(areas)
    folder, readers = period_folder(Path(reports), report, period), checked_audiences(audiences)
    checked = checked_parameters(read_notebook(path), {**parameters, "district": areas[0]}, name=path.name)
    progress = Progress(tell)
    del checked["district"]
    record = RunRecord(report, period, areas=sorted(slugs.values()), parameters=checked, inputs=dict(inputs or {}))
    with _disk_in_words(report, period), locked(lock_of(folder), what=f"{report}/{period}"):
        refuse_links(folder)
        sweep(folder)
        earlier, there = ({}, {}) if is_whole else issued_files(folder)
        refuse_anothers(slugs, there)
        record.started, record.versions, record.warnings = _said(clock), versions(path), list(warnings)
        still = [slug for slug in read_record(folder).stale_until if slug in there and slug not in record.areas]
        record.stale_until = still
        begin(folder, record)

        def make(done: Mapping[str, Any], slug: str) -> Rendered:
            record.warnings += [f"{slug}: {warning}" for warning in (*warnings_of(done), *not_shown(done))]
            return render(done, slug, audiences=readers, as_of=period_end(period))

        try:
            made = run_areas(
                path, slugs, parameters, make, limits=limits, progress=progress, keep_all=keep_notebooks,
                kept=lambda slug: kept_notebook(folder, slug),
            )  # fmt: skip
            files = together(earlier, there, made, still)
            publish(files, folder, is_locked=True)
        except BaseException as error:
            _record_failure(folder, record, progress, error, clock)
            raise
        for slug in made:
            if set(readers) - set(made[slug].facts):
                record.warnings.append(f"{slug}: nothing of it is for the public")
        record.status, record.files, record.stale_until = "published", len(files), still
        _close(folder, record, progress, clock)
        for other in issued_periods(folder.parent):
            if other.name < period and is_stale(other):
                with contextlib.suppress(InUse), _held(other, folder):
                    unmark(other)
    return folder / "index.html"


def note_failure(
    error: Exception, *, reports: Path | str, report: str, period: str, clock: Callable[[], dt.datetime] = _here_and_now
) -> None:
    """Note that a run failed before its first notebook, and mark what readers still have.

    A failure that :func:`issue` has noted already is left as it is, and so is a period that another run is making, or
    whose folder is a link to another place.

    Parameters
    ----------
    error : Exception
        What went wrong.
    reports, report, period
        As for :func:`issue`.
    clock : callable, optional
        Gives the present moment with its zone.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     note_failure(ValueError("no data"), reports=reports, report="weekly_compstat", period="2026-W47")
    ...     read_record(Path(reports) / "weekly_compstat" / "2026-W47").error["kind"]
    'ValueError'
    """
    folder = period_folder(Path(reports), report, period)
    if getattr(error, "is_on_record", False):
        return
    with contextlib.suppress(InUse, UsageError), _added_to(error), locked(lock_of(folder), what=f"{report}/{period}"):
        before, record = read_record(folder), RunRecord(report, period, started=_said(clock))
        record.stale_until = sorted({*before.stale_until, *_there(folder)})
        begin(folder, record)
        _record_failure(folder, record, Progress(), error, clock)


def _said(clock: Callable[[], dt.datetime]) -> str:
    return clock().isoformat(sep=" ", timespec="seconds")


def _close(folder: Path, record: RunRecord, progress: Progress, clock: Callable[[], dt.datetime]) -> None:
    record.ended = _said(clock)
    took = dt.datetime.fromisoformat(record.ended) - dt.datetime.fromisoformat(record.started)
    record.seconds = {**dict(sorted(progress.seconds.items())), "all": took.total_seconds()}
    record.warnings = sorted(record.warnings)
    write_record(folder, record)


def _record_failure(
    folder: Path, record: RunRecord, progress: Progress, error: BaseException, clock: Callable[[], dt.datetime]
) -> None:
    """Note a failure and mark what readers still have; a run that a person stopped marks nothing."""
    is_stopped = isinstance(error, KeyboardInterrupt | SystemExit)
    error.is_on_record = True  # type: ignore[attr-defined]
    record.status = "aborted" if is_stopped else "failed"
    record.error = {**where_failed(error), "area": progress.failed, "exit_code": getattr(error, "exit_code", 1)}
    if not is_stopped:
        record.stale_until = sorted({*record.stale_until, *record.areas})
    with _added_to(error):
        _close(folder, record, progress, clock)
    if is_stopped:
        return
    with _added_to(error):
        kept = last_good(folder.parent, record.period)
        if kept is not None:
            at = f"{dt.datetime.fromisoformat(record.ended):%Y-%m-%d %H:%M}"
            whole = (
                f"Stale: the run for {record.period} failed on {at}. This is the last good briefing, of {kept.name}."
            )
            with contextlib.suppress(InUse), _held(kept, folder):
                mark_stale(kept, whole)


@contextlib.contextmanager
def _held(other: Path, folder: Path) -> Iterator[None]:
    """Hold another period than the run's own while its pages are marked: a run may be making it anew."""
    with contextlib.nullcontext() if other == folder else locked(lock_of(other), what=other.name):
        yield


def _there(folder: Path) -> list[str]:
    """List the areas that are issued, as far as the folder says."""
    try:
        return list(issued_files(folder)[1])
    except InputRejected:
        return []


@contextlib.contextmanager
def _added_to(first: BaseException) -> Iterator[None]:
    """Let a full or read-only disk that follows a failure be noted with it, and not take its place."""
    try:
        yield
    except OSError as error:
        first.add_note(f"The reports folder could not be marked: {error.strerror}.")


@contextlib.contextmanager
def _disk_in_words(report: str, period: str) -> Iterator[None]:
    """Say of a full or read-only disk what it is."""
    try:
        yield
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise NotWritten(f"{report}/{period} could not be written: {said}. What was issued stays.") from error
