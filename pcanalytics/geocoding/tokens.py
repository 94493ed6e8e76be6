"""Strings -> tokens, each with its letter: the only place where characters are looked at.

Strings are cut at blanks by Arrow, and each distinct piece is read once in plain Python (`read_piece`): ``ST/5TH`` gives
three tokens, ``12XX`` one. Then phrases (`phrases.py`) become one token each. A million strings hold a few
ten thousand distinct pieces, so that reading them costs little however they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.cleaning import LONGEST, plain
from pcanalytics.geocoding.house_numbers import read_number
from pcanalytics.geocoding.lexicon import STATES, SUFFIXES
from pcanalytics.geocoding.phrases import may_follow, may_start, phrase_at, phrase_reach
from pcanalytics.geocoding.vocabulary import WORDS

__all__ = ["Tokens", "read_piece", "tokenize"]

Token = tuple[str, str]
Integers = npt.NDArray[np.int64]

#: More tokens than this are no written place.
MOST_TOKENS = 60

_HARD = re.compile(r"(\*{2,}|[&@\\|,():;#\"\[\]=*+<>?!_~{}]|/{2,})")
_GLUED = re.compile(r"([A-Z]+)-?(\d+[A-Z]?|\d+\.\d+)")
_ORDINAL_AND_MORE = re.compile(r"(\d+(?:ST|ND|RD|TH))([A-Z]{2,})")
_NUMBER_AND_WORD = re.compile(r"(\d+)-?([A-Z]{2,})")
_HYPHENATED_CODE = re.compile(r"([A-Z]{1,3})\d*-[A-Z]?\d+[A-Z]?")
_CODE = re.compile(r"(?=.*\d)[A-Z0-9]+(?:[-.][A-Z0-9]+)*")

#: Words that are written against the number that follows them: I95, APT4, EXIT10.
_BEFORE_NUMBERS = frozenset(
    """I IH US USH SR SH STH CR CTH CSAH FM RM HWY HIGHWAY INTERSTATE RT RTE ROUTE APT UNIT STE SUITE RM BLDG LOT SPC SPACE EXIT MM
    MP PIER GATE BOX FL FLR RR HC BEAT GRID ZONE POB AVE AVENUE ROOM TRLR""".split()
)
#: Words that are written against the number before them: 1200BLK, 200FT.
_AFTER_NUMBERS = frozenset(word for word, (_, letter) in WORDS.items() if letter in "bDKHF") - {"M", "B"}
_SPLIT = {f"{side}/O": ((side, "d"), ("OF", "O")) for side in "NSEW"} | {
    "C/O": (("CARE", "w"),),
    "B/O": (("BLOCK", "b"), ("OF", "O")),
} | {f"{corner}C": ((corner, "d"), ("CORNER", "Q")) for corner in ("NE", "NW", "SE", "SW")}
_FEET = re.compile(r"(\d{1,5})'")
_AND_FRACTION = re.compile(r"(\d+)-(\d/\d)")
_FLOOR = re.compile(r"(\d{1,2})/FL?\.?")
_HIDDEN = re.compile(r"(?<=\d)\*+")
_NOISE = frozenset('"=*+<>?!_~{}')


def read_piece(written: str) -> tuple[Token, ...]:
    """Read what stands between two blanks.

    Parameters
    ----------
    written : str
        A piece of a written place.

    Returns
    -------
    tuple of (str, str)
        Its tokens: the canonical text and the letter of each.

    Examples
    --------
    >>> read_piece("st/03rd")
    (('ST', 't'), ('/', '/'), ('3RD', 'o'))
    """
    word = plain(written)
    if known := WORDS.get(word):
        return (known,)
    if word.isdigit() and word.isascii():
        return (read_number(word) or (word, "c"),)
    if word.isalpha() and word.isascii():
        return _SPLIT.get(word) or (_alphabetic(word),)
    word = _HIDDEN.sub(lambda stars: "X" * len(stars[0]), word)
    return tuple(chain.from_iterable(_part(part) for part in _HARD.split(word) for part in part.split()))


def _alphabetic(word: str) -> Token:
    return WORDS.get(word) or (word, "w")


def _part(part: str) -> tuple[Token, ...]:
    """Read a part without hard separators; it may still hold ``/ - . '`` that belong to a word or stand between two."""
    if part in _NOISE:
        return ()
    if part in _SPLIT:
        return _SPLIT[part]
    if feet := _FEET.fullmatch(part):
        return ((feet[1], "n"), ("FT", "D"))
    if floor := _FLOOR.fullmatch(part):
        return ((floor[1], "n"), ("FLOOR", "F"))
    if known := WORDS.get(part) or WORDS.get(bare := _bare(part)) or read_number(bare):
        return (known,)
    if mixed := _AND_FRACTION.fullmatch(bare):
        return (*_part(mixed[1]), (mixed[2], "f"))
    for separator in "/-":
        if separator in bare:
            if separator == "-" and (whole := _hyphenated(bare)):
                return whole
            return _separated(bare, separator)
    return _unseparated(bare)


