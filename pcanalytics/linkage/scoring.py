"""Every pair that is worth a look, scored."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.comparing import compare_blocked
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.weighing import weigh

__all__ = ["score", "score_new"]


def score(prepared: Prepared, model: LinkModel, *, threads: int = 2, chunks: int = 1) -> pa.Table:
    """Score every pair that a blocking rule brings together.

    Parameters
    ----------
    prepared : Prepared
        The records.
    model : LinkModel
        Trained on these or on like records.
    threads : int
        How many.
    chunks : int
        Into how many parts the work is cut, to need less memory. The answer is the same.

    Returns
    -------
    pa.Table
        left, right (record numbers, left < right), match_weight (bits), match_probability, one int8 column a comparison;
        pairs above the model's floor, sorted.
    """
    pairs = compare_blocked(prepared, model.settings, threads=threads)
    weight = weigh(prepared, model, pairs)
    probability = 1.0 / (1.0 + np.exp2(-weight))
    names = [comparison["output_column_name"] for comparison in model.settings["comparisons"]]
    table = pa.table(
        {
            "left": pairs.left,
            "right": pairs.right,
            "match_weight": weight,
            "match_probability": probability,
            **{name: pairs.levels[:, position].astype(np.int8) for position, name in enumerate(names)},
        }
    )
    return table.filter(pa.array(probability >= model.floor))


def score_new(
    prepared: Prepared, new_rows: np.ndarray, model: LinkModel, *, threads: int = 2, chunks: int = 1
) -> pa.Table:
    """Score only the pairs that touch a new record: exactly those rows of `score`.

    Parameters
    ----------
    prepared : Prepared
        All records, old and new.
    new_rows : ndarray of bool
        Which are new.
    model, threads, chunks
        As for `score`.

    Returns
    -------
    pa.Table
        As `score` gives.
    """
    table = score(prepared, model, threads=threads, chunks=chunks)
    left, right = table["left"].to_numpy(), table["right"].to_numpy()
    return table.filter(pa.array(new_rows[left] | new_rows[right]))
