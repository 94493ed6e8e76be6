"""Loads: one transaction each, nothing lost, nothing applied twice, nothing shrunk applied."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pcanalytics.errors import LoadSetAside, PcanalyticsError, TableError, UnknownName, UsageError
from pcanalytics.store import Store
from tests.store.city import ids, incidents, load, make_store


def test_a_first_load_is_all_new(store: Store) -> None:
    report = load(store, incidents(["1", "2"]))
    assert (report.read, report.loaded, report.set_aside, report.rejected) == (2, 2, 0, 0)
    assert (report.new, report.changed, report.unchanged, report.gone) == (2, 0, 0, 0)
    assert str(report) == (
        "rms: read 2 = loaded 2 + set aside 0 + rejected 0, into incidents (2 new, 0 changed, 0 unchanged, 0 gone)"
    )
    assert ids(store) == ["1", "2"]


def test_batches_add_up(store: Store) -> None:
    with store.loading(source="rms", table="incidents", digest="d") as loading:
        loading.write(incidents(["2"]), read=3, rejected=2)
        loading.write(incidents([]), read=0)
        loading.write(incidents(["1"]))
        report = loading.finish()
    assert (report.read, report.loaded, report.rejected) == (4, 2, 2)
    assert ids(store) == ["1", "2"]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    load(store, incidents(["1", "2"]), digest="d")
    with store.loading(source="rms", table="incidents", digest="d") as loading:
        assert loading.already_loaded
        loading.write(incidents(["9"]))
        report = loading.finish()
    assert report.status == "already_loaded" and report.loaded == 2
    assert str(report) == "rms: already loaded into incidents (2 rows), nothing changed"
    assert ids(store) == ["1", "2"] and len(store.load_history()) == 1


def test_one_file_may_fill_two_tables_and_come_from_two_sources(store: Store) -> None:
    load(store, incidents(["1"]), digest="d")
    with store.loading(source="rms", table="calls", digest="d") as loading:
        assert not loading.already_loaded
    with store.loading(source="other", table="incidents", digest="d") as loading:
        assert not loading.already_loaded


def test_a_changed_row_supersedes_and_the_same_row_does_not(store: Store) -> None:
    load(store, incidents(["1", "2", "3"], beat="001"))
    report = load(store, incidents(["1", "2", "3"], beat=["001", "002", None]))
    assert (report.new, report.changed, report.unchanged) == (0, 2, 1)
    frame = store.read("incidents", purpose="compstat", columns=["incident_id", "beat"])
    assert frame["beat"].fillna("-").tolist() == ["001", "002", "-"]


def test_a_full_extract_supersedes_what_is_gone_and_a_delta_does_not(store: Store) -> None:
    load(store, incidents(["1", "2", "3"]))
    assert load(store, incidents(["4"]), extract="delta").gone == 0
    assert ids(store) == ["1", "2", "3", "4"]
    assert load(store, incidents(["2", "3", "4"])).gone == 1
    assert ids(store) == ["2", "3", "4"]


def test_only_the_source_that_brought_a_row_can_lose_it(store: Store) -> None:
    load(store, incidents(["1", "2"]), source="one")
    report = load(store, incidents(["3"]), source="two")
    assert report.gone == 0 and ids(store) == ["1", "2", "3"]
    report = load(store, incidents(["2"], beat="009"), source="two")
    assert (report.changed, report.gone) == (1, 1)
    assert report.warnings[0] == "rows that replace a row another source brought: 1"
    assert ids(store) == ["1", "2"]


def test_a_row_that_comes_back_is_new(store: Store) -> None:
    load(store, incidents(["1", "2"]))
    load(store, incidents(["1"]))
    assert load(store, incidents(["1", "2"])).new == 1
    assert ids(store) == ["1", "2"]


def test_exact_repeats_are_rejected_and_clashes_are_set_aside(store: Store) -> None:
    frame = incidents(["1", "1", "2", "2", "2", "3", None], beat=["a", "a", "b", "c", "b", "d", "e"])
    report = load(store, frame)
    assert (report.read, report.loaded, report.set_aside, report.rejected) == (7, 2, 4, 1)
    assert report.reasons == {"duplicate_key": 3, "missing": 1}
    assert report.warnings == ("rows that repeat an earlier row of the file exactly, loaded once: 1",)
    assert ids(store) == ["1", "3"]


def test_repeats_are_found_across_batches(store: Store) -> None:
    with store.loading(source="rms", table="incidents", digest="d") as loading:
        for beat in ("a", "a", "b"):
            loading.write(incidents(["1", beat], beat=beat))
        report = loading.finish()
    assert (report.loaded, report.set_aside, report.rejected) == (2, 3, 1)


def test_a_key_set_aside_is_not_taken_for_gone(store: Store) -> None:
    load(store, incidents(["1", "2", "3"]))
    aside = pd.DataFrame(
        {"source_row": [7], "reason": ["bad_date"], "column": ["occurred_from"], "record": ["{}"], "incident_id": ["3"]}
    )
    report = load(store, incidents(["1", "2", "2"], beat=["a", "b", "c"]), set_aside=aside)
    assert (report.loaded, report.set_aside, report.gone) == (1, 3, 0)
    assert ids(store) == ["1", "2", "3"]
    counts = store.set_aside_counts()
    assert counts[["reason", "column", "rows"]].to_numpy().tolist() == [
        ["bad_date", "occurred_from", 1],
        ["duplicate_key", "incident_id", 2],
    ]
    assert counts["first_row"].tolist()[0] == 7


def test_counts_of_rows_set_aside_show_no_row(store: Store) -> None:
    load(store, incidents(["1", "1"], address=["12 CANARY ST", "13 CANARY ST"]))
    assert "record" not in store.set_aside_counts()
    assert "CANARY" not in store.set_aside_counts().to_string() + store.load_history().to_string()


def test_a_batch_that_does_not_add_up_is_refused(store: Store) -> None:
    with (
        pytest.raises(UsageError, match="5 rows read gives 1"),
        store.loading(source="rms", table="incidents", digest="d") as loading,
    ):
        loading.write(incidents(["1"]), read=5)
    assert store.load_history().empty


def test_rows_set_aside_need_their_columns(store: Store) -> None:
    with pytest.raises(UsageError, match="reason, column, record is missing"):
        load(store, incidents(["1"]), set_aside=pd.DataFrame({"source_row": [1]}))


def test_a_finished_load_takes_no_more(store: Store) -> None:
    with store.loading(source="rms", table="incidents", digest="d") as loading:
        loading.finish()
        with pytest.raises(UsageError, match="finished"):
            loading.write(incidents(["1"]))
        with pytest.raises(UsageError, match="finished"):
            loading.finish()


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"table": "incident"}, UnknownName, "Did you mean 'incidents'"),
        ({"extract": "whole"}, UsageError, "full, delta"),
    ],
)
def test_a_load_says_what_it_loads(store: Store, more: dict[str, str], error: type[Exception], words: str) -> None:
    arguments = {"source": "rms", "table": "incidents", "digest": "d"} | more
    with pytest.raises(error, match=words), store.loading(**arguments):
        pass


# ----------------------------------------------------------------------------------- all or nothing


@pytest.mark.parametrize("failure", [ValueError("in between"), KeyboardInterrupt("in between")])
def test_c47_an_error_in_between_applies_nothing(store: Store, failure: BaseException) -> None:
    load(store, incidents(["1", "2"]))
    with (
        pytest.raises(type(failure), match=str(failure)),
        store.loading(source="rms", table="incidents", digest="x") as loading,
    ):
        loading.write(incidents(["7"]))
        raise failure
    assert ids(store) == ["1", "2"] and len(store.load_history()) == 1
    assert load(store, incidents(["7"])).new == 1


def test_a_load_that_is_not_finished_applies_nothing(store: Store) -> None:
    with store.loading(source="rms", table="incidents", digest="x") as loading:
        loading.write(incidents(["7"]))
    assert store.load_history().empty


def test_c22_a_frame_that_does_not_fit_applies_nothing_and_shows_no_value(store: Store) -> None:
    with (
        pytest.raises(TableError, match="'x' cannot be read as real") as caught,
        store.loading(source="rms", table="incidents", digest="x") as loading,
    ):
        loading.write(incidents(["1"]))
        loading.write(incidents(["2"], x="CANARY"))
    assert "CANARY" not in str(caught.value)
    assert store.load_history().empty


def test_c68_a_failing_store_shows_no_value(store: Store) -> None:
    import duckdb

    with (
        pytest.raises(PcanalyticsError, match=r"failed while loading \(ConversionException\)\.") as caught,
        store.loading(source="rms", table="incidents", digest="x"),
    ):
        raise duckdb.ConversionException("Could not convert string 'CANARY' to INT64")
    assert "CANARY" not in str(caught.value) and caught.value.__cause__ is None
    assert caught.value.__suppress_context__


# ------------------------------------------------------------------------------------ shrunk extracts


def test_c40_a_full_extract_that_shrank_is_set_aside_whole(store: Store) -> None:
    numbers = [str(number) for number in range(100)]
    load(store, incidents(numbers), usual_rows=None)
    with pytest.raises(LoadSetAside, match=r"rows that could be loaded: 79; usual: 100"):
        load(store, incidents(numbers[:79]), usual_rows=None)
    assert len(ids(store)) == 100
    history = store.load_history()
    assert history["status"].tolist() == ["loaded", "set_aside"]
    assert history.loc[1, ["rows_read", "rows_loaded", "rows_set_aside"]].tolist() == [79, 0, 79]
    assert load(store, incidents(numbers[:80]), usual_rows=None).gone == 20


def test_c40_a_smaller_size_is_accepted_when_the_mapping_says_it(store: Store) -> None:
    load(store, incidents([str(number) for number in range(100)]), usual_rows=None)
    assert load(store, incidents(["1", "2"]), usual_rows=2).gone == 98


def test_c40_a_first_extract_is_compared_with_what_the_mapping_says(store: Store) -> None:
    with pytest.raises(LoadSetAside, match="rows that were read: 3; usual: 100") as caught:
        load(store, incidents(["1", "2", "3"]), usual_rows=100)
    assert caught.value.exit_code == 4


def test_c40_rows_set_aside_do_not_count_as_brought(store: Store) -> None:
    numbers = [str(number) for number in range(10)]
    load(store, incidents(numbers), usual_rows=None)
    twice = incidents(numbers[:5] * 2 + numbers[5:], beat=["a"] * 5 + ["b"] * 10)
    with pytest.raises(LoadSetAside, match="rows that could be loaded: 5; usual: 10"):
        load(store, twice, usual_rows=None)


def test_a_delta_may_be_small(store: Store) -> None:
    load(store, incidents([str(number) for number in range(100)]), usual_rows=None)
    assert load(store, incidents(["1"]), extract="delta", usual_rows=None).loaded == 1


def test_a_mapping_changed_back_loads_again(store: Store) -> None:
    load(store, incidents(["1"], beat="001"), digest="file-mapping")
    load(store, incidents(["1"], beat="999"), digest="file-mistake")
    report = load(store, incidents(["1"], beat="001"), digest="file-mapping")
    assert (report.status, report.changed) == ("loaded", 1)
    found = store.read("incidents", purpose="compstat", columns=["beat"])
    assert found["beat"].tolist() == ["001"]


def test_a_wrong_full_file_taken_away_gives_way_to_the_one_before(store: Store) -> None:
    load(store, incidents(["1", "2"]), digest="right-m")
    load(store, incidents(["8", "9"]), digest="wrong-m")
    with store.loading(source="rms", table="incidents", digest="right-m") as loading:
        assert loading.already_loaded  # the wrong file is still there
    with store.loading(source="rms", table="incidents", digest="right-m", only_file=True, usual_rows=0) as loading:
        assert not loading.already_loaded
        loading.write(incidents(["1", "2"]))
        loading.finish()
    assert ids(store) == ["1", "2"]


def test_a_delta_is_not_loaded_again_because_a_later_one_was(store: Store) -> None:
    load(store, incidents(["1"]), digest="monday-m", extract="delta")
    load(store, incidents(["1"], beat="002"), digest="tuesday-m", extract="delta")
    with store.loading(source="rms", table="incidents", digest="monday-m", extract="delta", only_file=True) as loading:
        assert loading.already_loaded


def test_c40_a_full_extract_of_other_rows_is_warned_of(store: Store) -> None:
    load(store, incidents([str(number) for number in range(100)]), usual_rows=None)
    few = load(store, incidents([str(number) for number in range(5, 105)]), usual_rows=None)
    assert (few.gone, few.warnings) == (5, ())
    other = load(store, incidents([str(number) for number in range(1000, 1100)]), usual_rows=None)
    assert other.gone == 100
    assert "100. Expected: few" in other.warnings[0] and 'extract = "delta"' in other.warnings[0]


# ---------------------------------------------------------------------- properties, against a plain model

rows = st.lists(st.tuples(st.sampled_from(["1", "2", "3", "4", "5", None]), st.sampled_from(["a", "b"])), max_size=12)
loads = st.lists(st.tuples(rows, st.sampled_from(["full", "delta"])), min_size=1, max_size=4)


def expected(
    current: dict[str, str], batch: list[tuple[str | None, str]], extract: str
) -> tuple[dict[str, str], Counter]:
    """Load one batch the slow way."""
    by_key: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for key, beat in batch:
        if key is None:
            counts["set_aside"] += 1
        else:
            by_key[key].append(beat)
    kept, clashing = {}, set()
    for key, beats in by_key.items():
        if len(set(beats)) == 1:
            kept[key] = beats[0]
            counts["loaded"] += 1
            counts["rejected"] += len(beats) - 1
        else:
            clashing.add(key)
            counts["set_aside"] += len(beats)
    stay = current if extract == "delta" else {key: beat for key, beat in current.items() if key in clashing}
    return {**stay, **kept}, counts


@given(loads)
@settings(max_examples=25, deadline=None)
def test_every_row_is_accounted_for_and_the_store_agrees_with_a_plain_model(
    batches: list[tuple[list[tuple[str | None, str]], str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder))
        current: dict[str, str] = {}
        for number, (batch, extract) in enumerate(batches):
            current, counts = expected(current, batch, extract)
            frame = incidents([key for key, _ in batch], beat=[beat for _, beat in batch])
            report = load(store, frame, digest=str(number), extract=extract)
            assert report.read == report.loaded + report.set_aside + report.rejected == len(batch)
            assert report.loaded == report.new + report.changed + report.unchanged
            assert {name: getattr(report, name) for name in counts} == dict(counts)
            found = store.read("incidents", purpose="compstat", columns=["incident_id", "beat"])
            assert dict(zip(found["incident_id"], found["beat"], strict=True)) == current
