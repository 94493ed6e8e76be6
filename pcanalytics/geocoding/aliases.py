"""Corrections that the agency declared: a string as written, and what it means or where it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pcanalytics.geocoding.alias_beginnings import find_beginnings
from pcanalytics.geocoding.candidates import Candidates, make
from pcanalytics.geocoding.cleaning import clean
from pcanalytics.geocoding.columns import Parsed
from pcanalytics.geocoding.parsing import Known, parse
from pcanalytics.geocoding.rates import NOT_AN_ADDRESS
from pcanalytics.geocoding.street_keys import street_key
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["AliasIndex", "Aliased"]

Ints = NDArray[np.int64]

_PLACE = MATCH_TYPES.index("place")
#: Reasons that no correction lifts: a point for UNKNOWN would gather whatever has no place.
_NEVER_PLACED = ("confidential", "empty", "transient", "unknown")
_ERROR_M = 50.0


@dataclass(frozen=True)
class Aliased:
    """What the aliases say of parsed strings: which alias (-1 none), and the points of those that have one.

    ``written`` is what the strings were read as before any alias spoke for them.
    """

    written: Parsed
    alias: Ints
    has_point: NDArray[np.bool_]
    is_institution: NDArray[np.bool_]
    points: Candidates


@dataclass(frozen=True)
class AliasIndex:
    """Aliases by the text as written and by what the text was read as.

    An alias for an address or a place holds whatever unit, zip or city stands behind it. One street that means
    another holds for all its numbers and crossings.
    """

    written: pa.Array
    by_parts: dict[tuple[str | None, ...], int]
    means: pa.Table | None  # parsed, one row an alias
    has_means: NDArray[np.bool_]
    streets: dict[str, str]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    is_institution: NDArray[np.bool_]

    def read(self, strings: pa.Array, known: Known) -> tuple[pa.Table, Aliased]:
        """Parse strings, each as what its alias means if it has one."""
        table = parse(strings, known=known)
        written = Parsed(table)
        alias = self._find(strings, written)
        point = np.flatnonzero(np.r_[np.isfinite(self.x), False][alias])
        x, y = self.x[alias[point]], self.y[alias[point]]
        points = make(point, x, y, kind=_PLACE, error_m=_ERROR_M, ways=BIT["place", "alias"])
        has_point = np.zeros(len(alias), bool)
        has_point[point] = True
        instead = np.flatnonzero(np.r_[self.has_means, False][alias] & ~has_point)
        if len(instead) and self.means is not None:
            rows = np.arange(len(alias))
            rows[instead] = len(alias) + alias[instead]
            table = pa.concat_tables([table, self.means]).unify_dictionaries().take(pa.array(rows))
        return table, Aliased(written, alias, has_point, np.r_[self.is_institution, False][alias], points)

    def _find(self, strings: pa.Array, parsed: Parsed) -> Ints:
        """Give the alias of each string: of its very text, else of its parts, else of its first words."""
        if not len(self.written):
            return np.full(len(strings), -1, np.int64)
        text = clean(strings)
        alias = pc.fill_null(pc.index_in(text, value_set=self.written, skip_nulls=True), -1)
        alias = alias.to_numpy(zero_copy_only=False).astype(np.int64)
        alias[parsed.has_reason(*_NEVER_PLACED)] = -1
        rest = (alias < 0) & ~parsed.has_reason(*NOT_AN_ADDRESS)
        rows = np.flatnonzero(rest & self._likely(parsed))
        alias[rows] = [self.by_parts.get(key, -1) for key in _parts(parsed, rows)]
        rows = np.flatnonzero(rest & (alias < 0))
        alias[rows] = find_beginnings(text.take(pa.array(rows)), self.written)
        return alias

    def _likely(self, parsed: Parsed) -> NDArray[np.bool_]:
        """Say which strings have only parts that some alias has."""
        likely = np.ones(parsed.rows, bool)
        for at, name in enumerate(_PARTS):
            known = {key[at] for key in self.by_parts}
            codes, words = parsed.words(name)
            likely &= np.array([word in known for word in words.to_pylist()] + [None in known])[codes]
        return likely


_PARTS = ("number_text", "street", "cross", "place")


def _parts(parsed: Parsed, rows: Ints) -> list[tuple[str | None, ...]]:
    """Give the parts that say which address, crossing or place each string is."""
    return list(zip(*(parsed.texts(name, rows) for name in _PARTS), strict=True))


def index_aliases(aliases: pa.Table, known: Known) -> AliasIndex:
    """Index a reference's aliases."""
    written = aliases["written"].combine_chunks()
    written = pa.concat_arrays(written.chunks) if isinstance(written, pa.ChunkedArray) else written
    x, y = aliases["x"].to_numpy(), aliases["y"].to_numpy()
    institution = np.array(aliases["is_institution"].to_pylist(), bool)
    if not aliases.num_rows:
        return AliasIndex(written, {}, None, institution, {}, x, y, institution)
    read, means = Parsed(parse(written, known=known)), parse(aliases["means"].combine_chunks(), known=known)
    meant = Parsed(means)
    rows = np.arange(aliases.num_rows)
    streets: dict[str, str] = {}
    by_parts: dict[tuple[str | None, ...], int] = {}
    for alias, (parts, others) in enumerate(zip(_parts(read, rows), _parts(meant, rows), strict=True)):
        if _is_street(others) and (key := _street(parts, written[alias].as_py())):
            streets[key] = str(others[1])
        elif any(parts):
            by_parts.setdefault(parts, alias)
    has_means = pc.is_valid(aliases["means"]).to_numpy()
    return AliasIndex(written, by_parts, means, has_means, streets, x, y, institution)


def _street(parts: tuple[str | None, ...], written: str) -> str | None:
    """Give the key of the street that an alias renames, also of one that alone is read as a place: MAIN DRAG."""
    if _is_street(parts):
        return parts[1]
    return street_key(written) or None if parts[3] is not None and not any(parts[:3]) else None


def _is_street(parts: tuple[str | None, ...]) -> bool:
    """Say whether only a street is written."""
    number, street, cross, place = parts
    return street is not None and number is None and cross is None and place is None
