"""The one spelling of a street that a reference and a record agree on: ``predirection|name|suffix|postdirection``.

Both sides pass through `street_keys`, so that it matters less which spelling is right than that there is one. A name is
read from its two ends: directions, then the suffix, and what is left is the name, in full words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.lexicon import DIRECTIONS, FULL_WORDS, SUFFIXES
from pcanalytics.geocoding.tokens import tokenize
from pcanalytics.geocoding.vocabulary import COMPASS, ordinal

__all__ = [
    "StreetParts",
    "key_parts",
    "place_key",
    "place_keys",
    "read_place",
    "read_street",
    "same_routes",
    "street_key",
    "street_keys",
    "street_name",
]

Token = tuple[str, str]

_SUFFIXES = frozenset("st2")
_SEPARATORS = frozenset("/@,():-#")
_COMPASS = {word: DIRECTIONS[word] for word in COMPASS} | {"NB": "N", "SB": "S", "EB": "E", "WB": "W"}
_TITLES = frozenset(["HWY", "FWY", "EXPY", "PKWY", "RD", "RTE", "TPKE"])
#: Words of names that are written several ways -> the one way.
_NAME_WORDS = {"FRNT": "FRONT", "UPPR": "UPPER", "LOWR": "LOWER", "&": "AND"}
_NAME_WORDS |= {"APT": "APARTMENT", "STE": "SUITE", "BSMT": "BASE", "LBBY": "LOBBY", "LVL": "LEVEL", "MP": "MILEPOST"}
_NAME_WORDS |= {"MI": "MILE", "SPC": "SPACE", "FT": "FT", "RM": "ROOM", "CO": "COUNTY", "BLK": "BLOCK"}


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
    letters = "".join([letter for _, letter in tokens])
    if plain := _PLAIN.fullmatch(letters):
        texts = [text for text, _ in tokens]
        if plain[1]:
            texts[0] = DIRECTIONS[texts[0]]
        return f"{texts[0] if plain[1] else ''}|{' '.join(texts[plain.start(2) : -1])}|{texts[-1]}|"
    words = [token for token in tokens if token[1] not in _SEPARATORS]
    if len(words) > 1 and words[0] == ("THE", "T"):
        words = words[1:]
    if len(words) > 2 and words[0] == ("NO", "w"):
        words[0] = ("N", "d")
    if not words:
        return ""
    road = next((at for at, (_, letter) in enumerate(words) if letter == "r"), None)
    return _read_road(words, road) if road is not None else _read_named(words)


#: The names that most streets have: nothing in them needs a second look.
_PLAIN = re.compile("(d?)([wpo])[st]")


def _read_road(words: list[Token], road: int) -> str:
    """Read a numbered road: ``N HWY 61``, ``I 95 NB``, ``OLD HWY 61 S``. A title after the number says nothing new."""
    before, after = words[:road], [word for word in words[road + 1 :] if word[0] not in _TITLES]
    pre = before.pop(0)[0] if before and before[0][1] in "dK" else ""
    post = after.pop()[0] if after and after[-1][1] in "dK" else ""
    name = " ".join([*_in_full(before), words[road][0], *_in_full(after)])
    return f"{_COMPASS.get(pre, pre)}|{name}||{_COMPASS.get(post, post)}"


def _read_named(words: list[Token]) -> str:
    pre = post = suffix = ""
    letters = "".join(letter for _, letter in words)
    if len(words) > 1 and letters[0] == "d" and not _is_name_itself(letters):
        pre, words = words[0][0], words[1:]
        letters = letters[1:]
    if letters[:1] == "s" and len(words) == 2 and (letters[1] in "dlLXn0a" or words[1][0] == "I"):
        return f"{_COMPASS.get(pre, pre)}|{words[0][0]} {_COMPASS.get(words[1][0], words[1][0])}||"
    if len(words) > 1 and letters[-1] == "d" and not (len(words) == 2 and letters[0] == "d"):
        post, words = words[-1][0], words[:-1]
    if len(words) > 1 and words[-1][1] in _SUFFIXES:
        suffix, words = SUFFIXES[words[-1][0]], words[:-1]
        if len(words) > 2 and words[-1][1] == "d" and words[-2][0] == suffix:  # 5TH ST NORTH ST
            post, words = words[-1][0], words[:-2]
    pre, post = _COMPASS.get(pre, pre), _COMPASS.get(post, post)
    return f"{pre}|{' '.join(_name(words, suffix))}|{suffix}|{post}"


def _is_name_itself(letters: str) -> bool:
    """Tell NORTH ST, NORTH AVE W and EAST alone from N MAIN ST and S AVENUE H."""
    rest = letters[1:]
    return rest in ("s", "t", "2") or (rest[0] in _SUFFIXES and rest[1:] == "d")


def _name(words: list[Token], suffix: str) -> list[str]:
    if len(words) == 1 and suffix and words[0][1] in "n0":
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
        elif letter in "s2" and text in FULL_WORDS:
            spelled.append(FULL_WORDS[text])
        else:
            spelled.append(_NAME_WORDS.get(text, text) if letter != "c" else text.replace("-", " "))
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
    return _keys(strings, read_street)


def _keys(strings: pa.Array | pa.ChunkedArray, read: object) -> pa.Array:
    whole = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    coded = whole.cast(pa.string()).dictionary_encode()
    tokens = tokenize(coded.dictionary)
    distinct, which = tokens.spans(tokens.offsets[:-1], tokens.offsets[1:])
    keys = np.array([read(words) or None for words in distinct] or [None], object)  # type: ignore[operator]
    return pc.take(pa.array(keys[which], pa.string()), coded.indices)


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
_ALSO = {"HWY": ("SR", "US HWY", "CR", "I"), "SR": ("HWY",), "US HWY": ("HWY",), "CR": ("HWY",), "I": ("HWY",), "M": ("SR",), "K": ("SR",)}


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


def read_place(tokens: Sequence[Token]) -> str:
    """Read the tokens of a place's name into its key.

    Parameters
    ----------
    tokens : sequence of (str, str)
        Texts and letters.

    Returns
    -------
    str
        The words in one spelling, without separators; empty when there is none.

    Examples
    --------
    >>> read_place((("@", "@"), ("WALMART", "w"), ("MAIN", "w"), ("ST", "t")))
    'WALMART MAIN ST'
    """
    words = [_NAME_WORDS.get(text, text) for text, letter in tokens if letter not in _SEPARATORS]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "THE" else words)


def place_keys(strings: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the keys of places' names, written or recorded.

    Parameters
    ----------
    strings : pyarrow array of str
        Names of places.

    Returns
    -------
    pyarrow.Array of str
        The words in one spelling. Null for a missing or an empty name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> place_keys(pa.array(["The Mercy Hosp.", "Pier 039"])).to_pylist()
    ['MERCY HOSPITAL', 'PIER 39']
    """
    return _keys(strings, read_place)


def place_key(text: str) -> str:
    """Give the key of one place's name; empty when there is none.

    Parameters
    ----------
    text : str
        The name.

    Returns
    -------
    str
        The key, as `place_keys` gives it.

    Examples
    --------
    >>> place_key("st. mary's church")
    'ST MARYS CHURCH'
    """
    return place_keys(pa.array([text]))[0].as_py() or ""
