"""Asking a geocoder on the web: off unless ``agency.toml`` names one, and refused for what must not leave the machine.

An address that is sent tells someone else where police were, and a company may keep what it was asked. So nothing of
corrections, nothing domestic, nothing confidential is ever sent, and a record that does not say what it is counts as confidential.
"""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pcanalytics.compstat import normalize_address
from pcanalytics.errors import NotAllowed, Problem, UsageError
from pcanalytics.store.web_settings import WebService
from pcanalytics.tables import table

__all__ = ["may_leave", "web_geocode"]

#: A record is sent only when each of these is there and says no.
_MARKS = ("confidential_address", "domestic", "unlisted")
#: Words that make an address confidential whatever the record's columns say.
_CONFIDENTIAL = re.compile(
    r"CONFIDENTIAL|PROTECTED|SAFE AT HOME|SUBSTITUTE ADDRESS|WITHHELD|SEALED|REDACTED|\bACP\b|SHELTER", re.I
)
_SAME_PLACE_DEGREES = 0.0005  # about 50 m: two answers this near are one place


def may_leave(records: pd.DataFrame) -> pd.Series:
    """Tell which records' addresses may be sent to a service outside.

    Parameters
    ----------
    records : DataFrame
        With ``address``, and ``confidential_address``, ``domestic`` and ``unlisted``. Where one of the three is missing, as a column
        or as a value, the record may not leave. Give a whole table, before anything is left out of it: what one record
        protects is then kept for all.

    Returns
    -------
    Series of bool
        Index kept. False too for an address whose words say that it is confidential, for one that another of the records
        marks confidential, whatever unit either names, and for none.

    Examples
    --------
    >>> rows = pd.DataFrame({"address": ["1 OAK ST", "1 OAK ST"], "confidential_address": False, "domestic": [False, None]})
    >>> may_leave(rows.assign(unlisted=False)).tolist(), may_leave(rows).tolist()
    ([True, False], [False, False])
    """
    allowed = pd.Series(True, index=records.index)
    for mark in _MARKS:
        said = (
            records[mark].astype("boolean")
            if mark in records.columns
            else pd.Series(pd.NA, records.index, dtype="boolean")
        )
        allowed &= ~said.fillna(value=True).astype(bool)
    address = records["address"].astype("string")
    allowed &= address.notna() & ~address.str.contains(_CONFIDENTIAL, na=False)
    return allowed & ~_stands_with_confidential(records, address)


def _stands_with_confidential(records: pd.DataFrame, address: pd.Series) -> pd.Series:
    """Tell which records have an address that any of them marks confidential: it is the address that is protected."""
    if "confidential_address" not in records.columns:
        return pd.Series(True, index=records.index)
    marked = records["confidential_address"].astype("boolean").fillna(value=False).astype(bool)
    door = normalize_address(address.astype(object).where(address.notna(), None))
    return door.notna() & door.isin(door[marked].dropna())


def web_geocode(
    records: pd.DataFrame,
    service: WebService | None,
    *,
    source: str,
    adapter: Any = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Ask a web geocoder for the addresses of records that may leave.

    Parameters
    ----------
    records : DataFrame
        With the columns of :func:`may_leave`. Choose those that may leave first: one that may not refuses the whole call.
    service : WebService or None
        ``workspace.web``; None is the usual case and is refused.
    source : str
        The declared table the records are of.
    adapter : callable, optional
        What makes geopy's requests; tests give one that answers from memory.
    progress : callable, optional
        Called with how many different addresses were asked for, and how many there are.

    Returns
    -------
    DataFrame
        Index of ``records``: ``status`` (M one place, T several, U none or only a street, zip code or city), ``lon`` and ``lat`` (degrees,
        missing unless M), ``matched_as``, ``service``.

    Raises
    ------
    NotAllowed
        When no service is named, the table is not of the police, or any record may not leave.
    UsageError
        When the extra ``web`` is not installed.
    PcanalyticsError
        When the service cannot be reached or refuses; the message names no address.

    Examples
    --------
    >>> web_geocode(pd.DataFrame({"address": []}), None, source="incidents")
    Traceback (most recent call last):
    pcanalytics.errors.NotAllowed: No web geocoder is allowed: agency.toml has no [geocoding.web].
    """
    service = _allowed(records, service, source)
    ask = _asker(service, adapter)
    written = records["address"].astype("string").str.strip()
    distinct = sorted(written.unique().tolist())
    answers: dict[str, dict[str, object]] = {}
    for number, address in enumerate(distinct):
        if number:
            time.sleep(service.seconds_between)
        answers[address] = _answer(ask, address + service.add)
        if progress is not None:
            progress(number + 1, len(distinct))
    rows = [answers[address] for address in written.tolist()]
    return pd.DataFrame(rows, index=records.index, columns=["status", "lon", "lat", "matched_as"]).assign(
        service=service.service
    )


def _allowed(records: pd.DataFrame, service: WebService | None, source: str) -> WebService:
    """Refuse whatever may not be sent, before geopy is even imported."""
    if service is None:
        raise NotAllowed("No web geocoder is allowed: agency.toml has no [geocoding.web].")
    if table(source).owner != "police":
        raise NotAllowed(f"No address of {source} may be sent to a web geocoder: only the police's own tables may be.")
    kept = np.flatnonzero(~may_leave(records).to_numpy(dtype=bool))
    if len(kept):
        what = "may not leave: domestic, sexual or confidential, or without the columns that say so, or without address"
        todo = "Choose the records with may_leave() first"
        problem = Problem(
            f"records of {source} {what}", rows=len(kept), first_row=int(kept[0]) + 1, todo=todo, code="may_not_leave"
        )
        raise NotAllowed("Nothing was sent to the web geocoder.", [problem])
    return service


def _asker(service: WebService, adapter: Any) -> Callable[[str], list[Any]]:
    try:
        services = importlib.import_module("pcanalytics.workflows.web_services")
    except ModuleNotFoundError as missing:
        if missing.name is None or not missing.name.startswith("geopy"):
            raise
        raise UsageError("A web geocoder needs the extra `web`: pip install -r locks/web.lock.") from None
    key = None if service.key_file is None else service.key_file.read_text(encoding="utf-8").strip()
    return services.asker(
        service.service, domain=service.domain, key=key, user_agent=service.user_agent, adapter=adapter
    )


def _answer(ask: Callable[[str], list[Any]], address: str) -> dict[str, object]:
    """Ask once, and weigh what came back."""
    found = [each for each in ask(address) if each.is_place]
    if not found:
        return {"status": "U", "lon": np.nan, "lat": np.nan, "matched_as": None}
    first = found[0]
    one_place = all(max(abs(each.lon - first.lon), abs(each.lat - first.lat)) < _SAME_PLACE_DEGREES for each in found)
    if not one_place:
        return {"status": "T", "lon": np.nan, "lat": np.nan, "matched_as": None}
    return {"status": "M", "lon": first.lon, "lat": first.lat, "matched_as": first.matched_as}
