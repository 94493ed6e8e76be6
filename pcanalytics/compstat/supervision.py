"""How many people are under supervision and were or will be released: counts only, small ones kept back."""

from __future__ import annotations

import pandas as pd

from pcanalytics.errors import UsageError

__all__ = ["supervision_counts"]

#: How far ahead projected releases are counted, the nearer within the farther.
_AHEAD_DAYS = (30, 90)


def supervision_counts(
    supervision: pd.DataFrame,
    releases: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    minimum_cell: int = 10,
) -> pd.DataFrame:
    """Count people under supervision by type, and releases around an as-of.

    A count below ``minimum_cell``, zero included, is kept back. Beside a total, the next smallest parts are
    kept back too, until what the total leaves for the kept-back ones together gives none of them away. Of
    two projections, one within the other, the nearer is kept back when their difference is too small.

    Parameters
    ----------
    supervision : pandas.DataFrame
        Permitted columns of ``supervision``: ``start``, and where they are permitted
        ``supervision_type``, ``end``, ``ended_on``, ``agency`` and ``doc_id``. With ``doc_id`` a person counts
        once a type and agency (two agencies may give one number to two people), otherwise a period does.
    releases : pandas.DataFrame
        Permitted columns of ``releases``: ``released_on``, ``projected_on``.
    as_of : pandas.Timestamp
        Local midnight. A period that has started before it and not ended before it is open.
    minimum_cell : int, default 10
        The smallest count that may be shown, from the agreement.

    Returns
    -------
    pandas.DataFrame
        ``topic`` (``supervision`` or ``releases``), ``label``, ``count`` (missing where kept back) and
        ``shown``, the count in words, such as ``"fewer than 10"``. Missing types are labeled
        ``"type not recorded"``. An empty frame, or one without the columns to count, gives no rows: that
        nothing was shared is not a count.

    Raises
    ------
    UsageError
        When ``minimum_cell`` is less than 1.

    Examples
    --------
    >>> periods = pd.DataFrame({
    ...     "supervision_type": ["parole"] * 12, "start": pd.Timestamp("2026-01-01"), "end": pd.NaT,
    ... })
    >>> counts = supervision_counts(periods, pd.DataFrame(), as_of=pd.Timestamp("2026-11-23"))
    >>> counts[["label", "shown"]].values.tolist()
    [['parole', '12'], ['All under supervision', '12']]
    """
    if minimum_cell < 1:
        raise UsageError("The smallest count that may be shown must be at least 1.")
    parts = [_supervision(supervision, as_of, minimum_cell), _releases(releases, as_of, minimum_cell)]
    counts = pd.concat(parts, ignore_index=True)
    shown = counts["count"].ge(minimum_cell) & ~counts["withheld"]
    counts["shown"] = counts["count"].map("{:,}".format).where(shown, f"fewer than {minimum_cell:,}")
    secondary = counts["withheld"] & counts["count"].ge(minimum_cell)
    counts["shown"] = counts["shown"].mask(secondary, "not shown")
    counts["count"] = counts["count"].astype("Int64").where(shown)
    return counts[["topic", "label", "count", "shown"]]


def _supervision(supervision: pd.DataFrame, as_of: pd.Timestamp, minimum_cell: int) -> pd.DataFrame:
    if supervision.empty or "start" not in supervision.columns:
        return _counts("supervision", {})
    is_open = supervision["start"].lt(as_of)
    for column in ("end", "ended_on"):
        if column in supervision.columns:
            is_open &= ~pd.to_datetime(supervision[column]).lt(as_of)
    rows = supervision[is_open]
    person = [column for column in ("agency", "doc_id") if column in rows.columns]
    if "doc_id" in person:
        kept = [column for column in (*person, "supervision_type") if column in rows.columns]
        rows = rows[kept].drop_duplicates()
    whole = len(rows.drop_duplicates(person)) if "doc_id" in person else len(rows)
    parts = _counts("supervision", {})
    if "supervision_type" in rows.columns:
        types = rows["supervision_type"].fillna("type not recorded").rename("type")
        ordered = types.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        parts = _counts("supervision", {str(label): int(number) for label, number in ordered.items()})
    parts["withheld"] = _withheld(parts["count"], minimum_cell)
    return pd.concat([parts, _counts("supervision", {"All under supervision": whole})], ignore_index=True)


def _withheld(counts: pd.Series, minimum_cell: int) -> pd.Series:
    """Choose the parts to keep back beside their total: the small ones, and what hides these.

    The total less the parts shown is the sum of the parts kept back. One part alone, a sum below the smallest
    cell, or a sum that only the largest small counts can make would give them away.
    """
    kept_back = counts.lt(minimum_cell)
    for place in counts[~kept_back].sort_values(kind="stable").index:
        together = counts[kept_back].sum()
        given_away = kept_back.sum() == 1 or together < minimum_cell
        if not kept_back.any() or not (given_away or together == kept_back.sum() * (minimum_cell - 1)):
            break
        kept_back[place] = True
    return kept_back


def _releases(releases: pd.DataFrame, as_of: pd.Timestamp, minimum_cell: int) -> pd.DataFrame:
    counts: dict[str, int] = {}
    if releases.empty:
        return _counts("releases", counts)
    if "released_on" in releases.columns:
        released = pd.to_datetime(releases["released_on"])
        recent = released.ge(as_of - pd.Timedelta(days=28)) & released.lt(as_of)
        counts["Released in the last 28 days"] = int(recent.sum())
    if "projected_on" in releases.columns:
        projected = pd.to_datetime(releases["projected_on"])
        waiting = projected.ge(as_of)
        if "released_on" in releases.columns:
            waiting &= ~pd.to_datetime(releases["released_on"]).lt(as_of)
        for days in _AHEAD_DAYS:
            soon = waiting & projected.lt(as_of + pd.Timedelta(days=days))
            counts[_projected(days)] = int(soon.sum())
    rows = _counts("releases", counts)
    near, far = (counts.get(_projected(days), 0) for days in _AHEAD_DAYS)
    if near and far - near < minimum_cell:
        rows.loc[rows["label"] == _projected(_AHEAD_DAYS[0]), "withheld"] = True
    return rows


def _projected(days: int) -> str:
    return f"Projected for release in the next {days} days"


def _counts(topic: str, counts: dict[str, int]) -> pd.DataFrame:
    labels = pd.Series(list(counts), dtype="str")
    numbers = pd.Series(list(counts.values()), dtype="int64")
    return pd.DataFrame({"topic": topic, "label": labels, "count": numbers, "withheld": False})
