"""Location strings of our own invention, written down before the grammar was read: each has the form and reason it should.

``invented_forms.csv`` holds one string a row: ``raw``, ``form``, ``reason`` (where the string can never be placed), and where
they are beyond dispute ``number`` (``1400-1499`` for a block), ``street`` and ``cross`` as street keys, with a ``note``.

The grammar was then written until these came out right. So 79 more, marked *second set*, were written to see what it does with
strings that nobody wrote it for: at the first look 76 had the right form, and all that can never be placed the right reason.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from pcanalytics.geocoding.parsing import Known, parse
from pcanalytics.geocoding.reasons import FORMS, REASONS

FILE = Path(__file__).parent / "invented_forms.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
RIVERTON = Known(localities=frozenset({"RIVERTON"}))

#: Forms that only a reference can tell from a plain address; the string alone shows an address.
REFINED = {"address-fuzzy": "address", "address-suffix-alt": "address", "address-out-of-range": "address"}


@pytest.fixture(scope="module")
def parsed() -> list[dict[str, object]]:
    return parse(pa.array([row["raw"] for row in ROWS]), known=RIVERTON).to_pylist()


def _share(right: list[bool], wrong: list[str], least: float) -> None:
    share = sum(right) / len(right)
    assert share >= least, f"{share:.1%} of {len(right)} are right; wrong: {wrong}"


def test_the_file_holds_what_it_says():
    assert len(ROWS) >= 200
    assert len({row["raw"] for row in ROWS}) == len(ROWS)
    assert {row["form"] for row in ROWS} == set(FORMS)
    assert {row["reason"] for row in ROWS} <= {"", *REASONS}


def test_forms(parsed):
    right = [found["form"] == REFINED.get(row["form"], row["form"]) for row, found in zip(ROWS, parsed, strict=True)]
    _share(right, [row["raw"] for row, is_right in zip(ROWS, right, strict=True) if not is_right], 0.95)


@pytest.mark.parametrize("number", [n for n, row in enumerate(ROWS) if row["reason"]], ids=lambda n: ROWS[n]["raw"])
def test_what_can_never_be_placed_has_its_reason(parsed, number):
    assert (parsed[number]["form"], parsed[number]["reason"]) == (ROWS[number]["form"], ROWS[number]["reason"])


def test_nothing_else_is_refused(parsed):
    refused = [row["raw"] for row, found in zip(ROWS, parsed, strict=True) if found["reason"] and not row["reason"]]
    assert refused == []


def test_numbers(parsed):
    pairs = [(row, found) for row, found in zip(ROWS, parsed, strict=True) if row["number"]]
    right = [_number(row["form"], found) == row["number"] for row, found in pairs]
    _share(right, [row["raw"] for (row, _), is_right in zip(pairs, right, strict=True) if not is_right], 0.95)


def test_streets(parsed):
    pairs = [(row, found) for row, found in zip(ROWS, parsed, strict=True) if row["street"]]
    right = [
        {row["street"], row["cross"]} - {""} <= {found["street"], found["cross"], found["cross_2"]}
        for row, found in pairs
    ]
    _share(right, [row["raw"] for (row, _), is_right in zip(pairs, right, strict=True) if not is_right], 0.95)


def _number(form: str, found: dict[str, object]) -> object:
    if form == "block" or form == "address-multi":
        return f"{found['number']}-{found['number_high']}"
    return found["number_text"]
