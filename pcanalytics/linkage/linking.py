"""Person records of two systems in, persons and links out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected
from pcanalytics.linkage.comparisons import comparisons_for
from pcanalytics.linkage.decisions import standing_decisions
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.persons import founders, links_between, person_ids, sureness
from pcanalytics.linkage.preparing import Prepared, prepare
from pcanalytics.linkage.resolving import Resolution, ResolveSettings, resolve
from pcanalytics.linkage.scoring import score
from pcanalytics.linkage.thresholds import Thresholds
from pcanalytics.linkage.training import known_columns, train

__all__ = ["LinkResult", "known_times", "link_people", "link_result"]


@dataclass(frozen=True)
class LinkResult:
    """Persons, links and what is left to a reviewer.

    Parameters
    ----------
    people : DataFrame
        record_key, person_id, size (records of the person), match_probability (the weakest link that keeps the record with
        its person's founder; 1 for the founder). One row a record, sorted by key.
    links : DataFrame
        left, right (record keys), match_probability, status (link or review), reason, via (joins on the path between
        them). Links are all pairs of one person: of two sides, or, where there is one side, of that. Then the queue's pairs of that
        kind. Reason of a link: ``pair`` (the two themselves), ``through_others`` or ``decided``.
    queue : DataFrame
        left, right, match_probability, reason, value: pairs for the reviewer, most valuable first.
    model : LinkModel
        What scored the pairs.
    thresholds : Thresholds
        As estimated.
    counts : dict of str to int
        Records, pairs, persons, links, and how often each guard objected.
    """

    people: pd.DataFrame
    links: pd.DataFrame
    queue: pd.DataFrame
    model: LinkModel
    thresholds: Thresholds
    counts: dict[str, int]

    def __repr__(self) -> str:
        """Show counts, never a key."""
        shown = ", ".join(f"{name} {number:,}" for name, number in self.counts.items())
        return f"LinkResult({shown})"


def link_people(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    *,
    model: LinkModel | None = None,
    aliases: pd.DataFrame | None = None,
    addresses: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
    details: tuple[str, ...] = (),
    settings: ResolveSettings | None = None,
    trained_on: dt.date | None = None,
    threads: int = 2,
    chunks: int = 1,
    progress: Callable[[str], None] | None = None,
    seed: int = 0,
) -> LinkResult:
    """Find which records of two systems, and of each, are one person.

    Parameters
    ----------
    left, right : DataFrame
        Person records (`PEOPLE_COLUMNS`), each with its ``side``. Without ``right``, duplicates within ``left`` are found.
    model : LinkModel, optional
        Used as it is. Without one, a model is trained on these records.
    aliases, addresses : DataFrame, optional
        Further names, and where people lived when (`prepare`).
    decisions : DataFrame, optional
        What reviewers decided, oldest first.
    details : tuple of str
        Further columns that are compared as plain text.
    settings : ResolveSettings, optional
        The share of false links that is borne, the room in the queue, and the like.
    trained_on : datetime.date, optional
        The date that a model trained here shall bear.
    threads : int
        How many.
    chunks : int
        Into how many parts the scoring is cut.
    progress : callable, optional
        Told what is being done.
    seed : int
        Of the samples that training takes.

    Returns
    -------
    LinkResult
        The same for the same records, in whatever order.

    Raises
    ------
    InputRejected
        When a frame is no frame of person records, a key is there twice, no column is known in two records, or decisions
        contradict each other.

    Notes
    -----
    A missing value says nothing either way, and never equals another missing value.

    References
    ----------
    Fellegi and Sunter (1969), "A Theory for Record Linkage", for the model; what joins pairs to persons is in `resolve`.

    Examples
    --------
    >>> result = link_people(police, corrections)  # doctest: +SKIP
    """
    tell = progress or (lambda _: None)
    people = left if right is None else pd.concat([left, right], ignore_index=True)
    tell("cleaning the records")
    prepared = prepare(people, aliases=aliases, addresses=addresses, details=details)
    if not comparisons_for(known_columns(prepared), prepared.details):
        raise InputRejected(
            "These records have nothing to compare: no column of names, dates, numbers or places is known in two of them."
        )
    if model is None:
        tell("training the model")
        model = train(prepared, trained_on=trained_on, seed=seed)
    tell("scoring pairs")
    pairs = score(prepared, model, threads=threads, chunks=chunks)
    tell("joining records to persons")
    resolution = resolve(prepared, pairs, model, decisions=decisions, settings=settings)
    known = known_times(people, prepared)
    return link_result(prepared, pairs, resolution, model, known_at=known, decisions=decisions)


def known_times(people: pd.DataFrame, prepared: Prepared) -> np.ndarray:
    """Give when each record was first known, in the order of the prepared records.

    Parameters
    ----------
    people : DataFrame
        Person records, with or without ``known_at``.
    prepared : Prepared
        Made of them.

    Returns
    -------
    ndarray of datetime64
        NaT where nothing is known.

    Examples
    --------
    >>> people = pd.DataFrame({"record_key": ["left|1"], "side": ["left"], "source": ["police"]})
    >>> known_times(people, prepare(people)).tolist()
    [None]
    """
    if "known_at" not in people:
        return np.full(len(people), "NaT", dtype="datetime64[us]")
    ordered = people.set_index("record_key")["known_at"].reindex(prepared.keys)
    return pd.to_datetime(ordered).to_numpy().astype("datetime64[us]")


def link_result(
    prepared: Prepared,
    pairs: pa.Table,
    resolution: Resolution,
    model: LinkModel,
    *,
    known_at: np.ndarray,
    decisions: pd.DataFrame | None = None,
) -> LinkResult:
    """Name the persons of a resolution, and list their links.

    Parameters
    ----------
    prepared : Prepared
        The records.
    pairs : pa.Table
        The scored pairs.
    resolution : Resolution
        What `resolve` made of both.
    model : LinkModel
        What scored the pairs.
    known_at : ndarray of datetime64
        When each record was first known (`known_times`).
    decisions : DataFrame, optional
        The same that were resolved with.

    Returns
    -------
    LinkResult
        Sorted by record key.

    Examples
    --------
    >>> result = link_result(prepared, pairs, resolution, model, known_at=known)  # doctest: +SKIP
    """
    person, keys = resolution.person, prepared.keys
    joined = [resolution.links[name].to_numpy() for name in ("left", "right", "match_probability")]
    is_founder = np.zeros(len(keys), dtype=bool)
    is_founder[founders(person, known_at)] = True
    people = pd.DataFrame(
        {
            "record_key": keys,
            "person_id": person_ids(person, keys, known_at),
            "size": np.bincount(person)[person] if len(person) else person,
            "match_probability": sureness(joined[0], joined[1], joined[2], is_founder),
        }
    )
    side = prepared.table["side"].to_numpy().astype(np.int8)
    within = bool((side == side[:1]).all())
    left, right, chance, via = links_between(joined[0], joined[1], joined[2], side, within=within)
    chance, reason = _with_own_scores(left, right, chance, via, pairs)
    linked = standing_decisions(decisions, keys).linked.astype(np.int64)
    reason[np.isin(_pair_code(left, right), _pair_code(linked[:, 0], linked[:, 1]))] = "decided"
    links = pd.DataFrame(
        {
            "left": keys[left],
            "right": keys[right],
            "match_probability": chance,
            "status": "link",
            "reason": reason,
            "via": via,
        }
    )
    queue = _queue(resolution, keys)
    links = pd.concat([links, _for_review(resolution, keys, side, within)], ignore_index=True)
    counts = {
        "records": len(keys),
        "pairs": len(pairs),
        "people": int(person.max(initial=-1)) + 1,
        "links": int((links["status"] == "link").sum()),
        "review": len(queue),
        **resolution.counts,
    }
    return LinkResult(people, links, queue, model, resolution.thresholds, counts)


def _pair_code(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return (low.astype(np.int64) << 32) | high.astype(np.int64)


def _with_own_scores(
    left: np.ndarray, right: np.ndarray, chance: np.ndarray, via: np.ndarray, pairs: pa.Table
) -> tuple[np.ndarray, np.ndarray]:
    """Take the probability of the two themselves where that is the better path."""
    scored = _pair_code(pairs["left"].to_numpy(), pairs["right"].to_numpy())
    own = pairs["match_probability"].to_numpy()
    order = np.argsort(scored, kind="stable")
    low, high = np.minimum(left, right), np.maximum(left, right)
    wanted = _pair_code(low, high)
    at = np.minimum(np.searchsorted(scored[order], wanted), max(len(scored) - 1, 0))
    found = scored[order][at] == wanted if len(scored) else np.zeros(len(wanted), dtype=bool)
    direct = np.where(found, own[order][at], 0.0) if len(scored) else np.zeros(len(wanted))
    reason = np.where((via == 1) | (direct >= chance), "pair", "through_others").astype(object)
    return np.maximum(chance, direct), reason


def _queue(resolution: Resolution, keys: np.ndarray) -> pd.DataFrame:
    columns: dict[str, Any] = {name: resolution.queue[name].to_numpy() for name in resolution.queue.column_names}
    frame = pd.DataFrame(columns)
    frame["left"], frame["right"] = keys[columns["left"]], keys[columns["right"]]
    return frame


def _for_review(resolution: Resolution, keys: np.ndarray, side: np.ndarray, within: bool) -> pd.DataFrame:
    """Give the queue's pairs as rows of the links, with the left side's record first."""
    queue = resolution.queue
    low, high = queue["left"].to_numpy(), queue["right"].to_numpy()
    if not within:
        low, high = _across(low, high, resolution.person, side)
    swap = side[low] > side[high]
    low, high = np.where(swap, high, low), np.where(swap, low, high)
    return pd.DataFrame(
        {
            "left": keys[low],
            "right": keys[high],
            "match_probability": queue["match_probability"].to_numpy(),
            "status": "review",
            "reason": queue["reason"].to_numpy(zero_copy_only=False),
            "via": np.ones(len(low), dtype=np.int32),
        }
    )


def _across(low: np.ndarray, high: np.ndarray, person: np.ndarray, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Let a pair of one side stand for the link it would make: one of the two, and the other's first record of the other side."""
    size = len(person)
    first = np.full((2, int(person.max(initial=-1)) + 1), size, dtype=np.int64)
    for which in (0, 1):
        at = np.flatnonzero(side == which)
        np.minimum.at(first[which], person[at], at)
    alone = side[low] == side[high]
    other = 1 - side[low]
    of_high, of_low = first[other, person[high]], first[other, person[low]]
    return (
        np.where(alone & (of_high == size), of_low, low),
        np.where(alone & (of_high < size), of_high, high),
    )
