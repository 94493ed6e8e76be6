"""Nothing is allowed unless a clause says so, and nothing that denies ever widens."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.exchange import (
    PURPOSES,
    Agreement,
    Clause,
    Decision,
    Party,
    Population,
    Request,
    decide,
    read_agreement,
)
from pcanalytics.tables import TABLES

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def agreement(agreement_text: str) -> Agreement:
    return read_agreement(agreement_text, name="agreement.toml")


def ask(agreement: Agreement | None, table: str, columns: tuple[str, ...] | None = None, **more: str) -> Decision:
    return decide(
        Request(table, columns, more.get("purpose", "compstat"), more.get("recipient", "police")), agreement, on=DAY
    )


def test_a_star_allows_routine_columns_only(agreement: Agreement) -> None:
    decision = ask(agreement, "supervision")
    classes = {TABLES["supervision"].column(name).sensitivity for name in decision.columns if name != "doc_id"}
    assert classes == {"1"}
    assert "doc_id" in decision.columns and "offense" not in decision.columns


def test_a_decision_cites_clauses_population_and_the_shortest_keeping(agreement: Agreement) -> None:
    decision = ask(agreement, "supervision")
    assert decision.clause == "A-1, A-2"
    assert [population.name for population in decision.populations] == ["current"]
    assert decision.keep_days == 30


def test_fewer_columns_never_give_more_rows(agreement: Agreement) -> None:
    decision = ask(agreement, "supervision", ("doc_id",))
    assert decision.clause == "A-2"
    assert [population.name for population in decision.populations] == ["current"]


def test_deny_beats_allow(agreement: Agreement) -> None:
    decision = ask(agreement, "supervision", ("doc_id", "officer_id"))
    assert not decision.allowed and decision.columns == ()
    assert decision.clause == "N-1" and "clause N-1 denies it" in decision.reason


def test_columns_come_in_the_order_asked_for(agreement: Agreement) -> None:
    assert ask(agreement, "supervision", ("status", "doc_id")).columns == ("status", "doc_id")


def test_a_restricted_column_needs_the_clauses_reason(agreement: Agreement) -> None:
    assert ask(agreement, "residences", ("confidential_address",)).allowed
    clauses = tuple(dataclasses.replace(clause, reason=None) for clause in agreement.clauses)
    bare = dataclasses.replace(agreement, clauses=clauses)
    assert "restricted" in ask(bare, "residences", ("confidential_address",)).reason


def test_c41_class_x_is_refused_even_when_a_clause_lists_it(agreement: Agreement) -> None:
    clause = Clause("X", "corrections_people", ("ssn", "surname"), ("compstat",), reason="asked for", keep_days=1)
    wide = dataclasses.replace(agreement, clauses=(*agreement.clauses, clause))
    assert not ask(wide, "corrections_people", ("ssn",)).allowed
    assert ask(wide, "corrections_people").columns == ("surname",)


@pytest.mark.parametrize(
    ("day", "words"),
    [(dt.date(2025, 12, 31), "begins on 2026-01-01"), (dt.date(2027, 1, 1), "ended on 2026-12-31")],
)
def test_c42_before_and_after_its_dates_nothing_is_read(agreement: Agreement, day: dt.date, words: str) -> None:
    decision = decide(Request("supervision", None, "compstat"), agreement, on=day)
    assert not decision.allowed and words in decision.reason


@pytest.mark.parametrize("day", [dt.date(2026, 1, 1), dt.date(2026, 12, 31)])
def test_first_and_last_day_count(agreement: Agreement, day: dt.date) -> None:
    assert decide(Request("supervision", None, "compstat"), agreement, on=day).allowed


def test_c42_a_withdrawn_agreement_opens_nothing_from_that_day(agreement: Agreement) -> None:
    withdrawn = dataclasses.replace(agreement, withdrawn=DAY)
    assert "withdrawn on 2026-03-01" in ask(withdrawn, "supervision").reason
    before = decide(Request("supervision", None, "compstat"), withdrawn, on=DAY - dt.timedelta(days=1))
    assert before.allowed


@pytest.mark.parametrize(
    ("table", "columns", "purpose", "recipient"),
    [
        ("supervisions", None, "compstat", "police"),
        ("supervision", ("dob",), "compstat", "police"),
        ("supervision", (), "compstat", "police"),
        ("supervision", None, "patrol", "police"),
        ("supervision", None, "linkage", "police"),
        ("supervision", None, "compstat", "press"),
        ("supervision", None, "compstat", "corrections"),
        ("assessments", None, "compstat", "police"),
        ("incidents", None, "patrol", "police"),
        ("incidents", None, "compstat", "corrections"),
    ],
)
def test_whatever_is_not_said_is_denied(
    agreement: Agreement, table: str, columns: tuple[str, ...] | None, purpose: str, recipient: str
) -> None:
    decision = ask(agreement, table, columns, purpose=purpose, recipient=recipient)
    assert not decision.allowed and decision.columns == () and decision.reason


def test_the_police_read_their_own_tables_for_a_listed_purpose(agreement: Agreement) -> None:
    decision = ask(agreement, "incidents")
    assert decision.allowed and decision.columns == TABLES["incidents"].names
    assert decision.clause == "own records" and decision.populations == ()


def test_a_clause_may_close_an_own_table(agreement: Agreement) -> None:
    clause = Clause("N-2", "police_people", ("gang",), ("*",), effect="deny")
    closed = dataclasses.replace(agreement, clauses=(*agreement.clauses, clause))
    assert "gang" not in ask(closed, "police_people").columns


def test_without_an_agreement_own_tables_open_and_nothing_else() -> None:
    assert ask(None, "calls").allowed
    assert ask(None, "calls", purpose="gossip").allowed is False
    for table in TABLES.values():
        assert ask(None, table.name).allowed is (table.owner != "corrections")


def test_own_tables_do_not_close_when_an_agreement_ends(agreement: Agreement) -> None:
    assert decide(Request("incidents", None, "compstat"), agreement, on=dt.date(2030, 1, 1)).allowed


# ------------------------------------------------------------------------------------- properties

PEOPLE_TABLES = ("supervision", "residences", "corrections_people", "incidents")
COLUMNS = sorted({name for table in PEOPLE_TABLES for name in TABLES[table].names})
PARTIES = {"police": Party("Police", "XX0010000"), "corrections": Party("Corrections", "XX0019999")}
POPULATIONS = {name: Population(name, name, ("active",)) for name in ("narrow", "wide")}

some_columns = st.lists(st.sampled_from([*COLUMNS, "*", "no_such"]), min_size=1, max_size=6, unique=True).map(tuple)
some_purposes = st.lists(st.sampled_from(["compstat", "linkage", "*"]), min_size=1, max_size=2, unique=True).map(tuple)
some_recipients = st.lists(st.sampled_from(list(PARTIES)), max_size=2, unique=True).map(tuple)


def clauses(effects: list[str]) -> st.SearchStrategy[Clause]:
    return st.builds(
        Clause,
        id=st.uuids().map(str),
        table=st.sampled_from([*PEOPLE_TABLES, "no_such"]),
        fields=some_columns,
        purposes=some_purposes,
        effect=st.sampled_from(effects),
        recipients=some_recipients,
        keep_days=st.one_of(st.none(), st.integers(0, 900)),
        population=st.sampled_from([None, *POPULATIONS]),
        reason=st.sampled_from([None, "needed"]),
    )


agreements = st.builds(
    Agreement,
    id=st.just("a"),
    version=st.just(1),
    lead=st.just("police"),
    parties=st.just(PARTIES),
    basis=st.just(("law",)),
    typology=st.just(("information_sharing",)),
    purposes=st.just({"compstat": "c", "linkage": "l"}),
    starts=st.dates(dt.date(2026, 1, 1), dt.date(2026, 4, 1)),
    ends=st.dates(dt.date(2026, 2, 1), dt.date(2026, 12, 1)),
    review=st.just(DAY),
    minimum_cell=st.just(5),
    clauses=st.lists(clauses(["allow", "allow", "deny"]), max_size=8).map(tuple),
    populations=st.just(POPULATIONS),
    withdrawn=st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1))),
)
requests = st.builds(
    Request,
    table=st.sampled_from(PEOPLE_TABLES),
    columns=st.one_of(st.none(), st.lists(st.sampled_from(COLUMNS), max_size=5).map(tuple)),
    purpose=st.sampled_from(["compstat", "linkage"]),
    recipient=st.sampled_from(list(PARTIES)),
)


@given(agreements, requests, clauses(["deny"]))
def test_adding_a_clause_that_denies_never_widens(agreement: Agreement, request: Request, deny: Clause) -> None:
    before = decide(request, agreement, on=DAY)
    after = decide(request, dataclasses.replace(agreement, clauses=(*agreement.clauses, deny)), on=DAY)
    assert set(after.columns) <= set(before.columns)
    assert before.allowed or not after.allowed
    if after.allowed:
        assert set(after.populations) >= set(before.populations)


@given(agreements, requests)
def test_a_decision_gives_no_more_than_was_asked_for(agreement: Agreement, request: Request) -> None:
    decision = decide(request, agreement, on=DAY)
    asked = TABLES[request.table].names if request.columns is None else request.columns
    assert set(decision.columns) <= set(asked)
    assert bool(decision.columns) is decision.allowed
    if decision.allowed and request.columns is not None:
        assert set(decision.columns) == set(request.columns)


@given(agreements, requests)
def test_no_decision_gives_class_x(agreement: Agreement, request: Request) -> None:
    decision = decide(request, agreement, on=DAY)
    assert all(TABLES[request.table].column(name).sensitivity != "X" for name in decision.columns)


@given(agreements, requests)
def test_every_corrections_column_given_is_allowed_by_a_clause_in_force(agreement: Agreement, request: Request) -> None:
    decision = decide(request, agreement, on=DAY)
    if not decision.allowed or TABLES[request.table].owner != "corrections":
        return
    assert agreement.starts <= DAY <= agreement.ends
    assert agreement.withdrawn is None or agreement.withdrawn > DAY
    for name in decision.columns:
        scope = [
            clause
            for clause in agreement.clauses
            if clause.table == request.table and request.purpose in clause.purposes and clause.effect == "allow"
        ]
        assert any(name in clause.fields or "*" in clause.fields for clause in scope)


@given(agreements, st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_unknown_anything_is_denied(
    agreement: Agreement, table: str, column: str, purpose: str, recipient: str
) -> None:
    known = Request("supervision", ("status",), "compstat", "police")
    attempts = [
        dataclasses.replace(known, table=table) if table not in TABLES else None,
        dataclasses.replace(known, columns=(column,)) if column not in COLUMNS else None,
        dataclasses.replace(known, purpose=purpose) if purpose not in agreement.purposes else None,
        dataclasses.replace(known, recipient=recipient) if recipient not in PARTIES else None,
    ]
    for request in attempts:
        if request is not None:
            assert not decide(request, agreement, on=DAY).allowed


def test_the_house_purposes_are_names() -> None:
    assert all(name.isidentifier() for name in PURPOSES)
