"""Places known by name, mileposts and exits of highways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from pcanalytics.geocoding.candidates import Candidates, make
from pcanalytics.geocoding.streets import compact, likeness
from pcanalytics.geocoding.tiers import BIT, MATCH_TYPES

__all__ = ["PlaceIndex"]

_PLACE, _MILEPOST = MATCH_TYPES.index("place"), MATCH_TYPES.index("milepost")
PLACE_ERROR_M = 50.0
_BETWEEN_MILES = 2.0  # mileposts farther apart than this tell nothing of what lies between
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

    Between two mileposts of a route no more than two miles apart the place is interpolated.
    """
    is_exit = "exit" in known.column_names
    by_route: dict[str, list[tuple[float | str, str, float, float]]] = defaultdict(list)
    names = ("route", "exit" if is_exit else "milepost", "direction", "x", "y")
    for route, mark, direction, x, y in zip(*(known[name].to_pylist() for name in names), strict=True):
        by_route[route].append((mark, direction, x, y))
    found: list[tuple[int, float, float, float]] = []
    for row, route, direction, mark in zip(rows, routes, directions, marks, strict=True):
        these = by_route.get(route or "", [])
        same = [one for one in these if one[1] in ("", direction)] if direction else these
        place = _exit(same or these, str(mark)) if is_exit else _milepost(same or these, float(mark or 0))
        found += [(row, *place)] if place else []
    table = np.array(found, dtype=np.float64).reshape(-1, 4)
    return make(
        table[:, 0].astype(np.int64),
        table[:, 1],
        table[:, 2],
        kind=_MILEPOST,
        error_m=table[:, 3],
        ways=BIT["place", "same"],
    )


Marked = list[tuple[float | str, str, float, float]]


def _exit(marked: Marked, wanted: str) -> tuple[float, float, float] | None:
    same = [one for one in marked if one[0] == wanted] or [
        one for one in marked if str(one[0]).rstrip("ABCD") == wanted
    ]
    return _middle(same, _EXIT_ERROR_M) if same else None


def _milepost(marked: Marked, wanted: float) -> tuple[float, float, float] | None:
    same = [one for one in marked if abs(float(one[0]) - wanted) < 0.005]
    if same:
        return _middle(same, _MILEPOST_ERROR_M)
    below = [one for one in marked if wanted - _BETWEEN_MILES <= float(one[0]) < wanted]
    above = [one for one in marked if wanted < float(one[0]) <= wanted + _BETWEEN_MILES]
    if not below or not above:
        return None
    low, high = max(float(one[0]) for one in below), min(float(one[0]) for one in above)
    x0, y0, _ = _middle([one for one in below if float(one[0]) == low], 0.0)
    x1, y1, _ = _middle([one for one in above if float(one[0]) == high], 0.0)
    share = (wanted - low) / (high - low)
    apart = float(np.hypot(x1 - x0, y1 - y0))
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0), _MILEPOST_ERROR_M + 0.1 * apart


def _middle(marked: Marked, error_m: float) -> tuple[float, float, float]:
    x, y = np.array([one[2] for one in marked]), np.array([one[3] for one in marked])
    return float(x.mean()), float(y.mean()), error_m + float(np.hypot(np.ptp(x), np.ptp(y))) / 2
