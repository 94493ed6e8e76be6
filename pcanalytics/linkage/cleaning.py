"""Text made comparable: one function a kind of column, applied once to each distinct value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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
_ONE_DIGIT = "|".join(f"^[A-Z]*({digit}[A-Z]*){{3,}}$" for digit in range(10))


#: Letters that are a Latin letter with a stroke or two in one, which Unicode does not take apart.
_FOLDED = str.maketrans(
    {
        "Ł": "L",
        "Ø": "O",
        "Đ": "D",
        "Ð": "D",
        "Ħ": "H",
        "Ŧ": "T",
        "Þ": "TH",
        "Æ": "AE",
        "Œ": "OE",
        "ẞ": "SS",
        "ʻ": "'",
        "ʼ": "'",
    }
)


def _plain(value: str) -> str:
    if not value.isascii():
        value = value.upper().translate(_FOLDED)
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
    """Write a name's words in plain Latin capitals, hyphens as spaces, apostrophes gone.

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
    >>> clean_name("O'Neil-Peña"), clean_name("Łukasz Strauß"), clean_name("NULL")
    ('ONEIL PENA', 'LUKASZ STRAUSS', None)
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


def apply_distinct(values: pd.Series | np.ndarray, function: Callable[[str], Any]) -> np.ndarray:
    """Apply a function of text once to each distinct value.

    Parameters
    ----------
    values : Series or ndarray
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
    codes, distinct = _distinct(values)
    results = np.empty(len(distinct) + 1, dtype=object)
    results[-1] = None
    many = _MANY.get(function)
    plain = pc.string_is_ascii(distinct).to_numpy(zero_copy_only=False) if many else np.zeros(len(distinct), dtype=bool)
    if many is not None:
        results[:-1][plain] = many(distinct.filter(pa.array(plain))).to_numpy(zero_copy_only=False)
    for position in np.flatnonzero(~plain):
        results[position] = function(distinct[position].as_py())
    return results[codes]


def _distinct(values: pd.Series | np.ndarray) -> tuple[np.ndarray, pa.Array]:
    """Give the distinct values as text, and the place of each value among them, -1 where missing."""
    if isinstance(values.dtype, pd.StringDtype) or pd.api.types.infer_dtype(values, skipna=True) == "string":
        encoded = pa.array(values, type=pa.large_string(), from_pandas=True)
        encoded = (encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded).dictionary_encode()
        return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), encoded.dictionary
    codes, distinct = pd.factorize(values)
    return codes, pa.array([str(value) for value in distinct], pa.large_string())


def _texts(distinct: pa.Array) -> pa.Array:
    """Do as `clean_text` does, to many plain texts."""
    words = pc.ascii_trim_whitespace(pc.replace_substring_regex(pc.ascii_upper(distinct), "[^A-Z0-9]+", " "))
    return _known(words)


def _names(distinct: pa.Array) -> pa.Array:
    """Do as `clean_name` does."""
    letters = pc.replace_substring_regex(
        pc.replace_substring_regex(pc.ascii_upper(distinct), "['`]", ""), "[^A-Z]+", " "
    )
    return _known(pc.ascii_trim_whitespace(letters))


def _addresses(distinct: pa.Array) -> pa.Array:
    """Do as `clean_address` does."""
    words = _texts(distinct)
    return _only(words, pc.match_substring_regex(words, "^[0-9]"))


def _identifiers(distinct: pa.Array) -> pa.Array:
    """Do as `clean_identifier` does."""
    plain = _known(pc.replace_substring_regex(pc.ascii_upper(distinct), "[^A-Z0-9]+", ""))
    return _only(plain, pc.invert(pc.match_substring_regex(plain, _ONE_DIGIT)))


def _known(plain: pa.Array) -> pa.Array:
    bare = pc.replace_substring(plain, " ", "")
    unknown = pc.is_in(bare, value_set=pa.array(["", *sorted(MISSING_WORDS)], plain.type))
    return _only(plain, pc.invert(unknown))


def _only(plain: pa.Array, good: pa.Array) -> pa.Array:
    return pc.if_else(good, plain, pa.scalar(None, plain.type))


_MANY: dict[Callable[[str], Any], Callable[[pa.Array], pa.Array]] = {
    clean_address: _addresses,
    clean_identifier: _identifiers,
    clean_name: _names,
    clean_text: _texts,
}


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
