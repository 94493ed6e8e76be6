"""A process that has imported once and becomes a kernel for each notebook by forking. Linux and macOS only.

Starting a kernel and importing the suite takes seconds a notebook; forking a process that has
imported already takes hundredths. Each notebook still has a process of its own, which begins with nothing in it
but imported modules: no data, no connection, no thread of Python's. ``docs/decisions/0022`` gives figures.

The process reads one JSON line for each kernel from its standard input, and answers with the kernel's
process id. It ends when its input ends, and with it its kernels.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["ANSWER_SECONDS", "KERNELS_VARIABLE", "ForkedKernel", "WarmParent", "imported_modules", "is_possible"]


#: Set to ``plain``, kernels start by themselves on every system.
KERNELS_VARIABLE = "PCANALYTICS_KERNELS"

#: How long a process may take to import and to fork, before kernels start by themselves.
ANSWER_SECONDS = 60.0


def is_possible() -> bool:
    """Tell whether this system forks safely after imports, and nobody asked for plain kernels.

    Examples
    --------
    >>> is_possible() and os.name == "nt"
    False
    """
    can_fork = sys.platform.startswith("linux") or sys.platform == "darwin"
    return can_fork and os.environ.get(KERNELS_VARIABLE, "") != "plain"


def imported_modules(notebook: Mapping[str, Any]) -> list[str]:
    r"""List what the cells of a notebook import, in order, each once.

    Parameters
    ----------
    notebook : mapping
        A notebook as read. A cell that is no Python is passed over; running it will say so.

    Returns
    -------
    list of str
        Module names; of ``from package import module`` the package and the possible module.

    Examples
    --------
    >>> imported_modules({"cells": [{"cell_type": "code", "source": "import json\nfrom os import path"}]})
    ['json', 'os', 'os.path']
    """
    names: dict[str, None] = {}
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "code" and "import" in source:
            try:
                statements = ast.parse(source).body
            except SyntaxError:
                continue
            for statement in statements:
                if isinstance(statement, ast.Import):
                    names |= dict.fromkeys(alias.name for alias in statement.names)
                elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                    names |= dict.fromkeys([statement.module])
                    names |= dict.fromkeys(f"{statement.module}.{alias.name}" for alias in statement.names)
    return list(names)


class ForkedKernel:
    """A forked kernel, with the part of ``subprocess.Popen`` that Jupyter uses.

    Parameters
    ----------
    pid : int
        Its process id. It is nobody's child here, so its exit code is not known.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Give ``None`` while it runs, then 0."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Give 0; Jupyter asks only after the kernel has ended."""
        return 0

    def send_signal(self, number: int) -> None:
        """Send it a signal; one that has ended gets none, as with ``subprocess.Popen``."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class WarmParent:
    """The process that forks kernels, seen from the run. Use it as a context.

    Parameters
    ----------
    modules : sequence of str
        What it imports before the first kernel.
    settings : mapping of str to str
        Environment variables that must hold while importing, such as thread counts.

    Examples
    --------
    >>> with WarmParent(["json"], dict(os.environ)) as parent:  # doctest: +SKIP
    ...     parent.fork(["-f", "kernel.json"], {}).pid
    """

    def __init__(self, modules: Sequence[str], settings: Mapping[str, str]) -> None:
        self._one_at_a_time = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pcanalytics.runs.warm", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **settings},
            text=True,
        )

    def __enter__(self) -> WarmParent:
        """Give itself; the process imports meanwhile."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and with it what it forked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # it may have ended by itself
            self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()

    def stop(self) -> None:
        """End the process now; a kernel asked of it afterwards is ``None``."""
        self._process.kill()

    def fork(self, arguments: Sequence[str], settings: Mapping[str, str]) -> ForkedKernel | None:
        """Start a kernel.

        Parameters
        ----------
        arguments : sequence of str
            The kernel's own arguments, such as ``-f`` and its connection file.
        settings : mapping of str to str
            Its environment.

        Returns
        -------
        ForkedKernel or None
            ``None`` when the process has ended, for example because an import failed, or gives no answer in
            :data:`ANSWER_SECONDS`.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._one_at_a_time:
            try:
                self._process.stdin.write(json.dumps([list(arguments), dict(settings)]) + "\n")
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                return None
            if not select.select([self._process.stdout], [], [], ANSWER_SECONDS)[0]:
                self.stop()  # it hangs, perhaps in an import, and no limit of a run would end that
            answer = self._process.stdout.readline()
        return ForkedKernel(int(answer)) if answer else None


def _serve(modules: Sequence[str]) -> None:
    """Import, then fork a kernel for each line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends this process
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels that end are cleared away by the system
    importlib.import_module("ipykernel.kernelapp")
    for name in modules:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            package, _, member = name.rpartition(".")  # of "from package import name" the name may be no module,
            getattr(importlib.import_module(package), member, None)  # and its module be imported when it is asked for
    requests = sys.stdin
    while line := requests.readline():
        arguments, settings = json.loads(line)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_kernel([*arguments, f"--IPKernelApp.parent_handle={parent}"], settings)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become_kernel(arguments: list[str], settings: Mapping[str, str]) -> None:
    """Turn this fork into a kernel; does not come back."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        os.environ.clear()
        os.environ.update(settings)
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=arguments)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1:])
