import html

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.briefing.escape import number, text

from .hostile import HOSTILE


@given(st.text(max_size=200))
def test_nothing_that_means_something_is_left_and_nothing_is_lost(value):
    escaped = text(value)
    assert not set("<>\"'`${}/\\\u2028\u2029") & set(escaped)
    back = html.unescape(escaped)
    seen = [(before, after) for before, after in zip(value, back, strict=True) if before != after]
    assert all(after == "\ufffd" for _, after in seen)


@pytest.mark.parametrize("value", HOSTILE)
def test_c57_c58_hostile_text_stays_text(value):
    assert "<" not in text(value)
    assert "${" not in text(value)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_a_missing_value_is_shown_as_nothing(missing):
    assert text(missing) == ""
    assert number(missing) == "–"


def test_values_that_look_missing_are_kept():
    assert [text(value) for value in ("NA", "None", "null", "007", 0)] == ["NA", "None", "null", "007", "0"]
