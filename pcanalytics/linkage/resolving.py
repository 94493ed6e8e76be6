"""From scored pairs to persons: joined from the strongest pair down, unless a guard objects; the doubtful to a reviewer.

Records that agree on little are found through a third record: two records are one person when each belongs to the same group,
whether or not the two were ever compared. That makes a wrong join worse too, so guards look at whole groups.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pcanalytics.errors import UnknownName
from pcanalytics.linkage.decisions import Decided, standing_decisions
from pcanalytics.linkage.facts import Facts, first_names_alike, read_facts
from pcanalytics.linkage.guards import GUARDS, needed_guards, reason_names
from pcanalytics.linkage.joining import (
    ABSENT,
    BIRTH_AGREE,
    DECIDED_NOT,
    FORCED,
    ID_AGREE,
    NAMES_ALIKE,
    NAMES_OPEN,
    NAMES_UNLIKE,
    compare_members,
    count_links,
    join_components,
)
from pcanalytics.linkage.model import LinkModel
from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.thresholds import Thresholds, choose_thresholds, probability_of, weight_of

__all__ = ["Resolution", "ResolveSettings", "resolve"]

#: A component with more records than this is cut at higher weights until its parts have fewer.
_COMPONENT = 500

#: A pair that was not scored speaks against one person like the worst that was, but not more than this.
_LEAST = -10.0


@dataclass(frozen=True)
class ResolveSettings:
    """What is borne and what is not; nothing here is a threshold on a score.

    Parameters
    ----------
    false_share : float
        The share of false links that is borne; the threshold follows from it and from the pairs.
    worst_link : float
        How probable it may be of a single link that it is false.
    queue_share : float
        The queue has at most this many pairs for each link, but for ``queue_least``.
    queue_least : int
        So many pairs are in the queue in any case, if there are so many: where there are few links or none, a share of
        them would leave nothing to look at.
    largest : int
        Most records of a person that are joined without a look.
    years_apart : int
        So many years between birth dates make another generation.
    institution : int
        An address with more surnames than this is taken for an institution.
    worth_review : float
        A pair of a lower match probability is not worth a look.
    guards : tuple of str, optional
        Which guards are asked; without it, `needed_guards` says. What a reviewer decided and ``largest`` hold in any case.

    Examples
    --------
    >>> ResolveSettings().false_share
    0.002
    """

    false_share: float = 0.002
    worst_link: float = 0.1
    queue_share: float = 0.03
    queue_least: int = 20
    largest: int = 200
    years_apart: int = 15
    institution: int = 12
    worth_review: float = 0.5
    guards: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Check that every guard is one."""
        for name in self.guards or ():
            if name not in GUARDS:
                raise UnknownName("guard", name, GUARDS)


@dataclass(frozen=True)
class Resolution:
    """Which records are one person, by which pairs, and what is left to a reviewer.

    Parameters
    ----------
    person : ndarray of int32
        Group number of each record; groups are numbered by their first record.
    links : pa.Table
        left, right, match_probability, reason: the pairs that joined, each group's a tree, the most probable first. Reason
        is ``pair`` or ``decided``.
    queue : pa.Table
        left, right, match_probability, reason, value: one row for two groups that may be one, most valuable first. Value
        is the chance that they are one person times the links that this would make.
    thresholds : Thresholds
        As estimated from the pairs.
    counts : dict of str to int
        How often each guard held two groups apart, how many pairs the queue had no room for, and the like.
    guards : tuple of str
        Which were asked.
    """

    person: np.ndarray
    links: pa.Table
    queue: pa.Table
    thresholds: Thresholds
    counts: dict[str, int]
    guards: tuple[str, ...] = ()


