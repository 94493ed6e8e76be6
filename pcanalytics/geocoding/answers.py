"""One answer for each distinct string: a place, a tie, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pcanalytics.geocoding.aliases import Aliased
from pcanalytics.geocoding.areas import UNCHECKED, agree
from pcanalytics.geocoding.candidates import Candidates, choose, gather
from pcanalytics.geocoding.columns import Parsed
from pcanalytics.geocoding.matching import Index, Streets, candidates_of
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES, totals

__all__ = ["Answers", "answer"]

Ints = NDArray[np.int64]

_TYPE = {name: code for code, name in enumerate(MATCH_TYPES)}
_REASON = {name: code for code, name in enumerate(REASONS)}
_FORM = {name: code for code, name in enumerate(FORMS)}
_CHUNK = 200_000
_ALIKE = BIT["name", "likeness 1"] | BIT["name", "likeness 2"]


@dataclass(frozen=True)
class Answers:
    """Answers as columns of equal length; words are codes, -1 where there is none."""

    form: NDArray[np.int8]
    status: NDArray[np.int8]
    match_type: NDArray[np.int8]
    score: NDArray[np.int16]
    error_m: NDArray[np.float32]
    candidates: NDArray[np.int32]
    matched_code: NDArray[np.int32]
    reason: NDArray[np.int8]
    is_institution: NDArray[np.bool_]
    area_agrees: NDArray[np.int8]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ways: NDArray[np.uint32]  # in which the place was found, tied or refused places too
    matched_as: pa.Array

    def take(self, which: Ints) -> Answers:
        return replace(self, **{one.name: getattr(self, one.name)[which] for one in fields(self) if one.name != "matched_as"})

    def settled(self, names: NDArray, drawn: gpd.GeoDataFrame) -> Answers:
        """Hold the places against the areas recorded."""
        return replace(self, area_agrees=agree(self.x, self.y, names, drawn))


def answer(
    strings: pa.Array, index: Index, *, most_risk: float, threads: int, progress: Callable[[int, int], None] | None
) -> Answers:
    """Answer distinct strings, in parts that do not depend on each other."""
    starts = range(0, max(len(strings), 1), _CHUNK)
    inner = threads if len(starts) == 1 else 1

    def work(start: int) -> Answers:
        return _answer(strings.slice(start, _CHUNK), index, most_risk, inner)

    parts = []
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        for done, part in enumerate(pool.map(work, starts), 1):
            parts.append(part)
            if progress is not None:
                progress(min(done * _CHUNK, len(strings)), len(strings))
    return _together(parts)


def _together(parts: list[Answers]) -> Answers:
    if len(parts) == 1:
        return parts[0]
    texts = pa.chunked_array([part.matched_as.take(pa.array(part.matched_code, mask=part.matched_code < 0)) for part in parts])
    encoded = texts.dictionary_encode().unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    columns = {
        one.name: np.concatenate([getattr(part, one.name) for part in parts])
        for one in fields(Answers)
        if one.name not in ("matched_as", "matched_code")
    }
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return Answers(**columns, matched_code=codes, matched_as=encoded.dictionary)


def _answer(strings: pa.Array, index: Index, most_risk: float, threads: int) -> Answers:
    table, aliased = index.aliases.read(strings, index.known)
    parsed = Parsed(table)
    streets = Streets(parsed, index)
    found = candidates_of(parsed, index, streets, threads=threads)
    found = gather([found.take(np.flatnonzero(~aliased.has_point[found.row])), aliased.points])
    n = parsed.rows
    chosen = choose(found, n)
    one = chosen.one
    has, places = np.zeros(n, bool), np.zeros(n, np.int32)
    has[one.row], places[one.row] = True, chosen.places
    _, lost, risk = totals(one.ways)
    risky = np.zeros(n, bool)
    risky[one.row] = risk > most_risk
    status = np.where(has & ~risky, np.where(places > 1, 1, 0), 2).astype(np.int8)
    hit = status == 0

    def spread(values: NDArray, nothing: object, where: NDArray) -> NDArray:
        column = np.full(n, nothing, dtype=values.dtype)
        column[one.row] = values
        column[~where] = nothing
        return column

    form = _form(parsed, index, spread(one.ways, 0, hit))
    reason, type_of_rest = _reasons(parsed, streets, risky, status)
    matched = _matched_as(parsed, index, one, aliased)
    place = spread(one.place, -1, hit)
    institution = np.r_[index.places.is_institution, False][place] | aliased.is_institution
    return Answers(
        form=form,
        status=status,
        match_type=np.where(status < 2, spread(one.kind, 0, status < 2), type_of_rest).astype(np.int8),
        score=np.maximum(spread((100 - lost).astype(np.int16), 0, status < 2), 0),
        error_m=spread(one.error_m.astype(np.float32), np.nan, hit),
        candidates=places,
        matched_code=matched[0],
        reason=reason,
        is_institution=institution,
        area_agrees=np.full(n, UNCHECKED, np.int8),
        x=spread(one.x, np.nan, hit),
        y=spread(one.y, np.nan, hit),
        ways=spread(one.ways, 0, has),
        matched_as=matched[1],
    )


def _form(parsed: Parsed, index: Index, ways: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Give the form of each string, with what only the reference can tell of an address."""
    codes, words = parsed.words("form")
    form = np.array([_FORM[word] for word in words.to_pylist()] + [-1], dtype=np.int8)[codes]
    plain = form == _FORM["address"]
    form[plain & (parsed.numbers("number") > index.numbers.largest)] = _FORM["address-out-of-range"]
    form[plain & (ways & BIT["suffix", "other"] > 0)] = _FORM["address-suffix-alt"]
    form[plain & (ways & _ALIKE > 0)] = _FORM["address-fuzzy"]
    return form


