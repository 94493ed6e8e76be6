"""Whether the records that were not found come from some areas more than from others.

A hit rate of 97 % hides a hole: when most misses lie in one beat, its hotspots do not show. Records at one address are found
or missed together, so addresses are shuffled, not records: a shopping mall under a name that no layer has is one miss, however
many reports it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.geocoding.rates import is_address, is_matched

__all__ = ["MissTest", "misses_cluster"]

#: A test is called by this p-value, and an area is named when its misses would be topped anywhere so seldom.
LEVEL = 0.05

#: Where a smaller share of an area's records is missing, its map hardly changes, however surely misses cluster there.
_MATTERS = 0.01

#: With fewer missed addresses nothing can be said.
_FEWEST = 5

#: Addresses with the most records are shuffled together until they are so many.
_SMALLEST_GROUP = 50


@dataclass(frozen=True)
class MissTest:
    """Whether misses are spread as chance would spread them.

    Parameters
    ----------
    p_value : float or None
        How often addresses shuffled between areas were spread at least as unevenly; None when there is too little to tell.
    areas : DataFrame
        One row an area: the column asked for, ``addresses`` (distinct ones), ``missed`` (distinct), ``expected`` (missed, were
        they spread evenly), ``records`` and ``records_missed``, ``p_value`` (how often any area of the shuffled ones lay that far above its
        own expectation) and ``is_hole``.
    simulations : int
        How many times addresses were shuffled.
    words : str
        What to say of it. It names areas and counts, never an address.
    """

    p_value: float | None
    areas: pd.DataFrame
    simulations: int
    words: str

    @property
    def holes(self) -> pd.DataFrame:
        """The areas in which far more is missed than elsewhere."""
        return self.areas[self.areas["is_hole"]].reset_index(drop=True)


def misses_cluster(
    result: pd.DataFrame,
    *,
    by: str,
    written: str | None = None,
    simulations: int = 999,
    rng: np.random.Generator | int | None = None,
) -> MissTest:
    """Test whether misses are more uneven between areas than chance makes them.

    Only records count whose location is an address and whose area is known. Which addresses are missed is shuffled among
    addresses with about as many records (1, 2 to 3, 4 to 7, ...), because rare spellings are missed more often wherever they
    are. The measure is the sum over areas of squared standardized differences between missed and expected addresses.

    Parameters
    ----------
    result : DataFrame
        ``status``, ``match_type`` and ``reason`` of :func:`pcanalytics.geocoding.geocode`, with the columns ``by`` and ``written``.
    by : str
        The column of the area, such as ``"beat"``, recorded with the record and not found by geocoding it.
    written : str, optional
        The column of the address as written; without it every record is an address of its own, which holds only when no
        address comes often.
    simulations : int, default 999
        How many times addresses are shuffled; the smallest possible p-value is 1 / (simulations + 1).
    rng : Generator or int, optional
        Where chance comes from.

    Returns
    -------
    MissTest
        ``p_value`` None with fewer than 5 missed addresses or 2 areas.

    Raises
    ------
    UnknownName
        When a column is not there.
    UsageError
        When ``simulations`` is less than 99.

    References
    ----------
    Phipson, B. & Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in Genetics and
    Molecular Biology 9(1), article 39. Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing (the largest
    difference over all areas, for naming single ones).

    Examples
    --------
    >>> found = pd.DataFrame({"beat": ["1", "2"] * 50, "status": ["M"] * 99 + ["U"], "match_type": ["range"] * 99 + ["none"],
    ...                       "reason": [None] * 99 + ["no_street"]})
    >>> misses_cluster(found, by="beat").words
    'Too little to tell whether misses cluster: 1 address missed in 2 areas.'
    """
    generator = np.random.default_rng(rng)
    for name in (by, *([] if written is None else [written])):
        if name not in result.columns:
            raise UnknownName("column", name, map(str, result.columns))
    if simulations < 99:
        raise UsageError("simulations must be 99 or more: fewer cannot tell 1 in 20.")
    counted = result[is_address(result) & result[by].notna()]
    strata = _Strata(counted, by=by, written=written)
    areas = pd.DataFrame({by: strata.areas, "addresses": strata.addresses, "missed": strata.missed})
    areas = areas.assign(expected=strata.expected, records=strata.records, records_missed=strata.records_missed)
    missed = int(strata.missed.sum())
    if missed < _FEWEST or len(areas) < 2:
        places = "address" if missed == 1 else "addresses"
        said = f"Too little to tell whether misses cluster: {missed} {places} missed in {len(areas)} areas."
        return MissTest(None, areas.assign(p_value=np.nan, is_hole=False), 0, said)
    shuffled = strata.shuffled(simulations, generator)
    seen, chance = strata.standardized(strata.missed), strata.standardized(shuffled)
    p_value = _rank((chance**2).sum(axis=1), float((seen**2).sum()))
    highest = chance.max(axis=1)
    areas["p_value"] = [_rank(highest, float(one)) for one in seen]
    areas["is_hole"] = areas["p_value"].le(LEVEL) & (p_value <= LEVEL)
    areas = areas.sort_values(["p_value", by], ignore_index=True)
    return MissTest(p_value, areas, simulations, _in_words(areas, by, p_value))


def _rank(chance: np.ndarray, seen: float) -> float:
    """Give the share of shuffles, the real one among them, that are at least as extreme."""
    return float(((chance >= seen - 1e-9).sum() + 1) / (len(chance) + 1))


class _Strata:
    """Addresses in groups with about as many records: how many of each lie in each area, and how many are missed."""

    def __init__(self, counted: pd.DataFrame, *, by: str, written: str | None) -> None:
        area, names = pd.factorize(counted[by].astype("str"), sort=True)
        string = (
            np.arange(len(counted)) if written is None else pd.factorize(counted[written], use_na_sentinel=False)[0]
        )
        self.areas, size = list(names), len(names)
        cells = pd.DataFrame({"string": string, "area": area, "missed": ~is_matched(counted).to_numpy()})
        self.records = np.bincount(area, minlength=size)
        self.records_missed = np.bincount(area[cells["missed"]], minlength=size)
        # in one area found and in another missed is an address where an area breaks a tie: it counts in each
        cells = cells.groupby(["string", "area"], sort=True)["missed"].agg(["any", "size"]).reset_index()
        whole = cells.groupby("string")["size"].transform("sum").to_numpy()
        group = _merged(np.floor(np.log2(whole)).astype(int)) if len(cells) else np.zeros(0, dtype=int)
        at = (group, cells["area"].to_numpy())
        self._there = np.zeros((group.max(initial=0) + 1, size), dtype="int64")
        self._gone = np.zeros_like(self._there)
        np.add.at(self._there, at, 1)
        np.add.at(self._gone, at, cells["any"].to_numpy().astype("int64"))
        self.addresses, self.missed = self._there.sum(axis=0), self._gone.sum(axis=0)
        self._moments()

    def _moments(self) -> None:
        """Work out the expectation and spread of each area's missed addresses, were they shuffled."""
        number = self._there.sum(axis=1, keepdims=True).astype("float64")
        missed = self._gone.sum(axis=1, keepdims=True)
        share = np.divide(self._there, number, out=np.zeros(self._there.shape), where=number > 0)
        self.expected = (missed * share).sum(axis=0)
        variance = missed * share * (1 - share) * (number - missed) / np.maximum(number - 1, 1)
        variance = variance.sum(axis=0)
        self._spread = np.sqrt(np.where(variance > 1e-12, variance, np.inf))

    def standardized(self, missed: np.ndarray) -> np.ndarray:
        """Give how far missed addresses lie from their expectation, in standard deviations."""
        return (missed - self.expected) / self._spread

    def shuffled(self, simulations: int, rng: np.random.Generator) -> np.ndarray:
        """Give each area's missed addresses when those of a group are drawn from all of the group."""
        drawn = np.zeros((simulations, len(self.areas)), dtype="int64")
        for there, gone in zip(self._there, self._gone, strict=True):
            if gone.any():
                drawn += rng.multivariate_hypergeometric(there, int(gone.sum()), size=simulations)
        return drawn


