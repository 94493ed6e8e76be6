"""Declared date formats: which directives a mapping may use, and the exact text each stands for."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["DIRECTIVES", "format_problem", "format_pattern"]

#: What each allowed directive of a date format matches.
DIRECTIVES = {
    "Y": r"[0-9]{4}",
    "y": r"[0-9]{2}",
    "m": r"[0-9]{1,2}",
    "d": r"[0-9]{1,2}",
    "j": r"[0-9]{3}",
    "b": r"[A-Za-z]{3}",
    "B": r"[A-Za-z]{3,9}",
    "H": r"[0-9]{1,2}",
    "I": r"[0-9]{1,2}",
    "M": r"[0-9]{1,2}",
    "S": r"[0-5]?[0-9]",
    "f": r"[0-9]{1,9}",
    "p": r"[AaPp][Mm]",
}

_PIECE = re.compile(r"%(.)|([^%]+)|%$", re.DOTALL)


def format_problem(text: str) -> str | None:
    """Say why a date format cannot be used, or nothing when it can.

    Parameters
    ----------
    text : str
        A format such as ``"%m/%d/%Y %I:%M:%S %p"``.

    Returns
    -------
    str or None
        The reason in half a sentence.

    Examples
    --------
    >>> format_problem("%m/%d/%Y %H:%M:%S %p")
    'it has the 24-hour %H together with %p, which reads 1 PM as 1 AM; use %I with %p, or %H alone'
    >>> format_problem("%Y-%m-%d")
    """
    used = [match.group(1) for match in _PIECE.finditer(text) if match.group(2) is None]
    unknown = sorted({f"%{piece or ''}" for piece in used if piece not in DIRECTIVES and piece != "%"})
    if unknown:
        return f"it has {', '.join(unknown)}; known: {', '.join('%' + piece for piece in DIRECTIVES)}"
    if "H" in used and "p" in used:
        return "it has the 24-hour %H together with %p, which reads 1 PM as 1 AM; use %I with %p, or %H alone"
    if "I" in used and "p" not in used:
        return "it has the 12-hour %I without %p; use %H, or add %p"
    repeated = sorted({f"%{piece}" for piece in used if used.count(piece) > 1 and piece != "%"})
    if repeated:
        return f"it has {', '.join(repeated)} more than once"
    if "Y" not in used and "y" not in used:
        return "it has no year"
    if not ({"m", "b", "B", "j"} & set(used)):
        return "it has no month"
    return None


@lru_cache(maxsize=256)
def format_pattern(text: str) -> str:
    """Give the regular expression of the texts a date format stands for, and of no others.

    The parser would otherwise take words such as ``now`` for the clock's time, and digits that run
    together for one of several dates.

    Parameters
    ----------
    text : str
        A format that :func:`format_problem` finds nothing against.

    Examples
    --------
    >>> import re
    >>> bool(re.fullmatch(format_pattern("%Y%m%d"), "2026401"))
    False
    """
    pieces = [(match.group(1), match.group(2)) for match in _PIECE.finditer(text)]
    pattern = []
    for place, (directive, literal) in enumerate(pieces):
        if literal is not None:
            pattern.append(re.escape(literal))
        elif directive == "%":
            pattern.append("%")
        else:
            follows = place + 1 < len(pieces) and pieces[place + 1][1] is None
            leads = place > 0 and pieces[place - 1][1] is None
            two = (follows or leads) and "{1,2}" in DIRECTIVES[directive]
            pattern.append(DIRECTIVES[directive].replace("{1,2}", "{2}") if two else DIRECTIVES[directive])
    return "".join(pattern)
