"""Tables that the suite makes from the others. They are rebuilt, never loaded."""

from __future__ import annotations

from collections.abc import Mapping

from pcanalytics.schema import Column, Owner, Sensitivity, Table
from pcanalytics.tables.vocabulary import OFFENSES, place_columns

__all__ = [
    "COUNTED_OFFENSES",
    "GEOCODED_CALLS",
    "GEOCODED_INCIDENTS",
    "GEOCODED_RESIDENCES",
    "PERSON_LINKS",
    "RECORD_LINKS",
]

#: Whether an address was found.
_STATUSES: Mapping[str, str] = {
    "M": "matched: one place was found",
    "T": "tied: several places fit equally well, and none was taken",
    "U": "unmatched: the reason says why",
    "unknown": "not recorded",
}

#: What an address was found as, from the most exact.
_MATCH_TYPES: Mapping[str, str] = {
    "point": "a point of its own",
    "range": "placed by its number within the range of a piece of street",
    "block": "the middle of a block",
    "intersection": "a crossing of two streets",
    "offset": "so far from a crossing, in a direction",
    "milepost": "a milepost or exit of a numbered road",
    "place": "a place known by name",
    "street": "a whole street, which is no place",
    "zone": "a whole area, which is no place",
    "none": "nothing",
    "unknown": "not recorded",
}


def _geocoded(
    name: str, row: str, keys: tuple[Column, ...], key: tuple[str, ...], *, owner: Owner, sensitivity: Sensitivity
) -> Table:
    """Declare where the addresses of a table were found; what tells where is of the class of the address itself."""
    found = (
        Column("form", "text", "What kind of string the address is, in the words of the method's list of forms."),
        Column("status", "category", "Whether it was found.", categories=_STATUSES, nullable=False),
        Column("match_type", "category", "What it was found as.", categories=_MATCH_TYPES, nullable=False),
        Column("match_score", "integer", "How like it was to what was found, 0 to 100.", minimum=0, maximum=100),
        Column("error_m", "real", "How far off the place is expected to be.", unit="m", minimum=0),
        Column("candidates", "integer", "How many places fitted equally well.", minimum=0),
        Column("matched_as", "text", "What was found, in the reference's own words.", sensitivity=sensitivity),
        Column("reason", "text", "Why nothing was found; missing where something was."),
        Column("is_institution", "boolean", "Records pile up at the place for reasons of its own, as at a jail."),
        Column("area_agrees", "boolean", "The place lies in the beat or district recorded; missing when not checked."),
        Column("reference", "text", "The name of the reference."),
        Column("vintage", "text", "Of when the reference is."),
        Column(
            "x",
            "real",
            "Easting in the workspace's system; missing unless it was found.",
            unit="m",
            sensitivity=sensitivity,
        ),
        Column(
            "y",
            "real",
            "Northing in the workspace's system; missing unless it was found.",
            unit="m",
            sensitivity=sensitivity,
        ),
    )
    return Table(name, row, key, (*keys, *found), owner, retention="derived")


GEOCODED_INCIDENTS = _geocoded(
    "geocoded_incidents",
    "where the address of one incident was found",
    (Column("incident_id", "id", "The incident.", nullable=False),),
    ("incident_id",),
    owner="derived",
    sensitivity="1",
)

GEOCODED_CALLS = _geocoded(
    "geocoded_calls",
    "where the address of one call was found",
    (Column("call_id", "id", "The call.", nullable=False),),
    ("call_id",),
    owner="derived",
    sensitivity="1",
)

#: Corrections own it as they own the residences: the agreement decides who reads it.
GEOCODED_RESIDENCES = _geocoded(
    "geocoded_residences",
    "where one residence was found",
    (
        Column("residence_id", "id", "The residence record.", nullable=False),
        Column("agency", "id", "The agency that owns the record.", nullable=False),
        Column("doc_id", "id", "The owning agency's person number.", nullable=False, sensitivity="2"),
    ),
    ("agency", "residence_id"),
    owner="corrections",
    sensitivity="2",
)

