"""Which streets of the reference a written street may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pcanalytics.geocoding.lexicon import DIRECTIONS, SUFFIXES
from pcanalytics.geocoding.street_keys import StreetParts, key_parts, same_routes
from pcanalytics.geocoding.tiers import BIT, totals

__all__ = ["Meant", "StreetIndex"]

_SHORTEST_NAME = 3  # AVENUE D is as good as numbered
_SHORT_SUFFIX = 3  # letters of ST, AVE and RD, that a word may end with
_DOUBTED = 2  # a street found in a way of this rank is another than the one written

#: Letters that a name must have for two of them to be swapped, one astray or changed, or two to differ.
SWAPPED, ASTRAY, CHANGED, TWO_LETTERS = 4, 5, 7, 10

_NAME_SAME, _SPACING, _ROAD = (int(BIT["name", way]) for way in ("same", "spacing", "same road"))
_ENDS_SAME = int(BIT["suffix", "same"] | BIT["direction", "same"])
_AS_WRITTEN = _NAME_SAME | _ENDS_SAME


@dataclass(frozen=True)
class Meant:
    """Streets that written keys may mean: columns of equal length, sorted by ``key`` (a position in what was asked)."""

    key: NDArray[np.int64]
    street: NDArray[np.int64]
    ways: NDArray[np.uint32]

    @classmethod
    def sure(cls, key: NDArray[np.int64], street: NDArray[np.int64]) -> Meant:
        """Make streets that are written exactly so."""
        return cls(key, street, np.full(len(key), _AS_WRITTEN, np.uint32))

    @classmethod
    def none(cls) -> Meant:
        """Make none at all."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing.astype(np.uint32))

    def renamed(self, keys: NDArray[np.int64]) -> Meant:
        """Give the same for keys counted otherwise."""
        return replace(self, key=keys[self.key])

    def joined(self, other: Meant) -> Meant:
        """Put two together, sorted by key; of one street the way of the smallest rank stays."""
        columns = [np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)]
        order = np.lexsort((columns[2], totals(columns[2])[0], columns[1], columns[0]))
        key, street = columns[0][order], columns[1][order]
        first = np.r_[True, (key[1:] != key[:-1]) | (street[1:] != street[:-1])] if len(order) else np.zeros(0, bool)
        return Meant(*(column[order][first] for column in columns))

    def own(self) -> NDArray[np.int64]:
        """Give for each of them the street that has its key exactly, if it is another; -1 if there is none."""
        exact = np.flatnonzero(self.ways == _AS_WRITTEN)
        where = np.searchsorted(self.key[exact], self.key)
        where = np.clip(where, 0, max(len(exact) - 1, 0))
        if not len(exact):
            return np.full(len(self.key), -1, np.int64)
        street = np.where(self.key[exact[where]] == self.key, self.street[exact[where]], -1)
        return np.where((street != self.street) & (totals(self.ways)[0] >= _DOUBTED), street, -1)


