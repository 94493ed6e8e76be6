"""Pin the newest packages that ``pyproject.toml`` allows, for every Python and system at once."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
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
    "--upgrade",
    "--quiet",
)


def write(folder: Path = ROOT) -> int:
    """Write ``requirements.lock`` and one lock for each extra, which keeps to its versions.

    Parameters
    ----------
    folder : Path
        The project. Needs uv on the path and a network.

    Returns
    -------
    int
        Exit code: 0.

    Raises
    ------
    SetupError
        When uv is missing or finds no solution; the locks that were there stay.
    """
    uv = shutil.which("uv")
    if uv is None:
        raise SetupError("Writing the locks needs uv: `python3 -m pip install uv` in an environment of yours.")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    main = folder / "requirements.lock"
    (folder / "locks").mkdir(exist_ok=True)
    _compile(uv, project["dependencies"], main, [])
    for name, requirements in project["optional-dependencies"].items():
        _compile(uv, requirements, folder / "locks" / f"{name}.lock", ["--constraint", str(main)])
    return 0


def _compile(uv: str, requirements: list[str], lock: Path, more: list[str]) -> None:
    command = [uv, "pip", "compile", *OPTIONS, *more, "-"]
    done = subprocess.run(command, input="\n".join(requirements), stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if done.returncode:
        raise SetupError(f"uv found no solution for {lock.name}; it is as it was.")
    lock.write_text(done.stdout, encoding="utf-8", newline="\n")
    print(f"{lock.relative_to(lock.parents[1] if lock.parent.name == 'locks' else lock.parent)} written")
