"""A model trained on the records at hand, without labels.

The chance likeness of strangers (u) comes from random pairs and from counts of values, that of one person's records (m),
of household members, and the share of each kind from the pairs that blocking brings together.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.blocking import rule_sql, rules_for
from pcanalytics.linkage.comparing import compare_blocked, compare_pairs
from pcanalytics.linkage.comparisons import (
    Comparison,
    comparisons_for,
    splink_comparison,
)
from pcanalytics.linkage.kinds import Kinds, Other, fit_kinds
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.weighing import name_columns, rarity

__all__ = ["train"]

_FLOOR = 0.01
_RANDOM_PAIRS = 1_000_000
_ALONE = ("sid", "fbi_number", "driver_license", "local_id")


def train(prepared: Prepared, *, trained_on: date | None = None, seed: int = 0) -> LinkModel:
    """Train a model on these records.

    Parameters
    ----------
    prepared : Prepared
        The records.
    trained_on : date, optional
        The date to write into the model.
    seed : int
        For the sample of random pairs.

    Returns
    -------
    LinkModel
        Trained.
    """
    known = known_columns(prepared)
    comparisons = comparisons_for(known, prepared.details)
    settings = _settings(comparisons, known)
    records = len(prepared.keys)
    pairs = records * (records - 1) / 2
    u = _strangers(prepared, settings, comparisons, pairs, seed)
    start = _start(comparisons, u, known, records)
    blocked = compare_blocked(prepared, _equal_numbers(settings))
    fitted = fit_kinds(
        blocked.levels,
        rarity(prepared, _with_numbers(settings, start), blocked),
        start,
        pairs=pairs,
        names=name_columns(settings),
        blocked_alone=tuple(i for i, comparison in enumerate(comparisons) if comparison.name in _ALONE),
    )
    return LinkModel(
        settings=_with_numbers(settings, fitted),
        kinds={
            "together": fitted.together.tolist(),
            "others": {
                name: {
                    "shares": [shares.tolist() for shares in other.shares],
                    "prior": float(other.prior),
                    "fixed": list(other.fixed),
                }
                for name, other in fitted.others.items()
            },
        },
        trained_on=trained_on.isoformat() if trained_on else None,
        counts={"records": records, "pairs_compared": len(blocked.left)},
        columns=tuple(known),
        floor=_FLOOR,
        digest=_digest(prepared.table),
    )


def known_columns(prepared: Prepared) -> list[str]:
    """Name the columns with more than one known value."""
    table = prepared.table
    return [name for name in table.column_names if len(table) - table[name].null_count > 1]


def _settings(comparisons: tuple[Comparison, ...], known: list[str]) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": [splink_comparison(comparison) for comparison in comparisons],
        "blocking_rules_to_generate_predictions": [rule_sql(rule) for rule in rules_for(known)],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": True,
    }


def _start(
    comparisons: tuple[Comparison, ...],
    u: list[np.ndarray],
    known: list[str],
    records: int,
) -> Kinds:
    prior = 0.5 / records
    others = {}
    if "address" in known:
        others["relatives"] = Other([_begin(comparison, "relatives") for comparison in comparisons], prior)
    if {"given_name", "surname", "birth_date"} <= {comparison.name for comparison in comparisons}:
        fixed = tuple(i for i, c in enumerate(comparisons) if c.name in ("given_name", "surname", "birth_date"))
        others["namesakes"] = Other(
            [_begin(comparison, "namesakes") for comparison in comparisons],
            prior,
            fixed,
        )
    return Kinds([_begin(comparison, "m") for comparison in comparisons], u, prior, others=others)


def _begin(comparison: Comparison, kind: str) -> np.ndarray:
    shares = np.array([level.share_of(kind) for level in comparison.levels])[::-1]
    return shares / shares.sum()


def _strangers(
    prepared: Prepared,
    settings: dict[str, Any],
    comparisons: tuple[Comparison, ...],
    pairs: float,
    seed: int,
) -> list[np.ndarray]:
    records = len(prepared.keys)
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, records, (2, min(_RANDOM_PAIRS, int(pairs))), dtype=np.int32)
    apart = one != other
    one, other = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    levels = compare_pairs(prepared, _equal_numbers(settings), one, other).levels
    return [
        _strangers_of(comparison, levels[:, position], prepared, pairs)
        for position, comparison in enumerate(comparisons)
    ]


def _strangers_of(comparison: Comparison, levels: np.ndarray, prepared: Prepared, pairs: float) -> np.ndarray:
    known = levels[levels >= 0]
    seen = np.bincount(known, minlength=len(comparison.levels)) / max(len(known), 1)
    one_person = 0.5 / len(prepared.keys)
    shares = np.maximum(seen - one_person * _begin(comparison, "m"), 0.25 / max(len(known), 4))
    column = comparison.levels[0].frequency
    if column is not None and prepared.table[column].null_count < len(prepared.table) - 1:
        counts = np.array(
            [entry["counts"].as_py() for entry in prepared.table[column].drop_null().value_counts()],
            dtype=float,
        )
        total = counts.sum()
        shares[-1] = max((counts * (counts - 1)).sum() / (total * (total - 1)), 1 / pairs)
    return shares / shares.sum()


def _equal_numbers(settings: dict[str, Any]) -> dict[str, Any]:
    counts = [len(comparison["comparison_levels"]) - 1 for comparison in settings["comparisons"]]
    equal = [np.full(count, 1.0 / count) for count in counts]
    return _with_numbers(settings, Kinds(equal, equal, 0.5))


def _with_numbers(settings: dict[str, Any], kinds: Kinds) -> dict[str, Any]:
    written = []
    for comparison, m, u in zip(settings["comparisons"], kinds.m, kinds.u, strict=True):
        levels = [dict(level) for level in comparison["comparison_levels"]]
        scored = [level for level in levels if not level.get("is_null_level")]
        for level, one, other in zip(scored, m[::-1], u[::-1], strict=True):
            level["m_probability"], level["u_probability"] = float(one), float(other)
        written.append({**comparison, "comparison_levels": levels})
    return {
        **settings,
        "comparisons": written,
        "probability_two_random_records_match": float(kinds.prior),
    }


def _digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()
