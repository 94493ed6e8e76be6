"""Read what people wrote as a place: its form, and its parts.

Strings become tokens, tokens become letters, and the letters of a string are its shape (`letters.LETTERS`). The grammar reads
each distinct shape once, each distinct part (a house number, a street) is read once, and all else is looking up by
position. So the time hardly depends on how involved the grammar is, and grows with the number of characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.coordinates import read_coordinates
from pcanalytics.geocoding.grammar import PARTS, Reading, read_shape
from pcanalytics.geocoding.house_numbers import HouseNumber, read_house_number
from pcanalytics.geocoding.lexicon import COMMON_STREETS, DIRECTIONS, LARGE_CITIES, STATES
from pcanalytics.geocoding.street_keys import (
    key_parts,
    place_key,
    place_keys,
    read_place,
    read_street,
    street_key,
    street_keys,
    street_name,
)
from pcanalytics.geocoding.tokens import Tokens, tokenize

__all__ = ["PARSED", "Known", "parse", "place_key", "place_keys", "street_key", "street_keys", "street_name"]

Token = tuple[str, str]
Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

_TEXT = pa.dictionary(pa.int32(), pa.string())

#: What `parse` gives for each string.
PARSED = pa.schema(
    [
        ("form", _TEXT),
        ("reason", _TEXT),
        ("number", pa.int32()),
        ("number_high", pa.int32()),
        ("number_text", _TEXT),
        ("street", _TEXT),
        ("cross", _TEXT),
        ("cross_2", _TEXT),
        ("offset_m", pa.float64()),
        ("offset_direction", _TEXT),
        ("corner", _TEXT),
        ("route", _TEXT),
        ("route_direction", _TEXT),
        ("milepost", pa.float64()),
        ("exit", _TEXT),
        ("place", _TEXT),
        ("unit", _TEXT),
        ("locality", _TEXT),
        ("state", _TEXT),
        ("zip", _TEXT),
        ("area", _TEXT),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
    ]
)


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


class _Column:
    """One part of every row: distinct values, and which of them each row has (-1: none)."""

    def __init__(self, rows: int) -> None:
        self.values: list[Any] = []
        self.codes = np.full(rows, -1, np.int32)

    def put(self, rows: Integers, values: Sequence[object], which: npt.NDArray[np.int32]) -> None:
        start = len(self.values)
        self.values.extend(values)
        self.codes[rows] = which + start

    def set(self, rows: Truths | Integers, value: object) -> None:
        self.values.append(value)
        self.codes[rows] = len(self.values) - 1

    def clear(self, rows: Truths | Integers) -> None:
        self.codes[rows] = -1

    @property
    def there(self) -> Truths:
        """Where a row has a value."""
        return self.codes >= 0

    def is_in(self, wanted: frozenset[str] | set[str]) -> Truths:
        """Where a row has one of the values wanted."""
        return self.holds(lambda value: value in wanted)

    def holds(self, test: Callable[[Any], bool], rows: Truths | None = None) -> Truths:
        """Where, of some rows or of all, the value passes a test; each distinct value is tested once."""
        wanted = range(len(self.values)) if rows is None else np.unique(self.codes[rows]).tolist()
        passes = np.zeros(len(self.values) + 1, bool)
        for code in wanted:
            passes[code] = code >= 0 and bool(test(self.values[code]))
        found = passes[self.codes]
        return found if rows is None else found & rows

    def numbers(self) -> pa.Array:
        """Give the column as numbers."""
        return pc.take(pa.array(self.values, pa.float64()), pa.array(self.codes, mask=self.codes < 0))

    def ends(self, name: str) -> Integers:
        """Give one of the numbers of house numbers; -1 where there is none."""
        found = (getattr(value, name) for value in self.values)
        return np.array([*(-1 if number is None else number for number in found), -1], np.int64)[self.codes]

    def text(self, of: Callable[[Any], str] | None = None) -> pa.DictionaryArray:
        """Give the column as text, each distinct value once; an empty one is missing."""
        given = self.values if of is None else [of(value) for value in self.values]
        distinct = dict.fromkeys(filter(None, given))
        place = {value: at for at, value in enumerate(distinct)}
        codes = np.array([*(place.get(value, -1) for value in given), -1], np.int32)[self.codes]
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(distinct), pa.string()))


class _Parse:
    """One run of `parse`: the steps in their order are the method `table`."""

    def __init__(self, texts: pa.Array, known: Known) -> None:
        self.texts, self.known, self.rows = texts, known, len(texts)
        self.tokens: Tokens = tokenize(texts)
        self.parts: dict[str, _Column] = {}

    def table(self) -> pa.Table:
        self._read_shapes()
        self._read_parts()
        self._decide()
        self._read_blank_and_coordinates()
        self._give_reasons()
        return self._assembled()

    def _read_shapes(self) -> None:
        """Read each distinct shape once."""
        shapes = self.tokens.shapes
        self.readings: list[Reading] = [read_shape(shape.decode()) for shape in shapes.dictionary.to_pylist()]
        self.shape = shapes.indices.to_numpy()
        self.form = _Column(self.rows)
        self.form.put(np.arange(self.rows), [reading.form for reading in self.readings], self.shape)

    def _asked(self, question: str) -> Truths:
        """Where the grammar leaves a question to the words."""
        return np.array([*(reading.question == question for reading in self.readings), False])[self.shape]

    def _read_parts(self) -> None:
        """Read each distinct part once."""
        for part in PARTS:
            column = self.parts[part] = _Column(self.rows)
            spans = np.array([reading.spans.get(part, (0, 0)) for reading in self.readings] or [(0, 0)], np.int64)
            rows = np.flatnonzero(spans[self.shape, 1] if self.rows else [])
            if len(rows):
                starts = self.tokens.offsets[rows]
                found = spans[self.shape[rows]]
                distinct, which = self.tokens.spans(starts + found[:, 0], starts + found[:, 1])
                column.put(rows, [_READ[part](tokens) for tokens in distinct], which)

    # ------------------------------------------------------------------------------- what only the words can decide
    def _decide(self) -> None:
        self._decide_and()
        self._decide_at()
        self._decide_words()
        self._decide_tail()
        self._decide_area()

    def _is_street(self, part: str, rows: Truths) -> Truths:
        """Where, of some rows, a part is a street by its name: a known one, a common one, or an ordinal."""
        streets = self.known.streets | COMMON_STREETS
        return self.parts[part].holds(lambda key: _named_like_a_street(str(key), streets), rows)

    def _decide_and(self) -> None:
        """A & B ST is a crossing when both are streets, else one street with an AND in its name."""
        asked = self._asked("and")
        if not asked.any():
            return
        one = asked & ~(self._is_street("street", asked) & self._is_street("cross", asked))
        whole = self.parts["whole"]
        rows = np.flatnonzero(one)
        self.parts["street"].put(rows, whole.values, whole.codes[rows])
        self.parts["cross"].clear(one)
        self.form.set(one & ~self.parts["number"].there, "street-not-intersection")
        self.form.set(one & self.parts["number"].there, "address")

    def _decide_at(self) -> None:
        """1200 MAIN ST @ FILLMORE names a cross street when that is one, else a place."""
        asked = self._asked("at")
        place = asked & ~self._is_street("cross", asked)
        self._to_place(place, "cross")
        self.form.set(place, "address-with-place")

    def _decide_words(self) -> None:
        """Words without a suffix are a street when its name is known or common, else a place."""
        asked = self._asked("words")
        if not asked.any():
            return
        is_known_place = self.parts["street"].holds(lambda key: _place_of(key) in self.known.places, asked)
        place = asked & (~self._is_street("street", asked) | is_known_place)
        self._to_place(place, "street")
        self.form.set(place, "place")

    def _to_place(self, rows: Truths, part: str) -> None:
        """Move a part that is no street to the place."""
        codes, which = np.unique(self.parts[part].codes[rows], return_inverse=True)
        places = [_place_of(self.parts[part].values[code]) for code in codes.tolist()]
        self.parts["place"].put(np.flatnonzero(rows), places, which.astype(np.int32))
        self.parts[part].clear(rows)

    def _decide_tail(self) -> None:
        """Words after the suffix are a city when it is known or large, else a place."""
        tail = self.parts["tail"]
        if not tail.there.any():
            return
        city = tail.is_in(self.known.localities | LARGE_CITIES)
        for rows, part in ((city, "locality"), (tail.there & ~city, "place")):
            at = np.flatnonzero(rows)
            self.parts[part].put(at, tail.values, tail.codes[at])
        self.form.set(tail.there & ~city & self.form.is_in({"address"}), "address-with-place")

    def _decide_area(self) -> None:
        """A city that does not count as inside makes the address one outside."""
        locality = self.parts["locality"]
        if not locality.there.any():
            return
        known = self.known.localities
        named = locality.there & (self.parts["state"].there | locality.is_in(known | LARGE_CITIES))
        self.form.set(named & ~locality.is_in(known), "out-of-area")

    # ------------------------------------------------------------------------------------- coordinates, reasons, end
    def _read_blank_and_coordinates(self) -> None:
        blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(self.texts), ""), True).to_numpy(zero_copy_only=False)
        self.form.set(blank, "empty")
        self.lon, self.lat = np.full(self.rows, np.nan), np.full(self.rows, np.nan)
        letters = "nzavcgV" if False else None
        del letters
        maybe = np.flatnonzero(self._may_be_coordinates())
        if len(maybe):
            read = read_coordinates(pc.take(self.texts, pa.array(maybe)))
            is_one = pc.is_valid(read["kind"]).to_numpy()
            rows = maybe[is_one]
            self.lon[rows] = read["lon"].to_numpy()[is_one]
            self.lat[rows] = read["lat"].to_numpy()[is_one]
            self.form.set(rows, "coordinates")
            for column in self.parts.values():
                column.clear(rows)

    def _may_be_coordinates(self) -> Truths:
        """Where the shape has nothing but numbers, codes, directions and separators."""
        plain = frozenset("nzavcgdlLX0wt,/-:()@hqmkeoD")
        shapes = self.tokens.shapes.dictionary.to_pylist()
        maybe = [
            len(shape) > 1 or shape in (b"c", b"v", b"w") for shape in shapes
        ]
        ok = [bool(m and (set(shape.decode()) <= plain) and (set(b"vcnzgwa") & set(shape))) for m, shape in zip(maybe, shapes, strict=True)]
        return np.array([*ok, False])[self.shape]

    def _give_reasons(self) -> None:
        reason = _Column(self.rows)
        form, kind = self.form, self.parts["kind"]
        at = np.flatnonzero(form.is_in({"non-address"}))
        reason.set(at, "unknown")
        at = np.flatnonzero(form.is_in({"non-address"}) & kind.there)
        reason.put(at, kind.values, kind.codes[at])
        reason.set(form.is_in({"empty"}), "empty")
        if self.known.localities:
            reason.set(form.is_in({"out-of-area"}), "out_of_area")
        nothing = form.is_in({"place"}) & ~self.parts["place"].there
        reason.set(nothing, "not_understood")
        self.reason = reason

    def _assembled(self) -> pa.Table:
        parts = self.parts
        length = pc.multiply(parts["offset"].numbers(), parts["offset_unit"].numbers())
        columns = self._numbers() | {
            "form": self.form.text(),
            "reason": self.reason.text(),
            "offset_m": length,
            "milepost": parts["milepost"].numbers(),
            "lon": pa.array(self.lon, mask=np.isnan(self.lon)),
            "lat": pa.array(self.lat, mask=np.isnan(self.lat)),
        }
        return pa.table({name: columns[name] if name in columns else parts[name].text() for name in PARSED.names}, PARSED)

    def _numbers(self) -> dict[str, pa.Array]:
        """Give low end, high end and text of the house numbers. A block has a hundred numbers when it does not say its end."""
        first, second, is_block = self.parts["number"], self.parts["number_2"], self.form.is_in({"block"})
        low, high, last, other = first.ends("low"), first.ends("high"), first.ends("last"), second.ends("low")
        is_one = self.form.is_in({"address-hyphen"})
        low, high = np.where(is_one, last, low), np.where(is_one, -1, high)
        low, high = np.where(other >= 0, np.minimum(low, other), low), np.where(other >= 0, np.maximum(low, other), high)
        hundred = is_block & (low >= 0) & (high < 0)
        low, high = np.where(hundred, low // 100 * 100, low), np.where(hundred, low // 100 * 100 + 99, high)
        low = np.where(is_block & (low == 0), 1, low)
        return {
            "number": pa.array(low.astype(np.int32), mask=low < 0),
            "number_high": pa.array(high.astype(np.int32), mask=high < 0),
            "number_text": first.text(lambda number: number.text),
        }


def _place_of(key: str) -> str:
    """Give the words of a street key."""
    return " ".join(key.replace("|", " ").split())


def _named_like_a_street(key: str, streets: frozenset[str]) -> bool:
    name = key_parts(key).name
    return name in streets or (name[:1].isdigit() and name[-2:] in ("ST", "ND", "RD", "TH"))


# ---------------------------------------------------------------------------------------------- how a part is read
#: X S MAIN ST, UNIT BLOCK, HUNDRED BLOCK.
_NUMBER_WORDS = {"X": HouseNumber(1, 9, 1, ""), "U": HouseNumber(1, 99, 1, ""), "H": HouseNumber(100, 199, 100, "")}


def _read_number(tokens: Sequence[Token]) -> HouseNumber:
    text, letter = tokens[0]
    if letter in _NUMBER_WORDS:
        return _NUMBER_WORDS[letter]
    joined = "".join(text for text, letter in tokens if letter != "f") or text
    fraction = [text for text, letter in tokens[1:] if letter == "f"]
    number = read_house_number(joined, letter)
    return number._replace(text=" ".join([number.text, *fraction]))


def _read_text(tokens: Sequence[Token]) -> str:
    return " ".join(text for text, letter in tokens if letter not in "/@,():#")


def _read_unit(tokens: Sequence[Token]) -> str:
    words = [text for text, letter in tokens if letter not in ",#:"]
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("APT", "UNIT", "STE", "NUMBER", "BOX") else words)


def _read_direction(tokens: Sequence[Token]) -> str:
    return DIRECTIONS.get(tokens[0][0], tokens[0][0])


def _read_route(tokens: Sequence[Token]) -> str:
    return tokens[0][0].replace("US HWY", "US")


def _read_decimal(tokens: Sequence[Token]) -> float:
    total = 0.0
    for text, letter in tokens:
        if letter == "f":
            above, _, below = text.partition("/")
            total += int(above) / int(below) if int(below) else 0.0
        else:
            total += float("".join(c for c in text if c.isdigit() or c == ".") or 0)
    return total


def _read_state(tokens: Sequence[Token]) -> str:
    return STATES.get(_read_text(tokens), _read_text(tokens))


_METERS = {"FT": 0.3048, "MI": 1609.344, "YD": 0.9144, "METERS": 1.0, "KM": 1000.0}


def _read_length(tokens: Sequence[Token]) -> float | None:
    return _METERS.get(tokens[0][0])


_REASON_OF = {"$": "confidential", "%": "po_box", "^": "rural_route", "r": "rural_route", "~": "out_of_area", "?": "unknown", "x": "unknown"}


def _read_kind(tokens: Sequence[Token]) -> str:
    text, letter = tokens[0]
    return _REASON_OF.get(letter) or ("institution" if text == "CUSTODY" else "transient")


_READ: dict[str, Callable[[Sequence[Token]], object]] = dict.fromkeys(PARTS, _read_text) | {
    "number": _read_number,
    "number_2": _read_number,
    "street": read_street,
    "cross": read_street,
    "cross_2": read_street,
    "whole": read_street,
    "offset": _read_decimal,
    "offset_unit": _read_length,
    "offset_direction": _read_direction,
    "corner": _read_direction,
    "route": _read_route,
    "route_direction": _read_direction,
    "milepost": _read_decimal,
    "place": read_place,
    "tail": read_place,
    "locality": read_place,
    "unit": _read_unit,
    "state": _read_state,
    "kind": _read_kind,
}
