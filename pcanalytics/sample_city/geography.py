"""The ground plan of Alder Falls: river, lake, zones, districts and beats.

The city is drawn in *plan* coordinates `(u, v)` in meters, where the main roads are straight, and then bent by `to_map` into
map coordinates (EPSG:26915). The map place is open water of Lake Superior, so that nobody can take the city for a real one.
"""

from __future__ import annotations

import numpy as np

CRS = "EPSG:26915"
WIDE, HIGH, BLOCK = 16, 12, 800
ORIGIN = (632_400.0, 5_199_600.0)
MERIDIAN, BASELINE = 8800.0, 4000.0
CENTER = (8700.0, 4150.0)

# fmt: off
SOUTH_EDGE = (2400, 1600, 1600, 800, 800, 0, 0, 0, 0, 0, 0, 0, 0, 800, 800, 800)
NORTH_EDGE = (7200, 8000, 8800, 8800, 9600, 9600, 9600, 9600, 9600, 8800, 8800, 8800, 8000, 8000, 8000, 8000)

DISTRICTS = ("Central", "Harbor", "Southgate", "Westmoor", "Heights", "Northside")
BEAT_DISTRICT = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5)
RENAMED_BEAT = ("017", "025", "2025-07-01")
# fmt: on


DOWNTOWN, INNER, SUBURB, INDUSTRY, PARK, OUTSIDE = range(6)
ZONES = ("downtown", "inner", "suburb", "industry", "park", "outside")
# fmt: off
PARKS = {
    "FOUNDERS PARK": (6400, 3200, 7000, 4000), "HERON PARK": (4000, 7200, 4800, 8000), "SOUTH MEADOW": (7400, 800, 8000, 1600),
    "QUARRY PARK": (1600, 3200, 2400, 4000), "COURTHOUSE GREEN": (8800, 3800, 9000, 4000),
    "LAKEVIEW CEMETERY": (10400, 7200, 10900, 7600), "NORTH FIELDS": (7200, 7200, 7600, 8000),
    "SANDPIPER PARK": (10400, 1900, 11000, 2400), "MILL GREEN": (5600, 2400, 6000, 2800),
}
INDUSTRIAL = {(6, 6), (5, 6), (7, 6), (13, 4), (13, 5), (12, 6), (13, 6), (4, 2), (12, 3), (8, 7)}
# fmt: on


def to_map(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bend plan coordinates into map coordinates.

    Parameters
    ----------
    u, v : numpy.ndarray
        Plan coordinates, meters east and north.

    Returns
    -------
    tuple of numpy.ndarray
        x and y in EPSG:26915, meters, rounded to a tenth.

    Examples
    --------
    >>> [float(value) for value in to_map(np.array(0.0), np.array(0.0))]
    [632400.0, 5199600.0]
    """
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    du, dv = u - CENTER[0], v - CENTER[1]
    angle = 0.30 * np.exp(-(du * du + dv * dv) / 2300.0**2)
    cosine, sine = np.cos(angle), np.sin(angle)
    x = CENTER[0] + du * cosine - dv * sine + 130.0 * np.sin(v / 2300.0)
    y = CENTER[1] + du * sine + dv * cosine + 110.0 * np.sin(u / 2600.0)
    return np.round(x + ORIGIN[0], 1), np.round(y + ORIGIN[1], 1)


def river(u: np.ndarray) -> np.ndarray:
    """Return the v of the middle of the Alder River at each u, meters."""
    u = np.asarray(u, dtype=float)
    return 6050.0 - 0.105 * u + 430.0 * np.sin(u / 1450.0 + 0.2) + 120.0 * np.sin(u / 560.0 + 1.9)


def river_width(u: np.ndarray) -> np.ndarray:
    """Return the width of the river at each u, meters: narrow above the falls, wide at the mouth."""
    u = np.asarray(u, dtype=float)
    return 80.0 + 110.0 / (1.0 + np.exp(-(u - 8600.0) / 900.0))


def shore(v: np.ndarray) -> np.ndarray:
    """Return the u of the lake shore at each v, meters, with the harbor as a bay around the river's mouth."""
    v = np.asarray(v, dtype=float)
    bay = 620.0 * np.exp(-(((v - 4550.0) / 520.0) ** 2))
    return 11_650.0 + 330.0 * np.sin(v / 1750.0 + 0.7) + 110.0 * np.sin(v / 610.0) - bay


def highway(v: np.ndarray) -> np.ndarray:
    """Return the u of State Route 88 at each v, meters."""
    v = np.asarray(v, dtype=float)
    return 6150.0 + 900.0 * np.sin((v - 700.0) / 2600.0) - 0.055 * (v - 4800.0)


def mouth() -> tuple[float, float]:
    """Return the plan point where the middle of the river meets the shore."""
    u = 11_000.0
    for _ in range(60):
        u = 0.5 * u + 0.5 * float(shore(river(np.array(u))))
    return u, float(river(np.array(u)))


def zone_of(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Say for each plan point which kind of neighborhood it lies in.

    Parameters
    ----------
    u, v : numpy.ndarray
        Plan coordinates, meters.

    Returns
    -------
    numpy.ndarray
        Position in `ZONES`.

    Examples
    --------
    >>> ZONES[int(zone_of(np.array([8900.0]), np.array([4100.0]))[0])]
    'downtown'
    """
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    column = np.clip(np.floor(u / BLOCK).astype(int), 0, WIDE - 1)
    row = np.clip(np.floor(v / BLOCK).astype(int), 0, HIGH - 1)
    near = np.hypot((column * BLOCK + 400 - 8500.0) / 1.25, row * BLOCK + 400 - 4300.0)
    zone = np.where(near < 2700.0, INNER, SUBURB)
    zone = np.where((column >= 10) & (column <= 11) & (row >= 4) & (row <= 5), DOWNTOWN, zone)
    for cell in INDUSTRIAL:
        zone = np.where((column == cell[0]) & (row == cell[1]), INDUSTRY, zone)
    for left, bottom, right, top in PARKS.values():
        zone = np.where((u > left) & (u < right) & (v > bottom) & (v < top), PARK, zone)
    return np.where(~inside(u, v), OUTSIDE, zone)


def inside(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Say for each plan point whether it lies in the city and on land or river (the lake is outside)."""
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    column = np.clip(np.floor(u / BLOCK).astype(int), 0, WIDE - 1)
    south, north = np.array(SOUTH_EDGE)[column], np.array(NORTH_EDGE)[column]
    return (u >= 0) & (v >= south) & (v <= north) & (u < shore(v))
