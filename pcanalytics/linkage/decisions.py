"""What reviewers decided of pairs: a link, not a link, or taken back. The last word on a pair counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem

__all__ = ["DECISION_COLUMNS", "VERDICTS", "Decided", "check_decisions", "standing_decisions"]

DECISION_COLUMNS = ("record_key_a", "record_key_b", "verdict", "decided_by", "decided_at", "why")
VERDICTS = {
    "link": "They are one person, whatever a guard says.",
    "not_a_link": "They are two people, whatever joins them.",
    "undone": "The verdict before is taken back.",
}


@dataclass(frozen=True)
class Decided:
    """Decisions that stand, as record numbers.

    Parameters
    ----------
    linked, parted : ndarray of int32
        Two columns: the pairs that are one person, and those that are two.
    unknown : int
        Decisions about a record that is not there (any more).
    """

    linked: np.ndarray
    parted: np.ndarray
    unknown: int


def check_decisions(decisions: pd.DataFrame) -> pd.DataFrame:
    """Check a frame of decisions.

    Parameters
    ----------
    decisions : DataFrame
        `DECISION_COLUMNS`, oldest first; only the first three must be there.

    Returns
    -------
    DataFrame
        The same frame.

    Raises
    ------
    InputRejected
        When a column is missing, a verdict is unknown, a key is missing, or a record is decided on with itself. Row
        numbers are given, no value.

    Examples
    --------
    >>> check_decisions(pd.DataFrame({"record_key_a": ["left|1"], "record_key_b": ["right|1"], "verdict": ["link"]})).shape
    (1, 3)
    """
    problems = [
        Problem(f"column {name} is missing", code="no_column") for name in DECISION_COLUMNS[:3] if name not in decisions
    ]
    if not problems:
        first, second = decisions["record_key_a"], decisions["record_key_b"]
        wrong = {
            "a record key is missing": first.isna() | second.isna(),
            "a record is decided on with itself": first.notna() & (first == second),
            f"a verdict is none of {', '.join(VERDICTS)}": ~decisions["verdict"].isin(list(VERDICTS)),
        }
        problems = [
            Problem(what, rows=int(bad.sum()), first_row=int(np.argmax(bad.to_numpy(bool))) + 1, code="bad_decision")
            for what, bad in wrong.items()
            if bad.any()
        ]
    if problems:
        raise InputRejected("These decisions cannot be used.", problems)
    return decisions


def standing_decisions(decisions: pd.DataFrame | None, keys: np.ndarray) -> Decided:
    """Find which decisions stand, and that none contradicts another.

    Parameters
    ----------
    decisions : DataFrame or None
        Oldest first. ``undone`` takes back the verdict on a pair before it; what was said before that does not come back.
    keys : ndarray
        The record keys, sorted.

    Returns
    -------
    Decided
        Sorted pairs; the lower record number first.

    Raises
    ------
    InputRejected
        When links that were decided on would put in one group two records that were decided to be two people. The rows
        of those decisions are given.

    Examples
    --------
    >>> said = pd.DataFrame({"record_key_a": ["a", "b"], "record_key_b": ["b", "a"], "verdict": ["link", "not_a_link"]})
    >>> standing_decisions(said, np.array(["a", "b"], dtype=object)).parted.tolist()
    [[0, 1]]
    """
    none = np.empty((0, 2), dtype=np.int32)
    if decisions is None or not len(decisions):
        return Decided(none, none, 0)
    check_decisions(decisions)
    at = pd.Index(keys)
    first, second = at.get_indexer(decisions["record_key_a"]), at.get_indexer(decisions["record_key_b"])
    known = (first >= 0) & (second >= 0)
    frame = pd.DataFrame(
        {
            "low": np.minimum(first, second)[known],
            "high": np.maximum(first, second)[known],
            "verdict": decisions["verdict"].to_numpy()[known],
            "row": np.flatnonzero(known) + 1,
        }
    )
    last = frame.drop_duplicates(["low", "high"], keep="last").sort_values(["low", "high"])
    linked, parted = last[last["verdict"] == "link"], last[last["verdict"] == "not_a_link"]
    _check_contradictions(linked, parted)
    pairs = [part[["low", "high"]].to_numpy(dtype=np.int32).reshape(-1, 2) for part in (linked, parted)]
    return Decided(pairs[0], pairs[1], int((~known).sum()))


def _check_contradictions(linked: pd.DataFrame, parted: pd.DataFrame) -> None:
    parent: dict[int, int] = {}

    def root(record: int) -> int:
        while parent.get(record, record) != record:
            record = parent[record]
        return record

    for low, high in zip(linked["low"], linked["high"], strict=True):
        one, other = sorted((root(int(low)), root(int(high))))
        parent[other] = one
    rows = [
        int(row)
        for low, high, row in zip(parted["low"], parted["high"], parted["row"], strict=True)
        if root(int(low)) == root(int(high))
    ]
    if rows:
        raise InputRejected(
            "Decisions contradict each other: records that are not a link would be joined by others that are.",
            [
                Problem(
                    f"the not_a_link of row {row} of the decisions is contradicted by links",
                    todo="Take back one of them.",
                    code="contradiction",
                )
                for row in sorted(rows)
            ],
        )
