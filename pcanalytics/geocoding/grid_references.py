"""References of the United States National Grid, which are those of MGRS: ``18S UJ 23487 06483``.

Sources: *United States National Grid*, FGDC-STD-011-2001: six-degree zones, eight-degree bands lettered C to X without
I and O, squares of 100 km lettered anew every three zones from west to east and every two from south to north.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyproj

__all__ = ["grid_points"]

Floats = npt.NDArray[np.float64]

_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_COLUMNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_REFERENCE = (
    r"(?i)^[\W_]*(?P<word>USNG|MGRS)?[\W_]*(?P<zone>\d{1,2})\s?(?P<band>[C-HJ-NP-X])\s?"
    r"(?P<column>[A-HJ-NP-Z])(?P<row>[A-HJ-NP-V])\s?(?P<east>\d+)\s*(?P<north>\d*)[\W_]*$"
)
_SQUARE_M, _ROUND_M = 100_000.0, 2_000_000.0  # a square's side; after how many meters the row letters begin again


def grid_points(strings: pa.Array) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    """Read grid references and give the middle of the square each names.

    Parameters
    ----------
    strings : pyarrow.Array of string
        One reference each, in capitals or not, with or without spaces.

    Returns
    -------
    tuple of ndarray
        Whether each string is a grid reference; longitude and latitude in degrees of WGS 84, not a number where it is
        none or names a square that is not there. Fewer than three digits each way (1 km and coarser) count only after
        the word USNG or MGRS.

    Examples
    --------
    >>> is_reference, lon, lat = grid_points(pa.array(["18S UJ 23480 06470", "4 N FM 1960"]))
    >>> is_reference.tolist(), lon.round(3).tolist()[0], lat.round(3).tolist()[0]
    ([True, False], -77.035, 38.889)
    """
    parts = pc.extract_regex(strings, _REFERENCE)
    text = {
        name: np.char.upper(pc.fill_null(pc.struct_field(parts, name), "").to_numpy(zero_copy_only=False).astype(str))
        for name in ("word", "zone", "band", "column", "row", "east", "north")
    }
    east, north = _halves(text["east"], text["north"])
    digits = np.char.str_len(east)
    fewest = np.where(text["word"] == "", 3, 1)
    is_reference = (digits == np.char.str_len(north)) & (digits >= fewest) & (digits <= 5)
    lon, lat = np.full(len(strings), np.nan), np.full(len(strings), np.nan)
    for row in range(1, 61):
        here = np.flatnonzero(is_reference & (text["zone"] != "") & (_number(text["zone"]) == row))
        if len(here):
            lon[here], lat[here] = _in_zone(
                row, {name: values[here] for name, values in text.items()}, east[here], north[here]
            )
    return is_reference, lon, lat


def _halves(
    east: npt.NDArray[np.str_], north: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Part the digits that were written without a space between."""
    halves = [
        (one[: len(one) // 2], one[len(one) // 2 :]) if not other else (one, other)
        for one, other in zip(east.tolist(), north.tolist(), strict=True)
    ]
    return np.array([one for one, _ in halves], dtype=str), np.array([other for _, other in halves], dtype=str)


def _number(text: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    return np.where(text == "", "0", text).astype(np.int64)


def _index(letters: npt.NDArray[np.str_], alphabet: str) -> npt.NDArray[np.int64]:
    return np.array([alphabet.index(letter) for letter in letters.tolist()], dtype=np.int64)


def _in_zone(
    zone: int, text: dict[str, npt.NDArray[np.str_]], east: npt.NDArray[np.str_], north: npt.NDArray[np.str_]
) -> tuple[Floats, Floats]:
    """Place the references of one zone."""
    side = 10.0 ** (5 - np.char.str_len(east))
    column = _index(text["column"], _COLUMNS) - 8 * ((zone - 1) % 3)
    x = (column + 1) * _SQUARE_M + (_number(east) + 0.5) * side
    row = (_index(text["row"], _ROWS) - (5 if zone % 2 == 0 else 0)) % 20
    within = row * _SQUARE_M + (_number(north) + 0.5) * side
    band = _index(text["band"], _BANDS)
    lon, lat = np.full(len(band), np.nan), np.full(len(band), np.nan)
    for one in np.unique(band).tolist():
        here = band == one
        lon[here], lat[here] = _in_band(zone, one, x[here], within[here])
    exists = (column >= 0) & (column < 8)
    return np.where(exists, lon, np.nan), np.where(exists, lat, np.nan)


def _in_band(zone: int, band: int, x: Floats, within: Floats) -> tuple[Floats, Floats]:
    """Find the one round of row letters that lies in the band, and turn meters into degrees."""
    south, middle = -80.0 + 8 * band, -183.0 + 6 * zone
    north = south + (12 if band == 19 else 8)
    to_degrees = pyproj.Transformer.from_crs(
        f"EPSG:{32600 + zone if band >= 10 else 32700 + zone}", "EPSG:4326", always_xy=True
    )
    _, lowest = to_degrees.transform(middle, south, direction="INVERSE")
    y = within + np.ceil((lowest - _SQUARE_M - within) / _ROUND_M) * _ROUND_M
    lon, lat = to_degrees.transform(x, y)
    # a square may reach over the edge of its band or zone by less than its own side, about one degree
    there = (lat > south - 1) & (lat < north + 1) & (np.abs(lon - middle) < 4.5) & np.isfinite(lon)
    return np.where(there, lon, np.nan), np.where(there, lat, np.nan)
