"""Geocode the records of a workspace: incidents, calls, and as far as the agreement allows it residences."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pyproj

from pcanalytics import geocoding
from pcanalytics.errors import InputRejected, NotAllowed, UsageError
from pcanalytics.exchange import Request, decide
from pcanalytics.geocoding.placing import geocode
from pcanalytics.geocoding.reference import Reference
from pcanalytics.store import Clock, Store, Workspace, open_store, system_clock
from pcanalytics.tables import TABLES
from pcanalytics.workflows.area_shapes import read_areas
from pcanalytics.workflows.geocoding_account import account, in_tenths
from pcanalytics.workflows.geocoding_records import GEOCODED, PURPOSE, Geocodable, records_to_geocode
from pcanalytics.workflows.weekly import reporting_week

__all__ = ["SOURCE", "geocode_workspace", "geocoded", "workspace_reference"]

Say = Callable[[str], None]

#: What the history of loads calls the results of geocoding.
SOURCE = "geocoding"

#: What the answer of a table depends on besides itself: where an address is protected, all that stand there are.
_PROTECTING = ("incidents", "calls", "police_people")
_POPULATION = ("supervision", "custody_stays")


def _quiet(_: str) -> None:
    """Say nothing."""


def workspace_reference(workspace: Workspace, *, say: Say | None = None, tell: Say | None = None) -> Reference:
    """Open what a workspace's addresses are matched against.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    say : callable, optional
        Told which column was taken for what and what was left out, when it has to be built first.
    tell : callable, optional
        Told what is being done then, for a terminal.

    Raises
    ------
    UsageError
        When the workspace names no streets, points or places.

    Examples
    --------
    >>> streets = workspace_reference(workspace)  # doctest: +SKIP
    """
    from pcanalytics.store.reference_file import reference_of
    from pcanalytics.workflows.geocoding_reference import open_reference

    file = reference_of(workspace)
    if file is None:
        raise UsageError(
            f"{workspace.name}: agency.toml names nothing to match addresses against. Name `streets` under [places], or write a "
            "[geocoding] table: docs/geocoding_reference.md."
        )
    return open_reference(file, cache=workspace.state / "geocoding", say=say, progress=tell)


def geocode_workspace(
    workspace: Workspace,
    *,
    reference: Reference,
    as_of: pd.Timestamp | None = None,
    clock: Clock = system_clock,
    say: Say = _quiet,
    tell: Say | None = None,
) -> list[str]:
    """Geocode every table of a workspace that has addresses, and keep what was found in its store.

    A table is geocoded again when its rows, what protects addresses, the reference, its aliases, the areas drawn, the agreement
    or this suite have changed since, and otherwise left alone.

    Parameters
    ----------
    workspace : Workspace
        An open workspace with something in its store.
    reference : Reference
        From :func:`workspace_reference`.
    as_of : pandas.Timestamp, optional
        For the people whose residences the agreement opens; the end of the last complete week in the data without it.
    clock : callable, optional
        Gives the present moment, for the agreement and the history of loads.
    say : callable, optional
        Told the account of each table: its two hit rates and why the rest was not found.
    tell : callable, optional
        Told what is being done, for a terminal.

    Returns
    -------
    list of str
        The tables that are geocoded now.

    Raises
    ------
    UsageError
        When nothing was loaded yet.

    Examples
    --------
    >>> tables = geocode_workspace(workspace, reference=workspace_reference(workspace), say=print)  # doctest: +SKIP
    """
    column, drawn = _areas(workspace, reference)
    store, done = open_store(workspace, clock=clock), []
    for one in GEOCODED.values():
        try:
            moment = _moment(store, workspace, one, as_of, clock)
            inputs = _inputs(store, workspace, one, reference, moment)
            if _kept_inputs(store, one) == inputs:
                result = store.read(one.into, purpose=PURPOSE, as_of=moment)
                say(f"{one.table}: nothing has changed since they were geocoded.")
            else:
                result = _geocoded_anew(store, one, reference, column, drawn, moment, inputs=inputs, tell=tell)
        except (NotAllowed, InputRejected) as error:
            if not one.is_of_people:
                raise
            say(f"{one.table}: not geocoded. {error.summary}")
            continue
        done.append(one.table)
        for line in account(result, reference, what=one.table):
            say(line)
    return done


def geocoded(store: Store, table: str, *, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Read the records of a table with where their addresses were found.

    Parameters
    ----------
    store : Store
        Open, after :func:`geocode_workspace`.
    table : str
        ``incidents``, ``calls`` or ``residences``.
    as_of : pandas.Timestamp, optional
        For residences.

    Returns
    -------
    DataFrame
        What :func:`pcanalytics.workflows.geocoding_records.records_to_geocode` gives, and the columns of the derived table. A record
        that came after it was made is missing there.

    Raises
    ------
    UnknownName
        When the table's addresses are not geocoded.
    NotAllowed
        When the agreement does not allow it.

    Examples
    --------
    >>> incidents = geocoded(store, "incidents")  # doctest: +SKIP
    """
    records = records_to_geocode(store, table, as_of=as_of)
    one = GEOCODED[table]
    found = store.read(one.into, purpose=PURPOSE, as_of=as_of if one.is_of_people else None)
    return records.merge(found, on=list(one.key), how="inner", validate="one_to_one")


