"""The grammar: what a shape means, and which of its tokens are which part.

A shape is a word whose letters are kinds of tokens (`letters.LETTERS`). It is read in three steps:

1. Words instead of a place, such as TRANSIENT, decide at once, whatever stands around them (`NO_PLACE`).
2. What stands around a place is taken off, from the outside in: units, city, state and zip code, NEAR (`AROUND`).
3. The first rule that fits the whole rest says the form (`PLACES`); its named groups are the parts.

A rule is a regular expression over letters and stands beside the form it gives. Shapes are short, each distinct one is
read once, and a rule is tried only where the letters it needs are there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["PARTS", "Reading", "read_shape"]

Span = tuple[int, int]

#: Every part that tokens can be.
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
        What only the words can decide: ``"and"``, ``"words"``, ``"at"``, ``"city"``, or nothing.
    """

    form: str
    spans: dict[str, Span]
    question: str = ""


@dataclass(frozen=True)
class Rule:
    """A form, the shapes that have it, and the letters of which a shape must have one for the rule to be worth trying."""

    form: str
    pattern: re.Pattern[str]
    needs: frozenset[str]
    question: str = ""


def _rule(form: str, pattern: str, *, needs: str = "", question: str = "") -> Rule:
    return Rule(form, re.compile(pattern), frozenset(needs), question)


# ------------------------------------------------------------------------------------------------ the pieces of rules
def _any_of(*choices: str) -> str:
    return f"(?:{'|'.join(choices)})"


SUFFIX = "[st2]"
#: A word of a name. OF after a direction is a side of a place, X after a suffix a crossing; words that say something
#: elsewhere are names right before a suffix (UNIT ST, CORNER RD), and UNKNOWN and BOX before a word.
NAME = _any_of(
    "[wTlLdst*pejrVA245NRBo]",
    "(?<!d)O",
    "(?<![st2o])X",
    rf"[bXUFGEMDHIQYW?%](?={SUFFIX})",
    "[?%](?=[wpe])",
)
#: A street that shows it is one.
SURE = _any_of(
    "d[n0]d",  # E 300 S
    rf"d?s[lLXdna0](?!{SUFFIX})d?",  # AVE D
    rf"d?sO{NAME}+",  # AVENUE OF THE STARS
    "[Kd]?[wl]?rs?[Kd]?s?",  # OLD HWY 61 N
    rf"d?n{SUFFIX}d?",  # 12 AVE
    rf"d?nD{NAME}*{SUFFIX}d?",  # 18 MILE RD
    rf"d?[n0]d{SUFFIX}",  # 2700 N AVE
    rf"{NAME}+{SUFFIX}(?:,?d)?",  # N MAIN ST, MAIN ST N
)
LOOSE = rf"{NAME}+"
CLEAR = _any_of(SURE, "d?o")
#: What may cross: the names are written shortly there, MAIN ST / 5TH, and ramps and codes are streets.
ANY = _any_of(SURE, LOOSE, rf"{NAME}+P", "d?n", rf"d?c{NAME}*")

ID = r"(?:[n0zaclLXdfvgomqhkx4A]f?|w(?!F))"
UNIT = _any_of(
    rf"#?U#?{ID}(?:[lLX]|(?:[&,-]{ID}){{0,5}})",  # APT 4, UNIT 12-14
    "U",
    rf"#{ID}(?:[&,]{ID}){{0,5}}",
    rf"[F5]#?{ID}(?:[,&]{{1,2}}{ID}){{0,9}}",  # FLOORS 2, 4, 6
    "[on][F5]",  # 3RD FL
    "R5",
    "[wdRstp]F",  # STREET LEVEL
    "F",
    "R",
    "Y",  # REAR
)
JOIN = r"[/&@]+"
BOUND = "[Kd]"
CITY = r"(?:[wpedVl4]|t(?=w))"
#: A city, or more words, after a comma.
TAIL = rf"(?:,(?P<tail>{CITY}{{1,3}}))?"


