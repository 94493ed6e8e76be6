"""Dates and times by their declared format, and the hours that clocks skip or repeat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.errors import UsageError
from pcanalytics.intake.date_formats import format_pattern

__all__ = ["clock_changes", "read_times"]

_NO_TIME = np.datetime64("NaT", "us")
#: Directives of a date format that tell the time of day.
_CLOCK = frozenset("HIMSfp")


def read_times(text: pa.Array, form: str | None, *, first_year: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Read a column of dates or times by its declared format and no other.

    Parameters
    ----------
    text : pyarrow.LargeStringArray
        The dates as written. Missing values stay missing.
    form : str or None
        The declared format. Without one every text is wrong: nothing is guessed.
    first_year : int, optional
        First year of the hundred that two-digit years fall in, such as 1930.

    Returns
    -------
    tuple of ndarray
        The times (datetime64[us], missing where there is none) and where a text was no such date.

    Examples
    --------
    >>> values, wrong = read_times(pa.array(["03/04/2026", "13/04/2026"], pa.large_string()), "%m/%d/%Y")
    >>> str(values[0])[:10], wrong.tolist()
    ('2026-03-04', [False, True])
    """
    coded = text.dictionary_encode()
    distinct = coded.dictionary
    values = np.full(len(distinct) + 1, _NO_TIME, dtype="datetime64[us]")
    if form is not None and len(distinct):
        fitting = pc.match_substring_regex(distinct, f"^{format_pattern(form)}$").to_numpy(zero_copy_only=False)
        values[:-1][fitting] = _in_hundred(_parsed(distinct.filter(pa.array(fitting)), form), form, first_year)
    wrong = np.isnat(values)
    wrong[-1] = False
    at = pc.fill_null(coded.indices, len(distinct)).to_numpy(zero_copy_only=False)
    return values[at], wrong[at]


def _parsed(text: pa.Array, form: str) -> np.ndarray:
    """Parse texts that fit the format; a day that does not exist is missing.

    Days and times of day are few, their combinations many: where a blank parts the two, each is parsed once.
    """
    day_form, _, clock_form = form.partition(" ")
    if not clock_form or set(_directives(day_form)) & _CLOCK or not set(_directives(clock_form)) <= _CLOCK:
        parsed = pd.to_datetime(text.to_pandas(), format=form, errors="coerce", exact=True)
        return parsed.to_numpy().astype("datetime64[us]")
    parts = pc.split_pattern(text, " ", max_splits=1)
    days = pc.list_element(parts, 0).dictionary_encode()
    clocks = pc.list_element(parts, 1).dictionary_encode()
    day = _parsed(days.dictionary, day_form)
    some_day = pa.scalar("2000-01-01 ", pa.large_string())
    written = pc.binary_join_element_wise(some_day, clocks.dictionary, pa.scalar("", pa.large_string()))
    since = pd.to_datetime(written.to_pandas(), format=f"%Y-%m-%d {clock_form}", errors="coerce", exact=True)
    clock = since.to_numpy().astype("datetime64[us]") - np.datetime64("2000-01-01", "us")
    return day[days.indices.to_numpy()] + clock[clocks.indices.to_numpy()]


def _directives(form: str) -> list[str]:
    return [mark for lead, mark in zip(form, form[1:], strict=False) if lead == "%"]


def _in_hundred(values: np.ndarray, form: str, first_year: int | None) -> np.ndarray:
    """Move two-digit years into the declared hundred; a day that year does not have becomes missing."""
    if first_year is None or "%y" not in form:
        return values
    times = pd.DatetimeIndex(values)
    years = times.year.to_numpy(dtype="float64")
    moved = first_year + (years - first_year) % 100
    parts = {"month": times.month, "day": times.day}
    days = pd.to_datetime(pd.DataFrame({"year": moved, **parts}), errors="coerce").to_numpy(dtype="datetime64[us]")
    return days + (values - values.astype("datetime64[D]"))


def clock_changes(times: pd.Series, time_zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Find local times that a clock never showed, and those it showed twice.

    Parameters
    ----------
    times : Series of datetime64
        Local wall time. It is not changed, and no time is moved.
    time_zone : str
        Such as ``"America/Chicago"``.

    Returns
    -------
    tuple of ndarray of bool
        Times in the hour skipped in spring; times in the hour repeated in autumn.

    Raises
    ------
    UsageError
        When there is no such time zone.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2026-03-08 02:30", "2026-11-01 01:30"]))
    >>> gap, fold = clock_changes(times, "America/Chicago")
    >>> gap.tolist(), fold.tolist()
    ([True, False], [False, True])
    """
    present = times.dropna()
    gap, fold = np.zeros(len(times), dtype=bool), np.zeros(len(times), dtype=bool)
    if present.empty:
        return gap, fold
    try:
        known = present.dt.tz_localize(time_zone, ambiguous="NaT", nonexistent="NaT")
    except (KeyError, ValueError):
        raise UsageError(f"There is no time zone {time_zone!r}. Write a name such as America/Chicago.") from None
    odd = present[known.isna()]
    if odd.empty:
        return gap, fold
    # Only the few odd times are looked at again: a gap stays missing when folds are let through.
    first_of_two = np.ones(len(odd), dtype=bool)
    skipped = odd.dt.tz_localize(time_zone, ambiguous=first_of_two, nonexistent="NaT").isna()
    gap[times.index.get_indexer(odd.index[skipped])] = True
    fold[times.index.get_indexer(odd.index[~skipped])] = True
    return gap, fold
