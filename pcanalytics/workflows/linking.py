"""Link the records of people in a workspace: police to corrections, and each within itself, as the agreement allows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from pcanalytics import linkage
from pcanalytics.errors import InputRejected, NotAllowed, UsageError
from pcanalytics.exchange import Request, decide
from pcanalytics.linkage.linking import LinkResult, known_times, link_result
from pcanalytics.linkage.model import LinkModel, read_model
from pcanalytics.linkage.preparing import Prepared, prepare
from pcanalytics.linkage.resolving import Resolution, resolve
from pcanalytics.linkage.training import known_columns, train
from pcanalytics.store import Clock, Store, Workspace, open_store, system_clock
from pcanalytics.store.decision_file import Decision, read_decisions, standing_decisions, verdicts_digest
from pcanalytics.store.files import private_folder, write_atomically
from pcanalytics.tables import TABLES
from pcanalytics.workflows.link_account import account
from pcanalytics.workflows.link_freshness import linked_state, loaded_state
from pcanalytics.workflows.link_pairs import ScoredPairs, kept_pairs
from pcanalytics.workflows.link_tables import link_tables
from pcanalytics.workflows.person_records import NEEDED, PURPOSE, PersonRecords, person_records
from pcanalytics.workflows.weekly import reporting_week

__all__ = ["SOURCE", "Compared", "Linked", "compared", "current_person_links", "join_records", "keep", "link_workspace"]

Say = Callable[[str], None]

#: What the history of loads calls the results of linkage.
SOURCE = "linkage"

_INTO = ("person_links", "record_links")


def _quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Compared:
    """The records of a workspace, compared: everything that no reviewer's decision changes.

    Parameters
    ----------
    records : PersonRecords
        As they were read.
    prepared : Prepared
        As they were compared.
    model : LinkModel
        What scored them.
    model_digest : str
        Of the model as it is kept.
    is_new_model : bool
        Whether it was trained now.
    pairs : ScoredPairs
        Their pairs.
    loaded : str
        Digest of the loads that brought the records: a later one makes what was made of them old.
    """

    records: PersonRecords
    prepared: Prepared
    model: LinkModel
    model_digest: str
    is_new_model: bool
    pairs: ScoredPairs
    loaded: str


@dataclass(frozen=True)
class Linked:
    """What was made of compared records under decisions.

    Parameters
    ----------
    compared : Compared
        The records.
    resolution : Resolution
        Groups of records.
    result : LinkResult
        The same by record key.
    standing : tuple of Decision
        The decisions that were followed.
    """

    compared: Compared
    resolution: Resolution
    result: LinkResult
    standing: tuple[Decision, ...]


def link_workspace(
    workspace: Workspace,
    *,
    retrain: bool = False,
    clock: Clock = system_clock,
    threads: int = 2,
    tell: Say | None = None,
) -> list[str]:
    r"""Link the records of people in a workspace, and keep in its store which records are of one person.

    The model is trained on the workspace's own records the first time, and kept. After that, records that are new or changed
    join under it, and only pairs that they are in are compared; persons are then made from all pairs, so the result is that
    of linking all records with the same model.

    Parameters
    ----------
    workspace : Workspace
        An open workspace with something in its store.
    retrain : bool, default False
        Train a new model on the records as they are now. Links may change then.
    clock : callable, optional
        Gives the present moment, for the agreement and the history of loads.
    threads : int, default 2
        How many.
    tell : callable, optional
        Told what is being done, for a terminal.

    Returns
    -------
    list of str
        The account, in counts.

    Raises
    ------
    NotAllowed
        When the agreement does not let people of corrections or the links themselves be read for linkage.
    InputRejected
        When there is too little to learn from, a decision file is damaged, or decisions contradict each other.
    UsageError
        When nothing was loaded yet.

    Examples
    --------
    >>> print("\n".join(link_workspace(workspace)))  # doctest: +SKIP
    """
    store = open_store(workspace, clock=clock)
    decisions = read_decisions(workspace)
    linked = join_records(compared(store, retrain=retrain, clock=clock, threads=threads, tell=tell), decisions)
    keep(store, linked)
    return account(linked)


def compared(
    store: Store, *, retrain: bool = False, clock: Clock = system_clock, threads: int = 2, tell: Say | None = None
) -> Compared:
    """Read and compare the records of people in a workspace.

    Parameters
    ----------
    store : Store
        Open.
    retrain, clock, threads, tell
        As :func:`link_workspace` takes them.

    Returns
    -------
    Compared
        Under the model that is kept, or a new one where there is none, it speaks of other columns, or one was asked for.

    Raises
    ------
    NotAllowed, InputRejected, UsageError
        As :func:`link_workspace` does.

    Examples
    --------
    >>> records = compared(store)  # doctest: +SKIP
    """
    _refuse_not_kept(store, clock().astimezone(ZoneInfo(store.workspace.time_zone)).date())
    with store.snapshot():
        records, loaded = person_records(store, as_of=_as_of(store)), loaded_state(store)
    _say(tell, "cleaning the records")
    prepared = prepare(records.people, aliases=records.aliases, addresses=records.addresses)
    folder = private_folder(private_folder(store.workspace.state) / "linkage")
    kept = None if retrain else _kept_model(folder / "model.json", prepared)
    model = kept
    if model is None:
        _say(tell, "training the model")
        model = train(prepared, trained_on=records.as_of.date())
        write_atomically(folder / "model.json", model.to_json().encode("utf-8"), private=True)
    digest = hashlib.sha256(model.to_json().encode("utf-8")).hexdigest()
    scored = kept_pairs(
        prepared, model, folder=folder, digest=f"{digest} {' '.join(_method())}", threads=threads, tell=tell
    )
    return Compared(records, prepared, model, digest, kept is None, scored, loaded)


def join_records(found: Compared, decisions: Sequence[Decision]) -> Linked:
    """Make persons of compared records under decisions.

    Parameters
    ----------
    found : Compared
        From :func:`compared`.
    decisions : sequence of Decision
        All that are kept, first to last.

    Raises
    ------
    InputRejected
        When decisions contradict each other.

    Examples
    --------
    >>> linked = join_records(compared(store), read_decisions(workspace))  # doctest: +SKIP
    """
    standing = standing_decisions(decisions)
    frame = pd.DataFrame(
        [(one.a, one.b, one.verdict, one.by, one.at, one.why) for one in standing],
        columns=["record_key_a", "record_key_b", "verdict", "decided_by", "decided_at", "why"],
        dtype="str",
    )
    pairs = found.pairs.table
    resolution = resolve(found.prepared, pairs, found.model, decisions=frame)
    known = known_times(found.records.people, found.prepared)
    result = link_result(found.prepared, pairs, resolution, found.model, known_at=known, decisions=frame)
    asked = result.queue["reason"].ne("decided_not")  # a reviewer has answered that already
    return Linked(found, resolution, replace(result, queue=result.queue[asked].reset_index(drop=True)), standing)


def keep(store: Store, linked: Linked) -> None:
    """Keep which records are of one person in the store, in place of what was there.

    Parameters
    ----------
    store : Store
        Open.
    linked : Linked
        From :func:`join_records`.

    Raises
    ------
    PcanalyticsError
        When another load is under way or the store fails.

    Examples
    --------
    >>> keep(store, linked)  # doctest: +SKIP
    """
    found = linked.compared
    people, links = link_tables(
        found.records, found.prepared, found.pairs.table, linked.resolution, linked.result, model=found.model_digest[:16],
        decisions=verdicts_digest(linked.standing)[:16],
    )  # fmt: skip
    for table, frame in (("record_links", links), ("person_links", people)):  # the latter is what readers look at first
        with store.loading(
            source=SOURCE, table=table, digest=f"{_content(frame)}-{found.loaded}", extract="full", usual_rows=0,
            only_file=True,
        ) as loading:  # fmt: skip
            loading.write(frame)
            loading.finish()


def current_person_links(store: Store, *, purpose: str = PURPOSE) -> pd.DataFrame:
    """Read which records are of one person, unless records were loaded or decisions kept that it does not follow.

    Parameters
    ----------
    store : Store
        Open.
    purpose : str
        What for; the agreement decides.

    Returns
    -------
    DataFrame
        The table ``person_links``.

    Raises
    ------
    NotAllowed
        When the agreement does not allow it.
    UsageError
        When nothing is linked yet, or records of people were loaded since, or a reviewer decided since.

    Examples
    --------
    >>> people = current_person_links(store, purpose="crime_analysis")  # doctest: +SKIP
    """
    with store.snapshot():
        links = store.read("person_links", purpose=purpose)
        is_old = linked_state(store, source=SOURCE) != loaded_state(store)
    if links.empty:
        raise UsageError(f"{store.workspace.name}: nothing is linked yet. Run `pcanalytics link` first.")
    if is_old:
        raise UsageError("Records of people were loaded since they were linked. Run `pcanalytics link` first.")
    standing = verdicts_digest(standing_decisions(read_decisions(store.workspace)))[:16]
    if (links["decisions"] != standing).any():
        raise UsageError("A reviewer decided since the records were linked. Run `pcanalytics link` first.")
    return links


def _say(tell: Say | None, line: str) -> None:
    if tell is not None:
        tell(line)


def _refuse_not_kept(store: Store, today: dt.date) -> None:
    """Refuse, before anything takes long, to make what may not be read."""
    for table in (*_INTO, "corrections_people"):
        columns = TABLES[table].names if table in _INTO else NEEDED
        decision = decide(Request(table, tuple(columns), PURPOSE), store.agreement, on=today)
        if not decision.allowed:
            raise NotAllowed(
                f"The agreement does not let {table} be read for {PURPOSE!r}: {decision.reason}. Nothing was linked."
            )


def _as_of(store: Store) -> pd.Timestamp:
    """Give the end of the last complete week in the data; where no offense has a date, the day after the last record of a person."""
    try:
        return reporting_week(store, store.workspace, None).end
    except InputRejected:
        latest = [_latest(store, table) for table in ("police_people", "corrections_people")]
        known = [moment for moment in latest if pd.notna(moment)]
        if not known:
            raise
        return max(known).normalize() + pd.Timedelta(days=1)


def _latest(store: Store, table: str) -> pd.Timestamp:
    """Give when the last record of a table was made or entered, as far as that may be read; NaT where nothing says."""
    try:
        return pd.Timestamp(store.read(table, purpose=PURPOSE, columns=["recorded_at", "entered_at"]).max().max())
    except NotAllowed:
        return pd.NaT


def _kept_model(file: Path, prepared: Prepared) -> LinkModel | None:
    """Give the model that is kept, unless it speaks of other columns than the records have."""
    if not file.exists():
        return None
    model = read_model(file.read_text(encoding="utf-8"))
    return model if set(model.columns) == set(known_columns(prepared)) else None


@cache
def _method() -> tuple[str, ...]:
    """Give a digest of each file of the method: another version of the suite may score otherwise."""
    files = sorted(Path(linkage.__file__).parent.glob("*"))
    method = [path for path in files if path.suffix in (".py", ".txt")]  # code, and the table of short forms
    return tuple(hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in method)


def _content(frame: pd.DataFrame) -> str:
    """Give a digest of a table, so that the same again is no new version."""
    stream = pa.BufferOutputStream()
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(stream.getvalue()).hexdigest()
