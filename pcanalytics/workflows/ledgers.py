"""What became of earlier counts since they were issued, and what leads from a count to other figures of the same crime."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from pcanalytics.compstat import RESTATED, FigureRule, number_bridge, restatement
from pcanalytics.periods import Period, week_label
from pcanalytics.store import Workspace

__all__ = ["LOADED_SINCE", "REASONS", "as_issued", "bridges", "printed_counts", "restated"]

#: The column of what the last issue counted otherwise though by its time of entry it was known: a load that came later, or
#: a row that the records system changed or dropped without a new time of entry.
LOADED_SINCE = "loaded_since"

#: Every reason of a restatement and what it says on the page.
REASONS: Mapping[str, str] = {
    **RESTATED,
    LOADED_SINCE: "loaded, changed or gone after the last issue was made, with no later time of entry",
}

_REPORT = "weekly_compstat"
_BRIDGED = ["offense_group", "figure", "step", "reason", "change", "count"]


def restated(
    then: pd.DataFrame,
    now: pd.DataFrame,
    *,
    period: Period,
    groups: Mapping[str, Sequence[str]],
    district: str | None,
    printed: Mapping[str, int],
) -> pd.DataFrame:
    """Say why the last issue's 28 days count otherwise today.

    Parameters
    ----------
    then, now : DataFrame
        ``counted_offenses`` of the whole agency, unfounded ones among them, as known at both as-ofs.
    period : Period
        The last issue's 28 days.
    groups : mapping of str to sequence of str
        Label to offense words.
    district : str or None
        None for the whole city.
    printed : mapping of str to int
        What the last issue printed, by group; empty when there is none.

    Returns
    -------
    DataFrame
        As :func:`pcanalytics.compstat.restatement` gives it, with :data:`LOADED_SINCE`.

    Examples
    --------
    >>> ledger = restated(then, now, period=period, groups=groups, district=None, printed={})  # doctest: +SKIP
    """
    return as_issued(restatement(then, now, period=period, groups=groups, district=district), printed)


def as_issued(ledger: pd.DataFrame, printed: Mapping[str, int]) -> pd.DataFrame:
    """Begin a restatement with what was printed, not with what the records say was known then.

    Parameters
    ----------
    ledger : DataFrame
        From :func:`pcanalytics.compstat.restatement`.
    printed : mapping of str to int
        By group; a group that is not in it is taken to have been printed as known.

    Returns
    -------
    DataFrame
        With :data:`LOADED_SINCE` before ``count_now``: what was entered by then and loaded, changed or dropped later. Parts
        still add up.

    Examples
    --------
    >>> ledger = pd.DataFrame({"offense_group": ["Arson"], "count_then": [5], "other": [1], "count_now": [6]})
    >>> as_issued(ledger, {"Arson": 4})[["count_then", "loaded_since", "other", "count_now"]].values.tolist()
    [[4, 1, 1, 6]]
    """
    issued = ledger["offense_group"].map(dict(printed)).astype("Int64").fillna(ledger["count_then"])
    place = list(ledger.columns).index("count_now")
    begun = ledger.assign(count_then=issued)
    begun.insert(place, LOADED_SINCE, ledger["count_then"] - issued)
    return begun


def printed_counts(workspace: Workspace, week: Period, district: str | None) -> dict[str, int]:
    """Read what the issue of a week printed for its last 28 days.

    Parameters
    ----------
    workspace : Workspace
        For its reports folder.
    week : Period
        The week of that issue.
    district : str or None
        None for the whole city.

    Returns
    -------
    dict of str to int
        By group; empty when there is no such issue, or it does not say.

    Examples
    --------
    >>> printed = printed_counts(workspace, week, None)  # doctest: +SKIP
    """
    file: Path = workspace.reports / _REPORT / week_label(week) / "issue.json"
    try:
        issued = json.loads(file.read_text(encoding="utf-8"))
        facts = [entry["facts"]["internal"] for entry in issued.values()]
        mine = [each["counts"] for each in facts if (None if each["is_city"] else each["area"]) == district]
        return {str(group): int(count) for group, count in mine[0].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}  # no earlier issue, or one made before issues said this


def bridges(
    offenses: pd.DataFrame,
    people: pd.DataFrame,
    *,
    period: Period,
    groups: Mapping[str, Sequence[str]],
    figures: Sequence[FigureRule],
) -> pd.DataFrame:
    """Lead from CompStat's counts to each other figure, step by step.

    Parameters
    ----------
    offenses : DataFrame
        ``counted_offenses`` of the area, unfounded ones among them.
    people : DataFrame
        ``incident_people``; without rows, figures that count victims are left out.
    period : Period
        The period of all figures.
    groups : mapping of str to sequence of str
        Label to offense words.
    figures : sequence of FigureRule
        The workspace's.

    Returns
    -------
    DataFrame
        As :func:`pcanalytics.compstat.number_bridge` gives it, one figure after another.

    Examples
    --------
    >>> bridges(pd.DataFrame(), pd.DataFrame(), period=None, groups={}, figures=[]).empty
    True
    """
    known = [figure for figure in figures if figure.unit != "victim" or len(people)]
    parts = [number_bridge(offenses, people, period=period, groups=groups, figure=figure) for figure in known]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_BRIDGED)
