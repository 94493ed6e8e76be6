"""Whether the persons that are kept were made of the records as they stand, or of those before a later load."""

from __future__ import annotations

import hashlib

from pcanalytics.store import Store

__all__ = ["LINKED_FROM", "linked_state", "loaded_state"]

#: The tables that persons are made of.
LINKED_FROM = ("police_people", "police_aliases", "corrections_people", "corrections_aliases", "residences")


def loaded_state(store: Store) -> str:
    """Give a short digest of the last load that changed each table that persons are made of.

    Parameters
    ----------
    store : Store
        Open.

    Returns
    -------
    str
        Another one after every load that brought, changed or took away a row of these tables, and the same otherwise.

    Raises
    ------
    UsageError
        When nothing was loaded yet.

    Examples
    --------
    >>> state = loaded_state(store)  # doctest: +SKIP
    """
    loads = store.load_history()
    changed = loads[["rows_new", "rows_changed", "rows_gone"]].sum(axis=1).gt(0)
    mine = loads[loads["status"].eq("loaded") & loads["table"].isin(LINKED_FROM) & changed]
    last = mine.groupby("table")["load_id"].max().sort_index()
    return hashlib.sha256(repr(list(last.items())).encode("utf-8")).hexdigest()[:16]


def linked_state(store: Store, *, source: str) -> str:
    """Give the digest of the loads that the persons that are kept were made of.

    Parameters
    ----------
    store : Store
        Open.
    source : str
        What the history of loads calls the results of linkage.

    Returns
    -------
    str
        As :func:`loaded_state` gave it then; empty where nothing is linked, or it was linked before this was kept.

    Examples
    --------
    >>> linked_state(store, source="linkage") == loaded_state(store)  # doctest: +SKIP
    True
    """
    loads = store.load_history()
    mine = loads.loc[loads["source"].eq(source) & loads["table"].eq("person_links"), "digest"]
    return "" if mine.empty else str(mine.iloc[-1]).partition("-")[2]
