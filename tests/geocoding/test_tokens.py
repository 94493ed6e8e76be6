"""Tokens of many strings at once are the tokens of each alone, read slowly; the alphabet is closed."""

from __future__ import annotations

import re
import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.geocoding.characters import read_piece
from pcanalytics.geocoding.grammar import AROUND, NAME, NO_PLACE, PARTS, PLACES, read_shape
from pcanalytics.geocoding.letters import LETTERS
from pcanalytics.geocoding.part_readers import READERS
from pcanalytics.geocoding.phrases import phrase_at
from pcanalytics.geocoding.reasons import FORMS
from pcanalytics.geocoding.tokens import MOST_TOKENS, tokenize
from pcanalytics.geocoding.vocabulary import WORDS
from pcanalytics.geocoding.wordings import PHRASES

WORDS_TO_DRAW = (
    "1200 12XX 12 HUNDRED BLOCK OF N NORTH S W MAIN ST/5TH AVE TWENTY FIRST ST 1 CO RD 12 US HWY 61 BUSINESS I-95 STATE ROUTE 9 "
    "PO BOX P.O. IN FRONT OF THE CORNER AT INTERSECTION MILE 12 0.5 MI AREA 5 NO 7 SB 101 OR 97201 MI 48103 SOUTH CAROLINA , "
    "- 1299 NO FIXED ADDRESS SAME AS ABOVE MARTIN LUTHER KING JR ** NEC 1450ELM 150' 9/F"
).split(" ")


def _slowly(text: str) -> list[tuple[str, str]]:
    """Read one string: its pieces, then phrases from left to right, each the longest that begins there."""
    tokens = [token for piece in text.split() for token in read_piece(piece)]
    merged: list[tuple[str, str]] = []
    at = 0
    while at < len(tokens):
        window = tuple(tokens[at : at + 8])
        length, made = (phrase_at(window) if len(window) > 1 else None) or (1, window[:1])
        merged.extend(made)
        at += length
    return merged


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(st.sampled_from(WORDS_TO_DRAW), max_size=9).map(" ".join), max_size=12))
def test_many_at_once_are_as_each_alone(texts):
    tokens = tokenize(pa.array(texts, pa.string()))
    for row, text in enumerate(texts):
        ids = tokens.ids[tokens.offsets[row] : tokens.offsets[row + 1]]
        assert [tokens.vocabulary[token] for token in ids] == _slowly(text)
    starts, ends = tokens.offsets[:-1], tokens.offsets[1:]
    distinct, which = tokens.spans(starts, ends)
    assert [list(distinct[at]) for at in which] == [_slowly(text) for text in texts]
    assert len(set(distinct)) == len(distinct)


def test_single_tokens_are_read_like_longer_ones():
    tokens = tokenize(pa.array(["MAIN ST", "MAIN AVE"]))
    distinct, which = tokens.spans(np.array([0, 2]), np.array([1, 3]))
    assert distinct == [(("MAIN", "w"),)]
    assert which.tolist() == [0, 0]


def test_the_alphabet_is_closed():
    used = {letter for _, letter in (*WORDS.values(), *PHRASES.values())}
    assert used <= set(LETTERS)
    assert all(len(letter) == 1 and letter.isascii() for letter in LETTERS)
    for rule in (*NO_PLACE, *AROUND, *PLACES):
        assert rule.needs <= set(LETTERS), rule


def test_rules_give_forms_and_parts_that_there_are():
    assert {rule.form for rule in (*NO_PLACE, *PLACES)} <= set(FORMS)
    groups = {group for rule in (*NO_PLACE, *AROUND, *PLACES) for group in rule.pattern.groupindex}
    assert groups - {"core", "after", "before"} == set(PARTS) == set(READERS)


def test_a_rule_is_tried_wherever_it_could_fit():
    """The letters a rule needs are really needed: without them its pattern fits nothing of the shapes seen."""
    shapes = {
        shape.decode()
        for shape in tokenize(
            pa.array([" ".join(WORDS_TO_DRAW[a:b]) for a in range(60) for b in range(a + 1, a + 7)])
        ).shapes.dictionary.to_pylist()
    }
    for rule in (*NO_PLACE, *AROUND, *PLACES):
        for shape in shapes:
            if rule.needs and rule.needs.isdisjoint(shape):
                match = rule.pattern.fullmatch(shape)
                assert match is None or match.groupdict().get("core") == shape, (rule, shape)


def test_c67_groups_are_repeated_a_stated_number_of_times():
    """A group with choices that is repeated without end could be split in very many ways before it fails."""
    for rule in (*NO_PLACE, *AROUND, *PLACES):
        repeated = re.findall(
            r"\)[+*](?!\+)",
            rule.pattern.pattern.replace("(?:[&/,]+n)*", "").replace(NAME + "+", "").replace(NAME + "*", ""),
        )
        assert not repeated, rule


#: Shapes found by a search for slow ones.
SLOW = [
    "nwt{RF}b",
    "w{RF}Z",
    "nwt{URF}b",
    "w{U#o}W",
    "w{oFF}M",
    "nwt{OX2}W",
    "nwt{&}(",
    "w{nd}b",
    "{G#}&",
    "n{UlL}b",
    "nwt{,R}(",
    "w{wt}&n",
]


@pytest.mark.parametrize("slow", SLOW)
def test_c67_no_shape_is_slow(slow):
    before, again, after = re.split("[{}]", slow)
    shape = (before + again * MOST_TOKENS)[: MOST_TOKENS - len(after)] + after
    began = time.perf_counter()
    read_shape.__wrapped__(shape)
    assert time.perf_counter() - began < 1
