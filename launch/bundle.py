"""Write one folder that installs on a machine with no network: wheels, the project, digests.

Run with the Python of ``.venv``, which has pip and ``packaging``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.markers import Marker

from launch import manifest
from launch.environment import ROOT, SetupError, for_pip, wanted

LOCK = "requirements.lock"
NOT_PACKED = {".git", ".venv", ".venv.old", ".venv.lock", ".pcanalytics", "__pycache__", "bundle", "node_modules"}
GLIBC = range(36, 16, -1)  # manylinux_2_36 down to manylinux_2_17
MARKERS = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    "windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
}
TAGS = {
    "linux": [*(f"manylinux_2_{minor}_x86_64" for minor in GLIBC), "manylinux2014_x86_64", "linux_x86_64"],
    "windows": ["win_amd64"],
}
README = """\
pcanalytics, for {platform} with Python {python}, no network needed
{line}
1. Copy this whole folder to the machine; on Windows to a short path such as C:\\pcanalytics.
2. Open a terminal in the folder "project" inside it. No administrator rights are needed.
3. {command} run.py briefing --bundle ..
   checks every file against manifest.json, installs into project{slash}.venv (about 1.5 GB),
   writes the briefing of the sample city and prints its path.
4. Afterwards, with nothing to install:
     {command} run.py lab          the notebooks in JupyterLab
     {command} run.py --help       all the rest
Your own city: project{slash}docs{slash}start.md.

wheels{slash} holds the packages, each pinned by its digest in project{slash}requirements.lock.
manifest.json holds the digest of every file here; its own SHA-256 is printed when it is made,
so that you can compare it after carrying the folder across.
"""


def main(words: Sequence[str]) -> int:
    """Make the bundle that the words ask for, and print where it is."""
    parser = argparse.ArgumentParser(prog="run.py bundle", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "bundle", help="folder to write (default: bundle)")
    parser.add_argument("--platform", choices=sorted(MARKERS), default=manifest.this_platform())
    parser.add_argument("--python", choices=["3.11", "3.12", "3.13"], default=manifest.this_python())
    options = parser.parse_args(words)
    out = options.out.resolve()
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / manifest.NAME).is_file())):
        raise SetupError(f"{out} is there and is not a bundle. Name another folder with --out.", exit_code=2)
    part = out.with_name(out.name + ".part")
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True)
    try:
        _fill(part, options.platform, options.python)
        if out.exists():
            shutil.rmtree(out)
        os.replace(part, out)
    except BaseException:
        shutil.rmtree(part)
        raise
    megabytes = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
    print(f"{out} written: {megabytes:.0f} MB for {options.platform} with Python {options.python}")
    print(f"SHA-256 of its {manifest.NAME}: {manifest.digest(out / manifest.NAME)}")
    return 0


def lock_for(lock: str, platform: str, python: str) -> str:
    r"""Take from a universal lock what one system and Python need, without the markers.

    Parameters
    ----------
    lock : str
        Text of the lock.
    platform : str
        ``linux`` or ``windows``.
    python : str
        ``3.11``, ``3.12`` or ``3.13``; markers on a patch release are read as for its newest.

    Returns
    -------
    str
        Text of the lock for that system.

    Examples
    --------
    >>> text = "a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:0\nb==2 \\\n    --hash=sha256:1\n"
    >>> lock_for(text, "linux", "3.12").splitlines()[0]
    'b==2 \\'
    """
    environment = {
        **MARKERS[platform],
        "python_version": python,
        "python_full_version": f"{python}.99",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return "".join(
        requirement + " \\\n" + hashes
        for requirement, marker, hashes in _entries(lock)
        if not marker or Marker(marker).evaluate(environment)
    )


def _entries(lock: str) -> Iterator[tuple[str, str, str]]:
    """Give each package of a lock as its requirement, its marker and the lines of its hashes."""
    lines = lock.splitlines(keepends=True)
    starts = [position for position, line in enumerate(lines) if not line.startswith((" ", "#"))]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        requirement, _, marker = lines[start].rstrip("\\\n ").partition(" ; ")
        yield requirement, marker, "".join(lines[start + 1 : end])


def _fill(folder: Path, platform: str, python: str) -> None:
    wheels = folder / "wheels"
    wheels.mkdir()
    target = folder / LOCK
    target.write_text(lock_for((ROOT / LOCK).read_text(encoding="utf-8"), platform, python), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--requirement", str(target), "--dest", str(wheels), "--quiet"]
    if (platform, python) != (manifest.this_platform(), manifest.this_python()):
        abi = "cp" + python.replace(".", "")
        command += ["--python-version", python, "--implementation", "cp"]
        command += [word for name in (abi, "abi3", "none") for word in ("--abi", name)]
        command += [word for tag in TAGS[platform] for word in ("--platform", tag)]
    print("Fetching the wheels", file=sys.stderr, flush=True)
    if subprocess.call(command, env=for_pip(offline=False)):
        raise SetupError("The wheels could not be fetched; the lines above are pip's own.")
    target.unlink()
    for name in _project_files():
        copy = folder / "project" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
    words = {"windows": ("py", "\\")}.get(platform, ("python3", "/"))
    text = README.format(platform=platform, python=python, line="=" * 66, command=words[0], slash=words[1])
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\r\n" if platform == "windows" else "\n")
    machine = "x86_64" if platform in MARKERS else manifest.this_machine()
    facts = {"python": python, "platform": platform, "machine": machine, "lock": wanted([LOCK])[LOCK]}
    manifest.write(folder, facts)


def _project_files() -> list[str]:
    """Files of the project: those git tracks, or outside a clone all that the project did not make itself."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        names = [path.as_posix() for path in paths if not NOT_PACKED & set(path.parts)]
    return [name for name in names if (ROOT / name).is_file()]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
