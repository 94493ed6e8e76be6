"""Why CompStat's count is not another figure of the same crime: one step for each rule that differs.

The press counts incidents, a NIBRS submission counts victims of crimes against persons, a monthly return counts what was
reported in the month. Each is right by its own rule. The rules are changed one after another, in one order, and each
change of the count is a step; together they lead from the first figure to the last without a remainder. In another order
the same difference would be shared out otherwise between the steps.

Source: FBI, *National Incident-Based Reporting System User Manual*, on the units of count: a crime against a person by
victim, one against property by operation, the hierarchy rule of the older summary system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import ALL_GROUPS
from pcanalytics.compstat.counted import is_among
from pcanalytics.compstat.incidents import gravest, is_person
from pcanalytics.compstat.rules import FigureRule
from pcanalytics.errors import UsageError
from pcanalytics.periods import Period
from pcanalytics.tables.vocabulary import PERSON_OFFENSES

__all__ = ["number_bridge"]

_TIMES: Mapping[str, str] = {"occurred": "occurred_from", "reported": "reported_at", "entered": "entered_at"}

_PLACED: Mapping[str, str] = {
    "reported": "placed by the day they were reported",
    "entered": "placed by the day they were entered",
}

_UNITS: Mapping[str, str] = {
    "incident": "each incident counted once, under its gravest offense",
    "victim": "offenses against persons counted by victim",
}


@dataclass(frozen=True)
class _Way:
    """One way to count, from CompStat's to the figure's."""

    groups: Mapping[str, Sequence[str]]
    placed_by: str = "occurred"
    attempted: bool = True
    unfounded: bool = False
    unit: str = "offense"


def number_bridge(
    offenses: pd.DataFrame,
    people: pd.DataFrame | None = None,
    *,
    period: Period,
    groups: Mapping[str, Sequence[str]],
    figure: FigureRule,
) -> pd.DataFrame:
    """Lead step by step from CompStat's count of a period to another figure.

    Parameters
    ----------
    offenses : pandas.DataFrame
        ``counted_offenses`` of the area, made with ``unfounded=True``: the figure may count them.
    people : pandas.DataFrame, optional
        Rows of ``incident_people``, for a figure that counts victims. A victim of no named offense counts for each
        offense against a person in the incident; one without any victim on record counts as often as it is counted.
    period : Period
        The period of both.
    groups : mapping of str to sequence of str
        CompStat's groups.
    figure : FigureRule
        How the other figure is counted.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, in the order given and last :data:`~pcanalytics.compstat.ALL_GROUPS`; ``figure`` (its label),
        ``step`` (0 for CompStat's count), ``reason``, ``change`` (missing on the first and last row of a group) and
        ``count`` after the step. The first count and the changes add up to the last. Only rules that differ have a
        step; a step may change nothing. An offense that does not say whether it was attempted counts as completed; one
        without the time that places it is in no period.

    Raises
    ------
    UsageError
        When the figure counts victims and no people are given, or names a group that there is not.

    Examples
    --------
    >>> rows = pd.DataFrame({"offense_id": ["1-1", "1-2"], "incident_id": "1", "offense": "robbery", "count": 1,
    ...                      "occurred_from": pd.Timestamp("2026-11-12"), "attempted": False, "clearance": None})
    >>> week = Period(pd.Timestamp("2026-11-09"), pd.Timestamp("2026-11-16"))
    >>> press = FigureRule("Press figure", unit="incident")
    >>> bridge = number_bridge(rows, period=week, groups={"Robbery": ["robbery"]}, figure=press)
    >>> bridge.loc[bridge["offense_group"] == "Robbery", ["reason", "count"]].values.tolist()
    [['CompStat counts', 2], ['each incident counted once, under its gravest offense', 1], ['Press figure', 1]]
    """
    if figure.unit == "victim" and people is None:
        raise UsageError(f"{figure.label} counts victims; give the people of the incidents.")
    own = dict(figure.offenses or {})
    strange = [label for label in own if label not in groups]
    if strange:
        raise UsageError(f"{figure.label} names groups that are not counted: {', '.join(strange)}.")
    ways = _ways(groups, figure, own)
    times = {_TIMES[way.placed_by] for _, way in ways}
    offenses = offenses[np.any([period.contains(offenses[time]) for time in sorted(times)], axis=0)]
    victims = None if people is None else people[people["role"].eq("victim") & is_person(people)]
    counted = [(reason, _counts(offenses, victims, period, way)) for reason, way in ways]
    rows: list[tuple[object, ...]] = []
    for label in [*groups, ALL_GROUPS]:
        numbers = [counts[label] for _, counts in counted]
        changes = [pd.NA, *(after - before for before, after in pairwise(numbers))]
        for step, (reason, _) in enumerate(counted):
            rows.append((label, figure.label, step, reason, changes[step], numbers[step]))
        rows.append((label, figure.label, len(counted), figure.label, pd.NA, numbers[-1]))
    bridge = pd.DataFrame(rows, columns=["offense_group", "figure", "step", "reason", "change", "count"])
    kinds = {"step": "Int64", "change": "Int64", "count": "Int64"}
    return bridge.astype({"offense_group": "str", "figure": "str", "reason": "str", **kinds})


def _ways(
    groups: Mapping[str, Sequence[str]], figure: FigureRule, own: Mapping[str, Sequence[str]]
) -> list[tuple[str, _Way]]:
    """Give the ways of counting from CompStat's to the figure's, each with what changed last."""
    way = _Way(groups)
    ways = [("CompStat counts", way)]
    if figure.placed_by != "occurred":
        way = replace(way, placed_by=figure.placed_by)
        ways.append((_PLACED[figure.placed_by], way))
    if not figure.attempted:
        way = replace(way, attempted=False)
        ways.append(("attempts left out", way))
    if figure.unfounded:
        way = replace(way, unfounded=True)
        ways.append(("incidents found not to have happened counted too", way))
    if own:
        way = replace(way, groups={**groups, **own})
        ways.append(("other offenses in the groups", way))
    if figure.unit != "offense":
        ways.append((_UNITS[figure.unit], replace(way, unit=figure.unit)))
    return ways


def _counts(offenses: pd.DataFrame, victims: pd.DataFrame | None, period: Period, way: _Way) -> dict[str, int]:
    rows = offenses[period.contains(offenses[_TIMES[way.placed_by]])]
    if not way.attempted:
        rows = rows[~rows["attempted"].astype("boolean").fillna(False).astype(bool)]
    if not way.unfounded:
        rows = rows[~rows["clearance"].eq("unfounded")]
    if way.unit == "incident":
        rows = gravest(rows)
    by_word = _by_victim(rows, victims) if way.unit == "victim" else rows.groupby("offense")["count"].sum()
    by_group = {
        label: int(by_word.reindex(list(set(words)), fill_value=0).sum()) for label, words in way.groups.items()
    }
    every = {word for words in way.groups.values() for word in words}
    return {**by_group, ALL_GROUPS: int(by_word.reindex(list(every), fill_value=0).sum())}


def _by_victim(rows: pd.DataFrame, victims: pd.DataFrame | None) -> pd.Series:
    """Count each incident's offenses against persons by victim, all others as they are."""
    of_person = rows["offense"].isin(PERSON_OFFENSES)
    others = rows[~of_person].groupby("offense")["count"].sum()
    standing = rows[of_person].groupby(["incident_id", "offense"])["count"].sum().rename("number").reset_index()
    number = standing["number"].to_numpy("int64")
    found = np.zeros(len(standing), dtype="int64")
    if victims is not None and len(standing):
        people = victims[is_among(victims["incident_id"], standing["incident_id"])]
        words = _words_of(people, rows)
        linked = standing.merge(people.assign(word=words), on="incident_id", how="inner")
        linked = linked[linked["word"].isna() | linked["word"].eq(linked["offense"])]
        if "person_record_id" in linked.columns:
            again = linked.duplicated(["incident_id", "offense", "person_record_id"])
            linked = linked[~(again & linked["person_record_id"].notna())]
        sizes = linked.groupby(["incident_id", "offense"]).size()
        keys = pd.MultiIndex.from_frame(standing[["incident_id", "offense"]])
        found = sizes.reindex(keys, fill_value=0).to_numpy("int64")
    standing["number"] = np.where((number > 0) & (found > 0), found, number)
    return pd.concat([others, standing.groupby("offense")["number"].sum()])


def _words_of(people: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Give the offense that each person's role is about, missing where it names none of the rows."""
    if "offense_id" not in people.columns:
        return pd.Series(None, index=people.index, dtype="str")
    words = rows.loc[is_among(rows["offense_id"], people["offense_id"])].set_index("offense_id")["offense"]
    return people["offense_id"].map(words).astype("str")
