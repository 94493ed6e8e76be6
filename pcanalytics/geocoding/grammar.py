"""The grammar: what a shape means, and which of its tokens are which part.

A shape is first freed of what stands around a place: units, city and state, words like NEAR. Then the first rule of
`RULES` that fits the whole rest says the form, and its named groups say which tokens are the number, the street and so on.
Rules are regular expressions over the letters of `letters.LETTERS`; a shape has at most some sixty letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["PARTS", "Reading", "read_shape"]

Span = tuple[int, int]

#: Every part that tokens can be, in the order of the columns of spans.
PARTS = (
    "number", "number_2", "street", "cross", "cross_2", "whole", "offset", "offset_unit", "offset_direction", "corner",
    "route", "route_direction", "milepost", "exit", "place", "unit", "locality", "state", "zip", "area", "kind", "tail",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What a shape means.

    Parameters
    ----------
    form : str
        One of the forms.
    spans : dict of str to (int, int)
        Part -> the first of its tokens, and the one after its last.
    question : str
        What only the words can decide: ``"and"``, ``"words"``, ``"at"``, or nothing.
    """

    form: str
    spans: dict[str, Span]
    question: str = ""


# ------------------------------------------------------------------------------------------------ the pieces of rules
SUFFIX = "[st2]"
#: A word of a name. Words that mean something elsewhere are names right before a suffix: UNIT ST, CORNER RD.
NAME = rf"(?:[wlLdst*pejrVA245NRBo]|(?<!d)O|(?<![st2o])X|X(?={SUFFIX})|[UFGEMDHIQYW?](?={SUFFIX}))"
#: A street that shows that it is one: AVE D, AVENUE OF X, a numbered road, 12 AVE, or any name with a suffix.
SURE = rf"(?:d?s[lLXdna0](?!{SUFFIX})d?|d?sO{NAME}+|[Kd]?[wl]?rs?[Kd]?s?|d?n{SUFFIX}d?|{NAME}+{SUFFIX}d?)"
LOOSE = rf"(?:{NAME}+)"
STREET = rf"(?:{SURE}|{LOOSE}|d?n)"
ID = r"(?:[n0zaclLXdfvgomqhkx4AwB]f?)"
UNIT = rf"(?:U#?{ID}(?:[&,-]{ID})*|U|#{ID}(?:[&,]{ID})*|[F5]#?{ID}(?:[,&]+{ID})*|[on][F5]|R5|[wdRstpB]F|F|B#?[nacl]|R|Y)"
NUMBER = r"[nza]f?|f|h|q|m|0"
JOIN = r"[/&@]+"
BOUND = "[Kd]"


def _rule(form: str, pattern: str, question: str = "") -> tuple[str, re.Pattern[str], str]:
    return form, re.compile(pattern), question


def _street(part: str, kind: str = STREET) -> str:
    return f"(?P<{part}>{kind})"


_HOUSE = rf"(?P<number>{NUMBER})"
_TO_HOUSE = rf"(?P<number>n)(?:[&/,]+n)*[&/,]+(?P<number_2>n)"
_DISTANCE = r"(?:(?P<offset>[nvfa]f?)-?(?P<offset_unit>[Db])[wY4]*)?"
_SIDE = r"Y?(?P<offset_direction>d)(?:O|Y|<)"
_ROAD = rf"(?=.*?(?P<route>r))(?=(?:.*?(?P<route_direction>K)|.*?rs?(?P<after>d)(?!O)|(?P<before>d)r)?)"

