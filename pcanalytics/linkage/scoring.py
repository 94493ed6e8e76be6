"""Every pair that is worth a look, scored.

Blocking rules bring pairs together, a quick look drops those that cannot reach the model's floor, and Splink compares the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from pcanalytics.linkage.blocking import rules_of
from pcanalytics.linkage.candidates import candidate_pairs, index_rules, ranges_of
from pcanalytics.linkage.comparing import ComparedPairs, comparing_linker, join_compared, levels_of
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.screening import make_screen
from pcanalytics.linkage.weighing import weigh

__all__ = ["score", "score_new"]

_AT_ONCE, _LOOKED_AT_ONCE = 1_000_000, 1_000_000
Progress = Callable[[float], None]


def score(
    prepared: Prepared, model: LinkModel, *, threads: int = 2, chunks: int = 1, progress: Progress | None = None
) -> pa.Table:
    """Score every pair that a blocking rule brings together.

    Parameters
    ----------
    prepared : Prepared
        The records.
    model : LinkModel
        Trained on these or on like records.
    threads : int
        How many.
    chunks : int
        Into at least how many parts the work is cut. The answer is the same, to the last bit.
    progress : callable, optional
        Told the share of the work done, from 0 to 1, after each part.

    Returns
    -------
    pa.Table
        left, right (record numbers, left < right), match_weight (bits), match_probability, one int8 column a comparison
        (the level number, -1 where missing); pairs at or above the model's floor, in order of left, then right.

    Raises
    ------
    InputRejected
        When the records lack a column that the model compares.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> from pcanalytics.linkage.training import train
    >>> model = train(prepared)
    >>> score(prepared, model).select(["left", "right"]).to_pylist()
    [{'left': 0, 'right': 1}]
    """
    return _scored(prepared, model, None, threads, chunks, progress)


def score_new(
    prepared: Prepared,
    new_rows: np.ndarray,
    model: LinkModel,
    *,
    threads: int = 2,
    chunks: int = 1,
    progress: Progress | None = None,
) -> pa.Table:
    """Score only the pairs that touch a new record: exactly those rows of `score`.

    Parameters
    ----------
    prepared : Prepared
        All records, old and new.
    new_rows : ndarray of bool
        Which are new.
    model, threads, chunks, progress
        As for `score`.

    Returns
    -------
    pa.Table
        As `score` gives.

    Raises
    ------
    InputRejected
        As `score` does.

    Examples
    --------
    >>> import pandas as pd
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1", "right|2"], "side": ["left", "right", "right"],
    ...                        "source": ["police", "prison", "prison"], "surname": ["Roe", "Roe", "Doe"],
    ...                        "given_name": ["Ann", "Ann", "Bob"], "birth_date": ["1990-05-06", "1990-05-06", None]})
    >>> prepared = prepare(people)
    >>> from pcanalytics.linkage.training import train
    >>> model = train(prepared)
    >>> len(score_new(prepared, np.array([False, False, True]), model))
    0
    """
    return _scored(prepared, model, np.asarray(new_rows, dtype=bool), threads, chunks, progress)


def _scored(
    prepared: Prepared,
    model: LinkModel,
    touching: np.ndarray | None,
    threads: int,
    chunks: int,
    progress: Progress | None,
) -> pa.Table:
    tell = progress or (lambda share: None)
    left, right = _possible(prepared, model, touching, threads, chunks, tell)
    linker = comparing_linker(prepared, model.settings, threads=threads)
    most = min(_AT_ONCE, -(-len(left) // max(chunks, 1)) or 1)
    parts = []
    for first in range(0, len(left), most):
        compared = levels_of(linker, left[first : first + most], right[first : first + most])
        parts.append(_likely(prepared, model, compared))
        tell(0.5 + 0.5 * min(1.0, (first + most) / len(left)))
    pairs = join_compared([part for part, _ in parts], len(model.settings["comparisons"]))
    weight = np.concatenate([np.zeros(0), *(part for _, part in parts)])
    names = [comparison["output_column_name"] for comparison in model.settings["comparisons"]]
    return pa.table(
        {
            "left": pairs.left,
            "right": pairs.right,
            "match_weight": weight,
            "match_probability": _probability(weight),
            **{name: np.ascontiguousarray(pairs.levels[:, place]) for place, name in enumerate(names)},
        }
    )


def _possible(
    prepared: Prepared, model: LinkModel, touching: np.ndarray | None, threads: int, chunks: int, tell: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Find the pairs that can reach the floor, in order."""
    index = index_rules(prepared.columns, rules_of(model.settings))
    screen = make_screen(prepared, model)

    def look(ends: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        left, right = candidate_pairs(index, first=ends[0], last=ends[1], touching=touching)
        kept = screen.keep(left, right)
        return left[kept], right[kept]

    ranges = list(ranges_of(index, most=_LOOKED_AT_ONCE, chunks=chunks))
    none = np.zeros(0, dtype=np.int32)
    found = [(none, none)]
    pool = ThreadPoolExecutor(max_workers=max(threads, 1))
    try:
        for done, part in enumerate(pool.map(look, ranges), start=1):
            found.append(part)
            tell(0.5 * done / len(ranges))
    finally:
        pool.shutdown(cancel_futures=True)
    return np.concatenate([left for left, _ in found]), np.concatenate([right for _, right in found])


def _probability(weight: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp2(-weight)))


def _likely(prepared: Prepared, model: LinkModel, pairs: ComparedPairs) -> tuple[ComparedPairs, np.ndarray]:
    weight = weigh(prepared, model, pairs)
    kept = _probability(weight) >= model.floor
    return ComparedPairs(pairs.left[kept], pairs.right[kept], pairs.levels[kept]), weight[kept]