def _bare(part: str) -> str:
    """Drop apostrophes, and periods that are no decimal point."""
    part = part.replace("'", "")
    if "." in part and not re.fullmatch(r"[A-Z]?\d+(\.\d+)+[A-Z]?", part.strip(".")):
        part = part.replace(".", "")
    return part.strip(".") or part


def _separated(part: str, separator: str) -> tuple[Token, ...]:
    """Read the two sides of a separator. A hyphen between words of one name separates nothing."""
    left, _, right = part.partition(separator)
    before, after = (_part(left) if left else ()), (_part(right) if right else ())
    between = separator == "/" or not before or not after or before[-1][1] in "sto"
    return (*before, *([(separator, separator)] if between else []), *after)


def _hyphenated(part: str) -> tuple[Token, ...]:
    if (glued := _GLUED.fullmatch(part)) and glued[1] in _BEFORE_NUMBERS:
        return (_alphabetic(glued[1]), *_part(glued[2]))
    if glued and glued[1] in STATES and len(glued[2]) <= 3:  # CA-99
        return ((f"SR {glued[2]}", "r"),)
    if (glued := _NUMBER_AND_WORD.fullmatch(part)) and glued[2] in _AFTER_NUMBERS:
        return (*_part(glued[1]), WORDS[glued[2]])
    if (code := _HYPHENATED_CODE.fullmatch(part)) and code[1] not in SUFFIXES:
        return ((part, "c"),)
    return ()


def _unseparated(part: str) -> tuple[Token, ...]:
    if part.isalpha():
        return (_alphabetic(part),)
    if (glued := _GLUED.fullmatch(part)) and glued[1] in _BEFORE_NUMBERS:
        return (_alphabetic(glued[1]), *_part(glued[2]))
    if glued := _ORDINAL_AND_MORE.fullmatch(part):
        return (*_part(glued[1]), *_suffix_and_direction(glued[2]))
    if (glued := _NUMBER_AND_WORD.fullmatch(part)) and (glued[2] in _AFTER_NUMBERS or len(glued[2]) > 2):
        return (*_part(glued[1]), _alphabetic(glued[2]))
    return ((part, "c"),) if len(part) <= 12 and _CODE.fullmatch(part) else ((part, "w"),)


def _suffix_and_direction(glued: str) -> tuple[Token, ...]:
    """Read what is glued to an ordinal: the STNORTH of 5THSTNORTH."""
    for length in range(min(len(glued), 9), 1, -1):
        head, tail = glued[:length], glued[length:]
        if head in SUFFIXES and (not tail or WORDS.get(tail, ("", ""))[1] in ("d", "t", "s")):
            return (WORDS[head], *((WORDS[tail],) if tail else ()))
    return (_alphabetic(glued),)


@dataclass(frozen=True)
class Tokens:
    """The tokens of many strings, end to end.

    Parameters
    ----------
    ids : array of int
        The vocabulary's position of each token.
    offsets : array of int
        Where the tokens of each string begin, and the end.
    vocabulary : list of (str, str)
        Text and letter of each distinct token.
    """

    ids: npt.NDArray[np.int32]
    offsets: Integers
    vocabulary: list[Token]

    @property
    def shapes(self) -> pa.DictionaryArray:
        """The shape of each string: one letter a token."""
        letters = np.frombuffer("".join(letter for _, letter in self.vocabulary).encode("ascii"), np.uint8)
        return _words_of(letters[self.ids], self.offsets)

    def spans(self, starts: Integers, ends: Integers) -> tuple[list[tuple[Token, ...]], npt.NDArray[np.int32]]:
        """Give the distinct token sequences in ``[start, end)``, and for each span the position of its own."""
        lengths = ends - starts
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        at = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        coded = _words_of(self.ids[at].view(np.uint8) if len(at) else np.empty(0, np.uint8), 4 * offsets)
        vocabulary = self.vocabulary
        _, bounds, flat = coded.dictionary.buffers()
        tokens = [vocabulary[token] for token in np.frombuffer(flat, np.int32).tolist()] if flat else []
        cuts = (np.frombuffer(bounds, np.int64)[: len(coded.dictionary) + 1] // 4).tolist()
        return [tuple(tokens[a:b]) for a, b in pairwise(cuts)], coded.indices.to_numpy()


def _words_of(letters: npt.NDArray[np.uint8], offsets: Integers) -> pa.DictionaryArray:
    """Cut a run of bytes into words, and give each distinct one a number. Nothing is copied."""
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets, np.int64)), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.Array.from_buffers(pa.large_binary(), len(offsets) - 1, buffers).dictionary_encode()


