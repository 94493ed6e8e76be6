"""What geocoding found, in a few lines: the hit rate two ways, and why the rest was not found."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pcanalytics.geocoding.rates import match_rates, reason_counts
from pcanalytics.geocoding.reasons import REASONS
from pcanalytics.geocoding.reference import Reference

__all__ = ["account", "in_tenths"]


def account(result: pd.DataFrame, reference: Reference, *, what: str) -> list[str]:
    """Say how many records were found, two ways, and count the rest by reason.

    Parameters
    ----------
    result : DataFrame
        From :func:`pcanalytics.geocoding.geocode`.
    reference : Reference
        What was matched against.
    what : str
        What was geocoded: the name of a table or a file.

    Returns
    -------
    list of str
        Lines for a terminal. They hold counts and no address.

    Examples
    --------
    >>> nothing = pd.DataFrame({"status": [], "match_type": [], "reason": []})
    >>> account(nothing, Reference(name="Toy", vintage="2026", crs="EPSG:26915"), what="calls")
    ['calls: no records to geocode.']
    """
    row = match_rates(result).to_dict("records")[0]
    records, addresses, matched = (int(row[name]) for name in ("records", "addresses", "matched"))
    if not records:
        return [f"{what}: no records to geocode."]
    lines = [f"{what}: {records:,} records; reference: {reference.name}, vintage: {reference.vintage}"]
    lines.append(f"  found at one place      {matched:>12,}  {row['rate_of_all']:8.2%} of all records")
    if addresses:
        interval = f"{row['low']:.2%} to {row['high']:.2%}"
        lines.append(
            f"  location is an address  {addresses:>12,}  {row['rate_of_addresses']:8.2%} of these found ({interval})"
        )
    else:
        lines.append(f"  location is an address  {0:>12,}")
    lines += [
        f"  {one['reason']:<22}  {one['records']:>12,}  {one['share']:8.2%}  {REASONS.get(one['reason'], '')}"
        for one in reason_counts(result).to_dict("records")
    ]
    return lines


def in_tenths(tell: Callable[[str], None] | None, what: str) -> Callable[[int, int], None] | None:
    """Turn counts of what is done into a line for each tenth of it.

    Parameters
    ----------
    tell : callable or None
        Told each line; None for nobody, as in a log.
    what : str
        What is counted.

    Returns
    -------
    callable or None
        Takes how many are done, and of how many; None for nobody.

    Examples
    --------
    >>> count = in_tenths(print, "addresses")
    >>> for done in (1, 30, 35, 60):
    ...     count(done, 60)
    addresses: 30 of 60
    addresses: 60 of 60
    """
    if tell is None:
        return None
    told = [0]

    def count(done: int, of: int) -> None:
        tenth = 10 * done // max(of, 1)
        if tenth > told[0]:
            told[0] = tenth
            tell(f"{what}: {done:,} of {of:,}")

    return count
