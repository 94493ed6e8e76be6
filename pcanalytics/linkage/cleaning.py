"""Text made comparable: one function a kind of column, applied once to each distinct value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "MISSING_WORDS",
    "apply_distinct",
    "clean_address",
    "clean_identifier",
    "clean_name",
    "clean_sex",
    "clean_text",
    "number_of",
]

MISSING_WORDS = frozenset(
    "UNKNOWN UNK UNKN NULL NONE NAN NA N/A NOT\u00a0APPLICABLE MISSING BLANK ? - -- . X XX XXX NFN NMN NLN NOTGIVEN".replace(
        "\u00a0", ""
    ).split()
)
_NOT_LETTERS = re.compile(r"[^A-Z]+")
_NOT_WORDS = re.compile(r"[^A-Z0-9]+")


def _plain(value: str) -> str:
    if not value.isascii():
        value = unicodedata.normalize("NFKD", value)
        value = "".join(letter for letter in value if not unicodedata.combining(letter))
    return value.upper().strip()


def clean_text(value: str) -> str | None:
    """Write plain capitals, one space between words; None for what only says that nothing is known.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        None when nothing is left.

    Examples
    --------
    >>> clean_text(" San  José"), clean_text("unknown")
    ('SAN JOSE', None)
    """
    plain = _NOT_WORDS.sub(" ", _plain(value)).strip()
    return plain if plain and plain.replace(" ", "") not in MISSING_WORDS else None


def clean_name(value: str) -> str | None:
    """Write a name's words in plain capitals, hyphens as spaces, apostrophes gone.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        None when nothing is left.

    Examples
    --------
    >>> clean_name("O'Neil-Peña"), clean_name("NULL")
    ('ONEIL PENA', None)
    """
    plain = _NOT_LETTERS.sub(" ", re.sub("['\u2019`]", "", _plain(value))).strip()
    return plain if plain and plain.replace(" ", "") not in MISSING_WORDS else None


def clean_identifier(value: str) -> str | None:
    """Write an identification number without spaces and dashes; None when it is all one digit.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        None when it is a placeholder.

    Examples
    --------
    >>> clean_identifier("sid-0123 4"), clean_identifier("000000")
    ('SID01234', None)
    """
    plain = _NOT_WORDS.sub("", _plain(value))
    digits = re.sub(r"\D", "", plain)
    if not plain or plain in MISSING_WORDS or (len(digits) > 2 and len(set(digits)) == 1):
        return None
    return plain


def clean_sex(value: str) -> str | None:
    """M or F where it says so, else None.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        None for anything else.

    Examples
    --------
    >>> clean_sex("female"), clean_sex("U")
    ('F', None)
    """
    first = _plain(value)[:1]
    return {"M": "M", "F": "F", "W": "F"}.get(first)


def clean_address(value: str) -> str | None:
    """Write an address in plain capitals; None when it begins with no number, so is no house.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        None for TRANSIENT, a post office box and the like.

    Examples
    --------
    >>> clean_address("12 Elm St."), clean_address("TRANSIENT")
    ('12 ELM ST', None)
    """
    plain = clean_text(value)
    return plain if plain is not None and plain[:1].isdigit() else None


def apply_distinct(values: pd.Series, function: Callable[[str], Any]) -> np.ndarray:
    """Apply a function of text once to each distinct value.

    Parameters
    ----------
    values : Series
        Text or anything that has a text form; missing stays missing.
    function : callable
        From str to anything; None is missing.

    Returns
    -------
    ndarray
        Objects, one a row.

    Examples
    --------
    >>> apply_distinct(pd.Series(["a", None, "a"]), str.upper).tolist()
    ['A', None, 'A']
    """
    codes, distinct = pd.factorize(values)
    results = np.empty(len(distinct) + 1, dtype=object)
    results[-1] = None
    for position, value in enumerate(distinct):
        results[position] = function(str(value))
    return results[codes]


def number_of(values: pd.Series) -> np.ndarray:
    """Read numbers; what is none, or not above zero, is missing.

    Parameters
    ----------
    values : Series
        Numbers or text.

    Returns
    -------
    ndarray of float
        NaN where missing.

    Examples
    --------
    >>> number_of(pd.Series(["180", "?", 0])).tolist()
    [180.0, nan, nan]
    """
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(float, na_value=np.nan)
    return np.where(numbers > 0, numbers, np.nan)
