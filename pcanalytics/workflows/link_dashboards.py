"""Splink's own dashboards on the pairs that wait for a reviewer: for the reviewer's eyes only, and without any network.

They show names and birth dates in clear. They are written for their owner alone, and are no part of any report.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pcanalytics.linkage.preparing import Prepared
from pcanalytics.linkage.splink_engine import quiet, splink_linker
from pcanalytics.store import Clock, Workspace, open_store, system_clock
from pcanalytics.store.files import private_folder, write_atomically
from pcanalytics.workflows.link_deciding import linked_now
from pcanalytics.workflows.linking import Compared, Linked, compared

__all__ = ["offline", "write_dashboards"]

#: How many groups of records the studio offers, those of the most valuable pairs first.
_GROUPS = 40

#: Larger groups are left to the list of pairs: nobody can read so many lines between so many records.
_LARGEST = 30

#: How many of the scored pairs the viewer shows beside those that wait: evenly from the least to the most alike.
_PAIRS = 4_000

#: What of a record the studio shows.
_SHOWN = (
    "source",
    "given_name",
    "middle_name",
    "surname",
    "suffix",
    "birth_date",
    "sex",
    "sid",
    "fbi_number",
    "address",
)

#: A page that may load nothing at all, whatever its scripts would do.
_NOTHING_FROM_OUTSIDE = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src data: blob:\">"
)

_OUTSIDE_TAG = re.compile(r"<link\b[^>]*\bhref\s*=\s*[\"']?\s*(?:https?:)?//[^>]*>", re.IGNORECASE)
_OUTSIDE_SCRIPT = re.compile(r"<script\b[^>]*\bsrc\s*=\s*[\"']?\s*(?:https?:)?//[^>]*>\s*</script\s*>", re.IGNORECASE)
_OUTSIDE_IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?\s*(?:https?:)?//[^;]*;", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def write_dashboards(
    workspace: Workspace, folder: Path, *, clock: Clock = system_clock, tell: Callable[[str], None] | None = None
) -> list[str]:
    """Write Splink's comparison viewer and cluster studio into a folder that only its owner may enter.

    Parameters
    ----------
    workspace : Workspace
        Open, with something linked.
    folder : pathlib.Path
        Made when it is not there.
    clock : callable, optional
        Gives the present moment.
    tell : callable, optional
        Told what is being done.

    Returns
    -------
    list of str
        The files, and how much they show.

    Raises
    ------
    InputRejected
        When nothing can be compared.
    OSError
        When they cannot be written.

    Notes
    -----
    Weights by comparison are Splink's; match weight and probability are those that were used. Addresses of protected records
    are left out, so their comparison of addresses reads as missing.

    Examples
    --------
    >>> lines = write_dashboards(workspace, Path("for_review"))  # doctest: +SKIP
    """
    store = open_store(workspace, clock=clock)
    found = compared(store, clock=clock, tell=tell)
    linked, _ = linked_now(store, found)
    groups = _groups(linked)
    pairs = _pairs(found, groups)
    if tell is not None:
        tell("drawing")
    with quiet():
        pages = _pages(found, pairs, groups)
    private_folder(folder)
    lines = []
    for name, (html, what) in pages.items():
        write_atomically(folder / name, offline(html).encode("utf-8"), private=True)
        lines.append(f"{folder / name}: {what}")
    return [*lines, "They show names and birth dates: for the reviewer's eyes only."]


def offline(html: str) -> str:
    """Take everything out of a page that would be fetched, and forbid it to fetch anything.

    Parameters
    ----------
    html : str
        A page with its scripts inside.

    Returns
    -------
    str
        The page without links, scripts and style imports from elsewhere, and with a policy by which a browser loads none.

    Examples
    --------
    >>> offline('<head><link href="https://fonts.example/css" rel="stylesheet"></head>').count("https")
    0
    """
    for outside in (_OUTSIDE_TAG, _OUTSIDE_SCRIPT, _OUTSIDE_IMPORT):
        html = outside.sub("", html)
    return _HEAD.sub(lambda head: head.group() + _NOTHING_FROM_OUTSIDE, html, count=1)


def _groups(linked: Linked) -> pd.Series:
    """Give the number of its group in the studio to each record of the most valuable pairs that wait, by record number."""
    resolution, size = linked.resolution, len(linked.compared.prepared.keys)
    left, right = (resolution.queue[name].to_numpy() for name in ("left", "right"))
    tree = [resolution.links[name].to_numpy() for name in ("left", "right")]
    group = _joined(tree, size)
    records = np.bincount(group, minlength=1)
    small = np.flatnonzero(records[group[left]] + records[group[right]] <= _LARGEST)[:_GROUPS]
    label = _joined([np.concatenate([tree[0], left[small]]), np.concatenate([tree[1], right[small]])], size)
    order = {one: place for place, one in enumerate(dict.fromkeys(label[left[small]].tolist()))}
    return pd.Series(label).map(order).dropna().astype(np.int64)


def _joined(pairs: list[np.ndarray], size: int) -> np.ndarray:
    graph = coo_array((np.ones(len(pairs[0]), dtype=np.int8), (pairs[0], pairs[1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])


def _pairs(found: Compared, groups: pd.Series) -> pd.DataFrame:
    """Choose the scored pairs that are shown: all inside a group of the studio, and a sample of the others."""
    table = found.pairs.table.select(["left", "right", "match_weight", "match_probability"]).to_pandas()
    group = groups.reindex(range(len(found.prepared.keys))).to_numpy()
    inside = group[table["left"]] == group[table["right"]]
    order = np.argsort(table["match_weight"].to_numpy(), kind="stable")
    chosen = order[np.unique(np.linspace(0, len(order) - 1, min(_PAIRS, len(order))).astype(np.int64))]
    shown = inside.copy()
    shown[chosen] = True
    return table[shown].assign(is_inside=inside[shown])


def _pages(found: Compared, pairs: pd.DataFrame, groups: pd.Series) -> dict[str, tuple[str, str]]:
    settings = {
        **found.model.settings,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }
    named = _named(found, pairs)
    linker = splink_linker(named, settings, threads=1)
    connection = linker._db_api._con
    connection.execute("SELECT setseed(0.5)").fetchall()
    keys = named.keys
    ours = pa.table(
        {
            "record_l": pa.array(keys[pairs["left"]], pa.string()),
            "record_r": pa.array(keys[pairs["right"]], pa.string()),
            "weight": pairs["match_weight"].to_numpy(),
            "chance": pairs["match_probability"].to_numpy(),
            "is_inside": pairs["is_inside"].to_numpy(),
        }
    )
    scored = _scored(linker, connection, ours)
    viewer = linker.visualisations.comparison_viewer_dashboard(
        scored("shown_pairs", "true"), os.devnull, overwrite=True, return_html_as_string=True
    )
    nodes = named.table.select(["record", *(name for name in _SHOWN if name in named.table.column_names)])
    nodes = nodes.take(pa.array(groups.index.to_numpy())).append_column("cluster_id", pa.array(groups.to_numpy()))
    clusters = _kept(linker, connection, "shown_records", nodes)
    numbers = list(range(int(groups.max()) + 1)) if len(groups) else []
    studio = linker.visualisations.cluster_studio_dashboard(
        scored("shown_edges", "is_inside"), clusters, os.devnull, cluster_ids=numbers, overwrite=True,
        cluster_names=[f"Waiting pair {number + 1}" for number in numbers], return_html_as_string=True,
    )  # fmt: skip
    return {
        "comparison_viewer.html": (viewer, f"{len(pairs):,} pairs, by how they compare"),
        "cluster_studio.html": (studio, f"{len(numbers):,} groups of records that one waiting pair would join"),
    }


def _named(found: Compared, pairs: pd.DataFrame) -> Prepared:
    """Give the records under their own names, and without addresses that may not be listed, nor those that are held beside them."""
    table, keys = found.prepared.table, found.prepared.keys
    protected = found.records.places["is_protected"].reindex(keys).to_numpy(bool)
    hidden, left, right = protected.copy(), pairs["left"].to_numpy(), pairs["right"].to_numpy()
    hidden[right[protected[left]]] = True
    hidden[left[protected[right]]] = True
    place = table.column_names.index("record")
    table = table.set_column(place, "record", pa.array(keys, pa.string()))
    for name in ("address", "addresses"):
        if name in table.column_names:
            column = table[name].combine_chunks()
            missing = pa.scalar(None, column.type)
            table = table.set_column(
                table.column_names.index(name), name, pc.if_else(pa.array(~hidden), column, missing)
            )
    return Prepared(table, keys, found.prepared.details)


def _scored(linker: Any, connection: Any, ours: pa.Table) -> Callable[[str, str], Any]:
    """Let Splink work out its weights of the chosen pairs, and put the weights that were used in place of its sums."""
    connection.register("ours_view", ours)
    connection.execute("CREATE TABLE ours AS SELECT * FROM ours_view")
    connection.unregister("ours_view")
    connection.execute(
        "CREATE TABLE given_pairs AS SELECT '0' AS match_key, record_l AS join_key_l, record_r AS join_key_r FROM ours"
    )
    linker.table_management.register_blocked_pairs_for_predict(
        linker._db_api.table_to_splink_dataframe("given_pairs", "given_pairs")
    )
    predicted = linker.inference.predict(warning_mode="never").physical_name

    def chosen(name: str, where: str) -> Any:
        connection.execute(
            f'CREATE TABLE "{name}" AS SELECT pred.* REPLACE (ours.weight AS match_weight, ours.chance AS match_probability) '
            f'FROM "{predicted}" AS pred JOIN ours USING (record_l, record_r) WHERE {where} ORDER BY record_l, record_r'
        )
        return linker._db_api.table_to_splink_dataframe("__splink__df_predict", name)

    return chosen


def _kept(linker: Any, connection: Any, name: str, table: pa.Table) -> Any:
    connection.register(f"{name}_view", table)
    connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM "{name}_view"')
    connection.unregister(f"{name}_view")
    return linker._db_api.table_to_splink_dataframe(name, name)
