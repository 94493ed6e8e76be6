"""The pairs that a reviewer must decide: written to a file, filled in by a person, read back and remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.linkage.guards import REASONS
from pcanalytics.store import Clock, Workspace, open_store, system_clock
from pcanalytics.store.decision_file import Decision, Verdict, has_control_characters, standing_decisions
from pcanalytics.workflows.csv_writing import guarded, write_csv
from pcanalytics.workflows.kept_files import kept_rows
from pcanalytics.workflows.kept_tables import row_problem
from pcanalytics.workflows.link_deciding import decide_links, linked_now
from pcanalytics.workflows.link_tables import police_first
from pcanalytics.workflows.linking import Compared, compared
from pcanalytics.workflows.side_by_side import comparisons_in_words, other_records, side_by_side

__all__ = ["COLUMNS", "decide_from_file", "read_decided", "write_link_queue", "write_private_table"]

#: The first columns of the file; the values of both records follow. ``with_a`` and ``with_b`` are the other records of their persons.
COLUMNS = ("decision", "why", "a", "b", "match_probability", "reason", "meaning", "comparison", "with_a", "with_b")

#: What may stand in the column of decisions, and what it means. An empty cell is no decision.
_WORDS = {"link": "link", "not_a_link": "not_a_link"}

_MOST_BYTES = 50_000_000

Tell = Callable[[str], None]


def write_link_queue(
    workspace: Workspace, out: Path, *, limit: int = 500, clock: Clock = system_clock, tell: Tell | None = None
) -> list[str]:
    """Write the pairs that wait for a reviewer to a file that only its owner may read, the most valuable first.

    Parameters
    ----------
    workspace : Workspace
        Open. What was not linked yet is compared now.
    out : pathlib.Path
        A CSV file. It shows names and birth dates: it is for the reviewer's eyes, and belongs in no mail and no briefing.
    limit : int, default 500
        How many pairs at most.
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
    InputRejected
        When there is too little to learn from, or the decisions are damaged or contradict each other.
    OSError
        When it cannot be written.

    Examples
    --------
    >>> lines = write_link_queue(workspace, Path("queue.csv"))  # doctest: +SKIP
    """
    store = open_store(workspace, clock=clock)
    found = compared(store, clock=clock, tell=tell)
    linked = linked_now(store, found)[0]
    queue = police_first(linked.result.queue.head(limit), found.records.places)
    a, b = queue["left"].tolist(), queue["right"].tolist()
    frame = pd.DataFrame(
        {
            "decision": "",
            "why": "",
            "a": a,
            "b": b,
            "match_probability": [f"{chance:.4f}" for chance in queue["match_probability"]],
            "reason": queue["reason"].tolist(),
            "meaning": [REASONS.get(reason, "") for reason in queue["reason"]],
            "comparison": comparisons_in_words(found, a, b),
            "with_a": other_records(linked, a),
            "with_b": other_records(linked, b),
        },
        columns=list(COLUMNS),
    )
    write_private_table(out, pd.concat([frame, side_by_side(found.records, a, b)], axis=1))
    counts = queue["reason"].value_counts().sort_index()
    return [f"{out}: {len(frame):,} pairs to decide", *(f"  {name:<30}  {n:>8,}" for name, n in counts.items())]


def write_private_table(out: Path, frame: pd.DataFrame) -> None:
    r"""Write a frame of text to a CSV file that only its owner may read, whole or not at all.

    Parameters
    ----------
    out : pathlib.Path
        Where.
    frame : DataFrame
        Of text. A cell that a spreadsheet would take for a formula gets an apostrophe.

    Raises
    ------
    OSError
        When it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     write_private_table(path, pd.DataFrame({"name": ["=1+1"]}))
    ...     path.read_text("utf-8")
    "\ufeffname\n'=1+1\n"
    """
    with write_csv(out, list(frame.columns), is_marked=True, is_private=True) as writer:
        writer.write([guarded(pa.array(frame[name].astype("str"), pa.string())) for name in frame.columns])


def decide_from_file(
    workspace: Workspace, path: Path, *, by: str, clock: Clock = system_clock, tell: Tell | None = None
) -> list[str]:
    """Read a filled-in file of pairs, keep what was decided, and make the persons again under it.

    Parameters
    ----------
    workspace : Workspace
        Open.
    path : pathlib.Path
        From :func:`write_link_queue`, filled in; CSV or .xlsx.
    by : str
        Who decided.
    clock : callable, optional
        Gives the present moment.
    tell : callable, optional
        Told what is being done.

    Returns
    -------
    list of str
        What was kept, and the account, in counts.

    Raises
    ------
    InputRejected
        Listing every row that cannot be used, or decisions that contradict others. Nothing is kept then.
    UsageError
        When nobody is named.

    Examples
    --------
    >>> lines = decide_from_file(workspace, Path("queue.csv"), by="J. Doe")  # doctest: +SKIP
    """
    rows = _rows(path)
    store = open_store(workspace, clock=clock)
    found = compared(store, clock=clock, tell=tell)
    _, decisions = linked_now(store, found)
    verdicts = read_decided(rows, found, name=path.name)
    new = _not_said_before(verdicts, decisions)
    said = f"{path.name}: {len(verdicts):,} pairs decided, {len(verdicts) - len(new):,} of them as they were before"
    if not new:
        return [said, "Nothing new was decided, and nothing was changed."]
    return [said, *decide_links(store, found, new, by=by, expected=decisions, clock=clock)]


def read_decided(rows: Sequence[tuple[int, list[str]]], found: Compared, *, name: str) -> list[Verdict]:
    """Take the decisions from the rows of a filled-in file.

    Parameters
    ----------
    rows : sequence of tuple
        Row numbers and cells, the header first. Columns other than ``decision``, ``why``, ``a`` and ``b`` are not read, and their
        order does not matter.
    found : Compared
        The records as they stand.
    name : str
        What the file is called.

    Returns
    -------
    list of Verdict
        One for each row with a decision; a row without one is passed over.

    Raises
    ------
    InputRejected
        When a column is missing, a word is neither ``link`` nor ``not_a_link``, a record is unknown, a pair is decided
        twice otherwise, or a reason holds a control character. Row numbers are given and no cell.

    Examples
    --------
    >>> verdicts = read_decided(rows, found, name="queue.csv")  # doctest: +SKIP
    """
    header = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    missing = [column for column in ("decision", "a", "b") if header.count(column) != 1]
    if missing:
        problems = [Problem(f"column {column} is not there once", code="no_column") for column in missing]
        raise InputRejected(f"{name} cannot be used.", problems)
    places: dict[str, int] = {name: header.index(name) for name in ("decision", "why", "a", "b") if name in header}
    as_written = dict(
        zip(guarded(pa.array(found.prepared.keys, pa.string())).to_pylist(), found.prepared.keys, strict=True)
    )
    as_written |= {key: key for key in found.prepared.keys}
    faults: dict[str, list[int]] = {}
    verdicts: dict[tuple[str, str], tuple[Verdict, int]] = {}
    for number, cells in rows[1:]:
        cell: dict[str, str] = {column: cells[at] if at < len(cells) else "" for column, at in places.items()}
        if not cell["decision"].strip():
            continue
        verdict = _verdict(cell, as_written)
        fault = verdict if isinstance(verdict, str) else _repeated(verdict, number, verdicts)
        if fault:
            faults.setdefault(fault, []).append(number)
    if faults:
        raise InputRejected(f"{name} cannot be used.", [row_problem(what, at) for what, at in faults.items()])
    return [verdict for verdict, _ in verdicts.values()]


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    return kept_rows(path, most_bytes=_MOST_BYTES)


def _verdict(cell: Mapping[str, str], as_written: Mapping[str, str]) -> Verdict | str:
    """Give the verdict of a row, or what is wrong with it."""
    word = _WORDS.get("_".join(cell["decision"].strip().lower().replace("-", " ").replace("_", " ").split()))
    if word is None:
        return "decision: neither link nor not_a_link, nor empty"
    a, b = as_written.get(cell["a"].strip()), as_written.get(cell["b"].strip())
    if a is None or b is None:
        return "a or b is no record that is there now; leave these columns as they were written"
    if a == b:
        return "a and b are the same record"
    why = cell.get("why", "").strip()
    if has_control_characters(why):
        return "why: a line end or another control character"
    return Verdict(
        min(a, b), max(a, b), word, why.removeprefix("'") if why.startswith(("'=", "'+", "'-", "'@")) else why
    )


def _repeated(verdict: Verdict, number: int, verdicts: dict[tuple[str, str], tuple[Verdict, int]]) -> str:
    """Note a verdict; say so when its pair was decided otherwise in an earlier row."""
    earlier = verdicts.setdefault((verdict.a, verdict.b), (verdict, number))[0]
    return "a pair that an earlier row decides otherwise" if earlier.verdict != verdict.verdict else ""


def _not_said_before(verdicts: Sequence[Verdict], decisions: Sequence[Decision]) -> list[Verdict]:
    """Leave out what is in force already: reading a file twice decides nothing twice."""
    standing = {(one.a, one.b): one.verdict for one in standing_decisions(decisions)}
    return [one for one in verdicts if standing.get((one.a, one.b)) != one.verdict]
