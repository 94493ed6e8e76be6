"""Reading the settings of a reference: a file of its own, or ``[geocoding]`` in ``agency.toml``, with the same keys.

Both are read strictly, and everything that is wrong is listed at once. A file of its own may name files anywhere;
a workspace's stay inside its folder.
"""

from __future__ import annotations

import datetime as dt
import glob
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.exchange.settings import Keys, nearest, parse_toml
from pcanalytics.geocoding.layouts import LAYOUTS
from pcanalytics.geocoding.standard_names import KINDS, STANDARD_NAMES
from pcanalytics.spatial import read_crs
from pcanalytics.store.reference_settings import LayerFile, ReferenceFile
from pcanalytics.store.workspace import SETTINGS, Workspace, leaves, within

__all__ = ["read_reference_file", "read_reference_table", "reference_of"]

_NOT_STATED = "not stated"

#: The workspace's own files of places that a reference can be made of.
_OF_PLACES = {"streets": "streets", "points": "address_points", "places": "landmarks"}


def read_reference_file(path: str | os.PathLike[str]) -> ReferenceFile:
    """Read the settings of a reference.

    Parameters
    ----------
    path : path
        A TOML file; docs/geocoding_reference.md explains every key. Paths in it are relative to its folder.

    Returns
    -------
    ReferenceFile
        Frozen. Without ``name`` it is called as the file is; without ``vintage`` that is "not stated".

    Raises
    ------
    UsageError
        When there is no such file.
    InputRejected
        Listing every problem: keys that are missing, unknown or of the wrong kind, files that are not there.

    Examples
    --------
    >>> read_reference_file("no/such/city.toml")
    Traceback (most recent call last):
    ...
    pcanalytics.errors.UsageError: There is no file no/such/city.toml. docs/geocoding_reference.md says how to write one.
    """
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"There is no file {path}. docs/geocoding_reference.md says how to write one.")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputRejected(f"{file.name} is not written in UTF-8. Save it again as UTF-8.") from None
    values = parse_toml(text, name=file.name)
    if set(values) == {"geocoding"}:
        values = values["geocoding"]
    problems: list[Problem] = []
    settings = read_reference_table(values, where="", source=file.resolve(), name=file.stem, problems=problems)
    if problems:
        raise InputRejected(f"{file.name} cannot be used.", problems)
    return settings


def read_reference_table(
    values: Mapping[str, Any],
    *,
    where: str,
    source: Path,
    name: str,
    problems: list[Problem],
    crs: str | None = None,
    inside: Path | None = None,
) -> ReferenceFile:
    """Read the keys of a reference.

    Parameters
    ----------
    values : mapping
        The table as parsed.
    where : str
        What to call it in messages, such as ``"[geocoding]"``.
    source : Path
        The file it stands in; paths are relative to its folder.
    name : str
        What the reference is called when the table does not say.
    problems : list of Problem
        What is wrong is appended.
    crs : str, optional
        The system when the table does not say.
    inside : Path, optional
        A folder that no path may leave.

    Returns
    -------
    ReferenceFile
        As far as the table can be used.

    Examples
    --------
    >>> problems = []
    >>> made = read_reference_table({"vintage": 2024}, where="", source=Path("a.toml"), name="a", problems=problems)
    >>> made.vintage, problems[0].code
    ('2024', 'no_layers')
    """
    keys = Keys(_lenient(values), where, problems)
    known_name = keys.take("name", "text", default=name)
    vintage = keys.take("vintage", "text", default=_NOT_STATED)
    system = keys.take("crs", "text", default=crs)
    localities = keys.take("localities", "texts", default=())
    aliases = keys.take("aliases", "text")
    entries = {kind: keys.take(kind, "tables", default=[]) for kind in KINDS}
    keys.finish()
    reader = _Entries(source.parent, inside, problems)
    layers = [
        reader.entry(entry, kind, f"{where} [[{kind}]] number {number}".strip())
        for kind, listed in entries.items()
        for number, entry in enumerate(listed, start=1)
    ]
    if not layers:
        expected = f"at least one of {', '.join(f'[[{kind}]]' for kind in KINDS)}"
        keys.report(f"{where or 'the file'} names no files".strip(), code="no_layers", expected=expected)
    _check_crs(system, keys, "crs")
    corrections = reader.files([aliases], keys, "aliases") if aliases else []
    return ReferenceFile(
        name=known_name,
        vintage=vintage,
        source=source,
        layers=tuple(layers),
        crs=system,
        localities=localities,
        aliases=corrections[0] if corrections else None,
    )


