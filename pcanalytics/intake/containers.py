"""Files inside files: .gz, .bz2 and .zip with one member, under caps that no bomb gets past."""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import zipfile
import zlib
from typing import Any, BinaryIO

from pcanalytics.errors import DialectError, Problem

__all__ = ["LARGEST_BYTES", "LARGEST_RATIO", "check_workbook", "kind_of", "unpacked"]

#: A file may unpack to this many times its size; text of records packs 5 to 40 times smaller.
LARGEST_RATIO = 100
#: And to this many bytes at most.
LARGEST_BYTES = 16 << 30
# Below this a ratio says nothing: a header line repeated by a small table packs very well.
_RATIO_FROM_BYTES = 1 << 20
_WORKBOOK_BYTES = 2 << 30
_SIGNS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
)


def kind_of(stream: BinaryIO) -> str:
    """Tell what a file is by its first bytes.

    Parameters
    ----------
    stream : binary file
        One that can seek; left where it stood.

    Returns
    -------
    str
        ``gzip``, ``bzip2``, ``zip`` (a workbook is one), ``parquet``, or ``text`` for anything else.

    Examples
    --------
    >>> kind_of(io.BytesIO(b"PAR1..."))
    'parquet'
    """
    at = stream.tell()
    first = stream.read(4)
    stream.seek(at)
    return next((kind for sign, kind in _SIGNS if first.startswith(sign)), "text")


def unpacked(stream: BinaryIO, size: int) -> BinaryIO:
    """Give the one file inside a compressed file, or the file itself when it is not compressed.

    Parameters
    ----------
    stream : binary file
        One that can seek, at its start.
    size : int
        Its size in bytes.

    Returns
    -------
    binary file
        It unpacks as it is read, and raises when more comes out than the caps allow.

    Raises
    ------
    DialectError
        When the archive is damaged, encrypted, has no or several members, a member that is a link or
        whose name leaves its folder, or another archive inside. Reading the result raises the same.

    Examples
    --------
    >>> packed = gzip.compress(b"BEAT")
    >>> unpacked(io.BytesIO(packed), len(packed)).read()
    b'BEAT'
    """
    kind = kind_of(stream)
    if kind not in ("gzip", "bzip2", "zip"):
        return stream
    if kind == "gzip":
        packed: BinaryIO = gzip.GzipFile(fileobj=stream, mode="rb")  # type: ignore[assignment]
    elif kind == "bzip2":
        packed = bz2.BZ2File(stream, mode="rb")  # type: ignore[assignment]
    else:
        packed = _only_member(stream)
    raw: Any = _Capped(packed, size)
    capped = io.BufferedReader(raw, 1 << 18)
    inside = capped.peek(4)[:4]
    if any(inside.startswith(sign) for sign, name in _SIGNS if name != "parquet"):
        problem = Problem("there is an archive inside the archive", expected="one data file", code="nested_archive")
        raise DialectError("The compressed file is refused.", [problem])
    return capped


def _only_member(stream: BinaryIO) -> BinaryIO:
    try:
        archive = zipfile.ZipFile(stream)
        members = [member for member in archive.infolist() if not member.is_dir()]
        problems = _member_problems(members)
        if not problems:
            return archive.open(members[0])  # type: ignore[return-value]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise _damaged() from None
    raise DialectError("The compressed file is refused.", problems)


def _member_problems(members: list[zipfile.ZipInfo]) -> list[Problem]:
    problems = []
    if len(members) != 1:
        problems.append(Problem(f"it holds {len(members):,} files", expected="one file", code="several_members"))
    for member in members[:1]:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            problems.append(Problem("the name of its file leaves the folder", code="unsafe_member"))
        if stat.S_ISLNK(member.external_attr >> 16):
            problems.append(Problem("its file is a link to another file", code="unsafe_member"))
        if member.flag_bits & 0x1:
            problems.append(Problem("its file is encrypted", todo="Unpack it first.", code="encrypted"))
        problems += _size_problems(member.file_size, member.compress_size)
    return problems


def _size_problems(size: int, packed: int, largest: int = LARGEST_BYTES) -> list[Problem]:
    if size > largest:
        return [Problem(f"it unpacks to more than {largest:,} bytes", code="archive_bomb")]
    if size > max(_RATIO_FROM_BYTES, packed * LARGEST_RATIO):
        todo = "If the file is real, unpack it first."
        return [Problem(f"it unpacks to more than {LARGEST_RATIO} times its size", todo=todo, code="archive_bomb")]
    return []


def check_workbook(stream: BinaryIO) -> None:
    """Refuse a workbook that would unpack to far more than it is; the stream is left at its start.

    Parameters
    ----------
    stream : binary file
        One that can seek.

    Raises
    ------
    DialectError
        When it is damaged or unpacks beyond the caps.

    Examples
    --------
    >>> check_workbook(io.BytesIO(b"no workbook"))
    Traceback (most recent call last):
    ...
    pcanalytics.errors.DialectError: The compressed file is damaged or cut...
    """
    try:
        members = zipfile.ZipFile(stream).infolist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise _damaged() from None
    unpacked_size, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    problems = _size_problems(unpacked_size, packed, _WORKBOOK_BYTES)
    if problems:
        raise DialectError("The workbook is refused.", problems)
    stream.seek(0)


def _damaged() -> DialectError:
    problem = Problem("it cannot be unpacked to its end", todo="Ask the sender for it again.", code="damaged_archive")
    return DialectError("The compressed file is damaged or cut.", [problem])


class _Capped(io.RawIOBase):
    """A stream that counts what comes out of an archive and stops when it is too much."""

    def __init__(self, packed: BinaryIO, size: int) -> None:
        self._packed = packed
        self._size = size
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            given = self._packed.read(len(buffer))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError):
            raise _damaged() from None
        self._given += len(given)
        problems = _size_problems(self._given, self._size)
        if problems:
            raise DialectError("The compressed file is refused.", problems)
        buffer[: len(given)] = given
        return len(given)
