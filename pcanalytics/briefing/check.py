"""The last look at a page before anyone gets it: nothing from outside, nothing that runs but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html.parser import HTMLParser

from pcanalytics.errors import InputRejected, Problem

__all__ = ["check_page", "script_hash"]

#: Attributes that make a browser fetch or go somewhere.
_FETCHING = ("src", "srcset", "href", "xlink:href", "action", "formaction", "poster", "data", "background", "ping")

#: What lies beside a page: another page, a workbook, a table of numbers.
_BESIDE = re.compile(r"(?:public/)?[a-z0-9][a-z0-9.-]*\.(?:html(?:#[\w-]*)?|xlsx)|csv/[a-z0-9][a-z0-9-]*\.csv")

#: The elements of a page's head and of its body. Others are refused: browsers read some of them in ways of their own.
_HEAD = frozenset(("html", "head", "meta", "title", "style", "noscript", "body"))
_BODY = frozenset(
    (
        "a", "abbr", "aside", "b", "blockquote", "br", "caption", "circle", "code", "col", "colgroup", "dd", "defs", "del",
        "details", "div", "dl", "dt", "ellipse", "em", "figcaption", "figure", "footer", "g", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "i", "img", "li", "line", "main", "nav", "ol", "p", "path", "polygon", "polyline", "pre", "q",
        "rect", "script", "section", "small", "span", "strong", "sub", "summary", "sup", "svg", "symbol", "table", "tbody",
        "td", "text", "tfoot", "th", "thead", "time", "tr", "tspan", "u", "ul", "use", "wbr",
    )
)  # fmt: skip

#: The only comments of a page: a notice comes between them when a later run failed.
_COMMENTS = ("status", "/status")

#: What would fetch, wherever it is written: in a style sheet, in a script's string, in markup.
_OUTSIDE = re.compile(
    r"(?:\b(?:src|href)\s*=\s*[\"'`]?|url\(\s*[\"']?|@import\s+[\"']?)\s*(?:https?:)?//", re.IGNORECASE
)


def script_hash(script: str) -> str:
    """Give the hash by which a policy lets a script run.

    Examples
    --------
    >>> script_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


class _Reader(HTMLParser):
    """Collects what a page must not have, with the line it stands on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[Problem] = []
        self.scripts: list[str] = []
        self.policy = ""
        self._is_body = False
        self._in: str | None = None
        self._text: list[str] = []

    def _add(self, what: str, code: str) -> None:
        self.problems.append(Problem(what, first_row=self.getpos()[0], code=code))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in (_BODY if self._is_body else _HEAD):
            self._add(f"the page has an element <{tag}> where none may be", "element")
        self._is_body = self._is_body or tag == "body"
        names = dict(attrs)
        if len(names) < len(attrs):
            self._add(f"an element <{tag}> has an attribute twice", "element")
        if tag == "meta" and (names.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = self.policy or names.get("content") or ""
        if tag == "meta" and (names.get("http-equiv") or "").lower() == "refresh":
            self._add("the page moves the reader elsewhere", "element")
        for name, value in attrs:
            if name.startswith("on"):
                self._add(f"an element <{tag}> has a handler {name}", "handler")
            elif name in _FETCHING and not _is_local(tag, name, value or ""):
                self._add(f"an element <{tag}> has an outside {name}", "outside")
            elif name == "style" and _OUTSIDE.search(value or ""):
                self._add(f"the style of an element <{tag}> fetches", "outside")
        if tag in ("script", "style"):
            self._in, self._text = tag, []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._in:  # a browser passes over the slash and goes on reading the script
            self._add(f"an element <{tag}> is not closed", "element")
        self._in = None

    def handle_comment(self, data: str) -> None:
        if data not in _COMMENTS:
            self._add("the page has a comment", "element")

    def unknown_decl(self, data: str) -> None:
        self._add("the page has a declaration", "element")

    def handle_pi(self, data: str) -> None:
        self._add("the page has a declaration", "element")

    def handle_data(self, data: str) -> None:
        if self._in:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            if tag == "script":
                self.scripts.append("".join(self._text))
            self._in = None


def _is_local(tag: str, name: str, value: str) -> bool:
    """Tell a fragment, a picture inside the page, or a file beside it from everything else."""
    value = value.strip()
    if value.startswith("#") or value == "":
        return True
    if value.lower().startswith("data:image/"):
        return (tag, name) == ("img", "src")
    return _BESIDE.fullmatch(value) is not None


def check_page(html: str, scripts: Sequence[str]) -> str:
    """Refuse a page that fetches, leads outside, runs a script that is not its own, or has an element of no use here.

    Parameters
    ----------
    html : str
        The whole page.
    scripts : sequence of str
        The scripts the page was made with, in order.

    Returns
    -------
    str
        The same page.

    Raises
    ------
    InputRejected
        Listing everything found, by kind and line, without quoting the page.

    Examples
    --------
    >>> check_page('<body><p onclick="x()">', [])
    Traceback (most recent call last):
    pcanalytics.errors.InputRejected: The page was not written.
      - an element <p> has a handler onclick (at row 1).
      - the page's policy does not refuse everything by default.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    problems = list(reader.problems)
    if reader.scripts != list(scripts):
        problems.append(Problem("the page holds a script that is not its own", code="script"))
    if not reader.policy.startswith("default-src 'none';"):
        problems.append(Problem("the page's policy does not refuse everything by default", code="policy"))
    problems += [
        Problem("a script of the page is not in its policy", code="policy")
        for script in scripts
        if f"'{script_hash(script)}'" not in reader.policy
    ]
    for found in _OUTSIDE.finditer(html):
        line = html.count("\n", 0, found.start()) + 1
        problems.append(Problem("something names an outside address to fetch", first_row=line, code="outside"))
    if problems:
        raise InputRejected("The page was not written.", problems)
    return html
