"""The joined record of a linked workspace: near the truth, under the agreement, and gone with a link that is undone."""

from __future__ import annotations

import pandas as pd
import pytest

from pcanalytics.errors import NotAllowed, UsageError
from pcanalytics.store import Workspace, open_store
from pcanalytics.store.decision_file import Verdict, append_decisions, read_decisions
from pcanalytics.workflows.joined_record import JoinedRecord, joined
from pcanalytics.workflows.link_undoing import take_back, undo_links

from .linked_city import AS_OF, copy_of, made_city, now

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def linked(tmp_path_factory) -> Workspace:
    return made_city(tmp_path_factory.mktemp("joined") / "city")


@pytest.fixture
def city(linked, tmp_path) -> Workspace:
    return copy_of(linked, tmp_path / "city")


def record_of(city: Workspace, **how: object) -> JoinedRecord:
    with open_store(city, clock=now) as store:
        return joined(store, as_of=AS_OF, **how)


def truth_of(city: Workspace) -> pd.DataFrame:
    answers = city.root / "answers"
    police = pd.read_csv(answers / "police_people.csv.bz2", dtype=str).rename(columns={"person_record_id": "record_id"})
    known = pd.read_csv(answers / "corrections_people.csv.bz2", dtype=str).rename(columns={"doc_id": "record_id"})
    both = [police.assign(side="police", agency="AFPD"), known.assign(side="corrections")]
    columns = ["agency", "side", "record_id", "person_id"]
    return pd.concat([each[columns] for each in both], ignore_index=True).assign(match_probability=1.0)


def pairs(record: JoinedRecord) -> set[tuple[str, str]]:
    return set(record.incidents[["source_id", "supervision_id"]].itertuples(index=False, name=None))


def test_the_joined_record_of_found_links_is_near_that_of_the_truth(linked):
    found, true = record_of(linked), record_of(linked, person_links=truth_of(linked))
    right = len(pairs(found) & pairs(true))
    assert right / len(pairs(found)) > 0.97 and right / len(pairs(true)) > 0.9
    said = found.under_supervision[found.under_supervision["in_community"]]
    standing = true.under_supervision.set_index("supervision_id")["standing"]
    assert (standing.reindex(said["supervision_id"]) == "in_community").mean() > 0.99
    assert found.account["rows"].gt(0).all()


def test_what_stands_on_a_link_goes_with_it_and_comes_back_with_it(city):
    before = record_of(city)
    row = before.incidents.iloc[-1]
    pair = f"police|{row['person_record_id']}", f"{row['agency']}|{row['doc_id']}"
    undo_links(city, by="A. Reviewer", pair=pair, clock=now)
    after = record_of(city).incidents
    assert not (after["person_record_id"].eq(row["person_record_id"]) & after["doc_id"].eq(row["doc_id"])).any()
    take_back(city, by="A. Reviewer", pair=pair, clock=now)
    pd.testing.assert_frame_equal(record_of(city).incidents, before.incidents)


def test_links_older_than_a_decision_are_not_joined_on(city):
    row = record_of(city).incidents.iloc[0]
    pair = f"police|{row['person_record_id']}", f"{row['agency']}|{row['doc_id']}"
    append_decisions(city, [Verdict(*pair, "not_a_link")], by="A", expected=read_decisions(city), clock=now)
    with pytest.raises(UsageError, match="decided since"):
        record_of(city)


def test_nothing_is_joined_for_a_purpose_without_a_clause(linked):
    with pytest.raises(NotAllowed, match="person_links may not be read for 'compstat'"):
        record_of(linked, purpose="compstat")
