"""Coordinates that were written where an address belongs: degrees in their many writings, and grid references.

Every writing is one regular expression with the same named parts, run by RE2 in time proportional to the text, so that
no string can make it hang. What looks like coordinates and cannot be right keeps its kind and gets no place.

Sources: *United States National Grid*, FGDC-STD-011-2001, for the letters of the squares.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pcanalytics.geocoding.grid_references import grid_points

__all__ = ["read_coordinates"]

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

_WORDS = "LAT(?:ITUDE)?|LON(?:G(?:ITUDE)?)?|LNG|LL|GPS|COORD(?:INATE)?S?|DEG(?:REE)?S?|MIN(?:UTE)?S?|SEC(?:OND)?S?"
#: Only a string of digits, signs and these letters can be degrees; only one that starts so can be a grid reference.
_MAYBE_DEGREES = rf"(?i)^(?:[^A-Z]|[NSEWXYD]|{_WORDS})*$"
_MAYBE_GRID = r"(?i)^[\W_]*(?:(?:USNG|MGRS)[\W_]*)?\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z][A-HJ-NP-V]\s?\d[\d\s]+[\W_]*$"

#: The signs that stand for degrees, minutes, seconds and minus, made one each.
_SIGNS = (
    (r"[°º˚∘]|DEG(?:REE)?S?", "D"),
    (r"''|[″”“]|SEC(?:OND)?S?", '"'),
    (r"[′’‘´`]|MIN(?:UTE)?S?", "'"),
    (r"[−–—]", "-"),
)

_LEAD = r"^[\s(\[{]*(?:(?:GPS|COORD(?:INATE)?S?|LL|LAT[\s/,]+LON[A-Z]*|LON[A-Z]*[\s/,]+LAT[A-Z]*)[\s:=(\[]*)?"
_TAIL = r"[\s)\]}.,;]*$"
_LABEL = r"LAT(?:ITUDE)?|LON(?:G(?:ITUDE)?)?|LNG|[NSEWXY]"
_BETWEEN = r"(?P<between>[\s,;/|]*)"


def _decimal(part: int) -> str:
    """Write one angle as a number with a fraction: ``N 38.9072``, ``-77.0369``, ``38.9072N``."""
    return (
        rf"(?P<before{part}>{_LABEL})?[\s:=.]*(?P<sign{part}>[-+])?\s*"
        rf"(?P<degrees{part}>\d{{1,3}}(?:\.\d*)?)(?P<mark{part}>)(?:\s*D)?(?:\s*(?P<after{part}>[NSEW]))?"
        rf"(?P<fine{part}>)(?P<minutes{part}>)(?P<seconds{part}>)"
    )


def _parted(part: int) -> str:
    """Write one angle as degrees, minutes and perhaps seconds: ``38° 54' 26" N``, ``N38 54.43``, ``38:54:26``."""
    return (
        rf"(?P<before{part}>{_LABEL})?[\s:=.]*(?P<sign{part}>[-+])?\s*(?P<degrees{part}>\d{{1,3}})(?P<mark{part}>[\sD:-]+)"
        rf"(?:(?P<fine{part}>\d{{1,2}}\.\d*)|(?P<minutes{part}>\d{{1,2}})(?:(?:\s*[':-]\s*|\s+)(?P<seconds{part}>\d{{1,2}}(?:\.\d*)?))?)"
        rf"(?:\s*['\"]*\s*(?P<after{part}>[NSEW])|\b(?:\s*['\"]+)?)"
    )


def _packed(part: int, digits: int, letters: str) -> str:
    """Write one angle as aircraft and boats do: ``385426N`` ``0770213W``."""
    return (
        rf"(?P<before{part}>)(?P<sign{part}>)(?P<degrees{part}>\d{{{digits}}})(?P<mark{part}>)(?P<fine{part}>)"
        rf"(?P<minutes{part}>\d\d)(?P<seconds{part}>\d\d(?:\.\d*)?)(?P<after{part}>[{letters}])"
    )


