"""What a page on geocoding is made from: the records with where they were found, and what is set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from pcanalytics.errors import NotAllowed
from pcanalytics.geocoding.point_checks import check_points
from pcanalytics.geocoding.reference import Reference
from pcanalytics.periods import week_label
from pcanalytics.store import Store, Workspace, open_store, open_workspace, sample_workspace
from pcanalytics.workflows.area_shapes import read_areas
from pcanalytics.workflows.geocoding import geocode_workspace, geocoded, workspace_reference
from pcanalytics.workflows.geocoding_records import PURPOSE
from pcanalytics.workflows.reviewing import review_locations
from pcanalytics.workflows.weekly import reporting_week

__all__ = ["GeocodingBrief", "geocode_addresses"]

#: What is said of every record, whatever its table.
_SAID = ["form", "status", "match_type", "reason", "error_m", "is_institution"]


@dataclass(frozen=True)
class GeocodingBrief:
    """What a page on geocoding is made from.

    Parameters
    ----------
    agency : str
        The agency's name.
    week : str
        The last complete week in the data.
    as_of : pandas.Timestamp
        Its end.
    reference : Reference
        What addresses were matched against.
    incidents, calls : DataFrame
        The records with where they were found, ``agency``, ``district``, ``beat``, ``month`` and the address as written. For
        counting: a page shows none of the addresses.
    offenses : DataFrame
        The incidents once for each offense group in them, with ``offense_group``.
    residences : DataFrame
        What was found of the residences that the agreement opens, without who lives there or where; empty when it opens none,
        or fewer than may be counted.
    held : Series
        Why the coordinates recorded with an incident cannot be right; missing where they can.
    queue : DataFrame
        Locations of incidents and calls for a person to look at.
    """

    agency: str
    week: str
    as_of: pd.Timestamp
    reference: Reference
    incidents: pd.DataFrame
    calls: pd.DataFrame
    offenses: pd.DataFrame
    residences: pd.DataFrame
    held: pd.Series
    queue: pd.DataFrame

    @property
    def records(self) -> pd.DataFrame:
        """All records together, with the ``table`` each is of."""
        tables = {"Incidents": self.incidents, "Calls": self.calls, "Residences": self.residences}
        return pd.concat([frame[_SAID].assign(table=name) for name, frame in tables.items()], ignore_index=True)

    @property
    def police(self) -> pd.DataFrame:
        """Incidents and calls together."""
        return pd.concat([self.incidents, self.calls], ignore_index=True)


def geocode_addresses(workspace: str | Path = "") -> GeocodingBrief:
    """Geocode what has changed, and read what a page on geocoding needs.

    Parameters
    ----------
    workspace : str or pathlib.Path
        The folder with ``agency.toml``; empty for the made-up city.

    Returns
    -------
    GeocodingBrief
        Everything that is in the store.

    Raises
    ------
    UsageError
        When nothing was loaded, or the workspace names nothing to match addresses against.
    InputRejected
        When the store holds no offense with a date.

    Examples
    --------
    >>> brief = geocode_addresses("my_city")  # doctest: +SKIP
    """
    opened = open_workspace(workspace or sample_workspace())
    reference = workspace_reference(opened)
    with open_store(opened) as store:
        period = reporting_week(store, opened, None)
    geocode_workspace(opened, reference=reference, as_of=period.end)
    with open_store(opened) as store, store.snapshot():
        incidents = _with_month(geocoded(store, "incidents"), "occurred_from")
        return GeocodingBrief(
            agency=opened.name,
            week=week_label(period),
            as_of=period.end,
            reference=reference,
            incidents=incidents,
            calls=_with_month(geocoded(store, "calls"), "received_at"),
            offenses=_by_group(store, incidents, opened.offense_groups),
            residences=_residences(store, period.end),
            held=_held(store, opened, reference),
            queue=review_locations(store, reference),
        )


def _with_month(records: pd.DataFrame, when: str) -> pd.DataFrame:
    month = records[when].dt.strftime("%Y-%m")
    return records.assign(month=month.astype("str").where(month.notna()))


def _by_group(store: Store, incidents: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Give the incidents once for each offense group in them; without groups, for each offense."""
    offenses = store.read("incident_offenses", purpose=PURPOSE, columns=["incident_id", "offense"])
    labels = {word: label for label, words in groups.items() for word in words}
    group = offenses["offense"].map(labels) if labels else offenses["offense"].str.replace("_", " ").str.capitalize()
    pairs = offenses.assign(offense_group=group.fillna("Other offenses"))[["incident_id", "offense_group"]]
    return incidents.merge(pairs.drop_duplicates(), on="incident_id", how="inner")


def _residences(store: Store, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give what was found of residences, when there are enough of them to be counted."""
    nothing = pd.DataFrame({name: pd.Series(dtype="object") for name in _SAID})
    agreement = store.agreement
    try:
        homes = geocoded(store, "residences", as_of=as_of)
    except NotAllowed:
        return nothing
    few = agreement is None or homes[["agency", "doc_id"]].drop_duplicates().shape[0] < agreement.minimum_cell
    return nothing if few else homes[_SAID]


def _held(store: Store, workspace: Workspace, reference: Reference) -> pd.Series:
    """Tell which coordinates recorded with incidents cannot be right; a record without any has none to hold."""
    points = store.read("incidents", purpose=PURPOSE, columns=["x", "y"]).dropna(how="all")
    return check_points(points, crs=workspace.crs, extent=_extent(workspace, reference))


def _extent(workspace: Workspace, reference: Reference) -> shapely.Geometry:
    """Give the area in which records lie: the districts or beats drawn, else a box around the streets."""
    for name in ("districts", "beats"):
        path = getattr(workspace.places, name)
        if path is not None and path.suffix.lower() != ".csv":
            return read_areas(path, crs=workspace.crs, named=name[:-1]).geometry.union_all()
    lines = reference.lines.to_pandas()
    x, y = lines[["x0", "x1"]].to_numpy(), lines[["y0", "y1"]].to_numpy()
    box = gpd.GeoSeries([shapely.box(x.min(), y.min(), x.max(), y.max())], crs=reference.crs)
    return box.to_crs(workspace.crs).iloc[0]
