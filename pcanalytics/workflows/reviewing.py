"""The review queue of a workspace: what of its incidents and calls was not found, for a person to look at."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected
from pcanalytics.geocoding.reference import Reference
from pcanalytics.geocoding.review import review_queue
from pcanalytics.store import Store, Workspace, open_store
from pcanalytics.workflows.csv_writing import guarded, write_csv
from pcanalytics.workflows.geocoding import geocoded

__all__ = ["LISTED", "review_locations", "write_review_queue"]

#: The tables whose locations may stand on the list: none in which an address is where a person lives.
LISTED = ("incidents", "calls")


def review_locations(store: Store, reference: Reference, *, limit: int = 200) -> pd.DataFrame:
    """List the locations of incidents and calls that were not found.

    Parameters
    ----------
    store : Store
        Open, after :func:`pcanalytics.workflows.geocoding.geocode_workspace`.
    reference : Reference
        What they were matched against.
    limit : int, default 200
        How many rows at most.

    Returns
    -------
    DataFrame
        From :func:`pcanalytics.geocoding.review_queue`. Left out are locations of domestic, sexual and juvenile matters and
        addresses that any record marks as protected; ``.attrs`` counts records: ``unlisted``, of which the location was not
        found and is not listed for that, and ``kept_back``, whose location speaks of a person.

    Examples
    --------
    >>> queue = review_locations(store, streets)  # doctest: +SKIP
    """
    found = pd.concat([geocoded(store, table) for table in LISTED], ignore_index=True)
    listed = found[found["is_listed"]].reset_index(drop=True)
    queue = review_queue(listed["address"], listed, reference, limit=limit)
    hidden = found[~found["is_listed"] & found["status"].ne("M") & found["reason"].ne("confidential")]
    queue.attrs["unlisted"] = len(hidden)
    return queue


def write_review_queue(workspace: Workspace, out: Path, *, reference: Reference, limit: int = 200) -> list[str]:
    """Write the review queue of a workspace to a file that only its owner may read.

    Parameters
    ----------
    workspace : Workspace
        An open workspace, geocoded.
    out : pathlib.Path
        A CSV file. Rows that a person fills in can be appended to the workspace's alias file as they are.
    reference : Reference
        What was matched against.
    limit : int, default 200
        How many rows at most.

    Returns
    -------
    list of str
        What was written and left out, in counts.

    Raises
    ------
    InputRejected
        When nothing was geocoded yet.
    OSError
        When it cannot be written.

    Examples
    --------
    >>> lines = write_review_queue(workspace, Path("queue.csv"), reference=streets)  # doctest: +SKIP
    """
    with open_store(workspace) as store, store.snapshot():
        queue = review_locations(store, reference, limit=limit)
        if queue.empty and geocoded(store, LISTED[0]).empty and geocoded(store, LISTED[1]).empty:
            raise InputRejected(f"{workspace.name}: nothing is geocoded yet. Run `pcanalytics geocode` first.")
    with write_csv(out, list(queue.columns), is_private=True) as writer:
        writer.write([guarded(pa.array(queue[name].astype("str"), pa.string())) for name in queue.columns])
    lines = [f"{out}: {len(queue):,} locations, which stand for {int(queue['records'].sum()):,} records"]
    lines += [f"  {word:<18}  {count:>10,} records" for word, count in _left_out(queue).items() if count]
    return lines


def _left_out(queue: pd.DataFrame) -> dict[str, int]:
    return {"never listed": int(queue.attrs["unlisted"]), "speak of a person": int(queue.attrs["kept_back"])}
