"""Distinct strings -> the place chosen for each, stage by stage, only the rest going on to the next stage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyproj
from numpy.typing import NDArray

from pcanalytics.geocoding.aliases import AliasIndex, index_aliases
from pcanalytics.geocoding.blocks import place_blocks
from pcanalytics.geocoding.candidates import Candidates, expand, gather, make
from pcanalytics.geocoding.columns import Parsed
from pcanalytics.geocoding.intersections import CrossingIndex, Pairs, index_crossings
from pcanalytics.geocoding.named import PlaceIndex, highway_places, index_places
from pcanalytics.geocoding.numbers import Asked, NumberIndex, index_numbers
from pcanalytics.geocoding.offsets import told_from_crossings
from pcanalytics.geocoding.parsing import Known
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.street_keys import place_key, street_name
from pcanalytics.geocoding.streets import Meant, StreetIndex, index_streets
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES, totals

__all__ = ["Index", "Streets"]

Ints = NDArray[np.int64]

_TYPE = {name: code for code, name in enumerate(MATCH_TYPES)}
#: Coordinates farther outside the reference than this are wrong.
MARGIN_M = 5000.0

#: A street found in one of these ways must have the number itself.
GUESSED = np.uint32(
    sum(BIT["name", way] for way in ("letter astray", "letter changed", "two letters"))
    | sum(BIT["suffix", way] for way in ("other", "other, numbered"))
    | sum(BIT["direction", way] for way in ("other", "left out"))
)

_SURE = 1  # a rank this small is not looked beyond


@dataclass(frozen=True)
class Index:
    """A reference made ready for looking up."""

    reference: Reference
    streets: StreetIndex
    numbers: NumberIndex
    crossings: CrossingIndex
    places: PlaceIndex
    known: Known
    aliases: AliasIndex
    extent: tuple[float, float, float, float]


def prepare(reference: Reference) -> Index:
    """Make a reference ready for looking up."""
    keys = reference.streets["street"].combine_chunks()
    if isinstance(keys, pa.ChunkedArray):
        keys = pa.concat_arrays(keys.chunks) if keys.num_chunks else pa.array([], pa.string())
    known = Known(
        streets=frozenset(street_name(key) for key in keys.to_pylist()),
        places=frozenset(reference.places["place"].to_pylist()),
        localities=frozenset(place_key(name) for name in reference.localities),
    )
    streets = index_streets(keys)
    numbers, crossings = index_numbers(reference, streets.name_of()), index_crossings(reference)
    places = index_places(reference.places)
    return Index(
        reference,
        streets,
        numbers,
        crossings,
        places,
        known,
        index_aliases(reference.aliases, known),
        _extent(reference),
    )


def _extent(reference: Reference) -> tuple[float, float, float, float]:
    """Give the box that holds the reference, with a margin; an empty reference bounds nothing."""
    x = np.concatenate(
        [t[n].to_numpy() for t, n in ((reference.segments, "mid_x"), (reference.points, "x"), (reference.places, "x"))]
    )
    y = np.concatenate(
        [t[n].to_numpy() for t, n in ((reference.segments, "mid_y"), (reference.points, "y"), (reference.places, "y"))]
    )
    if not len(x):
        return (-np.inf, -np.inf, np.inf, np.inf)
    return (x.min() - MARGIN_M, y.min() - MARGIN_M, x.max() + MARGIN_M, y.max() + MARGIN_M)


def candidates_of(parsed: Parsed, index: Index, streets: Streets, *, threads: int = 1) -> Candidates:
    """Give the candidates of every parsed string, the sure ones first looked for alone."""
    first = [
        _numbers(parsed, index, streets, parsed.numbered),
        _crossings(index, streets, parsed.crossed),
        _blocks(parsed, index, streets, parsed.blocks),
        _coordinates(parsed, index),
    ]
    sure = np.zeros(parsed.rows, bool)
    for part in first:
        sure[part.row[totals(part.ways)[0] <= _SURE]] = True
    streets.look_further((parsed.numbered | parsed.blocks | parsed.crossed) & ~sure, threads)
    found = [part if sure[part.row].all() else part.take(sure[part.row]) for part in first]
    found.append(_numbers(parsed, index, streets, parsed.numbered & ~sure, near=True))
    found.append(_blocks(parsed, index, streets, parsed.blocks & ~sure, near=True))
    found.append(_crossings(index, streets, parsed.crossed & ~sure & ~parsed.numbered, near=True))
    done = np.zeros(parsed.rows, bool)
    for part in found:
        done[part.row] = True
    found.append(_crossings(index, streets, parsed.crossed & parsed.numbered & ~done, near=True))
    done[found[-1].row] = True
    found += [_places(parsed, index, parsed.named & ~done, threads), _highways(parsed, index)]
    rest = gather(found)
    stretches = parsed.is_form("segment") & parsed.has("cross_2")
    beside = _crossings(index, streets, stretches, near=True, cross="cross_2")
    return told_from_crossings(rest, beside, parsed, index.crossings.lines)


class Streets:
    """The streets that the written ones may mean: the exact ones at once, others when asked for."""

    def __init__(self, parsed: Parsed, index: Index) -> None:
        self.index = index
        self.codes: dict[str, Ints] = {}
        self.words: dict[str, pa.Array] = {}
        self.meant: dict[str, Meant] = {}
        for name in ("street", "cross", "cross_2"):
            self.codes[name], words = parsed.words(name)
            renamed = index.aliases.streets
            self.words[name] = (
                pa.array([renamed.get(word, word) for word in words.to_pylist()], pa.string()) if renamed else words
            )
            exact = index.streets.exact(self.words[name])
            key = np.flatnonzero(exact >= 0)
            self.meant[name] = Meant.sure(key, exact[key])

    def look_further(self, rows: NDArray[np.bool_], threads: int) -> None:
        """Find every street that the keys of some rows may mean."""
        for name in ("street", "cross", "cross_2"):
            keys = np.unique(self.codes[name][rows])
            keys = keys[keys >= 0]
            texts = self.words[name].take(pa.array(keys)).to_pylist()
            more = self.index.streets.others(texts, threads=threads)
            self.meant[name] = self.meant[name].joined(more.renamed(keys))

    def of(self, name: str, rows: Ints) -> tuple[Ints, Ints]:
        """Give for some rows the positions in ``meant[name]`` of what their key may mean."""
        key, codes = self.meant[name].key, self.codes[name][rows]
        start = np.searchsorted(key, codes)
        stop = np.where(codes >= 0, np.searchsorted(key, codes, "right"), start)
        return expand(start, stop)

    def found(self, name: str) -> NDArray[np.bool_]:
        """Say of each row whether its key means any street."""
        known = np.zeros(len(self.words[name]) + 1, bool)
        known[self.meant[name].key] = True
        known[-1] = False
        return known[self.codes[name]]


def _ask(parsed: Parsed, index: Index, streets: Streets, rows: Ints, number: NDArray) -> tuple[Asked, Ints]:
    owner, one = streets.of("street", rows)
    meant, row = streets.meant["street"], rows[owner]
    asked = Asked(
        row,
        meant.street[one],
        number[owner].astype(np.int64),
        parsed.words("number_text")[0][row],
        parsed.prefixes(index.numbers.prefixes)[row],
        parsed.zones(index.numbers.zones)[row],
        meant.ways[one],
        meant.own()[one],
    )
    return asked, owner


def _numbers(parsed: Parsed, index: Index, streets: Streets, those: NDArray, *, near: bool = False) -> Candidates:
    rows = np.flatnonzero(those)
    asked, _ = _ask(parsed, index, streets, rows, parsed.numbers("number")[rows])
    found = index.numbers.place(asked, parsed.words("number_text")[1])
    if not near:
        return found
    sought = (asked.ways & GUESSED == 0) & (asked.number > 0)  # 0 MAIN ST is no number near the first
    return gather([found, index.numbers.near(asked.take(sought))])


def _blocks(parsed: Parsed, index: Index, streets: Streets, those: NDArray, *, near: bool = False) -> Candidates:
    rows = np.flatnonzero(those)
    low, high = parsed.numbers("number")[rows], parsed.numbers("number_high")[rows]
    asked, owner = _ask(parsed, index, streets, rows, low)
    found = place_blocks(asked, high[owner].astype(np.int64), index.numbers)
    if not near:
        return found
    middle, _ = _ask(parsed, index, streets, rows, (low + high) // 2)
    beside = index.numbers.near(middle.take(middle.ways & GUESSED == 0))
    wider = replace(beside, kind=np.full(len(beside), _TYPE["block"], np.int8), error_m=beside.error_m + 50.0)
    return gather([found, wider])


def _crossings(
    index: Index, streets: Streets, those: NDArray, *, near: bool = False, cross: str = "cross"
) -> Candidates:
    rows = np.flatnonzero(those)
    first, one = streets.of("street", rows)
    second, other = streets.of(cross, rows[first])
    one, row = one[second], rows[first][second]
    a, b = streets.meant["street"], streets.meant[cross]
    pairs = Pairs(
        row,
        a.street[one],
        b.street[other],
        a.ways[one] | b.ways[other],
    )
    found = index.crossings.meet(pairs)
    if not near:
        return found
    met = np.zeros(len(those), bool)
    met[found.row] = True
    return gather([found, index.crossings.near(pairs.take(~met[row] & (totals(pairs.ways)[0] <= 4)))])


def _coordinates(parsed: Parsed, index: Index) -> Candidates:
    lon, lat = parsed.numbers("lon"), parsed.numbers("lat")
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    project = pyproj.Transformer.from_crs("EPSG:4326", index.reference.crs, always_xy=True)
    x, y = project.transform(lon[rows], lat[rows]) if len(rows) else (np.zeros(0), np.zeros(0))
    west, south, east, north = index.extent
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return make(rows[inside], x[inside], y[inside], kind=_TYPE["point"], error_m=20.0)


def _places(parsed: Parsed, index: Index, those: NDArray, threads: int) -> Candidates:
    rows = np.flatnonzero(those)
    return index.places.find(rows, [text or "" for text in parsed.texts("place", rows)], threads=threads)


def _highways(parsed: Parsed, index: Index) -> Candidates:
    found = []
    for name, known in (("milepost", index.reference.mileposts), ("exit", index.reference.exits)):
        rows = np.flatnonzero(parsed.has("route") & parsed.has(name))
        marks = parsed.numbers(name)[rows].tolist() if name == "milepost" else parsed.texts(name, rows)
        found.append(
            highway_places(
                rows.tolist(), parsed.texts("route", rows), parsed.texts("route_direction", rows), marks, known
            )
        )
    return gather(found)
