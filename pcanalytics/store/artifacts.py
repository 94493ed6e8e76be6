"""Derived files kept for speed: written whole, and given back only when their inputs are the same.

A cache is a file with one line on top: the digest of its inputs and the digest of its bytes. One that is
damaged, half written or made from other inputs is as good as none, and is made again.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from pcanalytics.errors import UsageError
from pcanalytics.store.files import private_folder, write_atomically

__all__ = ["get_artifact", "put_artifact"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}(\.[a-z0-9]{1,10})?")
#: Names that Windows gives to devices, with any ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def _file(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise UsageError("A cache's name is lower-case letters, digits, _ and -, such as geocoding-reference.parquet.")
    return folder / name


def put_artifact(folder: Path, name: str, data: bytes, *, inputs: str) -> None:
    """Write a cache.

    Parameters
    ----------
    folder : Path
        Where caches live; made when it is not there.
    name : str
        Its file name.
    data : bytes
        What to keep.
    inputs : str
        A digest of everything it was made from, the code's version included.

    Raises
    ------
    UsageError
        When the name is none that is allowed.
    OSError
        When it cannot be written; an older one is intact.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     put_artifact(Path(there), "reference.parquet", b"bytes", inputs="digest of the streets")
    ...     get_artifact(Path(there), "reference.parquet", inputs="digest of the streets")
    b'bytes'
    """
    head = json.dumps({"inputs": inputs, "sha256": hashlib.sha256(data).hexdigest()}, sort_keys=True)
    write_atomically(_file(private_folder(folder), name), head.encode("ascii") + b"\n" + data, private=True)


def get_artifact(folder: Path, name: str, *, inputs: str) -> bytes | None:
    """Read a cache.

    Parameters
    ----------
    folder : Path
        Where caches live.
    name : str
        Its file name.
    inputs : str
        The digest of what it would be made from now.

    Returns
    -------
    bytes or None
        None when there is none, it was made from other inputs, or it is damaged.

    Raises
    ------
    UsageError
        When the name is none that is allowed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as there:
    ...     put_artifact(Path(there), "reference.parquet", b"bytes", inputs="old streets")
    ...     get_artifact(Path(there), "reference.parquet", inputs="new streets") is None
    True
    """
    file = _file(folder, name)
    if not file.is_file():
        return None
    head, _, data = file.read_bytes().partition(b"\n")
    try:
        noted = json.loads(head)
    except ValueError:
        return None
    same = isinstance(noted, dict) and noted.get("inputs") == inputs
    return data if same and noted.get("sha256") == hashlib.sha256(data).hexdigest() else None
