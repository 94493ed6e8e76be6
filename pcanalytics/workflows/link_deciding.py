"""Verdicts on pairs of records are kept, and the persons made again at once, or neither."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.store import Clock, Store
from pcanalytics.store.decision_file import Decision, Verdict, append_decisions, read_decisions, standing_decisions
from pcanalytics.workflows.link_account import account
from pcanalytics.workflows.linking import Compared, Linked, join_records, keep

__all__ = ["contradictions", "decide_links", "linked_now", "refuse_unknown"]


def linked_now(store: Store, found: Compared) -> tuple[Linked, tuple[Decision, ...]]:
    """Give the persons under the decisions that are kept, and these.

    Parameters
    ----------
    store : Store
        Open.
    found : Compared
        From :func:`pcanalytics.workflows.linking.compared`.

    Raises
    ------
    InputRejected
        When the decisions are damaged or contradict each other.

    Examples
    --------
    >>> linked, decisions = linked_now(store, compared(store))  # doctest: +SKIP
    """
    decisions = read_decisions(store.workspace)
    return join_records(found, decisions), decisions


def decide_links(
    store: Store,
    found: Compared,
    verdicts: Sequence[Verdict],
    *,
    by: str,
    expected: Sequence[Decision],
    clock: Clock,
) -> list[str]:
    """Keep verdicts, and make the persons again under them.

    Parameters
    ----------
    store : Store
        Open.
    found : Compared
        The records as they stand.
    verdicts : sequence of Verdict
        At least one.
    by : str
        Who decided.
    expected : sequence of Decision
        The decisions read before, that these come after.
    clock : callable
        Gives the present moment.

    Returns
    -------
    list of str
        The account, in counts.

    Raises
    ------
    InputRejected
        When they would contradict each other or earlier ones. Nothing is kept then.
    UsageError
        When nobody is named, or others decided meanwhile.

    Examples
    --------
    >>> lines = decide_links(store, found, [Verdict("police|1", "DOC|7", "link")], by="J. Doe", expected=(),
    ...                      clock=system_clock)  # doctest: +SKIP
    """
    to_come = [
        Decision(len(expected) + n, 0, min(one.a, one.b), max(one.a, one.b), one.verdict, by, "", one.why, one.of)
        for n, one in enumerate(verdicts, start=1)
    ]
    problems = contradictions([*expected, *to_come], after=len(expected))
    if problems:
        raise InputRejected("These decisions contradict others, and none was kept.", problems)
    linked = join_records(found, [*expected, *to_come])
    append_decisions(store.workspace, verdicts, by=by, expected=expected, clock=clock)
    keep(store, linked)
    counts = pd.Series([one.verdict for one in verdicts]).value_counts()
    said = ", ".join(f"{int(number):,} {word}" for word, number in counts.sort_index().items())
    return [f"Kept: {said}. The persons were made again.", *account(linked)]


def contradictions(decisions: Sequence[Decision], *, after: int = 0) -> list[Problem]:
    """Say which pairs that are no link would be joined by links that were decided on.

    Parameters
    ----------
    decisions : sequence of Decision
        First to last.
    after : int, default 0
        Those with a greater number are new, and are counted from 1 in what is said.

    Returns
    -------
    list of Problem
        Empty when none contradicts another. They name numbers of decisions and no record.

    Examples
    --------
    >>> said = [Decision(1, 1, "a", "b", "link", "x", ""), Decision(2, 1, "b", "c", "link", "x", ""),
    ...         Decision(3, 1, "a", "c", "not_a_link", "x", "")]
    >>> print(contradictions(said)[0])
    decision 3 says not_a_link of two records that links decided on join. Take back one of them.
    """
    group: dict[str, str] = {}

    def first(key: str) -> str:
        while group.get(key, key) != key:
            key = group[key]
        return key

    standing = standing_decisions(decisions)
    for one in standing:
        if one.verdict == "link":
            low, high = sorted((first(one.a), first(one.b)))
            group[high] = low
    return [
        Problem(
            f"{_called(one, after)} says not_a_link of two records that links decided on join",
            todo="Take back one of them",
            code="contradiction",
        )
        for one in standing
        if one.verdict == "not_a_link" and first(one.a) == first(one.b)
    ]


def _called(one: Decision, after: int) -> str:
    return f"decision {one.number}" if one.number <= after or not after else f"new decision {one.number - after}"


def refuse_unknown(keys: Sequence[str], found: Compared) -> None:
    """Refuse keys that are no record's, without showing them.

    Parameters
    ----------
    keys : sequence of str
        As they were typed.
    found : Compared
        The records.

    Raises
    ------
    UsageError
        Saying which of them are unknown, by their place.

    Examples
    --------
    >>> refuse_unknown(("police|1", "DOC|7"), compared(store))  # doctest: +SKIP
    """
    known = set(found.prepared.keys.tolist())
    unknown = [place for place, key in enumerate(keys, start=1) if key not in known]
    if unknown:
        which = " and ".join({1: "the first", 2: "the second"}[place] for place in unknown)
        raise UsageError(
            f"There is no record of {which} name given. A police record is called police|NUMBER, one of corrections AGENCY|NUMBER, as "
            "in the files of `pcanalytics link review`."
        )
