"""What one weekly page is made from, handed from the reading to the notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from pcanalytics.compstat import SeriesBreak, SignalRule
from pcanalytics.periods import Period, prior, week_label
from pcanalytics.workflows.ledgers import REASONS
from pcanalytics.workflows.measured import Measured
from pcanalytics.workflows.register import Comment

__all__ = ["WeeklyCompstat"]


@dataclass(frozen=True)
class WeeklyCompstat:
    """What one weekly page is made from.

    Parameters
    ----------
    agency : str
        The agency's name.
    district : str or None
        The district; None for the whole city.
    week : str
        The week's label, such as ``"2026-W47"``.
    period : Period
        The week.
    as_of : pandas.Timestamp
        Its end: nothing later is counted.
    offenses : DataFrame
        The table ``counted_offenses`` of this area, in the beats of the as-of.
    calls : DataFrame
        The table ``calls`` of this area, with ``domestic`` and ``unlisted`` of the incident a call led to.
    measured : Measured
        Arrests, calls, clearances and victims of this area, for command staff and for the public.
    restated : DataFrame
        The 28 days of the issue before this one, counted as issued and as known now, with the reasons between.
    reclassified : DataFrame
        Offenses that became another offense since that issue.
    bridge, public_bridge : DataFrame
        Steps from this issue's 28 days to the workspace's other figures; for the public without those that count
        victims, whose small numbers would show.
    groups : mapping of str to sequence of str
        The offense groups to count, label to offenses.
    rule : SignalRule
        When a count is outside its usual range.
    breaks : sequence of SeriesBreak
        Where the records begin to be made otherwise.
    shifts : sequence of int
        When shifts begin, in minutes after midnight.
    completeness : mapping of str to float
        Share of each group's offenses of the last 28 days that is on record by now, as far as it can be told.
    actions : DataFrame
        The action register of this area, open ones first.
    comment : Comment
        The analyst's, for command staff and for the public.
    harm_weights : DataFrame
        ``offense`` and ``days``; empty when the workspace has none.
    supervision, releases : DataFrame
        What the agreement lets CompStat see of these tables; without columns where that is nothing.
    public_supervision, public_releases : DataFrame
        The same for a page that anybody may read.
    places : mapping of str to GeoDataFrame
        ``districts``, ``beats``, ``streets``, ``water``, ``landmarks`` in the workspace's system, as far
        as the workspace has them.
    provenance : list of dict
        One entry a file that the page rests on: source, digest, rows read, loaded, set aside, rejected.
    located : float or None
        Share of the last 28 days' offenses of the groups that have coordinates; None when there is none.
    agreement : dict or None
        ``id`` and ``purpose`` under which corrections data were read; None when none were.
    minimum_cell : int
        The smallest count of people that may be shown.
    district_names : tuple of str
        Every district, in the order of the index page.
    covered_from : pandas.Timestamp or None
        The first day that the agency's records cover.
    records_to : pandas.Timestamp
        To when the whole agency's records reach: the latest offense or call before ``as_of``; the latest offense where
        offenses have been missing for longer than in the year before, as when one extract did not come.
    latest_entry : pandas.Timestamp or None
        The latest entry that the page counts; None where the agency does not keep when rows were entered.
    last_issued : bool
        Whether the issue before this one is there, so that ``restated`` begins with what it printed.
    """

    agency: str
    district: str | None
    week: str
    period: Period
    as_of: pd.Timestamp
    offenses: pd.DataFrame
    calls: pd.DataFrame
    measured: Measured
    restated: pd.DataFrame
    reclassified: pd.DataFrame
    bridge: pd.DataFrame
    public_bridge: pd.DataFrame
    groups: Mapping[str, Sequence[str]]
    rule: SignalRule
    breaks: Sequence[SeriesBreak]
    shifts: Sequence[int]
    completeness: Mapping[str, float]
    actions: pd.DataFrame
    comment: Comment
    harm_weights: pd.DataFrame
    supervision: pd.DataFrame
    releases: pd.DataFrame
    public_supervision: pd.DataFrame
    public_releases: pd.DataFrame
    places: Mapping[str, gpd.GeoDataFrame]
    provenance: list[dict[str, object]]
    located: float | None
    agreement: dict[str, str] | None
    minimum_cell: int
    district_names: tuple[str, ...]
    covered_from: pd.Timestamp | None
    records_to: pd.Timestamp
    latest_entry: pd.Timestamp | None
    last_issued: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """What every count of offenses is asked with."""
        years, groups = self.rule.baseline_years, self.groups
        return {
            "as_of": self.as_of,
            "groups": groups,
            "covered_from": self.covered_from,
            "baseline_years": years,
            "breaks": self.breaks,
        }

    @property
    def judged(self) -> dict[str, Any]:
        """What every usual range is asked with."""
        return {
            "as_of": self.as_of,
            "groups": self.groups,
            "covered_from": self.covered_from,
            "breaks": self.breaks,
            "rule": self.rule,
            "completeness": self.completeness,
        }

    @property
    def counted_words(self) -> frozenset[str]:
        """The offenses that some group counts."""
        return frozenset(word for words in self.groups.values() for word in words)

    @property
    def restated_reasons(self) -> Mapping[str, str]:
        """What each reason of a restatement says on the page."""
        return REASONS

    @property
    def last_issue(self) -> str:
        """The week before this one."""
        return week_label(prior(self.period))

    @property
    def restated_since(self) -> str:
        """The week before this one; empty where neither its issue nor a time of entry tells what was known then."""
        return self.last_issue if self.last_issued or self.latest_entry is not None else ""

    @property
    def restated_period(self) -> str:
        """The days that the restatement counts, in words."""
        last = self.period.start - pd.Timedelta(days=1)
        return f"28 days to {last.day} {last:%B}"

    @property
    def alike_from(self) -> pd.Timestamp | None:
        """The first day from which all groups together are on record and counted the same way."""
        cuts = [each.on for each in self.breaks if each.on < self.as_of and any(map(each.concerns, self.groups))]
        return max([*([] if self.covered_from is None else [self.covered_from]), *cuts], default=None)

    @property
    def area(self) -> str:
        """What this page is divided into: ``"beat"`` for a district, ``"district"`` for the city."""
        return "district" if self.district is None else "beat"
