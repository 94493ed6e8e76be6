"""What fails or is stopped inside DuckDB under Splink: told without a value, and Ctrl-C stays Ctrl-C."""

from __future__ import annotations

import traceback

import duckdb
import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import PcanalyticsError
from pcanalytics.linkage.comparing import compare_pairs
from pcanalytics.linkage.preparing import prepare
from pcanalytics.linkage.splink_engine import quiet

CANARY = "QUILLFEATHER"


def test_c68_a_value_that_duckdb_quotes_under_splink_is_in_no_error():
    people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "x", "surname": [CANARY, CANARY]})
    bad = {"sql_condition": 'CAST("surname_l" AS INTEGER) = 1', "label_for_charts": "same"}
    other = {"sql_condition": "ELSE", "label_for_charts": "other"}
    settings = {"comparisons": [{"output_column_name": "surname", "comparison_levels": [bad, other]}]}
    with pytest.raises(PcanalyticsError, match=r"failed in DuckDB \(ConversionException\)") as caught:
        compare_pairs(prepare(people), settings, np.array([0]), np.array([1]))
    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown
    assert "SELECT" not in shown.upper().replace("SELECT(COLUMNS)", "")


class SplinkLike(Exception):
    """Such as Splink raises of what DuckDB raised."""


def raise_from(cause: Exception) -> None:
    raise SplinkLike(f"Error was: {cause}") from cause


@pytest.mark.parametrize("cause", [RuntimeError("Query interrupted"), duckdb.InterruptException("INTERRUPT Error")])
def test_a_query_stopped_by_ctrl_c_is_a_keyboard_interrupt(cause):
    with pytest.raises(KeyboardInterrupt), quiet():
        raise_from(cause)
    with pytest.raises(KeyboardInterrupt), quiet():
        raise cause


def test_what_is_no_failure_of_the_database_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError, match="division"), quiet():
        _ = 1 / 0
