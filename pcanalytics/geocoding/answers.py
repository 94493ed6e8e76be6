"""One answer for each distinct string: a place, a tie of places, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pcanalytics.geocoding.aliases import Aliased
from pcanalytics.geocoding.areas import AGREES, UNCHECKED, agree
from pcanalytics.geocoding.candidates import Candidates, Chosen, choose, expand, gather
from pcanalytics.geocoding.columns import Parsed
from pcanalytics.geocoding.matching import Index, Streets, candidates_of
from pcanalytics.geocoding.reasons import FORMS, REASONS
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES, totals

__all__ = ["MATCHED", "TIED", "UNMATCHED", "Answers"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Codes of the statuses M, T and U.
MATCHED, TIED, UNMATCHED = 0, 1, 2

_TYPE = {name: code for code, name in enumerate(MATCH_TYPES)}
_REASON = {name: code for code, name in enumerate(REASONS)}
_FORM = {name: code for code, name in enumerate(FORMS)}
_AT_ONCE = 200_000  # strings
_ALIKE = BIT["name", "letter astray"] | BIT["name", "letter changed"] | BIT["name", "two letters"]
_SUFFIX_OTHER = BIT["suffix", "other"] | BIT["suffix", "other, numbered"]


@dataclass(frozen=True)
class Answers:
    """Answers as columns of equal length; words are codes, -1 where there is none.

    ``ways`` is the set of ways the place was found in, of ties and refused places too; ``row`` is the string that
    the answer is of.
    """

    row: Ints
    form: NDArray[np.int8]
    status: NDArray[np.int8]
    match_type: NDArray[np.int8]
    score: NDArray[np.int16]
    error_m: NDArray[np.float32]
    candidates: NDArray[np.int32]
    reason: NDArray[np.int8]
    is_institution: Bools
    area_agrees: NDArray[np.int8]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ways: NDArray[np.uint32]
    matched_as: pa.Array

    def take(self, which: Ints) -> Answers:
        """Give some of them."""
        columns = {one.name: getattr(self, one.name)[which] for one in fields(self) if one.name != "matched_as"}
        return Answers(**columns, matched_as=self.matched_as.take(pa.array(which)))


def answer(
    strings: pa.Array,
    index: Index,
    *,
    most_risk: float,
    threads: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Answers, Answers]:
    """Answer distinct strings, in parts that do not depend on each other.

    Returns
    -------
    tuple of Answers
        One answer a string, in order; and every place of the ties, as if it had been chosen, by string.
    """
    starts = range(0, max(len(strings), 1), _AT_ONCE)
    within = threads if len(starts) == 1 else 1

    def work(start: int) -> tuple[Answers, Answers]:
        return _answer(strings.slice(start, _AT_ONCE), start, index, most_risk, within)

    parts = []
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        for done, part in enumerate(pool.map(work, starts), 1):
            parts.append(part)
            if progress is not None:
                progress(min(done * _AT_ONCE, len(strings)), len(strings))
    return _together([part[0] for part in parts]), _together([part[1] for part in parts])


def _together(parts: Sequence[Answers]) -> Answers:
    """Put parts together."""
    if len(parts) == 1:
        return parts[0]
    columns = {one.name: [getattr(part, one.name) for part in parts] for one in fields(Answers)}
    texts = pa.concat_arrays(columns.pop("matched_as"))
    return Answers(**{name: np.concatenate(column) for name, column in columns.items()}, matched_as=texts)


def _answer(strings: pa.Array, start: int, index: Index, most_risk: float, threads: int) -> tuple[Answers, Answers]:
    table, aliased = index.aliases.read(strings, index.known)
    parsed = Parsed(table)
    streets = Streets(parsed, index)
    found = candidates_of(parsed, index, streets, threads=threads)
    if len(aliased.points):
        found = gather([found.take(~aliased.has_point[found.row]), aliased.points])
    chosen = choose(found, parsed.rows)
    said = _Said(parsed, index, aliased, start)
    return said.chosen(chosen, streets, most_risk), said.ties(chosen.tied)


@dataclass(frozen=True)
class _Said:
    """Puts what was chosen into the words of an answer."""

    parsed: Parsed
    index: Index
    aliased: Aliased
    start: int

    def chosen(self, chosen: Chosen, streets: Streets, most_risk: float) -> Answers:
        """Give one answer for each string."""
        one, rows = chosen.one, self.parsed.rows
        _, lost, risk = totals(one.ways)
        places, risky = np.zeros(rows, np.int32), np.zeros(rows, bool)
        places[one.row], risky[one.row] = chosen.places, risk > most_risk
        status = np.select([(places == 0) | risky, places > 1], [UNMATCHED, TIED], MATCHED).astype(np.int8)
        hit, some = status == MATCHED, status != UNMATCHED

        def spread(values: NDArray, nothing: float, where: Bools) -> NDArray:
            column = np.full(rows, nothing, dtype=values.dtype)
            column[one.row] = values
            column[~where] = nothing
            return column

        reason, kind = self._reasons(streets, risky, status)
        matched = _matched_as(self.parsed, self.index, one, self.aliased)
        ways = spread(one.ways, 0, places > 0)
        at = np.zeros(rows, np.int64)
        at[one.row] = np.arange(len(one))
        return Answers(
            row=np.arange(rows) + self.start,
            form=self._form(np.where(hit, ways, 0)),
            status=status,
            match_type=np.where(some, spread(one.kind, 0, some), kind).astype(np.int8),
            score=spread(_score(lost), 0, some),
            error_m=spread(one.error_m.astype(np.float32), np.nan, hit),
            candidates=places,
            reason=reason,
            is_institution=self._institution(spread(one.place, -1, hit), np.arange(rows)),
            area_agrees=np.full(rows, UNCHECKED, np.int8),
            x=spread(one.x, np.nan, hit),
            y=spread(one.y, np.nan, hit),
            ways=ways,
            matched_as=matched.take(pa.array(at, mask=places == 0)),
        )

    def ties(self, tied: Candidates) -> Answers:
        """Give an answer for each place of every tie, by string."""
        tied = tied.take(np.lexsort((tied.y, tied.x, tied.row)))
        ways = np.zeros(self.parsed.rows, np.uint32)
        ways[tied.row] = tied.ways
        matched = _matched_as(self.parsed, self.index, tied, self.aliased)
        return Answers(
            row=tied.row + self.start,
            form=self._form(ways)[tied.row],
            status=np.full(len(tied), MATCHED, np.int8),
            match_type=tied.kind,
            score=_score(totals(tied.ways)[1]),
            error_m=tied.error_m.astype(np.float32),
            candidates=np.ones(len(tied), np.int32),
            reason=np.full(len(tied), -1, np.int8),
            is_institution=self._institution(tied.place, tied.row),
            area_agrees=np.full(len(tied), UNCHECKED, np.int8),
            x=tied.x,
            y=tied.y,
            ways=tied.ways,
            matched_as=matched,
        )

    def _institution(self, place: Ints, row: Ints) -> Bools:
        return np.append(self.index.places.is_institution, False)[place] | self.aliased.is_institution[row]

    def _form(self, ways: NDArray[np.uint32]) -> NDArray[np.int8]:
        """Give the form of each string as it was written, with what only the reference can tell of an address."""
        codes, words = self.aliased.written.words("form")
        form = np.array([_FORM[word] for word in words.to_pylist()] + [-1], dtype=np.int8)[codes]
        plain = form == _FORM["address"]
        largest = self.index.numbers.largest or np.inf
        form[plain & (self.parsed.numbers("number") > largest)] = _FORM["address-out-of-range"]
        form[plain & (ways & _SUFFIX_OTHER > 0)] = _FORM["address-suffix-alt"]
        form[plain & (ways & _ALIKE > 0)] = _FORM["address-fuzzy"]
        return form

    def _reasons(
        self, streets: Streets, risky: Bools, status: NDArray[np.int8]
    ) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Say why a string has no place, and of what kind the little is that was found."""
        parsed = self.parsed
        known = streets.found("street")
        unknown = ~known | (parsed.has("cross") & ~streets.found("cross"))
        numbered, crossed, has_street = parsed.has("number_text"), parsed.has("cross"), parsed.has("street")
        steps = (
            (parsed.is_form("coordinates"), "bad_coordinates"),
            (parsed.is_form("zone"), "area_only"),
            (parsed.has("place"), "no_place"),
            (parsed.has("route"), "no_milepost"),
            (has_street & ~numbered & ~crossed, "street_only"),
            (crossed, "no_crossing"),
            (numbered & has_street, "no_number"),
            (has_street & unknown & ~parsed.has("route"), "no_street"),
            (parsed.is_form("institution"), "institution"),
            (risky, "too_risky"),
        )
        reason = np.full(parsed.rows, _REASON["not_understood"], np.int8)
        for those, word in steps:
            reason[those] = _REASON[word]
        codes, words = parsed.words("reason")
        told = np.array([_REASON[word] for word in words.to_pylist()] + [-1], dtype=np.int8)[codes]
        reason = np.where(told >= 0, told, reason)
        reason[status == TIED] = _REASON["ambiguous"]
        reason[status == MATCHED] = -1
        kind = np.full(parsed.rows, _TYPE["none"], np.int8)
        kind[known & np.isin(reason, [_REASON["street_only"], _REASON["no_number"]])] = _TYPE["street"]
        kind[reason == _REASON["area_only"]] = _TYPE["zone"]
        return reason, kind


