"""Why the count of a period is not what the last issue said: what became of its records since.

One period is counted twice: as the records stood at the last issue, and as they stand now. Every record that counts
otherwise now is put under one reason, so that the reasons add up to the difference exactly.

Source: auditing the counts behind CompStat, and watching for offenses made lesser (Eterno and Silverman 2012, *The Crime
Numbers Game*; Serpas and Morley 2008, The Police Chief 75, "The Next Step in Accountability-Driven Leadership").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.compstat.compared import ALL_GROUPS
from pcanalytics.compstat.counted import is_among
from pcanalytics.compstat.incidents import gravity_of
from pcanalytics.errors import TableError
from pcanalytics.periods import Period

__all__ = ["RESTATED", "reclassifications", "restatement"]

#: The reasons, in their order, and what each says on the page.
RESTATED: Mapping[str, str] = {
    "reported_late": "reported or entered since",
    "reclassified_in": "another offense before, one of these now",
    "reclassified_out": "one of these before, another offense now",
    "unfounded": "found not to have happened",
    "taken_back": "counts taken back",
    "moved_date": "another date now",
    "moved_area": "another district now",
    "other": "no longer on record, or changed otherwise",
}

_IDS = ["offense_id", "incident_id"]

_LOOKED_AT = ["offense_id", "incident_id", "offense", "count", "occurred_from", "district", "clearance"]


def restatement(
    then: pd.DataFrame,
    now: pd.DataFrame,
    *,
    period: Period,
    groups: Mapping[str, Sequence[str]],
    district: str | None = None,
) -> pd.DataFrame:
    """Count one period as it was known then and as it is known now, and say what makes the difference.

    Parameters
    ----------
    then, now : pandas.DataFrame
        ``counted_offenses`` of the whole agency as known at the last issue's as-of and at this one's, both made with
        ``unfounded=True``. Without the unfounded ones, a record that was found not to have happened shows under
        *other*; of one district only, a record that moved there shows as reported late.
    period : Period
        The period that both issues counted, such as the last issue's 28 days.
    groups : mapping of str to sequence of str
        Label to offense words.
    district : str, optional
        Only this district; missing for the whole agency.

    Returns
    -------
    pandas.DataFrame
        ``offense_group``, in the order given and last :data:`~pcanalytics.compstat.ALL_GROUPS`; ``count_then``, the
        reasons of :data:`RESTATED` as changes with their sign, and ``count_now``. ``count_then`` and the reasons add up
        to ``count_now``. ``unfounded`` rises where an incident is found to have happened after all. A pair of -1 and 1
        for one known incident is a reclassification, as agencies record it that never change a row.

    Raises
    ------
    TableError
        When an offense number stands twice in a frame.

    Examples
    --------
    >>> row = {"incident_id": "1", "count": 1, "district": "N", "clearance": None}
    >>> then = pd.DataFrame([{**row, "offense_id": "1-1", "offense": "robbery",
    ...                       "occurred_from": pd.Timestamp("2026-11-12")}])
    >>> now = then.assign(offense="larceny")
    >>> week = Period(pd.Timestamp("2026-11-09"), pd.Timestamp("2026-11-16"))
    >>> ledger = restatement(then, now, period=week, groups={"Robbery": ["robbery"], "Theft": ["larceny"]})
    >>> ledger[["count_then", "reclassified_in", "reclassified_out", "count_now"]].values.tolist()
    [[1, 0, -1, 0], [0, 1, 0, 1], [1, 0, 0, 1]]
    """
    touched = _touched(then, now, period)
    both = _side_by_side(then, now, touched)
    reason_of_row = _fixed_reasons(both, then)
    inside_then = _inside(both, "then", period, district)
    inside_now = _inside(both, "now", period, district)
    every = [word for words in groups.values() for word in words]
    rows = []
    for label, words in [*groups.items(), (ALL_GROUPS, every)]:
        before, after = both["offense_then"].isin(list(words)), both["offense_now"].isin(list(words))
        counted_then = np.where(inside_then & before, both["count_then"], 0).astype("int64")
        counted_now = np.where(inside_now & after, both["count_now"], 0).astype("int64")
        change = counted_now - counted_then
        reasons = _reasons(both, reason_of_row, before.ne(after).to_numpy(), change, period)
        parts = {reason: int(change[reasons == reason].sum()) for reason in RESTATED}
        rows.append({"offense_group": label, "count_then": counted_then.sum(), **parts, "count_now": counted_now.sum()})
    columns = ["count_then", *RESTATED, "count_now"]
    ledger = pd.DataFrame(rows, columns=["offense_group", *columns])
    return ledger.astype({"offense_group": "str", **dict.fromkeys(columns, "Int64")})


def reclassifications(
    then: pd.DataFrame,
    now: pd.DataFrame,
    *,
    period: Period | None = None,
    district: str | None = None,
    weights: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count the offenses that became another offense since the last issue, graver or lesser.

    Many more to lesser offenses than to graver ones is a reason to audit a sample of them, and proves nothing.

    Parameters
    ----------
    then, now : pandas.DataFrame
        As :func:`restatement` takes them.
    period : Period, optional
        Only offenses that happened in it, as known now; all without it.
    district : str, optional
        Only this district, as known now.
    weights : pandas.DataFrame, optional
        ``offense`` and ``days``, as :func:`harm_totals` takes them: what is graver has more days. Where a word has no
        weight, and without weights, the order of :data:`pcanalytics.tables.vocabulary.OFFENSES` decides.

    Returns
    -------
    pandas.DataFrame
        ``offense_then``, ``offense_now``, ``direction`` (``"lesser"``, ``"graver"`` or ``"equal"``) and ``count``, most
        first.

    Raises
    ------
    TableError
        When an offense number stands twice in a frame.

    Examples
    --------
    >>> then = pd.DataFrame({"offense_id": ["1-1"], "incident_id": ["1"], "count": [1], "offense": ["robbery"],
    ...                      "occurred_from": pd.to_datetime(["2026-11-12"]), "district": ["N"], "clearance": [None]})
    >>> reclassifications(then, then.assign(offense="larceny"))[["direction", "count"]].values.tolist()
    [['lesser', 1]]
    """
    both = _side_by_side(then, now, None)
    changed = both["offense_then"].notna() & both["offense_now"].notna() & both["offense_then"].ne(both["offense_now"])
    pairs = _pairs(both, then)
    pairs = pairs[pairs["offense_then"].ne(pairs["offense_now"])].drop_duplicates("offense_id")
    columns = ["offense_id", "offense_then", "offense_now", "occurred_from_now", "district_now", "count_now"]
    rows = pd.concat([both.loc[changed, columns], pairs[columns]], ignore_index=True)
    if period is not None:
        rows = rows[period.contains(rows["occurred_from_now"])]
    if district is not None:
        rows = rows[rows["district_now"].eq(district)]
    rows = rows[rows["count_now"].gt(0)]
    counted = rows.groupby(["offense_then", "offense_now"]).size().rename("count").reset_index()
    counted["direction"] = _direction(counted["offense_then"], counted["offense_now"], weights)
    counted = counted.sort_values(["count", "offense_then", "offense_now"], ascending=[False, True, True])
    counted = counted.astype({"offense_then": "str", "offense_now": "str", "direction": "str", "count": "Int64"})
    return counted[["offense_then", "offense_now", "direction", "count"]].reset_index(drop=True)


