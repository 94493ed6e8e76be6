"""Places as GeoJSON: longitude and latitude with six decimals, one feature a line, the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyproj

from pcanalytics.sample_city import areas
from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.addresses import Network


def to_degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn map coordinates into longitude and latitude (EPSG:4326), not rounded."""
    return pyproj.Transformer.from_crs(plan.CRS, "EPSG:4326", always_xy=True).transform(x, y)


def positions(points: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Turn plan points into GeoJSON positions."""
    corners = np.array(points, dtype=float)
    longitude, latitude = to_degrees(*plan.to_map(corners[:, 0], corners[:, 1]))
    return [[round(float(a), 6), round(float(b), 6)] for a, b in zip(longitude, latitude, strict=True)]


def _clean(value: object) -> object:
    if value is None or value is pd.NA:
        return None
    return value.item() if isinstance(value, np.generic) else value


def collection(features: Iterable[tuple[dict, str, object]]) -> bytes:
    """Write features (properties, kind of geometry, coordinates) as one collection.

    Examples
    --------
    >>> collection([({"name": "A"}, "Point", [1.0, 2.0])]).decode().splitlines()[1]
    '{"type":"Feature","properties":{"name":"A"},"geometry":{"type":"Point","coordinates":[1.0,2.0]}}'
    """
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {key: _clean(value) for key, value in properties.items()},
                "geometry": {"type": kind, "coordinates": coordinates},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, kind, coordinates in features
    ]
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _closed(ring: Sequence[tuple[float, float]]) -> list[list[list[float]]]:
    around = positions(ring)
    return [[*around, around[0]]]


def streets(network: Network) -> bytes:
    """Write the streets with their declared columns (`streets`)."""
    columns = [
        "street_id",
        "predirection",
        "street_name",
        "street_type",
        "left_from",
        "left_to",
        "right_from",
        "right_to",
        "from_node",
        "to_node",
        "road_class",
        "zip_code",
    ]
    table = network.table
    numbered = table["numbered"].to_numpy()
    rows = table[columns].to_dict("records")
    for row, has in zip(rows, numbered, strict=True):
        if not has:
            row["left_parity"] = row["right_parity"] = "none"
    lengths = [len(piece.points) for piece in network.pieces]
    every = positions([point for piece in network.pieces for point in piece.points])
    ends = np.cumsum(lengths).tolist()
    rows = [{key: value for key, value in row.items() if not pd.isna(value) and value != ""} for row in rows]
    return collection(
        (row, "LineString", every[stop - count : stop]) for row, stop, count in zip(rows, ends, lengths, strict=True)
    )


def beats(people: np.ndarray) -> bytes:
    """Write the beats as drawn in time, one of them renamed, and how many people live in each."""
    old, new, since = plan.RENAMED_BEAT
    features = []
    for place, ring in enumerate(areas.beat_rings()):
        name, district = f"{place + 1:03d}", plan.DISTRICTS[plan.BEAT_DISTRICT[place]]
        shape = _closed(ring)
        first = {
            "beat": name,
            "district": district,
            "valid_from": None,
            "valid_to": since if name == old else None,
            "follows": None,
            "residents": int(people[place]),
        }
        features.append((first, "Polygon", shape))
        if name == old:
            later = first | {"beat": new, "valid_from": since, "valid_to": None, "follows": old}
            features.append((later, "Polygon", shape))
    return collection(features)


def districts(people: np.ndarray) -> bytes:
    """Write the six districts and how many people live in each; `people` counts the residents of the beats."""
    rings = areas.beat_rings()
    features = []
    for place, name in enumerate(plan.DISTRICTS):
        mine = [beat for beat, owner in enumerate(plan.BEAT_DISTRICT) if owner == place]
        living = int(sum(people[beat] for beat in mine))
        around = _closed(areas.merge_rings([rings[beat] for beat in mine]))
        features.append(
            ({"district": name, "valid_from": None, "valid_to": None, "residents": living}, "Polygon", around)
        )
    return collection(features)


def boundary(people: int) -> bytes:
    """Write the city limit."""
    return collection(
        [({"name": "Alder Falls", "residents": people}, "Polygon", _closed(areas.merge_rings(areas.beat_rings())))]
    )


def water() -> bytes:
    """Write the lake and the river."""
    v = np.arange(-400.0, 10_201.0, 60.0)
    lake = [*zip(plan.shore(v), v, strict=True), (15_000.0, 10_200.0), (15_000.0, -400.0)]
    u = np.append(np.arange(-400.0, plan.mouth()[0] + 150.0, 60.0), plan.mouth()[0] + 150.0)
    half, middle = plan.river_width(u) / 2, plan.river(u)
    bank = [*zip(u, middle - half, strict=True), *zip(u[::-1], (middle + half)[::-1], strict=True)]
    return collection(
        [
            ({"name": "Alder River", "kind": "river"}, "Polygon", _closed(bank)),
            ({"name": "Lake Sorrel", "kind": "lake"}, "Polygon", _closed(lake)),
        ]
    )


def landmarks(frame: pd.DataFrame) -> bytes:
    """Write the landmarks as points, with their declared columns and, for a park, its outline in `parks`."""
    longitude, latitude = to_degrees(frame["x"].to_numpy(), frame["y"].to_numpy())
    columns = ["landmark_id", "name", "kind", "institutional", "address", "x", "y"]
    return collection(
        (({**row, "address": row["address"] or None}), "Point", [round(float(a), 6), round(float(b), 6)])
        for row, a, b in zip(frame[columns].to_dict("records"), longitude, latitude, strict=True)
    )


def parks() -> bytes:
    """Write the outlines of the parks."""

    def ring(box: tuple[int, int, int, int]) -> list[tuple[float, float]]:
        left, bottom, right, top = map(float, box)
        share = [step / 8 for step in range(8)]
        south = [(left + (right - left) * part, bottom) for part in share]
        east = [(right, bottom + (top - bottom) * part) for part in share]
        north = [(right - (right - left) * part, top) for part in share]
        return south + east + north + [(left, top - (top - bottom) * part) for part in share]

    return collection(
        ({"name": name, "kind": "park"}, "Polygon", _closed(ring(box))) for name, box in plan.PARKS.items()
    )
