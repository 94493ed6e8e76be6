"""Reading an agreement from its TOML file, strictly.

Every problem is listed at once. A key nobody knows is a problem, and a clause may only name tables and
columns that are declared.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from pcanalytics.errors import InputRejected, Problem
from pcanalytics.exchange.agreement import EVERY, TYPOLOGY, Agreement, Clause, Party, Population
from pcanalytics.exchange.settings import Keys, nearest, parse_toml
from pcanalytics.schema import Table
from pcanalytics.tables import TABLES

__all__ = ["DAYS_MAX", "read_agreement"]

#: The longest time an agreement can look back, in days: a hundred years.
DAYS_MAX = 36_500

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{7}")
_PEOPLE_KEYS = ("doc_id", "supervision_id")


def read_agreement(text: str, *, name: str) -> Agreement:
    """Read an agreement file.

    Parameters
    ----------
    text : str
        The whole file, TOML.
    name : str
        What to call it in messages.

    Returns
    -------
    Agreement
        Frozen.

    Raises
    ------
    InputRejected
        Listing every problem: keys that are missing, unknown, given twice or of the wrong kind; clauses that
        name what is not declared; dates out of order; a column of class X.

    Examples
    --------
    >>> read_agreement("[agreement]", name="agreement.toml")
    Traceback (most recent call last):
    ...
    pcanalytics.errors.InputRejected: The agreement agreement.toml cannot be used.
      - parties is missing. Expected: a table of its own.
    ...
    """
    problems: list[Problem] = []
    top = Keys(parse_toml(text, name=name), "", problems)
    head = Keys(top.take("agreement", "table", required=True, default={}), "[agreement]", problems)
    parties = _parties(top.take("parties", "table", required=True, default={}), problems)
    purposes = _purposes(top.take("purposes", "table", required=True, default={}), problems)
    populations = _populations(top.take("populations", "table", default={}), problems)
    clauses = _clauses(
        top.take("clauses", "tables", required=True, default=[]), parties, purposes, populations, problems
    )
    top.finish()
    agreement = Agreement(
        id=head.take("id", "text", required=True, default=""),
        version=head.take("version", "count", required=True, default=0),
        lead=head.take("lead", "text", required=True, default=""),
        parties=parties,
        basis=head.take("basis", "texts", required=True, default=()),
        typology=head.take("typology", "texts", required=True, default=()),
        purposes=purposes,
        starts=head.take("starts", "day", required=True, default=dt.date.min),
        ends=head.take("ends", "day", required=True, default=dt.date.max),
        review=head.take("review", "day", required=True, default=dt.date.max),
        withdrawn=head.take("withdrawn", "day"),
        minimum_cell=head.take("minimum_cell", "count", required=True, default=0),
        populations=populations,
        clauses=clauses,
        digest=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
    head.finish()
    if not problems:
        _check_head(agreement, head)
    if problems:
        raise InputRejected(f"The agreement {name} cannot be used.", problems)
    return agreement


def _check_head(agreement: Agreement, head: Keys) -> None:
    if agreement.version < 1:
        head.report("[agreement] version is zero", code="out_of_range", expected="1 or more")
    if agreement.minimum_cell < 1:
        head.report("[agreement] minimum_cell is zero", code="out_of_range", expected="1 or more")
    if agreement.lead not in agreement.parties:
        expected = nearest(agreement.lead, agreement.parties)
        head.report("[agreement] lead is not one of the parties", code="unknown_name", expected=expected)
    for kind in agreement.typology:
        if kind not in TYPOLOGY:
            head.report(
                f"[agreement] typology {kind!r} is not known", code="unknown_name", expected=nearest(kind, TYPOLOGY)
            )
    if agreement.ends < agreement.starts:
        head.report("[agreement] ends before it starts", code="out_of_order")
    if not agreement.starts <= agreement.review <= agreement.ends:
        head.report("[agreement] review lies outside its own dates", code="out_of_order")


def _named(values: Mapping[str, Any], heading: str, problems: list[Problem]) -> list[tuple[str, Keys]]:
    """Give each sub-table with a good name."""
    found = []
    for name, value in values.items():
        where = f"[{heading}.{name}]"
        if not _NAME.fullmatch(name):
            problems.append(Problem(f"{where} is not a good name", expected="a-z, 0-9 and _", code="wrong_name"))
        elif not isinstance(value, dict):
            problems.append(Problem(f"{where} is not a table", code="wrong_kind"))
        else:
            found.append((name, Keys(value, where, problems)))
    return found


def _parties(values: Mapping[str, Any], problems: list[Problem]) -> dict[str, Party]:
    parties = {}
    for name, keys in _named(values, "parties", problems):
        party = Party(
            keys.take("name", "text", required=True, default=""), keys.take("ori", "text", required=True, default="")
        )
        keys.finish()
        if party.ori and not _ORI.fullmatch(party.ori):
            keys.report(
                f"{keys.name('ori')} is no agency identifier",
                code="wrong_ori",
                expected="two letters, then seven letters or digits",
            )
        parties[name] = party
    return parties


def _purposes(values: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    keys = Keys(values, "[purposes]", problems)
    for name in values:
        if not _NAME.fullmatch(name):
            keys.report(f"[purposes] {name!r} is not a good name", code="wrong_name", expected="a-z, 0-9 and _")
    return {name: keys.take(name, "text", default="") for name in values}


def _populations(values: Mapping[str, Any], problems: list[Problem]) -> dict[str, Population]:
    populations = {}
    statuses = TABLES["supervision"].column("status").categories or {}
    for name, keys in _named(values, "populations", problems):
        population = Population(
            name=name,
            meaning=keys.take("meaning", "text", required=True, default=""),
            supervision_status=keys.take("supervision_status", "texts", default=()),
            ended_within_days=keys.take("ended_within_days", "count", default=0),
            in_custody=keys.take("in_custody", "flag", default=False),
        )
        keys.finish()
        for status in population.supervision_status:
            if status not in statuses:
                what = f"{keys.where} supervision_status {status!r} is not declared"
                keys.report(what, code="unknown_name", expected=nearest(status, statuses))
        if population.ended_within_days > DAYS_MAX:
            keys.report(
                f"{keys.name('ended_within_days')} is too large", code="out_of_range", expected=f"at most {DAYS_MAX}"
            )
        if not population.supervision_status and not population.in_custody:
            keys.report(f"{keys.where} names nobody", code="missing_key", expected="supervision_status or in_custody")
        populations[name] = population
    return populations


def _clauses(
    listed: list[dict[str, Any]],
    parties: Mapping[str, Party],
    purposes: Mapping[str, str],
    populations: Mapping[str, Population],
    problems: list[Problem],
) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    for number, values in enumerate(listed, start=1):
        keys = Keys(values, f"[[clauses]] number {number}", problems)
        clause = Clause(
            id=keys.take("id", "text", required=True, default=""),
            table=keys.take("table", "text", required=True, default=""),
            fields=keys.take("fields", "texts", required=True, default=()),
            purposes=keys.take("purposes", "texts", required=True, default=()),
            effect=keys.take("effect", "text", default="allow"),
            recipients=keys.take("recipients", "texts", default=()),
            keep_days=keys.take("keep_days", "count"),
            population=keys.take("population", "text"),
            reason=keys.take("reason", "text"),
        )
        keys.finish()
        if clause.id in {earlier.id for earlier in clauses}:
            keys.report(f"{keys.name('id')} is used twice", code="duplicate_id")
        keys.where = f"clause {clause.id}" if clause.id else keys.where
        _known(keys, "recipients", clause.recipients, parties)
        _known(keys, "purposes", clause.purposes, [*purposes, *([EVERY] if clause.effect == "deny" else [])])
        _known(keys, "population", (clause.population,) if clause.population else (), populations)
        _known(keys, "table", (clause.table,) if clause.table else (), TABLES)
        if clause.table in TABLES:
            _check_effect(clause, TABLES[clause.table], keys)
        clauses.append(clause)
    return tuple(clauses)


def _known(keys: Keys, key: str, given: tuple[str, ...], allowed: Mapping[str, Any] | list[str]) -> None:
    for name in given:
        if name not in allowed:
            keys.report(
                f"{keys.name(key)}: {name!r} is not known", code="unknown_name", expected=nearest(name, allowed)
            )


def _check_effect(clause: Clause, table: Table, keys: Keys) -> None:
    """Check what a clause says of its table."""
    named = tuple(name for name in clause.fields if name != EVERY)
    _known(keys, "fields", named, list(table.names))
    if clause.effect == "deny":
        if clause.population or clause.keep_days is not None:
            keys.report(f"{keys.where} denies, so population and keep_days mean nothing", code="contradiction")
        return
    if clause.effect != "allow":
        keys.report(f"{keys.name('effect')} is not known", code="unknown_name", expected="allow or deny")
        return
    if clause.keep_days is None:
        keys.report(f"{keys.name('keep_days')} is missing", code="missing_key", expected="how many days it may be kept")
    if clause.population and not set(_PEOPLE_KEYS) & set(table.names):
        what = f"{keys.where} limits {table.name} to a population, but its rows carry no person"
        keys.report(what, code="contradiction", expected=f"a table with {' or '.join(_PEOPLE_KEYS)}")
    for name in named:
        sensitivity = table.column(name).sensitivity if name in table.names else "1"
        if sensitivity == "X":
            keys.report(f"{keys.name('fields')}: {name!r} is of class X, which never leaves its agency", code="class_x")
        if sensitivity == "3" and clause.reason is None:
            what = f"{keys.name('fields')}: {name!r} is restricted (class 3)"
            keys.report(what, code="missing_key", expected='a reason = "..." in the clause')
