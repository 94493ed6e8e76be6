"""What a person record is to linkage: one frame, one row a record, whatever system it came from.

Only the key, the side and the source are required. Everything else is compared where both records have it, and a
missing value says nothing either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pcanalytics.errors import InputRejected, Problem

__all__ = [
    "ADDRESS_COLUMNS",
    "ALIAS_COLUMNS",
    "IDENTIFIERS",
    "PEOPLE_COLUMNS",
    "REQUIRED_COLUMNS",
    "SIDES",
    "check_people",
]

SIDES = ("left", "right")
REQUIRED_COLUMNS = ("record_key", "side", "source")
IDENTIFIERS = ("sid", "fbi_number", "driver_license", "local_id")
PEOPLE_COLUMNS = {
    "record_key": "The record, unique in the frame.",
    "side": "left or right: which of the two systems.",
    "source": "The agency or data set it came from.",
    "known_at": "When the record was first known; missing is latest.",
    "given_name": "Given name as recorded.",
    "middle_name": "Middle name or initial as recorded.",
    "surname": "Surname as recorded.",
    "suffix": "Jr, Sr, II, III and the like, as recorded.",
    "birth_date": "Date of birth: a date or ISO text.",
    "sex": "Sex as recorded.",
    "race": "Race as recorded.",
    "ethnicity": "Ethnicity as recorded.",
    "sid": "State identification number, compared and not believed.",
    "fbi_number": "FBI number, compared and not believed.",
    "driver_license": "Driver license number, compared and not believed.",
    "local_id": "The agency's own person number that several records may carry; only compared inside its source.",
    "height_cm": "Height in centimeters.",
    "weight_kg": "Weight in kilograms.",
    "eye_color": "Eye color as recorded.",
    "hair_color": "Hair color as recorded.",
    "address": "Address as recorded.",
    "zip": "Postal code as recorded.",
    "locality": "Town or suburb as recorded.",
    "birth_place": "Place of birth as recorded.",
    "occupation": "Occupation as recorded.",
    "person_number": "A register's own number of a person: one person should have one, so it is never compared.",
}
ALIAS_COLUMNS = ("record_key", "given_name", "surname", "birth_date")
ADDRESS_COLUMNS = ("record_key", "address", "start", "end")


def check_people(people: pd.DataFrame, *, details: Iterable[str] = ()) -> pd.DataFrame:
    """Check a frame of person records, and say everything that is wrong with it at once.

    Parameters
    ----------
    people : DataFrame
        One row a record; `PEOPLE_COLUMNS` says what each column is. Only `REQUIRED_COLUMNS` must be there.
    details : iterable of str, optional
        Further columns that are to be compared as plain text. Their names have letters, digits and ``_`` alone.

    Returns
    -------
    DataFrame
        The same frame, unchanged.

    Raises
    ------
    InputRejected
        When a required column is missing, a column is unknown, a key is missing or there twice (two records of one key
        would be linked with all that either is linked with), or a side is neither left nor right. No value of a record
        is shown.

    Notes
    -----
    Missing values are allowed in every column but the required ones, and say nothing either way.

    Examples
    --------
    >>> people = pd.DataFrame({"record_key": ["left|1"], "side": ["left"], "source": ["police"], "surname": ["Roe"]})
    >>> check_people(people) is people
    True
    """
    problems = [
        Problem(f"column {name} is missing", code="no_column") for name in REQUIRED_COLUMNS if name not in people
    ]
    unknown = sorted(str(name) for name in people.columns if name not in PEOPLE_COLUMNS and name not in set(details))
    problems += [
        Problem(f"column {name} is unknown", todo="Name it in `details`, or leave it out.", code="unknown_column")
        for name in unknown
    ]
    problems += [
        Problem(f"detail {name} is not a column of the frame", code="no_column")
        for name in details
        if name not in people.columns
    ]
    problems += [
        Problem(
            f"detail {name} is called like a column of person records, or not with letters, digits and _ alone",
            todo="Give it another name.",
            code="bad_detail",
        )
        for name in details
        if name in PEOPLE_COLUMNS or not name.isidentifier()
    ]
    if not problems:
        problems = [problem for problem in _row_problems(people) if problem is not None]
    if problems:
        raise InputRejected("These person records cannot be linked.", problems)
    return people


def _row_problems(people: pd.DataFrame) -> list[Problem | None]:
    key = people["record_key"]
    side = people["side"]
    return [
        _where(key.isna(), "record_key is missing", "Every record needs a key of its own.", "no_key"),
        _where(
            key.notna() & key.duplicated(keep=False),
            "record_key is there more than once",
            "Keep one row a record: rows of one key would all be linked with what any of them is linked with.",
            "duplicate_key",
        ),
        _where(~side.isin(SIDES), "side is neither left nor right", "Write left or right.", "bad_side"),
        _where(people["source"].isna(), "source is missing", "Name the agency or data set.", "no_source"),
    ]


def _where(bad: Any, what: str, todo: str, code: str) -> Problem | None:
    rows = bad.to_numpy(bool)
    if not rows.any():
        return None
    return Problem(what, rows=int(rows.sum()), first_row=int(rows.argmax()) + 1, todo=todo, code=code)
