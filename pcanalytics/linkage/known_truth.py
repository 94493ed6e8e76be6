"""Labels read: which records belong to one true person, and which pairs of a linkage are right by that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pcanalytics.errors import InputRejected, Problem

__all__ = ["KnownTruth", "PairCounts", "check_truth", "count_pairs"]

_TODO = "Give each record one row with the true person it belongs to, or nothing where nobody knows."


@dataclass(frozen=True)
class KnownTruth:
    """Labels as numbers, for the records whose true person is known.

    Parameters
    ----------
    keys : pandas.Index
        Record keys; everything else is in their order.
    person : numpy.ndarray
        Number of the true person, from 0.
    side : numpy.ndarray or None
        ``True`` for the right side; ``None`` when sides are not told apart.
    household : numpy.ndarray or None
        Number of the household of the record's true person, -1 where it is not known.
    """

    keys: pd.Index
    person: np.ndarray
    side: np.ndarray | None
    household: np.ndarray | None

    @property
    def people(self) -> int:
        """How many true people there are."""
        return int(self.person.max()) + 1 if len(self.person) else 0


def check_truth(truth: pd.DataFrame, *, between: bool | None = None) -> KnownTruth:
    """Read labels, refusing those that contradict themselves.

    Parameters
    ----------
    truth : pandas.DataFrame
        ``record_key`` and ``true_person``, one row a record; with ``side`` ("left" or "right") pairs between the sides can
        be told, with ``household`` false links inside one. A missing or empty ``true_person`` means that nobody knows.
    between : bool, optional
        Whether only pairs of two sides count. When it is not given: whether both sides are there.

    Returns
    -------
    KnownTruth

    Raises
    ------
    InputRejected
        When a column is not there, a key is missing or occurs twice (fault C-31), nobody's truth is known, or sides are
        asked for and are not told.

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": ["a", "b", "c"], "true_person": ["1", "1", None]})
    >>> check_truth(truth).keys.tolist()
    ['a', 'b']
    """
    problems = [
        Problem(f"the column `{name}` is not there", todo=_TODO)
        for name in ("record_key", "true_person")
        if name not in truth.columns
    ]
    if problems:
        raise InputRejected("The labels cannot be used.", problems)
    keys = _text(truth["record_key"])
    problems = _refused("record_key is missing", keys.isna())
    problems += _refused("record_key occurs twice", keys.notna() & keys.duplicated())
    person = _text(truth["true_person"])
    known = person.notna()
    if not known.any():
        problems.append(Problem("no record's true person is known", todo=_TODO))
    sides = _text(truth["side"]) if "side" in truth.columns else None
    if between is None:
        between = sides is not None and {"left", "right"} <= set(sides[known].dropna())
    if between and sides is None:
        problems.append(Problem("pairs between two sides are asked for, and the column `side` is not there"))
    if between and sides is not None:
        problems += _refused("side is neither left nor right", ~sides.isin(["left", "right"]))
    if problems:
        raise InputRejected("The labels cannot be used.", problems)
    household = None
    if "household" in truth.columns:
        household = pd.factorize(_text(truth["household"])[known], use_na_sentinel=True)[0]
    return KnownTruth(
        keys=pd.Index(keys[known]),
        person=pd.factorize(person[known])[0],
        side=sides[known].eq("right").to_numpy(dtype=bool) if between and sides is not None else None,
        household=household,
    )


def _text(values: pd.Series) -> pd.Series:
    """Give values as text; empty is missing."""
    text = values.astype("string").str.strip()
    return text.where(text.ne("")).reset_index(drop=True)


def _refused(what: str, wrong: pd.Series) -> list[Problem]:
    wrong = wrong.fillna(value=False)
    if not wrong.any():
        return []
    return [Problem(what, rows=int(wrong.sum()), first_row=int(wrong.to_numpy().argmax()) + 1, todo=_TODO)]


@dataclass(frozen=True)
class PairCounts:
    """What a linkage found, and what there was to find.

    Parameters
    ----------
    truth : KnownTruth
    left, right : numpy.ndarray
        The two records of each link, as places in ``truth.keys``; each pair once.
    right_person : numpy.ndarray
        Whether the two are one true person.
    unit : numpy.ndarray
        One number a true person. People whom a false link joins, directly or through others, have the same: what is counted of
        people with different numbers is independent.
    left_out : int
        Links that were not judged, because a record's true person is not known.
    """

    truth: KnownTruth
    left: np.ndarray
    right: np.ndarray
    right_person: np.ndarray
    unit: np.ndarray
    left_out: int

    @property
    def units(self) -> int:
        """How many groups of people are independent of each other."""
        return int(self.unit.max()) + 1 if len(self.unit) else 0

    @property
    def link_unit(self) -> np.ndarray:
        """The unit of each link."""
        return self.unit[self.truth.person[self.left]]

    def true_pairs(self, outside: np.ndarray | None = None) -> np.ndarray:
        """Count the pairs there are to find, one number a true person; without those that have both records `outside`."""
        pairs = self._pairs_of(np.ones(len(self.truth.person), dtype=bool))
        return pairs if outside is None else pairs - self._pairs_of(outside)

    def _pairs_of(self, records: np.ndarray) -> np.ndarray:
        person, people = self.truth.person, self.truth.people
        if self.truth.side is None:
            one = np.bincount(person[records], minlength=people)
            return one * (one - 1) // 2
        one = np.bincount(person[records & ~self.truth.side], minlength=people)
        return one * np.bincount(person[records & self.truth.side], minlength=people)

    def false_in_household(self) -> np.ndarray | None:
        """Tell which links join two people of one household; ``None`` when no household is known."""
        household = self.truth.household
        if household is None:
            return None
        one, other = household[self.left], household[self.right]
        return ~self.right_person & (one == other) & (one >= 0)


def count_pairs(links: pd.DataFrame, truth: pd.DataFrame | KnownTruth, *, between: bool | None = None) -> PairCounts:
    """Judge links by labels.

    Parameters
    ----------
    links : pandas.DataFrame
        ``left`` and ``right`` (or ``record_key_left`` and ``record_key_right``), the record keys of each link, in either
        order. With ``status`` only rows "link" are links: what waits for a reviewer is not. A pair that stands twice counts
        once. Links between records of one side do not count when pairs between sides are judged.
    truth : pandas.DataFrame or KnownTruth
        Labels, see :func:`check_truth`. Links of records that are not in it are left out and counted.
    between : bool, optional
        As for :func:`check_truth`.

    Returns
    -------
    PairCounts

    Raises
    ------
    InputRejected
        When the labels cannot be used, a column of ``links`` is not there, or a record is linked to itself.

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": ["a", "b", "c"], "true_person": ["1", "1", "2"]})
    >>> counts = count_pairs(pd.DataFrame({"left": ["a", "a"], "right": ["b", "c"]}), truth)
    >>> counts.right_person.tolist(), counts.units
    ([True, False], 1)
    """
    known = truth if isinstance(truth, KnownTruth) else check_truth(truth, between=between)
    links = links.rename(columns={"record_key_left": "left", "record_key_right": "right"})
    missing = [Problem(f"the column `{name}` is not there") for name in ("left", "right") if name not in links.columns]
    if missing:
        raise InputRejected("The links cannot be judged.", missing)
    if "status" in links.columns:
        links = links[links["status"].astype("string").eq("link").fillna(value=False)]
    one, other = _text(links["left"]), _text(links["right"])
    problems = _refused("a link lacks a record key", one.isna() | other.isna())
    problems += _refused("a record is linked to itself", one.eq(other))
    if problems:
        raise InputRejected("The links cannot be judged.", problems)
    a, b = (known.keys.get_indexer(pd.Index(keys)) for keys in (one, other))
    judged = (a >= 0) & (b >= 0)
    left, right = np.minimum(a, b)[judged], np.maximum(a, b)[judged]
    pair = np.unique(left.astype(np.int64) * max(len(known.keys), 1) + right)
    left, right = pair // max(len(known.keys), 1), pair % max(len(known.keys), 1)
    if known.side is not None:
        crosses = known.side[left] != known.side[right]
        left, right = left[crosses], right[crosses]
    people = known.person[left], known.person[right]
    return PairCounts(
        truth=known,
        left=left,
        right=right,
        right_person=people[0] == people[1],
        unit=joined(people[0], people[1], known.people),
        left_out=int((~judged).sum()),
    )


def joined(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    """Give a number to the groups that edges make of the numbers below ``size``."""
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(size, size))
    groups: np.ndarray = connected_components(graph, directed=False)[1]
    return groups
