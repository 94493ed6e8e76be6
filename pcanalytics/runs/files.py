"""Files and folders that are seen whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pcanalytics.errors import PcanalyticsError

__all__ = ["InUse", "NotWritten", "locked", "replace_folder", "write_whole"]


class InUse(PcanalyticsError):
    """Another run is writing the same place."""


class NotWritten(PcanalyticsError):
    """The disk is full, or may not be written."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file; its folder is made when it is missing.
    content : bytes
        All of it.

    Raises
    ------
    OSError
        When the disk is full or may not be written; the old file is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", b"whole")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make a folder's entries last through a power cut; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder of files in the place of another, in one step.

    Parameters
    ----------
    folder : Path
        The folder. What it held before is gone afterwards.
    files : mapping of str to bytes
        File name to content.

    Raises
    ------
    OSError
        When the disk is full or may not be written; the old folder is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     replace_folder(Path(reports) / "2026-W47", {"index.html": b"x"})
    ...     sorted(path.name for path in (Path(reports) / "2026-W47").iterdir())
    ['index.html']
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    finish_replacing(folder)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        for name, content in files.items():
            with open(staged / name, "xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        os.chmod(staged, 0o755)
        _settle(staged)
        _put_in_place(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _settle(folder.parent)


def _aside(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def finish_replacing(folder: Path) -> None:
    """Bring back a folder whose replacement was cut off between its two steps.

    Examples
    --------
    >>> finish_replacing(Path("no-such-folder"))
    """
    old = _aside(folder)
    if old.exists() and not folder.exists():
        os.replace(old, folder)
    elif old.exists():
        shutil.rmtree(old, ignore_errors=True)


def _put_in_place(staged: Path, folder: Path) -> None:
    """Swap two folders in one step where the system can, else in two that :func:`finish_replacing` mends."""
    if not folder.exists():
        os.replace(staged, folder)
    elif not _exchanged(staged, folder):
        os.replace(folder, _aside(folder))
        os.replace(staged, folder)
        shutil.rmtree(_aside(folder), ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names with Linux's renameat2; ``False`` where there is no such call."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return call is not None and call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a place for one run; the lock is gone when the process is, however it ends.

    Parameters
    ----------
    path : Path
        The lock file; it stays, empty.

    Raises
    ------
    InUse
        When another run holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, locked(Path(folder) / ".lock"):
    ...     pass
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as stream:
        try:
            _lock(stream.fileno())
        except (BlockingIOError, PermissionError):
            raise InUse(f"Another run is writing {path.parent.name}; wait for it, or end it.") from None
        yield


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
