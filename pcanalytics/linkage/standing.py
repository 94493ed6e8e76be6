"""How a person under supervision stood at a moment: at liberty or not, by the custody records and by the supervising agency."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.linkage.as_known import known_rows, moments, needed
from pcanalytics.linkage.custody import span_at
from pcanalytics.linkage.lineage import corrections_persons
from pcanalytics.schema import EARLIEST, LATEST

__all__ = ["STANDINGS", "deaths", "running_periods", "standing_at"]

#: How a person under supervision stands. Only the first is "under supervision in the community".
STANDINGS = {
    "in_community": "under supervision and at liberty, and nothing on record says otherwise",
    "in_custody": "in a jail or prison of any agency, by the custody records",
    "custody_unclear": "the custody records leave open whether the person was held at that time",
    "escaped": "escaped from custody and not booked since",
    "absconded": "the supervising agency does not know where the person is",
    "suspended": "supervision is on hold, usually while the person is in custody somewhere",
    "status_unknown": "the supervising agency's status is a code that nobody has explained",
    "released_that_day": "in custody for a part of the day, and let go on it",
}

#: What a status says once a period is over.
_ENDED = ("revoked", "discharged", "transferred", "deceased")

_DAY = pd.Timedelta(days=1)
_WORDS = {"absconded": "absconded", "suspended": "suspended", "unknown": "status_unknown"}
_CARRIED = ("supervision_id", "agency", "doc_id", "supervision_type", "level")


def running_periods(
    supervision: pd.DataFrame, person_links: pd.DataFrame, *, as_of: pd.Timestamp, min_probability: float = 0.0
) -> pd.DataFrame:
    """Give each period of supervision as it was known before an as-of, with its person and its half-open bounds.

    Parameters
    ----------
    supervision : pandas.DataFrame
        ``supervision_id``, ``agency``, ``doc_id``, ``start``, and where they may be read ``supervision_type``, ``level``, ``status``,
        ``end``, ``ended_on``, ``entered_at``.
    person_links : pandas.DataFrame
        Links of records to persons.
    as_of : pandas.Timestamp
        Local wall time.
    min_probability : float, default 0
        A record whose link is less sure has no ``person_id``.

    Returns
    -------
    pandas.DataFrame
        One row a period: ``supervision_id``, ``agency``, ``doc_id``, ``supervision_type``, ``level``, ``status`` (as of the as-of: missing
        where it speaks of an end to come), ``entered_at``, ``person``, ``person_id``, ``link_probability``, ``begin`` (its first day) and
        ``finish``: the day it really ended, which is no longer of it; else the day after the planned last one; else 2100. A period
        that ended before it began, or has ended and does not say when, says of no day that it ran, and is not there.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns are missing or ``min_probability`` is no probability.

    Examples
    --------
    >>> periods = pd.DataFrame(
    ...     {"supervision_id": ["1"], "agency": "DOC", "doc_id": "7", "start": ["2026-01-05"], "end": ["2026-12-31"]}
    ... )
    >>> nobody = pd.DataFrame(columns=["agency", "side", "record_id", "person_id", "match_probability"])
    >>> str(running_periods(periods, nobody, as_of=pd.Timestamp("2026-11-23"))["finish"][0].date())
    '2027-01-01'
    """
    rows = known_rows(needed(supervision, ["supervision_id", "agency", "doc_id", "start"], "supervision"), as_of)
    rows = rows[moments(rows, "start").lt(as_of)].reset_index(drop=True)
    ended, written = moments(rows, "ended_on", before=as_of), moments(rows, "ended_on")
    planned = moments(rows, "end").dt.normalize() + _DAY
    status = _column(rows, "status")
    over = status.isin(_ENDED)
    told = {name: _column(rows, name) for name in _CARRIED}
    whose = corrections_persons(rows, person_links)
    sure = corrections_persons(rows, person_links, min_probability=min_probability)
    periods = pd.DataFrame(
        {
            **told,
            "status": status.mask(over & ended.isna()),
            "entered_at": moments(rows, "entered_at"),
            "person": whose["person"],
            "person_id": sure["person_id"],
            "link_probability": sure["link_probability"],
            "begin": moments(rows, "start").dt.normalize(),
            "finish": ended.dt.normalize().fillna(planned).fillna(LATEST).astype("datetime64[us]"),
        }
    )
    return periods[periods["finish"].gt(periods["begin"]) & ~(over & written.isna())]


def deaths(
    supervision: pd.DataFrame, spans: pd.DataFrame, person_links: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.Series:
    """Give since when each person is known to be dead.

    Parameters
    ----------
    supervision : pandas.DataFrame
        Periods; of these the ones with the status ``deceased`` count, from ``ended_on``, else from ``entered_at``, else from
        their ``start``.
    spans : pandas.DataFrame
        From :func:`pcanalytics.linkage.custody.custody_spans`: deaths in custody.
    person_links : pandas.DataFrame
        Links of records to persons; every link counts.
    as_of : pandas.Timestamp
        Local wall time.

    Returns
    -------
    pandas.Series of datetime64[us]
        The earliest such moment, by ``person``; only people who have one.

    Examples
    --------
    >>> periods = pd.DataFrame({"agency": ["DOC"], "doc_id": "7", "status": "deceased", "ended_on": ["2026-10-01"]})
    >>> spans = pd.DataFrame({"person": [], "kind": [], "begin": []})
    >>> nobody = pd.DataFrame(columns=["agency", "side", "record_id", "person_id", "match_probability"])
    >>> deaths(periods, spans, nobody, as_of=pd.Timestamp("2026-11-23")).dt.day.tolist()
    [1]
    """
    rows = known_rows(needed(supervision, ["agency", "doc_id"], "supervision"), as_of)
    rows = rows[_column(rows, "status").eq("deceased") & ~moments(rows, "start").ge(as_of)]
    dated = moments(rows, "ended_on").dt.normalize().fillna(moments(rows, "entered_at")).fillna(moments(rows, "start"))
    parts = [
        pd.DataFrame({"person": corrections_persons(rows, person_links)["person"], "died": dated}),
        spans.loc[spans["kind"] == "died", ["person", "begin"]].rename(columns={"begin": "died"}),
    ]
    found = pd.concat(parts, ignore_index=True)
    found["died"] = found["died"].astype("datetime64[us]").fillna(EARLIEST)
    return found[found["died"].lt(as_of)].groupby("person")["died"].min()


def standing_at(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Tell how people stood at moments.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``person``, ``at`` and ``until`` (both inside what is asked), ``begin`` (of the supervision period), and its ``status`` and
        ``entered_at``. A status speaks of the time from its entry on; of all time where the entry is not recorded.
    spans : pandas.DataFrame
        From :func:`pcanalytics.linkage.custody.custody_spans`.

    Returns
    -------
    pandas.DataFrame
        With the index given: ``standing``, a key of :data:`STANDINGS`; ``in_custody``, held all that time for sure; and
        ``at_liberty``, True where no custody record allows otherwise, False where held all that time, missing between.

    Notes
    -----
    A transfer or an escape no longer counts for a period that began on its day or later: somebody has seen the person since.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-11-01", "2026-11-03"])
    >>> spans = pd.DataFrame({"person": ["P"], "kind": "held", "begin": day[:1], "end": day[1:]})
    >>> row = {"person": "P", "at": day, "until": day, "begin": day[0], "status": "absconded", "entered_at": pd.NaT}
    >>> standing_at(pd.DataFrame(row), spans)["standing"].tolist()
    ['in_custody', 'absconded']
    """
    held = span_at(spans, "held", rows)["whole"].to_numpy()
    maybe = span_at(spans, "maybe", rows)["part"].to_numpy()
    moved, escaped = (_since_seen(spans, kind, rows) for kind in ("moved", "escaped"))
    unclear = ~held & (maybe | moved)
    liberty = pd.Series(np.where(held, 0, 1), index=rows.index).astype("boolean").mask(unclear)
    speaks = ~rows["entered_at"].gt(rows["at"])
    word = rows["status"].where(speaks).astype(object).map(_WORDS).fillna("in_community").to_numpy()
    standing = np.select([held, unclear, escaped], ["in_custody", "custody_unclear", "escaped"], word)
    return pd.DataFrame(
        {"standing": pd.Series(standing, index=rows.index, dtype="str"), "in_custody": held, "at_liberty": liberty}
    )


def _since_seen(spans: pd.DataFrame, kind: str, rows: pd.DataFrame) -> np.ndarray:
    found = span_at(spans, kind, rows)
    return (found["part"] & rows["begin"].lt(found["begin"].dt.normalize())).to_numpy()


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame.columns else pd.Series(pd.NA, index=frame.index, dtype="str")
