"""The kernel a run starts: this interpreter's, over files instead of ports, with nothing of the user's in it.

What Jupyter finds installed on a machine may point to an interpreter that is gone, and a user's own
start-up files would change a report that nobody watches. So a run brings its kernel's description itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

import pcanalytics
from pcanalytics.runs.warm import WarmParent

__all__ = ["KERNEL_NAME", "kernel_manager", "kernel_settings"]

#: The kernel name that every notebook stores.
KERNEL_NAME = "python3"

#: One notebook is one core's work: two run side by side. Locale and zone are fixed, so that the same
#: inputs give the same bytes on any machine.
_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "PYTHONWARNINGS": "",
    "MPLBACKEND": "agg",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # macOS ends a fork of a process that loaded its libraries, without it
}


def kernel_settings(folder: Path | None = None) -> dict[str, str]:
    """Give the environment of a kernel, beside what the machine sets.

    Parameters
    ----------
    folder : Path, optional
        The run's private folder.

    Examples
    --------
    >>> kernel_settings()["OMP_NUM_THREADS"]
    '1'
    """
    above = str(Path(pcanalytics.__file__).parents[1])
    paths = [above, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    own = {} if folder is None else {"IPYTHONDIR": str(folder / "ipython")}
    return {**_SETTINGS, "PYTHONPATH": os.pathsep.join(paths), **own}


def kernel_manager(folder: Path, started: list[Any], warm: WarmParent | None = None) -> type:
    """Give the class that starts one run's kernel.

    Parameters
    ----------
    folder : Path
        The run's private folder, for the connection.
    started : list
        Every kernel that starts is added, so that a caller can end it.
    warm : WarmParent, optional
        What to fork the kernel from; without it, or when it has ended, the kernel starts by itself.

    Returns
    -------
    type
        For nbclient's ``kernel_manager_class``. On Linux and macOS the kernel is spoken to over
        sockets in ``folder``, so that no network interface is needed; on Windows over local ports.

    Examples
    --------
    >>> kernel_manager(Path("run"), [])().kernel_spec.argv[0] == sys.executable
    True
    """
    options = ["--HistoryManager.enabled=False", "--HistoryAccessor.enabled=False"]
    described = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *options],
        display_name="Python 3",
        language="python",
        env=kernel_settings(folder),
    )

    class ForkingProvisioner(LocalProvisioner):
        """Forks the kernel from a process that has imported already."""

        async def launch_kernel(self, cmd: list[str], **named: Any) -> Any:
            """Fork, or start anew when there is nothing left to fork from."""
            assert warm is not None
            forked = warm.fork(cmd[cmd.index("ipykernel_launcher") + 1 :], named["env"])
            if forked is None:
                return await super().launch_kernel(cmd, **named)
            self.process: Any = forked
            self.pid = self.pgid = forked.pid
            return self.connection_info

    class RunKernelManager(AsyncKernelManager):
        """Starts this interpreter's kernel and remembers that it did."""

        def __init__(self, **named: Any) -> None:
            named["connection_file"] = str(folder / "kernel.json")
            named["transport"] = "tcp" if os.name == "nt" else "ipc"
            super().__init__(**named)

        @property
        def kernel_spec(self) -> KernelSpec:
            """Give the description brought along, never one found on the machine."""
            return described

        async def _async_pre_start_kernel(self, **named: Any) -> tuple[list[str], dict[str, Any]]:
            if warm is not None and self.provisioner is None:
                self.kernel_id = self.kernel_id or str(uuid.uuid4())
                self.provisioner = ForkingProvisioner(kernel_id=self.kernel_id, kernel_spec=described, parent=self)
            return await super()._async_pre_start_kernel(**named)

        async def _async_launch_kernel(self, kernel_cmd: list[str], **named: Any) -> None:
            named |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super()._async_launch_kernel(kernel_cmd, **named)
            started.append(self.provisioner)

    return RunKernelManager
