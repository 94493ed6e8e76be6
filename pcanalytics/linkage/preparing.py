"""Person records made ready to compare: named steps, each of which adds columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.linkage.cleaning import (
    apply_distinct,
    clean_address,
    clean_identifier,
    clean_name,
    clean_sex,
    clean_text,
)
from pcanalytics.linkage.records import IDENTIFIERS, check_people

__all__ = ["STEPS", "Prepared", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """Cleaned records in the order of their keys; row i of the table is record i everywhere after.

    Parameters
    ----------
    table : pa.Table
        The cleaned columns.
    keys : ndarray
        The record keys, sorted.
    details : tuple of str
        Further columns compared as plain text.
    """

    table: pa.Table
    keys: np.ndarray
    details: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show size and columns, never a value."""
        return f"Prepared({len(self.keys):,} records, columns {', '.join(self.table.column_names)})"


def _text(people: pd.DataFrame, name: str, function: Callable[[str], str | None]) -> np.ndarray:
    if name not in people:
        return np.full(len(people), None, dtype=object)
    return apply_distinct(people[name], function)


def _first(value: str) -> str:
    return value.split(" ")[0]


def _last(value: str) -> str:
    return value.split(" ")[-1]


def _names(people: pd.DataFrame, columns: dict[str, np.ndarray]) -> None:
    columns["given_name"] = _text(people, "given_name", clean_name)
    columns["middle_name"] = _text(people, "middle_name", clean_name)
    columns["surname"] = _text(people, "surname", clean_name)
    columns["suffix"] = _text(people, "suffix", clean_text)
    surname = pd.Series(columns["surname"])
    columns["surname_first"] = apply_distinct(surname, _first)
    columns["surname_last"] = apply_distinct(surname, _last)
    columns["middle_initial"] = apply_distinct(pd.Series(columns["middle_name"]), lambda name: name[:1])


def _birth(people: pd.DataFrame, columns: dict[str, np.ndarray]) -> None:
    if "birth_date" not in people:
        columns["birth_date"] = np.full(len(people), None, dtype=object)
        return
    dates = apply_distinct(people["birth_date"], lambda value: value[:10])
    columns["birth_date"] = apply_distinct(pd.Series(dates), lambda value: value if value[:4].isdigit() else None)


def _identifiers(people: pd.DataFrame, columns: dict[str, np.ndarray]) -> None:
    for name in IDENTIFIERS:
        columns[name] = _text(people, name, clean_identifier)


def _places(people: pd.DataFrame, columns: dict[str, np.ndarray]) -> None:
    columns["address"] = _text(people, "address", clean_address)
    for name in ("zip", "locality", "birth_place", "occupation"):
        columns[name] = _text(people, name, clean_text)


def _descriptors(people: pd.DataFrame, columns: dict[str, np.ndarray]) -> None:
    columns["sex"] = _text(people, "sex", clean_sex)


STEPS: tuple[tuple[str, Callable[[pd.DataFrame, dict[str, np.ndarray]], None]], ...] = (
    ("names in plain capitals, and their parts", _names),
    ("birth dates in parts", _birth),
    ("identification numbers without dashes and placeholders", _identifiers),
    ("places", _places),
    ("descriptors", _descriptors),
)


def prepare(
    people: pd.DataFrame,
    *,
    aliases: pd.DataFrame | None = None,
    addresses: pd.DataFrame | None = None,
    details: tuple[str, ...] = (),
) -> Prepared:
    """Clean person records into columns ready to compare.

    Parameters
    ----------
    people : DataFrame
        One row a record, columns as `PEOPLE_COLUMNS` says.
    aliases : DataFrame, optional
        Further names of records: record_key, given_name, surname, birth_date.
    addresses : DataFrame, optional
        Where a record's person lived when: record_key, address, start, end.
    details : tuple of str
        Further columns of `people` that are compared as plain text.

    Returns
    -------
    Prepared
        Rows in the order of the record keys, whatever order they came in. Missing values stay missing.

    Raises
    ------
    InputRejected
        When the frame is no frame of person records.

    Examples
    --------
    >>> people = pd.DataFrame({"record_key": ["right|1", "left|1"], "side": ["right", "left"], "source": ["a", "b"],
    ...                        "surname": ["Peña", "PENA"]})
    >>> prepare(people).table["surname"].to_pylist()
    ['PENA', 'PENA']
    """
    check_people(people, details=details)
    people = people.sort_values("record_key", kind="stable").reset_index(drop=True)
    columns: dict[str, np.ndarray] = {
        "record": np.arange(len(people), dtype=np.int32),
        "side": (people["side"].to_numpy() == "right").astype(np.int8),
        "source": people["source"].astype(str).to_numpy(object),
    }
    for _, step in STEPS:
        step(people, columns)
    for name in details:
        columns[name] = _text(people, name, clean_text)
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    return Prepared(_typed(table), people["record_key"].to_numpy(object), tuple(details))


def _typed(table: pa.Table) -> pa.Table:
    fields = [pa.field(f.name, pa.string() if pa.types.is_null(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(fields))
