"""Which column of a published file means what: TIGER, NAD, OpenAddresses, and a city's own files.

A layout maps standard names to the columns that hold them. A name that the settings do not map is looked for under
its usual spellings, whatever their case; a mapped column that is not there is an error that names the nearest one.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from pcanalytics.errors import InputRejected, Problem, UnknownName
from pcanalytics.geocoding.standard_names import KINDS, NAME_PARTS, STANDARD_NAMES

__all__ = ["LAYOUTS", "choose_columns"]

_TIGER = {
    "street": ("FULLNAME",),
    "left_from": ("LFROMHN", "LFROMADD"),
    "left_to": ("LTOHN", "LTOADD"),
    "right_from": ("RFROMHN", "RFROMADD"),
    "right_to": ("RTOHN", "RTOADD"),
    "left_parity": ("PARITYL",),
    "right_parity": ("PARITYR",),
    "left_zip": ("ZIPL",),
    "right_zip": ("ZIPR",),
    "from_node": ("TNIDF",),
    "to_node": ("TNIDT",),
    "line_class": ("MTFCC", "EDGE_MTFCC", "ROAD_MTFCC"),
}

#: By layout and kind, the columns of each standard name: the first that the file has is taken.
LAYOUTS: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "own": {kind: {} for kind in KINDS},
    "tiger_addrfeat": {"streets": _TIGER},
    "tiger_edges": {"streets": _TIGER},
    "nad": {
        "points": {
            "number": ("Add_Number", "AddNo"),
            "number_prefix": ("AddNum_Pre",),
            "number_suffix": ("AddNum_Suf",),
            "premodifier": ("St_PreMod", "StN_PreMod"),
            "predirection": ("St_PreDir", "StN_PreDir"),
            "pretype": ("St_PreTyp", "StN_PreTyp"),
            "preseparator": ("St_PreSep", "StN_PreSep"),
            "name": ("St_Name", "StreetName"),
            "suffix": ("St_PosTyp", "StN_PosTyp"),
            "postdirection": ("St_PosDir", "StN_PosDir"),
            "postmodifier": ("St_PosMod", "StN_PosMod"),
            "zip": ("Zip_Code",),
            "city": ("Inc_Muni", "Post_City", "County"),
            "lon": ("Longitude", "lon"),
            "lat": ("Latitude", "lat"),
        }
    },
    "openaddresses": {
        "points": {
            "number": ("NUMBER",),
            "street": ("STREET",),
            "zip": ("POSTCODE",),
            "city": ("CITY",),
            "lon": ("LON",),
            "lat": ("LAT",),
        }
    },
}

#: For each kind, the names of which one set must be there.
_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "streets": (("street",), ("name",)),
    "points": (("number", "street"), ("number", "name"), ("address",)),
    "intersections": (("street_a", "street_b"), ("both",)),
    "places": (("place",),),
    "mileposts": (("route", "milepost"),),
    "exits": (("route", "exit"),),
}


def choose_columns(
    kind: str, layout: str, given: Mapping[str, Sequence[str]], present: Sequence[str], *, name: str
) -> dict[str, tuple[str, ...]]:
    """Choose the columns of a file that hold what a layer needs.

    Parameters
    ----------
    kind : str
        One of :data:`~pcanalytics.geocoding.standard_names.KINDS`.
    layout : str
        A key of :data:`LAYOUTS`.
    given : mapping of str to sequence of str
        From the settings: standard name to their columns; an empty sequence says that the file does not have it.
    present : sequence of str
        The file's columns.
    name : str
        What to call the file in messages.

    Returns
    -------
    dict of str to tuple of str
        Standard name to columns as the file spells them, only what is there.

    Raises
    ------
    UnknownName
        When the layout or a standard name is not known.
    InputRejected
        Listing every mapped column that the file lacks, and what the layer cannot do without.

    Examples
    --------
    >>> choose_columns("streets", "own", {"street": ["fullname"]}, ["FULLNAME", "from", "to"], name="roads.parquet")
    {'street': ('FULLNAME',), 'from': ('from',), 'to': ('to',)}
    """
    if layout not in LAYOUTS:
        raise UnknownName("layout", layout, LAYOUTS)
    if kind not in LAYOUTS[layout]:
        kinds = ", ".join(LAYOUTS[layout])
        raise InputRejected(f"{name}: layout {layout!r} is one of {kinds}, not of {kind}.")
    for key in given:
        if key not in STANDARD_NAMES[kind]:
            raise UnknownName(f"standard name of {kind}", key, STANDARD_NAMES[kind])
    folded = {column.casefold(): column for column in reversed(present)}
    exact = dict.fromkeys(present)
    problems: list[Problem] = []
    chosen = {}
    for key, columns in given.items():
        found = [column if column in exact else folded.get(column.casefold()) for column in columns]
        problems += [
            _lacking(f"{kind}.columns {key} = {column!r}", column, present)
            for column, there in zip(columns, found, strict=True)
            if there is None
        ]
        if columns:
            chosen[key] = tuple(there for there in found if there is not None)
    chosen |= _usual(kind, layout, given, folded)
    if not problems and not any(all(key in chosen for key in needed) for needed in _NEEDED[kind]):
        either = " or ".join(" and ".join(needed) for needed in _NEEDED[kind])
        what = f"nothing says which column holds {either}"
        problems.append(Problem(what, expected=f"[{kind}.columns] with them; the file has: {_some(present)}"))
    if problems:
        raise InputRejected(f"{name} is not laid out as the settings say.", problems)
    order = {key: number for number, key in enumerate(STANDARD_NAMES[kind])}
    return dict(sorted(chosen.items(), key=lambda pair: order[pair[0]]))


def _usual(
    kind: str, layout: str, given: Mapping[str, Sequence[str]], folded: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Take a layout's columns; for a city's own file, usual spellings of what is not mapped."""
    declared = LAYOUTS[layout][kind]
    used = {column.casefold() for columns in given.values() for column in columns}
    taken: dict[str, tuple[str, ...]] = {}
    for key in _open_names(kind, given):
        own = STANDARD_NAMES[kind][key].spellings if layout == "own" or key in ("geometry", "lon", "lat") else ()
        for spelling in (*declared.get(key, ()), *own):
            column = folded.get(spelling.casefold())
            if column is not None and column.casefold() not in used:
                taken[key] = (column,)
                used.add(column.casefold())
                break
    return taken


def _open_names(kind: str, given: Mapping[str, Sequence[str]]) -> list[str]:
    """List what may still be looked for: a mapped street name or range shuts out what would say it twice."""
    shut = set(given)
    if any(given.get(key) for key in ("street", "name", "address")):
        shut |= {*NAME_PARTS, "address"} - {"also_known_as"} if kind in ("streets", "points") else set()
    if any(given.get(key) for key in ("from", "to")):
        shut |= {"left_from", "left_to", "right_from", "right_to"}
    if any(given.get(key) for key in ("left_from", "left_to", "right_from", "right_to")):
        shut |= {"from", "to"}
    return [key for key in STANDARD_NAMES[kind] if key not in shut]


def _lacking(what: str, column: str, present: Sequence[str]) -> Problem:
    folded = {one.casefold(): one for one in present}
    near = difflib.get_close_matches(column.casefold(), list(folded), n=1)
    expected = f"did you mean {folded[near[0]]!r}" if near else f"one of: {_some(present)}"
    return Problem(f"{what}: the file has no such column", expected=expected, code="no_column")


def _some(columns: Sequence[str]) -> str:
    return ", ".join(columns[:40]) + (" ..." if len(columns) > 40 else "")
