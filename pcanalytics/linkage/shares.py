"""What share of incidents involved people under supervision at that time, by role and kind of offense: counts, never people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pcanalytics.errors import UsageError
from pcanalytics.linkage.as_known import check_as_of, known_rows, needed
from pcanalytics.linkage.involved import involvements, standing_incidents

__all__ = ["FLOOR", "supervision_share"]

#: What must stand beside every such figure.
FLOOR = (
    "These shares are a floor. Somebody whose police record is linked to no corrections record is not counted, and incidents in which "
    "nobody is named cannot be. A victim or witness under supervision is a victim or witness."
)

_ALL = "All offenses"


def supervision_share(
    involved: pd.DataFrame,
    incidents: pd.DataFrame,
    incident_people: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    since: pd.Timestamp,
    arrests: pd.DataFrame | None = None,
    offenses: pd.DataFrame | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    minimum_cell: int = 10,
) -> pd.DataFrame:
    """Count incidents by role and offense group, and those in which somebody of that role was under supervision at that time.

    Parameters
    ----------
    involved : pandas.DataFrame
        From :func:`pcanalytics.linkage.incidents_under_supervision` with the same incidents and as-of. Rows that are not ``certain`` do
        not count.
    incidents, incident_people, arrests : pandas.DataFrame
        What it was made from.
    as_of : pandas.Timestamp
        Local wall time: the end of the time counted, which is outside it.
    since : pandas.Timestamp
        Its start. Where an agreement gives no more than those whose supervision ended within a year, not earlier than that.
    offenses : pandas.DataFrame, optional
        The table ``incident_offenses``: ``incident_id``, ``offense``. Without it all offenses are one group.
    groups : mapping of str to sequence of str, optional
        Label to offense words; without it each offense is a group. An incident counts in every group that one of its offenses is of.
    minimum_cell : int, default 10
        The smallest count of people that may be shown, from the agreement.

    Returns
    -------
    pandas.DataFrame
        One row a role and group, ``All offenses`` last of each role:

        - ``role``, ``offense_group``
        - ``incidents``: incidents of the group
        - ``named``: those with somebody of that role, not a juvenile, who has a person record
        - ``supervised``: those in which one of them was under supervision at that time; of these ``at_liberty``, by the custody records
        - ``share``: supervised / incidents; ``share_of_named``: supervised / named
        - ``shown``: ``supervised`` in words, such as ``fewer than 10``

        ``supervised`` and the shares are missing where fewer than ``minimum_cell``, zero included, were supervised or were not; beside
        the row over all offenses the next smallest is kept back too where a single one would follow from the others. ``at_liberty`` is
        missing where it, or what it leaves, is too small.

    Raises
    ------
    InputRejected
        When an incident is there twice.
    UsageError
        When columns are missing, the time is empty, or ``minimum_cell`` is less than 1.

    Examples
    --------
    >>> number = [str(place) for place in range(40)]
    >>> incidents = pd.DataFrame({"incident_id": number, "occurred_from": "2026-11-18 21:00"})
    >>> people = pd.DataFrame(
    ...     {"incident_person_id": number, "incident_id": number, "person_record_id": number, "role": "suspect"}
    ... )
    >>> found = pd.DataFrame({"incident_id": number[:12], "role": "suspect", "certain": True, "at_liberty": True})
    >>> when = {"since": pd.Timestamp("2026-10-01"), "as_of": pd.Timestamp("2026-11-23")}
    >>> supervision_share(found, incidents, people, **when)[["named", "supervised", "share"]].values.tolist()
    [[40, 12, 0.3]]
    """
    if minimum_cell < 1:
        raise UsageError("The smallest count that may be shown must be at least 1.")
    if not since < check_as_of(as_of):
        raise UsageError("since must come before as_of.")
    times = standing_incidents(incidents, as_of=as_of)
    grouped = _grouped(times.loc[times["at"].ge(since), "incident_id"], offenses, groups, as_of)
    people = involvements(incidents, incident_people, arrests, as_of=as_of)
    named = people.loc[people["incident_id"].notna(), ["role", "incident_id"]]
    sure = involved[involved["certain"] & involved["incident_id"].notna()]
    free = sure[sure["at_liberty"].fillna(value=False).astype(bool)]
    labels = [label for label in grouped["offense_group"].unique() if label != _ALL]
    frame = pd.MultiIndex.from_product(
        [sorted(named["role"].dropna().unique()), [*labels, _ALL]], names=["role", "offense_group"]
    ).to_frame(index=False)
    frame["incidents"] = frame["offense_group"].map(grouped["offense_group"].value_counts()).fillna(0).astype("int64")
    for name, rows in (("named", named), ("supervised", sure), ("at_liberty", free)):
        frame[name] = _counted(rows[["role", "incident_id"]], grouped, frame)
    return _kept_back(frame, minimum_cell)


def _grouped(
    numbers: pd.Series,
    offenses: pd.DataFrame | None,
    groups: Mapping[str, Sequence[str]] | None,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Give each incident a row for every group that it counts in, and one for all."""
    whole = pd.DataFrame({"incident_id": numbers, "offense_group": _ALL})
    if offenses is None:
        return whole
    rows = known_rows(needed(offenses, ["incident_id", "offense"], "incident_offenses"), as_of)
    rows = rows.loc[rows["incident_id"].isin(numbers) & rows["offense"].notna(), ["incident_id", "offense"]]
    words = {word: (word,) for word in sorted(rows["offense"].unique())} if groups is None else groups
    parts = [
        rows.loc[rows["offense"].isin(list(members)), ["incident_id"]].drop_duplicates().assign(offense_group=label)
        for label, members in words.items()
    ]
    return pd.concat([*parts, whole], ignore_index=True)


def _counted(rows: pd.DataFrame, grouped: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray:
    each = rows.drop_duplicates().merge(grouped, on="incident_id")
    counts = each.groupby(["role", "offense_group"]).size()
    wanted = pd.MultiIndex.from_frame(frame[["role", "offense_group"]])
    return counts.reindex(wanted, fill_value=0).to_numpy().astype("int64")


def _kept_back(frame: pd.DataFrame, minimum_cell: int) -> pd.DataFrame:
    """Keep small counts back, and beside a total what would give them away."""
    count, named = frame["supervised"], frame["named"]
    small = count.lt(minimum_cell) | (named - count).lt(minimum_cell)
    hidden = small.copy()
    for _, part in frame[frame["offense_group"] != _ALL].groupby("role", sort=False):
        order = count[part.index].sort_values(kind="stable").index
        for place in order[~small[order].to_numpy()]:
            back = hidden[part.index]
            if not back.any() or (back.sum() > 1 and count[part.index][back].sum() >= minimum_cell):
                break
            hidden[place] = True
    liberty = hidden | frame["at_liberty"].lt(minimum_cell) | (count - frame["at_liberty"]).lt(minimum_cell)
    shown = (
        count.map("{:,}".format).mask(hidden, "not shown").mask(count.lt(minimum_cell), f"fewer than {minimum_cell:,}")
    )
    share = count.astype("float64").where(~hidden)
    return frame.assign(
        supervised=count.astype("Int64").mask(hidden),
        at_liberty=frame["at_liberty"].astype("Int64").mask(liberty),
        share=share / frame["incidents"].where(frame["incidents"].gt(0)),
        share_of_named=share / named.where(named.gt(0)),
        shown=shown,
    )
