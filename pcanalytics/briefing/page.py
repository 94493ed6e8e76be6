"""Fragments put together to one page that needs nothing beside it, for the agency's own staff or for anybody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pcanalytics.briefing.check import check_page, script_hash
from pcanalytics.briefing.escape import text
from pcanalytics.briefing.fragment import AUDIENCES, Audience, Fragment
from pcanalytics.briefing.scripts import needed_script, needed_style
from pcanalytics.briefing.style import page_style
from pcanalytics.errors import UsageError

__all__ = ["STATUS_END", "STATUS_MARK", "copy_mark", "foot", "page", "page_slug", "shown_to", "whole"]

#: Between these a notice is put into an issued page when a later run failed.
STATUS_MARK, STATUS_END = "<!--status-->", "<!--/status-->"

#: Names that Windows keeps for devices, in any letter case and with any ending.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}

#: A written heading by itself.
_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(?:(?!<h[1-6]\b).)*</h\1>\s*", re.DOTALL)

_PUBLIC = "Every offense is counted. No place is shown finer than the block, no address and no person."

_FEET: dict[Audience, str] = {
    "internal": "Internal, not for release. Made for command staff. Names no person. Confirm with the source before acting.",
    "public": "Public copy. Preliminary counts: later reports, corrections and reviews change them. Names no person.",
}


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


def page(
    fragments: Sequence[Fragment],
    *,
    title: str,
    audience: Audience = "internal",
    workbook: str | None = None,
    index: str | None = None,
    lang: str = "en",
) -> str:
    """Put fragments together to one page for its readers.

    Parameters
    ----------
    fragments : sequence of Fragment
        In the order they stand. A masthead, where there is one, comes first. A heading with nothing below it that
        these readers are shown is left out.
    title : str
        The title of the browser's tab.
    audience : {"internal", "public"}
        Who reads it. The public page holds only what a fragment gives for it, and says that it is the public copy.
    workbook : str, optional
        The file name of the page's workbook beside it, to which the page then leads.
    index : str, optional
        The file name of the index beside it, to which the page then leads.
    lang : str
        The language of the page.

    Returns
    -------
    str
        A page that makes no request. Its policy lets only its own scripts run, by their hashes.

    Raises
    ------
    UsageError
        When there are no such readers.
    InputRejected
        When a fragment would fetch or run something from outside.

    Examples
    --------
    >>> "Content-Security-Policy" in page([Fragment("<p>12 offenses</p>")], title="North")
    True
    >>> "offenses" in page([Fragment("<p>12 offenses</p>")], title="North", audience="public")
    False
    """
    shown = shown_to(fragments, audience)
    libraries = sorted({name for fragment in shown for name in fragment.needs})
    scripts = [needed_script(name) for name in libraries]
    scripts += [script for fragment in shown for script in fragment.scripts]
    styles = "".join(needed_style(name) for name in libraries) + page_style()
    head = [fragment.html for fragment in shown if fragment.html.startswith("<header")]
    rest = [fragment.html for fragment in shown if not fragment.html.startswith("<header")]
    credit = " Maps are drawn with Leaflet 1.9.4 (BSD-2-Clause)." if "leaflet" in libraries else ""
    take = (
        f'<p class="take">Every number of this page is also in a workbook: <a href="{text(workbook)}">{text(workbook)}</a></p>'
        if workbook
        else ""
    )
    up = f'<nav class="up" aria-label="Briefings"><a href="{text(index)}">All briefings</a></nav>' if index else ""
    body = (
        f'<a class="skip" href="#main">Skip to the briefing</a>{up}{"".join(head)}{copy_mark(audience)}{STATUS_MARK}{STATUS_END}'
        f'<main id="main">{"".join(rest)}{take}</main>{foot(audience, credit)}'
    )
    return whole(body, title=title, lang=lang, styles=styles, scripts=scripts)


def shown_to(fragments: Sequence[Fragment], audience: Audience) -> list[Fragment]:
    """Choose what the readers of a page are shown, without headings that would stand over nothing.

    Parameters
    ----------
    fragments : sequence of Fragment
        In order.
    audience : {"internal", "public"}
        Who reads it.

    Raises
    ------
    UsageError
        When there are no such readers.

    Examples
    --------
    >>> shown_to([Fragment("<h2>Addresses</h2>", public="same"), Fragment("<p>1 Oak St</p>")], "public")
    []
    """
    if audience not in AUDIENCES:
        raise UsageError(f"A page is for one of these readers: {', '.join(AUDIENCES)}.")
    shown = [rendered for fragment in fragments if (rendered := fragment.for_audience(audience)) is not None]
    kept: list[Fragment] = []
    below: int | None = 0  # the level of the heading that follows; none when something else follows
    for fragment in reversed(shown):
        heading = _HEADING.fullmatch(fragment.html)
        level = int(heading[1]) if heading else None
        if level is not None and below is not None and below <= level:
            continue
        if fragment.html.strip() and not fragment.html.startswith("<header"):
            below = level
        kept.append(fragment)
    return kept[::-1]


def copy_mark(audience: Audience) -> str:
    """Say on a public page that it is the public copy, and what it leaves out; nothing on the agency's own.

    Parameters
    ----------
    audience : {"internal", "public"}
        Who reads it.

    Examples
    --------
    >>> copy_mark("internal")
    ''
    """
    return (
        f'<aside class="copy" aria-label="Public copy"><b>Public copy.</b> {_PUBLIC}</aside>'
        if audience == "public"
        else ""
    )


def foot(audience: Audience, credit: str = "") -> str:
    """Close a page with for whom it is made.

    Parameters
    ----------
    audience : {"internal", "public"}
        Who reads it.
    credit : str
        Whose work the page carries.

    Examples
    --------
    >>> "not for release" in foot("internal")
    True
    """
    return f'<footer class="foot">{text(_FEET[audience] + credit)}</footer>'


def whole(body: str, *, title: str, lang: str, styles: str, scripts: Sequence[str]) -> str:
    """Put a body into a whole page with its policy, and look at it once more.

    Parameters
    ----------
    body : str
        Markup, already safe.
    title : str
        The title of the browser's tab; escaped here.
    lang : str
        The language of the page.
    styles : str
        The style sheet.
    scripts : sequence of str
        What runs, in order; nothing else does.

    Raises
    ------
    InputRejected
        When the page would fetch or run something from outside.

    Examples
    --------
    >>> whole("<p>x</p>", title="x", lang="en", styles="", scripts=[])[:15]
    '<!doctype html>'
    """
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
