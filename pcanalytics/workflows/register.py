"""What people of the unit write for the page: the register of problems taken up, comments, weights of harm."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from pcanalytics.briefing import page_slug
from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.exchange.settings import nearest
from pcanalytics.intake.cleaning import clean_text
from pcanalytics.periods import last_28_days, week_of
from pcanalytics.store import Workspace
from pcanalytics.store.workspace import within
from pcanalytics.tables import table
from pcanalytics.workflows.kept_files import kept_text
from pcanalytics.workflows.kept_tables import kept_table, row_problem

__all__ = ["Comment", "actions_at", "comment_for", "harm_weights", "stray_comments"]

#: The longest comment, in characters: about a page.
_LONGEST = 4000

_PUBLIC = "public"
_STATUSES = ("overdue", "open", "closed")


class Comment(NamedTuple):
    """What the analyst wrote about a week, each empty where there is none.

    Parameters
    ----------
    internal : str
        For the page of the command staff.
    public : str
        For the public page.
    """

    internal: str
    public: str


def actions_at(
    workspace: Workspace, as_of: pd.Timestamp, district: str | None = None, *, districts: Iterable[str] = ()
) -> pd.DataFrame:
    """Read the problems taken up, as they stood at the end of a week.

    A district's page shows its own and those of the whole city, which its commander answers for too; the city's page
    shows all. An action is carried from issue to issue while it is open, and shown for 28 days after.

    Parameters
    ----------
    workspace : Workspace
        Open; it names the file.
    as_of : pandas.Timestamp
        Local midnight. An action opened on that day or later is not there yet; one closed then or later is open.
    district : str, optional
        One district; without it, the whole city.
    districts : iterable of str
        Every district there is, to find an action that no page would show; empty checks none.

    Returns
    -------
    DataFrame
        The columns of the table ``actions`` and ``status`` ("overdue", "open", "closed"), ``overdue`` (its day is
        before ``as_of`` and it is open; an action without a day is never overdue), ``weeks_open`` (whole weeks until it
        was closed or ``as_of``). Overdue ones first, the longest overdue on top; then open ones by their day, those
        without one last; then closed ones, the latest first. No row when the workspace keeps no register. Problem,
        owner, day, stage and progress are those of the file as it is now.

    Raises
    ------
    InputRejected
        Listing everything that is wrong with the file, by row; see :func:`pcanalytics.workflows.kept_tables.kept_table`.

    Examples
    --------
    >>> actions = actions_at(workspace, pd.Timestamp("2026-11-23"), "Northside")  # doctest: +SKIP
    """
    declared = table("actions")
    kept = declared.empty() if workspace.actions is None else kept_table(workspace.actions, declared)
    closed = kept["closed_on"].where(kept["closed_on"] < as_of)
    kept = kept.assign(closed_on=closed)[kept["opened_on"].lt(as_of) & ~closed.lt(last_28_days(as_of).start)]
    if workspace.actions is not None:
        _check_districts(kept, list(districts), workspace.actions.name)
    if district is not None:
        kept = kept[kept["district"].isna() | (kept["district"] == district)]
    is_open = kept["closed_on"].isna()
    overdue = is_open & kept["due"].lt(as_of)
    status = pd.Series("closed", index=kept.index, dtype="str").mask(is_open, "open").mask(overdue, "overdue")
    days_open = (kept["closed_on"].fillna(as_of) - kept["opened_on"]).dt.days
    shown = kept.assign(status=status, overdue=overdue, weeks_open=(days_open // 7).astype("Int64"))
    turn = pd.DataFrame(
        {
            "status": status.map({name: at for at, name in enumerate(_STATUSES)}),
            "day": kept["due"].where(is_open, as_of + (as_of - kept["closed_on"])),
            "action_id": kept["action_id"],
        }
    )
    return shown.loc[turn.sort_values(["status", "day", "action_id"], na_position="last").index].reset_index(drop=True)


def _check_districts(actions: pd.DataFrame, known: list[str], name: str) -> None:
    if not known:
        return
    wrong = actions.loc[actions["district"].notna() & ~actions["district"].isin(known), "district"]
    expected = wrong.map(lambda given: nearest(given, known))
    problems = [
        row_problem("district: no such district, so no page would show it", list(rows.index), expected=near)
        for near, rows in wrong.groupby(expected, sort=False)
    ]
    if problems:
        raise InputRejected(f"{name} cannot be used.", problems)


def comment_for(workspace: Workspace, week: str, district: str | None = None) -> Comment:
    """Read what the analyst wrote about a week: ``2026-W47.md``, ``2026-W47-northside.md``, and the same with ``-public``.

    Parameters
    ----------
    workspace : Workspace
        Open; it names the folder.
    week : str
        Such as ``"2026-W47"``.
    district : str, optional
        One district; without it, the whole city.

    Returns
    -------
    Comment
        Plain text without markup of its own; a file that is not there is empty text.

    Raises
    ------
    UsageError
        When the week is none, or a district's own comment could be taken for the public text of another.
    InputRejected
        When a comment is longer than 4,000 characters, not written in UTF-8, or a link that leads out of the workspace.

    Examples
    --------
    >>> internal, public = comment_for(workspace, "2026-W47", "Northside")  # doctest: +SKIP
    """
    week_of(week)
    if workspace.comments is None:
        return Comment("", "")
    slug = "" if district is None else page_slug(district)
    stem = f"{week}-{slug}" if slug else week
    own, public = workspace.comments / f"{stem}.md", workspace.comments / f"{stem}-{_PUBLIC}.md"
    if slug.split("-")[-1] == _PUBLIC and own.exists():
        raise UsageError(
            f"{own.name} could be the comment on the district {district} or the public text of another page. "
            "Rename the district in the workspace's districts, or take the file away."
        )
    return Comment(_comment(workspace.root, own), _comment(workspace.root, public))


def _comment(root: Path, path: Path) -> str:
    if not path.is_file():
        return ""
    if not within(root, path):
        raise InputRejected(f"{path.name} is a link that leads out of the workspace. Copy the file in.")
    written = clean_text(pa.array([kept_text(path)], pa.large_string())).text[0].as_py()
    if len(written) > _LONGEST:
        raise InputRejected(
            f"{path.name} has {len(written):,} characters. A comment has at most {_LONGEST:,}: say less."
        )
    return str(written)


def stray_comments(workspace: Workspace, week: str, districts: Iterable[str]) -> tuple[str, ...]:
    """List the comments on a week that no page prints, as when a district is misspelt in a file's name.

    Parameters
    ----------
    workspace : Workspace
        Open; it names the folder.
    week : str
        Such as ``"2026-W47"``.
    districts : iterable of str
        Every district there is.

    Returns
    -------
    tuple of str
        Names of files, sorted.

    Raises
    ------
    UsageError
        When a district's name gives no file name.

    Examples
    --------
    >>> stray_comments(workspace, "2026-W47", ["Northside"])  # doctest: +SKIP
    ('2026-W47-nortside.md',)
    """
    if workspace.comments is None or not workspace.comments.is_dir():
        return ()
    stems = [week, *(f"{week}-{page_slug(district)}" for district in districts)]
    read = {f"{stem}{end}.md" for stem in stems for end in ("", f"-{_PUBLIC}")}
    there = sorted(path.name for path in workspace.comments.iterdir() if path.name.startswith(week))
    return tuple(name for name in there if name not in read)


def harm_weights(workspace: Workspace) -> pd.DataFrame:
    """Read the weights of harm.

    Parameters
    ----------
    workspace : Workspace
        Open; it names the file.

    Returns
    -------
    DataFrame
        ``offense``, ``days``, ``why``, one row an offense that has a weight; no row when the workspace has no weights.

    Raises
    ------
    InputRejected
        Listing everything that is wrong with the file, by row: an unknown offense (with the nearest), one that is there
        twice, days below zero.

    Examples
    --------
    >>> weights = harm_weights(workspace)  # doctest: +SKIP
    """
    declared = table("harm_weights")
    if workspace.harm_weights is None:
        return declared.empty()
    return kept_table(workspace.harm_weights, declared).reset_index(drop=True)
