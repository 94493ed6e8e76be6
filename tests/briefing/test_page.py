import re
import socket

import pandas as pd
import pytest

from pcanalytics import briefing
from pcanalytics.briefing import STATUS_END, STATUS_MARK, Fragment, check_page, index_page, page, page_slug
from pcanalytics.briefing.check import script_hash
from pcanalytics.briefing.fragment import from_bundle
from pcanalytics.errors import InputRejected, UsageError

from . import made_up
from .hostile import HOSTILE, Elements, assert_harmless

FACTS = {"agency": "Sample PD", "week": "2026-W47", "days": "16 to 22 November 2026"}


def test_the_policy_refuses_everything_but_the_pages_own_scripts():
    made = page([Fragment("<p>x</p>", scripts=("let a = 1;",), needs=("leaflet",))], title="x")
    policy = next(
        at["content"] for tag, at in Elements(made).elements if at.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert f"'{script_hash('let a = 1;')}'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "unsafe-eval" not in policy
    assert made.index("Content-Security-Policy") < made.index("<script>")


def test_a_page_can_be_read_by_a_machine_that_reads_aloud():
    made = page(
        [briefing.masthead(agency="Sample PD", area="North", week="2026-W47", as_of=made_up.AS_OF)], title="North"
    )
    elements = Elements(made).elements
    assert ("html", {"lang": "en"}) in elements
    tags = [tag for tag, _ in elements]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    viewport = next(at["content"] for tag, at in elements if at.get("name") == "viewport")
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<img src="https://example.invalid/a.png">', "outside src"),
        ('<a href="//example.invalid/">x</a>', "outside href"),
        ('<a href="javascript:x()">x</a>', "outside href"),
        ("<a href=' JaVaScRiPt:x()'>x</a>", "outside href"),
        ('<a href="../../etc/passwd">x</a>', "outside href"),
        ('<img src="data:text/html,x">', "outside src"),
        ('<p onclick="x()">x</p>', "handler onclick"),
        ("<svg onload=x()></svg>", "handler onload"),
        ("<script>let other = 1</script>", "not its own"),
        ('<script src="x.js"></script>', "outside src"),
        ('<iframe srcdoc="x"></iframe>', "element <iframe>"),
        ('<base href="#">', "element <base>"),
        ('<link rel="stylesheet" href="#">', "element <link>"),
        ('<meta http-equiv="refresh" content="0;url=x">', "moves the reader"),
        ("<style>p{background:url(http://example.invalid/x)}</style>", "outside address"),
        ("<style>@import '//example.invalid/x'</style>", "outside address"),
        ('<p style="background:url(//example.invalid/x)">x</p>', "fetches"),
        ('<svg><use xlink:href="http://example.invalid/x"></use></svg>', "outside xlink:href"),
        ('<form action="#"></form>', "element <form>"),
        # read otherwise by browsers than by a plain reader of HTML
        ("<svg><style><img src=x></style></svg>", "element <style> where none may be"),
        ("<svg><title><img src=x></title></svg>", "element <title>"),
        ("<math><mtext>x</mtext></math>", "element <math>"),
        ("<textarea><p></textarea>", "element <textarea>"),
        ("<xmp><p></xmp>", "element <xmp>"),
        ("<noscript><p>x</p></noscript>", "element <noscript>"),
        ("<template><p>x</p></template>", "element <template>"),
        ("<svg><foreignObject><p>x</p></foreignObject></svg>", "element <foreignobject>"),
        ('<svg><a><animate attributeName="href" values="javascript:x()"/></a></svg>', "element <animate>"),
        ("<plaintext>", "element <plaintext>"),
        ("<script/>let a = 1</script>", "element <script> is not closed"),
        ("<!--><p>x</p>-->", "a comment"),
        ("<!-- the draft said 12 -->", "a comment"),
        ("<![CDATA[<p>x</p>]]>", "a "),
        ("<?xml version='1.0'?>", "a "),
        ('<a href="data:image/svg+xml,x">x</a>', "outside href"),
        ('<svg><use href="data:image/svg+xml,x"></use></svg>', "outside href"),
        ('<a href="#x" href="https://example.invalid/">x</a>', "attribute twice"),
        ("<meta http-equiv='Content-Security-Policy' content=\"default-src *\">", "element <meta>"),
    ],
)
def test_a_page_with_anything_from_outside_is_refused(html, what):
    with pytest.raises(InputRejected, match=re.escape(what)):
        page([Fragment(html)], title="x")


