"""Fragments put together to one page that needs nothing beside it, and the index of such pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pcanalytics.briefing.blocks import ends_early
from pcanalytics.briefing.check import check_page, script_hash
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.style import page_style
from pcanalytics.briefing.tables import NOT_COVERED
from pcanalytics.briefing.vendor import library_script, library_style
from pcanalytics.errors import UsageError

__all__ = ["STATUS_END", "STATUS_MARK", "index_page", "page", "page_slug"]

#: Between these a notice is put into an issued page when a later run failed.
STATUS_MARK, STATUS_END = "<!--status-->", "<!--/status-->"

#: Names that Windows keeps for devices, in any letter case and with any ending.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}

_FOOT = "Made for command staff. Names no person. Confirm with the source before acting."


def page_slug(name: str) -> str:
    """Give the file name, without its ending, that a district's page has.

    Parameters
    ----------
    name : str
        A district's name from the workspace, such as ``"North Bank"``.

    Returns
    -------
    str
        Lower-case letters, digits and single hyphens, at most 60.

    Raises
    ------
    UsageError
        When nothing is left of the name, or a computer keeps it for itself.

    Examples
    --------
    >>> page_slug("North Bank"), page_slug("../../etc")
    ('north-bank', 'etc')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    if not slug or slug in _DEVICES or slug == "index":
        raise UsageError(
            f"A district named {name[:60]!r} gives no file name: it must hold a letter or digit from a to z or 0 to 9 and be "
            "no name that a computer keeps for itself. Rename it in the workspace's districts."
        )
    return slug


def page(fragments: Sequence[Fragment], *, title: str, lang: str = "en") -> str:
    """Put fragments together to one page.

    Parameters
    ----------
    fragments : sequence of Fragment
        In the order they stand. A masthead, where there is one, comes first.
    title : str
        The title of the browser's tab.
    lang : str
        The language of the page.

    Returns
    -------
    str
        A page that makes no request. Its policy lets only its own scripts run, by their hashes.

    Raises
    ------
    InputRejected
        When a fragment would fetch or run something from outside.

    Examples
    --------
    >>> "Content-Security-Policy" in page([Fragment("<p>12 offenses</p>")], title="North")
    True
    """
    libraries = sorted({name for fragment in fragments for name in fragment.needs})
    scripts = [library_script(name) for name in libraries]
    scripts += [script for fragment in fragments for script in fragment.scripts]
    styles = "".join(library_style(name) for name in libraries) + page_style()
    head = [fragment.html for fragment in fragments if fragment.html.startswith("<header")]
    rest = [fragment.html for fragment in fragments if not fragment.html.startswith("<header")]
    credit = " Maps are drawn with Leaflet 1.9.4 (BSD-2-Clause)." if "leaflet" in libraries else ""
    body = (
        f'<a class="skip" href="#main">Skip to the briefing</a>{"".join(head)}{STATUS_MARK}{STATUS_END}'
        f'<main id="main">{"".join(rest)}</main><footer class="foot">{text(_FOOT + credit)}</footer>'
    )
    return _whole(body, title=title, lang=lang, styles=styles, scripts=scripts)


def _whole(body: str, *, title: str, lang: str, styles: str, scripts: Sequence[str]) -> str:
    allowed = " ".join(f"'{script_hash(script)}'" for script in scripts) or "'none'"
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    run = "".join(f"<script>{script}</script>\n" for script in scripts)
    html = (
        f'<!doctype html>\n<html lang="{text(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{styles}</style>\n"
        "<noscript><style>.pca .live-map{display:none}.pca .static-map{display:block}</style></noscript>\n</head>\n"
        f'<body class="pca">\n{body}\n{run}</body>\n</html>\n'
    )
    return check_page(html, scripts)


def index_page(pages: Sequence[Mapping[str, Any]], *, lang: str = "en") -> str:
    """Make the page that leads to the pages of one week.

    Parameters
    ----------
    pages : sequence of mapping
        One per page: its fragments' facts together, and ``file``, the page's file name. The city's
        page, where there is one, comes first.
    lang : str
        The language of the page.

    Returns
    -------
    str
        A page with one row a district: counts of the week and 28 days, and a link.

    Raises
    ------
    UsageError
        When there is no page to lead to.

    Examples
    --------
    >>> one = {"agency": "Sample PD", "area": "North", "week": "2026-W47", "days": "16 to 22 November 2026", "file": "north.html"}
    >>> 'href="north.html"' in index_page([one])
    True
    """
    if not pages:
        raise UsageError("An index needs at least one page.")
    ordered = sorted(pages, key=lambda facts: not facts.get("is_city", False))
    first = ordered[0]
    city = first if first.get("is_city", False) else None
    rows = "".join(_index_row(facts) for facts in ordered)
    groups = (("Week", 3), ("28 days", 3), ("Year to date", 2))
    lacking = any(count is None for facts in ordered for count in facts.get("total", {}).values())
    dash = f" {NOT_COVERED}" if lacking else ""
    names = ("This", "Before", "Last year", "These", "Before", "Last year", "This year", "Last year")
    table = (
        '<div class="scroll" tabindex="0" role="region" aria-label="Districts, scrolls sideways"><table class="counts index">'
        "<caption>All offense groups together</caption><colgroup></colgroup>"
        + "".join(f'<colgroup span="{span}" class="band"></colgroup>' for _, span in groups)
        + '<thead><tr><th scope="col" rowspan="2">Briefing</th>'
        + "".join(f'<th scope="colgroup" colspan="{span}">{name}</th>' for name, span in groups)
        + "</tr><tr>"
        + "".join(
            f'<th scope="col" class="{"now" if place in (0, 3, 6) else "past"}">{name}</th>'
            for place, name in enumerate(names)
        )
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="under">An offense without a district counts for the city alone. Small counts differ by chance from week to '
        f"week; a difference here is not by itself a change.{dash}</p>"
    )
    sentences = "".join(f"<li>{text(sentence)}</li>" for sentence in (city or {}).get("headline", [])[:3])
    top = f'<ul class="headline">{sentences}</ul>' if sentences else ""
    body = (
        f'<header class="mast"><p class="agency">{text(first.get("agency"))} <span>Weekly CompStat</span></p>'
        f'<h1>Briefings</h1><p class="when">Week of {text(first.get("days"))} <span>{text(first.get("week"))}</span></p>'
        f'<p class="stamp">Preliminary, subject to revision</p>{ends_early(first.get("ends_early"))}</header>{STATUS_MARK}{STATUS_END}'
        f'<main id="main">{top}<h2>Open a briefing</h2>{table}</main><footer class="foot">{text(_FOOT)}</footer>'
    )
    title = f"Weekly CompStat, {first.get('agency', '')}, {first.get('week', '')}"
    return _whole(body, title=title, lang=lang, styles=page_style(), scripts=[])


def _index_row(facts: Mapping[str, Any]) -> str:
    columns = (
        "week", "week_prior", "week_last_year", "last_28_days", "last_28_days_prior", "last_28_days_last_year",
        "year_to_date", "year_to_date_last_year",
    )  # fmt: skip
    total = facts.get("total", {})
    cells = "".join(
        f'<td class="number {"now" if place in (0, 3, 6) else "past"}">{number(total.get(column))}</td>'
        for place, column in enumerate(columns)
    )
    kind = ' class="total"' if facts.get("is_city") else ""
    return f'<tr{kind}><th scope="row"><a href="{text(facts["file"])}">{text(facts["area"])}</a></th>{cells}</tr>'
