"""Linking a workspace: kept, joined by new records, undone and taken back, and only what the agreement opens."""

from __future__ import annotations

import csv
import io
import json
import re
import stat

import numpy as np
import pandas as pd
import pytest

from pcanalytics.cli import main
from pcanalytics.errors import InputRejected, NotAllowed, UsageError
from pcanalytics.exchange import verify_chain
from pcanalytics.linkage.preparing import prepare
from pcanalytics.linkage.scoring import score
from pcanalytics.store import open_store
from pcanalytics.store.decision_file import Verdict, append_decisions, decisions_file, read_decisions
from pcanalytics.workflows import extracts_of, load
from pcanalytics.workflows.link_pairs import kept_pairs
from pcanalytics.workflows.link_reviewing import decide_from_file, write_link_queue
from pcanalytics.workflows.link_undoing import take_back, undo_links
from pcanalytics.workflows.linking import compared, current_person_links, join_records, link_workspace
from pcanalytics.workflows.person_records import person_records, record_key

from .linked_city import AS_OF, copy_of, kept_tables, made_city, now

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    return made_city(tmp_path_factory.mktemp("linked") / "city")


@pytest.fixture
def city(linked, tmp_path):
    return copy_of(linked, tmp_path / "city")


@pytest.fixture(scope="module")
def persons(linked):
    """Person by record key."""
    people = current_person_links(open_store(linked, clock=now))
    return people.assign(key=record_key(people["side"], people["agency"], people["record_id"])).set_index("key")


@pytest.fixture(scope="module")
def pair(persons):
    """A police and a corrections record of one person, who has three records or more."""
    many = persons[persons["link_count"] > 1]
    both = many.groupby("person_id")["side"].nunique()
    chosen = many[many["person_id"].eq(both.index[both.eq(2)][0])]
    first = chosen.groupby("side").head(1).sort_values("side", ascending=False)
    return tuple(first.index)


def person_of(city) -> pd.Series:
    people = current_person_links(open_store(city, clock=now))
    return people.set_index(record_key(people["side"], people["agency"], people["record_id"]))["person_id"]


# ------------------------------------------------------------------------------------------ what is kept


def test_every_record_has_a_person_and_every_row_its_model(linked, persons):
    store = open_store(linked, clock=now)
    records = person_records(store, as_of=AS_OF)
    assert set(persons.index) == set(records.people["record_key"])
    assert (persons["link_count"] + 1 == persons.groupby("person_id")["record_id"].transform("size")).all()
    links = store.read("record_links", purpose="linkage")
    assert links["model"].nunique() == persons["model"].nunique() == 1
    across = links[links["status"].eq("link") & links["side_a"].eq("police") & links["side_b"].eq("corrections")]
    sides = persons.groupby("person_id")["side"].value_counts().unstack(fill_value=0)
    assert len(across) == int((sides["police"] * sides["corrections"]).sum())
    assert not (links["side_a"].eq("corrections") & links["side_b"].eq("police")).any()
    assert links.loc[links["status"].eq("review"), "reason"].notna().all()


def test_linked_again_nothing_changes_and_nothing_is_compared(city):
    before = kept_tables(city)
    loads = len(open_store(city).load_history())
    said = link_workspace(city, clock=now)
    assert kept_tables(city) == before
    assert any(re.search(r"records compared now +0 .*; 0 are gone", line) for line in said)
    assert len(open_store(city).load_history()) == loads


