"""An audit's chain verifies if and only if nobody touched it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import UsageError
from pcanalytics.exchange import FIRST, audit_entry, verify_chain


def chain(length: int) -> list[str]:
    lines, previous = [], FIRST
    for number in range(1, length + 1):
        line = audit_entry(
            "read",
            sequence=number,
            previous=previous,
            at=f"2026-11-23T08:{number:02d}:00+00:00",
            actor="analyst",
            outcome="allowed",
            table="incidents",
            columns=("beat", "district"),
            purpose="compstat",
            counts={"rows": number},
        )
        previous = json.loads(line)["digest"]
        lines.append(line)
    return lines


def test_an_untouched_chain_is_intact() -> None:
    lines = chain(5)
    check = verify_chain(line + "\n" for line in lines)
    assert check.intact and check.entries == 5
    assert check.head == json.loads(lines[-1])["digest"]


def test_an_entry_is_canonical_ascii() -> None:
    line = audit_entry("read", sequence=1, previous=FIRST, at="t", actor="Zoë", outcome="denied", reason="ß")
    assert line.isascii() and "\n" not in line
    assert list(json.loads(line)) == sorted(json.loads(line))


@given(st.integers(0, 4), st.data())
@settings(max_examples=200)
def test_one_changed_character_breaks_the_chain_there(number: int, data: st.DataObject) -> None:
    lines = chain(5)
    line = lines[number]
    at = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda one: one != line[at]))
    lines[number] = line[:at] + other + line[at + 1 :]
    check = verify_chain(lines)
    assert not check.intact and check.break_at == number + 1 and check.reason


@pytest.mark.parametrize("number", range(4))
def test_a_line_taken_out_breaks_the_chain(number: int) -> None:
    lines = chain(5)
    del lines[number]
    assert verify_chain(lines).break_at == number + 1


def test_two_lines_swapped_break_the_chain() -> None:
    lines = chain(3)
    assert verify_chain([lines[1], lines[0], lines[2]]).break_at == 1


def test_a_line_put_in_again_breaks_the_chain() -> None:
    lines = chain(3)
    assert verify_chain([*lines, lines[-1]]).reason == "it does not follow from the line before"


@pytest.mark.parametrize("line", ["", "not json", "[]", "{}", "[" * 100_000])
def test_what_is_no_entry_is_said_to_be_none(line: str) -> None:
    assert verify_chain([line]).break_at == 1


def test_an_entry_has_no_place_for_values() -> None:
    with pytest.raises(UsageError, match="whole numbers as counts"):
        audit_entry("read", sequence=1, previous=FIRST, at="t", actor="a", outcome="b", counts={"rows": "Smith"})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="knows no event"):
        audit_entry("peek", sequence=1, previous=FIRST, at="t", actor="a", outcome="b")
