"""A model trained on the records at hand, without labels."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from pcanalytics.linkage.blocking import rules_for
from pcanalytics.linkage.comparisons import comparison_settings
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared

__all__ = ["splink_linker", "train"]

_FLOOR = 0.01


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Splink's own messages, which may show a value, out of every log."""
    logger = logging.getLogger("splink")
    level, spread = logger.level, logger.propagate
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.propagate = spread


def connection(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection with no way to anything else."""
    opened = duckdb.connect(":memory:")
    opened.execute(f"SET threads = {int(threads)}")
    opened.execute("SET autoinstall_known_extensions = false")
    opened.execute("SET autoload_known_extensions = false")
    opened.execute("SET enable_external_access = false")
    row = opened.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if row and row[0][0]:
        opened.execute("SET enable_progress_bar = false")
    return opened


def splink_linker(prepared: Prepared, settings: dict[str, Any], *, threads: int = 2) -> Any:
    """Make a Splink linker on an in-memory DuckDB over the prepared records."""
    from splink import DuckDBAPI, Linker

    opened = connection(threads)
    opened.register("prepared_view", prepared.table)
    opened.execute("CREATE TABLE prepared_records AS SELECT * FROM prepared_view ORDER BY record")
    opened.unregister("prepared_view")
    api = DuckDBAPI(connection=opened)
    return Linker(api.register("prepared_records"), settings, log_level=None)


def _rule(columns: tuple[str, ...]) -> str:
    return " AND ".join(f'l."{name}" = r."{name}"' for name in columns)


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
    rules = rules_for(prepared)
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": comparison_settings(prepared),
        "blocking_rules_to_generate_predictions": [_rule(rule) for rule in rules],
        "retain_intermediate_calculation_columns": False,
        "retain_matching_columns": True,
    }
    with quiet():
        linker = splink_linker(prepared, settings)
        training = linker.training
        strict = [rule for rule in rules if len(rule) == 1] + [("given_name", "surname", "birth_date")]
        training.estimate_probability_two_random_records_match([_rule(rule) for rule in strict], recall=0.8)
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed + 1)
        for rule in (("birth_date",), ("given_name", "surname")):
            training.estimate_parameters_using_expectation_maximisation(
                _rule(rule), estimate_without_term_frequencies=True
            )
        trained = linker.misc.save_model_to_json(out_path=None)
    return LinkModel(
        settings=trained,
        trained_on=trained_on.isoformat() if trained_on else None,
        counts={"records": len(prepared.keys)},
        columns=tuple(prepared.table.column_names),
        floor=_FLOOR,
        digest=digest_of(prepared.table),
    )


def digest_of(table: pa.Table) -> str:
    """Make a digest of what the columns hold."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()
