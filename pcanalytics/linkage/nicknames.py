"""English and Spanish short forms of given names, and the formal names they stand for.

A short form may stand for several names (Pat for Patrick or Patricia). Names that share a short form are not thereby
the same: two given names go together when one can stand for the other, or when both can stand for a third.
"""

from __future__ import annotations

from importlib.resources import files

__all__ = ["formal_names", "name_roots", "short_forms"]

_FILE = "nicknames.txt"


def short_forms() -> dict[str, tuple[str, ...]]:
    """Read the table of short forms that lies beside this module.

    Returns
    -------
    dict of str to tuple of str
        Formal name to its short forms, in plain capitals.

    Examples
    --------
    >>> short_forms()["TIMOTHY"]
    ('TIM', 'TIMMY')
    """
    text = (files("pcanalytics.linkage") / _FILE).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    parts = (line.split(":") for line in lines)
    return {formal: tuple(shorts.split()) for formal, shorts in parts}


def formal_names() -> dict[str, tuple[str, ...]]:
    """Turn the table round: each short form's formal names.

    Returns
    -------
    dict of str to tuple of str
        In alphabetical order.

    Examples
    --------
    >>> formal_names()["PAT"]
    ('PATRICIA', 'PATRICK')
    """
    found: dict[str, set[str]] = {}
    for formal, shorts in short_forms().items():
        for short in shorts:
            found.setdefault(short, set()).add(formal)
    return {short: tuple(sorted(names)) for short, names in sorted(found.items())}


_FORMAL = formal_names()


def name_roots(given_name: str) -> tuple[str, ...]:
    """Give every formal name that a given name may stand for, itself among them.

    Parameters
    ----------
    given_name : str
        In plain capitals, one word.

    Returns
    -------
    tuple of str
        Sorted; only the name itself when it is no known short form. Two names can be the same person's when their roots
        meet.

    Examples
    --------
    >>> name_roots("BOB"), name_roots("ZANE")
    (('BOB', 'ROBERT', 'ROBERTO'), ('ZANE',))
    """
    return tuple(sorted({given_name, *_FORMAL.get(given_name, ())}))
