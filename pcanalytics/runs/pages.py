"""An executed notebook made into a page: its words and its fragments, none of its code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import mistune

from pcanalytics.briefing import MIME, Audience, Fragment, from_bundle, page
from pcanalytics.briefing.escape import text
from pcanalytics.errors import InputRejected

__all__ = ["INTERNAL", "LARGEST_BYTES", "NOT_ON_PAGE", "BriefingPage", "not_shown", "to_page"]

#: Cells with the first tag stay in the notebook; those with the second are on the agency's own page alone.
NOT_ON_PAGE, INTERNAL = "not-on-page", "internal"

_BEFORE_HEADING = re.compile(r"(?=<h[1-6]\b)")

#: A page larger than this is refused: something was shown that was not meant to be.
LARGEST_BYTES = 16_000_000


@dataclass(frozen=True)
class BriefingPage:
    """A page for its readers, what the index takes from it, and the numbers behind it.

    Parameters
    ----------
    html : str
        The whole page.
    facts : mapping
        The facts of its fragments together: agency, area, week, headline, totals.
    tables : mapping of str to mapping
        The tables of its fragments together, for its workbook and CSV files.
    """

    html: str
    facts: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]


def to_page(
    notebook: Mapping[str, Any],
    *,
    title: str | None = None,
    audience: Audience = "internal",
    workbook: str | None = None,
    index: str | None = None,
) -> BriefingPage:
    """Put the words and outputs of an executed notebook together to one page.

    Written cells become paragraphs, with any markup in them shown as letters. Of the outputs, fragments are
    taken over and pictures are put inside, these on the agency's own page alone. Whatever else a cell shows or prints, such
    as a frame with every column it has, and all code, is left out.

    Parameters
    ----------
    notebook : mapping
        An executed notebook, version 4.
    title : str, optional
        The title; without it the masthead's.
    audience : {"internal", "public"}
        Who reads it. The public page has the written cells that are not tagged ``internal``, and of each fragment what it
        gives for the public.
    workbook : str, optional
        The file name of the page's workbook beside it. The page leads to it when it has any table.
    index : str, optional
        The file name of the index beside it. The page leads to it.

    Returns
    -------
    BriefingPage
        The same notebook gives the same bytes. Facts and tables are those of what these readers are shown.

    Raises
    ------
    InputRejected
        When a cell failed, an output is no fragment of this suite, two tables share a name, or the page is too large.

    Examples
    --------
    >>> from pcanalytics.briefing import note
    >>> output = {"output_type": "execute_result", "data": note("12 offenses")._repr_mimebundle_()}
    >>> cells = [{"cell_type": "code", "metadata": {}, "source": "secret", "outputs": [output]}]
    >>> made = to_page({"cells": cells}, title="North")
    >>> "12 offenses" in made.html, "secret" in made.html
    (True, False)
    """
    fragments = [fragment for cell in notebook["cells"] for fragment in _of_cell(cell)]
    shown = [rendered for fragment in fragments if (rendered := fragment.for_audience(audience)) is not None]
    facts = {name: value for fragment in shown for name, value in fragment.facts.items()}
    tables = _together(shown)
    html = page(
        fragments,
        title=title or str(facts.get("title", "Briefing")),
        audience=audience,
        workbook=workbook if tables else None,
        index=index,
    )
    if len(html.encode("utf-8")) > LARGEST_BYTES:
        raise InputRejected(
            f"The page would be larger than {LARGEST_BYTES / 1e6:.0f} MB. Show less of a frame, or draw fewer points."
        )
    return BriefingPage(html, facts, tables)


def not_shown(notebook: Mapping[str, Any]) -> list[str]:
    """Name the cells of which something stands on no page because it is no fragment, for whoever looks for it there.

    Parameters
    ----------
    notebook : mapping
        An executed notebook, version 4.

    Examples
    --------
    >>> output = {"output_type": "execute_result", "data": {"text/plain": "12"}}
    >>> not_shown({"cells": [{"cell_type": "code", "outputs": [output]}]})
    ['cell 1: what it shows is no fragment and stands on no page']
    """
    numbers = [
        number
        for number, cell in enumerate(notebook["cells"], start=1)
        if NOT_ON_PAGE not in cell.get("metadata", {}).get("tags", [])
        and any(output.get("data") and _shown(output) is None for output in cell.get("outputs", []))
    ]
    return [f"cell {number}: what it shows is no fragment and stands on no page" for number in numbers]


def _of_cell(cell: Mapping[str, Any]) -> Iterator[Fragment]:
    """Give what a cell puts on a page."""
    tags = cell.get("metadata", {}).get("tags", [])
    if NOT_ON_PAGE in tags:
        return
    if cell["cell_type"] == "markdown":
        written = mistune.create_markdown(escape=True, plugins=["table"])
        for part in _BEFORE_HEADING.split(str(written(_joined(cell["source"])))):
            if part:
                yield Fragment(part, public=None if INTERNAL in tags else "same")
    elif cell["cell_type"] == "code":
        for output in cell.get("outputs", []):
            shown = _shown(output)
            if shown is not None:
                yield replace(shown, public=None) if INTERNAL in tags else shown


def _together(fragments: list[Fragment]) -> dict[str, Mapping[str, Any]]:
    """Give the tables of all fragments by name."""
    tables: dict[str, Mapping[str, Any]] = {}
    for fragment in fragments:
        twice = sorted(set(tables) & set(fragment.tables))
        if twice:
            raise InputRejected(f"Two fragments of the notebook give a table of one name: {', '.join(twice)}.")
        tables.update(fragment.tables)
    return tables


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _shown(output: Mapping[str, Any]) -> Fragment | None:
    if output["output_type"] == "error":
        raise InputRejected("A cell of the notebook failed, so no page is made of it.")
    data = output.get("data", {})
    if MIME in data:
        return from_bundle(data[MIME])
    if "image/png" in data:
        picture = "".join(_joined(data["image/png"]).split())
        return Fragment(f'<p><img alt="Figure of the notebook" src="data:image/png;base64,{text(picture)}"></p>')
    return None
