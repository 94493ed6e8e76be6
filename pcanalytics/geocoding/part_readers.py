"""How the tokens of each part are read: a number, a street, a distance. Each distinct part is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pcanalytics.geocoding.grammar import PARTS
from pcanalytics.geocoding.house_numbers import HouseNumber, read_house_number
from pcanalytics.geocoding.lexicon import DIRECTIONS, STATES
from pcanalytics.geocoding.place_keys import SEPARATORS, read_place
from pcanalytics.geocoding.street_keys import read_street

__all__ = ["READERS"]

Token = tuple[str, str]

#: X S MAIN ST, UNIT BLOCK, HUNDRED BLOCK.
_NUMBER_WORDS = {"X": HouseNumber(1, 9, 1, ""), "U": HouseNumber(1, 99, 1, ""), "H": HouseNumber(100, 199, 100, "")}
_METERS = {"FT": 0.3048, "MILE": 1609.344, "YD": 0.9144, "METERS": 1.0, "KM": 1000.0}
_REASONS = {
    "$": "confidential",
    "%": "po_box",
    "^": "rural_route",
    "r": "rural_route",
    "~": "out_of_area",
    "?": "unknown",
    "x": "unknown",
}
#: Words before the name of a unit that say nothing: APT 4 and # 4 are the same.
_PLAIN_UNITS = frozenset(["APT", "UNIT", "STE", "NUMBER", "BOX", "PO BOX"])


def _number(tokens: Sequence[Token]) -> HouseNumber:
    text, letter = tokens[0]
    if letter in _NUMBER_WORDS:
        return _NUMBER_WORDS[letter]
    whole = "".join(text for text, letter in tokens if letter != "f") or text
    fraction = [text for text, letter in tokens[1:] if letter == "f"]
    number = read_house_number(whole, letter)
    return number._replace(text=" ".join([number.text, *fraction]))


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(text for text, letter in tokens if letter not in SEPARATORS)


def _unit(tokens: Sequence[Token]) -> str:
    words = [text for text, letter in tokens if letter not in ",#:(/-"]
    return " ".join(words[1:] if len(words) > 1 and words[0] in _PLAIN_UNITS else words)


def _direction(tokens: Sequence[Token]) -> str:
    return DIRECTIONS.get(tokens[0][0], tokens[0][0])


def _route(tokens: Sequence[Token]) -> str:
    return tokens[0][0].replace("US HWY", "US")


def _decimal(tokens: Sequence[Token]) -> float:
    """Read 200, 0.5, 1/2 and 1 1/2."""
    total = 0.0
    for text, letter in tokens:
        if letter == "f":
            above, _, below = text.partition("/")
            total += int(above) / max(int(below), 1)
        else:
            total += float("".join(character for character in text if character in "0123456789."))
    return total


def _state(tokens: Sequence[Token]) -> str:
    return STATES.get(_text(tokens), _text(tokens))


def _meters(tokens: Sequence[Token]) -> float | None:
    """Give the meters of a unit of length; a block is no length."""
    return _METERS.get(tokens[0][0])


def _reason(tokens: Sequence[Token]) -> str:
    text, letter = tokens[0]
    return _REASONS.get(letter) or ("institution" if text == "CUSTODY" else "transient")


#: Part -> how it is read.
READERS: dict[str, Callable[[Sequence[Token]], Any]] = dict.fromkeys(PARTS, _text) | {
    "number": _number,
    "number_2": _number,
    "street": read_street,
    "cross": read_street,
    "cross_2": read_street,
    "whole": read_street,
    "offset": _decimal,
    "offset_unit": _meters,
    "offset_direction": _direction,
    "corner": _direction,
    "route": _route,
    "route_direction": _direction,
    "milepost": _decimal,
    "place": read_place,
    "tail": read_place,
    "locality": read_place,
    "unit": _unit,
    "state": _state,
    "kind": _reason,
}
