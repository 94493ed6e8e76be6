"""The parameters of a notebook: read from its tagged cell without running it, and nothing else accepted.

A parameter is what the cell tagged ``parameters`` assigns a plain value to. Its name and its kind come from there,
and a comment behind it may say what is allowed::

    district = ""          # a district's name; empty for the whole city
    weeks: int = 26        # 1 to 104; how many weeks the chart goes back
    level = "watch"        # one of: watch, alert; what is listed

What a caller gives is checked against that list before a kernel starts: an unknown name is refused, and a value is
turned into the declared kind or refused. Text is never read as code or as a number, so ``007`` stays ``007``.
Papermill reads the same cell the same way, and shows the same comments with ``--help-notebook``.
"""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pcanalytics.errors import InputRejected, Problem, UnknownName, UsageError

__all__ = ["TAG", "Parameter", "checked_parameters", "declared_parameters", "read_notebook"]

#: The tag of the cell that declares a notebook's parameters.
TAG = "parameters"

_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")

_KINDS: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_WORDS: Mapping[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}

_ONE_OF = re.compile(r"#\s*one of:\s*(?P<values>[^;]+)")
_BETWEEN = re.compile(r"#\s*(?P<low>-?\d+(?:\.\d+)?) to (?P<high>-?\d+(?:\.\d+)?)\s*(?:;|$)")


@dataclass(frozen=True)
class Parameter:
    """One parameter that a notebook declares.

    Parameters
    ----------
    name : str
        A Python name.
    kind : type
        ``str``, ``int``, ``float`` or ``bool``.
    default : object
        What holds when nothing is given; it is allowed whatever the rule says, so that empty may stand for all.
    one_of : tuple
        The allowed values; empty when any will do.
    low, high : float, optional
        The bounds of a number, both allowed.
    """

    name: str
    kind: type
    default: Any
    one_of: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    def expected(self) -> str:
        """Say in words what fits."""
        if self.one_of:
            return f"one of: {', '.join(map(str, self.one_of))}"
        bounds = "" if self.low is None else f" from {self.low:g} to {self.high:g}"
        return _WORDS[self.kind] + bounds

    def value(self, given: Any) -> Any:
        """Give what was given in the declared kind, or raise ValueError."""
        value = _as_kind(given, self.kind)
        if value == self.default:
            return value
        if self.one_of and value not in self.one_of:
            raise ValueError
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            raise ValueError
        return value


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


def declared_parameters(notebook: Mapping[str, Any], *, name: str = "the notebook") -> dict[str, Parameter]:
    """Read what a notebook declares.

    Parameters
    ----------
    notebook : mapping
        A notebook as read, version 4.
    name : str
        What to call it in a message.

    Returns
    -------
    dict of str to Parameter
        By name, in the order of the cell. A default of ``None`` declares text.

    Raises
    ------
    InputRejected
        When there is no such cell, or more than one, or it holds more than plain assignments, or a rule that its
        parameter cannot have.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "weeks = 26  # 1 to 104"}
    >>> declared_parameters({"cells": [cell]})["weeks"].expected()
    'a whole number from 1 to 104'
    """
    cells = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise InputRejected(
            f"{name} must have one cell tagged {TAG}.", [Problem(f"{len(cells)} cells have that tag", code="tag")]
        )
    source = cells[0]["source"] if isinstance(cells[0]["source"], str) else "".join(cells[0]["source"])
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise InputRejected(f"The {TAG} cell of {name} is no Python, at its line {line}.") from None
    comments = _comments(source)
    found = {}
    for statement in statements:
        try:
            parameter = _declared(statement, comments.get(statement.end_lineno or 0, ""))
        except ValueError as error:
            raise InputRejected(
                f"The {TAG} cell of {name} may only give plain values to names.",
                [Problem(str(error), first_row=statement.lineno, expected='such as: week = ""')],
            ) from None
        found[parameter.name] = parameter
    return found


def _comments(source: str) -> dict[int, str]:
    """Give the comment of each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def _declared(statement: ast.stmt, comment: str) -> Parameter:
    """Read one assignment and the comment behind it, or raise ValueError with what is wrong."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=value):
            annotation = None
        case ast.AnnAssign(target=ast.Name(id=target), annotation=annotation, value=ast.expr() as value):
            pass
        case _:
            raise ValueError("a line does something else")
    try:
        default = ast.literal_eval(value)
    except ValueError:
        default = ()
    if not isinstance(default, str | bool | int | float | None):
        raise ValueError("a line does something else")
    kind = str if default is None else type(default)
    if annotation is not None:
        written = ast.unparse(annotation)
        if written not in _KINDS:
            raise ValueError(f"a parameter is declared as another kind than {', '.join(_KINDS)}")
        kind = _KINDS[written]
        try:
            default = None if default is None else _as_kind(default, kind)
        except ValueError:
            raise ValueError("a parameter's own value is not of its kind") from None
    return Parameter(target, kind, default, **_rule(comment, kind))


def _rule(comment: str, kind: type) -> dict[str, Any]:
    if match := _ONE_OF.match(comment):
        try:
            return {
                "one_of": tuple(_as_kind(part.strip(), kind) for part in match["values"].split(",") if part.strip())
            }
        except ValueError:
            raise ValueError("an allowed value is not of its parameter's kind") from None
    if match := _BETWEEN.match(comment):
        low, high = float(match["low"]), float(match["high"])
        if kind not in (int, float) or low > high:
            raise ValueError("bounds belong to a number, the lower one first")
        return {"low": low, "high": high}
    return {}


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
        When values do not fit; all of them are listed, none is shown.
    InputRejected
        When the notebook declares its parameters wrongly.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": 'beat = ""' + chr(10) + "days = 28"}
    >>> checked_parameters({"cells": [cell]}, {"beat": "007", "days": "14"})
    {'beat': '007', 'days': 14}
    """
    declared = declared_parameters(notebook, name=name)
    values: dict[str, Any] = {parameter.name: parameter.default for parameter in declared.values()}
    problems = []
    for parameter, value in given.items():
        if parameter not in declared:
            raise UnknownName("parameter", parameter, declared)
        try:
            values[parameter] = declared[parameter].value(value)
        except ValueError:
            expected = declared[parameter].expected()
            problems.append(Problem(f"the parameter {parameter} is given wrongly", expected=expected))
    if problems:
        raise UsageError(f"{name} was not run.", problems)
    return values


def _as_kind(value: Any, kind: type) -> Any:
    """Turn a value into a kind, or raise ValueError. Only text is ever turned."""
    if kind is bool and isinstance(value, str):
        word = value.strip().lower()
        if word not in (*_TRUE, *_FALSE):
            raise ValueError
        return word in _TRUE
    if kind in (int, float) and isinstance(value, str):
        if not value.isascii() or "_" in value:
            raise ValueError
        value = kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            value = float(value)
        except OverflowError:
            raise ValueError from None
    is_finite = not isinstance(value, float) or math.isfinite(value)
    if type(value) is not kind or not is_finite or (isinstance(value, str) and "\x00" in value):
        raise ValueError
    if isinstance(value, str):
        value.encode("utf-8")  # letters that no file can hold, from a command line in another encoding, are no text
    return value
