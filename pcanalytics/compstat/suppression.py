"""Counts of victims for the public page, with small counts kept back so that no arithmetic brings them out again.

Whoever reads the page may add and subtract its numbers: a total less its parts, a year less its months, this week's issue
less last week's. The published numbers cut all victims into blocks: two victims are in one block when every published
number counts both or neither. Whatever can be worked out from the numbers by adding and subtracting counts whole blocks.
So a number is published only while each block it makes holds enough victims. The blocks outside all published numbers
are not bound, because nothing is said of them.

Source: complementary suppression and the audit of what published sums determine (Cox 1980, "Suppression Methodology and
Statistical Disclosure Control", Journal of the American Statistical Association 75; Willenborg and de Waal 2001,
*Elements of Statistical Disclosure Control*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from pcanalytics.compstat.compare import compare
from pcanalytics.compstat.compared import (
    ALL_GROUPS,
    BASELINES,
    COMPARED,
    compared_periods,
    cut_of,
    cuts_of,
    earlier_years,
)
from pcanalytics.compstat.counted import known_by
from pcanalytics.compstat.rules import SeriesBreak
from pcanalytics.errors import UnknownName, UsageError
from pcanalytics.periods import Period

__all__ = ["ALL_DISTRICTS", "KEPT_BACK", "SHOWN_PUBLICLY", "public_victims"]

#: What the row over all districts is called.
ALL_DISTRICTS = "All districts"

#: What stands in place of a count that is kept back, whether it is small or protects a small one.
KEPT_BACK = "not shown"

#: The columns shown when nothing else is asked for. Each further one costs some of these.
SHOWN_PUBLICLY = ("last_12_months", "last_12_months_prior", "year_to_date", "last_28_days")


def public_victims(
    victims: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    by: Sequence[str] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    columns: Sequence[str] = SHOWN_PUBLICLY,
    covered_from: pd.Timestamp | None = None,
    baseline_years: int = 3,
    breaks: Sequence[SeriesBreak] = (),
    minimum_cell: int = 10,
    issue_days: int | None = 7,
) -> pd.DataFrame:
    """Count victims as a public page may show them.

    Parameters
    ----------
    victims : pandas.DataFrame
        ``measure_frames(...)["Victims"]`` of the whole agency. Pages of several districts must be cut from one call,
        ``by`` district: a call for each district cannot know what the others give away.
    as_of : pandas.Timestamp
        Local midnight after the last day of the week.
    by : sequence of str
        Of ``"district"`` and ``"offense_group"``, those that the pages show; the rows over all of them come with it.
    groups : mapping of str to sequence of str, optional
        Label to offense words.
    columns : sequence of str
        Count columns of :func:`compare`, the most wanted first: each is shown while it gives nothing away with those
        before it. The fewer, the more of them are shown.
    covered_from : pandas.Timestamp, optional
        The first day that the records cover.
    baseline_years : int, default 3
        As in :func:`compare`.
    breaks : sequence of SeriesBreak, optional
        As in :func:`compare`.
    minimum_cell : int, default 10
        The smallest count that may be shown or worked out, from the agreement.
    issue_days : int or None, default 7
        Days between two issues of the page: what this issue shows and what the one before would have shown of the same
        columns must not give a small count away together. ``None`` for a page that is issued once.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by`` (:data:`ALL_DISTRICTS` and :data:`~pcanalytics.compstat.ALL_GROUPS` in the rows over all)
        and ``columns`` as words: a number, :data:`KEPT_BACK`, or missing where :func:`compare` has none. Zero is a small
        count. Within a column, rows over all come first, then the larger counts.

    Raises
    ------
    UnknownName
        When ``columns`` names one that :func:`compare` does not count.
    UsageError
        When ``by`` names another column, ``minimum_cell`` or ``issue_days`` is below 1, or as :func:`compare`.

    Examples
    --------
    >>> days = pd.date_range("2024-06-01", "2026-11-22")
    >>> rows = pd.DataFrame({"offense": "robbery", "count": 1, "occurred_from": days})
    >>> shown = public_victims(rows, as_of=pd.Timestamp("2026-11-23"), minimum_cell=5)
    >>> shown.values.tolist()
    [['364', '364', '326', '28']]
    """
    if set(by) - {"district", "offense_group"}:
        raise UsageError("Victims are shown by district and offense_group alone.")
    if minimum_cell < 1 or (issue_days is not None and issue_days < 1):
        raise UsageError("The smallest count that may be shown, and the days between issues, must be at least 1.")
    for column in columns:
        if column not in (*COMPARED, *BASELINES):
            raise UnknownName("count column", column, (*COMPARED, *BASELINES))
    known = {"as_of": as_of, "groups": groups, "covered_from": covered_from}
    rows = _every_margin(victims, list(by), {**known, "baseline_years": baseline_years, "breaks": breaks})
    spans = _spans(rows, columns, as_of, groups, covered_from, baseline_years, breaks)
    space = _space(known_by(victims, as_of), groups, spans, issue_days)
    shown = rows[list(by)].copy()
    for column in columns:
        shown[column] = pd.Series(None, index=rows.index, dtype="str")
        numbers = rows[column].astype("Float64")
        order = sorted(numbers.dropna().index, key=lambda place: (_margins(rows, place, by), -numbers[place], place))
        for place in order:
            regions = space.regions(rows.loc[place], spans[column, place])
            published = space.publish(regions, minimum_cell)
            shown.loc[place, column] = _words(column, numbers[place]) if published else KEPT_BACK
    return shown


def _margins(rows: pd.DataFrame, place: int, by: Sequence[str]) -> int:
    """Count the keys of a row that are not the row over all."""
    over_all = (ALL_DISTRICTS, ALL_GROUPS)
    return sum(rows.loc[place, key] not in over_all for key in by)


def _words(column: str, number: float) -> str:
    return f"{number:,.1f}" if column in BASELINES else f"{int(number):,}"


def _every_margin(victims: pd.DataFrame, by: list[str], asked: dict) -> pd.DataFrame:
    """Compare by every part of the keys, with what a row over all is called."""
    names = {"district": ALL_DISTRICTS, "offense_group": ALL_GROUPS}
    parts = []
    for kept in product((False, True), repeat=len(by)):
        keys = [key for key, keep in zip(by, kept, strict=True) if keep]
        part = compare(victims, by=keys, **asked)
        for key in by:
            if key not in keys:
                part[key] = pd.Series(names[key], index=part.index, dtype="str")
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    columns = [name for name in rows.columns if name not in by]
    return rows[[*by, *columns]]


def _spans(
    rows: pd.DataFrame,
    columns: Sequence[str],
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]] | None,
    covered_from: pd.Timestamp | None,
    baseline_years: int,
    breaks: Sequence[SeriesBreak],
) -> dict[tuple[str, int], tuple[Period, ...]]:
    """Give the periods that each number of each row adds up."""
    periods = compared_periods(as_of, baseline_years=baseline_years)
    spans: dict[tuple[str, int], tuple[Period, ...]] = {}
    for place in rows.index:
        label = rows.loc[place, "offense_group"] if "offense_group" in rows.columns else ALL_GROUPS
        cuts = cuts_of(None if label == ALL_GROUPS else label, breaks, as_of, covered_from, groups)
        for column in columns:
            names = earlier_years(BASELINES[column], baseline_years) if column in BASELINES else [column]
            spans[column, place] = tuple(periods[name] for name in names if cut_of(name, periods[name], cuts) is None)
    return spans


@dataclass
class _Space:
    """The victims by district, by the groups that count them, and by time between two edges of any period."""

    counts: np.ndarray
    districts: pd.Series
    memberships: list[frozenset[str]]
    edges: np.ndarray
    shift: np.timedelta64 | None
    blocks: np.ndarray

    def regions(self, row: pd.Series, spans: Sequence[Period]) -> list[np.ndarray]:
        """Give the cells that a number adds up, in this issue and in the one before."""
        name = row.get("district", ALL_DISTRICTS)
        here = np.ones(len(self.districts), dtype=bool)
        if pd.isna(name):
            here = self.districts.isna().to_numpy()
        elif name != ALL_DISTRICTS:
            here = self.districts.eq(name).to_numpy(dtype=bool)
        label = row.get("offense_group", ALL_GROUPS)
        words = np.array(
            [bool(each) if label == ALL_GROUPS else label in each for each in self.memberships], dtype=bool
        )
        found = []
        for shift in [np.timedelta64(0, "us")] + ([] if self.shift is None else [self.shift]):
            when = np.zeros(len(self.edges) - 1, dtype=bool)
            for period in spans:
                start, end = np.datetime64(period.start) - shift, np.datetime64(period.end) - shift
                when |= (self.edges[:-1] >= start) & (self.edges[1:] <= end)
            found.append((here[:, None, None] & words[None, :, None] & when[None, None, :]).ravel())
        return found

    def publish(self, regions: Sequence[np.ndarray], minimum_cell: int) -> bool:
        """Cut the blocks along a number's edges, unless that makes a small one."""
        if not regions[0].any():
            return False  # there are no victims at all, and none is a small count
        blocks = self.blocks
        for region in regions:
            # cells outside everything published are block 0; what a region takes of them is a new block
            _, blocks = np.unique(blocks * 2 + region, return_inverse=True)
        outside = (self.blocks == 0) & ~np.any(regions, axis=0)
        number = np.bincount(blocks[~outside], self.counts[~outside], minlength=blocks.max() + 1)
        there = np.bincount(blocks[~outside], minlength=blocks.max() + 1) > 0
        if (number[there] < minimum_cell).any():
            return False
        self.blocks = np.where(outside, 0, blocks + 1)
        return True


