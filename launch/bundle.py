"""Write one folder that installs on a machine with no network: wheels, the project, digests.

Run with the Python of ``.venv``, which has pip and ``packaging``.
"""

from __future__ import annotations

import argparse
import ensurepip
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.markers import Marker

from launch import manifest
from launch.environment import ROOT, SetupError, for_pip, wanted

LOCK = "requirements.lock"
MADE_HERE = {
    *(".git", ".venv", ".venv.old", ".venv.lock", ".pcanalytics", "bundle", "__pycache__", "pcanalytics.egg-info"),
    *(".hypothesis", ".import_linter_cache", ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
}
GLIBC = range(28, 16, -1)  # wheels for any Linux of 2019 or later, whatever this machine has
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
    if options.platform not in MARKERS:
        parser.error("name --platform linux or --platform windows; bundles are for x86-64 machines with one of these")
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


def locks_for(lock: str, platform: str, python: str) -> dict[str, str]:
    r"""Take from a universal lock what one system and Python need, without the markers.

    Parameters
    ----------
    lock : str
        Text of the lock.
    platform : str
        ``linux`` or ``windows``.
    python : str
        ``3.11``, ``3.12`` or ``3.13``.

    Returns
    -------
    dict
        Full version of Python to lock: all that its newest patch release needs and, where its
        oldest needs other packages, a second lock of only those. One package may so be in both,
        in two versions.

    Examples
    --------
    >>> text = "a==1 ; sys_platform == 'win32' \\\n    --hash=sha256:0\nb==2 \\\n    --hash=sha256:1\n"
    >>> {version: lock.splitlines()[0] for version, lock in locks_for(text, "linux", "3.12").items()}
    {'3.12.99': 'b==2 \\'}
    """
    newest, oldest = (
        [
            requirement + " \\\n" + hashes
            for requirement, marker, hashes in lock_entries(lock)
            if not marker or Marker(marker).evaluate(_environment(platform, f"{python}.{patch}"))
        ]
        for patch in (99, 0)
    )
    both = {f"{python}.99": newest, f"{python}.0": [entry for entry in oldest if entry not in newest]}
    return {version: "".join(entries) for version, entries in both.items() if entries}


def _environment(platform: str, version: str) -> dict[str, str]:
    return {
        **MARKERS[platform],
        "python_version": version.rpartition(".")[0],
        "python_full_version": version,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def lock_entries(lock: str) -> Iterator[tuple[str, str, str]]:
    """Give each package of a lock as its requirement, its marker and the lines of its hashes."""
    lines = lock.splitlines(keepends=True)
    starts = [position for position, line in enumerate(lines) if not line.startswith((" ", "#"))]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        requirement, _, marker = lines[start].rstrip("\\\n ").partition(" ; ")
        yield requirement, marker, "".join(lines[start + 1 : end])


def _fill(folder: Path, platform: str, python: str) -> None:
    wheels = folder / "wheels"
    wheels.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--dest", str(wheels), "-qq", "--implementation", "cp"]
    command += [word for abi in ("cp" + python.replace(".", ""), "abi3", "none") for word in ("--abi", abi)]
    command += [word for tag in TAGS[platform] for word in ("--platform", tag)]
    print("Fetching the wheels", file=sys.stderr, flush=True)
    target = folder / LOCK
    for version, text in locks_for((ROOT / LOCK).read_text(encoding="utf-8"), platform, python).items():
        target.write_text(text, encoding="utf-8")
        chosen = ["--python-version", version, "--requirement", str(target)]
        if subprocess.call([*command, *chosen], env=for_pip(offline=False)):
            raise SetupError("The wheels could not be fetched; the lines above are pip's own.")
    target.unlink()
    _copy_pip(folder / "pip")
    for name in project_files():
        copy = folder / "project" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy)
    words = {"windows": ("py", "\\")}.get(platform, ("python3", "/"))
    text = README.format(platform=platform, python=python, line="=" * 66, command=words[0], slash=words[1])
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\r\n" if platform == "windows" else "\n")
    facts = {"python": python, "platform": platform, "machine": "x86_64", "lock": wanted([LOCK])[LOCK]}
    manifest.write(folder, facts)


def _copy_pip(folder: Path) -> None:
    """Add the pip that this Python carries, for a Python that was packed without one, as Debian's is."""
    carried = [*(Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")]
    if place := sysconfig.get_config_var("WHEEL_PKG_DIR"):
        carried += Path(place).glob("pip-*.whl")
    folder.mkdir()
    for wheel in carried[:1]:
        shutil.copyfile(wheel, folder / wheel.name)


def project_files() -> list[str]:
    """List the files of the project: those git tracks, or outside a clone all that was not made by running it."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        names = [name for name in listed.stdout.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path.relative_to(ROOT) for path in sorted(ROOT.rglob("*"))]
        names = [path.as_posix() for path in paths if not MADE_HERE & set(path.parts)]
        names = [name for name in names if not name.startswith("reports/") or name == "reports/schedule.toml"]
    return [name for name in names if (ROOT / name).is_file()]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
