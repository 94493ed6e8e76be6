"""From a vendor's cells to a declared column, as a list of named steps.

Text goes through :data:`STEPS` one after the other and is then read as the declared kind by
:data:`KINDS`. Each step takes a column of text and gives one of the same length; what it could not
keep it reports to the :class:`Findings` of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.intake.cleaning import text_from
from pcanalytics.intake.mapping import Mapping as FileMapping
from pcanalytics.intake.reading import Cells, Tally
from pcanalytics.intake.times import read_times
from pcanalytics.schema import Column

__all__ = ["KINDS", "STEPS", "Findings", "column_values"]

#: Words for true and false where the mapping declares none.
PLAIN_WORDS: Mapping[str, tuple[str, ...]] = {
    "true": ("true", "True", "TRUE", "1", "Y", "y", "Yes", "YES", "T"),
    "false": ("false", "False", "FALSE", "0", "N", "n", "No", "NO", "F"),
}

_INTEGER = r"^[+-]?[0-9]{1,18}(\.0*)?$"
_REAL = r"^[+-]?([0-9]{1,300}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$"


@dataclass(repr=False)
class Findings:
    """What was found in some rows: rows to set aside, and counts of what was only noticed.

    Parameters
    ----------
    numbers : ndarray of int64
        Where each row starts in the file.
    tally : Tally
        Counts of the whole file.
    aside : list of (mask, column, reason)
        Rows to set aside.
    """

    numbers: np.ndarray
    tally: Tally
    aside: list[tuple[np.ndarray, str, str]] = field(default_factory=list)

    def set_aside(self, broken: np.ndarray, column: str, reason: str) -> None:
        """Set the marked rows aside."""
        if broken.any():
            self.aside.append((broken, column, reason))

    def count(self, hit: np.ndarray, column: str, code: str) -> None:
        """Count the marked rows, which are kept."""
        if hit.any():
            first = int(self.numbers[np.argmax(hit)])
            self.tally.count(code, int(hit.sum()), column=column, first_row=first)


def column_values(column: Column, vendor: Mapping[str, Cells], mapping: FileMapping, findings: Findings) -> pd.Series:
    """Give one declared column of some rows.

    Parameters
    ----------
    column : Column
        The declared column, mapped in ``mapping.columns``.
    vendor : mapping of str to Cells
        The vendor's cells, cleaned; an optional column that the file lacks is not among them.
    mapping : Mapping
        How to read them.
    findings : Findings
        Where rows to set aside and counts go.

    Returns
    -------
    Series
        Of the column's declared dtype, positions as index. What the vendor calls missing is missing.

    Examples
    --------
    >>> from pcanalytics.tables import table
    >>> mapping = FileMapping("calls.toml", table("calls"), "", {"priority": ("PRI",)})
    >>> findings = Findings(np.array([2, 3]), Tally())
    >>> cells = {"PRI": Cells(pa.array(["1", "HIGH"], pa.large_string()))}
    >>> column_values(table("calls").column("priority"), cells, mapping, findings).tolist()
    [1, <NA>]
    >>> findings.aside[0][1:]
    ('priority', 'not_a_number')
    """
    parts = [vendor[name] for name in mapping.columns[column.name] if name in vendor]
    if not parts:
        return pd.Series(pd.NA, index=range(len(findings.numbers)), dtype=column.dtype)
    cells = _joined([_without_nulls(part, column, mapping) for part in parts], column, mapping)
    text = cells.text if cells.times is None or column.is_time else pc.coalesce(cells.text, text_from(cells.times))
    for step in STEPS:
        text = step(text, column, vendor, mapping, findings)
    return KINDS[column.kind](text, cells.times, column, mapping, findings)


def _without_nulls(cells: Cells, column: Column, mapping: FileMapping) -> Cells:
    words = {"", *mapping.nulls.get(column.name, mapping.dialect.nulls)}
    return Cells(_emptied(cells.text, _is_in(cells.text, words)), cells.times)


def _joined(parts: list[Cells], column: Column, mapping: FileMapping) -> Cells:
    if len(parts) == 1:
        return parts[0]
    form = mapping.formats.get(column.name, "%Y-%m-%d %H:%M:%S") if column.is_time else ""
    date_form = form.partition(" ")[0] or None
    texts = [one.text if one.times is None else pc.coalesce(one.text, text_from(one.times, date_form)) for one in parts]
    joined = texts[0]
    for text in texts[1:]:
        # Not null_handling="skip": pyarrow 26 then drops a row whose parts are all missing.
        both = pc.binary_join_element_wise(joined, text, pa.scalar(" ", pa.large_string()))
        joined = pc.coalesce(both, joined, text)
    return Cells(joined)


def _corrected(
    text: pa.Array, column: Column, vendor: Mapping[str, Cells], mapping: FileMapping, findings: Findings
) -> pa.Array:
    for correction in (one for one in mapping.corrections if one.column == column.name):
        chosen = np.ones(len(text), dtype=bool)
        if correction.given is not None:
            chosen &= _is_in(text, {correction.given})
        for name, held in correction.where.items():
            chosen &= _is_in(vendor[name].text, {held}) if name in vendor else False
        findings.count(chosen, column.name, "corrected")
        text = pc.if_else(pa.array(chosen), pa.scalar(correction.right, pa.large_string()), text)
    return text


def _without_sentinels(
    text: pa.Array, column: Column, vendor: Mapping[str, Cells], mapping: FileMapping, findings: Findings
) -> pa.Array:
    sentinel = _is_in(text, set(mapping.sentinels.get(column.name, ())))
    findings.count(sentinel, column.name, "sentinels")
    return _emptied(text, sentinel)


def _decoded(
    text: pa.Array, column: Column, vendor: Mapping[str, Cells], mapping: FileMapping, findings: Findings
) -> pa.Array:
    codes = mapping.codes.get(column.name)
    if codes is None and column.categories is None:
        return text
    coded = text.dictionary_encode()
    given = coded.dictionary.to_pylist()
    known = codes if codes is not None else {value: value for value in column.categories or ()}
    if column.categories is None:
        meant = [known.get(one, one) for one in given]
    else:
        meant = [known.get(one, "unknown" if "unknown" in column.categories else None) for one in given]
    unknown = np.array([one not in known for one in given] + [False], dtype=bool)
    at = pc.fill_null(coded.indices, len(given)).to_numpy(zero_copy_only=False)
    code = "unknown_code" if column.nullable or "unknown" in (column.categories or ("unknown",)) else None
    if code is None:
        findings.set_aside(unknown[at], column.name, "unknown_code")
    else:
        findings.count(unknown[at], column.name, code)
    return pa.array(meant, pa.large_string()).take(coded.indices)


_Step = Callable[[pa.Array, Column, Mapping[str, Cells], FileMapping, Findings], pa.Array]

#: What happens to a column of text, in order.
STEPS: tuple[_Step, ...] = (_corrected, _without_sentinels, _decoded)


def _as_text(
    text: pa.Array, times: pa.Array | None, column: Column, mapping: FileMapping, findings: Findings
) -> pd.Series:
    return text.to_pandas()


def _as_integer(
    text: pa.Array, times: pa.Array | None, column: Column, mapping: FileMapping, findings: Findings
) -> pd.Series:
    plain = pc.replace_substring_regex(_numbers_only(text, _INTEGER, column, findings), r"^\+|\.0*$", "")
    numbers = plain.cast(pa.int64())
    missing = pc.is_null(numbers).to_numpy(zero_copy_only=False)
    filled = pc.fill_null(numbers, 0).to_numpy(zero_copy_only=False)
    return pd.Series(pd.arrays.IntegerArray(filled.copy(), missing.copy()))


def _as_real(
    text: pa.Array, times: pa.Array | None, column: Column, mapping: FileMapping, findings: Findings
) -> pd.Series:
    plain = pc.replace_substring_regex(_numbers_only(text, _REAL, column, findings), r"^\+", "")
    return plain.cast(pa.float64()).to_pandas()


def _numbers_only(text: pa.Array, pattern: str, column: Column, findings: Findings) -> pa.Array:
    wrong = ~_filled(pc.match_substring_regex(text, pattern), missing=True)
    findings.set_aside(wrong, column.name, "not_a_number")
    return _emptied(text, wrong)


def _as_time(
    text: pa.Array, times: pa.Array | None, column: Column, mapping: FileMapping, findings: Findings
) -> pd.Series:
    form, first_year = mapping.formats.get(column.name), mapping.two_digit_years.get(column.name)
    values, wrong = read_times(text, form, first_year=first_year)
    findings.set_aside(wrong, column.name, "bad_date")
    if times is not None:
        values = np.where(np.isnat(values), times.to_numpy(zero_copy_only=False), values)
    if column.kind == "date":
        values = values.astype("datetime64[D]").astype("datetime64[us]")
    sentinels = {str(day) for day in mapping.sentinels.get(column.name, ()) if len(day) >= 10}
    if sentinels:
        days = pd.Series(values).dt.strftime("%Y-%m-%d")
        meant = days.isin({day[:10] for day in sentinels}).to_numpy()
        findings.count(meant, column.name, "sentinels")
        values[meant] = np.datetime64("NaT", "us")
    return pd.Series(values)


def _as_boolean(
    text: pa.Array, times: pa.Array | None, column: Column, mapping: FileMapping, findings: Findings
) -> pd.Series:
    words = mapping.booleans.get(column.name, PLAIN_WORDS)
    true, false = _is_in(text, set(words.get("true", ()))), _is_in(text, set(words.get("false", ())))
    present = text.is_valid().to_numpy(zero_copy_only=False)
    findings.count(present & ~true & ~false, column.name, "unknown_word")
    return pd.Series(pd.arrays.BooleanArray(true, ~(true | false)))


#: How text becomes each declared kind; what cannot is set aside.
KINDS: Mapping[str, Callable[[pa.Array, pa.Array | None, Column, FileMapping, Findings], pd.Series]] = {
    "id": _as_text,
    "text": _as_text,
    "category": _as_text,
    "integer": _as_integer,
    "real": _as_real,
    "date": _as_time,
    "timestamp": _as_time,
    "boolean": _as_boolean,
}


def _filled(mask: pa.Array, *, missing: bool = False) -> np.ndarray:
    return pc.fill_null(mask, missing).to_numpy(zero_copy_only=False)


def _is_in(text: pa.Array, words: set[str]) -> np.ndarray:
    if not words:
        return np.zeros(len(text), dtype=bool)
    return _filled(pc.is_in(text, value_set=pa.array(sorted(words), pa.large_string()), skip_nulls=True))


def _emptied(text: pa.Array, where: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(where), pa.scalar(None, pa.large_string()), text) if where.any() else text
