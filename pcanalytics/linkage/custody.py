"""When a person was held, may have been, had been moved, had escaped or had died, by the custody records.

Where records leave room, both answers are kept apart: *held* is what they say for sure, *maybe* all that they allow, so that nobody is
called at liberty who may be behind bars, nor the other way round.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pcanalytics.linkage.as_known import CLOCK_CHANGE, check_as_of, known_rows, moments, needed
from pcanalytics.linkage.lineage import corrections_persons
from pcanalytics.schema import LATEST

__all__ = ["KINDS", "custody_spans", "merged_spans", "span_at"]

#: What a span says of a person, and of when.
KINDS = {
    "held": "in custody for sure: after the booking and before the release",
    "maybe": "perhaps in custody: the same, with the whole of a day whose hour is not recorded, and with no end where the end is wrong",
    "moved": "released to another facility, and no booking there is on record yet",
    "escaped": "escaped, and not booked since",
    "died": "died in custody",
}

_DAY = pd.Timedelta(days=1)

_AFTER_RELEASE = {"transfer": "moved", "escape": "escaped", "death": "died"}


def custody_spans(custody_stays: pd.DataFrame, person_links: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the spans of custody of every person, all stays of all agencies laid over each other.

    Parameters
    ----------
    custody_stays : pandas.DataFrame
        ``agency``, ``doc_id``, ``booked_at``, and where they may be read ``released_at``, ``release_reason``, ``entered_at``.
    person_links : pandas.DataFrame
        Links of records to persons, as :func:`pcanalytics.linkage.lineage.corrections_persons` takes them. Every link counts, however weak:
        a doubtful one may keep a person from being called at liberty, never the other way round.
    as_of : pandas.Timestamp
        Local wall time. A stay booked later, or entered later, is not there; a release from then on has not come.

    Returns
    -------
    pandas.DataFrame
        ``person`` (the ``person_id``, or a key of the record's own), ``kind`` (a key of :data:`KINDS`), ``begin`` and ``end``, half-open;
        spans of one person and kind neither overlap nor touch. An end of 2100 means none.

    Notes
    -----
    - A time of exactly midnight is a day whose hour is not recorded: not surely held on it, perhaps held all of it.
    - A release before its booking is no release: perhaps held from the booking on, without end. One at most an hour before it is of
      the night in which clocks are set back: held for no time, on that day.
    - A release by transfer is no liberty until the next booking, unless another stay still holds the person.

    Raises
    ------
    InputRejected
        When a record has two persons.
    UsageError
        When columns are missing or ``as_of`` has a zone.

    Examples
    --------
    >>> stays = pd.DataFrame({"agency": "JAIL", "doc_id": "7", "booked_at": ["2026-11-20 14:30"], "released_at": ["2026-11-23 00:10"]})
    >>> nobody = pd.DataFrame(columns=["agency", "side", "record_id", "person_id", "match_probability"])
    >>> custody_spans(stays, nobody, as_of=pd.Timestamp("2026-11-23"))["end"].dt.year.tolist()
    [2100, 2100]
    """
    check_as_of(as_of)
    stays = known_rows(needed(custody_stays, ["agency", "doc_id", "booked_at"], "custody_stays"), as_of)
    stays = stays[moments(stays, "booked_at").lt(as_of)].reset_index(drop=True)
    held = pd.DataFrame({"person": corrections_persons(stays, person_links)["person"], **_bounds(stays, as_of)})
    sure = merged_spans(held.rename(columns={"held_from": "begin", "held_to": "end"}))
    wide = held.rename(columns={"maybe_from": "begin", "maybe_to": "end"})
    maybe = merged_spans(wide)
    spans = pd.concat([sure.assign(kind="held"), maybe.assign(kind="maybe"), _after(wide, maybe)], ignore_index=True)
    return spans[["person", "kind", "begin", "end"]].sort_values(["person", "kind", "begin"], ignore_index=True)


def _bounds(stays: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, pd.Series]:
    """Give the surest and the widest bounds of each stay, and what came after it."""
    booked, released = moments(stays, "booked_at"), moments(stays, "released_at", before=as_of)
    written = moments(stays, "released_at")
    backward = written.lt(booked)
    same_hour = backward & written.ge(booked - CLOCK_CHANGE)
    released = released.where(~backward, booked.where(same_hour)).astype("datetime64[us]")
    late = released.where(released.ne(released.dt.normalize()) | same_hour, released + _DAY)
    sure_from = booked.where(booked.ne(booked.dt.normalize()), booked + _DAY)
    reason = stays["release_reason"] if "release_reason" in stays.columns else pd.Series(pd.NA, index=stays.index)
    return {
        "held_from": sure_from,
        "held_to": released.fillna(LATEST).where(~(backward & ~same_hour), sure_from),
        "maybe_from": booked,
        "maybe_to": late.fillna(LATEST),
        "released": released,
        "after": reason.astype(object).map(_AFTER_RELEASE).where(released.notna()),
    }