def _street(part: str, kind: str = ANY) -> str:
    return f"(?P<{part}>{kind})"


#: What follows has more of a name than a suffix: the BLOCK of BLOCK ST is its name.
NAMED = rf"(?!{SUFFIX}d?(?:$|[/&@,(]))"
STREET, CROSS, CROSS_2 = _street("street"), _street("cross"), _street("cross_2")
SURE_STREET = _street("street", SURE)
HOUSE = r"(?P<number>[nza]f?|f|h|q|m|0)"
#: 1200 & 1202, or longer lists; only the ends matter.
HOUSES = r"(?P<number>n)(?:[&/,]+n)*[&/,]+(?P<number_2>n)"
#: 200 FT S OF, JUST EAST OF, N OF.
DISTANCE = r"(?:(?P<offset>[nvfa]f?)-?(?P<offset_unit>[Db])[wY4]*)?"
SIDE = rf"Y?(?P<offset_direction>d)[OY<]{NAMED}"
#: A numbered road somewhere, and its direction of travel, NB anywhere or N beside it.
ROAD = r"(?=.*?(?P<route>r))(?=(?:.*?(?P<route_direction>K)|.*?rs?(?P<after>d)(?!O)|(?P<before>d)r)?)"
#: A name that an AND may belong to: BLACK & DECKER RD.
AND_NAME = rf"(?!{SURE}&)(?P<whole>(?P<street>[wTpejV*lL]{NAME}*)&(?P<cross>[wpejV*l]{NAME}*{SUFFIX}d?))"

# ------------------------------------------------------------------------------------------- words instead of a place
NO_PLACE = [
    _rule("non-address", r".*?(?P<kind>\$).*", needs="$"),
    _rule("place", r"(?P<place>!w{0,2}[ep]).*", needs="!"),  # HOMELESS SHELTER
    _rule("non-address", r".*?(?P<kind>!).*", needs="!"),
    _rule("non-address", r"[^st2]*?(?P<kind>\^)#?[na].*", needs="^"),  # RR 2 BOX 45
    _rule("non-address", r"(?P<kind>r)%.*", needs="%"),  # RT 2 BOX 45
    _rule("address", rf"{HOUSE}{SURE_STREET},?(?P<unit>%#?{ID})", needs="%"),
    _rule("non-address", r".*?(?P<kind>%)(?:#?[n0zaclLXq].*|[^wpe].*)?", needs="%"),
    _rule("non-address", r"[^nzaxbst]*(?P<kind>~).*", needs="~"),
    _rule("non-address", r"[^nzaxyst2borpejUF]*?(?P<kind>\?)[^nzaxyst2borpejUF]*", needs="?"),
    _rule("non-address", r"(?P<kind>x)", needs="x"),
]

# ----------------------------------------------------------------------------------------- what stands around a place
_ENDS = r"(?:[wopeV*24AB]d?|[st2]d?|[rs][lLXdn]?|d[n0]d)"

