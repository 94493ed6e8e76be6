"""Pin the packages that ``pyproject.toml`` asks for, for every Python and system at once."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

from launch.environment import ROOT, SetupError

# Hashes are in, registries are out: a lock names packages, and each machine knows where it gets them.
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-header",
    "--no-annotate",
    "--quiet",
)


def write(words: Sequence[str] = (), folder: Path = ROOT) -> int:
    """Write ``requirements.lock`` and one lock for each extra, which keeps to its versions.

    Parameters
    ----------
    words : sequence of str
        Options for uv: with ``--upgrade`` the newest releases, without it only what has to change.
    folder : Path
        The project. Needs uv on the path and a network.

    Returns
    -------
    int
        Exit code: 0.

    Raises
    ------
    SetupError
        When uv is missing or finds no solution; the lock it was at stays as it was.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError("Writing the locks needs uv: `python3 -m pip install uv` in an environment of yours.")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (folder / "locks").mkdir(exist_ok=True)
    main = "requirements.lock"
    compiled: dict[str, tuple[list[str], list[str]]] = {main: (project["dependencies"], [])}
    for name, requirements in project["optional-dependencies"].items():
        compiled[f"locks/{name}.lock"] = (requirements, ["--constraint", main])
    for lock, (requirements, more) in compiled.items():
        command = [uv, "pip", "compile", *OPTIONS, *words, *more, "--output-file", lock, "-"]
        done = subprocess.run(command, cwd=folder, input="\n".join(requirements), stdout=subprocess.DEVNULL, text=True)
        if done.returncode:
            raise SetupError(f"{lock} is as it was; the lines above are uv's own.")
        print(f"{lock} written")
    return 0