def _direction(then: pd.Series, now: pd.Series, weights: pd.DataFrame | None) -> pd.Series:
    change = pd.Series(gravity_of(then) - gravity_of(now), index=then.index, dtype="float64")
    if weights is not None:
        days = weights.set_index("offense")["days"]
        weighed = now.map(days) - then.map(days)
        change = weighed.where(weighed.notna(), change)
    return pd.Series(np.sign(change).map({1.0: "graver", -1.0: "lesser", 0.0: "equal"}), index=then.index, dtype="str")


def _touched(then: pd.DataFrame, now: pd.DataFrame, period: Period) -> pd.Series:
    """Name the offenses of incidents that either issue can count in the period; the others change nothing."""
    inside = pd.concat([frame.loc[period.contains(frame["occurred_from"]), _IDS] for frame in (then, now)])
    both = (frame.loc[is_among(frame["incident_id"], inside["incident_id"]), "offense_id"] for frame in (then, now))
    return pd.concat([inside["offense_id"], *both])


def _side_by_side(then: pd.DataFrame, now: pd.DataFrame, ids: pd.Series | None) -> pd.DataFrame:
    sides = []
    for frame in (then, now):
        side = frame[_LOOKED_AT]
        side = side if ids is None else side[is_among(side["offense_id"], ids)]
        repeated = side["offense_id"].duplicated()
        if repeated.any():
            raise TableError(
                f"{int(repeated.sum()):,} offense numbers stand more than once in one frame; read each once."
            )
        sides.append(side)
    return sides[0].merge(sides[1], on="offense_id", how="outer", suffixes=("_then", "_now"))


