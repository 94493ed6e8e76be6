"""Rows of a foreign file become rows of a declared table; what cannot is set aside with a reason."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.intake.cleaning import clean_text, text_from
from pcanalytics.intake.mapping import Mapping
from pcanalytics.intake.reading import Cells, Chunk
from pcanalytics.intake.values import Findings, column_values
from pcanalytics.schema import Column

__all__ = ["cleaned", "declared_frame", "of_this_table", "set_aside_frame"]


def of_this_table(chunk: Chunk, mapping: Mapping) -> Chunk:
    """Keep the rows that the mapping's ``[only]`` lets through.

    Parameters
    ----------
    chunk : Chunk
        Rows of the file.
    mapping : Mapping
        Says which texts a vendor column must hold.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Mapping
    >>> from pcanalytics.intake.reading import Tally
    >>> from pcanalytics.tables import table
    >>> mapping = Mapping("beats.toml", table("beats"), "", {"beat": ("BEAT",)}, only={"BEAT": ("007",)})
    >>> chunk = Chunk(np.array([2, 3]), {"BEAT": Cells(pa.array(["007 ", "008"], pa.large_string()))})
    >>> of_this_table(chunk, mapping).numbers.tolist()
    [2]
    """
    if not mapping.only:
        return chunk
    kept = np.ones(len(chunk), dtype=bool)
    for name, texts in mapping.only.items():
        held = pc.utf8_trim_whitespace(_text(chunk.columns[name]))
        kept &= pc.fill_null(pc.is_in(held, value_set=pa.array(texts, pa.large_string())), False).to_numpy(
            zero_copy_only=False
        )
    if kept.all():
        return chunk
    mask = pa.array(kept)
    columns = {
        name: Cells(cells.text.filter(mask), None if cells.times is None else cells.times.filter(mask))
        for name, cells in chunk.columns.items()
    }
    return Chunk(chunk.numbers[kept], columns)


def cleaned(chunk: Chunk, mapping: Mapping, findings: Findings) -> dict[str, Cells]:
    """Clean the text of every vendor column, and set rows aside whose text was misread.

    Parameters
    ----------
    chunk : Chunk
        Rows of the file.
    mapping : Mapping
        Names the declared columns that findings are told of.
    findings : Findings
        Where rows to set aside and counts go.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Mapping
    >>> from pcanalytics.intake.reading import Tally
    >>> from pcanalytics.tables import table
    >>> mapping = Mapping("beats.toml", table("beats"), "", {"beat": ("BEAT",)})
    >>> chunk = Chunk(np.array([2, 3]), {"BEAT": Cells(pa.array(["007 ", "008"], pa.large_string()))})
    >>> cleaned(chunk, mapping, Findings(chunk.numbers, Tally()))["BEAT"].text.to_pylist()
    ['007', '008']
    """
    labels = {vendor: name for name, parts in reversed(list(mapping.columns.items())) for vendor in parts}
    vendor = {}
    for name, cells in chunk.columns.items():
        label = labels.get(name, name)
        done = clean_text(cells.text)
        findings.count(done.stripped, label, "control_characters")
        findings.count(done.composed, label, "composed")
        findings.set_aside(done.misread, label, "mojibake")
        vendor[name] = Cells(done.text, cells.times)
    return vendor


def declared_frame(
    vendor: dict[str, Cells], mapping: Mapping, findings: Findings, made_keys: Counter[str]
) -> pd.DataFrame:
    """Give the rows as the declared table has them, before its rules are asked.

    Parameters
    ----------
    vendor : mapping of str to Cells
        Cleaned vendor columns.
    mapping : Mapping
        How to read them.
    findings : Findings
        Where rows to set aside and counts go.
    made_keys : Counter
        How often each made key was given so far in this file; it is counted on.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Mapping
    >>> from pcanalytics.intake.reading import Tally
    >>> from pcanalytics.tables import table
    >>> mapping = Mapping("beats.toml", table("beats"), "", {"beat": ("BEAT",)})
    >>> chunk = Chunk(np.array([2, 3]), {"BEAT": Cells(pa.array(["007 ", "008"], pa.large_string()))})
    >>> declared_frame(dict(chunk.columns), mapping, Findings(chunk.numbers, Tally()), Counter()).loc[1, "beat"]
    '008'
    """
    table = mapping.table
    columns = {name: column_values(table.column(name), vendor, mapping, findings) for name in mapping.columns}
    rows = len(findings.numbers)
    for name, text in mapping.constants.items():
        columns[name] = pd.Series(
            _constant(text, table.column(name)), index=range(rows), dtype=table.column(name).dtype
        )
    for name, parts in mapping.keys.items():
        columns[name] = _made_key([vendor[part] for part in parts if part in vendor], rows, made_keys)
    return table.conform(pd.DataFrame(columns, index=range(rows)))


def _constant(text: str, column: Column) -> object:
    if column.is_time:
        return pd.Timestamp(text)
    if column.kind == "boolean":
        return text == "true"
    return float(text) if column.kind in ("integer", "real") else text


def _made_key(parts: list[Cells], rows: int, made_keys: Counter[str]) -> pd.Series:
    """Join the parts of a key; the nth row of one key gets ``#n``, so that a file read again gives the same keys."""
    texts = [pc.fill_null(_text(part), "") for part in parts]
    joined = pc.binary_join_element_wise(*texts, pa.scalar("|", pa.large_string())).to_pylist()
    keys = []
    for key in joined:
        made_keys[key] += 1
        keys.append(key if made_keys[key] == 1 else f"{key}#{made_keys[key]}")
    return pd.Series(keys, index=range(rows), dtype="str")