COUNTED_OFFENSES = Table(
    "counted_offenses",
    "one offense as CompStat counts it: the offense with the time and place of its incident",
    ("offense_id",),
    (
        Column("offense_id", "id", "The count in incident_offenses.", nullable=False),
        Column("incident_id", "id", "The incident.", nullable=False),
        Column("offense", "category", "The offense.", categories=OFFENSES, nullable=False),
        Column(
            "count", "integer", "1, or -1 where an earlier count is taken back.", nullable=False, minimum=-1, maximum=1
        ),
        Column("attempted", "boolean", "Attempted and not completed."),
        Column("occurred_from", "timestamp", "Earliest time it can have happened."),
        Column("occurred_to", "timestamp", "Latest time it can have happened."),
        Column("reported_at", "timestamp", "When police were told."),
        Column("entered_at", "timestamp", "When the record was entered."),
        *place_columns(),
        Column("clearance", "text", "How the incident stands."),
        Column(
            "late",
            "boolean",
            "It happened before the month in which the agency first counted it, or was entered over 30 days later.",
            nullable=False,
        ),
        Column("located", "boolean", "It has coordinates.", nullable=False),
        Column("unlisted", "boolean", "Its address is never listed: domestic, sexual or confidential.", nullable=False),
    ),
    "derived",
    retention="derived",
)

#: Whose records a linked record is one of.
_SIDES: Mapping[str, str] = {
    "police": "a record in police_people",
    "corrections": "a record in corrections_people",
    "unknown": "not recorded",
}

#: What was made of a pair of records.
_LINK_STATUSES: Mapping[str, str] = {
    "link": "taken to be one person",
    "review": "for a person to decide; not linked until then",
    "unknown": "not recorded",
}


def _record(which: str, end: str = "") -> tuple[Column, ...]:
    """Declare the three columns that name a record of a person on either side."""
    return (
        Column(f"side{end}", "category", f"Whose {which} is.", categories=_SIDES, nullable=False),
        Column(f"agency{end}", "id", "The agency that holds it; `police` where the record names none.", nullable=False),
        Column(
            f"record_id{end}",
            "id",
            "Its person_record_id in police_people, or its doc_id in corrections_people.",
            nullable=False,
            sensitivity="2",
        ),
    )


#: Corrections own both, since a link says of a police record that its person is known to corrections: the agreement decides.
PERSON_LINKS = Table(
    "person_links",
    "one record of a person, with the person it is taken to be of",
    ("side", "agency", "record_id"),
    (
        *_record("record it"),
        Column("person_id", "id", "The person, over all agencies.", nullable=False, sensitivity="2"),
        Column(
            "match_probability",
            "real",
            "Probability of the weakest link that ties the record to the first record of its person; 1 for that one.",
            nullable=False,
            minimum=0,
            maximum=1,
        ),
        Column("link_count", "integer", "How many other records the person has.", nullable=False, minimum=0),
        Column("model", "text", "Digest of the model that compared the records.", nullable=False),
        Column("decisions", "text", "Digest of the reviewers' decisions that were followed.", nullable=False),
        Column("linked_as_of", "date", "The records were compared as they were known before this day.", nullable=False),
    ),
    "corrections",
    retention="derived",
)

RECORD_LINKS = Table(
    "record_links",
    "two records that are linked, or wait for a reviewer",
    ("side_a", "agency_a", "record_id_a", "side_b", "agency_b", "record_id_b"),
    (
        *_record("first record it", "_a"),
        *_record("second record it", "_b"),
        Column("status", "category", "What was made of them.", categories=_LINK_STATUSES, nullable=False),
        Column(
            "match_probability",
            "real",
            "Probability that they are of one person; of the weakest link between them where `via` is over 1.",
            minimum=0,
            maximum=1,
        ),
        Column("reason", "text", "Why a reviewer must decide; empty for most links.", sensitivity="2"),
        Column(
            "via", "integer", "How many links lead from one to the other; 1 when they are linked themselves.", minimum=1
        ),
        Column(
            "levels", "text", "How alike they are, a level number a comparison; see the model's words.", sensitivity="2"
        ),
        Column("model", "text", "Digest of the model that compared them.", nullable=False),
    ),
    "corrections",
    retention="derived",
)
