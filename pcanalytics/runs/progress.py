"""One line for each area as it is done: the same plain line at a terminal and in a log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

__all__ = ["progress_to"]


def progress_to(stream: TextIO) -> Callable[[str], None]:
    r"""Give what writes a line for each area as it is done.

    There are no bars and no control characters, so that a log reads as a terminal does; whatever a name may hold
    of them is shown as ``?``.

    Parameters
    ----------
    stream : text stream
        Usually standard error.

    Examples
    --------
    >>> import io
    >>> log = io.StringIO()
    >>> progress_to(log)("1/7  North\x1b[2J  2.1 s")
    >>> log.getvalue()
    '1/7  North?[2J  2.1 s\n'
    """

    def tell(line: str) -> None:
        stream.write("".join(letter if letter.isprintable() else "?" for letter in line) + "\n")
        stream.flush()

    return tell
