"""Corrections and court tables. Jail, probation, parole and pretrial services are often different agencies:
every row names the one that owns it.

Conditions are kept word for word, with who issued them and when: an officer may act on the text, never
on a paraphrase.
"""

from __future__ import annotations

import pandas as pd

from pcanalytics.schema import LATEST, Column, Rule, Table
from pcanalytics.tables.vocabulary import (
    OFFENSES,
    SUPERVISION_TYPES,
    alias_columns,
    ends_before,
    person_columns,
    person_rules,
)

__all__ = [
    "ASSESSMENTS",
    "CONDITIONS",
    "CORRECTIONS_ALIASES",
    "CORRECTIONS_PEOPLE",
    "CUSTODY_STAYS",
    "EMPLOYMENT",
    "RELEASES",
    "RESIDENCES",
    "SUPERVISING_OFFICERS",
    "SUPERVISION",
    "SUPERVISION_CONTACTS",
    "VIOLATIONS",
]

_AGENCY = Column("agency", "id", "The agency that owns the record.", nullable=False, required=True)
_ENTERED = Column("entered_at", "timestamp", "When the record, as it now stands, was entered.")
_UNKNOWN = {"unknown": "a code that the mapping does not explain"}


def _doc_id() -> Column:
    return Column("doc_id", "id", "The owning agency's person number.", nullable=False, required=True, sensitivity="2")


def _corrections(name: str, row: str, key: str, columns: tuple[Column, ...], rules: tuple[Rule, ...] = ()) -> Table:
    return Table(name, row, ("agency", key), columns, "corrections", retention="supervision", rules=rules)


def _overlaps_earlier(frame: pd.DataFrame) -> pd.Series:
    """Mark periods that start before an earlier one of the same person and kind is over."""
    whose = ["agency", "doc_id", "supervision_type"]
    periods = frame[[*whose, "start"]].assign(over=frame["ended_on"].fillna(frame["end"]).fillna(LATEST))
    periods = periods.sort_values([*whose, "start", "over"], kind="stable")
    latest_over = periods.groupby(whose)["over"].cummax().groupby([periods[name] for name in whose]).shift()
    return (periods["start"] < latest_over).reindex(frame.index)


CORRECTIONS_PEOPLE = Table(
    "corrections_people",
    "one person as one corrections agency records them",
    ("agency", "doc_id"),
    (
        _AGENCY,
        _doc_id(),
        *person_columns(),
        Column(
            "ssn", "id", "Social Security number. Never loaded from a packet, never leaves the owner.", sensitivity="X"
        ),
        Column(
            "confidential_address",
            "boolean",
            "In an address-confidentiality program: never placed or listed.",
            sensitivity="3",
        ),
        Column("security_threat_group", "text", "Group as recorded by corrections.", sensitivity="3"),
        Column("recorded_at", "timestamp", "When the person was first recorded."),
        _ENTERED,
    ),
    "corrections",
    retention="supervision",
    rules=person_rules(),
)

CORRECTIONS_ALIASES = _corrections(
    "corrections_aliases",
    "another name that corrections recorded for a person",
    "alias_id",
    (*alias_columns(), _AGENCY, _doc_id()),
)

