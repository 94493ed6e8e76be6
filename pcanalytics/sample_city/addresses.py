"""Names, address ranges and address points of the street pieces.

Numbers grow away from Meridian Avenue (east and west) and from Market Street (north and south); even numbers lie on the right of
the direction in which they grow. A hundred block is 100 m of a north-south street and 200 m of an east-west street.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pcanalytics.sample_city import areas, words
from pcanalytics.sample_city import geography as plan
from pcanalytics.sample_city.chance import Stream, below, chance, pick, stream
from pcanalytics.sample_city.streets import Piece

SPACING_M = np.array([22.0, 24.0, 29.0, 70.0, 60.0, 40.0])
OFFSET_M = 13.0
KINDS = (
    "house",
    "flats",
    "apartments",
    "shop",
    "supermarket",
    "bar",
    "restaurant",
    "office",
    "industry",
    "parking",
    "motel",
    "gas",
)
ZIP_CODES = ("00011", "00012", "00013", "00014", "00015", "00016")


@dataclass(frozen=True)
class Network:
    """Street pieces with their names and ranges, in plan and in declared form (`table`, one row per piece)."""

    pieces: tuple[Piece, ...]
    table: pd.DataFrame


def ordinal(number: int) -> str:
    """Write 1 as 1ST, 2 as 2ND, 11 as 11TH, as on street signs."""
    ending = "TH" if number % 100 in (11, 12, 13) else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"


def _grid_name(axis: str, at: int) -> tuple[str, str]:
    if axis == "u":
        if at % plan.BLOCK == 0:
            return words.ARTERIALS_SOUTH_NORTH[at // plan.BLOCK], "BLVD" if at in (0, 4000, 9600) else "AVE"
        if at % 200:
            return words.DOWNTOWN_AVENUES[(at - 8000) // 100 % len(words.DOWNTOWN_AVENUES)], "AVE"
        step = (at - int(plan.MERIDIAN)) // 200
        return (ordinal(-step), "AVE") if step < 0 else (words.AVENUES_EAST[step - 1], "AVE")
    if at % plan.BLOCK == 0:
        return words.ARTERIALS_WEST_EAST[at // plan.BLOCK], "RD" if at in (800, 7200, 8800) else "ST"
    step = (at - int(plan.BASELINE)) // 100
    return (words.STREETS_NORTH[step - 1], "ST") if step > 0 else (words.STREETS_SOUTH[-step - 1], "ST")


def _suburb_names(pieces: list[Piece], seed: int) -> dict[tuple, tuple[str, str]]:
    rng = stream(seed, "street names")
    lines = sorted({piece.line for piece in pieces if piece.line[0] == "s"})
    types = pick(rng, len(lines), (4, 4, 3, 2, 1, 1, 1, 1))
    order = np.argsort(rng.random(len(words.SUBURB_FIRST) * len(words.SUBURB_SECOND)), kind="stable")
    names, last = {}, -1
    for place, line in enumerate(lines):
        if place % 9 != 8:  # every ninth street repeats its neighbor's name with another type
            last += 1
        spot = int(order[last % len(order)])
        first, second = spot % len(words.SUBURB_FIRST), spot // len(words.SUBURB_FIRST)
        again = words.SUBURB_TYPES[(int(types[place]) + (place % 9 == 8)) % len(words.SUBURB_TYPES)]
        names[line] = (words.SUBURB_FIRST[first] + words.SUBURB_SECOND[second], again)
    return names


def _named(piece: Piece, suburb: dict[tuple, tuple[str, str]]) -> tuple[str, str, str]:
    """Return the street's axis ("u": runs north, "v": runs east), name and type."""
    kind = piece.line[0]
    if kind in ("u", "v"):
        return (kind, *_grid_name(*piece.line))
    if kind == "s":
        return ("u" if piece.line[3] else "v", *suburb[piece.line])
    if kind == "highway":
        return "u", f"SR 88 {piece.line[1]}", ""
    if kind == "ramp":
        return "u", f"SR 88 {piece.line[1]} {piece.line[2]} EXIT {piece.line[3]}", "RAMP"
    if kind == words.SHORE_DRIVE:
        return "u", kind, "DR"
    return "v", kind, "RD"


