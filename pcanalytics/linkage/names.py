"""Names in parts: generation, sound, and the formal name behind a short form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.linkage.cleaning import apply_distinct
from pcanalytics.linkage.nicknames import name_roots

__all__ = ["chosen_roots", "generation", "name_pairs", "sound"]

_GENERATIONS = {
    "JR": "JR", "JUNIOR": "JR", "II": "JR", "2ND": "JR", "SR": "SR", "SENIOR": "SR", "I": "SR", "1ST": "SR",
    "III": "III", "3RD": "III", "IV": "IV", "4TH": "IV", "V": "V", "5TH": "V",
}  # fmt: skip
_SOUNDS = str.maketrans("BFPVCGJKQSXZDTLMNR", "111122222222334556")


def generation(value: str) -> str | None:
    """Read a suffix as a generation.

    Parameters
    ----------
    value : str
        As recorded.

    Returns
    -------
    str or None
        JR, SR, III, IV or V; None for anything else, such as a title.

    Examples
    --------
    >>> generation("jr."), generation("2nd"), generation("MD")
    ('JR', 'JR', None)
    """
    return _GENERATIONS.get(value.upper().strip().strip("."))


def sound(name: str) -> str | None:
    """Give the Soundex code of a name (Russell, US patents 1261167 and 1435663).

    Parameters
    ----------
    name : str
        In plain capitals; only its letters count.

    Returns
    -------
    str or None
        A letter and three digits.

    Examples
    --------
    >>> sound("ROBERT"), sound("RUPERT"), sound("TYMCZAK"), sound("PFISTER")
    ('R163', 'R163', 'T522', 'P236')
    """
    letters = name.replace(" ", "")
    if not letters:
        return None
    codes = letters.translate(_SOUNDS)
    kept, last = letters[0], codes[0] if codes[0].isdigit() else ""
    for letter, code in zip(letters[1:], codes[1:], strict=True):
        if code.isdigit():
            if code != last:
                kept += code
            last = code
        elif letter not in "HW":
            last = ""
        if len(kept) == 4:
            break
    return (kept + "000")[:4]


def chosen_roots(given_names: np.ndarray, *, counted_in: np.ndarray | None = None) -> np.ndarray:
    """Give each short form the formal name that is the most common one in these records.

    Parameters
    ----------
    given_names : ndarray
        First given names in plain capitals; None where missing.
    counted_in : ndarray, optional
        The names that say which formal name is the most common one; the same names when left out.

    Returns
    -------
    ndarray
        One formal name each, the name itself where it is no short form.

    Examples
    --------
    >>> chosen_roots(np.array(["PAT", "PATRICIA", None], dtype=object)).tolist()
    ['PATRICIA', 'PATRICIA', None]
    """
    counts = pd.Series(given_names if counted_in is None else counted_in).value_counts().to_dict()

    def chosen(name: str) -> str:
        formal = [root for root in name_roots(name) if root != name]
        if not formal:
            return name
        return min(formal, key=lambda root: (-counts.get(root, 0), root))

    return apply_distinct(given_names, chosen)


def name_pairs(given: np.ndarray, surname: np.ndarray) -> np.ndarray:
    """Write given name and surname as one text that does not tell which was which, so that swapped names are the same.

    Parameters
    ----------
    given, surname : ndarray
        In plain capitals; None where missing.

    Returns
    -------
    ndarray
        None where either is missing.

    Examples
    --------
    >>> name_pairs(np.array(["ANN", "ROE"], dtype=object), np.array(["ROE", "ANN"], dtype=object)).tolist()
    ['ANN / ROE', 'ANN / ROE']
    """
    one, other = (pa.array(names, pa.string(), from_pandas=True) for names in (given, surname))
    in_order = pc.less_equal(one, other)
    joined = pc.binary_join_element_wise(pc.if_else(in_order, one, other), pc.if_else(in_order, other, one), " / ")
    return np.asarray(joined.to_numpy(zero_copy_only=False), dtype=object)
