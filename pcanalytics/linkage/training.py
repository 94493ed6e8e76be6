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
from pcanalytics.linkage.candidates import affordable_rules, candidate_pairs, index_rules, pairs_found
from pcanalytics.linkage.comparing import ComparedPairs, compare_pairs, comparing_linker
from pcanalytics.linkage.comparisons import (
    Comparison,
    comparisons_for,
    splink_comparison,
)
from pcanalytics.linkage.earlier_addresses import OTHER_ADDRESSES, with_addresses
from pcanalytics.linkage.full_names import expected_in_class
from pcanalytics.linkage.kinds import Kinds, fit_kinds
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.other_names import ALIAS_NAMES, with_aliases
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.starts import begin, starting_kinds
from pcanalytics.linkage.weighing import full_names, name_columns, rarity

__all__ = ["train"]

_FLOOR = 0.01
_RANDOM_PAIRS = 1_000_000
_TRAINED_PAIRS = 2_000_000
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

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> model = train(prepared)
    >>> [comparison["output_column_name"] for comparison in model.settings["comparisons"]]
    ['given_name', 'surname', 'birth_date']
    """
    known = known_columns(prepared)
    comparisons = tuple(
        with_addresses(with_aliases(comparison, known), known)
        for comparison in comparisons_for(known, prepared.details)
    )
    rules = affordable_rules(prepared.columns, rules_for(known))
    settings = _settings(comparisons, rules)
    records = len(prepared.keys)
    pairs = max(records * (records - 1) / 2, 1.0)
    linker = comparing_linker(prepared, settings)
    u = _strangers(prepared, settings, comparisons, pairs, seed, linker)
    start = starting_kinds(comparisons, u, households="address" in known, records=records)
    blocked, sample = _blocked(prepared, settings, rules, seed, linker)
    fitted = fit_kinds(
        blocked.levels,
        rarity(prepared, _with_numbers(settings, start), blocked),
        start,
        pairs=pairs,
        names=name_columns(settings),
        sample=sample,
        full_name=full_names(prepared, settings, blocked),
        expected=_expected(prepared, pairs) if ("name_pair",) in rules else None,
        blocked_alone=tuple(i for i, comparison in enumerate(comparisons) if comparison.name in _ALONE),
    )
    return LinkModel(
        settings=_with_numbers(settings, fitted),
        kinds={
            "together": fitted.together.tolist(),
            "by_chance": fitted.by_chance.tolist(),
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
        counts={"records": records, "pairs_trained_on": len(blocked.left)},
        columns=tuple(known),
        floor=_FLOOR,
        digest=_digest(prepared.table),
    )


def known_columns(prepared: Prepared) -> list[str]:
    """Name the columns with more than one known value, or of those compared with another column with any."""
    table = prepared.table
    return [
        name
        for name in table.column_names
        if len(table) - table[name].null_count > (0 if name in (*ALIAS_NAMES, *OTHER_ADDRESSES) else 1)
    ]


def _settings(comparisons: tuple[Comparison, ...], rules: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": [splink_comparison(comparison) for comparison in comparisons],
        "blocking_rules_to_generate_predictions": [rule_sql(rule) for rule in rules],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": True,
    }


def _blocked(
    prepared: Prepared, settings: dict[str, Any], rules: tuple[tuple[str, ...], ...], seed: int, linker: Any
) -> tuple[ComparedPairs, float]:
    """Compare the pairs to train on, a share of them where there are many, and give that share."""
    index = index_rules(prepared.columns, rules)
    share = min(1.0, _TRAINED_PAIRS / max(pairs_found(index), 1))
    left, right = candidate_pairs(index, share=share, seed=seed)
    return compare_pairs(prepared, settings, left, right, linker=linker), share


def _strangers(
    prepared: Prepared,
    settings: dict[str, Any],
    comparisons: tuple[Comparison, ...],
    pairs: float,
    seed: int,
    linker: Any,
) -> list[np.ndarray]:
    records = len(prepared.keys)
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, max(records, 1), (2, min(_RANDOM_PAIRS, int(pairs))), dtype=np.int32)
    apart = one != other
    one, other = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    levels = compare_pairs(prepared, settings, one, other, linker=linker).levels
    return [
        _strangers_of(comparison, levels[:, position], prepared, pairs)
        for position, comparison in enumerate(comparisons)
    ]


def _strangers_of(comparison: Comparison, levels: np.ndarray, prepared: Prepared, pairs: float) -> np.ndarray:
    known = levels[levels >= 0]
    seen = np.bincount(known, minlength=len(comparison.levels)) / max(len(known), 1)
    one_person = 0.5 / max(len(prepared.keys), 1)
    shares = np.maximum(seen - one_person * begin(comparison, "m"), 0.25 / max(len(known), 4))
    column = comparison.levels[0].frequency
    if column is not None and prepared.table[column].null_count < len(prepared.table) - 1:
        counts = np.array(
            [entry["counts"].as_py() for entry in prepared.table[column].drop_null().value_counts()],
            dtype=float,
        )
        total = counts.sum()
        shares[-1] = max((counts * (counts - 1)).sum() / (total * (total - 1)), 1 / pairs)
    return shares / shares.sum()


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


def _expected(prepared: Prepared, pairs: float) -> np.ndarray:
    known = 1.0 - prepared.table["name_pair"].null_count / max(len(prepared.table), 1)
    given, surname = (
        np.array([entry["counts"].as_py() for entry in prepared.table[name].drop_null().value_counts()])
        for name in ("given_name", "surname")
    )
    return expected_in_class(given, surname, pairs * known**2)


def _digest(table: pa.Table) -> str:
    digest = hashlib.sha256(table.schema.serialize())
    for batch in table.combine_chunks().to_batches(max_chunksize=65_536):
        digest.update(batch.serialize())
    return digest.hexdigest()
