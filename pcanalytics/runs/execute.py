"""One notebook run from its first cell to its last, or one readable error."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pcanalytics import errors
from pcanalytics.errors import InputRejected, PcanalyticsError, UsageError
from pcanalytics.runs.files import write_whole
from pcanalytics.runs.kernel import KERNEL_NAME, kernel_folder, kernel_manager
from pcanalytics.runs.parameters import checked_parameters
from pcanalytics.runs.warm import WarmParent

__all__ = ["RunFailed", "execute", "read_notebook", "stop_kernels"]

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_ARROW = re.compile(r"^-+> +\d+ (.*)$", re.MULTILINE)


class RunFailed(PcanalyticsError):
    """A notebook did not run to its end. The message names notebook, section and line, and no value."""


def execute(
    notebook_path: Path | str,
    parameters: Mapping[str, Any],
    output_path: Path | str | None = None,
    *,
    timeout: float = 600.0,
    started: list[Any] | None = None,
    warm: WarmParent | None = None,
) -> dict[str, Any]:
    """Run a notebook with Papermill, strictly.

    Parameters
    ----------
    notebook_path : path
        The notebook. Its cell tagged ``parameters`` declares what may be given.
    parameters : mapping of str to object
        Parameter to value; see :func:`pcanalytics.runs.checked_parameters`.
    output_path : path, optional
        Where to keep the executed notebook, whole or not at all. A failed one is kept too, with the
        place marked and what the failure said taken out.
    timeout : float
        Seconds for the whole run.
    started : list, optional
        Gets the run's kernel, for :func:`stop_kernels`.
    warm : WarmParent, optional
        What to fork the kernel from.

    Returns
    -------
    dict
        The executed notebook.

    Raises
    ------
    UnknownName, UsageError
        When a parameter is not declared or does not fit, before any kernel starts.
    InputRejected
        When the file is no notebook, or declares its parameters wrongly.
    RunFailed
        When a cell fails or takes too long, or the kernel dies.
    PcanalyticsError
        An error of the suite that a cell raised, of its own kind and exit code.

    Examples
    --------
    >>> execute("notebooks/09_weekly_compstat.ipynb", {"wekk": "2026-W47"})  # doctest: +SKIP
    Traceback (most recent call last):
    pcanalytics.errors.UnknownName: There is no parameter 'wekk'. Did you mean 'week'? Known: district, week, workspace.
    """
    path = Path(notebook_path)
    notebook = read_notebook(path)
    values = checked_parameters(notebook, parameters, name=path.name)
    if not timeout > 0:
        raise UsageError("timeout must be above zero seconds.")
    started = [] if started is None else started
    with kernel_folder() as folder:
        kept = Path(folder) / "executed.ipynb"
        try:
            manager = kernel_manager(Path(folder), started, warm)
            done = _in_own_thread(path, kept, values, timeout, manager, started)
        except _failures() as failure:
            error = _readable(failure, path, notebook, timeout)
            if output_path is not None and kept.exists():
                write_whole(Path(output_path), _bytes(_without_words(json.loads(kept.read_text("utf-8")))))
            raise error from None
    if output_path is not None:
        write_whole(Path(output_path), _bytes(done))
    return done


def stop_kernels(started: list[Any]) -> None:
    """End the kernels of runs that a person stopped.

    Parameters
    ----------
    started : list
        As :func:`execute` filled it. A kernel that has ended by itself is passed over.

    Examples
    --------
    >>> stop_kernels([])
    """
    for kernel in started:
        if kernel.pid and kernel.has_process:
            try:
                os.kill(kernel.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            except ProcessLookupError:
                continue


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    UsageError
        When it is not there.
    InputRejected
        When it is no notebook.

    Examples
    --------
    >>> read_notebook(Path("gone.ipynb"))
    Traceback (most recent call last):
    pcanalytics.errors.UsageError: There is no notebook gone.ipynb.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook["cells"], list):
            raise TypeError
    except FileNotFoundError:
        raise UsageError(f"There is no notebook {path.name}.") from None
    except (ValueError, KeyError, TypeError):
        raise InputRejected(f"{path.name} is no notebook.") from None
    return notebook


def _in_own_thread(
    path: Path, kept: Path, values: dict[str, Any], timeout: float, manager: type, started: list[Any]
) -> dict[str, Any]:
    """Run in a thread, so that Ctrl-C reaches this one, and so that a running JupyterLab may call."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(_run, path, kept, values, timeout, manager)
        try:
            return running.result()
        except KeyboardInterrupt:
            stop_kernels(started)
            raise


