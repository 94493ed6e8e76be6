"""Taking known keys out of a TOML table, strictly, and collecting everything that is wrong with it.

A key that nobody reads is a setting that silently does nothing, so a leftover key is a problem and
the message offers the nearest key that exists. TOML itself refuses a key given twice.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from pcanalytics.errors import InputRejected, Problem

__all__ = ["Keys", "nearest", "parse_toml"]


def parse_toml(text: str, *, name: str, error: type[InputRejected] = InputRejected) -> dict[str, Any]:
    """Parse TOML text.

    Parameters
    ----------
    text : str
        The whole file.
    name : str
        What to call the file in messages.
    error : type
        The error to raise.

    Returns
    -------
    dict
        The top-level table.

    Raises
    ------
    InputRejected
        When the text is not TOML, with the line; a key given twice is one such case.

    Examples
    --------
    >>> parse_toml("week_starts = 'sunday'", name="agency.toml")
    {'week_starts': 'sunday'}
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as failure:
        todo = "A key given twice, or text without quotes, is the usual cause"
        raise error(f"{name} is not written as TOML.", [Problem(str(failure), todo=todo, code="not_toml")]) from None


def nearest(given: str, allowed: Mapping[str, Any] | list[str] | tuple[str, ...]) -> str:
    """Put the nearest allowed name into words, for the end of a message.

    Parameters
    ----------
    given : str
        The name as written.
    allowed : mapping or sequence of str
        The names that exist.

    Returns
    -------
    str
        ``"did you mean 'week'"``, or ``"one of: ..."`` when nothing is near.

    Examples
    --------
    >>> nearest("wekk", ["week", "district"])
    "did you mean 'week'"
    """
    names = sorted(allowed)
    near = difflib.get_close_matches(given, names, n=1)
    return f"did you mean {near[0]!r}" if near else f"one of: {', '.join(names)}"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(map(_is_text, value)) and len(set(value)) == len(value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) for part in value)


_KINDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "text": (_is_text, "text in quotes, not empty"),
    "count": (_is_count, "a whole number, not below zero"),
    "number": (_is_number, "a number, such as 0.01"),
    "day": (_is_day, "a date without quotes, such as 2026-01-31"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "texts": (_is_texts, "a list of texts in quotes, none twice, not empty"),
    "table": (lambda value: isinstance(value, dict), "a table of its own"),
    "tables": (_is_tables, "a list of tables, each under its own [[heading]]"),
}


class Keys:
    """One TOML table being read: known keys are taken out, problems are gathered.

    Parameters
    ----------
    values : mapping
        The table as parsed. It is not changed.
    where : str
        What to call the table in messages, such as ``"[places]"``; empty for the top of the file.
    problems : list of Problem
        Problems are appended here; the caller raises them all at once.

    Examples
    --------
    >>> problems = []
    >>> keys = Keys({"nmae": "Fairview"}, "", problems)
    >>> keys.take("name", "text", required=True) is None
    True
    >>> keys.finish()
    >>> [problem.code for problem in problems]
    ['missing_key', 'unknown_key']
    """

    def __init__(self, values: Mapping[str, Any], where: str, problems: list[Problem]) -> None:
        self._left = dict(values)
        self._known: list[str] = []
        self.where = where
        self.problems = problems

    def take(self, key: str, kind: str, *, required: bool = False, default: Any = None) -> Any:
        """Take one key out.

        Parameters
        ----------
        key : str
            Its name.
        kind : {"text", "count", "number", "day", "flag", "texts", "table", "tables"}
            What it must hold.
        required : bool, default False
            Whether a missing key is a problem.
        default : object
            What a missing or wrong key gives.

        Returns
        -------
        object
            The value, a list as a tuple; ``default`` when it is missing or wrong.
        """
        self._known.append(key)
        if key not in self._left:
            if required:
                self.report(f"{self.name(key)} is missing", code="missing_key", expected=_KINDS[kind][1])
            return default
        value = self._left.pop(key)
        fits, words = _KINDS[kind]
        if not fits(value):
            self.report(f"{self.name(key)} is not of the right kind", code="wrong_kind", expected=words)
            return default
        return tuple(value) if kind == "texts" else value

    def name(self, key: str) -> str:
        """Give a key's full name for messages."""
        return f"{self.where} {key}".strip()

    def report(self, what: str, *, code: str, expected: str | None = None, todo: str | None = None) -> None:
        """Note one problem."""
        self.problems.append(Problem(what, expected=expected, todo=todo, code=code))

    def finish(self) -> None:
        """Report every key that was not taken."""
        for key in self._left:
            self.report(f"{self.name(key)} is not a known key", code="unknown_key", expected=nearest(key, self._known))
