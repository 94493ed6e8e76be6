"""Links taken back: two records, a whole person, or a decision; the persons follow at once."""

from __future__ import annotations

import getpass
import itertools
from collections.abc import Callable

from pcanalytics.errors import UsageError
from pcanalytics.store import Clock, Workspace, open_store, system_clock
from pcanalytics.store.decision_file import Decision, Verdict, standing_decisions
from pcanalytics.workflows.link_deciding import decide_links, linked_now, refuse_unknown
from pcanalytics.workflows.linking import Linked, compared

__all__ = ["system_name", "take_back", "undo_links"]

Tell = Callable[[str], None]


def undo_links(
    workspace: Workspace,
    *,
    by: str,
    pair: tuple[str, str] | None = None,
    person: str | None = None,
    why: str = "",
    clock: Clock = system_clock,
    tell: Tell | None = None,
) -> list[str]:
    """Part two records of one person, or all records of a person.

    Each pair is kept as ``not_a_link``: nothing joins the two again until that is taken back.

    Parameters
    ----------
    workspace : Workspace
        Open, with something linked.
    by : str
        Who says so.
    pair : tuple of str, optional
        Two record keys.
    person : str, optional
        A person_id; one of the two must be given.
    why : str
        In words; kept with the decision.
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
    UsageError
        When neither or both are given, a record is unknown, or the two are not of one person. No key is shown.

    Examples
    --------
    >>> lines = undo_links(workspace, by="J. Doe", pair=("police|1", "DOC|7"))  # doctest: +SKIP
    """
    if (pair is None) == (person is None):
        raise UsageError("Say which two records to part, or with --person all records of which person.")
    store = open_store(workspace, clock=clock)
    found = compared(store, clock=clock, tell=tell)
    linked, decisions = linked_now(store, found)
    if pair is not None:
        refuse_unknown(pair, found)
        verdicts = [_parted(linked, pair, why)]
    else:
        verdicts = _all_parted(linked, str(person), why)
    return decide_links(store, found, verdicts, by=by, expected=decisions, clock=clock)


def take_back(
    workspace: Workspace,
    *,
    by: str,
    pair: tuple[str, str] | None = None,
    person: str | None = None,
    why: str = "",
    clock: Clock = system_clock,
    tell: Tell | None = None,
) -> list[str]:
    """Take decisions back, so that what counted before them counts again.

    Parameters
    ----------
    workspace : Workspace
        Open, with decisions.
    by : str
        Who says so.
    pair : tuple of str, optional
        Two record keys: the decision on them.
    person : str, optional
        A person_id: all decisions by which that person was taken apart. With neither, what the last command decided.
    why : str
        In words; kept with the decision.
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
    UsageError
        When there is no such decision, or both are given. No key is shown.

    Examples
    --------
    >>> lines = take_back(workspace, by="J. Doe")  # doctest: +SKIP
    """
    if pair is not None and person is not None:
        raise UsageError("Say which two records, or with --person which person; not both.")
    store = open_store(workspace, clock=clock)
    found = compared(store, clock=clock, tell=tell)
    _, decisions = linked_now(store, found)
    standing = standing_decisions(decisions)
    if pair is not None:
        chosen = [one for one in standing if (one.a, one.b) == tuple(sorted(pair))]
    elif person is not None:
        chosen = [one for one in standing if one.of == person]
    else:
        chosen = _of_last_command(standing)
    if not chosen:
        raise UsageError("There is no decision to take back: none that counts was made on that.")
    verdicts = [Verdict(one.a, one.b, "undone", why, one.of) for one in chosen]
    return decide_links(store, found, verdicts, by=by, expected=decisions, clock=clock)


def system_name() -> str:
    """Give the name of whoever is at work, as this machine knows them.

    Examples
    --------
    >>> bool(system_name())
    True
    """
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _of_last_command(standing: tuple[Decision, ...]) -> list[Decision]:
    last = max((one.batch for one in standing), default=0)
    return [one for one in standing if one.batch == last]


def _parted(linked: Linked, pair: tuple[str, str], why: str) -> Verdict:
    persons = linked.result.people.set_index("record_key")["person_id"]
    if pair[0] == pair[1] or persons[pair[0]] != persons[pair[1]]:
        raise UsageError(
            "These two records are not linked, neither to each other nor through others. Nothing was changed."
        )
    return Verdict(pair[0], pair[1], "not_a_link", why)


def _all_parted(linked: Linked, person: str, why: str) -> list[Verdict]:
    people = linked.result.people
    keys = people.loc[people["person_id"].eq(person), "record_key"].tolist()
    if not keys:
        raise UsageError(
            "There is no person of that name. person_id stands in the table person_links, such as P-police|N1."
        )
    if len(keys) == 1:
        raise UsageError("That person has one record: there is nothing to part. Nothing was changed.")
    return [Verdict(a, b, "not_a_link", why, person) for a, b in itertools.combinations(keys, 2)]
