"""Addresses as written -> where they are, how that was found, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
from numpy.typing import NDArray

from pcanalytics.errors import UsageError
from pcanalytics.geocoding.answers import MATCHED, Answers, answer, hold_against_areas
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
    """Find where addresses are, as they are written.

    Each distinct string is read once, matched with the reference in the ways of :func:`tier_table`, and placed along
    the street by its number, at the crossing, or at the place. Nothing leaves the machine. Two places that
    fit equally well stay a tie; a street, a zip, a district or a city is never given as a place.

    Parameters
    ----------
    addresses : pandas.Series or pyarrow array of str
        As written. A missing one is of the form ``empty``.
    reference : Reference
        Streets, numbers, crossings and places of the area.
    areas : pandas.Series of str, optional
        The beat or district recorded with each address, in the same order; missing where none is. It settles
        ties and contradicts places, and needs ``drawn``.
    drawn : geopandas.GeoDataFrame, optional
        The areas as drawn, in the system of the reference; the index holds their names.
    most_risk : float, default 0.05
        Places found in ways whose stated risk of a wrong place adds up to more are refused.
    threads : int, default 2
        Parts worked on at once. The result does not depend on it.
    progress : callable, optional
        Called with how many of how many distinct strings are done.

    Returns
    -------
    pandas.DataFrame
        The index of ``addresses`` (0, 1, 2, ... for an Arrow array) and the columns

        - ``form``: what kind of string it is, a key of ``FORMS``;
        - ``status``: M matched, T a tie, U unmatched;
        - ``match_type``: point, range, block, intersection, offset, milepost or place; street and zone are what was
          found of an unmatched one; none;
        - ``match_score``: 1 to 100, 0 when unmatched;
        - ``error_m``: meters within which the true place is expected nine times in ten, missing unless matched;
        - ``candidates``: how many places fit equally well, 0 when none;
        - ``matched_as``: what was found, in the reference's words, of refused and of tied places too;
        - ``reason``: why there is no place, a key of ``REASONS``; missing when matched;
        - ``is_institution``: whether the place is a shelter, jail, hospital or the like;
        - ``area_agrees``: whether the place lies in the area recorded, missing when that could not be checked;
        - ``reference`` and ``vintage``: of the reference;
        - ``x`` and ``y`` in the reference's system, meters, ``lon`` and ``lat`` in degrees (WGS 84); missing unless matched.

    Raises
    ------
    UsageError
        When addresses are neither a Series nor an Arrow array, or ``areas`` are given without ``drawn`` or are not as many
        as the addresses.

    References
    ----------
    Zandbergen, P. A. (2008). A comparison of address point, parcel and street geocoding techniques. *Computers,
    Environment and Urban Systems* 32, 214-232: what interpolation along streets is worth.

    Examples
    --------
    >>> nothing = Reference(name="none", vintage="2026", crs="EPSG:26915")
    >>> geocode(pd.Series(["TRANSIENT", "1200 MAIN ST"]), nothing)[["form", "status", "reason"]].to_numpy().tolist()
    [['non-address', 'U', 'transient'], ['address', 'U', 'no_street']]
    """
    strings, codes, index = _distinct(addresses)
    answers, ties = answer(strings, prepare(reference), most_risk=most_risk, threads=threads, progress=progress)
    if areas is not None:
        _check_areas(areas, drawn, len(codes))
        answers, codes = _with_areas(answers, ties, codes, areas, drawn)
    return _frame(answers, codes, reference, index, threads)


def _check_areas(areas: pd.Series, drawn: gpd.GeoDataFrame | None, rows: int) -> None:
    if drawn is None:
        raise UsageError("Areas recorded with addresses say nothing without the areas as drawn: pass drawn= too.")
    if len(areas) != rows:
        raise UsageError(f"There are {len(areas):,} areas and {rows:,} addresses; each address has one area or none.")


def _distinct(addresses: pd.Series | pa.Array | pa.ChunkedArray) -> tuple[pa.Array, NDArray, pd.Index]:
    """Give the distinct strings, a null last, and for each record which it is."""
    if not isinstance(addresses, pd.Series | pa.Array | pa.ChunkedArray):
        raise UsageError("Addresses are given as a Series or an Arrow array, one string a record.")
    if isinstance(addresses, pd.Series):
        index, written = addresses.index, pa.array(addresses, from_pandas=True)
    else:
        index, written = pd.RangeIndex(len(addresses)), addresses
    if not pa.types.is_dictionary(written.type):
        written = written.cast(pa.string()).dictionary_encode()
    elif isinstance(written, pa.ChunkedArray):
        written = written.unify_dictionaries()
    written = written.combine_chunks() if isinstance(written, pa.ChunkedArray) else written
    if isinstance(written, pa.ChunkedArray):
        empty = pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string()))
        written = pa.concat_arrays(written.chunks) if written.num_chunks else empty
    words = written.dictionary.cast(pa.string())
    codes = pc.fill_null(written.indices, len(words)).to_numpy(zero_copy_only=False)
    return pa.concat_arrays([words, pa.array([None], pa.string())]), codes, index


def _with_areas(
    answers: Answers, ties: Answers, codes: NDArray, areas: pd.Series, drawn: gpd.GeoDataFrame
) -> tuple[Answers, NDArray]:
    """Answer each pair of string and area once."""
    named = pd.Categorical(areas.to_numpy())
    width = len(named.categories) + 1
    pairs, where = np.unique(codes.astype(np.int64) * width + named.codes + 1, return_inverse=True)
    string, area = np.divmod(pairs, width)
    names = np.array([None, *named.categories], dtype=object)[area]
    return hold_against_areas(answers, ties, string, names, drawn), where.reshape(-1)


def _frame(answers: Answers, codes: NDArray, reference: Reference, index: pd.Index, threads: int) -> pd.DataFrame:
    """Give every record the answer of its string."""
    lon, lat = _degrees(answers, reference.crs)
    matched = answers.matched_as.dictionary_encode()
    matched_code = pc.fill_null(matched.indices, -1).to_numpy(zero_copy_only=False)
    once = np.zeros(len(codes), np.int8)
    distinct: list[NDArray] = [answers.form, answers.status, answers.match_type, answers.score, answers.error_m]
    distinct += [answers.candidates, matched_code, answers.reason, answers.is_institution, answers.area_agrees]
    distinct += [answers.x, answers.y, lon, lat]
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        spread = list(pool.map(lambda column: column.take(codes), distinct))
    form, status, match_type, score, error_m, candidates, matched_code, reason, institution, checked, *places = spread
    columns = {
        "form": _category(form, list(FORMS)),
        "status": _category(status, ["M", "T", "U"]),
        "match_type": _category(match_type, MATCH_TYPES),
        "match_score": score,
        "error_m": error_m,
        "candidates": candidates,
        "matched_as": _category(matched_code, matched.dictionary),
        "reason": _category(reason, list(REASONS)),
        "is_institution": institution,
        "area_agrees": pd.arrays.BooleanArray(checked == AGREES, checked == UNCHECKED),
        "reference": _category(once, [reference.name]),
        "vintage": _category(once, [reference.vintage]),
        **dict(zip(("x", "y", "lon", "lat"), places, strict=True)),
    }
    return pd.DataFrame(columns, index=index, copy=False)


def _degrees(answers: Answers, crs: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    hit = answers.status == MATCHED
    lon, lat = np.full(len(hit), np.nan), np.full(len(hit), np.nan)
    if hit.any():
        project = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        lon[hit], lat[hit] = project.transform(answers.x[hit], answers.y[hit])
    return lon, lat


def _category(codes: NDArray, words: Sequence[str] | pa.Array) -> pd.Categorical:
    """Give codes (-1 missing) as a category."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"), validate=False)
