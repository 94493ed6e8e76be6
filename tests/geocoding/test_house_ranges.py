"""Ranges in every way they are written down."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.geocoding.house_ranges import read_numbers, read_ranges


def ranges(**columns):
    frame = pd.DataFrame({key: [str(one) for one in values] for key, values in columns.items()})
    return read_ranges(frame, name="roads")


def rows(found, *keys):
    return found[list(keys)].values.tolist()


@pytest.mark.parametrize(
    ("written", "prefix", "number"),
    [
        ("1200", "", 1200),
        ("1200.0", "", 1200),
        (" 1200 ", "", 1200),
        ("1200B", "", 1200),
        ("30-41", "30-", 41),
        ("N6789", "N", 6789),
        ("W180 N8085", "W180N", 8085),
        ("", "", -1),
        ("NONE", "", -1),
        ("123456789012", "", -1),
        ("99999999", "", -1),
    ],
)
def test_numbers(written, prefix, number):
    found = read_numbers(pd.Series([written])).iloc[0]
    assert found["number"] == number
    assert number < 0 or found["prefix"] == prefix


def test_zero_to_zero_and_missing_are_no_range():
    found, _ = ranges(
        left_from=["0", "", "101"], left_to=["0", "", "199"], right_from=["0", "0", ""], right_to=["0"] * 3
    )
    assert rows(found, "row", "side", "low", "high") == [[2, "L", 101, 199]]


def test_falling_range_is_turned_and_said():
    found, _ = ranges(left_from=["199"], left_to=["101"], right_from=["100"], right_to=["198"])
    assert rows(found, "side", "low", "high", "descends", "parity") == [
        ["L", 101, 199, True, 1],
        ["R", 100, 198, False, 0],
    ]


def test_range_from_zero_starts_at_the_first_number_of_its_parity():
    found, _ = ranges(left_from=["0", "0"], left_to=["99", "98"])
    assert rows(found, "low", "high", "parity") == [[1, 99, 1], [0, 98, 0]]


def test_one_end_alone_is_one_number():
    found, _ = ranges(left_from=["101", ""], left_to=["", "55"])
    assert rows(found, "low", "high", "parity") == [[101, 101, 1], [55, 55, 1]]


def test_mixed_ends_stand_for_both():
    found, _ = ranges(left_from=["100"], left_to=["199"])
    assert rows(found, "parity") == [[2]]


def test_stated_parity_is_checked_against_the_ends():
    found, notes = ranges(left_from=["101", "100"], left_to=["199", "198"], left_parity=["O", "O"])
    assert rows(found, "parity") == [[1], [2]]
    assert [note.code for note in notes] == ["parity"]
    assert notes[0].rows == 1


def test_sides_together_are_both_odd_and_even():
    found, notes = ranges(**{"from": ["100", "201", "301", "400"], "to": ["199", "299", "398", "499"]})
    assert rows(found, "side", "parity") == [["", 2]] * 4
    assert notes[0].code == "both_sides"


def test_one_row_a_side_keeps_its_parity():
    found, notes = ranges(**{"from": ["101", "100", "201"], "to": ["199", "198", "299"]})
    assert rows(found, "parity") == [[1], [0], [1]]
    assert notes == []


def test_prefixes_that_differ_are_left_out_and_counted():
    found, notes = ranges(left_from=["30-01", "N100"], left_to=["30-99", "S198"])
    assert rows(found, "number_prefix", "low", "high") == [["30-", 1, 99]]
    assert (notes[0].code, notes[0].rows, notes[0].first_row) == ("unlike_prefix", 1, 2)


def test_a_layer_without_ranges():
    found, notes = ranges(name=["MAIN ST"])
    assert len(found) == 0
    assert notes == []
