"""Splink on an in-memory DuckDB: nothing leaves it, and it says nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from pcanalytics.errors import PcanalyticsError
from pcanalytics.linkage.preparing import Prepared

__all__ = ["quiet", "splink_linker"]

#: What DuckDB says, in a plain RuntimeError, of a query that Ctrl-C stopped.
_INTERRUPTED = "Query interrupted"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the messages of Splink and DuckDB, which may show a value, out of every log and error.

    Raises
    ------
    PcanalyticsError
        When DuckDB fails, under Splink or not, with the kind of failure and without its message or the SQL.
    KeyboardInterrupt
        When Ctrl-C stopped a query: DuckDB and Splink make an error of their own of it.

    Examples
    --------
    >>> with quiet():
    ...     logging.getLogger("splink").warning("not shown")
    """
    logger = logging.getLogger("splink")
    level, spread = logger.level, logger.propagate
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    try:
        yield
    except Exception as error:
        causes = _causes(error)
        if any(isinstance(cause, duckdb.InterruptException) or str(cause) == _INTERRUPTED for cause in causes):
            raise KeyboardInterrupt from None
        if any(isinstance(cause, duckdb.Error) for cause in causes) or type(error).__module__.startswith("splink."):
            raise PcanalyticsError(
                f"Comparing person records failed in DuckDB ({type(causes[-1]).__name__})."
            ) from None
        raise
    finally:
        logger.setLevel(level)
        logger.propagate = spread


def _causes(error: BaseException) -> list[BaseException]:
    """List an error and what it came from, the first cause last."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    return causes


def _connection(threads: int) -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect(":memory:")
    opened.execute(f"SET threads = {int(threads)}")
    opened.execute("SET autoinstall_known_extensions = false")
    opened.execute("SET autoload_known_extensions = false")
    opened.execute("SET enable_external_access = false")
    shown = opened.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if shown[0][0]:
        opened.execute("SET enable_progress_bar = false")
    return opened


def splink_linker(prepared: Prepared, settings: dict[str, Any], *, threads: int = 2) -> Any:
    """Make a Splink linker over prepared records, for example for Splink's charts.

    Parameters
    ----------
    prepared : Prepared
        The records.
    settings : dict
        Splink's settings, such as those of a trained model.
    threads : int
        How many DuckDB may use.

    Returns
    -------
    splink.Linker
        On a database in memory with no way to any file or network.

    Examples
    --------
    >>> from pcanalytics.linkage.preparing import prepare
    >>> import pandas as pd
    >>> people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "x", "surname": ["ROE", "ROE"]})
    >>> settings = {"link_type": "dedupe_only", "unique_id_column_name": "record", "comparisons": [],
    ...             "blocking_rules_to_generate_predictions": []}
    >>> type(splink_linker(prepare(people), settings)).__name__
    'Linker'
    """
    from splink import DuckDBAPI, Linker

    opened = _connection(threads)
    opened.register("prepared_view", prepared.table)
    opened.execute("CREATE TABLE prepared_records AS SELECT * FROM prepared_view")
    opened.unregister("prepared_view")
    return Linker(DuckDBAPI(connection=opened).register("prepared_records"), settings, log_level=None)
