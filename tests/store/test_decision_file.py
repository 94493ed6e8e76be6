"""Decisions on links: a file that only grows, whole or not there, and no way to slip a line into it."""

from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcanalytics.errors import InputRejected, UsageError
from pcanalytics.store import Workspace
from pcanalytics.store.audit_log import AuditLog
from pcanalytics.store.decision_file import (
    Decision,
    Verdict,
    append_decisions,
    decisions_file,
    read_decisions,
    standing_decisions,
    verdicts_digest,
)


def now() -> dt.datetime:
    return dt.datetime(2026, 11, 24, 8, 30, tzinfo=dt.UTC)


@pytest.fixture
def city(tmp_path):
    return Workspace(tmp_path, "City", "UTC", "EPSG:26915", home=tmp_path)


def said(city: Workspace, *verdicts: Verdict) -> tuple[Decision, ...]:
    return append_decisions(city, verdicts, by="J. Doe", expected=read_decisions(city), clock=now)


def test_what_was_said_is_there_in_order_and_earlier_bytes_stay(city):
    said(city, Verdict("police|2", "DOC|1", "link", "same scar"), Verdict("a", "b", "not_a_link"))
    first = decisions_file(city).read_bytes()
    said(city, Verdict("a", "b", "undone"))
    assert decisions_file(city).read_bytes().startswith(first)
    lines = read_decisions(city)
    assert [(one.number, one.batch, one.a, one.verdict) for one in lines] == [
        (1, 1, "DOC|1", "link"), (2, 1, "a", "not_a_link"), (3, 2, "a", "undone"),
    ]  # fmt: skip
    assert lines[0].at == "2026-11-24T08:30:00+00:00"
    assert stat.S_IMODE(decisions_file(city).stat().st_mode) == 0o600


def test_the_audit_has_a_line_before_and_a_decision_that_cannot_be_logged_is_not_kept(city, monkeypatch):
    said(city, Verdict("a", "b", "link"))
    entry = json.loads(AuditLog(city.state, clock=now).lines()[0])
    assert (entry["event"], entry["counts"], entry["reason"]) == ("decided", {"link": 1}, "decisions 1 to 1")
    before = decisions_file(city).read_bytes()

    def refuse(*_args, **_words):
        raise OSError(28, "the disk is full")

    monkeypatch.setattr("pcanalytics.store.audit_log.Pen.write", refuse)
    with pytest.raises(Exception, match="audit cannot be written"):
        said(city, Verdict("a", "c", "link"))
    assert decisions_file(city).read_bytes() == before


def test_what_others_decided_meanwhile_is_not_overlooked(city):
    before = read_decisions(city)
    said(city, Verdict("a", "b", "link"))
    with pytest.raises(UsageError, match="meanwhile"):
        append_decisions(city, [Verdict("a", "b", "not_a_link")], by="B", expected=before, clock=now)
    assert len(read_decisions(city)) == 1


@pytest.mark.parametrize(
    ("verdicts", "by", "match"),
    [
        ([], "A", "no decision to keep"),
        ([Verdict("a", "b", "perhaps")], "A", "one of link, not_a_link, undone"),
        ([Verdict("a", "a", "link")], "A", "two records"),
        ([Verdict("a", "b", "link", "two\nlines")], "A", "control character"),
        ([Verdict("a", "b", "link")], "  ", "who decided"),
        ([Verdict("a", "b", "link")], "A\x1b[2J", "who decided"),
    ],
)
def test_what_cannot_be_kept_is_refused_without_showing_it(city, verdicts, by, match):
    with pytest.raises(UsageError, match=match):
        append_decisions(city, verdicts, by=by, expected=(), clock=now)
    assert not decisions_file(city).exists()


@pytest.mark.parametrize(
    ("damage", "match"),
    [
        (lambda data: data[:-5], "its last line has no end"),
        (lambda data: data + b"not a line\n", "lines that are no decision"),
        (lambda data: data + data, "lines that are no decision"),
        (lambda data: data.replace(b'"link"', b'"LINK"'), "lines that are no decision"),
        (lambda data: data.replace(b'"by": "J. Doe"', b'"by": 7'), "lines that are no decision"),
        (lambda data: b"\xff" + data, "not written in UTF-8"),
    ],
)
def test_a_damaged_file_is_refused(city, damage, match):
    said(city, Verdict("a", "b", "link"))
    file = decisions_file(city)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(InputRejected, match=match) as refused:
        read_decisions(city)
    assert "Doe" not in str(refused.value)


def test_no_repr_shows_a_key_or_a_word():
    shown = repr(Verdict("QZX1", "QZX2", "link", "QZXWHY")) + repr(Decision(1, 1, "QZX1", "QZX2", "link", "QZXBY", ""))
    assert "QZX" not in shown


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["link", "not_a_link", "undone"])), max_size=12))
def test_the_last_word_counts_and_taken_back_the_one_before(words):
    """Against a pile for each pair that a person would keep on paper."""
    decisions = [Decision(n, n, key, "z", word, "A", "") for n, (key, word) in enumerate(words, start=1)]
    piles: dict[str, list[str]] = {"a": [], "b": []}
    for key, word in words:
        if word != "undone":
            piles[key] = [*piles[key], word]
        else:
            piles[key] = piles[key][:-1]
    standing = {one.a: one.verdict for one in standing_decisions(decisions)}
    assert standing == {key: pile[-1] for key, pile in piles.items() if pile}


@given(
    st.lists(st.sampled_from(["link", "not_a_link"]), min_size=1, max_size=4), st.sampled_from(["link", "not_a_link"])
)
def test_a_verdict_and_its_taking_back_leave_the_digest_as_it_was(before, word):
    made = [Decision(n, n, "a", "b", one, "A", "") for n, one in enumerate(before, start=1)]
    more = [*made, Decision(9, 9, "a", "b", word, "B", "later"), Decision(10, 10, "a", "b", "undone", "C", "")]
    assert verdicts_digest(standing_decisions(more)) == verdicts_digest(standing_decisions(made))


def test_the_file_is_beside_the_store_and_not_in_it(city):
    assert decisions_file(city).relative_to(city.state) == Path("linkage/decisions.jsonl")
