"""A mapping that says which columns of any two files are a person's name, birth date, numbers and address."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from pcanalytics.errors import MappingError, Problem, UnknownName
from pcanalytics.linkage.guards import GUARDS
from pcanalytics.linkage.records import PEOPLE_COLUMNS
from pcanalytics.linkage.resolving import ResolveSettings

__all__ = ["MAPPED_COLUMNS", "LinkMapping", "SideMapping", "read_link_mapping"]

#: What a column of a file can be.
MAPPED_COLUMNS = tuple(name for name in PEOPLE_COLUMNS if name not in ("record_key", "side"))

_DATES = ("birth_date", "known_at")
_PARTS = {
    "left": "its id, its name, its columns",
    "right": "the same of the other file",
    "columns": "columns that both files have",
    "formats": "how dates are written",
    "details": "further columns compared as plain text",
    "missing": "words that stand for nothing",
    "links": "what is borne",
}


@dataclass(frozen=True)
class SideMapping:
    """How one file is read.

    Parameters
    ----------
    id : str
        The column that numbers its rows, each once.
    name : str
        What its records come from, where no column says it.
    columns : dict of str to tuple of str
        For each column of person records, those of the file that make it, joined by a blank.
    """

    id: str
    name: str
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class LinkMapping:
    """What a mapping says.

    Parameters
    ----------
    left, right : SideMapping
        The two files; the second is not read when duplicates inside one file are wanted.
    formats : dict of str to str
        How ``birth_date`` and ``known_at`` are written; ISO where nothing is said.
    details : tuple of str
        Columns of both files that are compared as plain text.
    missing : tuple of str
        Words that stand for nothing, such as ``"TRANSIENT"`` for an address; letter case aside.
    settings : ResolveSettings
        What is borne.
    """

    left: SideMapping
    right: SideMapping
    formats: Mapping[str, str]
    details: tuple[str, ...]
    missing: tuple[str, ...]
    settings: ResolveSettings


def read_link_mapping(text: str, *, name: str) -> LinkMapping:
    r"""Read a mapping for linking files.

    Parameters
    ----------
    text : str
        TOML with the parts ``[left]``, ``[right]``, ``[columns]``, ``[formats]``, ``[links]``, and the lists ``details`` and
        ``missing``. docs/linking_files.md describes them.
    name : str
        The file's name, for messages.

    Returns
    -------
    LinkMapping
        Columns of ``[left.columns]`` and ``[right.columns]`` take the place of those in ``[columns]``.

    Raises
    ------
    MappingError
        When it is not TOML or says something that does not fit, with everything that is wrong.

    Examples
    --------
    >>> mapping = read_link_mapping('left.id = "n"\n[columns]\nsurname = "last"', name="m.toml")
    >>> mapping.left.columns
    {'surname': ('last',)}
    """
    try:
        form = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as failure:
        raise MappingError(f"{name} is not written in TOML: {failure}.") from None
    problems = _problems(form)
    if problems:
        raise MappingError(f"{name} cannot be used.", problems)
    left = form.get("left", {})
    sides = {which: {**left, **form.get(which, {})} for which in ("left", "right")}
    made = {
        which: SideMapping(
            id=said["id"],
            name=form.get(which, {}).get("name", which),
            columns={
                column: _texts(given)
                for column, given in {**form.get("columns", {}), **form.get(which, {}).get("columns", {})}.items()
            },
        )
        for which, said in sides.items()
    }
    return LinkMapping(
        **made,
        formats=dict(form.get("formats", {})),
        details=tuple(form.get("details", ())),
        missing=tuple(form.get("missing", ())),
        settings=ResolveSettings(**_settings(form.get("links", {}))),
    )


def _settings(links: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in links.items()}


def _texts(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _problems(form: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem(str(UnknownName("part", part, _PARTS)), code="unknown_part") for part in form if part not in _PARTS
    ]
    tables = [part for part in ("left", "right", "columns", "formats", "links") if part in form]
    problems += [
        Problem(f"[{part}] is no table", expected=f"[{part}] and lines below it", code="wrong_type")
        for part in tables
        if not isinstance(form[part], dict)
    ]
    problems += [
        Problem(f"{part} is no list of words", expected=f'{part} = ["...", "..."]', code="wrong_type")
        for part in ("details", "missing")
        if not _are_texts(form.get(part, []))
    ]
    if any(problem.code == "wrong_type" for problem in problems):
        return problems
    for which in ("left", "right"):
        problems += _side_problems(which, form.get(which, {}))
    if "id" not in form.get("left", {}):
        problems.append(Problem("[left] does not say the column that numbers its rows", expected='id = "..."'))
    problems += _column_problems("[columns]", form.get("columns", {}))
    problems += _format_problems(form.get("formats", {}))
    if not any(form.get(part, {}).get("columns") for part in ("left", "right")) and not form.get("columns"):
        problems.append(Problem("no column is named", expected='[columns] with lines such as surname = "last_name"'))
    return problems + _setting_problems(form.get("links", {}))


def _are_texts(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(word, str) for word in given)


def _side_problems(which: str, said: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem(str(UnknownName(f"entry of [{which}]", entry, ("id", "name", "columns"))), code="unknown_entry")
        for entry in said
        if entry not in ("id", "name", "columns")
    ]
    problems += [
        Problem(f"{entry} of [{which}] is no text", expected=f'{entry} = "..."', code="wrong_type")
        for entry in ("id", "name")
        if not isinstance(said.get(entry, ""), str)
    ]
    columns = said.get("columns", {})
    if not isinstance(columns, dict):
        return [*problems, Problem(f"[{which}.columns] is no table", code="wrong_type")]
    return problems + _column_problems(f"[{which}.columns]", columns)


def _column_problems(part: str, columns: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for column, given in columns.items():
        if column not in MAPPED_COLUMNS:
            problems.append(Problem(f"{part}: {UnknownName('column', column, MAPPED_COLUMNS)}", code="unknown_column"))
        elif not (isinstance(given, str) or (_are_texts(given) and given)):
            problems.append(Problem(f"{part}: {column} names no column", expected='"..." or ["...", "..."]'))
    return problems


def _format_problems(formats: Mapping[str, object]) -> list[Problem]:
    problems = []
    for column, form in formats.items():
        if column not in _DATES:
            what, expected = f"[formats] has {column}, which is no date", " or ".join(_DATES)
            problems.append(Problem(what, expected=expected, code="unknown_column"))
        elif not (isinstance(form, str) and _says_a_date(form)):
            what = f"[formats]: {column} says no year, or has a sign that is none"
            problems.append(Problem(what, expected='signs such as "%m/%d/%Y"', code="wrong_value"))
    return problems


def _says_a_date(form: str) -> bool:
    if form in ("ISO8601", "mixed"):
        return True
    try:
        pd.to_datetime(pd.Series([""], dtype="str"), format=form, errors="coerce")
    except ValueError:
        return False
    return any(sign in form for sign in ("%Y", "%y", "%G", "%c", "%x"))


def _setting_problems(links: Mapping[str, Any]) -> list[Problem]:
    known = {field.name: field.default for field in fields(ResolveSettings)}
    problems = [
        Problem(f"[links]: {UnknownName('setting', given, known)}", code="unknown_setting")
        for given in links
        if given not in known
    ]
    for setting, value in links.items():
        if setting == "guards":
            problems += _guard_problems(value)
            continue
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if setting not in known or (is_number and _fits(setting, value, known[setting])):
            continue
        whole = "a whole number of 0 and more" if setting == "queue_least" else "a whole number of 1 and more"
        expected = "a share between 0 and 1" if isinstance(known[setting], float) else whole
        problems.append(Problem(f"[links]: {setting} does not fit", expected=expected, code="wrong_value"))
    return problems


def _guard_problems(value: object) -> list[Problem]:
    if not isinstance(value, list) or not _are_texts(value):
        return [Problem("[links]: guards is no list of words", expected='guards = ["...", "..."]', code="wrong_type")]
    return [
        Problem(f"[links]: {UnknownName('guard', name, GUARDS)}", code="unknown_guard")
        for name in value
        if name not in GUARDS
    ]


def _fits(setting: str, value: float, default: object) -> bool:
    if isinstance(default, float):
        return 0 <= value <= 1 if setting == "queue_share" else 0 < value < 1
    return isinstance(value, int) and value >= (0 if setting == "queue_least" else 1)
