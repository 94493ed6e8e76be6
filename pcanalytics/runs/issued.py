"""What a period's folder holds, and what it holds once some of its areas are made again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.runs.areas import CITY
from pcanalytics.runs.publishing import FACTS_FILE, check_name, with_notice
from pcanalytics.runs.rendering import Rendered, indexes

__all__ = ["issued_files", "refuse_anothers", "together"]


def refuse_anothers(slugs: Mapping[str, str], areas: Mapping[str, Any]) -> None:
    """Refuse a page that would take the place of another district's, issued by a run of its own.

    Parameters
    ----------
    slugs : mapping of str to str
        Area to slug, of what is about to be run.
    areas : mapping
        From :func:`issued_files`.

    Raises
    ------
    UsageError
        When two districts would share a file name.

    Examples
    --------
    >>> refuse_anothers({"North-Bank": "north-bank"}, {"north-bank": {"facts": {"internal": {"area": "North Bank"}}}})
    Traceback (most recent call last):
    pcanalytics.errors.UsageError: Two districts would share the file name north-bank.html. Rename one in the workspace.
    """
    for area, slug in slugs.items():
        if area != CITY and slug in areas and areas[slug]["facts"]["internal"].get("area") != area:
            raise UsageError(f"Two districts would share the file name {slug}.html. Rename one in the workspace.")


def together(
    earlier: Mapping[str, bytes], there: Mapping[str, Any], made: Mapping[str, Rendered], still: Sequence[str]
) -> dict[str, bytes]:
    """Put what was made now together with what stays of areas that were not run, and lead to all of it.

    Pages of areas whose last run failed, and the indexes above them, go on saying so.

    Parameters
    ----------
    earlier, there : mapping
        From :func:`issued_files`.
    made : mapping of str to Rendered
        Slug to what was made now.
    still : sequence of str
        Slugs of areas that are there and could not be made again.

    Returns
    -------
    dict of str to bytes
        Every file of the period's folder.

    Examples
    --------
    >>> one = {"agency": "Sample PD", "area": "North", "week": "2026-W47", "days": "16 to 22 November 2026", "file": "north.html"}
    >>> sorted(together({}, {}, {"north": Rendered({"north.html": b"x"}, {"internal": one})}, []))
    ['index.html', 'issue.json', 'north.html']
    """
    files, areas = dict(earlier), dict(there)
    for slug, rendered in made.items():
        for name in areas.get(slug, {}).get("files", ()):
            files.pop(name, None)
        files |= rendered.files
        areas[slug] = {"files": sorted(rendered.files), "facts": rendered.facts}
    files |= indexes({slug: area["facts"] for slug, area in areas.items()})
    if still:
        notice = f"Stale in part: the last run failed for {', '.join(still)}, of which earlier pages stay."
        for name in files:
            if name.endswith(".html") and Path(name).stem in ("index", *still):
                files[name] = with_notice(files[name], notice)
    files[FACTS_FILE] = (json.dumps(areas, indent=1, sort_keys=True) + "\n").encode("utf-8")
    return files


def issued_files(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Give the files and facts that a period's folder holds already, as they were issued.

    Parameters
    ----------
    folder : Path
        ``<reports>/<report>/<period>``.

    Returns
    -------
    tuple of dict
        File name to content, without indexes; and slug to ``files`` and ``facts`` of each area that is there whole.

    Raises
    ------
    InputRejected
        When what the folder says of itself is damaged.

    Examples
    --------
    >>> issued_files(Path("no-such-folder"))
    ({}, {})
    """
    try:
        areas = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        for area in areas.values():
            area["facts"]["internal"]["area"]  # noqa: B018 - is there
            for name in area["files"]:
                check_name(name)
    except FileNotFoundError:
        return {}, {}
    except (ValueError, TypeError, KeyError, AttributeError, UsageError):
        raise InputRejected(f"{folder.name}/{FACTS_FILE} is damaged. Remove that folder and issue it again.") from None
    there = {slug: area for slug, area in areas.items() if all((folder / name).exists() for name in area["files"])}
    names = [name for area in there.values() for name in area["files"]]
    return {name: with_notice((folder / name).read_bytes(), "") for name in names}, there
