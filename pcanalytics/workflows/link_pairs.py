"""The scored pairs of a workspace, kept so that new records join without comparing all again.

``.pcanalytics/linkage/pairs.parquet`` and ``records.parquet`` hold record keys, a digest of each record as it was compared, and
the level numbers of pairs: no name and no date.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.scoring import score, score_new
from pcanalytics.store.files import write_atomically

__all__ = ["ScoredPairs", "kept_pairs", "row_digests"]

#: Above this share of new and changed records all are compared again: that is quicker then.
_MOST_NEW = 0.5

#: Not compared, so a change of it is no change of the record.
_NOT_COMPARED = ("record",)


@dataclass(frozen=True)
class ScoredPairs:
    """Scored pairs, and how many records had to be compared for them.

    Parameters
    ----------
    table : pa.Table
        As :func:`pcanalytics.linkage.scoring.score` gives.
    new, gone : int
        Records compared now, new or changed since; and records of the kept pairs that are there no more.
    """

    table: pa.Table
    new: int
    gone: int


def kept_pairs(
    prepared: Prepared,
    model: LinkModel,
    *,
    folder: Path,
    digest: str,
    threads: int = 2,
    tell: Callable[[str], None] | None = None,
) -> ScoredPairs:
    """Score the pairs of records, taking over those scored before where neither record has changed.

    The answer is that of :func:`pcanalytics.linkage.scoring.score` on all records: what a pair scores depends on its two
    records and the model and on nothing else, so a pair of two unchanged records scores what it scored.

    Parameters
    ----------
    prepared : Prepared
        All records.
    model : LinkModel
        What scores.
    folder : pathlib.Path
        Where pairs are kept.
    digest : str
        Of the model and the method; pairs kept under another are not used.
    threads : int, default 2
        How many.
    tell : callable, optional
        Told how many records are compared.

    Returns
    -------
    ScoredPairs
        Sorted by left, then right.

    Raises
    ------
    OSError
        When they cannot be kept.

    Examples
    --------
    >>> pairs = kept_pairs(prepared, model, folder=folder, digest=digest)  # doctest: +SKIP
    """
    digests = row_digests(prepared)
    before = _read(folder, digest)
    if before is None:
        found = ScoredPairs(_told(score, prepared, model, threads, tell), len(prepared.keys), 0)
    else:
        found = _joined(prepared, model, digests, before, threads, tell)
    if before is None or found.new or found.gone:
        _write(folder, digest, prepared, digests, found.table)
    return found


def row_digests(prepared: Prepared) -> np.ndarray:
    """Give a number to each record as it is compared, so that a change shows.

    Parameters
    ----------
    prepared : Prepared
        The records.

    Returns
    -------
    ndarray of uint64
        One a record. Records alike in everything that is compared have the same.

    Examples
    --------
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["a", "b"], "side": "left", "source": "x", "surname": ["ROE", "ROE"]})
    >>> len(set(row_digests(prepare(people)).tolist()))
    1
    """
    total = np.zeros(len(prepared.keys), dtype=np.uint64)
    for name in prepared.table.column_names:
        if name in _NOT_COMPARED:
            continue
        column = prepared.table[name]
        if pa.types.is_nested(column.type):
            texts = pa.array(
                [None if one is None else "\x1f".join(map(str, one)) for one in column.to_pylist()], pa.string()
            )
        else:
            texts = pc.cast(column, pa.string())
        hashed = _hashed(texts, name)
        total = (total * np.uint64(0x9E3779B97F4A7C15)) ^ hashed
    return total


def _hashed(texts: pa.Array | pa.ChunkedArray, name: str) -> np.ndarray:
    """Hash each distinct text once; a missing one is not an empty one."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    coded = array.dictionary_encode()
    key = name.encode()[:16]
    words = [
        hashlib.blake2b(word.encode(), digest_size=8, person=key).digest() for word in coded.dictionary.to_pylist()
    ]
    numbers = np.frombuffer(
        b"".join([*words, hashlib.blake2b(b"", digest_size=8, salt=b"missing").digest()]), np.uint64
    )
    return numbers[coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False).astype(np.int64)]


def _told(
    method: Callable[..., pa.Table],
    prepared: Prepared,
    model: LinkModel,
    threads: int,
    tell: Callable[[str], None] | None,
    *which: np.ndarray,
) -> pa.Table:
    number = int(which[0].sum()) if which else len(prepared.keys)
    if tell is not None:
        tell(f"comparing {number:,} records")
    return method(prepared, *which, model, threads=threads)


def _joined(
    prepared: Prepared,
    model: LinkModel,
    digests: np.ndarray,
    before: tuple[np.ndarray, np.ndarray, pa.Table],
    threads: int,
    tell: Callable[[str], None] | None,
) -> ScoredPairs:
    """Take over pairs of unchanged records, and score those that touch another."""
    keys, known, pairs = before
    now = pd.Index(prepared.keys).get_indexer(keys)
    there = now >= 0
    unchanged = there.copy()
    unchanged[there] = digests[now[there]] == known[there]
    new = np.ones(len(prepared.keys), dtype=bool)
    new[now[unchanged]] = False
    gone = int((~there).sum())
    if new.sum() > _MOST_NEW * len(new):
        return ScoredPairs(_told(score, prepared, model, threads, tell), int(new.sum()), gone)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    kept = unchanged[left] & unchanged[right]
    old = pairs.filter(pa.array(kept))
    for place, (name, side) in enumerate((("left", left), ("right", right))):
        old = old.set_column(place, name, pa.array(now[side[kept]].astype(np.int32)))
    if not new.any():
        return ScoredPairs(old.combine_chunks(), 0, gone)
    fresh = _told(score_new, prepared, model, threads, tell, new)
    both = pa.concat_tables([old, fresh.select(old.column_names).cast(old.schema)])
    return ScoredPairs(both.sort_by([("left", "ascending"), ("right", "ascending")]), int(new.sum()), gone)


def _read(folder: Path, digest: str) -> tuple[np.ndarray, np.ndarray, pa.Table] | None:
    """Read what is kept; None when there is nothing, or it was scored otherwise. A damaged file is as good as none."""
    try:
        records = pq.read_table(pa.BufferReader((folder / "records.parquet").read_bytes()))
        pairs = pq.read_table(pa.BufferReader((folder / "pairs.parquet").read_bytes()))
    except (OSError, pa.ArrowInvalid):
        return None
    said = {(table.schema.metadata or {}).get(b"digest") for table in (records, pairs)}
    if said != {_of(digest, records)}:
        return None
    keys = records["record_key"].to_numpy(zero_copy_only=False)
    return keys, records["digest"].to_numpy(), pairs.replace_schema_metadata(None)


def _of(digest: str, records: pa.Table) -> bytes:
    """Give a digest of the method and of the records: two files that do not belong together do not pass for one."""
    found = hashlib.sha256(digest.encode())
    found.update("\x1f".join(records["record_key"].to_pylist()).encode())
    found.update(records["digest"].to_numpy().tobytes())
    return found.hexdigest().encode()


def _write(folder: Path, digest: str, prepared: Prepared, digests: np.ndarray, pairs: pa.Table) -> None:
    records = pa.table({"record_key": pa.array(prepared.keys, pa.string()), "digest": pa.array(digests, pa.uint64())})
    said = {b"digest": _of(digest, records)}
    for name, table in (("pairs", pairs), ("records", records)):
        stream = io.BytesIO()
        pq.write_table(table.replace_schema_metadata(said), stream, compression="zstd")
        write_atomically(folder / f"{name}.parquet", stream.getvalue(), private=True)
