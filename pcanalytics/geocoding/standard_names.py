"""The standard names: what each kind of layer may say of its rows, and under which columns it usually stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["KINDS", "NAME_PARTS", "STANDARD_NAMES", "StandardName"]

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


#: The parts of a street's name, each in a column of its own, or the whole name in one.
NAME_PARTS = {
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
    **NAME_PARTS,
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
    **NAME_PARTS,
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
