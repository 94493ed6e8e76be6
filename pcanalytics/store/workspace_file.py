"""Reading ``agency.toml``, strictly: an unknown key is a problem, and every problem is listed at once."""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pcanalytics.errors import MappingError, Problem, UsageError
from pcanalytics.exchange.settings import Keys, nearest, parse_toml
from pcanalytics.periods import WEEK_STARTS
from pcanalytics.spatial import require_projected
from pcanalytics.store.reference_file import read_reference_table
from pcanalytics.store.reference_settings import ReferenceFile
from pcanalytics.store.web_settings import WebService, read_web_table
from pcanalytics.store.workspace import SETTINGS, Places, Source, Workspace, leaves, within
from pcanalytics.store.workspace_rules import (
    check_labels,
    check_offenses,
    figure_rules,
    series_breaks,
    shift_starts,
    signal_rule,
)

__all__ = ["open_workspace", "sample_workspace"]

SAMPLE_VARIABLE = "PCANALYTICS_SAMPLE"

#: The repository this package lies in, when it runs from one.
_REPOSITORY = Path(__file__).resolve().parents[2]


def open_workspace(path: str | os.PathLike[str]) -> Workspace:
    """Open a workspace folder.

    Parameters
    ----------
    path : path
        The folder, or its ``agency.toml``.

    Returns
    -------
    Workspace
        Frozen.

    Raises
    ------
    UsageError
        When there is no such folder or no ``agency.toml`` in it.
    MappingError
        Listing every problem of ``agency.toml``: keys that are missing, unknown or of the wrong kind, paths
        that leave the folder, files that are not there, an unknown time zone, offense, offense group or
        coordinate system, and rules outside their bounds.

    Examples
    --------
    >>> open_workspace("no/such/folder")
    Traceback (most recent call last):
    ...
    pcanalytics.errors.UsageError: There is no agency.toml in no/such/folder. `pcanalytics init DIR` makes a workspace.
    """
    root = Path(path)
    root = root.parent if root.name == SETTINGS else root
    settings = root / SETTINGS
    if not settings.is_file():
        raise UsageError(f"There is no {SETTINGS} in {path}. `pcanalytics init DIR` makes a workspace.")
    try:
        text = settings.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise MappingError(f"{SETTINGS} is not written in UTF-8. Save it again as UTF-8.") from None
    root = root.resolve()
    return _read(parse_toml(text, name=SETTINGS, error=MappingError), root)


def sample_workspace() -> Path:
    """Give the folder of the made-up city.

    The environment variable ``PCANALYTICS_SAMPLE`` names it; without that it is ``data/sample`` of the
    repository the package runs from.

    Returns
    -------
    Path
        A folder with ``agency.toml``.

    Raises
    ------
    UsageError
        When there is no sample workspace there.

    Examples
    --------
    >>> sample_workspace().name  # doctest: +SKIP
    'sample'
    """
    given = os.environ.get(SAMPLE_VARIABLE)
    folder = Path(given) if given else _REPOSITORY / "data" / "sample"
    if not (folder / SETTINGS).is_file():
        where = f"where {SAMPLE_VARIABLE} points" if given else "beside the package"
        raise UsageError(
            f"The sample city is not {where}. Give --workspace DIR, set {SAMPLE_VARIABLE} to its folder, "
            "or run from the repository."
        )
    return folder.resolve()


def _read(values: Mapping[str, Any], root: Path) -> Workspace:
    problems: list[Problem] = []
    keys = Keys(values, "", problems)
    geocoding = keys.take("geocoding", "table")
    groups = _offense_groups(keys.take("offense_groups", "table", default={}), problems)
    workspace = Workspace(
        root=root,
        name=keys.take("name", "text", required=True, default=""),
        time_zone=keys.take("time_zone", "text", required=True, default="UTC"),
        crs=keys.take("crs", "text", required=True, default=""),
        week_starts=keys.take("week_starts", "text", default="monday"),
        agreement=_file(keys, "agreement", root),
        store=keys.take("store", "text"),
        sources=_sources(keys.take("sources", "tables", default=[]), root, problems),
        places=_places(keys.take("places", "table", default={}), root, problems),
        geocoding=_geocoding(geocoding, values, root, problems),
        web=_web(geocoding, values, root, problems),
        offense_groups=groups,
        offense_notes=_notes(keys.take("offense_notes", "table", default={}), groups, problems),
        signals=signal_rule(keys.take("signals", "table", default={}), problems),
        series_breaks=series_breaks(keys.take("series_breaks", "tables", default=[]), groups, problems),
        figures=figure_rules(keys.take("figures", "tables", default=[]), groups, problems),
        shifts=shift_starts(keys.take("shifts", "texts", default=()), keys),
        harm_weights=_file(keys, "harm_weights", root),
        actions=_file(keys, "actions", root),
        comments=_folder(keys, "comments", root),
        home=_home(root),
    )
    keys.finish()
    _check(workspace, keys)
    if problems:
        raise MappingError(f"{SETTINGS} of this workspace cannot be used.", problems)
    return workspace


