"""What an agreement is: parties, purposes, populations, and clauses that say who may read which column.

What it does not say is not allowed. :mod:`pcanalytics.exchange.agreement_file` reads one from its file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["EVERY", "PURPOSES", "TYPOLOGY", "Agreement", "Clause", "Party", "Population"]

#: Stands for every column or every purpose; an allowing clause may use it for routine columns only.
EVERY = "*"

#: Purposes of an agency that has signed no agreement yet; they open its own tables and nothing else.
PURPOSES: Mapping[str, str] = {
    "compstat": "Counts, maps and trends for the weekly command review.",
    "public_report": "Counts on the public page.",
    "crime_analysis": "Patterns of places and times for analysis and planning.",
    "linkage": "Finding the records of one person across agencies, with a person reviewing doubtful matches.",
    "risk_development": "Building and checking a risk model before anybody uses it.",
    "evaluation": "Measuring what a program changed and what it cost.",
}

#: Kinds of partnership an agreement may be for.
TYPOLOGY: Mapping[str, str] = {
    "enhanced_supervision": "Police and supervising officers visit together.",
    "fugitive_apprehension": "Finding people wanted on a warrant or who absconded.",
    "information_sharing": "Each agency tells the other what its work needs.",
    "specialized_enforcement": "A joint unit for one kind of crime.",
    "interagency_problem_solving": "Several agencies work on one local problem.",
}


@dataclass(frozen=True)
class Party:
    """An agency that signed.

    Parameters
    ----------
    name : str
        Its name as signed.
    ori : str
        Its originating agency identifier: nine characters.
    """

    name: str
    ori: str


@dataclass(frozen=True)
class Population:
    """Which people the rows may be about, as of the read's as-of.

    Parameters
    ----------
    name : str
        What clauses call it.
    meaning : str
        The same in words.
    supervision_status : tuple of str
        A person with an open supervision period of one of these statuses belongs.
    ended_within_days : int
        A person whose supervision (or custody, where it counts) ended at most this many days ago belongs.
    in_custody : bool
        Whether a person in custody belongs.
    """

    name: str
    meaning: str
    supervision_status: tuple[str, ...] = ()
    ended_within_days: int = 0
    in_custody: bool = False


@dataclass(frozen=True)
class Clause:
    """One clause: it allows, or it denies and so beats any clause that allows.

    Parameters
    ----------
    id : str
        How decisions and the audit cite it.
    table : str
        The declared table.
    fields : tuple of str
        Columns by name, or ``"*"``: every routine column when allowing, every column when denying.
    purposes : tuple of str
        Purposes of the agreement; a denying clause may say ``"*"``.
    effect : {"allow", "deny"}
        What it does.
    recipients : tuple of str
        Parties that receive; empty means the lead when allowing and everybody when denying.
    keep_days : int, optional
        How long what was read may be kept.
    population : str, optional
        The population its rows are limited to.
    reason : str, optional
        Why restricted columns (class 3) are needed; without it they are not released.
    """

    id: str
    table: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    effect: str = "allow"
    recipients: tuple[str, ...] = ()
    keep_days: int | None = None
    population: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Agreement:
    """An agreement as signed.

    Parameters
    ----------
    id, version : str, int
        Which agreement, which version of it.
    lead : str
        The party that leads.
    parties : mapping of str to Party
        Who signed.
    basis : tuple of str
        The statutes it rests on.
    typology : tuple of str
        Kinds of partnership, of :data:`TYPOLOGY`.
    purposes : mapping of str to str
        Each purpose with its meaning.
    starts, ends : datetime.date
        First and last day it is in force, both included.
    review : datetime.date
        When the parties look at it again.
    withdrawn : datetime.date, optional
        From this day on nothing may be read.
    minimum_cell : int
        Counts of people below this are not shown in aggregate tables.
    populations : mapping of str to Population
        By name.
    clauses : tuple of Clause
        In the order of the file.
    digest : str
        SHA-256 of the file's text.
    """

    id: str
    version: int
    lead: str
    parties: Mapping[str, Party]
    basis: tuple[str, ...]
    typology: tuple[str, ...]
    purposes: Mapping[str, str]
    starts: dt.date
    ends: dt.date
    review: dt.date
    minimum_cell: int
    clauses: tuple[Clause, ...]
    populations: Mapping[str, Population] = field(default_factory=dict)
    withdrawn: dt.date | None = None
    digest: str = ""
