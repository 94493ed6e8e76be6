"""How a place was found, in ways that each have a score and a stated risk of a wrong place.

A string is compared with the reference in four respects: the street's name, its suffix, its direction, and the number
(or the crossing). Each respect is met in one of the ways below. What is lost of the score and what is risked add up, and a
place whose risk is past the limit is refused (``too_risky``). Where the risks come from is said in
``docs/methods/geocoding.md``; ``benchmarks/geocoding_risk.py`` computes them again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MATCH_TYPES", "MOST_RISK", "WAYS", "Way", "tier_table"]

#: A place whose stated risk is larger is refused, unless the caller says otherwise.
MOST_RISK = 0.05

#: Kinds of places, from the most exact; ``street`` and ``zone`` are never hits.
MATCH_TYPES = (
    "point",
    "range",
    "block",
    "intersection",
    "offset",
    "milepost",
    "place",
    "street",
    "zone",
    "none",
)


@dataclass(frozen=True)
class Way:
    """One way in which one respect of an address is met.

    Parameters
    ----------
    respect : str
        Name, suffix, direction, number, crossing, place or zip.
    way : str
        Short name.
    rank : int
        Ways of smaller summed rank are believed before others; places of equal rank compete, and tie.
    lost : int
        Points of 100 taken from the score.
    risk : float
        Share of the places found so that are expected to be wrong (more than 500 m off).
    meaning : str
        In a sentence.
    """

    respect: str
    way: str
    rank: int
    lost: int
    risk: float
    meaning: str


#: Every way, in the order in which it is tried. The position is its code.
WAYS = (
    Way("name", "same", 0, 0, 0.0, "The street's name is written as in the reference."),
    Way("name", "spacing", 1, 3, 0.002, "The same letters with other spaces: MC ALLISTER, MCALLISTER, WESTPORTAL."),
    Way("name", "same road", 1, 3, 0.004, "Another word for the same numbered road: HWY 61, US 61."),
    Way(
        "name",
        "letter astray",
        10,
        12,
        0.01,
        "One letter too many or too few in a name of five or more, or two swapped.",
    ),
    Way("name", "letter changed", 11, 14, 0.04, "One letter after the first is another, in a name of seven or more."),
    Way("name", "two letters", 14, 20, 0.06, "Two letters differ, in a name of ten or more."),
    Way("name", "continued", 2, 4, 0.006, "It has no such number; one of its name goes on where it ends, and has."),
    Way("name", "elsewhere", 6, 10, 0.15, "It has no such number; one of its name elsewhere has."),
    Way("suffix", "same", 0, 0, 0.0, "Suffix as in the reference."),
    Way("suffix", "left out", 2, 4, 0.004, "None is written, the reference has one."),
    Way("suffix", "added", 2, 4, 0.006, "One is written, the reference has none."),
    Way("suffix", "other", 6, 12, 0.038, "Another is written; only one street of the name has the number."),
    Way("suffix", "other, numbered", 8, 16, 0.6, "Another is written, and the name is a number: 20TH ST, 20TH AVE."),
    Way("direction", "same", 0, 0, 0.0, "Direction as in the reference."),
    Way("direction", "moved", 1, 2, 0.002, "Before the name instead of after it."),
    Way("direction", "left out", 2, 6, 0.02, "None is written, the reference has one; only one street has the number."),
    Way("direction", "added", 2, 6, 0.01, "One is written, the reference has none."),
    Way("direction", "other", 8, 16, 0.9, "Another is written: nearly always another place."),
    Way("number", "point", 0, 0, 0.002, "The address has a point of its own."),
    Way("number", "in range", 0, 4, 0.004, "Inside a range of numbers, on its side."),
    Way("number", "other side", 1, 7, 0.004, "Inside a range that is for even numbers while the number is odd, or so."),
    Way("number", "several", 0, 6, 0.002, "Several ranges of one street hold it, near each other: the middle of them."),
    Way("number", "between", 3, 12, 0.006, "Between two neighboring numbers of the street that lie near each other."),
    Way("number", "beyond", 5, 20, 0.012, "At most 100 past the last number of the street."),
    Way("number", "well beyond", 7, 28, 0.045, "At most 200 past the last number of the street."),
    Way("crossing", "meet", 0, 0, 0.002, "The two streets meet."),
    Way("crossing", "near", 4, 15, 0.01, "They do not meet and come within 100 m of each other."),
    Way("place", "same", 0, 5, 0.005, "The place's name is written as in the reference."),
    Way("place", "likeness", 10, 20, 0.03, "One or two letters after the first differ."),
    Way("place", "alias", 0, 0, 0.0, "A correction that the agency declared."),
    Way("zip", "other", 3, 6, 0.01, "The zip or city written is not that of the street there."),
)

#: Code of a way: its position in :data:`WAYS`.
CODE = {(way.respect, way.way): code for code, way in enumerate(WAYS)}

#: A set of ways is a mask, one bit a way. Bit of a way:
BIT = {name: np.uint32(1 << code) for name, code in CODE.items()}


def totals(ways: NDArray[np.uint32]) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.float64]]:
    """Add up rank, points lost and risk of each set of ways."""
    where, kinds = pd.factorize(ways)
    held = (kinds[:, None] >> np.arange(len(WAYS), dtype=np.uint32)) & np.uint32(1)
    rank, lost = held @ [way.rank for way in WAYS], held @ [way.lost for way in WAYS]
    risk = np.round(held @ [way.risk for way in WAYS], 6)
    return rank.astype(np.int16)[where], lost.astype(np.int16)[where], risk[where]


def tier_table() -> pd.DataFrame:
    """Give :data:`WAYS` as a table, for pages that explain a result.

    Returns
    -------
    pandas.DataFrame
        One row a way: ``respect``, ``way``, ``lost`` (points of 100), ``risk`` (share expected to be wrong) and ``meaning``.

    Examples
    --------
    >>> tier_table().query("respect == 'number'")["way"].tolist()
    ['point', 'in range', 'other side', 'several', 'between', 'beyond', 'well beyond']
    """
    return pd.DataFrame([(w.respect, w.way, w.lost, w.risk, w.meaning) for w in WAYS], columns=_COLUMNS)


_COLUMNS = ["respect", "way", "lost", "risk", "meaning"]