@pytest.mark.parametrize(
    "changed",
    [
        {"html": 3},
        {"scripts": "let a = 1"},
        {"scripts": [3]},
        {"needs": "leaflet"},
        {"facts": []},
        {"public": "all"},
        {"public": True},
        {"public": {"html": "<p>x</p>"}},
        {"tables": []},
        {"tables": {"people": {"title": "x", "columns": ["surname"], "headings": ["Group"], "rows": [["PLANTED"]]}}},
        {"tables": {"counts": {"title": "x", "columns": ["count"], "headings": ["Count"], "rows": [[3, "PLANTED"]]}}},
        {"tables": {"counts": {"title": "x", "columns": ["count"], "headings": ["Count"], "rows": [[["PLANTED"]]]}}},
        {"tables": {"counts": {"title": "x", "columns": ["count"], "headings": ["Count"], "rows": [], "surname": []}}},
    ],
)
def test_c68_a_fragment_written_by_hand_shows_no_column_that_may_not_be_shown(changed):
    frame = pd.DataFrame({"count": [3]})
    table = briefing.shown_table(frame, {"count": "Count"}, title="Counts")
    bundle = Fragment("<p>x</p>", tables={"counts": table}).bundle()
    assert from_bundle(bundle).tables == {"counts": table}
    with pytest.raises(InputRejected, match="no fragment of this suite"):
        from_bundle({**bundle, **changed})
    with pytest.raises(InputRejected, match="no fragment of this suite"):
        from_bundle({**bundle, "public": {**bundle, **changed}})


def test_a_script_of_a_fragment_that_would_fetch_is_refused():
    with pytest.raises(InputRejected, match="outside address"):
        page([Fragment("<p>x</p>", scripts=("let a = '<img src=\"https://example.invalid/\">'",))], title="x")


def test_what_an_svg_needs_is_allowed():
    page([Fragment('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg><a href="#main">x</a>')], title="x")
    page([Fragment('<img alt="" src="data:image/png;base64,AAAA"><a href="north.html">x</a>')], title="x")


def test_a_page_without_a_policy_is_refused():
    with pytest.raises(InputRejected, match="policy"):
        check_page("<p>x</p>", [])