#: Each takes something off and leaves the group ``core``. They are tried in order, again and again.
AROUND = [
    _rule("remark", r"(?P<core>.*?);.*", needs=";"),
    _rule("punctuation", r"(?P<core>.*?)[,:\-#/&]+", needs=",:-#/&"),
    _rule("punctuation", r"[,:\-/&]+(?P<core>.*)", needs=",:-/&"),
    _rule("city", rf"(?P<core>.*[wop]{SUFFIX}d?)(?P<locality>{CITY}{{1,3}}),?(?P<state>2)(?P<zip>[zZ])", needs="2"),
    _rule("zip", rf"(?P<core>[^,]*{SUFFIX}d?[^,]*|.*[AV245,]),?(?P<zip>[zZ])", needs="zZ"),
    _rule("zip", rf"(?P<core>[nzaghqm0]f?d?(?:r|{NAME}+)(?:,?{UNIT})?),?(?P<zip>[zZ])", needs="zZ"),  # 12 CR 4 43470
    _rule("city", r"(?P<core>)(?P<locality>[wpedVt]{1,3}),?(?P<state>A)", needs="A"),
    _rule("city", r"(?P<core>.+),(?P<locality>[wpedVl4tjO]{1,4}),?(?P<state>[AV245s])", needs=","),
    _rule("city", rf"(?P<core>.*?[^0nzaghqmd]{SUFFIX}d?)(?P<locality>{CITY}{{1,3}}),?(?P<state>[AV45]|(?<=,)2)"),
    _rule("city", rf"(?P<core>.*?[^0nzaghqm]{SUFFIX}d?)(?P<locality>{CITY}{{1,3}}),?(?P<state>[AV45]|(?<=,)2)"),
    _rule(
        "city",
        rf"(?P<core>[nza].*?{_ENDS},?(?:#?U#?{ID}|#{ID}|[on][F5]))(?P<locality>{CITY}{{1,3}}),?(?P<state>[AV245])",
    ),
    _rule("state", r"(?P<core>.+),(?P<state>[AV24])", needs=","),
    _rule("city", r"(?P<core>[nza]d?w)(?P<locality>w),?(?P<state>A)", needs="A"),
    _rule("state", rf"(?P<core>.*{SUFFIX}d?)(?P<state>A)", needs="A"),
    _rule("unit", rf"(?P<core>.*?{_ENDS})[,(/-]?(?P<unit>(?:{UNIT}[,-]?){{1,4}})\)?", needs="U#F5RY"),
    _rule("unit", rf"(?P<core>.*{SUFFIX}d?),?(?P<unit>B#?[nacl])", needs="B"),
    _rule("unit", rf"(?P<core>e[na]f?),?(?P<unit>(?:[UB]#?{ID}[,-]?|c){{1,4}})", needs="e"),  # PIER 39 SPACE D-3
    _rule("unit", rf"(?P<unit>[U#]#?{ID}|[F5]{ID}|[on][F5]|R),?(?P<core>[nza]f?{NAME}.*)", needs="U#F5R"),
    _rule("punctuation", r"#(?P<core>[nza].*)", needs="#"),
    _rule("unknown", r"(?P<core>.+)\?", needs="?"),
    _rule("near", rf"(?P<core>.*{SUFFIX})[IQ]", needs="IQ"),
    _rule(
        "near", rf"(?:[w4]?Y|\?|[N4@]?T(?=[nza0xk])|N|@(?=[nza0xk])){{1,4}}[O,:-]?{NAMED}(?P<core>.+)", needs="Y?TN@"
    ),
]

# ------------------------------------------------------------------------------------------------------------ places
AREAS = [
    _rule("zone", r"(?P<area>(?:[dwVl]{0,3}+G[#:,-]*+(?:[nzacglLXdv0oqhm]{1,2}+|w)?+[,/-]*+)++)", needs="G"),
    _rule("zone", r"(?P<area>[zZ])", needs="zZ"),
]

ROADS = [
    _rule("milepost", rf"{ROAD}(?=.*M#?(?P<milepost>[nvz0a])).*", needs="M"),
    _rule("highway-exit", rf"{ROAD}(?=.*E#?(?P<exit>[nacvz0lL])).*", needs="E"),
    _rule("ramp", rf"{ROAD}{BOUND}*r{BOUND}?[/&@,-]*K?[PE][/&@,>-]*{CROSS}", needs="PE"),
    _rule("ramp", rf"{ROAD}{CROSS}[/&@,-]*[PE][/&@,>-]*{BOUND}?r{BOUND}?", needs="PE"),
    _rule("ramp", rf"{ROAD}{CROSS}[/&@,>-]+{BOUND}?r{BOUND}?K?[PE]", needs="PE"),
    _rule("ramp", rf"{ROAD}{BOUND}*r{BOUND}?[/&@,>-]*{CROSS}[PE]", needs="PE"),
    _rule("ramp", rf"{ROAD}.*[PE].*", needs="PE"),
    _rule("highway", rf"{ROAD}{BOUND}*rs?{BOUND}*", needs="r"),
]