def _reasons(parsed: Parsed, streets: Streets, risky: NDArray, status: NDArray) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Say why a string has no place, and of what kind the little is that was found."""
    known = streets.found("street")
    both = known & (streets.found("cross") | ~parsed.has("cross"))
    reason = np.full(parsed.rows, _REASON["not_understood"], np.int8)
    kind = np.full(parsed.rows, _TYPE["none"], np.int8)
    steps = (
        (parsed.is_form("coordinates"), "bad_coordinates"),
        (parsed.is_form("zone"), "area_only"),
        (parsed.has("place"), "no_place"),
        (parsed.has("route"), "no_milepost"),
        (parsed.has("street") & ~parsed.has("number") & ~parsed.has("cross"), "street_only"),
        (parsed.has("cross"), "no_crossing"),
        (parsed.has("number") & parsed.has("street"), "no_number"),
        (parsed.has("street") & ~both & ~parsed.has("route"), "no_street"),
        (parsed.is_form("institution"), "institution"),
        (risky, "too_risky"),
    )
    for those, word in steps:
        reason[those] = _REASON[word]
    codes, words = parsed.words("reason")
    told = np.array([_REASON[word] for word in words.to_pylist()] + [-1], dtype=np.int8)[codes]
    reason = np.where(told >= 0, told, reason)
    reason[status == 1] = _REASON["ambiguous"]
    reason[status == 0] = -1
    kind[known & np.isin(reason, [_REASON["street_only"], _REASON["no_number"]])] = _TYPE["street"]
    kind[reason == _REASON["area_only"]] = _TYPE["zone"]
    return reason.astype(np.int8), kind


def _matched_as(parsed: Parsed, index: Index, one: Candidates, aliased: Aliased) -> tuple[NDArray[np.int32], pa.Array]:
    """Write what was found in the reference's own words, each text once."""
    rows = one.row
    written = index.reference.streets["written"]
    number_codes, numbers = parsed.words("number_text")
    shown = number_codes[rows]
    by_number = np.isin(one.kind, [_TYPE["point"], _TYPE["range"], _TYPE["block"]]) & (one.street >= 0) & (one.cross < 0)
    first = _text(written, one.street)
    number = _text(numbers, np.where(by_number, shown, -1))
    cross = _text(written, one.cross)
    place = _text(index.reference.places["written"], one.place)
    joined = pc.coalesce(pc.binary_join_element_wise(number, first, " "), first)
    joined = pc.coalesce(pc.binary_join_element_wise(joined, cross, " & "), joined)
    joined = pc.if_else(pa.array(one.place >= 0), place, joined)
    joined = pc.if_else(pa.array(aliased.has_point[rows]), _text(index.aliases.written, aliased.alias[rows]), joined)
    encoded = joined.dictionary_encode()
    codes = np.full(parsed.rows, -1, np.int32)
    codes[rows] = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return codes, encoded.dictionary


def _text(words: pa.Array | pa.ChunkedArray, codes: NDArray) -> pa.Array:
    if isinstance(words, pa.ChunkedArray):
        words = pa.concat_arrays(words.chunks) if words.num_chunks else pa.array([], pa.string())
    return words.take(pa.array(codes, mask=codes < 0))