CUSTODY_STAYS = _corrections(
    "custody_stays",
    "one stay in a jail or prison, from booking to release",
    "stay_id",
    (
        Column("stay_id", "id", "The stay or booking number.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column("facility", "text", "Where."),
        Column("booked_at", "timestamp", "When it began.", nullable=False, required=True),
        Column("released_at", "timestamp", "When it ended; missing while in custody."),
        Column(
            "stay_reason",
            "category",
            "Why the person is held.",
            categories={
                "pretrial": "waiting for trial",
                "sentenced": "serving a sentence",
                "violation": "for a violation of supervision",
                "warrant": "on a warrant",
                "hold": "for another agency",
                **_UNKNOWN,
            },
        ),
        Column(
            "release_reason",
            "category",
            "Why it ended.",
            categories={
                "bond": "released on bond or recognizance",
                "served": "sentence served",
                "parole": "released to parole",
                "probation": "released to probation",
                "transfer": "moved to another facility",
                "dismissed": "charges dropped",
                "escape": "escaped",
                "death": "died",
                **_UNKNOWN,
            },
        ),
        _ENTERED,
    ),
    rules=(ends_before("released_at", "booked_at", "the release comes before the booking"),),
)

SUPERVISION = _corrections(
    "supervision",
    "one period of one person under one kind of supervision",
    "supervision_id",
    (
        Column("supervision_id", "id", "The supervision period.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column(
            "supervision_type",
            "category",
            "Kind of supervision.",
            categories=SUPERVISION_TYPES,
            nullable=False,
            required=True,
        ),
        Column(
            "level",
            "category",
            "Level of supervision.",
            categories={
                "intensive": "the closest",
                "high": "close",
                "medium": "standard",
                "low": "light",
                "administrative": "reporting by mail, phone or kiosk only",
                **_UNKNOWN,
            },
        ),
        Column(
            "status",
            "category",
            "How it stands.",
            categories={
                "active": "being supervised",
                "absconded": "whereabouts unknown, a warrant usually asked for",
                "suspended": "on hold, usually while in custody",
                "revoked": "ended by a return to custody",
                "discharged": "ended in the ordinary way",
                "transferred": "moved to another agency",
                "deceased": "the person died",
                **_UNKNOWN,
            },
        ),
        Column("start", "date", "First day.", nullable=False, required=True),
        Column("end", "date", "Last planned day; missing where there is none, as for life."),
        Column("ended_on", "date", "When it really ended; missing while it lasts."),
        Column("officer_id", "id", "The supervising officer."),
        Column("offense", "category", "The offense it is for.", categories=OFFENSES, sensitivity="2"),
        Column("program", "text", "A program the supervision is part of, if any."),
        _ENTERED,
    ),
    rules=(
        ends_before("end", "start", "the planned end comes before the start"),
        ends_before("ended_on", "start", "the real end comes before the start"),
        Rule(
            "overlapping_supervision",
            "it overlaps an earlier period of the same kind for the same person at the same agency",
            ("start", "ended_on", "end"),
            _overlaps_earlier,
            whole_table=True,
        ),
    ),
)

CONDITIONS = _corrections(
    "conditions",
    "one condition of one supervision period",
    "condition_id",
    (
        Column("condition_id", "id", "The condition.", nullable=False, required=True),
        Column("supervision_id", "id", "The supervision period.", nullable=False, required=True),
        _AGENCY,
        Column(
            "condition_type",
            "category",
            "Kind of condition.",
            categories={
                "curfew": "hours at home",
                "stay_away_place": "places not to go",
                "stay_away_person": "people not to meet; may identify a victim",
                "search": "consent to search",
                "alcohol": "no alcohol",
                "drugs": "no drugs, testing",
                "electronic_monitoring": "location monitoring",
                "internet": "limits on internet or devices",
                "weapons": "no weapons",
                "residence": "where to live",
                "employment": "to work or look for work",
                "treatment": "to attend a program",
                "reporting": "when and where to report",
                "financial": "restitution, fines, fees",
                "other": "any other",
                **_UNKNOWN,
            },
        ),
        Column("verbatim", "text", "The condition word for word.", sensitivity="2"),
        Column(
            "plain_words",
            "text",
            "What it means in plain words. Beside the text, never instead of it.",
            sensitivity="2",
        ),
        Column("identifies_victim", "boolean", "The text names or locates a victim.", sensitivity="3"),
        Column("issuing_authority", "text", "Who ordered it."),
        Column("issued_on", "date", "When it was ordered."),
        Column("ends_on", "date", "When it ends; missing when it lasts as long as the supervision."),
        _ENTERED,
    ),
    rules=(ends_before("ends_on", "issued_on", "the condition ends before it was ordered"),),
)

RESIDENCES = _corrections(
    "residences",
    "one address where a person was said to live, for a time",
    "residence_id",
    (
        Column("residence_id", "id", "The residence record.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column(
            "address",
            "text",
            "Address as written, with what is no address (homeless, general delivery).",
            sensitivity="2",
        ),
        Column(
            "residence_type",
            "category",
            "Kind of residence.",
            categories={
                "home": "a house or apartment",
                "with_family": "with family or friends",
                "shelter": "a shelter",
                "halfway_house": "a halfway house or reentry center",
                "treatment": "a treatment facility",
                "facility": "a jail, prison or hospital",
                "homeless": "no fixed address",
                "mail_only": "a mailing address only",
                **_UNKNOWN,
            },
            sensitivity="2",
        ),
        Column("start", "date", "From when.", sensitivity="2"),
        Column("end", "date", "Until when; missing while current.", sensitivity="2"),
        Column("verified", "boolean", "An officer confirmed it.", sensitivity="2"),
        Column("verified_on", "date", "When it was last confirmed.", sensitivity="2"),
        Column(
            "confidential_address",
            "boolean",
            "In an address-confidentiality program: never placed or listed.",
            sensitivity="3",
        ),
        _ENTERED,
    ),
    rules=(ends_before("end", "start", "the residence ends before it starts"),),
)

EMPLOYMENT = _corrections(
    "employment",
    "one job of one person, for a time",
    "employment_id",
    (
        Column("employment_id", "id", "The employment record.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column("employer", "text", "Employer as recorded.", sensitivity="2"),
        Column("address", "text", "Where, as written.", sensitivity="2"),
        Column("shift", "text", "Working hours as recorded.", sensitivity="2"),
        Column("start", "date", "From when.", sensitivity="2"),
        Column("end", "date", "Until when; missing while current.", sensitivity="2"),
        _ENTERED,
    ),
    rules=(ends_before("end", "start", "the employment ends before it starts"),),
)

RELEASES = _corrections(
    "releases",
    "one release from prison or jail, planned or done",
    "release_id",
    (
        Column("release_id", "id", "The release.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column("stay_id", "id", "The custody stay it ends."),
        Column("facility", "text", "From where."),
        Column("projected_on", "date", "Planned day."),
        Column("released_on", "date", "Actual day; missing while it is only planned."),
        Column(
            "release_type",
            "category",
            "To what.",
            categories={
                "parole": "to parole",
                "probation": "to probation",
                "dual": "to both",
                "pretrial": "to pretrial supervision",
                "unsupervised": "to no supervision",
                "interstate": "to another state",
                **_UNKNOWN,
            },
        ),
        Column("offense", "category", "The commitment offense.", categories=OFFENSES, sensitivity="2"),
        Column("release_address", "text", "Where the person plans to live, as written.", sensitivity="2"),
        Column("detainer", "boolean", "Another agency waits to take the person into custody."),
        _ENTERED,
    ),
)

SUPERVISING_OFFICERS = _corrections(
    "supervising_officers",
    "one supervising officer",
    "officer_id",
    (
        Column("officer_id", "id", "The officer.", nullable=False, required=True),
        _AGENCY,
        Column("name", "text", "Name."),
        Column("unit", "text", "Unit or office."),
        Column("phone", "text", "Work phone."),
        Column("after_hours_phone", "text", "Phone outside office hours."),
        Column("email", "text", "Work e-mail."),
    ),
)

VIOLATIONS = _corrections(
    "violations",
    "one alleged or found violation of supervision",
    "violation_id",
    (
        Column("violation_id", "id", "The violation.", nullable=False, required=True),
        Column("supervision_id", "id", "The supervision period.", nullable=False, required=True),
        _AGENCY,
        Column("occurred_on", "date", "When.", nullable=False, required=True),
        Column(
            "violation_type",
            "category",
            "Kind of violation.",
            categories={
                "new_offense": "a new crime is alleged",
                "technical": "a condition was broken, no new crime",
                "absconsion": "the person cannot be found",
                **_UNKNOWN,
            },
            sensitivity="2",
        ),
        Column(
            "outcome",
            "category",
            "What came of it.",
            categories={
                "pending": "not decided",
                "dismissed": "not found",
                "sanction": "a sanction short of revocation",
                "revoked": "supervision was revoked",
                **_UNKNOWN,
            },
            sensitivity="2",
        ),
        Column("decided_on", "date", "When it was decided."),
        _ENTERED,
    ),
    rules=(ends_before("decided_on", "occurred_on", "decided before it happened"),),
)

SUPERVISION_CONTACTS = _corrections(
    "supervision_contacts",
    "one contact between an officer and a supervised person",
    "supervision_contact_id",
    (
        Column("supervision_contact_id", "id", "The contact.", nullable=False, required=True),
        Column("supervision_id", "id", "The supervision period.", nullable=False, required=True),
        _AGENCY,
        Column("contacted_at", "timestamp", "When.", nullable=False, required=True),
        Column(
            "contact_type",
            "category",
            "Kind of contact.",
            categories={
                "office": "at the office",
                "home": "at home",
                "field": "elsewhere in the field",
                "phone": "by phone or video",
                "collateral": "with family, employer or another third person",
                **_UNKNOWN,
            },
        ),
        Column("kept", "boolean", "The person was met.", sensitivity="2"),
        _ENTERED,
    ),
)

ASSESSMENTS = _corrections(
    "assessments",
    "one risk or needs assessment of one person",
    "assessment_id",
    (
        Column("assessment_id", "id", "The assessment.", nullable=False, required=True),
        _AGENCY,
        _doc_id(),
        Column("tool", "text", "The instrument.", sensitivity="3"),
        Column("tool_version", "text", "Its version.", sensitivity="3"),
        Column("assessed_on", "date", "When.", nullable=False, required=True, sensitivity="3"),
        Column("score", "real", "Total score.", unit="points", sensitivity="3"),
        Column("band", "text", "Band as the instrument names it.", sensitivity="3"),
        _ENTERED,
    ),
)
