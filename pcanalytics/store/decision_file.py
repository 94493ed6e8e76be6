"""What people decided on links: a file that only grows, kept beside the store and not in it.

``.pcanalytics/linkage/decisions.jsonl`` holds a line a decision: two record keys, the verdict, who, when and why. It is not
touched by ``load --rebuild``. A verdict is taken back by a further line, never by taking a line out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pcanalytics.errors import InputRejected, Problem, UsageError
from pcanalytics.store.audit_log import AuditLog
from pcanalytics.store.clock import Clock, system_clock
from pcanalytics.store.files import FileLock, private_folder, write_atomically
from pcanalytics.store.workspace import Workspace

__all__ = [
    "VERDICTS",
    "Decision",
    "Verdict",
    "append_decisions",
    "decisions_file",
    "has_control_characters",
    "read_decisions",
    "standing_decisions",
    "verdicts_digest",
]

#: What can be said of two records.
VERDICTS = {
    "link": "They are of one person.",
    "not_a_link": "They are of two people, whatever joins them.",
    "undone": "The last verdict on them is taken back; the one before it counts again, if there was one.",
}

_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Verdict:
    """What is to be kept of two records.

    Parameters
    ----------
    a, b : str
        Their record keys, in any order.
    verdict : str
        A key of :data:`VERDICTS`.
    why : str
        In the reviewer's own words; may be empty.
    of : str
        The person that it is about, where a whole person is taken apart; empty otherwise.
    """

    a: str
    b: str
    verdict: str
    why: str = ""
    of: str = ""

    def __repr__(self) -> str:
        """Give the verdict alone."""
        return f"Verdict({self.verdict})"


@dataclass(frozen=True)
class Decision:
    """A line of the file.

    Parameters
    ----------
    number : int
        Its line, from 1.
    batch : int
        What was decided by one command has one number.
    a, b : str
        Record keys, the lesser first.
    verdict, why, of : str
        As :class:`Verdict` has them.
    by : str
        Who decided.
    at : str
        When, ISO 8601 with its offset.
    """

    number: int
    batch: int
    a: str
    b: str
    verdict: str
    by: str
    at: str
    why: str = ""
    of: str = ""

    def __repr__(self) -> str:
        """Give its number and verdict alone."""
        return f"Decision({self.number}, {self.verdict})"


def decisions_file(workspace: Workspace) -> Path:
    """Give where the decisions of a workspace are kept; the file may not be there.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Examples
    --------
    >>> decisions_file(Workspace(Path("city"), "City", "UTC", "EPSG:26915", home=Path("city"))).name
    'decisions.jsonl'
    """
    return workspace.state / "linkage" / "decisions.jsonl"


def read_decisions(workspace: Workspace) -> tuple[Decision, ...]:
    """Read every decision, first to last.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    tuple of Decision
        Empty when nothing was decided yet.

    Raises
    ------
    InputRejected
        When a line is none that this suite writes, naming lines and no value.

    Examples
    --------
    >>> decisions = read_decisions(workspace)  # doctest: +SKIP
    """
    file = decisions_file(workspace)
    if not file.exists():
        return ()
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise _damaged(file, [Problem("it is not written in UTF-8", code="encoding")]) from None
    if lines.pop():
        raise _damaged(file, [Problem("its last line has no end", first_row=len(lines) + 1, code="cut_off")])
    found = [_read_line(line, number) for number, line in enumerate(lines, start=1)]
    bad = [number for number, one in enumerate(found, start=1) if one is None]
    if bad:
        raise _damaged(
            file, [Problem("lines that are no decision", rows=len(bad), first_row=bad[0], code="no_decision")]
        )
    return tuple(one for one in found if one is not None)


def append_decisions(
    workspace: Workspace,
    verdicts: Sequence[Verdict],
    *,
    by: str,
    expected: Sequence[Decision],
    clock: Clock = system_clock,
) -> tuple[Decision, ...]:
    """Add verdicts to the decisions of a workspace, all or none.

    The audit says first how many verdicts of each kind are kept and which lines they are, and no record's key.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    verdicts : sequence of Verdict
        At least one.
    by : str
        Who decided.
    expected : sequence of Decision
        The decisions that were read before; when others came since, nothing is written.
    clock : callable
        Gives the present moment.

    Returns
    -------
    tuple of Decision
        All decisions, with the new ones last.

    Raises
    ------
    UsageError
        When there is nothing to add, nobody is named, a word or a character cannot be kept, or others decided meanwhile.
    PcanalyticsError
        When the audit cannot be written, or another process holds the file.
    InputRejected
        When the file there is damaged.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     city = Workspace(Path(folder), "City", "UTC", "EPSG:26915", home=Path(folder))
    ...     append_decisions(city, [Verdict("police|2", "DOC|1", "link")], by="J. Doe", expected=())
    (Decision(1, link),)
    """
    _check(verdicts, by)
    file = decisions_file(workspace)
    private_folder(workspace.state)
    private_folder(file.parent)
    busy = "Another process is writing decisions. Wait for it, then try again."
    with FileLock(file.with_name("decisions.lock"), wait_seconds=_WAIT_SECONDS, busy=busy):
        before = read_decisions(workspace)
        if before != tuple(expected):
            raise UsageError("Other decisions were kept meanwhile, and nothing was written. Try again.")
        at, batch = clock().astimezone(dt.UTC).isoformat(timespec="seconds"), 1 + (before[-1].batch if before else 0)
        after = list(before)
        for one in verdicts:
            a, b = sorted((one.a, one.b))
            after.append(Decision(len(after) + 1, batch, a, b, one.verdict, by.strip(), at, one.why.strip(), one.of))
        new = after[len(before) :]
        counts = {word: sum(one.verdict == word for one in new) for word in VERDICTS}
        with AuditLog(workspace.state, clock=clock).pen() as pen:
            reason = f"decisions {new[0].number} to {new[-1].number}"
            pen.write("decided", outcome="kept", reason=reason, counts={k: n for k, n in counts.items() if n})
        text = "".join(json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) + "\n" for one in after)
        write_atomically(file, text.encode("utf-8"), private=True)
    return tuple(after)


def standing_decisions(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Give the decision that counts for each pair.

    Parameters
    ----------
    decisions : iterable of Decision
        First to last.

    Returns
    -------
    tuple of Decision
        The last of each pair that was not taken back, ordered by the pair; none is ``undone``.

    Examples
    --------
    >>> lines = [Decision(n, n, "a", "b", word, "x", "") for n, word in enumerate(["link", "not_a_link", "undone"], 1)]
    >>> standing_decisions(lines), standing_decisions(lines[2:])
    ((Decision(1, link),), ())
    """
    kept: dict[tuple[str, str], list[Decision]] = {}
    for one in decisions:
        pile = kept.setdefault((one.a, one.b), [])
        if one.verdict != "undone":
            pile.append(one)
        elif pile:
            pile.pop()
    return tuple(kept[pair][-1] for pair in sorted(kept) if kept[pair])


