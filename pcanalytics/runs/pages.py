"""An executed notebook made into a page: its words and its fragments, none of its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mistune

from pcanalytics.briefing import MIME, Fragment, from_bundle, page
from pcanalytics.briefing.escape import text
from pcanalytics.errors import InputRejected

__all__ = ["LARGEST_BYTES", "NOT_ON_PAGE", "BriefingPage", "to_page"]

#: Cells with this tag stay in the notebook.
NOT_ON_PAGE = "not-on-page"

#: A page larger than this is refused: something was shown that was not meant to be.
LARGEST_BYTES = 16_000_000


@dataclass(frozen=True)
class BriefingPage:
    """A page, and what the index takes from it.

    Parameters
    ----------
    html : str
        The whole page.
    facts : mapping
        The facts of its fragments together: agency, area, week, headline, totals.
    """

    html: str
    facts: Mapping[str, Any]


def to_page(notebook: Mapping[str, Any], *, title: str | None = None) -> BriefingPage:
    """Put the words and outputs of an executed notebook together to one page.

    Written cells become paragraphs, with any markup in them shown as letters. Of the outputs, fragments are
    taken over, pictures are put inside, plain text is shown as it stands; HTML that is no fragment,
    printed lines and all code are left out.

    Parameters
    ----------
    notebook : mapping
        An executed notebook, version 4.
    title : str, optional
        The title; without it the masthead's.

    Returns
    -------
    BriefingPage
        The same notebook gives the same bytes.

    Raises
    ------
    InputRejected
        When a cell failed, an output is no fragment of this suite, or the page is too large.

    Examples
    --------
    >>> from pcanalytics.briefing import note
    >>> output = {"output_type": "execute_result", "data": note("12 offenses")._repr_mimebundle_()}
    >>> cells = [{"cell_type": "code", "metadata": {}, "source": "secret", "outputs": [output]}]
    >>> made = to_page({"cells": cells}, title="North")
    >>> "12 offenses" in made.html, "secret" in made.html
    (True, False)
    """
    written = mistune.create_markdown(escape=True, plugins=["table"])
    fragments: list[Fragment] = []
    for cell in notebook["cells"]:
        if NOT_ON_PAGE in cell.get("metadata", {}).get("tags", []):
            continue
        if cell["cell_type"] == "markdown":
            fragments.append(Fragment(str(written(_joined(cell["source"])))))
        elif cell["cell_type"] == "code":
            shown = (_shown(output) for output in cell.get("outputs", []))
            fragments += [fragment for fragment in shown if fragment is not None]
    facts = {name: value for fragment in fragments for name, value in fragment.facts.items()}
    html = page(fragments, title=title or str(facts.get("title", "Briefing")))
    if len(html.encode("utf-8")) > LARGEST_BYTES:
        raise InputRejected(
            f"The page would be larger than {LARGEST_BYTES / 1e6:.0f} MB. Show less of a frame, or draw fewer points."
        )
    return BriefingPage(html, facts)


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
    if "text/plain" in data:
        return Fragment(f'<pre class="plain">{text(_joined(data["text/plain"]))}</pre>')
    return None