#: Words instead of a place: the whole shape, whatever stands around.
NO_PLACE = [
    # words instead of a place
    _rule("non-address", r"(?:.*?(?P<kind>\$)).*"),
    _rule("place", r"(?P<place>!w{0,2}[ep]).*"),
    _rule("non-address", r".*?(?P<kind>!).*"),
    _rule("non-address", r"[^st2]*?(?P<kind>\^)#?[na].*"),
    _rule("non-address", r"(?P<kind>r)%.*"),
    _rule("address", rf"{_HOUSE}{_street('street', SURE)},?(?P<unit>%#?{ID})"),
    _rule("non-address", r".*?(?P<kind>%).*"),
    _rule("non-address", r"[^nzaxbst]*(?P<kind>~).*"),
    _rule("non-address", r"[^0nzaxyst2borpejUF]*?(?P<kind>\?)[^0nzaxyst2borpejUF]*"),
    _rule("non-address", r"(?P<kind>x)"),
]

RULES = [
    # areas
    _rule("zone", r"(?P<area>(?:[dwVl]{0,3}G[#:,-]*(?:[nzacglLXdv0oqhmw]{1,2})?[,/-]*)+)"),
    _rule("zone", r"(?P<area>[zZ])"),
    # numbered roads
    _rule("milepost", rf"{_ROAD}(?=.*M#?(?P<milepost>[nvz0a])).*"),
    _rule("highway-exit", rf"{_ROAD}(?=.*E#?(?P<exit>[nacvz0lL])).*"),
    _rule("ramp", rf"{_ROAD}{BOUND}*r{BOUND}?[/&@,-]*K?[PE][/&@,-]*{_street('cross')}"),
    _rule("ramp", rf"{_ROAD}{_street('cross')}[/&@,-]*P[/&@,>-]*{BOUND}?r{BOUND}?"),
    _rule("ramp", rf"{_ROAD}{_street('cross')}[/&@,>-]+{BOUND}?r{BOUND}?K?P"),
    _rule("ramp", rf"{_ROAD}.*[PE].*"),
    _rule("highway", rf"{_ROAD}{BOUND}*rs?{BOUND}*"),
    # blocks
    _rule("block", rf"(?P<number>[nza0xykmqh]|U|H)-?[bH]O?{_street('street')}(?:[/&@,(W].*)?"),
    _rule("block", rf"bO?(?P<number>[nz0xykmq])O?{_street('street')}"),
    _rule("block", rf"(?P<number>[xyk])O?{_street('street')}(?:[/&@,(W].*)?"),
    _rule("block", rf"(?P<number>X)(?P<street>d?[wo]{NAME}*{SUFFIX}d?)"),
    _rule("block", rf"{_street('street')}[,:-]*(?P<number>[nz0mkq])-?b"),
    _rule("block", rf"{_street('street', SURE)}[,:-]*(?P<number>[xyk])b?"),
    _rule("block", rf"(?P<number>[nz0mkq]){_street('street', SURE)}b"),
    # house numbers
    _rule("address-grid", rf"(?P<number>gg?){_street('street')}"),
    _rule("address-grid", r"(?P<number>[nz])(?P<street>d[n0]d)"),
    _rule("address-zero", rf"(?P<number>0){_street('street')}"),
    _rule("address-hyphen", rf"(?P<number>h){_street('street')}"),
    _rule("address-hyphen", rf"(?P<number>q)(?P<street>d?o{NAME}*)"),
    _rule("address-multi", rf"(?P<number>[mq]){_street('street')}"),
    _rule("address-multi", rf"{_TO_HOUSE}{_street('street')}"),
    _rule("address", rf"(?P<number>[nz]l)(?P<street>[wo]{NAME}*{SUFFIX}d?)"),
    _rule("address", rf"{_HOUSE}(?P<unit>#{ID}|U#?{ID}|Y){_street('street', SURE)}"),
    _rule("address", rf"{_HOUSE}{_street('street', SURE)}"),
    _rule("address", rf"{_HOUSE}{_street('street', SURE)}(?P<unit>-?[n0acglLhqmvkf](?:-?[n0acglLhqmv])?)"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}[(,]*W{_street('cross')}[&/,>-]{_street('cross_2')}\)?"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}\({_street('cross')}{JOIN}{_street('cross_2')}\)?"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}{_DISTANCE}{_SIDE}{_street('cross')}"),
    _rule(
        "address-with-cross",
        rf"{_HOUSE}(?P<whole>(?P<street>{LOOSE})&(?P<cross>[wpejV*l]{NAME}*{SUFFIX}d?))",
        "and",
    ),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}[:,(-]*{JOIN}(?P<cross>{SURE}|d?o)\)?"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}[/&]{_street('cross')}(?:{JOIN}{_street('cross_2')})?"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}[:,(-]*@(?P<cross>{LOOSE})\)?", "at"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street')}[,(]Y?(?P<cross>{SURE}|d?o)\)?"),
    _rule("address-with-cross", rf"{_HOUSE}{_street('street', SURE)}[XY](?P<cross>{SURE}|d?o)"),
    _rule("address", rf"{_HOUSE}{_street('street')},(?P<tail>[wpejdV4lLA]+)"),
    _rule("address-with-place", rf"{_HOUSE}{_street('street')}[:,(@/&-]+(?P<place>[^()]+)\)?.*"),
    _rule("address", rf"{_HOUSE}{_street('street', SURE)}(?P<tail>[wpejdV4lLA].*)"),
    _rule("address", rf"{_HOUSE}{_street('street', LOOSE)}"),
    _rule("address", rf"{_HOUSE}{_street('street', LOOSE)}(?P<unit>[n0acg])"),
    _rule("address-with-place", rf"(?P<place>[wpejd*Vl4to]+[nac]?)[,:@(-]*Y?{_HOUSE}{_street('street', SURE)}\)?"),
    # from a crossing
    _rule("segment", rf"{_street('street')}[,(]*[W<]{_street('cross')}[&/,>@-]+{_street('cross_2')}\)?"),
    _rule("segment", rf"[W<]{_street('cross')}[&/>@-]+{_street('cross_2')}[N,@]{_street('street')}"),
    _rule("segment", rf"{_street('street')}[,(]{_street('cross')}>{_street('cross_2')}\)?"),
    _rule("offset", rf"{_street('street')}[,:/@(-]*{_DISTANCE}{_SIDE}{_street('cross')}\)?"),
    _rule("offset", rf"{_DISTANCE}{_SIDE}{_street('cross')}[,@/&]*N{_street('street')}"),
    _rule("offset", rf"{_DISTANCE}{_SIDE}{_street('street')}{JOIN}{_street('cross')}"),
    _rule("offset", rf"{_DISTANCE}{_SIDE}{_street('street')}"),
    # crossings
    _rule("intersection-offset", rf"(?P<corner>d)Q{_street('street')}{JOIN}{_street('cross')}(?:N.*|\(d\))?"),
    _rule("intersection-offset", rf"{_street('street')}{JOIN}{_street('cross')},?(?P<corner>d)Q"),
    _rule("intersection-offset", rf"{_street('street')}{JOIN}{_street('cross')}[,(]*(?P<corner>d)Q?\)"),
    _rule(
        "intersection",
        rf"[IQ]?(?P<whole>(?P<street>[wpejV*l]{NAME}*)&(?P<cross>[wpejV*l]{NAME}*{SUFFIX}d?))",
        "and",
    ),
    _rule("place", r"(?P<place>@.+)"),
    _rule("place", r"(?P<place>[wpl*V4]*[ej][wpejV4l]*&[wpejV4l]+)"),
    _rule(
        "intersection",
        rf"[IQ]?{_street('street')}[,(]?{JOIN}{_street('cross')}\)?(?:{JOIN}{_street('cross_2')})?",
    ),
    _rule("intersection", rf"[IQ]{_street('street')}[-,NX]{_street('cross')}"),
    _rule("intersection", rf"(?P<street>{SURE}|d?o)[-,XY](?P<cross>{SURE}|d?o)"),
    # one street, or a place
    _rule("institution", r"(?=[^st2]*j)(?P<place>[^0nzafvx/&@b]+[nacl]?)"),
    _rule("street-only", rf"[IQ]?{_street('street', SURE)}"),
    _rule("street-only", r"(?P<street>d?o)"),
    _rule("street-only", rf"(?P<street>d?[wdV*t4lL][wV*tdlLp4O]*)", "words"),
    _rule("place", r"(?P<place>.*[wpejlVt*4RBsA].*)"),
]