def _merged(group: np.ndarray) -> np.ndarray:
    """Put the groups with the most records together until they hold enough to be shuffled."""
    counts = np.bincount(group)
    top = len(counts) - 1
    while top > 0 and counts[top:].sum() < _SMALLEST_GROUP:
        top -= 1
    return np.minimum(group, top)


def _in_words(areas: pd.DataFrame, by: str, p_value: float) -> str:
    missed, addresses = int(areas["missed"].sum()), int(areas["addresses"].sum())
    whole = f"{missed:,} of {addresses:,} addresses are missed"
    if p_value > LEVEL:
        return (
            f"Misses are spread by {by} as chance would spread them ({len(areas)} of them, p = {p_value:.3f}): "
            f"{whole}, and no {by} stands out."
        )
    said = f"Misses are not spread evenly by {by} ({len(areas)} of them, p = {p_value:.3f})"
    holes = areas[areas["is_hole"]]
    if holes.empty:
        return f"{said}, though no single {by} stands out. {whole}."
    named = [
        f"{by} {row[by]}: {row['missed']:,} of {row['addresses']:,} addresses missed where {row['expected']:.0f} would be expected "
        f"({row['records_missed']:,} of {row['records']:,} records)"
        for row in holes.head(5).to_dict("records")
    ]
    more = f"; and {len(holes) - 5} more" if len(holes) > 5 else ""
    most = float((holes["records_missed"] / holes["records"]).max())
    weighed = f"At most {most:.1%} of the records of any of these are missing"
    small = "too few to change its map much" if most < _MATTERS else "a map shows fewer records there than there are"
    return f"{said}. {'; '.join(named)}{more}. {weighed}: {small}."
