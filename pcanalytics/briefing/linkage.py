"""How well people were linked: counts, quality, what waits for a reviewer. Groups and counts only, never a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["counted_table", "linkage_head", "quality_table", "queue_table"]

#: Rows of a quality table, in the order in which they are shown, and what a reader sees.
_MEASURES = {
    "precision": "Precision",
    "recall": "Recall",
    "recall_of_compared": "Recall, of pairs compared",
    "f1": "F1",
    "f1_of_compared": "F1, of pairs compared",
    "false_in_household": "False links inside one household",
    "pair_precision": "Precision inside groups",
    "pair_recall": "Recall inside groups",
    "exact_precision": "Groups exactly right",
    "exact_recall": "People exactly right",
    "split_people": "People in several groups",
    "mixed_groups": "Groups of several people",
}


def linkage_head(*, agency: str, week: str, as_of: pd.Timestamp, model: str) -> Fragment:
    """Head a page on linkage with whose it is and which model compared the records.

    Parameters
    ----------
    agency : str
        The agency's name.
    week : str
        The last complete week of the records.
    as_of : pandas.Timestamp
        The first moment after it.
    model : str
        The model's date and digest.

    Returns
    -------
    Fragment
        For the agency's own readers. Its facts carry agency, area, week and title.

    Examples
    --------
    >>> head = linkage_head(agency="Sample PD", week="2026-W47", as_of=pd.Timestamp("2026-11-23"), model="2026-11-23, 0123abcd")
    >>> head.for_audience("public") is None
    True
    """
    last = as_of - pd.Timedelta(days=1)
    days = f"records to {last.day} {last:%B} {last.year}"
    html = (
        f'<header class="mast"><p class="agency">{text(agency)} <span>Data quality</span></p><h1>The same person in two systems</h1>'
        f'<p class="when">R{text(days[1:])} <span>{text(week)}</span></p><p class="stamp">Model of {text(model)}</p></header>'
    )
    facts = {"agency": agency, "area": "Whole city", "is_city": True, "week": week, "days": days}
    return Fragment(html, facts={**facts, "title": f"Linkage, {days}"})


def counted_table(
    rows: pd.DataFrame,
    headings: Mapping[str, str],
    *,
    title: str,
    name: str,
    under: str = "",
    meanings: Mapping[str, str] | None = None,
) -> Fragment:
    """Show a table of counts: the first column names the rows, shares are written as percent.

    Parameters
    ----------
    rows : pandas.DataFrame
        With the columns that ``headings`` names.
    headings : mapping of str to str
        Column to what stands above it, in order; ``share`` is a share between 0 and 1.
    title : str
        What the table is called.
    name : str
        The short name of its table of numbers.
    under : str
        A sentence below it.
    meanings : mapping of str to str, optional
        What each value of the first column means; its last column.

    Raises
    ------
    UsageError
        When a column may not be shown.

    Examples
    --------
    >>> rows = pd.DataFrame({"agency": ["DOC"], "records": [1200], "share": [0.5]})
    >>> html = counted_table(rows, {"agency": "Agency", "records": "Records", "share": "Of all"}, title="Records", name="r").html
    >>> "1,200" in html, "50.0%" in html
    (True, True)
    """
    if rows.empty:
        return Fragment(f'<p class="few">{text(title)}: nothing to count.</p>')
    first, *others = headings
    body = "".join(
        f'<tr><th scope="row">{text(_words(row[first]))}</th>'
        + "".join(f'<td class="number">{_cell(column, row[column])}</td>' for column in others)
        + (f'<td class="said">{text(meanings.get(str(row[first]), ""))}</td>' if meanings is not None else "")
        + "</tr>"
        for row in rows.to_dict("records")
    )
    head = f'<th scope="col">{text(headings[first])}</th>'
    head += "".join(f'<th scope="col" class="number">{text(headings[column])}</th>' for column in others)
    head += '<th scope="col">What it means</th>' if meanings is not None else ""
    table = f'<table class="list"><caption>{text(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Fragment(scroll(title, table, under), tables={name: shown_table(rows, headings, title=title)})


def _cell(column: str, value: Any) -> str:
    if value is None or pd.isna(value):
        return "–"
    return percent(value) if column == "share" else number(value)


def _words(value: Any) -> str:
    return str(value).replace("_", " ")


def percent(value: Any) -> str:
    """Write a share as percent, so that nearly all is never written as all, nor nearly none as none."""
    if value is None or pd.isna(value):
        return "–"
    share = float(value)
    if 0 < share < 0.0005 or 0.9995 <= share < 1:
        return f"{share:.2%}" if 0.0001 <= share < 0.99995 else ("under 0.01%" if share < 0.5 else "over 99.99%")
    return f"{share:.1%}"


def quality_table(
    measures: pd.DataFrame, meanings: Mapping[str, str], *, title: str, name: str, source: str, caution: str = ""
) -> Fragment:
    """Show precision, recall and the like with their intervals.

    Parameters
    ----------
    measures : pandas.DataFrame
        ``measure``, ``value``, ``low``, ``high``, ``n``, from :func:`pcanalytics.linkage.pair_quality`,
        :func:`pcanalytics.linkage.cluster_quality` or :func:`pcanalytics.linkage.estimate_from_clerical`. Counts in it are not shown.
    meanings : mapping of str to str
        What each measure says.
    title : str
        What the figure is called.
    name : str
        The short name of its table of numbers.
    source : str
        What the links were held against.
    caution : str
        A sentence more on how to read it.

    Examples
    --------
    >>> one = pd.DataFrame([{"measure": "precision", "value": 0.998, "low": 0.99, "high": 0.999, "n": 900}])
    >>> "99.8%" in quality_table(one, {}, title="Quality", name="quality", source="labels").html
    True
    """
    shown = measures if measures.empty else measures[measures["measure"].isin(_MEASURES) & measures["value"].notna()]
    if shown.empty:
        return Fragment(f'<p class="few">{text(title)}: nothing to hold the links against.</p>')
    rows = "".join(
        f'<tr><th scope="row">{text(_MEASURES[row["measure"]])}</th><td class="number now">{percent(row["value"])}</td>'
        f'<td class="number nowrap">{_range(row)}</td><td class="number">{number(row["n"])}</td>'
        f'<td class="said">{text(meanings.get(row["measure"], ""))}</td></tr>'
        for row in shown.to_dict("records")
    )
    names = (("Measure", ""), ("Value", "number"), ("95% interval", "number"), ("Of", "number"), ("What it says", ""))
    head = "".join(f'<th scope="col" class="{kind}">{one}</th>' for one, kind in names)
    table = f'<table class="list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    html = figure(
        title,
        scroll(title, table),
        kind="test",
        shows=f"Links held against {source}.",
        read="The interval is where the true value lies, nineteen times in twenty, were the agencies' people others "
        "like these. "
        f"People, not pairs, are its units, because pairs of one person are right or wrong together. {caution}".strip(),
        do="Precision below 99.5%: look at the queue and the guards before any use. Recall: whoever is missed looks as "
        "if nothing were known.",
    )
    heads = {"measure": "Measure", "share": "Value", "low": "From", "high": "To", "count": "Of"}
    numbers = shown_table(shown.rename(columns={"value": "share", "n": "count"}), heads, title=title)
    return Fragment(html, tables={name: numbers})


def _range(row: Mapping[str, Any]) -> str:
    return "–" if pd.isna(row["low"]) else f"{percent(row['low'])} to {percent(row['high'])}"


def queue_table(reasons: pd.DataFrame, meanings: Mapping[str, str], *, links: int) -> Fragment:
    """Show how many pairs wait for a reviewer, by reason.

    Parameters
    ----------
    reasons : pandas.DataFrame
        ``reason`` and ``count``, the most first.
    meanings : mapping of str to str
        What each reason means.
    links : int
        How many links were made, to compare with.

    Examples
    --------
    >>> "Nobody waits" in queue_table(pd.DataFrame(columns=["reason", "count"]), {}, links=9).html
    True
    """
    if reasons.empty:
        return Fragment('<p class="few">Nobody waits for a reviewer.</p>')
    waiting = int(reasons["count"].sum())
    under = (
        f"{waiting:,} pairs wait, beside {links:,} links made ({percent(waiting / max(links, 1))}). Each is worked "
        "through with "
        "pcanalytics link review, which shows both records side by side to the reviewer alone."
    )
    shown = reasons.assign(share=reasons["count"] / max(waiting, 1))
    heads = {"reason": "Reason", "count": "Pairs", "share": "Of the queue"}
    return counted_table(shown, heads, title="Pairs waiting, by reason", name="queue", under=under, meanings=meanings)
