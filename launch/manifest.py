"""The list of a bundle's files with their digests: written with the bundle, checked before anything is used."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

NAME = "manifest.json"
FORMAT = 1


def this_platform() -> str:
    """Name of this system as bundles call it: ``linux``, ``windows`` or ``macos``."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


def this_python() -> str:
    """Version of this Python as bundles call it, such as ``3.12``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def this_machine() -> str:
    """Processor of this machine as bundles call it, such as ``x86_64``."""
    machine = platform.machine().lower()
    return "x86_64" if machine == "amd64" else machine


def write(folder: Path, facts: Mapping[str, str]) -> None:
    """Write the manifest of a bundle.

    Parameters
    ----------
    folder : Path
        The bundle. Every file in it is listed.
    facts : mapping
        ``python``, ``platform``, ``machine`` and ``lock`` (digest of the lock).
    """
    files = {
        name: {"bytes": (folder / name).stat().st_size, "sha256": digest(folder / name)} for name in _files(folder)
    }
    content = {"format": FORMAT, **facts, "files": files}
    (folder / NAME).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8", newline="\n")


def problems(folder: Path, *, lock: str) -> list[str]:
    """Say everything that keeps a bundle from being used here.

    Parameters
    ----------
    folder : Path
        The bundle.
    lock : str
        Digest of the lock of the project that is to be installed.

    Returns
    -------
    list of str
        One sentence for each problem; empty when every listed file has its digest, no wheel is
        unlisted, and the bundle was made for this project, Python and system.
    """
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        files = {str(name): str(entry["sha256"]) for name, entry in content["files"].items()}
    except OSError:
        return [f"there is no {NAME} in it; name the folder that `run.py bundle` wrote"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return [f"its {NAME} cannot be read; copy the bundle again"]
    here = {"format": FORMAT, "python": this_python(), "platform": this_platform(), "machine": this_machine()}
    found = [
        f"it was made for {name} {content.get(name)}, and this is {value}"
        for name, value in here.items()
        if content.get(name) != value
    ]
    if content.get("lock") != lock:
        found.append("it was made for another version of the project; run the project that is inside it")
    for name, packed in files.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing; copy the bundle again")
        elif digest(path) != packed:
            found.append(f"{name} is not the file that was packed; copy the bundle again")
    extra = [name for name in _files(folder / "wheels") if f"wheels/{name}" not in files]
    return found + [f"wheels/{name} is not in the manifest; take it out" for name in extra]


def _files(folder: Path) -> list[str]:
    """Paths of all files below a folder, with forward slashes, in one order on every system."""
    found = [Path(at, name) for at, _, names in os.walk(folder) for name in names]
    return sorted(path.relative_to(folder).as_posix() for path in found if path != folder / NAME)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
