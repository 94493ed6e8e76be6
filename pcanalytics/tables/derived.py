"""Tables that the suite makes from the others. They are rebuilt, never loaded."""

from __future__ import annotations

from pcanalytics.schema import Column, Table
from pcanalytics.tables.vocabulary import OFFENSES, place_columns

__all__ = ["COUNTED_OFFENSES"]

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
