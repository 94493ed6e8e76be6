"""The store and the workspace: the only place that knows where data live.

A workspace is a folder with ``agency.toml`` (:func:`open_workspace`); its store is one DuckDB file
(:func:`open_store`). :meth:`Store.loading` is how rows get in, each load one transaction;
:meth:`Store.read` is how they get out, each read decided and audited first.
"""

from __future__ import annotations

from pcanalytics.store.clock import Clock, system_clock
from pcanalytics.store.files import FileLock, write_atomically
from pcanalytics.store.loads import Loading, LoadReport
from pcanalytics.store.new_workspace import init_workspace_files
from pcanalytics.store.store import Store, open_store
from pcanalytics.store.workspace import Places, Source, Workspace
from pcanalytics.store.workspace_file import open_workspace, sample_workspace

__all__ = [
    "Clock",
    "FileLock",
    "LoadReport",
    "Loading",
    "Places",
    "Source",
    "Store",
    "Workspace",
    "init_workspace_files",
    "open_store",
    "open_workspace",
    "sample_workspace",
    "system_clock",
    "write_atomically",
]
