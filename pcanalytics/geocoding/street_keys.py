"""The one spelling of a street that a reference and a record agree on: ``predirection|name|suffix|postdirection``.

Both sides pass through `street_keys`, so that it matters less which spelling is right than that there is one. A name is
read from its two ends: directions, then the suffix; what is left is the name, in full words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from pcanalytics.geocoding.lexicon import DIRECTIONS, FULL_WORDS, SUFFIXES
from pcanalytics.geocoding.place_keys import SEPARATORS, in_name, keys_of, place_key, place_keys
from pcanalytics.geocoding.vocabulary import ordinal

__all__ = [
    "StreetParts",
    "key_parts",
    "place_key",
    "place_keys",
    "read_street",
    "same_routes",
    "street_key",
    "street_keys",
    "street_name",
]

Token = tuple[str, str]

_SUFFIX = frozenset("st2")
#: Words after the number of a road that say nothing new: I 80 HWY.
_TITLES = frozenset(["HWY", "FWY", "EXPY", "PKWY", "RD", "RTE", "TPKE"])
_DIRECTIONS = DIRECTIONS | {"NB": "N", "SB": "S", "EB": "E", "WB": "W"}
#: The names that most streets have, one word and a suffix: nothing in them needs a second look.
_PLAIN = re.compile("(d?)[wpo][st]")


class StreetParts(NamedTuple):
    """The four parts of a street key; a part that is not there is empty."""

    predirection: str
    name: str
    suffix: str
    postdirection: str


def read_street(tokens: Sequence[Token]) -> str:
    """Read the tokens of a street's name into its key.

    Parameters
    ----------
    tokens : sequence of (str, str)
        Texts and letters.

    Returns
    -------
    str
        The key; empty when there is no name.

    Examples
    --------
    >>> read_street((("N", "d"), ("MAIN", "w"), ("ST", "t")))
    'N|MAIN|ST|'
    """
    if plain := _PLAIN.fullmatch("".join([letter for _, letter in tokens])):
        pre = DIRECTIONS[tokens[0][0]] if plain[1] else ""
        return f"{pre}|{tokens[-2][0]}|{SUFFIXES[tokens[-1][0]]}|"
    words = [token for token in tokens if token[1] not in SEPARATORS]
    if len(words) > 1 and words[0][0] == "THE":
        words = words[1:]
    if len(words) > 2 and words[0][0] == "NO":
        words[0] = ("N", "d")
    if not words:
        return ""
    road = next((at for at, (_, letter) in enumerate(words) if letter == "r"), None)
    return "|".join(_read_named(words) if road is None else _read_road(words, road))


def _direction(token: Token) -> str:
    return _DIRECTIONS.get(token[0], token[0])


def _read_road(words: list[Token], road: int) -> StreetParts:
    """Read a numbered road: ``N HWY 61``, ``I 95 NB``, ``OLD HWY 61 S``."""
    before, after = words[:road], [word for word in words[road + 1 :] if word[0] not in _TITLES]
    pre = _direction(before.pop(0)) if before and before[0][1] in "dK" else ""
    post = _direction(after.pop()) if after and after[-1][1] in "dK" else ""
    return StreetParts(pre, " ".join([*_in_full(before), words[road][0], *_in_full(after)]), "", post)


def _read_named(words: list[Token]) -> StreetParts:
    """Read a street with a name: directions off both ends, then the suffix."""
    pre = post = suffix = ""
    letters = "".join([letter for _, letter in words])
    if len(words) > 1 and letters[0] == "d" and not _is_name_itself(letters):
        pre, words, letters = _direction(words[0]), words[1:], letters[1:]
    if len(words) == 2 and letters[0] == "s" and letters[1] in "dlLXn0a":  # AVE D
        return StreetParts(pre, f"{words[0][0]} {_direction(words[1])}", "", "")
    if len(words) > 1 and letters[-1] == "d" and letters != "dd":
        post, words = _direction(words[-1]), words[:-1]
    if len(words) > 1 and words[-1][1] in _SUFFIX:
        suffix, words = SUFFIXES[words[-1][0]], words[:-1]
        if len(words) > 2 and words[-1][1] == "d" and words[-2][0] == suffix:  # 5TH ST NORTH ST
            post, words = _direction(words[-1]), words[:-2]
    return StreetParts(pre, " ".join(_name(words, suffix)), suffix, post)


def _is_name_itself(letters: str) -> bool:
    """Tell NORTH ST and NORTH AVE W from N MAIN ST and S AVENUE H."""
    return letters[1] in _SUFFIX and letters[2:] in ("", "d")


def _name(words: list[Token], suffix: str) -> list[str]:
    if len(words) == 1 and suffix and words[0][1] in "n0":  # 12 AVE
        return [ordinal(int(words[0][0]))]
    full = _in_full(words)
    if len(full) > 1 and full[0] in ("O", "MC", "MAC", "D") and len(full[1]) > 3:
        full[:2] = [full[0] + full[1]]
    return full


def _in_full(words: list[Token]) -> list[str]:
    """Spell the words of a name in full: the ST of ST LOUIS is a saint, the CT of COURT ST a court."""
    spelled = []
    for at, (text, letter) in enumerate(words):
        if letter == "t":
            spelled.append("ST" if at + 1 < len(words) and words[at + 1][1] not in "std" else "STREET")
        elif letter in "s2":
            spelled.append(FULL_WORDS.get(SUFFIXES[text], text))
        else:
            spelled.append(text.replace("-", " ") if letter == "c" else in_name(text))
    return spelled


def street_keys(strings: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the keys of streets' names, written or recorded.

    Parameters
    ----------
    strings : pyarrow array of str
        Names in any case, in one string each: ``n main st``, ``Co Rd 12``, ``Ave of the Stars``.

    Returns
    -------
    pyarrow.Array of str
        ``predirection|name|suffix|postdirection`` with the directions N S E W NE NW SE SW, the suffix as USPS
        Publication 28 abbreviates it, ordinals as 3RD, and the name in full words. Null for a missing or an empty name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> street_keys(pa.array(["North Main Street", "03rd st", "Ave of the Stars", "US Highway 61 N"])).to_pylist()
    ['N|MAIN|ST|', '|3RD|ST|', '|AVENUE OF THE STARS||', '|US HWY 61||N']
    """
    return keys_of(strings, read_street)