BLOCKS = [
    _rule("block", rf"(?P<number>[nza0xykmqh]|U|H)-?[bH]O?{NAMED}{STREET}(?:{TAIL}|[/&@,(W>].*)", needs="bH"),
    _rule("block", rf"bO?(?P<number>[nz0xykmq])O?{STREET}", needs="b"),
    _rule("block", rf"(?P<number>[xyk])O?{STREET}(?:[/&@,(W>].*)?", needs="xyk"),
    _rule("block", rf"(?P<number>X)(?P<street>d?[wo]{NAME}*{SUFFIX}d?)", needs="X"),
    _rule("block", rf"{STREET}[,:-]*(?P<number>[nz0mkq])-?b", needs="b"),
    _rule("block", rf"{SURE_STREET}[,:-]*(?P<number>[xyk])b?", needs="xyk"),
    _rule("block", rf"(?P<number>[nz0mkq]){SURE_STREET}b", needs="b"),
]

_NUMBERS = "0nzaqhmgf"
BARE_UNIT = r"[n0acglLhqmvkf](?:-?[n0acglLhqmv])?"  # 4F, behind a street
HOUSE_NUMBERS = [
    _rule("address-grid", rf"(?P<number>gg?){STREET}", needs="g"),
    _rule("intersection", r"(?P<street>d?[n0]d)[/&@,]+(?P<cross>d?[n0]d)", needs="/&@,"),
    _rule("address-grid", r"(?P<number>[nz])(?P<street>d[n0]d)", needs="d"),
    _rule("address-zero", rf"(?P<number>0){STREET}", needs="0"),
    _rule("address-hyphen", rf"(?P<number>h){STREET}", needs="h"),
    _rule("address-hyphen", rf"(?P<number>q)(?P<street>d?o{NAME}*)", needs="q"),
    _rule("address-hyphen", rf"(?P<number>h){SURE_STREET}[,(-]*(?P<unit>{BARE_UNIT})\)?", needs="h"),
    _rule("address-hyphen", rf"(?P<number>q)(?P<street>d?o{NAME}*{SUFFIX}d?)[,(-]*(?P<unit>{BARE_UNIT})\)?", needs="q"),
    _rule("address-multi", rf"(?P<number>[mq]){STREET}", needs="mq"),
    _rule("address-multi", rf"{HOUSES}{STREET}", needs="&/,"),
    _rule(
        "address",
        rf"(?P<number>[nz]l)(?P<street>[dwopeV*]{NAME}+{SUFFIX}d?|[wopeV*]{SUFFIX}d?)",
        needs="l",
    ),
    _rule("address", rf"{HOUSE}(?P<unit>#{ID}|U#?{ID}|Y){NAMED}{SURE_STREET}", needs="#UY"),
    _rule("address", rf"{HOUSE}{SURE_STREET}", needs=_NUMBERS),
    _rule("address", rf"(?P<number>c){SURE_STREET}", needs="c"),
    _rule("address", rf"{HOUSE}{SURE_STREET}[,(-]*(?P<unit>{BARE_UNIT})\)?", needs=_NUMBERS),
]