def merged_spans(spans: pd.DataFrame) -> pd.DataFrame:
    """Lay the spans of each person over each other: those that overlap or touch become one.

    Parameters
    ----------
    spans : pandas.DataFrame
        ``person``, ``begin``, ``end``, half-open. A span that ends before it begins is none; one of no length stays.

    Returns
    -------
    pandas.DataFrame
        The same columns, by person and begin.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-11-01", "2026-11-03", "2026-11-09"])
    >>> merged_spans(pd.DataFrame({"person": "P", "begin": day, "end": day + pd.Timedelta(days=2)}))["end"].dt.day.tolist()
    [5, 11]
    """
    spans = spans.loc[spans["end"].ge(spans["begin"]), ["person", "begin", "end"]]
    spans = spans.sort_values(["person", "begin", "end"], kind="stable", ignore_index=True)
    if spans.empty:
        return spans
    whose, persons = pd.factorize(spans["person"])
    ends = (
        pd.Series(spans["end"].to_numpy().astype("datetime64[us]").astype("int64")).groupby(whose).cummax().to_numpy()
    )
    begins = spans["begin"].to_numpy().astype("datetime64[us]").astype("int64")
    opens = np.r_[True, (whose[1:] != whose[:-1]) | (begins[1:] > ends[:-1])]
    first = np.flatnonzero(opens)
    last = np.r_[first[1:], len(spans)] - 1
    return pd.DataFrame(
        {
            "person": persons.take(whose[first]),
            "begin": spans["begin"].to_numpy()[first],
            "end": ends[last].astype("datetime64[us]"),
        }
    )


def _after(stays: pd.DataFrame, maybe: pd.DataFrame) -> pd.DataFrame:
    """Give what came after custody that ended by transfer, escape or death, until the person is booked again."""
    told = stays.loc[stays["after"].notna(), ["person", "end", "released", "after"]]
    following = maybe.assign(until=maybe.groupby("person")["begin"].shift(-1).fillna(LATEST))
    last = told.merge(following[["person", "end", "until"]], on=["person", "end"], how="left")
    last = last[last["until"].notna() | last["after"].eq("died")]  # otherwise another stay still held the person
    until = last["until"].mask(last["after"].eq("died"), LATEST)
    spans = pd.DataFrame({"person": last["person"], "kind": last["after"], "begin": last["released"], "end": until})
    parts = [merged_spans(spans[spans["kind"] == kind]).assign(kind=kind) for kind in _AFTER_RELEASE.values()]
    return pd.concat(parts, ignore_index=True)


def span_at(spans: pd.DataFrame, kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Look up the spans of one kind at the moments of rows.

    Parameters
    ----------
    spans : pandas.DataFrame
        From :func:`custody_spans`.
    kind : str
        A key of :data:`KINDS`.
    rows : pandas.DataFrame
        ``person``, ``at`` and ``until``: both moments belong to what is asked, and may be the same.

    Returns
    -------
    pandas.DataFrame
        With the index of the rows: ``whole``, whether a span holds all of it, ``part``, whether one holds any of it, and ``begin``, when
        the latest such span began.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-11-01", "2026-11-03"])
    >>> spans = pd.DataFrame({"person": ["P"], "kind": "held", "begin": day[:1], "end": day[1:]})
    >>> rows = pd.DataFrame({"person": ["P", "P"], "at": day, "until": day})
    >>> span_at(spans, "held", rows)["whole"].tolist()
    [True, False]
    """
    mine = spans.loc[spans["kind"] == kind, ["person", "begin", "end"]]
    numbers = pd.Index(mine["person"].unique())
    places = numbers.get_indexer(pd.Index(rows["person"]))
    asked = pd.DataFrame({"number": places, "until": rows["until"].to_numpy().astype("datetime64[us]")})
    asked["order"] = np.arange(len(asked))
    known = pd.DataFrame(
        {
            "number": numbers.get_indexer(pd.Index(mine["person"])),
            "begin": mine["begin"].to_numpy().astype("datetime64[us]"),
            "end": mine["end"].to_numpy().astype("datetime64[us]"),
        }
    )
    asked = asked[asked["number"].ge(0)].sort_values("until", kind="stable")
    found = pd.merge_asof(
        asked, known.sort_values("begin", kind="stable"), left_on="until", right_on="begin", by="number"
    )
    found = found.set_index("order").reindex(np.arange(len(rows)))
    at, until = rows["at"].to_numpy().astype("datetime64[us]"), rows["until"].to_numpy().astype("datetime64[us]")
    begin, end = found["begin"].to_numpy(), found["end"].to_numpy()
    part = end > at  # a missing end is never later
    whole = part & (begin <= at) & (end > until)
    return pd.DataFrame(
        {"whole": whole, "part": part, "begin": pd.Series(begin).where(part).to_numpy()}, index=rows.index
    )
