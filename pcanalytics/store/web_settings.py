"""The web geocoder that an agency chose, if it chose one: ``[geocoding.web]`` in ``agency.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pcanalytics.errors import Problem
from pcanalytics.exchange.settings import Keys, nearest

__all__ = ["WEB_SERVICES", "WebService", "read_web_table"]

#: The services that can be named, and what each is.
WEB_SERVICES: Mapping[str, str] = {
    "census": "The geocoder of the US Census Bureau. It needs no key and no server.",
    "nominatim": "A Nominatim server, or the public one of OpenStreetMap.",
    "pelias": "A Pelias server.",
}


@dataclass(frozen=True)
class WebService:
    """The web geocoder that an agency chose.

    Parameters
    ----------
    service : str
        One of :data:`WEB_SERVICES`.
    user_agent : str
        Who asks, as the service's rules want it: the agency's name.
    domain : str, optional
        Host of a server of the agency's own. Pelias needs it.
    key_file : Path, optional
        File whose only line is the key of a hosted Pelias. The key itself stands in no setting and is never shown.
    add : str
        What is put after each address, such as ``", Fairview, IL"``.
    seconds_between : float
        Pause between two questions. The public Nominatim wants at least 1.
    """

    service: str
    user_agent: str
    domain: str | None = None
    key_file: Path | None = field(default=None, repr=False)
    add: str = ""
    seconds_between: float = 1.0


def read_web_table(values: Mapping[str, Any], *, agency: str, root: Path, problems: list[Problem]) -> WebService | None:
    """Read ``[geocoding.web]``.

    Parameters
    ----------
    values : mapping
        The table as parsed.
    agency : str
        The agency's name, for services that want to know who asks.
    root : Path
        The workspace's folder; the key's file is in it.
    problems : list of Problem
        What is wrong is appended.

    Returns
    -------
    WebService or None
        None when the table names no service.

    Examples
    --------
    >>> problems = []
    >>> read_web_table({"service": "googel"}, agency="Fairview", root=Path(), problems=problems) is None
    True
    >>> print(problems[0])
    [geocoding.web] service is not known. Expected: one of: census, nominatim, pelias.
    """
    keys = Keys(values, "[geocoding.web]", problems)
    service = keys.take("service", "text", required=True)
    domain = keys.take("domain", "text")
    key_file = keys.take("key_file", "text")
    add = keys.take("add", "text", default="")
    pause = float(keys.take("seconds_between", "number", default=1.0))
    keys.finish()
    if service is None:
        return None
    if service not in WEB_SERVICES:
        keys.report(
            f"{keys.name('service')} is not known", code="unknown_name", expected=nearest(service, WEB_SERVICES)
        )
        return None
    if service == "pelias" and domain is None:
        keys.report(f"{keys.name('domain')} is missing", code="missing_key", expected="the host of the Pelias server")
    slowest = 1.0 if service == "nominatim" and domain is None else 0.0
    if pause < slowest:
        keys.report(f"{keys.name('seconds_between')} is too short", code="too_fast", expected=f"{slowest:.0f} or more")
    return WebService(service, agency, domain, None if key_file is None else root / key_file, add, pause)
