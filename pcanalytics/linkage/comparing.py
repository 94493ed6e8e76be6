"""Pairs of records compared: the level number of every comparison, by Splink."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.splink_engine import quiet, splink_linker

__all__ = ["ComparedPairs", "compare_pairs", "comparing_linker", "join_compared", "levels_of"]

_AT_ONCE = 1_000_000
_KEPT = ("sql_condition", "label_for_charts", "is_null_level")


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


def comparing_linker(prepared: Prepared, settings: dict[str, Any], *, threads: int = 2) -> Any:
    """Make a Splink linker that compares and weighs nothing: only the columns compared, no adjustment for rare values.

    Parameters
    ----------
    prepared : Prepared
        The records.
    settings : dict
        Splink's settings.
    threads : int
        How many DuckDB may use.

    Returns
    -------
    splink.Linker
        For `levels_of`.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "x", "surname": ["ROE", "ROE"]})
    >>> same = {"sql_condition": '"surname_l" = "surname_r"', "label_for_charts": "same"}
    >>> other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    >>> settings = {"comparisons": [{"output_column_name": "surname", "comparison_levels": [same, other]}]}
    >>> type(comparing_linker(prepare(people), settings)).__name__
    'Linker'
    """
    levels = [
        {
            "output_column_name": comparison["output_column_name"],
            "comparison_levels": _numbered(comparison["comparison_levels"]),
        }
        for comparison in settings["comparisons"]
    ]
    text = " ".join(level["sql_condition"] for comparison in levels for level in comparison["comparison_levels"])
    columns = [name for name in prepared.table.column_names if name == "record" or f'"{name}_l"' in text]
    bare = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": levels,
        "blocking_rules_to_generate_predictions": [],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
    }
    return splink_linker(Prepared(prepared.table.select(columns), prepared.keys), bare, threads=threads)


def _numbered(levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each level a weight that is its number and one more: Splink then need not carry the values along to tell the level."""
    kept, number = [], sum(not level.get("is_null_level") for level in levels)
    for level in levels:
        bare = {name: level[name] for name in _KEPT if name in level}
        if not level.get("is_null_level"):
            bare |= {"m_probability": 2.0 ** (number - 32), "u_probability": 2.0**-32}
            number -= 1
        kept.append(bare)
    return kept


def levels_of(linker: Any, left: np.ndarray, right: np.ndarray) -> ComparedPairs:
    """Compare pairs.

    Parameters
    ----------
    linker : splink.Linker
        From `comparing_linker`.
    left, right : ndarray
        Record numbers, left below right, each pair once, in order.

    Returns
    -------
    ComparedPairs
        The same pairs in the same order.

    Raises
    ------
    PcanalyticsError
        When DuckDB fails; without its message, which may hold values.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> same = {"sql_condition": '"surname_l" = "surname_r"', "label_for_charts": "same"}
    >>> other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    >>> settings = {"comparisons": [{"output_column_name": "surname", "comparison_levels": [same, other]}]}
    >>> linker = comparing_linker(prepared, settings)
    >>> levels_of(linker, np.array([0, 1]), np.array([1, 2])).levels.tolist()
    [[1], [0]]
    """
    parts = [
        _levels(linker, left[first : first + _AT_ONCE], right[first : first + _AT_ONCE])
        for first in range(0, len(left), _AT_ONCE)
    ]
    return join_compared(parts, len(linker._settings_obj.comparisons))


def _levels(linker: Any, left: np.ndarray, right: np.ndarray) -> ComparedPairs:
    names = [comparison.output_column_name for comparison in linker._settings_obj.comparisons]
    connection = linker._db_api._con
    given = {"match_key": np.zeros(len(left), dtype=np.int8), "join_key_l": left, "join_key_r": right}
    with quiet():
        connection.register("given_view", pa.table(given))
        connection.execute("CREATE OR REPLACE TABLE given_pairs AS SELECT * FROM given_view")
        connection.unregister("given_view")
        linker.table_management.register_blocked_pairs_for_predict(
            linker._db_api.table_to_splink_dataframe("given_pairs", "given_pairs")
        )
        found = linker.inference.predict(warning_mode="never")
        columns = ", ".join(f'CAST("mw_{name}" AS TINYINT) - 1::TINYINT AS "{name}"' for name in names)
        sql = f"SELECT record_l, record_r, {columns} FROM {found.physical_name} ORDER BY record_l, record_r"
        table = connection.sql(sql).to_arrow_table()
        found.drop_table_from_database_and_remove_from_cache()
    levels = np.column_stack([table[2 + place].to_numpy() for place in range(len(names))])
    return ComparedPairs(table["record_l"].to_numpy(), table["record_r"].to_numpy(), levels)


def join_compared(parts: Iterable[ComparedPairs], comparisons: int) -> ComparedPairs:
    """Put parts together, in their order.

    Parameters
    ----------
    parts : iterable of ComparedPairs
        None or more.
    comparisons : int
        How many comparisons there are, for when there is no part.

    Returns
    -------
    ComparedPairs
        All pairs.

    Examples
    --------
    >>> len(join_compared([], 3).left)
    0
    """
    empty = np.zeros(0, dtype=np.int32)
    found = [ComparedPairs(empty, empty, np.zeros((0, comparisons), dtype=np.int8)), *parts]
    return ComparedPairs(
        np.concatenate([part.left for part in found]),
        np.concatenate([part.right for part in found]),
        np.concatenate([part.levels for part in found]),
    )


def compare_pairs(
    prepared: Prepared,
    settings: dict[str, Any],
    left: np.ndarray,
    right: np.ndarray,
    *,
    threads: int = 2,
    linker: Any = None,
) -> ComparedPairs:
    """Compare the pairs that are given.

    Parameters
    ----------
    prepared : Prepared
        The records.
    settings : dict
        Splink's settings.
    left, right : ndarray
        Record numbers, left below right.
    threads : int
        How many.
    linker : splink.Linker, optional
        From `comparing_linker`, where more than one set of pairs is compared.

    Returns
    -------
    ComparedPairs
        Each pair once, in order.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> same = {"sql_condition": '"surname_l" = "surname_r"', "label_for_charts": "same"}
    >>> other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    >>> settings = {"comparisons": [{"output_column_name": "surname", "comparison_levels": [same, other]}]}
    >>> compare_pairs(prepared, settings, np.array([0, 1]), np.array([1, 2])).levels.tolist()
    [[1], [0]]
    """
    joint = np.unique(left.astype(np.int64) << 32 | right.astype(np.int64))
    one, other = (joint >> 32).astype(np.int32), (joint & 0xFFFFFFFF).astype(np.int32)
    return levels_of(linker or comparing_linker(prepared, settings, threads=threads), one, other)
