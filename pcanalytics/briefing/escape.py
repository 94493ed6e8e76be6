"""Text of records made harmless, wherever on a page it lands."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["number", "seen", "sentence", "text"]

#: Besides HTML's own five: backtick, dollar, braces and backslash mean something inside a script's
#: template string, the two line separators end a line there, and without a slash nothing reads as an address.
_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`${}/\\\u2028\u2029"}

#: Control characters, and marks that turn the direction of the text around them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_RANGE = re.compile(r"\(?[\d,]*\d–\d[\d,]*[).]*")


def text(value: object) -> str:
    """Give a value as text that a page shows letter by letter.

    The result is safe in markup, in a quoted attribute, and in a script's string that becomes markup.
    Control characters and direction marks become the replacement sign, so that what is read is what
    is there. A missing value becomes nothing.

    Examples
    --------
    >>> text("<b> ${x} `y`")
    '&#60;b&#62; &#36;&#123;x&#125; &#96;y&#96;'
    >>> text(None)
    ''
    """
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    return seen(str(value)).translate(_ENTITIES)


def sentence(value: object) -> str:
    """Give a sentence as :func:`text` does, its ranges of numbers kept on one line.

    Parameters
    ----------
    value : object
        Any text.

    Examples
    --------
    >>> sentence("usually 18–63.")
    'usually <span class="nowrap">18–63.</span>'
    """
    return _RANGE.sub(r'<span class="nowrap">\g<0></span>', text(value))


def seen(value: str) -> str:
    """Give a text with the replacement sign for what cannot be seen, for where it is shown as text and not as markup.

    Parameters
    ----------
    value : str
        Any text.

    Examples
    --------
    >>> seen("a\u202eb")
    'a\ufffdb'
    """
    return _UNSEEN.sub("\ufffd", value)


def number(value: Any) -> str:
    """Give a value as a whole number with its thousands parted, or a dash where there is none.

    Examples
    --------
    >>> number(1234), number(None)
    ('1,234', '–')
    """
    if value is None or pd.isna(value):
        return "–"
    return f"{int(value):,}"
