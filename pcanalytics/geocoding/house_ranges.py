"""House numbers of street lines: from and to on each side, odd or even, whatever way they are written down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.errors import Problem
from pcanalytics.geocoding.layers import zones

__all__ = ["read_numbers", "read_ranges"]

_BOTH = 2
_PARITY_WORDS = {"O": 1, "ODD": 1, "1": 1, "E": 0, "EVEN": 0, "0": 0, "2": 0, "B": 2, "BOTH": 2, "M": 2, "MIXED": 2}

#: Side, first and last number, parity and whose zone: each pair of columns that may hold a range.
_SIDES = (
    ("L", "left_from", "left_to", "left_parity", "left"),
    ("R", "right_from", "right_to", "right_parity", "right"),
    ("", "from", "to", "parity", ""),
)

#: A layer without sides has one row a side when nearly all of its ranges start and end odd, or start and end even.
_ONE_ROW_A_SIDE = 0.9

_LARGEST = 9_999_999


def read_numbers(written: pd.Series) -> pd.DataFrame:
    """Read house numbers.

    Parameters
    ----------
    written : Series of str
        Such as ``"1200"``, ``"30-41"``, ``"W180N8085"`` or ``"1200B"``.

    Returns
    -------
    DataFrame
        Index kept. ``prefix``, what stands before the last run of digits; ``number``, that run, -1 where there is none
        or it has more than seven digits.

    Examples
    --------
    >>> read_numbers(pd.Series(["1200", "30-41", "n6789", "12.0", ""])).values.tolist()
    [['', 1200], ['30-', 41], ['N', 6789], ['', 12], ['', -1]]
    """
    tidy = written.astype("str").str.upper().str.replace(r"\s+|\.0+$", "", regex=True)
    found = tidy.str.extract(r"^(?P<prefix>.*?)(?P<number>\d{1,9})(?:-?[A-Z]|-?\d/\d)?$")
    number = pd.to_numeric(found["number"]).fillna(-1).astype("int64")
    return pd.DataFrame(
        {"prefix": found["prefix"].fillna("").astype("str"), "number": number.where(number <= _LARGEST, -1)}
    )


def read_ranges(frame: pd.DataFrame, *, name: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read every range of a layer of streets.

    Parameters
    ----------
    frame : DataFrame
        With standard names as text; the index names its rows.
    name : str
        What to call the layer in messages.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``row``, ``side`` (L, R, empty), ``low``, ``high``, ``descends`` (the high number comes first), ``parity`` (0
        even, 1 odd, 2 both), ``zone`` and ``number_prefix``; and what was left out. From and to both 0, or both
        missing, are no range. A range that starts at 0 starts at the first number of its parity. Where only one
        end is given, it is a range of one number.

    Examples
    --------
    >>> frame = pd.DataFrame({"left_from": ["199", "0"], "left_to": ["101", "0"]})
    >>> read_ranges(frame, name="roads")[0][["row", "side", "low", "high", "descends", "parity"]].values.tolist()
    [[0, 'L', 101, 199, True, 1]]
    """
    notes: list[Problem] = []
    sides = [_side(frame, *columns, name, notes) for columns in _SIDES if columns[1] in frame or columns[2] in frame]
    if not sides:
        return _side(frame.iloc[:0], *_SIDES[2], name, notes), notes
    return pd.concat(sides, ignore_index=True), notes


def _side(
    frame: pd.DataFrame, side: str, first: str, last: str, parity: str, whose: str, name: str, notes: list[Problem]
) -> pd.DataFrame:
    ends = [read_numbers(_column(frame, key)) for key in (first, last)]
    start, end = (one["number"].to_numpy() for one in ends)
    start, end = np.where(start < 0, end, start), np.where(end < 0, start, end)
    prefixes = [one["prefix"].where(one["number"] >= 0, "") for one in ends]
    prefix = prefixes[0].mask(prefixes[0] == "", prefixes[1])
    unlike = ((prefixes[0] != prefixes[1]) & (ends[0]["number"] >= 0) & (ends[1]["number"] >= 0)).to_numpy()
    if unlike.any():
        what = f"{name}: ranges of {first} and {last} whose ends have different prefixes were left out"
        notes.append(Problem(what, rows=int(unlike.sum()), first_row=int(unlike.argmax()) + 1, code="unlike_prefix"))
    low, high = np.minimum(start, end), np.maximum(start, end)
    kept = (high > 0) & ~unlike
    low = np.where(low == 0, np.where(high % 2 == 1, 1, 0), low)
    made = pd.DataFrame(
        {
            "row": frame.index.to_numpy()[kept],
            "side": side,
            "low": low[kept],
            "high": high[kept],
            "descends": (start > end)[kept],
            "zone": zones(frame, side=whose).to_numpy()[kept],
            "number_prefix": prefix.to_numpy()[kept],
        }
    )
    made["parity"] = _parity(made, _column(frame, parity)[kept], name, notes)
    return made


def _column(frame: pd.DataFrame, key: str) -> pd.Series:
    return frame[key] if key in frame else pd.Series("", index=frame.index, dtype="str")


def _parity(ranges: pd.DataFrame, written: pd.Series, name: str, notes: list[Problem]) -> np.ndarray:
    low, high = ranges["low"].to_numpy(), ranges["high"].to_numpy()
    ends = np.where(low % 2 == high % 2, low % 2, _BOTH)
    stated = written.str.upper().map(_PARITY_WORDS).fillna(-1).to_numpy("int64")
    odd_one = (stated >= 0) & (stated != _BOTH) & (ends != stated)
    if odd_one.any():
        what = f"{name}: ranges whose ends are not all odd or even as stated stand for both"
        notes.append(Problem(what, rows=int(odd_one.sum()), code="parity"))
    told = ranges["side"].iloc[0] != "" if len(ranges) else True
    if not told and (stated < 0).all() and len(ranges):
        by_side = float((ends != _BOTH).mean()) >= _ONE_ROW_A_SIDE
        if not by_side:
            notes.append(Problem(f"{name}: its ranges are of both sides together, odd and even", code="both_sides"))
            return np.full(len(ranges), _BOTH)
    return np.where(stated < 0, ends, np.where(odd_one, _BOTH, stated))
