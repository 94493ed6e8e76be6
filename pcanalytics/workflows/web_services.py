"""The web geocoders, through geopy. Nothing else in the suite imports it, and nothing imports this by itself.

``web_geocoding`` decides what may be sent; here is only how a service is asked and what of its answer is a place.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Pelias
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from pcanalytics.errors import PcanalyticsError

__all__ = ["Census", "Found", "asker"]

#: Layers of Pelias that are a place; the others are streets, cities and regions, whose middle is none.
_PELIAS_PLACES = ("address", "venue", "intersection")


@dataclass(frozen=True)
class Found:
    """One answer of a service.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    matched_as : str
        What the service says it found.
    is_place : bool
        False for the middle of a street, a zip code or a city, which is never a hit.
    """

    lon: float
    lat: float
    matched_as: str
    is_place: bool


class Census(Geocoder):
    """The geocoder of the US Census Bureau for one address in one line; it needs no key.

    Parameters
    ----------
    domain : str
        Where it is.
    benchmark : str
        Which release of the Bureau's address ranges.
    **options
        What every geocoder of geopy takes: ``timeout``, ``proxies``, ``user_agent``, ``adapter_factory``.
    """

    path = "/geocoder/locations/onelineaddress"

    def __init__(
        self, *, domain: str = "geocoding.geo.census.gov", benchmark: str = "Public_AR_Current", **options: Any
    ) -> None:
        super().__init__(**options)
        self._url = f"{self.scheme}://{domain.strip('/')}{self.path}"
        self._benchmark = benchmark

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: float = DEFAULT_SENTINEL) -> Any:
        """Ask for one address.

        Parameters
        ----------
        query : str
            The address, with city and state.
        exactly_one : bool
            Give the first answer rather than all.
        timeout : float
            Seconds.

        Returns
        -------
        geopy.Location, list of them, or None
            None when the Bureau finds nothing.
        """
        asked = {"address": query, "benchmark": self._benchmark, "format": "json"}
        return self._call_geocoder(
            f"{self._url}?{urlencode(asked)}", partial(self._read, exactly_one=exactly_one), timeout=timeout
        )

    def _read(self, answer: Mapping[str, Any], *, exactly_one: bool) -> Any:
        matches = answer.get("result", {}).get("addressMatches", [])
        places = [
            Location(match["matchedAddress"], (match["coordinates"]["y"], match["coordinates"]["x"]), match)
            for match in matches
        ]
        if not places:
            return None
        return places[0] if exactly_one else places


def asker(
    service: str, *, domain: str | None = None, key: str | None = None, user_agent: str, adapter: Any = None
) -> Callable[[str], list[Found]]:
    """Give the function that asks one service for one address.

    Parameters
    ----------
    service : {"census", "nominatim", "pelias"}
        Which.
    domain : str, optional
        The host of a server of your own; Pelias has no other.
    key : str, optional
        What a hosted Pelias wants. It goes into the request and nowhere else.
    user_agent : str
        Who asks; Nominatim refuses those who do not say.
    adapter : callable, optional
        What makes geopy's requests; tests give one that answers from memory. Without one it is Python's own, because
        the one that geopy would choose logs every address.

    Returns
    -------
    callable
        Takes an address, gives every answer; raises PcanalyticsError when the service fails.

    Examples
    --------
    >>> ask = asker("census", user_agent="Town Police")
    >>> callable(ask)
    True
    """
    options: dict[str, Any] = {"user_agent": user_agent, "adapter_factory": adapter or URLLibAdapter}
    if domain is not None:
        options["domain"] = domain
    if service == "census":
        return partial(_ask, Census(**options), lambda raw: True, {})
    if service == "nominatim":
        return partial(_ask, Nominatim(**options), _is_building, {"addressdetails": True, "country_codes": "us"})
    return partial(_ask, Pelias(api_key=key, **options), _is_pelias_place, {"countries": ["US"]})


def _ask(
    geocoder: Geocoder, is_place: Callable[[Mapping[str, Any]], bool], options: Mapping[str, Any], address: str
) -> list[Found]:
    try:
        with _no_log():
            answers = geocoder.geocode(address, exactly_one=False, **options) or []
    except GeopyError as failure:
        # geopy puts the address that it asked for into its messages, so nothing of them is passed on
        raise PcanalyticsError(
            f"The web geocoder failed ({type(failure).__name__}). Nothing was kept; try later."
        ) from None
    return [Found(each.longitude, each.latitude, str(each.address or ""), is_place(each.raw)) for each in answers]


@contextmanager
def _no_log() -> Iterator[None]:
    """Keep geopy from logging: at its lowest level it logs each request, address and all."""
    logger = logging.getLogger("geopy")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _is_building(raw: Mapping[str, Any]) -> bool:
    """Tell whether Nominatim found a house rather than a street, a zip code or a city."""
    return "house_number" in raw.get("address", {})


def _is_pelias_place(raw: Mapping[str, Any]) -> bool:
    return raw.get("properties", {}).get("layer") in _PELIAS_PLACES