def resolve(
    prepared: Prepared,
    pairs: pa.Table,
    model: LinkModel | None = None,
    *,
    decisions: pd.DataFrame | None = None,
    settings: ResolveSettings | None = None,
) -> Resolution:
    """Join scored pairs to persons.

    Parameters
    ----------
    prepared : Prepared
        The records.
    pairs : pa.Table
        left, right (record numbers), match_weight, match_probability, as `score` gives.
    model : LinkModel, optional
        What scored the pairs: it knows whether there are households among the records.
    decisions : DataFrame, optional
        What reviewers decided, oldest first (`standing_decisions`).
    settings : ResolveSettings, optional
        What is borne.

    Returns
    -------
    Resolution
        The same for the same pairs, whatever order records and pairs came in: ties go by record key.

    Raises
    ------
    InputRejected
        When decisions contradict each other.

    Notes
    -----
    A fact that is missing in a record is no agreement and no objection. A group that is about as like two others which
    cannot be one person is left alone, and goes to the queue as ``ambiguous``: the margin is the odds that
    ``settings.false_share`` asks for.

    Examples
    --------
    >>> from pcanalytics.linkage.preparing import prepare
    >>> people = pd.DataFrame({"record_key": ["left|1", "right|1"], "side": ["left", "right"], "source": ["a", "b"]})
    >>> pairs = pa.table({"left": pa.array([0], pa.int32()), "right": pa.array([1], pa.int32()), "match_weight": [20.0],
    ...                   "match_probability": [0.999999]})
    >>> resolve(prepare(people), pairs).person.tolist()
    [0, 0]
    """
    chosen = settings or ResolveSettings()
    if chosen.guards is None:
        chosen = replace(chosen, guards=needed_guards(model))
    facts = read_facts(prepared, institution=chosen.institution)
    decided = standing_decisions(decisions, prepared.keys)
    floor = weight_of(chosen.worth_review)
    scored = _scored(pairs, decided)
    held_places = scored.iloc[:0].assign(reason=np.int8(0))
    if "shared_institution" in (chosen.guards or ()):
        held_places, scored = _institutions(scored, facts, floor)
    members, starts, cut = _components(scored[scored["weight"] >= floor], len(prepared.keys))
    joins, held = _join(members, starts, scored, facts, decided, floor, chosen)
    held = pd.concat([held, held_places, cut], ignore_index=True)
    return _settle(joins, held, facts, decided, floor, chosen)


def _scored(pairs: pa.Table, decided: Decided) -> pd.DataFrame:
    """Take the pairs and their weights; a reviewer's link is above all."""
    frame = pd.DataFrame(
        {
            "left": pairs["left"].to_numpy().astype(np.int32),
            "right": pairs["right"].to_numpy().astype(np.int32),
            "weight": np.clip(np.round(pairs["match_weight"].to_numpy(), 5), -500, 500).astype(np.float32),
        }
    )
    linked = pd.DataFrame(decided.linked, columns=["left", "right"]).assign(weight=FORCED)
    frame = pd.concat([linked.astype(frame.dtypes), frame], ignore_index=True)
    return frame.drop_duplicates(["left", "right"]).sort_values(["left", "right"], ignore_index=True)


