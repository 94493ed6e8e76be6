"""The exchange with corrections: the agreement, the decision under it, and the audit.

Three things to know: an :class:`Agreement` is read from one TOML file; :func:`decide` answers a
:class:`Request` with a :class:`Decision` that cites its clause; every decision becomes a line of an
audit whose lines are chained. Nothing here reads a file or the clock: the store does, and hands in
text and the day.
"""

from __future__ import annotations

from pcanalytics.exchange.agreement import (
    EVERY,
    PURPOSES,
    TYPOLOGY,
    Agreement,
    Clause,
    Party,
    Population,
)
from pcanalytics.exchange.agreement_file import read_agreement
from pcanalytics.exchange.audit import EVENTS, FIRST, ChainCheck, audit_entry, verify_chain
from pcanalytics.exchange.decision import OWN_PARTY, Decision, Refusal, Request, decide

__all__ = [
    "EVENTS",
    "EVERY",
    "FIRST",
    "OWN_PARTY",
    "PURPOSES",
    "TYPOLOGY",
    "Agreement",
    "ChainCheck",
    "Clause",
    "Decision",
    "Party",
    "Population",
    "Refusal",
    "Request",
    "audit_entry",
    "decide",
    "read_agreement",
    "verify_chain",
]
