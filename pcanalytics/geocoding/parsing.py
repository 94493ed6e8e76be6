"""Read what people wrote as a place: its form, and its parts.

Strings become tokens, tokens become letters, and the letters of a string are its shape (`letters.LETTERS`). The grammar
reads each distinct shape once, each distinct part (a house number, a street) is read once, and the rest is looking up by
position. So the time hardly depends on how rich the grammar is, and grows no faster than the number of characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.coordinates import read_coordinates
from pcanalytics.geocoding.grammar import PARTS, read_shape
from pcanalytics.geocoding.lexicon import COMMON_STREETS, LARGE_CITIES
from pcanalytics.geocoding.part_readers import READERS
from pcanalytics.geocoding.spread import Spread
from pcanalytics.geocoding.street_keys import key_parts, street_name
from pcanalytics.geocoding.tokens import tokenize

__all__ = ["PARSED", "Known", "parse"]

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_TEXT = pa.dictionary(pa.int32(), pa.string())
_NUMBERS = dict.fromkeys(("number", "number_high"), pa.int32())
_NUMBERS |= dict.fromkeys(("offset_m", "milepost", "lon", "lat"), pa.float64())
_COLUMNS = (
    "form reason number number_high number_text street cross cross_2 offset_m offset_direction corner route"
    " route_direction milepost exit place unit locality state zip area lon lat"
).split()

#: What `parse` gives for each string.
PARSED = pa.schema([(name, _NUMBERS.get(name, _TEXT)) for name in _COLUMNS])


@dataclass(frozen=True)
class Known:
    """What a reference knows, where it decides what a string is.

    Parameters
    ----------
    streets : frozenset of str, optional
        Names of its streets without direction and suffix, as `street_name` gives them.
    places : frozenset of str, optional
        Keys of its places, as `place_key` gives them.
    localities : frozenset of str, optional
        Keys of the cities and towns that count as inside. Without any, no address is told to be outside.
    """

    streets: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)
    localities: frozenset[str] = field(default_factory=frozenset)


def parse(strings: pa.Array | pa.ChunkedArray, *, known: Known | None = None) -> pa.Table:
    """Read written places into their forms and parts.

    Parameters
    ----------
    strings : pyarrow array of str
        Places as written, best each once. A missing or blank one is ``empty``.
    known : Known, optional
        What the reference knows. It decides only what the words of a string leave open: whether BROADWAY is a street or a
        place, whether A & B ST is a crossing, which city is outside.

    Returns
    -------
    pyarrow.Table
        One row a string, in order, with the columns of `PARSED`: ``form`` (see `reasons.FORMS`); ``reason`` where the string
        can never be placed (see `reasons.REASONS`), else null; ``number`` and ``number_high``, the ends of a block or of
        several numbers; ``number_text``; ``street``, ``cross`` and ``cross_2`` as keys of `street_keys`; ``offset_m`` in
        meters; ``place`` as `place_key` gives it; ``lon`` and ``lat`` in degrees. What a string does not say is null.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parse(pa.array(["12XX N Main St", "TRANSIENT"])).select(["form", "reason", "number", "street"]).to_pylist()
    [{'form': 'block', 'reason': None, 'number': 1200, 'street': 'N|MAIN|ST|'},
     {'form': 'non-address', 'reason': 'transient', 'number': None, 'street': None}]
    """
    texts = (strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings).cast(pa.string())
    return _Parse(texts, known or Known()).table()


class _Parse:
    """One run of `parse`."""

    def __init__(self, texts: pa.Array, known: Known) -> None:
        self.texts, self.known, self.rows = texts, known, len(texts)
        self.form, self.reason = Spread(self.rows), Spread(self.rows)
        self.parts = {part: Spread(self.rows) for part in PARTS}
        self.lon, self.lat = np.full(self.rows, np.nan), np.full(self.rows, np.nan)

    def table(self) -> pa.Table:
        """Take the steps in their order."""
        self._read_shapes()
        self._read_parts()
        self._decide_and()
        self._decide_at()
        self._decide_words()
        self._decide_city()
        self._decide_tail()
        self._decide_outside()
        self._read_coordinates()
        self._give_reasons()
        return self._assembled()

    # ------------------------------------------------------------------------------------- what each distinct thing is
    def _read_shapes(self) -> None:
        """Read each distinct shape."""
        self.tokens = tokenize(self.texts)
        shapes = self.tokens.shapes
        self.shapes = [shape.decode() for shape in shapes.dictionary.to_pylist()]
        self.shape = shapes.indices.to_numpy()
        self.readings = [read_shape(shape) for shape in self.shapes]
        self.form.put(np.arange(self.rows), [reading.form for reading in self.readings], self.shape)

    def _read_parts(self) -> None:
        """Read each distinct part."""
        for part, column in self.parts.items():
            spans = np.array([(0, 0), *(reading.spans.get(part, (0, 0)) for reading in self.readings)], np.int64)[1:]
            rows = np.flatnonzero((spans[:, 1] > 0)[self.shape])
            if len(rows):
                found = spans[self.shape[rows]] + self.tokens.offsets[rows, None]
                distinct, which = self.tokens.spans(found[:, 0], found[:, 1])
                column.put(rows, [READERS[part](tokens) for tokens in distinct], which)

    # ------------------------------------------------------------------------------------- what only words can decide
    def _asked(self, question: str) -> Truths:
        """Where the grammar leaves a question to the words."""
        asked: Truths = np.array([*(reading.question == question for reading in self.readings), False])
        return np.asarray(asked[self.shape], np.bool_)

    def _is_street(self, part: str, rows: Truths) -> Truths:
        """Where, of some rows, a part is a street by its name: a known one, a common one, or an ordinal."""
        streets = self.known.streets | COMMON_STREETS

        def is_one(key: str) -> bool:
            name = street_name(key)
            return name in streets or (name[:1].isdigit() and name.endswith(("ST", "ND", "RD", "TH")))

        return self.parts[part].holds(is_one, rows)

    def _decide_and(self) -> None:
        """Tell crossings from streets with an AND in their name: A & B ST is a crossing when both are streets."""
        asked, parts = self._asked("and"), self.parts
        is_one = asked & ~(self._is_street("street", asked) & self._is_street("cross", asked))
        parts["whole"].move(is_one, parts["street"])
        parts["cross"].clear(is_one)
        self.form.set(is_one & ~parts["number"].there, "street-not-intersection")
        self.form.set(is_one & parts["number"].there, "address")

    def _decide_at(self) -> None:
        """1200 MAIN ST @ FILLMORE has a cross street when that is a street, else a place."""
        asked = self._asked("at")
        is_place = asked & ~self._is_street("cross", asked)
        self.parts["cross"].move(is_place, self.parts["place"], _words_of)
        self.form.set(is_place, "address-with-place")

    def _decide_words(self) -> None:
        """Words without a suffix are a street when its name is known or common, else a place. A known place is one."""
        asked, streets = self._asked("words"), self.parts["street"]
        is_known_place = streets.holds(lambda key: _words_of(key) in self.known.places, asked)
        is_place = is_known_place | (asked & ~self._is_street("street", asked))
        alone = (
            self.form.is_in({"street-only"}) & ~asked
        )  # KINGS PLAZA may be a street, and is not when it is a known place
        is_place |= streets.holds(self._is_place_only, alone)
        streets.move(is_place, self.parts["place"], _words_of)
        self.form.set(is_place, "place")

    def _is_place_only(self, key: str) -> bool:
        """Tell whether the words of a street key are a known place, and their name is that of no street."""
        return _words_of(key) in self.known.places and street_name(key) not in self.known.streets

    def _decide_city(self) -> None:
        """Cut the city off 115 BROADWAY SAN FRANCISCO CA: the longest known or large one, else the last word."""
        streets, locality = self.parts["street"], self.parts["locality"]
        cities = self.known.localities | LARGE_CITIES
        asked = self._asked("city")
        may_be = self.parts["state"].there & ~locality.there & self.form.is_in({"address"})
        asked |= streets.holds(lambda key: _city_size(key, cities) > 0, may_be)
        streets.copy(asked, locality, lambda key: _cut_city(key, cities)[1])
        streets.copy(asked, streets, lambda key: _cut_city(key, cities)[0])

    def _decide_tail(self) -> None:
        """Words after the suffix are a city when it is known or large, else a place."""
        tail = self.parts["tail"]
        is_city = tail.is_in(self.known.localities | LARGE_CITIES)
        is_place = tail.there & ~is_city
        self.form.set(is_place & self.form.is_in({"address"}), "address-with-place")
        tail.move(is_city, self.parts["locality"])
        tail.move(is_place, self.parts["place"])

    def _decide_outside(self) -> None:
        """Tell addresses outside: those in what is surely a city and does not count as inside."""
        locality = self.parts["locality"]
        is_city = self.parts["state"].there | locality.is_in(LARGE_CITIES)
        is_inside = locality.is_in(self.known.localities)
        self.form.set(locality.there & is_city & ~is_inside, "out-of-area")
        only_city = is_inside & self.form.is_in({"out-of-area"})  # the city itself, and nothing in it
        locality.copy(only_city, self.parts["area"], str)
        places = self.parts["place"]
        is_city = self.form.is_in({"place"}) & places.is_in(self.known.localities - self.known.places)
        places.move(is_city, self.parts["area"])
        self.form.set(only_city | is_city, "zone")

    # --------------------------------------------------------------------------------------------- what is not written
    def _read_coordinates(self) -> None:
        """Read the strings that have no more letters than coordinates have."""
        allowed, needed = frozenset("0nzavcgdlLXwoeDhqmkt,/-:()@"), frozenset("nzavcgw")
        may_be = [bool(needed & set(shape)) and allowed.issuperset(shape) for shape in self.shapes]
        maybe = np.flatnonzero(np.array([*may_be, False])[self.shape])
        if not len(maybe):
            return
        found = read_coordinates(pc.take(self.texts, pa.array(maybe)))
        is_one = pc.is_valid(found["kind"]).to_numpy()
        rows = maybe[is_one]
        self.lon[rows], self.lat[rows] = found["lon"].to_numpy()[is_one], found["lat"].to_numpy()[is_one]
        self.form.set(rows, "coordinates")
        for column in self.parts.values():
            column.clear(rows)

    def _give_reasons(self) -> None:
        """Say why a string can never be placed."""
        blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(self.texts), ""), True).to_numpy(zero_copy_only=False)
        self.form.set(blank, "empty")
        no_place = self.form.is_in({"non-address"})
        self.reason.set(no_place, "unknown")
        self.parts["kind"].move(no_place & self.parts["kind"].there, self.reason)
        self.reason.set(blank, "empty")
        self.reason.set(self.form.is_in({"place"}) & ~self.parts["place"].there, "not_understood")
        if self.known.localities:
            self.reason.set(self.form.is_in({"out-of-area"}), "out_of_area")

    # ------------------------------------------------------------------------------------------------------- the table
    def _assembled(self) -> pa.Table:
        parts = self.parts
        columns = self._house_numbers() | {
            "form": self.form.texts(),
            "reason": self.reason.texts(),
            "offset_m": pc.multiply(parts["offset"].numbers(), parts["offset_unit"].numbers()),
            "milepost": parts["milepost"].numbers(),
            "lon": pa.array(self.lon, mask=np.isnan(self.lon)),
            "lat": pa.array(self.lat, mask=np.isnan(self.lat)),
        }
        return pa.table([columns[name] if name in columns else parts[name].texts() for name in _COLUMNS], PARSED)

    def _house_numbers(self) -> dict[str, pa.Array]:
        """Give the numbers and their text. A block has a hundred numbers when it does not say its end."""
        first, is_block = self.parts["number"], self.form.is_in({"block"})
        low, high, last = (first.whole_numbers(end) for end in ("low", "high", "last"))
        other = self.parts["number_2"].whole_numbers("low")
        is_one = self.form.is_in({"address-hyphen"})
        low, high = np.where(is_one, last, low), np.where(is_one, -1, high)
        low, high = (
            np.where(other >= 0, np.minimum(low, other), low),
            np.where(other >= 0, np.maximum(low, other), high),
        )
        is_hundred = is_block & (low >= 0) & (high < 0)
        start = low // 100 * 100
        low, high = np.where(is_hundred, start, low), np.where(is_hundred, start + 99, high)
        low = np.where(is_block & (low == 0), 1, low)
        return {
            "number": pa.array(low.astype(np.int32), mask=low < 0),
            "number_high": pa.array(high.astype(np.int32), mask=high < 0),
            "number_text": first.texts(lambda number: number.text),
        }


def _city_size(key: str, cities: frozenset[str]) -> int:
    """Count the words of the city that a street without a suffix ends with; 0 when there is none."""
    words = key_parts(key).name.split()
    return next((size for size in (3, 2, 1) if size < len(words) and " ".join(words[-size:]) in cities), 0)


def _cut_city(key: str, cities: frozenset[str]) -> tuple[str, str]:
    """Part a street key that ends with a city into the street's key and the city, the last word when it is not known."""
    parts, size = key_parts(key), max(_city_size(key, cities), 1)
    words = parts.name.split()
    return "|".join(parts._replace(name=" ".join(words[:-size]))), " ".join(words[-size:])


def _words_of(key: str) -> str:
    """Give the words of a street key."""
    return " ".join(key.replace("|", " ").split())