def _inside(both: pd.DataFrame, side: str, period: Period, district: str | None) -> np.ndarray:
    """Tell which rows count at all on a side: in the period and area, and not found not to have happened."""
    inside = period.contains(both[f"occurred_from_{side}"]) & ~both[f"clearance_{side}"].eq("unfounded")
    if district is not None:
        inside &= both[f"district_{side}"].eq(district)
    return inside.to_numpy(dtype=bool)


def _pairs(both: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Pair new counts of 1 with new counts of -1 of the same incident, where the incident was known then."""
    new = both[both["offense_then"].isna()]
    known = then.loc[is_among(then["incident_id"], new["incident_id_now"]), "incident_id"]
    new = new[is_among(new["incident_id_now"], known)]
    kept = ["offense_id", "incident_id_now", "offense_now", "occurred_from_now", "district_now", "count_now"]
    back = new.loc[new["count_now"].lt(0), ["offense_id", "incident_id_now", "offense_now"]]
    back = back.rename(columns={"offense_now": "offense_then", "offense_id": "taken_back_id"})
    return new.loc[new["count_now"].gt(0), kept].merge(back, on="incident_id_now")


def _fixed_reasons(both: pd.DataFrame, then: pd.DataFrame) -> np.ndarray:
    """Give the reason of rows that are on one side only; empty for the others."""
    pairs = _pairs(both, then)
    other_word = pairs["offense_then"].ne(pairs["offense_now"])
    same_word = pairs[~other_word]
    reclassified = pairs[other_word]
    new, gone = both["offense_then"].isna(), both["offense_now"].isna()
    ids = both["offense_id"]
    conditions = [
        gone,
        new & ids.isin(reclassified["offense_id"]),
        new & ids.isin(reclassified["taken_back_id"]),
        new & (ids.isin(same_word["offense_id"]) | ids.isin(same_word["taken_back_id"])),
        new & both["count_now"].lt(0),
        new,
    ]
    names = ["other", "reclassified_in", "reclassified_out", "moved_date", "taken_back", "reported_late"]
    return np.select([condition.to_numpy(dtype=bool) for condition in conditions], names, default="")


def _reasons(
    both: pd.DataFrame, fixed: np.ndarray, other_words: np.ndarray, change: np.ndarray, period: Period
) -> np.ndarray:
    """Give each row one reason, the first that applies."""
    found = both["clearance_then"].eq("unfounded").ne(both["clearance_now"].eq("unfounded"))
    dates = period.contains(both["occurred_from_then"]).ne(period.contains(both["occurred_from_now"]))
    areas = ~(
        both["district_then"].eq(both["district_now"]) | both["district_then"].isna() & both["district_now"].isna()
    )
    counts = both["count_then"].fillna(0).ne(both["count_now"].fillna(0))
    conditions = [
        fixed != "",
        found.to_numpy(dtype=bool),
        other_words & (change > 0),
        other_words & (change < 0),
        counts.to_numpy(dtype=bool),
        dates.to_numpy(dtype=bool),
        areas.to_numpy(dtype=bool),
    ]
    names = ["unfounded", "reclassified_in", "reclassified_out", "taken_back", "moved_date", "moved_area"]
    return np.select(conditions, [fixed, *(np.array(name) for name in names)], default="other")