def _institutions(scored: pd.DataFrame, facts: Facts, floor: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set aside pairs that share an institution's address, and neither birth date nor number."""
    left, right, weight = (scored[name].to_numpy() for name in ("left", "right", "weight"))
    share = (facts.shared[left] >= 0) & (facts.shared[left] == facts.shared[right])
    at = np.flatnonzero(share & (weight >= floor) & (weight < FORCED))
    bits = _pair_bits(scored.iloc[at], facts, 10_000)
    at = at[(bits & (BIRTH_AGREE | ID_AGREE)) == 0]
    keep = np.ones(len(scored), dtype=bool)
    keep[at] = False
    return _held(scored.iloc[at], "shared_institution"), scored[keep]


def _held(edges: pd.DataFrame, reason: str) -> pd.DataFrame:
    return edges.assign(reason=np.int8(reason_names().index(reason)))


def _pair_bits(edges: pd.DataFrame, facts: Facts, years_apart: int) -> np.ndarray:
    """Compare the two records of each pair: each is a component of two."""
    members = edges[["left", "right"]].to_numpy(dtype=np.int32).ravel()
    starts = np.arange(0, len(members) + 1, 2, dtype=np.int64)
    return _compare(members, starts, np.arange(len(edges) + 1, dtype=np.int64), facts, years_apart)


def _compare(
    members: np.ndarray, starts: np.ndarray, offsets: np.ndarray, facts: Facts, years_apart: int
) -> np.ndarray:
    return compare_members(
        members,
        starts,
        offsets,
        facts.ids,
        facts.generation,
        facts.birth,
        facts.names,
        facts.number,
        facts.address,
        years_apart,
    )


def _components(edges: pd.DataFrame, size: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """List the records of each component of two and more; cut those that are too large at higher weights."""
    left, right, weight = (edges[name].to_numpy() for name in ("left", "right", "weight"))
    keep = np.ones(len(edges), dtype=bool)
    while True:
        graph = coo_array((np.ones(int(keep.sum()), dtype=np.int8), (left[keep], right[keep])), shape=(size, size))
        label = connected_components(graph, directed=False)[1]
        sizes = np.bincount(label, minlength=1)
        large = keep & (sizes[label[left]] > _COMPONENT) & (weight < FORCED)
        if not large.any():
            break
        keep &= ~_weakest(label[left], weight, large)
    order = np.argsort(label, kind="stable").astype(np.int32)
    order = order[sizes[label[order]] > 1]
    counts = sizes[sizes > 1]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return order, starts, _held(edges[~keep], "cluster_too_large")


def _weakest(component: np.ndarray, weight: np.ndarray, large: np.ndarray) -> np.ndarray:
    """Mark the weaker half of the pairs of each component that is too large; all where all weigh the same."""
    frame = pd.DataFrame({"component": component[large], "weight": weight[large]})
    middle = frame.groupby("component")["weight"].transform("median").to_numpy()
    marked = np.zeros(len(weight), dtype=bool)
    marked[np.flatnonzero(large)[frame["weight"].to_numpy() <= middle]] = True
    return marked


def _join(
    members: np.ndarray,
    starts: np.ndarray,
    scored: pd.DataFrame,
    facts: Facts,
    decided: Decided,
    floor: float,
    settings: ResolveSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    sizes = np.diff(starts)
    offsets = np.concatenate([[0], np.cumsum(sizes * (sizes - 1) // 2)]).astype(np.int64)
    place = _Places(members, starts, offsets, len(facts.side))
    bits = _compare(members, starts, offsets, facts, settings.years_apart)
    _see_names(bits, place, facts)
    weights = np.full(offsets[-1], ABSENT, dtype=np.float32)
    at, inside = place.of(scored["left"].to_numpy(), scored["right"].to_numpy())
    weight = scored["weight"].to_numpy()[inside]
    weights[at] = weight
    at, _ = place.of(decided.parted[:, 0], decided.parted[:, 1])
    bits[at] |= DECIDED_NOT
    margin = weight_of(1.0 - settings.false_share)
    absent = float(np.clip(scored["weight"].min() if len(scored) else 0.0, _LEAST, 0.0))
    most_held = int((weight >= floor).sum())
    asked = np.array([name in (settings.guards or ()) for name in GUARDS])
    result = join_components(
        members, starts, offsets, bits, weights, floor, margin, settings.largest, absent, asked, most_held
    )
    joins = pd.DataFrame(dict(zip(("left", "right", "weight"), result[:3], strict=True)))
    held = pd.DataFrame(dict(zip(("left", "right", "weight", "reason"), result[3:], strict=True)))
    return joins.sort_values(["weight", "left", "right"], ascending=[False, True, True], ignore_index=True), held


class _Places:
    """Where the pair of two records is among all pairs of members."""

    def __init__(self, members: np.ndarray, starts: np.ndarray, offsets: np.ndarray, size: int) -> None:
        self.members, self.starts, self.offsets = members, starts, offsets
        self.component = np.full(size, -1, dtype=np.int64)
        self.component[members] = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        self.local = np.zeros(size, dtype=np.int64)
        self.local[members] = np.arange(len(members)) - np.repeat(starts[:-1], np.diff(starts))

    def of(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the places of those pairs that are inside one component, and which those are."""
        inside = (self.component[left] >= 0) & (self.component[left] == self.component[right])
        component = self.component[left[inside]]
        i, j = self.local[left[inside]], self.local[right[inside]]
        k = np.diff(self.starts)[component]
        return self.offsets[component] + i * (2 * k - i - 1) // 2 + (j - i - 1), inside

    def pairs(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the two records of the pairs at these places."""
        component = np.searchsorted(self.offsets, at, side="right") - 1
        k = np.diff(self.starts)[component]
        within = at - self.offsets[component]
        i = np.floor(((2 * k - 1) - np.sqrt((2 * k - 1) ** 2 - 8.0 * within)) / 2).astype(np.int64)
        i -= i * (2 * k - i - 1) // 2 > within
        i += (i + 1) * (2 * k - i - 2) // 2 <= within
        j = within - i * (2 * k - i - 1) // 2 + i + 1
        first = self.starts[component]
        return self.members[first + i], self.members[first + j]


def _see_names(bits: np.ndarray, place: _Places, facts: Facts) -> None:
    """Settle which first names that differ may be one name; it may stand in the place of the surname.

    An initial is no name: it would be a bridge between two twins. It says nothing, unless it is another letter.
    """
    at = np.flatnonzero(bits & NAMES_OPEN)
    left, right = place.pairs(at)
    alike = np.zeros(len(at), dtype=bool)
    for mine, theirs in ((0, 0), (0, 3), (3, 0)):
        one, other = facts.names[left, mine], facts.names[right, theirs]
        ask = ~alike & (one >= 0) & (other >= 0)
        back, distinct = pd.factorize((one[ask].astype(np.int64) << 32) | other[ask])
        said = first_names_alike(facts.words[distinct >> 32].tolist(), facts.words[distinct & 0xFFFFFFFF].tolist())
        alike[ask] = said[back]
    initials = np.array([word[:1] for word in facts.words], dtype=object)
    short = np.array([len(word) == 1 for word in facts.words], dtype=bool)
    one, other = facts.names[left, 0], facts.names[right, 0]
    silent = ~alike & (short[one] | short[other]) & (initials[one] == initials[other])
    said_bits = np.where(alike, NAMES_ALIKE, np.where(silent, 0, NAMES_UNLIKE))
    bits[at] |= said_bits.astype(bits.dtype)


def _settle(
    joins: pd.DataFrame, held: pd.DataFrame, facts: Facts, decided: Decided, floor: float, settings: ResolveSettings
) -> Resolution:
    """Draw the line between links and pairs for review, and number the persons."""
    size = len(facts.side)
    within = bool((facts.side == facts.side[:1]).all())
    made = _links_made(joins, facts.side, within)
    thresholds = choose_thresholds(
        joins["weight"].to_numpy(), made, false_share=settings.false_share, worst_link=settings.worst_link, review=floor
    )
    is_join = joins["weight"].to_numpy() >= thresholds.link
    used, unsure = joins[is_join], _held(joins[~is_join], "unsure")
    graph = coo_array((np.ones(len(used), dtype=np.int8), (used["left"], used["right"])), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    first = np.full(label.max(initial=-1) + 1, size, dtype=np.int64)
    np.minimum.at(first, label, np.arange(size))
    person = np.argsort(np.argsort(first))[label].astype(np.int32)
    queue, counts = _queue(pd.concat([held, unsure], ignore_index=True), person, facts.side, within)
    room = max(int(np.floor(settings.queue_share * made[is_join].sum())), settings.queue_least)
    counts["left_out_of_queue"] = max(len(queue) - room, 0)
    counts["decisions_unknown"] = decided.unknown
    links = pa.table(
        {
            "left": used["left"].to_numpy(),
            "right": used["right"].to_numpy(),
            "match_probability": probability_of(used["weight"].to_numpy()),
            "reason": np.where(used["weight"] >= FORCED, "decided", "pair"),
        }
    )
    return Resolution(person, links, _queue_table(queue.iloc[:room]), thresholds, counts, settings.guards or ())


def _links_made(joins: pd.DataFrame, side: np.ndarray, within: bool) -> np.ndarray:
    """Count the links that each join makes, joined from the highest down."""
    left, right = joins["left"].to_numpy(np.int64), joins["right"].to_numpy(np.int64)
    return count_links(left, right, (side == 0).astype(np.int64), (side == 1).astype(np.int64), within)


def _queue(
    held: pd.DataFrame, person: np.ndarray, side: np.ndarray, within: bool
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep the best pair of every two groups that are still apart, and rank them by value."""
    one, other = person[held["left"]], person[held["right"]]
    frame = held.assign(one=np.minimum(one, other), other=np.maximum(one, other))[one != other]
    frame = frame.sort_values(["one", "other", "weight", "left", "right"], ascending=[True, True, False, True, True])
    frame = frame.drop_duplicates(["one", "other"])
    counted = [np.bincount(person, weights=side == which, minlength=person.max(initial=-1) + 1) for which in (0, 1)]
    a, b = frame["one"].to_numpy(), frame["other"].to_numpy()
    links = counted[0][a] * counted[1][b] + counted[1][a] * counted[0][b]
    if within:
        links = (counted[0][a] + counted[1][a]) * (counted[0][b] + counted[1][b])
    chance = probability_of(frame["weight"].to_numpy())
    frame = frame.assign(match_probability=chance, value=chance * links)
    frame = frame[links > 0]
    reasons = np.array(reason_names(), dtype=object)[frame["reason"].to_numpy(np.int64)]
    frame = frame.assign(reason=reasons)
    counts: dict[str, int] = {
        str(name): int(n) for name, n in frame["reason"].value_counts(sort=False).sort_index().items()
    }
    ranked = frame.sort_values(["value", "left", "right"], ascending=[False, True, True], ignore_index=True)
    return ranked, counts


def _queue_table(queue: pd.DataFrame) -> pa.Table:
    columns: dict[str, Any] = {
        "left": queue["left"].to_numpy(np.int32),
        "right": queue["right"].to_numpy(np.int32),
        "match_probability": queue["match_probability"].to_numpy(np.float64),
        "reason": pa.array(queue["reason"].tolist(), pa.string()),
        "value": queue["value"].to_numpy(np.float64),
    }
    return pa.table(columns)
