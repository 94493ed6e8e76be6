"""Load a workspace's extracts: read each under its mapping, write it to the store in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pcanalytics.errors import InputRejected, LoadSetAside, PcanalyticsError, Problem, UnknownName, UsageError
from pcanalytics.intake import read_extract, read_mapping
from pcanalytics.store import LoadReport, Store, Workspace, open_store

__all__ = ["Extract", "extract_at", "extracts_of", "load"]

_BLOCK = 1 << 20

Say = Callable[[str], None]


def _quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Extract:
    """One extract to load.

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


def extracts_of(workspace: Workspace, only: Sequence[str] = ()) -> list[Extract]:
    """List the extracts that a workspace declares and that are there.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    only : sequence of str
        Names of sources; without any, all.

    Returns
    -------
    list of Extract
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
            problems.append(
                Problem(
                    f"source {name!r} has no file at {source.path!r}",
                    todo="Put the extract there, or mend the path in agency.toml",
                    code="no_file",
                )
            )
        found += [Extract(name, path, source.mapping) for path in paths]
    if problems:
        raise InputRejected(f"{workspace.name}: some sources are not there.", problems)
    return found


def load(
    workspace: Workspace,
    extracts: Sequence[Extract] | None = None,
    *,
    say: Say = _quiet,
) -> list[LoadReport]:
    """Load extracts into the store, each in a transaction of its own.

    An extract that was loaded before, under the same mapping, is left alone. When one extract cannot be
    loaded the others still are, and the error at the end lists what could not.

    Parameters
    ----------
    workspace : Workspace
        Where the store is, and its coordinate system.
    extracts : sequence of Extract, optional
        What to load; without it, everything that ``agency.toml`` declares.
    say : callable, optional
        Told one line for each extract.

    Returns
    -------
    list of LoadReport
        One for each extract, in order; each says ``read = loaded + set aside + rejected``.

    Raises
    ------
    InputRejected
        When an extract cannot be read; nothing of it was written.
    LoadSetAside
        When the only thing wrong is that a whole extract was set aside, as when it shrank.

    Examples
    --------
    >>> from pcanalytics.store import open_workspace
    >>> reports = load(open_workspace("my_city"))  # doctest: +SKIP
    """
    chosen = extracts_of(workspace) if extracts is None else list(extracts)
    reports, failures = [], []
    with open_store(workspace) as store:
        for extract in chosen:
            try:
                report = _load_one(store, workspace, extract)
            except (InputRejected, LoadSetAside) as error:
                failures.append(error)
                say(f"{extract.source}: {error}")
            else:
                reports.append(report)
                say(str(report))
    if failures:
        _raise(workspace, failures)
    return reports


def _raise(workspace: Workspace, failures: list[PcanalyticsError]) -> None:
    if len(failures) == 1:
        raise failures[0]
    kind = LoadSetAside if all(isinstance(failure, LoadSetAside) for failure in failures) else InputRejected
    problems = [Problem(failure.summary) for failure in failures]
    raise kind(f"{workspace.name}: {len(failures)} extracts were not loaded; the others were.", problems)


def _load_one(store: Store, workspace: Workspace, extract: Extract) -> LoadReport:
    mapping_text = extract.mapping.read_text(encoding="utf-8")
    mapping = read_mapping(mapping_text, name=extract.mapping.name)
    with store.loading(
        source=extract.source,
        table=mapping.table,
        digest=_digest(extract.path, mapping_text),
        extract=mapping.extract,
        usual_rows=mapping.usual_rows,
    ) as loading:
        if loading.already_loaded:
            return loading.finish()
        with extract.path.open("rb") as stream:
            read = read_extract(
                stream,
                mapping,
                file_name=extract.path.name,
                crs=workspace.crs,
                time_zone=workspace.time_zone,
                manifest=_manifest(extract.path),
            )
            for batch in read:
                loading.write(batch.frame, set_aside=batch.set_aside, read=batch.read, rejected=batch.rejected)
            return loading.finish(read.summary.warnings)


def _digest(path: Path, mapping_text: str) -> str:
    digest = hashlib.sha256(mapping_text.encode())
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _manifest(path: Path) -> dict[str, object] | None:
    beside = path.with_name(path.name + ".manifest.json")
    if not beside.is_file():
        return None
    try:
        manifest = json.loads(beside.read_text(encoding="utf-8"))
    except ValueError:
        raise UsageError(f"{beside.name} is not JSON.") from None
    if not isinstance(manifest, dict):
        raise UsageError(f"{beside.name} must be a JSON object with rows, bytes and sha256.")
    return manifest


def extract_at(path: Path, mapping: Path) -> Extract:
    """Name an extract that ``agency.toml`` does not declare.

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
    return Extract(mapping.stem, path, mapping)