def set_aside_frame(chunk: Chunk, frame: pd.DataFrame, mapping: Mapping, findings: Findings) -> pd.DataFrame:
    """List the rows to set aside, each once, by the first thing found against it.

    Parameters
    ----------
    chunk : Chunk
        The rows as they came.
    frame : DataFrame
        The same rows as the declared table has them.
    mapping : Mapping
        Says which vendor columns were read.
    findings : Findings
        What was found.

    Returns
    -------
    DataFrame
        Positions in ``frame`` as index; ``source_row``, ``reason``, ``column``, ``record`` and the table's
        key. The record is JSON of the vendor's values, without columns of class X.

    Examples
    --------
    >>> from pcanalytics.intake.mapping import Mapping
    >>> from pcanalytics.intake.reading import Tally
    >>> from pcanalytics.tables import table
    >>> mapping = Mapping("beats.toml", table("beats"), "", {"beat": ("BEAT",)})
    >>> chunk = Chunk(np.array([2, 3]), {"BEAT": Cells(pa.array(["007 ", "008"], pa.large_string()))})
    >>> findings = Findings(chunk.numbers, Tally(), [(np.array([False, True]), "beat", "not_allowed")])
    >>> frame = table("beats").conform(pd.DataFrame({"beat": ["007", "008"]}))
    >>> set_aside_frame(chunk, frame, mapping, findings)["source_row"].tolist()
    [3]
    """
    rows = len(chunk)
    first = np.full(rows, len(findings.aside), dtype="int64")
    for place in range(len(findings.aside) - 1, -1, -1):
        first[findings.aside[place][0]] = place
    positions = np.flatnonzero(first < len(findings.aside))
    told = [findings.aside[place] for place in first[positions]]
    shown = {name: _text(cells).take(pa.array(positions)).to_pylist() for name, cells in _showable(chunk, mapping)}
    records = [
        json.dumps({name: values[at] for name, values in shown.items()}, ensure_ascii=False)
        for at in range(len(positions))
    ]
    aside = pd.DataFrame(
        {
            "source_row": chunk.numbers[positions].astype("int64"),
            "reason": pd.Series([reason for _, _, reason in told], dtype="str").to_numpy(),
            "column": pd.Series([column for _, column, _ in told], dtype="str").to_numpy(),
            "record": pd.Series(records, dtype="str").to_numpy(),
        },
        index=positions,
    ).astype({"reason": "str", "column": "str", "record": "str"})
    return aside.join(frame.loc[positions, list(mapping.table.key)])


def _showable(chunk: Chunk, mapping: Mapping) -> list[tuple[str, Cells]]:
    never = {
        part
        for name, parts in mapping.columns.items()
        if mapping.table.column(name).sensitivity == "X"
        for part in parts
    }
    return [(name, cells) for name, cells in chunk.columns.items() if name not in never]


def _text(cells: Cells) -> pa.Array:
    return cells.text if cells.times is None else pc.coalesce(cells.text, text_from(cells.times))
