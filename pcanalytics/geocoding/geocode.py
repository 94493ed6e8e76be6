"""Addresses as written -> where they are, how that was found, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
from numpy.typing import NDArray

from pcanalytics.geocoding.answers import Answers, answer
from pcanalytics.geocoding.areas import AGREES, UNCHECKED
from pcanalytics.geocoding.matching import prepare
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.tiers import MATCH_TYPES, MOST_RISK

__all__ = ["RESULT_COLUMNS", "geocode"]

#: Columns of a result, in order.
RESULT_COLUMNS = (
    "form",
    "status",
    "match_type",
    "match_score",
    "error_m",
    "candidates",
    "matched_as",
    "reason",
    "is_institution",
    "area_agrees",
    "reference",
    "vintage",
    "x",
    "y",
    "lon",
    "lat",
)
_STATUSES = ("M", "T", "U")


def geocode(
    addresses: pd.Series | pa.Array | pa.ChunkedArray,
    reference: Reference,
    *,
    areas: pd.Series | None = None,
    drawn: gpd.GeoDataFrame | None = None,
    most_risk: float = MOST_RISK,
    threads: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Find where addresses are, as they are written."""
    strings, codes, index = _distinct(addresses)
    answers = answer(strings, prepare(reference), most_risk=most_risk, threads=threads, progress=progress)
    if areas is not None and drawn is not None:
        answers, codes = _with_areas(answers, codes, areas, drawn)
    return _frame(answers, codes, reference, index)


def _distinct(addresses: pd.Series | pa.Array | pa.ChunkedArray) -> tuple[pa.Array, NDArray[np.int64], pd.Index]:
    """Give the distinct strings, a null last, and for each record which it is."""
    if isinstance(addresses, pd.Series):
        index, written = addresses.index, pa.array(addresses, from_pandas=True)
    else:
        index, written = pd.RangeIndex(len(addresses)), addresses
    if not pa.types.is_dictionary(written.type):
        written = written.cast(pa.string()).dictionary_encode()
    if isinstance(written, pa.ChunkedArray):
        written = written.unify_dictionaries().combine_chunks()
    if isinstance(written, pa.ChunkedArray):
        written = pa.concat_arrays(written.chunks)
    words = written.dictionary.cast(pa.string())
    codes = pc.fill_null(written.indices, len(words)).to_numpy(zero_copy_only=False)
    return pa.concat_arrays([words, pa.array([None], pa.string())]), codes, index


def _with_areas(answers: Answers, codes: NDArray, areas: pd.Series, drawn: gpd.GeoDataFrame) -> tuple[Answers, NDArray]:
    """Hold the places against the area recorded: one row for each string and area together."""
    named = pd.Categorical(areas.to_numpy())
    pair = codes.astype(np.int64) * (len(named.categories) + 1) + named.codes + 1
    pairs, where = np.unique(pair, return_inverse=True)
    string, area = np.divmod(pairs, len(named.categories) + 1)
    names = np.array([None, *named.categories], dtype=object)[area]
    settled = answers.take(string).settled(names, drawn)
    return settled, where.reshape(-1)


def _frame(answers: Answers, codes: NDArray, reference: Reference, index: pd.Index) -> pd.DataFrame:
    """Give every record the answer of its string."""
    to_lonlat = pyproj.Transformer.from_crs(reference.crs, "EPSG:4326", always_xy=True)
    hit = answers.status == 0
    lon, lat = np.full(len(hit), np.nan), np.full(len(hit), np.nan)
    if hit.any():
        lon[hit], lat[hit] = to_lonlat.transform(answers.x[hit], answers.y[hit])
    n = len(codes)
    checked = answers.area_agrees[codes]
    columns = {
        "form": _category(answers.form[codes], list(FORMS)),
        "status": _category(answers.status[codes], _STATUSES),
        "match_type": _category(answers.match_type[codes], MATCH_TYPES),
        "match_score": answers.score[codes],
        "error_m": answers.error_m[codes],
        "candidates": answers.candidates[codes],
        "matched_as": _category(answers.matched_code[codes], answers.matched_as),
        "reason": _category(answers.reason[codes], list(REASONS)),
        "is_institution": answers.is_institution[codes],
        "area_agrees": pd.arrays.BooleanArray(checked == AGREES, checked == UNCHECKED),
        "reference": _category(np.zeros(n, np.int8), [reference.name]),
        "vintage": _category(np.zeros(n, np.int8), [reference.vintage]),
        "x": answers.x[codes],
        "y": answers.y[codes],
        "lon": lon[codes],
        "lat": lat[codes],
    }
    return pd.DataFrame(columns, index=index, copy=False)


def _category(codes: NDArray, words: object) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"), validate=False)  # type: ignore[arg-type]


