"""How right the links of a workspace are: against labels, or by a sample that a person judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.linkage.clerical import RECALL_NOTE, clerical_sample, estimate_from_clerical
from pcanalytics.linkage.quality import cluster_quality, pair_quality
from pcanalytics.linkage.quality_groups import CAUTION, age_band, quality_by
from pcanalytics.store import Clock, Workspace, open_store, system_clock
from pcanalytics.workflows.kept_files import kept_rows
from pcanalytics.workflows.kept_tables import row_problem
from pcanalytics.workflows.link_deciding import linked_now
from pcanalytics.workflows.link_reviewing import write_private_table
from pcanalytics.workflows.linking import Linked, compared
from pcanalytics.workflows.side_by_side import comparisons_in_words, side_by_side

__all__ = ["labels_of", "quality_against_labels", "quality_from_sample", "write_sample"]

_MOST_BYTES = 200_000_000
_SAMPLE = ("stratum", "stratum_pairs", "sampled", "match_probability", "status")
_FEWEST = 10

Tell = Callable[[str], None]


def quality_against_labels(
    workspace: Workspace, labels: Path, *, clock: Clock = system_clock, tell: Tell | None = None
) -> list[str]:
    """Hold the links of a workspace against labels.

    Parameters
    ----------
    workspace : Workspace
        Open, with something linked.
    labels : pathlib.Path
        CSV or Parquet, as :func:`labels_of` takes it.
    clock : callable, optional
        Gives the present moment.
    tell : callable, optional
        Told what is being done.

    Returns
    -------
    list of str
        Precision, recall and F1 of links between the agencies and of persons, with intervals, then by sex, race, ethnicity,
        age and agency as recorded. Groups of fewer people than the agreement shows are kept back.

    Raises
    ------
    InputRejected
        When the labels cannot be used.

    Examples
    --------
    >>> lines = quality_against_labels(workspace, Path("labels.csv"))  # doctest: +SKIP
    """
    table = _table(labels)
    linked, minimum = _linked(workspace, clock, tell)
    records = linked.compared.records
    truth = labels_of(table, linked.compared.prepared.keys.tolist(), name=labels.name)
    truth = truth.assign(side=truth["record_key"].map(records.people.set_index("record_key")["side"]))
    links = linked.result.links
    groups = records.people[["record_key", "sex", "race", "ethnicity"]].assign(
        age=age_band(records.people["birth_date"], records.as_of),
        agency=records.places["agency"].reindex(records.people["record_key"]).to_numpy(object),
    )
    return [
        f"{labels.name}: {len(truth):,} records of {truth['true_person'].nunique():,} people are labeled",
        "Links between the agencies",
        *_measures(pair_quality(links, truth)),
        "Records put together as persons",
        *_measures(cluster_quality(linked.result.people, truth)),
        "By group, as recorded",
        *_groups(quality_by(links, truth, groups, minimum=minimum)),
        CAUTION,
    ]


def labels_of(table: pd.DataFrame, keys: Iterable[str], *, name: str) -> pd.DataFrame:
    """Read labels: which records are of one person.

    Parameters
    ----------
    table : DataFrame
        Of text. Either ``record_key`` and ``true_person`` (and ``household``); or ``a`` and ``b`` (or ``left`` and ``right``), two
        records a row, which are of one person unless a column ``is_same`` says ``N``.
    keys : iterable of str
        The records there are. Labels of others are left out.
    name : str
        What the file is called.

    Returns
    -------
    DataFrame
        ``record_key``, ``true_person`` and, where given, ``household``.

    Raises
    ------
    InputRejected
        When columns are missing, no record is known, an answer is neither Y nor N, or pairs contradict each other. Rows are
        given and no value.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": ["police|1", "police|2"], "b": ["DOC|1", "DOC|2"], "is_same": ["Y", "N"]})
    >>> labels_of(pairs, ["police|1", "police|2", "DOC|1", "DOC|2"], name="labels.csv")["true_person"].nunique()
    3
    """
    known = set(keys)
    if {"record_key", "true_person"} <= set(table.columns):
        truth = table[[one for one in ("record_key", "true_person", "household") if one in table.columns]]
        truth = truth.where(truth.ne(""), None)
    else:
        sides = next((two for two in (("a", "b"), ("left", "right")) if set(two) <= set(table.columns)), None)
        if sides is None:
            expected = "record_key and true_person, or a and b (with is_same)"
            problem = Problem("its columns are not those of labels", expected=expected, code="no_column")
            raise InputRejected(f"{name} cannot be used.", [problem])
        truth = _from_pairs(table.rename(columns=dict(zip(sides, ("a", "b"), strict=True))), name)
    truth = truth[truth["record_key"].isin(known)].reset_index(drop=True)
    if truth.empty:
        todo = "Call records police|NUMBER or AGENCY|NUMBER, as `pcanalytics link review --out` does"
        raise InputRejected(f"{name} cannot be used.", [Problem("no record of it is there", todo=todo, code="unknown")])
    return truth


def write_sample(
    workspace: Workspace,
    out: Path,
    *,
    size: int = 300,
    seed: int = 0,
    clock: Clock = system_clock,
    tell: Tell | None = None,
) -> list[str]:
    """Draw pairs for a person to judge, and write them to a file that only its owner may read.

    Parameters
    ----------
    workspace : Workspace
        Open, with something linked.
    out : pathlib.Path
        A CSV file with a column ``is_same`` to fill in (Y, N or ?) and the values of both records.
    size : int, default 300
        About how many pairs.
    seed : int, default 0
        Another one draws others.
    clock : callable, optional
        Gives the present moment.
    tell : callable, optional
        Told what is being done.

    Returns
    -------
    list of str
        What was written, in counts.

    Raises
    ------
    UsageError
        When the size is less than 1.
    OSError
        When it cannot be written.

    Examples
    --------
    >>> lines = write_sample(workspace, Path("sample.csv"), size=200)  # doctest: +SKIP
    """
    linked, _ = _linked(workspace, clock, tell)
    drawn = clerical_sample(_judged_pairs(linked), size=size, rng=seed).reset_index(drop=True)
    a, b = drawn["left"].tolist(), drawn["right"].tolist()
    values = side_by_side(linked.compared.records, a, b)
    shown = pd.DataFrame(
        {"is_same": "", "left": a, "right": b, "comparison": comparisons_in_words(linked.compared, a, b)}
    )
    texts = drawn[list(_SAMPLE)].astype({"match_probability": "float64"}).astype("str")
    write_private_table(out, pd.concat([shown, values, texts], axis=1))
    strata = drawn.drop_duplicates("stratum").sort_values("stratum")
    lines = [f"{out}: {len(drawn):,} pairs to judge: Y in is_same where both records are of one person, N, or ?"]
    lines += [
        f"  {one['stratum']:<28}  {one['sampled']:>6,} of {one['stratum_pairs']:>12,}"
        for one in strata.to_dict("records")
    ]
    return lines


def quality_from_sample(path: Path, *, seed: int = 0) -> list[str]:
    """Estimate precision and recall from a sample that a person has judged.

    Parameters
    ----------
    path : pathlib.Path
        From :func:`write_sample`, filled in; CSV or .xlsx.
    seed : int, default 0
        For the intervals.

    Returns
    -------
    list of str
        The measures, with intervals, and what recall leaves out.

    Raises
    ------
    InputRejected
        When a column was changed, an answer is none, or a stratum has no answer at all. Rows are given and no value.

    Examples
    --------
    >>> lines = quality_from_sample(Path("sample.csv"))  # doctest: +SKIP
    """
    table = _table(path)
    missing = [name for name in ("is_same", "left", "right", *_SAMPLE) if name not in table.columns]
    if missing:
        problems = [Problem(f"column {name} is missing", code="no_column") for name in missing]
        raise InputRejected(f"{path.name} cannot be used.", problems)
    numbers = {
        name: pd.to_numeric(table[name], errors="coerce") for name in ("stratum_pairs", "sampled", "match_probability")
    }
    faults = [
        row_problem(f"{name}: no number; leave it as it was written", (np.flatnonzero(values.isna()) + 2).tolist())
        for name, values in numbers.items()
        if values.isna().any()
    ]
    answers = table["is_same"].str.strip().str.upper().replace({"YES": "Y", "NO": "N"})
    wrong = np.flatnonzero(~answers.isin(["Y", "N", "?", ""])) + 2
    faults += [row_problem("is_same: none of Y, N, ? or empty", wrong.tolist())] if len(wrong) else []
    if faults:
        raise InputRejected(f"{path.name} cannot be used.", faults)
    whole = {name: values.astype("int64") for name, values in numbers.items() if name != "match_probability"}
    sample = table.assign(is_same=answers, match_probability=numbers["match_probability"], **whole)
    return [
        f"{path.name}: {int(answers.ne('').sum()):,} pairs judged",
        *_measures(estimate_from_clerical(sample, rng=seed)),
        RECALL_NOTE,
    ]


def _linked(workspace: Workspace, clock: Clock, tell: Tell | None) -> tuple[Linked, int]:
    store = open_store(workspace, clock=clock)
    linked, _ = linked_now(store, compared(store, clock=clock, tell=tell))
    agreement = store.agreement
    return linked, max(_FEWEST, 0 if agreement is None else agreement.minimum_cell)


def _table(path: Path) -> pd.DataFrame:
    """Read a file as text, an empty cell as empty text."""
    if path.suffix.lower() == ".parquet":
        try:
            found = pq.read_table(pa.BufferReader(path.read_bytes())).to_pandas()
        except pa.ArrowInvalid:
            raise InputRejected(f"{path.name} is no Parquet file, or it is damaged.") from None
        return found.astype("str").where(found.notna(), "")
    rows = kept_rows(path, most_bytes=_MOST_BYTES)
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    if len(set(header)) != len(header):
        raise InputRejected(
            f"{path.name} cannot be used.", [Problem("a column is there twice", code="repeated_column")]
        )
    cells = [(row + [""] * len(header))[: len(header)] for _, row in rows[1:]]
    return pd.DataFrame(cells, columns=header, dtype="str")


def _from_pairs(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put records together that some pair says are one person, and see that none says that they are two."""
    answers = table["is_same"].str.strip().str.upper() if "is_same" in table else pd.Series("Y", index=table.index)
    wrong = np.flatnonzero(~answers.isin(["Y", "N", "?", ""])) + 2
    if len(wrong):
        raise InputRejected(
            f"{name} cannot be used.", [row_problem("is_same: none of Y, N, ? or empty", wrong.tolist())]
        )
    group: dict[str, str] = {}

    def first(key: str) -> str:
        group.setdefault(key, key)
        while group[key] != key:
            key = group[key]
        return key

    for a, b, answer in zip(table["a"], table["b"], answers, strict=True):
        if answer in ("Y", "N"):
            low, high = sorted((first(a), first(b)))
            group[high] = low if answer == "Y" else high
    apart = zip(table["a"], table["b"], answers, strict=True)
    bad = [row for row, (a, b, answer) in enumerate(apart, start=2) if answer == "N" and first(a) == first(b)]
    if bad:
        what = "two people, whom other rows make one"
        raise InputRejected(f"{name} cannot be used.", [row_problem(what, bad, code="contradiction")])
    return pd.DataFrame({"record_key": list(group), "true_person": [first(key) for key in group]}, dtype="str")


