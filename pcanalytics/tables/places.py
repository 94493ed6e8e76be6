"""Places: streets with address ranges, address points, districts and beats in time, landmarks.

Shapes travel beside these tables as GeoJSON; the tables hold what is said of each shape.
"""

from __future__ import annotations

from pcanalytics.schema import Column, Table
from pcanalytics.tables.vocabulary import ends_before

__all__ = ["ADDRESS_POINTS", "BEATS", "DISTRICTS", "LANDMARKS", "STREETS"]

_PARITIES = {"even": "even numbers", "odd": "odd numbers", "both": "even and odd numbers", "none": "no numbers"}


_VALID_FROM = Column(
    "valid_from",
    "date",
    "First day of this drawing; 1900-01-01 when it always was so.",
    nullable=False,
    required=True,
)


def _street_name_columns() -> tuple[Column, ...]:
    return (
        Column("predirection", "text", "Direction before the name (N, SW)."),
        Column("street_name", "text", "Name without direction and type.", required=True),
        Column("street_type", "text", "Type after the name (ST, AVE)."),
        Column("postdirection", "text", "Direction after the name."),
    )


STREETS = Table(
    "streets",
    "one piece of street between two intersections",
    ("street_id",),
    (
        Column("street_id", "id", "The piece.", nullable=False, required=True),
        *_street_name_columns(),
        Column("left_from", "integer", "First number on the left side.", minimum=0),
        Column("left_to", "integer", "Last number on the left side.", minimum=0),
        Column("right_from", "integer", "First number on the right side.", minimum=0),
        Column("right_to", "integer", "Last number on the right side.", minimum=0),
        Column("left_parity", "category", "Numbers on the left side.", categories=_PARITIES),
        Column("right_parity", "category", "Numbers on the right side.", categories=_PARITIES),
        Column("from_node", "id", "The intersection where it starts."),
        Column("to_node", "id", "The intersection where it ends."),
        Column("road_class", "text", "Kind of road (local, collector, arterial, highway, ramp)."),
        Column("zip_code", "id", "ZIP code."),
    ),
    "places",
)

ADDRESS_POINTS = Table(
    "address_points",
    "one address at one point",
    ("address_point_id",),
    (
        Column("address_point_id", "id", "The point.", nullable=False, required=True),
        Column("house_number", "id", "Number as posted.", required=True),
        *_street_name_columns(),
        Column("unit", "text", "Unit."),
        Column("zip_code", "id", "ZIP code."),
        Column("x", "real", "Easting.", unit="m", required=True),
        Column("y", "real", "Northing.", unit="m", required=True),
    ),
    "places",
)

DISTRICTS = Table(
    "districts",
    "one police district as drawn for a time",
    ("district", "valid_from"),
    (
        Column("district", "id", "Its name or number.", nullable=False, required=True),
        _VALID_FROM,
        Column("valid_to", "date", "First day that no longer has it; missing while in force."),
    ),
    "places",
    rules=(ends_before("valid_to", "valid_from", "the drawing ends before it starts"),),
)

BEATS = Table(
    "beats",
    "one beat as drawn and named for a time",
    ("beat", "valid_from"),
    (
        Column("beat", "id", "Its number, text end to end.", nullable=False, required=True),
        Column("district", "id", "The district it is in."),
        _VALID_FROM,
        Column("valid_to", "date", "First day that no longer has it; missing while in force."),
        Column("follows", "id", "The beat it takes the place of, where it was renamed or redrawn."),
    ),
    "places",
    rules=(ends_before("valid_to", "valid_from", "the drawing ends before it starts"),),
)

LANDMARKS = Table(
    "landmarks",
    "one named place",
    ("landmark_id",),
    (
        Column("landmark_id", "id", "The place.", nullable=False, required=True),
        Column("name", "text", "Its name.", nullable=False, required=True),
        Column("kind", "text", "What it is (hospital, jail, station, shelter, school, park, court)."),
        Column("institutional", "boolean", "Records pile up here for reasons of its own, as at a hospital or a jail."),
        Column("address", "text", "Its address."),
        Column("x", "real", "Easting.", unit="m"),
        Column("y", "real", "Northing.", unit="m"),
    ),
    "places",
)
