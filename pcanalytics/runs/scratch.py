"""A private folder for the time of one run, and the clearing away of those that runs which were cut off left."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pcanalytics.runs.files import is_locked, locked

__all__ = ["scratch_folder"]

_PREFIX, _ALIVE = "pca-", ".alive"

#: A path to a socket may not be longer than about 100 signs on Linux and macOS, whatever the file system allows.
_LONGEST = 50

#: A folder younger than this may be about to be locked.
_YOUNG_SECONDS = 60.0


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a new folder that only this user can enter, short enough for sockets, gone when it is closed.

    An executed notebook lies in it while it runs. What a run that was killed left behind is cleared away by the next.

    Yields
    ------
    Path
        The folder.

    Examples
    --------
    >>> with scratch_folder() as folder:
    ...     folder.is_dir()
    True
    """
    above = Path(tempfile.gettempdir())
    if os.name != "nt" and len(str(above)) > _LONGEST:
        above = Path("/tmp")
    _sweep(above)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=above))
    try:
        with locked(folder / _ALIVE, what="this folder"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(above: Path) -> None:
    """Remove this user's folders whose runs are dead."""
    for folder in above.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, not empty, or gone meanwhile
            age = time.time() - folder.stat().st_mtime
            mine = os.name == "nt" or folder.stat().st_uid == os.getuid()
            if not mine or age < _YOUNG_SECONDS:
                continue
            if not (folder / _ALIVE).exists():
                folder.rmdir()  # killed before it began; one that holds anything is not this suite's
            elif not is_locked(folder / _ALIVE):
                shutil.rmtree(folder, ignore_errors=True)
