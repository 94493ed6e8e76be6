"""The audit: one line an event, each line bound to the one before by its digest.

A line is canonical JSON (sorted keys, no spaces, ASCII). Its ``digest`` is the SHA-256 of the line
without it, and the line holds the ``previous`` line's digest, so that a line changed, dropped or put
in between breaks every line after it. An entry names tables, columns, purpose, clause and counts; it
has no place for what a record says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pcanalytics.errors import UsageError

__all__ = ["EVENTS", "FIRST", "ChainCheck", "audit_entry", "verify_chain"]

#: What stands for the previous digest in the first line.
FIRST = "0" * 64

#: What an entry can be about.
EVENTS: Mapping[str, str] = {
    "read": "A read was decided; written before any row is fetched.",
    "returned": "Rows were handed over; written before the caller gets them.",
    "decided": "Decisions of a reviewer on links are kept; written before they are. It names their lines and no record.",
    "repaired": "The file ended in half a line after a crash; the half line was cut off.",
}


def audit_entry(
    event: str,
    *,
    sequence: int,
    previous: str,
    at: str,
    actor: str,
    outcome: str,
    table: str | None = None,
    columns: tuple[str, ...] = (),
    purpose: str | None = None,
    recipient: str | None = None,
    agreement: str | None = None,
    clause: str | None = None,
    reason: str | None = None,
    as_of: str | None = None,
    counts: Mapping[str, int] | None = None,
) -> str:
    """Build the next line of the audit.

    Parameters
    ----------
    event : str
        One of :data:`EVENTS`.
    sequence : int
        Its number, from 1.
    previous : str
        The digest of the line before; :data:`FIRST` for the first.
    at : str
        When, ISO 8601 with its offset.
    actor : str
        The operating system's name for who did it.
    outcome : str
        Such as ``"allowed"`` or ``"denied"``.
    table, columns, purpose, recipient : str, tuple of str, str, str
        What was asked for, for what and for whom.
    agreement, clause, reason : str, optional
        What decided.
    as_of : str, optional
        The as-of of the rows.
    counts : mapping of str to int, optional
        Numbers of rows.

    Returns
    -------
    str
        One line, without its line end.

    Raises
    ------
    UsageError
        When the event is not known, or a count is not a whole number.

    Examples
    --------
    >>> line = audit_entry("read", sequence=1, previous=FIRST, at="2026-11-23T08:00:00+00:00", actor="analyst",
    ...                    outcome="allowed", table="incidents", columns=("beat",), purpose="compstat")
    >>> verify_chain([line]).intact
    True
    """
    if event not in EVENTS:
        raise UsageError(f"The audit knows no event {event!r}. Known: {', '.join(EVENTS)}.")
    if any(type(count) is not int for count in (counts or {}).values()):
        raise UsageError("The audit takes whole numbers as counts and nothing else.")
    body: dict[str, Any] = {
        "event": event,
        "sequence": sequence,
        "previous": previous,
        "at": at,
        "actor": actor,
        "outcome": outcome,
        "table": table,
        "columns": list(columns) or None,
        "purpose": purpose,
        "recipient": recipient,
        "agreement": agreement,
        "clause": clause,
        "reason": reason,
        "as_of": as_of,
        "counts": dict(counts) if counts else None,
    }
    body = {key: value for key, value in body.items() if value is not None}
    return _canonical(body | {"digest": _digest(body)})


@dataclass(frozen=True)
class ChainCheck:
    """Whether an audit is whole.

    Parameters
    ----------
    intact : bool
        Whether every line follows from the one before.
    entries : int
        Lines that were read and found good.
    head : str
        The digest of the last good line; :data:`FIRST` when there is none.
    break_at : int, optional
        Number of the first bad line, from 1.
    reason : str
        What is wrong with it.
    """

    intact: bool
    entries: int
    head: str
    break_at: int | None = None
    reason: str = ""


def verify_chain(lines: Iterable[str]) -> ChainCheck:
    """Check an audit from its first line.

    A chain shows a change in the middle. It cannot show that somebody cut off its end, or wrote the
    whole file anew; for that, compare ``head`` with one that the other agency has noted.

    Parameters
    ----------
    lines : iterable of str
        The lines, with or without their line ends.

    Returns
    -------
    ChainCheck
        With the first bad line, if any.

    Examples
    --------
    >>> verify_chain([]).intact
    True
    >>> verify_chain(["{}"]).reason
    'it is not an entry of the audit'
    """
    head, count = FIRST, 0
    for line in lines:
        reason = _wrong(line.rstrip("\n"), count + 1, head)
        if reason:
            return ChainCheck(False, count, head, count + 1, reason)
        head, count = json.loads(line)["digest"], count + 1
    return ChainCheck(True, count, head)


def _wrong(line: str, sequence: int, previous: str) -> str:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not written as JSON"
    if not isinstance(entry, dict) or "digest" not in entry:
        return "it is not an entry of the audit"
    if _canonical(entry) != line:
        return "it is not written the way the audit writes"
    body = {key: value for key, value in entry.items() if key != "digest"}
    if _digest(body) != entry["digest"]:
        return "it was changed after it was written"
    if entry.get("previous") != previous or entry.get("sequence") != sequence:
        return "it does not follow from the line before"
    return ""


def _canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(body).encode("ascii")).hexdigest()