def tokenize(strings: pa.Array) -> Tokens:
    """Read strings into tokens.

    Parameters
    ----------
    strings : pyarrow.Array of str
        Written places. A missing or overlong one has no tokens.

    Returns
    -------
    Tokens
        Their tokens, phrases merged.

    Examples
    --------
    >>> import pyarrow as pa
    >>> tokenize(pa.array(["1200 n. Main St", "INTERSTATE80 HY"])).shapes.to_pylist()
    [b'ndwt', b'rs']
    """
    pieces = pc.ascii_split_whitespace(_readable(strings))
    coded = pieces.values.dictionary_encode()
    ids, offsets, vocabulary = _read_pieces(coded, pieces.offsets.to_numpy().astype(np.int64))
    return _cut_long(*_merge_phrases(ids, offsets, vocabulary))


def _readable(strings: pa.Array) -> pa.Array:
    """Empty the strings that are missing or too long to be a place."""
    texts = strings.cast(pa.large_string())
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > LONGEST:
        texts = pc.utf8_trim_whitespace(texts)
        texts = pc.if_else(pc.greater(pc.binary_length(texts), LONGEST), None, texts)
    return pc.fill_null(texts, "")


def _read_pieces(
    coded: pa.DictionaryArray, offsets: Integers
) -> tuple[npt.NDArray[np.int32], Integers, dict[Token, int]]:
    """Read each distinct piece once, and lay its tokens out wherever it stands."""
    vocabulary: dict[Token, int] = {}
    read = [
        [vocabulary.setdefault(token, len(vocabulary)) for token in read_piece(piece)]
        for piece in coded.dictionary.to_pylist()
    ]
    counts = np.fromiter(map(len, read), np.int64, len(read))
    laid = np.fromiter(chain.from_iterable(read), np.int32, int(counts.sum()))
    pieces = coded.indices.to_numpy()
    if (counts == 1).all():
        return laid[pieces], offsets, vocabulary
    begins = np.cumsum(counts) - counts
    each = counts[pieces]
    places = np.concatenate([[0], np.cumsum(each)])
    at = np.arange(places[-1]) + np.repeat(begins[pieces] - places[:-1], each)
    return laid[at], places[offsets], vocabulary


def _merge_phrases(
    ids: npt.NDArray[np.int32], offsets: Integers, vocabulary: dict[Token, int]
) -> tuple[npt.NDArray[np.int32], Integers, list[Token]]:
    """Make one token of each phrase. Only where two tokens begin a phrase are more looked at."""
    tokens = list(vocabulary)
    starts = np.fromiter(map(may_start, tokens), np.uint8, len(tokens))
    follows = np.fromiter(map(may_follow, tokens), np.uint8, len(tokens))
    if not len(ids):
        return ids, offsets, tokens
    candidates = np.flatnonzero(starts[ids[:-1]] & follows[ids[1:]])
    bounds = offsets[np.searchsorted(offsets, candidates, side="right")]
    candidates, bounds = candidates[bounds > candidates + 1], bounds[bounds > candidates + 1]
    pairs, pair = np.unique(ids[candidates].astype(np.int64) * len(tokens) + ids[candidates + 1], return_inverse=True)
    reach = np.fromiter(
        (phrase_reach(tokens[first], tokens[second]) for first, second in zip(*divmod(pairs, len(tokens)), strict=True)),
        np.int64,
        len(pairs),
    )[pair]
    candidates, bounds, reach = candidates[reach > 0], bounds[reach > 0], reach[reach > 0]
    distinct, which = Tokens(ids, offsets, tokens).spans(candidates, np.minimum(candidates + reach, bounds))
    merged = [phrase_at(window) for window in distinct]
    keep = np.ones(len(ids), bool)
    changed = ids.copy()
    free = 0
    found = np.fromiter((one is not None for one in merged), bool, len(merged))
    hits = np.flatnonzero(found[which]) if len(which) else np.empty(0, np.int64)
    for position, kind in zip(candidates[hits].tolist(), which[hits].tolist(), strict=True):
        if position < free:
            continue
        phrase = merged[kind]
        assert phrase is not None
        length, made = phrase
        for step, token in enumerate(made):
            changed[position + step] = vocabulary.setdefault(token, len(vocabulary))
        keep[position + len(made) : position + length] = False
        free = position + length
    before = np.concatenate([[0], np.cumsum(keep)])
    return changed[keep], before[offsets], list(vocabulary)


def _cut_long(ids: npt.NDArray[np.int32], offsets: Integers, vocabulary: list[Token]) -> Tokens:
    """Empty the strings of too many tokens."""
    lengths = np.diff(offsets)
    if len(lengths) and lengths.max() > MOST_TOKENS:
        keep = np.repeat(lengths <= MOST_TOKENS, lengths)
        ids = ids[keep]
        offsets = np.concatenate([[0], np.cumsum(np.where(lengths <= MOST_TOKENS, lengths, 0))])
    return Tokens(ids, offsets, vocabulary)
