"""What happens in Alder Falls: incidents with their true times and places, and the patterns planted among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from pcanalytics.sample_city.chance import Stream, between, chance, counts, gammas, normals, pick, stream, waits
from pcanalytics.sample_city.offenses import HABITS, HOURS, OFFENSE, WEEKDAYS, kind_weights

FIRST_DAY = np.datetime64("2022-11-28")
DAYS = 1456
DAY = 1440
EXTRACTED = DAYS * DAY + 5 * 60 + 12


@dataclass(frozen=True)
class Change:
    """A planted change: one offense in one district is multiplied by `ratio` over the last `days`."""

    offense: str
    district: int
    ratio: float
    days: int


@dataclass(frozen=True)
class NearRepeat:
    """The planted near-repeat process: `share` of these offenses follow another, near it and soon after."""

    offense: str
    share: float
    mean_days: float
    mean_m: float
    limit_m: float
    limit_days: float


@dataclass(frozen=True)
class PlaceProgram:
    """A planted program: in `beats` (positions) these offenses are multiplied by `ratio` from a day on."""

    name: str
    offenses: tuple[str, ...]
    beats: tuple[int, ...]
    from_day: int
    ratio: float


SURGE = Change("theft_from_vehicle", 5, 2.2, 28)
DROP = Change("burglary", 3, 0.4, 28)
REPEAT = NearRepeat("burglary", 0.22, 5.0, 90.0, 250.0, 21.0)
PLACE_PROGRAM = PlaceProgram("Harbor lights", ("robbery", "theft_from_vehicle", "vandalism"), (4,), 1099, 0.75)


@dataclass(frozen=True)
class Hotspot:
    """A planted hotspot: addresses within `radius_m` of a plan point draw these offenses `ratio` times as much."""

    name: str
    u: float
    v: float
    radius_m: float
    offenses: tuple[str, ...]
    ratio: float
    from_day: int = 0
    to_day: int = DAYS


# fmt: off
HOTSPOTS = (
    Hotspot("Bar district", 8750, 4400, 230, ("simple_assault", "aggravated_assault", "disorderly_conduct", "robbery", "dui"), 7),
    Hotspot("Transit center", 8250, 4050, 140, ("robbery", "larceny", "drugs", "simple_assault"), 9),
    Hotspot("Riverbend Mall", 5750, 6550, 220, ("larceny", "theft_from_vehicle", "motor_vehicle_theft"), 16),
    Hotspot("Harbor Point", 9900, 2350, 200, ("larceny", "theft_from_vehicle"), 11),
    Hotspot("Iron Street drug market", 7100, 2050, 160, ("drugs", "weapons", "aggravated_assault", "robbery", "homicide"), 14),
    Hotspot("Hickory corner", 7700, 6150, 150, ("drugs", "robbery", "aggravated_assault", "weapons"), 12),
    Hotspot("College lots", 8450, 6600, 260, ("theft_from_vehicle", "larceny", "burglary"), 7),
    Hotspot("Trailhead lots", 4400, 7150, 160, ("theft_from_vehicle",), 18),
    Hotspot("Railroad flats", 5750, 4450, 200, ("burglary", "simple_assault"), 6),
    Hotspot("Lark Hill burglaries", 3600, 5000, 320, ("burglary",), 5),
    Hotspot("Motel strip", 6500, 1000, 180, ("drugs", "robbery", "motor_vehicle_theft", "simple_assault"), 12),
    Hotspot("Hospital garage", 8350, 5900, 150, ("motor_vehicle_theft", "theft_from_vehicle"), 9),
    Hotspot("Emerging car thefts", 10300, 5300, 260, ("motor_vehicle_theft",), 12, 1180, DAYS),
    Hotspot("Faded copper thefts", 4400, 6300, 260, ("burglary", "larceny"), 9, 0, 720),
)
# fmt: on


def place_risk(points: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Give every address its pull on every offense, without and with the planted hotspots.

    Parameters
    ----------
    points : pandas.DataFrame
        Address points.
    seed : int
        The city's seed.

    Returns
    -------
    tuple of numpy.ndarray
        Two arrays of one row per offense and one column per address: the pull, and for each address the position of the hotspot
        it lies in (-1 for none; one row only).
    """
    rng = stream(seed, "place risk")
    size = len(points)
    street = np.exp(1.45 * normals(rng, int(points["street"].max()) + 1))[points["street"].to_numpy()]
    zone = np.array([1.5, 1.5, 0.85, 0.9, 0.5, 0.5])[points["zone"].to_numpy()]
    district = np.array([0.9, 1.15, 1.5, 0.95, 1.35, 1.25])[points["district"].to_numpy()]
    lasting = (np.exp(0.6 * normals(rng, size)) * street).clip(max=40.0) * zone * district
    weights = kind_weights()[:, points["kind"].to_numpy()] * lasting
    for row in range(len(HABITS)):
        weights[row] *= np.exp(0.5 * normals(rng, size))
    within = np.full(size, -1)
    for number, spot in enumerate(HOTSPOTS):
        near = np.hypot(points["u"].to_numpy() - spot.u, points["v"].to_numpy() - spot.v) <= spot.radius_m
        within[near] = number
    weights[OFFENSE["burglary"]] *= np.where(points["district"].to_numpy() == DROP.district, 1.5, 1.0)
    return weights, within


