"""House numbers in all their writings: each a token of its own kind."""

from __future__ import annotations

import re
from typing import NamedTuple

from pcanalytics.geocoding.vocabulary import ordinal

__all__ = ["HouseNumber", "number_prefix", "read_house_number", "read_number"]


class HouseNumber(NamedTuple):
    """A house number: its ends as a pair or a block, its last digits as one number of two parts, and its text."""

    low: int
    high: int | None
    last: int
    text: str


#: Pattern -> letter. A token of digits is one of these, or a code.
_KINDS = [
    (re.compile(pattern), letter)
    for pattern, letter in [
        (r"\d{5}-\d{4}", "Z"),
        (r"\d/\d\d?", "f"),
        (r"\d+(?:ST|ND|RD|TH|NTH)", "o"),
        (r"0*\d{1,6}(?:-?[A-NP-WYZ]|-O)", "a"),  # 120O is 1200 mistyped
        (r"\d+\.\d+", "v"),
        (r"(?:[NSEW]\d{2,6}[NSEW]?|\d{1,2}[NSEW]\d{2,5})(?:[NSEW]\d{2,6})?", "g"),
        (r"0*\d{0,5}X{1,3}", "x"),
        (r"0*\d{1,6}-0*\d{0,5}X{1,3}", "y"),
        (r"0*\d{1,5}X{1,3}-0*\d{1,5}X{1,3}", "y"),
    ]
]
_ZEROS = re.compile(r"^0+(?=[0-9X])")
_HAS_DIGIT = re.compile(r"[0-9]")
_PAIR = re.compile(r"0*(\d{1,6})-(\d{1,6})")


#: A letter or a fraction may follow a number's last digits.
_PREFIX = re.compile(r"^(.*?)\d+[A-Z]?(?: \d/\d)?$")


def number_prefix(text: str) -> str:
    """Give what stands before the last digits of a house number: numbers with different prefixes are different rows.

    Parameters
    ----------
    text : str
        A house number in its one spelling.

    Returns
    -------
    str
        The prefix; empty when there is none.

    Examples
    --------
    >>> [number_prefix(text) for text in ("1200B", "1200 1/2", "30-41", "N6789", "W180N8085")]
    ['', '', '30-', 'N', 'W180N']
    """
    found = _PREFIX.match(text)
    return found.group(1) if found else ""


def read_number(text: str) -> tuple[str, str] | None:
    """Read a token of digits.

    Parameters
    ----------
    text : str
        A token in plain upper case.

    Returns
    -------
    tuple of (str, str) or None
        Its one spelling and its letter, or nothing when it is no number.

    Examples
    --------
    >>> [read_number(text) for text in ("0120", "03RD", "12XX", "30-41", "1200-1299", "MAIN")]
    [('120', 'n'), ('3RD', 'o'), ('12XX', 'x'), ('30-41', 'h'), ('1200-1299', 'k'), None]
    """
    if text.isdigit() and text.isascii():
        return _digits(text)
    if not _HAS_DIGIT.search(text, 0, 8):
        return None
    for pattern, letter in _KINDS:
        if pattern.fullmatch(text):
            return _one_spelling(text, letter), letter
    if pair := _PAIR.fullmatch(text):
        return f"{pair[1]}-{pair[2]}", _pair_kind(pair[1], pair[2])
    return None


def _digits(text: str) -> tuple[str, str]:
    """Read digits: five may be a zip code, with its zeros."""
    bare = text.lstrip("0")
    if not bare:
        return "0", "0"
    if len(text) == 5 or len(bare) == 5:
        return text[-5:], "z"
    return bare, "n" if len(bare) <= 9 else "c"


def _one_spelling(text: str, letter: str) -> str:
    if letter == "o":
        return ordinal(int(re.sub(r"\D", "", text)))
    if letter in "zZfv":
        return text
    if letter == "a":
        text = text.replace("-", "")
    return _ZEROS.sub("", text)


def _pair_kind(low: str, high: str) -> str:
    """Tell a pair of house numbers from the ends of a block and from one number of two parts."""
    first, last = int(low), completed(low, high)
    if len(low) >= 3 and first % 100 in (0, 1) and last % 100 >= 98 and last > first:
        return "k"
    if len(low) <= 3 and len(high) == 2:
        close = last > first and (last - first) % 2 == 0 and last - first <= 20 and high[0] != "0"
        return "q" if close else "h"
    return "m" if first <= last and (len(high) <= len(low) or last - first <= 20) else "h"


def completed(low: str, high: str) -> int:
    """Give the high end of a pair in full: 5317-19 ends at 5319."""
    return int(low[: max(len(low) - len(high), 0)] + high)


def read_house_number(text: str, letter: str) -> HouseNumber:
    """Read a house-number token: its numbers and its canonical text.

    Parameters
    ----------
    text : str
        Text of a token, as `read_number` gives it.
    letter : str
        Letter of the token.

    Returns
    -------
    HouseNumber
        Both readings of a token that may be a pair of numbers or one number of two parts.

    Examples
    --------
    >>> read_house_number("12XX", "x")
    HouseNumber(low=1200, high=1299, last=1200, text='12XX')
    >>> read_house_number("5317-19", "m")
    HouseNumber(low=5317, high=5319, last=19, text='5317-19')
    """
    low, _, high = text.partition("-")
    if letter in "cf":  # 12OO, 1-2-3, 1/2: digits that are no number
        return HouseNumber(-1, None, -1, text)
    if letter in "xy":
        start, end = int(low.replace("X", "0")), int((high or low).replace("X", "9"))
        return HouseNumber(max(start, 1), end, start, text)
    if letter == "z":
        text = text.lstrip("0") or "0"
    last = int(re.findall(r"\d+", text)[-1][-9:])
    if letter in "mkq":
        return HouseNumber(int(low), completed(low, high), last, text)
    return HouseNumber(last, None, last, text)