def verdicts_digest(standing: Iterable[Decision]) -> str:
    """Give a digest of what counts: the pairs and their verdicts, not who decided or when.

    Parameters
    ----------
    standing : iterable of Decision
        From :func:`standing_decisions`.

    Examples
    --------
    >>> verdicts_digest([])[:8]
    '4f53cda1'
    """
    content = json.dumps([[one.a, one.b, one.verdict] for one in standing], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def has_control_characters(text: str) -> bool:
    r"""Tell whether a text holds characters that no line may hold: controls, line ends among them.

    Parameters
    ----------
    text : str
        A name or a reason.

    Examples
    --------
    >>> has_control_characters("same address, J. D."), has_control_characters("two\nlines")
    (False, True)
    """
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)


def _check(verdicts: Sequence[Verdict], by: str) -> None:
    if not verdicts:
        raise UsageError("There is no decision to keep.")
    if not by.strip() or has_control_characters(by.strip()):
        raise UsageError("Say who decided: a name or a badge number, on one line.")
    if any(one.verdict not in VERDICTS for one in verdicts):
        raise UsageError(f"A verdict is one of {', '.join(VERDICTS)}.")
    if any(has_control_characters(text) for one in verdicts for text in (one.a, one.b, one.why.strip())):
        raise UsageError("A reason holds a line end or another control character. Write it on one line.")
    if any(one.a == one.b for one in verdicts):
        raise UsageError("A decision is on two records, not on one.")


def _read_line(line: str, number: int) -> Decision | None:
    """Give the decision of a line; None when it is none."""
    try:
        values = json.loads(line)
        one = Decision(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (one.a, one.b, one.verdict, one.by, one.at, one.why, one.of)
    whole = one.number == number and type(one.batch) is int and all(isinstance(text, str) for text in texts)
    return one if whole and one.verdict in VERDICTS and one.a < one.b else None


def _damaged(file: Path, problems: list[Problem]) -> InputRejected:
    return InputRejected(
        f"{file.name} cannot be used. Nothing is linked without it; bring back a copy of it.", problems
    )
