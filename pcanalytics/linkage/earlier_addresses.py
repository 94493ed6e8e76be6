"""Where a person lived before or since: columns to find and compare those addresses, and the levels that use them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from pcanalytics.linkage.cleaning import apply_distinct, clean_address
from pcanalytics.linkage.comparisons import Comparison, Level

__all__ = ["OTHER_ADDRESSES", "address_columns", "with_addresses"]

OTHER_ADDRESSES = ("address_1", "address_2", "address_3")
_SLACK_DAYS = 90.0  # a move is written down late
_ALWAYS = 1e6
_SHARED_BY = 30  # an address that more records have is an institution's, and says nothing about a person


def address_columns(
    keys: np.ndarray, own: np.ndarray, known_at: np.ndarray, addresses: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Give each record up to three addresses besides its own, the latest first, and when each was lived at.

    Parameters
    ----------
    keys : ndarray
        Record keys, in the order of the records.
    own : ndarray
        Each record's own address, cleaned.
    known_at : ndarray of datetime64
        When each record was first known: its own address was right then, where no period says more.
    addresses : DataFrame, optional
        record_key, address, start, end; a missing start or end is open. Records that are not there are passed over.

    Returns
    -------
    dict of str to ndarray
        address_from and address_to of the own address, and each of `OTHER_ADDRESSES` with its _from and _to: days since 1970,
        widened by 90 days because moves are written down late; NaN where nothing is known. Addresses that more than 30 records
        have are left out, being institutions.

    Examples
    --------
    >>> addresses = pd.DataFrame({"record_key": ["a"], "address": ["12 Elm St"], "start": [pd.Timestamp("1970-04-11")],
    ...                           "end": [pd.NaT]})
    >>> keys, own = np.array(["a"], dtype=object), np.array(["9 OAK ST"], dtype=object)
    >>> columns = address_columns(keys, own, np.array(["NaT"], dtype="datetime64[us]"), addresses)
    >>> columns["address_1"].tolist(), columns["address_1_from"].tolist(), columns["address_1_to"].tolist()
    (['12 ELM ST'], [10.0], [1000090.0])
    """
    known = _days(known_at)
    columns = {"address_from": known - _SLACK_DAYS, "address_to": known + _SLACK_DAYS}
    for name in OTHER_ADDRESSES:
        columns[name] = np.full(len(keys), None, dtype=object)
        columns[f"{name}_from"] = np.full(len(keys), np.nan)
        columns[f"{name}_to"] = np.full(len(keys), np.nan)
    if addresses is None or addresses.empty:
        return columns
    spans = _spans(keys, addresses)
    is_own = spans["address"].to_numpy(object) == own[spans["record"]]
    rows = spans[is_own]
    columns["address_from"][rows["record"]], columns["address_to"][rows["record"]] = rows["from"], rows["to"]
    _fill_others(columns, spans[~is_own])
    return columns


def _days(times: np.ndarray) -> np.ndarray:
    stamps = times.astype("datetime64[D]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(float))


def _spans(keys: np.ndarray, addresses: pd.DataFrame) -> pd.DataFrame:
    start = _days(pd.to_datetime(addresses["start"]).to_numpy("datetime64[us]"))
    end = _days(pd.to_datetime(addresses["end"]).to_numpy("datetime64[us]"))
    found = pd.DataFrame(
        {
            "record": pd.Index(keys).get_indexer(addresses["record_key"]),
            "address": apply_distinct(addresses["address"], clean_address),
            "from": np.where(np.isnan(start), -_ALWAYS, start) - _SLACK_DAYS,
            "to": np.where(np.isnan(end), _ALWAYS, end) + _SLACK_DAYS,
        }
    )
    found = found[(found["record"] >= 0) & found["address"].notna()]
    return found.groupby(["record", "address"], as_index=False).agg({"from": "min", "to": "max"})


def _fill_others(columns: dict[str, np.ndarray], spans: pd.DataFrame) -> None:
    shared_by = spans.groupby("address")["record"].transform("size")
    spans = spans[shared_by <= _SHARED_BY]
    spans = spans.sort_values(["record", "to", "from", "address"], ascending=[True, False, False, True])
    place = spans.groupby("record").cumcount()
    for number, name in enumerate(OTHER_ADDRESSES):
        rows = spans[place == number]
        columns[name][rows["record"]] = rows["address"]
        columns[f"{name}_from"][rows["record"]] = rows["from"]
        columns[f"{name}_to"][rows["record"]] = rows["to"]


def with_addresses(comparison: Comparison, known: Collection[str]) -> Comparison:
    """Add to the comparison of places what earlier and later addresses can say.

    Parameters
    ----------
    comparison : Comparison
        Any.
    known : collection of str
        The columns that hold something.

    Returns
    -------
    Comparison
        The same where no other address is known, or another thing is compared.

    Examples
    --------
    >>> from pcanalytics.linkage.comparisons import COMPARISONS
    >>> place = next(comparison for comparison in COMPARISONS if comparison.name == "place")
    >>> len(with_addresses(place, {"address_1"}).levels) - len(place.levels)
    2
    """
    names = [name for name in OTHER_ADDRESSES if name in known]
    if not names or comparison.name != "place":
        return comparison
    pairs = [(name, "address") for name in names] + [("address", name) for name in names]
    pairs += [(one, other) for one in names[:2] for other in names[:2]]
    at_once = [
        f'("{one}_l" = "{other}_r" AND "{one}_from_l" <= "{other}_to_r" AND "{other}_from_r" <= "{one}_to_l")'
        for one, other in pairs
    ]
    ever = [f'"{one}_l" = "{other}_r"' for one, other in pairs]
    first, *rest = comparison.levels
    then = Level("an address that both had at one time", " OR ".join(at_once), 0.06, 0.05, namesakes=0.05)
    once = Level("an address that both had, at different times", " OR ".join(ever), 0.04, 0.02, namesakes=0.03)
    return replace(comparison, levels=(first, then, once, *rest))
