"""The page that leads to the pages of one week: what stands out in each command area, and its counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pcanalytics.briefing.blocks import ends_early
from pcanalytics.briefing.escape import number, sentence, text
from pcanalytics.briefing.fragment import Audience
from pcanalytics.briefing.levels import level_tag
from pcanalytics.briefing.page import STATUS_END, STATUS_MARK, copy_mark, foot, whole
from pcanalytics.briefing.style import page_style
from pcanalytics.briefing.tables import NOT_COVERED
from pcanalytics.errors import UsageError

__all__ = ["index_page"]

_PERIODS = (
    ("Week", (("week", "This"), ("week_prior", "Before"), ("week_last_year", "Last year"))),
    ("28 days", (("last_28_days", "These"), ("last_28_days_prior", "Before"), ("last_28_days_last_year", "Last year"))),
    ("Year to date", (("year_to_date", "This year"), ("year_to_date_last_year", "Last year"))),
)


def index_page(pages: Sequence[Mapping[str, Any]], *, audience: Audience = "internal", lang: str = "en") -> str:
    """Make the page that leads to the pages of one week.

    Parameters
    ----------
    pages : sequence of mapping
        One per page: its fragments' facts together, and ``file``, the page's file name; ``workbook``, the file name of
        its workbook, where there is one. The city's page, where there is one, comes first.
    audience : {"internal", "public"}
        Who reads it. Facts are shown as they are given: a public index takes the facts of public pages.
    lang : str
        The language of the page.

    Returns
    -------
    str
        A page with one row a command area: what is outside its usual range, in words; its counts; links to its page and its workbook.

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
    sentences = first.get("headline", [])[:3] if first.get("is_city") else []
    top = "".join(f"<li>{sentence(_words(each))}</li>" for each in sentences)
    body = (
        f'<a class="skip" href="#main">Skip to the briefings</a>{_mast(first)}{copy_mark(audience)}{STATUS_MARK}{STATUS_END}'
        f'<main id="main">{f"<ul class=headline>{top}</ul>" if top else ""}{_stands_out(ordered)}'
        f"<h2>Open a briefing</h2>{_counts(ordered)}</main>{foot(audience)}"
    )
    title = f"Weekly CompStat, {first.get('agency', '')}, {first.get('week', '')}"
    return whole(body, title=title, lang=lang, styles=page_style(), scripts=[])


def _words(point: object) -> object:
    """Give a headline's sentence, which may come with the row it rests on."""
    return point.get("text", "") if isinstance(point, Mapping) else point


def _mast(facts: Mapping[str, Any]) -> str:
    return (
        f'<header class="mast"><p class="agency">{text(facts.get("agency"))} <span>Weekly CompStat</span></p>'
        f'<h1>Briefings</h1><p class="when">Week of {text(facts.get("days"))} <span>{text(facts.get("week"))}</span></p>'
        f'<p class="stamp">Preliminary, subject to revision</p>{ends_early(facts.get("ends_early"))}</header>'
    )


def _link(facts: Mapping[str, Any]) -> str:
    return f'<a href="{text(facts["file"])}">{text(facts["area"])}</a>'


def _stands_out(pages: Sequence[Mapping[str, Any]]) -> str:
    """List what is outside its usual range, area by area, and name the areas where nothing is."""
    judged = [facts for facts in pages if facts.get("signals")]
    if not judged:
        return ""
    items: list[str] = []
    quiet: list[str] = []
    early: list[str] = []
    for facts in judged:
        rows = facts["signals"].get("rows", [])
        if not rows:
            (quiet if facts["signals"].get("judged", 1) else early).append(text(facts["area"]))
            continue
        said = "".join(f"<li>{_tag(row)} <b>{text(row['row'])}</b> {text(row['words'])}</li>" for row in rows)
        items.append(f'<section class="area"><h3>{_link(facts)}</h3><ul>{said}</ul></section>')
    if not items and not quiet:
        return '<h2>Too early to tell</h2><p class="calm">No count has enough on record behind it to be called usual or not.</p>'
    untold = f'<p class="calm">Too early or too few to tell: {_listed(early)}.</p>' if early else ""
    if not items:
        return f'<h2>Nothing stands out</h2><p class="calm">Every count lies inside its usual range, or is too small to tell.</p>{untold}'
    rest = f'<p class="calm">Nothing outside its usual range: {_listed(quiet)}.</p>' if quiet else ""
    return f'<h2>What stands out</h2><div class="areas">{"".join(items)}</div>{rest}{untold}'


def _tag(row: Mapping[str, Any]) -> str:
    """Give a row's level as the tables mark it, pointing where its words say."""
    direction = str(row.get("words", "")).split(" ")[0]
    return level_tag({"level": row["level"], "direction": direction})


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _counts(pages: Sequence[Mapping[str, Any]]) -> str:
    books, signals = (any(facts.get(name) for facts in pages) for name in ("workbook", "signals"))
    lacking = any(count is None for facts in pages for count in facts.get("total", {}).values())
    bands = "".join(f'<colgroup span="{len(columns)}" class="band"></colgroup>' for _, columns in _PERIODS)
    groups = "".join(f'<th scope="colgroup" colspan="{len(columns)}">{name}</th>' for name, columns in _PERIODS)
    names = "".join(
        f'<th scope="col" class="{"past" if place else "now"}">{name}</th>'
        for _, columns in _PERIODS
        for place, (_, name) in enumerate(columns)
    )
    head = (
        f'<colgroup span="{2 if signals else 1}"></colgroup>{bands}{"<colgroup></colgroup>" if books else ""}<thead><tr>'
        f'<th scope="col" rowspan="2">Briefing</th>{"<th scope=col rowspan=2>Outside usual</th>" if signals else ""}'
        f"{groups}{'<th scope=col rowspan=2>Numbers</th>' if books else ''}</tr><tr>{names}</tr></thead>"
    )
    rows = "".join(_row(facts, signals, books) for facts in pages)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Districts, scrolls sideways"><table class="counts index">'
        f"<caption>All offense groups together</caption>{head}<tbody>{rows}</tbody></table></div>"
        '<p class="under">An offense without a district counts for the city alone. Small counts differ by chance from week to '
        f"week; a difference here is not by itself a change.{f' {NOT_COVERED}' if lacking else ''}</p>"
    )


def _row(facts: Mapping[str, Any], signals: bool, books: bool) -> str:
    total = facts.get("total", {})
    cells = "".join(
        f'<td class="number {"past" if place else "now"}">{number(total.get(column))}</td>'
        for _, columns in _PERIODS
        for place, (column, _) in enumerate(columns)
    )
    if signals:
        cells = f"<td>{_tally(facts.get('signals') or {})}</td>{cells}"
    if books:
        name = facts.get("workbook")
        of = f'<span class="hide"> of {text(facts["area"])}</span>'
        cells += f'<td><a href="{text(name)}">Workbook{of}</a></td>' if name else "<td>–</td>"
    kind = ' class="total"' if facts.get("is_city") else ""
    return f'<tr{kind}><th scope="row">{_link(facts)}</th>{cells}</tr>'


def _tally(signals: Mapping[str, Any]) -> str:
    """Say how many alerts and watches an area has."""
    alerts, watches = int(signals.get("alert", 0)), int(signals.get("watch", 0))
    parts = []
    for many, level, plural in ((alerts, "alert", "alerts"), (watches, "watch", "watches")):
        if many:
            parts.append(f'<span class="lv {level} tally"><b>{many} {level if many == 1 else plural}</b></span>')
    return " ".join(parts) if parts else ('<span class="lv none">none</span>' if signals else "–")
