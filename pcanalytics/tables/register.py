"""What the unit keeps itself, in files of the workspace that a person edits: problems taken up, weights of harm.

They are police tables: the suite reads them from their files, and another agency receives of them what a clause
of the agreement names.
"""

from __future__ import annotations

from collections.abc import Mapping

from pcanalytics.schema import Column, Table
from pcanalytics.tables.vocabulary import OFFENSES, ends_before

__all__ = ["ACTIONS", "HARM_WEIGHTS"]

#: The stages of problem solving, after Eck and Spelman (1987).
_SARA_STAGES: Mapping[str, str] = {
    "scanning": "what keeps happening, where and to whom is being made sure of",
    "analysis": "why it keeps happening is being found out",
    "response": "something that fits the cause is being done",
    "assessment": "whether it worked is being measured",
    "unknown": "the stage is not recorded",
}

ACTIONS = Table(
    "actions",
    "one problem that a commander took up",
    ("action_id",),
    (
        Column("action_id", "id", "Its number in the register.", nullable=False, required=True),
        Column("district", "id", "The district that answers for it; missing: the whole city."),
        Column("problem", "text", "What is to be solved.", nullable=False, required=True, sensitivity="2"),
        Column(
            "owner",
            "text",
            "Who answers for it: a role or an officer of the agency, never a person from a record.",
            nullable=False,
            required=True,
            sensitivity="2",
        ),
        Column("due", "date", "The day by which it is to be done; missing: none is set."),
        Column(
            "sara_stage",
            "category",
            "How far the work on it is.",
            categories=_SARA_STAGES,
            nullable=False,
            required=True,
        ),
        Column("opened_on", "date", "The day it was taken up.", nullable=False, required=True),
        Column("closed_on", "date", "The day it was closed; missing while it is open."),
        Column("progress", "text", "What was done lately.", sensitivity="2"),
    ),
    "police",
    rules=(ends_before("closed_on", "opened_on", "it was closed before it was opened"),),
)

HARM_WEIGHTS = Table(
    "harm_weights",
    "one offense with the harm that it stands for",
    ("offense",),
    (
        Column("offense", "category", "The offense.", categories=OFFENSES, nullable=False, required=True),
        Column(
            "days",
            "real",
            "Days in prison from which guidelines start for a first offender, as a measure of harm.",
            unit="days",
            nullable=False,
            required=True,
            minimum=0,
        ),
        Column("why", "text", "Where the number comes from."),
    ),
    "police",
)
