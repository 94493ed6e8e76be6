"""Layers of points: addresses, intersections, places, mileposts, exits, and the agency's own aliases."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.geocoding.cleaning import clean
from pcanalytics.geocoding.house_ranges import read_numbers
from pcanalytics.geocoding.layers import Layer, in_system, joined_names, texts, zones
from pcanalytics.geocoding.reference import TABLE_SCHEMAS
from pcanalytics.geocoding.street_keys import place_keys, street_keys
from pcanalytics.spatial import transform

__all__ = ["address_points", "aliases_table", "intersections", "places_table", "route_places"]

#: Words of kinds of place at which many unrelated people are recorded.
_INSTITUTIONS = (
    "jail|prison|detention|correction|custody|hospital|shelter|halfway|treatment|police|station|court|probation|parole"
)

#: Kinds that say too little; the place's name is asked then.
_VAGUE_KINDS = r"^$|office|government|public|facility|building"

_YES = ("TRUE", "YES", "Y", "T", "1")


def _rows(layers: Sequence[Layer], kind: str, crs: str, notes: list[Problem]) -> list[gpd.GeoDataFrame]:
    frames = []
    for layer in layers:
        if layer.kind == kind:
            frame, outside = in_system(layer, crs)
            notes += outside
            frames.append(frame.assign(x=frame.geometry.x, y=frame.geometry.y))
    return frames


def address_points(layers: Sequence[Layer], crs: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read layers of address points.

    Parameters
    ----------
    layers : sequence of Layer
        Of kind points; others are passed over.
    crs : str
        The system to work in.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``written`` (the street's name), ``number``, ``number_text``, ``zone``, ``x``, ``y``; and what was left
        out: rows without a number or a street.

    Examples
    --------
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> frame = pd.DataFrame({"address": ["12 1/2 Oak St", "no number"], "lon": [-93.0, -93.0], "lat": [42.0, 42.0]})
    >>> points, notes = address_points([make_layer(frame, kind="points")], "EPSG:26915")
    >>> points[["written", "number", "number_text"]].values.tolist(), notes[0].rows
    ([['Oak St', 12, '12 1/2']], 1)
    """
    notes: list[Problem] = []
    names = [layer.name for layer in layers if layer.kind == "points"]
    read = [
        _addresses(frame, name, notes) for frame, name in zip(_rows(layers, "points", crs, notes), names, strict=True)
    ]
    columns = ["written", "number", "number_text", "zone", "x", "y"]
    return pd.concat(read, ignore_index=True) if read else _none(columns), notes


