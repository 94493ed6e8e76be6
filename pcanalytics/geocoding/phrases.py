"""Several words that mean one thing become one token: PO BOX, IN FRONT OF, COUNTY ROAD 12, 1200 - 1299.

Two neighbors tell whether a phrase may begin and how far it could reach (`phrase_reach`); only there is more looked at.
"""

from __future__ import annotations

from pcanalytics.geocoding.house_numbers import read_number
from pcanalytics.geocoding.lexicon import CARDINALS, STATES, TENS_WORDS
from pcanalytics.geocoding.roads import AFTER_ROADS, ROAD_BEGINNINGS, may_be_road, read_road
from pcanalytics.geocoding.vocabulary import ordinal
from pcanalytics.geocoding.wordings import PHRASES

__all__ = ["may_follow", "may_start", "phrase_at", "phrase_reach"]

Token = tuple[str, str]
Phrase = tuple[int, tuple[Token, ...]]
"""How many tokens a phrase has, and what they become."""

_ENDINGS = frozenset(["ST", "ND", "RD", "TH"])
_SUFFIX = frozenset("st2p")
#: Words that only a number makes another thing: MILE 12, AREA 5, NO 1450.
_BEFORE_NUMBERS = {"MILE": ("MP", "M"), "AREA": ("AREA", "G"), "NO": None}

_STARTS = (
    {phrase[0] for phrase in PHRASES}
    | ROAD_BEGINNINGS
    | set(TENS_WORDS)
    | set(_BEFORE_NUMBERS)
    | {"NORTH", "SOUTH", "WEST"}
)
_SECONDS = {phrase[1] for phrase in PHRASES} | AFTER_ROADS | {"CAROLINA", "DAKOTA", "VIRGINIA"}
#: How far the longest phrase that begins with two words reaches, and the token after it.
_REACH: dict[tuple[str, str], int] = {}
for _phrase in PHRASES:
    _REACH[_phrase[0], _phrase[1]] = max(len(_phrase) + 1, _REACH.get((_phrase[0], _phrase[1]), 0))


def may_start(token: Token) -> int:
    """Tell which phrases a token may begin.

    Parameters
    ----------
    token : (str, str)
        Text and letter.

    Returns
    -------
    int
        A sum: 1 a phrase of words or a road, 2 one of numbers, 4 ST CROSS ST.

    Examples
    --------
    >>> may_start(("PO", "%")), may_start(("1200", "n")), may_start(("MAIN", "w"))
    (1, 2, 0)
    """
    text, letter = token
    return (
        (text in _STARTS or letter in "A45K") + 2 * (letter in "nz0vf" or text in CARDINALS) + 4 * (letter in _SUFFIX)
    )


def may_follow(token: Token) -> int:
    """Tell which phrases a token may go on with as their second.

    Parameters
    ----------
    token : (str, str)
        Text and letter.

    Returns
    -------
    int
        A sum as in `may_start`. Two neighbors without a common part of their sums begin no phrase.

    Examples
    --------
    >>> may_follow(("BOX", "%")), may_follow(("-", "-"))
    (1, 2)
    """
    text, letter = token
    return (
        (text in _SECONDS or letter in "nazZolLXdv")
        + 2 * (letter in "->H" or text in _ENDINGS or text == "MI")
        + 4 * (text == "CROSS")
    )


def phrase_reach(first: Token, second: Token) -> int:
    """Give how many tokens must be looked at to read a phrase that begins with these two; 0 when none does.

    Parameters
    ----------
    first, second : (str, str)
        Text and letter of neighbors.

    Returns
    -------
    int
        A number of tokens.

    Examples
    --------
    >>> phrase_reach(("PO", "%"), ("BOX", "%")), phrase_reach(("MAIN", "w"), ("ST", "t"))
    (3, 0)
    """
    reach = _REACH.get((first[0], second[0]), 0)
    if may_start(first) & may_follow(second) & 2:
        reach = max(reach, 3)
    if may_start(first) & may_follow(second) & 4:
        reach = max(reach, 4)
    if may_be_road(first, second):
        reach = max(reach, 6 if second[0] in AFTER_ROADS else 3)
    if f"{first[0]} {second[0]}" in STATES:
        reach = max(reach, 3)
    return max(reach, 2) if _pair(first, second) else reach


