"""The frame around every drawing and table: its title, its three lines, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pcanalytics.briefing.escape import number, text

__all__ = ["figure", "numbers_twin", "scroll"]


def figure(title: str, body: str, *, shows: str, read: str, do: str, kind: str = "chart", twin: str = "") -> str:
    """Put a drawing under its title, with its three lines below.

    Parameters
    ----------
    title : str
        What the drawing is called; escaped here.
    body : str
        Markup of the drawing, already safe.
    shows, read, do : str
        What it shows, how to read it, what to do; escaped here.
    kind : str
        A class for the style sheet.
    twin : str
        Markup of :func:`numbers_twin`, below everything.

    Examples
    --------
    >>> "How to read" in figure("Trend", "<svg/>", shows="Counts.", read="Left to right.", do="Ask why.")
    True
    """
    lines = (("Shows", shows), ("How to read", read), ("What to do", do))
    three = "".join(f"<div><dt>{name}</dt><dd>{text(line)}</dd></div>" for name, line in lines)
    return (
        f'<figure class="figure {text(kind)}"><h3>{text(title)}</h3>{body}'
        f'<figcaption><dl class="three">{three}</dl></figcaption>{twin}</figure>'
    )


def scroll(label: str, table: str, under: str = "", *, half: bool = False) -> str:
    """Let a table scroll sideways where the screen is narrow, with its explanation standing still below.

    Parameters
    ----------
    label : str
        What it holds, for a screen reader; escaped here.
    table : str
        Markup, already safe.
    under : str
        A plain explanation; escaped here.
    half : bool
        Whether it takes half the width of a printed page.

    Examples
    --------
    >>> scroll("Counts", "<table></table>").count("scrolls sideways")
    1
    """
    said = f'<p class="under">{text(under)}</p>' if under else ""
    inside = f'<div class="scroll" tabindex="0" role="region" aria-label="{text(label)}, scrolls sideways">{table}</div>{said}'
    return f'<div class="half">{inside}</div>' if half else inside


def numbers_twin(table: Mapping[str, Any], *, last: int | None = None) -> str:
    """Show the numbers behind a drawing as a table that opens on a click.

    Parameters
    ----------
    table : mapping
        From :func:`pcanalytics.briefing.shown.shown_table`.
    last : int, optional
        How many rows the page shows, from the end; the workbook and the CSV file hold all.

    Returns
    -------
    str
        Markup; empty for a table without rows.

    Examples
    --------
    >>> table = {"title": "Counts", "columns": ["count"], "headings": ["Count"], "rows": [[3], [4]]}
    >>> numbers_twin(table, last=1).count("<tr>")
    2
    """
    rows = list(table["rows"])
    if not rows:
        return ""
    left_out = len(rows) - last if last is not None and len(rows) > last else 0
    numeric = [
        all(value is None or isinstance(value, int | float) for value in values) for values in zip(*rows, strict=True)
    ]
    head = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{text(heading)}</th>'
        for heading, is_number in zip(table["headings"], numeric, strict=True)
    )
    body = "".join(_twin_row(row, numeric) for row in rows[left_out:])
    title = text(table["title"])
    more = f'<p class="under">{number(left_out)} earlier rows are in the workbook.</p>' if left_out else ""
    inside = scroll(
        f"{table['title']}: the numbers",
        f"<table class=twin-table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
    )
    return f'<details class="twin"><summary>The numbers<span class="hide"> of: {title}</span></summary>{inside}{more}</details>'


def _twin_row(row: list[Any], numeric: list[bool]) -> str:
    cells = "".join(
        f"<td class=number>{_written(value)}</td>" if is_number else f"<td>{text(value)}</td>"
        for value, is_number in zip(row, numeric, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _written(value: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return number(value)
