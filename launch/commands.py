"""The words that ``run.py`` itself understands; every other word is a command of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launch import checks, environment, pinning
from launch.environment import ROOT, SetupError

HELP = """\
usage: python3 run.py COMMAND [options]

  briefing [options]       write the CompStat briefing and print where it is
  lab                      open the notebooks in JupyterLab
  test [--slow] [paths]    run the checks and the quick tests; --slow: the slow tests; paths: these tests only
  bundle [--out DIR] [--platform linux|windows] [--python 3.12]
                           one folder that installs on a machine without a network
  lock [--upgrade]         pin the packages again (needs uv and a network; for maintainers)

Any other command is the suite's own: `python3 run.py load --help`, `python3 run.py tables`.
The first run installs the pinned packages into .venv beside run.py. `--bundle DIR` with any command
installs them from a bundle instead, without a network.
"""

# JupyterLab asks for news and for updates at each start, and can install extensions; not here.
LAB = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.default_url=/lab/tree/notebooks",
    f"--ServerApp.root_dir={ROOT}",
    "--ServerApp.ip=127.0.0.1",
)


def take_bundle(words: Sequence[str]) -> tuple[list[str], Path | None]:
    """Part ``--bundle DIR`` from the other words.

    Parameters
    ----------
    words : sequence of str
        What was typed after ``run.py``.

    Returns
    -------
    tuple
        The other words in their order, and the bundle's folder or None.

    Raises
    ------
    SetupError
        When ``--bundle`` has no folder after it.

    Examples
    --------
    >>> take_bundle(["briefing", "--bundle", "b", "--week", "2026-W47"])[0]
    ['briefing', '--week', '2026-W47']
    """
    rest: list[str] = []
    bundle = None
    left = iter(words)
    for word in left:
        if word == "--bundle":
            bundle = next(left, "")
        elif word.startswith("--bundle="):
            bundle = word.removeprefix("--bundle=")
        else:
            rest.append(word)
    if bundle == "":
        raise SetupError("--bundle needs the folder of the bundle after it.", exit_code=2)
    return rest, None if bundle is None else Path(bundle).resolve()


def run_module(module: str, words: Sequence[str]) -> int:
    """Run a module in ``.venv`` in place of this process, and give its exit code where that cannot be."""
    command = [str(environment.python()), "-m", module, *words]
    env = environment.for_commands()
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(command[0], command, env)
    process = subprocess.Popen(command, env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the command got it too and decides


def dispatch(words: Sequence[str]) -> int:
    """Do what was typed after ``run.py`` and return the exit code."""
    words, bundle = take_bundle(words)
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if words else 2
    command, *rest = words
    if command == "lock":
        return pinning.write(rest)
    if command == "test":
        environment.ensure(["requirements.lock", "locks/dev.lock"], bundle=bundle)
        return checks.run(rest)
    environment.ensure(["requirements.lock"], bundle=bundle)
    if command == "lab":
        return run_module("jupyterlab", [*LAB, *rest])
    if command == "bundle":
        return run_module("launch.bundle", rest)
    return run_module("pcanalytics", words)


def main(words: Sequence[str]) -> int:
    """Run one command; a problem with the set-up is printed as one message."""
    try:
        return dispatch(words)
    except SetupError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again.", file=sys.stderr)
        return 130
