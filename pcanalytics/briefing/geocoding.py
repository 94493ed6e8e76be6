"""How well addresses were found: hit rates two ways, where misses cluster, what was set aside, what to look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import short
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["geocoding_head", "held_table", "miss_note", "pile_up_table", "rate_table", "reason_table", "review_table"]

_RATES = {
    "records": "Records",
    "rate_of_all": "Found, of all",
    "addresses": "Location is an address",
    "rate_of_addresses": "Found, of these",
    "low": "From",
    "high": "To",
}


#: Rows with fewer addresses have no say in how wide the drawn scale is.
_FEWEST = 30


def geocoding_head(*, agency: str, week: str, as_of: pd.Timestamp, reference: str, vintage: str) -> Fragment:
    """Head a page on geocoding with whose it is and what addresses were matched against.

    Parameters
    ----------
    agency : str
        The agency's name.
    week : str
        The last complete week of the records.
    as_of : pandas.Timestamp
        The first moment after it.
    reference, vintage : str
        The reference, and of when it is.

    Returns
    -------
    Fragment
        For the agency's own readers. Its facts carry agency, area, week and title.

    Examples
    --------
    >>> head = geocoding_head(agency="Sample PD", week="2026-W47", as_of=pd.Timestamp("2026-11-23"), reference="Streets", vintage="2026")
    >>> head.for_audience("public") is None
    True
    """
    last = as_of - pd.Timedelta(days=1)
    days = f"records to {last.day} {last:%B} {last.year}"
    title = f"Geocoding, {days}"
    html = (
        f'<header class="mast"><p class="agency">{text(agency)} <span>Data quality</span></p><h1>Are the records on the map?</h1>'
        f'<p class="when">R{text(days[1:])} <span>{text(week)}</span></p>'
        f'<p class="stamp">Matched against {text(reference)}, vintage {text(vintage)}</p></header>'
    )
    facts = {"agency": agency, "area": "Whole city", "is_city": True, "week": week, "days": days, "title": title}
    return Fragment(html, facts=facts)


def rate_table(
    rates: pd.DataFrame,
    *,
    by: str,
    heading: str,
    title: str,
    name: str,
    marked: Collection[str] = (),
    top: int | None = None,
    under: str = "",
) -> Fragment:
    """Show hit rates two ways, one row a group.

    Parameters
    ----------
    rates : pandas.DataFrame
        From :func:`pcanalytics.geocoding.match_rates`, in the order in which rows are shown.
    by : str
        The column that names the rows.
    heading : str
        What a reader sees above it.
    title : str
        What the table is called.
    name : str
        The short name of its table of numbers.
    marked : collection of str
        Values of ``by`` that are marked as holes.
    top : int, optional
        How many rows the page shows; the workbook holds all.
    under : str
        A sentence below it.

    Examples
    --------
    >>> one = {"beat": "007", "records": 9, "addresses": 8, "rate_of_all": 0.5, "rate_of_addresses": 0.6, "low": 0.3, "high": 0.8}
    >>> one = pd.DataFrame([one])
    >>> '<th scope="row">007' in rate_table(one, by="beat", heading="Beat", title="Beats", name="beats").html
    True
    """
    if rates.empty:
        return Fragment(f'<p class="few">{text(title)}: no records.</p>')
    shown = rates if top is None else rates.head(top)
    enough = shown.loc[shown["addresses"] >= _FEWEST, "low"].dropna()
    lowest = min([0.9, *(float(value) for value in enough)])
    floor = max(0.0, int(lowest * 20) / 20)
    rows = "".join(_rate_row(row, by, marked, floor) for row in shown.to_dict("records"))
    names = [heading, *(_RATES[one] for one in ("records", "rate_of_all", "addresses", "rate_of_addresses"))]
    head = "".join(
        f'<th scope="col"{" class=number" if place else ""}>{text(one)}</th>' for place, one in enumerate(names)
    )
    head += f'<th scope="col">95% interval, {floor:.0%} to 100%</th>'
    table = f'<table class="list rates"><caption>{text(title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    numbers = shown_table(rates, {by: heading, **_RATES}, title=title)
    more = f"The {len(rates) - len(shown)} other rows are in the workbook." if len(rates) > len(shown) else ""
    return Fragment(scroll(title, table, " ".join(part for part in (under, more) if part)), tables={name: numbers})


def _rate_row(row: Mapping[str, Any], by: str, marked: Collection[str], floor: float) -> str:
    label = "not recorded" if pd.isna(row[by]) else str(row[by])
    tag = '<span class="tag">misses cluster here</span>' if label in marked else ""
    bar = ""
    if not pd.isna(row["low"]):
        left, right = (100 * max(float(row[end]) - floor, 0) / (1 - floor) for end in ("low", "high"))
        bar = (
            '<svg class="hbar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<path d="M{short(left)} 1h{short(max(right - left, 0.8))}v8H{short(left)}z"/></svg>'
        )
    return (
        f'<tr><th scope="row">{text(label)}{tag}</th><td class="number">{number(row["records"])}</td>'
        f'<td class="number">{_percent(row["rate_of_all"])}</td><td class="number">{number(row["addresses"])}</td>'
        f'<td class="number now">{_percent(row["rate_of_addresses"])}</td><td class="barcell">{bar}</td></tr>'
    )


def _percent(value: Any) -> str:
    if value is None or pd.isna(value):
        return "–"
    return "under 0.1%" if 0 < value < 0.0005 else f"{float(value):.1%}"


def _words(reason: Any) -> str:
    return str(reason).replace("po_box", "PO box").replace("_", " ")


def reason_table(reasons: pd.DataFrame, meanings: Mapping[str, str], *, title: str, name: str) -> Fragment:
    """Show why records were not found, most records first.

    Parameters
    ----------
    reasons : pandas.DataFrame
        ``reason``, ``records``, ``share``, ``is_address`` of :func:`pcanalytics.geocoding.reason_counts`.
    meanings : mapping of str to str
        What each reason means.
    title : str
        What the table is called.
    name : str
        The short name of its table of numbers.

    Examples
    --------
    >>> one = pd.DataFrame([{"reason": "transient", "records": 9, "share": 0.1, "is_address": False}])
    >>> "no address" in reason_table(one, {}, title="Why", name="why").html
    True
    """
    if reasons.empty:
        return Fragment('<p class="few">Every record was found.</p>')
    rows = "".join(
        f'<tr><th scope="row">{text(_words(row["reason"]))}'
        f"{'' if row['is_address'] else ' <span class=tag>no address</span>'}</th>"
        f'<td class="number now">{number(row["records"])}</td><td class="number">{_percent(row["share"])}</td>'
        f"<td>{text(meanings.get(row['reason'], ''))}</td></tr>"
        for row in reasons.to_dict("records")
    )
    head = '<th scope="col">Reason</th><th scope="col" class="number">Records</th>'
    head += '<th scope="col" class="number">Of all</th><th scope="col">What it means</th>'
    table = f'<table class="list"><caption>{text(title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    numbers = shown_table(reasons, {"reason": "Reason", "records": "Records", "share": "Share of all"}, title=title)
    return Fragment(scroll(title, table), tables={name: numbers})


def miss_note(words: str, areas: pd.DataFrame, *, by: str, title: str, name: str) -> Fragment:
    """Say whether misses cluster, with the areas furthest above their share.

    Parameters
    ----------
    words : str
        The words of :class:`pcanalytics.geocoding.MissTest`.
    areas : pandas.DataFrame
        Its areas: the column ``by``, ``addresses``, ``missed``, ``expected``, ``records_missed``, ``p_value``.
    by : str
        The column of the area.
    title : str
        What the figure is called.
    name : str
        The short name of its table of numbers.

    Examples
    --------
    >>> none = pd.DataFrame(columns=["beat", "addresses", "missed", "expected", "records_missed", "p_value"])
    >>> "Too little" in miss_note("Too little to tell.", none, by="beat", title="Holes", name="holes").html
    True
    """
    numbers = shown_table(
        areas.assign(p_value=[f"{value:.3f}" for value in areas["p_value"]]),
        {
            by: by.capitalize(),
            "addresses": "Distinct addresses",
            "missed": "Missed",
            "expected": "Expected",
            "records_missed": "Records missed",
            "p_value": "p",
        },
        title=title,
    )
    html = figure(
        title,
        f'<p class="lead">{text(words)}</p>',
        kind="test",
        shows="Whether addresses that were not found come from some areas more than from others.",
        read="Addresses were shuffled between areas many times. p says how often chance alone was at least as uneven.",
        do="Where an area is named, read its hotspots and trends low: look there for new streets, renamed ones and local names first.",
        twin=numbers_twin(numbers),
    )
    return Fragment(html, tables={name: numbers} if len(areas) else {})


def held_table(held: pd.DataFrame, *, points: int, title: str = "Recorded coordinates set aside") -> Fragment:
    """Show how many recorded coordinates cannot be right, and why.

    Parameters
    ----------
    held : pandas.DataFrame
        ``reason``, ``meaning``, ``rows``, ``share`` of :func:`pcanalytics.geocoding.count_reasons`.
    points : int
        How many records were looked at.
    title : str
        What the table is called.

    Examples
    --------
    >>> "None of 9" in held_table(pd.DataFrame(columns=["reason", "rows"]), points=9).html
    True
    """
    if held.empty:
        return Fragment(f'<p class="few">None of {points:,} recorded coordinates was set aside.</p>')
    rows = "".join(
        f'<tr><th scope="row">{text(row["meaning"])}</th><td class="number now">{number(row["rows"])}</td>'
        f'<td class="number">{_percent(row["share"])}</td></tr>'
        for row in held.to_dict("records")
    )
    head = (
        '<th scope="col">Why</th><th scope="col" class="number">Records</th><th scope="col" class="number">Of all</th>'
    )
    table = f'<table class="list"><caption>{text(title)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    under = f"Of {points:,} incidents. A point that is set aside is on no map; the place found by its address stands in for it."
    numbers = shown_table(
        held.rename(columns={"rows": "records"}),
        {"reason": "Reason", "records": "Records", "share": "Share of all"},
        title=title,
    )
    return Fragment(scroll(title, table, under), tables={"held": numbers})


def pile_up_table(spots: pd.DataFrame, meanings: Mapping[str, str], *, records: int, top: int = 12) -> Fragment:
    """Show the places at which records pile up for reasons of the place.

    Parameters
    ----------
    spots : pandas.DataFrame
        ``place``, ``flag``, ``records`` of :func:`pcanalytics.geocoding.pile_ups`, largest first. An address is not shown: a
        spot that is no known institution may be somebody's home.
    meanings : mapping of str to str
        What each flag means.
    records : int
        How many records have coordinates.
    top : int
        How many rows the page shows.

    Examples
    --------
    >>> "No spot" in pile_up_table(pd.DataFrame(columns=["records"]), {}, records=9).html
    True
    """
    if spots.empty:
        return Fragment('<p class="few">No spot holds far more records than others do.</p>')
    is_known = spots["place"].notna()
    labels = spots["place"].astype("str").where(is_known, "Spots that are no known institution")
    listed = pd.DataFrame(
        {"place": labels, "reason": spots["flag"].astype("str"), "records": spots["records"], "count": 1}
    )
    listed = listed.groupby(["place", "reason"], as_index=False)[["records", "count"]].sum()
    listed = listed.sort_values(["records", "place"], ascending=[False, True], ignore_index=True)
    listed["share"] = listed["records"] / max(records, 1)
    rows = "".join(
        f'<tr><th scope="row">{text(row["place"])}</th><td class="number">{number(row["count"])}</td>'
        f'<td class="number now">{number(row["records"])}</td><td class="number">{_percent(row["share"])}</td>'
        f"<td>{text(meanings.get(row['reason'], ''))}</td></tr>"
        for row in listed.head(top).to_dict("records")
    )
    head = (
        '<th scope="col">Place</th><th scope="col" class="number">Spots</th><th scope="col" class="number">Records</th>'
    )
    head += '<th scope="col" class="number">Of all located</th><th scope="col">What it is</th>'
    title = "Where records pile up"
    table = f'<table class="list"><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    more = f" {len(listed) - top} more in the workbook." if len(listed) > top else ""
    whole = _percent(listed["share"].sum())
    under = (
        f"These spots hold {whole} of the located records. Leave them out of a hotspot map, or draw them apart.{more}"
    )
    heads = {"place": "Place", "reason": "Kind", "count": "Spots", "records": "Records", "share": "Share of located"}
    return Fragment(scroll(title, table, under), tables={"pile_ups": shown_table(listed, heads, title=title)})


def review_table(queue: pd.DataFrame, *, unlisted: int = 0, top: int = 25) -> Fragment:
    """Show the locations that were not found, for the agency's own readers only.

    Parameters
    ----------
    queue : pandas.DataFrame
        ``written``, ``records``, ``reason``, ``suggestion`` of :func:`pcanalytics.geocoding.review_queue`.
    unlisted : int
        Records whose location was not found and is never listed.
    top : int
        How many rows the page shows.

    Examples
    --------
    >>> "Nothing to review" in review_table(pd.DataFrame(columns=["written"])).html
    True
    """
    kept = f"{unlisted:,} further records are of matters whose location is never listed." if unlisted else ""
    if queue.empty:
        return Fragment(f'<p class="few">Nothing to review. {kept}</p>')
    listed = queue.rename(columns={"written": "address"})
    rows = "".join(
        f'<tr><th scope="row">{text(row["address"])}</th><td class="number now">{number(row["records"])}</td>'
        f"<td>{text(_words(row['reason']))}</td><td>{text(row['suggestion'])}</td></tr>"
        for row in listed.head(top).to_dict("records")
    )
    head = '<th scope="col">Location as written</th><th scope="col" class="number">Records</th>'
    head += '<th scope="col">Why not found</th><th scope="col">Perhaps</th>'
    title = "Locations to look at first"
    table = f'<table class="list"><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    under = (
        "Locations of incidents and calls only; no residence, no protected address, nothing of domestic, sexual or juvenile "
        f"matters. The command pcanalytics geocode review --out queue.csv writes them as rows for the alias file. {kept}"
    )
    heads = {"address": "Location as written", "records": "Records", "reason": "Why not found", "suggestion": "Perhaps"}
    return Fragment(scroll(title, table, under), tables={"review": shown_table(listed, heads, title=title)})