WITH_MORE = [
    _rule("address-with-cross", rf"{HOUSE}{STREET}[(,]*W{CROSS}[&/,>-]{CROSS_2}\)?", needs="W"),
    _rule("address-with-cross", rf"{HOUSE}{STREET}\({CROSS}{JOIN}{CROSS_2}\)?", needs="("),
    _rule("address-with-cross", rf"{HOUSE}{STREET}{DISTANCE}{SIDE}{CROSS}", needs="OY<"),
    _rule("address-with-cross", rf"{HOUSE}{AND_NAME}", needs="&", question="and"),
    _rule("address-with-cross", rf"{HOUSE}{STREET}[:,(-]*{JOIN}:?(?P<cross>{CLEAR})\)?", needs="/&@"),
    _rule("address-with-cross", rf"{HOUSE}{STREET}[,(]?[/&]:?{CROSS}(?:{JOIN}{CROSS_2})?", needs="/&"),
    _rule("address-with-cross", rf"{HOUSE}{STREET}[:,(-]*@(?P<cross>{LOOSE})\)?", needs="@", question="at"),
    _rule("address-with-cross", rf"{HOUSE}{STREET}[,(]Y?(?P<cross>{CLEAR})\)?", needs=",("),
    _rule("address-with-cross", rf"{HOUSE}{SURE_STREET}[XY](?P<cross>{CLEAR})", needs="XY"),
    _rule("address", rf"{HOUSE}{STREET},?(?P<unit>#?U#?{ID}|#{ID}|[F5]#?{ID}),?(?P<tail>{CITY}{{1,4}})", needs="U#F5"),
    _rule("address", rf"{HOUSE}{SURE_STREET},?(?P<unit>Y),?(?P<tail>{CITY}{{1,4}})", needs="Y"),
    _rule("address", rf"{HOUSE}{STREET},(?P<tail>[wTpejdV4lLA]+)", needs=","),
    _rule("address-with-place", rf"{HOUSE}{STREET}[:,(@/&-]+(?P<place>[^()]+)\)?.*", needs=":,(@/&-"),
    _rule("address", rf"{HOUSE}{SURE_STREET}(?P<tail>[wTpejdV4lLA].*)", needs=_NUMBERS),
    _rule("address", rf"{HOUSE}(?P<street>d?[wpejV*4]{NAME}+)(?P<state>A)", needs="A", question="city"),
    _rule("address", rf"{HOUSE}{_street('street', LOOSE)}", needs=_NUMBERS),
    _rule("address", rf"{HOUSE}{_street('street', LOOSE)}(?P<unit>[n0acg])", needs=_NUMBERS),
    _rule(
        "address-with-place", rf"(?P<place>[wTpejd*Vl4toQBAs]+[nac]?)[,:@(-]*Y?{HOUSE}{SURE_STREET}\)?", needs=_NUMBERS
    ),
]

FROM_A_CROSSING = [
    _rule("segment", rf"{STREET}[,(]*[W<]{CROSS}[&/,>@-]+{CROSS_2}\)?", needs="W<"),
    _rule("segment", rf"[W<]{CROSS}[&/>@-]+{CROSS_2}[N,@]{STREET}", needs="W<"),
    _rule("segment", rf"[W<]{CROSS}[&/>@-]+{CROSS_2}", needs="W<"),
    _rule("segment", rf"{STREET}[,(]{CROSS}>{CROSS_2}\)?", needs=">"),
    _rule("offset", rf"{STREET}[,:/@(-]*{DISTANCE}{SIDE}{CROSS}\)?", needs="OY<"),
    _rule("offset", rf"{DISTANCE}{SIDE}{CROSS}[,@/&]*N{STREET}", needs="OY<"),
    _rule("offset", rf"{DISTANCE}{SIDE}{STREET}{JOIN}{CROSS}", needs="OY<"),
    _rule("offset", rf"{DISTANCE}{SIDE}{STREET}", needs="OY<"),
]

