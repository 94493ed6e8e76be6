"""Files and folders that are seen whole or not at all."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pcanalytics.errors import PcanalyticsError, UsageError

__all__ = ["InUse", "NotWritten", "finish_replacing", "is_locked", "locked", "replace_folder", "sweep", "write_whole"]


_TRIES = 4

#: What :func:`write_whole` calls a file until it is whole.
_TEMPORARY = re.compile(r"\.[\w-]+\.[a-z]+\.\w{8}")


class InUse(PcanalyticsError):
    """Another run is writing the same place."""


class NotWritten(PcanalyticsError):
    """The disk is full, or may not be written."""


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file; its folder is made when it is missing.
    content : bytes
        All of it.
    mode : int
        Who may read and write it, as Unix writes it.

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
        os.chmod(temporary, mode)
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
        File name to content. A name may lead through folders inside it, such as ``"public/north.html"``.

    Raises
    ------
    UsageError
        When a name leads out of the folder.
    OSError
        When the disk is full or may not be written; the old folder is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as reports:
    ...     replace_folder(Path(reports) / "2026-W47", {"index.html": b"x", "public/index.html": b"y"})
    ...     sorted(path.name for path in (Path(reports) / "2026-W47").iterdir())
    ['index.html', 'public']
    """
    for name in files:
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith("/") or any(sign in name for sign in "\\:\0"):
            raise UsageError("A file of a folder may not lie outside it.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    finish_replacing(folder)
    staged = folder.parent / f".{folder.name}.new-{secrets.token_hex(6)}"
    staged.mkdir()  # for whom this user's files are; a temporary folder of the system's would be for nobody else
    try:
        for name, content in files.items():
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        for inside in sorted({(staged / name).parent for name in files}, reverse=True):
            _settle(inside)
        _settle(staged)
        _put_in_place(staged, folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _settle(folder.parent)


def sweep(folder: Path) -> None:
    """Clear away what a run that was cut off left beside and inside a folder, and bring the folder back if need be.

    Parameters
    ----------
    folder : Path
        The folder that :func:`replace_folder` replaces. The caller holds its lock.

    Examples
    --------
    >>> sweep(Path("no-such-folder") / "2026-W47")
    """
    finish_replacing(folder)
    for left in folder.parent.glob(f".{folder.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.rglob(".*"):
        if _TEMPORARY.fullmatch(left.name) and left.is_file():
            left.unlink(missing_ok=True)


def _aside(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.old"


def finish_replacing(folder: Path) -> None:
    """Bring back a folder whose replacement was cut off between its two steps.

    Parameters
    ----------
    folder : Path
        The folder that :func:`replace_folder` replaces.

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
    """Exchange two names in one step with Linux's or macOS's own call; ``False`` where there is none."""
    system: Any = ctypes.CDLL(None, use_errno=True) if os.name != "nt" else None
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):  # Linux; -100 is this folder, 2 is RENAME_EXCHANGE
        return system.renameat2(-100, names[0], -100, names[1], 2) == 0
    if hasattr(system, "renamex_np"):  # macOS; 2 is RENAME_SWAP
        return system.renamex_np(*names, 2) == 0
    return False


@contextlib.contextmanager
def locked(path: Path, *, what: str) -> Iterator[None]:
    """Hold a place for one run; the lock is gone when the process is, however it ends.

    Parameters
    ----------
    path : Path
        The lock file; it stays, empty.
    what : str
        What is held, for the message to whoever comes second.

    Raises
    ------
    InUse
        When another run holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, locked(Path(folder) / ".lock", what="2026-W47"):
    ...     is_locked(Path(folder) / ".lock")
    True
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as stream:
        for tries_left in reversed(range(_TRIES)):  # whoever only looks holds it for a moment
            try:
                _lock(stream.fileno())
                break
            except (BlockingIOError, PermissionError):
                if not tries_left:
                    said = f"Another run is writing {what}; wait for it, or end it. Nothing was changed."
                    raise InUse(said) from None
                time.sleep(0.05)
        yield


def is_locked(path: Path) -> bool:
    """Tell whether a run that is alive holds a place; what a dead one left behind is no lock.

    Parameters
    ----------
    path : Path
        The lock file.

    Examples
    --------
    >>> is_locked(Path("no-such-folder") / ".lock")
    False
    """
    try:
        with open(path, "r+b") as stream:
            _lock(stream.fileno())
    except (BlockingIOError, PermissionError):
        return True
    except FileNotFoundError:
        return False
    return False


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
