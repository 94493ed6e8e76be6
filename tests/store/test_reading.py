"""Reads: decided first, audited first, as of a moment, and never more than was decided."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import InputRejected, NotAllowed, UnknownName, UsageError
from pcanalytics.exchange import verify_chain
from pcanalytics.store import Store
from pcanalytics.tables import TABLES
from tests.store.city import AGREEMENT, FixedClock, ids, incidents, load, make_store, make_workspace


def test_a_read_has_declared_types_and_carries_its_terms(store: Store) -> None:
    load(store, incidents(["007"], domestic=True, cleared_on=pd.Timestamp("2026-02-03"), x=1.5))
    frame = store.read("incidents", purpose="compstat", as_of="2026-03-01")
    declared = {column.name: column.dtype for column in TABLES["incidents"].columns}
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == declared
    assert TABLES["incidents"].check(frame).loc[0, "incident_id"] == "007"
    assert frame.loc[0, "cleared_on"] == pd.Timestamp("2026-02-03")
    assert frame.attrs == {
        "table": "incidents",
        "purpose": "compstat",
        "agreement": "test-1",
        "clause": "own records",
        "keep_days": None,
        "as_of": "2026-03-01T00:00:00",
    }


def test_a_table_that_was_never_loaded_is_empty_with_its_types(store: Store) -> None:
    load(store, incidents(["1"]))
    frame = store.read("calls", purpose="compstat")
    assert frame.empty and str(frame["received_at"].dtype) == "datetime64[us]"


def test_c21_c16_text_survives_as_it_is(store: Store) -> None:
    odd = ["007", "1E5", "None", "NA", "nan", "12345678901234567", " x", "Zoë", "a'b\"c;--"]
    load(store, incidents(odd, beat=odd))
    frame = store.read("incidents", purpose="compstat", columns=["incident_id", "beat"])
    assert sorted(frame["incident_id"]) == sorted(odd) and frame["beat"].equals(frame["incident_id"].rename("beat"))


def test_rows_come_in_the_order_of_their_key_however_they_were_loaded(store: Store, tmp_path: Path) -> None:
    load(store, incidents(["3", "1", "2"]))
    other = make_store(tmp_path / "other")
    load(other, incidents(["2"]), extract="delta")
    load(other, incidents(["1", "3"]), extract="delta")
    assert ids(store) == ids(other) == ["1", "2", "3"]


def test_before_the_first_load_there_is_nothing_to_read(store: Store) -> None:
    with pytest.raises(UsageError, match="pcanalytics load"):
        ids(store)


@pytest.mark.parametrize(
    ("table", "more", "error", "words"),
    [
        ("incident", {}, UnknownName, "Did you mean 'incidents'"),
        ("incidents", {"columns": ["beet"]}, UnknownName, "Did you mean 'beat'"),
        ("incidents", {"purpose": "patrol"}, NotAllowed, "purpose 'patrol' is not one of"),
        ("incidents", {"recipient": "press"}, NotAllowed, "recipient 'press' is no party"),
        ("supervision", {"columns": ["officer_id"]}, NotAllowed, r"officer_id: clause N-1 denies it.*\(clause N-1\)"),
        ("supervision", {"columns": ["offense"]}, NotAllowed, "supervision.offense: no clause allows it"),
        ("corrections_people", {"purpose": "linkage", "columns": ["ssn"]}, NotAllowed, "class X never leaves"),
        ("assessments", {}, NotAllowed, "no column of assessments is allowed"),
    ],
)
def test_what_is_not_allowed_is_refused_with_the_reason_and_audited(
    store: Store, table: str, more: dict, error: type[Exception], words: str
) -> None:
    load(store, incidents(["1"]))
    with pytest.raises(error, match=words):
        store.read(table, **({"purpose": "compstat", "as_of": "2026-03-01"} | more))
    entries = [json.loads(line) for line in store.audit_lines()]
    assert [(entry["event"], entry["outcome"]) for entry in entries] == [("read", "denied")]
    assert entries[0]["reason"]


def test_the_audit_is_written_before_and_after(store: Store) -> None:
    load(store, incidents(["1", "2"]))
    ids(store, as_of="2026-03-01")
    first, second = (json.loads(line) for line in store.audit_lines())
    assert (first["event"], second["event"], second["counts"]) == ("read", "returned", {"rows": 2})
    assert "counts" not in first
    for entry in (first, second):
        assert (entry["table"], entry["columns"], entry["purpose"]) == ("incidents", ["incident_id"], "compstat")
        assert entry["agreement"].startswith("test-1 v1 ") and entry["as_of"] == "2026-03-01T00:00:00"
        assert entry["recipient"] == "police" and entry["actor"]
    assert verify_chain(store.audit_lines()).intact


def test_a_snapshot_reads_one_state_audits_every_read_and_lets_go(store: Store) -> None:
    load(store, incidents(["1"]))
    before = len(store.audit_lines())
    with store.snapshot() as held:
        assert held is store
        assert ids(store) == ids(store) == ["1"]
        with pytest.raises(NotAllowed, match="may not be read"):
            store.read("supervision", purpose="compstat", columns=["officer_id"], as_of="2026-03-01")
    assert len(store.audit_lines()) == before + 5
    assert verify_chain(store.audit_lines()).intact
    load(store, incidents(["1", "2"]))
    assert ids(store) == ["1", "2"]


def test_an_agreement_that_changes_between_two_reads_counts_at_once(store: Store) -> None:
    load(store, incidents(["1"]))
    with store.snapshot():
        first = store.agreement
        assert store.agreement is first
        file = store.workspace.agreement
        assert file is not None
        file.write_text(file.read_text(encoding="utf-8").replace('id = "test-1"', 'id = "test-2"'), encoding="utf-8")
        assert store.read("incidents", purpose="compstat").attrs["agreement"] == "test-2"


def test_an_as_of_between_two_microseconds_is_no_trouble(store: Store) -> None:
    load(store, incidents(["1"]))
    assert ids(store, as_of=pd.Timestamp("2026-03-01 00:00:00.000000001")) == ["1"]


def test_the_audit_names_who_the_system_says_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    load(store, incidents(["1"]))
    ids(store)
    assert "somebody_else" not in store.audit_lines()[0]


def test_a_read_that_finds_no_store_is_on_record_all_the_same(store: Store) -> None:
    with pytest.raises(UsageError, match="Nothing has been loaded"):
        ids(store)
    assert [json.loads(line)["event"] for line in store.audit_lines()] == ["read"]


@pytest.mark.parametrize(
    "as_of",
    [
        *("soon", "2026-13-01", pd.NaT, "2026-01-01T00:00:00Z", [1], "1492-10-12", "9999-12-31", 10**30),
        *("now", "today", "13:00", "3/4/2026", 20261123, 3.5, True),
    ],
)
def test_an_as_of_that_is_none_is_refused(store: Store, as_of: object) -> None:
    with pytest.raises(UsageError, match="as_of must be a date"):
        ids(store, as_of=as_of)


@pytest.mark.parametrize(
    "asked",
    [{"purpose": ["compstat"]}, {"columns": "beat"}, {"columns": [1]}, {"recipient": None}, {"table": ("calls",)}],
)
def test_what_is_asked_for_is_text(store: Store, asked: dict[str, object]) -> None:
    words: dict[str, object] = {"table": "incidents", "purpose": "compstat"} | asked
    with pytest.raises(UsageError, match="columns is a list of text"):
        store.read(words.pop("table"), **words)  # type: ignore[arg-type]


def test_an_agreement_that_went_away_opens_nothing(store: Store) -> None:
    assert store.workspace.agreement is not None
    store.workspace.agreement.unlink()
    with pytest.raises(InputRejected, match="cannot be read: No such file"):
        ids(store)


# ------------------------------------------------------------------------- agreement: dates and changes


def at(store: Store, day: str) -> None:
    clock = store._clock
    assert isinstance(clock, FixedClock)
    clock.moment = dt.datetime.fromisoformat(day)


def test_c42_after_its_end_nothing_of_corrections_is_read(store: Store) -> None:
    load(store, incidents(["1"]))
    store.read("supervision", purpose="compstat", as_of="2026-03-01")
    at(store, "2027-01-01T12:00:00+00:00")
    with pytest.raises(NotAllowed, match="ended on 2026-12-31"):
        store.read("supervision", purpose="compstat", as_of="2026-03-01")
    assert ids(store) == ["1"]


def test_c42_the_day_is_the_agencys_day(store: Store) -> None:
    load(store, incidents(["1"]))
    at(store, "2027-01-01T05:59:00+00:00")  # still 31 December in Chicago
    store.read("supervision", purpose="compstat", as_of="2026-03-01")
    at(store, "2027-01-01T06:01:00+00:00")
    with pytest.raises(NotAllowed, match="ended"):
        store.read("supervision", purpose="compstat", as_of="2026-03-01")


def test_c42_a_clock_set_back_opens_nothing(store: Store) -> None:
    load(store, incidents(["1"]))
    at(store, "2027-01-02T12:00:00+00:00")
    ids(store)
    at(store, "2026-06-01T12:00:00+00:00")
    with pytest.raises(NotAllowed, match="ended on 2026-12-31"):
        store.read("supervision", purpose="compstat", as_of="2026-03-01")
    assert verify_chain(store.audit_lines()).intact


def test_a_withdrawal_works_in_a_store_that_is_open(store: Store) -> None:
    load(store, incidents(["1"]))
    store.read("supervision", purpose="compstat", as_of="2026-03-01")
    file = store.workspace.agreement
    assert file is not None
    file.write_text(AGREEMENT.replace("[parties.police]", "withdrawn = 2026-11-24\n[parties.police]"), encoding="utf-8")
    with pytest.raises(NotAllowed, match="withdrawn on 2026-11-24"):
        store.read("supervision", purpose="compstat", as_of="2026-03-01")


def test_a_workspace_without_an_agreement_reads_its_own_tables(tmp_path: Path) -> None:
    from pcanalytics.store import open_store
    from tests.store.city import SETTINGS

    settings = SETTINGS.replace('agreement = "agreement.toml"', "")
    store = open_store(make_workspace(tmp_path, settings), clock=FixedClock())
    load(store, incidents(["1"]))
    assert ids(store) == ["1"] and store.agreement is None
    with pytest.raises(NotAllowed, match="has no agreement"):
        store.read("supervision", purpose="compstat")


# -------------------------------------------------------------------------------------------- as of


def test_rows_entered_later_are_not_known_yet(store: Store) -> None:
    entered = pd.to_datetime(pd.Series(["2026-01-05", "2026-02-01", None]))
    load(store, incidents(["1", "2", "3"], entered_at=entered))
    assert ids(store, as_of="2026-02-01") == ["1", "3"]
    assert ids(store, as_of=dt.date(2026, 2, 2)) == ["1", "2", "3"]
    assert ids(store) == ["1", "2", "3"]


def test_a_row_changed_since_is_read_as_it_was_known(store: Store) -> None:
    load(store, incidents(["1"], beat="001", entered_at=pd.Timestamp("2026-01-02")))
    load(store, incidents(["1"], beat="002", entered_at=pd.Timestamp("2026-02-02")))
    load(store, incidents(["1"], beat="003", entered_at=pd.Timestamp("2026-03-02")))

    def beat(as_of: str | None) -> list[str]:
        return store.read("incidents", purpose="compstat", columns=["beat"], as_of=as_of)["beat"].tolist()

    assert [beat(day) for day in ("2026-01-01", "2026-01-03", "2026-02-03", "2026-03-03", None)] == [
        [],
        ["001"],
        ["002"],
        ["003"],
        ["003"],
    ]


def test_a_row_struck_from_the_extract_does_not_come_back(store: Store) -> None:
    load(store, incidents(["1", "2"], entered_at=pd.Timestamp("2026-01-02")))
    load(store, incidents(["1"], entered_at=pd.Timestamp("2026-02-02")))
    assert ids(store, as_of="2026-01-15") == ["1"]


def test_a_row_changed_and_then_struck_does_not_come_back_as_it_was(store: Store) -> None:
    load(store, incidents(["1", "2"], entered_at=pd.Timestamp("2026-03-01")))
    load(store, incidents(["1", "2"], entered_at=pd.Timestamp("2026-03-10"), beat="001"))
    load(store, incidents(["2"], entered_at=pd.Timestamp("2026-03-10"), beat="001"))
    assert ids(store, as_of="2026-03-05") == ["2"]


def test_calls_are_known_from_when_they_were_received(store: Store) -> None:
    times = pd.to_datetime(["2026-01-05", "2026-02-05"])
    load(store, pd.DataFrame({"call_id": ["1", "2"], "received_at": times}), table="calls")
    assert store.read("calls", purpose="compstat", as_of="2026-02-01")["call_id"].tolist() == ["1"]


versions = st.lists(
    st.tuples(st.sampled_from("12345"), st.sampled_from("ab"), st.integers(0, 20)),
    max_size=8,
    unique_by=lambda row: row[0],
)


@given(st.lists(versions, min_size=1, max_size=3), versions)
@settings(max_examples=20, deadline=None)
def test_loading_later_rows_changes_no_read_as_of_earlier(
    earlier: list[list[tuple[str, str, int]]], later: list[tuple[str, str, int]]
) -> None:
    """Whatever came before, rows entered from the as-of on change nothing."""
    as_of = pd.Timestamp("2026-02-01")

    def frame(rows: list[tuple[str, str, int]], start: pd.Timestamp) -> pd.DataFrame:
        entered = [start + pd.Timedelta(days=days) for _, _, days in rows]
        made = incidents([key for key, _, _ in rows], beat=[beat for _, beat, _ in rows])
        return made.assign(entered_at=pd.Series(entered, dtype="datetime64[us]"))

    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder))
        for rows in earlier:
            load(store, frame(rows, as_of - pd.Timedelta(days=10)), extract="delta")
        before = store.read("incidents", purpose="compstat", as_of=as_of)
        load(store, frame(later, as_of), extract="delta")
        pd.testing.assert_frame_equal(store.read("incidents", purpose="compstat", as_of=as_of), before)


# -------------------------------------------------------------------------------------- populations

PERIODS = [  # doc_id, status, start, ended_on, belongs on 2026-06-01
    ("open", "active", "2026-01-01", None, True),
    ("absconded", "absconded", "2026-01-01", None, True),
    ("suspended", "suspended", "2026-01-01", None, False),
    ("no_status", None, "2026-01-01", None, False),
    ("lately", "discharged", "2026-01-01", "2026-05-02", True),
    ("before", "discharged", "2026-01-01", "2026-05-01", False),
    ("ends_later", "discharged", "2026-01-01", "2026-07-01", True),
    ("starts_later", "active", "2026-06-01", None, False),
]


@pytest.fixture
def supervised(store: Store) -> Store:
    period = pd.DataFrame(PERIODS, columns=["doc_id", "status", "start", "ended_on", "belongs"]).drop(columns="belongs")
    period = period.assign(
        supervision_id="P-" + period["doc_id"],
        agency="PAROLE",
        supervision_type="parole",
        start=pd.to_datetime(period["start"]),
        ended_on=pd.to_datetime(period["ended_on"]),
    )
    load(store, period, table="supervision")
    home = period[["agency", "doc_id"]].assign(residence_id="R-" + period["doc_id"], address="1 MAIN ST")
    other = pd.DataFrame(
        {"residence_id": ["R-jailed", "R-other"], "agency": ["JAIL", "JAIL"], "doc_id": ["jailed", "open"]}
    )
    load(store, pd.concat([home, other], ignore_index=True), table="residences")
    stay = pd.DataFrame(
        {"stay_id": ["1"], "agency": ["JAIL"], "doc_id": ["jailed"], "booked_at": [pd.Timestamp("2026-05-31")]}
    )
    load(store, stay, table="custody_stays")
    condition = pd.DataFrame({"condition_id": period["supervision_id"], "supervision_id": period["supervision_id"]})
    load(store, condition.assign(agency="PAROLE", condition_type="curfew"), table="conditions")
    return store


def test_rows_are_limited_to_the_people_of_the_population(supervised: Store) -> None:
    belongs = sorted(doc_id for doc_id, *_, belongs in PERIODS if belongs)
    frame = supervised.read("supervision", purpose="compstat", as_of="2026-06-01")
    assert sorted(frame["doc_id"]) == belongs
    conditions = supervised.read("conditions", purpose="compstat", as_of="2026-06-01")
    assert sorted(conditions["supervision_id"].str.removeprefix("P-")) == belongs


def test_a_person_is_known_by_agency_and_number_and_custody_counts(supervised: Store) -> None:
    frame = supervised.read("residences", purpose="compstat", as_of="2026-06-01")
    belongs = [f"R-{doc_id}" for doc_id, *_, belongs in PERIODS if belongs]
    assert sorted(frame["residence_id"]) == sorted([*belongs, "R-jailed"])
    earlier = supervised.read("residences", purpose="compstat", as_of="2026-05-31")
    assert "R-jailed" not in earlier["residence_id"].tolist()


def test_a_population_needs_an_as_of(supervised: Store) -> None:
    with pytest.raises(UsageError, match=r"needs as_of.*\(current\)"):
        supervised.read("supervision", purpose="compstat")
    last = json.loads(supervised.audit_lines()[-1])
    assert (last["outcome"], last["reason"]) == ("denied", "no as_of was given")


# ------------------------------------------------------------------------------ nothing else is reachable


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "read_csv('/etc/passwd')", 'incidents"; DROP TABLE incidents; --', "loads"]
)
def test_c64_no_name_reaches_anything_but_declared_tables(store: Store, name: str) -> None:
    load(store, incidents(["1"]))
    with pytest.raises(UnknownName, match="no table"):
        store.read(name, purpose="compstat")
    with pytest.raises(UnknownName, match="no column"):
        store.read("incidents", purpose="compstat", columns=[name])
    with pytest.raises(NotAllowed, match="is not one of"):
        store.read("incidents", purpose=name)
    assert ids(store) == ["1"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}' AS other",
        "INSTALL spatial",
        "LOAD spatial",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "CREATE TABLE mine (a INT)",
    ],
)
def test_c64_the_connection_of_a_read_reaches_no_other_file(store: Store, tmp_path: Path, sql: str) -> None:
    import duckdb

    load(store, incidents(["1"]))
    file = tmp_path / "outside.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    with (
        store._reading() as connection,
        pytest.raises(duckdb.Error, match="disabled|locked|read-only|not exist|cannot"),
    ):
        connection.execute(sql.format(file=file))


def test_c68_no_value_reaches_the_audit_or_a_message(store: Store) -> None:
    people = pd.DataFrame(
        {"agency": ["PAROLE"], "doc_id": ["CANARY-1"], "surname": ["CANARY-2"], "ssn": ["CANARY-3"], "sex": ["male"]}
    )
    load(store, people, table="corrections_people")
    frame = store.read("corrections_people", purpose="linkage", as_of="2026-03-01")
    assert frame.columns.tolist() == ["agency", "doc_id", "surname"]
    said = []
    for more in ({"columns": ["ssn"]}, {"columns": ["birth_date"]}, {"purpose": "compstat"}):
        with pytest.raises(NotAllowed, match="corrections_people") as caught:
            store.read("corrections_people", **({"purpose": "linkage"} | more))
        said.append(str(caught.value))
    assert "CANARY" not in "\n".join([*said, *store.audit_lines(), str(frame.attrs)])
