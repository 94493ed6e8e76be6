"""The reference for geocoding: built once from its files, kept as partitioned Parquet, built again when a file changes.

What is kept is named after the content of every source file, the settings and this code, so that it can never be
of something else. It is written beside its place and renamed, so that it is whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

import pcanalytics.geocoding
from pcanalytics.errors import Problem
from pcanalytics.geocoding.building import build_reference
from pcanalytics.geocoding.reference import TABLE_SCHEMAS, Reference
from pcanalytics.store.files import FileLock, flush_folder, private_folder, write_atomically
from pcanalytics.store.layer_files import files_of, read_aliases, read_layers
from pcanalytics.store.reference_settings import ReferenceFile

__all__ = ["CACHE_VARIABLE", "open_reference", "user_cache"]

Say = Callable[[str], None]

#: The environment variable that names the folder of references that belong to no workspace.
CACHE_VARIABLE = "PCANALYTICS_CACHE"

_ABOUT = "reference.json"

#: A digest is remembered only for a file that was not touched this shortly before.
_SETTLED_SECONDS = 2.0


def _quiet(_: str) -> None:
    """Say nothing."""


def user_cache() -> Path:
    """Give the folder in which references that belong to no workspace are kept.

    Returns
    -------
    Path
        ``PCANALYTICS_CACHE`` when it is set; otherwise the user's cache folder of this system. It may not be there yet.

    Examples
    --------
    >>> user_cache().name
    'geocoding'
    """
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given) / "geocoding"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "pcanalytics" / "geocoding"


def open_reference(
    settings: ReferenceFile, *, cache: Path | None = None, say: Say | None = None, progress: Say | None = None
) -> Reference:
    """Open a reference, building it first when it is not kept or a file of it has changed.

    Parameters
    ----------
    settings : ReferenceFile
        From :func:`~pcanalytics.store.reference_file.read_reference_file` or
        :func:`~pcanalytics.store.reference_file.reference_of`.
    cache : Path, optional
        The folder in which it is kept; a workspace's is its state folder. Without it, :func:`user_cache`.
    say : callable, optional
        Told what a person should know when it is built: which column was taken for what, what was left out or assumed.
        Never a value from a row. Without it, ``progress`` is.
    progress : callable, optional
        Told what is being done, for a terminal.

    Returns
    -------
    Reference
        The same whether it was built or read back. When the cache cannot be written it is built and not kept, which
        is said.

    Raises
    ------
    InputRejected
        When a file cannot be read or is not laid out as the settings say.
    UsageError
        When nothing can be made of it, as without any rows.
    PcanalyticsError
        When another process is building it for longer than ten minutes.

    Examples
    --------
    >>> from pcanalytics.store.reference_file import read_reference_file
    >>> city = open_reference(read_reference_file("san_francisco.toml"))  # doctest: +SKIP
    """
    tell = progress or _quiet
    say = say or tell
    home = (cache or user_cache()) / _name_of(settings)
    try:
        private_folder(home)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        say(f"{home} cannot be written, so the reference is built each time. {CACHE_VARIABLE} names another folder.")
        return _build(settings, say, tell)
    busy = "Another process is building this reference. Try again when it has ended."
    with FileLock(home / "lock", wait_seconds=600, busy=busy):
        kept = home / _key(settings, home)
        found = _read(kept, say)
        if found is None:
            found = _build(settings, say, tell)
            _keep(found, kept)
            _forget_others(kept)
    return found


def _name_of(settings: ReferenceFile) -> str:
    """Name the folder of one settings file, so that its older builds can be told from those of others."""
    where = hashlib.sha256(str(settings.source).encode()).hexdigest()[:12]
    return f"{settings.source.stem}-{where}"


def _key(settings: ReferenceFile, home: Path) -> str:
    """Hash the settings, the code and every source file."""
    sums = hashlib.sha256()
    code = sorted(Path(pcanalytics.geocoding.__path__[0]).glob("*.py"))
    memory = _Digests(home / "digests.json")
    settled = asdict(settings) | {"source": "", "layers": "", "aliases": settings.aliases is not None}
    sums.update(repr(sorted(settled.items())).encode())
    for entry in settings.layers:
        columns = sorted(entry.columns.items())
        sums.update(repr((entry.kind, entry.layout, entry.crs, entry.layer, columns)).encode())
        for path in entry.paths:
            for file in files_of(path):
                sums.update(f"{file.name} {memory.of(file)}".encode())
    for file in [*([settings.aliases] if settings.aliases else []), *code]:
        sums.update(f"{file.name} {memory.of(file)}".encode())
    memory.keep()
    return sums.hexdigest()[:32]


class _Digests:
    """Digests of files by size and time of change, so that large files that nobody touched are not read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._known = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self._known = {}
        self._used: dict[str, list[object]] = {}

    def of(self, file: Path) -> str:
        """Give the SHA-256 of a file's content."""
        about = file.stat()
        stamp = [about.st_size, about.st_mtime_ns]
        known = self._known.get(str(file))
        if known is not None and known[:2] == stamp:
            digest = str(known[2])
        else:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if time.time() - about.st_mtime > _SETTLED_SECONDS:
            self._used[str(file)] = [*stamp, digest]
        return digest

    def keep(self) -> None:
        """Write what was learned, when anything was."""
        if self._used != self._known:
            write_atomically(self._path, json.dumps(self._used).encode(), private=True)


def _build(settings: ReferenceFile, say: Say, tell: Say) -> Reference:
    layers = read_layers(settings, say=tell)
    tell(f"building {settings.name}")
    made = build_reference(
        layers,
        name=settings.name,
        vintage=settings.vintage,
        crs=settings.crs,
        localities=settings.localities,
        aliases=read_aliases(settings),
    )
    for note in made.notes:
        say(str(note))
    return made


def _keep(reference: Reference, kept: Path) -> None:
    """Write a reference beside its place, then rename it."""
    fresh = kept.with_name(f".{kept.name}.{os.getpid()}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        for name, table in reference.tables().items():
            folder = private_folder(fresh / f"table={name}")
            pa.parquet.write_table(table, folder / "part-0.parquet", compression="zstd")
            with (folder / "part-0.parquet").open("rb+") as stream:
                os.fsync(stream.fileno())
        about = {
            "name": reference.name,
            "vintage": reference.vintage,
            "crs": reference.crs,
            "digest": reference.digest,
            "localities": reference.localities,
            "notes": [asdict(note) for note in reference.notes],
        }
        write_atomically(fresh / _ABOUT, json.dumps(about, indent=1).encode(), private=True)
        shutil.rmtree(kept, ignore_errors=True)
        os.replace(fresh, kept)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    flush_folder(kept.parent)


def _read(kept: Path, say: Say) -> Reference | None:
    if not (kept / _ABOUT).is_file():
        return None
    try:
        about = json.loads((kept / _ABOUT).read_text(encoding="utf-8"))
        tables = {
            name: pa.parquet.read_table(kept / f"table={name}" / "part-0.parquet", partitioning=None)
            for name in TABLE_SCHEMAS
        }
        notes = tuple(Problem(**note) for note in about.pop("notes"))
        about["localities"] = tuple(about["localities"])
        return Reference.from_tables(tables, notes=notes, **about)
    except (ValueError, KeyError, TypeError, FileNotFoundError, pa.ArrowException) as error:
        say(f"the reference kept in {kept} cannot be read ({type(error).__name__}), so it is built again")
        return None


def _forget_others(kept: Path) -> None:
    """Remove what was built of earlier files or settings."""
    for other in kept.parent.iterdir():
        if other.is_dir() and other != kept:
            shutil.rmtree(other, ignore_errors=True)
