"""Plain text: one spelling of case, accents, quotes, dashes and blanks, before anything is understood."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["clean", "plain"]

#: No written place is longer than this; a longer string is something else and is not read at all.
LONGEST = 400

_ALIKE = str.maketrans(
    {
        "`": "'",
        "´": "'",
        "‘": "'",
        "’": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "″": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "½": " 1/2",
        "¼": " 1/4",
        "¾": " 3/4",
        "⅓": " 1/3",
        "⅔": " 2/3",
        "⁄": "/",
    }
)


def _visible(character: str) -> str:
    """Give a blank for any white space, and nothing for what cannot be seen."""
    return " " if character.isspace() else character if character.isprintable() else ""


def plain(text: str) -> str:
    """Give a text in upper case, with ASCII quotes and dashes and without accents.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same words. Blanks stay where they are; characters that cannot be seen are left out.

    Examples
    --------
    >>> plain("Peña’s Café – Main St")
    "PENA'S CAFE - MAIN ST"
    """
    if text.isascii():
        return text.upper() if text.isprintable() else "".join(map(_visible, text.upper()))
    parts = unicodedata.normalize("NFKD", text.translate(_ALIKE)).translate(_ALIKE)
    return "".join(_visible(character) for character in parts if unicodedata.category(character) != "Mn").upper()


def clean(strings: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give written places in one plain spelling: what aliases are looked up by.

    Parameters
    ----------
    strings : pyarrow array of str
        Places as written. A missing one stays missing.

    Returns
    -------
    pyarrow.Array of str
        Upper case, ASCII quotes and dashes, single blanks, and no ``. , ; : -`` around the text. Texts of more than 400
        characters are cut there.

    Examples
    --------
    >>> import pyarrow as pa
    >>> clean(pa.array(["  Pier   39; ", None])).to_pylist()
    ['PIER 39', None]
    """
    whole = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    coded = whole.cast(pa.string()).dictionary_encode()
    tidy = [
        " ".join(plain(text[: 2 * LONGEST]).split())[:LONGEST].strip(" .,;:-") for text in coded.dictionary.to_pylist()
    ]
    return pc.take(pa.array(tidy, pa.string()), coded.indices)