def test_the_account_is_of_counts(city, capsys):
    assert main(["link", "--workspace", str(city.root)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"Linked as of 2026-11-23; model of 2026-11-23 \([0-9a-f]{16}\), kept", out)
    for word in ("records", "pairs compared", "links", "for review", "people"):
        assert re.search(rf"^  {word} +[\d,]+", out, re.MULTILINE), word


def test_c65_a_model_of_another_schema_is_refused(city):
    file = city.state / "linkage" / "model.json"
    file.write_text(json.dumps({"schema": "another", "settings": {}}), encoding="utf-8")
    with pytest.raises(InputRejected, match="--retrain"):
        link_workspace(city, clock=now)
    assert link_workspace(city, retrain=True, clock=now)


# ------------------------------------------------------------------------------------------ new records


def test_new_changed_and_gone_records_join_as_if_all_were_compared(linked, tmp_path):
    found = compared(open_store(linked, clock=now), clock=now)
    records, model = found.records, found.model
    people = records.people.sort_values("record_key", ignore_index=True)
    rng = np.random.default_rng(3)
    draw = rng.random(len(people))
    earlier = people[draw > 0.06].copy()
    changed = earlier.index[rng.random(len(earlier)) < 0.05]
    earlier.loc[changed, "given_name"] = earlier.loc[changed, "given_name"].to_numpy(object)[::-1]
    later = people[draw < 0.97].copy()
    kept_pairs(prepare(earlier, aliases=records.aliases), model, folder=tmp_path, digest="x")
    now_there = prepare(later, aliases=records.aliases)
    joined = kept_pairs(now_there, model, folder=tmp_path, digest="x")
    assert 0 < joined.new < len(later) / 2
    assert joined.gone > 0
    assert joined.table.equals(score(now_there, model).combine_chunks())
    again = kept_pairs(now_there, model, folder=tmp_path, digest="x")
    assert (again.new, again.gone) == (0, 0)
    assert again.table.equals(joined.table)
    assert kept_pairs(now_there, model, folder=tmp_path, digest="y").new == len(later)


def test_an_extract_with_new_people_links_as_a_store_linked_whole(linked, tmp_path):
    whole = kept_tables(linked)
    city = copy_of(linked, tmp_path / "city")
    people = next(city.root.glob("extracts/rms_people.csv*"))
    full = people.read_bytes()
    lines = pd.read_csv(people, dtype=str, keep_default_na=False, encoding="latin-1", header=None)
    lines[lines.index % 10 != 7].to_csv(people, index=False, header=False, encoding="latin-1")
    load(city, extracts_of(city))
    link_workspace(city, clock=now)
    assert kept_tables(city) != whole
    people.write_bytes(full)
    load(city, extracts_of(city))
    said = "\n".join(link_workspace(city, clock=now))
    compared_now = int(re.search(r"records compared now +([\d,]+)", said).group(1).replace(",", ""))
    assert 0 < compared_now < 500
    assert kept_tables(city) == whole


def test_a_damaged_file_of_pairs_is_as_good_as_none(city):
    before = kept_tables(city)
    (city.state / "linkage" / "pairs.parquet").write_bytes(b"PAR1 nothing of it")
    link_workspace(city, clock=now)
    assert kept_tables(city) == before


# ------------------------------------------------------------------------------------------ undo


def test_undo_then_take_back_restores_the_state_byte_for_byte(city, pair):
    before = kept_tables(city)
    undo_links(city, by="A. Reviewer", pair=pair, why="another man", clock=now)
    parted = person_of(city)
    assert parted[pair[0]] != parted[pair[1]]
    between = kept_tables(city)
    assert between["person_links"] != before["person_links"]
    link_workspace(city, clock=now)  # the same again: what was parted stays apart
    assert kept_tables(city) == between
    take_back(city, by="A. Reviewer", pair=pair, clock=now)
    assert kept_tables(city) == before


def test_a_whole_person_is_taken_apart_and_put_together_again(city, persons, pair):
    before, person = kept_tables(city), persons.loc[pair[0], "person_id"]
    members = persons.index[persons["person_id"].eq(person)]
    assert main(["link", "undo", "--person", person, "--by", "A", "--workspace", str(city.root)]) == 0
    assert person_of(city)[members].is_unique
    assert main(["link", "undo", "--take-back", "--person", person, "--by", "A", "--workspace", str(city.root)]) == 0
    assert kept_tables(city) == before


def test_the_last_decision_is_taken_back_without_naming_it(city, pair):
    before = kept_tables(city)
    assert main(["link", "undo", *pair, "--by", "A", "--workspace", str(city.root)]) == 0
    assert main(["link", "undo", "--take-back", "--workspace", str(city.root)]) == 0
    assert kept_tables(city) == before
    assert main(["link", "undo", "--take-back", "--workspace", str(city.root)]) == 2


def test_what_stood_on_an_undone_link_is_refused_until_it_is_made_again(city, pair):
    decisions = read_decisions(city)
    append_decisions(
        city, [Verdict(*pair, "not_a_link")], by="A", expected=decisions, clock=now
    )  # and the process dies
    with pytest.raises(UsageError, match="decided since"):
        current_person_links(open_store(city, clock=now))
    link_workspace(city, clock=now)
    parted = person_of(city)
    assert parted[pair[0]] != parted[pair[1]]


def test_decisions_outlive_a_store_that_is_built_anew(city, pair):
    undo_links(city, by="A", pair=pair, clock=now)
    after = kept_tables(city)
    assert main(["load", "--rebuild", "--workspace", str(city.root)]) == 0
    with pytest.raises(UsageError, match="nothing is linked yet"):
        current_person_links(open_store(city, clock=now))
    link_workspace(city, clock=now)
    assert kept_tables(city) == after


def test_undo_says_what_it_cannot_do_and_shows_no_key(city, pair, persons, capsys):
    other = next(key for key in persons.index if persons.loc[key, "person_id"] != persons.loc[pair[0], "person_id"])
    here = ["--workspace", str(city.root)]
    for words, said in (
        ([pair[0], "police|none"], "no record of the second name"),
        ([pair[0], other], "are not linked"),
        ([pair[0]], "Name two records"),
        (["--person", "P-nobody"], "no person of that name"),
        ([], "Say which two records"),
        (["--take-back", *pair], "no decision to take back"),
    ):
        assert main(["link", "undo", *words, *here]) == 2, words
        err = capsys.readouterr().err
        assert said in err
        assert not any(key in err for key in (*pair, other))
    assert not decisions_file(city).exists()


# ------------------------------------------------------------------------------------------ review


def test_the_queue_is_for_one_reader_and_is_read_back(city, tmp_path):
    out = tmp_path / "queue.csv"
    said = write_link_queue(city, out, clock=now)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    queue = pd.read_csv(out, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert said[0] == f"{out}: {len(queue):,} pairs to decide"
    assert {"surname_a", "surname_b", "birth_date_a", "addresses_b", "comparison"} <= set(queue.columns)
    assert queue["meaning"].ne("").all()
    words = " ".join(queue["comparison"])
    assert not any(name in words.split() for name in queue["surname_a"] if len(name) > 3)
    before = person_of(city)
    assert (before[queue["a"]].to_numpy() != before[queue["b"]].to_numpy()).all()
    queue.loc[0, ["decision", "why"]] = ["link", "seen both files"]
    queue.loc[1, ["decision", "why"]] = [" Not a link ", "=SUM(1)"]
    queue.to_csv(out, index=False, encoding="utf-8")
    decide_from_file(city, out, by="R. Viewer", clock=now)
    after = person_of(city)
    assert after[queue.loc[0, "a"]] == after[queue.loc[0, "b"]]
    assert after[queue.loc[1, "a"]] != after[queue.loc[1, "b"]]
    kept = read_decisions(city)
    assert [(one.verdict, one.by, one.why) for one in kept] == [
        ("link", "R. Viewer", "seen both files"), ("not_a_link", "R. Viewer", "=SUM(1)"),
    ]  # fmt: skip
    assert "Nothing new was decided" in decide_from_file(city, out, by="R. Viewer", clock=now)[-1]
    later = tmp_path / "later.csv"
    write_link_queue(city, later, clock=now)
    waiting = pd.read_csv(later, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    pairs = set(map(frozenset, zip(waiting["a"], waiting["b"], strict=True)))
    assert not pairs & set(map(frozenset, zip(queue["a"][:2], queue["b"][:2], strict=True)))


def test_a_bad_file_is_refused_with_its_rows_and_nothing_is_kept(city, tmp_path, capsys, persons):
    a, b, c = persons.index[:3]
    rows = [["decision", "a", "b", "why"], ["maybe", a, b, ""], ["link", a, "police|nobody", ""], ["link", a, a, ""]]
    rows += [["link", a, b, ""], ["not_a_link", b, a, ""], ["link", a, c, "two\nlines"], ["", "x", "y", ""]]
    path = tmp_path / "bad.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    before = kept_tables(city)
    assert main(["link", "review", "--decided", str(path), "--by", "A", "--workspace", str(city.root)]) == 3
    err = capsys.readouterr().err
    for row, said in ((2, "neither link nor not_a_link"), (3, "no record that is there"), (4, "the same record")):
        assert re.search(rf"{said}.*row {row}\b", err), err
    assert re.search(r"decides otherwise.*row 6\b", err)
    assert re.search(r"control character.*row 7\b", err)
    assert a not in err and "maybe" not in err
    assert not decisions_file(city).exists()
    assert kept_tables(city) == before


def test_decisions_that_contradict_each_other_are_refused_before_they_are_kept(city, tmp_path, persons):
    a, b, c = persons.index[:3]
    path = tmp_path / "contradicting.csv"
    path.write_text(f"decision,a,b\nlink,{a},{b}\nlink,{b},{c}\nnot_a_link,{a},{c}\n", encoding="utf-8")
    with pytest.raises(InputRejected, match="contradict others, and none was kept"):
        decide_from_file(city, path, by="A", clock=now)
    assert not decisions_file(city).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["review"], "Give one of"),
        (["review", "--decided", "x.csv"], "--by"),
        (["review", "--out", "x.csv", "--by", "A"], "go together"),
        (["--mapping", "m.toml"], "without --left"),
        (["--left", "a.csv"], "--mapping"),
    ],
)
def test_wrong_use_of_the_commands_ends_at_2(words, said, capsys):
    assert main(["link", *words]) == 2
    assert said in capsys.readouterr().err