def _none(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({key: pd.Series([], dtype="float64" if key in "xy" else "str") for key in columns})


def _addresses(frame: pd.DataFrame, name: str, notes: list[Problem]) -> pd.DataFrame:
    if "address" in frame and "number" not in frame:
        split = frame["address"].str.extract(r"^\s*([A-Za-z]?\d[\w-]*(?:\s+\d/\d)?)\s+(.*?)\s*(?:,.*)?$")
        frame = frame.assign(number=split[0].fillna(""), street=split[1].fillna(""))
        frame = frame.drop(columns=[key for key in ("name", "suffix") if key in frame])
    text = _number_text(frame)
    number = read_numbers(text.str.replace(r"\s*\d/\d$", "", regex=True))["number"]
    made = pd.DataFrame(
        {
            "written": joined_names(frame),
            "number": number,
            "number_text": text,
            "zone": zones(frame),
            "x": frame["x"],
            "y": frame["y"],
        }
    )
    good = (made["number"] > 0) & (made["written"] != "")
    if not good.all():
        what = f"{name}: rows without a house number or a street were left out"
        notes.append(Problem(what, rows=int((~good).sum()), first_row=int((~good).to_numpy().argmax()) + 1))
    return made[good]


def _number_text(frame: pd.DataFrame) -> pd.Series:
    """Write house numbers one way: 1200, 1200B, 1200 1/2, 30-41, W180N8085."""
    nothing = pd.Series("", index=frame.index, dtype="str")
    before, number, after = (frame.get(key, nothing) for key in ("number_prefix", "number", "number_suffix"))
    number = number.str.replace(r"\.0+$", "", regex=True)
    fraction = after.str.contains("/", regex=False)
    whole = before + number + after.mask(fraction, " " + after)
    tidy = whole.str.upper().str.replace(r"\s+", " ", regex=True).str.strip()
    tidy = tidy.str.replace(r"\s*-\s*", "-", regex=True).str.replace(r"(?<=\d)[ -](?=[A-Z]$)", "", regex=True)
    return tidy.str.replace(r"(?<=\d) (?=[NSEW]\d)", "", regex=True).str.replace(r"^0+(?=\d)", "", regex=True)


def intersections(layers: Sequence[Layer], crs: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read layers of intersections.

    Parameters
    ----------
    layers : sequence of Layer
        Of kind intersections; others are passed over.
    crs : str
        The system to work in.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``written_a``, ``written_b``, ``x``, ``y``, a row for each pair of names; and what was left out.

    Examples
    --------
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> frame = pd.DataFrame({"intersection": ["Oak St & Elm St"], "lon": [-93.0], "lat": [42.0]})
    >>> intersections([make_layer(frame, kind="intersections")], "EPSG:26915")[0]["written_b"].tolist()
    ['Elm St']
    """
    notes: list[Problem] = []
    made = []
    for frame in _rows(layers, "intersections", crs, notes):
        if "street_a" in frame and "street_b" in frame:
            pair = frame[["street_a", "street_b"]]
        else:
            pair = frame["both"].str.split(r"\s*(?:&|/|\\|@|\bAND\b|\band\b)\s*", n=1, regex=True, expand=True)
            pair = pair.reindex(columns=[0, 1]).fillna("")
        read = pd.DataFrame(
            {"written_a": pair.iloc[:, 0], "written_b": pair.iloc[:, 1], "x": frame["x"], "y": frame["y"]}
        )
        good = (read["written_a"] != "") & (read["written_b"] != "")
        if not good.all():
            notes.append(Problem("intersections without two names were left out", rows=int((~good).sum())))
        made.append(read[good])
    columns = ["written_a", "written_b", "x", "y"]
    return pd.concat(made, ignore_index=True) if made else _none(columns), notes


def places_table(layers: Sequence[Layer], crs: str) -> dict[str, pd.DataFrame]:
    """Read layers of places known by name.

    Parameters
    ----------
    layers : sequence of Layer
        Of kind places; others are passed over.
    crs : str
        The system to work in.

    Returns
    -------
    dict of str to DataFrame
        ``places``, a row for each name of each place.

    Examples
    --------
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> frame = pd.DataFrame({"name": ["County Jail"], "kind": ["jail"], "lon": [-93.0], "lat": [42.0]})
    >>> places_table([make_layer(frame, kind="places")], "EPSG:26915")["places"]["is_institution"].tolist()
    [True]
    """
    made = []
    for frame in _rows(layers, "places", crs, []):
        kind = frame["kind"].str.lower() if "kind" in frame else pd.Series("", index=frame.index, dtype="str")
        named = frame["place"].str.lower().str.contains(_INSTITUTIONS, regex=True)
        marked = kind.str.contains(_INSTITUTIONS, regex=True) | (kind.str.contains(_VAGUE_KINDS, regex=True) & named)
        if "institution" in frame:
            marked = frame["institution"].str.upper().isin(_YES)
        for key in [one for one in frame if one == "place" or str(one).startswith("also_known_as")]:
            listed = frame.assign(
                place=place_keys(pa.array(frame[key].tolist(), pa.string())).to_pandas(),
                written=frame[key],
                kind=kind,
                is_institution=marked,
                zone=zones(frame),
            )
            made.append(listed[listed["place"].notna() & (listed[key] != "")])
    columns = TABLE_SCHEMAS["places"].names
    if not made:
        return {}
    table = pd.concat(made, ignore_index=True)[columns].drop_duplicates()
    return {"places": table.sort_values(["place", "x", "y"]).reset_index(drop=True)}


def route_places(layers: Sequence[Layer], crs: str) -> dict[str, pd.DataFrame]:
    """Read layers of mileposts and of exits.

    Parameters
    ----------
    layers : sequence of Layer
        Of kinds mileposts and exits; others are passed over.
    crs : str
        The system to work in.

    Returns
    -------
    dict of str to DataFrame
        ``mileposts`` and ``exits``, as far as there are such layers. Rows without a route are left out.

    Examples
    --------
    >>> from pcanalytics.geocoding.layers import make_layer
    >>> frame = pd.DataFrame({"route": ["I-95"], "mile": ["12.5"], "lon": [-93.0], "lat": [42.0]})
    >>> route_places([make_layer(frame, kind="mileposts")], "EPSG:26915")["mileposts"]["route"].tolist()
    ['I 95']
    """
    made = {}
    for kind, what in (("mileposts", "milepost"), ("exits", "exit")):
        frames = _rows(layers, kind, crs, [])
        if not frames:
            continue
        table = pd.concat(frames, ignore_index=True)
        keys = street_keys(pa.array(table["route"].tolist(), pa.string())).to_pandas()
        parts = keys.fillna("|||").str.split("|", expand=True)
        said = table["direction"] if "direction" in table else parts[3].where(parts[3] != "", parts[0])
        table = table.assign(route=parts[1], direction=said.fillna("").str.upper().str.extract(r"^([NSEW]?)")[0])
        value = table[what]
        table[what] = pd.to_numeric(value, errors="coerce") if what == "milepost" else value.str.upper()
        good = (table["route"] != "") & table[what].notna() & (value != "")
        order = ["route", what, "direction"]
        made[kind] = table[good][[*order, "x", "y"]].drop_duplicates().sort_values(order).reset_index(drop=True)
    return made


#: A correction farther than this from everything else is taken for a slip: a lost sign, lon and lat exchanged, 0 and 0.
_FAR_M = 100_000.0


def aliases_table(
    aliases: pd.DataFrame | None, crs: str, *, extent: tuple[float, float, float, float] | None = None
) -> dict[str, pd.DataFrame]:
    """Read the agency's aliases.

    Parameters
    ----------
    aliases : DataFrame or None
        ``written`` and ``means``, or ``lon`` and ``lat``; ``institution`` marks those at which many unrelated
        records lie. Rows that nobody filled in are passed over. Other columns are not read.
    crs : str
        The system to work in.
    extent : tuple of float, optional
        West, south, east and north of everything else in the reference, meters.

    Returns
    -------
    dict of str to DataFrame
        ``aliases``, each written string once; the last row of a string holds.

    Raises
    ------
    InputRejected
        When ``written`` is missing, or a coordinate is no number, out of its bounds, or more than 100 km outside of
        ``extent``.

    Examples
    --------
    >>> queue = pd.DataFrame({"written": ["the  mall", "PIER"], "means": ["210 Oak St", ""], "lon": "", "lat": ""})
    >>> aliases_table(queue, "EPSG:26915")["aliases"][["written", "means"]].values.tolist()
    [['THE MALL', '210 OAK ST']]
    """
    if aliases is None:
        return {}
    if "written" not in aliases:
        raise InputRejected(
            "The alias file has no column 'written'. Its columns: written, means, lon, lat, institution."
        )
    said = {
        key: texts(aliases[key]) if key in aliases else pd.Series("", index=aliases.index, dtype="str")
        for key in ("written", "means", "lon", "lat", "institution")
    }
    frame = pd.DataFrame(said)
    for key in ("written", "means"):  # the apostrophe that keeps a spreadsheet from reading a formula
        frame[key] = frame[key].str.replace(r"^'(?=\s*[=+@-])", "", regex=True)
    frame = frame[(frame["written"] != "") & (frame["written"].str.lower() != "written")]
    frame = frame[(frame["means"] != "") | ((frame["lon"] != "") & (frame["lat"] != ""))]
    lon, lat = (pd.to_numeric(frame[key].where(frame[key] != ""), errors="coerce") for key in ("lon", "lat"))
    placed = (frame["lon"] != "") & (frame["lat"] != "")
    wrong = placed & ~(lon.abs().le(180) & lat.abs().le(90))
    if wrong.any():
        first = int(np.flatnonzero(aliases.index.isin(frame.index[wrong]))[0]) + 1
        problem = Problem("lon and lat are no place on earth", rows=int(wrong.sum()), first_row=first)
        raise InputRejected("The alias file cannot be used.", [problem])
    x, y = transform(lon, lat, "EPSG:4326", crs)
    if extent is not None:
        west, south, east, north = extent
        near = x.between(west - _FAR_M, east + _FAR_M) & y.between(south - _FAR_M, north + _FAR_M)
        far = placed & ~near.to_numpy(dtype=bool)
        if far.any():
            first = int(np.flatnonzero(aliases.index.isin(frame.index[far]))[0]) + 1
            problem = Problem("lon and lat lie over 100 km from the reference", rows=int(far.sum()), first_row=first)
            raise InputRejected("The alias file cannot be used.", [problem])
    made = pd.DataFrame(
        {
            "written": clean(pa.array(frame["written"].tolist(), pa.string())).to_pandas(),
            "means": clean(pa.array([text or None for text in frame["means"]], pa.string())).to_pandas(),
            "x": x.to_numpy(),
            "y": y.to_numpy(),
            "is_institution": frame["institution"].str.upper().isin(_YES).to_numpy(),
        }
    )
    made["means"] = made["means"].astype(object).where(made["means"].notna(), None)
    made = made[made["written"].notna()].drop_duplicates("written", keep="last")
    return {"aliases": made.sort_values("written").reset_index(drop=True)}
