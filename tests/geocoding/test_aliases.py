"""The agency's aliases: exact ones, beginnings, and what no alias may place."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from pcanalytics.geocoding.aliases import find_aliases
from pcanalytics.geocoding.geocode import geocode
from pcanalytics.geocoding.reference import Reference

WRITTEN = ["PIER 39 *", "PIER 39 SPACE *", "PIER 39 SPACE 7", "THE MALL", "1 FERRY BUILDING *", "*", "A.C. (OLD) *"]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("pier 39", "PIER 39 *"),
        ("PIER  39, WEST PARK", "PIER 39 *"),
        ("PIER 39-A", "PIER 39 *"),
        ("PIER 39 SPACE K-1", "PIER 39 SPACE *"),
        ("PIER 39 SPACE 7.", "PIER 39 SPACE 7"),
        ("PIER 390", None),
        ("PIER 39A", None),
        ("OLD PIER 39", None),
        ("The  Mall", "THE MALL"),
        ("THE MALL STORE 4", None),
        ("1 FERRY BUILDING #23", "1 FERRY BUILDING *"),
        ("1 FERRY BUILDINGS", None),
        ("A.C. (OLD) GATE", "A.C. (OLD) *"),
        ("AXC. OLD GATE", None),
        ("ANYTHING", None),
        ("", None),
        (None, None),
    ],
)
def test_which_alias_speaks(text, alias):
    [found] = find_aliases(pa.array([text], pa.string()), pa.array(WRITTEN)).tolist()
    assert (None if found < 0 else WRITTEN[found]) == alias


@pytest.mark.parametrize("text", ["PIER 39 (CONFIDENTIAL)", "PIER 39 PO BOX 4 CONFIDENTIAL"])
def test_what_is_confidential_has_none(text):
    assert find_aliases(pa.array([text]), pa.array(["PIER 39 *", text])).tolist() == [-1]


def test_against_trying_every_beginning():
    words = ["PIER", "39", "3", "A", "-", "#", "BOX"]
    texts = [" ".join(words[(n // 7**k) % 7] for k in range(4)) for n in range(0, 7**4, 3)]
    aliases = ["PIER *", "PIER 3 *", "PIER 39 A *", "A PIER *", "3 *"]
    found = find_aliases(pa.array(texts), pa.array(aliases)).tolist()
    for text, alias in zip(texts, found, strict=True):
        fits = [one for one in aliases if f"{text.strip(' -')} ".startswith(one[:-1])]
        assert alias < 0 or aliases[alias] == max(fits, key=len)
        assert alias >= 0 or not fits or "BOX" in text


def test_many_aliases_are_tried_in_parts():
    aliases = pa.array([f"PLACE {n} *" for n in range(1000)])
    texts = pa.array([f"PLACE {n} ROOM 2" for n in range(0, 2000, 7)])
    expected = [n if n < 1000 else -1 for n in range(0, 2000, 7)]
    assert find_aliases(texts, aliases).tolist() == expected


def test_an_alias_places_what_begins_so(toy_reference: Reference):
    tables = toy_reference.tables()
    old = tables["aliases"].to_pandas()
    new = pd.DataFrame(
        {"written": ["PIER 9 *"], "means": [None], "x": [500420.0], "y": [4650120.0], "is_institution": [True]}
    )
    tables["aliases"] = pa.Table.from_pandas(
        pd.concat([old, new]), schema=tables["aliases"].schema, preserve_index=False
    )
    reference = Reference.from_tables(tables, name="Toy town", vintage="2026", crs=toy_reference.crs)
    found = geocode(pd.Series(["PIER 9 SLIP 14", "PIER 9", "PIER 90", "PIER 9 (CONFIDENTIAL)"]), reference)
    assert found["status"].tolist() == ["M", "M", "U", "U"]
    assert found["x"].tolist()[:2] == [500420.0] * 2
    assert found["is_institution"].tolist()[:2] == [True, True]
    assert found["reason"].tolist()[3] == "confidential"
