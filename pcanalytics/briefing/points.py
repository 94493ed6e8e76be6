"""Which offenses a map draws, and how many it does not, so that map and tables agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["MapPoints", "map_points"]


@dataclass(frozen=True)
class MapPoints:
    """The offenses of a map.

    Parameters
    ----------
    drawn : pandas.DataFrame
        One row per offense drawn: ``group``, ``x``, ``y``, ``this_week``, ``occurred_from``, ``address``.
    counted : int
        What the tables count for the same days and groups.
    not_drawn : mapping of str to int
        Reason, in words, to number. ``counted`` is what is drawn plus these.
    """

    drawn: pd.DataFrame
    counted: int
    not_drawn: Mapping[str, int]


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
    confidential) is counted and not drawn; so is one without coordinates or outside the frame.

    Parameters
    ----------
    offenses : pandas.DataFrame
        Rows of ``counted_offenses``; ``entered_at`` and ``unlisted`` where they are kept.
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
    counted = int(rows["count"].sum())
    standing = _standing(rows)
    hidden = _yes(standing, "unlisted")
    lacking = (standing["x"].isna() | standing["y"].isna()) & ~hidden
    west, south, east, north = frame
    inside = standing["x"].between(west, east) & standing["y"].between(south, north)
    outside = ~inside & ~lacking & ~hidden
    drawn = standing[inside & ~hidden]
    reasons = {
        "without coordinates": int(lacking.sum()),
        "at an address that is never listed": int(hidden.sum()),
        "outside the map": int(outside.sum()),
        "taken back without the offense they correct": counted - len(standing),
    }
    drawn = pd.DataFrame(
        {
            "group": drawn["offense"].map(label),
            "x": drawn["x"].astype(float),
            "y": drawn["y"].astype(float),
            "this_week": drawn["occurred_from"].ge(as_of - pd.Timedelta(days=7)),
            "occurred_from": drawn["occurred_from"],
            "address": drawn["address"],
        }
    )
    ordered = drawn.sort_values(["this_week", "occurred_from", "x", "y", "group"], kind="stable")
    return MapPoints(ordered.reset_index(drop=True), counted, {reason: n for reason, n in reasons.items() if n})


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