def _space(
    victims: pd.DataFrame,
    groups: Mapping[str, Sequence[str]] | None,
    spans: Mapping[tuple[str, int], Sequence[Period]],
    issue_days: int | None,
) -> _Space:
    shift = None if issue_days is None else np.timedelta64(issue_days, "D").astype("timedelta64[us]")
    moments = {edge for each in spans.values() for period in each for edge in (period.start, period.end)}
    edges = np.array(sorted(moments), dtype="datetime64[us]")
    if shift is not None:
        edges = np.union1d(edges, edges - shift)
    words = victims["offense"].astype("str")
    listed = {} if groups is None else {label: set(each) for label, each in groups.items()}
    of_word = {
        word: frozenset([ALL_GROUPS] if groups is None else [label for label, each in listed.items() if word in each])
        for word in words.dropna().unique()
    }
    memberships = sorted(set(of_word.values()), key=sorted)
    place_of = {each: place for place, each in enumerate(memberships)}
    district = (
        victims["district"] if "district" in victims.columns else pd.Series(None, index=victims.index, dtype="str")
    )
    codes, names = pd.factorize(district, use_na_sentinel=False)
    when = np.searchsorted(edges, victims["occurred_from"].to_numpy("datetime64[us]"), side="right") - 1
    group = np.array([place_of[of_word[word]] if word in of_word else -1 for word in words], dtype=int)
    inside = (when >= 0) & (when < len(edges) - 1) & victims["occurred_from"].notna().to_numpy() & (group >= 0)
    shape = (max(len(names), 1), max(len(memberships), 1), max(len(edges) - 1, 0))
    counts = np.zeros(shape)
    np.add.at(counts, (codes[inside], group[inside], when[inside]), victims["count"].to_numpy("float64")[inside])
    return _Space(
        counts=counts.ravel(),
        districts=pd.Series(names, dtype="str") if len(names) else pd.Series([None], dtype="str"),
        memberships=memberships or [frozenset()],
        edges=edges,
        shift=shift,
        blocks=np.zeros(counts.size, dtype=np.int64),
    )
