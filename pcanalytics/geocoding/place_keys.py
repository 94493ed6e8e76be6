"""The one spelling of a place's name that a reference and a record agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.tokens import tokenize

__all__ = ["SEPARATORS", "in_name", "keys_of", "place_key", "place_keys", "read_place"]

Token = tuple[str, str]

#: Letters of tokens that are no words.
SEPARATORS = frozenset("/@,():-#;")

#: Words of another kind that are in full when they are part of a name: UNIT, FRONT.
_IN_NAMES = {
    "&": "AND", "APT": "APARTMENT", "BSMT": "BASE", "BLDG": "BUILDING", "CO": "COUNTY", "FRNT": "FRONT",
    "LBBY": "LOBBY", "LOWR": "LOWER", "LVL": "LEVEL", "MP": "MILEPOST", "RM": "ROOM", "SPC": "SPACE",
    "STE": "SUITE", "UPPR": "UPPER",
}  # fmt: skip


def in_name(word: str) -> str:
    """Spell a word as part of a name.

    Parameters
    ----------
    word : str
        A word in the vocabulary's spelling.

    Returns
    -------
    str
        The word in full.

    Examples
    --------
    >>> in_name("FRNT"), in_name("MAIN")
    ('FRONT', 'MAIN')
    """
    return _IN_NAMES.get(word, word)


def read_place(tokens: Sequence[Token]) -> str:
    """Read the tokens of a place's name into its key.

    Parameters
    ----------
    tokens : sequence of (str, str)
        Texts and letters.

    Returns
    -------
    str
        The words in one spelling, without separators and a THE before them; empty when there is none.

    Examples
    --------
    >>> read_place((("@", "@"), ("WALMART", "w"), ("MAIN", "w"), ("ST", "t")))
    'WALMART MAIN ST'
    """
    words = [in_name(text) for text, letter in tokens if letter not in SEPARATORS]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "THE" else words)


def keys_of(strings: pa.Array | pa.ChunkedArray, read: Callable[[Sequence[Token]], str]) -> pa.Array:
    """Read each distinct string of a column into its key.

    Parameters
    ----------
    strings : pyarrow array of str
        Names.
    read : callable
        What makes a key of a name's tokens: `read_place`, `street_keys.read_street`.

    Returns
    -------
    pyarrow.Array of str
        Keys. Null for a missing or an empty name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> keys_of(pa.array(["The Pier", None]), read_place).to_pylist()
    ['PIER', None]
    """
    whole = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    coded = whole.cast(pa.string()).dictionary_encode()
    tokens = tokenize(coded.dictionary)
    distinct, which = tokens.spans(tokens.offsets[:-1], tokens.offsets[1:])
    keys = pa.array([read(words) or None for words in distinct], pa.string())
    return pc.take(pc.take(keys, pa.array(which.astype(np.int32))), coded.indices)


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
    return keys_of(strings, read_place)


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
