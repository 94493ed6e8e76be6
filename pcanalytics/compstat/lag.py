"""How much of the newest weeks is on record yet: offenses are entered days or weeks after they happen.

The last weeks always look short. Their counts are never altered; what is expected of them is scaled instead, by the
share of their offenses that should be on record by now. The share comes from how long offenses of the last year took
from the start of their time span to their entry (the reporting-delay distribution; Brookmeyer and Damiano 1989,
Statistics in Medicine 8, on counts of AIDS).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import ALL_GROUPS
from pcanalytics.compstat.counted import cells_of, known_by
from pcanalytics.errors import UsageError

__all__ = ["LEAST_COMPLETE", "completeness"]

#: A share below this is given as this: so little of a window says nothing of the rest.
LEAST_COMPLETE = 0.2

#: An offense this old is taken to be on record if it ever will be.
_SETTLED_DAYS = 90

#: Days of offenses that the delays are learned from.
_LEARNED_DAYS = 364

#: A group's delays weigh against those of all groups like so many offenses.
_SHRINK = 50

#: Fewer offenses with a time of entry than this tell nothing.
_FEWEST = 30

#: A day that holds more of a year's entries than this was a load of old records, not a day's reporting.
_LOAD_SHARE = 0.1


def completeness(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    window_days: int = 28,
) -> pd.DataFrame:
    """Estimate the share of a window's offenses that is on record by its end.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses`` of the whole agency: ``offense``, ``count``, ``occurred_from``, and ``entered_at``
        where the agency keeps it. A record entered again after a review counts as entered then, which makes delays
        look longer than they were.
    as_of : pandas.Timestamp
        Local midnight, the end of the window. Nothing entered at or after it is used.
    groups : mapping of str to sequence of str
        Label to offense words.
    window_days : int, default 28
        Days of the window: 7 for the week.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, in the order given and last :data:`~pcanalytics.compstat.ALL_GROUPS`; ``complete``, from
        :data:`LEAST_COMPLETE` to 1, missing when the agency does not keep the time of entry; and ``settled``, how many
        offenses 90 to 454 days old it rests on. A group with few of them leans on all groups. The expected count is to
        be multiplied by ``complete``; a count never is divided by it.

    Raises
    ------
    UsageError
        When ``window_days`` is less than 1, or a group lists no words.

    Examples
    --------
    >>> days = pd.date_range("2025-09-01", "2026-08-20")
    >>> rows = pd.DataFrame({"offense": "fraud", "count": 1, "occurred_from": days,
    ...                      "entered_at": days + pd.Timedelta(days=7)})
    >>> completeness(rows, as_of=pd.Timestamp("2026-11-23"), groups={"Fraud": ["fraud"]})["complete"].tolist()
    [0.75, 0.75]
    """
    if window_days < 1:
        raise UsageError("A window needs at least one day.")
    settled, delays = _settled(offenses, as_of)
    on_record = _on_record(settled["occurred_from"], delays, as_of, window_days)
    cells = cells_of(settled, ["offense_group"], groups)
    numbers = np.bincount(cells.places, minlength=len(groups))
    sums = np.bincount(cells.places, on_record[cells.rows], minlength=len(groups))
    whole = np.unique(cells.rows)
    overall = on_record[whole].mean() if len(whole) else np.nan
    shares = (sums + _SHRINK * overall) / (numbers + _SHRINK)
    complete = np.clip(np.append(shares, overall), LEAST_COMPLETE, 1.0)
    tells = len(whole) >= _FEWEST
    return pd.DataFrame(
        {
            "offense_group": pd.Series([*groups, ALL_GROUPS], dtype="str"),
            "complete": pd.arrays.FloatingArray(np.nan_to_num(complete), np.full(len(complete), not tells)),
            "settled": pd.array([*numbers.tolist(), len(whole)], dtype="Int64"),
        }
    )


def _on_record(times: pd.Series, delays: np.ndarray, as_of: pd.Timestamp, window_days: int) -> np.ndarray:
    """Give for each offense in how large a part of the places it can have in a window it is on record by the end.

    A window of whole weeks has the weekdays and hours of the offense's own week, ended on the weekday of the as-of: it
    may stand in any of its weeks. In any other window it may stand anywhere.
    """
    weeks, rest = divmod(window_days, 7)
    if rest:
        return np.clip(1 - delays / window_days, 0.0, 1.0)
    to_end = ((as_of - times) / pd.Timedelta(days=1)).to_numpy("float64") % 7
    to_end[to_end == 0] = 7.0  # the first moment of a week is 7 days before its end
    late_weeks = np.floor((delays - to_end) / 7) + 1  # in so many of the last weeks it is not on record yet
    return 1 - np.clip(late_weeks, 0, weeks) / weeks


def _settled(offenses: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, np.ndarray]:
    """Give offenses old enough to be all on record, with a time of entry, and their delays in days."""
    if "entered_at" not in offenses.columns:
        return offenses.iloc[:0], np.zeros(0)
    rows = known_by(offenses, as_of)
    last = as_of - pd.Timedelta(days=_SETTLED_DAYS)
    rows = rows[rows["occurred_from"].ge(last - pd.Timedelta(days=_LEARNED_DAYS)) & rows["occurred_from"].lt(last)]
    rows = rows[rows["entered_at"].notna() & rows["count"].gt(0)]
    entry_days = rows["entered_at"].dt.normalize()
    a_day = entry_days.map(entry_days.value_counts())
    rows = rows[~(a_day.gt(_LOAD_SHARE * len(rows)) & a_day.gt(_FEWEST))]
    delays = (rows["entered_at"] - rows["occurred_from"]) / pd.Timedelta(days=1)
    return rows, np.maximum(delays.to_numpy("float64"), 0.0)
