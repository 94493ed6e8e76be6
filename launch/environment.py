"""The folder ``.venv`` beside ``run.py``: made once, checked in milliseconds, never half-made.

A stamp inside it names the locks it was made from. It is taken away before packages change and
written when all are there, so that a run which was killed leaves no stamp, and the next one makes
the folder again. A complete folder is put aside while its successor is made, and put back if that fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from launch import manifest

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
FORMER = ROOT / ".venv.old"
STAMP = VENV / "stamp.json"
LOG = VENV / "install.log"

NO_NETWORK = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "getaddrinfo failed",
    "Network is unreachable",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Connection refused",
)


class SetupError(Exception):
    """The suite cannot be installed or run as asked; the message says what to do.

    Parameters
    ----------
    message : str
        What is wrong and what to do next.
    exit_code : int
        Exit code of the command; 2 is wrong use, 1 anything else.
    """

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def python() -> Path:
    """Path of the Python inside ``.venv``."""
    return script("python")


def script(name: str) -> Path:
    """Path of a program inside ``.venv``."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def for_commands() -> dict[str, str]:
    """Environment variables for a command of the suite: as they are, with ``.venv`` in front."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = os.pathsep.join([str(python().parent), env.get("PATH", os.defpath)])
    return env


def for_pip(*, offline: bool) -> dict[str, str]:
    """Environment variables for pip: a person's index and certificates stay, unless all comes from a bundle."""
    left_out = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES"}
    env = {key: value for key, value in os.environ.items() if key not in left_out}
    if offline:
        env = {key: value for key, value in env.items() if not key.startswith("PIP_")}
        env.update(PIP_CONFIG_FILE=os.devnull, PIP_NO_CACHE_DIR="1")
    env.update(PIP_USER="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONIOENCODING="utf-8")
    return env


def wanted(lock_names: Sequence[str]) -> dict[str, str]:
    """Digests of all that decides what is in ``.venv``: its place, the package's metadata, the locks.

    Parameters
    ----------
    lock_names : sequence of str
        Lock files, relative to the repository.

    Returns
    -------
    dict
        Name to digest. The settings of the tools in ``pyproject.toml`` are not part of it.

    Raises
    ------
    OSError
        When one of the files cannot be read.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    decides = {key: project[key] for key in ("build-system", "project")}
    decides["tool"] = project["tool"]["setuptools"]
    digests = {"place": str(VENV), "package": _sha256(json.dumps(decides, sort_keys=True).encode())}
    for name in lock_names:
        digests[name] = _sha256((ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    return digests


def missing(want: Mapping[str, str]) -> list[str]:
    """Name what ``.venv`` lacks of ``want``: nothing when all is there, everything when it is not complete."""
    stamped = _stamp()
    if stamped is None or stamped.get("place") != want["place"] or not python().exists() or not _home_exists():
        return list(want)
    return [name for name, digest in want.items() if stamped.get(name) != digest]


def ensure(lock_names: Sequence[str], *, bundle: Path | None = None) -> None:
    """Make ``.venv`` hold what the locks name, or do nothing when it already does.

    Parameters
    ----------
    lock_names : sequence of str
        Lock files, relative to the repository.
    bundle : Path, optional
        Folder of a bundle to install from, without a network.

    Raises
    ------
    SetupError
        When the packages cannot be had or the folder cannot be written.
    """
    want = wanted(lock_names)
    if not missing(want):
        return
    if not os.access(ROOT, os.W_OK):
        raise SetupError(f"{ROOT} cannot be written. Copy the folder to a place of your own and run it from there.")
    with _only_one() as guard:
        lacking = missing(want)
        if lacking:
            _install(want, lacking, lock_names, bundle, guard)


def _install(
    want: Mapping[str, str],
    lacking: Sequence[str],
    lock_names: Sequence[str],
    bundle: Path | None,
    guard: IO[str],
) -> None:
    source = ["--retries", "2"]
    if bundle is not None:
        problems = manifest.problems(bundle, lock=want[lock_names[0]])
        if problems:
            raise SetupError("\n".join([f"The bundle {bundle} cannot be used:", *(f"  - {p}" for p in problems)]))
        source = ["--no-index", "--find-links", str(bundle / "wheels")]
    began = time.monotonic()
    stamped = _stamp() or {}
    anew = "place" in lacking or any(name in stamped for name in lacking if name in lock_names)
    with _made_anew(bundle) if anew else _kept():
        for name in lock_names:
            if anew or name in lacking:
                _say(f"Installing the packages of {name} into .venv (only this once)")
                words = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / name)]
                _pip([*source, "--no-compile", *words], guard, offline=bundle is not None)
        if anew or "package" in lacking:
            words = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
            _pip(words, guard, offline=True)
        kept = {} if anew else stamped
        unfinished = STAMP.with_suffix(".part")
        unfinished.write_text(json.dumps({**kept, **want}, indent=1), encoding="utf-8")
        os.replace(unfinished, STAMP)
    _say(f"Ready after {time.monotonic() - began:.0f} s")


def _make(bundle: Path | None) -> None:
    """Make ``.venv`` with pip in it; a bundle brings a pip for a Python that was packed without one."""
    # The base Python's own path: run.py may have been started from the .venv that is going away.
    base = getattr(sys, "_base_executable", None) or sys.executable
    made = subprocess.run([base, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0:
        return
    wheel = next(iter(sorted((bundle / "pip").glob("pip-*.whl"))), None) if bundle else None
    if wheel is not None:
        _remove(VENV)
        bare = [base, "-m", "venv", "--without-pip", str(VENV)]
        fill = [str(python()), str(wheel / "pip"), "install", "--quiet", "--no-index", str(wheel)]
        for command in (bare, fill):
            made = subprocess.run(command, capture_output=True, text=True, env=for_pip(offline=True))
            if made.returncode:
                break
        else:
            return
    raise SetupError(
        f"This Python cannot make a virtual environment:\n{(made.stdout + made.stderr).strip()}\n"
        "On Debian and Ubuntu the package python3-venv is missing; elsewhere install Python anew."
    )


@contextmanager
def _made_anew(bundle: Path | None) -> Iterator[None]:
    """Make an empty ``.venv``; a complete former one comes back if what follows fails."""
    try:
        if _stamp() is not None:
            _remove(FORMER)
            os.replace(VENV, FORMER)
        else:
            _remove(VENV)
    except OSError as error:
        raise SetupError(
            f"{VENV} is in use ({error.strerror}). Close JupyterLab and the like, and run again."
        ) from error
    try:
        _make(bundle)
        yield
    except BaseException:
        if FORMER.exists():
            _remove(VENV)
            os.replace(FORMER, VENV)
        raise
    _remove(FORMER)


@contextmanager
def _kept() -> Iterator[None]:
    yield


def _pip(words: Sequence[str], guard: IO[str], *, offline: bool) -> None:
    """Run ``pip install``, its output in the log, one line of progress on a terminal."""
    command = [str(python()), "-m", "pip", "install", *words]
    # pip keeps the guard's file open, so that it stays locked if only this process is killed.
    inherited = () if os.name == "nt" else (guard.fileno(),)
    lines: list[str] = []
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=for_pip(offline=offline),
            pass_fds=inherited,
        )
        fetched = 0
        try:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.rstrip())
                if line.startswith(("Collecting ", "Processing ")):
                    fetched += 1
                    _progress(f"  {fetched} packages fetched: {line.split()[1].split('==')[0]}")
                elif line.startswith("Installing collected packages"):
                    # From here the folder is neither the former nor the new one until pip is done.
                    STAMP.unlink(missing_ok=True)
                    _progress("  unpacking")
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    _progress("")
    if code:
        raise SetupError(_why(lines))


def _why(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    if any(sign in text for sign in NO_NETWORK):
        return (
            "The package index cannot be reached, and the packages are not installed yet.\n"
            "Connect to the network for this one run, or make a bundle on a machine that is connected\n"
            "(`python3 run.py bundle`) and add `--bundle DIR` here."
        )
    if "No space left on device" in text:
        return f"The disk is full. The packages need about 1.5 GB in {VENV}."
    if "DO NOT MATCH THE HASHES" in text:
        last = "A package is not the one that the lock names. Nothing was installed; ask who keeps your package index."
        return "\n".join([*lines[-12:], last])
    return "\n".join([*lines[-15:], "", "The packages could not be installed; the lines above are pip's own."])


@contextmanager
def _only_one() -> Iterator[IO[str]]:
    """Hold the one right to change ``.venv``; the system gives it back if this process dies."""
    with (ROOT / ".venv.lock").open("a+", encoding="utf-8") as guard:
        told = False
        while not _take(guard):
            if not told:
                _say("Another run.py is installing; waiting for it")
                told = True
            time.sleep(0.5)
        yield guard


def _take(guard: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            guard.seek(0)
            msvcrt.locking(guard.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stamp() -> dict[str, str] | None:
    """Read the stamp; None when there is none or it cannot be read, which both mean not complete."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and "place" in stamp else None


def _home_exists() -> bool:
    """Tell whether the Python that ``.venv`` was made from is still on the machine."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    home = next((line.partition("=")[2].strip() for line in lines if line.partition("=")[0].strip() == "home"), "")
    return Path(home).is_dir()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _progress(text: str) -> None:
    """Rewrite one line on a terminal; say nothing in a log."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" + text[:78])
        sys.stderr.flush()
