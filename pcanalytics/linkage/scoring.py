"""Every pair that is worth a look, scored."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.training import quiet, splink_linker

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
        left, right (record numbers, left < right), match_weight, match_probability, one int8 column a comparison; pairs
        above the model's floor, sorted.
    """
    with quiet():
        linker = splink_linker(prepared, model.settings, threads=threads)
        found = linker.inference.predict(threshold_match_probability=model.floor)
        names = [c["output_column_name"] for c in model.settings["comparisons"]]
        levels = ", ".join(f'CAST("gamma_{name}" AS TINYINT) AS "{name}"' for name in names)
        sql = (
            'SELECT CAST(least(record_l, record_r) AS INTEGER) AS "left", CAST(greatest(record_l, record_r) AS INTEGER)'
            f' AS "right", match_weight, match_probability, {levels} FROM {found.physical_name} ORDER BY ALL'
        )
        return linker._db_api._con.sql(sql).to_arrow_table()


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