def _home(root: Path) -> Path:
    """Keep the sample city's store out of the folder that is under version control."""
    if root.parts[-2:] != ("data", "sample"):
        return root
    given = os.environ.get(SAMPLE_VARIABLE)
    sample = Path(given).resolve() if given else _REPOSITORY / "data" / "sample"
    return root.parents[1] if root in (sample, _REPOSITORY / "data" / "sample") else root


def _check(workspace: Workspace, keys: Keys) -> None:
    try:
        zoneinfo.ZoneInfo(workspace.time_zone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        keys.report("time_zone names no known zone", code="unknown_name", expected="a name such as America/Chicago")
    if workspace.crs:
        try:
            require_projected(workspace.crs)
        except UsageError as error:
            keys.report(f"crs: {error.summary}", code="wrong_crs")
    if workspace.week_starts not in WEEK_STARTS:
        expected = nearest(workspace.week_starts, WEEK_STARTS)
        keys.report("week_starts is no weekday", code="unknown_name", expected=expected)


def _inside(keys: Keys, key: str, path: str | None) -> bool:
    """Report a path that leaves the workspace; tell whether it may be used."""
    if path is None:
        return False
    if leaves(path):
        keys.report(
            f"{keys.name(key)} leaves the workspace",
            code="path_outside",
            expected="a relative path inside the folder, without '..'",
            todo="Copy the file in",
        )
        return False
    return True


def _path(keys: Keys, key: str, root: Path, *, required: bool = False) -> Path | None:
    path = keys.take(key, "text", required=required)
    if not _inside(keys, key, path):
        return None
    there = root / path.replace("\\", "/")
    if within(root, there):
        return there
    keys.report(f"{keys.name(key)} is a link that leads out of the workspace", code="path_outside")
    return None


def _file(keys: Keys, key: str, root: Path, *, required: bool = False) -> Path | None:
    file = _path(keys, key, root, required=required)
    if file is not None and not file.is_file():
        keys.report(
            f"{keys.name(key)}: there is no such file", code="no_file", expected="a path relative to agency.toml"
        )
    return file


def _folder(keys: Keys, key: str, root: Path) -> Path | None:
    """Take a folder that may not be there yet."""
    folder = _path(keys, key, root)
    if folder is not None and folder.exists() and not folder.is_dir():
        keys.report(f"{keys.name(key)} is a file", code="no_folder", expected="a folder, which may not be there yet")
    return folder


def _sources(listed: list[dict[str, Any]], root: Path, problems: list[Problem]) -> tuple[Source, ...]:
    sources: list[Source] = []
    for number, values in enumerate(listed, start=1):
        keys = Keys(values, f"[[sources]] number {number}", problems)
        name = keys.take("name", "text", required=True, default="")
        path = keys.take("path", "text", required=True)
        _inside(keys, "path", path)
        mapping = _file(keys, "mapping", root, required=True) or root
        keys.finish()
        if name in {source.name for source in sources}:
            keys.report(f"{keys.name('name')} is used twice", code="duplicate_name")
        sources.append(Source(name, (path or "").replace("\\", "/"), mapping))
    return tuple(sources)


def _places(values: Mapping[str, Any], root: Path, problems: list[Problem]) -> Places:
    keys = Keys(values, "[places]", problems)
    places = Places(**{one.name: _file(keys, one.name, root) for one in fields(Places)})
    keys.finish()
    return places


def _geocoding(
    table: Mapping[str, Any] | None, values: Mapping[str, Any], root: Path, problems: list[Problem]
) -> ReferenceFile | None:
    own = {key: value for key, value in (table or {}).items() if key != "web"}
    if not own:
        return None
    name, crs = (value if isinstance(value := values.get(key), str) else None for key in ("name", "crs"))
    return read_reference_table(
        own, where="[geocoding]", source=root / SETTINGS, name=name or "", problems=problems, crs=crs, inside=root
    )


def _web(
    table: Mapping[str, Any] | None, values: Mapping[str, Any], root: Path, problems: list[Problem]
) -> WebService | None:
    keys = Keys({key: value for key, value in (table or {}).items() if key == "web"}, "[geocoding]", problems)
    web, name = keys.take("web", "table"), values.get("name")
    if web is None:
        return None
    key_file = web.get("key_file")
    if isinstance(key_file, str) and not _inside(keys, "web key_file", key_file):
        return None
    return read_web_table(web, agency=name if isinstance(name, str) else "", root=root, problems=problems)


def _offense_groups(values: Mapping[str, Any], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    keys = Keys(values, "[offense_groups]", problems)
    groups = {label: keys.take(label, "texts", default=()) for label in values}
    for label, offenses in groups.items():
        check_offenses(keys, label, offenses)
    return groups


def _notes(values: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]], problems: list[Problem]) -> dict[str, str]:
    keys = Keys(values, "[offense_notes]", problems)
    check_labels(keys, "", list(values), groups)
    return {label: keys.take(label, "text", default="") for label in values}