# ------------------------------------------------------------------------------------------ the agreement and the audit


@pytest.mark.parametrize("clause", ["L-1", "L-5", "L-6"])
def test_without_a_clause_nothing_is_linked_and_nothing_is_left(linked, tmp_path, clause):
    city = copy_of(linked, tmp_path / "city")
    agreement = city.root / "agreement.toml"
    text = agreement.read_text("utf-8")
    start = text.index(f'[[clauses]]\nid = "{clause}"')
    end = text.find("\n[[clauses]]", start + 1)
    agreement.write_text(text[:start] + text[end:], encoding="utf-8")
    for file in (city.state / "linkage").iterdir():
        file.unlink()
    with pytest.raises(NotAllowed, match="Nothing was linked"):
        link_workspace(city, clock=now)
    assert list((city.state / "linkage").iterdir()) == []


@pytest.mark.parametrize(("clause", "table"), [("L-3", "corrections aliases"), ("L-4", "residences")])
def test_without_aliases_or_residences_it_links_and_says_so(linked, tmp_path, clause, table):
    city = copy_of(linked, tmp_path / "city")
    agreement = city.root / "agreement.toml"
    text = agreement.read_text("utf-8")
    start = text.index(f'[[clauses]]\nid = "{clause}"')
    end = text.find("\n[[clauses]]", start + 1)
    agreement.write_text(text[:start] + text[end:], encoding="utf-8")
    said = link_workspace(city, retrain=True, clock=now)
    assert any(line.startswith(f"Linked without {table}") for line in said)


