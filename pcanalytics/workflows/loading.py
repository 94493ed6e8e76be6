"""Load a workspace's extracts: read each under its mapping, write it to the store in one transaction."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import pandas as pd

from pcanalytics.errors import InputRejected, LoadSetAside, PcanalyticsError, Problem, UnknownName, UsageError
from pcanalytics.intake import Manifest, Mapping, read_extract, read_manifest, read_mapping
from pcanalytics.store import Clock, LoadReport, Store, Workspace, open_store, system_clock

__all__ = ["ExtractFile", "extract_at", "extracts_of", "load", "set_aside_summary"]

Say = Callable[[str], None]


def _quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class ExtractFile:
    """One file to load.

    Parameters
    ----------
    source : str
        The name of the source it belongs to.
    path : pathlib.Path
        The file.
    mapping : pathlib.Path
        Its mapping file.
    """

    source: str
    path: Path
    mapping: Path


def extracts_of(workspace: Workspace, only: Sequence[str] = ()) -> list[ExtractFile]:
    """List the files of the sources that a workspace declares.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    only : sequence of str
        Names of sources; without any, all.

    Returns
    -------
    list of ExtractFile
        In the order of ``agency.toml``, files of one source by name.

    Raises
    ------
    UnknownName
        When ``only`` names no declared source.
    InputRejected
        When a declared source has no file, listing each.

    Examples
    --------
    >>> from pcanalytics.store import open_workspace, sample_workspace
    >>> workspace = open_workspace(sample_workspace())
    >>> [extract.source for extract in extracts_of(workspace, ["rms_incidents"])]
    ['rms_incidents']
    """
    declared = {source.name: source for source in workspace.sources}
    for name in only:
        if name not in declared:
            raise UnknownName("source", name, declared)
    found, problems = [], []
    for name in only or declared:
        source = declared[name]
        paths = workspace.files(source)
        if not paths:
            todo = "Put the extract there, or mend the path in agency.toml"
            problems.append(Problem(f"source {name!r} has no file at {source.path!r}", todo=todo, code="no_file"))
        found += [ExtractFile(name, path, source.mapping) for path in paths]
    if problems:
        raise InputRejected(f"{workspace.name}: some sources are not there.", problems)
    return found


def extract_at(path: Path, mapping: Path) -> ExtractFile:
    """Name a file that ``agency.toml`` does not declare.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    mapping : pathlib.Path
        Its mapping file. Its name, without the ending, names the source.

    Raises
    ------
    UsageError
        When either is not there.

    Examples
    --------
    >>> extract_at(Path("nothing.csv"), Path("nothing.toml"))
    Traceback (most recent call last):
    ...
    pcanalytics.errors.UsageError: There is no file nothing.csv.
    """
    for needed in (path, mapping):
        if not needed.is_file():
            raise UsageError(f"There is no file {needed}.")
    return ExtractFile(mapping.stem, path, mapping)


def load(
    workspace: Workspace, extracts: Sequence[ExtractFile], *, say: Say = _quiet, clock: Clock = system_clock
) -> list[LoadReport]:
    """Load files into the store, each in a transaction of its own.

    A file that was loaded before, under the same mapping, is left alone. When one file cannot be loaded
    the others still are, and the error at the end lists what could not.

    Parameters
    ----------
    workspace : Workspace
        Where the store is, and its coordinate system and time zone.
    extracts : sequence of ExtractFile
        What to load, in order.
    say : callable, optional
        Told a few lines for each file: its counts, why rows were set aside, and what was noticed.
    clock : callable, optional
        Gives the present moment: a birth date to come is wrong, and an address may be out of date.

    Returns
    -------
    list of LoadReport
        One for each file, in order; each says ``read = loaded + set aside + rejected``.

    Raises
    ------
    InputRejected
        When a file cannot be read; nothing of it was written.
    LoadSetAside
        When the only thing wrong is that a whole file was set aside, as when it shrank.

    Examples
    --------
    >>> from pcanalytics.store import open_workspace
    >>> city = open_workspace("my_city")  # doctest: +SKIP
    >>> reports = load(city, extracts_of(city))  # doctest: +SKIP
    """
    reports: list[LoadReport] = []
    failures: list[PcanalyticsError] = []
    today = pd.Timestamp(clock()).tz_convert(workspace.time_zone).tz_localize(None).normalize()
    files = Counter(extract.source for extract in extracts)
    with open_store(workspace, clock=clock) as store:
        for extract in extracts:
            try:
                report, asides = _load_one(store, workspace, extract, today, only_file=files[extract.source] == 1)
            except (InputRejected, LoadSetAside) as error:
                failures.append(error)
                say(f"{extract.source}: not loaded; the reasons come at the end.")
                continue
            reports.append(report)
            say(str(report))
            for aside in asides:
                say(f"    set aside: {aside}")
            if report.status == "loaded":
                for warning in report.warnings:
                    say(f"    {warning}")
    if failures:
        raise _together(workspace, failures)
    return reports


def _together(workspace: Workspace, failures: Sequence[PcanalyticsError]) -> PcanalyticsError:
    if len(failures) == 1:
        return failures[0]
    kind = LoadSetAside if all(isinstance(failure, LoadSetAside) for failure in failures) else InputRejected
    summary = f"{workspace.name}: {len(failures)} extracts were not loaded; the others were."
    return kind(summary, [part for failure in failures for part in (Problem(failure.summary), *failure.problems)])


def _load_one(
    store: Store, workspace: Workspace, extract: ExtractFile, today: pd.Timestamp, *, only_file: bool
) -> tuple[LoadReport, list[Problem]]:
    """Load one file; give its account, and why rows were set aside."""
    mapping = _mapping(extract.mapping)
    with (
        _opened(extract.path) as stream,
        store.loading(
            source=extract.source,
            table=mapping.table.name,
            digest=_digest(stream, mapping),
            extract=mapping.extract,
            usual_rows=mapping.usual_rows,
            only_file=only_file,
        ) as loading,
    ):
        if loading.already_loaded:
            return loading.finish(), []
        read = read_extract(
            stream,
            mapping,
            file_name=extract.path.name,
            crs=workspace.crs,
            manifest=_manifest(extract.path),
            time_zone=workspace.time_zone,
            as_of=today,
        )
        for batch in read:
            loading.write(batch.frame, set_aside=batch.set_aside, read=batch.read, rejected=batch.rejected)
        summary = read.summary
        report = loading.finish(summary.warnings)
        by_the_store = Counter(report.reasons) - Counter(summary.set_aside)
        found = [Problem(mapping.table.meaning_of(reason), rows, code=reason) for reason, rows in by_the_store.items()]
        return report, [*summary.asides, *found]


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        todo = "If another program, such as Excel, has it open, close it there. Else mend who may read it"
        raise InputRejected(f"{path.name} cannot be read: {error.strerror}.", [Problem(todo)]) from None


def _mapping(path: Path) -> Mapping:
    try:
        return read_mapping(path.read_text(encoding="utf-8"), name=path.name)
    except UnicodeDecodeError:
        raise InputRejected(f"The mapping {path.name} is not written in UTF-8. Save it again as UTF-8.") from None


def _digest(stream: BufferedReader, mapping: Mapping) -> str:
    """Give the digest of the file, then that of its mapping: either one changed is another load."""
    content = hashlib.file_digest(stream, "sha256").hexdigest()
    stream.seek(0)
    return f"{content}-{mapping.digest}"


def _manifest(path: Path) -> Manifest | None:
    beside = path.with_name(path.name + ".manifest.json")
    if not beside.is_file():
        return None
    return read_manifest(beside.read_text(encoding="utf-8", errors="replace"), name=beside.name)


def set_aside_summary(workspace: Workspace) -> str:
    """Count the rows set aside, by source, reason and column, without showing any.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.

    Returns
    -------
    str
        A table of text for the latest load of each source; above it, sources whose last extract was set
        aside whole.

    Examples
    --------
    >>> print(set_aside_summary(open_workspace("my_city")))  # doctest: +SKIP
    """
    with open_store(workspace) as store:
        counts, history = store.set_aside_counts(), store.load_history()
    latest = history.groupby("source").tail(1)
    whole = latest[latest["status"] == "set_aside"]
    lines = [
        f"{one.source}: its last extract was set aside whole, {one.rows_set_aside:,} rows."
        for one in whole.itertuples()
    ]
    applied = history[history["status"] == "loaded"].groupby("source")["load_id"].max()
    counts = counts[counts["load_id"].isin(applied)]
    if len(counts):
        shown = counts[["source", "table", "reason", "column", "rows", "first_row"]]
        with pd.option_context("display.width", None, "display.max_rows", None):
            lines.append(shown.to_string(index=False))
    return "\n".join(lines) or "No rows are set aside."
