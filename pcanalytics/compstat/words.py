"""Two counts said in words that do not overstate them."""

from __future__ import annotations

__all__ = ["SMALL", "change_in_words"]

#: A percentage of a count below this is mostly chance, and is not given. With an average of 30 and
#: no real change, 45 in 100 comparisons of two counts differ by a fifth or more.
SMALL = 30


def change_in_words(now: int, before: int) -> str:
    """Say how one count stands to an earlier one.

    Parameters
    ----------
    now, before : int
        Two counts of periods of the same length.

    Returns
    -------
    str
        Such as ``"from 0 to 4"`` or ``"from 120 to 150 (25% more)"``. A percentage is given only when
        both counts are at least :data:`SMALL`, so never from zero.

    Examples
    --------
    >>> change_in_words(4, 0)
    'from 0 to 4'
    >>> change_in_words(150, 120)
    'from 120 to 150 (25% more)'
    >>> change_in_words(7, 7)
    '7, as before'
    """
    if now == before:
        return f"{now:,}, as before"
    words = f"from {before:,} to {now:,}"
    if min(now, before) < SMALL:
        return words
    percent = round(100 * abs(now - before) / before)
    if percent == 0:
        return f"{words} (less than 1% {'more' if now > before else 'fewer'})"
    return f"{words} ({percent}% {'more' if now > before else 'fewer'})"
