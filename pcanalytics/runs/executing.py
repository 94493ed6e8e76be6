"""One notebook run from its first cell to its last, or one readable error."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from pcanalytics import errors
from pcanalytics.errors import PcanalyticsError, UsageError
from pcanalytics.runs.files import write_whole
from pcanalytics.runs.kernel import KERNEL_NAME, kernel_manager
from pcanalytics.runs.parameters import checked_parameters, read_notebook
from pcanalytics.runs.scratch import scratch_folder
from pcanalytics.runs.warm import WarmParent

__all__ = ["RunFailed", "execute", "stop_kernels", "where_failed"]

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_ARROW = re.compile(r"^-+> +\d+ (.*)$", re.MULTILINE)


class RunFailed(PcanalyticsError):
    """A notebook did not run to its end. The message names notebook, section and line, and no value."""


def where_failed(error: BaseException) -> dict[str, str]:
    """Say of a failed run what kind of error ended it and under which heading, and nothing that a record says.

    Parameters
    ----------
    error : BaseException
        As :func:`execute` raised it, or any other.

    Returns
    -------
    dict of str to str
        ``kind``, and ``section`` where the error is a cell's.

    Examples
    --------
    >>> where_failed(RunFailed("09.ipynb stopped"))
    {'kind': 'RunFailed'}
    """
    found = {"kind": getattr(error, "cell_error", "") or type(error).__name__}
    section = getattr(error, "section", "")
    return {**found, "section": section} if section else found


def execute(
    notebook_path: Path | str,
    parameters: Mapping[str, Any],
    output_path: Path | str | None = None,
    *,
    failed_path: Path | str | None = None,
    timeout: float = 600.0,
    cell_timeout: float | None = None,
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
        Where to keep the executed notebook, whole or not at all, for this user's eyes alone.
    failed_path : path, optional
        Where to keep one that failed, with the place marked and what the failure said taken out; ``output_path``
        without it.
    timeout : float
        Seconds for the whole run.
    cell_timeout : float, optional
        Seconds for each cell.
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
    if not timeout > 0 or not (cell_timeout is None or cell_timeout > 0):
        raise UsageError("timeout and cell_timeout must be above zero seconds.")
    limits = _Limits(timeout, cell_timeout)
    started = [] if started is None else started
    with scratch_folder() as folder:
        try:
            done = _executed(path, values, limits, folder, started, warm)
        except _failures() as failure:
            stopped = limits.stopped()
            error = _readable(failure, path, _section(stopped or notebook), limits)
            failed_path = failed_path or output_path
            if failed_path is not None and stopped is not None:
                write_whole(Path(failed_path), _bytes(_without_words(stopped)), mode=0o600)
            raise error from None
    if output_path is not None:
        write_whole(Path(output_path), _bytes(done), mode=0o600)
    return done


class _Limits:
    """The time that a run may still take, and the time that a cell may; and how far the run came."""

    def __init__(self, run: float, cell: float | None) -> None:
        self.run, self.cell = run, cell
        self.notebook: Any = None
        self._end = time.monotonic() + run
        self._last: Any = None

    def for_next_cell(self, cell: object) -> int:
        """Give the whole seconds that the next cell has, as nbclient asks for them."""
        self._last = cell
        left = self._end - time.monotonic()
        return max(1, int(left if self.cell is None else min(left, self.cell)))

    @property
    def has_begun(self) -> bool:
        """Tell whether a cell was begun."""
        return self._last is not None

    def stopped(self) -> dict[str, Any] | None:
        """Give the notebook as far as it ran, its last cell marked; Papermill marks those alone that raised an error."""
        if self.notebook is None:
            return None
        if self._last is not None:
            self._last.metadata.papermill["status"] = "failed"
        found: dict[str, Any] = json.loads(json.dumps(self.notebook))
        return found

    def words(self) -> str:
        """Say which of the two was reached."""
        if self.cell is not None and time.monotonic() < self._end - 1:
            return f"each cell may take {self.cell:g} seconds, and one took longer."
        return f"the whole run may take {self.run:g} seconds, and took longer."


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


def _executed(
    path: Path, values: dict[str, Any], limits: _Limits, folder: Path, started: list[Any], warm: WarmParent | None
) -> dict[str, Any]:
    """Run once; a second time, with a kernel that starts by itself, when a forked one ended before the first cell."""
    try:
        return _in_own_thread(path, values, limits, kernel_manager(folder, started, warm), started)
    except _failures():
        if warm is None or limits.has_begun:
            raise
    with scratch_folder() as another:
        return _in_own_thread(path, values, limits, kernel_manager(another, started), started)


def _in_own_thread(
    path: Path, values: dict[str, Any], limits: _Limits, manager: type, started: list[Any]
) -> dict[str, Any]:
    """Run in a thread, so that Ctrl-C reaches this one, and so that a running JupyterLab may call."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(_run, path, values, limits, manager)
        try:
            return running.result()
        except KeyboardInterrupt:
            stop_kernels(started)
            raise


