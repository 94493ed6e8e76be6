"""Strings -> tokens, each with its letter.

Arrow cuts the strings at blanks and numbers the distinct pieces; each distinct piece is read once in plain Python
(`characters.read_piece`: ``ST/5TH`` gives three tokens, ``12XX`` one), and so is each distinct phrase (`phrases`). A
million strings hold a few ten thousand of either, so that reading them costs little however they are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.characters import read_piece
from pcanalytics.geocoding.cleaning import LONGEST
from pcanalytics.geocoding.phrases import may_follow, may_start, phrase_at, phrase_reach

__all__ = ["Tokens", "tokenize"]

Token = tuple[str, str]
Integers = npt.NDArray[np.int64]

#: More tokens than this are no written place.
MOST_TOKENS = 40


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
        if len(lengths) and lengths.min() == lengths.max() == 1:
            single = pa.array(self.ids[starts]).dictionary_encode()
            return [(self.vocabulary[token],) for token in single.dictionary.to_pylist()], single.indices.to_numpy()
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
    counts = np.fromiter(map(len, read), np.int32, len(read))
    laid = np.fromiter(chain.from_iterable(read), np.int32, int(counts.sum()))
    begins = np.cumsum(counts) - counts
    pieces = coded.indices.to_numpy()
    each = counts[pieces]
    places = np.concatenate([[0], np.cumsum(each)])
    ids = np.empty(places[-1] + 1, np.int32)  # a piece without tokens writes where the next one writes again
    ids[places[:-1]] = np.append(laid, 0)[begins][pieces]
    for step in range(1, counts.max(initial=0)):
        longer = np.flatnonzero(each > step)
        ids[places[longer] + step] = laid[begins[pieces[longer]] + step]
    return ids[:-1], places[offsets], vocabulary


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
        (
            phrase_reach(tokens[first], tokens[second])
            for first, second in zip(*divmod(pairs, len(tokens)), strict=True)
        ),
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
