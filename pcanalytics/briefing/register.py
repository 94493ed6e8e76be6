"""What is being done about it: the action register, and the analyst's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pcanalytics.briefing.drawing import day_in_words
from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["action_register", "comment_block"]

_COLUMNS = {
    "problem": "Problem",
    "district": "Where",
    "owner": "Owner",
    "due": "Due",
    "sara_stage": "Stage",
    "opened_on": "Opened",
    "weeks_open": "Weeks open",
    "progress": "Progress",
    "overdue": "Overdue",
    "closed_on": "Closed",
}

#: The four stages of problem solving (Eck and Spelman 1987), in their order.
_STAGES = ("scanning", "analysis", "response", "assessment")


def action_register(actions: pd.DataFrame) -> Fragment:
    """Show the problems that somebody answers for: the overdue first.

    Parameters
    ----------
    actions : pandas.DataFrame
        One row per problem: ``problem``, ``district`` (missing for the whole city), ``owner``, ``due``,
        ``sara_stage``, ``weeks_open``, ``overdue`` (true or false), ``progress``, and ``closed_on`` where problems
        closed lately are listed, which stand last. Among their like the rows keep their order.

    Returns
    -------
    Fragment
        A table, or a sentence when there is none; for internal readers only. Its facts count the open and overdue.

    Examples
    --------
    >>> "No problem" in action_register(pd.DataFrame(columns=["problem"])).html
    True
    """
    if actions.empty:
        return Fragment(
            '<p class="few">No problem is in the action register. Name one owner and one date for each problem taken up.</p>',
            facts={"actions": {"open": 0, "overdue": 0}},
        )
    overdue = actions["overdue"].fillna(False).astype(bool)
    closed = actions["closed_on"].notna() if "closed_on" in actions.columns else pd.Series(False, index=actions.index)
    ordered = actions.assign(overdue=overdue, _last=closed.astype(int) - overdue.astype(int))
    ordered = ordered.sort_values("_last", kind="stable")
    rows = "".join(_action(row) for row in ordered.to_dict("records"))
    names = ("Problem", "Owner", "Due", "Stage", "Weeks open", "Progress")
    head = "".join(f'<th scope="col"{" class=number" if name == "Weeks open" else ""}>{name}</th>' for name in names)
    table = (
        '<table class="list actions"><caption>Who does what by when</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    shown = shown_table(
        ordered,
        {name: heading for name, heading in _COLUMNS.items() if name in ordered.columns},
        title="Action register",
    )
    counted = {"open": int((~closed).sum()), "overdue": int(overdue.sum())}
    return Fragment(scroll("Action register", table), facts={"actions": counted}, tables={"actions": shown})


def _action(row: Mapping[str, Any]) -> str:
    late = '<span class="late-tag">OVERDUE</span>' if row["overdue"] else ""
    closed = row.get("closed_on")
    if closed is not None and not pd.isna(closed):
        late = f'<span class="tag done">closed {day_in_words(pd.Timestamp(closed))}</span>'
    due = "" if pd.isna(row["due"]) else day_in_words(pd.Timestamp(row["due"]))
    where = row.get("district")
    place = "Whole city" if where is None or pd.isna(where) else where
    stage = str(row["sara_stage"]) if not pd.isna(row["sara_stage"]) else ""
    step = _STAGES.index(stage.lower()) + 1 if stage.lower() in _STAGES else 0
    steps = f'<span class="steps n{step}" aria-hidden="true"></span>' if step else ""
    kind = ' class="overdue"' if row["overdue"] else ""
    return (
        f'<tr{kind}><th scope="row">{text(row["problem"])} <span class="where">{text(place)}</span></th><td>{text(row["owner"])}</td>'
        f'<td class="nowrap">{due} {late}</td><td class="nowrap">{steps}{text(stage.capitalize())}</td>'
        f'<td class="number">{number(row["weeks_open"])}</td><td>{text(row["progress"])}</td></tr>'
    )


def comment_block(comment: str, *, public: str | None = None) -> Fragment:
    r"""Show what the analyst has to say: paragraphs and lists, nothing else.

    Parameters
    ----------
    comment : str
        Plain text. An empty line parts paragraphs; lines that begin with ``- `` are a list. Empty for no comment.
    public : str, optional
        What the public page shows in its place; without it, nothing.

    Returns
    -------
    Fragment
        Every letter of the text is shown as it is; an empty comment gives an empty fragment.

    Examples
    --------
    >>> comment_block("Two series.\n\n- Oak Street\n- Elm Street").html.count("<li>")
    2
    """
    shown = Fragment(_comment(public)) if public is not None and public.strip() else None
    return Fragment(_comment(comment) if comment.strip() else "", public=shown)


def _comment(comment: str) -> str:
    parts = []
    for paragraph in re.split(r"\n(?:[ \t]*\n)+", comment.replace("\r\n", "\n").strip()):
        words: list[str] = []
        items: list[str] = []
        for written in paragraph.split("\n"):
            if written.startswith("- "):
                items.append(written[2:])
            elif items and written.startswith((" ", "\t")):
                items[-1] += " " + written.strip()
            else:
                parts += _closed(words, items) if items else []
                words, items = ([], []) if items else (words, items)
                words.append(written.strip())
        parts += _closed(words, items)
    return f'<section class="comment" aria-label="Analyst\'s comment"><h3>Analyst\'s comment</h3>{"".join(parts)}</section>'


def _closed(words: list[str], items: list[str]) -> list[str]:
    said = f"<p>{text(' '.join(words))}</p>" if words else ""
    listed = "".join(f"<li>{text(item)}</li>" for item in items)
    return [said, f"<ul>{listed}</ul>" if items else ""]
