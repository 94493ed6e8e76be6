"""Where the numbers come from: the freeze time, the files, the agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pcanalytics.briefing.escape import number, text
from pcanalytics.briefing.figures import scroll
from pcanalytics.briefing.fragment import Fragment
from pcanalytics.briefing.shown import shown_table

__all__ = ["PRELIMINARY", "data_line"]

PRELIMINARY = "Preliminary, subject to revision"

_COUNTS = ("read", "loaded", "set_aside", "rejected")


def data_line(
    provenance: Sequence[Mapping[str, Any]],
    *,
    as_of: pd.Timestamp,
    located: float | None = None,
    agreement: Mapping[str, Any] | None = None,
    version: str = "",
    frozen_at: pd.Timestamp | None = None,
    latest_entry: pd.Timestamp | None = None,
) -> Fragment:
    """Say where the numbers came from, when they were frozen, what was left out, and under which agreement.

    Parameters
    ----------
    provenance : sequence of mapping
        One per file: ``source``, ``digest``, ``read``, ``loaded``, ``set_aside``, ``rejected``. A missing entry is
        shown as a dash. The page sums them by source; the digest of each file is in the table of numbers.
    as_of : pandas.Timestamp
        The first moment not counted.
    located : float, optional
        Share of the last 28 days' offenses with coordinates, 0 to 1.
    agreement : mapping, optional
        ``id`` and ``purpose`` under which corrections data were read.
    version : str
        The suite's version.
    frozen_at : pandas.Timestamp, optional
        The moment of local time after which nothing that was entered counts; ``as_of`` where it is not given.
    latest_entry : pandas.Timestamp, optional
        The latest moment at which something counted was entered.

    Returns
    -------
    Fragment
        Its public rendering names no file.

    Examples
    --------
    >>> line = data_line([], as_of=pd.Timestamp("2026-11-23"), located=0.97)
    >>> "97.0% of the last 28 days" in line.html
    True
    """
    frozen = _moment(frozen_at if frozen_at is not None else as_of)
    entry = f"; the latest entry counted is of {_moment(latest_entry)}" if not _missing(latest_entry) else ""
    said = [f"Data frozen at {frozen}{entry}.", "Only what happened before that, in local time, is counted."]
    if located is not None and not pd.isna(located):
        rest = "; the rest count in the tables and are not on the map" if located < 1 else ""
        said.append(f"{_share(located)} of the last 28 days' offenses have a place{rest}.")
    open_to_all = [*said, *([f"Made with pcanalytics {version}."] if version else [])]
    if agreement:
        said.append(
            f"Corrections data were read under agreement {agreement.get('id', '')} for the purpose {agreement.get('purpose', '')}."
        )
    if version:
        said.append(f"Made with pcanalytics {version}.")
    if not provenance:
        return Fragment(
            _line(said), facts={"stamped": True}, public=Fragment(_line(open_to_all), facts={"stamped": True})
        )
    files = pd.DataFrame([{name: row.get(name) for name in ("source", *_COUNTS, "digest")} for row in provenance])
    names = {
        "source": "Source",
        "read": "Rows read",
        "loaded": "Loaded",
        "set_aside": "Set aside",
        "rejected": "Rejected",
        "digest": "SHA-256",
    }
    return Fragment(
        _line(said, _sources(files)),
        facts={"stamped": True},
        tables={"sources": shown_table(files, names, title="Files that the numbers come from")},
        public=Fragment(_line(open_to_all), facts={"stamped": True}),
    )


def _line(said: Sequence[str], under: str = "") -> str:
    lines = " ".join(text(sentence) for sentence in said)
    return f'<div class="dataline"><p><b>{PRELIMINARY}.</b> {lines}</p>{under}</div>'


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))


def _share(part: float) -> str:
    """Give a share in percent; a little less than all is not all."""
    return "All" if part == 1 else f"{min(100 * part, 99.9):.1f}%"


def _moment(value: Any) -> str:
    """Write a time to the minute, whatever form it came in."""
    moment = pd.Timestamp(value)
    return f"{moment.day} {moment:%B} {moment.year} {moment:%H:%M}"


def _sources(files: pd.DataFrame) -> str:
    """Sum the files of each source in a table that opens on a click; in print the sums stand in one sentence."""
    rows = []
    for source, group in files.groupby(files["source"].map(str), sort=False):
        cells = "".join(f'<td class="number">{number(_sum(group[name]))}</td>' for name in _COUNTS)
        digest = text(
            group["digest"].iloc[0] if len(group) == 1 else f"{len(group)} files; each digest is in the workbook"
        )
        rows.append(
            f'<tr><th scope="row">{text(source)}</th><td class="number">{len(group):,}</td>{cells}'
            f'<td class="digest">{digest or "–"}</td></tr>'
        )
    heads = ("Source", "Files", "Rows read", "Loaded", "Set aside", "Rejected", "SHA-256 of the file")
    head = "".join(
        f'<th scope="col"{" class=number" if 0 < place < 6 else ""}>{name}</th>' for place, name in enumerate(heads)
    )
    table = f'<table class="sources"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    sums = ", ".join(
        f"{number(_sum(files[name]))} {word}"
        for name, word in zip(_COUNTS, ("rows read", "loaded", "set aside", "rejected"), strict=True)
    )
    return (
        f'<p class="sums">{_number_of(len(files), "file")} of {_number_of(len(rows), "source")}: {sums}.</p>'
        f'<details class="twin"><summary>Sources</summary>{scroll("Sources", table)}</details>'
    )


def _sum(values: pd.Series) -> int | None:
    known = values.dropna()
    return None if known.empty else int(known.sum())


def _number_of(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