@dataclass(frozen=True)
class StreetIndex:
    """Streets of a reference by key and by name without spaces."""

    keys: pa.Array
    parts: list[StreetParts]
    by_key: dict[str, int]
    by_name: dict[str, list[int]]
    names: list[str]  # without spaces, of those long enough to be matched by likeness

    def exact(self, keys: pa.Array) -> NDArray[np.int64]:
        """Give for each key the street that has it, -1 where none has."""
        return pc.fill_null(pc.index_in(keys, value_set=self.keys), -1).to_numpy(zero_copy_only=False).astype(np.int64)

    def name_of(self) -> NDArray[np.int64]:
        """Give each street the number of its name: streets that differ only in suffix and direction have one."""
        numbers = {name: number for number, name in enumerate(self.by_name)}
        return np.array([numbers[compact(parts.name)] for parts in self.parts], dtype=np.int64)

    def others(self, keys: Sequence[str], *, threads: int = 1) -> Meant:
        """Give for each key the streets that it may mean, in every way of :data:`~.tiers.WAYS`."""
        found: list[tuple[int, int, int]] = []
        unlike: dict[str, list[int]] = defaultdict(list)
        for position, key in enumerate(keys):
            written = key_parts(key)
            for one, way in [(written, _NAME_SAME), *((other, _SPACING) for other in respaced(written))]:
                for street in self.by_name.get(compact(one.name), ()):
                    meant = self.parts[street]
                    if one is not written and _is_without_direction(one, written, meant):
                        continue
                    found.append((position, street, (way if meant.name == one.name else _SPACING) | _ends(one, meant)))
            for other in same_routes(key):
                if other in self.by_key:
                    found.append((position, self.by_key[other], _ROAD | _ENDS_SAME))
            if len(compact(written.name)) >= SWAPPED:
                unlike[compact(written.name)].append(position)
        found += self._alike(keys, unlike, threads)
        return _meant(found)

    def _alike(self, keys: Sequence[str], asked: dict[str, list[int]], threads: int) -> Iterable[tuple[int, int, int]]:
        """Streets whose name differs by a letter or two, digits and single letters left as they are."""
        names = list(asked)
        for start in range(0, len(names), 1000):
            some = names[start : start + 1000]
            table = process.cdist(
                some, self.names, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=threads
            )
            for row, column in zip(*np.nonzero((table > 0) & (table <= 2)), strict=True):
                name, other = some[row], self.names[column]
                way = likeness(name, other)
                if way is None:
                    continue
                for position in asked[name]:
                    written = key_parts(keys[position])
                    for street in self.by_name[other]:
                        yield (position, street, int(BIT["name", way]) | _ends(written, self.parts[street]))


def compact(text: str) -> str:
    """Leave out spaces.

    Examples
    --------
    >>> compact("MC ALLISTER")
    'MCALLISTER'
    """
    return text.replace(" ", "")


def respaced(written: StreetParts) -> list[StreetParts]:
    """Give other readings of a street of which words were joined or parted: a direction or a suffix in the name, or out of it.

    Examples
    --------
    >>> respaced(StreetParts("", "WESTPORTAL", "AVE", ""))
    [StreetParts(predirection='W', name='PORTAL', suffix='AVE', postdirection='')]
    >>> respaced(StreetParts("W", "PORTAL", "AVE", ""))
    [StreetParts(predirection='', name='WESTPORTAL', suffix='AVE', postdirection='')]
    """
    readings = [written]
    name = compact(written.name)
    for word, direction in _DIRECTION_WORDS.items():
        if len(name) >= len(word) + 3 and name.startswith(word) and not written.predirection:
            readings.append(written._replace(predirection=direction, name=name.removeprefix(word)))
        if len(name) >= len(word) + 3 and name.endswith(word) and not written.postdirection:
            readings.append(written._replace(postdirection=direction, name=name.removesuffix(word)))
        if written.predirection == direction:
            readings.append(written._replace(predirection="", name=word + name))
        if written.postdirection == direction:
            readings.append(written._replace(postdirection="", name=name + word))
    for reading in list(readings):
        name = compact(reading.name)
        for word in _SUFFIX_WORDS:
            is_apart = not reading.suffix or reading.name.endswith(f" {word}") or len(word) > _SHORT_SUFFIX
            if is_apart and len(name) >= len(word) + 3 and name.endswith(word):  # FOREST CT is not FORE ST
                readings.append(reading._replace(name=name.removesuffix(word), suffix=SUFFIXES[word]))
    return readings[1:]


def _is_without_direction(reading: StreetParts, written: StreetParts, meant: StreetParts) -> bool:
    """Say whether a direction that was read out of a name, as the W of WESTPORTAL, is not that of the street.

    WESTBROOK ST may be W BROOK ST and is not BROOK ST; at the end of a long name a direction is no part of a word.
    """
    if reading.postdirection != written.postdirection and len(compact(reading.name)) >= _LONG_NAME:
        return False
    ours, theirs = (reading.predirection, reading.postdirection), (meant.predirection, meant.postdirection)
    is_read_out = len("".join(ours)) > len(written.predirection + written.postdirection)
    return is_read_out and sorted(ours) != sorted(theirs)


