"""Why a number is what it is: harm, what changed since the last issue, and how other figures of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import short
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import ALL_GROUPS
from pcanalytics.briefing.shown import shown_table
from pcanalytics.errors import InputRejected

__all__ = ["bridge_table", "harm_table", "reclassification_line", "restatement_table", "signed"]


def signed(value: Any) -> str:
    """Give a change with its sign, a zero as a small dot, a missing one as a dash.

    Parameters
    ----------
    value : int or missing
        The change.

    Examples
    --------
    >>> signed(3), signed(-1200), signed(0)
    ('+3', '−1,200', '·')
    """
    if value is None or pd.isna(value):
        return "–"
    change = int(value)
    if change == 0:
        return "·"
    return f"+{change:,}" if change > 0 else f"−{-change:,}"


def harm_table(harm: pd.DataFrame, *, source: str = "", days: int = 28) -> Fragment:
    """Show counts weighted by harm, so that one robbery does not weigh as one theft.

    Parameters
    ----------
    harm : pandas.DataFrame
        ``offense_group`` (:data:`ALL_GROUPS` for the total), ``harm_days``, ``harm_prior``, ``harm_last_year``: days in
        prison from which guidelines start, summed over the offenses; and ``unweighted`` and ``unweighted_offenses``
        where offenses without a weight are in no total.
    source : str
        Where the weights come from.
    days : int
        Days of the counts.

    Examples
    --------
    >>> "No harm weights" in harm_table(pd.DataFrame(columns=["harm_days"])).html
    True
    """
    if harm.empty:
        return Fragment('<p class="few">No harm weights are set in the workspace.</p>', public="same")
    parts = harm.loc[harm["offense_group"] != ALL_GROUPS, "harm_days"].dropna()
    top = max([float(value) for value in parts], default=0.0)
    rows = "".join(_harm_row(row, top) for row in harm.to_dict("records"))
    head = _head(("Offense group", f"These {days} days", "Before", "Last year"), bar=True)
    under = (
        "Days in prison from which sentencing guidelines start for a first offender, summed over the offenses: a measure "
        "of harm, not of sentences given."
    )
    under += f" Weights: {source}." if source else ""
    table = (
        f'<table class="list harm"><caption>Harm in {days} days</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    names = {
        "offense_group": "Offense group",
        "harm_days": f"Days, these {days}",
        "harm_prior": "Before",
        "harm_last_year": "Last year",
    }
    shown = shown_table(harm, names, title=f"Harm in {days} days, in days in prison")
    said = scroll("Harm", table, f"{under}{_unweighted(harm)}", half=True)
    return Fragment(said, tables={"harm": shown}, public="same")


def _head(names: tuple[str, ...], *, bar: bool = False) -> str:
    first = f'<th scope="col">{text(names[0])}</th>'
    if bar:
        first += '<th scope="col"><span class="hide">Share of the largest</span></th>'
    return first + "".join(f'<th scope="col" class="number">{text(name)}</th>' for name in names[1:])


def _harm_row(row: Mapping[str, Any], top: float) -> str:
    is_whole = row["offense_group"] == ALL_GROUPS
    bar = ""
    if not is_whole and top > 0 and not pd.isna(row["harm_days"]):
        share = short(100 * max(float(row["harm_days"]), 0) / top)
        bar = (
            '<svg class="hbar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<path d="M0 0h{share}v10H0z"/></svg>'
        )
    cells = "".join(
        f'<td class="number {kind}">{number(row[name])}</td>'
        for name, kind in (("harm_days", "now"), ("harm_prior", "past"), ("harm_last_year", "past"))
    )
    kind = ' class="total"' if is_whole else ""
    return f'<tr{kind}><th scope="row">{text(row["offense_group"])}</th><td class="barcell">{bar}</td>{cells}</tr>'


def _unweighted(harm: pd.DataFrame) -> str:
    """Say which offenses have no weight and are in no total."""
    if "unweighted" not in harm.columns:
        return ""
    whole = harm[harm["offense_group"] == ALL_GROUPS]
    row = (whole if len(whole) else harm).iloc[-1]
    count = 0 if pd.isna(row["unweighted"]) else int(row["unweighted"])
    if not count:
        return ""
    words = row.get("unweighted_offenses")
    named = "" if words is None or pd.isna(words) else f" ({words})".replace("_", " ")
    return f" {count:,} offense{' has' if count == 1 else 's have'} no weight and {'is' if count == 1 else 'are'} in no total{named}."


def restatement_table(
    restatement: pd.DataFrame,
    *,
    since: str = "",
    reasons: Mapping[str, str] | None = None,
    period: str = "",
    issued: bool = True,
) -> Fragment:
    """Show what changed in counts that were already issued, by reason: the parts of a row add up.

    Parameters
    ----------
    restatement : pandas.DataFrame
        ``offense_group``, ``count_then``, one column of signed changes per reason, ``count_now``. Groups and reasons
        without any change are left out; the row of :data:`ALL_GROUPS` stays.
    since : str
        The issue compared with, such as ``"2026-W46"``; empty where there is none.
    reasons : mapping of str to str, optional
        Column of changes to what it means, in order; by default every column between the two counts.
    period : str
        What was counted then and now, such as ``"28 days to 15 November"``.
    issued : bool
        Whether that issue was made and its counts are known; otherwise they are what was on record at its end.

    Returns
    -------
    Fragment
        Without an earlier issue, or without a change, a sentence says so.

    Raises
    ------
    InputRejected
        When the changes of a row do not add up to the difference between its two counts.

    Examples
    --------
    >>> one = pd.DataFrame([{"offense_group": "Robbery", "count_then": 9, "reported_late": 2, "count_now": 11}])
    >>> "+2" in restatement_table(one, since="2026-W46").html
    True
    """
    if not since or restatement.empty:
        return Fragment('<p class="few">There is no earlier issue to compare with.</p>', public="same")
    counts = ("offense_group", "count_then", "count_now")
    meant = dict(reasons) if reasons is not None else {str(name): "" for name in restatement if name not in counts}
    changes = restatement[list(meant)]
    short_of = (restatement["count_then"] + changes.sum(axis=1) - restatement["count_now"]).ne(0)
    if short_of.any():
        raise InputRejected(f"In {int(short_of.sum())} rows the changes do not add up to the difference of the counts.")
    title = f"What changed since {_of(since, issued)}"
    moved = [name for name in meant if changes[name].ne(0).any()]
    if not moved:
        said = f'<p class="few">No count has changed since {text(_of(since, issued))}.</p>'
        return Fragment(said, tables={"restatement": _restated(restatement, meant, title)}, public="same")
    shown = restatement[changes.ne(0).any(axis=1) | restatement["offense_group"].eq(ALL_GROUPS)]
    rows = "".join(_restated_row(row, moved) for row in shown.to_dict("records"))
    table = (
        f'<table class="list ledger"><caption>{text(title)}</caption><thead><tr>'
        f"{_head(('Offense group', 'Then', *(_heading(name) for name in moved), 'Now'))}</tr></thead><tbody>{rows}</tbody></table>"
    )
    words = "; ".join(f"{_heading(name).lower()}: {meant[name]}" for name in moved if meant[name])
    before = "issued" if issued else "on record at the end of that week"
    under = (
        f"{period + ': t' if period else 'T'}hen, as {before}; now, as on record at the end of this week. The parts of a row "
        f"add up; groups without a change are left out.{' ' + words[:1].upper() + words[1:] + '.' if words else ''}"
    )
    html = scroll(title, table, under, half=len(moved) <= 3)
    return Fragment(html, tables={"restatement": _restated(restatement, meant, title)}, public="same")


def _of(since: str, issued: bool) -> str:
    return f"the {'issue' if issued else 'end'} of {since}"


def _heading(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _restated_row(row: Mapping[str, Any], moved: list[str]) -> str:
    cells = "".join(f'<td class="number">{signed(row[name])}</td>' for name in moved)
    kind = ' class="total"' if row["offense_group"] == ALL_GROUPS else ""
    return (
        f'<tr{kind}><th scope="row">{text(row["offense_group"])}</th>'
        f'<td class="number past">{number(row["count_then"])}</td>{cells}'
        f'<td class="number now">{number(row["count_now"])}</td></tr>'
    )


def _restated(restatement: pd.DataFrame, meant: Mapping[str, str], title: str) -> dict[str, Any]:
    """Give every group and reason as a row of its own."""
    rows = [
        (row["offense_group"], row["count_then"], _heading(name), row[name], row["count_now"])
        for row in restatement.to_dict("records")
        for name in meant
    ]
    names = {
        "offense_group": "Offense group",
        "count_then": "Then",
        "reason": "Reason",
        "change": "Change",
        "count_now": "Now",
    }
    return shown_table(pd.DataFrame(rows, columns=list(names)), names, title=title)


def reclassification_line(reclassifications: pd.DataFrame, *, since: str = "", issued: bool = True) -> Fragment:
    """Say how many records became another offense since the last issue, and which way.

    Parameters
    ----------
    reclassifications : pandas.DataFrame
        ``offense_then``, ``offense_now``, ``direction`` (``"graver"``, ``"lesser"`` or ``"equal"``) and ``count``.
    since : str
        The issue compared with, such as ``"2026-W46"``; empty where there is none, and then nothing is said.
    issued : bool
        Whether that issue was made.

    Examples
    --------
    >>> moved = pd.DataFrame([{"offense_then": "robbery", "offense_now": "larceny", "direction": "lesser", "count": 3}])
    >>> "3 records" in reclassification_line(moved, since="2026-W46").html
    True
    """
    if not since:
        return Fragment("", public="same")
    counts = {way: 0 for way in ("graver", "lesser", "equal")}
    for row in reclassifications.to_dict("records"):
        counts[row["direction"]] += int(row["count"])
    total = sum(counts.values())
    if total == 0:
        said = f"No record became another offense since {_of(since, issued)}."
    else:
        words = {"graver": "to a graver one", "lesser": "to a lesser one", "equal": "to one as grave"}
        parts = ", ".join(f"{counts[way]:,} {words[way]}" for way in counts if counts[way] or way != "equal")
        said = (
            f"{total:,} record{'' if total == 1 else 's'} became another offense since {_of(since, issued)}: {parts}."
        )
    names = {"offense_then": "Offense then", "offense_now": "Offense now", "direction": "Now", "count": "Records"}
    tables = {}
    if total:
        tables["reclassified"] = shown_table(reclassifications, names, title="Records that became another offense")
    return Fragment(
        f'<p class="note reclassified">{text(said)}</p>', facts={"reclassified": counts}, tables=tables, public="same"
    )


def bridge_table(bridge: pd.DataFrame, *, period: str = "", public_bridge: pd.DataFrame | None = None) -> Fragment:
    """Show step by step why another figure of the same crime differs from this briefing's.

    Parameters
    ----------
    bridge : pandas.DataFrame
        ``figure``, ``step``, ``reason``, ``change`` and ``count`` (after the step), in order. The first row of a figure
        is this briefing's count and the last its own, both without a change. With ``offense_group`` the page shows the
        rows of :data:`ALL_GROUPS`; all groups are in the table of numbers.
    period : str
        What is counted, such as ``"28 days to 22 November 2026"``.
    public_bridge : pandas.DataFrame, optional
        The figures that the public page explains; without it, none. A figure that counts victims must not be among them:
        its steps would give small counts of victims away.

    Returns
    -------
    Fragment
        One block per figure; without any, a sentence says that no other figure is declared.

    Raises
    ------
    InputRejected
        When a step's change does not lead from one count to the next.

    Examples
    --------
    >>> steps = pd.DataFrame([
    ...     {"figure": "Press", "step": 0, "reason": "CompStat counts", "change": None, "count": 10},
    ...     {"figure": "Press", "step": 1, "reason": "attempts not counted", "change": -2, "count": 8},
    ... ])
    >>> "−2" in bridge_table(steps).html
    True
    """
    public = None if public_bridge is None or public_bridge.empty else _bridge(public_bridge, period)
    if bridge.empty:
        return Fragment('<p class="few">No other figure is declared in the workspace.</p>')
    return replace(_bridge(bridge, period), public=public)


def _bridge(bridge: pd.DataFrame, period: str) -> Fragment:
    keys = ["figure", "offense_group"] if "offense_group" in bridge.columns else ["figure"]
    for place, (_, steps) in enumerate(bridge.groupby(keys, sort=False)):
        missed = steps["count"].shift() + steps["change"].fillna(0) != steps["count"]
        if missed.iloc[1:].any():
            raise InputRejected(f"A step of series {place + 1} does not lead from one count to the next.")
    shown = bridge[bridge["offense_group"] == ALL_GROUPS] if "offense_group" in keys else bridge
    bodies = "".join(_bridged(str(figure), steps) for figure, steps in shown.groupby("figure", sort=False))
    what = f", {period}" if period else ""
    table = (
        f'<table class="list bridge"><caption>Why other figures differ{text(what)}</caption><thead><tr>'
        f"{_head(('Step', 'Change', 'Count'))}</tr></thead>{bodies}</table>"
    )
    names = {
        "figure": "Figure",
        "offense_group": "Offense group",
        "step": "Step",
        "reason": "Reason",
        "change": "Change",
        "count": "Count",
    }
    named = {name: heading for name, heading in names.items() if name in bridge.columns}
    numbers = shown_table(bridge, named, title=f"Why other figures differ{what}")
    return Fragment(scroll("Why other figures differ", table, half=True), tables={"bridge": numbers})


def _bridged(figure: str, steps: pd.DataFrame) -> str:
    records = steps.to_dict("records")
    lines = "".join(
        f'<tr{" class=end" if place in (0, len(records) - 1) else ""}><th scope="row">{text(row["reason"])}</th>'
        f'<td class="number">{"" if pd.isna(row["change"]) else signed(row["change"])}</td>'
        f'<td class="number">{number(row["count"])}</td></tr>'
        for place, row in enumerate(records)
    )
    return f'<tbody><tr class="head"><th scope="rowgroup" colspan="3">{text(figure)}</th></tr>{lines}</tbody>'
