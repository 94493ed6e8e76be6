"""The hit rate two ways, against counting by hand and a published interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pcanalytics.errors import UnknownName
from pcanalytics.geocoding.rates import is_address, is_matched, match_rates, reason_counts, wilson_interval


def found(*rows: tuple[str, str, str | None], **columns: list[object]) -> pd.DataFrame:
    """Results written down by hand: status, match_type, reason."""
    frame = pd.DataFrame(rows, columns=["status", "match_type", "reason"])
    typed = {name: frame[name].astype("category") for name in frame.columns}
    return frame.assign(**typed, **columns)


RESULT = found(
    ("M", "point", None),
    ("M", "block", None),
    ("M", "street", None),  # an agency that takes a whole street for found: still no place
    ("T", "range", "ambiguous"),
    ("U", "none", "no_street"),
    ("U", "none", "transient"),
    ("U", "none", "empty"),
    ("M", "intersection", None),
    beat=["1", "1", "1", "2", "2", "2", None, None],
)


def test_matched_and_address_are_told_row_by_row():
    assert is_matched(RESULT).tolist() == [True, True, False, False, False, False, False, True]
    assert is_address(RESULT).tolist() == [True, True, True, True, True, False, False, True]


def test_the_rate_of_all_records_counts_what_is_no_address_and_the_other_does_not():
    row = match_rates(RESULT).to_dict("records")[0]
    assert (row["records"], row["addresses"], row["matched"], row["ties"]) == (8, 6, 3, 1)
    assert row["rate_of_all"] == pytest.approx(3 / 8)
    assert row["rate_of_addresses"] == pytest.approx(3 / 6)


def test_groups_add_up_to_the_whole_and_a_missing_one_is_kept():
    whole, groups = match_rates(RESULT), match_rates(RESULT, by=["beat"])
    assert groups["beat"].isna().sum() == 1
    for name in ("records", "addresses", "matched", "ties"):
        assert groups[name].sum() == whole[name].iloc[0]
    assert groups["records"].tolist() == [3, 3, 2]


def test_words_of_a_category_that_nobody_has_make_no_group():
    result = RESULT.assign(form=pd.Categorical(["block"] * 8, categories=["address", "block"]))
    assert match_rates(result, by=["form", "beat"])["form"].unique().tolist() == ["block"]


def test_a_group_without_an_address_has_no_rate_and_no_records_have_none():
    only = found(("U", "none", "transient"), beat=["1"])
    row = match_rates(only, by=["beat"]).iloc[0]
    assert row["rate_of_all"] == 0
    assert np.isnan(row["rate_of_addresses"])
    assert np.isnan(row["low"])
    nothing = match_rates(RESULT.iloc[:0])
    assert nothing["records"].tolist() == [0]
    assert nothing["rate_of_all"].isna().all()
    assert match_rates(RESULT.iloc[:0], by=["beat"]).empty


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'beat'"):
        match_rates(RESULT, by=["beet"])


def test_wilson_interval_is_the_published_one():
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    low, high = wilson_interval(np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29]))
    assert np.round(low, 4).tolist() == [0.2553, 0.0624, 0.0, 0.0061]
    assert np.round(high, 4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_reasons_are_counted_most_records_first():
    counts = reason_counts(RESULT)
    assert set(counts["reason"]) == {"ambiguous", "no_street", "transient", "empty"}
    assert counts["records"].sum() == 4
    assert counts.set_index("reason")["is_address"].to_dict() == {
        "ambiguous": True, "no_street": True, "transient": False, "empty": False,
    }  # fmt: skip