# -------------------------------------------------------------------------------------- what stands around a place
_ENDS = r"(?:[wopeV*R24A]|[st2]d?|[rs][lLXdn]?)"
_PLACE_WORDS = r"[wpedVl4tjO]"
_AROUND = [
    re.compile(pattern)
    for pattern in [
        r"(?P<core>.*?)[,:\-#/&;]+",
        r"[,:\-/&;]+(?P<core>.*)",
        rf"(?P<core>[^,]*{SUFFIX}d?[^,]*|.*[AV24,]),?(?P<zip>[zZ])",
        rf"(?P<core>)(?P<locality>[wpedVt]{{1,3}}),?(?P<state>A)",
        rf"(?P<core>.+),(?P<locality>{_PLACE_WORDS}{{1,4}}),?(?P<state>[AV24s5])",
        rf"(?P<core>.+),(?P<state>[AV24])",
        rf"(?P<core>[0nzaghqmkxyU].*?[^0nzaghqm]{SUFFIX}d?)(?P<locality>(?:[wpedVl4]|t(?=w)){{1,3}}),?(?P<state>[AV245])",
        rf"(?P<core>.*{SUFFIX}d?)(?P<state>A)",
        rf"(?P<core>.*?{_ENDS}),?(?P<unit>(?:{UNIT}[,-]?)+)",
        rf"(?P<unit>{UNIT}),?(?P<core>[nza]f?{NAME}.*)",
        r"(?P<core>.+)(?P<kind>\?)",
        r"(?:[w4]?Y|\?|R(?=[nza])|NT?|@(?=[nza0]))+[O,:-]?(?P<core>.+)",
    ]
]


