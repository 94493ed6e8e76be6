"""An agreement is read strictly, and every problem is listed at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pcanalytics.errors import InputRejected
from pcanalytics.exchange import Request, decide, read_agreement
from pcanalytics.store import init_workspace_files
from pcanalytics.tables import TABLES

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "agreement.toml"
PUBLIC = ("supervision", "releases")


def codes(text: str) -> list[str]:
    with pytest.raises(InputRejected, match="cannot be used|not written as TOML") as caught:
        read_agreement(text, name="agreement.toml")
    return [problem.code or "" for problem in caught.value.problems]


def test_an_agreement_without_a_problem_is_read(agreement_text: str) -> None:
    agreement = read_agreement(agreement_text, name="agreement.toml")
    assert (agreement.id, agreement.lead, agreement.minimum_cell) == ("test-1", "police", 5)
    assert agreement.starts == dt.date(2026, 1, 1)
    assert [clause.id for clause in agreement.clauses] == ["A-1", "A-2", "A-3", "N-1"]
    assert len(agreement.digest) == 64


def test_a_byte_order_mark_is_no_problem(agreement_text: str) -> None:
    assert read_agreement("\ufeff" + agreement_text, name="agreement.toml").id == "test-1"


def test_the_digest_tells_two_texts_apart(agreement_text: str) -> None:
    one = read_agreement(agreement_text, name="a").digest
    other = read_agreement(agreement_text + "# a word\n", name="a").digest
    assert one != other


def test_a_missing_heading_lists_every_missing_key() -> None:
    found = codes("[agreement]\n")
    assert found.count("missing_key") == 12


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('id = "test-1"', 'ident = "test-1"', "unknown_key"),
        ("starts = 2026-01-01", 'starts = "2026-01-01"', "wrong_kind"),
        ("starts = 2026-01-01", "starts = 2026-01-01T00:00:00", "wrong_kind"),
        ("starts = 2026-01-01", "starts = 2027-01-01", "out_of_order"),
        ("review = 2026-06-01", "review = 2027-06-01", "out_of_order"),
        ("version = 1", "version = 0", "out_of_range"),
        ("minimum_cell = 5", "minimum_cell = true", "wrong_kind"),
        ("minimum_cell = 5", "minimum_cell = 0", "out_of_range"),
        ('lead = "police"', 'lead = "polise"', "unknown_name"),
        ('typology = ["information_sharing"]', 'typology = ["sharing"]', "unknown_name"),
        ('ori = "XX0010000"', 'ori = "123"', "wrong_ori"),
        ('supervision_status = ["active"]', 'supervision_status = ["activ"]', "unknown_name"),
        ('supervision_status = ["active"]', "ended_within_days = 3", "missing_key"),
        ('supervision_status = ["active"]', "in_custody = true\nended_within_days = 99999999999", "out_of_range"),
        ('id = "A-2"', 'id = "A-1"', "duplicate_id"),
        ('table = "residences"', 'table = "residence"', "unknown_name"),
        ('fields = ["doc_id"]', 'fields = ["docid"]', "unknown_name"),
        ('fields = ["doc_id"]', "fields = []", "wrong_kind"),
        ('fields = ["doc_id"]', 'fields = ["doc_id", "doc_id"]', "wrong_kind"),
        ('effect = "deny"', 'effect = "denie"', "unknown_name"),
        ('population = "current"', 'population = "curent"', "unknown_name"),
        ('recipients = ["police", "corrections"]', 'recipients = ["press"]', "unknown_name"),
        ("keep_days = 30", "keep_days = -1", "wrong_kind"),
        ("keep_days = 30\n", "", "missing_key"),
        ('reason = "Protected addresses are left out."\n', "", "missing_key"),
        ('effect = "deny"', 'effect = "deny"\nkeep_days = 3', "contradiction"),
        ('purposes = ["compstat"]\nrecipients', 'purposes = ["*"]\nrecipients', "unknown_name"),
    ],
)
def test_c43_each_fault_of_an_agreement_is_named(agreement_text: str, old: str, new: str, code: str) -> None:
    assert old in agreement_text
    assert code in codes(agreement_text.replace(old, new, 1))


@pytest.mark.parametrize(
    "fault",
    ['[agreement]\nid = "a"\nid = "b"\n', "[agreement]\n[agreement]\n", "state = NO\n", "ori = 0123456\n", "a: &x 1\n"],
)
def test_c43_what_yaml_would_read_wrongly_is_no_toml(fault: str) -> None:
    assert codes(fault) == ["not_toml"]


def test_c41_an_agreement_that_names_class_x_is_refused(agreement_text: str) -> None:
    clause = (
        '[[clauses]]\nid="X"\ntable="corrections_people"\nfields=["ssn"]\npurposes=["linkage"]\n'
        'keep_days=1\nreason="r"\n'
    )
    assert codes(agreement_text + clause) == ["class_x"]


def test_a_population_needs_a_table_with_people(agreement_text: str) -> None:
    clause = (
        '[[clauses]]\nid="O"\ntable="supervising_officers"\nfields=["*"]\npurposes=["linkage"]\n'
        'keep_days=1\npopulation="current"\n'
    )
    assert codes(agreement_text + clause) == ["contradiction"]


def test_problems_say_what_was_meant(agreement_text: str) -> None:
    text = agreement_text.replace('table = "residences"', 'table = "residence"')
    with pytest.raises(InputRejected, match=r"clause A-3 table: 'residence' is not known\. Expected: did you mean"):
        read_agreement(text, name="agreement.toml")


def test_the_sample_agreement_names_every_corrections_column() -> None:
    agreement = read_agreement(SAMPLE.read_text(encoding="utf-8"), name="agreement.toml")
    named = {(clause.table, name) for clause in agreement.clauses for name in clause.fields}
    corrections = [table for table in TABLES.values() if table.owner == "corrections"]
    missing = [(table.name, name) for table in corrections for name in table.names if (table.name, name) not in named]
    assert missing == []
    assert set(agreement.purposes) == {"compstat", "public_report", "crime_analysis", "linkage", "risk_development"}
    assert agreement.ends.year == 2099


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("supervision", ("agency", "doc_id", "supervision_type", "start", "end", "ended_on")),
        ("releases", ("projected_on", "released_on")),
    ],
)
def test_the_public_page_may_count_and_do_nothing_else(table: str, columns: tuple[str, ...]) -> None:
    agreement = read_agreement(SAMPLE.read_text(encoding="utf-8"), name="agreement.toml")
    on = dt.date(2026, 11, 23)
    decision = decide(Request(table, None, "public_report"), agreement, on=on)
    assert decision.allowed and set(decision.columns) == set(columns)
    assert [population.name for population in decision.populations] == ["current"]
    others = [one.name for one in TABLES.values() if one.owner == "corrections" and one.name not in PUBLIC]
    assert not any(decide(Request(other, None, "public_report"), agreement, on=on).allowed for other in others)
    assert not decide(Request(table, (*columns, "entered_at"), "public_report"), agreement, on=on).allowed
    assert decide(Request("incidents", None, "public_report"), agreement, on=on).clause == "own records"


def test_the_clauses_kept_back_in_a_new_workspace_work_once_their_marks_are_taken_out() -> None:
    text = init_workspace_files("Fairview")["agreement.toml"]
    on = dt.date(2026, 11, 23)
    before = decide(Request("supervision", None, "public_report"), read_agreement(text, name="a"), on=on)
    assert not before.allowed
    start = text.index("# [[clauses]]")
    purposes = text[:start].replace("# public_report", "public_report").replace("# linkage", "linkage")
    agreement = read_agreement(purposes + text[start:].replace("# ", "").replace("\n#\n", "\n"), name="a")
    assert [decide(Request(table, None, "public_report"), agreement, on=on).allowed for table in PUBLIC] == [True, True]
    for table in ("corrections_people", "corrections_aliases", "residences", "person_links", "record_links"):
        assert decide(Request(table, None, "linkage"), agreement, on=on).allowed


def test_every_key_of_the_agreement_is_documented() -> None:
    page = (SAMPLE.parents[2] / "docs" / "agreement.md").read_text(encoding="utf-8")
    keys = """id version lead basis typology starts ends review withdrawn minimum_cell meaning supervision_status
    in_custody ended_within_days table fields purposes effect recipients keep_days population reason""".split()
    assert [key for key in keys if f"`{key}`" not in page] == []
