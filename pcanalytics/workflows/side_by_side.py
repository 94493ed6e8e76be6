"""Two records of people side by side, for the eyes of the person who decides: nothing of it belongs on a page or in a log."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pcanalytics.linkage.wording import compared_in_words
from pcanalytics.workflows.link_tables import comparison_names, levels_of
from pcanalytics.workflows.linking import Compared, Linked
from pcanalytics.workflows.person_records import PersonRecords

__all__ = ["PROTECTED", "comparisons_in_words", "other_records", "side_by_side"]

#: What stands in place of an address that may not be listed.
PROTECTED = "protected"

#: Most further names or addresses of a record that are shown.
_SHOWN = 5

#: The numbers that other records of a person are listed with, and what they are called there.
_NUMBERS = {"sid": "SID", "fbi_number": "FBI", "driver_license": "DL", "local_id": "local"}

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
        cell, parted by `` | ``. Addresses are not shown where either record of the pair is protected anywhere: beside the words of the
        comparison one of them would tell the other.

    Examples
    --------
    >>> shown = side_by_side(records, ["police|1"], ["DOC|7"])  # doctest: +SKIP
    """
    listed = _as_text(records)
    columns: dict[str, list[str]] = {}
    for name in listed.columns:
        for keys, end in ((a, "_a"), (b, "_b")):
            columns[f"{name}{end}"] = listed[name].reindex(keys).fillna("").tolist()
    shown = pd.DataFrame(columns)
    protected = records.places["is_protected"]
    hidden = protected.reindex(a).to_numpy(bool) | protected.reindex(b).to_numpy(bool)
    for name in ("addresses_a", "addresses_b"):
        shown[name] = shown[name].where(~(hidden & shown[name].ne("").to_numpy(bool)), PROTECTED)
    return shown


def other_records(linked: Linked, keys: Sequence[str]) -> list[str]:
    """Say which other records are already put together with some: whoever links two records links all of these.

    Parameters
    ----------
    linked : Linked
        The persons.
    keys : sequence of str
        Record keys.

    Returns
    -------
    list of str
        For each, up to five other records of its person, parted by `` | ``: the key, the name, the birth date and the numbers, and no
        address. Empty where the person has no other.

    Examples
    --------
    >>> others = other_records(linked, ["police|1"])  # doctest: +SKIP
    """
    person = linked.result.people.set_index("record_key")["person_id"]
    members = person[person.isin(set(person.reindex(keys)))]
    records = linked.compared.records.people.set_index("record_key").loc[members.index]
    born = _dates(records["birth_date"])
    parts = [records[name].fillna("").astype("str") for name in ("given_name", "middle_name", "surname", "suffix")]
    parts += [born, *(_labeled(records[name], label) for name, label in _NUMBERS.items())]
    cells = pd.concat(parts, axis=1).to_numpy(object)
    texts = [f"{key}: {' '.join(filter(None, row))}" for key, row in zip(members.index, cells, strict=True)]
    of = pd.DataFrame({"key": members.index, "person": members.to_numpy(object), "text": texts}).groupby("person")
    listed = {str(name): list(zip(group["key"], group["text"], strict=True)) for name, group in of}
    return [_others(listed[person[key]], key) for key in keys]


def _others(records: Sequence[tuple[str, str]], key: str) -> str:
    texts = [text for one, text in records if one != key]
    more = [f"and {len(texts) - _SHOWN:,} more"] if len(texts) > _SHOWN else []
    return " | ".join([*texts[:_SHOWN], *more])


def _labeled(values: pd.Series, label: str) -> pd.Series:
    return (label + " " + values.astype("str")).where(values.notna() & values.ne(""), "")


def _dates(values: pd.Series) -> pd.Series:
    """Write dates as the year, month and day; a missing one is empty."""
    written = values.dt.strftime("%Y-%m-%d") if pd.api.types.is_datetime64_any_dtype(values) else values.astype("str")
    return written.where(values.notna(), "")


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
        shown[name] = _dates(people[name])
    shown["other_names"] = _other_names(records).reindex(shown.index).fillna("")
    addresses = _addresses(records).reindex(shown.index).fillna("")
    shown["addresses"] = addresses
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
