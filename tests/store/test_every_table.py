"""Every declared table goes through a load, whatever its columns are called."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.schema import Table
from pcanalytics.store import Store
from pcanalytics.tables import TABLES


def _row(table: Table, number: int) -> dict[str, object]:
    """Make one row that satisfies the declaration, another key for each number."""
    values = {}
    for column in table.columns:
        if column.categories is not None:
            words = list(column.categories)
            values[column.name] = words[number % len(words) if column.name in table.key else 0]
        elif column.kind in ("id", "text"):
            values[column.name] = str(number)
        elif column.is_time:
            values[column.name] = pd.Timestamp("2026-01-05") + pd.Timedelta(days=number)
        elif column.kind == "boolean":
            values[column.name] = False
        else:
            values[column.name] = max(column.minimum or 0, 0)
    return values


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_loads_with_a_repeat_and_a_clash_and_changes(table: Table, store: Store) -> None:
    plain = [name for name in table.names if name not in table.key]
    rows = [_row(table, number) for number in range(4)]
    clash = {**rows[3], plain[0]: None}
    with store.loading(source="one", table=table.name, digest="1") as loading:
        loading.write(table.conform(pd.DataFrame([*rows, rows[0], clash])))
        report = loading.finish()
    assert (report.read, report.loaded, report.set_aside, report.rejected) == (6, 3, 2, 1)
    changed = {**rows[1], plain[0]: None}
    with store.loading(source="one", table=table.name, digest="2") as loading:
        loading.write(table.conform(pd.DataFrame([rows[0], changed, rows[2], _row(table, 9)])))
        report = loading.finish()
    assert (report.new, report.changed, report.unchanged, report.gone) == (1, 1, 2, 0)
