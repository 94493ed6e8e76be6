"""The scored pairs of a workspace, kept so that new records join without comparing all again.

``.pcanalytics/linkage/pairs.parquet`` and ``records.parquet`` hold record keys, a digest of each record as it was compared, and
the level numbers of every pair that was compared: no name and no date. How two records compare depends on the two alone, and is
taken over while neither changes. What a pair weighs depends also on how rare a name is among all records, so all pairs are weighed
again each time, which is quick.
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

from pcanalytics.linkage.blocking import rules_of
from pcanalytics.linkage.candidates import candidate_pairs, index_rules, ranges_of
from pcanalytics.linkage.comparing import ComparedPairs, comparing_linker, join_compared, levels_of
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.weighing import weigh
from pcanalytics.store.files import write_atomically

__all__ = ["ScoredPairs", "kept_pairs", "row_digests"]

#: Above this share of new and changed records all are compared again: that is quicker then.
_MOST_NEW = 0.5

#: About how many pairs are held in memory at once while they are compared or weighed.
_AT_ONCE = 2_000_000

#: Not compared, so a change of it is no change of the record.
_NOT_COMPARED = ("record",)


@dataclass(frozen=True)
class ScoredPairs:
    """Scored pairs, and how many records had to be compared for them.

    Parameters
    ----------
    table : pa.Table
        As :func:`pcanalytics.linkage.scoring.score` gives.
    compared : int
        Pairs that blocking brings together, now and before; those below the model's floor are not in ``table``.
    new, gone : int
        Records compared now, new or changed since; and records of the kept pairs that are there no more.
    """

    table: pa.Table
    compared: int
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
    """Score the pairs of records, comparing only those of which a record is new or has changed.

    The answer is that of :func:`pcanalytics.linkage.scoring.score` on all records, to the last bit: which pairs are compared and
    how they compare depends on the two records and the model and on nothing else, and all are weighed again.

    Parameters
    ----------
    prepared : Prepared
        All records.
    model : LinkModel
        What scores.
    folder : pathlib.Path
        Where pairs are kept.
    digest : str
        Of the model and the method; what was compared under another is not used.
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
    before = _read(folder, digest, model)
    if before is None:
        pairs, new, gone = _compared(prepared, model, None, threads, tell), len(prepared.keys), 0
    else:
        pairs, new, gone = _joined(prepared, model, digests, before, threads, tell)
    if before is None or new or gone:
        _write(folder, digest, prepared, digests, _as_table(pairs, model))
    return ScoredPairs(_weighed(prepared, model, pairs), len(pairs.left), new, gone)


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


def _names(model: LinkModel) -> list[str]:
    return [str(comparison["output_column_name"]) for comparison in model.settings["comparisons"]]


def _compared(
    prepared: Prepared,
    model: LinkModel,
    touching: np.ndarray | None,
    threads: int,
    tell: Callable[[str], None] | None,
) -> ComparedPairs:
    """Compare all pairs that blocking brings together, or those of which a record is marked."""
    if tell is not None:
        tell(f"comparing {len(prepared.keys) if touching is None else int(touching.sum()):,} records")
    index = index_rules(prepared.columns, rules_of(model.settings))
    linker = comparing_linker(prepared, model.settings, threads=threads)
    parts = [
        levels_of(linker, *candidate_pairs(index, first=first, last=last, touching=touching))
        for first, last in ranges_of(index, most=_AT_ONCE)
    ]
    return join_compared(parts, len(_names(model)))


def _weighed(prepared: Prepared, model: LinkModel, pairs: ComparedPairs) -> pa.Table:
    """Weigh compared pairs, and keep those above the model's floor."""
    parts = []
    for first in range(0, max(len(pairs.left), 1), _AT_ONCE):
        at = slice(first, first + _AT_ONCE)
        part = ComparedPairs(pairs.left[at], pairs.right[at], pairs.levels[at])
        weight = weigh(prepared, model, part)
        probability = np.asarray(1.0 / (1.0 + np.exp2(-weight)))
        scored = {"match_weight": weight, "match_probability": probability}
        levels = {name: part.levels[:, place] for place, name in enumerate(_names(model))}
        table = pa.table({"left": part.left, "right": part.right, **scored, **levels})
        parts.append(table.filter(pa.array(probability >= model.floor)))
    return pa.concat_tables(parts).combine_chunks()


def _joined(
    prepared: Prepared,
    model: LinkModel,
    digests: np.ndarray,
    before: tuple[np.ndarray, np.ndarray, ComparedPairs],
    threads: int,
    tell: Callable[[str], None] | None,
) -> tuple[ComparedPairs, int, int]:
    """Take over pairs of unchanged records, and compare those that touch another; also count new and gone records."""
    keys, known, pairs = before
    now = pd.Index(prepared.keys).get_indexer(keys)
    there = now >= 0
    unchanged = there.copy()
    unchanged[there] = digests[now[there]] == known[there]
    new = np.ones(len(prepared.keys), dtype=bool)
    new[now[unchanged]] = False
    gone = int((~there).sum())
    if new.sum() > _MOST_NEW * len(new):
        return _compared(prepared, model, None, threads, tell), int(new.sum()), gone
    kept = unchanged[pairs.left] & unchanged[pairs.right]
    left, right = (now[side[kept]].astype(np.int32) for side in (pairs.left, pairs.right))  # both are in order of keys
    old = ComparedPairs(left, right, pairs.levels[kept])
    if not new.any():
        return old, 0, gone
    fresh = _compared(prepared, model, new, threads, tell)
    return _in_order(old, fresh), int(new.sum()), gone


def _in_order(one: ComparedPairs, other: ComparedPairs) -> ComparedPairs:
    left, right = np.concatenate([one.left, other.left]), np.concatenate([one.right, other.right])
    order = np.lexsort((right, left))
    return ComparedPairs(left[order], right[order], np.concatenate([one.levels, other.levels])[order])


def _as_table(pairs: ComparedPairs, model: LinkModel) -> pa.Table:
    levels = {name: np.ascontiguousarray(pairs.levels[:, place]) for place, name in enumerate(_names(model))}
    return pa.table({"left": pairs.left, "right": pairs.right, **levels})


def _read(folder: Path, digest: str, model: LinkModel) -> tuple[np.ndarray, np.ndarray, ComparedPairs] | None:
    """Read what is kept; None when there is nothing, or it was compared otherwise. A damaged file is as good as none."""
    try:
        records = pq.read_table(pa.BufferReader((folder / "records.parquet").read_bytes()))
        pairs = pq.read_table(pa.BufferReader((folder / "pairs.parquet").read_bytes()))
    except (OSError, pa.ArrowInvalid):
        return None
    said = {(table.schema.metadata or {}).get(b"digest") for table in (records, pairs)}
    if said != {_of(digest, records)}:
        return None
    keys = records["record_key"].to_numpy(zero_copy_only=False)
    levels = np.column_stack([pairs[name].to_numpy() for name in _names(model)])
    return (
        keys,
        records["digest"].to_numpy(),
        ComparedPairs(pairs["left"].to_numpy(), pairs["right"].to_numpy(), levels),
    )


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
