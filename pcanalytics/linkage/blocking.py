"""Which pairs are compared at all: two records that agree on every column of one rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["BLOCKING_RULES", "rule_sql", "rules_for", "rules_of"]

_TERM = re.compile(r'l\."([^"]+)" = r\."([^"]+)"')

# A column, or two as "left column=right column" where names may be swapped.
BLOCKING_RULES: tuple[tuple[str, ...], ...] = (
    ("sid",),
    ("fbi_number",),
    ("driver_license",),
    ("source", "local_id"),
    ("name_pair",),
    ("alias_1=name_pair",),
    ("alias_2=name_pair",),
    ("alias_3=name_pair",),
    ("birth_date", "surname_sound"),
    ("birth_date", "given_root"),
    ("birth_date", "given_sound"),
    ("birth_date", "surname_first"),
    ("birth_date", "address"),
    ("birth_date", "zip", "sex"),
    ("birth_date", "given_sound=surname_sound"),
    ("address", "given_root"),
    ("address", "surname_sound"),
    ("address", "birth_year"),
    ("address_1=address", "given_root"),
    ("address_2=address", "given_root"),
    ("address_3=address", "given_root"),
    ("address_1=address", "surname_sound"),
    ("address_2=address", "surname_sound"),
    ("given_root", "surname_last"),
    ("given_root", "surname_first"),
    ("given_root", "surname_first=surname_last"),
    ("given_root", "surname_sound", "birth_year"),
    ("given_sound", "surname_sound", "birth_month", "birth_day"),
    ("given_sound", "surname_sound", "zip"),
    ("surname", "birth_year", "birth_month"),
    ("surname", "birth_month", "birth_day"),
    ("given_root", "zip", "birth_year", "birth_month"),
    ("birth_date", "sex"),
    ("birth_date",),
    ("given_sound", "surname_sound"),
    ("surname_sound", "zip"),
    ("given_root", "zip"),
    ("surname", "locality"),
    ("given_root", "locality"),
    ("address",),
    ("zip", "birth_year"),
    ("surname", "birth_year"),
    ("given_root", "birth_year", "birth_month"),
    ("zip", "birth_place"),
    ("zip", "occupation", "birth_year"),
)


def rules_for(columns: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Choose the rules whose columns hold something.

    Parameters
    ----------
    columns : iterable of str
        The columns with more than one known value.

    Returns
    -------
    tuple of tuple of str
        Rules, in their order.

    Examples
    --------
    >>> rules_for({"sid", "zip"})
    (('sid',),)
    """
    known = set(columns)
    return tuple(rule for rule in BLOCKING_RULES if all(set(term.split("=")) <= known for term in rule))


def rule_sql(rule: tuple[str, ...]) -> str:
    """Write a rule as the condition of a join of l and r.

    Parameters
    ----------
    rule : tuple of str
        Its terms.

    Returns
    -------
    str
        SQL.

    Examples
    --------
    >>> rule_sql(("zip", "surname_first=surname_last"))
    'l."zip" = r."zip" AND l."surname_first" = r."surname_last"'
    """
    pairs = [(term.split("=")[0], term.split("=")[-1]) for term in rule]
    return " AND ".join(f'l."{one}" = r."{other}"' for one, other in pairs)


def rules_of(settings: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Read a model's rules back from its settings.

    Parameters
    ----------
    settings : dict
        Splink's settings, with rules as `rule_sql` writes them.

    Returns
    -------
    tuple of tuple of str
        Each rule's terms.

    Examples
    --------
    >>> rule = ("zip", "surname_first=surname_last")
    >>> rules_of({"blocking_rules_to_generate_predictions": [rule_sql(rule)]}) == (rule,)
    True
    """
    written = settings["blocking_rules_to_generate_predictions"]
    texts = [rule["blocking_rule"] if isinstance(rule, dict) else rule for rule in written]
    return tuple(
        tuple(one if one == other else f"{one}={other}" for one, other in _TERM.findall(text)) for text in texts
    )