def _judged_pairs(linked: Linked) -> pd.DataFrame:
    """Give every pair of the two agencies that was scored or linked, and what became of it."""
    found = linked.compared
    keys = found.prepared.keys
    side = found.prepared.table["side"].to_numpy()
    left, right = (found.pairs.table[name].to_numpy() for name in ("left", "right"))
    across = side[left] != side[right]
    scored = pd.DataFrame(
        {
            "left": keys[left[across]],
            "right": keys[right[across]],
            "match_probability": found.pairs.table["match_probability"].to_numpy()[across],
            "status": "below",
        }
    )
    columns = ["left", "right", "match_probability", "status"]
    pairs = pd.concat([linked.result.links[columns], scored], ignore_index=True)
    low, high = pairs[["left", "right"]].min(axis=1), pairs[["left", "right"]].max(axis=1)
    first = ~pd.DataFrame({"low": low, "high": high}).duplicated()
    pairs = pairs[first].reset_index(drop=True)
    known = pd.Index(keys)
    sides = [side[known.get_indexer(pairs[name])] for name in ("left", "right")]
    return pairs[sides[0] != sides[1]].reset_index(drop=True)


def _measures(frame: pd.DataFrame) -> list[str]:
    return [_measure(one) for one in frame.to_dict("records")]


def _measure(one: dict[str, object]) -> str:
    value, low, high = (pd.to_numeric(one[name]) for name in ("value", "low", "high"))
    if pd.isna(value):
        return f"  {one['measure']:<20}  {'-':>10}"
    if pd.isna(low) and float(value).is_integer():
        return f"  {one['measure']:<20}  {int(value):>10,}"
    if pd.isna(low):
        return f"  {one['measure']:<20}  {value:>10.4f}"
    return f"  {one['measure']:<20}  {value:>10.4f}  ({low:.4f} to {high:.4f})"


def _groups(frame: pd.DataFrame) -> list[str]:
    lines = []
    for one in frame.to_dict("records"):
        what = f"  {one['attribute']:<10} {one['group']:<20}"
        if one["small"]:
            lines.append(f"{what}  too few people to say")
            continue
        precision, recall = (_share(one[name]) for name in ("precision", "recall"))
        differs = f"  {one['differs']}" if one["differs"] else ""
        lines.append(f"{what}  {int(one['people']):>8,} people  precision {precision}  recall {recall}{differs}")
    return lines


def _share(value: object) -> str:
    number = pd.to_numeric(value)
    return "-" if pd.isna(number) else f"{number:.4f}"
