"""The sidecar manifest of a file: how many rows and bytes it has, and its digest."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import BinaryIO

from pcanalytics.errors import DialectError, Problem

__all__ = ["Manifest", "digest_of", "manifest_problems", "read_manifest"]


@dataclass(frozen=True)
class Manifest:
    """What the sender says of a file; ``None`` where nothing is said.

    Parameters
    ----------
    rows, bytes : int, optional
        Data rows; bytes of the file as sent.
    sha256 : str, optional
        Digest of the file as sent, lowercase hexadecimal.
    """

    rows: int | None = None
    bytes: int | None = None
    sha256: str | None = None


def read_manifest(text: str, *, name: str) -> Manifest:
    """Read a sidecar manifest.

    Parameters
    ----------
    text : str
        JSON such as ``{"rows": 1200, "bytes": 88123, "sha256": "..."}``; each key is optional.
    name : str
        What to call it in messages.

    Raises
    ------
    DialectError
        When it is not such JSON, has another key or one key twice.

    Examples
    --------
    >>> read_manifest('{"rows": 3}', name="calls.csv.manifest.json").rows
    3
    """
    try:
        given = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        problems = [Problem("it is not a JSON object with each key once", code="bad_manifest")]
    else:
        problems = [
            Problem(
                f"{key} is {'not known' if key not in _FITS else 'not right'}", expected=_WORDS, code="bad_manifest"
            )
            for key, value in given.items()
            if key not in _FITS or not _FITS[key](value)
        ]
    if problems:
        raise DialectError(f"The manifest {name} cannot be used.", problems)
    return Manifest(**given)


_WORDS = "rows and bytes as whole numbers, sha256 as 64 hexadecimal digits"
_FITS = {
    "rows": lambda value: type(value) is int and value >= 0,
    "bytes": lambda value: type(value) is int and value >= 0,
    "sha256": lambda value: isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None,
}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def digest_of(stream: BinaryIO) -> tuple[str, int]:
    """Give a file's SHA-256 and its size in bytes; the stream is left at its start.

    Parameters
    ----------
    stream : binary file
        One that can seek.

    Examples
    --------
    >>> import io
    >>> digest_of(io.BytesIO(b"abc"))[1]
    3
    """
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := stream.read(1 << 20):
        digest.update(block)
        size += len(block)
    stream.seek(0)
    return digest.hexdigest(), size


def manifest_problems(manifest: Manifest, *, sha256: str, size: int) -> list[Problem]:
    """List where a file is not the one its manifest describes, before a row of it is read.

    Parameters
    ----------
    manifest : Manifest
        What the sender says.
    sha256 : str
        The file's digest.
    size : int
        The file's size in bytes.

    Examples
    --------
    >>> [problem.code for problem in manifest_problems(Manifest(bytes=9), sha256="", size=8)]
    ['byte_count']
    """
    todo = "The file was cut or changed on its way. Ask the sender for it again."
    problems = []
    if manifest.bytes is not None and manifest.bytes != size:
        problems.append(
            Problem(f"it has {size:,} bytes", expected=f"{manifest.bytes:,} bytes", todo=todo, code="byte_count")
        )
    if manifest.sha256 is not None and manifest.sha256 != sha256:
        problems.append(Problem("its SHA-256 is not that of the manifest", todo=todo, code="digest"))
    return problems
