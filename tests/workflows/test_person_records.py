"""What of both agencies' records is compared and shown, on a few records written by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from pcanalytics.errors import NotAllowed
from pcanalytics.tables import TABLES
from pcanalytics.workflows.link_account import account
from pcanalytics.workflows.person_records import NEEDED, person_records
from pcanalytics.workflows.side_by_side import PROTECTED, other_records, side_by_side

AS_OF = pd.Timestamp("2026-11-23")

POLICE = [
    {"person_record_id": "1", "surname": "ROE", "given_name": "ANN", "address": "12 Oak St. Apt 4"},
    {"person_record_id": "2", "surname": "DOE", "given_name": "BEA", "address": "90 ELM ST"},
    {"person_record_id": "3", "surname": "POE", "given_name": "CAL", "address": "7 PINE AVE", "confidential_address": True},
]  # fmt: skip
CORRECTIONS = [
    {"agency": "DOC", "doc_id": "1", "surname": "ROE", "given_name": "ANN", "sid": "S1", "confidential_address": True},
    {"agency": "DOC", "doc_id": "2", "surname": "DOE", "given_name": "BEA", "sid": "S2"},
    {"agency": "DOC", "doc_id": "3", "surname": "POE", "given_name": "CAL", "sid": "S3"},
    {"agency": "DOC", "doc_id": "4", "surname": "LOW", "given_name": "DEE", "sid": "S4"},
]
RESIDENCES = [
    {"residence_id": "1", "agency": "DOC", "doc_id": "1", "address": "12 OAK ST"},
    {"residence_id": "2", "agency": "DOC", "doc_id": "2", "address": "90 ELM ST"},
    {"residence_id": "3", "agency": "DOC", "doc_id": "3", "address": "7 Pine Ave Unit 2"},
    {"residence_id": "4", "agency": "DOC", "doc_id": "4", "address": "5 ASH CT", "confidential_address": True},
]


def written(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows of a declared table, what is not given missing."""
    kinds = {"timestamp": "datetime64[us]", "date": "datetime64[us]", "boolean": "boolean", "integer": "Int64"}
    kinds["real"] = "float64"
    frame = pd.DataFrame(rows).reindex(columns=list(TABLES[table].names))
    return frame.astype({one.name: kinds.get(one.kind, "str") for one in TABLES[table].columns})


class FewRecords:
    """A store that holds these rows and opens every column but those named."""

    def __init__(self, *closed: str) -> None:
        rows = {"police_people": POLICE, "corrections_people": CORRECTIONS, "residences": RESIDENCES}
        self._closed = set(closed)
        self._rows = {name: written(name, rows.get(name, [])) for name in TABLES}

    def read(self, table: str, *, purpose: str, columns: list[str], as_of: object = None) -> pd.DataFrame:
        assert purpose == "linkage"
        if self._closed & {f"{table}.{name}" for name in columns}:
            raise NotAllowed(f"{table} may not be read")
        return self._rows[table][list(columns)].copy()


def protected(store: FewRecords) -> list[str]:
    places = person_records(store, as_of=AS_OF).places
    return sorted(places.index[places["is_protected"]])


def test_an_address_that_either_agency_protects_is_hidden_in_the_records_of_both():
    assert protected(FewRecords()) == ["DOC|1", "DOC|3", "DOC|4", "police|1", "police|3"]


@pytest.mark.parametrize("closed", ["corrections_people.confidential_address", "residences.confidential_address"])
def test_where_nobody_may_know_who_is_protected_everybody_at_a_known_residence_is(closed):
    assert protected(FewRecords(closed)) == [f"{side}|{n}" for side, n in
        [("DOC", 1), ("DOC", 2), ("DOC", 3), ("DOC", 4), ("police", 1), ("police", 2), ("police", 3)]]  # fmt: skip


def test_beside_a_protected_record_the_other_address_is_not_shown_either():
    records = person_records(FewRecords(), as_of=AS_OF)
    shown = side_by_side(records, ["police|2", "police|2"], ["DOC|1", "DOC|2"])
    assert shown[["addresses_a", "addresses_b"]].values.tolist() == [[PROTECTED, PROTECTED], ["90 ELM ST"] * 2]


def test_a_column_that_can_be_done_without_is_left_out_and_said():
    records = person_records(FewRecords("corrections_people.sid", "corrections_people.race"), as_of=AS_OF)
    right = records.people[records.people["side"].eq("right")]
    assert right["sid"].isna().all()
    assert right["surname"].tolist() == ["ROE", "DOE", "POE", "LOW"]
    assert records.left_out == (
        "Linked without race, sid of corrections people: the agreement does not open that.",
    )  # fmt: skip
    whole = person_records(FewRecords(), as_of=AS_OF)
    assert whole.left_out == ()
    same = [name for name in whole.people.columns if name not in ("sid", "race")]
    pd.testing.assert_frame_equal(records.people[same], whole.people[same])


@pytest.mark.parametrize("name", NEEDED)
def test_without_a_column_that_is_needed_nothing_is_compared(name):
    with pytest.raises(NotAllowed, match="corrections_people"):
        person_records(FewRecords(f"corrections_people.{name}"), as_of=AS_OF)


def linked_as(persons: dict[str, str]) -> SimpleNamespace:
    people = pd.DataFrame({"record_key": list(persons), "person_id": list(persons.values())})
    records = person_records(FewRecords(), as_of=AS_OF)
    return SimpleNamespace(compared=SimpleNamespace(records=records), result=SimpleNamespace(people=people))


def test_a_reviewer_sees_what_each_record_is_already_put_together_with_and_no_address():
    persons = {"police|1": "P-1", "DOC|1": "P-1", "DOC|2": "P-1", "police|2": "P-2"}
    assert other_records(linked_as(persons), ["police|1", "police|2"]) == [
        "DOC|1: ANN ROE SID S1 | DOC|2: BEA DOE SID S2",
        "",
    ]


def test_of_many_other_records_five_are_shown_and_the_rest_are_counted():
    keys = ["police|1", "police|2", "police|3", "DOC|1", "DOC|2", "DOC|3", "DOC|4"]
    texts = other_records(linked_as(dict.fromkeys(keys, "P-1")), ["police|1"])[0].split(" | ")
    assert (len(texts), texts[-1]) == (6, "and 1 more")


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (["police", "corrections"], "pairs of a police and a corrections record"),
        (["police", "police"], "pairs of police records taken to be one person; the other agency has none"),
    ],
)
def test_the_account_says_whose_records_were_linked(sides, said):
    places = pd.DataFrame({"side": sides}, index=["a", "b"])
    people = pd.DataFrame({"record_key": ["a", "b"], "person_id": ["P-a", "P-a"]})
    empty = pd.DataFrame({"reason": [], "status": []})
    linked = SimpleNamespace(
        compared=SimpleNamespace(
            records=SimpleNamespace(places=places, as_of=AS_OF, left_out=()),
            model=SimpleNamespace(trained_on=AS_OF.date()),
            model_digest="0" * 64,
            is_new_model=False,
            pairs=SimpleNamespace(new=0, gone=0, compared=1, table=()),
        ),
        result=SimpleNamespace(links=empty.assign(status="link"), people=people, queue=empty, counts={}),
        standing=(),
    )
    assert any(said in line for line in account(linked))
