"""The written parts of a briefing: masthead, headline, notes, where the data came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.fragment import Fragment

__all__ = ["data_line", "headline_block", "masthead", "note"]

PRELIMINARY = "Preliminary, subject to revision"


def masthead(
    *,
    agency: str,
    area: str | None,
    week: str,
    as_of: pd.Timestamp,
    purpose: str = "",
    records_to: pd.Timestamp | None = None,
) -> Fragment:
    """Head a briefing with whose it is, of where and of when.

    Parameters
    ----------
    agency : str
        The agency's name.
    area : str or None
        The district; ``None`` for the whole city.
    week : str
        The week's label, such as ``"2026-W47"``.
    as_of : pandas.Timestamp
        The first moment after the week.
    purpose : str
        The purpose the data were read for.
    records_to : pandas.Timestamp, optional
        The latest moment before ``as_of`` of which the agency has any record. When the last day of the week has
        none, the masthead says so.

    Returns
    -------
    Fragment
        Its facts carry agency, area, week and title for the page and the index.

    Examples
    --------
    >>> head = masthead(agency="Sample PD", area="North", week="2026-W47", as_of=pd.Timestamp("2026-11-23"))
    >>> head.facts["title"]
    'North, week of 16 to 22 November 2026'
    """
    first, last = as_of - pd.Timedelta(days=7), as_of - pd.Timedelta(days=1)
    start = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    if first.year != last.year:
        start = f"{first.day} {first:%B} {first.year}"
    days = f"{start} to {last.day} {last:%B} {last.year}"
    place = area or "Whole city"
    title = f"{place}, week of {days}"
    short = _short(as_of, records_to)
    facts = {"agency": agency, "area": place, "is_city": area is None, "week": week, "days": days, "title": title}
    html = (
        f'<header class="mast"><p class="agency">{text(agency)} <span>Weekly CompStat</span></p>'
        f'<h1>{text(place)}</h1><p class="when">Week of {text(days)} <span>{text(week)}</span></p>'
        f'<p class="stamp">{PRELIMINARY}</p>{ends_early(short)}</header>'
    )
    return Fragment(html, facts={**facts, "purpose": purpose, "ends_early": short})


def _short(as_of: pd.Timestamp, records_to: pd.Timestamp | None) -> str:
    if records_to is None or records_to >= as_of - pd.Timedelta(days=1):
        return ""
    return (
        f"The latest record is of {records_to.day} {records_to:%B %Y}. Nothing is on record for the days after it; "
        "they may not have been sent yet."
    )


def ends_early(sentence: str | None) -> str:
    """Give the masthead's warning that the records end before the week does, or nothing.

    Examples
    --------
    >>> ends_early("")
    ''
    """
    return f'<p class="short">{text(sentence)}</p>' if sentence else ""


def headline_block(sentences: Sequence[str]) -> Fragment:
    """Show the main sentences, at most six.

    Parameters
    ----------
    sentences : sequence of str
        Plain sentences; the first is set larger.

    Examples
    --------
    >>> headline_block(["Two offenses are on record."]).html.count("<li>")
    1
    """
    items = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences[:6])
    return Fragment(f'<ul class="headline">{items}</ul>', facts={"headline": list(sentences[:6])})


def note(sentence: str) -> Fragment:
    """Show one plain paragraph, the sentence escaped.

    Examples
    --------
    >>> note("Counts < 5").html
    '<p class="note">Counts &#60; 5</p>'
    """
    return Fragment(f'<p class="note">{text(sentence)}</p>')


def data_line(
    provenance: Sequence[Mapping[str, Any]],
    *,
    as_of: pd.Timestamp,
    located: float | None = None,
    agreement: Mapping[str, Any] | None = None,
    version: str = "",
) -> Fragment:
    """Say where the numbers came from, what was left out, and under which agreement.

    Parameters
    ----------
    provenance : sequence of mapping
        One per source: ``source``, ``digest``, ``read``, ``loaded``, ``set_aside``, ``rejected``,
        ``loaded_as_of``. A missing entry is shown as a dash.
    as_of : pandas.Timestamp
        The first moment not counted.
    located : float, optional
        Share of the last 28 days' offenses with coordinates, 0 to 1.
    agreement : mapping, optional
        ``id`` and ``purpose`` under which corrections data were read.
    version : str
        The suite's version.

    Examples
    --------
    >>> line = data_line([], as_of=pd.Timestamp("2026-11-23"), located=0.97)
    >>> "97.0% of the last 28 days"  in line.html
    True
    """
    said = [f"Counts what happened, and was entered, before {as_of.day} {as_of:%B %Y} (local time)."]
    frozen = [row["loaded_as_of"] for row in provenance if not _missing(row.get("loaded_as_of"))]
    if frozen:
        said.append(f"The data were frozen at {max(str(_moment(moment)) for moment in frozen)}.")
    if located is not None and not pd.isna(located):
        said.append(
            f"{100 * located:.1f}% of the last 28 days' offenses have a place; the rest count in the tables and are not on the map."
        )
    if agreement:
        said.append(
            f"Corrections data were read under agreement {agreement.get('id', '')} for the purpose {agreement.get('purpose', '')}."
        )
    if version:
        said.append(f"Made with pcanalytics {version}.")
    rows = "".join(_source_row(row, bool(frozen)) for row in provenance)
    names = [
        "Source",
        "Read",
        "Loaded",
        "Set aside",
        "Rejected",
        *(["Loaded as of"] if frozen else []),
        "SHA-256 of the file",
    ]
    head = "".join(f'<th scope="col"{" class=number" if name in names[1:5] else ""}>{name}</th>' for name in names)
    table = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Sources, scrolls sideways"><table class="sources">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    lines = " ".join(text(sentence) for sentence in said)
    return Fragment(f'<div class="dataline"><p><b>{PRELIMINARY}.</b> {lines}</p>{table}</div>', facts={"stamped": True})


def _missing(value: object) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value)))


def _moment(value: object) -> str:
    """Write a time to the minute, whatever form it came in."""
    moment = pd.Timestamp(value)
    return f"{moment:%Y-%m-%d %H:%M}"


def _source_row(row: Mapping[str, Any], has_times: bool) -> str:
    counts = "".join(
        f'<td class="number">{number(row.get(name))}</td>' for name in ("read", "loaded", "set_aside", "rejected")
    )
    loaded = "–" if _missing(row.get("loaded_as_of")) else _moment(row["loaded_as_of"])
    when = f"<td>{loaded}</td>" if has_times else ""
    digest = text(row.get("digest") or "–")
    return f'<tr><th scope="row">{text(row.get("source"))}</th>{counts}{when}<td class="digest">{digest}</td></tr>'
