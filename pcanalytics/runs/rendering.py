"""An executed notebook made into the files of one area: its page for each kind of readers, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pcanalytics.briefing import AUDIENCES, Audience, csv_name, csv_text, index_page, workbook
from pcanalytics.errors import InputRejected
from pcanalytics.periods import week_of
from pcanalytics.runs.pages import to_page
from pcanalytics.runs.publishing import PUBLIC

__all__ = ["Rendered", "indexes", "period_end", "render"]


@dataclass(frozen=True)
class Rendered:
    """The files of one area.

    Parameters
    ----------
    files : mapping of str to bytes
        File name in the period's folder to content.
    facts : mapping of str to mapping
        For each audience that has a page, what its index takes from it.
    """

    files: Mapping[str, bytes]
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def period_end(period: str) -> pd.Timestamp:
    """Give the first moment after a period, which stands for the date of its workbooks.

    Parameters
    ----------
    period : str
        A week, a month or a day.

    Examples
    --------
    >>> period_end("2026-W47"), period_end("2026-11"), period_end("2026-11-23")
    (Timestamp('2026-11-23 00:00:00'), Timestamp('2026-12-01 00:00:00'), Timestamp('2026-11-24 00:00:00'))
    """
    if "W" in period:
        return week_of(period).end
    start = pd.Timestamp(period)
    return start + (pd.offsets.MonthBegin(1) if period.count("-") == 1 else pd.Timedelta(days=1))


def render(notebook: Mapping[str, Any], slug: str, *, audiences: Sequence[Audience], as_of: pd.Timestamp) -> Rendered:
    """Make the files of one area.

    Parameters
    ----------
    notebook : mapping
        Its executed notebook.
    slug : str
        The name of its files without ending.
    audiences : sequence of str
        For whom. An audience to whom the notebook shows nothing gets no page.
    as_of : pandas.Timestamp
        The date of its workbooks.

    Returns
    -------
    Rendered
        The same notebook gives the same bytes.

    Raises
    ------
    InputRejected
        When the notebook makes no page for the agency's own readers.

    Examples
    --------
    >>> from pcanalytics.briefing import masthead
    >>> head = masthead(agency="Sample PD", area="North", week="2026-W47", as_of=pd.Timestamp("2026-11-23"))
    >>> cell = {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": head._repr_mimebundle_()}]}
    >>> made = render({"cells": [cell]}, "north", audiences=["internal"], as_of=pd.Timestamp("2026-11-23"))
    >>> sorted(made.files), made.facts["internal"]["file"]
    (['north.html'], 'north.html')
    """
    files: dict[str, bytes] = {}
    facts: dict[str, Mapping[str, Any]] = {}
    for audience in audiences:
        folder = f"{PUBLIC}/" if audience == PUBLIC else ""
        book = f"{slug}.xlsx"
        page = to_page(notebook, audience=audience, workbook=book, index="index.html")
        if "area" not in page.facts:
            if audience != PUBLIC:
                raise InputRejected("The notebook shows no masthead, so no page is made of it.")
            continue
        own = {**page.facts, "file": f"{slug}.html"}
        files[f"{folder}{slug}.html"] = page.html.encode("utf-8")
        if page.tables:
            title = str(page.facts.get("title", slug))
            files[f"{folder}{book}"] = workbook(page.tables, title=title, as_of=as_of)
            own["workbook"] = book
        for name, table in page.tables.items():
            files[f"{folder}csv/{csv_name(slug, name)}"] = csv_text(table).encode("utf-8")
        facts[audience] = own
    return Rendered(files, facts)


def indexes(areas: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, bytes]:
    """Make the index of each audience that has pages.

    Parameters
    ----------
    areas : mapping
        Slug to the facts of :class:`Rendered`.

    Returns
    -------
    dict of str to bytes
        ``index.html``, and ``public/index.html`` where there are public pages.

    Examples
    --------
    >>> one = {"agency": "Sample PD", "area": "North", "week": "2026-W47", "days": "16 to 22 November 2026", "file": "north.html"}
    >>> sorted(indexes({"north": {"internal": one}}))
    ['index.html']
    """
    made = {}
    for audience in AUDIENCES:
        pages = [areas[slug][audience] for slug in sorted(areas) if audience in areas[slug]]
        if pages:
            folder = f"{PUBLIC}/" if audience == PUBLIC else ""
            made[f"{folder}index.html"] = index_page(pages, audience=audience).encode("utf-8")
    return made
