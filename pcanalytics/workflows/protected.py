"""Addresses that no page may show, whatever record brings them."""

from __future__ import annotations

import pandas as pd

from pcanalytics.compstat import UNLISTED_OFFENSES, normalize_address
from pcanalytics.store import Store

__all__ = ["protected_addresses", "sexual_incidents", "stands_at"]


def protected_addresses(store: Store, *, purpose: str) -> frozenset[str]:
    """Collect the addresses that any police record marks confidential, as the records stand today.

    There is no as-of on purpose: an address that came under protection later must not show on a page that is
    made again.

    Parameters
    ----------
    store : Store
        Open.
    purpose : str
        The purpose of the page.

    Returns
    -------
    frozenset of str
        Written alike by :func:`pcanalytics.compstat.normalize_address`.

    Examples
    --------
    >>> hidden = protected_addresses(store, purpose="compstat")  # doctest: +SKIP
    """
    columns = ["address", "confidential_address"]
    tables = (store.read(name, purpose=purpose, columns=columns) for name in ("incidents", "calls", "police_people"))
    marked = [table.loc[table["confidential_address"].fillna(value=False), "address"] for table in tables]
    return frozenset(normalize_address(pd.concat(marked)).dropna())


def sexual_incidents(store: Store, as_of: pd.Timestamp, *, purpose: str) -> pd.Series:
    """List the incidents with an offense whose address is never listed.

    Parameters
    ----------
    store : Store
        Open.
    as_of : pandas.Timestamp
        Offenses known before it.
    purpose : str
        The purpose of the page.

    Returns
    -------
    Series
        Incident numbers.

    Examples
    --------
    >>> incidents = sexual_incidents(store, as_of, purpose="compstat")  # doctest: +SKIP
    """
    offenses = store.read("incident_offenses", purpose=purpose, as_of=as_of, columns=["incident_id", "offense"])
    return offenses.loc[offenses["offense"].isin(UNLISTED_OFFENSES), "incident_id"]


def stands_at(addresses: pd.Series, protected: frozenset[str]) -> pd.Series:
    """Tell which addresses are among the protected ones; a missing address is not.

    Parameters
    ----------
    addresses : Series
        As written.
    protected : frozenset of str
        From :func:`protected_addresses`.

    Examples
    --------
    >>> stands_at(pd.Series(["12 Oak St. Apt 4", "14 OAK ST", None]), frozenset({"12 OAK ST"})).tolist()
    [True, False, False]
    """
    written = addresses.dropna().drop_duplicates()
    return addresses.isin(written[normalize_address(written).isin(protected)])
