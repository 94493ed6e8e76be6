"""The words that several tables share: offenses, roles, what is recorded of a person, where things happen.

Every category has a written meaning. ``unknown`` is what a code becomes that no mapping explains: the
row is loaded and counted, and the code is for a person to look up.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pcanalytics.schema import Column, Rule, Sensitivity

_YEAR = pd.Timedelta(days=365.25)

__all__ = [
    "ETHNICITIES",
    "OFFENSES",
    "PERSON_OFFENSES",
    "RACES",
    "ROLES",
    "SEXES",
    "SUPERVISION_TYPES",
    "alias_columns",
    "earlier",
    "ends_before",
    "person_columns",
    "person_rules",
    "place_columns",
]

#: Offenses, named as NIBRS groups them; larcenies from vehicles stand apart because agencies count them apart.
OFFENSES: Mapping[str, str] = {
    "homicide": "murder and non-negligent manslaughter",
    "negligent_manslaughter": "a death by negligence",
    "rape": "rape, sodomy, sexual assault with an object",
    "other_sex_offense": "fondling, incest, statutory rape and other sex offenses",
    "kidnapping": "kidnapping or abduction",
    "robbery": "taking by force or threat",
    "aggravated_assault": "assault with a weapon or with serious injury",
    "simple_assault": "assault without weapon or serious injury",
    "intimidation": "threat without attack, stalking",
    "burglary": "unlawful entry to steal or commit a felony",
    "larceny": "theft not counted under another heading",
    "theft_from_vehicle": "theft from a vehicle, or of its parts",
    "motor_vehicle_theft": "theft of a motor vehicle",
    "arson": "unlawful burning",
    "vandalism": "damage to property",
    "fraud": "fraud, forgery, embezzlement, identity theft",
    "stolen_property": "receiving or holding stolen property",
    "drugs": "drug and drug equipment offenses",
    "weapons": "weapon law offenses",
    "dui": "driving under the influence",
    "disorderly_conduct": "disorder, liquor laws, drunkenness",
    "trespass": "trespass of real property",
    "other": "any other offense",
    "unknown": "a code that the mapping does not explain",
}

#: Offenses counted by victim when counted for persons, as NIBRS counts crimes against persons.
PERSON_OFFENSES: tuple[str, ...] = (
    "homicide",
    "negligent_manslaughter",
    "rape",
    "other_sex_offense",
    "kidnapping",
    "aggravated_assault",
    "simple_assault",
    "intimidation",
)

#: What a person was in an incident.
ROLES: Mapping[str, str] = {
    "victim": "the offense was against this person",
    "suspect": "believed to have done it; not arrested for it",
    "arrestee": "arrested for it",
    "witness": "saw or heard it",
    "reporting_party": "reported it",
    "other": "named in the report without one of these roles",
    "unknown": "the role is not recorded",
}

SEXES: Mapping[str, str] = {
    "female": "recorded as female",
    "male": "recorded as male",
    "other": "recorded as neither",
    "unknown": "not recorded",
}

#: Race as police record it, in the FBI's groups.
RACES: Mapping[str, str] = {
    "american_indian": "American Indian or Alaska Native",
    "asian": "Asian",
    "black": "Black or African American",
    "pacific_islander": "Native Hawaiian or other Pacific Islander",
    "white": "White",
    "other": "another race, or several",
    "unknown": "not recorded",
}

ETHNICITIES: Mapping[str, str] = {
    "hispanic": "Hispanic or Latino",
    "not_hispanic": "not Hispanic or Latino",
    "unknown": "not recorded",
}

#: Kinds of community supervision.
SUPERVISION_TYPES: Mapping[str, str] = {
    "probation": "ordered by a court in place of, or after, jail",
    "parole": "the rest of a prison sentence served in the community, set by a board or by law",
    "dual": "probation and parole at once",
    "pretrial": "released by a court to wait for trial, under conditions",
    "interstate": "supervised here for another state under the interstate compact",
    "unknown": "a code that the mapping does not explain",
}


def person_columns() -> tuple[Column, ...]:
    """Give the columns by which any agency records a person.

    Examples
    --------
    >>> person_columns()[0].name
    'surname'
    """
    return (
        Column("surname", "text", "Family name as recorded.", sensitivity="2"),
        Column("given_name", "text", "Given name as recorded.", sensitivity="2"),
        Column("middle_name", "text", "Middle name or initial as recorded.", sensitivity="2"),
        Column("suffix", "text", "Jr, Sr, III and the like.", sensitivity="2"),
        Column("birth_date", "date", "Date of birth as recorded.", sensitivity="2"),
        Column("sex", "category", "Sex as recorded.", categories=SEXES, sensitivity="2"),
        Column("race", "category", "Race as recorded.", categories=RACES, sensitivity="2"),
        Column("ethnicity", "category", "Ethnicity as recorded.", categories=ETHNICITIES, sensitivity="2"),
        Column("sid", "id", "State identification number, given on fingerprints.", sensitivity="2"),
        Column("fbi_number", "id", "FBI number (Universal Control Number).", sensitivity="2"),
        Column("driver_license", "id", "Driver license number.", sensitivity="2"),
        Column("height_cm", "integer", "Height.", unit="cm", minimum=30, maximum=260, sensitivity="2"),
        Column("weight_kg", "integer", "Weight.", unit="kg", minimum=1, maximum=400, sensitivity="2"),
        Column("eye_color", "text", "Eye color as recorded.", sensitivity="2"),
        Column("hair_color", "text", "Hair color as recorded.", sensitivity="2"),
    )


def person_rules() -> tuple[Rule, ...]:
    """Give the rules about a birth date: it comes before the record, and makes a possible age.

    Examples
    --------
    >>> [rule.reason for rule in person_rules()]
    ['impossible_age', 'child_recorded']
    """

    def impossible(frame: pd.DataFrame) -> pd.Series:
        age = frame["recorded_at"] - frame["birth_date"]
        return (age < pd.Timedelta(0)) | (age > 120 * _YEAR)

    def child(frame: pd.DataFrame) -> pd.Series:
        age = frame["recorded_at"] - frame["birth_date"]
        return (age >= pd.Timedelta(0)) & (age < 10 * _YEAR)

    columns = ("birth_date", "recorded_at")
    return (
        Rule("impossible_age", "the birth date comes after the record, or makes an age over 120", columns, impossible),
        Rule(
            "child_recorded",
            "the birth date makes a child under 10; check it, and guard the record as a juvenile's",
            columns,
            child,
        ),
    )


def alias_columns() -> tuple[Column, ...]:
    """Give the columns of another name that a person is recorded under.

    Examples
    --------
    >>> alias_columns()[-1].name
    'moniker'
    """
    return (
        Column("alias_id", "id", "The alias record.", nullable=False, required=True),
        Column("surname", "text", "Family name under the alias.", sensitivity="2"),
        Column("given_name", "text", "Given name under the alias.", sensitivity="2"),
        Column("middle_name", "text", "Middle name under the alias.", sensitivity="2"),
        Column("birth_date", "date", "Date of birth under the alias.", sensitivity="2"),
        Column("moniker", "text", "Street name.", sensitivity="2"),
    )


def place_columns(*, sensitivity: Sensitivity = "1") -> tuple[Column, ...]:
    """Give the columns that say where something was, as recorded.

    Parameters
    ----------
    sensitivity : {"1", "2", "3", "X"}
        Class of the address and the coordinates; a beat and a district are routine.

    Examples
    --------
    >>> [column.name for column in place_columns()]
    ['address', 'district', 'beat', 'x', 'y']
    """
    return (
        Column("address", "text", "Where, as written by the person who recorded it.", sensitivity=sensitivity),
        Column("district", "id", "Police district as recorded at the time."),
        Column("beat", "id", "Beat as recorded at the time."),
        Column("x", "real", "Easting in the workspace's system, as recorded.", unit="m", sensitivity=sensitivity),
        Column("y", "real", "Northing in the workspace's system, as recorded.", unit="m", sensitivity=sensitivity),
    )


def ends_before(end: str, start: str, meaning: str) -> Rule:
    """Make the rule that an end must not come before its start.

    Parameters
    ----------
    end, start : str
        Names of two date or time columns.
    meaning : str
        The rule in words.

    Examples
    --------
    >>> ends_before("end", "start", "it ends before it starts").reason
    'end_before_start'
    """
    return Rule("end_before_start", meaning, (end, start), lambda frame: earlier(frame[end], frame[start]))


def earlier(times: pd.Series, others: pd.Series) -> pd.Series:
    """Tell which times come before others, as far as they say.

    Midnight is how an extract writes a day without a time, so it comes before no time of its own day.

    Parameters
    ----------
    times, others : Series of datetime
        Of one length; a missing one comes before nothing.

    Returns
    -------
    Series of bool
        True where the first certainly comes before the second.

    Examples
    --------
    >>> day, evening = pd.Series(pd.to_datetime(["2026-11-04"])), pd.Series(pd.to_datetime(["2026-11-04 21:30"]))
    >>> earlier(day, evening).tolist(), earlier(day, evening + pd.Timedelta(days=1)).tolist()
    ([False], [True])
    """
    only_days = times == times.dt.normalize()
    return times < others.where(~only_days, others.dt.normalize())