#: Writings in the order they are tried.
_WRITINGS = (
    ("decimal", _LEAD + _decimal(1) + _BETWEEN + _decimal(2) + _TAIL),
    ("dms", _LEAD + _parted(1) + _BETWEEN + _parted(2) + _TAIL),
    ("dms", _LEAD + _packed(1, 2, "NS") + _BETWEEN + _packed(2, 3, "EW") + _TAIL),
)


def read_coordinates(strings: pa.Array | pa.ChunkedArray) -> pa.Table:
    r"""Read the strings that are coordinates, and leave every other alone.

    Parameters
    ----------
    strings : pyarrow.Array or ChunkedArray of string
        As written, before any cleaning, because the signs ``° ' "`` matter.

    Returns
    -------
    pyarrow.Table
        One row a string, in order: ``lon`` and ``lat`` in degrees of WGS 84, and ``kind``: ``decimal``, ``dms``
        (degrees and minutes, with or without seconds) or ``usng`` (United States National Grid, which is MGRS); null
        when the string is no coordinates. A kind without ``lon`` and ``lat`` reads as coordinates that cannot be right:
        out of range, 60 minutes, 0 and 0, a grid square that is not there.

    Notes
    -----
    Letters and labels decide which number is the latitude. Without them it is the first, unless only the other order is
    possible, or the first is negative and the second is not (north of the equator and west of Greenwich, as all of the
    United States but its Pacific islands). A grid reference is placed in the middle of the square it names; one of 1 km
    or more is not read unless the word USNG or MGRS stands before it, since ``4 N FM 1960`` is an address in Texas.

    Examples
    --------
    >>> read = read_coordinates(pa.array(["38.9072, -77.0369", "38° 54' 26\" N 77° 2' 13\" W", "1200 OAK ST"]))
    >>> read["kind"].to_pylist()
    ['decimal', 'dms', None]
    >>> [round(lon, 4) for lon in read["lon"].to_pylist()[:2]]
    [-77.0369, -77.0369]
    """
    text = _plain(strings)
    lon, lat = np.full(len(text), np.nan), np.full(len(text), np.nan)
    kind = np.full(len(text), None, dtype=object)
    rows = _where(pc.match_substring_regex(text, _MAYBE_DEGREES))
    maybe = _with_plain_signs(text.take(pa.array(rows)))
    for name, writing in _WRITINGS:
        parts = pc.extract_regex(maybe, writing)
        found = _where(pc.is_valid(parts))
        read = _Angles(parts.take(pa.array(found)))
        found = found[read.are_coordinates]
        kind[rows[found]] = name
        lon[rows[found]], lat[rows[found]] = read.placed()
        left = np.setdiff1d(np.arange(len(rows)), found)
        rows, maybe = rows[left], maybe.take(pa.array(left))
    rows = _where(pc.match_substring_regex(text, _MAYBE_GRID))
    read_as_grid, grid_lon, grid_lat = grid_points(text.take(pa.array(rows)))
    kind[rows[read_as_grid]] = "usng"
    lon[rows[read_as_grid]], lat[rows[read_as_grid]] = grid_lon[read_as_grid], grid_lat[read_as_grid]
    return pa.table(
        {
            "lon": pa.array(lon, mask=np.isnan(lon)),
            "lat": pa.array(lat, mask=np.isnan(lat)),
            "kind": pa.array(kind, pa.string()),
        }
    )


