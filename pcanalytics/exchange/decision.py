"""Deciding whether a request may be met: nothing is allowed unless a clause says so.

The rules, in the order in which they are asked:

1. An unknown table, column, purpose or recipient is denied.
2. A column of class X is denied, whatever the agreement says.
3. A clause that denies beats every clause that allows.
4. The police read their own tables for any purpose listed; nobody else does without a clause.
5. Everything else needs an agreement in force on the day, and a clause for the table, the column, the
   purpose and the recipient. A sensitive column must be named; a restricted one needs the clause's reason too.

Rows are limited by the populations of *all* clauses that allow the table for the purpose, whichever
columns are asked for, so that asking for fewer columns never gives more rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pcanalytics.exchange.agreement import EVERY, PURPOSES, Agreement, Clause, Population
from pcanalytics.schema import Table
from pcanalytics.tables import TABLES

__all__ = ["OWN_PARTY", "Decision", "Refusal", "Request", "decide"]

#: The party whose own tables need no clause: the suite runs at the police.
OWN_PARTY = "police"

#: What a decision cites when the agency's own rule decided.
OWN_RULE = "own records"


@dataclass(frozen=True)
class Request:
    """A wish to read.

    Parameters
    ----------
    table : str
        The declared table.
    columns : tuple of str, optional
        Columns by name, all of which must be allowed; None asks for whatever is allowed.
    purpose : str
        What for.
    recipient : str
        The party that receives it.
    """

    table: str
    columns: tuple[str, ...] | None
    purpose: str
    recipient: str = OWN_PARTY


@dataclass(frozen=True)
class Refusal:
    """Why one column is not given.

    Parameters
    ----------
    column : str
        Its name.
    reason : str
        In words.
    clause : str, optional
        The clause that denied it.
    """

    column: str
    reason: str
    clause: str | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided, and the rule that decided it.

    Parameters
    ----------
    allowed : bool
        Whether the request may be met.
    columns : tuple of str
        The columns that may be given, in the order asked for; empty when not allowed.
    reason : str
        In words.
    clause : str
        Ids of the clauses that decided, joined by a comma; empty when none did.
    refused : tuple of Refusal
        Columns left out, each with its reason.
    populations : tuple of Population
        The people its rows are limited to; a person must belong to each.
    keep_days : int, optional
        How long the rows may be kept: the shortest of the clauses used.
    """

    allowed: bool
    columns: tuple[str, ...]
    reason: str
    clause: str = ""
    refused: tuple[Refusal, ...] = ()
    populations: tuple[Population, ...] = ()
    keep_days: int | None = None


def decide(request: Request, agreement: Agreement | None, *, on: dt.date) -> Decision:
    """Decide a request under an agreement.

    Parameters
    ----------
    request : Request
        What is asked.
    agreement : Agreement or None
        The agreement; without one only the agency's own tables open.
    on : datetime.date
        The day of reading, not the as-of of the rows.

    Returns
    -------
    Decision
        Allowed or not, with the reason and the clause. It never raises for what is asked.

    Examples
    --------
    >>> decide(Request("residences", None, "compstat"), None, on=dt.date(2026, 1, 1)).reason
    'the workspace has no agreement, so no table of another agency may be read'
    >>> decide(Request("incidents", ("beat",), "compstat"), None, on=dt.date(2026, 1, 1)).allowed
    True
    """
    table = TABLES.get(request.table)
    if table is None:
        return _no(f"there is no table {request.table!r}")
    purposes = PURPOSES if agreement is None else agreement.purposes
    if request.purpose not in purposes:
        return _no(f"purpose {request.purpose!r} is not one of: {', '.join(sorted(purposes))}")
    unknown = [name for name in request.columns or () if name not in table.names]
    if unknown:
        return _no(f"the table {table.name} has no column {', '.join(map(repr, unknown))}")
    if request.columns == ():
        return _no("no column is asked for")
    own = table.owner != "corrections" and request.recipient == OWN_PARTY
    closed = None if own else _closed(request, agreement, on)
    if closed:
        return _no(closed)
    return _by_column(request, table, agreement, own=own)


