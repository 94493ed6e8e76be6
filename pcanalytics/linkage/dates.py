"""Birth dates as text of one form, and in parts."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd

from pcanalytics.linkage.cleaning import apply_distinct

__all__ = ["birth_parts", "clean_date"]

_PARTS = {"birth_year": (0, 4), "birth_month": (5, 7), "birth_day": (8, 10)}
_FORM = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?$")


def clean_date(value: str) -> str | None:
    """Write a birth date as year-month-day, even one that no calendar has: it may be one digit off.

    Parameters
    ----------
    value : str
        ISO text with or without dashes, or a timestamp.

    Returns
    -------
    str or None
        None for another form, or all zeros or nines.

    Examples
    --------
    >>> clean_date("19840231"), clean_date("1984-02-03 00:00:00"), clean_date("?")
    ('1984-02-31', '1984-02-03', None)
    """
    found = _FORM.match(value.strip())
    if found is None or len(set("".join(found.groups()))) == 1:
        return None
    return "-".join(found.groups())


def birth_parts(dates: pd.Series) -> dict[str, np.ndarray]:
    """Split birth dates into the columns that are compared.

    Parameters
    ----------
    dates : Series
        Text or timestamps; missing stays missing.

    Returns
    -------
    dict of str to ndarray
        birth_date (text or None), birth_year, birth_month, birth_day (numbers, NaN where missing).

    Examples
    --------
    >>> {name: values.tolist() for name, values in birth_parts(pd.Series(["1984-02-03"])).items()}
    {'birth_date': ['1984-02-03'], 'birth_year': [1984.0], 'birth_month': [2.0], 'birth_day': [3.0]}
    """
    text = apply_distinct(dates, clean_date)
    columns = {"birth_date": text}
    for name, (first, last) in _PARTS.items():
        columns[name] = apply_distinct(text, partial(_part, first=first, last=last)).astype(float)
    return columns


def _part(value: str, first: int, last: int) -> int:
    return int(value[first:last])
