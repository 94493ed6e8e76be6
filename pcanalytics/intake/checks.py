"""Checks of declared rows beyond one column: coordinates, clock changes, ages, old addresses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.intake.reading import Tally
from pcanalytics.intake.times import clock_changes
from pcanalytics.intake.values import Findings
from pcanalytics.schema import Table
from pcanalytics.spatial import transform

__all__ = ["STALE_AFTER_DAYS", "address_age", "note_clock_changes", "note_old_addresses", "placed", "set_aside_unborn"]

#: A current residence that nobody confirmed for this long is shown as stale.
STALE_AFTER_DAYS = 90


def placed(frame: pd.DataFrame, findings: Findings, *, source: str | None, target: str | None) -> pd.DataFrame:
    """Bring coordinates into the workspace's system and count rows without any.

    Parameters
    ----------
    frame : DataFrame
        With ``x`` and ``y`` in ``source``. Half a pair and (0, 0) count as no coordinates.
    findings : Findings
        Where counts go; no row is lost for want of coordinates.
    source, target : str or None
        Codes of the two systems; without both, coordinates stay as they are.

    Returns
    -------
    DataFrame
        The frame with ``x`` and ``y`` in ``target``.

    Examples
    --------
    >>> findings = Findings(np.array([2]), Tally())
    >>> there = placed(pd.DataFrame({"x": [-93.0], "y": [42.0]}), findings, source="EPSG:4326", target="EPSG:26915")
    >>> round(there.loc[0, "x"])
    500000
    """
    x, y = frame["x"], frame["y"]
    blank = (x.isna() | y.isna() | ((x == 0) & (y == 0))).to_numpy()
    findings.count(blank, "x", "blank_coordinates")
    x, y = x.mask(blank), y.mask(blank)
    if source is not None and target is not None and source != target:
        x, y = transform(x, y, source, target)
        findings.count(x.isna().to_numpy() & ~blank, "x", "far_coordinates")
    return frame.assign(x=x, y=y)


def note_clock_changes(frame: pd.DataFrame, table: Table, tally: Tally, time_zone: str | None) -> None:
    """Count rows with local times that the clock skipped or showed twice. The times are kept as written.

    Parameters
    ----------
    frame : DataFrame
        Rows to be loaded.
    table : Table
        Says which columns hold times of day.
    tally : Tally
        Where counts go.
    time_zone : str or None
        The agency's time zone; without one nothing is counted.

    Examples
    --------
    >>> from pcanalytics.tables import table
    >>> calls, tally = table("calls"), Tally()
    >>> frame = calls.conform(pd.DataFrame({"received_at": [pd.Timestamp("2026-03-08 02:30")]}))
    >>> note_clock_changes(frame, calls, tally, "America/Chicago")
    >>> tally.total("dst_gap")
    1
    """
    if time_zone is None:
        return
    skipped, repeated = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    for column in (one.name for one in table.columns if one.kind == "timestamp"):
        gap, fold = clock_changes(frame[column], time_zone)
        skipped |= gap
        repeated |= fold
    tally.count("dst_gap", int(skipped.sum()))
    tally.count("dst_fold", int(repeated.sum()))


def address_age(
    residences: pd.DataFrame, *, as_of: pd.Timestamp, stale_after_days: int = STALE_AFTER_DAYS
) -> pd.DataFrame:
    """Say how old each residence is on a day, so that a past address is never taken for a current one.

    Parameters
    ----------
    residences : DataFrame
        Rows of the declared table ``residences``.
    as_of : Timestamp
        The day; what starts on it or later is not known yet.
    stale_after_days : int, default 90
        A current residence not confirmed for longer is stale.

    Returns
    -------
    DataFrame
        On the same index: ``age_days`` since it was last confirmed, else since it began (missing when
        neither is known), and ``standing``: ``current``, ``stale``, ``ended`` or ``future``. A residence
        whose age is not known is stale.

    Examples
    --------
    >>> from pcanalytics.tables import table
    >>> one = table("residences").conform(pd.DataFrame({"start": [pd.Timestamp("2026-01-01")]}))
    >>> address_age(one, as_of=pd.Timestamp("2026-11-23")).to_dict("list")
    {'age_days': [326], 'standing': ['stale']}
    """
    confirmed = residences["verified_on"].where(residences["verified"].fillna(value=True))
    since = confirmed.where(confirmed < as_of).fillna(residences["start"])
    age = (as_of - since).dt.days.astype("Int64")
    standing = pd.Series("current", index=residences.index, dtype="str")
    standing = standing.mask((age.isna() | (age > stale_after_days)).fillna(value=True).astype(bool), "stale")
    standing = standing.mask(residences["end"] < as_of, "ended")
    standing = standing.mask(residences["start"] >= as_of, "future")
    return pd.DataFrame({"age_days": age, "standing": standing}, index=residences.index)


def note_old_addresses(frame: pd.DataFrame, tally: Tally, *, as_of: pd.Timestamp) -> None:
    """Count residences that ended before the as-of date and current ones nobody confirmed lately.

    Parameters
    ----------
    frame : DataFrame
        Rows of ``residences`` to be loaded; all of them are.
    tally : Tally
        Where counts go.
    as_of : Timestamp
        The day the extract speaks of.

    Examples
    --------
    >>> from pcanalytics.tables import table
    >>> tally = Tally()
    >>> frame = table("residences").conform(pd.DataFrame({"end": [pd.Timestamp("2020-01-01")]}))
    >>> note_old_addresses(frame, tally, as_of=pd.Timestamp("2026-11-23"))
    >>> tally.total("ended_address")
    1
    """
    standing = address_age(frame, as_of=as_of)["standing"]
    tally.count("ended_address", int((standing == "ended").sum()))
    tally.count("stale_address", int((standing == "stale").sum()), column=str(STALE_AFTER_DAYS))


def set_aside_unborn(frame: pd.DataFrame, findings: Findings, *, as_of: pd.Timestamp) -> None:
    """Set rows aside whose birth date is still to come.

    Parameters
    ----------
    frame : DataFrame
        Rows of any declared table.
    findings : Findings
        Where rows to set aside go.
    as_of : Timestamp
        The day the extract speaks of.

    Examples
    --------
    >>> findings = Findings(np.array([2]), Tally())
    >>> frame = pd.DataFrame({"birth_date": [pd.Timestamp("2030-01-01")]})
    >>> set_aside_unborn(frame, findings, as_of=pd.Timestamp("2026-11-23"))
    >>> [reason for _, _, reason in findings.aside]
    ['born_later']
    """
    if "birth_date" in frame:
        findings.set_aside((frame["birth_date"] >= as_of).to_numpy(), "birth_date", "born_later")
