"""Cleaning: what counts as missing, and the parts that are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.linkage.cleaning import clean_address, clean_identifier, clean_name, clean_text
from pcanalytics.linkage.dates import clean_date
from pcanalytics.linkage.names import generation, name_pairs, sound
from pcanalytics.linkage.nicknames import name_roots, short_forms
from pcanalytics.linkage.preparing import prepare


def records(**columns: object) -> pd.DataFrame:
    rows = max(len(values) for values in columns.values() if isinstance(values, list))
    keys = [f"k{row}" for row in range(rows)]
    return pd.DataFrame({"record_key": keys, "side": "left", "source": "x", **columns})


@pytest.mark.parametrize("nothing", ["", " ", "Unknown", "UNK", "null", "N/A", "none", "?", "--", "."])
def test_words_for_unknown_are_missing(nothing: str) -> None:
    prepared = prepare(records(given_name=[nothing], surname=[nothing], sid=[nothing], zip=[nothing]))
    assert {name: prepared.table[name].null_count for name in ("given_name", "surname", "sid", "zip")} == {
        "given_name": 1,
        "surname": 1,
        "sid": 1,
        "zip": 1,
    }


def test_accents_case_apostrophes_and_hyphens_do_not_matter() -> None:
    assert clean_name("o’neil-PEÑA") == clean_name("O'Neil Pena") == "ONEIL PENA"


@pytest.mark.parametrize("number", ["0", "00000", "99999999", "111-11-1111"])
def test_placeholders_are_no_identification_number(number: str) -> None:
    assert clean_identifier(number if number != "0" else "000") is None


def test_what_begins_with_no_number_is_no_house() -> None:
    assert clean_address("TRANSIENT") is None and clean_address("P.O. Box 4") is None
    assert clean_address("12 Elm St.") == "12 ELM ST"


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    for clean in (clean_text, clean_name, clean_identifier, clean_address):
        once = clean(text)
        assert once is None or clean(once) == once


def test_dates_keep_even_days_that_no_calendar_has_because_they_may_be_one_digit_off() -> None:
    assert clean_date("1984-02-31") == clean_date("19840231") == "1984-02-31"
    assert clean_date("0000-00-00") is None and clean_date("02/03/1984") is None


def test_soundex_gives_the_published_codes() -> None:
    """Examples of the United States National Archives' page on the Soundex indexing system."""
    told = {
        "WASHINGTON": "W252",
        "LEE": "L000",
        "GUTIERREZ": "G362",
        "PFISTER": "P236",
        "JACKSON": "J250",
        "TYMCZAK": "T522",
        "ASHCRAFT": "A261",
    }
    assert {name: sound(name) for name in told} == told


def test_generations() -> None:
    assert [generation(text) for text in ("Jr.", "II", "sr", "III", "Esq")] == ["JR", "JR", "SR", "III", None]


def test_short_forms_that_everybody_knows() -> None:
    together = [("BOB", "ROBERT"), ("PEGGY", "MARGARET"), ("JACK", "JOHN"), ("BETO", "ALBERTO"), ("CHENTE", "VICENTE")]
    assert all(set(name_roots(short)) & set(name_roots(formal)) for short, formal in together)
    apart = [("ROBERT", "RICHARD"), ("PATRICK", "PATRICIA"), ("JOHN", "JOSE"), ("MARIA", "MARGARET")]
    assert not any(set(name_roots(one)) & set(name_roots(other)) for one, other in apart)


def test_the_table_of_short_forms_is_plain_sorted_and_says_nothing_twice() -> None:
    table = short_forms()
    assert len(table) > 400
    assert list(table) == sorted(table)
    for formal, shorts in table.items():
        assert shorts
        assert len(set(shorts)) == len(shorts)
        assert all(name.isascii() and name.isalpha() and name.isupper() for name in (formal, *shorts))
        assert formal not in shorts


def test_a_short_form_takes_the_formal_name_that_is_common_here() -> None:
    women = prepare(records(given_name=["Pat", "Patricia", "Patricia"], surname=["Roe"] * 3))
    men = prepare(records(given_name=["Pat", "Patrick", "Patrick"], surname=["Roe"] * 3))
    assert women.table["given_root"].to_pylist()[0] == "PATRICIA"
    assert men.table["given_root"].to_pylist()[0] == "PATRICK"


def test_swapped_names_have_one_pair() -> None:
    one, other = name_pairs(np.array(["ANN", "ROE"], dtype=object), np.array(["ROE", "ANN"], dtype=object))
    assert one == other


def test_order_of_rows_does_not_matter() -> None:
    frame = records(
        given_name=["Ann", "Bob", None, "Ann"], surname=["Roe", "Doe", "Poe", None], sid=["1", "22", "33", "1"]
    )
    shuffled = frame.iloc[[2, 0, 3, 1]]
    assert prepare(frame).table.equals(prepare(shuffled).table)


def test_aliases_and_earlier_addresses_become_columns() -> None:
    frame = records(given_name=["Ann", "Bea"], surname=["Roe", "Poe"], address=["1 A ST", "2 B ST"])
    aliases = pd.DataFrame(
        {"record_key": ["k1", "gone", "k1"], "given_name": ["Bob", "X", "Bea"], "surname": ["Doe", "Y", "Poe"]}
    )
    addresses = pd.DataFrame(
        {
            "record_key": ["k0", "k0", "k0"],
            "address": ["9 Z St", "8 Y St", "1 A St"],
            "start": pd.to_datetime(["2020-01-01", "2024-01-01", "2025-01-01"]),
            "end": pd.to_datetime(["2023-12-31", "2024-12-31", None]),
        }
    )
    table = prepare(frame, aliases=aliases, addresses=addresses).table
    assert table["alias_1"].to_pylist() == [None, "DOE / ROBERT"]
    assert table["alias_2"].null_count == 2  # a record's own name is no alias of it
    assert [table[name].to_pylist()[0] for name in ("address_1", "address_2", "address_3")] == [
        "8 Y ST",
        "9 Z ST",
        None,
    ]


def test_nothing_of_a_record_is_shown() -> None:
    assert "ZEBULON" not in repr(prepare(records(given_name=["Zebulon"], surname=["Zebulonson"])))
