"""Every error of the suite, as one tree, each with the exit code of the command that meets it.

::

    PcanalyticsError            1   anything else
    ├── UsageError              2   wrong use: an option, a parameter, a setting
    │   └── UnknownName         2   a name that is not declared, with the nearest one that is
    ├── InputRejected           3   an input that cannot be used; nothing was written
    │   ├── MappingError        3   a mapping file that contradicts itself or the tables
    │   ├── DialectError        3   a file that is not written the way its mapping says
    │   └── TableError          3   rows that break a declared table
    ├── LoadSetAside            4   a whole load kept for a person to look at; nothing was applied
    └── NotAllowed              5   the agreement does not allow it

Messages name tables, columns, counts, line numbers and allowed values. They never show what a
record says, because logs and notebooks are read by people who may not read the record.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "DialectError",
    "InputRejected",
    "LoadSetAside",
    "MappingError",
    "NotAllowed",
    "PcanalyticsError",
    "Problem",
    "TableError",
    "UnknownName",
    "UsageError",
]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, said so that an analyst can act on it.

    Parameters
    ----------
    what : str
        What is wrong, in one plain sentence. Never a value from a record.
    rows : int, optional
        How many rows it concerns.
    first_row : int, optional
        Number of the first such row or line, counted from 1.
    expected : str, optional
        What would have been right.
    todo : str, optional
        What to do next.
    code : str, optional
        A short reason code, the same in reports, tests and the store.

    Examples
    --------
    >>> print(Problem("beat is missing", rows=3, first_row=12, todo="Map a beat column."))
    beat is missing (3 rows, first at row 12). Map a beat column.
    """

    what: str
    rows: int | None = None
    first_row: int | None = None
    expected: str | None = None
    todo: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        """Give the problem as one line."""
        where = []
        if self.rows is not None:
            where.append(f"{self.rows:,} row{'' if self.rows == 1 else 's'}")
        if self.first_row is not None:
            where.append(f"first at row {self.first_row:,}" if where else f"at row {self.first_row:,}")
        line = self.what.rstrip(".") + (f" ({', '.join(where)})" if where else "") + "."
        if self.expected:
            line += f" Expected: {self.expected.rstrip('.')}."
        if self.todo:
            line += f" {self.todo.rstrip('.')}."
        return line


class PcanalyticsError(Exception):
    """Anything that goes wrong in the suite, with the exit code a command ends with.

    Parameters
    ----------
    summary : str
        The first line of the message.
    problems : sequence of Problem, optional
        Everything that is wrong; each becomes a line of its own.
    """

    exit_code = 1

    def __init__(self, summary: str, problems: Sequence[Problem] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  - {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary whole."""
        return (_rebuild, (type(self), self.summary, self.problems))


def _rebuild(kind: type[PcanalyticsError], summary: str, problems: Sequence[Problem]) -> PcanalyticsError:
    error = kind.__new__(kind)
    PcanalyticsError.__init__(error, summary, problems)
    return error


class UsageError(PcanalyticsError):
    """The command, a setting or a parameter was used wrongly."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that is not declared; the message offers the nearest one that is.

    Parameters
    ----------
    kind : str
        What the name should name, for example ``"district"``.
    given : str
        The name as given. It comes from the person at the keyboard, not from a record.
    allowed : iterable of str
        The names that would have been right.

    Examples
    --------
    >>> print(UnknownName("parameter", "wekk", ["week", "district"]))
    There is no parameter 'wekk'. Did you mean 'week'? Known: district, week.
    """

    def __init__(self, kind: str, given: str, allowed: Iterable[str]) -> None:
        names = sorted(allowed)
        near = difflib.get_close_matches(given, names, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        known = f" Known: {', '.join(names[:40])}{', …' if len(names) > 40 else ''}." if names else ""
        super().__init__(f"There is no {kind} {given!r}.{guess}{known}")


class InputRejected(PcanalyticsError):
    """An input cannot be used as it is. Nothing of it was written."""

    exit_code = 3


class MappingError(InputRejected):
    """A mapping or settings file contradicts itself or the declared tables."""


class DialectError(InputRejected):
    """A file is not written the way its mapping says."""


class TableError(InputRejected):
    """Rows break a declared table."""


class LoadSetAside(PcanalyticsError):
    """A whole load was kept for a person to look at; nothing of it was applied."""

    exit_code = 4


class NotAllowed(PcanalyticsError):
    """The agreement does not allow what was asked."""

    exit_code = 5
