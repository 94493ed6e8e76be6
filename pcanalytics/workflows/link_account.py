"""What linking found, in a few lines of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pcanalytics.linkage.guards import REASONS

if TYPE_CHECKING:
    from pcanalytics.workflows.linking import Linked

__all__ = ["account"]


def account(linked: Linked) -> list[str]:
    r"""Say what was linked, what waits for a reviewer and what a guard held back.

    Parameters
    ----------
    linked : Linked
        From :func:`pcanalytics.workflows.linking.join_records`.

    Returns
    -------
    list of str
        Lines for a terminal: counts and digests, and no value of a record.

    Examples
    --------
    >>> print("\n".join(account(linked)))  # doctest: +SKIP
    """
    found, result = linked.compared, linked.result
    sides = found.records.places["side"].value_counts()
    was = "trained now" if found.is_new_model else "kept"
    status = result.links["status"].value_counts()
    people = result.people.join(found.records.places["side"], on="record_key")
    both = int(people.groupby("person_id")["side"].nunique().eq(2).sum())
    reasons = result.queue["reason"].value_counts()
    lines = [
        f"Linked as of {found.records.as_of:%Y-%m-%d}; model of {found.model.trained_on} ({found.model_digest[:16]}), {was}",
        *found.records.left_out,
        _line(
            "records",
            len(people),
            ", ".join(f"{name} {int(sides.get(name, 0)):,}" for name in ("police", "corrections")),
        ),
        _line("records compared now", found.pairs.new, f"the others are as they were; {found.pairs.gone:,} are gone"),
        _line(
            "pairs compared", found.pairs.compared, f"{len(found.pairs.table):,} of them likely enough to be weighed up"
        ),
        _line("links", int(status.get("link", 0)), _pairs_of(sides)),
        _line("for review", len(result.queue), "pairs, in `pcanalytics link review`"),
        *(
            _line(f"  {name}", int(reasons[name]), REASONS.get(str(name), ""))
            for name in REASONS
            if name in reasons.index
        ),
        _line("people", int(people["person_id"].nunique()), f"{both:,} of them on record with both agencies"),
    ]
    left_out = int(result.counts.get("left_out_of_queue", 0))
    if left_out:
        lines.append(
            _line("not in the queue", left_out, "pairs that had no room in it, each worth less than those that are")
        )
    if linked.standing:
        lines.append(_line("decisions", len(linked.standing), _decided(linked)))
    return lines


def _pairs_of(sides: pd.Series) -> str:
    """Say what the two records of a link are: where one agency has none, both are the other's."""
    there = [name for name in ("police", "corrections") if int(sides.get(name, 0))]
    if len(there) == 1:
        return f"pairs of {there[0]} records taken to be one person; the other agency has none to link them to"
    return "pairs of a police and a corrections record taken to be one person"


def _decided(linked: Linked) -> str:
    apart = sum(one.verdict == "not_a_link" for one in linked.standing)
    unknown = int(linked.result.counts.get("decisions_unknown", 0))
    return (
        f"followed: {len(linked.standing) - apart:,} link, {apart:,} not a link; {unknown:,} on records that are gone"
    )


def _line(what: str, number: int, words: str) -> str:
    return f"  {what:<30}  {number:>10,}  {words}".rstrip()
