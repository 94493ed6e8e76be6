"""Files that are whole or not there, and locks that a dead process cannot keep.

Writing goes to a temporary file beside the target, is flushed to the disk, renamed over the target,
and the folder is flushed too: a reader sees the old file or the new one. Locks are the operating
system's own, so they end with the process that holds them.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from pcanalytics.errors import PcanalyticsError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["FileLock", "flush_folder", "private_folder", "write_atomically", "written_whole"]

_RETRY_SECONDS = 0.05


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can enter.

    Parameters
    ----------
    folder : Path
        Made with its parents when it is not there. An existing folder is left as it is.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    OSError
        When it cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     private_folder(Path(there) / "state").is_dir()
    True
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def flush_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, where the system can do so.

    Parameters
    ----------
    folder : Path
        An existing folder.

    Examples
    --------
    >>> flush_folder(Path("."))
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that it is whole or not there.

    Parameters
    ----------
    path : Path
        Where; its folder is made when it is not there. A file already there stays until the new one is complete.
    data : bytes
        What.
    private : bool, default False
        Whether only its owner may read it; otherwise whoever the system lets read new files.

    Raises
    ------
    OSError
        When it cannot be written, as on a full disk; the old file is intact and no temporary file is left.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     write_atomically(Path(there) / "cache.bin", b"new")
    ...     (Path(there) / "cache.bin").read_bytes()
    b'new'
    """
    with written_whole(path, private=private) as stream:
        stream.write(data)


@contextmanager
def written_whole(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file to be written bit by bit, that is whole or not there.

    Parameters
    ----------
    path : Path
        Where; its folder is made when it is not there. A file already there stays until the block is left.
    private : bool, default False
        Whether only its owner may read it; otherwise whoever the system lets read new files.

    Yields
    ------
    binary file
        To write to. When the block ends by an error, Ctrl-C among them, nothing is written.

    Raises
    ------
    OSError
        When it cannot be written, as on a full disk; the old file is intact and no temporary file is left.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     with written_whole(Path(there) / "out.csv") as stream:
    ...         _ = stream.write(b"new")
    ...     (Path(there) / "out.csv").read_bytes()
    b'new'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, 0o600 if private else 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


class FileLock:
    """A lock between processes, released when its process ends however it ends.

    Parameters
    ----------
    path : Path
        The lock's own file. It stays there, empty.
    wait_seconds : float
        How long to wait for another process; 0 does not wait.
    busy : str
        What to say when the wait was in vain.

    Raises
    ------
    PcanalyticsError
        On entering, when another process still holds it.
    OSError
        On entering, when the lock's file cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there, FileLock(Path(there) / "lock", wait_seconds=0, busy="busy"):
    ...     pass
    """

    def __init__(self, path: Path, *, wait_seconds: float, busy: str) -> None:
        self._path = path
        self._wait_seconds = wait_seconds
        self._busy = busy
        self._handle: int | None = None

    def __enter__(self) -> FileLock:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        give_up = time.monotonic() + self._wait_seconds
        while not _try_lock(handle):
            if time.monotonic() >= give_up:
                os.close(handle)
                raise PcanalyticsError(self._busy)
            time.sleep(_RETRY_SECONDS)
        self._handle = handle
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            _unlock(self._handle)
            os.close(self._handle)
            self._handle = None


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)
