"""Which offenses a map draws, and how many it does not, so that map and tables agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

__all__ = ["MapPoints", "map_points"]


#: Why an offense that counts is not drawn.
_LACKING, _UNLISTED, _OUTSIDE = "without coordinates", "at an address that is never listed", "outside the map"
_TAKEN_BACK = "taken back without the offense they correct"


@dataclass(frozen=True)
class MapPoints:
    """The offenses of a map.

    Parameters
    ----------
    drawn : pandas.DataFrame
        One row per offense drawn: ``group``, ``x``, ``y``, ``this_week``, ``occurred_from``, ``address``, ``beat``.
    counted : int
        What the tables count for the same days and groups.
    not_drawn : mapping of str to int
        Reason, in words, to number. ``counted`` is what is drawn plus these.
    counted_week : int
        What the tables count for the last seven of these days.
    not_drawn_week : mapping of str to int
        The same for those seven days.
    """

    drawn: pd.DataFrame
    counted: int
    not_drawn: Mapping[str, int]
    counted_week: int = 0
    not_drawn_week: Mapping[str, int] = field(default_factory=dict)


def map_points(
    offenses: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    groups: Mapping[str, Sequence[str]],
    frame: tuple[float, float, float, float],
    days: int = 28,
) -> MapPoints:
    """Choose what a map draws of the last days.

    A correction takes its offense off the map. An offense whose address is never listed (domestic, sexual,
    confidential) is counted and not drawn; so is one without coordinates or outside the frame, and one whose coordinates
    cannot be right.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``; ``entered_at`` and ``unlisted`` where they are kept, and ``held``: what is wrong with
        coordinates that were taken away, in words that go on from a number of offenses.
    as_of : pandas.Timestamp
        Local midnight after the last day.
    groups : mapping of str to sequence of str
        Label to offense words; an offense is drawn under the first group that names it.
    frame : tuple of float
        West, south, east, north of the map, in the system of ``x`` and ``y``.
    days : int
        How many days.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "incident_id": ["1", "2"], "offense": "robbery", "count": 1, "occurred_from": pd.Timestamp("2026-11-20"),
    ...     "x": [5.0, None], "y": [5.0, None], "address": "1 OAK ST", "unlisted": False,
    ... })
    >>> points = map_points(rows, as_of=pd.Timestamp("2026-11-23"), groups={"Robbery": ["robbery"]}, frame=(0, 0, 9, 9))
    >>> len(points.drawn), points.counted, dict(points.not_drawn)
    (1, 2, {'without coordinates': 1})
    """
    label = {word: name for name, words in reversed(list(groups.items())) for word in words}
    rows = offenses[offenses["offense"].isin(label)].reset_index(drop=True)
    if "entered_at" in rows.columns:
        rows = rows[~rows["entered_at"].ge(as_of)]
    rows = rows[rows["occurred_from"].ge(as_of - pd.Timedelta(days=days)) & rows["occurred_from"].lt(as_of)]
    standing = _standing(rows)
    west, south, east, north = frame
    inside = standing["x"].between(west, east) & standing["y"].between(south, north)
    lacking = standing["x"].isna() | standing["y"].isna()
    why = pd.Series("", index=standing.index).mask(~inside, _OUTSIDE).mask(lacking, _LACKING)
    if "held" in standing.columns:
        why = why.mask(standing["held"].notna(), standing["held"])
    why = why.mask(_yes(standing, "unlisted"), _UNLISTED)
    week = as_of - pd.Timedelta(days=7)
    drawn = standing[why == ""]
    drawn = pd.DataFrame(
        {
            "group": drawn["offense"].map(label),
            "x": drawn["x"].astype(float),
            "y": drawn["y"].astype(float),
            "this_week": drawn["occurred_from"].ge(week),
            "occurred_from": drawn["occurred_from"],
            "address": drawn["address"],
            "beat": drawn["beat"] if "beat" in drawn.columns else None,
        }
    )
    ordered = drawn.sort_values(["this_week", "occurred_from", "x", "y", "group"], kind="stable").reset_index(drop=True)
    counted, reasons = _left_out(rows, standing, why)
    counted_week, reasons_week = _left_out(
        rows[rows["occurred_from"].ge(week)], standing[standing["occurred_from"].ge(week)], why
    )
    return MapPoints(ordered, counted, reasons, counted_week, reasons_week)


def _left_out(rows: pd.DataFrame, standing: pd.DataFrame, why: pd.Series) -> tuple[int, dict[str, int]]:
    """Give what the tables count of these rows, and how many of it are not drawn, by reason."""
    counted = int(rows["count"].sum())
    times = why.loc[standing.index].value_counts()
    named = (_LACKING, _UNLISTED, _OUTSIDE)
    others = sorted(set(times.index) - {"", *named})
    reasons = {reason: int(times.get(reason, 0)) for reason in (*named, *others)}
    reasons[_TAKEN_BACK] = counted - len(standing)
    return counted, {reason: many for reason, many in reasons.items() if many}


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the offenses that no correction takes back, one row each."""
    key = [rows["incident_id"].fillna(""), rows["offense"]]
    net = rows.groupby(key)["count"].transform("sum")
    plus = rows[rows["count"] > 0]
    rank = plus.groupby([key[0].loc[plus.index], plus["offense"]]).cumcount()
    return plus[(rank < net.loc[plus.index]).to_numpy(dtype=bool)]


def _yes(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows.columns:
        return pd.Series(np.zeros(len(rows), dtype=bool), index=rows.index)
    return rows[column].astype("boolean").fillna(False).astype(bool)
