"""A small made-up city with the files of two agencies, loaded and linked once; each test works on a copy of it."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from pathlib import Path

import pandas as pd

from pcanalytics.store import Workspace, open_store, open_workspace
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.linking import link_workspace
from pcanalytics.workflows.starting import build_sample

__all__ = ["AS_OF", "copy_of", "kept_tables", "made_city", "now"]

AS_OF = pd.Timestamp("2026-11-23")


def now() -> dt.datetime:
    """The moment of every test."""
    return dt.datetime(2026, 11, 24, 8, 30, tzinfo=dt.UTC)


def made_city(folder: Path, *, is_linked: bool = True) -> Workspace:
    """Build a city of 6,000 people, load it and link it."""
    build_sample(out=folder, people=6_000, incidents=3_000, seed=7)
    city = open_workspace(folder)
    load(city, extracts_of(city))
    if is_linked:
        link_workspace(city, clock=now)
    return city


def copy_of(city: Workspace, folder: Path) -> Workspace:
    """Copy a city, with its store and everything kept beside it."""
    shutil.copytree(city.root, folder)
    return open_workspace(folder)


def kept_tables(city: Workspace) -> dict[str, bytes]:
    """The two tables of links, as bytes."""
    store, kept = open_store(city, clock=now), {}
    for table in ("person_links", "record_links"):
        stream = io.BytesIO()
        store.read(table, purpose="linkage").to_csv(stream, index=False)
        kept[table] = stream.getvalue()
    return kept
