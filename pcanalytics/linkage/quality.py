"""How right links and groups are, against labels: pairs, groups, records, each with an interval.

Pairs of one person are right and wrong together, and so are people whom one false link joins. The intervals take whole such
groups of people as their units (:mod:`pcanalytics.linkage.intervals`), because intervals that count pairs as independent are
too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.linkage.intervals import influence_interval, ratio_interval
from pcanalytics.linkage.known_truth import KnownTruth, PairCounts, check_truth, count_pairs, joined

__all__ = ["MEASURES", "cluster_quality", "pair_quality"]

#: What each measure says.
MEASURES: Mapping[str, str] = {
    "precision": "Of the links made, the share that join records of one person.",
    "recall": "Of the pairs of records that are one person, the share that was linked.",
    "f1": "Precision and recall in one number: twice the right links, over links made plus pairs there were.",
    "false_in_household": "Of the false links, the share that join two people of one household.",
    "links": "Links made between records whose true person is known.",
    "true_pairs": "Pairs of records that are one person.",
    "right_links": "Links between records of one person.",
    "false_links": "Links between records of two people.",
    "missed_pairs": "Pairs of one person that were not linked.",
    "not_judged": "Links left out, because a record's true person is not known.",
    "pair_precision": "Of every two records in one group, the share that are one person.",
    "pair_recall": "Of every two records of one person, the share that are in one group.",
    "pair_f1": "The two in one number.",
    "exact_precision": "Of the groups, the share that hold all records of one person and nothing else.",
    "exact_recall": "Of the people, the share whose records are all in one group with nothing else.",
    "exact_f1": "The two in one number.",
    "record_precision": "For a record, the share of its group that is the same person, on average.",
    "record_recall": "For a record, the share of its person's records that are in its group, on average.",
    "record_f1": "The harmonic mean of the two.",
    "split_people": "Of the people with several records, the share whose records are in more than one group.",
    "mixed_groups": "Of the groups with several records, the share that hold more than one person.",
    "records": "Records whose true person is known.",
    "groups": "Groups that they are in.",
    "people": "People that they belong to.",
    "largest_group": "Records in the largest group.",
}

_Row = tuple[str, float, float, float, int]


def pair_quality(links: pd.DataFrame, truth: pd.DataFrame, *, between: bool | None = None) -> pd.DataFrame:
    """Give precision, recall and F1 of links, with intervals.

    Parameters
    ----------
    links : pandas.DataFrame
        ``left`` and ``right`` (or ``record_key_left`` and ``record_key_right``); with ``status`` only rows "link" count.
    truth : pandas.DataFrame
        ``record_key``, ``true_person``; optional ``side``, ``household``. Records whose true person is missing are left out of
        account: neither their links nor their pairs count.
    between : bool, optional
        Whether only pairs between the two sides count. When it is not given: whether ``side`` tells both.

    Returns
    -------
    pandas.DataFrame
        ``measure``, ``value``, ``low``, ``high`` (95%), ``n`` (links for precision, pairs for recall, both for F1, false links for
        the share in households). What each measure says is in :data:`MEASURES`. Counts have no interval. A share of
        nothing is missing.

    Raises
    ------
    InputRejected
        When labels or links cannot be used (:func:`pcanalytics.linkage.known_truth.check_truth`).

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": list("abcd"), "true_person": [1, 1, 1, 2]})
    >>> made = pair_quality(pd.DataFrame({"left": ["a", "c"], "right": ["b", "d"]}), truth)
    >>> made.set_index("measure")["value"].round(3).loc[["precision", "recall", "f1", "missed_pairs"]].tolist()
    [0.5, 0.333, 0.4, 2.0]
    """
    counts = count_pairs(links, truth, between=between)
    right, made, there = unit_counts(counts)
    rows = [
        ("precision", *ratio_interval(right, made), int(made.sum())),
        ("recall", *ratio_interval(right, there), int(there.sum())),
        ("f1", *ratio_interval(2 * right, made + there), int((made + there).sum())),
    ]
    inside = counts.false_in_household()
    if inside is not None:
        by_unit = np.bincount(counts.link_unit, inside, counts.units)
        rows.append(("false_in_household", *ratio_interval(by_unit, made - right), int((made - right).sum())))
    return _frame(
        rows,
        links=made.sum(),
        true_pairs=there.sum(),
        right_links=right.sum(),
        false_links=(made - right).sum(),
        missed_pairs=(there - right).sum(),
        not_judged=counts.left_out,
    )


def unit_counts(
    counts: PairCounts, links: np.ndarray | None = None, outside: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give right links, links and true pairs of each unit: of some links only, without pairs that lie wholly outside."""
    links = np.ones(len(counts.left), dtype=bool) if links is None else links
    right = np.bincount(counts.link_unit, counts.right_person & links, counts.units)
    made = np.bincount(counts.link_unit, links, counts.units)
    there = np.bincount(counts.unit, counts.true_pairs(outside), counts.units)
    return right, made, there


