"""What stops two groups of records from being joined, however alike the pair that would join them.

A probability cannot tell a father from a son of his name at his address, or one twin from the other: what speaks against
each is one fact among many that speak for them. A guard looks at that fact alone, over all records of both groups, so that a
record that lacks it is no bridge between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pcanalytics.linkage.model import LinkModel

__all__ = ["GUARDS", "REASONS", "Guard", "needed_guards", "reason_names"]


@dataclass(frozen=True)
class Guard:
    """One objection.

    Parameters
    ----------
    name : str
        The reason that the queue shows.
    sentence : str
        What it means, for the person who decides.
    needs : tuple of str
        Columns of person records without which it never objects; any one of them is enough.

    Examples
    --------
    >>> GUARDS["conflicting_ids"].needs
    ('sid', 'fbi_number')
    """

    name: str
    sentence: str
    needs: tuple[str, ...] = ()


_ALL = (
    Guard("decided_not", "A reviewer said that they are two people."),
    Guard(
        "conflicting_ids",
        "Their identification numbers differ, or those of records already put together with them.",
        ("sid", "fbi_number"),
    ),
    Guard(
        "generation",
        "One is Jr and the other Sr, or they were born 15 or more years apart.",
        ("suffix", "birth_date"),
    ),
    Guard(
        "twins",
        "Same birth date, surname and address, but another first name in every record: twins, or a false first name.",
        ("birth_date",),
    ),
    Guard(
        "same_birth_other_first_name",
        "Same birth date, but another first name in every record, and no number that both have.",
        ("birth_date",),
    ),
    Guard(
        "other_first_name",
        "Another first name in every record, and neither birth date nor number agrees: more likely one household.",
        ("given_name",),
    ),
    Guard(
        "other_birth_date",
        "Their birth dates are unlike, and only a record without one is like both.",
        ("birth_date",),
    ),
    Guard(
        "two_numbers",
        "One register gave two numbers to them, or to records already put together with them.",
        ("person_number",),
    ),
    Guard("cluster_too_large", "Together they would be more records than one person is allowed without a look."),
    Guard(
        "shared_institution",
        "They share an address where people of many names live, and neither birth date nor number agrees.",
        ("address",),
    ),
)

#: Every guard, in the order in which they are asked. The first that objects gives the reason.
GUARDS: dict[str, Guard] = {guard.name: guard for guard in _ALL}

#: Everything that can be the reason of a row in the queue: the guards, and the two ways of being unsure.
REASONS: dict[str, str] = {
    **{guard.name: guard.sentence for guard in _ALL},
    "ambiguous": "One of them is about as like another group of records, which is somebody else.",
    "unsure": "More alike than not, but not enough to be joined without a look.",
}

#: Guards against members of one household.
_OF_HOUSEHOLDS = ("generation", "twins", "same_birth_other_first_name", "other_first_name")

#: So many records at least, and fewer pairs of relatives among them than one in so many records: there are no households.
_LEAST_RECORDS = 5000
_RECORDS_A_PAIR = 2000

_CODES = {name: code for code, name in enumerate(REASONS)}


def needed_guards(model: LinkModel | None) -> tuple[str, ...]:
    """Say which guards must be asked.

    Parameters
    ----------
    model : LinkModel or None
        What scored the pairs.

    Returns
    -------
    tuple of str
        All; without those against members of one household where the model, fitted to thousands of records with addresses,
        found next to no two relatives among them. A list of people of whom none lives with another has records that differ
        in first name or birth date by error alone, and such guards would send only right links to review.

    Examples
    --------
    >>> needed_guards(None) == tuple(GUARDS)
    True
    """
    kinds: dict[str, Any] = dict(getattr(model, "kinds", None) or {})
    relatives = dict(kinds.get("others") or {}).get("relatives")
    records = model.counts.get("records", 0) if model is not None else 0
    if relatives is None or records < _LEAST_RECORDS:
        return tuple(GUARDS)
    pairs = relatives["prior"] * records * (records - 1) / 2
    if pairs * _RECORDS_A_PAIR >= records:
        return tuple(GUARDS)
    return tuple(name for name in GUARDS if name not in _OF_HOUSEHOLDS)


def reason_names() -> tuple[str, ...]:
    """Name the reasons by the numbers that the compiled part uses.

    Returns
    -------
    tuple of str
        The reason of number 0, 1, ...

    Examples
    --------
    >>> reason_names()[0], reason_names()[-1]
    ('decided_not', 'unsure')
    """
    return tuple(_CODES)
