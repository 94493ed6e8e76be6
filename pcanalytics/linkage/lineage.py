"""From a record to the person it is of, and how sure that is: the links that every joined row stands on.

A record without a link is nobody else's: it is never guessed whose it is. Only where two corrections records must be told to be of
one person, for custody, does a record without a link count as a person of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem, UsageError

__all__ = ["LINK_COLUMNS", "corrections_persons", "police_persons", "weakest"]

#: What a frame of links holds: one row a record.
LINK_COLUMNS = ("agency", "side", "record_id", "person_id", "match_probability")

#: Stands between the parts of the key of a record that has no link; no id holds it.
_APART = "\x1f"


def police_persons(records: pd.Series, person_links: pd.DataFrame, *, min_probability: float = 0.0) -> pd.DataFrame:
    """Give the person of each police record.

    Parameters
    ----------
    records : pandas.Series
        Values of ``person_record_id``; missing ones are of nobody on record.
    person_links : pandas.DataFrame
        :data:`LINK_COLUMNS`, one row a record; ``side`` is ``police`` or ``corrections``. ``match_probability`` is how sure it is that
        the record belongs with its person.
    min_probability : float, default 0
        Links less sure than this are not used; nor, above 0, are those that do not say.

    Returns
    -------
    pandas.DataFrame
        ``person_id`` and ``link_probability`` with the index given, both missing where there is no link.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns of the links are missing or ``min_probability`` is no probability.

    Examples
    --------
    >>> links = pd.DataFrame(
    ...     {"agency": "PD", "side": "police", "record_id": ["1"], "person_id": "P-1", "match_probability": 0.99}
    ... )
    >>> police_persons(pd.Series(["1", "2", None]), links)["person_id"].fillna("nobody known").tolist()
    ['P-1', 'nobody known', 'nobody known']
    """
    links = _of_side(person_links, "police", ["record_id"], min_probability)
    places = pd.Index(links["record_id"]).get_indexer(pd.Index(records))
    return _found(links, np.where(records.isna(), -1, places), records.index)


def corrections_persons(
    records: pd.DataFrame, person_links: pd.DataFrame, *, min_probability: float = 0.0
) -> pd.DataFrame:
    """Give the person of each corrections record.

    Parameters
    ----------
    records : pandas.DataFrame
        With ``agency`` and ``doc_id``.
    person_links : pandas.DataFrame
        :data:`LINK_COLUMNS`, as :func:`police_persons` takes it.
    min_probability : float, default 0
        Links less sure than this are not used.

    Returns
    -------
    pandas.DataFrame
        With the index given: ``person_id`` and ``link_probability``, missing where there is no link, and ``person``, the same person in
        every corrections record: the ``person_id``, or a key of the record's own where there is none.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns of the links are missing or ``min_probability`` is no probability.

    Examples
    --------
    >>> links = pd.DataFrame(
    ...     {"agency": ["DOC", "JAIL"], "side": "corrections", "record_id": "7", "person_id": "P-1", "match_probability": 0.9}
    ... )
    >>> records = pd.DataFrame({"agency": ["JAIL", "DOC", "DOC"], "doc_id": ["7", "7", "8"]})
    >>> corrections_persons(records, links)["person"].duplicated().tolist()
    [False, True, False]
    """
    links = _of_side(person_links, "corrections", ["agency", "record_id"], min_probability)
    keys = pd.MultiIndex.from_frame(links[["agency", "record_id"]].astype(object))
    wanted = pd.MultiIndex.from_frame(records[["agency", "doc_id"]].astype(object))
    found = _found(links, keys.get_indexer(wanted), records.index)
    own = _APART + records["agency"].astype("str") + _APART + records["doc_id"].astype("str")
    return found.assign(person=found["person_id"].where(found["person_id"].notna(), own))


def weakest(*probabilities: pd.Series) -> pd.Series:
    """Give the least sure of the links that a row stands on.

    Two records of one person are joined through the person, so that they are as surely of one person as the less sure of the two is:
    the links between them may be surer than that, and are never less sure.

    Parameters
    ----------
    *probabilities : pandas.Series
        Of the same index; a missing probability makes the result missing.

    Returns
    -------
    pandas.Series of float64
        With that index.

    Examples
    --------
    >>> weakest(pd.Series([0.9, 1.0]), pd.Series([0.95, None])).tolist()
    [0.9, nan]
    """
    return pd.concat(list(probabilities), axis=1).astype("float64").min(axis=1, skipna=False)


def _of_side(person_links: pd.DataFrame, side: str, key: Sequence[str], min_probability: float) -> pd.DataFrame:
    missing = [name for name in LINK_COLUMNS if name not in person_links.columns]
    if missing:
        raise UsageError(f"The links of records to persons need the columns {', '.join(LINK_COLUMNS)}.")
    if not 0.0 <= min_probability <= 1.0:
        raise UsageError("min_probability must lie between 0 and 1.")
    used = person_links["side"].eq(side).fillna(value=False).astype(bool)
    used &= person_links["person_id"].notna() & person_links["record_id"].notna()
    links = person_links[used]
    twice = links.duplicated(list(key)).to_numpy()
    if twice.any():
        first = int(np.flatnonzero(used.to_numpy())[twice.argmax()]) + 1
        what = f"a {side} record is there more than once"
        raise InputRejected(
            "The links of records to persons cannot be used.",
            [Problem(what, rows=int(twice.sum()), first_row=first, expected="one row a record", code="duplicate_key")],
        )
    sure = links["match_probability"].astype("float64").ge(min_probability) | (min_probability == 0.0)
    return links[sure]


def _found(links: pd.DataFrame, places: np.ndarray, index: pd.Index) -> pd.DataFrame:
    """Take the links at some places, missing where a place is -1."""
    named = {
        "person_id": links["person_id"].astype("str"),
        "match_probability": links["match_probability"].astype(float),
    }
    taken = pd.DataFrame(named).reset_index(drop=True).reindex(np.where(places < 0, len(links), places))
    taken.index = index
    return taken.rename(columns={"match_probability": "link_probability"})
