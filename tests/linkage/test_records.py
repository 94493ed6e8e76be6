"""What is refused before anything is compared (the rest of C-31 is in tests/faults)."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.linkage.records import PEOPLE_COLUMNS, check_people


def people(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"record_key": ["a", "b"], "side": ["left", "right"], "source": "x", **columns})


def test_a_frame_with_only_what_is_required_passes_unchanged() -> None:
    frame = people()
    assert check_people(frame) is frame


def test_every_problem_is_told_at_once_without_a_value() -> None:
    frame = people(surname="ZEBULONSON", record_key=["ZEBULON", "ZEBULON"], side=["left", "middle"], source=["x", None])
    with pytest.raises(InputRejected, match="there more than once") as caught:
        check_people(frame)
    told = str(caught.value)
    assert "neither left nor right" in told and "source is missing" in told
    assert "ZEBULON" not in told and "middle" not in told


def test_an_unknown_column_is_named_and_a_detail_is_not_unknown() -> None:
    with pytest.raises(InputRejected, match="column team is unknown"):
        check_people(people(team="RED"))
    assert "team" in check_people(people(team="RED"), details=("team",))


def test_missing_columns_and_missing_details_are_named() -> None:
    with pytest.raises(InputRejected, match="column side is missing"):
        check_people(people().drop(columns="side"))
    with pytest.raises(InputRejected, match="detail team is not a column"):
        check_people(people(), details=("team",))


def test_a_missing_key_is_refused_with_its_row() -> None:
    with pytest.raises(InputRejected, match=r"record_key is missing \(1 row, first at row 2\)"):
        check_people(people(record_key=["a", None]))


def test_every_column_is_explained() -> None:
    assert all(meaning.endswith(".") for meaning in PEOPLE_COLUMNS.values())


@pytest.mark.parametrize("name", ["surname", "record_key", 'a"b', "two words"])
def test_c64_a_detail_takes_no_other_column_s_place_and_is_a_plain_name(name) -> None:
    frame = people(**{name: "RED"}) if name != "record_key" else people()
    with pytest.raises(InputRejected, match="Give it another name"):
        check_people(frame, details=(name,))
