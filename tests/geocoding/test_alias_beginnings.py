"""Aliases that end in a star: which places they speak of."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pcanalytics.geocoding.alias_beginnings import find_beginnings
from pcanalytics.geocoding.cleaning import clean

WRITTEN = [
    "PIER 39 *",
    "PIER 39 SPACE *",
    "PIER 39 SPACE 7",
    "THE MALL",
    "1 FERRY BUILDING *",
    "*",
    "A.C. (OLD) *",
    None,
]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("pier 39", "PIER 39 *"),
        ("PIER  39, WEST PARK", "PIER 39 *"),
        ("PIER 39-A", "PIER 39 *"),
        ("PIER 39 SPACE K-1", "PIER 39 SPACE *"),
        ("PIER 390", None),
        ("PIER 39A", None),
        ("OLD PIER 39", None),
        ("THE MALL", None),
        ("1 FERRY BUILDING #23", "1 FERRY BUILDING *"),
        ("1 FERRY BUILDINGS", None),
        ("A.C. (OLD) GATE", "A.C. (OLD) *"),
        ("AXC. OLD GATE", None),
        ("", None),
        (None, None),
    ],
)
def test_which_alias_speaks(text, alias):
    [found] = find_beginnings(clean(pa.array([text], pa.string())), pa.array(WRITTEN)).tolist()
    assert (None if found < 0 else WRITTEN[found]) == alias


def test_against_trying_every_beginning():
    words = ["PIER", "39", "3", "A", "-", "#", "BOX"]
    texts = [" ".join(words[(n // 7**k) % 7] for k in range(4)) for n in range(0, 7**4, 3)]
    aliases = ["PIER *", "PIER 3 *", "PIER 39 A *", "A PIER *", "3 *"]
    found = find_beginnings(pa.array(texts), pa.array(aliases)).tolist()
    for text, alias in zip(texts, found, strict=True):
        fits = [one for one in aliases if f"{text} ".startswith(one[:-1])]
        assert (aliases[alias] if alias >= 0 else None) == (max(fits, key=len) if fits else None)


def test_many_aliases_are_tried_in_parts():
    aliases = pa.array([f"PLACE {n} *" for n in range(1000)])
    texts = pa.array([f"PLACE {n} ROOM 2" for n in range(0, 2000, 7)])
    assert find_beginnings(texts, aliases).tolist() == [n if n < 1000 else -1 for n in range(0, 2000, 7)]
    assert find_beginnings(texts, pa.array([], pa.string())).tolist() == [-1] * len(texts)
