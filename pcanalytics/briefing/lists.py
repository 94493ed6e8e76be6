"""Lists with no count beside an earlier one: addresses that call again and again, people under supervision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["address_table", "supervision_table"]


def address_table(addresses: pd.DataFrame, *, days: int = 28, any_calls: bool = True) -> Fragment:
    """Show the addresses with most calls for service; for internal readers only.

    Parameters
    ----------
    addresses : pandas.DataFrame
        ``address``, ``beat``, ``calls_recent``, ``calls_12_months``, ``most_usual_type``, ``latest``,
        ``institution``.
    days : int
        The days of ``calls_recent``, for the heading.
    any_calls : bool
        Whether any call is on record: that none is does not mean that no address repeats.

    Returns
    -------
    Fragment
        A table, or a sentence when no address repeats.

    Examples
    --------
    >>> "No address" in address_table(pd.DataFrame(columns=["address"])).html
    True
    """
    if not any_calls:
        return Fragment('<p class="few">No calls for service are on record.</p>')
    if addresses.empty:
        return Fragment(f'<p class="few">No address had two or more calls in the last {days} days.</p>')
    rows = []
    for row in addresses.to_dict("records"):
        is_named = pd.isna(row["institution"]) or str(row["institution"]).upper() == str(row["address"]).upper()
        mark = "" if is_named else f'<span class="tag">{text(row["institution"])}</span>'
        latest = "" if pd.isna(row["latest"]) else f"{row['latest'].day} {row['latest']:%b}"
        rows.append(
            f'<tr><th scope="row">{text(row["address"])} {mark}</th><td>{text(row["beat"])}</td>'
            f'<td class="number now">{number(row["calls_recent"])}</td>'
            f'<td class="number past">{number(row["calls_12_months"])}</td>'
            f"<td>{text(row['most_usual_type'])}</td><td>{latest}</td></tr>"
        )
    names = ("Address", "Beat", f"{days} days", "12 months", "Most usual call", "Latest")
    head = "".join(
        f'<th scope="col"{" class=number" if place in (2, 3) else ""}>{name}</th>' for place, name in enumerate(names)
    )
    under = (
        "Calls for service from the public; units of a building are counted together. Calls that officers started are left "
        "out. Addresses kept confidential, and calls about domestic or sexual violence, are never listed. A hospital, a "
        "station or a shelter is marked: calls there have reasons of their own."
    )
    caption = f"<caption>Addresses with most calls in {days} days</caption>"
    table = f'<table class="list">{caption}<thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    columns = {
        "address": "Address",
        "beat": "Beat",
        "calls_recent": f"Calls in {days} days",
        "calls_12_months": "Calls in 12 months",
        "most_usual_type": "Most usual call",
        "latest": "Latest",
        "institution": "Institution",
    }
    shown = shown_table(addresses, columns, title=f"Addresses with most calls in {days} days")
    return Fragment(scroll("Repeat addresses", table, under), tables={"addresses": shown})


def supervision_table(
    counts: pd.DataFrame,
    *,
    agreement: Mapping[str, Any] | None = None,
    scope: str = "",
    public_counts: pd.DataFrame | None = None,
) -> Fragment:
    """Show counts of people under supervision and of releases, with no person behind them.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``topic``, ``label``, ``count``, ``shown``; small counts come in words.
    agreement : mapping, optional
        ``id`` of the agreement under which corrections shared them.
    scope : str
        What the counts cover, such as ``"the whole city"``.
    public_counts : pandas.DataFrame, optional
        The same, read for a public purpose, for the public page. Without it the public page has no such table.

    Examples
    --------
    >>> "No supervision counts" in supervision_table(pd.DataFrame(columns=["topic"])).html
    True
    """
    public = None
    if public_counts is not None and len(public_counts):
        public = _supervision(public_counts, "", scope, public=None)
    return _supervision(counts, str((agreement or {}).get("id", "")), scope, public=public)


def _supervision(counts: pd.DataFrame, agreement: str, scope: str, *, public: Fragment | None) -> Fragment:
    if counts.empty:
        few = "No supervision counts: none are loaded, or the agreement does not share them for this purpose."
        return Fragment(f'<p class="few">{few}</p>', public=public)
    topics = {"supervision": "Under supervision", "releases": "Releases"}
    bodies = []
    for topic, rows in counts.groupby("topic", sort=False):
        lines = "".join(
            f'<tr><th scope="row">{text(str(row["label"]).replace("_", " ").capitalize())}</th>'
            f'<td class="number{" small" if pd.isna(row["count"]) else ""}">{text(row["shown"])}</td></tr>'
            for row in rows.to_dict("records")
        )
        title = text(topics.get(str(topic), str(topic)))
        bodies.append(f'<tbody><tr class="head"><th scope="rowgroup" colspan="2">{title}</th></tr>{lines}</tbody>')
    under = "Counts only; small ones are kept back, so parts need not add up."
    under += f" They cover {scope}." if scope else ""
    under += f" Shared under agreement {agreement}." if agreement else ""
    table = (
        f'<table class="list short"><caption>People under supervision, and releases</caption>{"".join(bodies)}</table>'
    )
    columns = {"topic": "Topic", "label": "What", "shown": "Count"}
    shown = shown_table(counts, columns, title="People under supervision, and releases")
    return Fragment(scroll("Supervision counts", table, under, half=True), tables={"supervision": shown}, public=public)
