"""Places known by name, mileposts and exits of highways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy.sparse.csgraph import connected_components

from pcanalytics.geocoding.candidates import Candidates, make
from pcanalytics.geocoding.street_keys import key_parts, same_routes
from pcanalytics.geocoding.streets import compact, likeness
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["PlaceIndex"]

_PLACE, _MILEPOST = MATCH_TYPES.index("place"), MATCH_TYPES.index("milepost")
PLACE_ERROR_M = 50.0
_BETWEEN_MILES = 2.0  # mileposts farther apart than this tell nothing of what lies between
_MILE_M = 1609.344
_SAME_MARK_M, _SAME_EXIT_M = 500.0, 1000.0  # marks of one number farther apart than this are two places
_EXIT_ERROR_M, _MILEPOST_ERROR_M = 150.0, 30.0


@dataclass(frozen=True)
class PlaceIndex:
    """Places by key without spaces."""

    by_key: dict[str, list[int]]
    keys: list[str]
    written: list[str]
    is_institution: NDArray[np.bool_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def find(self, row: NDArray, key: Sequence[str], *, threads: int = 1) -> Candidates:
        """Give the places of that name, else of a name like it."""
        wanted = [compact(text) for text in key]
        unlike = sorted({text for text in wanted if text not in self.by_key})
        alike = self._alike(unlike, threads)
        found = [
            (position, place, way)
            for position, text in enumerate(wanted)
            for place, way in [(place, "same") for place in self.by_key.get(text, ())]
            + [(place, "likeness") for place in alike.get(text, ())]
        ]
        at = np.array([one[0] for one in found], dtype=np.int64)
        place = np.array([one[1] for one in found], dtype=np.int64)
        ways = np.array([BIT["place", one[2]] for one in found], dtype=np.uint32)
        return make(
            np.asarray(row)[at],
            self.x[place],
            self.y[place],
            kind=_PLACE,
            error_m=PLACE_ERROR_M,
            ways=ways,
            place=place,
        )

    def _alike(self, names: list[str], threads: int) -> dict[str, list[int]]:
        alike: dict[str, list[int]] = defaultdict(list)
        for start in range(0, len(names) if self.keys else 0, 1000):
            some = names[start : start + 1000]
            table = process.cdist(some, self.keys, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=threads)
            for row, column in zip(*np.nonzero((table > 0) & (table <= 2)), strict=True):
                if likeness(some[row], self.keys[column]):
                    alike[some[row]] += self.by_key[self.keys[column]]
        return alike


def index_places(places: pa.Table) -> PlaceIndex:
    """Index a reference's places by name."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(places["place"].to_pylist()):
        by_key[compact(key)].append(place)
    return PlaceIndex(
        dict(by_key),
        sorted(by_key),
        places["written"].to_pylist(),
        np.array(places["is_institution"].to_pylist(), bool),
        places["x"].to_numpy(),
        places["y"].to_numpy(),
    )


def highway_places(
    rows: Sequence[int],
    routes: Sequence[str | None],
    directions: Sequence[str | None],
    marks: Sequence[float | str | None],
    known: pa.Table,
) -> Candidates:
    """Give the places of mileposts (``marks`` are numbers) or exits (``marks`` are texts) of highways.

    Between two mileposts of a route no more than two miles apart the place is interpolated. Where the numbers of a route
    begin anew, as they do in each county of some states, every stretch gives a place of its own, and several are a tie.
    """
    is_exit = "exit" in known.column_names
    by_route: dict[str, list[Mark]] = defaultdict(list)
    names = ("route", "exit" if is_exit else "milepost", "direction", "x", "y")
    for route, mark, direction, x, y in zip(*(known[name].to_pylist() for name in names), strict=True):
        by_route[route].append(Mark(mark, direction, x, y))
    asked = {route: [by_route[other] for other in _same_route(route, by_route)] for route in routes if route}
    if not is_exit:
        asked = {route: [part for marked in every for part in _stretches(marked)] for route, every in asked.items()}
    found: list[tuple[int, float, float, float]] = []
    for row, route, direction, mark in zip(rows, routes, directions, marks, strict=True):
        for stretch in asked.get(route or "", ()):
            marked = _of_direction(stretch, direction)
            found += [(row, *place) for place in (_exits(marked, str(mark)) if is_exit else _milepost(marked, mark))]
    table = np.array(found, dtype=np.float64).reshape(-1, 4)
    return make(
        table[:, 0].astype(np.int64),
        table[:, 1],
        table[:, 2],
        kind=_MILEPOST,
        error_m=table[:, 3],
        ways=BIT["place", "same"],
    )


