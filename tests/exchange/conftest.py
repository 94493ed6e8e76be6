"""A small agreement to change one thing at a time."""

from __future__ import annotations

import pytest

AGREEMENT = """
[agreement]
id = "test-1"
version = 1
lead = "police"
basis = ["a statute"]
typology = ["information_sharing"]
starts = 2026-01-01
ends = 2026-12-31
review = 2026-06-01
minimum_cell = 5

[parties.police]
name = "Police"
ori = "XX0010000"
[parties.corrections]
name = "Corrections"
ori = "XX0019999"

[purposes]
compstat = "Counts."
linkage = "The same person in both."

[populations.current]
meaning = "Supervised now."
supervision_status = ["active"]

[[clauses]]
id = "A-1"
table = "supervision"
fields = ["*"]
purposes = ["compstat"]
population = "current"
keep_days = 90

[[clauses]]
id = "A-2"
table = "supervision"
fields = ["doc_id"]
purposes = ["compstat"]
keep_days = 30

[[clauses]]
id = "A-3"
table = "residences"
fields = ["residence_id", "address", "confidential_address"]
purposes = ["compstat"]
recipients = ["police", "corrections"]
keep_days = 10
reason = "Protected addresses are left out."

[[clauses]]
id = "N-1"
effect = "deny"
table = "supervision"
fields = ["officer_id"]
purposes = ["*"]
"""


@pytest.fixture
def agreement_text() -> str:
    """The text of an agreement without a problem."""
    return AGREEMENT
