"""The audit's file: lines are appended under a lock and flushed to the disk before anything is read.

If the file cannot be written, nothing is read. A crash can leave half a line at the end, which nobody
was told was written; the next writer cuts it off and says so in a line of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pcanalytics.errors import PcanalyticsError
from pcanalytics.exchange import FIRST, audit_entry
from pcanalytics.store.clock import Clock
from pcanalytics.store.files import FileLock, flush_folder, private_folder

if sys.platform != "win32":
    import pwd

__all__ = ["AuditLog", "Pen"]

_BLOCK = 1 << 16
_WAIT_SECONDS = 30.0
_LINE_MAX = 1 << 20


class AuditLog:
    """The audit of one workspace.

    Parameters
    ----------
    folder : Path
        Where its files live; made when it is not there.
    clock : callable
        Gives the moment of an entry.
    """

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self.file = folder / "audit.jsonl"
        self._lock = folder / "audit.lock"
        self._clock = clock

    @contextmanager
    def pen(self) -> Iterator[Pen]:
        """Take the audit for writing; other processes wait.

        Yields
        ------
        Pen
            Writes entries.

        Raises
        ------
        PcanalyticsError
            When the audit cannot be written or is damaged: no log, no read.
        """
        busy = "Another process holds the audit, so nothing is read. Wait for it, then try again."
        try:
            private_folder(self.file.parent)
            with FileLock(self._lock, wait_seconds=_WAIT_SECONDS, busy=busy):
                handle, new = _open(self.file)
                try:
                    yield Pen(handle, self._clock, self.file, new=new)
                finally:
                    os.close(handle)
        except OSError as error:
            raise PcanalyticsError(
                f"The audit cannot be written, so nothing is read: {error.strerror}. "
                "Free the disk or mend who may write there."
            ) from None

    def lines(self) -> list[str]:
        """Read all lines, for :func:`pcanalytics.exchange.verify_chain`; none when there is no file.

        Returns
        -------
        list of str
            Without line ends.
        """
        return self.file.read_text(encoding="ascii").splitlines() if self.file.exists() else []


def _open(file: Path) -> tuple[int, bool]:
    new = not file.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    return os.open(file, flags, 0o600), new


class Pen:
    """Writes entries while the lock is held."""

    def __init__(self, handle: int, clock: Clock, file: Path, *, new: bool) -> None:
        self._handle = handle
        self._clock = clock
        self._file = file
        self._new = new
        self._size = os.fstat(handle).st_size
        self._sequence, self._previous, self._last_at = 0, FIRST, ""
        self._find_end()

    def moment(self) -> dt.datetime:
        """Give the present moment, never earlier than the last entry: a clock set back opens nothing."""
        now = self._clock()
        return max(now, dt.datetime.fromisoformat(self._last_at)) if self._last_at else now

    def write(self, event: str, *, outcome: str, **what: Any) -> None:
        """Append an entry and flush it to the disk.

        Parameters
        ----------
        event, outcome : str
            As :func:`pcanalytics.exchange.audit_entry` takes them.
        **what
            Its other arguments.

        Raises
        ------
        OSError
            When it cannot be written whole; what was written of it is taken back.
        """
        at = self.moment().astimezone(dt.UTC).isoformat(timespec="microseconds")
        line = audit_entry(
            event, sequence=self._sequence + 1, previous=self._previous, at=at, actor=_actor(), outcome=outcome, **what
        )
        data = line.encode("ascii") + b"\n"
        try:
            if os.write(self._handle, data) != len(data):
                raise OSError(28, "the disk is full")
            os.fsync(self._handle)
            if self._new:
                flush_folder(self._file.parent)
                self._new = False
        except OSError:
            os.ftruncate(self._handle, self._size)
            raise
        self._size += len(data)
        self._sequence, self._previous, self._last_at = self._sequence + 1, json.loads(line)["digest"], at

    def _find_end(self) -> None:
        """Find the last whole line; cut off what a crash left after it."""
        tail = self._tail()
        whole, _, torn = tail.rpartition(b"\n")
        if torn:
            os.ftruncate(self._handle, self._size - len(torn))
            self._size -= len(torn)
        if whole:
            self._follow(whole.rpartition(b"\n")[2])
        if torn:
            self.write("repaired", outcome="cut", counts={"bytes": len(torn)})

    def _tail(self) -> bytes:
        """Read back from the end far enough to hold the last whole line."""
        tail, start = b"", self._size
        while start > 0 and tail.rstrip(b"\n").count(b"\n") < 2 and len(tail) < _LINE_MAX:
            step = min(_BLOCK, start)
            start -= step
            os.lseek(self._handle, start, os.SEEK_SET)
            tail = os.read(self._handle, step) + tail
        return tail

    def _follow(self, line: bytes) -> None:
        damaged = PcanalyticsError(
            "The audit is damaged at its end, so nothing is read. Keep audit.jsonl for whoever answers for it, under "
            "another name; the next read begins a new one."
        )
        try:
            entry: Mapping[str, Any] = json.loads(line)
            self._sequence, self._previous = int(entry["sequence"]), str(entry["digest"])
            self._last_at = str(entry["at"])
            zone = dt.datetime.fromisoformat(self._last_at).tzinfo
        except (ValueError, KeyError, TypeError):
            raise damaged from None
        if zone is None:
            raise damaged


def _actor() -> str:
    """Name who is at work as the system knows them, not as their environment says."""
    if sys.platform == "win32":
        return os.getlogin()
    else:
        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"user {os.getuid()}"