@lru_cache(maxsize=200_000)
def read_shape(shape: str) -> Reading:
    """Read a shape.

    Parameters
    ----------
    shape : str
        Letters, one a token.

    Returns
    -------
    Reading
        Form and parts. A shape that fits no rule is a place without a name.

    Examples
    --------
    >>> read_shape("ndwtU#n").spans
    {'unit': (4, 7), 'number': (0, 1), 'street': (1, 4)}
    """
    for form, pattern, _ in NO_PLACE:
        if found := pattern.fullmatch(shape):
            return Reading(form, _groups(found))
    start, end, around = _core(shape)
    core = shape[start:end]
    if not core and "locality" in around:
        return Reading("out-of-area", around)
    for form, pattern, question in RULES:
        if found := pattern.fullmatch(core):
            spans = around | {part: (a + start, b + start) for part, (a, b) in _groups(found).items()}
            for bound in ("after", "before"):
                if bound in spans:
                    spans.setdefault("route_direction", spans.pop(bound))
            if form == "address" and "*" in core:
                form = "address-alias"
            return Reading(form, spans, question)
    return Reading("non-address" if not core else "place", around)


def _core(shape: str) -> tuple[int, int, dict[str, Span]]:
    """Free a shape of what stands around the place, from the outside in."""
    start, end, found = 0, len(shape), {}
    again = True
    while again:
        again = False
        for pattern in _AROUND:
            if (match := pattern.fullmatch(shape[start:end])) and match.span("core") != (0, end - start):
                parts = _groups(match)
                a, b = parts.pop("core")
                for part, (first, last) in parts.items():
                    found[part] = (first + start, found[part][1] if part == "unit" and part in found else last + start)
                start, end, again = start + a, start + b, True
    return start, end, found


def _groups(match: re.Match[str]) -> dict[str, Span]:
    return {part: match.span(part) for part, text in match.groupdict().items() if text is not None}