def test_c55_no_socket_is_opened(monkeypatch):
    def refused(*_args, **_named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    drawn = briefing.offense_map(made_up.offenses(), made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS)
    assert page([drawn], title="x").startswith("<!doctype html>")


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_titles_are_text(value):
    made = page([Fragment("<p>x</p>")], title=value)
    assert_harmless(made)
    assert_harmless(index_page([{**FACTS, "area": value, "agency": value, "headline": [value], "file": "a.html"}]))


def test_the_index_leads_to_every_page_the_city_first():
    north = {**FACTS, "area": "North", "file": "north.html", "total": {"week": 3}}
    city = {**FACTS, "area": "Whole city", "is_city": True, "file": "city.html", "headline": ["Two are on record."]}
    made = index_page([north, city])
    assert re.findall(r'href="([\w-]+\.html)"', made) == ["city.html", "north.html"]
    assert "Two are on record." in made
    assert STATUS_MARK + STATUS_END in made
    with pytest.raises(UsageError, match="at least one page"):
        index_page([])


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("North Bank", "north-bank"),
        ("District 7", "district-7"),
        ("  Ñ/East ", "east"),
        ("007", "007"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_district_has_a_plain_file_name(name, slug):
    assert page_slug(name) == slug


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\x00b", "%2e%2e%2fetc", "..\\..\\x", "C:\\x", "a/../../b"]
)
def test_c63_no_name_leads_out_of_the_folder(name):
    slug = page_slug(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug)


@pytest.mark.parametrize("name", ["", "..", "CON", "nul", "Com1", "LPT9", "index", "///", "\x00"])
def test_c63_names_that_make_no_file_are_refused(name):
    with pytest.raises(UsageError, match="letter or digit"):
        page_slug(name)


def test_a_fragment_shows_itself_in_jupyterlab_and_travels_whole():
    drawn = briefing.offense_map(made_up.offenses(), made_up.city(), as_of=made_up.AS_OF, groups=made_up.GROUPS)
    bundle = drawn._repr_mimebundle_()
    assert briefing.from_bundle(bundle[briefing.MIME]).html == drawn.html
    frame = bundle["text/html"]
    assert frame.startswith('<iframe title="Map"')
    inside = dict(Elements(frame).elements[0][1])["srcdoc"]
    assert "L.map(" in inside
    assert "<iframe" not in briefing.note("x")._repr_mimebundle_()["text/html"]
    with pytest.raises(InputRejected, match="no fragment of this suite"):
        briefing.from_bundle({"html": "x"})


SHOWN, HIDDEN = Fragment("<p>shown</p>", public="same"), Fragment("<p>hidden</p>")


def heading(level, said):
    return Fragment(f"<h{level}>{said}</h{level}>\n", public="same")


@pytest.mark.parametrize(
    ("fragments", "kept"),
    [
        ([heading(2, "A"), HIDDEN, heading(2, "B"), SHOWN], ["B"]),
        ([heading(2, "A"), heading(3, "B"), HIDDEN, heading(2, "C"), SHOWN], ["C"]),
        ([heading(2, "A"), heading(3, "B"), SHOWN, heading(3, "C"), HIDDEN], ["A", "B"]),
        ([heading(3, "A"), HIDDEN, heading(2, "B"), SHOWN, heading(2, "C")], ["B"]),
        ([heading(2, "A"), Fragment("", public="same"), heading(2, "B"), SHOWN], ["B"]),
        ([heading(2, "A"), SHOWN, HIDDEN], ["A"]),
        ([heading(2, "A")], []),
    ],
)
def test_a_heading_over_nothing_is_left_out(fragments, kept):
    made = page(fragments, title="x", audience="public")
    assert re.findall(r"<h[23]>(\w)</h[23]>", made) == kept
    assert "<p>hidden" not in made


def test_a_page_is_for_known_readers():
    with pytest.raises(UsageError, match="internal, public"):
        page([SHOWN], title="x", audience="press")


@pytest.mark.parametrize("name", ["harbor.xlsx", "csv/harbor-counts.csv", "public/index.html", "harbor.html#row-arson"])
def test_a_page_may_lead_to_what_lies_beside_it(name):
    assert f'href="{name}"' in page([Fragment(f'<a href="{name}">x</a>')], title="x")


@pytest.mark.parametrize(
    "name", ["../harbor.xlsx", "harbor.exe", "csv/../x.csv", "/harbor.xlsx", "c:harbor.xlsx", "harbor.xlsm"]
)
def test_a_page_leads_to_nothing_else(name):
    with pytest.raises(InputRejected, match="outside href"):
        page([Fragment(f'<a href="{name}">x</a>')], title="x")


SIGNALS = {
    "alert": 1,
    "watch": 1,
    "rows": [
        {"row": "Robbery", "level": "alert", "words": "above its usual range (2\u20139)"},
        {"row": "Arson", "level": "watch", "words": "below its usual range (1\u20134)"},
    ],
}


def test_the_index_says_in_words_what_stands_out():
    harbor = {**FACTS, "area": "Harbor", "file": "harbor.html", "signals": SIGNALS, "workbook": "harbor.xlsx"}
    quiet = {**FACTS, "area": "Heights", "file": "heights.html", "signals": {"alert": 0, "watch": 0, "rows": []}}
    made = "".join(Elements(index_page([harbor, quiet])).text)
    assert "Robbery above its usual range (2\u20139)" in made
    assert "Nothing outside its usual range: Heights." in made
    assert "1 alert" in made
    assert "1 watch" in made
    assert 'href="harbor.xlsx"' in index_page([harbor, quiet])
    assert "Nothing stands out" in index_page([quiet])
    early = {**quiet, "area": "Newtown", "signals": {"alert": 0, "watch": 0, "judged": 0, "rows": []}}
    assert "Too early or too few to tell: Newtown." in index_page([quiet, early])
    assert "Too early or too few to tell: Newtown." in index_page([harbor, early])
    assert "Nothing outside its usual range" not in index_page([harbor, early])
    alone = index_page([early])
    assert "Too early to tell" in alone
    assert "usual range" not in alone


def test_the_public_index_says_that_it_is_the_public_copy():
    north = {**FACTS, "area": "North", "file": "north.html"}
    assert "Public copy." in index_page([north], audience="public")
    assert "Public copy." not in index_page([north])
