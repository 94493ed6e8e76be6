"""The parameters of a notebook: read from its tagged cell without running it, and nothing else accepted.

A parameter is what the cell tagged ``parameters`` assigns a plain value to. Its name and its kind come
from there. What a caller gives is checked against that list before a kernel starts: an unknown name is
refused, and a value is turned into the declared kind or refused. Text is never read as code or as a
number, so ``007`` stays ``007``.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from pcanalytics.errors import InputRejected, Problem, UnknownName, UsageError

__all__ = ["TAG", "checked_parameters", "declared_parameters"]

#: The tag of the cell that declares a notebook's parameters.
TAG = "parameters"

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def declared_parameters(notebook: Mapping[str, Any], *, name: str = "the notebook") -> dict[str, Any]:
    """Read what a notebook declares, with the values it declares.

    Parameters
    ----------
    notebook : mapping
        A notebook as read, version 4.
    name : str
        What to call it in a message.

    Returns
    -------
    dict of str to object
        Name to default: text, whole number, number, yes-or-no or ``None`` (for text).

    Raises
    ------
    InputRejected
        When there is no such cell, or more than one, or it holds more than plain assignments.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 'district = ""  # all'}
    >>> declared_parameters({"cells": [cell]})
    {'district': ''}
    """
    cells = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise InputRejected(
            f"{name} must have one cell tagged {TAG}.", [Problem(f"{len(cells)} cells have that tag", code="tag")]
        )
    found: dict[str, Any] = {}
    for statement in _statements(cells[0]["source"], name):
        target, value = _assignment(statement)
        if target is None or not isinstance(value, str | bool | int | float | None):
            raise InputRejected(
                f"The {TAG} cell of {name} may only give plain values to names.",
                [Problem("a line does something else", first_row=statement.lineno, expected='such as: week = ""')],
            )
        found[target] = value
    return found


def _statements(source: str | list[str], name: str) -> list[ast.stmt]:
    try:
        return ast.parse(source if isinstance(source, str) else "".join(source)).body
    except SyntaxError as error:
        raise InputRejected(f"The {TAG} cell of {name} is no Python, at its line {error.lineno}.") from None


def _assignment(statement: ast.stmt) -> tuple[str | None, Any]:
    """Give name and value of a plain assignment; a name of ``None`` for anything else."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
            pass
        case _:
            return None, None
    try:
        return target, ast.literal_eval(value)
    except ValueError:
        return None, None


def checked_parameters(
    notebook: Mapping[str, Any], given: Mapping[str, Any], *, name: str = "the notebook"
) -> dict[str, Any]:
    """Check what a caller gives against what a notebook declares.

    Parameters
    ----------
    notebook : mapping
        A notebook as read.
    given : mapping of str to object
        Parameter to value, as text from a command line or as values from a program.
    name : str
        What to call the notebook in a message.

    Returns
    -------
    dict of str to object
        Every declared parameter, with the value given, in the declared kind, or with its default.

    Raises
    ------
    UnknownName
        When a name is not declared; it offers the nearest one that is.
    UsageError
        When values do not fit their kinds; all of them are listed, none is shown.
    InputRejected
        When the notebook declares its parameters wrongly.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 'beat = ""' + chr(10) + "days = 28"}
    >>> checked_parameters({"cells": [cell]}, {"beat": "007", "days": "14"})
    {'beat': '007', 'days': 14}
    """
    declared = declared_parameters(notebook, name=name)
    values, problems = dict(declared), []
    for parameter, value in given.items():
        if parameter not in declared:
            raise UnknownName("parameter", parameter, declared)
        kind = _kind(declared[parameter])
        try:
            values[parameter] = _as_kind(value, kind)
        except ValueError:
            problems.append(Problem(f"the parameter {parameter} is given wrongly", expected=_EXPECTED[kind]))
    if problems:
        raise UsageError(f"{name} was not run.", problems)
    return values


_EXPECTED = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _kind(default: Any) -> type:
    return str if default is None else type(default)


def _as_kind(value: Any, kind: type) -> Any:
    """Turn a value into a kind, or raise ValueError. Only text is ever turned."""
    if kind is bool and isinstance(value, str):
        word = value.strip().lower()
        if word not in (*_TRUE, *_FALSE):
            raise ValueError
        return word in _TRUE
    if kind in (int, float) and isinstance(value, str):
        if "_" in value:
            raise ValueError
        value = kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    is_finite = not isinstance(value, float) or math.isfinite(value)
    if type(value) is not kind or not is_finite or (isinstance(value, str) and "\x00" in value):
        raise ValueError
    return value
