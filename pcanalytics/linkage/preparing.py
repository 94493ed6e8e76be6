"""Person records made ready to compare: named steps, each of which adds columns.

Whatever a comparison needs more than once is worked out here, once a record, so that comparing a pair is cheap.
"""

from __future__ import annotations

import functools
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
    number_of,
)
from pcanalytics.linkage.columns import Columns
from pcanalytics.linkage.dates import birth_parts
from pcanalytics.linkage.earlier_addresses import address_columns
from pcanalytics.linkage.names import chosen_roots, generation, name_pairs, sound
from pcanalytics.linkage.nicknames import name_roots
from pcanalytics.linkage.other_names import alias_names
from pcanalytics.linkage.records import IDENTIFIERS, check_people

__all__ = ["STEPS", "Prepared", "prepare"]

Made = dict[str, np.ndarray]


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

    @functools.cached_property
    def columns(self) -> Columns:
        """The columns as numbers that stand for the values, made when they are first asked for."""
        return Columns(self.table)

    def __repr__(self) -> str:
        """Show size and columns, never a value."""
        return f"Prepared({len(self.keys):,} records, columns {', '.join(self.table.column_names)})"


def _text(people: pd.DataFrame, name: str, function: Callable[[str], str | None]) -> np.ndarray:
    if name not in people:
        return np.full(len(people), None, dtype=object)
    return apply_distinct(people[name], function)


def _names(people: pd.DataFrame, columns: Made) -> None:
    for name in ("given_name", "middle_name", "surname"):
        columns[name] = _text(people, name, clean_name)
    columns["suffix"] = _text(people, "suffix", generation)


def _name_parts(people: pd.DataFrame, columns: Made) -> None:
    surname, given = columns["surname"], columns["given_name"]
    columns["surname_first"] = apply_distinct(surname, lambda name: name.split(" ")[0])
    columns["surname_last"] = apply_distinct(surname, lambda name: name.split(" ")[-1])
    columns["surname_sound"] = apply_distinct(columns["surname_last"], sound)
    columns["given_first"] = apply_distinct(given, lambda name: name.split(" ")[0])
    columns["given_roots"] = apply_distinct(columns["given_first"], lambda name: list(name_roots(name)))
    columns["given_root"] = chosen_roots(columns["given_first"])
    columns["given_sound"] = apply_distinct(columns["given_root"], sound)
    columns["middle_initial"] = apply_distinct(columns["middle_name"], lambda name: name[:1])
    columns["name_pair"] = name_pairs(columns["given_root"], columns["surname"])


def _birth(people: pd.DataFrame, columns: Made) -> None:
    columns |= birth_parts(people["birth_date"] if "birth_date" in people else pd.Series([None] * len(people)))


def _identifiers(people: pd.DataFrame, columns: Made) -> None:
    for name in IDENTIFIERS:
        columns[name] = _text(people, name, clean_identifier)


def _places(people: pd.DataFrame, columns: Made) -> None:
    columns["address"] = _text(people, "address", clean_address)
    for name in ("zip", "locality", "birth_place", "occupation"):
        columns[name] = _text(people, name, clean_text)


def _descriptors(people: pd.DataFrame, columns: Made) -> None:
    columns["sex"] = _text(people, "sex", clean_sex)
    for name in ("race", "ethnicity", "eye_color", "hair_color"):
        columns[name] = _text(people, name, clean_text)
    for name in ("height_cm", "weight_kg"):
        columns[name] = number_of(people[name]) if name in people else np.full(len(people), np.nan)


STEPS: tuple[tuple[str, Callable[[pd.DataFrame, Made], None]], ...] = (
    ("names in plain capitals, words for unknown taken out", _names),
    ("names in parts: roots of short forms, sounds, initials", _name_parts),
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
        Further names of records: record_key, given_name, surname; up to three of a record are compared.
    addresses : DataFrame, optional
        Where a record's person lived when: record_key, address, start, end; the three latest besides the record's own are compared.
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
    columns: Made = {
        "record": np.arange(len(people), dtype=np.int32),
        "side": (people["side"].to_numpy() == "right").astype(np.int8),
        "source": people["source"].astype(str).to_numpy(object),
    }
    for _, step in STEPS:
        step(people, columns)
    for name in details:
        columns[name] = _text(people, name, clean_text)
    for name in ("person_number",):
        columns[name] = _text(people, name, clean_text)
    keys = people["record_key"].to_numpy(object)
    columns["known_at"] = _known_at(people)
    columns |= alias_names(keys, columns["given_first"], columns["name_pair"], aliases)
    columns |= address_columns(keys, columns["address"], columns["known_at"], addresses)
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    return Prepared(_typed(table), keys, tuple(details))


def _known_at(people: pd.DataFrame) -> np.ndarray:
    if "known_at" not in people:
        return np.full(len(people), np.datetime64("NaT", "us"))
    return pd.to_datetime(people["known_at"]).to_numpy("datetime64[us]")


def _typed(table: pa.Table) -> pa.Table:
    lists = {"given_roots": pa.list_(pa.string())}
    fields = [
        pa.field(
            f.name,
            lists.get(f.name, pa.string()) if pa.types.is_null(f.type) else f.type,
        )
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))