def _run(path: Path, values: dict[str, Any], limits: _Limits, manager: type) -> dict[str, Any]:
    import papermill  # takes 1.6 s to import, and most commands run no notebook
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    try:
        done = papermill.execute_notebook(
            str(path),
            None,
            parameters=values,
            engine_name=_engine(),
            limits=limits,
            kernel_name=KERNEL_NAME,
            language="python",
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            request_save_on_cell_execute=False,
            start_timeout=60,
            kernel_manager_class=manager,
            timeout_func=limits.for_next_cell,
        )
    finally:
        loop.close()
    return json.loads(json.dumps(done))


@cache
def _engine() -> str:
    """Tell Papermill of an engine that keeps hold of the notebook, for when a run is cut short; give its name."""
    from papermill.engines import NBClientEngine, papermill_engines

    class KeepingEngine(NBClientEngine):
        """Papermill's own, which gives nothing back of a run that took too long or whose kernel ended."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, limits: _Limits, **named: Any) -> Any:
            """Execute it."""
            limits.notebook = nb_man.nb
            return super().execute_managed_notebook(nb_man, kernel_name, **named)

    papermill_engines.register("pcanalytics", KeepingEngine)
    return "pcanalytics"


def _failures() -> tuple[type[Exception], ...]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    return (PapermillExecutionError, CellTimeoutError, DeadKernelError, RuntimeError)


def _readable(failure: Exception, path: Path, section: str, limits: _Limits) -> PcanalyticsError:
    """Say where a run stopped and at what, without what the failing line was handling."""
    name = getattr(failure, "ename", "")
    error = _error(failure, name, path.name + " stopped" + (f" under {section!r}" if section else ""), limits)
    error.section, error.cell_error = section, name  # type: ignore[attr-defined]
    return error


def _error(failure: Exception, name: str, where: str, limits: _Limits) -> PcanalyticsError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, PcanalyticsError):
        error = kind.__new__(kind)
        PcanalyticsError.__init__(error, f"{where}: {failure.evalue}")  # type: ignore[attr-defined]
        return error
    if name:
        return RunFailed(f"{where} with a {name} at the line: {_line(failure)}")
    if type(failure).__name__ == "CellTimeoutError":
        return RunFailed(f"{where}: {limits.words()}")
    return RunFailed(f"{where}: its kernel ended by itself. It may have run out of memory.")


def _section(notebook: dict[str, Any]) -> str:
    """Give the last heading above the cell at which a run stopped; nothing when it stopped at none."""
    heading = "the first cells"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            headings = [line.lstrip("#").strip() for line in source.splitlines() if line.startswith("#")]
            heading = headings[0] if headings else heading
        if cell["metadata"].get("papermill", {}).get("status") in ("failed", "running"):
            return heading
    return ""


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
