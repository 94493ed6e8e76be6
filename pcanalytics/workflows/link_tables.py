"""Persons and links as the declared tables that the store keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.linkage.linking import LinkResult
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.resolving import Resolution
from pcanalytics.tables import TABLES
from pcanalytics.workflows.person_records import KEY_COLUMNS, PersonRecords

__all__ = ["comparison_names", "levels_of", "link_tables", "police_first"]

#: The columns of scored pairs that are no comparison.
_NOT_LEVELS = ("left", "right", "match_weight", "match_probability")


def link_tables(
    records: PersonRecords,
    prepared: Prepared,
    pairs: pa.Table,
    resolution: Resolution,
    result: LinkResult,
    *,
    model: str,
    decisions: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the tables ``person_links`` and ``record_links``.

    Parameters
    ----------
    records : PersonRecords
        Whose records.
    prepared : Prepared
        As they were compared.
    pairs : pa.Table
        Their scored pairs.
    resolution, result : Resolution, LinkResult
        What was made of them.
    model, decisions : str
        Digests that are kept beside each row.

    Returns
    -------
    tuple of DataFrame
        A row a record; and a row a pair that is linked (every two of the two sides, and within a side those that joined) or that
        waits for a reviewer. Nothing in them depends on the clock.

    Examples
    --------
    >>> people, links = link_tables(*parts, model=digest, decisions=digest)  # doctest: +SKIP
    """
    people = result.people.join(records.places[KEY_COLUMNS], on="record_key")
    people = people.assign(
        link_count=people["size"] - 1, model=model, decisions=decisions, linked_as_of=records.as_of.normalize()
    )
    people = people[list(TABLES["person_links"].names)].sort_values(KEY_COLUMNS, ignore_index=True)
    return people, _links(records, prepared, pairs, resolution, result).assign(model=model)[
        list(TABLES["record_links"].names)
    ]


def comparison_names(pairs: pa.Table) -> list[str]:
    """Name the comparisons of scored pairs.

    Parameters
    ----------
    pairs : pa.Table
        From :func:`pcanalytics.linkage.scoring.score`.

    Examples
    --------
    >>> comparison_names(pa.table({"left": [0], "right": [1], "match_weight": [1.0], "match_probability": [0.6], "sex": [1]}))
    ['sex']
    """
    return [name for name in pairs.column_names if name not in _NOT_LEVELS]


def levels_of(pairs: pa.Table, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Find pairs among the scored ones.

    Parameters
    ----------
    pairs : pa.Table
        Scored, sorted by left, then right.
    left, right : ndarray
        Record numbers, in any order.

    Returns
    -------
    ndarray of int64
        The row of each; -1 where the two were never compared or scored too low to be kept.

    Examples
    --------
    >>> levels_of(pa.table({"left": [0, 0], "right": [1, 2]}), np.array([2, 1]), np.array([0, 2])).tolist()
    [1, -1]
    """
    code = (pairs["left"].to_numpy().astype(np.int64) << 32) | pairs["right"].to_numpy().astype(np.int64)
    wanted = (np.minimum(left, right).astype(np.int64) << 32) | np.maximum(left, right).astype(np.int64)
    if not len(code):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(code, wanted), len(code) - 1)
    return np.where(code[at] == wanted, at, -1)


def police_first(found: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Put a police record before one of corrections, and otherwise the lesser key first.

    Parameters
    ----------
    found : DataFrame
        With record keys in ``left`` and ``right``.
    places : DataFrame
        Of :class:`pcanalytics.workflows.person_records.PersonRecords`.

    Examples
    --------
    >>> places = pd.DataFrame({"side": ["police", "corrections"]}, index=["police|1", "DOC|1"])
    >>> police_first(pd.DataFrame({"left": ["DOC|1"], "right": ["police|1"]}), places)["left"].tolist()
    ['police|1']
    """
    is_police = places["side"].eq("police")
    one = ~is_police.reindex(found["left"]).to_numpy(bool)
    other = ~is_police.reindex(found["right"]).to_numpy(bool)
    swap = (one & ~other) | ((one == other) & (found["left"] > found["right"]).to_numpy(bool))
    left, right = found["left"].to_numpy(object), found["right"].to_numpy(object)
    return found.assign(left=np.where(swap, right, left), right=np.where(swap, left, right))


def _links(
    records: PersonRecords, prepared: Prepared, pairs: pa.Table, resolution: Resolution, result: LinkResult
) -> pd.DataFrame:
    at = pd.Index(prepared.keys)
    across = result.links[result.links["status"].eq("link")]
    joins = resolution.links
    own = pd.DataFrame(
        {
            "left": prepared.keys[joins["left"].to_numpy()],
            "right": prepared.keys[joins["right"].to_numpy()],
            "match_probability": joins["match_probability"].to_numpy(),
            "reason": joins["reason"].to_numpy(zero_copy_only=False),
        }
    ).assign(status="link", via=1)
    waiting = result.queue.assign(status="review", via=1)
    columns = ["left", "right", "match_probability", "status", "reason", "via"]
    found = pd.concat([frame[columns] for frame in (across, own, waiting) if len(frame)] or [own[columns]])
    found = police_first(found, records.places)
    found = found.drop_duplicates(["left", "right"], keep="first").reset_index(drop=True)
    rows = levels_of(pairs, at.get_indexer(found["left"]), at.get_indexer(found["right"]))
    places = [_named(records.places, found[side], end) for side, end in (("left", "_a"), ("right", "_b"))]
    made = pd.concat([*places, found[columns[2:]].assign(levels=_texts(pairs, rows))], axis=1)
    return made.sort_values(list(TABLES["record_links"].key), ignore_index=True)


def _named(places: pd.DataFrame, keys: pd.Series, end: str) -> pd.DataFrame:
    return places.loc[keys, KEY_COLUMNS].add_suffix(end).reset_index(drop=True)


def _texts(pairs: pa.Table, rows: np.ndarray) -> Sequence[str | None]:
    """Write the levels of pairs, such as ``surname 4 birth_date 6``; what either record lacks is left out."""
    names = comparison_names(pairs)
    if not names or not len(rows):
        return [None] * len(rows)
    matrix = np.column_stack([pairs[name].to_numpy() for name in names])[np.maximum(rows, 0)]
    distinct, back = np.unique(matrix, axis=0, return_inverse=True)
    texts = np.array(
        [
            " ".join(f"{name} {level}" for name, level in zip(names, row, strict=True) if level >= 0)
            for row in distinct.tolist()
        ],
        dtype=object,
    )
    written = texts[back.ravel()].tolist()
    return [text if row >= 0 else None for text, row in zip(written, rows.tolist(), strict=True)]