class Mark(NamedTuple):
    """A milepost or an exit: its number or name, the direction of travel, where it is."""

    mark: float | str
    direction: str
    x: float
    y: float


def _same_route(route: str, known: Collection[str]) -> list[str]:
    """Give the routes of the reference that a written one is: of its very name, else every one that it may mean."""
    key = f"|US HWY{route.removeprefix('US')}||" if route.startswith("US ") else f"|{route}||"
    others = [key_parts(other).name for other in same_routes(key)]
    name = key_parts(key).name
    return [name] if name in known else [other for other in others if other in known]


def _of_direction(marked: list[Mark], direction: str | None) -> list[Mark]:
    """Give those of a direction of travel, N or NB, or of none; all of them when there are none such."""
    same = [one for one in marked if one.direction[:1] in ("", (direction or "")[:1])] if direction else marked
    return same or marked


def _groups(marked: list[Mark], joined: NDArray[np.bool_]) -> list[list[Mark]]:
    """Part marks into those that are joined, directly or by others."""
    part = connected_components(joined, directed=False)[1] if marked else np.zeros(0, int)
    groups: dict[int, list[Mark]] = defaultdict(list)
    for one, number in zip(marked, part.tolist(), strict=True):
        groups[number].append(one)
    return list(groups.values())


def _apart(marked: list[Mark]) -> NDArray[np.float64]:
    """Give how far marks lie from each other, meters."""
    x, y = np.array([one.x for one in marked]), np.array([one.y for one in marked])
    return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))


def _stretches(marked: list[Mark]) -> list[list[Mark]]:
    """Part a route's mileposts where their numbers and their places do not go together."""
    miles = np.array([float(one.mark) for one in marked])
    between = np.abs(miles[:, None] - miles)
    far = between * _MILE_M * 1.1 + _SAME_MARK_M
    return _groups(marked, (between <= _BETWEEN_MILES) & (_apart(marked) <= far))


def _exits(marked: list[Mark], wanted: str) -> list[tuple[float, float, float]]:
    """Give the places of an exit, those near each other as one; EXIT 10 is 10A and 10B when there is no 10."""
    same = [one for one in marked if one.mark == wanted]
    same = same or [one for one in marked if str(one.mark).rstrip("ABCD") == wanted]
    return [_middle(group, _EXIT_ERROR_M) for group in _groups(same, _apart(same) <= _SAME_EXIT_M)]


def _milepost(marked: list[Mark], mark: float | str | None) -> list[tuple[float, float, float]]:
    """Give the place of a milepost on a stretch, one or none."""
    wanted = float(mark or 0)
    same = [one for one in marked if abs(float(one.mark) - wanted) < 0.005]
    if same:
        return [_middle(same, _MILEPOST_ERROR_M)]
    below = [one for one in marked if wanted - _BETWEEN_MILES <= float(one.mark) < wanted]
    above = [one for one in marked if wanted < float(one.mark) <= wanted + _BETWEEN_MILES]
    if not below or not above:
        return []
    low, high = max(float(one.mark) for one in below), min(float(one.mark) for one in above)
    x0, y0, _ = _middle([one for one in below if float(one.mark) == low], 0.0)
    x1, y1, _ = _middle([one for one in above if float(one.mark) == high], 0.0)
    share = (wanted - low) / (high - low)
    apart = float(np.hypot(x1 - x0, y1 - y0))
    return [(x0 + share * (x1 - x0), y0 + share * (y1 - y0), _MILEPOST_ERROR_M + 0.1 * apart)]


def _middle(marked: list[Mark], error_m: float) -> tuple[float, float, float]:
    x, y = np.array([one.x for one in marked]), np.array([one.y for one in marked])
    return float(x.mean()), float(y.mean()), error_m + float(np.hypot(np.ptp(x), np.ptp(y))) / 2