def _number(axis: str, point: tuple[float, float]) -> int:
    if axis == "u":
        return 100 + int(abs(point[1] - plan.BASELINE) // 2) * 2
    return 100 + int(abs(point[0] - plan.MERIDIAN) // 4) * 2


def name_streets(pieces: list[Piece], seed: int) -> Network:
    """Give every street piece its name, direction, address range and crossings.

    Parameters
    ----------
    pieces : list of Piece
        The pieces as laid.
    seed : int
        The city's seed; it chooses suburban names.

    Returns
    -------
    Network
        Pieces turned to run in the direction of growing numbers, and their table.

    Examples
    --------
    >>> piece = Piece(((8800.0, 4100.0), (8800.0, 4000.0)), ("u", 8800), "arterial")
    >>> name_streets([piece], 1).table.loc[0, ["predirection", "street_name", "street_type"]].tolist()
    ['N', 'MERIDIAN', 'AVE']
    """
    suburb = _suburb_names(pieces, seed)
    turned, rows = [], []
    for piece in pieces:
        axis, name, street_type = _named(piece, suburb)
        points = piece.points
        start, stop = _number(axis, points[0]), _number(axis, points[-1])
        if start > stop:
            points, start, stop = points[::-1], stop, start
        middle = (points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2
        direction = (
            ("N" if middle[1] >= plan.BASELINE else "S")
            if axis == "u"
            else ("E" if middle[0] >= plan.MERIDIAN else "W")
        )
        numbered = piece.kind not in ("highway", "ramp")
        last = max(stop - 2, start)
        turned.append(Piece(points, piece.line, piece.kind))
        rows.append(
            (
                direction if numbered and piece.line[0] != words.DIAGONAL else "",
                name,
                street_type,
                *((start + 1, last + 1, start, last) if numbered else (None,) * 4),
                numbered,
                piece.kind,
                points[0],
                points[-1],
            )
        )
    table = pd.DataFrame(
        rows,
        columns=[
            "predirection",
            "street_name",
            "street_type",
            "left_from",
            "left_to",
            "right_from",
            "right_to",
            "numbered",
            "road_class",
            "start",
            "stop",
        ],
    )
    nodes = {point: f"N{place:05d}" for place, point in enumerate(sorted({*table["start"], *table["stop"]}), start=1)}
    table.insert(0, "street_id", [f"S{place:05d}" for place in range(1, len(table) + 1)])
    table["from_node"], table["to_node"] = table["start"].map(nodes), table["stop"].map(nodes)
    middles = np.array(
        [
            np.array(piece.points)[len(piece.points) // 2 - 1 : len(piece.points) // 2 + 1].mean(axis=0)
            for piece in turned
        ]
    )
    district = np.array(plan.BEAT_DISTRICT)[
        areas.which_ring(areas.beat_rings(), middles[:, 0] + 0.5, middles[:, 1] + 0.5)
    ]
    table["zip_code"] = np.array(ZIP_CODES)[district]
    for column in ("left_from", "left_to", "right_from", "right_to"):
        table[column] = table[column].astype("Int64")
    return Network(tuple(turned), table)


def _kinds(zone: np.ndarray, road: np.ndarray, rng: Stream) -> np.ndarray:
    """Draw what stands at each address: shops along the arterials, offices downtown, houses elsewhere."""
    mix = {
        "home": (0.80, 0.13, 0.03, 0.01, 0, 0.001, 0.003, 0.01, 0, 0.005, 0, 0),
        "suburb": (0.96, 0.01, 0.008, 0.004, 0, 0, 0.001, 0.006, 0, 0.003, 0, 0),
        "strip": (0.34, 0.22, 0.06, 0.17, 0.010, 0.025, 0.055, 0.06, 0.01, 0.03, 0.006, 0.012),
        "downtown": (0.0, 0.14, 0.12, 0.25, 0.008, 0.06, 0.10, 0.24, 0.01, 0.06, 0.012, 0.002),
        "industry": (0.03, 0.02, 0.02, 0.06, 0.0, 0.01, 0.02, 0.13, 0.62, 0.08, 0.005, 0.015),
        "suburb strip": (0.62, 0.07, 0.06, 0.10, 0.008, 0.008, 0.03, 0.06, 0.005, 0.02, 0.004, 0.012),
    }
    weights = np.array([mix[name] for name in mix])
    arterial = road == "arterial"
    row = np.select(
        [zone == plan.DOWNTOWN, zone == plan.INDUSTRY, (zone == plan.INNER) & arterial, zone == plan.INNER, arterial],
        [3, 4, 2, 0, 5],
        1,
    )
    edges = np.cumsum(weights, axis=1)[row]
    return (rng.random(len(zone))[:, None] * edges[:, -1:] >= edges).sum(axis=1).clip(0, len(KINDS) - 1)


def place_addresses(network: Network, seed: int) -> pd.DataFrame:
    """Set address points along both sides of every numbered street piece.

    Parameters
    ----------
    network : Network
        Streets with ranges.
    seed : int
        The city's seed.

    Returns
    -------
    pandas.DataFrame
        One row per address: ``address_point_id``, ``number``, the street's name parts, ``street`` (position of the piece), ``u``,
        ``v``, ``x``, ``y`` (EPSG:26915, meters), ``zone``, ``kind``, ``units``, ``arterial``, ``beat`` and ``district`` (positions).

    Examples
    --------
    >>> piece = Piece(((8800.0, 4000.0), (8800.0, 4100.0)), ("u", 8800), "arterial")
    >>> points = place_addresses(name_streets([piece], 1), 1)
    >>> bool(points["number"].between(100, 199).all())
    True
    """
    rng = stream(seed, "address points")
    parts = []
    for place, piece in enumerate(network.pieces):
        if not network.table["numbered"].iat[place]:
            continue
        row = network.table.iloc[place]
        corners = np.array(piece.points)
        steps = np.diff(corners, axis=0)
        lengths = np.sqrt((steps * steps).sum(axis=1))
        along = np.concatenate([[0.0], np.cumsum(lengths)])
        zone = int(
            plan.zone_of(
                corners[:1, 0] * 0.5 + corners[1:2, 0] * 0.5 + 2, corners[:1, 1] * 0.5 + corners[1:2, 1] * 0.5 + 2
            )[0]
        )
        room = int(row["right_to"] - row["right_from"]) // 2 + 1
        number = min(int(along[-1] / SPACING_M[zone]), room)
        if number < 1:
            continue
        share = (np.arange(number) + 0.5) / number
        leg = np.clip(np.searchsorted(along, share * along[-1], side="right") - 1, 0, len(steps) - 1)
        base = corners[leg] + steps[leg] * ((share * along[-1] - along[leg]) / lengths[leg])[:, None]
        normal = np.column_stack([steps[leg, 1], -steps[leg, 0]]) / lengths[leg][:, None]
        slot = np.floor(share * room).astype(int) * 2
        for side, first in ((1.0, int(row["right_from"])), (-1.0, int(row["left_from"]))):
            spot = base + normal * side * OFFSET_M
            parts.append(np.column_stack([np.full(number, place), first + slot, spot]))
    stacked = np.concatenate(parts)
    u, v = stacked[:, 2], stacked[:, 3]
    frame = pd.DataFrame({"street": stacked[:, 0].astype(int), "number": stacked[:, 1].astype(int), "u": u, "v": v})
    frame["zone"] = plan.zone_of(u, v)
    frame["beat"] = areas.which_ring(areas.beat_rings(), u, v)
    frame = frame[(frame["beat"] >= 0) & ~frame["zone"].isin([plan.PARK, plan.OUTSIDE])]
    street = network.table["predirection"] + " " + network.table["street_name"] + " " + network.table["street_type"]
    again = pd.DataFrame(
        {"street": street.to_numpy()[frame["street"]], "number": frame["number"].to_numpy()}
    ).duplicated()
    frame = frame[~again.to_numpy()].reset_index(drop=True)
    frame["district"] = np.array(plan.BEAT_DISTRICT)[frame["beat"]]
    frame["kind"] = _kinds(frame["zone"].to_numpy(), network.table["road_class"].to_numpy()[frame["street"]], rng)
    frame["units"] = _units(frame["kind"].to_numpy(), rng)
    frame["arterial"] = network.table["road_class"].to_numpy()[frame["street"]] == "arterial"
    frame["x"], frame["y"] = plan.to_map(frame["u"].to_numpy(), frame["v"].to_numpy())
    frame.insert(0, "address_point_id", [f"A{place:06d}" for place in range(1, len(frame) + 1)])
    return frame


def _units(kind: np.ndarray, rng: Stream) -> np.ndarray:
    size = len(kind)
    flats = 2 + below(rng, size, 3)
    large = 6 + below(rng, size, 12) + np.where(chance(rng, np.full(size, 0.15)), 20 + below(rng, size, 60), 0)
    over_shop = below(rng, size, 3)
    home = np.select([kind == 0, kind == 1, kind == 2, kind == 3], [1, flats, large, over_shop], 0)
    return home.astype(int)


def address_text(network: Network, points: pd.DataFrame) -> np.ndarray:
    """Write the address of each point as police write it: number, direction, name, type.

    Examples
    --------
    >>> piece = Piece(((8800.0, 4000.0), (8800.0, 4100.0)), ("u", 8800), "arterial")
    >>> network = name_streets([piece], 1)
    >>> address_text(network, place_addresses(network, 1))[0]
    '112 N MERIDIAN AVE'
    """
    table = network.table
    street = np.array(
        [
            " ".join(filter(None, parts))
            for parts in zip(table["predirection"], table["street_name"], table["street_type"], strict=True)
        ],
        dtype=object,
    )
    return np.array(
        [f"{number} {name}" for number, name in zip(points["number"], street[points["street"]], strict=True)],
        dtype=object,
    )
