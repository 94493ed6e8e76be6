"""Characters -> tokens: what stands between two blanks is read here, each distinct piece once."""

from __future__ import annotations

import re
from itertools import chain

from pcanalytics.geocoding.cleaning import plain
from pcanalytics.geocoding.house_numbers import read_number
from pcanalytics.geocoding.lexicon import STATES, SUFFIXES
from pcanalytics.geocoding.vocabulary import WORDS

__all__ = ["read_piece"]

Token = tuple[str, str]
"""The one spelling of a token, and its letter."""

#: What always stands between tokens, even without blanks.
_HARD = re.compile(r"(\*{2,}|/{2,}|[&@\\|,():;#\"\[\]=*+<>?!_~{}])")
_NOISE = frozenset('"=*+<>?!_~{}')
#: The hidden digits of 12**.
_HIDDEN = re.compile(r"(?<=\d)\*+")

_WORD_AND_NUMBER = re.compile(r"([A-Z]+)-?(\d+[A-Z]?|\d+\.\d+)")
_NUMBER_AND_WORD = re.compile(r"(\d+)-?([A-Z]{2,})")
_ORDINAL_AND_MORE = re.compile(r"(\d+(?:ST|ND|RD|TH))([A-Z]{2,})")
#: BLOCK in any order and number of its letters, but for the names BOCK and BOLL.
_BLOCK = re.compile(r"(?=.{0,6}L)(?=.{0,6}[CK])B[LOCK]{2,7}")
_NUMBER_AND_FRACTION = re.compile(r"(\d+)-(\d/\d)")
_FEET = re.compile(r"(\d{1,5})'")
_FLOOR = re.compile(r"(\d{1,2})/FL?\.?")
_DECIMAL = re.compile(r"[A-Z]?\d+(\.\d+)+[A-Z]?")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9]{1,12}|(?=.*\d)[A-Z0-9]{1,6}[-.][A-Z0-9.]{1,6}")
_HYPHENATED_CODE = re.compile(r"([A-Z]{1,3})\d*-[A-Z]?\d+[A-Z]?")

#: Words written against the number that follows them: I95, APT4, EXIT10.
_BEFORE_NUMBERS = frozenset(
    """I IH US USH SR SH STH CR CTH CSAH FM HWY HIGHWAY INTERSTATE RT RTE ROUTE APT UNIT STE SUITE RM ROOM BLDG LOT SPC SPACE
    TRLR FL FLR EXIT MM MP PIER GATE BOX POB RR HC BEAT GRID ZONE AVE AVENUE""".split()
)
#: Words written against the number before them: 1200BLK, 200FT. Any longer word may be: 1450ELM.
_AFTER_NUMBERS = frozenset(word for word, (_, letter) in WORDS.items() if letter in "bDKHF" and len(word) > 1)

#: Pieces that are two tokens though nothing parts them.
_TWO = (
    {f"{side}/O": ((side, "d"), ("OF", "O")) for side in "NSEW"}
    | {corner + end: ((corner, "d"), ("CORNER", "Q")) for corner in ("NE", "NW", "SE", "SW") for end in ("C", "/C")}
    | {"B/O": (("BLOCK", "b"), ("OF", "O"))}
)


def read_piece(written: str) -> tuple[Token, ...]:
    """Read what stands between two blanks.

    Parameters
    ----------
    written : str
        A piece of a written place.

    Returns
    -------
    tuple of (str, str)
        Its tokens: the one spelling and the letter of each.

    Examples
    --------
    >>> read_piece("st/03rd")
    (('ST', 't'), ('/', '/'), ('3RD', 'o'))
    """
    word = plain(written)
    if known := WORDS.get(word):
        return (known,)
    if word.isalnum() and word.isascii():
        if word.isdigit():
            return (read_number(word) or (word, "c"),)
        return _part(word)
    word = _HIDDEN.sub(lambda stars: "X" * len(stars[0]), word)
    return tuple(chain.from_iterable(_part(part) for part in _HARD.split(word) for part in part.split()))


def _word(text: str) -> Token:
    return WORDS.get(text) or (("BLOCK", "b") if _BLOCK.fullmatch(text) else (text, "w"))


def _part(part: str) -> tuple[Token, ...]:
    """Read a part without hard separators. It may still hold ``/ - . '``, which belong to a word or stand between two."""
    if part in _NOISE:
        return ()
    if two := _TWO.get(part):
        return two
    if part.isalpha():
        return (_word(part),)
    if feet := _FEET.fullmatch(part):
        return ((feet[1], "n"), ("FT", "D"))
    if floor := _FLOOR.fullmatch(part):
        return ((floor[1], "n"), ("FLOOR", "F"))
    bare = _bare(part)
    if token := WORDS.get(part) or WORDS.get(bare) or read_number(bare):
        return (token,)
    if mixed := _NUMBER_AND_FRACTION.fullmatch(bare):
        return (*_part(mixed[1]), (mixed[2], "f"))
    if "/" in bare:
        return _parted(bare, "/")
    if "-" in bare:
        return _glued(bare) or _parted(bare, "-")
    return _glued(bare) or _unbroken(bare)


def _bare(part: str) -> str:
    """Drop apostrophes, and periods that are no decimal point."""
    part = part.replace("'", "")
    if "." in part and not _DECIMAL.fullmatch(part.strip(".")):
        part = part.replace(".", "")
    return part.strip(".") or part


def _parted(part: str, separator: str) -> tuple[Token, ...]:
    """Read the pieces around separators. A hyphen inside a name parts nothing: LAPU-LAPU ST, but ST-5TH."""
    tokens: list[Token] = []
    for side in part.split(separator):
        if tokens and (separator == "/" or not side or tokens[-1][1] in "sto"):
            tokens.append((separator, separator))
        elif not tokens and not side:
            tokens.append((separator, separator))
            continue
        if side:
            tokens.extend(_part(side))
    return tuple(tokens)


def _glued(part: str) -> tuple[Token, ...]:
    """Read a word and a number that are written as one, or nothing."""
    if glued := _WORD_AND_NUMBER.fullmatch(part):
        if glued[1] in _BEFORE_NUMBERS:
            return (_word(glued[1]), *_part(glued[2]))
        if "-" in part and glued[1] in STATES and len(glued[2]) <= 3:  # CA-99
            return ((f"SR {glued[2]}", "r"),)
    if glued := _ORDINAL_AND_MORE.fullmatch(part):
        return (*_part(glued[1]), *_suffix_and_direction(glued[2]))
    if (glued := _NUMBER_AND_WORD.fullmatch(part)) and (glued[2] in _AFTER_NUMBERS or len(glued[2]) > 2):
        return (*_part(glued[1]), _word(glued[2]))
    if (code := _HYPHENATED_CODE.fullmatch(part)) and code[1] not in SUFFIXES:
        return ((part, "c"),)
    return ()


def _unbroken(part: str) -> tuple[Token, ...]:
    return ((part, "c" if _CODE.fullmatch(part) else "w"),) if not part.isalpha() else (_word(part),)


def _suffix_and_direction(glued: str) -> tuple[Token, ...]:
    """Read what is glued to an ordinal: the STNORTH of 5THSTNORTH."""
    for length in range(min(len(glued), 9), 1, -1):
        head, tail = glued[:length], glued[length:]
        if head in SUFFIXES and (not tail or WORDS.get(tail, ("", ""))[1] in ("d", "t", "s")):
            return (_word(head), *([_word(tail)] if tail else []))
    return (_word(glued),)