def phrase_at(window: tuple[Token, ...]) -> Phrase | None:
    """Read the longest phrase at the start of a window of tokens.

    Parameters
    ----------
    window : tuple of (str, str)
        Two tokens or more.

    Returns
    -------
    tuple of int and tokens, or None
        How many tokens the phrase has, and what they become; nothing when none begins here.

    Examples
    --------
    >>> phrase_at((("PO", "%"), ("BOX", "%"), ("12", "n")))
    (2, (('PO BOX', '%'),))
    """
    texts = tuple(text for text, _ in window)
    for length in range(len(window), 1, -1):
        if (found := PHRASES.get(texts[:length])) and not _is_lettered_street(found, window[length - 1 :]):
            return length, (found,)
    if state := _state_of_two_words(window):
        return state
    if road := read_road(window):
        return road[0], (road[1],)
    if len(window) > 3 and window[0][1] in _SUFFIX and texts[1:3] == ("CROSS", "ST"):
        return 3, (window[0], ("/", "/"))
    return _numbers(window) or _pair(window[0], window[1])


def _state_of_two_words(window: tuple[Token, ...]) -> Phrase | None:
    """Read SOUTH CAROLINA as a state where a zip code or a comma follows: alone it may be S CAROLINA ST."""
    name = f"{window[0][0]} {window[1][0]}"
    is_one = name in STATES and len(window) > 2 and window[2][1] in "zZ,"
    return (2, ((name, "V"),)) if is_one else None


def _is_lettered_street(found: Token, rest: tuple[Token, ...]) -> bool:
    """Tell N E ST, where E is the street, from N E MAIN ST."""
    return found[1] == "d" and len(rest) > 1 and rest[1][1] in _SUFFIX and rest[0][1] == "d"


def _numbers(window: tuple[Token, ...]) -> Phrase | None:
    """Read 1200 - 1299 as one token, 12 HUNDRED as a block, and 1 ST ST as an ordinal and a suffix."""
    (text, letter), (follower, kind) = window[0], window[1]
    if kind in "->" and len(window) > 2 and letter in "nz0" and window[2][1] in "nz":
        pair = read_number(f"{text}-{window[2][0]}")
        return (3, (pair,)) if pair else None
    if kind == "H" and (letter == "n" or text in CARDINALS):
        hundreds = CARDINALS.get(text) or int(text)
        return 2, ((f"{hundreds // 100 if hundreds >= 100 else hundreds}XX", "x"),)
    is_ordinal = letter == "n" and len(text) <= 3 and ordinal(int(text)) == text + follower
    if is_ordinal and (follower in ("TH", "ND") or (len(window) > 2 and window[2][1] in _SUFFIX)):
        return 2, ((text + follower, "o"),)
    return None


def _pair(first: Token, second: Token) -> Phrase | None:
    """Read two tokens that change each other's meaning."""
    (text, letter), (follower, kind) = first, second
    if text in _BEFORE_NUMBERS and kind in ("nzacv" if text != "MILE" else "nv"):
        before = _BEFORE_NUMBERS[text]
        return 2, ((before, second) if before else (second,))
    if text in TENS_WORDS and kind == "o" and int(follower[:-2]) < 10:
        return 2, ((ordinal(TENS_WORDS[text] + int(follower[:-2])), "o"),)
    if follower == "MI" and letter in "nvf":  # 0.5 MI N OF
        return 2, (first, ("MILE", "D"))
    if letter == "K" and kind == "n" and len(follower) <= 3:  # SB 101
        return 2, (first, (f"HWY {follower}", "r"))
    if letter in "45" and text in STATES and kind in "zZ":  # OR 97201
        return 2, ((text, "A"), second)
    return None