#: Letters of a name that no common word of a direction's ending has, as MIDWEST and KEYWEST have.
_LONG_NAME = 8

#: Directions that are written joined to a name; the longer ones first.
_DIRECTION_WORDS = {
    word: code for word, code in sorted(DIRECTIONS.items(), key=lambda one: -len(one[0])) if len(word) > 3
}

#: Suffixes that are written joined to a name.
_SUFFIX_WORDS = (
    "STREET",
    "AVENUE",
    "BOULEVARD",
    "DRIVE",
    "ROAD",
    "PLACE",
    "COURT",
    "LANE",
    "BLVD",
    "HWY",
    "ST",
    "AVE",
    "AV",
    "RD",
    "DR",
)


def likeness(name: str, other: str) -> str | None:
    """Say in which way two names without spaces may be one name misspelled; None when they may not.

    The first letter and all digits must be the same, and the more the names differ the longer they must be.

    Examples
    --------
    >>> likeness("MISION", "MISSION"), likeness("MIAN", "MAIN"), likeness("WALLINGFORD", "WALLUNGFORD")
    ('letter astray', 'letter astray', 'letter changed')
    >>> likeness("115TH", "116TH"), likeness("BERRY", "PERRY"), likeness("HAYES", "HAWES")
    (None, None, None)
    """
    distance = OSA.distance(name, other, score_cutoff=2)
    if not 1 <= distance <= 2 or name[0] != other[0] or _digits(name) != _digits(other):
        return None
    shortest = min(len(name), len(other))
    if distance == 2:
        return "two letters" if shortest >= TWO_LETTERS else None
    if sorted(name) == sorted(other):
        return "letter astray" if shortest >= SWAPPED else None
    if len(name) == len(other):
        return "letter changed" if shortest >= CHANGED else None
    return "letter astray" if shortest >= ASTRAY else None


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _ends(written: StreetParts, meant: StreetParts) -> int:
    """Say in which ways the suffix and the direction are met."""
    if written.suffix == meant.suffix:
        suffix = "same"
    else:
        suffix = "left out" if not written.suffix else "added" if not meant.suffix else "other"
        if suffix == "other" and (_digits(meant.name) or len(meant.name) < _SHORTEST_NAME):
            suffix = "other, numbered"
    ours, theirs = (written.predirection, written.postdirection), (meant.predirection, meant.postdirection)
    if ours == theirs:
        direction = "same"
    elif sorted(ours) == sorted(theirs):
        direction = "moved"
    elif set(ours) - {""} < set(theirs) - {""}:
        direction = "left out"
    elif set(theirs) - {""} < set(ours) - {""}:
        direction = "added"
    else:
        direction = "other"
    return int(BIT["suffix", suffix] | BIT["direction", direction])


def _meant(found: list[tuple[int, int, int]]) -> Meant:
    table = np.array(found, dtype=np.int64).reshape(-1, 3)
    one = Meant(table[:, 0], table[:, 1], table[:, 2].astype(np.uint32))
    return one.joined(one.none())


def index_streets(keys: pa.Array) -> StreetIndex:
    """Index the street keys of a reference; a street's id is its position."""
    texts = keys.to_pylist()
    parts = [key_parts(key) for key in texts]
    by_name: dict[str, list[int]] = defaultdict(list)
    for street, written in enumerate(parts):
        by_name[compact(written.name)].append(street)
    names = sorted(name for name in by_name if len(name) >= SWAPPED)
    by_key = {key: street for street, key in enumerate(texts)}
    return StreetIndex(keys, parts, by_key, dict(by_name), names)
