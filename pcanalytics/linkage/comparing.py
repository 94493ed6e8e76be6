"""Pairs of records compared: the level number of every comparison, by Splink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.splink_engine import quiet, splink_linker

__all__ = ["ComparedPairs", "compare_blocked", "compare_pairs"]


@dataclass(frozen=True)
class ComparedPairs:
    """Pairs in order of left, then right.

    Parameters
    ----------
    left, right : ndarray of int32
        Record numbers, left below right.
    levels : ndarray of int8
        Pairs by comparisons; -1 where either record has nothing to compare.
    """

    left: np.ndarray
    right: np.ndarray
    levels: np.ndarray


def compare_blocked(prepared: Prepared, settings: dict[str, Any], *, threads: int = 2) -> ComparedPairs:
    """Compare every pair that a blocking rule brings together.

    Parameters
    ----------
    prepared : Prepared
        The records.
    settings : dict
        Splink's settings.
    threads : int
        How many.

    Returns
    -------
    ComparedPairs
        Each pair once.
    """
    with quiet():
        return _levels(splink_linker(prepared, settings, threads=threads), settings)


def compare_pairs(
    prepared: Prepared, settings: dict[str, Any], left: np.ndarray, right: np.ndarray, *, threads: int = 2
) -> ComparedPairs:
    """Compare the pairs that are given.

    Parameters
    ----------
    prepared, settings, threads
        As for `compare_blocked`.
    left, right : ndarray
        Record numbers, left below right.

    Returns
    -------
    ComparedPairs
        Each pair once.
    """
    with quiet():
        linker = splink_linker(prepared, settings, threads=threads)
        pairs = pa.table({"match_key": pa.array(["0"] * len(left)), "join_key_l": left, "join_key_r": right})
        connection = linker._db_api._con
        connection.register("given_view", pairs)
        connection.execute("CREATE TABLE given_pairs AS SELECT DISTINCT * FROM given_view")
        connection.unregister("given_view")
        linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("given_pairs"))
        return _levels(linker, settings)


def _levels(linker: Any, settings: dict[str, Any]) -> ComparedPairs:
    names = [comparison["output_column_name"] for comparison in settings["comparisons"]]
    found = linker.inference.predict()
    columns = ", ".join(f'CAST("gamma_{name}" AS TINYINT) AS "{name}"' for name in names)
    sql = f"SELECT record_l, record_r, {columns} FROM {found.physical_name} ORDER BY record_l, record_r"
    table = linker._db_api._con.sql(sql).to_arrow_table()
    levels = (
        np.column_stack([table[2 + i].to_numpy() for i in range(len(names))]) if names else np.empty((len(table), 0))
    )
    return ComparedPairs(
        table["record_l"].to_numpy().astype(np.int32), table["record_r"].to_numpy().astype(np.int32), levels
    )
