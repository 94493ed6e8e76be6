"""Where the fitting of the kinds of pairs begins: declared shares, replaced by what the data at hand say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pcanalytics.linkage.comparisons import Comparison
from pcanalytics.linkage.kinds import Kinds, Other

__all__ = ["begin", "starting_kinds"]

_NAMES = ("given_name", "surname", "birth_date")
# Kind: from which column of the declared levels each comparison begins, and what is not fitted because it makes the kind.
_FROM = {
    "relatives": {},
    "namesakes": {"given_name": "m", "surname": "m", "birth_date": "namesakes", "place": "namesakes"},
    "twins": {"given_name": "twins", "surname": "m", "birth_date": "m", "place": "namesakes"},
}
_FIXED = {"relatives": (), "namesakes": _NAMES, "twins": _NAMES}


def begin(comparison: Comparison, kind: str) -> np.ndarray:
    """Give the shares of a comparison's levels to begin with.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    kind : str
        "m" (one person), "relatives", "namesakes" or "twins".

    Returns
    -------
    ndarray
        By level number, adding up to 1.

    Examples
    --------
    >>> from pcanalytics.linkage.comparisons import COMPARISONS
    >>> sex = next(comparison for comparison in COMPARISONS if comparison.name == "sex")
    >>> begin(sex, "relatives").tolist()
    [0.5, 0.5]
    """
    column = "m" if kind == "m" else _FROM[kind].get(comparison.name, "relatives")
    shares = np.array([level.share_of(column) for level in comparison.levels])[::-1]
    return shares / shares.sum()


def starting_kinds(comparisons: Sequence[Comparison], u: list[np.ndarray], *, households: bool, records: int) -> Kinds:
    """Put together where the fitting begins.

    Parameters
    ----------
    comparisons : sequence of Comparison
        What is compared.
    u : list of ndarray
        Strangers' shares, by level number.
    households : bool
        Whether addresses are known, so that members of a household can be told from strangers.
    records : int
        How many records.

    Returns
    -------
    Kinds
        Namesakes and twins are kinds only where given name, surname and birth date are compared.

    Examples
    --------
    >>> from pcanalytics.linkage.comparisons import COMPARISONS
    >>> u = [begin(comparison, "relatives") for comparison in COMPARISONS]
    >>> list(starting_kinds(COMPARISONS, u, households=True, records=100).others)
    ['relatives', 'namesakes', 'twins']
    """
    prior = 0.5 / max(records, 1)
    named = {comparison.name for comparison in comparisons}
    kinds = (["relatives"] if households else []) + (["namesakes", "twins"] if named >= set(_NAMES) else [])
    others = {
        kind: Other(
            [begin(comparison, kind) for comparison in comparisons],
            prior,
            tuple(i for i, comparison in enumerate(comparisons) if comparison.name in _FIXED[kind]),
        )
        for kind in kinds
    }
    return Kinds([begin(comparison, "m") for comparison in comparisons], u, prior, others=others)
