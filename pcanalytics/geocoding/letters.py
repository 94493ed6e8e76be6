"""The alphabet of shapes: one letter for each kind of token.

A written place becomes a word in this alphabet, its *shape*: ``1200 N MAIN ST`` is ``ndwt``, ``MAIN ST / 5TH AVE`` is
``wt/os``. Millions of strings have a few thousand shapes, and the grammar reads each shape once.
"""

from __future__ import annotations

__all__ = ["LETTERS"]

#: Letter -> what a token of that kind is. A letter is one byte.
LETTERS = {
    # numbers
    "0": "zero",
    "n": "a number: 1200",
    "z": "a number of five digits, which may be a zip code: 94103",
    "Z": "a zip code of nine digits: 94103-1234",
    "a": "a number with a letter: 1200B",
    "f": "a fraction: 1/2",
    "v": "a decimal: 123.4",
    "g": "a grid number: N6789",
    "h": "two numbers that make one: 30-41",
    "q": "two numbers that may be one or a pair: 30-42",
    "m": "two house numbers of one street: 1200-1202, 5317-19",
    "k": "the two ends of a block: 1200-1299",
    "x": "a block with its last digits hidden: 12XX",
    "y": "a range with its last digits hidden: 1201-124X",
    "c": "letters and digits mixed: C45, A-16",
    "o": "an ordinal: 5TH, THIRD",
    # words of names
    "w": "any word",
    "*": "a name by its well-known short form: MLK",
    "T": "THE",
    "l": "a letter that often numbers a flat: A to D",
    "L": "another letter",
    "X": "the letter X, which may stand for a crossing",
    "d": "a compass direction",
    "s": "a street suffix",
    "t": "ST, a suffix or a saint",
    "p": "a word that ends some streets and stands inside others: PARK, CREEK",
    "e": "a word for a kind of place: HOSPITAL, SCHOOL",
    "j": "a word for a place of custody: JAIL",
    "r": "a numbered road: I 95, US HWY 61, CR W",
    "A": "a postal code of a state",
    "V": "the name of a state",
    "2": "a postal code of a state that is also a suffix: CT, AL",
    "4": "a postal code of a state that is also a word: LA, DE, IN",
    "5": "the postal code that is also a floor: FL",
    "O": "OF",
    "N": "ON",
    # words that say what follows
    "b": "BLOCK",
    "H": "HUNDRED",
    "U": "a unit that has a name: APT, SUITE",
    "F": "a floor: FLOOR, LEVEL",
    "R": "a unit without a name: UPPER, LOBBY",
    "B": "BUILDING",
    "K": "a direction of travel: NB",
    "E": "EXIT",
    "M": "MILEPOST",
    "P": "RAMP",
    "D": "a unit of length: FT",
    "G": "an area: BEAT, GRID",
    "W": "BETWEEN",
    "<": "FROM",
    ">": "TO",
    "I": "INTERSECTION OF",
    "Q": "CORNER",
    "Y": "near to: REAR, REAR OF, IN FRONT OF",
    # words instead of a place
    "!": "no fixed address, or in custody",
    "?": "not known, not said, or said elsewhere",
    "$": "confidential",
    "%": "a post office box",
    "^": "a rural route",
    "~": "outside the area",
    # separators
    "/": "/ or \\ or |",
    "&": "& or AND",
    "@": "@ or AT",
    ",": "a comma",
    "(": "(",
    ")": ")",
    ":": ": or ;",
    "-": "a dash on its own",
    "#": "#",
    ";": "** before a remark",
}
