"""Numbered roads in their many writings: one token each, such as US HWY 61, SR 99 or CR W."""

from __future__ import annotations

from pcanalytics.geocoding.lexicon import STATES

__all__ = ["AFTER_ROADS", "ROAD_BEGINNINGS", "may_be_road", "read_road"]

Token = tuple[str, str]

#: How a numbered road begins -> what it is called here. The words HWY, ROUTE or ROAD may follow any of them.
_ROADS = {
    ("I",): "I", ("IH",): "I", ("INTERSTATE",): "I", ("US",): "US HWY", ("USH",): "US HWY", ("U", "S"): "US HWY",
    ("USHWY",): "US HWY", ("SR",): "SR", ("SH",): "SR", ("STH",): "SR", ("S", "R"): "SR", ("S", "H"): "SR",
    ("STHWY",): "SR", ("CR",): "CR", ("CTH",): "CR", ("CSAH",): "CR", ("C", "R"): "CR", ("CORD",): "CR",
    ("TR",): "TWP RD", ("T", "R"): "TWP RD",
    ("HWY",): "HWY", ("RTE",): "HWY", ("FM",): "FM", ("FARM", "TO", "MARKET"): "FM", ("LOOP",): "LOOP",
    ("SPUR",): "SPUR", ("BELTWAY",): "BELTWAY", ("BUSINESS",): "BUS", ("BUS",): "BUS",
}  # fmt: skip
#: These begin one only before HWY, ROUTE or ROAD: STATE ST and CO LINE RD are other things.
_ROADS_BEFORE_WAY = {
    ("STATE",): "SR", ("ST",): "SR", ("CO",): "CR", ("COUNTY",): "CR", ("COUNTY", "TRUNK"): "CR", ("CO", "TRUNK"): "CR",
    ("COUNTY", "STATE", "AID"): "CR", ("TWP",): "TWP RD", ("TOWNSHIP",): "TWP RD", ("COUNTRY",): "CR", ("FARM",): "FM", ("RANCH",): "RM",
}  # fmt: skip

#: These are suffixes too: OAK HWY #4 has a unit.
_SUFFIXES = frozenset([("CR",), ("TR",), ("HWY",), ("RTE",), ("LOOP",), ("SPUR",)])
_WAY = frozenset(["HWY", "RTE", "RD", "TRUNK"])
#: Words after the number that make it another road.
_BRANCHES = {"BUSINESS": "BUS", "BUS": "BUS", "ALTERNATE": "ALT", "ALT": "ALT", "TRUCK": "TRUCK"}
_NUMBER_SIGN = frozenset(["#", "NO", "NUMBER"])
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: First words of numbered roads, and the words that may stand before the number.
ROAD_BEGINNINGS = frozenset(begin[0] for begin in (*_ROADS, *_ROADS_BEFORE_WAY))
AFTER_ROADS = _WAY | _NUMBER_SIGN | {"S", "R", "H", "STATE", "TO"}


_TWO_WORDS = frozenset(begin[:2] for begin in (*_ROADS, *_ROADS_BEFORE_WAY) if len(begin) > 1)


def _is_state(token: Token) -> bool:
    """Tell whether a postal code may begin a state's road: KY 44, but not the CT 4 of OAK CT 4."""
    return token[1] in "A4" and token[0] in STATES


def may_be_road(first: Token, second: Token) -> bool:
    """Tell whether two tokens may begin a numbered road.

    Parameters
    ----------
    first, second : (str, str)
        Text and letter of neighbors.

    Returns
    -------
    bool
        Whether it is worth reading on.

    Examples
    --------
    >>> may_be_road(("I", "L"), ("95", "n")), may_be_road(("STATE", "w"), ("ST", "t"))
    (True, False)
    """
    begin = (first[0],)
    if second[0] in AFTER_ROADS:
        return (first[0], second[0]) in _TWO_WORDS or begin in _ROADS or begin in _ROADS_BEFORE_WAY or _is_state(first)
    return second[1] in "nalLXd" and (begin in _ROADS or (_is_state(first) and len(second[0]) <= 4))


def read_road(window: tuple[Token, ...]) -> tuple[int, Token] | None:
    """Read a numbered road at the start of a window of tokens.

    Parameters
    ----------
    window : tuple of (str, str)
        Tokens.

    Returns
    -------
    tuple of int and token, or None
        How many tokens it has and the one they become, or nothing.

    Examples
    --------
    >>> read_road((("CO", "A"), ("RD", "s"), ("12", "n"), ("N", "d")))
    (3, ('CR 12', 'r'))
    """
    texts = [text for text, _ in window]
    begins = [tuple(texts[:length]) for length in (3, 2, 1)]
    begin = next((begin for begin in begins if begin in _ROADS or begin in _ROADS_BEFORE_WAY), begins[-1])
    kind = _ROADS.get(begin) or _ROADS_BEFORE_WAY.get(begin) or ("SR" if _is_state(window[0]) else "")
    at = len(begin)
    while at < len(texts) and texts[at] in _WAY and at < len(begin) + 2:
        at += 1
    ways = at - len(begin)
    if at < len(texts) and texts[at] in _NUMBER_SIGN and not (texts[at] == "#" and begin in _SUFFIXES and at == 1):
        at += 1
    if not kind or at >= len(window) or (begin in _ROADS_BEFORE_WAY and not ways):
        return None
    if not _names_road(window[at], kind, begin, ways):
        return None
    branch = _BRANCHES.get(texts[at + 1], "") if at + 1 < len(texts) else ""
    return at + 1 + bool(branch), (f"{kind} {texts[at]} {branch}".rstrip(), "r")


def _names_road(token: Token, kind: str, begin: tuple[str, ...], ways: int) -> bool:
    """Tell whether a token is the number or the letters of a road of its kind."""
    text, letter = token
    if letter in "na":
        most = 3 if begin[0] in STATES or kind == "I" else 4
        least = 3 if begin == ("LOOP",) else 1  # FOX LOOP 4 has a unit
        return least <= len(text.rstrip(_LETTERS)) <= most
    if not text.isalpha():
        return False
    if len(text) == 1:
        is_lettered = kind == "CR" or (kind == "SR" and ways > 0) or begin == ("RTE",)
        return is_lettered and (letter != "d" or kind == "CR" or ways > 0)
    is_double = len(text) == 2 and text[0] == text[1]  # STATE HWY AA
    return ways > 0 and ((kind == "CR" and len(text) <= 3 and letter not in "stbdO") or (kind == "SR" and is_double))
