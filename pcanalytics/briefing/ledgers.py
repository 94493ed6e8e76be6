"""Why a number is what it is: harm, what changed since the last issue, and how other figures of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.levels import ALL_GROUPS
from pcanalytics.briefing.shown import shown_table
from pcanalytics.errors import InputRejected

__all__ = ["bridge_table", "harm_table", "reclassification_line", "restatement_table", "signed"]


def signed(value: Any) -> str:
    """Give a change with its sign, a zero as a small dot, a missing one as a dash.

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
        ``offense_group`` (missing for the total), ``harm_days``, ``harm_prior``, ``harm_last_year``: days in prison
        from which guidelines start, summed over the offenses.
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
    labels = (
        harm["offense_group"] if "offense_group" in harm.columns else pd.Series([None] * len(harm), index=harm.index)
    )
    frame = harm.assign(offense_group=labels.astype(object).where(labels.notna(), ALL_GROUPS))
    parts = frame.loc[frame["offense_group"] != ALL_GROUPS, "harm_days"]
    top = float(parts.max()) if len(parts) and not pd.isna(parts.max()) else 0.0
    rows = []
    for row in frame.to_dict("records"):
        is_whole = row["offense_group"] == ALL_GROUPS
        share = 0.0 if is_whole or not top or pd.isna(row["harm_days"]) else 100 * float(row["harm_days"]) / top
        bar = (
            ""
            if is_whole
            else f'<svg class="hbar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none"><path d="M0 0h{share:.0f}v10H0z"/></svg>'
        )
        cells = "".join(
            f'<td class="number {kind}">{number(row.get(name))}</td>'
            for name, kind in (("harm_days", "now"), ("harm_prior", "past"), ("harm_last_year", "past"))
        )
        kind = ' class="total"' if is_whole else ""
        rows.append(
            f'<tr{kind}><th scope="row">{text(row["offense_group"])}</th><td class="barcell">{bar}</td>{cells}</tr>'
        )
    head = (
        '<th scope="col">Offense group</th><th scope="col"><span class="hide">Share of the largest</span></th>'
        f'<th scope="col" class="number">These {days} days</th><th scope="col" class="number">Before</th><th scope="col" class="number">Last year</th>'
    )
    under = "Days in prison from which sentencing guidelines start for a first offender, summed over the offenses: a measure of harm, not of sentences given."
    under += f" Weights: {source}." if source else ""
    table = f'<table class="list harm"><caption>Harm in {days} days</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    names = {
        "offense_group": "Offense group",
        "harm_days": f"Days, these {days}",
        "harm_prior": "Before",
        "harm_last_year": "Last year",
    }
    shown = shown_table(frame, names, title=f"Harm in {days} days, in days in prison")
    return Fragment(scroll("Harm", table, under), tables={"harm": shown}, public="same")


def restatement_table(
    restatement: pd.DataFrame, *, since: str = "", reasons: Mapping[str, str] | None = None, period: str = ""
) -> Fragment:
    """Show what changed in counts that were already issued, by reason: the parts add up.

    Parameters
    ----------
    restatement : pandas.DataFrame
        ``offense_group``, ``count_then``, one column of changes per reason, ``count_now``; or in long form
        ``offense_group``, ``count_then``, ``reason``, ``change``, ``count_now``. Rows without any change are left out.
    since : str
        The issue compared with, such as ``"2026-W46"``.
    reasons : mapping of str to str, optional
        Column of changes to its heading, in order; by default every column between the two counts, named as it is.
    period : str
        What was counted then and now, such as ``"The 28 days to 15 November"``.

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
    >>> one = pd.DataFrame([{"offense_group": "Robbery", "count_then": 9, "entered late": 2, "count_now": 11}])
    >>> "+2" in restatement_table(one, since="2026-W46").html
    True
    """
    long = _long(restatement, reasons)
    if not since:
        return Fragment('<p class="few">There is no earlier issue to compare with.</p>', public="same")
    _must_add_up(long)
    changed = long.groupby("offense_group", sort=False)["change"].transform(lambda values: values.abs().sum()).gt(0)
    shown = long[changed | long["offense_group"].eq(ALL_GROUPS)]
    title = f"What changed since the issue of {since}"
    if not changed.any():
        return Fragment(f'<p class="few">No count of the issue of {text(since)} has changed.</p>', public="same")
    names = list(dict.fromkeys(long.loc[long["change"].ne(0), "reason"]))
    rows = []
    for label, group in shown.groupby("offense_group", sort=False):
        changes = group.groupby("reason")["change"].sum()
        cells = "".join(f'<td class="number">{signed(changes.get(name, 0))}</td>' for name in names)
        kind = ' class="total"' if label == ALL_GROUPS else ""
        rows.append(
            f'<tr{kind}><th scope="row">{text(label)}</th><td class="number past">{number(group["count_then"].iloc[0])}</td>{cells}'
            f'<td class="number now">{number(group["count_now"].iloc[0])}</td></tr>'
        )
    middle = "".join(
        f'<th scope="col" class="number">{text(str(name).replace("_", " ").capitalize())}</th>' for name in names
    )
    head = f'<th scope="col">Offense group</th><th scope="col" class="number">Then</th>{middle}<th scope="col" class="number">Now</th>'
    table = f'<table class="list ledger"><caption>{text(title)}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    what = f"{period}: " if period else ""
    under = f"{what}then, as issued; now, as on record today. The parts of a row add up; groups without a change are left out."
    columns = {
        "offense_group": "Offense group",
        "count_then": "Then",
        "reason": "Reason",
        "change": "Change",
        "count_now": "Now",
    }
    return Fragment(
        scroll(title, table, under), tables={"restatement": shown_table(long, columns, title=title)}, public="same"
    )