def _daily_means(rng: Stream, share: np.ndarray, total: float) -> np.ndarray:
    """Return the expected number of each offense, district and day: season, weekday, trend, weekly noise, surge and drop."""
    day = np.arange(DAYS)
    weekday = day % 7
    of_year = 2 * np.pi * ((day - 227.0) / 365.25)  # highest in the middle of July
    yearly = np.array([habit.yearly for habit in HABITS])
    means = np.empty((len(HABITS), share.shape[1], DAYS))
    for row, habit in enumerate(HABITS):
        season = 1.0 + habit.season * np.cos(of_year)
        trend = np.exp(habit.trend * (day - DAYS / 2) / 365.25)
        curve = season * trend * np.array(WEEKDAYS[habit.weekdays])[weekday]
        tilt = 0.06 * normals(rng, share.shape[1])[:, None] * (day - DAYS / 2) / 365.25
        noise = gammas(rng, share.shape[1] * (DAYS // 7), 24).reshape(share.shape[1], -1).repeat(7, axis=1)
        means[row] = habit.yearly * share[row][:, None] * curve * np.exp(tilt) * noise
    means *= total / (yearly.sum() * DAYS)
    for change in (SURGE, DROP):
        means[OFFENSE[change.offense], change.district, -change.days :] *= change.ratio
    return means


def make_incidents(points: pd.DataFrame, seed: int, incidents: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Let the incidents of four years happen.

    Parameters
    ----------
    points : pandas.DataFrame
        Address points.
    seed : int
        The city's seed.
    incidents : int
        About how many.

    Returns
    -------
    tuple
        The incidents in order of time and the share of their offense drawn by hotspots. Columns: ``offense`` (position in
        `HABITS`), ``point`` (position of the address), ``at`` (true minute since the first day), ``from_``, ``to`` (what can be
        known), ``reported``, ``entered``, ``parent`` (position of the burglary that led to this one, or -1), ``hotspot``
        (position or -1), ``domestic``, ``prevented`` is never kept.
    """
    rng = stream(seed, "incidents")
    weights, within = place_risk(points, seed)
    district = points["district"].to_numpy()
    share = np.stack([np.bincount(district, row, 6) for row in weights])
    share = share / share.sum(axis=1, keepdims=True)
    repeat = OFFENSE[REPEAT.offense]
    means = _daily_means(rng, share, float(incidents))
    means[repeat] *= 1.0 - REPEAT.share
    number = counts(rng, means)
    offense, place, day = (part.repeat(number.ravel()) for part in (axis.ravel() for axis in np.indices(number.shape)))
    point = _draw_points(rng, weights, within, district, offense, place, day)
    minute = _minutes(rng, offense)
    frame = pd.DataFrame({"offense": offense, "point": point, "at": day * DAY + minute, "parent": -1})
    frame = _place_program(frame, points, rng)
    frame = _near_repeats(frame, points, rng)
    frame = frame.sort_values(["at", "offense", "point"], kind="stable")
    old = frame.index.to_numpy()
    spot = np.full(old.max() + 1, -1)
    spot[old] = np.arange(len(old))
    frame["parent"] = np.where(frame["parent"] >= 0, spot[frame["parent"].clip(0)], -1)
    frame = frame.reset_index(drop=True)
    frame["hotspot"] = _hotspot_of(frame, within)
    _known_times(frame, rng)
    frame["domestic"] = chance(rng, np.array([habit.domestic for habit in HABITS])[frame["offense"]])
    return frame, within


def _draw_points(
    rng: Stream,
    weights: np.ndarray,
    within: np.ndarray,
    district: np.ndarray,
    offense: np.ndarray,
    place: np.ndarray,
    day: np.ndarray,
) -> np.ndarray:
    """Draw an address for each event from its offense's pull in its district; hotspots count only while they are active."""
    result = np.empty(len(offense), dtype=np.int64)
    order = {number: np.flatnonzero(district == number) for number in range(6)}
    for row, habit in enumerate(HABITS):
        for number in range(6):
            mine = np.flatnonzero((offense == row) & (place == number))
            here = order[number]
            edges_of = {}
            for era in (0, 1, 2):
                pull = weights[row, here].copy()
                for spot_number, spot in enumerate(HOTSPOTS):
                    if habit.offense in spot.offenses and spot.from_day <= (0, 800, 1200)[era] < spot.to_day:
                        pull[within[here] == spot_number] *= spot.ratio
                edges_of[era] = np.cumsum(pull)
            then = np.searchsorted((720, 1180), day[mine], side="right")
            uniform = rng.random(len(mine))
            for which, edges in edges_of.items():
                part = then == which
                drawn = np.searchsorted(edges, uniform[part] * edges[-1], side="right").clip(0, len(here) - 1)
                result[mine[part]] = here[drawn]
    return result


def _minutes(rng: Stream, offense: np.ndarray) -> np.ndarray:
    shares = np.array([HOURS[habit.hours] for habit in HABITS], dtype=float)
    edges = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True)
    hour = (rng.random(len(offense))[:, None] >= edges[offense]).sum(axis=1)
    return hour * 60 + np.floor(60 * rng.random(len(offense))).astype(np.int64)


def _place_program(frame: pd.DataFrame, points: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Take away what the place program prevents, from its first day in its beats."""
    inside = np.isin(points["beat"].to_numpy()[frame["point"]], PLACE_PROGRAM.beats)
    kinds = np.isin(frame["offense"], [OFFENSE[name] for name in PLACE_PROGRAM.offenses])
    prevented = inside & kinds & (frame["at"].to_numpy() >= PLACE_PROGRAM.from_day * DAY)
    prevented &= chance(rng, np.full(len(frame), 1.0 - PLACE_PROGRAM.ratio))
    return frame[~prevented].reset_index(drop=True)


def _near_repeats(frame: pd.DataFrame, points: pd.DataFrame, rng: Stream) -> pd.DataFrame:
    """Let burglaries lead to others near them soon after: parent and child are kept as truth."""
    row = OFFENSE[REPEAT.offense]
    homes = np.flatnonzero(np.isin(points["kind"].to_numpy(), (0, 1, 2)))
    tree = cKDTree(np.column_stack([points["x"], points["y"]])[homes])
    parents = np.flatnonzero(frame["offense"].to_numpy() == row)
    reach = REPEAT.share / (1.0 - REPEAT.share)
    born = parents[chance(rng, np.full(len(parents), reach))]
    wait = waits(rng, len(born), REPEAT.mean_days)
    away = waits(rng, len(born), REPEAT.mean_m)
    angle = between(rng, len(born), 0.0, 2 * np.pi)
    good = (wait < REPEAT.limit_days) & (away < REPEAT.limit_m)
    source = frame["point"].to_numpy()[born]
    goal = np.column_stack(
        [points["x"].to_numpy()[source] + away * np.cos(angle), points["y"].to_numpy()[source] + away * np.sin(angle)]
    )
    _, nearest = tree.query(goal)
    at = frame["at"].to_numpy()[born] + np.floor(wait * DAY).astype(np.int64)
    late = at >= (DAYS - DROP.days) * DAY
    dropped = (
        late & (points["district"].to_numpy()[source] == DROP.district) & ~chance(rng, np.full(len(born), DROP.ratio))
    )
    good &= (at < DAYS * DAY) & ~dropped
    child = pd.DataFrame({"offense": row, "point": homes[nearest], "at": at, "parent": born})[good]
    return pd.concat([frame, child], ignore_index=True)


def _hotspot_of(frame: pd.DataFrame, within: np.ndarray) -> np.ndarray:
    number = within[frame["point"].to_numpy()]
    draws = np.array([[habit.offense in spot.offenses for habit in HABITS] for spot in HOTSPOTS])
    since = np.array([spot.from_day for spot in HOTSPOTS])[number] * DAY
    until = np.array([spot.to_day for spot in HOTSPOTS])[number] * DAY
    mine = (
        draws[number, frame["offense"].to_numpy()]
        & (frame["at"].to_numpy() >= since)
        & (frame["at"].to_numpy() < until)
    )
    return np.where((number >= 0) & mine, number, -1)


def _known_times(frame: pd.DataFrame, rng: Stream) -> None:
    """Say what can be known of the time: a span for what nobody saw, rounded times, the report and its entry."""
    size = len(frame)
    offense, at = frame["offense"].to_numpy(), frame["at"].to_numpy()
    span = np.array([habit.span_hours for habit in HABITS])[offense] * 60.0
    unseen = (span > 0) & (rng.random(size) < 0.8)
    length = waits(rng, size, span.clip(1)) + 15.0
    start = at - np.where(unseen, length * rng.random(size), 0.0)
    stop = start + np.where(unseen, length, 0.0)
    grain = np.array([1, 5, 15, 30, 60])[pick(rng, size, (0.25, 0.25, 0.18, 0.12, 0.20))]
    first = (np.floor(start / grain) * grain).astype(np.int64).clip(0)
    last = (np.ceil(stop / grain) * grain).astype(np.int64)
    delay = waits(rng, size, np.array([habit.report_hours for habit in HABITS])[offense] * 60.0) + 2.0
    told = (np.maximum(last, at) + np.floor(delay)).astype(np.int64)
    typing = np.exp(0.9 * normals(rng, size)) * 7 * 60.0
    slow = chance(rng, np.full(size, 0.055))
    typing = np.where(slow, waits(rng, size, 16.0 * DAY), typing)
    frame["from_"], frame["to"] = first, np.where(unseen & (last > first), last, first)
    frame["reported"], frame["entered"] = told, told + 6 + np.floor(typing).astype(np.int64)
    frame["exact"] = ~unseen
