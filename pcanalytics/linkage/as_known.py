"""What was known before an as-of: rows entered by then, and of their moments those that had come."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pcanalytics.errors import UsageError
from pcanalytics.schema import LATEST

__all__ = ["CLOCK_CHANGE", "MOMENT", "adults", "check_as_of", "known_rows", "moments", "needed"]

#: The shortest time: what had come by an as-of is what had come this long before it.
MOMENT = pd.Timedelta(1, "us")

#: Clocks are set back by an hour: an end so little before its beginning is one of the same hour, not a wrong year.
CLOCK_CHANGE = pd.Timedelta(hours=1)

#: Under this age at the event a person is a juvenile, whatever the flag says.
_JUVENILE_BEFORE = 18


def check_as_of(as_of: pd.Timestamp) -> pd.Timestamp:
    """Refuse what is no as-of.

    Parameters
    ----------
    as_of : pandas.Timestamp
        Local wall time without a zone; usually midnight.

    Returns
    -------
    pandas.Timestamp
        The same.

    Raises
    ------
    UsageError
        When it is no moment or has a zone.

    Examples
    --------
    >>> check_as_of(pd.Timestamp("2026-11-23"))
    Timestamp('2026-11-23 00:00:00')
    """
    if not isinstance(as_of, pd.Timestamp) or pd.isna(as_of) or as_of.tzinfo is not None:
        raise UsageError("as_of must be a pandas.Timestamp of local time without a zone.")
    return as_of


def needed(frame: pd.DataFrame, columns: Sequence[str], table: str) -> pd.DataFrame:
    """Check that a frame has the columns that it is used by.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of a declared table; a frame of no columns stands for no rows.
    columns : sequence of str
        What is needed.
    table : str
        The table's name, for the message.

    Returns
    -------
    pandas.DataFrame
        The frame; of no rows and the columns where it had no columns at all.

    Raises
    ------
    UsageError
        Naming the columns that are missing.

    Examples
    --------
    >>> needed(pd.DataFrame(), ["stay_id"], "custody_stays").columns.tolist()
    ['stay_id']
    """
    if not len(frame.columns):
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise UsageError(f"{table} needs the columns {', '.join(missing)} for this.")
    return frame


def known_rows(frame: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows that had been entered before an as-of.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of a table, with ``entered_at`` where the agency sends it.
    as_of : pandas.Timestamp
        Local wall time.

    Returns
    -------
    pandas.DataFrame
        Rows that do not say when they were entered are kept, as the store keeps them: of these only the moments of what they tell say
        what had happened.

    Examples
    --------
    >>> rows = pd.DataFrame({"entered_at": pd.to_datetime(["2026-11-22", "2026-11-23", None])})
    >>> known_rows(rows, pd.Timestamp("2026-11-23")).index.tolist()
    [0, 2]
    """
    if "entered_at" not in frame.columns:
        return frame
    return frame[~moments(frame, "entered_at").ge(as_of)]


def moments(frame: pd.DataFrame, column: str, *, before: pd.Timestamp = LATEST) -> pd.Series:
    """Give the moments of a column as one type.

    Parameters
    ----------
    frame : pandas.DataFrame
        Any rows.
    column : str
        A column of dates or times, or one that is not there.
    before : pandas.Timestamp, optional
        Moments from this one on are missing: they had not come.

    Returns
    -------
    pandas.Series of datetime64[us]
        All missing where there is no such column.

    Examples
    --------
    >>> moments(pd.DataFrame({"start": ["2026-11-22", None]}), "start").isna().tolist()
    [False, True]
    """
    if column not in frame.columns:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    times = pd.to_datetime(frame[column]).astype("datetime64[us]")
    return times.where(times.lt(before))


def adults(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that are not of a juvenile at the event.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``juvenile`` and ``age_at_event`` where they may be read.

    Returns
    -------
    pandas.DataFrame
        Rows flagged, or of an age under 18, are gone; neither known is an adult.

    Examples
    --------
    >>> adults(pd.DataFrame({"age_at_event": [17, 18, None]})).index.tolist()
    [1, 2]
    """
    young = pd.Series(False, index=frame.index)
    if "juvenile" in frame.columns:
        young |= frame["juvenile"].fillna(value=False).astype(bool)
    if "age_at_event" in frame.columns:
        young |= frame["age_at_event"].lt(_JUVENILE_BEFORE).fillna(value=False).astype(bool)
    return frame[~young]