def _areas(workspace: Workspace, reference: Reference) -> tuple[str, gpd.GeoDataFrame | None]:
    """Give the column of the areas recorded with police records, and their shapes: beats, else districts."""
    for column, path in (("beat", workspace.places.beats), ("district", workspace.places.districts)):
        if path is not None and path.suffix.lower() != ".csv":
            return column, read_areas(path, crs=reference.crs, named=column)
    return "beat", None


def _moment(
    store: Store, workspace: Workspace, one: Geocodable, as_of: pd.Timestamp | None, clock: Clock
) -> pd.Timestamp | None:
    """Give the as-of of a read: police records are read as they stand. What may not be kept is not read."""
    if not one.is_of_people:
        return None
    today = clock().astimezone(ZoneInfo(workspace.time_zone)).date()
    _refuse_not_kept(store, one, today)
    return as_of or reporting_week(store, workspace, None).end


def _refuse_not_kept(store: Store, one: Geocodable, today: dt.date) -> None:
    decision = decide(Request(one.into, TABLES[one.into].names, PURPOSE), store.agreement, on=today)
    if not decision.allowed:
        raise NotAllowed(f"The agreement lets nothing of {one.into} be read for {PURPOSE!r}: {decision.reason}.")


def _inputs(
    store: Store, workspace: Workspace, one: Geocodable, reference: Reference, as_of: pd.Timestamp | None
) -> str:
    """Give a digest of everything that the answer depends on."""
    history = store.load_history()
    needed = {one.table, *_PROTECTING, *(_POPULATION if one.is_of_people else ())}
    loads = history[history["status"].eq("loaded") & history["table"].isin(needed)]
    shapes = [path for path in (workspace.places.beats, workspace.places.districts) if path is not None]
    agreement = store.agreement
    parts = {
        "method": _method(),
        "loads": loads[["source", "table", "digest"]].to_numpy().tolist(),
        "reference": [reference.name, reference.vintage, reference.digest, reference.crs],
        "areas": [_file_digest(path) for path in shapes],
        "crs": workspace.crs,
        "agreement": None if agreement is None or not one.is_of_people else agreement.digest,
        "as_of": None if as_of is None else as_of.isoformat(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def _method() -> list[str]:
    """Give a digest of each file of the method: another version of the suite may find other places."""
    return [_file_digest(path) for path in sorted(Path(geocoding.__file__).parent.glob("*.py"))]


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _kept_inputs(store: Store, one: Geocodable) -> str | None:
    history = store.load_history()
    kept = history[history["source"].eq(SOURCE) & history["table"].eq(one.into) & history["status"].eq("loaded")]
    return None if kept.empty else str(kept["digest"].iloc[-1])


def _geocoded_anew(
    store: Store,
    one: Geocodable,
    reference: Reference,
    column: str,
    drawn: gpd.GeoDataFrame | None,
    as_of: pd.Timestamp | None,
    *,
    inputs: str,
    tell: Say | None,
) -> pd.DataFrame:
    with store.snapshot():
        records = records_to_geocode(store, one.table, as_of=as_of)
    if tell is not None:
        tell(f"{one.table}: {len(records):,} records")
    areas = None if one.is_of_people or drawn is None else records[column].where(records[column].isin(drawn.index))
    result = geocode(
        records["written"],
        reference,
        areas=areas,
        drawn=None if areas is None else drawn,
        progress=in_tenths(tell, f"{one.table}, distinct addresses"),
    )
    kept = _as_table(result, records, one, reference, store.workspace.crs)
    with store.loading(
        source=SOURCE, table=one.into, digest=inputs, extract="full", usual_rows=0, only_file=True
    ) as loading:
        loading.write(kept)
        loading.finish()
    return result


def _as_table(
    result: pd.DataFrame, records: pd.DataFrame, one: Geocodable, reference: Reference, crs: str
) -> pd.DataFrame:
    """Give the result the derived table's keys, words and coordinates."""
    names = [name for name in TABLES[one.into].names if name not in one.key]
    kept = result[names].copy()
    if pyproj.CRS(reference.crs) != pyproj.CRS(crs):
        turn = pyproj.Transformer.from_crs(reference.crs, crs, always_xy=True)
        found = kept["x"].notna()
        kept.loc[found, "x"], kept.loc[found, "y"] = turn.transform(kept.loc[found, "x"], kept.loc[found, "y"])
    words = {name: kept[name].astype("str") for name in names if isinstance(kept[name].dtype, pd.CategoricalDtype)}
    return pd.concat([records[list(one.key)], kept.assign(**words)], axis=1)
