"""Other names that a record is known to go by: columns to find and compare them, and the levels that use them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from pcanalytics.linkage.cleaning import apply_distinct, clean_name
from pcanalytics.linkage.comparisons import Comparison, Level
from pcanalytics.linkage.names import chosen_roots, name_pairs

__all__ = ["ALIAS_NAMES", "alias_names", "with_aliases"]

ALIAS_NAMES = ("alias_1", "alias_2", "alias_3")


def alias_names(
    keys: np.ndarray, given_first: np.ndarray, own: np.ndarray, aliases: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Give each record up to three other names, in the form of its own name pair.

    Parameters
    ----------
    keys : ndarray
        Record keys, in the order of the records.
    given_first : ndarray
        First given names of the records, which say what a short form stands for here.
    own : ndarray
        Each record's own name pair.
    aliases : DataFrame, optional
        record_key, given_name, surname; records that are not there are passed over.

    Returns
    -------
    dict of str to ndarray
        `ALIAS_NAMES`, None where there is none. Of more than three the first in alphabetical order are kept.

    Examples
    --------
    >>> aliases = pd.DataFrame({"record_key": ["a"], "given_name": ["Bob"], "surname": ["Roe"]})
    >>> keys, given, own = (np.array([text], dtype=object) for text in ("a", "JOHN", "DOE / JOHN"))
    >>> alias_names(keys, given, own, aliases)["alias_1"].tolist()
    ['ROBERT / ROE']
    """
    columns = {name: np.full(len(keys), None, dtype=object) for name in ALIAS_NAMES}
    if aliases is None or aliases.empty:
        return columns
    given = pd.Series(apply_distinct(aliases["given_name"], clean_name), dtype=object)
    first = apply_distinct(given, lambda name: name.split(" ")[0])
    roots = chosen_roots(first, counted_in=given_first)
    pairs = name_pairs(roots, apply_distinct(aliases["surname"], clean_name))
    found = pd.DataFrame({"record": pd.Index(keys).get_indexer(aliases["record_key"]), "pair": pairs})
    found = found[(found["record"] >= 0) & found["pair"].notna()]
    found = found[found["pair"].to_numpy(object) != own[found["record"]]]
    found = found.drop_duplicates().sort_values(["record", "pair"])
    place = found.groupby("record").cumcount()
    for number, name in enumerate(ALIAS_NAMES):
        rows = found[place == number]
        columns[name][rows["record"]] = rows["pair"]
    return columns


def with_aliases(comparison: Comparison, known: Collection[str]) -> Comparison:
    """Add to the comparison of given names or surnames what aliases can say.

    Parameters
    ----------
    comparison : Comparison
        Any.
    known : collection of str
        The columns that hold something.

    Returns
    -------
    Comparison
        The same where no alias is known, or another thing is compared. A name that is another record's alias counts once,
        with the given name; the surname then says nothing more.

    Examples
    --------
    >>> from pcanalytics.linkage.comparisons import COMPARISONS
    >>> len(with_aliases(COMPARISONS[0], {"alias_1"}).levels) - len(COMPARISONS[0].levels)
    1
    """
    names = [name for name in ALIAS_NAMES if name in known]
    if not names or comparison.name not in ("given_name", "surname"):
        return comparison
    goes_by = " OR ".join(f'"{name}_l" = "name_pair_r" OR "{name}_r" = "name_pair_l"' for name in names)
    words = f"the {comparison.name.replace('_', ' ')} of one is one that the other is known to use"
    rarer = "name_pair" if comparison.name == "given_name" else "surname"
    level = Level(words, goes_by, 0.01, 0.0005, rarer, twins=0.0005, by_frequency=True)
    first, *rest = comparison.levels
    missing = comparison.missing
    if comparison.name == "surname":
        missing += f' OR (({goes_by}) AND "given_name_l" <> "given_name_r")'
    return replace(comparison, missing=missing, levels=(first, level, *rest))