def _long(frame: pd.DataFrame, reasons: Mapping[str, str] | None) -> pd.DataFrame:
    """Give one row per group and reason."""
    if "reason" in frame.columns or frame.empty:
        return frame
    kept = ("offense_group", "count_then", "count_now")
    named = dict(reasons) if reasons is not None else {name: str(name) for name in frame.columns if name not in kept}
    rows = [
        {**{name: row[name] for name in kept}, "reason": heading, "change": row[column]}
        for row in frame.to_dict("records")
        for column, heading in named.items()
    ]
    return pd.DataFrame(rows)


def _must_add_up(long: pd.DataFrame) -> None:
    for place, (_, group) in enumerate(long.groupby("offense_group", sort=False)):
        if group["count_then"].iloc[0] + group["change"].sum() != group["count_now"].iloc[0]:
            raise InputRejected(f"The changes of group {place + 1} do not add up to the difference of its two counts.")


def bridge_table(bridge: pd.DataFrame, *, period: str = "") -> Fragment:
    """Show step by step why another figure of the same crime differs from this briefing's.

    Parameters
    ----------
    bridge : pandas.DataFrame
        ``figure``, ``step``, ``reason``, ``change`` and ``count`` (after the step), in order; the first row of a
        figure is this briefing's count, without a change.
    period : str
        What is counted, such as ``"the year to date"``.

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
    ...     {"figure": "Press", "step": 0, "reason": "This briefing", "change": None, "count": 10},
    ...     {"figure": "Press", "step": 1, "reason": "attempts not counted", "change": -2, "count": 8},
    ... ])
    >>> "−2" in bridge_table(steps).html
    True
    """
    if bridge.empty:
        return Fragment('<p class="few">No other figure is declared in the workspace.</p>', public="same")
    bodies = []
    for place, (figure, steps) in enumerate(bridge.groupby("figure", sort=False)):
        records = steps.to_dict("records")
        for earlier, later in zip(records, records[1:], strict=False):
            if not pd.isna(later["change"]) and earlier["count"] + later["change"] != later["count"]:
                raise InputRejected(f"A step of figure {place + 1} does not lead from one count to the next.")
        lines = "".join(
            f'<tr{_ends(index, len(records))}><th scope="row">{text(row["reason"])}</th>'
            f'<td class="number">{"" if pd.isna(row["change"]) else signed(row["change"])}</td>'
            f'<td class="number">{number(row["count"])}</td></tr>'
            for index, row in enumerate(records)
        )
        bodies.append(
            f'<tbody><tr class="head"><th scope="rowgroup" colspan="3">{text(figure)}</th></tr>{lines}</tbody>'
        )
    what = f", {period}" if period else ""
    head = (
        '<th scope="col">Step</th><th scope="col" class="number">Change</th><th scope="col" class="number">Count</th>'
    )
    table = f'<table class="list bridge"><caption>Why other figures differ{text(what)}</caption><thead><tr>{head}</tr></thead>{"".join(bodies)}</table>'
    names = {"figure": "Figure", "step": "Step", "reason": "Reason", "change": "Change", "count": "Count"}
    return Fragment(
        scroll("Why other figures differ", table),
        tables={"bridge": shown_table(bridge, names, title=f"Why other figures differ{what}")},
        public="same",
    )


def _ends(index: int, length: int) -> str:
    return ' class="end"' if index in (0, length - 1) else ""


def reclassification_line(*, up: int, down: int, level: int = 0, since: str = "") -> Fragment:
    """Say how many records changed their offense since the last issue, and which way.

    Parameters
    ----------
    up, down : int
        Records whose offense is now graver, or less grave.
    level : int
        Records whose offense changed to one as grave.
    since : str
        The issue compared with, such as ``"2026-W46"``.

    Examples
    --------
    >>> "3 records" in reclassification_line(up=1, down=2, since="2026-W46").html
    True
    """
    total, since_then = up + down + level, f" since the issue of {since}" if since else " since the last issue"
    if total == 0:
        said = f"No record changed its offense{since_then}."
    else:
        parts = [f"{up:,} to a graver one", f"{down:,} to a less grave one"] + (
            [f"{level:,} to one as grave"] if level else []
        )
        said = f"{total:,} record{'' if total == 1 else 's'} changed the offense{since_then}: {', '.join(parts)}."
    return Fragment(
        f'<p class="note reclassified">{text(said)}</p>',
        facts={"reclassified": {"up": up, "down": down}},
        public="same",
    )
