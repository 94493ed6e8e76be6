"""Linkage drawn: what each comparison weighs, precision against recall, errors by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import short
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import figure, numbers_twin, scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.linkage import percent
from pcanalytics.briefing.shown import shown_table

__all__ = ["frontier_chart", "group_errors_chart", "weight_chart"]

#: Bits beyond which a bar is cut; more odds than one in a million do not make a decision clearer.
_FARTHEST = 20.0

_NAMES = {
    "sid": "SID",
    "fbi_number": "FBI number",
    "height_cm": "height",
    "weight_kg": "weight",
    "local_id": "agency's number",
}

#: Thresholds that are drawn; beyond them a line only stretches the axes.
_DRAWN = (0.5, 0.999)

#: Two labels nearer than this would lie on each other.
_APART = (40.0, 15.0)


def weight_chart(levels: pd.DataFrame, *, title: str = "What each comparison says", name: str = "weights") -> Fragment:
    """Draw what each way of comparing adds to or takes from the odds that two records are one person.

    Parameters
    ----------
    levels : pandas.DataFrame
        ``comparison``, ``words``, ``m``, ``u``, ``match_weight``, ``adjusted`` of :func:`pcanalytics.linkage.level_weights`. A level
        without a weight has no bar.
    title : str
        The figure's title.
    name : str
        What its table of numbers is called.

    Examples
    --------
    >>> one = {"comparison": "sex", "words": "same sex", "m": 0.98, "u": 0.49, "match_weight": 1.0, "adjusted": False}
    >>> "+1.0" in weight_chart(pd.DataFrame([one])).html
    True
    """
    if levels.empty:
        return Fragment(f'<p class="few">{text(title)}: no model.</p>')
    drawn = levels["match_weight"].dropna().clip(-_FARTHEST, _FARTHEST)
    low, high = min(-1.0, float(drawn.min())), max(1.0, float(drawn.max()))
    rows, before = [], None
    for row in levels.to_dict("records"):
        label = _named(row["comparison"]) if row["comparison"] != before else ""
        before = row["comparison"]
        rows.append(_weight_row(row, label, low, high))
    head = "".join(
        f'<th scope="col"{kind}>{words}</th>'
        for words, kind in (
            ("Compared", ""),
            ("How", ""),
            ("One person", ' class="number"'),
            ("Strangers", ' class="number"'),
            ("Weight, bits", ' class="number"'),
            ("Against · for", ""),
        )
    )
    table = f'<table class="list weights"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    numbers = shown_table(
        levels.assign(
            label=levels["comparison"].map(_named),
            note=levels["adjusted"].map({True: "by frequency", False: ""}),
        ),
        {"label": "Compared", "words": "How", "m": "m", "u": "u", "match_weight": "Weight, bits", "note": "Adjusted"},
        title=title,
    )
    html = figure(
        title,
        scroll(title, table),
        kind="test",
        shows="How much each way of comparing speaks for or against one person, learned from these records without labels.",
        read="The two shares say how often pairs of one person, and of two strangers, compare so. One bit more doubles "
        "the odds, one less halves them; weights add up. To the right of the line speaks for "
        "one person, to the left "
        "against. What is marked ≈ counts for more when the value is rare and for less when it is common. A missing "
        "value says nothing.",
        do="A weight that makes no sense (the same number for little, another birth date for nothing) points to a "
        "column filled in by habit: "
        "look at its mapping, then train again.",
    )
    return Fragment(html, tables={name: numbers})


def _named(comparison: str) -> str:
    return _NAMES.get(comparison, str(comparison).replace("_", " "))


def _weight_row(row: Mapping[str, Any], label: str, low: float, high: float) -> str:
    weight, bar, said = row["match_weight"], "", "–"
    if not pd.isna(weight):
        end = min(max(float(weight), -_FARTHEST), _FARTHEST)
        zero, there = (100 * (one - low) / (high - low) for one in (0.0, end))
        left, wide = min(zero, there), max(abs(there - zero), 0.6)
        bar = (
            '<svg class="hbar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<path d="M{short(left)} 1h{short(wide)}v8H{short(left)}z" class="{"in-favor" if end > 0 else "against"}"/>'
            f'<path class="zero" d="M{short(zero)} 0h.4v10h-.4z"/></svg>'
        )
        said = f"{float(weight):+.1f}".replace("-", "−")
    mark = ' <span title="adjusted by frequency">≈</span>' if row["adjusted"] else ""
    return (
        f'<tr class="{"first" if label else "more"}"><th scope="row" class="nowrap">{text(label)}</th>'
        f'<td>{text(row["words"])}{mark}</td><td class="number">{percent(row["m"])}</td>'
        f'<td class="number">{percent(row["u"])}</td><td class="number now">{said}</td><td class="barcell">{bar}</td></tr>'
    )


#: Groups with fewer pairs have no say in how wide the drawn scale is; their bars are cut.
_ENOUGH = 100

Place = Callable[[float, float], tuple[float, float]]

_LEFT, _TOP, _RIGHT, _BOTTOM = 84.0, 26.0, 960.0, 320.0


def frontier_chart(
    series: Mapping[str, pd.DataFrame],
    *,
    title: str = "Precision against recall",
    name: str = "frontier",
    thresholds: tuple[float, ...] = (0.5, 0.9, 0.99, 0.999),
) -> Fragment:
    """Draw precision against recall at every threshold: with guards and without.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        Label to a frame of :func:`pcanalytics.linkage.frontier`. The first is drawn strongest.
    title : str
        The figure's title.
    name : str
        What its table of numbers is called.
    thresholds : tuple of float
        Which points are labeled.

    Examples
    --------
    >>> one = pd.DataFrame({"threshold": [0.5, 0.9], "precision": [0.98, 0.99], "recall": [0.97, 0.93]})
    >>> one = one.assign(links=[9, 8], false_links=[1, 0])
    >>> "0.9" in frontier_chart({"Links": one}).html
    True
    """
    every = {label: frame.dropna(subset=["precision", "recall"]) for label, frame in series.items()}
    known = {label: frame[frame["threshold"].between(*_DRAWN)] for label, frame in every.items()}
    known = {label: frame for label, frame in known.items() if len(frame)}
    if not known:
        return Fragment(f'<p class="few">{text(title)}: nothing to draw.</p>')
    lowest = {axis: min(float(frame[axis].min()) for frame in known.values()) for axis in ("recall", "precision")}
    steps = {axis: _axis_step(low) for axis, low in lowest.items()}
    counts = {axis: max(1, math.ceil(round((1 - low) / steps[axis], 6))) for axis, low in lowest.items()}
    floor = {axis: 1 - steps[axis] * counts[axis] for axis in lowest}

    def place(recall: float, precision: float) -> tuple[float, float]:
        across = (recall - floor["recall"]) / (1 - floor["recall"])
        up = (precision - floor["precision"]) / (1 - floor["precision"])
        return _LEFT + (_RIGHT - _LEFT) * across, _BOTTOM - (_BOTTOM - _TOP) * up

    parts = [_frontier_axes(steps, counts, place)]
    for order, frame in reversed(list(enumerate(known.values()))):
        parts.append(_frontier_line(order, frame.sort_values("threshold"), place))
    parts.append(_threshold_labels(list(known.values()), place, thresholds))
    parts.append(_frontier_key(list(known)))
    said = "; ".join(
        f"{label}: at precision {frame['precision'].max():.4f} recall {frame.loc[frame['precision'].idxmax(), 'recall']:.3f}"
        for label, frame in known.items()
    )
    svg = f'<svg class="wide frontier" role="img" aria-label="{text(title)}. {text(said)}" viewBox="0 0 1040 376">{"".join(parts)}</svg>'
    table = pd.concat([frame.assign(label=label) for label, frame in every.items()], ignore_index=True)
    for column in ("threshold", "precision", "recall"):
        table[column] = [f"{value:.4f}" for value in table[column]]
    heads = {"label": "Line", "threshold": "Threshold", "precision": "Precision", "recall": "Recall", "links": "Links"}
    numbers = shown_table(table, {**heads, "false_links": "False links"}, title=title)
    html = figure(
        title,
        scroll(title, svg),
        twin=numbers_twin(numbers),
        shows="What a higher or lower threshold would give, held against known people. Each point is a threshold; some "
        "are labeled.",
        read="Up is fewer false links, right is fewer missed ones. Both axes are cut: read their numbers. Pairs alone "
        "are taken by the "
        "threshold without any guard; links made are what was joined, by the probability of each.",
        do="Do not chase the last percent of precision with the threshold: where the line turns level it only costs "
        "recall. Decide the queue instead.",
    )
    return Fragment(html, tables={name: numbers})


def _axis_step(lowest: float) -> float:
    """Give round steps down from 1, at most five of them to the lowest value."""
    steps = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
    return next((one for one in steps if (1 - lowest) / one <= 5), 0.2)


def _frontier_axes(steps: Mapping[str, float], counts: Mapping[str, int], place: Place) -> str:
    parts = []
    for at in range(counts["precision"] + 1):
        value = 1 - at * steps["precision"]
        y = short(place(1, value)[1])
        parts.append(f'<path class="base" d="M{short(_LEFT)} {y}H{short(_RIGHT)}"/>')
        parts.append(f'<text x="{short(_LEFT - 9)}" y="{y}" dy=".33em" text-anchor="end">{100 * value:.4g}%</text>')
    for at in range(counts["recall"] + 1):
        value = 1 - at * steps["recall"]
        x = short(place(value, 1)[0])
        parts.append(f'<path class="axis" d="M{x} {short(_BOTTOM)}v5"/>')
        parts.append(
            f'<text x="{x}" y="{short(_BOTTOM + 5)}" dy="1.1em" text-anchor="middle">{100 * value:.4g}%</text>'
        )
    parts.append(f'<text x="{short(_LEFT)}" y="12" class="gray">precision</text>')
    parts.append(f'<text x="{short(_RIGHT)}" y="{short(_BOTTOM + 44)}" class="gray" text-anchor="end">recall</text>')
    return "".join(parts)


def _frontier_line(order: int, frame: pd.DataFrame, place: Place) -> str:
    points = [place(row["recall"], row["precision"]) for row in frame.to_dict("records")]
    path = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
    dots = "".join(f'<circle class="mk" cx="{short(x)}" cy="{short(y)}" r="2.6"/>' for x, y in points)
    return f'<path class="y{min(order, 3)} open" d="{path}"/>{dots}'


def _threshold_labels(frames: list[pd.DataFrame], place: Place, thresholds: tuple[float, ...]) -> str:
    """Write some thresholds beside their points, those of the first line first; one that would lie on another is left out."""
    parts: list[str] = []
    taken: list[tuple[float, float]] = []
    for frame in frames:
        for row in frame.to_dict("records"):
            if not any(math.isclose(row["threshold"], one) for one in thresholds):
                continue
            x, y = place(row["recall"], row["precision"])
            parts.append(f'<circle class="mk" cx="{short(x)}" cy="{short(y)}" r="4.5"/>')
            if all(abs(x - a) > _APART[0] or abs(y - b) > _APART[1] for a, b in taken):
                taken.append((x, y))
                label = f'x="{short(x + 8)}" y="{short(y + 15)}"'
                parts.append(f'<text {label} class="gray halo">{row["threshold"]:g}</text>')
    return "".join(parts)


def _frontier_key(labels: list[str]) -> str:
    parts = []
    for order, label in enumerate(labels):
        y = _BOTTOM - 16 - 22 * (len(labels) - 1 - order)
        parts.append(f'<path class="y{min(order, 3)} open" d="M{short(_LEFT + 14)} {short(y)}h26"/>')
        kind = "strong" if order == 0 else "gray"
        parts.append(
            f'<text x="{short(_LEFT + 48)}" y="{short(y)}" dy=".33em" class="{kind} halo">{text(label)}</text>'
        )
    return "".join(parts)


def group_errors_chart(
    groups: pd.DataFrame, *, caution: str, title: str = "Errors by group", name: str = "groups"
) -> Fragment:
    """Show for each group of people how many of its links are missed and how many are false.

    Parameters
    ----------
    groups : pandas.DataFrame
        From :func:`pcanalytics.linkage.quality_by`. Groups that are kept back are named without figures.
    caution : str
        What such differences do to whatever is counted after.
    title : str
        The figure's title.
    name : str
        What its table of numbers is called.

    Examples
    --------
    >>> row = {"attribute": "sex", "group": "F", "people": 90.0, "links": 80.0, "false_links": 0.0, "precision": 1.0,
    ...        "precision_low": 0.95, "precision_high": 1.0, "true_pairs": 100.0, "missed_pairs": 20.0, "recall": 0.8,
    ...        "recall_low": 0.7, "recall_high": 0.87, "small": False, "differs": "more missed"}
    >>> "more missed" in group_errors_chart(pd.DataFrame([row]), caution="Links bias counts.").html
    True
    """
    if groups.empty:
        return Fragment(f'<p class="few">{text(title)}: nothing to hold the links against.</p>')
    described = groups[~groups["small"].astype(bool)]
    enough = described.loc[described["true_pairs"] >= _ENOUGH, "recall_low"].dropna()
    most = max([0.05, *(1 - float(low) for low in enough)])
    rows, before = [], None
    for row in groups.to_dict("records"):
        label = str(row["attribute"]).replace("_", " ") if row["attribute"] != before else ""
        before = row["attribute"]
        rows.append(_group_row(row, label, most))
    heads = (
        ("", ""),
        ("Group", ""),
        ("Pairs to find", "number"),
        ("Missed", "number"),
        (f"Missed, 95% interval, 0 to {percent(most)}", ""),
        ("Links", "number"),
        ("False", "number"),
    )
    head = "".join(f'<th scope="col" class="{kind}">{text(one)}</th>' for one, kind in heads)
    table = f'<table class="list rates"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    shown = groups.rename(
        columns={"attribute": "topic", "group": "label", "recall": "share", "recall_low": "low", "recall_high": "high"}
    )
    numbers = shown_table(
        shown.assign(note=shown["differs"]),
        {"topic": "By", "label": "Group", "true_pairs": "Pairs to find", "missed_pairs": "Missed", "share": "Recall", "low": "From",
         "high": "To", "links": "Links", "false_links": "False", "note": "Differs"},
        title=title,
    )  # fmt: skip
    html = figure(
        title,
        scroll(title, table),
        kind="test",
        shows="Of the pairs that are one person, the share that was missed; of the links made, the share that is "
        "false, by what is recorded of the "
        "people.",
        read="A bar is the interval of the share missed. A mark stands where a group differs from all others by more "
        "than chance. Groups of few people "
        "are named and not described.",
        do=caution,
    )
    return Fragment(html, tables={name: numbers})


def _group_row(row: Mapping[str, Any], label: str, most: float) -> str:
    start = f'<tr><th scope="row">{text(label)}</th><td>{text(str(row["group"]).replace("_", " "))}'
    if row["small"]:
        return f'{start}</td><td class="number">too few</td><td class="number">–</td><td></td><td></td><td></td></tr>'
    tag = f' <span class="tag">{text(row["differs"])}</span>' if row["differs"] else ""
    bar = ""
    if not pd.isna(row["recall_low"]):
        left, right = (100 * min(max(1 - float(row[end]), 0), most) / most for end in ("recall_high", "recall_low"))
        bar = (
            '<svg class="hbar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
            f'<path d="M{short(min(left, 99.2))} 1h{short(max(right - left, 0.8))}v8H{short(min(left, 99.2))}z"/></svg>'
        )
    missed = percent(1 - row["recall"]) if not pd.isna(row["recall"]) else "–"
    false = percent(1 - row["precision"]) if not pd.isna(row["precision"]) else "–"
    return (
        f'{start}{tag}</td><td class="number">{number(row["true_pairs"])}</td><td class="number now">{missed}</td>'
        f'<td class="barcell">{bar}</td><td class="number">{number(row["links"])}</td><td class="number now">{false}</td></tr>'
    )