def _run(path: Path, kept: Path, values: dict[str, Any], timeout: float, manager: type) -> dict[str, Any]:
    import papermill  # takes 1.6 s to import, and most commands run no notebook
    from jupyter_core.utils import ensure_event_loop

    end = time.monotonic() + timeout
    loop = ensure_event_loop()
    try:
        done = papermill.execute_notebook(
            str(path),
            str(kept),
            parameters=values,
            kernel_name=KERNEL_NAME,
            language="python",
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            request_save_on_cell_execute=False,
            start_timeout=60,
            kernel_manager_class=manager,
            timeout_func=lambda cell: max(1, int(end - time.monotonic())),
        )
    finally:
        loop.close()
    return json.loads(json.dumps(done))


def _failures() -> tuple[type[Exception], ...]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    return (PapermillExecutionError, CellTimeoutError, DeadKernelError, RuntimeError)


def _readable(failure: Exception, path: Path, notebook: dict[str, Any], timeout: float) -> PcanalyticsError:
    """Say where a run stopped and at what, without what the failing line was handling."""
    name, index = getattr(failure, "ename", ""), getattr(failure, "cell_index", None)
    where = f"{path.name} stopped"
    if index is not None:
        where += f" under {_section(notebook, _without_added(index, notebook))!r}"
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, PcanalyticsError):
        error = kind.__new__(kind)
        PcanalyticsError.__init__(error, f"{where}: {failure.evalue}")  # type: ignore[attr-defined]
        return error
    if name:
        return RunFailed(f"{where} with a {name} at the line: {_line(failure)}")
    if type(failure).__name__ == "CellTimeoutError":
        return RunFailed(f"{where}: the whole run may take {timeout:g} seconds, and took longer.")
    return RunFailed(f"{where}: its kernel ended by itself. It may have run out of memory.")


def _without_added(index: int, notebook: dict[str, Any]) -> int:
    """Give a cell's place before Papermill put its own cell after the parameters."""
    tagged = [n for n, cell in enumerate(notebook["cells"]) if "parameters" in cell.get("metadata", {}).get("tags", [])]
    return index - 1 if tagged and index > tagged[0] else index


def _section(notebook: dict[str, Any], index: int) -> str:
    """Give the last heading above a cell."""
    for cell in reversed(notebook["cells"][: index + 1]):
        if cell["cell_type"] == "markdown":
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            for line in source.splitlines():
                if line.startswith("#"):
                    return line.lstrip("#").strip()
    return "the first cells"


def _line(failure: Exception) -> str:
    """Give the line of the notebook that failed, as its author wrote it."""
    shown = _COLOR.sub("", "\n".join(getattr(failure, "traceback", [])))
    match = _ARROW.search(shown)
    return match[1].strip() if match else "(not known)"


def _without_words(notebook: dict[str, Any]) -> dict[str, Any]:
    """Take out what a failure said, which may quote a record, and Papermill's banner."""
    cells = [cell for cell in notebook["cells"] if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])]
    for cell in cells:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                output["evalue"], output["traceback"] = "", [f"{output['ename']} (what it said is not kept)"]
    return {**notebook, "cells": cells}


def _bytes(notebook: dict[str, Any]) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