def reference_of(workspace: Workspace) -> ReferenceFile | None:
    """Tell what a workspace's addresses are matched against.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.

    Returns
    -------
    ReferenceFile or None
        Its ``[geocoding]``; without that, its streets, address points and landmarks of ``[places]``, whose columns
        are found by their usual names; None when it has neither.

    Examples
    --------
    >>> from pcanalytics.store.workspace_file import open_workspace, sample_workspace
    >>> sample = reference_of(open_workspace(sample_workspace()))
    >>> [layer.kind for layer in sample.layers]
    ['streets', 'points', 'places']
    """
    if workspace.geocoding is not None:
        return workspace.geocoding
    files = {kind: getattr(workspace.places, key) for kind, key in _OF_PLACES.items()}
    layers = tuple(LayerFile(kind, (path,), crs=workspace.crs) for kind, path in files.items() if path is not None)
    if not layers:
        return None
    return ReferenceFile(
        name=workspace.name,
        vintage=_NOT_STATED,
        source=workspace.root / SETTINGS,
        layers=layers,
        crs=workspace.crs,
    )


def _lenient(values: Mapping[str, Any]) -> dict[str, Any]:
    """Take one table for a list of one, one locality for a list of one, and a year for its text."""
    made = dict(values)
    for kind in KINDS:
        if isinstance(made.get(kind), dict):
            made[kind] = [made[kind]]
    if isinstance(made.get("localities"), str):
        made["localities"] = [made["localities"]]
    vintage = made.get("vintage")
    if isinstance(vintage, (int, float, dt.date)) and not isinstance(vintage, bool):
        made["vintage"] = str(vintage)
    return made


def _check_crs(crs: str | None, keys: Keys, key: str) -> None:
    if crs is None:
        return
    try:
        read_crs(crs)
    except UsageError as error:
        keys.report(f"{keys.name(key)}: {error.summary}", code="wrong_crs")


class _Entries:
    """Reads the entries of one file; what is wrong goes to one list."""

    def __init__(self, folder: Path, inside: Path | None, problems: list[Problem]) -> None:
        self._folder = folder
        self._inside = inside
        self._problems = problems

    def entry(self, values: Mapping[str, Any], kind: str, where: str) -> LayerFile:
        """Read one entry."""
        keys = Keys(values, where, self._problems)
        given = values.get("path")
        several = keys.take("path", "texts" if isinstance(given, list) else "text", required=True)
        paths = self.files([several] if isinstance(several, str) else list(several or ()), keys, "path")
        layout = keys.take("layout", "text", default="own")
        crs = keys.take("crs", "text")
        layer = keys.take("layer", "text")
        columns = self._columns(keys.take("columns", "table", default={}), kind, keys)
        keys.finish()
        self._check_layout(layout, kind, keys)
        _check_crs(crs, keys, "crs")
        return LayerFile(kind, tuple(paths), layout, crs, columns, layer)

    def _check_layout(self, layout: str, kind: str, keys: Keys) -> None:
        if layout not in LAYOUTS:
            keys.report(f"{keys.name('layout')} is not known", code="unknown_name", expected=nearest(layout, LAYOUTS))
        elif kind not in LAYOUTS[layout]:
            kinds = ", ".join(f"[[{one}]]" for one in LAYOUTS[layout])
            keys.report(f"{keys.name('layout')}: {layout!r} is no layout of {kind}", code="layout", expected=kinds)

    def _columns(self, values: Mapping[str, Any], kind: str, keys: Keys) -> dict[str, tuple[str, ...]]:
        columns: dict[str, tuple[str, ...]] = {}
        for standard, given in values.items():
            listed = [given] if isinstance(given, str) else given
            name = f"{keys.where} columns {standard}"
            if standard not in STANDARD_NAMES[kind]:
                expected = nearest(standard, dict(STANDARD_NAMES[kind]))
                keys.report(f"{name} is not a standard name", code="unknown_key", expected=expected)
            elif not (isinstance(listed, list) and all(isinstance(one, str) for one in listed)):
                keys.report(f"{name} is not of the right kind", code="wrong_kind", expected="a column's name in quotes")
            elif len(listed) > 1 and not STANDARD_NAMES[kind][standard].several:
                keys.report(f"{name} names several columns", code="wrong_kind", expected="one column")
            else:
                columns[standard] = tuple(one for one in listed if one)
        return columns

    def files(self, patterns: list[str], keys: Keys, key: str) -> list[Path]:
        """Find the files of paths and patterns, in order of their names."""
        found: list[Path] = []
        for pattern in patterns:
            if self._inside is not None and leaves(pattern):
                what = f"{keys.name(key)} leaves the workspace"
                expected = "a relative path inside the folder, without '..'"
                keys.report(what, code="path_outside", expected=expected, todo="Copy the file in")
                continue
            there = self._folder / Path(pattern.replace("\\", "/")).expanduser()
            matches = (
                [there] if there.exists() else [Path(one) for one in sorted(glob.glob(str(there), recursive=True))]
            )
            matches = [one for one in matches if one.is_file() or one.suffix.lower() == ".gdb"]
            if self._inside is not None and not all(within(self._inside, one) for one in matches):
                keys.report(f"{keys.name(key)} is a link that leads out of the workspace", code="path_outside")
                continue
            if not matches:
                expected = f"a path relative to the folder of {self._settings}"
                keys.report(f"{keys.name(key)}: there is no such file", code="no_file", expected=expected)
            found += matches
        return found

    @property
    def _settings(self) -> str:
        return SETTINGS if self._inside is not None else "this file"