CROSSINGS = [
    _rule("intersection-offset", rf"(?P<corner>d)Q{STREET}{JOIN}{CROSS}(?:N.*|\(d\))?", needs="Q"),
    _rule("intersection-offset", rf"{STREET}{JOIN}{CROSS},?(?P<corner>d)Q", needs="Q"),
    _rule("intersection-offset", rf"{STREET}{JOIN}{CROSS}[,(]*(?P<corner>d)Q?\)", needs=")"),
    _rule("intersection", rf"[IQ]?{AND_NAME}", needs="&", question="and"),
    _rule("place", r"(?P<place>@.+)", needs="@"),
    _rule("place", r"(?P<place>[wpejV4l]{3,}&[wpejV4l]+|[wpejV4l]+&[wpejV4l]{3,})", needs="&"),
    _rule("place", r"(?P<place>[wpl*V4]*[ej][wpejV4l]*&[wpejV4l]+)", needs="&"),
    _rule("intersection", rf"[IQ]?{STREET}[,(]?{JOIN}{CROSS}\)?(?:{JOIN}{CROSS_2})?{TAIL}", needs="/&@"),
    _rule("intersection", rf"[IQ]{STREET}[-,NX]{CROSS}", needs="IQ"),
    _rule("intersection", rf"(?P<street>{CLEAR})[-,XYI](?P<cross>{CLEAR})", needs="-,XYI"),
]

#: One street, or a place.
THE_REST = [
    _rule("institution", r"(?!.*[st2]d?$)(?=[^st2]*j)(?P<place>[^0nzafvx/&@b]+[nacl]?)", needs="j"),
    _rule("street-only", rf"[IQ]?{SURE_STREET}"),
    _rule("street-only", r"(?P<street>d?o)"),
    _rule("street-only", r"(?P<street>T?d?[wdV*t4lL][wV*tdlLp4O]*)", question="words"),
    _rule("place", r"(?P<place>.*[wpejlVt*4RBsA].*)"),
]

PLACES = [*AREAS, *ROADS, *BLOCKS, *HOUSE_NUMBERS, *WITH_MORE, *FROM_A_CROSSING, *CROSSINGS, *THE_REST]
_NAMED = {"no place": NO_PLACE, "around": AROUND, "place": PLACES}


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
    if reading := _first_that_fits("no place", shape):
        return reading
    start, end, around = _core(shape)
    if start == end:
        return Reading("out-of-area" if "locality" in around else "non-address", around)
    reading = _first_that_fits("place", shape[start:end]) or Reading("place", {})
    spans = around | {part: (first + start, last + start) for part, (first, last) in reading.spans.items()}
    for beside in ("after", "before"):
        if beside in spans:
            spans["route_direction"] = spans.pop(beside)
    is_alias = reading.form == "address" and "*" in shape[start:end]
    return Reading("address-alias" if is_alias else reading.form, spans, reading.question)


@lru_cache(maxsize=20_000)
def _worth_trying(rules: str, letters: frozenset[str]) -> tuple[Rule, ...]:
    """Choose the rules for which a shape has a letter they need."""
    return tuple(rule for rule in _NAMED[rules] if not rule.needs or not rule.needs.isdisjoint(letters))


def _first_that_fits(rules: str, shape: str) -> Reading | None:
    for rule in _worth_trying(rules, frozenset(shape)):
        if match := rule.pattern.fullmatch(shape):
            return Reading(rule.form, _groups(match), rule.question)
    return None


def _core(shape: str) -> tuple[int, int, dict[str, Span]]:
    """Free a shape of what stands around the place, from the outside in, until nothing more comes off."""
    start, end, found = 0, len(shape), dict[str, Span]()
    while True:
        for rule in _worth_trying("around", frozenset(shape[start:end])):
            match = rule.pattern.fullmatch(shape[start:end])
            if match and match.span("core") != (0, end - start):
                break
        else:
            return start, end, found
        parts = _groups(match)
        first, last = parts.pop("core")
        for part, (a, b) in parts.items():
            found[part] = (a + start, max(b + start, found.get(part, (0, 0))[1]))
        start, end = start + first, start + last


def _groups(match: re.Match[str]) -> dict[str, Span]:
    return {part: match.span(part) for part, text in match.groupdict().items() if text is not None}
