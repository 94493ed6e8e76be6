"""Police tables, shaped as NIBRS shapes them: an incident has offenses, people with roles, arrests.

Calls for service, field interviews and stops are records of their own and never counted as crime.
"""

from __future__ import annotations

import pandas as pd

from pcanalytics.schema import Column, Rule, Table
from pcanalytics.tables.vocabulary import (
    OFFENSES,
    ROLES,
    alias_columns,
    earlier,
    ends_before,
    person_columns,
    person_rules,
    place_columns,
)

__all__ = [
    "ARRESTS",
    "CALLS",
    "CHARGES",
    "COURT_DISPOSITIONS",
    "FIELD_INTERVIEWS",
    "INCIDENTS",
    "INCIDENT_OFFENSES",
    "INCIDENT_PEOPLE",
    "POLICE_ALIASES",
    "POLICE_PEOPLE",
    "STOPS",
]

#: Under this age at the event a person is a juvenile here; a statute may say another age.
JUVENILE_BEFORE = 18

_CLEARANCES = {
    "open": "not cleared",
    "arrest": "cleared by arrest",
    "exceptional_death": "cleared exceptionally: the offender died",
    "exceptional_prosecution_declined": "cleared exceptionally: prosecution declined",
    "exceptional_extradition_denied": "cleared exceptionally: extradition denied",
    "exceptional_victim_refused": "cleared exceptionally: the victim would not cooperate",
    "exceptional_juvenile": "cleared exceptionally: a juvenile, not taken into custody",
    "unfounded": "found by investigation not to have happened",
    "unknown": "a code that the mapping does not explain",
}


def _juvenile_unflagged(frame: pd.DataFrame) -> pd.Series:
    young = frame["age_at_event"] < JUVENILE_BEFORE
    return young & ~frame["juvenile"].fillna(value=False)


def _age_and_juvenile() -> tuple[Column, ...]:
    return (
        Column("age_at_event", "integer", "Age at the event.", unit="years", minimum=0, maximum=120, sensitivity="2"),
        Column(
            "juvenile",
            "boolean",
            "Under the juvenile age at the event. Guarded: never listed by name.",
            sensitivity="2",
        ),
    )


_JUVENILE = Rule(
    "juvenile_unflagged",
    "an age under 18 at the event without the juvenile flag; treated as a juvenile",
    ("juvenile", "age_at_event"),
    _juvenile_unflagged,
    action="warn",
)

_OCCURRED = (
    ends_before("occurred_to", "occurred_from", "the latest time comes before the earliest"),
    Rule(
        "occurs_after_entry",
        "it happens after it was entered",
        ("occurred_from", "entered_at"),
        lambda frame: earlier(frame["entered_at"], frame["occurred_from"]),
    ),
)

