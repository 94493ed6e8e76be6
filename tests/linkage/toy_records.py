"""Small frames of person records and scored pairs, for tests that know the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.linkage.preparing import Prepared, prepare
from pcanalytics.linkage.resolving import Resolution, resolve


def people(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make person records: ``key`` such as ``L1`` says the side; everything else is a column."""
    frame = pd.DataFrame([{**row, "record_key": row["key"]} for row in rows]).drop(columns="key")
    frame["side"] = np.where(frame["record_key"].str.startswith("R"), "right", "left")
    frame["source"] = np.where(frame["side"] == "left", "police", "DOC")
    return frame


def scored(prepared: Prepared, weights: dict[tuple[str, str], float]) -> pa.Table:
    """Make scored pairs of record keys and match weights."""
    at = {key: number for number, key in enumerate(prepared.keys)}
    pairs = sorted((min(at[a], at[b]), max(at[a], at[b]), weight) for (a, b), weight in weights.items())
    weight = np.array([pair[2] for pair in pairs], dtype=float)
    return pa.table(
        {
            "left": pa.array([pair[0] for pair in pairs], pa.int32()),
            "right": pa.array([pair[1] for pair in pairs], pa.int32()),
            "match_weight": weight,
            "match_probability": 1 / (1 + np.exp2(-weight)),
        }
    )


def resolved(rows: list[dict[str, Any]], weights: dict[tuple[str, str], float], **options: Any) -> Resolution:
    """Resolve records and scored pairs in one go."""
    prepared = prepare(people(rows))
    return resolve(prepared, scored(prepared, weights), **options)


def groups(rows: list[dict[str, Any]], resolution: Resolution) -> set[frozenset[str]]:
    """Give the groups as sets of record keys."""
    keys = sorted(row["key"] for row in rows)
    frame = pd.DataFrame({"key": keys, "person": resolution.person})
    return {frozenset(part) for _, part in frame.groupby("person")["key"]}


def parts(*written: str) -> set[frozenset[str]]:
    """Write groups shortly: ``parts("L1 R1", "L2")``."""
    return {frozenset(group.split()) for group in written}


def held(rows: list[dict[str, Any]], resolution: Resolution) -> dict[tuple[str, str], str]:
    """Give the queue as pairs of keys with their reason."""
    keys = sorted(row["key"] for row in rows)
    queue = resolution.queue.to_pylist()
    return {(keys[row["left"]], keys[row["right"]]): row["reason"] for row in queue}