def _score(lost: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.maximum(100 - lost, 1).astype(np.int16)


def _matched_as(parsed: Parsed, index: Index, one: Candidates, aliased: Aliased) -> pa.Array:
    """Write what was found in the reference's own words."""
    streets = index.reference.streets["written"]
    codes, numbers = parsed.words("number_text")
    numbered = np.isin(one.kind, [_TYPE["point"], _TYPE["range"], _TYPE["block"]]) & (one.street >= 0) & (one.cross < 0)
    number, street = _text(numbers, np.where(numbered, codes[one.row], -1)), _text(streets, one.street)
    written = pc.coalesce(pc.binary_join_element_wise(number, street, " "), street)
    written = pc.coalesce(pc.binary_join_element_wise(written, _text(streets, one.cross), " & "), written)
    written = pc.coalesce(_text(index.reference.places["written"], one.place), written)
    alias = np.where(aliased.has_point[one.row], aliased.alias[one.row], -1)
    return pc.coalesce(_text(index.aliases.written, alias), written)


def _text(words: pa.Array | pa.ChunkedArray, codes: NDArray) -> pa.Array:
    if isinstance(words, pa.ChunkedArray):
        words = pa.concat_arrays(words.chunks) if words.num_chunks else pa.array([], pa.string())
    return words.take(pa.array(codes, mask=codes < 0))


def hold_against_areas(
    answers: Answers, ties: Answers, string: Ints, area: NDArray[np.object_], drawn: gpd.GeoDataFrame
) -> Answers:
    """Give the answers of some strings, each with the area recorded beside it.

    Of a tie the only place in its area is taken; whether a place lies in its area is said of every other.
    """
    said = answers.take(string)
    rows = np.flatnonzero(said.status == TIED)
    start = np.searchsorted(ties.row, said.row[rows])
    owner, place = expand(start, np.searchsorted(ties.row, said.row[rows], "right"))
    inside = agree(ties.x[place], ties.y[place], area[rows[owner]], drawn) == AGREES
    alone = np.bincount(owner[inside], minlength=len(rows)) == 1
    taken = np.flatnonzero(inside & alone[owner])
    settled, source = rows[owner[taken]], ties.take(place[taken])
    columns = {one.name: getattr(said, one.name) for one in fields(Answers)}
    for name in ("form", "status", "match_type", "score", "error_m", "reason", "is_institution", "x", "y", "ways"):
        columns[name][settled] = getattr(source, name)
    which = np.arange(len(string))
    which[settled] = len(string) + place[taken]
    columns["matched_as"] = pa.concat_arrays([said.matched_as, ties.matched_as]).take(pa.array(which))
    columns["area_agrees"] = agree(columns["x"], columns["y"], area, drawn)
    return Answers(**columns)