def test_the_audit_counts_decisions_and_names_no_record(city, pair):
    undo_links(city, by="A. Reviewer", pair=pair, why="QZXWHY", clock=now)
    lines = open_store(city).audit_lines()
    assert verify_chain(lines).intact
    decided = [json.loads(line) for line in lines if '"event":"decided"' in line]
    assert [(one["counts"], one["reason"]) for one in decided] == [({"not_a_link": 1}, "decisions 1 to 1")]
    text = "\n".join(lines)
    assert not any(word in text for word in (*pair, "QZXWHY", "A. Reviewer"))


def test_everything_kept_beside_the_store_is_private(city, pair):
    undo_links(city, by="A", pair=pair, clock=now)
    for path in (city.state / "linkage").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_row_order_of_what_is_read_changes_nothing(linked):
    found = compared(open_store(linked, clock=now), clock=now)
    whole = join_records(found, ())
    shuffled = found.records.people.sample(frac=1, random_state=1)
    prepared = prepare(shuffled, aliases=found.records.aliases, addresses=found.records.addresses)
    assert prepared.table.equals(found.prepared.table)
    assert whole.result.people.equals(join_records(found, ()).result.people)
    stream = io.BytesIO()
    whole.result.links.to_csv(stream)
    assert stream.getvalue()
