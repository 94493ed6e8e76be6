"""What a page on linkage is made from: counts, shares and weights. No record, key, name or birth date is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pcanalytics.errors import NotAllowed
from pcanalytics.linkage.frontiers import frontier
from pcanalytics.linkage.level_weights import level_weights
from pcanalytics.linkage.quality import cluster_quality, pair_quality
from pcanalytics.linkage.quality_groups import age_band, quality_by
from pcanalytics.periods import week_label
from pcanalytics.store import Store, Workspace, open_store, open_workspace, sample_workspace
from pcanalytics.workflows.joined_record import JoinedRecord, joined
from pcanalytics.workflows.kept_files import kept_rows
from pcanalytics.workflows.link_deciding import linked_now
from pcanalytics.workflows.link_labels import made_up_answers
from pcanalytics.workflows.link_quality import labels_of
from pcanalytics.workflows.linking import Linked, compared, keep
from pcanalytics.workflows.weekly import reporting_week

__all__ = ["LinkBrief", "link_records"]

#: Rows of the quality frame that a page shows of whole people; the rest is in `pcanalytics link quality`.
_OF_PEOPLE = ("exact_recall", "split_people", "mixed_groups")

_MOST_BYTES = 500_000_000
_FEWEST = 10


@dataclass(frozen=True)
class LinkBrief:
    """What a page on linkage is made from.

    Parameters
    ----------
    agency : str
        The agency's name.
    week : str
        The last complete week in the data.
    as_of : pandas.Timestamp
        Its end.
    model : str
        The model's date and the beginning of its digest.
    sources : DataFrame
        One row an agency: ``agency``, ``records``, ``people``, ``linked`` (people who are on record on the other side too), ``share``.
    levels : DataFrame
        Match weights, of :func:`pcanalytics.linkage.level_weights`.
    links : int
        Pairs of a police and a corrections record taken to be one person.
    queue : DataFrame
        ``reason``, ``count``, the most first.
    known : str
        What the links were held against; empty when nothing is known.
    quality : DataFrame
        Measures; empty when nothing is known.
    frontier : mapping of str to DataFrame
        Precision and recall by threshold, of the links and of scored pairs alone; empty when nothing is known.
    groups : DataFrame
        Errors by group; empty when nothing is known.
    standing : DataFrame
        ``standing``, ``count``: people under supervision on the as-of; empty where the agreement does not open it.
    involved : DataFrame
        ``role``, ``count``: involvements in incidents of people who were under supervision at that time.
    left_out : tuple of str
        What the agreement does not open, in words.
    """

    agency: str
    week: str
    as_of: pd.Timestamp
    model: str
    sources: pd.DataFrame
    levels: pd.DataFrame
    links: int
    queue: pd.DataFrame
    known: str
    quality: pd.DataFrame
    frontier: Mapping[str, pd.DataFrame]
    groups: pd.DataFrame
    standing: pd.DataFrame
    involved: pd.DataFrame
    left_out: tuple[str, ...]


def link_records(workspace: str | Path = "", *, labels: str | Path = "") -> LinkBrief:
    """Link what has changed, and count what a page on linkage needs.

    Parameters
    ----------
    workspace : str or pathlib.Path
        The folder with ``agency.toml``; empty for the made-up city.
    labels : str or pathlib.Path
        A file of labels (:func:`pcanalytics.workflows.link_quality.labels_of`). Without one a made-up city is held against its
        answers, and a real one against nothing.

    Returns
    -------
    LinkBrief
        Counts and shares only.

    Raises
    ------
    UsageError
        When nothing was loaded yet.
    NotAllowed
        When the agreement does not let people be read for linkage.
    InputRejected
        When the labels cannot be used, or there is too little to learn from.

    Examples
    --------
    >>> brief = link_records("my_city")  # doctest: +SKIP
    """
    opened = open_workspace(workspace or sample_workspace())
    with open_store(opened) as store:
        period = reporting_week(store, opened, None)
        found = compared(store)
        linked, _ = linked_now(store, found)
        keep(store, linked)
        standing, involved, closed = _joined(store, period.end)
        minimum = max(_FEWEST, store.agreement.minimum_cell if store.agreement else 0)
    truth, known = _labels(opened, labels, linked)
    reasons = linked.result.queue["reason"].value_counts().rename_axis("reason").rename("count").reset_index()
    return LinkBrief(
        agency=opened.name,
        week=week_label(period),
        as_of=period.end,
        model=f"{found.model.trained_on}, {found.model_digest[:8]}",
        sources=_sources(linked),
        levels=level_weights(found.model),
        links=int(linked.result.links["status"].eq("link").sum()),
        queue=reasons.sort_values(["count", "reason"], ascending=[False, True], ignore_index=True),
        known=known,
        **_judged(linked, truth, minimum),
        standing=standing,
        involved=involved,
        left_out=(*found.records.left_out, *closed),
    )


def _labels(workspace: Workspace, labels: str | Path, linked: Linked) -> tuple[pd.DataFrame | None, str]:
    """Read what is known: a file, else the answers of a made-up city."""
    records = linked.compared.records.people
    if not labels:
        truth = made_up_answers(workspace)
        if truth is None:
            return None, ""
        return truth[truth["record_key"].isin(records["record_key"])], "the answers of this made-up city"
    rows = kept_rows(Path(labels), most_bytes=_MOST_BYTES)
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    table = pd.DataFrame(
        [(row + [""] * len(header))[: len(header)] for _, row in rows[1:]], columns=header, dtype="str"
    )
    truth = labels_of(table, records["record_key"].tolist(), name=Path(labels).name)
    sides = records.set_index("record_key")["side"]
    return truth.assign(side=truth["record_key"].map(sides)), f"the {len(truth):,} records that a file of labels knows"


def _judged(linked: Linked, truth: pd.DataFrame | None, minimum: int) -> dict[str, Any]:
    if truth is None:
        return {"quality": pd.DataFrame(columns=["measure"]), "frontier": {}, "groups": pd.DataFrame()}
    result = linked.result
    whole = cluster_quality(result.people, truth)
    quality = pd.concat(
        [pair_quality(result.links, truth), whole[whole["measure"].isin(_OF_PEOPLE)]], ignore_index=True
    )
    return {
        "quality": quality,
        "frontier": {"Links made": frontier(result.links, truth), "Pairs alone": frontier(_scored(linked), truth)},
        "groups": quality_by(result.links, truth, _recorded(linked), minimum=minimum),
    }


def _scored(linked: Linked) -> pd.DataFrame:
    """Give every scored pair by its record keys; judging leaves out what is of one side."""
    keys, table = linked.compared.prepared.keys, linked.compared.pairs.table
    ends = {name: keys[table[name].to_numpy()] for name in ("left", "right")}
    return pd.DataFrame({**ends, "match_probability": table["match_probability"].to_numpy()})


def _recorded(linked: Linked) -> pd.DataFrame:
    """Give by what people are told apart: only what is recorded; where a name comes from is not, and is not guessed."""
    records = linked.compared.records
    people = records.people
    made = people[["record_key", "sex", "race", "ethnicity"]].astype("object").replace("unknown", None)
    return made.assign(age=age_band(people["birth_date"], records.as_of), agency=people["source"])


def _sources(linked: Linked) -> pd.DataFrame:
    """Count records and people by agency, and how many of the people are on record on the other side too."""
    people = linked.result.people.join(linked.compared.records.places[["side", "agency"]], on="record_key")
    both = people.groupby("person_id")["side"].transform("nunique").gt(1)
    rows = []
    for (_, agency), group in people.groupby(["side", "agency"], sort=True):
        persons = group["person_id"].nunique()
        shared = group.loc[both.loc[group.index], "person_id"].nunique()
        rows.append((agency, len(group), persons, shared, shared / persons))
    return pd.DataFrame(rows, columns=["agency", "records", "people", "linked", "share"])


def _joined(store: Store, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Count what the join gives, as far as the agreement opens it."""
    try:
        record = joined(store, as_of=as_of)
    except NotAllowed as error:
        none = pd.DataFrame(columns=["count"])
        return none, none, (f"Not joined: {error.summary}",)
    return _standing(record), _involved(record), ()


def _standing(record: JoinedRecord) -> pd.DataFrame:
    now = record.under_supervision
    counts = now.groupby("standing")["doc_id"].nunique().rename("count").reset_index()
    return _large(counts, record.minimum_cell)


def _involved(record: JoinedRecord) -> pd.DataFrame:
    then = record.incidents.drop_duplicates(["incident_id", "role", "person_id"])
    counts = then.groupby("role").agg(count=("person_id", "size"), people=("person_id", "nunique")).reset_index()
    return _large(counts, record.minimum_cell, of="people")


def _large(counts: pd.DataFrame, minimum: int, of: str = "count") -> pd.DataFrame:
    """Leave out what concerns too few people to be counted, with the next smallest when that would give it away."""
    counts = counts.sort_values([of, counts.columns[0]], ascending=[False, True], ignore_index=True)
    kept = counts[counts[of] >= minimum]
    hidden = counts[counts[of] < minimum]
    if 0 < hidden[of].sum() < minimum:
        kept = kept.iloc[:-1]
    return kept.reset_index(drop=True)
