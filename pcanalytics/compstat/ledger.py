"""The offenses that CompStat counts, each with the time and place of its incident."""

from __future__ import annotations

import pandas as pd

from pcanalytics.compstat.counted import is_among
from pcanalytics.errors import TableError
from pcanalytics.tables.derived import COUNTED_OFFENSES

__all__ = ["LATE_DAYS", "UNLISTED_OFFENSES", "counted_offenses"]

#: An offense entered more than this many days after it can last have happened counts as late.
LATE_DAYS = 30

_OWN = ("occurred_from", "occurred_to", "reported_at", "entered_at", "address", "district", "beat", "x", "y")

#: Offenses whose incident's address is never listed.
UNLISTED_OFFENSES = ("rape", "other_sex_offense")


def counted_offenses(offenses: pd.DataFrame, incidents: pd.DataFrame, *, unfounded: bool = False) -> pd.DataFrame:
    """Give every offense the time and place of its incident, ready to be counted.

    Parameters
    ----------
    offenses : DataFrame
        The table ``incident_offenses``. Where an offense comes with a time or place of its own, that is
        used; where it does not, its incident's.
    incidents : DataFrame
        The table ``incidents``, one row an incident; it may be empty when the agency sends offenses alone.
    unfounded : bool, default False
        Whether to give the offenses of incidents found not to have happened too, with ``clearance`` saying so. Only
        :func:`restatement`, :func:`reclassifications` and :func:`number_bridge` want them; every other count would be
        too high.

    Returns
    -------
    DataFrame
        The table ``counted_offenses``, one row an offense, in the order of ``offenses``. Offenses of an
        incident that was found not to have happened (clearance ``unfounded``) are left out. A missing
        ``count`` is 1. An offense is *entered* when the later of its own and its incident's entry was made.
        Every offense of an incident is ``unlisted`` when the incident is domestic, its address is confidential or
        any of its offenses is sexual: the offenses of one incident stand at one address.

    Raises
    ------
    TableError
        When an incident number stands twice in ``incidents``.

    Examples
    --------
    >>> from pcanalytics.tables import TABLES
    >>> incidents = TABLES["incidents"].conform(
    ...     pd.DataFrame({"incident_id": ["7"], "occurred_from": pd.to_datetime(["2026-11-18 21:00"])})
    ... )
    >>> offenses = TABLES["incident_offenses"].conform(
    ...     pd.DataFrame({"offense_id": ["7-1"], "incident_id": ["7"], "offense": ["robbery"]})
    ... )
    >>> counted_offenses(offenses, incidents)[["offense", "count", "occurred_from"]].values.tolist()
    [['robbery', 1, Timestamp('2026-11-18 21:00:00')]]
    """
    repeated = incidents["incident_id"].duplicated()
    if repeated.any():
        raise TableError(f"The incidents hold {int(repeated.sum()):,} incident numbers more than once; read each once.")
    brought = ["incident_id", *_OWN, "clearance", "domestic", "confidential_address"]
    joined = offenses.merge(incidents[brought], on="incident_id", how="left", suffixes=("", "_incident"))
    for column in _OWN:
        if column != "entered_at":
            joined[column] = joined[column].combine_first(joined[f"{column}_incident"])
    joined["entered_at"] = joined[["entered_at", "entered_at_incident"]].max(axis=1)
    if not unfounded:
        joined = joined[joined["clearance"].ne("unfounded").fillna(value=True)].reset_index(drop=True)
    joined["count"] = joined["count"].fillna(1)
    joined["late"] = _late(joined)
    joined["located"] = joined["x"].notna() & joined["y"].notna()
    joined["unlisted"] = (
        joined["domestic"].fillna(value=False)
        | joined["confidential_address"].fillna(value=False)
        | is_among(joined["incident_id"], offenses.loc[offenses["offense"].isin(UNLISTED_OFFENSES), "incident_id"])
    )
    return COUNTED_OFFENSES.conform(joined[list(COUNTED_OFFENSES.names)])


def _late(offenses: pd.DataFrame) -> pd.Series:
    last = offenses["occurred_to"].combine_first(offenses["occurred_from"])
    before_month = last < offenses["counted_month"]
    return before_month | (offenses["entered_at"] - last > pd.Timedelta(days=LATE_DAYS))