def _no(reason: str, clause: str = "", refused: tuple[Refusal, ...] = ()) -> Decision:
    return Decision(False, (), reason, clause, refused)


def _closed(request: Request, agreement: Agreement | None, on: dt.date) -> str | None:
    """Say why nothing of another agency may be read today, if so."""
    if agreement is None:
        return "the workspace has no agreement, so no table of another agency may be read"
    if agreement.withdrawn is not None and on >= agreement.withdrawn:
        return f"agreement {agreement.id} was withdrawn on {agreement.withdrawn.isoformat()}"
    if on < agreement.starts:
        return f"agreement {agreement.id} begins on {agreement.starts.isoformat()}"
    if on > agreement.ends:
        return f"agreement {agreement.id} ended on {agreement.ends.isoformat()}"
    if request.recipient not in agreement.parties:
        return f"recipient {request.recipient!r} is no party of agreement {agreement.id}"
    return None


def _by_column(request: Request, table: Table, agreement: Agreement | None, *, own: bool) -> Decision:
    clauses = _in_scope(request, agreement)
    allows = [clause for clause in clauses if clause.effect == "allow"]
    granted: dict[str, Clause | None] = {}
    refused = []
    for name in dict.fromkeys(table.names if request.columns is None else request.columns):
        answer = _column(table, name, clauses, own=own)
        if isinstance(answer, Refusal):
            refused.append(answer)
        else:
            granted[name] = answer
    if not granted or (request.columns is not None and refused):
        cited = ", ".join(dict.fromkeys(refusal.clause for refusal in refused if refusal.clause))
        return _no(_refusals(request, refused), cited, tuple(refused))
    used = list(dict.fromkeys(clause for clause in granted.values() if clause is not None))
    limits = [] if own or agreement is None else [clause.population for clause in allows if clause.population]
    populations = () if agreement is None else tuple(agreement.populations[name] for name in dict.fromkeys(limits))
    cited = ", ".join(clause.id for clause in used) or OWN_RULE
    kept = [clause.keep_days for clause in used if clause.keep_days is not None]
    return Decision(
        allowed=True,
        columns=tuple(granted),
        reason="the agency's own records" if own else f"allowed by {cited}",
        clause=cited,
        refused=tuple(refused),
        populations=populations,
        keep_days=min(kept, default=None),
    )


def _in_scope(request: Request, agreement: Agreement | None) -> list[Clause]:
    """Give the clauses that speak of the request's table, purpose and recipient."""
    if agreement is None:
        return []
    found = []
    for clause in agreement.clauses:
        denies = clause.effect == "deny"
        purposes = clause.purposes + ((request.purpose,) if denies and EVERY in clause.purposes else ())
        recipients = clause.recipients or ((request.recipient,) if denies else (agreement.lead,))
        if clause.table == request.table and request.purpose in purposes and request.recipient in recipients:
            found.append(clause)
    return found


def _column(table: Table, name: str, clauses: list[Clause], *, own: bool) -> Clause | Refusal | None:
    """Give the clause that allows a column (None: the agency's own rule), or why it is refused."""
    sensitivity = table.column(name).sensitivity
    if sensitivity == "X":
        return Refusal(name, "class X never leaves its agency")
    for clause in clauses:
        if clause.effect == "deny" and (name in clause.fields or EVERY in clause.fields):
            return Refusal(name, f"clause {clause.id} denies it", clause.id)
    if own:
        return None
    for clause in clauses:
        if clause.effect != "allow":
            continue
        named = name in clause.fields
        if sensitivity == "1" and (named or EVERY in clause.fields):
            return clause
        if named and (sensitivity == "2" or clause.reason):
            return clause
    return Refusal(
        name, "no clause allows it" if sensitivity != "3" else "restricted, and no clause names it with a reason"
    )


def _refusals(request: Request, refused: list[Refusal]) -> str:
    scope = f"for purpose {request.purpose!r} to {request.recipient!r}"
    if request.columns is None:
        return f"no column of {request.table} is allowed {scope}"
    listed = "; ".join(f"{request.table}.{refusal.column}: {refusal.reason}" for refusal in refused)
    return f"{listed}; {scope}"