def _plain(strings: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give one array of text, the empty string where there is none."""
    array = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    return pc.fill_null(array.cast(pa.string()), "")


def _with_plain_signs(text: pa.Array) -> pa.Array:
    text = pc.utf8_upper(text)
    for pattern, sign in _SIGNS:
        text = pc.replace_substring_regex(text, pattern, sign)
    return text


def _where(truths: pa.Array) -> npt.NDArray[np.int64]:
    return np.flatnonzero(truths.to_numpy(zero_copy_only=False))


#: Which angle a letter or label makes, and its sign.
_LATITUDES, _LONGITUDES = ("N", "S", "LAT", "LATITUDE", "Y"), ("E", "W", "LON", "LONG", "LONGITUDE", "LNG", "X")
_NEGATIVE, _LABELS = ("S", "W"), ("LAT", "LATITUDE", "LON", "LONG", "LONGITUDE", "LNG")


class _Angles:
    """The parts of two angles, for many strings at once."""

    def __init__(self, parts: pa.StructArray) -> None:
        self._parts = {field.name: parts.field(index) for index, field in enumerate(parts.type)}
        self._move_letter()
        self.first, self.second = self._degrees(1), self._degrees(2)

    def _move_letter(self) -> None:
        """Give a letter that stands between two angles to the second one when the first has its own before it."""
        both = pc.and_(_there(self._parts["before1"]), _there(self._parts["after1"]))
        moves = pc.and_(both, pc.equal(self._parts["before2"], ""))
        self._parts["before2"] = pc.if_else(moves, self._parts["after1"], self._parts["before2"])
        self._parts["after1"] = pc.if_else(moves, "", self._parts["after1"])

    def _number(self, name: str, part: int) -> Floats:
        text = self._parts[f"{name}{part}"]
        return pc.if_else(pc.equal(text, ""), "0", text).cast(pa.float64()).to_numpy(zero_copy_only=False)

    def _has(self, part: int, words: tuple[str, ...]) -> Truths:
        after, before = self._parts[f"after{part}"], self._parts[f"before{part}"]
        word = pc.if_else(pc.equal(after, ""), before, after)
        return pc.is_in(word, pa.array(words)).to_numpy(zero_copy_only=False)

    def _degrees(self, part: int) -> Floats:
        minutes = self._number("minutes", part) + self._number("fine", part)
        seconds = self._number("seconds", part)
        size = self._number("degrees", part) + minutes / 60 + seconds / 3600
        sign = pc.equal(self._parts[f"sign{part}"], "-").to_numpy(zero_copy_only=False)
        negative = sign | self._has(part, _NEGATIVE)
        return np.where((minutes < 60) & (seconds < 60), np.where(negative, -size, size), np.nan)

    def _is_marked(self, part: int) -> Truths:
        """Tell which angles show that they are one: by a fraction of a degree, a sign for degrees, a letter or a label."""
        parted = pc.or_(_there(self._parts[f"minutes{part}"]), _there(self._parts[f"fine{part}"]))
        signed = pc.match_substring_regex(self._parts[f"mark{part}"], "[D:]").to_numpy(zero_copy_only=False)
        lettered = self._has(part, _LATITUDES + _LONGITUDES)
        fraction = pc.match_substring(self._parts[f"degrees{part}"], ".").to_numpy(zero_copy_only=False)
        return np.where(parted.to_numpy(zero_copy_only=False), signed | lettered, fraction | self._has(part, _LABELS))

    @property
    def are_coordinates(self) -> Truths:
        """Tell which strings are two angles, one along each axis, and not two numbers that stand side by side."""
        apart = np.logical_or.reduce(
            [
                _there(self._parts[name]).to_numpy(zero_copy_only=False)
                for name in ("between", "after1", "before2", "sign2")
            ]
        )
        same_axis = np.logical_or.reduce(
            [self._has(1, axis) & self._has(2, axis) for axis in (_LATITUDES, _LONGITUDES)]
        )
        return self._is_marked(1) & self._is_marked(2) & apart & ~same_axis

    def placed(self) -> tuple[Floats, Floats]:
        """Give longitude and latitude of those that are coordinates; not a number where they cannot be right."""
        first, second = self.first, self.second
        lon_leads = self._has(1, _LONGITUDES) | self._has(2, _LATITUDES)
        lat_leads = self._has(1, _LATITUDES) | self._has(2, _LONGITUDES)
        turned = ((np.abs(first) > 90) & (np.abs(second) <= 90)) | ((first < 0) & (second > 0))
        lon_leads |= ~lat_leads & turned
        lon, lat = np.where(lon_leads, first, second), np.where(lon_leads, second, first)
        right = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ~((lon == 0) & (lat == 0))
        kept = self.are_coordinates
        return np.where(right, lon, np.nan)[kept], np.where(right, lat, np.nan)[kept]


def _there(text: pa.Array) -> pa.Array:
    return pc.not_equal(text, "")
