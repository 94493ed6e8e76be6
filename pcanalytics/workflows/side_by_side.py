"""Two records of people side by side, for the eyes of the person who decides: nothing of it belongs on a page or in a log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pcanalytics.linkage.wording import compared_in_words
from pcanalytics.workflows.link_tables import comparison_names, levels_of
from pcanalytics.workflows.linking import Compared
from pcanalytics.workflows.person_records import PersonRecords

__all__ = ["PROTECTED", "comparisons_in_words", "side_by_side"]

#: What stands in place of an address that may not be listed.
PROTECTED = "protected"

#: Most further names or addresses of a record that are shown.
_SHOWN = 5

_FIELDS = [
    "surname",
    "given_name",
    "middle_name",
    "suffix",
    "birth_date",
    "sex",
    "race",
    "ethnicity",
    "sid",
    "fbi_number",
] + [
    "driver_license",
    "local_id",
    "height_cm",
    "weight_kg",
    "eye_color",
    "hair_color",
]


def side_by_side(records: PersonRecords, a: Sequence[str], b: Sequence[str]) -> pd.DataFrame:
    """Give what both records of pairs say.

    Parameters
    ----------
    records : PersonRecords
        The records.
    a, b : sequence of str
        Record keys.

    Returns
    -------
    DataFrame
        A row a pair, all text: for each field the value of a, then that of b. Other names and addresses of a record stand in one
        cell, parted by `` | ``. Addresses of a record that is protected anywhere are not shown.

    Examples
    --------
    >>> shown = side_by_side(records, ["police|1"], ["DOC|7"])  # doctest: +SKIP
    """
    listed = _as_text(records)
    columns: dict[str, list[str]] = {}
    for name in listed.columns:
        for keys, end in ((a, "_a"), (b, "_b")):
            columns[f"{name}{end}"] = listed[name].reindex(keys).fillna("").tolist()
    return pd.DataFrame(columns)


def comparisons_in_words(found: Compared, a: Sequence[str], b: Sequence[str]) -> list[str]:
    """Say in words how the two records of pairs compare.

    Parameters
    ----------
    found : Compared
        The records, compared.
    a, b : sequence of str
        Record keys.

    Returns
    -------
    list of str
        Phrases parted by ``; ``. Empty where the two were never compared themselves.

    Examples
    --------
    >>> words = comparisons_in_words(found, ["police|1"], ["DOC|7"])  # doctest: +SKIP
    """
    at = pd.Index(found.prepared.keys)
    pairs = found.pairs.table
    rows = levels_of(pairs, at.get_indexer(pd.Index(a)), at.get_indexer(pd.Index(b)))
    names = comparison_names(pairs)
    levels = [pairs[name].to_numpy() for name in names]
    kept: dict[tuple[int, ...], str] = {}
    words = []
    for row in rows.tolist():
        if row < 0:
            words.append("")
            continue
        level = tuple(int(one[row]) for one in levels)
        if level not in kept:
            kept[level] = "; ".join(compared_in_words(found.model, dict(zip(names, level, strict=True))))
        words.append(kept[level])
    return words


def _as_text(records: PersonRecords) -> pd.DataFrame:
    """Give every record as text by its key."""
    people = records.people.set_index("record_key")
    shown = pd.DataFrame(index=people.index)
    shown["agency"] = records.places["agency"]
    for name in _FIELDS:
        values = people[name]
        if pd.api.types.is_datetime64_any_dtype(values):
            values = values.dt.strftime("%Y-%m-%d")
        shown[name] = values.astype("str").where(people[name].notna(), "")
    shown["other_names"] = _other_names(records).reindex(shown.index).fillna("")
    addresses = _addresses(records).reindex(shown.index).fillna("")
    hidden = records.places["is_protected"].reindex(shown.index).to_numpy(bool)
    shown["addresses"] = addresses.where(~(hidden & addresses.ne("").to_numpy(bool)), PROTECTED)
    known = people["known_at"]
    shown["known_since"] = known.dt.strftime("%Y-%m-%d").where(known.notna(), "")
    return shown


def _other_names(records: PersonRecords) -> pd.Series:
    aliases = records.aliases
    born = aliases["birth_date"].dt.strftime("%Y-%m-%d") if len(aliases) else pd.Series([], dtype="str")
    parts = [aliases["given_name"].fillna(""), aliases["surname"].fillna(""), born.fillna("")]
    texts = parts[0].astype("str") + " " + parts[1].astype("str") + " " + parts[2].astype("str")
    return _together(aliases["record_key"], texts.str.split().str.join(" "))


def _addresses(records: PersonRecords) -> pd.Series:
    """Give where a person lived, the latest first."""
    where = records.addresses.sort_values("start", ascending=False, na_position="last", kind="stable")
    return _together(where["record_key"], where["address"].astype("str"))


def _together(keys: pd.Series, texts: pd.Series) -> pd.Series:
    frame = pd.DataFrame({"key": keys.to_numpy(object), "text": texts.to_numpy(object)}).drop_duplicates()
    frame = frame[np.array([bool(text) for text in frame["text"]], dtype=bool)]
    frame = frame[frame.groupby("key").cumcount() < _SHOWN]
    return frame.groupby("key", sort=False)["text"].agg(" | ".join).astype("str")
