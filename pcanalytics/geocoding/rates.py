"""How many records were found on the ground: of all, and of those whose location is an address at all.

Both are needed. Of all records says how many a map shows; of addresses says how good reference and matching are, whatever share
of the records say "transient" or "unknown". A single rate can be raised by counting otherwise, two beside each other cannot.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pcanalytics.errors import UnknownName

__all__ = ["NOT_AN_ADDRESS", "is_address", "is_matched", "match_rates", "reason_counts", "wilson_interval"]

#: Reasons for which a string names no place that any reference of this area could hold.
NOT_AN_ADDRESS = frozenset(
    (
        "empty",
        "unknown",
        "transient",
        "po_box",
        "rural_route",
        "confidential",
        "institution",
        "out_of_area",
        "area_only",
    )
)

#: Found, but only as a whole street or area: no place.
_NO_PLACE = ("street", "zone", "none")

#: The normal quantile of a 95 % interval.
_Z = 1.959963984540054


def is_matched(result: pd.DataFrame) -> pd.Series:
    """Tell which records were found at one place.

    Parameters
    ----------
    result : DataFrame
        ``status`` and ``match_type`` of :func:`pcanalytics.geocoding.geocode`.

    Returns
    -------
    Series
        Booleans. A tie is no match, and neither is a whole street or zone.

    Examples
    --------
    >>> is_matched(pd.DataFrame({"status": ["M", "T", "M"], "match_type": ["range", "range", "street"]})).tolist()
    [True, False, False]
    """
    return result["status"].eq("M").fillna(value=False) & ~result["match_type"].isin(_NO_PLACE)


def is_address(result: pd.DataFrame) -> pd.Series:
    """Tell for which records the location is an address: something that a reference of this area could hold.

    Parameters
    ----------
    result : DataFrame
        ``reason`` of :func:`pcanalytics.geocoding.geocode`; missing where a record was found.

    Returns
    -------
    Series
        Booleans; ``False`` for the reasons of :data:`NOT_AN_ADDRESS`.

    Examples
    --------
    >>> is_address(pd.DataFrame({"reason": ["transient", "no_street", None]})).tolist()
    [False, True, True]
    """
    return ~result["reason"].isin(NOT_AN_ADDRESS)


def wilson_interval(hits: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the 95 % score interval of shares, which stays between 0 and 1 and holds for few records too.

    Parameters
    ----------
    hits, of : numpy.ndarray
        How many, of how many.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends; missing where ``of`` is 0. Records at one address are found or missed together, so
        for few addresses with many records each the true interval is wider.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval(np.array([81]), np.array([263]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2553, 0.3662)
    """
    number = np.where(np.asarray(of) > 0, of, np.nan).astype("float64")
    share = np.asarray(hits) / number
    middle = share + _Z**2 / (2 * number)
    reach = _Z * np.sqrt(share * (1 - share) / number + _Z**2 / (4 * number**2))
    under = 1 + _Z**2 / number
    return np.clip((middle - reach) / under, 0.0, 1.0), np.clip((middle + reach) / under, 0.0, 1.0)


def match_rates(result: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Give the hit rate two ways, whole or by group.

    Parameters
    ----------
    result : DataFrame
        ``status``, ``match_type`` and ``reason`` of :func:`pcanalytics.geocoding.geocode`, and the columns named in ``by``, such
        as the ``offense``, ``beat``, ``month`` or ``agency`` of each record.
    by : sequence of str
        Columns that make the groups; without any, all records are one group.

    Returns
    -------
    DataFrame
        One row a group, in the order of its values; a missing value is a group of its own, the last. The columns of ``by``, then

        - ``records``; ``addresses``, those whose location is an address; ``matched``, those found at one place; ``ties``
        - ``rate_of_all``, ``rate_of_addresses``: matched as a share of each, missing where there is none
        - ``low``, ``high``: the 95 % Wilson interval of ``rate_of_addresses``

    Raises
    ------
    UnknownName
        When a column of ``by`` is not there.

    Examples
    --------
    >>> found = pd.DataFrame({
    ...     "status": ["M", "U", "U"], "match_type": ["point", "none", "none"], "reason": [None, "no_street", "transient"],
    ... })
    >>> match_rates(found)[["records", "addresses", "matched", "rate_of_addresses"]].values.tolist()
    [[3.0, 2.0, 1.0, 0.5]]
    """
    for name in by:
        if name not in result.columns:
            raise UnknownName("column to group by", name, map(str, result.columns))
    counted = pd.DataFrame(
        {
            "records": 1,
            "addresses": is_address(result).astype("int64"),
            "matched": is_matched(result).astype("int64"),
            "ties": result["status"].eq("T").fillna(value=False).astype("int64"),
        },
        index=result.index,
    )
    if not by:
        rates = counted.sum().to_frame().T
    else:
        groups = [_plain(result[name]) for name in by]
        rates = counted.groupby(groups, dropna=False, sort=True).sum().reset_index()
    rates["rate_of_all"] = rates["matched"] / rates["records"].where(rates["records"] > 0)
    rates["rate_of_addresses"] = rates["matched"] / rates["addresses"].where(rates["addresses"] > 0)
    rates["low"], rates["high"] = wilson_interval(rates["matched"].to_numpy(), rates["addresses"].to_numpy())
    return rates


def _plain(values: pd.Series) -> pd.Series:
    """Give a category as its words, so that a word nobody has makes no group."""
    return values.astype("str") if isinstance(values.dtype, pd.CategoricalDtype) else values


def reason_counts(result: pd.DataFrame) -> pd.DataFrame:
    """Count why records were not found at one place.

    Parameters
    ----------
    result : DataFrame
        ``status``, ``match_type`` and ``reason`` of :func:`pcanalytics.geocoding.geocode`.

    Returns
    -------
    DataFrame
        ``reason``, ``records``, ``share`` of all records, ``is_address`` (whether such a location is an address), most records
        first; no row for a reason that no record has.

    Examples
    --------
    >>> found = pd.DataFrame({"status": ["U", "U"], "match_type": "none", "reason": ["no_street", "no_street"]})
    >>> reason_counts(found).values.tolist()
    [['no_street', 2, 1.0, True]]
    """
    reasons = _plain(result["reason"])[~is_matched(result)].dropna()
    counts = reasons.value_counts().rename_axis("reason").rename("records").reset_index()
    counts = counts.sort_values(["records", "reason"], ascending=[False, True], ignore_index=True)
    return counts.assign(
        share=counts["records"] / max(len(result), 1),
        is_address=~counts["reason"].isin(NOT_AN_ADDRESS),
    )
