"""How long a run may take, and how many notebooks run at a time."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """How a run of many areas goes about it. None of this changes what is made.

    Parameters
    ----------
    timeout : float
        Seconds for each notebook.
    cell_timeout : float, optional
        Seconds for each cell.
    workers : int, optional
        How many notebooks run at a time; as many as there are cores without it, two at least and four at most.
    is_warm : bool, optional
        Whether kernels fork from a process that has imported; without it, where the system can and there are several.
    """

    timeout: float = 600.0
    cell_timeout: float | None = None
    workers: int | None = None
    is_warm: bool | None = None
