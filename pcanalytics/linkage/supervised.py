"""Who was under supervision as of a day, and who of them was in the community."""

from __future__ import annotations

import pandas as pd

from pcanalytics.linkage.as_known import MOMENT, check_as_of
from pcanalytics.linkage.custody import custody_spans, span_at
from pcanalytics.linkage.standing import deaths, running_periods, standing_at

__all__ = ["supervision_on"]

_COLUMNS = (
    "supervision_id",
    "agency",
    "doc_id",
    "person_id",
    "link_probability",
    "supervision_type",
    "level",
    "status",
    "standing",
    "in_custody",
    "at_liberty",
    "in_community",
    "since",
)


def supervision_on(
    supervision: pd.DataFrame,
    custody_stays: pd.DataFrame,
    person_links: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    min_probability: float = 0.0,
) -> pd.DataFrame:
    """Give the periods of supervision that ran at an as-of, as they were known then.

    A period runs from its first day until the day before it really ended, or through its planned last day. How its person stood is told
    of the last moment before the as-of, from the custody records of all agencies; *in the community* is told of the whole of that day.

    Parameters
    ----------
    supervision : pandas.DataFrame
        The table ``supervision``: ``supervision_id``, ``agency``, ``doc_id``, ``start``, and the others of its columns that may be read.
    custody_stays : pandas.DataFrame
        The table ``custody_stays``: ``agency``, ``doc_id``, ``booked_at``, and the others that may be read.
    person_links : pandas.DataFrame
        One row a record: ``agency``, ``side``, ``record_id``, ``person_id``, ``match_probability``.
    as_of : pandas.Timestamp
        Local wall time, usually midnight: the day told of is the one before.
    min_probability : float, default 0
        A period whose record is linked less surely has no ``person_id``. It stays in the answer, and custody that a weaker link tells
        of still counts: asking for surer links never makes anybody be in the community.

    Returns
    -------
    pandas.DataFrame
        One row a period, by agency and ``supervision_id``; a person under two agencies, or with two numbers at one, has a row for each.

        - ``supervision_id``, ``agency``, ``doc_id``: the record told of
        - ``person_id``, ``link_probability``: its person and how sure that link is; missing without a link
        - ``supervision_type``, ``level``, ``status``: as recorded; a status that tells of an end still to come is missing
        - ``standing``: a key of :data:`pcanalytics.linkage.STANDINGS`
        - ``in_custody``: held at the last moment before the as-of, for sure
        - ``at_liberty``: not held then; missing where the custody records leave it open
        - ``in_community``: under supervision in the community: the standing is ``in_community``, and no part of the day was in custody
        - ``since``: the first day of the period

        People who have died are in no row.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns are missing, ``as_of`` has a zone, or ``min_probability`` is no probability.

    Examples
    --------
    >>> periods = pd.DataFrame(
    ...     {"supervision_id": ["A", "B"], "agency": "DOC", "doc_id": ["7", "8"], "start": "2026-01-05", "status": "active"}
    ... )
    >>> stays = pd.DataFrame({"agency": ["JAIL"], "doc_id": "31", "booked_at": ["2026-11-20 22:10"]})
    >>> links = pd.DataFrame(
    ...     {
    ...         "agency": ["DOC", "JAIL"],
    ...         "side": "corrections",
    ...         "record_id": ["7", "31"],
    ...         "person_id": "P-1",
    ...         "match_probability": [1.0, 0.98],
    ...     }
    ... )
    >>> found = supervision_on(periods, stays, links, as_of=pd.Timestamp("2026-11-23"))
    >>> found[["supervision_id", "standing"]].values.tolist()
    [['A', 'in_custody'], ['B', 'in_community']]
    """
    moment = check_as_of(as_of) - MOMENT
    spans = custody_spans(custody_stays, person_links, as_of=as_of)
    periods = running_periods(supervision, person_links, as_of=as_of, min_probability=min_probability)
    dead = deaths(supervision, spans, person_links, as_of=as_of)
    periods = periods[periods["finish"].gt(moment) & ~periods["person"].isin(dead.index)]
    periods = periods.sort_values(["agency", "supervision_id"], kind="stable", ignore_index=True)
    stood = standing_at(periods.assign(at=moment, until=moment), spans)
    day = span_at(spans, "maybe", periods.assign(at=moment.normalize(), until=moment))
    partly = stood["standing"].eq("in_community") & day["part"]
    standing = stood["standing"].mask(partly, "released_that_day")
    told = periods.assign(
        standing=standing,
        in_custody=stood["in_custody"],
        at_liberty=stood["at_liberty"],
        in_community=standing.eq("in_community"),
        since=periods["begin"],
    )
    return told[list(_COLUMNS)]
