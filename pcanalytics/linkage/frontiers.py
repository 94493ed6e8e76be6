"""What a higher or lower threshold would give: precision against recall."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.linkage.intervals import ratio_interval
from pcanalytics.linkage.known_truth import check_truth, count_pairs

__all__ = ["THRESHOLDS", "frontier"]

#: From a pair that is probably not one person to one that is wrong once in ten thousand.
THRESHOLDS = (
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.85,
    0.9,
    0.925,
    0.95,
    0.965,
    0.98,
    0.99,
    0.995,
    0.998,
    0.999,
    0.9995,
    0.9999,
)


def frontier(
    pairs: pd.DataFrame,
    truth: pd.DataFrame,
    *,
    thresholds: Sequence[float] = THRESHOLDS,
    between: bool | None = None,
    of: str = "match_probability",
) -> pd.DataFrame:
    """Give precision and recall of the pairs at or above each threshold.

    Given scored pairs it shows what the model alone can do; given links that guards let pass, what is reached with them.
    At the same recall the difference is what the guards are worth.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``left``, ``right`` and the column that ``of`` names. With ``status`` only rows "link" count.
    truth : pandas.DataFrame
        ``record_key``, ``true_person``; optional ``side``, ``household``.
    thresholds : sequence of float
        Between 0 and 1.
    between : bool, optional
        Whether only pairs between the two sides count.
    of : str
        The column that is compared with the threshold. Pairs where it is missing are at none.

    Returns
    -------
    pandas.DataFrame
        One row a threshold, ascending: ``threshold``, ``links``, ``false_links``, ``precision``, ``precision_low``,
        ``precision_high``, ``true_pairs``, ``recall``, ``recall_low``, ``recall_high``, ``f1``, ``false_in_household`` (missing without
        households, or without a false link).

    Raises
    ------
    InputRejected
        When labels or pairs cannot be used.

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": list("abcd"), "true_person": [1, 1, 2, 3]})
    >>> pairs = pd.DataFrame({"left": ["a", "c"], "right": ["b", "d"], "match_probability": [0.9, 0.6]})
    >>> frontier(pairs, truth, thresholds=[0.5, 0.8])[["threshold", "precision", "recall"]].values.tolist()
    [[0.5, 0.5, 1.0], [0.8, 1.0, 1.0]]
    """
    if of not in pairs.columns:
        raise InputRejected("The pairs cannot be judged.", [Problem(f"the column `{of}` is not there")])
    known = check_truth(truth, between=between)
    if "status" in pairs.columns:
        pairs = pairs[pairs["status"].astype("string").eq("link").fillna(value=False)]
    rows = []
    for threshold in sorted(thresholds):
        pairs = pairs[pairs[of] >= threshold]
        counts = count_pairs(pairs, known)
        right = np.bincount(counts.link_unit, counts.right_person, counts.units)
        made = np.bincount(counts.link_unit, minlength=counts.units)
        there = np.bincount(counts.unit, counts.true_pairs(), counts.units)
        false, inside = int((made - right).sum()), counts.false_in_household()
        rows.append(
            {
                "threshold": float(threshold),
                "links": int(made.sum()),
                "false_links": false,
                **_named("precision", ratio_interval(right, made)),
                "true_pairs": int(there.sum()),
                **_named("recall", ratio_interval(right, there)),
                "f1": ratio_interval(2 * right, made + there)[0],
                "false_in_household": float(inside.sum()) / false if inside is not None and false else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _named(measure: str, parts: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip((measure, f"{measure}_low", f"{measure}_high"), parts, strict=True))
