"""Which column of a published file means what: TIGER, NAD, OpenAddresses, and a city's own files.

A layout maps standard names to the columns that hold them. A name that the settings do not map is looked for under
its usual spellings, whatever their case; a mapped column that is not there is an error that names the nearest one.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pcanalytics.errors import InputRejected, Problem, UnknownName

__all__ = ["KINDS", "LAYOUTS", "STANDARD_NAMES", "StandardName", "choose_columns"]

#: What a layer may hold.
KINDS = ("streets", "points", "intersections", "places", "mileposts", "exits")


@dataclass(frozen=True)
class StandardName:
    """One thing that a layer may say of each row.

    Parameters
    ----------
    meaning : str
        For the documents.
    spellings : tuple of str
        Names of columns that usually hold it, the best first; case does not matter.
    several : bool
        Whether several columns may hold it.
    """

    meaning: str
    spellings: tuple[str, ...] = ()
    several: bool = False


_NAME_PARTS = {
    "premodifier": StandardName("A word before the direction, such as OLD", ("st_premod",)),
    "predirection": StandardName(
        "Direction before the name, such as N",
        ("predirection", "predir", "pre_dir", "st_predir", "prefixdir", "dirpre", "prefix", "street_direction"),
    ),
    "pretype": StandardName("Type before the name, such as US HWY or AVENUE", ("pretype", "st_pretyp", "pre_type")),
    "preseparator": StandardName("Words after that type, such as OF THE", ("st_presep",)),
    "name": StandardName(
        "The name, without direction and suffix when those have columns of their own",
        ("street_name", "streetname", "st_name", "strname", "stname", "basename", "name"),
    ),
    "suffix": StandardName(
        "Type after the name, such as ST",
        ("suffix", "street_type", "streettype", "st_type", "st_postyp", "sttype", "type", "suftype", "streetsuff"),
    ),
    "postdirection": StandardName(
        "Direction after the name",
        ("postdirection", "postdir", "post_dir", "st_posdir", "sufdir", "dirsuf", "suffixdir"),
    ),
    "postmodifier": StandardName("A word after the suffix, such as EXTENSION", ("st_posmod",)),
    "street": StandardName(
        "The whole street name in one column",
        ("fullname", "full_name", "full_street_name", "street_full", "fullstname", "stnam_full", "street", "road"),
    ),
    "also_known_as": StandardName("Other names of the same street", ("also_known_as", "alias", "altname"), True),
}

_POSITION = {
    "lon": StandardName("Longitude, degrees", ("lon", "longitude", "long", "lng")),
    "lat": StandardName("Latitude, degrees", ("lat", "latitude")),
    "x": StandardName("Easting, in the layer's crs", ("x", "x_coord", "xcoord", "point_x")),
    "y": StandardName("Northing, in the layer's crs", ("y", "y_coord", "ycoord", "point_y")),
    "geometry": StandardName(
        "Shapes as WKB or WKT in a column of a Parquet or CSV file",
        ("geometry", "geom", "wkb", "wkt", "wkb_geometry", "the_geom", "shape", "geo"),
    ),
}

_ZONE = {
    "zip": StandardName(
        "Zip code", ("zip", "zip_code", "zipcode", "postcode", "post_code", "zip5", "postal_code", "zcta")
    ),
    "city": StandardName("City, used where there is no zip code", ("city", "inc_muni", "post_city", "municipality")),
}

_STREETS = {
    **_NAME_PARTS,
    "left_from": StandardName(
        "Number on the left at the line's start",
        ("left_from", "lfromhn", "lfromadd", "l_f_add", "lf_fadd", "fromleft", "from_left", "fromaddr_l", "l_from"),
    ),
    "left_to": StandardName(
        "Number on the left at its end",
        ("left_to", "ltohn", "ltoadd", "l_t_add", "lf_toadd", "toleft", "to_left", "toaddr_l", "l_to"),
    ),
    "right_from": StandardName(
        "Number on the right at its start",
        ("right_from", "rfromhn", "rfromadd", "r_f_add", "rt_fadd", "fromright", "from_right", "fromaddr_r", "r_from"),
    ),
    "right_to": StandardName(
        "Number on the right at its end",
        ("right_to", "rtohn", "rtoadd", "r_t_add", "rt_toadd", "toright", "to_right", "toaddr_r", "r_to"),
    ),
    "from": StandardName(
        "First number, when the sides are not told apart",
        ("from", "from_number", "fromhn", "from_addr", "low", "from_address", "fromaddr", "min_number"),
    ),
    "to": StandardName(
        "Last number, when the sides are not told apart",
        ("to", "to_number", "tohn", "to_addr", "high", "to_address", "toaddr", "max_number"),
    ),
    "parity": StandardName("Odd, even or both, of from and to: O, E, B", ("parity",)),
    "left_parity": StandardName("The same of the left side", ("left_parity", "parityl", "parity_l")),
    "right_parity": StandardName("The same of the right side", ("right_parity", "parityr", "parity_r")),
    "left_zip": StandardName("Zip code on the left", ("left_zip", "zipl", "zip_left", "l_zip", "zip_l", "zipleft")),
    "right_zip": StandardName(
        "Zip code on the right", ("right_zip", "zipr", "zip_right", "r_zip", "zip_r", "zipright")
    ),
    "left_city": StandardName("City on the left", ("left_city", "city_l", "citylf", "l_city")),
    "right_city": StandardName("City on the right", ("right_city", "city_r", "cityrt", "r_city")),
    **_ZONE,
    "from_node": StandardName(
        "Id of the crossing at the line's start", ("from_node", "tnidf", "f_node", "fnode", "f_node_cnn")
    ),
    "to_node": StandardName(
        "Id of the crossing at the line's end", ("to_node", "tnidt", "t_node", "tnode", "t_node_cnn")
    ),
    "line_class": StandardName("Feature class; TIGER's roads start with S", ("mtfcc", "edge_mtfcc")),
    "geometry": _POSITION["geometry"],
}

_POINTS = {
    "number": StandardName(
        "House number",
        (
            "number",
            "house_number",
            "add_number",
            "addno",
            "housenumber",
            "addr_num",
            "st_num",
            "hse_num",
            "address_number",
        ),
    ),
    "number_prefix": StandardName("What stands before the number", ("number_prefix", "addnum_pre", "prenum")),
    "number_suffix": StandardName("What stands after it, such as 1/2", ("number_suffix", "addnum_suf", "sufnum")),
    "address": StandardName("Number and street in one column", ("address", "full_address", "fulladdr", "site_address")),
    **_NAME_PARTS,
    **_ZONE,
    **_POSITION,
}

_INTERSECTIONS = {
    "street_a": StandardName("One street", ("street_a", "street_1", "street1", "st_a", "on_street")),
    "street_b": StandardName("The other", ("street_b", "street_2", "street2", "st_b", "cross_street")),
    "both": StandardName("Both in one column, such as A & B", ("intersection", "both", "crossing")),
    **_POSITION,
}

_PLACES = {
    "place": StandardName("Its name", ("place", "name", "place_name", "landmark", "fullname", "facility", "label")),
    "also_known_as": StandardName("Other names of it", ("also_known_as", "alias", "altname"), True),
    "kind": StandardName("What it is: park, jail, hospital ...", ("kind", "type", "category", "class")),
    "institution": StandardName(
        "Whether many unrelated people are recorded there", ("institution", "institutional", "is_institution")
    ),
    **_ZONE,
    **_POSITION,
}

_ROUTES = {
    "route": StandardName("The highway, such as I-95", ("route", "rte", "highway", "road", "street", "route_name")),
    "direction": StandardName("Direction of travel; empty for both", ("direction", "dir", "bound")),
    **_POSITION,
}

#: By kind of layer, the standard names and what they mean.
STANDARD_NAMES: Mapping[str, Mapping[str, StandardName]] = {
    "streets": _STREETS,
    "points": _POINTS,
    "intersections": _INTERSECTIONS,
    "places": _PLACES,
    "mileposts": {
        "milepost": StandardName("Miles", ("milepost", "mile", "mp", "post_mile", "postmile")),
        **_ROUTES,
    },
    "exits": {"exit": StandardName("Exit number", ("exit", "exit_number", "exit_no", "exitnumber")), **_ROUTES},
}

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
        One of :data:`KINDS`.
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
        shut |= {*_NAME_PARTS, "address"} - {"also_known_as"} if kind in ("streets", "points") else set()
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