def street_key(text: str) -> str:
    """Give the key of one street's name; empty when there is none.

    Parameters
    ----------
    text : str
        The name.

    Returns
    -------
    str
        The key, as `street_keys` gives it.

    Examples
    --------
    >>> street_key("Park Avenue West")
    '|PARK|AVE|W'
    """
    return street_keys(pa.array([text]))[0].as_py() or ""


def key_parts(key: str) -> StreetParts:
    """Take a street key apart.

    Parameters
    ----------
    key : str
        A street key.

    Returns
    -------
    StreetParts
        Predirection, name, suffix, postdirection.

    Examples
    --------
    >>> key_parts("N|MAIN|ST|").name
    'MAIN'
    """
    return StreetParts(*(key.split("|") + ["", "", "", ""])[:4])


def street_name(key: str) -> str:
    """Give the name in a street key.

    Parameters
    ----------
    key : str
        A street key.

    Returns
    -------
    str
        The name without direction and suffix.

    Examples
    --------
    >>> street_name("|AVE D||")
    'AVE D'
    """
    return key_parts(key).name


#: How the same numbered road may be called by someone else.
_ALSO = {
    "HWY": ("SR", "US HWY", "CR", "I"),
    "SR": ("HWY",),
    "US HWY": ("HWY",),
    "CR": ("HWY",),
    "I": ("HWY",),
    "M": ("SR",),
    "K": ("SR",),
}


def same_routes(key: str) -> tuple[str, ...]:
    """Give the other keys that may mean the same numbered road.

    Parameters
    ----------
    key : str
        A street key.

    Returns
    -------
    tuple of str
        Keys, likeliest first; none for a street that is no numbered road.

    Examples
    --------
    >>> same_routes("|SR 99||N")
    ('|HWY 99||N',)
    """
    parts = key_parts(key)
    kind, _, number = parts.name.rpartition(" ")
    return tuple("|".join(parts._replace(name=f"{other} {number}")) for other in _ALSO.get(kind, ()))