def cluster_quality(people: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Give how right groups of records are: by pairs, by whole groups, and by records.

    Parameters
    ----------
    people : pandas.DataFrame
        ``record_key`` and ``person_id``, the group each record was put in.
    truth : pandas.DataFrame
        ``record_key``, ``true_person``. Records whose true person is missing are left out of account. A record that is in no
        group counts as a group of its own.

    Returns
    -------
    pandas.DataFrame
        As of :func:`pair_quality`; what each measure says is in :data:`MEASURES`. ``pair_f1`` is what papers call pairwise F1 of
        clusters, ``record_f1`` is B-cubed. Groups of one record make no pair, and count as whole groups.

    Raises
    ------
    InputRejected
        When the labels cannot be used, a column of ``people`` is not there, or a record is in it twice.

    References
    ----------
    Bagga, A. and Baldwin, B. (1998). Entity-based cross-document coreferencing using the vector space model. COLING-ACL, 79-85.

    Examples
    --------
    >>> truth = pd.DataFrame({"record_key": list("abcd"), "true_person": [1, 1, 1, 2]})
    >>> made = cluster_quality(pd.DataFrame({"record_key": list("abcd"), "person_id": ["P", "P", "Q", "R"]}), truth)
    >>> made.set_index("measure")["value"].round(3).loc[["pair_recall", "exact_precision", "split_people"]].tolist()
    [0.333, 0.333, 1.0]
    """
    known = check_truth(truth, between=False)
    group = _groups(people, known)
    cells = pd.DataFrame({"group": group, "person": known.person}).value_counts(sort=False).reset_index(name="n")
    of_group, of_person = np.bincount(group), np.bincount(known.person)
    a, b, n = (cells[name].to_numpy() for name in ("group", "person", "n"))
    unit = joined(a, b + len(of_group), len(of_group) + len(of_person))
    group_unit, person_unit, units = unit[: len(of_group)], unit[len(of_group) :], int(unit.max()) + 1

    def by_unit(place: np.ndarray, weight: np.ndarray) -> np.ndarray:
        return np.bincount(place, weight, units)

    cell_unit = group_unit[a]
    pairs, made, there = (
        by_unit(place, size * (size - 1) / 2)
        for place, size in ((cell_unit, n), (group_unit, of_group), (person_unit, of_person))
    )
    exact = by_unit(cell_unit, (n == of_group[a]) & (n == of_person[b]))
    groups, persons = by_unit(group_unit, np.ones(len(of_group))), by_unit(person_unit, np.ones(len(of_person)))
    parts_of_person, parts_of_group = np.bincount(b), np.bincount(a)
    several, many = of_person > 1, of_group > 1
    rows: list[_Row] = [
        ("pair_precision", *ratio_interval(pairs, made), int(made.sum())),
        ("pair_recall", *ratio_interval(pairs, there), int(there.sum())),
        ("pair_f1", *ratio_interval(2 * pairs, made + there), int((made + there).sum())),
        ("exact_precision", *ratio_interval(exact, groups), len(of_group)),
        ("exact_recall", *ratio_interval(exact, persons), len(of_person)),
        ("exact_f1", *ratio_interval(2 * exact, groups + persons), len(of_group) + len(of_person)),
        *_by_record(
            by_unit(cell_unit, n * n / of_group[a]), by_unit(cell_unit, n * n / of_person[b]), by_unit(cell_unit, n)
        ),
        (
            "split_people",
            *ratio_interval(by_unit(person_unit, (parts_of_person > 1) & several), by_unit(person_unit, several)),
            int(several.sum()),
        ),
        (
            "mixed_groups",
            *ratio_interval(by_unit(group_unit, parts_of_group > 1), by_unit(group_unit, many)),
            int(many.sum()),
        ),
    ]
    return _frame(rows, records=len(group), groups=len(of_group), people=len(of_person), largest_group=of_group.max())


def _groups(people: pd.DataFrame, known: KnownTruth) -> np.ndarray:
    """Give the number of the group of each known record; a record in none is a group of its own."""
    missing = [name for name in ("record_key", "person_id") if name not in people.columns]
    problems = [Problem(f"the column `{name}` is not there") for name in missing]
    if not missing and people["record_key"].duplicated().any():
        twice = people["record_key"].duplicated()
        first = int(twice.to_numpy().argmax()) + 1
        problems = [Problem("a record is in two groups", rows=int(twice.sum()), first_row=first)]
    if problems:
        raise InputRejected("The groups cannot be judged.", problems)
    found = people.set_index("record_key")["person_id"]
    found.index = found.index.astype(str)
    group = found.reindex(known.keys).astype("string")
    numbers: np.ndarray = pd.factorize(group, use_na_sentinel=True)[0].astype(np.int64)
    alone = numbers < 0
    numbers[alone] = numbers.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return numbers


def _by_record(right_of_group: np.ndarray, right_of_person: np.ndarray, records: np.ndarray) -> Iterable[_Row]:
    """Give B-cubed precision, recall and F1; the last by how much each unit moves the other two."""
    total = int(records.sum())
    precision, recall = ratio_interval(right_of_group, records), ratio_interval(right_of_person, records)
    p, r = precision[0], recall[0]
    f1 = 2 * p * r / (p + r)
    moves_p, moves_r = (right_of_group - p * records) / total, (right_of_person - r * records) / total
    moves = (2 * r**2 * moves_p + 2 * p**2 * moves_r) / (p + r) ** 2
    yield ("record_precision", *precision, total)
    yield ("record_recall", *recall, total)
    yield ("record_f1", *influence_interval(f1, moves, records), total)


def _frame(rows: Iterable[_Row], **counts: float) -> pd.DataFrame:
    counted: list[_Row] = [(name, float(value), np.nan, np.nan, int(value)) for name, value in counts.items()]
    return pd.DataFrame([*rows, *counted], columns=["measure", "value", "low", "high", "n"])
