"""What an incident counts as when it counts once: its gravest offense, and its people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.compstat.counted import is_among
from pcanalytics.tables.vocabulary import OFFENSES

__all__ = ["gravest", "gravity_of", "is_person"]

_GRAVITY = {word: place for place, word in enumerate(OFFENSES)}


def gravest(offenses: pd.DataFrame, words: set[str] | None = None) -> pd.DataFrame:
    """Give each incident once, under its gravest offense.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``. An offense whose counts were all taken back is none.
    words : set of str, optional
        Only these offenses.

    Returns
    -------
    pandas.DataFrame
        One row an incident, with the columns of its gravest offense. Offenses are graver in the order of
        :data:`pcanalytics.tables.vocabulary.OFFENSES`: against life, sexual, against persons, property, society.

    Examples
    --------
    >>> rows = pd.DataFrame({"incident_id": ["1", "1"], "offense": ["larceny", "robbery"], "count": [1, 1]})
    >>> gravest(rows)["offense"].tolist()
    ['robbery']
    """
    rows = offenses if words is None else offenses[offenses["offense"].isin(words)]
    positive = rows["count"].gt(0).to_numpy(dtype=bool, copy=True)
    taken_back = is_among(rows["incident_id"], rows.loc[~positive, "incident_id"]).to_numpy()
    positive[taken_back] &= _standing(rows[taken_back])
    rows = rows[positive]
    order = np.argsort(gravity_of(rows["offense"]), kind="stable")
    first = ~rows["incident_id"].iloc[order].duplicated().to_numpy()
    return rows.iloc[np.sort(order[first])]


def _standing(rows: pd.DataFrame) -> np.ndarray:
    """Tell which rows are of an incident and offense that was not taken back as often as it was counted."""
    sums = rows.groupby(["incident_id", "offense"], sort=False)["count"].transform("sum")
    return sums.gt(0).to_numpy(dtype=bool)


def gravity_of(offenses: pd.Series) -> np.ndarray:
    """Rank offenses, 0 the gravest; words that are not declared come last.

    Parameters
    ----------
    offenses : pandas.Series
        Offense words.

    Returns
    -------
    numpy.ndarray
        Places in :data:`pcanalytics.tables.vocabulary.OFFENSES`.

    Examples
    --------
    >>> gravity_of(pd.Series(["homicide", "rape"])).tolist()
    [0, 2]
    """
    codes, words = pd.factorize(offenses)
    ranks = np.array([*(_GRAVITY.get(word, len(_GRAVITY)) for word in words), len(_GRAVITY)])
    return ranks[codes]


def is_person(people: pd.DataFrame) -> pd.Series:
    """Tell which rows are people and not a business or society, where that can be told.

    Parameters
    ----------
    people : pandas.DataFrame
        Rows of ``incident_people``.

    Returns
    -------
    pandas.Series of bool
        True for rows with a person record, an age or an injury; for all when no row has a person record.

    Examples
    --------
    >>> rows = pd.DataFrame({"person_record_id": ["N1", None, None], "age_at_event": [30, None, 41]})
    >>> is_person(rows).tolist()
    [True, False, True]
    """
    if "person_record_id" not in people.columns or people["person_record_id"].isna().all():
        return pd.Series(True, index=people.index)
    signs = [column for column in ("person_record_id", "age_at_event", "injury") if column in people.columns]
    return people[signs].notna().any(axis=1)
