"""Which pairs are compared at all."""

from __future__ import annotations

from pcanalytics.linkage.preparing import Prepared

__all__ = ["BLOCKING_RULES", "rules_for"]

BLOCKING_RULES: tuple[tuple[str, ...], ...] = (
    ("sid",),
    ("fbi_number",),
    ("driver_license",),
    ("given_name", "surname"),
    ("birth_date", "surname_last"),
    ("birth_date", "surname_first"),
    ("birth_date", "given_name"),
    ("birth_date", "address"),
    ("birth_date", "zip"),
    ("address", "given_name"),
    ("address", "surname"),
)


def rules_for(prepared: Prepared) -> tuple[tuple[str, ...], ...]:
    """Choose the rules whose columns are known in these records.

    Parameters
    ----------
    prepared : Prepared
        The records.

    Returns
    -------
    tuple of tuple of str
        Each rule's columns: two records are compared when they agree on all columns of a rule.

    Examples
    --------
    >>> BLOCKING_RULES[0]
    ('sid',)
    """
    table = prepared.table
    return tuple(
        rule
        for rule in BLOCKING_RULES
        if all(name in table.column_names and table[name].null_count < len(table) - 1 for name in rule)
    )
