"""Conditions of supervision: verbatim texts written for the city, and what each means in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """One kind of condition as an agency codes it: texts word for word, with places to fill in."""

    code: str
    kind: str
    plain: str
    texts: tuple[str, ...]


CONDITIONS = (
    Condition(
        "RPT",
        "reporting",
        "Must report to the supervising officer when told to.",
        (
            "Report to the supervising officer within two business days of release and thereafter as directed, at the "
            "times and places set.",
            "You shall report in person to the Probation and Parole Office on the days the officer directs and answer "
            "all reasonable inquiries truthfully.",
        ),
    ),
    Condition(
        "SRC",
        "search",
        "Has agreed to searches by the supervising officer. Read the text for limits before acting.",
        (
            "Submit person, residence and vehicle to search by a supervising officer upon reasonable suspicion of a "
            "violation; other peace officers may assist only at the request of the supervising officer.",
            "Defendant consents to search of the person and of any premises under the defendant's control at any time by "
            "the agent, with or without a warrant.",
        ),
    ),
    Condition(
        "CRF",
        "curfew",
        "Must be at home during the stated hours.",
        (
            "Remain at the approved residence between {from_hour} and {to_hour} daily unless the officer has given prior "
            "written permission.",
            "Curfew: {from_hour} to {to_hour}, seven days a week; exceptions for work must be approved in advance.",
        ),
    ),
    Condition(
        "SAP",
        "stay_away_place",
        "Must not go to, or near, the stated place.",
        (
            "Shall not be within 500 feet of {place}.",
            "Do not enter or remain on the premises of {place} for any reason, parking areas included.",
        ),
    ),
    Condition(
        "NCV",
        "stay_away_person",
        "Must have no contact with a protected person. The text may name a victim.",
        (
            "No contact, direct or indirect, with {victim}, in person, in writing, by telephone or through a third party.",
            "Stay away from the residence, workplace and school of {victim}; violation is cause for arrest without further order.",
        ),
    ),
    Condition(
        "ALC",
        "alcohol",
        "No alcohol, and must take a test when asked.",
        (
            "Abstain from the use or possession of alcohol and submit to breath testing on request of the officer.",
            "Shall not consume alcohol nor be in an establishment whose main business is its sale.",
        ),
    ),
    Condition(
        "DRG",
        "drugs",
        "No drugs, and must give a sample when asked.",
        (
            "Do not use or possess any controlled substance without a valid prescription; provide a urine sample when directed.",
            "Random drug testing as directed. A missed or diluted sample counts as positive.",
        ),
    ),
    Condition(
        "GPS",
        "electronic_monitoring",
        "Wears a location monitor. Alerts go to the supervising officer.",
        ("Wear and keep charged a location monitoring device for {days} days; pay the fee unless waived.",),
    ),
    Condition(
        "NET",
        "internet",
        "Limits on the internet and on devices.",
        ("No internet access except on devices approved in writing; monitoring software must stay installed.",),
    ),
    Condition(
        "WPN",
        "weapons",
        "No firearms or other dangerous weapons.",
        (
            "Shall not own, possess or have under control any firearm, ammunition or other dangerous weapon.",
            "You may not possess a firearm. You must tell your officer if anyone in your home does.",
        ),
    ),
    Condition(
        "RES",
        "residence",
        "Must live where the officer has approved, and not move without leave.",
        ("Reside at the approved address and give 72 hours' notice before any change.",),
    ),
    Condition(
        "EMP",
        "employment",
        "Must work, study, or look for work.",
        ("Seek and keep lawful employment, or show proof of five job contacts a week.",),
    ),
    Condition(
        "TRT",
        "treatment",
        "Must attend the stated program. Attendance is known; what is said there is not.",
        (
            "Attend and complete the program the officer refers you to and sign a release that lets the provider report attendance.",
        ),
    ),
    Condition(
        "FIN",
        "financial",
        "Must pay restitution, fines or fees.",
        ("Pay restitution of ${amount} in monthly installments, fees and court costs as set out in the judgment.",),
    ),
    Condition(
        "OTH",
        "other",
        "Read the text.",
        (
            "Do not leave the state without a travel permit. Waive extradition.",
            "Do not associate with persons known to you to be under felony supervision, family excepted.",
        ),
    ),
)


HOURS = (
    ("8:00 p.m.", "6:00 a.m."),
    ("9:00 p.m.", "5:00 a.m."),
    ("10:00 p.m.", "6:00 a.m."),
    ("7:00 p.m.", "7:00 a.m."),
)
PLACES = (
    "Riverbend Mall",
    "the Union Transit Center",
    "the Crow's Nest Tavern",
    "Founders Park",
    "any licensed child care center",
    "Northside High School",
)
AUTHORITIES = {
    "probation": (
        "Sorrel County District Court, Div. 1",
        "Sorrel County District Court, Div. 3",
        "Alder Falls Municipal Court",
    ),
    "parole": ("State Parole Board",),
    "pretrial": ("Sorrel County District Court, Pretrial Docket",),
    "dual": ("State Parole Board",),
    "interstate": ("Interstate Compact Office",),
}
EMPLOYERS = (
    "Alder Valley Poultry",
    "Lakeshore Cold Storage",
    "Harbor Dry Dock",
    "Riverbend Car Wash",
    "Northside Tire and Brake",
    "Foundry Street Castings",
    "Quarry Road Gravel",
    "Sorrel County Roofing",
    "Beacon Cleaning Services",
    "Granary Kitchen",
    "Prairie Staffing",
    "Old Mill Bakery",
    "Union Cab Company",
    "Second Shift Logistics",
    "Breakwater Seafood",
    "Commonwealth Drywall",
    "Lantern Thrift Store",
    "Self-employed, odd jobs",
    "Day labor",
    "Home Stretch Painting",
)
SHIFTS = ("DAYS", "EVENINGS", "NIGHTS", "WEEKENDS", "VARIES", "6A-2P", "2P-10P", "10P-6A")