INCIDENTS = Table(
    "incidents",
    "one incident in the records system, whatever the number of offenses and people in it",
    ("incident_id",),
    (
        Column("incident_id", "id", "The agency's incident number.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("occurred_from", "timestamp", "Earliest time it can have happened.", required=True),
        Column("occurred_to", "timestamp", "Latest time it can have happened; missing when the time is known."),
        Column("reported_at", "timestamp", "When police were told."),
        Column("entered_at", "timestamp", "When the record, as it now stands, was entered."),
        *place_columns(),
        Column("location_type", "text", "Kind of place as recorded."),
        Column("clearance", "category", "How the incident stands.", categories=_CLEARANCES),
        Column("cleared_on", "date", "When it was cleared."),
        Column(
            "domestic", "boolean", "Between family or household members; its address is never listed.", sensitivity="2"
        ),
        Column(
            "confidential_address",
            "boolean",
            "The address belongs to a participant in an address-confidentiality program: never placed or listed.",
            sensitivity="3",
        ),
    ),
    "police",
    rules=_OCCURRED,
)

INCIDENT_OFFENSES = Table(
    "incident_offenses",
    "one offense counted in an incident, or the correction (-1) of one counted earlier",
    ("offense_id",),
    (
        Column(
            "offense_id",
            "id",
            "This count. Made from other columns where the agency has no such number.",
            nullable=False,
            required=True,
        ),
        Column("incident_id", "id", "The incident it belongs to.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("offense", "category", "The offense.", categories=OFFENSES, nullable=False, required=True),
        Column("offense_code", "id", "The agency's own code."),
        Column("nibrs_code", "id", "NIBRS offense code."),
        Column("attempted", "boolean", "Attempted and not completed."),
        Column(
            "count",
            "integer",
            "1 for an offense, -1 where an earlier count is taken back; missing means 1.",
            minimum=-1,
            maximum=1,
        ),
        Column(
            "counted_month",
            "date",
            "First day of the month in which the agency first counted it, where it publishes one.",
        ),
        Column("weapon", "text", "Weapon as recorded."),
        Column("entered_at", "timestamp", "When the offense, as it now stands, was entered."),
        Column("occurred_from", "timestamp", "Earliest time, where the offense comes with its own."),
        Column("occurred_to", "timestamp", "Latest time, where the offense comes with its own."),
        Column("reported_at", "timestamp", "When police were told, where the offense comes with its own."),
        *place_columns(),
    ),
    "police",
    rules=_OCCURRED,
)

INCIDENT_PEOPLE = Table(
    "incident_people",
    "one person in one role in one incident",
    ("incident_person_id",),
    (
        Column("incident_person_id", "id", "This person in this role.", nullable=False, required=True),
        Column("incident_id", "id", "The incident.", nullable=False, required=True),
        Column("person_record_id", "id", "The person as recorded, in police_people.", sensitivity="2"),
        Column("offense_id", "id", "The offense, where the role is about one of several."),
        Column(
            "role",
            "category",
            "What the person was in it.",
            categories=ROLES,
            nullable=False,
            required=True,
            sensitivity="2",
        ),
        *_age_and_juvenile(),
        Column("injury", "text", "Injury as recorded.", sensitivity="2"),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
    rules=(_JUVENILE,),
)

CALLS = Table(
    "calls",
    "one call for service, whether from the public or started by an officer",
    ("call_id",),
    (
        Column("call_id", "id", "The dispatch number.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("received_at", "timestamp", "When the call came in.", nullable=False, required=True),
        Column("dispatched_at", "timestamp", "When the first unit was sent."),
        Column("arrived_at", "timestamp", "When the first unit arrived."),
        Column("cleared_at", "timestamp", "When the last unit was free again."),
        Column("call_type", "text", "Type of call at the end, as recorded."),
        Column("priority", "integer", "Priority, 1 the most urgent.", minimum=0, maximum=99),
        Column("officer_initiated", "boolean", "Started by an officer and not by the public."),
        *place_columns(),
        Column("outcome", "text", "How the call ended, as recorded."),
        Column("incident_id", "id", "The incident it led to, if any."),
        Column(
            "confidential_address", "boolean", "The address is confidential: never placed or listed.", sensitivity="3"
        ),
    ),
    "police",
    rules=(ends_before("cleared_at", "received_at", "the call was cleared before it came in"),),
)

ARRESTS = Table(
    "arrests",
    "one arrest of one person",
    ("arrest_id",),
    (
        Column("arrest_id", "id", "The arrest number.", nullable=False, required=True),
        Column("incident_id", "id", "The incident, where there is one."),
        Column("person_record_id", "id", "The person as recorded, in police_people.", sensitivity="2"),
        Column("agency", "id", "The arresting agency."),
        Column("arrested_at", "timestamp", "When.", nullable=False, required=True),
        Column("entered_at", "timestamp", "When the record was entered."),
        Column("offense", "category", "The most serious offense.", categories=OFFENSES),
        Column("offense_code", "id", "The agency's own code."),
        Column("on_warrant", "boolean", "Made on a warrant."),
        *place_columns(),
        *_age_and_juvenile(),
    ),
    "police",
    rules=(_JUVENILE,),
)

CHARGES = Table(
    "charges",
    "one charge that followed an arrest",
    ("charge_id",),
    (
        Column("charge_id", "id", "The charge.", nullable=False, required=True),
        Column("arrest_id", "id", "The arrest."),
        Column("docket", "id", "The court's docket number."),
        Column("statute", "text", "Statute as written."),
        Column("offense", "category", "The offense charged.", categories=OFFENSES),
        Column(
            "severity",
            "category",
            "Grade of the charge.",
            categories={
                "felony": "punishable by prison",
                "misdemeanor": "punishable by up to a year in jail",
                "infraction": "punishable by a fine",
                "unknown": "a code that the mapping does not explain",
            },
        ),
        Column("filed_on", "date", "When it was filed."),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
)

COURT_DISPOSITIONS = Table(
    "court_dispositions",
    "what a court decided on one charge",
    ("disposition_id",),
    (
        Column("disposition_id", "id", "The disposition.", nullable=False, required=True),
        Column("charge_id", "id", "The charge.", nullable=False, required=True),
        Column("agency", "id", "The court or clerk that holds the record."),
        Column("disposed_on", "date", "When.", nullable=False, required=True),
        Column(
            "disposition",
            "category",
            "What was decided.",
            categories={
                "convicted": "found or pleaded guilty",
                "dismissed": "dismissed by the court or dropped by the prosecutor",
                "acquitted": "found not guilty",
                "diverted": "sent to a program in place of a conviction",
                "deferred": "judgment put off on conditions",
                "unknown": "a code that the mapping does not explain",
            },
            nullable=False,
            required=True,
        ),
        Column("sentence_days", "integer", "Time to serve.", unit="days", minimum=0, maximum=73_000),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
)

FIELD_INTERVIEWS = Table(
    "field_interviews",
    "one person spoken to in the field and recorded, without being stopped",
    ("contact_id",),
    (
        Column("contact_id", "id", "The contact.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("person_record_id", "id", "The person as recorded, in police_people.", sensitivity="2"),
        Column("contacted_at", "timestamp", "When.", nullable=False, required=True),
        Column("reason", "text", "Reason as recorded.", sensitivity="2"),
        *place_columns(sensitivity="2"),
        *_age_and_juvenile(),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
    rules=(_JUVENILE,),
)

STOPS = Table(
    "stops",
    "one person stopped, on foot or in a vehicle",
    ("stop_id",),
    (
        Column("stop_id", "id", "The stop and person.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("person_record_id", "id", "The person as recorded, in police_people.", sensitivity="2"),
        Column("stopped_at", "timestamp", "When.", nullable=False, required=True),
        Column(
            "stop_type",
            "category",
            "Kind of stop.",
            categories={
                "traffic": "of a vehicle for a traffic matter",
                "pedestrian": "of a person on foot",
                "bicycle": "of a person on a bicycle",
                "other": "any other",
                "unknown": "a code that the mapping does not explain",
            },
        ),
        Column("reason", "text", "Legal reason as recorded.", sensitivity="2"),
        Column("searched", "boolean", "Person or vehicle was searched.", sensitivity="2"),
        Column("result", "text", "Warning, citation, arrest or none, as recorded.", sensitivity="2"),
        *place_columns(sensitivity="2"),
        *_age_and_juvenile(),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
    rules=(_JUVENILE,),
)

POLICE_PEOPLE = Table(
    "police_people",
    "one person as recorded once; the same person may be recorded many times",
    ("person_record_id",),
    (
        Column("person_record_id", "id", "This record of a person.", nullable=False, required=True),
        Column("agency", "id", "The agency that holds the record."),
        Column("local_id", "id", "The agency's own person number, where it keeps one.", sensitivity="2"),
        *person_columns(),
        Column("address", "text", "Home address as recorded.", sensitivity="2"),
        Column("recorded_at", "timestamp", "When the person was recorded."),
        Column("gang", "text", "Group as recorded. Restricted, and no proof of membership.", sensitivity="3"),
        Column(
            "confidential_address",
            "boolean",
            "In an address-confidentiality program: never placed or listed.",
            sensitivity="3",
        ),
        Column("entered_at", "timestamp", "When the record was entered."),
    ),
    "police",
    rules=person_rules(),
)

POLICE_ALIASES = Table(
    "police_aliases",
    "another name that police recorded for a person",
    ("alias_id",),
    (
        *alias_columns(),
        Column(
            "person_record_id", "id", "The person record it belongs to.", nullable=False, required=True, sensitivity="2"
        ),
        Column("agency", "id", "The agency that holds the record."),
    ),
    "police",
)
